//! Figures, changes and posts as templates see them.

use super::Figures;
use crate::metrics::{Aggregate, Change, Metric, Period, PostId};
use crate::paths::UrlPath;
use crate::report::{DisplayedFigure, EvidenceItem, format_amount, format_changes, format_number, format_percent};
use crate::schema::{FieldType, Moment};
use crate::site::locale::datetime;
use crate::site::value::map;
use rust_decimal::Decimal;
use tera::Value;

/// How a page writes its links.
pub(crate) type LinkFn<'l> = &'l dyn Fn(&UrlPath) -> String;

impl<'a> Figures<'a> {
    /// A figure with the link to its evidence.
    pub(crate) fn figure_value(&self, shown: &DisplayedFigure<'a>, link: LinkFn<'_>) -> Value {
        let (metric, lang) = (shown.metric, self.reports.lang);
        map! {
            "id": metric.id.as_str(),
            "label": metric.label.get(&self.locale.language),
            "text": format_amount(shown.value, metric, lang),
            "number": format_number(shown.value),
            "unit": metric.unit_for(shown.value, &self.locale.language),
            "url": self.evidence_address(shown.period, metric).map(|url| link(&url)),
            "period": shown.period.to_string(),
            "period_label": shown.period.label(lang),
            "zero": shown.value.is_zero(),
        }
    }

    /// How a figure compares with the period before and the year before.
    pub(crate) fn change_value(&self, shown: &DisplayedFigure<'a>) -> Value {
        let lang = self.reports.lang;
        // The mean of nothing is no number of days.
        let is_mean = matches!(shown.metric.aggregate, Aggregate::Average(_));
        let base = |change: &Change| {
            (!is_mean || change.percent.is_some()).then(|| format_amount(change.base, shown.metric, lang))
        };
        map! {
            "text": format_changes(shown, lang),
            "before": (!shown.has_single_comparison()).then(|| format_percent(&shown.previous)),
            "year_earlier": format_percent(&shown.year_earlier),
            "before_base": base(&shown.previous),
            "year_earlier_base": base(&shown.year_earlier),
            "before_up": direction(&shown.previous),
            "year_earlier_up": direction(&shown.year_earlier),
        }
    }

    /// Something that a figure counted.
    pub(crate) fn evidence_item_value(
        &self,
        shown: &DisplayedFigure<'a>,
        behind: &EvidenceItem<'a>,
        link: LinkFn<'_>,
    ) -> Value {
        match behind {
            EvidenceItem::Post {
                post: item,
                day,
                amount,
            } => self.evidence_post_value(*item, Some(*day), self.amount_text(shown.metric, *amount), link),
            EvidenceItem::Removed { path, amount } => map! {
                "title": path.as_str(),
                "url": Value::none(),
                "date": "",
                "datetime": "",
                "kind": "",
                "amount": self.amount_text(shown.metric, *amount),
                "note": self.locale.get("gone"),
            },
            EvidenceItem::Row(row) => map! {
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
    fn amount_text(&self, metric: &Metric, amount: Decimal) -> String {
        match metric.aggregate {
            Aggregate::Count | Aggregate::Distinct(_) => String::new(),
            _ => format_number(amount),
        }
    }

    /// A post with its link and what it says of place and sort.
    pub(crate) fn evidence_post_value(
        &self,
        item: PostId,
        day: Option<jiff::civil::Date>,
        amount: String,
        link: LinkFn<'_>,
    ) -> Value {
        let post = self.reports.counts.posts.post(item);
        let record = post.record;
        let date = day.map_or(record.meta.date, |date| Some(Moment { date, time: None }));
        map! {
            "title": record.meta.title.as_str(),
            "url": post.page.map(|at| link(self.links.record(at))),
            "date": date.map(|moment| self.locale.date(moment.date)).unwrap_or_default(),
            "datetime": date.map(datetime).unwrap_or_default(),
            "kind": self.catalog.kinds.label(&record.kind, &self.locale.language).unwrap_or_default(),
            "amount": amount,
            "note": self.evidence_post_note(item),
        }
    }

    /// The village, team, level, theme … of a post, by which a reader sees why it is in a part of a figure.
    fn evidence_post_note(&self, item: PostId) -> String {
        let record = self.reports.counts.posts.post(item).record;
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
            .and_then(|id| self.terms.village_name(id));
        let texts = sorted.filter_map(|field| Some(self.terms.field_text(field, record.meta.fields.get(&field.name)?)));
        let words: Vec<String> = village.map(str::to_owned).into_iter().chain(texts).collect();
        words.join(" · ")
    }

    /// The metrics of `list` in `period`, as a table: label, figure, changes.
    pub(crate) fn metrics_table(&self, list: &[&'a Metric], period: Period, link: LinkFn<'_>) -> Value {
        let head = ["indicator", "value", "period_before", "year_earlier"].map(|key| {
            map! { "text": self.locale.get(key), "numeric": key != "indicator" }
        });
        let cell = |text: String, url: Option<String>| map! { "text": text, "url": url, "numeric": true };
        let row = |metric: &&'a Metric| {
            let shown = self.reports.displayed_figure(metric, period);
            let url = self.evidence_address(period, metric).map(|url| link(&url));
            let cells = vec![
                map! { "text": metric.label.get(&self.locale.language), "url": Value::none(), "numeric": false },
                cell(format_amount(shown.value, metric, self.reports.lang), url),
                cell(format_percent(&shown.previous), None),
                cell(format_percent(&shown.year_earlier), None),
            ];
            map! { "cells": cells }
        };
        map! {
            "caption": period.label(self.reports.lang),
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
