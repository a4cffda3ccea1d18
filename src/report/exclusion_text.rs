//! Explains in words why a figure did not count a post.

use super::evidence::Exclusion;
use super::labels::field_label;
use super::method::state_age;
use super::reports::Reports;
use crate::messages::{Lang, report_text};
use crate::metrics::{Aggregate, Dedup, ExcludedPost, ExclusionReason, Metric, PostId};
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
        Exclusion::ByRule(excluded) => reason_text(reports, metric, excluded, lang, &|id| match reports
            .counts
            .posts
            .post(id)
            .is_hidden()
        {
            true => report_text(lang, "hidden-post", &[]),
            false => name(NamedPost::Today(id)),
        }),
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
    excluded: &ExcludedPost,
    lang: Lang,
    name: &dyn Fn(PostId) -> String,
) -> String {
    let say = |key: &str, values: &[(&'static str, &str)]| report_text(lang, &format!("left-out-{key}"), values);
    match excluded.reason {
        ExclusionReason::Draft => say("draft", &[]),
        ExclusionReason::Future => say(
            "future",
            &[("field", &future_date(reports, metric, excluded.post, lang))],
        ),
        ExclusionReason::Duplicate(item) => match &metric.dedup {
            Dedup::ByFields(fields) if fields[..] != ["event"] => {
                let fields = labels(reports, metric, fields.iter(), lang);
                say("same-fields", &[("post", &name(item)), ("fields", &fields)])
            }
            _ => say("same-event", &[("post", &name(item))]),
        },
        ExclusionReason::SamePiece(item) => {
            let level = level_label(reports, metric, item, lang);
            say("same-piece", &[("post", &name(item)), ("level", &level)])
        }
        ExclusionReason::OutsidePeriod { day, dated_by } => {
            let day = lang.format_date(day);
            if dated_by == excluded.post {
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
        ExclusionReason::PartsCounted => say("parts-counted", &[("fields", &part_fields(reports, metric, lang))]),
        ExclusionReason::NoValue => say("no-value", &[]),
        ExclusionReason::NoPoints => say("no-points", &[]),
        ExclusionReason::DatesReversed => say("dates-reversed", &[]),
        ExclusionReason::NoDate => say("no-date", &[]),
        ExclusionReason::CountedLater(day) => say("counted-later", &[("day", &lang.format_date(day))]),
        ExclusionReason::Ended(day) => {
            let until = metric.state.as_ref().map_or("", |state| state.until.as_str());
            let field = field_label(&reports.counts, metric, until, lang);
            say("ended", &[("field", field), ("day", &lang.format_date(day))])
        }
        ExclusionReason::NotOver => say("not-over", &[("age", &state_age(metric, lang))]),
        ExclusionReason::Superseded(item) => say("superseded", &[("post", &name(item))]),
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
fn future_date(reports: &Reports<'_>, metric: &Metric, post: PostId, lang: Lang) -> String {
    let is_future = |day: Option<jiff::civil::Date>| day.is_some_and(|day| day > reports.today);
    let field = match &metric.aggregate {
        _ if is_future(reports.counts.posts.post(post).day()) => "date",
        Aggregate::Average(measure)
        | Aggregate::Sum(measure)
        | Aggregate::Max(measure)
        | Aggregate::Latest(measure)
            if !is_future(reports.counts.deciding_day(metric, post)) =>
        {
            match measure.last_day_field() {
                Some(to) => to,
                None => return deciding_date(reports, metric, post, lang),
            }
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

/// The names of the fields by which a metric tells the posts of an event apart.
fn part_fields(reports: &Reports<'_>, metric: &Metric, lang: Lang) -> String {
    match &metric.dedup {
        Dedup::ByFields(fields) => labels(reports, metric, fields.iter().filter(|field| *field != "event"), lang),
        _ => String::new(),
    }
}

fn labels<'f>(reports: &Reports<'_>, metric: &Metric, fields: impl Iterator<Item = &'f String>, lang: Lang) -> String {
    let names = fields.map(|field| field_label(&reports.counts, metric, field, lang));
    names.collect::<Vec<_>>().join(lang.list_separator())
}
