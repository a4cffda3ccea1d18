//! Horizontal bars in order, with ranks: villages by posts, teams by hours.

use super::{ASCENT, BOLD, LEADING, TEXT, item, value_width, with_unit};
use crate::chart::drawing::{Anchor, Drawing, Mark, Role};
use crate::chart::measure::{cut, width};
use crate::chart::scale::clean;
use crate::chart::{Bar, Chart};

/// Height of a row.
const ROW: f64 = 32.0;

/// Height of a bar.
const BAR: f64 = 18.0;

/// The free space between two columns.
const APART: f64 = 10.0;

/// Where the columns of a ranking are.
struct Columns {
    /// The end of the ranks.
    rank: f64,
    /// The beginning of the labels.
    label: f64,
    /// Room for a label.
    label_width: f64,
    /// The beginning of the bars.
    bar: f64,
    /// The length of the longest bar.
    longest: f64,
    /// Room for a printed value.
    value: f64,
}

/// Each row with rank, label, bar and value; the first value carries the unit.
pub(super) fn draw(chart: &Chart, bars: &[Bar], picture_width: f64) -> Drawing {
    let shown: Vec<String> = bars.iter().enumerate().map(|(n, bar)| printed(chart, bar, n)).collect();
    let columns = columns(bars, &shown, picture_width);
    let largest = bars.iter().map(|bar| clean(bar.value)).fold(0.0, f64::max);
    let height = bars.len().max(1) as f64 * ROW + 4.0;
    let mut items = Vec::with_capacity(bars.len());
    for (n, (bar, shown)) in bars.iter().zip(&shown).enumerate() {
        let mut item = item(chart, &bar.label, &bar.shown, bar.href.as_ref());
        let y = 2.0 + n as f64 * ROW;
        let length = if largest > 0.0 {
            clean(bar.value) / largest * columns.longest
        } else {
            0.0
        };
        item.marks.push(Mark::rect(Role::Hit, 0.0, y, picture_width, ROW));
        item.marks.extend(row(&columns, bar, shown, y, length));
        items.push(item);
    }
    let axis = Mark::path(Role::Axis, vec![(columns.bar, 2.0), (columns.bar, height - 2.0)]);
    Drawing {
        width: picture_width,
        height,
        scenery: vec![axis],
        items,
    }
}

/// The value as printed in row `n`.
fn printed(chart: &Chart, bar: &Bar, n: usize) -> String {
    if n == 0 {
        with_unit(chart, &bar.shown)
    } else {
        bar.shown.clone()
    }
}

/// Labels take what they need up to nine twentieths, values up to a quarter; the bars take the rest.
fn columns(bars: &[Bar], shown: &[String], picture_width: f64) -> Columns {
    let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max);
    let rank = widest(&mut bars.iter().filter_map(|bar| Some(value_width(&bar.rank?.to_string()))));
    let label = widest(&mut bars.iter().map(|bar| width(&bar.label, TEXT))).min(picture_width * 0.45);
    let value = widest(&mut shown.iter().map(|shown| value_width(shown))).min(picture_width / 4.0);
    let label_at = if rank > 0.0 { rank + APART } else { 0.0 };
    let bar = label_at + label + APART;
    let longest = (picture_width - bar - value - APART).max(0.0);
    Columns {
        rank,
        label: label_at,
        label_width: label,
        bar,
        longest,
        value,
    }
}

/// The marks of one row that begins at `y`.
fn row(columns: &Columns, bar: &Bar, shown: &str, y: f64, length: f64) -> Vec<Mark> {
    let base = y + (ROW - LEADING) / 2.0 + ASCENT;
    let label = cut(&bar.label, TEXT, columns.label_width);
    let value = cut(shown, TEXT * BOLD, columns.value);
    let mut marks = Vec::with_capacity(4);
    if let Some(rank) = bar.rank {
        marks.push(Mark::text(
            Role::Value,
            (columns.rank, base),
            Anchor::End,
            rank.to_string(),
        ));
    }
    marks.push(Mark::text(Role::Label, (columns.label, base), Anchor::Start, label));
    if length > 0.0 {
        marks.push(Mark::rect(Role::Bar, columns.bar, y + (ROW - BAR) / 2.0, length, BAR));
    }
    marks.push(Mark::text(
        Role::Value,
        (columns.bar + length + 6.0, base),
        Anchor::Start,
        value,
    ));
    marks
}
