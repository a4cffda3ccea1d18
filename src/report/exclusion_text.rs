//! Explains in words why a figure did not count a post.

use super::displayed::Exclusion;
use super::labels::field_label;
use super::reports::Reports;
use crate::messages::{Lang, report_text};
use crate::metrics::{Dedup, ExclusionReason, Metric, PostId};
use crate::schema::FieldValue;

/// Explains why a metric did not count a post. `name` returns the name of another post to which the reason refers.
#[must_use]
pub(crate) fn exclusion_text(
    reports: &Reports<'_>,
    metric: &Metric,
    exclusion: &Exclusion,
    lang: Lang,
    name: &dyn Fn(PostId) -> String,
) -> String {
    let say = |key: &str, values: &[(&'static str, &str)]| report_text(lang, &format!("left-out-{key}"), values);
    match exclusion.reason() {
        None => say("after-issue", &[]),
        Some(ExclusionReason::Draft) => say("draft", &[]),
        Some(ExclusionReason::Future) => say("future", &[]),
        Some(ExclusionReason::Duplicate(item)) => match &metric.dedup {
            Dedup::ByFields(fields) if fields[..] != ["event"] => {
                let fields: Vec<&str> = fields
                    .iter()
                    .map(|field| field_label(&reports.counts, metric, field, lang))
                    .collect();
                let fields = fields.join(lang.list_separator());
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
        Some(ExclusionReason::DatesReversed) => say("dates-reversed", &[]),
        Some(ExclusionReason::NoDate) => say("no-date", &[]),
        Some(ExclusionReason::CountedLater(day)) => say("counted-later", &[("day", &lang.format_date(day))]),
        Some(ExclusionReason::Superseded(item)) => say("superseded", &[("post", &name(item))]),
    }
}

/// The level of a piece in words, or `—` when the post does not give it.
fn level_label(reports: &Reports<'_>, metric: &Metric, item: PostId, lang: Lang) -> String {
    let record = reports.counts.posts.post(item).record;
    let Some(FieldValue::Enum(id)) = record.meta.fields.get("level") else {
        return "—".to_owned();
    };
    let field = reports.counts.field_of(metric, "level");
    let label = field.and_then(|field| field.ty.value_label(id, lang.tag()));
    label.unwrap_or(id).to_owned()
}
