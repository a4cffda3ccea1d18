//! The frame of charts with a vertical axis: ticks, grid, base line, unit, labels below and values above.
//!
//! Role: shared by bars, columns and lines. It knows bands of equal width and values, not what is drawn in them.

use super::text::{ASCENT, LEADING, TEXT_SIZE, is_chinese, value_width};
use crate::chart::data::Chart;
use crate::chart::drawing::{Anchor, ChartMark, Point, Role};
use crate::chart::measure::{text_width, truncate, wrap_two_lines};
use crate::chart::scale::Scale;

/// Height between base line and top tick.
const PLOT_HEIGHT: f64 = 190.0;

/// The free space between two labels on one line.
const GAP: f64 = 8.0;

/// The least space between two labels; small enough that October, November and December are all labelled.
const MIN_LABEL_GAP: f64 = 1.5;

/// The narrowest band whose label can take two lines.
const MIN_TWO_LINE_BAND: f64 = 2.5 * TEXT_SIZE;

/// Distances between labels, in bands, that suit months, quarters and days.
const STRIDES: [usize; 12] = [1, 2, 3, 4, 6, 12, 24, 36, 48, 60, 120, 240];

/// The positions of the parts of a chart with a vertical axis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) scale: Scale,
    pub(super) left: f64,
    pub(super) top: f64,
    /// The width of one band: a label's share of the axis.
    pub(super) band: f64,
    /// Width of the picture.
    width: f64,
}

impl Frame {
    /// A frame for `bands` values below a head of `head` units (a legend).
    pub(super) fn new(chart: &Chart, scale: Scale, bands: usize, width_all: f64, head: f64) -> Self {
        let tick_widths = scale
            .ticks()
            .map(|tick| text_width(&scale.format_tick(tick, is_chinese(chart)), TEXT_SIZE));
        // A little more than measured, so that the ticks do not stick out to the left in any face.
        let left = (tick_widths.fold(0.0, f64::max) * 1.08).min(width_all / 3.0) + GAP;
        let band = (width_all - left - 2.0) / bands.max(1) as f64;
        Self {
            scale,
            left,
            top: head + 2.0 * LEADING + 4.0,
            band,
            width: width_all,
        }
    }

    /// The y of a value.
    pub(super) fn y(&self, value: f64) -> f64 {
        self.bottom() - self.scale.fraction(value) * PLOT_HEIGHT
    }

    /// The y of the base line.
    pub(super) fn bottom(&self) -> f64 {
        self.top + PLOT_HEIGHT
    }

    /// The middle of band `n`.
    pub(super) fn band_center(&self, n: usize) -> f64 {
        self.left + (n as f64 + 0.5) * self.band
    }

    /// Width of a bar in a band.
    pub(super) fn bar_width(&self) -> f64 {
        (self.band * 0.68).min(56.0)
    }

    /// The area of band `n` that reacts to the pointer, labels included.
    pub(super) fn hit_area(&self, n: usize, height: f64) -> ChartMark {
        let top = self.top - LEADING;
        ChartMark::rect(
            Role::HitArea,
            self.left + n as f64 * self.band,
            top,
            self.band,
            (height - top).max(0.0),
        )
    }

    /// Unit, grid and ticks.
    pub(super) fn axis_marks(&self, chart: &Chart) -> Vec<ChartMark> {
        let right = self.width - 2.0;
        let unit = truncate(&chart.unit, TEXT_SIZE, self.width);
        let unit_at = (0.0, self.top - 2.0 * LEADING + ASCENT - 4.0);
        let mut marks = Vec::new();
        for tick in self.scale.ticks().skip(1) {
            marks.push(ChartMark::path(
                Role::Grid,
                vec![(self.left, self.y(tick)), (right, self.y(tick))],
            ));
        }
        for tick in self.scale.ticks() {
            let number = truncate(&self.scale.format_tick(tick, is_chinese(chart)), TEXT_SIZE, self.left);
            marks.push(ChartMark::text(
                Role::Label,
                (self.left - GAP, self.y(tick) + 5.5),
                Anchor::End,
                number,
            ));
        }
        if !unit.is_empty() {
            marks.push(ChartMark::text(Role::Label, unit_at, Anchor::Start, unit));
        }
        marks
    }

    /// The base line; drawn after the bars that stand on it.
    pub(super) fn base_line(&self) -> ChartMark {
        ChartMark::path(
            Role::Axis,
            vec![(self.left, self.bottom()), (self.width - 2.0, self.bottom())],
        )
    }

    /// The lines of each band's label as marks, and the height of the picture that holds them.
    ///
    /// If every label fits into its band, all are set on one line. So are numbers that fit when only the first keeps
    /// its unit. Otherwise labels in broad bands take two lines and are cut, and in narrow bands only every second,
    /// third, sixth … label is shown.
    pub(super) fn labels(&self, labels: &[&str]) -> (Vec<Vec<ChartMark>>, f64) {
        let max_width = self.band - GAP / 2.0;
        let widest = labels
            .iter()
            .map(|label| text_width(label, TEXT_SIZE))
            .fold(0.0, f64::max);
        let fits = |label: &str| text_width(label, TEXT_SIZE) <= self.band - MIN_LABEL_GAP;
        let on_one_line = |labels: &[&str]| labels.iter().map(|label| vec![(*label).to_owned()]).collect();
        let numbers = strip_unit(labels).filter(|numbers| numbers.iter().all(|label| fits(label)));
        let lines: Vec<Vec<String>> = if labels.iter().all(|label| fits(label)) {
            on_one_line(labels)
        } else if let Some(numbers) = numbers {
            on_one_line(&numbers)
        } else if self.band >= MIN_TWO_LINE_BAND {
            labels
                .iter()
                .map(|label| wrap_two_lines(label, TEXT_SIZE, max_width))
                .collect()
        } else {
            self.thin_labels(labels, widest)
        };
        let rows = lines.iter().map(Vec::len).max().unwrap_or(0);
        let mut free_from = -GAP;
        let marks = lines
            .iter()
            .enumerate()
            .map(|(n, lines)| self.label(n, lines, &mut free_from))
            .collect();
        (marks, self.bottom() + 6.0 + rows as f64 * LEADING)
    }

    /// Keeps every n-th label, with an n at which the labels fit.
    fn thin_labels(&self, labels: &[&str], widest: f64) -> Vec<Vec<String>> {
        let max_width = widest.min(6.0 * TEXT_SIZE);
        let needed = ((max_width + GAP) / self.band).ceil() as usize;
        let stride = STRIDES.into_iter().find(|stride| *stride >= needed).unwrap_or(needed);
        let lines = |n: usize, label: &str| {
            if n.is_multiple_of(stride) {
                vec![truncate(label, TEXT_SIZE, max_width)]
            } else {
                Vec::new()
            }
        };
        labels.iter().enumerate().map(|(n, label)| lines(n, label)).collect()
    }

    /// One band's label, kept inside the picture. Empty if it would begin before `free_from`; otherwise `free_from`
    /// moves to its end.
    fn label(&self, n: usize, lines: &[String], free_from: &mut f64) -> Vec<ChartMark> {
        let half = lines.iter().map(|line| text_width(line, TEXT_SIZE)).fold(0.0, f64::max) / 2.0;
        let x = self.band_center(n).min(self.width - half).max(half);
        if x - half < *free_from || half == 0.0 {
            return Vec::new();
        }
        *free_from = x + half + MIN_LABEL_GAP;
        let first = self.bottom() + 6.0 + ASCENT;
        let place = |row: usize| (x, first + row as f64 * LEADING);
        let lines = lines.iter().enumerate().filter(|(_, line)| !line.is_empty());
        lines
            .map(|(row, line)| ChartMark::text(Role::Label, place(row), Anchor::Middle, line.clone()))
            .collect()
    }

    /// The values printed above bars, placed from the largest to the smallest. A value is left out where it would touch
    /// another or overlap a taller neighbour; the tooltip and the table beside the chart still have it.
    pub(super) fn value_labels(&self, values: &[f64], labels: &[&str]) -> Vec<Option<ChartMark>> {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[b].total_cmp(&values[a]).then(a.cmp(&b)));
        let mut taken: Vec<Point> = Vec::new();
        let mut marks = vec![None; values.len()];
        for n in order {
            let half = value_width(labels[n]) / 2.0;
            let x = self.band_center(n).min(self.width - half);
            let (start, end) = (x - half, x + half);
            let free = taken.iter().all(|&(from, to)| end + 2.0 <= from || to + 2.0 <= start);
            if half > 0.0 && start >= 0.0 && free && self.is_clear(values, n, start, end) {
                taken.push((start, end));
                marks[n] = Some(ChartMark::text(
                    Role::Value,
                    (x, self.y(values[n]) - 5.0),
                    Anchor::Middle,
                    labels[n],
                ));
            }
        }
        marks
    }

    /// Whether no bar between `start` and `end` is taller than bar `n`.
    fn is_clear(&self, values: &[f64], n: usize, start: f64, end: f64) -> bool {
        let slack = (self.band - self.bar_width()) / 2.0;
        let band_at = |x: f64| ((x - self.left) / self.band).floor().max(0.0) as usize;
        let last = band_at(end - slack).min(values.len() - 1);
        (band_at(start + slack)..=last).all(|other| values[other] <= values[n])
    }
}

/// "1月 2 3 … 12月" for "1月 2月 3月 … 12月"; `None` if the labels are not numbers of one unit.
fn strip_unit<'a>(labels: &[&'a str]) -> Option<Vec<&'a str>> {
    let unit = labels.first()?.trim_start_matches(|c: char| c.is_ascii_digit());
    let bare = |label: &'a str| {
        let number = label.strip_suffix(unit)?;
        (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(number)
    };
    let mut numbers = labels.iter().map(|label| bare(label)).collect::<Option<Vec<_>>>()?;
    numbers[0] = labels[0];
    Some(numbers)
}
