//! Why a post is not in a figure, in words.

use super::displayed::Exclusion;
use super::reports::Reports;
use crate::messages::{Lang, cli_text};
use crate::metrics::{Dedup, ExclusionReason, Metric, PostId};
use crate::schema::{FieldType, FieldValue};

/// Why a metric did not count a post; `name` gives the name of another post that the reason is about.
#[must_use]
pub fn exclusion_text(
    reports: &Reports<'_>,
    metric: &Metric,
    left: &Exclusion,
    lang: Lang,
    name: &dyn Fn(PostId) -> String,
) -> String {
    let say = |key: &str, values: &[(&'static str, &str)]| cli_text(lang, &format!("left-out-{key}"), values);
    match left.reason() {
        None => say("after-issue", &[]),
        Some(ExclusionReason::Draft) => say("draft", &[]),
        Some(ExclusionReason::Future) => say("future", &[]),
        Some(ExclusionReason::Duplicate(item)) => match &metric.dedup {
            Dedup::ByFields(fields) if fields[..] != ["event"] => {
                let fields: Vec<&str> = fields
                    .iter()
                    .map(|field| field_label(reports, metric, field, lang))
                    .collect();
                let fields = fields.join(&cli_text(lang, "list-comma", &[]));
                say("same-fields", &[("post", &name(item)), ("fields", &fields)])
            }
            _ => say("same-event", &[("post", &name(item))]),
        },
        Some(ExclusionReason::SamePiece(item)) => {
            let level = level_label(reports, metric, item, lang);
            say("same-piece", &[("post", &name(item)), ("level", &level)])
        }
        Some(ExclusionReason::OutsidePeriod(day)) => say("outside", &[("day", &lang.format_date(day))]),
        Some(ExclusionReason::NoValue) => say("no-value", &[]),
        Some(ExclusionReason::NoDate) => say("no-date", &[]),
        Some(ExclusionReason::CountedLater(day)) => say("counted-later", &[("day", &lang.format_date(day))]),
        Some(ExclusionReason::Superseded(item)) => say("superseded", &[("post", &name(item))]),
    }
}

fn field_label<'f>(reports: &'f Reports<'_>, metric: &Metric, field: &'f str, lang: Lang) -> &'f str {
    let found = reports.counts.field_of(metric, field);
    found.map_or(field, |field| field.labels.get(lang.tag()))
}

/// The level of a piece in words.
fn level_label(reports: &Reports<'_>, metric: &Metric, item: PostId, lang: Lang) -> String {
    let record = reports.counts.posts.post(item).record;
    let Some(FieldValue::Enum(id)) = record.meta.fields.get("level") else {
        return "—".to_owned();
    };
    let values = match reports.counts.field_of(metric, "level").map(|field| &field.ty) {
        Some(FieldType::Enum(values)) => values.as_slice(),
        _ => &[],
    };
    let found = values.iter().find(|(known, _)| known == id);
    found.map_or_else(|| id.clone(), |(_, labels)| labels.get(lang.tag()).to_owned())
}
