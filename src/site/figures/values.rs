//! The template values of figures, changes and evidence.

use super::figures::Figures;
use crate::metrics::{Aggregate, Change, Metric, Period, PostId};
use crate::paths::UrlPath;
use crate::report::{
    DisplayedFigure, EvidenceItem, format_amount, format_changes, format_number, format_percent, format_period,
};
use crate::schema::{FieldType, Moment};
use crate::site::locale::datetime;
use crate::site::value::map;
use rust_decimal::Decimal;
use tera::Value;

/// How a page writes its links.
pub(crate) type LinkFn<'l> = &'l dyn Fn(&UrlPath) -> String;

impl<'a> Figures<'a> {
    /// A figure with the link to its evidence, for templates.
    pub(crate) fn figure_value(&self, figure: &DisplayedFigure<'a>, link: LinkFn<'_>) -> Value {
        self.amount_value(figure, figure.value, link)
    }

    /// The same for a part of the figure, whose number is `value`.
    pub(super) fn amount_value(&self, figure: &DisplayedFigure<'a>, value: Option<Decimal>, link: LinkFn<'_>) -> Value {
        let (metric, lang) = (figure.metric, self.reports.lang);
        map! {
            "id": metric.id.as_str(),
            "label": metric.label.get(&self.locale.language),
            "text": format_amount(value, metric, lang),
            "number": format_number(value),
            "unit": value.map_or("", |value| metric.unit_for(value, &self.locale.language)),
            "url": self.evidence_address(figure.period, metric).map(|url| link(&url)),
            "period": figure.period.to_string(),
            "period_label": match figure.issued_on {
                Some(_) => figure.period.label(lang),
                None => format_period(figure.period, self.reports.today, lang),
            },
            "zero": value.unwrap_or_default().is_zero(),
        }
    }

    /// How a figure compares with the previous period and with the same period a year earlier.
    pub(crate) fn change_value(&self, figure: &DisplayedFigure<'a>) -> Value {
        let lang = self.reports.lang;
        let base = |change: &Change| change.base.map(|base| format_amount(base, figure.metric, lang));
        map! {
            "text": format_changes(figure, lang),
            "before": (!figure.has_single_comparison()).then(|| format_percent(&figure.previous)),
            "year_earlier": format_percent(&figure.year_earlier),
            "before_base": base(&figure.previous),
            "year_earlier_base": base(&figure.year_earlier),
            "before_up": direction(&figure.previous),
            "year_earlier_up": direction(&figure.year_earlier),
        }
    }

    /// One item of a figure's evidence.
    pub(crate) fn evidence_item_value(
        &self,
        figure: &DisplayedFigure<'a>,
        item: &EvidenceItem<'a>,
        link: LinkFn<'_>,
    ) -> Value {
        match item {
            EvidenceItem::Post { post: id, day, amount } => {
                self.evidence_post_value(*id, Some(*day), self.amount_text(figure.metric, *amount), link)
            }
            EvidenceItem::Removed { path, amount } => map! {
                "title": path.as_str(),
                "url": Value::none(),
                "date": "",
                "datetime": "",
                "kind": "",
                "amount": self.amount_text(figure.metric, *amount),
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

    /// The amount that a post contributed; empty where each post counts as one.
    fn amount_text(&self, metric: &Metric, amount: Decimal) -> String {
        match metric.aggregate {
            Aggregate::Count | Aggregate::Distinct(_) => String::new(),
            _ => format_number(amount),
        }
    }

    /// A post of the evidence, with its link and a note.
    pub(crate) fn evidence_post_value(
        &self,
        post_id: PostId,
        day: Option<jiff::civil::Date>,
        amount: String,
        link: LinkFn<'_>,
    ) -> Value {
        let post = self.reports.counts.posts.post(post_id);
        let record = post.record;
        let date = day.map_or(record.meta.date, |date| Some(Moment { date, time: None }));
        map! {
            "title": record.meta.title.as_str(),
            "url": post.page.map(|at| link(self.links.record(at))),
            "date": date.map(|moment| self.locale.date(moment.date)).unwrap_or_default(),
            "datetime": date.map(datetime).unwrap_or_default(),
            "kind": self.catalog.kinds.label(&record.kind, &self.locale.language).unwrap_or_default(),
            "amount": amount,
            "note": self.evidence_post_note(post_id),
        }
    }

    /// The village, team, level, theme … of a post, which show a reader to which part of a figure it belongs.
    fn evidence_post_note(&self, post_id: PostId) -> String {
        let record = self.reports.counts.posts.post(post_id).record;
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

    /// The metrics of `list` in `period` as a table: label, figure, changes.
    pub(crate) fn metrics_table(&self, list: &[&'a Metric], period: Period, link: LinkFn<'_>) -> Value {
        let head = ["indicator", "value", "period_before", "year_earlier"].map(|key| {
            map! { "text": self.locale.get(key), "numeric": key != "indicator" }
        });
        let cell = |text: String, url: Option<String>| map! { "text": text, "url": url, "numeric": true };
        let row = |metric: &&'a Metric| {
            let figure = self.reports.displayed_figure(metric, period);
            let url = self.evidence_address(period, metric).map(|url| link(&url));
            let cells = vec![
                map! { "text": metric.label.get(&self.locale.language), "url": Value::none(), "numeric": false },
                cell(format_amount(figure.value, metric, self.reports.lang), url),
                cell(format_percent(&figure.previous), None),
                cell(format_percent(&figure.year_earlier), None),
            ];
            map! { "cells": cells }
        };
        map! {
            "caption": format_period(period, self.reports.today, self.reports.lang),
            "head": head.to_vec(),
            "rows": list.iter().map(row).collect::<Vec<_>>(),
        }
    }
}

/// 1 for an increase, -1 for a decrease, 0 for no change; `None` when there is no base.
fn direction(change: &Change) -> Option<i64> {
    change.percent.map(|percent| match percent.cmp(&Decimal::ZERO) {
        std::cmp::Ordering::Greater => 1,
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => 0,
    })
}
