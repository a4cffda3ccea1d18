//! The names of fields, of rosters' columns and of their values in words, so that no page shows a key for which there is
//! a name.

use crate::ledger::ledger_words;
use crate::messages::{Lang, raw_report_text, report_text};
use crate::metrics::{Dimension, HIDDEN_KEY, Metric, MetricResults, Source};
use crate::schema::{FieldType, Taxonomy};

/// The name of a roster. A town's own roster keeps its name, in quotes.
#[must_use]
pub(crate) fn roster_label(name: &str, lang: Lang) -> String {
    let key = format!("roster-{name}");
    let words = raw_report_text(lang, &key);
    if words == key {
        format!("“{name}”")
    } else {
        words.to_owned()
    }
}

/// The name of a field of a metric's posts, or of a column of its roster; a column that only the office knows keeps the
/// office's word.
#[must_use]
pub(crate) fn field_label<'n>(counts: &MetricResults<'n>, metric: &Metric, name: &'n str, lang: Lang) -> &'n str {
    match &counts.subject(metric).source {
        Source::Kinds(_) | Source::Metrics(_) => counts.field_label(metric, name, lang).unwrap_or(name),
        Source::Roster(_) => ledger_words().column_label(name, lang).unwrap_or(name),
    }
}

/// A value of a field or column in words: an enum's label, a roster row's name, 是 or 否. Any other value is the
/// editor's own word.
#[must_use]
pub(crate) fn value_label(counts: &MetricResults<'_>, metric: &Metric, name: &str, key: &str, lang: Lang) -> String {
    let rosters = &counts.catalog.rosters;
    let row = |roster: &str| Some(rosters.get(roster)?.by_id(key)?.name.clone());
    let label = match &counts.subject(metric).source {
        Source::Kinds(_) | Source::Metrics(_) => {
            match counts.field_of(metric, name).map(|field| item_type(&field.ty)) {
                Some(ty @ FieldType::Enum(_)) => ty.value_label(key, lang.tag()).map(str::to_owned),
                Some(FieldType::Roster(roster)) => row(roster),
                Some(FieldType::Boolean) => boolean_label(key, lang),
                _ => None,
            }
        }
        Source::Roster(_) => ledger_words()
            .value_label(name, key, lang)
            .map(|label| site_label(counts, key, label, lang).to_owned())
            .or_else(|| row(Taxonomy::of_field(name)?.name()))
            .or_else(|| boolean_label(key, lang)),
    };
    label.unwrap_or_else(|| key.to_owned())
}

/// What the site calls a value of a roster: the label that its settings give to posts' values of this name.
fn site_label<'l>(counts: &'l MetricResults<'_>, key: &str, label: &'l str, lang: Lang) -> &'l str {
    let mut relabelled = counts.catalog.kinds.relabelled().iter();
    let change = relabelled.find(|change| change.id == key && change.former.get(lang.tag()) == label);
    change.map_or(label, |change| change.now.get(lang.tag()))
}

/// The type of the items of a list, or the type itself.
fn item_type(ty: &FieldType) -> &FieldType {
    match ty {
        FieldType::List(of) => item_type(of),
        single => single,
    }
}

fn boolean_label(key: &str, lang: Lang) -> Option<String> {
    match key {
        "true" => Some(raw_report_text(lang, "yes").to_owned()),
        "false" => Some(raw_report_text(lang, "no").to_owned()),
        _ => None,
    }
}

/// The value that a key of a dimension stands for, in words: an enum's label, a roster row's name, a kind's.
#[must_use]
pub(super) fn key_label(counts: &MetricResults<'_>, metric: &Metric, by: &Dimension, key: &str, lang: Lang) -> String {
    match by {
        Dimension::Field(name) => value_label(counts, metric, name, key, lang),
        Dimension::Month | Dimension::Kind => counts.catalog.kinds.label(key, lang.tag()).unwrap_or(key).to_owned(),
    }
}

/// The name of a part of a figure by its key and its label: 国家级, 石桥村, 5月. The part of what does not give the field
/// is 未注明媒体级别.
#[must_use]
pub(crate) fn part_label(
    counts: &MetricResults<'_>,
    metric: &Metric,
    by: &Dimension,
    key: &str,
    label: &str,
    lang: Lang,
) -> String {
    match by {
        _ if key == HIDDEN_KEY => raw_report_text(lang, "not-public").to_owned(),
        Dimension::Field(name) if key.is_empty() => report_text(
            lang,
            "not-stated",
            &[("field", field_label(counts, metric, name, lang))],
        ),
        Dimension::Field(name) if label.is_empty() || label == key => value_label(counts, metric, name, key, lang),
        _ => label.to_owned(),
    }
}
