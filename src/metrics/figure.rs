//! The figure of a metric in one period, with the posts or rows that it counted.

use super::change::round_ratio;
use super::counting::{deciding_day, match_posts};
use super::dimension::FigureFilter;
use super::matched::{CountedPost, ExcludedPost, ExclusionReason, MatchedPosts, NumberConflict, Validity};
use super::metric::{Aggregate, LEVEL_FIELD, Metric, Metrics, Points, Source};
use super::period::Period;
use super::post_index::{PostId, PostIndex, PostOrder, column_value, field_value, value_texts};
use crate::catalog::Catalog;
use crate::schema::RosterRow;
use jiff::ToSpan as _;
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

/// Posts that missed a period by at most this many days are listed as excluded.
const NEAR_MISS_DAYS: i64 = 31;

/// All metrics of a site, counted.
#[derive(Debug)]
pub struct MetricResults<'a> {
    /// The site's records and rosters.
    pub catalog: &'a Catalog,
    /// The metrics.
    pub metrics: &'a Metrics,
    /// The posts.
    pub posts: PostIndex<'a>,
    /// The day that counts as today. Nothing later counts yet.
    pub today: Date,
    matched: Arc<Vec<MatchedPosts>>,
    /// The numbers that were asked for, by the metric's position. A report, a page and a download each ask for them, and
    /// each figure is compared with two others.
    value_cache: RwLock<FxHashMap<(usize, Period), Option<Decimal>>>,
}

/// The result of counting without the records, for a later catalog.
#[derive(Debug, Clone)]
pub struct CountCache {
    order: Arc<PostOrder>,
    today: Date,
    matched: Arc<Vec<MatchedPosts>>,
}

/// A number with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure<'a> {
    /// The metric.
    pub metric: &'a Metric,
    /// The period.
    pub period: Period,
    /// The number. A count or a sum of nothing is 0; a mean, a maximum or a latest value of nothing is `None`, and so is
    /// every figure of a period that has not begun.
    pub value: Option<Decimal>,
    /// The posts or rows that were counted.
    pub evidence: Evidence<'a>,
    /// The values that the posts or rows must have; empty for the whole figure.
    pub filter: Vec<FigureFilter>,
}

/// The posts or rows that a figure counted, or the evidence of the figures that it divides.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence<'a> {
    /// Posts, by day. For a count, their number is the figure.
    Posts(Vec<CountedPost>),
    /// Rows of a roster, in its order.
    Rows(Vec<&'a RosterRow>),
    /// The evidence of the dividend and of the divisor.
    Quotient(Box<[Evidence<'a>; 2]>),
}

impl Evidence<'_> {
    /// The posts. Empty for rows and for a quotient.
    #[must_use]
    pub fn posts(&self) -> &[CountedPost] {
        match self {
            Self::Posts(entries) => entries,
            Self::Rows(_) | Self::Quotient(_) => &[],
        }
    }
}

impl<'a> MetricResults<'a> {
    /// Counts all `metrics` over the posts of `catalog`. Nothing after `today` counts.
    #[must_use]
    pub fn new(catalog: &'a Catalog, metrics: &'a Metrics, today: Date) -> Self {
        let posts = PostIndex::new(catalog, today);
        let levels = |kind: &str| catalog.kinds.values_of_any(kind, LEVEL_FIELD);
        let matched = match_posts(&posts, metrics.counted(), levels, (today, &metrics.calendar));
        let matched = Arc::new(matched);
        Self {
            catalog,
            metrics,
            posts,
            today,
            matched,
            value_cache: RwLock::default(),
        }
    }

    /// Reuses the counts of an earlier catalog. Its posts must be the same as those of `catalog` in order and in all
    /// fields that metrics use.
    #[must_use]
    pub fn from_cache(catalog: &'a Catalog, metrics: &'a Metrics, cache: &CountCache) -> Self {
        Self {
            catalog,
            metrics,
            posts: PostIndex::with_order(catalog, Arc::clone(&cache.order)),
            today: cache.today,
            matched: Arc::clone(&cache.matched),
            value_cache: RwLock::default(),
        }
    }

    /// The counts, for [`MetricResults::from_cache`].
    #[must_use]
    pub fn to_cache(&self) -> CountCache {
        CountCache {
            order: Arc::clone(&self.posts.order),
            today: self.today,
            matched: Arc::clone(&self.matched),
        }
    }

    /// The figure of a metric in a period.
    #[must_use]
    pub fn figure(&self, metric: &'a Metric, period: Period) -> Figure<'a> {
        let has_begun = period.first() <= self.today;
        let evidence = if has_begun {
            self.evidence(metric, period)
        } else {
            self.no_evidence(metric)
        };
        let value = self.cached_value(metric, period);
        let count = || {
            let value = has_begun.then(|| self.value_of(metric, &evidence)).flatten();
            self.cache_value(metric, period, value);
            value
        };
        Figure {
            metric,
            period,
            value: value.unwrap_or_else(count),
            evidence,
            filter: Vec::new(),
        }
    }

    /// The number of a metric in a period, without its evidence.
    #[must_use]
    pub fn value(&self, metric: &'a Metric, period: Period) -> Option<Decimal> {
        let known = self.cached_value(metric, period);
        known.unwrap_or_else(|| self.figure(metric, period).value)
    }

    /// The number of a metric in a period, if it was counted before.
    fn cached_value(&self, metric: &Metric, period: Period) -> Option<Option<Decimal>> {
        let key = (self.position(metric)?, period);
        self.value_cache
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .copied()
    }

    fn cache_value(&self, metric: &Metric, period: Period, value: Option<Decimal>) {
        if let Some(position) = self.position(metric) {
            let mut values = self.value_cache.write().unwrap_or_else(PoisonError::into_inner);
            values.insert((position, period), value);
        }
    }

    /// The position of a metric of the site. `None` for another one, even if it has the same id.
    fn position(&self, metric: &Metric) -> Option<usize> {
        self.metrics.counted().position(|own| std::ptr::eq(own, metric))
    }

    fn evidence(&self, metric: &Metric, period: Period) -> Evidence<'a> {
        match &metric.source {
            Source::Kinds(_) => Evidence::Posts(self.counted_posts(metric, period)),
            Source::Roster(roster) => Evidence::Rows(self.matching_rows(metric, roster, self.counted_until(period))),
            Source::Metrics(_) => self.both_evidence(metric, |operand| self.evidence(operand, period)),
        }
    }

    /// The evidence of a figure of nothing.
    pub(super) fn no_evidence(&self, metric: &Metric) -> Evidence<'a> {
        match &metric.source {
            Source::Kinds(_) => Evidence::Posts(Vec::new()),
            Source::Roster(_) => Evidence::Rows(Vec::new()),
            Source::Metrics(_) => self.both_evidence(metric, |operand| self.no_evidence(operand)),
        }
    }

    /// The evidence of a quotient, made of that of each operand.
    pub(super) fn both_evidence(&self, metric: &Metric, of: impl Fn(&'a Metric) -> Evidence<'a>) -> Evidence<'a> {
        let none = || Evidence::Posts(Vec::new());
        let both = self
            .operands(metric)
            .map_or_else(|| [none(), none()], |operands| operands.map(&of));
        Evidence::Quotient(Box::new(both))
    }

    /// The dividend and the divisor of a quotient. `None` for any other metric.
    #[must_use]
    pub fn operands(&self, metric: &Metric) -> Option<[&'a Metric; 2]> {
        let [dividend, divisor] = metric.operands()?;
        Some([
            self.metrics.counted_by_id(dividend)?,
            self.metrics.counted_by_id(divisor)?,
        ])
    }

    /// Adds to `metrics` those that its quotients divide, each once.
    pub fn add_operands(&self, metrics: &mut Vec<&'a Metric>) {
        let mut next = 0;
        while let Some(metric) = metrics.get(next) {
            let operands = self.operands(metric).into_iter().flatten();
            for operand in operands.filter(|operand| !self.metrics.hides(operand)) {
                if metrics.iter().all(|known| known.id != operand.id) {
                    metrics.push(operand);
                }
            }
            next += 1;
        }
    }

    /// The metric whose fields a metric is broken down by: itself, or the dividend of a quotient.
    #[must_use]
    pub fn subject<'m>(&self, metric: &'m Metric) -> &'m Metric
    where
        'a: 'm,
    {
        self.metrics.subject(metric)
    }

    /// The last day that counts in a period: its last day, or today while it is running.
    pub(super) fn counted_until(&self, period: Period) -> Date {
        period.last().min(self.today)
    }

    /// Aggregates some of a metric's posts or rows to a number.
    pub(super) fn value_of(&self, metric: &Metric, evidence: &Evidence<'_>) -> Option<Decimal> {
        match evidence {
            Evidence::Posts(entries) => self.aggregate(metric, entries),
            Evidence::Rows(rows) => aggregate_rows(metric, rows),
            Evidence::Quotient(both) => {
                let operands = self.operands(metric)?;
                let [dividend, divisor] = [0, 1].map(|index| self.value_of(operands[index], &both[index]));
                quotient(dividend?, divisor?, metric.quotient_factor())
            }
        }
    }

    /// The posts that a metric matches. `None` when the metric is unknown.
    fn matched_posts(&self, metric: &Metric) -> Option<&MatchedPosts> {
        self.matched.get(self.metrics.position(&metric.id)?)
    }

    /// All posts that a metric may ever count.
    pub(super) fn entries_of_all_time(&self, metric: &Metric) -> &[CountedPost] {
        self.matched_posts(metric).map_or(&[], |matched| &matched.counted)
    }

    fn counted_posts(&self, metric: &Metric, period: Period) -> Vec<CountedPost> {
        match &metric.aggregate {
            Aggregate::Latest(_) => self
                .candidates(metric, period)
                .next_back()
                .cloned()
                .into_iter()
                .collect(),
            Aggregate::Score(Points { cap: Some(cap), .. }) => self.capped_posts(metric, period, cap),
            // Most metrics count all of it, so it is copied at once.
            _ if metric.as_of.is_none() && metric.state.is_none() => self.entries_up_to_end(metric, period).to_vec(),
            _ => self.candidates(metric, period).cloned().collect(),
        }
    }

    /// What a metric may count in a period: what falls into it; of what holds at its end, also everything before it.
    pub(super) fn candidates(&self, metric: &Metric, period: Period) -> impl DoubleEndedIterator<Item = &CountedPost> {
        let last = self.counted_until(period);
        let entries = self.entries_up_to_end(metric, period).iter();
        entries.filter(move |entry| entry.validity.holds_on(last))
    }

    /// The same with what does not hold at the period's end: counts that were taken later, states that ended before.
    pub(super) fn entries_up_to_end(&self, metric: &Metric, period: Period) -> &[CountedPost] {
        let counted = self.matched_posts(metric).map_or(&[][..], |matched| &matched.counted);
        let from = match metric.is_at_end() {
            true => 0,
            false => counted.partition_point(|entry| entry.day < period.first()),
        };
        let to = counted.partition_point(|entry| entry.day <= self.counted_until(period));
        counted.get(from..to).unwrap_or_default()
    }

    /// The posts about one event that give different numbers, with the field that gives them; each pair once.
    #[must_use]
    pub fn number_conflicts(&self) -> Vec<(&'a str, NumberConflict)> {
        let of_metric = |(metric, matched): (&'a Metric, &MatchedPosts)| {
            let field = metric.measured_field().unwrap_or_default();
            let conflicts = matched.conflicts.iter().map(|conflict| (field, *conflict));
            conflicts.collect::<Vec<_>>()
        };
        let mut conflicts: Vec<_> = self.metrics.counted().zip(&*self.matched).flat_map(of_metric).collect();
        conflicts.sort_unstable();
        conflicts.dedup();
        conflicts
    }

    /// The rows that fulfil the conditions and are in force on `day`. In a count of different values, only the rows that
    /// give one.
    fn matching_rows(&self, metric: &Metric, roster: &str, day: Date) -> Vec<&'a RosterRow> {
        let rows = self.catalog.rosters.get(roster).map_or(&[][..], |roster| roster.rows());
        let fulfils = |row: &RosterRow| {
            metric.conditions.iter().all(|condition| {
                condition.test.passes(column_value(row, &condition.field).as_ref()) != condition.negated
            })
        };
        let gives_value = |row: &RosterRow| match &metric.aggregate {
            Aggregate::Distinct(column) => column_value(row, column).is_some(),
            _ => true,
        };
        rows.iter()
            .filter(|row| row.is_in_force(day) && fulfils(row) && gives_value(row))
            .collect()
    }

    /// Aggregates some of a metric's posts to a number.
    #[must_use]
    pub fn aggregate(&self, metric: &Metric, entries: &[CountedPost]) -> Option<Decimal> {
        let amounts = || entries.iter().map(|entry| entry.amount);
        let value = match &metric.aggregate {
            Aggregate::Count => Some(Decimal::from(entries.len())),
            Aggregate::Sum(_) | Aggregate::Score(_) => Some(amounts().fold(Decimal::ZERO, Decimal::saturating_add)),
            Aggregate::Distinct(field) => {
                let found: BTreeSet<String> = entries
                    .iter()
                    .flat_map(CountedPost::members)
                    .flat_map(|post| self.texts_of(*post, field))
                    .collect();
                Some(Decimal::from(found.len()))
            }
            Aggregate::Average(_) => mean(entries.len(), amounts()),
            Aggregate::Max(_) => amounts().max(),
            Aggregate::Latest(_) => entries.last().map(|entry| entry.amount),
            Aggregate::Quotient => None,
        };
        value.map(|value| value.normalize())
    }

    /// The value of a post's field as text, or the texts of a list's items. Empty when the post does not give it.
    #[must_use]
    pub fn texts_of(&self, post: PostId, field: &str) -> Vec<String> {
        let value = field_value(self.posts.post(post).record, field);
        value.map_or_else(Vec::new, |value| value_texts(&value))
    }

    /// The posts that fulfil a figure's conditions and that it did not count: those of its period, and those that
    /// missed it by at most 31 days. Empty for metrics of rosters.
    #[must_use]
    pub fn excluded_posts(&self, figure: &Figure<'_>) -> Vec<ExcludedPost> {
        let Some(matched) = self
            .matched_posts(figure.metric)
            .filter(|_| figure.metric.counts_posts())
        else {
            return Vec::new();
        };
        let (first, last) = (figure.period.first(), figure.period.last());
        if first > self.today {
            return Vec::new();
        }
        let until = self.counted_until(figure.period);
        let near = (
            first.saturating_sub(NEAR_MISS_DAYS.days()),
            last.saturating_add(NEAR_MISS_DAYS.days()),
        );
        let day = |item: PostId| self.deciding_day(figure.metric, item);
        let is_in_period = |excluded: &&ExcludedPost| day(excluded.post).is_none_or(|day| first <= day && day <= last);
        // `latest` counts one post only, which may be from before the period.
        let latest = match figure.metric.aggregate {
            Aggregate::Latest(_) => figure.evidence.posts().first().map(|entry| entry.post),
            _ => None,
        };
        // A post with several counts is counted by one of them.
        let has_counts = figure.metric.as_of.is_some();
        let counted: BTreeSet<PostId> = match has_counts {
            true => figure.evidence.posts().iter().map(|entry| entry.post).collect(),
            false => BTreeSet::new(),
        };
        let mut excluded: Vec<ExcludedPost> = matched.excluded.iter().filter(is_in_period).copied().collect();
        Self::name_days_outside(figure.period, &matched.counted, &mut excluded);
        // A post of an event may be dated in the period while the event's day is far from it.
        let is_near = |entry: &&CountedPost| {
            let is_own_day_near = || day(entry.post).is_some_and(|day| first <= day && day <= last);
            (near.0 <= entry.day && entry.day <= near.1) || (entry.dated_by != entry.post && is_own_day_near())
        };
        for entry in matched.counted.iter().filter(is_near) {
            let is_state = figure.metric.state.is_some();
            let reason = match entry.validity {
                _ if latest == Some(entry.post) || counted.contains(&entry.post) => continue,
                validity if is_state && entry.day <= until => match validity.until {
                    Some(ended) if ended <= until => ExclusionReason::Ended(ended),
                    _ if !validity.holds_on(until) => ExclusionReason::NotOver,
                    _ => continue,
                },
                _ if !figure.period.contains(entry.day) => ExclusionReason::OutsidePeriod {
                    day: entry.day,
                    dated_by: entry.dated_by,
                },
                Validity {
                    from: Some(counted), ..
                } if counted > until => ExclusionReason::CountedLater(counted),
                _ => match latest {
                    Some(later) => ExclusionReason::Superseded(later),
                    None => continue,
                },
            };
            excluded.push(ExcludedPost {
                post: entry.post,
                reason,
            });
        }
        excluded.sort_by_key(|excluded| excluded.post);
        if has_counts {
            excluded.dedup_by_key(|excluded| excluded.post);
        }
        excluded
    }

    /// Gives the day that decided as the reason of a post in the period whose event or piece counts in another period.
    fn name_days_outside(period: Period, counted: &[CountedPost], excluded: &mut [ExcludedPost]) {
        let representative = |reason: ExclusionReason| match reason {
            ExclusionReason::Duplicate(post) | ExclusionReason::SamePiece(post) => Some(post),
            _ => None,
        };
        let wanted = excluded.iter().filter_map(|excluded| representative(excluded.reason));
        let wanted: BTreeSet<PostId> = wanted.collect();
        if wanted.is_empty() {
            return;
        }
        let outside = counted
            .iter()
            .filter(|entry| wanted.contains(&entry.post) && !period.contains(entry.day));
        let outside: BTreeMap<PostId, &CountedPost> = outside.map(|entry| (entry.post, entry)).collect();
        for excluded in excluded {
            if let Some(entry) = representative(excluded.reason).and_then(|post| outside.get(&post)) {
                excluded.reason = ExclusionReason::OutsidePeriod {
                    day: entry.day,
                    dated_by: entry.dated_by,
                };
            }
        }
    }

    /// The day that decides a post's period for a metric. The post's own day when it does not give that date.
    #[must_use]
    pub fn deciding_day(&self, metric: &Metric, item: PostId) -> Option<Date> {
        let post = self.posts.post(item);
        deciding_day(post, metric).or(post.day())
    }

    /// The field that decides a post's period for a metric.
    #[must_use]
    pub fn deciding_field<'m>(&self, metric: &'m Metric, item: PostId) -> &'m str {
        let record = self.posts.post(item).record;
        let mut given = metric
            .date_fields
            .iter()
            .filter(|field| field_value(record, field).is_some());
        given.next().map_or("date", String::as_str)
    }

    /// The sum of the metrics that a metric must equal. `None` when the metric has no `equals`, or one of the metrics
    /// has no value.
    #[must_use]
    pub fn expected_sum(&self, metric: &Metric, period: Period) -> Option<Decimal> {
        let known = metric
            .equals
            .iter()
            .filter_map(|(plus, id)| Some((*plus, self.metrics.get(id)?)));
        let mut parts = known.map(|(plus, metric)| {
            let value = self.value(metric, period)?;
            Some(if plus { value } else { -value })
        });
        if metric.equals.is_empty() {
            return None;
        }
        parts.try_fold(Decimal::ZERO, |sum, part| Some(sum.saturating_add(part?)))
    }
}

/// Aggregates some of a metric's rows to a number.
pub(super) fn aggregate_rows(metric: &Metric, rows: &[&RosterRow]) -> Option<Decimal> {
    let number = |row: &&RosterRow, field: &str| row.text(field).and_then(|text| text.trim().parse::<Decimal>().ok());
    let amounts = |measure: &super::Measure| -> Vec<Decimal> {
        match measure {
            super::Measure::Field(field) => rows.iter().filter_map(|row| number(row, field)).collect(),
            // The only typed dates of rows are `since` and `until`.
            super::Measure::Days(..) | super::Measure::Workdays(..) => Vec::new(),
        }
    };
    let value = match &metric.aggregate {
        Aggregate::Count => Some(Decimal::from(rows.len())),
        Aggregate::Distinct(field) => {
            let found: BTreeSet<String> = rows
                .iter()
                .filter_map(|row| column_value(row, field))
                .flat_map(|v| value_texts(&v))
                .collect();
            Some(Decimal::from(found.len()))
        }
        Aggregate::Sum(measure) => Some(
            amounts(measure)
                .into_iter()
                .fold(Decimal::ZERO, Decimal::saturating_add),
        ),
        Aggregate::Average(measure) => {
            let amounts = amounts(measure);
            mean(amounts.len(), amounts.into_iter())
        }
        Aggregate::Max(measure) => amounts(measure).into_iter().max(),
        Aggregate::Latest(measure) => amounts(measure).pop(),
        Aggregate::Score(_) | Aggregate::Quotient => None,
    };
    value.map(|value| value.normalize())
}

/// How many per cent of a target a figure has reached. `None` when the figure has no value, or the target is 0.
#[must_use]
pub(crate) fn degree_of_completion(value: Option<Decimal>, target: Decimal) -> Option<Decimal> {
    quotient(value?, target, Decimal::ONE_HUNDRED)
}

/// One number divided by another, times `factor`, rounded as a mean, but no number to 0 that is not 0. `None` when the
/// divisor is 0.
fn quotient(dividend: Decimal, divisor: Decimal, factor: Decimal) -> Option<Decimal> {
    let quotient = dividend.checked_mul(factor)?.checked_div(divisor)?;
    Some(round_ratio(quotient).normalize())
}

/// The mean, rounded to one decimal, halves away from zero (四舍五入). `None` when there are no amounts.
fn mean(count: usize, amounts: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    let sum = amounts.fold(Decimal::ZERO, Decimal::saturating_add);
    let mean = sum.checked_div(Decimal::from(count))?;
    Some(mean.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero))
}

/// The texts of a row's column: of each item of a list. Empty when the row does not give it.
#[must_use]
pub(crate) fn row_texts(row: &RosterRow, column: &str) -> Vec<String> {
    column_value(row, column).map_or_else(Vec::new, |value| value_texts(&value))
}
