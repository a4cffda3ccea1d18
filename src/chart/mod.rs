//! Charts: typed figures in, a drawing out — SVG for pages, an EMF vector picture for Word files.
//!
//! Role: a chart is laid out once into a list of marks (`layout`, `drawing`) and written by one of two backends (`svg`,
//! `emf`). Statistics pages and reports pass figures that are already counted, formatted and linked. This module does
//! not know metrics, addresses or words: every text arrives complete, in the reader's language. It reads no disk and no
//! clock, so equal charts give equal bytes on every machine.
//!
//! Any input gives a picture. NaN, infinite and negative values are drawn as 0, long labels are cut with `…`, and
//! markup in labels is text. The title is not drawn inside the frame: it belongs in the caption beside the picture (in
//! SVG it is also the accessible name). The unit is drawn once, at the axis.

mod drawing;
mod emf;
mod layout;
mod measure;
mod scale;
mod svg;

use std::collections::BTreeMap;

use jiff::civil::Date;

/// One chart, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// States the chart's point: "Volunteer hours doubled in May". If it contains wide characters, large numbers at the
    /// axis are shortened with 万 and 亿 instead of k and M.
    pub title: String,
    /// The same in one or two sentences, for readers who cannot see the picture.
    pub desc: String,
    /// What the values count: 篇, 小时, posts. May be empty.
    pub unit: String,
    /// What is drawn.
    pub shape: ChartShape,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bar {
    /// Its name: a month, a village, a kind of post.
    pub label: String,
    /// Its length, 0 or more.
    pub value: f64,
    /// The value as printed, without the unit.
    pub value_label: String,
    /// Where its posts are listed, already resolved for the page that shows the chart.
    pub href: Option<String>,
    /// Its place in a ranking; bars with equal values share one.
    pub rank: Option<usize>,
}

/// One column of a stacked chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StackedColumn {
    /// Its name.
    pub label: String,
    /// One value per series, lowest part first; parts beyond the series' names are not drawn.
    pub parts: Vec<f64>,
    /// The total as printed, without the unit.
    pub total_label: String,
    /// Where its posts are listed.
    pub href: Option<String>,
}

/// One line of a line chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LineSeries {
    /// Its name in the legend.
    pub name: String,
    /// One value per label; `None` leaves a gap.
    pub values: Vec<Option<f64>>,
}

/// A day's value in a calendar, and where its posts are listed.
pub type DayValue = (f64, Option<String>);

/// The forms a chart can take.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a page holds a handful of charts, one at a time"
)]
pub enum ChartShape {
    /// Vertical bars: by month, quarter, kind.
    Bars(Vec<Bar>),
    /// Vertical bars in parts. Eight series can be distinguished; patterns repeat from the ninth on.
    Stacked {
        /// The series' names, lowest part first.
        series: Vec<String>,
        /// The columns from left to right.
        columns: Vec<StackedColumn>,
    },
    /// Lines over common labels. Eight lines can be distinguished.
    Lines {
        /// The labels along the axis.
        labels: Vec<String>,
        /// The lines.
        lines: Vec<LineSeries>,
    },
    /// Horizontal bars with ranks, in the order given.
    Ranking(Vec<Bar>),
    /// Days as squares that grow with the value, a block per month; at most the last 36 months of the span.
    Calendar {
        /// The first day.
        from: Date,
        /// The last day, included.
        to: Date,
        /// The days on which something was counted.
        days: BTreeMap<Date, DayValue>,
        /// Names of the weekdays, Monday first.
        weekdays: [String; 7],
        /// Names of the months.
        months: [String; 12],
    },
    /// A tiny line without an axis beside a figure in text, hidden from screen readers.
    Sparkline(Vec<f64>),
}

/// A vector picture for office documents.
#[derive(Debug, Clone, PartialEq)]
pub struct EmfImage {
    /// An enhanced metafile (`image/x-emf`).
    pub bytes: Vec<u8>,
    /// Its natural width in millimetres: 155, the text width of an official document, unless it would be too tall.
    pub width_mm: f64,
    /// Its natural height in millimetres, at most 210.
    pub height_mm: f64,
}

/// The chart as an inline SVG element. `id` is unique on its page and makes the ids inside unique.
///
/// Colours come from the page's style sheet through classes; presentation attributes apply where there is no style
/// sheet. The element carries no `style`, so a strict Content-Security-Policy holds. A chart with links is a group that
/// holds an image and the links, because screen readers ignore links inside `role="img"`.
#[must_use]
pub fn svg(chart: &Chart, id: &str) -> String {
    svg::write(chart, &layout::draw(chart, layout::PAGE_WIDTH), id)
}

/// The chart as an enhanced metafile, for Word files: Word, WPS and `LibreOffice` draw its text with the reader's own
/// fonts, so no font is embedded.
#[must_use]
pub fn emf(chart: &Chart) -> EmfImage {
    emf::write(&layout::draw(chart, layout::PAPER_WIDTH))
}

#[cfg(test)]
mod tests;
