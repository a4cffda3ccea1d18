//! Horizontal bars in order, with ranks: villages by posts, teams by hours.

use super::text::{ASCENT, BOLD_FACTOR, LEADING, TEXT_SIZE, mark_group, value_width, with_unit};
use crate::chart::data::{Bar, Chart};
use crate::chart::drawing::{Anchor, ChartMark, Drawing, Role};
use crate::chart::measure::{text_width, truncate};
use crate::chart::scale::clamp_value;

/// Height of a row.
const ROW_HEIGHT: f64 = 32.0;

/// Height of a bar.
const BAR_HEIGHT: f64 = 18.0;

/// The free space between two columns.
const GAP: f64 = 10.0;

/// The positions of a ranking's columns.
struct RankingColumns {
    /// The right edge of the ranks.
    rank: f64,
    /// The left edge of the labels.
    label: f64,
    /// The width of a label.
    label_width: f64,
    /// The left edge of the bars.
    bar: f64,
    /// The length of the longest bar.
    max_bar_length: f64,
    /// The width of a printed value.
    value: f64,
}

/// Each row with rank, label, bar and value; the first value carries the unit.
pub(super) fn draw(chart: &Chart, bars: &[Bar], picture_width: f64) -> Drawing {
    let value_labels: Vec<String> = bars
        .iter()
        .enumerate()
        .map(|(n, bar)| value_label(chart, bar, n))
        .collect();
    let columns = columns(bars, &value_labels, picture_width);
    let largest = bars.iter().map(|bar| clamp_value(bar.value)).fold(0.0, f64::max);
    let height = bars.len().max(1) as f64 * ROW_HEIGHT + 4.0;
    let mut groups = Vec::with_capacity(bars.len());
    for (n, (bar, value_label)) in bars.iter().zip(&value_labels).enumerate() {
        let mut item = mark_group(chart, &bar.label, &bar.value_label, bar.href.as_ref());
        let y = 2.0 + n as f64 * ROW_HEIGHT;
        let length = if largest > 0.0 {
            clamp_value(bar.value) / largest * columns.max_bar_length
        } else {
            0.0
        };
        item.marks
            .push(ChartMark::rect(Role::HitArea, 0.0, y, picture_width, ROW_HEIGHT));
        item.marks.extend(row_marks(&columns, bar, value_label, y, length));
        groups.push(item);
    }
    let axis = ChartMark::path(Role::Axis, vec![(columns.bar, 2.0), (columns.bar, height - 2.0)]);
    Drawing {
        width: picture_width,
        height,
        background: vec![axis],
        groups,
    }
}

/// The value as printed in row `n`.
fn value_label(chart: &Chart, bar: &Bar, n: usize) -> String {
    if n == 0 {
        with_unit(chart, &bar.value_label)
    } else {
        bar.value_label.clone()
    }
}

/// Labels take what they need up to nine twentieths of the width, values up to a quarter; the bars take the rest.
fn columns(bars: &[Bar], value_labels: &[String], picture_width: f64) -> RankingColumns {
    let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max);
    let rank = widest(&mut bars.iter().filter_map(|bar| Some(value_width(&bar.rank?.to_string()))));
    let label = widest(&mut bars.iter().map(|bar| text_width(&bar.label, TEXT_SIZE))).min(picture_width * 0.45);
    let value = widest(&mut value_labels.iter().map(|label| value_width(label))).min(picture_width / 4.0);
    let label_at = if rank > 0.0 { rank + GAP } else { 0.0 };
    let bar = label_at + label + GAP;
    let longest = (picture_width - bar - value - GAP).max(0.0);
    RankingColumns {
        rank,
        label: label_at,
        label_width: label,
        bar,
        max_bar_length: longest,
        value,
    }
}

/// The marks of one row that begins at `y`.
fn row_marks(columns: &RankingColumns, bar: &Bar, value_label: &str, y: f64, length: f64) -> Vec<ChartMark> {
    let base = y + (ROW_HEIGHT - LEADING) / 2.0 + ASCENT;
    let label = truncate(&bar.label, TEXT_SIZE, columns.label_width);
    let value = truncate(value_label, TEXT_SIZE * BOLD_FACTOR, columns.value);
    let mut marks = Vec::with_capacity(4);
    if let Some(rank) = bar.rank {
        marks.push(ChartMark::text(
            Role::Value,
            (columns.rank, base),
            Anchor::End,
            rank.to_string(),
        ));
    }
    marks.push(ChartMark::text(
        Role::Label,
        (columns.label, base),
        Anchor::Start,
        label,
    ));
    if length > 0.0 {
        marks.push(ChartMark::rect(
            Role::Bar,
            columns.bar,
            y + (ROW_HEIGHT - BAR_HEIGHT) / 2.0,
            length,
            BAR_HEIGHT,
        ));
    }
    marks.push(ChartMark::text(
        Role::Value,
        (columns.bar + length + 6.0, base),
        Anchor::Start,
        value,
    ));
    marks
}
