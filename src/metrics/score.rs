//! Points with a cap: what a group's posts add in a span of days is cut off above a maximum.
//!
//! The posts of a group are added up in the order of their days. Once the sum is above the maximum, what a post adds to
//! it no longer counts, so that each post keeps a number of its own: the parts of a figure, whatever they are broken down
//! by, add up to the figure, and so do the months of a quarter that has a cap.

use super::figure::MetricResults;
use super::matched::CountedPost;
use super::metric::{Cap, CapSpan, Metric};
use super::period::Period;
use super::post_index::PostId;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

impl CapSpan {
    /// The span that contains `day`.
    pub(super) fn around(self, day: Date) -> Period {
        match self {
            Self::Year => Period::Year(day.year()),
            Self::Half => Period::half_of(day),
            Self::Quarter => Period::Quarter(day.year(), (day.month() + 2) / 3),
            Self::Month => Period::month_of(day),
        }
    }
}

impl MetricResults<'_> {
    /// The posts that a metric counts in a period, each with what the cap leaves of its points.
    pub(super) fn capped_posts(&self, metric: &Metric, period: Period, cap: &Cap) -> Vec<CountedPost> {
        let span = |day: Date| cap.each.map_or(period, |each| each.around(day));
        // What was added before the period, in a span that the period continues, has used up some of the cap.
        let before = Period::range(span(period.first()).first().min(period.first()), period.last());
        let mut sums: BTreeMap<(Date, String), Decimal> = BTreeMap::new();
        let mut capped = Vec::new();
        for entry in self.entries_up_to_end(metric, before) {
            let first = span(entry.day).first();
            let left = self.cap_groups(entry, cap).into_iter().map(|group| {
                let sum = sums.entry((first, group)).or_default();
                let former = (*sum).min(cap.max);
                *sum = sum.saturating_add(entry.amount);
                (*sum).min(cap.max).saturating_sub(former)
            });
            // A post of several groups adds no more than the fullest of them takes.
            let amount = left.min().unwrap_or(entry.amount);
            if period.contains(entry.day) {
                capped.push(CountedPost {
                    amount,
                    ..entry.clone()
                });
            }
        }
        capped
    }

    /// The groups to whose caps a post adds. Posts that do not give the field are one group.
    fn cap_groups(&self, entry: &CountedPost, cap: &Cap) -> BTreeSet<String> {
        let Some(field) = &cap.per else {
            return BTreeSet::from([String::new()]);
        };
        let posts = entry.members().iter();
        let mut groups: BTreeSet<String> = posts.flat_map(|post| self.texts_of(*post, field)).collect();
        if groups.is_empty() {
            groups.insert(String::new());
        }
        groups
    }

    /// The points of a post before the cap. `None` when the metric does not count it on `day`.
    #[must_use]
    pub fn uncapped_amount(&self, metric: &Metric, post: PostId, day: Date) -> Option<Decimal> {
        let counted = self.entries_up_to_end(metric, Period::Range(day, day));
        counted
            .iter()
            .find(|entry| entry.post == post)
            .map(|entry| entry.amount)
    }
}
