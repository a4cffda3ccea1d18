//! Figures, changes and posts as templates see them.

use super::super::Site;
use super::super::value::map;
use super::super::words::datetime;
use crate::metrics::{Aggregate, Change, Item, Metric, Period};
use crate::paths::UrlPath;
use crate::report::{Behind, Shown, amount, change_words, number, percent_words};
use crate::schema::{FieldType, Moment};
use rust_decimal::Decimal;
use tera::Value;

/// How a page writes its links.
pub(in crate::plan) type Link<'l> = &'l dyn Fn(&UrlPath) -> String;

impl<'a> Site<'a> {
    /// A figure with the link to its evidence.
    pub(in crate::plan) fn figure_value(&self, shown: &Shown<'a>, link: Link<'_>) -> Value {
        let (metric, lang) = (shown.metric, self.reports().lang);
        map! {
            "id": metric.id.as_str(),
            "label": metric.label.get(self.language()),
            "text": amount(shown.value, metric, lang),
            "number": number(shown.value),
            "unit": metric.unit_of(shown.value, self.language()),
            "url": self.evidence_address(shown.period, metric).map(|url| link(&url)),
            "period": shown.period.to_string(),
            "period_label": shown.period.label(lang),
            "zero": shown.value.is_zero(),
        }
    }

    /// How a figure compares with the period before and the year before.
    pub(in crate::plan) fn change_value(&self, shown: &Shown<'a>) -> Value {
        let lang = self.reports().lang;
        // The mean of nothing is no number of days.
        let is_mean = matches!(shown.metric.aggregate, Aggregate::Average(_));
        let base =
            |change: &Change| (!is_mean || change.percent.is_some()).then(|| amount(change.base, shown.metric, lang));
        map! {
            "text": change_words(shown, lang),
            "before": (!shown.is_compared_once()).then(|| percent_words(&shown.before)),
            "year_earlier": percent_words(&shown.year_earlier),
            "before_base": base(&shown.before),
            "year_earlier_base": base(&shown.year_earlier),
            "before_up": direction(&shown.before),
            "year_earlier_up": direction(&shown.year_earlier),
        }
    }

    /// Something that a figure counted.
    pub(in crate::plan) fn behind_value(&self, shown: &Shown<'a>, behind: &Behind<'a>, link: Link<'_>) -> Value {
        match behind {
            Behind::Post { item, day, amount } => {
                self.item_value(*item, Some(*day), self.added(shown.metric, *amount), link)
            }
            Behind::Gone { path, amount } => map! {
                "title": path.as_str(),
                "url": Value::none(),
                "date": "",
                "datetime": "",
                "kind": "",
                "amount": self.added(shown.metric, *amount),
                "note": self.words.get("gone"),
            },
            Behind::Row(row) => map! {
                "title": row.name.as_str(),
                "url": Value::none(),
                "date": "",
                "datetime": "",
                "kind": "",
                "amount": "",
                "note": "",
            },
        }
    }

    /// What a post added, where that is not simply one.
    fn added(&self, metric: &Metric, amount: Decimal) -> String {
        match metric.aggregate {
            Aggregate::Count | Aggregate::Distinct(_) => String::new(),
            _ => number(amount),
        }
    }

    /// A post with its link and what it says of place and sort.
    pub(in crate::plan) fn item_value(
        &self,
        item: Item,
        day: Option<jiff::civil::Date>,
        amount: String,
        link: Link<'_>,
    ) -> Value {
        let post = self.reports().counts.pool.post(item);
        let record = post.record;
        let date = day.map_or(record.meta.date, |date| Some(Moment { date, time: None }));
        map! {
            "title": record.meta.title.as_str(),
            "url": post.page.map(|at| link(&self.addresses[at])),
            "date": date.map(|moment| self.words.date(moment.date)).unwrap_or_default(),
            "datetime": date.map(datetime).unwrap_or_default(),
            "kind": self.catalog.kinds.get(&record.kind).map_or("", |kind| kind.labels.get(self.language())),
            "amount": amount,
            "note": self.item_note(item),
        }
    }

    /// The village, team, level, theme … of a post, by which a reader sees why it is in a part of a figure.
    fn item_note(&self, item: Item) -> String {
        let record = self.reports().counts.pool.post(item).record;
        let own = self
            .catalog
            .kinds
            .get(&record.kind)
            .map_or(&[][..], |kind| &kind.fields);
        let sorted = own
            .iter()
            .filter(|field| matches!(field.ty, FieldType::Enum(_) | FieldType::Roster(_)));
        let village = record
            .meta
            .village
            .as_deref()
            .and_then(|id| self.roster_name("villages", id));
        let texts = sorted.filter_map(|field| Some(self.field_text(field, record.meta.fields.get(&field.name)?)));
        let words: Vec<String> = village.map(str::to_owned).into_iter().chain(texts).collect();
        words.join(" · ")
    }

    /// The metrics of `list` in `period`, as a table: label, figure, changes.
    pub(in crate::plan) fn metrics_table(&self, list: &[&'a Metric], period: Period, link: Link<'_>) -> Value {
        let head = ["indicator", "value", "period_before", "year_earlier"].map(|key| {
            map! { "text": self.words.get(key), "numeric": key != "indicator" }
        });
        let cell = |text: String, url: Option<String>| map! { "text": text, "url": url, "numeric": true };
        let row = |metric: &&'a Metric| {
            let shown = self.reports().shown(metric, period);
            let url = self.evidence_address(period, metric).map(|url| link(&url));
            let cells = vec![
                map! { "text": metric.label.get(self.language()), "url": Value::none(), "numeric": false },
                cell(amount(shown.value, metric, self.reports().lang), url),
                cell(percent_words(&shown.before), None),
                cell(percent_words(&shown.year_earlier), None),
            ];
            map! { "cells": cells }
        };
        map! {
            "caption": period.label(self.reports().lang),
            "head": head.to_vec(),
            "rows": list.iter().map(row).collect::<Vec<_>>(),
        }
    }
}

/// 1 for more, -1 for less, 0 for the same; none where there is no base.
fn direction(change: &Change) -> Option<i64> {
    change.percent.map(|percent| match percent.cmp(&Decimal::ZERO) {
        std::cmp::Ordering::Greater => 1,
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => 0,
    })
}
