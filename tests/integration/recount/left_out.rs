//! Compares what pages of evidence leave out, and why, with the second count.

use super::compare::Comparison;
use super::conditions::{holds, satisfies};
use super::model::{Aggregate, Metric, Once, Post, Source};
use super::pages::{Entry, Evidence};
use super::periods::Days;
use super::units::{counting_date, number_of, units};
use jiff::civil::{Date, date};

impl Comparison<'_> {
    pub(super) fn compare_left_out(&mut self, place: &str, id: &str, page: &Evidence, days: Days) {
        let metric = self.metrics[id].clone();
        let Source::Posts(kinds) = &metric.of else { return };
        let days = Days {
            from: days.from,
            to: days.to.min(self.town.today),
        };
        for entry in &page.left_out {
            self.compared += 1;
            if page.counted.iter().any(|counted| counted.title == entry.title) {
                self.differences
                    .push(format!("{place}: {} is both counted and left out", entry.title));
            }
            match self.town.posts.iter().find(|post| post.title == entry.title) {
                None => self.differences.push(format!("{place}: there is no {}", entry.title)),
                Some(post) => {
                    if let Some(wrong) = self.untrue_reason(&metric, kinds, page, post, &entry.note, days) {
                        self.differences
                            .push(format!("{place}: {} is left out, {}: {wrong}", entry.title, entry.note));
                    }
                }
            }
        }
        // A post of the period that satisfies the conditions by itself is there or there.
        for post in &self.town.posts {
            let day = counting_date(self.town, &metric, post);
            let is_concerned = kinds.contains(&post.kind)
                && !post.draft
                && post.date <= self.town.today
                && day.is_some_and(|day| days.from <= day && day <= days.to)
                && metric
                    .conditions
                    .iter()
                    .all(|condition| holds(condition, &post.fields, self.town.today));
            let is_of = |entry: &Entry| entry.title == post.title || entry.holders.contains(&post.title);
            let is_named = |entries: &[Entry]| entries.iter().any(is_of);
            if is_concerned && !is_named(&page.counted) && !is_named(&page.left_out) {
                self.differences
                    .push(format!("{place}: {} is neither counted nor left out", post.title));
            }
        }
    }

    /// What is wrong with the reason for which a post is left out.
    fn untrue_reason(
        &self,
        metric: &Metric,
        kinds: &[&str],
        page: &Evidence,
        post: &Post,
        reason: &str,
        days: Days,
    ) -> Option<String> {
        let today = self.town.today;
        if post.draft {
            return Some("a draft is named".to_owned());
        }
        let units = units(self.town, metric, kinds, days.to);
        let has_post = |title: &str| {
            units
                .iter()
                .find(|unit| unit.posts.iter().any(|post| post.title == title))
        };
        let unit = has_post(&post.title);
        if reason.contains("今天以后") {
            // Days up to a day of the future are not over, whatever day decides about the post.
            let counts_days = matches!(metric.aggregate, Aggregate::MeanDays(..));
            let is_past = unit.is_some() && !(counts_days && number_of(metric, post, today).is_none());
            return is_past.then(|| "it is of the past".to_owned());
        }
        if reason.contains("没有填决定归期") {
            return (unit.is_some()).then(|| "it has a date".to_owned());
        }
        if reason.contains("没有填要统计") {
            return number_of(metric, post, today).map(|number| format!("it gives {number}"));
        }
        if reason.contains("各篇的数") {
            // At an event of teams, what a post without a team gives is not taken.
            let is_of_teams = matches!(&metric.once, Once::Fields(fields) if fields.contains(&"team"));
            let is_taken = unit.is_none_or(|unit| unit.givers.iter().any(|one| one.title == post.title));
            return (!is_of_teams || is_taken).then(|| "its number is taken".to_owned());
        }
        if reason.contains("不在统计期内") {
            let said = last_day(reason);
            let decides = unit.map_or_else(|| counting_date(self.town, metric, post), |unit| Some(unit.date));
            let outside = said.is_some_and(|day| day < days.from || day > days.to);
            return (said != decides || !outside).then(|| format!("{decides:?} decides"));
        }
        if reason.contains("只算一次") {
            // Both are one, and the post beside which it is left out counts here, in the period to which both belong, or
            // at the level that the piece reached.
            let Some(unit) = unit else {
                return Some("it is not one with any".to_owned());
            };
            let beside = unit
                .posts
                .iter()
                .find(|other| other.title != post.title && reason.contains(&other.title));
            let counts_here = beside.is_some_and(|other| page.counted.iter().any(|entry| entry.title == other.title));
            let counts_otherwise = beside.is_some() && !satisfies(metric, unit, today);
            return (!counts_here && !counts_otherwise).then(|| "that does not count".to_owned());
        }
        let has_reason = reason.contains("在期末以后") || reason.contains("更新");
        (!has_reason).then(|| "an unknown reason".to_owned())
    }
}

/// The last day that a sentence names, as `2022年6月30日`.
fn last_day(sentence: &str) -> Option<Date> {
    let (before, _) = sentence.rsplit_once('日')?;
    let (year, rest) = before.rsplit_once('年')?;
    let (month, day) = rest.split_once('月')?;
    let year: String = year.chars().rev().take_while(char::is_ascii_digit).collect();
    let year: String = year.chars().rev().collect();
    Some(date(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
}

#[test]
fn days_of_reasons_are_read() {
    assert_eq!(
        last_day("与 《甲》 是同一活动，活动日期 2022年6月30日 不在统计期内"),
        Some(date(2022, 6, 30))
    );
    assert_eq!(last_day("收到日期 2021年12月1日 不在统计期内"), Some(date(2021, 12, 1)));
    assert_eq!(last_day("草稿"), None);
}
