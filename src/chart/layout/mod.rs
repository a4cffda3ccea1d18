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
mod text;

use super::data::{Chart, ChartShape};
use super::drawing::Drawing;
pub(super) use text::TEXT_SIZE;

/// Width of a chart on a page.
pub(super) const PAGE_WIDTH: f64 = 380.0;

/// Width of a chart on paper, in units of 0.25 mm.
pub(super) const PAPER_WIDTH: f64 = 620.0;

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
