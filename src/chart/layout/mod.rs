//! Lays out charts as drawings: one file per shape, and what they share.
//!
//! Role: decides positions. On a page a chart is 380 units wide. On a phone of 390 px, where it has some 354 px, its
//! text of 16 units is 15 px high; on one of 320 px it is 12 px. On paper the chart is 620 units (155 mm) wide and its
//! text 4 mm high.

mod bars;
mod calendar;
mod frame;
mod legend;
mod lines;
mod ranking;
mod sparkline;
mod stacked;

use super::drawing::{Drawing, MarkGroup};
use super::measure;
use super::{Chart, ChartShape};

/// Width of a chart on a page.
pub(super) const PAGE_WIDTH: f64 = 380.0;

/// Width of a chart on paper, in units of 0.25 mm.
pub(super) const PAPER_WIDTH: f64 = 620.0;

/// Height of all text.
pub(super) const TEXT_SIZE: f64 = 16.0;

/// The distance between two lines of text.
const LEADING: f64 = 20.0;

/// The distance of a line's base line from its upper edge.
const ASCENT: f64 = 15.0;

/// Lays out `chart` in a frame of `width` units; a sparkline has a fixed width.
pub(super) fn draw(chart: &Chart, width: f64) -> Drawing {
    match &chart.shape {
        ChartShape::Bars(bars) => bars::draw(chart, bars, width),
        ChartShape::Stacked { series, columns } => stacked::draw(chart, series, columns, width),
        ChartShape::Lines { labels, lines } => lines::draw(chart, labels, lines, width),
        ChartShape::Ranking(bars) => ranking::draw(chart, bars, width),
        ChartShape::Calendar {
            from,
            to,
            days,
            weekdays,
            months,
        } => {
            let names = calendar::CalendarNames { weekdays, months };
            calendar::draw(chart, (*from, *to), days, names, width)
        }
        ChartShape::Sparkline(values) => sparkline::draw(values),
    }
}

/// The width of bold digits relative to regular ones.
const BOLD_FACTOR: f64 = 1.15;

/// The width of a printed value, which is bold.
fn value_width(text: &str) -> f64 {
    measure::text_width(text, TEXT_SIZE * BOLD_FACTOR)
}

/// Whether the chart is in Chinese: its title has wide characters.
fn is_chinese(chart: &Chart) -> bool {
    measure::has_wide_char(&chart.title)
}

/// "五月：12篇", "May: 12 posts".
fn tooltip(chart: &Chart, label: &str, value: &str) -> String {
    let colon = if is_chinese(chart) { "：" } else { ": " };
    format!("{label}{colon}{}", with_unit(chart, value))
}

/// "12篇", "12 posts".
fn with_unit(chart: &Chart, value: &str) -> String {
    let unit = &chart.unit;
    let joined = unit.is_empty()
        || unit
            .chars()
            .next()
            .is_some_and(|c| measure::is_wide_char(c) || c == '%');
    format!("{value}{}{unit}", if joined { "" } else { " " })
}

/// An item with its tooltip and link.
fn mark_group(chart: &Chart, label: &str, value: &str, href: Option<&String>) -> MarkGroup {
    MarkGroup {
        marks: Vec::new(),
        tooltip: Some(tooltip(chart, label, value)),
        href: href.cloned(),
    }
}
