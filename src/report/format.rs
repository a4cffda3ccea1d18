//! Figures in words, in the site's language.

use super::displayed::DisplayedFigure;
use crate::messages::{Lang, group_thousands, report_text};
use crate::metrics::{Change, Metric};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// A number with thousands separated: `1,262.5`.
#[must_use]
pub(crate) fn format_number(value: Decimal) -> String {
    group_thousands(&value.normalize().to_string())
}

/// A number for programs: a whole one as such, any other with its decimals.
#[must_use]
pub(crate) fn json_number(value: Decimal) -> serde_json::Value {
    let number: Option<serde_json::Number> = serde_json::from_str(&value.normalize().to_string()).ok();
    number.map_or(serde_json::Value::Null, serde_json::Value::Number)
}

/// A figure with its unit: `12篇`, `12 pieces`, `1 piece`.
#[must_use]
pub(crate) fn format_amount(value: Decimal, metric: &Metric, lang: Lang) -> String {
    let unit = metric.unit_for(value, lang.tag());
    match lang {
        _ if unit.is_empty() => format_number(value),
        Lang::Zh => format!("{}{unit}", format_number(value)),
        Lang::En => format!("{} {unit}", format_number(value)),
    }
}

/// A change in per cent: `+25%`, `-3.1%`, `0%`; `—` where there is no base.
#[must_use]
pub fn format_percent(change: &Change) -> String {
    match change.percent {
        None => "—".to_owned(),
        Some(percent) if percent > Decimal::ZERO => format!("+{}%", format_number(percent)),
        Some(percent) => format!("{}%", format_number(percent)),
    }
}

/// Both changes in one phrase: `环比增长25%，同比—`; `up 25% on the period before, — on a year earlier`. For a year,
/// whose period before is the year earlier, the latter alone.
#[must_use]
pub(crate) fn format_changes(shown: &DisplayedFigure<'_>, lang: Lang) -> String {
    let year = format_change(&shown.year_earlier, lang);
    let before = format_change(&shown.previous, lang);
    let key = if shown.has_single_comparison() {
        "changes-year"
    } else {
        "changes"
    };
    report_text(lang, key, &[("before", &before), ("year", &year)])
}

fn format_change(change: &Change, lang: Lang) -> String {
    let Some(percent) = change.percent else {
        return "—".to_owned();
    };
    let size = format_number(percent.abs());
    let key = match percent.cmp(&Decimal::ZERO) {
        Ordering::Greater => "change-up",
        Ordering::Less => "change-down",
        Ordering::Equal => "change-same",
    };
    report_text(lang, key, &[("size", &size)])
}
