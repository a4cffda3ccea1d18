//! A chart as figures and texts, before anything is placed.

use jiff::civil::Date;
use std::collections::BTreeMap;

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
    /// Its length, 0 or more; 0 for a missing value, which is printed as a dash.
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
pub(crate) type DayValue = (f64, Option<String>);

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
    /// A tiny line without an axis beside a figure in text, hidden from screen readers. `None` leaves a gap.
    Sparkline(Vec<Option<f64>>),
}
