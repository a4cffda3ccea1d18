//! From a chart to a drawing: one file a shape, and what they share.
//!
//! Role: decides places. On a page a chart is 380 units wide: on a phone of 390 px, where it has some 354 px, its text of
//! 16 units is 15 px high, on one of 320 px still 12. On paper it is 620 units wide, 155 mm, and its text 4 mm.

mod bars;
mod calendar;
mod frame;
mod legend;
mod lines;
mod ranking;
mod spark;
mod stacked;

use super::drawing::{Drawing, Item};
use super::measure;
use super::{Chart, Shape};

/// Width of a chart on a page.
pub(super) const PAGE_WIDTH: f64 = 380.0;

/// Width of a chart on paper, in units of 0.25 mm.
pub(super) const PAPER_WIDTH: f64 = 620.0;

/// Height of all text.
pub(super) const TEXT: f64 = 16.0;

/// Distance of two lines of text.
const LEADING: f64 = 20.0;

/// How far below the upper edge of a line its base line is.
const ASCENT: f64 = 15.0;

/// Lays out `chart` in a frame of `width` units; a spark line has a width of its own.
pub(super) fn draw(chart: &Chart, width: f64) -> Drawing {
    match &chart.shape {
        Shape::Bars(bars) => bars::draw(chart, bars, width),
        Shape::Stacked { series, columns } => stacked::draw(chart, series, columns, width),
        Shape::Lines { labels, lines } => lines::draw(chart, labels, lines, width),
        Shape::Ranking(bars) => ranking::draw(chart, bars, width),
        Shape::Calendar {
            from,
            to,
            days,
            weekdays,
            months,
        } => {
            let names = calendar::Names { weekdays, months };
            calendar::draw(chart, (*from, *to), days, names, width)
        }
        Shape::Spark(values) => spark::draw(values),
    }
}

/// How much broader bold figures are.
const BOLD: f64 = 1.15;

/// The width of a printed value, which is bold.
fn value_width(text: &str) -> f64 {
    measure::width(text, TEXT * BOLD)
}

/// Whether the chart speaks Chinese: its title has wide characters.
fn chinese(chart: &Chart) -> bool {
    measure::is_wide(&chart.title)
}

/// "五月：12篇", "May: 12 posts".
fn tip(chart: &Chart, label: &str, shown: &str) -> String {
    let colon = if chinese(chart) { "：" } else { ": " };
    format!("{label}{colon}{}", with_unit(chart, shown))
}

/// "12篇", "12 posts".
fn with_unit(chart: &Chart, shown: &str) -> String {
    let unit = &chart.unit;
    let joined = unit.is_empty() || unit.chars().next().is_some_and(|c| measure::wide(c) || c == '%');
    format!("{shown}{}{unit}", if joined { "" } else { " " })
}

/// An item with its tooltip and link.
fn item(chart: &Chart, label: &str, shown: &str, href: Option<&String>) -> Item {
    Item {
        marks: Vec::new(),
        tip: Some(tip(chart, label, shown)),
        href: href.cloned(),
    }
}
