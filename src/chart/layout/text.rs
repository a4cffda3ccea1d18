//! What the shapes share: the measures of text, and the words beside figures.

use crate::chart::data::Chart;
use crate::chart::drawing::MarkGroup;
use crate::chart::measure;

/// Height of all text.
pub(in crate::chart) const TEXT_SIZE: f64 = 16.0;

/// The distance between two lines of text.
pub(super) const LEADING: f64 = 20.0;

/// The distance of a line's base line from its upper edge.
pub(super) const ASCENT: f64 = 15.0;

/// The width of bold digits relative to regular ones.
pub(super) const BOLD_FACTOR: f64 = 1.15;

/// The width of a printed value, which is bold.
pub(super) fn value_width(text: &str) -> f64 {
    measure::text_width(text, TEXT_SIZE * BOLD_FACTOR)
}

/// Whether the chart is in Chinese: its title has wide characters.
pub(super) fn is_chinese(chart: &Chart) -> bool {
    measure::has_wide_char(&chart.title)
}

/// "五月：12篇", "May: 12 posts".
pub(super) fn tooltip(chart: &Chart, label: &str, shown: &str) -> String {
    let colon = if is_chinese(chart) { "：" } else { ": " };
    format!("{label}{colon}{}", with_unit(chart, shown))
}

/// "12篇", "12 posts". A dash, which stands for a missing value, gets no unit.
pub(super) fn with_unit(chart: &Chart, shown: &str) -> String {
    let unit = if shown == "—" { "" } else { &chart.unit };
    let joined = unit.is_empty()
        || unit
            .chars()
            .next()
            .is_some_and(|c| measure::is_wide_char(c) || c == '%');
    format!("{shown}{}{unit}", if joined { "" } else { " " })
}

/// An item with its tooltip and link.
pub(super) fn mark_group(chart: &Chart, label: &str, shown: &str, href: Option<&String>) -> MarkGroup {
    MarkGroup {
        marks: Vec::new(),
        tooltip: Some(tooltip(chart, label, shown)),
        href: href.cloned(),
    }
}
