//! Explains in words why a figure did not count a post.

use super::displayed::Exclusion;
use super::labels::field_label;
use super::reports::Reports;
use crate::messages::{Lang, report_text};
use crate::metrics::{Dedup, ExclusionReason, Metric, PostId};
use crate::schema::FieldValue;

/// Explains why a metric did not count a post. `name` returns the name of another post to which the reason refers. The
/// reason of an issued figure is given in the site's language, as issued.
#[must_use]
pub(crate) fn exclusion_text(
    reports: &Reports<'_>,
    metric: &Metric,
    exclusion: &Exclusion<'_>,
    lang: Lang,
    name: &dyn Fn(NamedPost<'_>) -> String,
) -> String {
    match exclusion {
        Exclusion::ByRule(excluded) => {
            reason_text(reports, metric, excluded.reason, lang, &|id| name(NamedPost::Today(id)))
        }
        Exclusion::Issued { report, reason, .. } => fill_names(reason, &|path| {
            let post = report.posts.get(path)?;
            let now = reports.published_post(report, path);
            let title = now.map(|_| post.title.as_str());
            Some(name(NamedPost::Issued { path, title }))
        }),
    }
}

/// Another post to which a reason refers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamedPost<'a> {
    /// A post of today.
    Today(PostId),
    /// A post as it was at the issue.
    Issued {
        /// Its path at that time.
        path: &'a str,
        /// Its title at that time. `None` when it was deleted or taken back.
        title: Option<&'a str>,
    },
}

/// Replaces each `{PATH}` in an issued reason by the name of that post. `name` returns `None` for an unknown path.
fn fill_names(reason: &str, name: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = reason;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after
            .split_once('}')
            .and_then(|(path, after)| Some((name(path)?, after)))
        {
            Some((name, after)) => {
                out.push_str(&name);
                rest = after;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out + rest
}

fn reason_text(
    reports: &Reports<'_>,
    metric: &Metric,
    reason: ExclusionReason,
    lang: Lang,
    name: &dyn Fn(PostId) -> String,
) -> String {
    let say = |key: &str, values: &[(&'static str, &str)]| report_text(lang, &format!("left-out-{key}"), values);
    match reason {
        ExclusionReason::Draft => say("draft", &[]),
        ExclusionReason::Future => say("future", &[]),
        ExclusionReason::Duplicate(item) => match &metric.dedup {
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
        ExclusionReason::SamePiece(item) => {
            let level = level_label(reports, metric, item, lang);
            say("same-piece", &[("post", &name(item)), ("level", &level)])
        }
        ExclusionReason::OutsidePeriod(day) => say("outside", &[("day", &lang.format_date(day))]),
        ExclusionReason::NoValue => say("no-value", &[]),
        ExclusionReason::DatesReversed => say("dates-reversed", &[]),
        ExclusionReason::NoDate => say("no-date", &[]),
        ExclusionReason::CountedLater(day) => say("counted-later", &[("day", &lang.format_date(day))]),
        ExclusionReason::Superseded(item) => say("superseded", &[("post", &name(item))]),
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
