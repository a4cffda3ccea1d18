//! Findings about metrics whose figures contradict their definition: sums that differ, and events that are added twice.

use super::format::format_number;
use super::reports::Reports;
use crate::diag::{Code, Diagnostic};
use crate::metrics::{Aggregate, Dedup, Metric, Period, PostId, counts_events};
use crate::record::REPORT_KIND;
use crate::schema::FieldValue;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn findings(reports: &Reports<'_>) -> Vec<Diagnostic> {
    let days = reports.counts.posts.days_excluding_kind(REPORT_KIND);
    let periods = shown_periods(reports, &days);
    let metrics = || reports.counts.metrics.iter();
    let sums = metrics().filter_map(|metric| check_sum(reports, metric, &periods));
    let whole = days.first().zip(days.last());
    let whole = whole.map(|(&first, &last)| Period::Range(first, last));
    let events = metrics().filter_map(|metric| check_added_events(reports, metric, whole?));
    sums.chain(events).collect()
}

/// The periods whose figures any page shows: those of reports, then those of statistics pages and of calls in texts, and
/// those that are running today. The latest comes first.
fn shown_periods(reports: &Reports<'_>, days: &BTreeSet<Date>) -> Vec<Period> {
    let of_day = |day: Date| {
        let quarter = (day.month() + 2) / 3;
        [
            Period::Year(day.year()),
            Period::half_of(day),
            Period::Quarter(day.year(), quarter),
            Period::month_of(day),
        ]
    };
    let posts = days.iter().flat_map(|&day| of_day(day));
    let running = of_day(reports.today)
        .into_iter()
        .chain([Period::Range(reports.today, reports.today)]);
    let of_reports = reports.all.iter().map(|report| report.period);
    let called = reports.written_calls().map(|call| call.period);
    let all: BTreeSet<Period> = posts.chain(running).chain(of_reports).chain(called).collect();
    let mut periods: Vec<Period> = all.into_iter().collect();
    let has_no_report = |period: Period| reports.get(period).is_none();
    periods.sort_by_key(|&period| (has_no_report(period), Reverse(period.last()), period.first()));
    periods
}

/// Reports a metric that differs from the sum that it must equal: the latest period in which it does, and the number of
/// the others. They mostly have one cause.
fn check_sum(reports: &Reports<'_>, metric: &Metric, periods: &[Period]) -> Option<Diagnostic> {
    let counts = &reports.counts;
    let metric = counts.metrics.get(&metric.id)?;
    let difference = |&period: &Period| -> Option<(Period, Option<Decimal>, Decimal)> {
        let expected = counts.expected_sum(metric, period)?;
        let value = counts.value(metric, period);
        (value != Some(expected)).then_some((period, value, expected))
    };
    let mut differing = periods.iter().filter_map(difference);
    let (period, value, expected) = differing.next()?;
    let others = differing.count();
    let finding = Diagnostic::new(Code::SumDiffers)
        .with("period", period.to_string())
        .with("metric", &metric.id)
        .with("value", format_number(value))
        .with("sum", sum_formula(metric))
        .with("expected", format_number(expected))
        .with_some("others", (others > 0).then(|| others.to_string()));
    Some(match metric.place("equals") {
        Some(place) => finding.at(place.clone()),
        None => finding,
    })
}

/// The sum that a metric must equal: `teams.town + teams.village`.
fn sum_formula(metric: &Metric) -> String {
    let mut words = String::new();
    for (plus, id) in &metric.equals {
        if !words.is_empty() || !plus {
            words.push_str(if *plus { " + " } else { " - " });
        }
        words.push_str(id);
    }
    words
}

/// Reports a metric of the site's own that adds the numbers of several posts about one event, without having said in
/// `once` that it should.
fn check_added_events(reports: &Reports<'_>, metric: &Metric, whole: Period) -> Option<Diagnostic> {
    let counts = &reports.counts;
    // A metric of several kinds says in `once` how they count.
    let [kind] = metric.kinds() else { return None };
    let kind = counts.catalog.kinds.get(kind)?;
    let adds = matches!(metric.aggregate, Aggregate::Sum(_) | Aggregate::Average(_));
    let is_own = metric.places.contains_key("id") && !metric.places.contains_key("once");
    if !adds || !is_own || metric.dedup != Dedup::None || !counts_events(kind) {
        return None;
    }
    let metric = counts.metrics.get(&metric.id)?;
    let figure = counts.figure(metric, whole);
    let record = |post: PostId| counts.posts.post(post).record;
    let mut first: BTreeMap<(&str, Option<&str>), PostId> = BTreeMap::new();
    let has_team = kind.fields.iter().any(|field| field.name == "team");
    let twice = figure
        .evidence
        .posts()
        .iter()
        .filter(|entry| !entry.amount.is_zero())
        .find_map(|entry| {
            let meta = &record(entry.post).meta;
            let team = match meta.fields.get("team") {
                Some(FieldValue::Reference(team)) => Some(team.as_str()),
                _ => None,
            };
            let known = *first.entry((meta.event.as_deref()?, team)).or_insert(entry.post);
            (known != entry.post).then_some((known, entry.post))
        });
    let (earlier, later) = twice?;
    let finding = Diagnostic::new(Code::EventAddedTwice)
        .at(metric.place("aggregate")?.clone())
        .with("metric", &metric.id)
        .with("earlier", record(earlier).path.as_str())
        .with("later", record(later).path.as_str())
        .with("write", if has_team { "once: [event, team]" } else { "once: event" });
    Some(finding)
}
