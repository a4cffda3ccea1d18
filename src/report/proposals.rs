//! What a report says of problems (存在问题) and of what comes next (工作打算), as far as figures show it.
//!
//! Both are drafts for an editor: figures show that something fell, not why. Their headings have a mark, which is a finding
//! in a report that would be published (`record/unconfirmed.rs`). Generated pages do not have these sections.

use super::compose::Composer;
use super::draft_markdown::{escape_markdown, metric_call, target_call};
use super::format::format_amount;
use super::outline::OUTLINE;
use crate::metrics::{Dimension, Metric, Period, PostStatus, Target};
use crate::schema::{FieldValue, Taxonomy};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// What is held in villages. A village without any of it is named.
const VILLAGE_ACTIVITIES: [&str; 4] = ["study.all", "volunteer.sessions", "civility.all", "culture.all"];
/// The kind of public concerns, and its dates.
const CONCERN: &str = "response";
const RECEIVED: &str = "received";
const ANSWERED: &str = "answered";
/// Simple concerns are to be answered within so many working days (《政府网站与政务新媒体检查指标》).
const ANSWER_WORKDAYS: i64 = 5;
/// The most names in a list.
const MAX_NAMES: usize = 8;

/// The sentences of both sections.
#[derive(Debug, Default)]
struct Proposals {
    problems: Vec<String>,
    plans: Vec<String>,
}

impl Proposals {
    fn add(&mut self, problem: String, plan: String) {
        self.problems.push(problem);
        self.plans.push(plan);
    }
}

impl<'a> Composer<'_, 'a> {
    /// The sections that an editor must confirm, as Markdown.
    pub(super) fn unconfirmed_sections(&self, number: &mut usize) -> Vec<String> {
        let mut proposals = Proposals::default();
        self.missed_targets(&mut proposals);
        self.falls(&mut proposals);
        self.idle_villages(&mut proposals);
        self.open_concerns(&mut proposals);
        self.coming_targets(&mut proposals);
        let next = self.next_period_name();
        let plan_title = self.say("section-plan", &[("period", &next)]);
        let mark = self.word("unconfirmed-mark");
        let mut text = Vec::new();
        for (title, items) in [
            (self.word("section-problems"), proposals.problems),
            (plan_title.as_str(), proposals.plans),
        ] {
            text.push(self.heading(number, title) + mark);
            let items = match items.is_empty() {
                true => vec![self.word("nothing-proposed").to_owned()],
                false => items,
            };
            let items = items.iter().zip(1..).map(|(item, number)| format!("{number}. {item}"));
            text.push(items.collect::<Vec<_>>().join("\n"));
        }
        text
    }

    /// The figures that missed their targets.
    fn missed_targets(&self, proposals: &mut Proposals) {
        if self.period.is_running(self.reports.today) {
            return;
        }
        for metric in self.reports.counts.metrics.iter() {
            let figure = self.figure(metric);
            let label = self.label(metric);
            match self.reports.target(&figure) {
                Some(Target::Whole(target)) if figure.value.unwrap_or_default() < *target => {
                    let (value, call) = (metric_call(metric), target_call(metric, None));
                    let values = [("label", label.as_str()), ("figure", &value), ("target", &call)];
                    proposals.add(
                        self.say("problem-target", &values),
                        self.say("plan-target", &[("label", &label)]),
                    );
                }
                Some(Target::Parts { by, values }) => {
                    let by = Dimension::Field(by.clone());
                    let parts = self.reports.parts(&figure, &by);
                    let part = |key: &str| parts.iter().find(|part| part.key == key);
                    let missed = values.iter().filter_map(|(key, target)| {
                        let part = part(key)?;
                        let is_missed = part.value.unwrap_or_default() < *target;
                        is_missed.then(|| self.reports.part_label(metric, &by, part))
                    });
                    let missed: Vec<String> = missed.collect();
                    if !missed.is_empty() {
                        let names = self.names(&missed);
                        let values = [("names", names.as_str()), ("label", &label)];
                        proposals.add(
                            self.say("problem-target-parts", &values),
                            self.say("plan-target-parts", &values),
                        );
                    }
                }
                Some(Target::Whole(_)) | None => {}
            }
        }
    }

    /// The main figures that fell.
    fn falls(&self, proposals: &mut Proposals) {
        let paragraphs = OUTLINE.sections.iter().flat_map(|section| &section.paragraphs);
        let paragraphs = paragraphs.filter(|paragraph| !paragraph.fewer_is_fine);
        let main = paragraphs.filter_map(|paragraph| self.metric(paragraph.clauses.first()?));
        let mut labels: Vec<String> = Vec::new();
        for metric in main {
            let Some((call, change)) = self.change_of(&self.figure(metric)) else {
                continue;
            };
            if change.difference.is_some_and(|difference| difference < Decimal::ZERO) {
                let (label, value) = (self.label(metric), metric_call(metric));
                let values = [("label", label.as_str()), ("figure", &value), ("change", &call)];
                proposals.problems.push(self.say("problem-fall", &values));
                labels.push(label);
            }
        }
        if !labels.is_empty() {
            let labels = labels.join(self.word("topics-separator"));
            proposals.plans.push(self.say("plan-fall", &[("labels", &labels)]));
        }
    }

    /// The villages of the roster without any activity.
    fn idle_villages(&self, proposals: &mut Proposals) {
        let by = Dimension::Field(Taxonomy::Villages.field().to_owned());
        let Some(roster) = self.reports.counts.catalog.rosters.get(Taxonomy::Villages.name()) else {
            return;
        };
        let mut active: BTreeSet<String> = BTreeSet::new();
        for metric in VILLAGE_ACTIVITIES.into_iter().filter_map(|id| self.metric(id)) {
            let parts = self.reports.parts(&self.figure(metric), &by).into_iter();
            let counted = parts.filter(|part| !part.value.unwrap_or_default().is_zero());
            active.extend(counted.map(|part| part.key));
        }
        let rows = roster.rows().iter().filter(|row| row.is_in_force(self.last_day()));
        let idle = rows.filter(|row| !active.contains(&row.id)).map(|row| row.name.clone());
        let idle: Vec<String> = idle.collect();
        // Where no post names a village, nothing is known of any.
        if idle.is_empty() || active.iter().all(String::is_empty) {
            return;
        }
        let names = self.names(&idle);
        proposals.add(
            self.say("problem-villages", &[("names", &names)]),
            self.say("plan-villages", &[("names", &names)]),
        );
    }

    /// Public concerns that are open too long: the site's own metrics of a state, else the posts.
    fn open_concerns(&self, proposals: &mut Proposals) {
        let is_open = |metric: &&Metric| metric.state.is_some() && metric.kinds().iter().any(|kind| kind == CONCERN);
        let states: Vec<&'a Metric> = self.reports.counts.metrics.iter().filter(is_open).collect();
        let last = self.reports.lang.format_date(self.last_day());
        for metric in &states {
            if !self.figure(metric).value.unwrap_or_default().is_zero() {
                let (label, value) = (self.label(metric), metric_call(metric));
                let values = [("last", last.as_str()), ("label", &label), ("figure", &value)];
                proposals.add(
                    self.say("problem-state", &values),
                    self.say("plan-state", &[("label", &label)]),
                );
            }
        }
        let overdue = self.overdue_concerns();
        if states.is_empty() && !overdue.is_empty() {
            let (number, days) = (overdue.len().to_string(), ANSWER_WORKDAYS.to_string());
            let titles = overdue.iter().map(|title| self.say("names-title", &[("title", title)]));
            let titles: String = titles.collect();
            let values = [
                ("last", last.as_str()),
                ("n", &number),
                ("days", &days),
                ("names", &titles),
            ];
            proposals.add(
                self.say("problem-overdue", &values),
                self.word("plan-overdue").to_owned(),
            );
        }
    }

    /// The titles of public concerns that are not answered on the last day, after more than the working days allowed.
    fn overdue_concerns(&self) -> Vec<String> {
        let counts = &self.reports.counts;
        let last = self.last_day();
        let day = |value: Option<&FieldValue>| match value {
            Some(FieldValue::Moment(moment)) => Some(moment.date),
            _ => None,
        };
        let is_overdue = |received: Date, answered: Option<Date>| {
            let is_open = answered.is_none_or(|answered| answered > last);
            is_open && counts.metrics.calendar.days_between(received, last) > ANSWER_WORKDAYS
        };
        let posts = counts.posts.of_kinds(&[CONCERN.to_owned()]).into_iter();
        let posts = posts.map(|id| counts.posts.post(id));
        let posts = posts.filter(|post| post.status == PostStatus::Countable && !post.is_hidden());
        let overdue = posts.filter(|post| {
            let fields = &post.record.meta.fields;
            let received = day(fields.get(RECEIVED)).filter(|received| *received <= last);
            received.is_some_and(|received| is_overdue(received, day(fields.get(ANSWERED))))
        });
        overdue.map(|post| escape_markdown(&post.record.meta.title)).collect()
    }

    /// The targets of the next period and of the year.
    fn coming_targets(&self, proposals: &mut Proposals) {
        let next = self.period.next();
        let year = Period::Year(self.period.first().year());
        let name = self.next_period_name();
        let targets = &self.reports.counts.metrics.targets;
        for metric in self.reports.counts.metrics.iter() {
            let label = self.label(metric);
            if let Some(Target::Whole(target)) = targets.get(&metric.id, next) {
                let amount = format_amount(*target, metric, self.reports.lang);
                let values = [("period", name.as_str()), ("label", &label), ("amount", &amount)];
                proposals.plans.push(self.say("plan-next-target", &values));
            } else if let Some(Target::Whole(_)) = targets.get(&metric.id, year).filter(|_| year.contains(next.first()))
            {
                let call = target_call(metric, Some(year));
                let values = [("period", name.as_str()), ("label", &label), ("target", &call)];
                proposals.plans.push(self.say("plan-year-target", &values));
            }
        }
    }

    /// The name of the next period: 下半年, 2023年上半年, 下一期.
    fn next_period_name(&self) -> String {
        match self.period.next() {
            Period::Range(..) => self.word("next-period").to_owned(),
            next => self.period_within_year(next),
        }
    }

    /// Names in a list; a long one is cut, and says how many there are.
    fn names(&self, all: &[String]) -> String {
        let shown: Vec<String> = all.iter().take(MAX_NAMES).map(|name| escape_markdown(name)).collect();
        let shown = shown.join(self.word("topics-separator"));
        match all.len() > MAX_NAMES {
            true => self.say("names-among", &[("names", &shown), ("n", &all.len().to_string())]),
            false => shown,
        }
    }
}
