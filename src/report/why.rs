//! Why a post is not in a figure, in words.

use super::{LeftOut, Reports};
use crate::messages::{Lang, text};
use crate::metrics::{Item, Metric, Once, Reason};
use crate::schema::{FieldType, FieldValue};

/// Why a metric did not count a post; `name` gives the name of another post that the reason is about.
#[must_use]
pub fn why(
    reports: &Reports<'_>,
    metric: &Metric,
    left: &LeftOut,
    lang: Lang,
    name: &dyn Fn(Item) -> String,
) -> String {
    let say = |key: &str, values: &[(&'static str, &str)]| text(lang, &format!("left-out-{key}"), values);
    match left.reason() {
        None => say("after-issue", &[]),
        Some(Reason::Draft) => say("draft", &[]),
        Some(Reason::Future) => say("future", &[]),
        Some(Reason::Same(item)) => match &metric.once {
            Once::Same(fields) if fields[..] != ["event"] => {
                let fields: Vec<&str> = fields
                    .iter()
                    .map(|field| field_label(reports, metric, field, lang))
                    .collect();
                let fields = fields.join(&text(lang, "list-comma", &[]));
                say("same-fields", &[("post", &name(item)), ("fields", &fields)])
            }
            _ => say("same-event", &[("post", &name(item))]),
        },
        Some(Reason::SamePiece(item)) => {
            let level = level(reports, metric, item, lang);
            say("same-piece", &[("post", &name(item)), ("level", &level)])
        }
        Some(Reason::Outside(day)) => say("outside", &[("day", &lang.day(day))]),
        Some(Reason::NoValue) => say("no-value", &[]),
        Some(Reason::NoDate) => say("no-date", &[]),
        Some(Reason::CountedLater(day)) => say("counted-later", &[("day", &lang.day(day))]),
        Some(Reason::Superseded(item)) => say("superseded", &[("post", &name(item))]),
    }
}

fn field_label<'f>(reports: &'f Reports<'_>, metric: &Metric, field: &'f str, lang: Lang) -> &'f str {
    let found = reports.counts.field_of(metric, field);
    found.map_or(field, |field| field.labels.get(lang.tag()))
}

/// The level of a piece in words.
fn level(reports: &Reports<'_>, metric: &Metric, item: Item, lang: Lang) -> String {
    let record = reports.counts.pool.post(item).record;
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
