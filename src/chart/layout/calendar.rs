//! A calendar of activity: a block per month, a square per day that grows with the day's value.
//!
//! Blocks of months, not one long row of weeks, because on a phone 53 columns would be too small to distinguish or to
//! touch. Size, not shade, because shades vanish in print and in forced colours.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::text::{ASCENT, LEADING, TEXT_SIZE, mark_group, with_unit};
use crate::chart::data::{Chart, DayValue};
use crate::chart::drawing::{Anchor, ChartMark, Drawing, MarkGeometry, MarkGroup, Point, Role};
use crate::chart::measure::{text_width, truncate};
use crate::chart::scale::{Scale, clamp_value, format_value};

/// The free space between two blocks.
const GAP: f64 = 16.0;

/// Side of the square of an empty day.
const EMPTY_DAY_SIZE: f64 = 3.0;

/// Sides of the squares as shares of a day's cell, for little to much.
const SQUARE_SIZES: [f64; 4] = [0.34, 0.54, 0.72, 0.9];

/// The most months that one calendar shows; a longer span can only come from a wrong date.
const MAX_MONTHS: usize = 36;

/// The names of weekdays (Monday first) and months.
#[derive(Debug, Clone, Copy)]
pub(super) struct CalendarNames<'a> {
    pub(super) weekdays: &'a [String; 7],
    pub(super) months: &'a [String; 12],
}

/// The position of one month's block.
struct MonthBlock {
    /// The month's first day.
    first: Date,
    left: f64,
    /// The upper edge of the first week.
    top: f64,
}

/// The sizes of a calendar.
#[derive(Clone, Copy)]
struct Grid {
    blocks_per_row: usize,
    cell: f64,
    width: f64,
}

/// Draws the months of the span in rows, and below them a legend of the sizes.
pub(super) fn draw(
    chart: &Chart,
    (from, to): (Date, Date),
    days: &BTreeMap<Date, DayValue>,
    names: CalendarNames<'_>,
    width: f64,
) -> Drawing {
    let across = if width >= 600.0 { 4 } else { 3 };
    let cell = ((width - (across - 1) as f64 * GAP) / across as f64 / 7.0).floor();
    let grid = Grid {
        blocks_per_row: across,
        cell,
        width,
    };
    let counted = |day: &Date| days.get(day).map_or(0.0, |(value, _)| clamp_value(*value));
    let scale = Scale::for_values(
        days.range(from..=to.max(from))
            .map(|(_, (value, _))| clamp_value(*value)),
        SQUARE_SIZES.len(),
    );
    let mut background = Vec::new();
    let (blocks, bottom) = blocks(&mut background, &months(from, to), names, grid);
    let mut empty_days = Vec::new();
    let mut groups = Vec::new();
    for block in &blocks {
        for day in days_in_span(block.first, from, to) {
            let place = block.day_center(day, cell);
            match counted(&day) {
                0.0 => empty_days.push(place),
                value => groups.push(day_group(
                    chart,
                    day,
                    days.get(&day),
                    place,
                    cell * SQUARE_SIZES[size_level(scale, value)],
                    cell,
                )),
            }
        }
    }
    background.push(ChartMark {
        role: Role::EmptyDay,
        geometry: MarkGeometry::Dots(empty_days, EMPTY_DAY_SIZE),
    });
    let height = if groups.is_empty() {
        bottom
    } else {
        legend(&mut background, chart, scale, bottom, grid)
    };
    Drawing {
        width,
        height,
        background,
        groups,
    }
}

impl MonthBlock {
    /// The middle of a day's cell.
    fn day_center(&self, day: Date, cell: f64) -> Point {
        let column = day.weekday().to_monday_zero_offset();
        let shift = self.first.weekday().to_monday_zero_offset();
        let row = (day.day() - 1 + shift) / 7;
        (
            self.left + (f64::from(column) + 0.5) * cell,
            self.top + (f64::from(row) + 0.5) * cell,
        )
    }
}

/// The first days of the months of the span.
fn months(from: Date, to: Date) -> Vec<Date> {
    let earlier = |month: &Date| {
        month
            .yesterday()
            .ok()
            .map(Date::first_of_month)
            .filter(|m| *m >= from.first_of_month())
    };
    let last = to.max(from).first_of_month();
    let mut months: Vec<Date> = std::iter::successors(Some(last), earlier).take(MAX_MONTHS).collect();
    months.reverse();
    months
}

/// The days of a month that belong to the span.
fn days_in_span(first: Date, from: Date, to: Date) -> impl Iterator<Item = Date> {
    let days = std::iter::successors(Some(first), |day| day.tomorrow().ok())
        .take(usize::from(first.days_in_month().unsigned_abs()));
    days.filter(move |day| *day >= from && *day <= to)
}

/// Lays out the blocks with their headings; if there are several years, each begins a new row. Also returns the lower
/// edge.
fn blocks(
    background: &mut Vec<ChartMark>,
    months: &[Date],
    names: CalendarNames<'_>,
    grid: Grid,
) -> (Vec<MonthBlock>, f64) {
    let several_years = months.first().map(|m| m.year()) != months.last().map(|m| m.year());
    let mut blocks = Vec::new();
    let mut top = 0.0;
    for year in months.chunk_by(|a, b| a.year() == b.year()) {
        if several_years {
            background.push(ChartMark::text(
                Role::Value,
                (0.0, top + ASCENT),
                Anchor::Start,
                year[0].year().to_string(),
            ));
            top += LEADING + 4.0;
        }
        for row in year.chunks(grid.blocks_per_row) {
            let with_weekdays = blocks.is_empty();
            let first_week = top + LEADING + 2.0 + if with_weekdays { LEADING } else { 0.0 };
            for (column, first) in row.iter().enumerate() {
                let left = column as f64 * (7.0 * grid.cell + GAP);
                background.extend(heading(names, *first, (left, top), grid.cell, with_weekdays));
                blocks.push(MonthBlock {
                    first: *first,
                    left,
                    top: first_week,
                });
            }
            let weeks = row.iter().map(|first| week_rows(*first)).max().unwrap_or(0);
            top = first_week + f64::from(weeks) * grid.cell + 10.0;
        }
    }
    (blocks, top)
}

/// The number of rows that a month takes.
fn week_rows(first: Date) -> i8 {
    (first.days_in_month() + first.weekday().to_monday_zero_offset() + 6) / 7
}

/// A month's name and, with `with_weekdays`, the initials of the weekdays.
fn heading(
    names: CalendarNames<'_>,
    first: Date,
    (left, top): Point,
    cell: f64,
    with_weekdays: bool,
) -> Vec<ChartMark> {
    let month = names
        .months
        .get(usize::from(first.month().unsigned_abs()) - 1)
        .map_or("", String::as_str);
    let month = truncate(month, TEXT_SIZE, 7.0 * cell);
    let mut marks = vec![ChartMark::text(
        Role::Value,
        (left + 2.0, top + ASCENT),
        Anchor::Start,
        month,
    )];
    if with_weekdays {
        // If they would touch, only every second one is shown: Monday, Wednesday, Friday, Sunday.
        let stride = if cell < TEXT_SIZE + 2.0 { 2 } else { 1 };
        for (n, name) in names.weekdays.iter().enumerate().step_by(stride) {
            let name = if text_width(name, TEXT_SIZE) <= cell {
                name.clone()
            } else {
                name.chars().take(1).collect()
            };
            let at = (left + (n as f64 + 0.5) * cell, top + LEADING + ASCENT);
            marks.push(ChartMark::text(Role::Label, at, Anchor::Middle, name));
        }
    }
    marks
}

/// The index in `SQUARE_SIZES` for a value.
fn size_level(scale: Scale, value: f64) -> usize {
    ((value / scale.step - 1e-9).ceil().max(1.0) as usize - 1).min(SQUARE_SIZES.len() - 1)
}

/// A day on which something was counted.
fn day_group(chart: &Chart, day: Date, entry: Option<&DayValue>, place: Point, side: f64, cell: f64) -> MarkGroup {
    let (value, href) = entry.map_or((0.0, None), |(value, href)| (clamp_value(*value), href.as_ref()));
    let mut item = mark_group(chart, &day.to_string(), &format_value(value), href);
    if item.href.is_some() {
        item.marks.push(ChartMark::rect(
            Role::HitArea,
            place.0 - cell / 2.0,
            place.1 - cell / 2.0,
            cell,
            cell,
        ));
    }
    item.marks.push(square(place, side));
    item
}

fn square((x, y): Point, side: f64) -> ChartMark {
    ChartMark::rect(Role::Bar, x - side / 2.0, y - side / 2.0, side, side)
}

/// Draws what the sizes mean ("≤ 5", "≤ 10" …) in as many rows as needed; returns the lower edge.
fn legend(background: &mut Vec<ChartMark>, chart: &Chart, scale: Scale, top: f64, grid: Grid) -> f64 {
    let (mut x, mut y) = (2.0, top + 6.0);
    let sizes = scale.ticks().skip(1).zip(SQUARE_SIZES);
    for (n, (tick, share)) in sizes.enumerate() {
        let number = if scale.step == 1.0 {
            format_value(tick)
        } else {
            format!("≤ {}", format_value(tick))
        };
        let text = truncate(
            &if n == 0 { with_unit(chart, &number) } else { number },
            TEXT_SIZE,
            grid.width - 2.0 * grid.cell,
        );
        let entry = grid.cell + 4.0 + text_width(&text, TEXT_SIZE);
        if n > 0 && x + entry > grid.width {
            (x, y) = (2.0, y + LEADING + 4.0);
        }
        background.push(square((x + grid.cell / 2.0, y + LEADING / 2.0), grid.cell * share));
        background.push(ChartMark::text(
            Role::Label,
            (x + grid.cell + 4.0, y + ASCENT),
            Anchor::Start,
            text,
        ));
        x += entry + 18.0;
    }
    y + LEADING + 4.0
}
