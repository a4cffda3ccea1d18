//! Explains in words why a figure did not count a post.

use super::displayed::Exclusion;
use super::labels::field_label;
use super::reports::Reports;
use crate::messages::{Lang, report_text};
use crate::metrics::{Aggregate, Dedup, ExclusionReason, Measure, Metric, PostId};
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
        Some(ExclusionReason::Future) => say("future", &[("field", &future_date(reports, metric, exclusion, lang))]),
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
        Some(ExclusionReason::OutsidePeriod { day, dated_by }) => {
            let day = lang.format_date(day);
            if dated_by == exclusion.post() {
                let field = deciding_date(reports, metric, dated_by, lang);
                return say("outside", &[("field", &field), ("day", &day)]);
            }
            let level = level_label(reports, metric, dated_by, lang);
            let values = [("post", name(dated_by)), ("day", day), ("level", level)];
            let values = values.each_ref().map(|(key, value)| (*key, value.as_str()));
            match metric.dedup {
                Dedup::ByPiece | Dedup::ByPieceAndLevel => say("outside-piece", &values),
                Dedup::None | Dedup::ByFields(_) => say("outside-event", &values[..2]),
            }
        }
        Some(ExclusionReason::NoValue) => say("no-value", &[]),
        Some(ExclusionReason::DatesReversed) => say("dates-reversed", &[]),
        Some(ExclusionReason::NoDate) => say("no-date", &[]),
        Some(ExclusionReason::CountedLater(day)) => say("counted-later", &[("day", &lang.format_date(day))]),
        Some(ExclusionReason::Superseded(item)) => say("superseded", &[("post", &name(item))]),
    }
}

/// The label of the date that decides a post's period.
fn deciding_date(reports: &Reports<'_>, metric: &Metric, post: PostId, lang: Lang) -> String {
    let field = reports.counts.deciding_field(metric, post);
    let label = reports.counts.field_label(metric, field, lang);
    label.unwrap_or(field).to_owned()
}

/// The label of the date of a post that is after today: its own, that which decides its period, or the end of the days
/// that are counted.
fn future_date(reports: &Reports<'_>, metric: &Metric, exclusion: &Exclusion, lang: Lang) -> String {
    let post = exclusion.post();
    let is_future = |day: Option<jiff::civil::Date>| day.is_some_and(|day| day > reports.today);
    let field = match &metric.aggregate {
        _ if is_future(reports.counts.posts.post(post).day()) => "date",
        Aggregate::Average(Measure::Days(_, to))
        | Aggregate::Sum(Measure::Days(_, to))
        | Aggregate::Max(Measure::Days(_, to))
        | Aggregate::Latest(Measure::Days(_, to))
            if !is_future(reports.counts.deciding_day(metric, post)) =>
        {
            to
        }
        _ => return deciding_date(reports, metric, post, lang),
    };
    let label = reports.counts.field_label(metric, field, lang);
    label.unwrap_or(field).to_owned()
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
