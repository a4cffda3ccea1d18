//! Formats figures in the site's language.

use super::call::{Against, ChangeStyle};
use super::displayed::DisplayedFigure;
use crate::messages::{Lang, group_thousands, report_text};
use crate::metrics::{Change, Metric, Period};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// What is written where there is no number.
const NO_NUMBER: &str = "—";

/// Formats a number with thousands separated: `1,262.5`; `—` when there is none.
#[must_use]
pub(crate) fn format_number(value: impl Into<Option<Decimal>>) -> String {
    let value: Option<Decimal> = value.into();
    value.map_or_else(
        || NO_NUMBER.to_owned(),
        |value| group_thousands(&value.normalize().to_string()),
    )
}

/// A number for JSON: a whole number as an integer, any other with its decimals; `null` when there is none.
#[must_use]
pub(crate) fn json_number(value: impl Into<Option<Decimal>>) -> serde_json::Value {
    let value: Option<Decimal> = value.into();
    let number: Option<serde_json::Number> =
        value.and_then(|value| serde_json::from_str(&value.normalize().to_string()).ok());
    number.map_or(serde_json::Value::Null, serde_json::Value::Number)
}

/// Formats a figure with its unit: `12篇`, `12 pieces`, `1 piece`; `—` when there is none.
#[must_use]
pub(crate) fn format_amount(value: impl Into<Option<Decimal>>, metric: &Metric, lang: Lang) -> String {
    let value: Option<Decimal> = value.into();
    let Some(value) = value else {
        return NO_NUMBER.to_owned();
    };
    let unit = metric.unit_for(value, lang.tag());
    match lang {
        _ if unit.is_empty() => format_number(value),
        _ if unit.starts_with(['%', '‰']) => format!("{}{unit}", format_number(value)),
        Lang::Zh => format!("{}{unit}", format_number(value)),
        Lang::En => format!("{} {unit}", format_number(value)),
    }
}

/// Formats a change in per cent: `+25%`, `-3.1%`, `0%`; `—` when there is no base or it is 0.
#[must_use]
pub fn format_percent(change: &Change) -> String {
    match change.percent {
        None => NO_NUMBER.to_owned(),
        Some(percent) if percent > Decimal::ZERO => format!("+{}%", format_number(percent)),
        Some(percent) => format!("{}%", format_number(percent)),
    }
}

/// Formats both changes in one phrase: `环比增长25%，同比—`; `up 25% on the period before, — on a year earlier`. A year,
/// whose preceding period is the year earlier, has one change.
#[must_use]
pub(crate) fn format_changes(figure: &DisplayedFigure<'_>, lang: Lang) -> String {
    format_changes_as(figure, ChangeStyle::default(), lang)
}

/// The same in another style: `同比减少1篇`; `down 1 piece on a year earlier`.
#[must_use]
pub(crate) fn format_changes_as(figure: &DisplayedFigure<'_>, style: ChangeStyle, lang: Lang) -> String {
    let format = |change: &Change| match style.as_difference {
        true => format_difference(change, figure.metric, lang),
        false => format_change(change, lang),
    };
    let year = format(&figure.year_earlier);
    let before = format(&figure.previous);
    let key = match style.against {
        Some(Against::Year) => "changes-year",
        Some(Against::Previous) if !figure.has_single_comparison() => "changes-before",
        _ if figure.has_single_comparison() => "changes-year",
        _ => "changes",
    };
    let changes = report_text(lang, key, &[("before", &before), ("year", &year)]);
    match figure.until {
        Some(day) => {
            let day = lang.format_date(day);
            report_text(lang, "changes-until", &[("day", &day), ("changes", &changes)])
        }
        None => changes,
    }
}

/// The name of a period; when it is not over on `today`, with how far it has gone: `2022年下半年（截至2022年8月15日）`.
#[must_use]
pub(crate) fn format_period(period: Period, today: Date, lang: Lang) -> String {
    let label = period.label(lang);
    let day = lang.format_date(today);
    if period.is_running(today) {
        report_text(lang, "period-until", &[("period", &label), ("day", &day)])
    } else if today < period.first() {
        report_text(lang, "period-to-come", &[("period", &label)])
    } else {
        label
    }
}

/// The difference in the units of the figure; of a rate, in percentage points.
fn format_difference(change: &Change, metric: &Metric, lang: Lang) -> String {
    let Some(difference) = change.difference else {
        return NO_NUMBER.to_owned();
    };
    let size = difference.abs();
    let points = match metric.unit_for(size, lang.tag()) {
        unit if unit.starts_with(['%', '％']) => Some("percentage-points"),
        unit if unit.starts_with('‰') => Some("permille-points"),
        _ => None,
    };
    let amount = match points {
        Some(key) => report_text(lang, key, &[("n", &format_number(size))]),
        None => format_amount(size, metric, lang),
    };
    let key = match difference.cmp(&Decimal::ZERO) {
        Ordering::Greater => "change-more",
        Ordering::Less => "change-fewer",
        Ordering::Equal => "change-same",
    };
    report_text(lang, key, &[("amount", &amount)])
}

fn format_change(change: &Change, lang: Lang) -> String {
    let Some(percent) = change.percent else {
        return NO_NUMBER.to_owned();
    };
    let size = format_number(percent.abs());
    let key = match percent.cmp(&Decimal::ZERO) {
        Ordering::Greater => "change-up",
        Ordering::Less => "change-down",
        Ordering::Equal => "change-same",
    };
    report_text(lang, key, &[("size", &size)])
}
