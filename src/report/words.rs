//! Figures in words, in the site's language.

use super::Shown;
use crate::messages::{Lang, grouped};
use crate::metrics::{Change, Metric};
use rust_decimal::Decimal;

/// A number with thousands separated: `1,262.5`.
#[must_use]
pub fn number(value: Decimal) -> String {
    grouped(&value.normalize().to_string())
}

/// A number for programs: a whole one as such, any other with its decimals.
#[must_use]
pub fn json_number(value: Decimal) -> serde_json::Value {
    let number: Option<serde_json::Number> = serde_json::from_str(&value.normalize().to_string()).ok();
    number.map_or(serde_json::Value::Null, serde_json::Value::Number)
}

/// A figure with its unit: `12篇`, `12 pieces`, `1 piece`.
#[must_use]
pub fn amount(value: Decimal, metric: &Metric, lang: Lang) -> String {
    let unit = metric.unit_of(value, lang.tag());
    match lang {
        _ if unit.is_empty() => number(value),
        Lang::Zh => format!("{}{unit}", number(value)),
        Lang::En => format!("{} {unit}", number(value)),
    }
}

/// A change in per cent: `+25%`, `-3.1%`, `0%`; `—` where there is no base.
#[must_use]
pub fn percent_words(change: &Change) -> String {
    match change.percent {
        None => "—".to_owned(),
        Some(percent) if percent > Decimal::ZERO => format!("+{}%", number(percent)),
        Some(percent) => format!("{}%", number(percent)),
    }
}

/// Both changes in one phrase: `环比增长25%，同比—`; `up 25% on the period before, — on a year earlier`. For a year,
/// whose period before is the year earlier, the latter alone.
#[must_use]
pub fn change_words(shown: &Shown<'_>, lang: Lang) -> String {
    let year = moved(&shown.year_earlier, lang);
    let before = moved(&shown.before, lang);
    match (lang, shown.is_compared_once()) {
        (Lang::Zh, false) => format!("环比{before}，同比{year}"),
        (Lang::Zh, true) => format!("同比{year}"),
        (Lang::En, false) => format!("{before} on the period before, {year} on a year earlier"),
        (Lang::En, true) => format!("{year} on a year earlier"),
    }
}

fn moved(change: &Change, lang: Lang) -> String {
    let Some(percent) = change.percent else {
        return "—".to_owned();
    };
    let size = number(percent.abs());
    match (lang, percent.cmp(&Decimal::ZERO)) {
        (Lang::Zh, std::cmp::Ordering::Greater) => format!("增长{size}%"),
        (Lang::Zh, std::cmp::Ordering::Less) => format!("下降{size}%"),
        (Lang::Zh, std::cmp::Ordering::Equal) => "持平".to_owned(),
        (Lang::En, std::cmp::Ordering::Greater) => format!("up {size}%"),
        (Lang::En, std::cmp::Ordering::Less) => format!("down {size}%"),
        (Lang::En, std::cmp::Ordering::Equal) => "unchanged".to_owned(),
    }
}
