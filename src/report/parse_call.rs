//! Parses calls for figures: their metrics, their period and their arguments.

use super::call::{Arrangement, CallKind, FigureCall, ShownOrder};
use super::issued::{IssuedFigure, IssuedReport};
use crate::diag::{Code, Diagnostic, nearest};
use crate::messages::Lang;
use crate::metrics::{Dimension, Metric, MetricResults, Period};
use crate::record::{Argument, Shortcode};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The number of posts that `posts` lists without `limit`.
const DEFAULT_LIMIT: usize = 5;
/// The maximum of `limit`.
const MAX_LIMIT: i64 = 500;
/// The maximum number of months in a chart or table by month. A longer one would be unreadable.
pub(super) const MAX_MONTHS: usize = 120;
/// The maximum number of months in a calendar, which is also the most that are drawn.
const MAX_CALENDAR_MONTHS: usize = 36;

/// The orders of parts, and of posts, by their names in calls.
pub(super) const PART_ORDERS: [(&str, ShownOrder); 2] =
    [("largest", ShownOrder::Largest), ("smallest", ShownOrder::Smallest)];
const POST_ORDERS: [(&str, ShownOrder); 4] = [
    ("newest", ShownOrder::Newest),
    ("oldest", ShownOrder::Oldest),
    ("largest", ShownOrder::Largest),
    ("smallest", ShownOrder::Smallest),
];

/// What calls are parsed with.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallContext<'c, 'a> {
    /// The figures of all metrics.
    pub counts: &'c MetricResults<'a>,
    /// The language of labels.
    pub lang: Lang,
    /// The issued reports. Their text may name dimensions and parts that no longer exist.
    pub issued: &'c BTreeMap<Period, &'a IssuedReport>,
}

/// The periods of a call from the first day of the year to the end of the report's own.
const TO_DATE: [&str; 3] = ["to-date", "今年以来", "本年累计"];

/// Parses a call. `period` is the report's own.
///
/// # Errors
/// A finding at the call's place.
pub(super) fn parse_call<'a>(
    call: &Shortcode,
    context: CallContext<'_, 'a>,
    own: Option<Period>,
) -> Result<FigureCall<'a>, Box<Diagnostic>> {
    let CallContext { counts, lang, issued } = context;
    let mut reader = CallReader {
        call,
        counts,
        lang,
        kept: None,
    };
    reader.check_args()?;
    let listed = reader.listed_metrics()?;
    let metric = match listed.first() {
        Some(first) => first,
        None => reader.metric()?,
    };
    let period = reader.period(own)?;
    let report = own.and_then(|own| issued.get(&own)).or_else(|| issued.get(&period));
    reader.kept = report.and_then(|report| report.figure(&metric.id, period));
    let mut filter = reader.filter(metric)?;
    let kind = match call.name.as_str() {
        "metric" => CallKind::Metric {
            part: reader.part(metric, period)?,
        },
        "change" => CallKind::Change(reader.change_style()?),
        // The target of a part is looked up, not that of a narrowed figure.
        "target" => reader.target(metric, period, &std::mem::take(&mut filter))?,
        "chart" => CallKind::Chart {
            by: match reader.dimension("by", metric)? {
                Some(by) => by,
                None => reader.default_dimension(metric),
            },
            split: reader.dimension("split", metric)?,
            shape: reader.shape()?,
            arrangement: reader.arrangement(&PART_ORDERS, None)?,
        },
        "table" => reader.table(metric, listed)?,
        "names" => reader.names(metric)?,
        "ranking" => reader.ranking(metric)?,
        _ => {
            reader.check_counts_posts(metric)?;
            CallKind::Posts(reader.arrangement(&POST_ORDERS, Some(DEFAULT_LIMIT))?)
        }
    };
    reader.check_period_length(&kind, period)?;
    Ok(FigureCall {
        metric,
        period,
        own,
        filter,
        title: reader
            .text("title")
            .filter(|title| !title.is_empty())
            .map(Cow::into_owned),
        kind,
    })
}

pub(super) struct CallReader<'r, 'a> {
    pub(super) call: &'r Shortcode,
    pub(super) counts: &'r MetricResults<'a>,
    pub(super) lang: Lang,
    /// The figure as issued, once metric and period are known.
    pub(super) kept: Option<&'r IssuedFigure>,
}

impl<'a> CallReader<'_, 'a> {
    /// Checks that the call has only arguments that it takes.
    fn check_args(&self) -> Result<(), Box<Diagnostic>> {
        let own: &[&str] = match self.call.name.as_str() {
            "chart" => &["by", "split", "shape", "sort", "limit", "title"],
            "table" => &["by", "split", "total", "sort", "limit", "title"],
            "metric" => &["by", "part"],
            "change" => &["as", "against"],
            "posts" => &["sort", "limit"],
            "names" => &["show", "sort", "limit"],
            "ranking" => &["by", "split", "count", "limit", "title"],
            _ => &[],
        };
        let known: Vec<&str> = ["metric", "period", "where"].iter().chain(own).copied().collect();
        let unnamed = self.call.args.iter().filter(|(name, _)| name.is_empty()).count();
        let unknown = self
            .call
            .args
            .iter()
            .find(|(name, _)| !name.is_empty() && !known.contains(&name.as_str()));
        match unknown {
            Some((name, _)) => {
                let finding = self.finding("figure-unknown-arg", name);
                Err(Box::new(with_known(finding, name, &known)))
            }
            None if unnamed > 1 => Err(Box::new(with_known(self.finding("figure-unknown-arg", ""), "", &known))),
            None => Ok(()),
        }
    }

    /// The text of an argument, or its number as text (`period=2022`). The unnamed argument is the metric.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        Some(match self.argument(name)? {
            Argument::Text { text, .. } => Cow::Borrowed(text.trim()),
            Argument::Integer(number) => Cow::Owned(number.to_string()),
            _ => Cow::Borrowed(""),
        })
    }

    /// An argument by its name. The unnamed one is the metric.
    pub(super) fn argument(&self, name: &str) -> Option<&Argument> {
        let is_meant = |known: &str| known == name || (name == "metric" && known.is_empty());
        let mut args = self.call.args.iter();
        args.find(|(known, _)| is_meant(known)).map(|(_, argument)| argument)
    }

    /// One of the words that an argument may be. `None` when the call does not give it.
    pub(super) fn choice<T: Copy>(&self, name: &str, known: &[(&str, T)]) -> Result<Option<T>, Box<Diagnostic>> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let found = known.iter().find(|(word, _)| *word == text);
        found.map(|(_, value)| Some(*value)).ok_or_else(|| {
            let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
            let shown = format!("{name}={text}");
            Box::new(with_known(self.finding("figure-bad-value", &shown), &text, &words))
        })
    }

    /// Checks that the period is short enough for the chart or table.
    fn check_period_length(&self, kind: &CallKind<'_>, period: Period) -> Result<(), Box<Diagnostic>> {
        let is_month = |by: &Dimension| *by == Dimension::Month;
        let most = match kind {
            CallKind::Chart {
                shape: Some("calendar"),
                ..
            } => MAX_CALENDAR_MONTHS,
            CallKind::Chart { by, split, .. } if is_month(by) || split.as_ref().is_some_and(is_month) => MAX_MONTHS,
            CallKind::Table { by, split, .. } if [by, split].into_iter().flatten().any(is_month) => MAX_MONTHS,
            _ => return Ok(()),
        };
        if period.months().len() <= most {
            return Ok(());
        }
        Err(Box::new(self.finding("figure-too-long", &period.to_string())))
    }

    /// The metrics that a table names in a list. Empty for a call of one metric.
    fn listed_metrics(&self) -> Result<Vec<&'a Metric>, Box<Diagnostic>> {
        let Some(Argument::List(items)) = self.argument("metric") else {
            return Ok(Vec::new());
        };
        if self.call.name != "table" {
            return Err(Box::new(self.finding("figure-one-metric", &self.call.name)));
        }
        let texts = items.iter().filter_map(|item| match item {
            Argument::Text { text, .. } if !text.trim().is_empty() => Some(text.trim()),
            _ => None,
        });
        let metrics: Vec<&Metric> = texts.map(|id| self.metric_by_id(id)).collect::<Result<_, _>>()?;
        if metrics.is_empty() || metrics.len() < items.len() {
            return Err(Box::new(self.finding("figure-no-metric", "")));
        }
        Ok(metrics)
    }

    fn metric(&self) -> Result<&'a Metric, Box<Diagnostic>> {
        let Some(id) = self.text("metric").filter(|id| !id.is_empty()) else {
            return Err(Box::new(self.finding("figure-no-metric", "")));
        };
        self.metric_by_id(&id)
    }

    pub(super) fn metric_by_id(&self, id: &str) -> Result<&'a Metric, Box<Diagnostic>> {
        let is_hidden = self
            .counts
            .metrics
            .counted_by_id(id)
            .is_some_and(|metric| self.counts.metrics.hides(metric));
        if is_hidden {
            return Err(Box::new(self.finding("figure-internal", id)));
        }
        self.counts.metrics.get(id).ok_or_else(|| {
            let groups: Vec<&str> = self.counts.metrics.iter().map(Metric::group).collect();
            let near = self.counts.metrics.suggest(id).or_else(|| nearest(id, groups));
            Box::new(
                Diagnostic::new(Code::UnknownMetric)
                    .at(self.call.place.clone())
                    .with("metric", id)
                    .with_some("nearest", near),
            )
        })
    }

    fn period(&self, own: Option<Period>) -> Result<Period, Box<Diagnostic>> {
        let outside = || Box::new(self.finding("figure-outside", ""));
        match self.text("period") {
            None => own.ok_or_else(outside),
            Some(text) if TO_DATE.contains(&text.trim()) => own.map(Period::year_to_date).ok_or_else(outside),
            Some(text) => Period::parse(&text).ok_or_else(|| {
                Box::new(
                    Diagnostic::new(Code::BadPeriod)
                        .at(self.call.place.clone())
                        .with("value", &*text),
                )
            }),
        }
    }

    pub(super) fn dimension(&self, arg: &str, metric: &Metric) -> Result<Option<Dimension>, Box<Diagnostic>> {
        let Some(by) = self.text(arg) else { return Ok(None) };
        let is_kept = self.kept.is_some_and(|kept| kept.breakdowns.contains_key(&*by));
        Dimension::parse(&by, metric, self.counts)
            .or_else(|unknown| match is_kept {
                true => Ok(Dimension::Field(by.clone().into_owned())),
                false => Err(unknown),
            })
            .map(Some)
            .map_err(|(known, near)| {
                let of_several = matches!(self.argument("metric"), Some(Argument::List(_)));
                let shown = match of_several || self.call.name == "ranking" {
                    true => format!("{by} · {}", metric.id),
                    false => by.into_owned(),
                };
                let finding = self
                    .finding("figure-unknown-dimension", &shown)
                    .with_some("nearest", near);
                let known = (!known.is_empty()).then(|| known.join(", "));
                Box::new(finding.with_some("known", known))
            })
    }

    /// `sort` and `limit`. Without them everything is shown in its own order, but at most `limit`.
    pub(super) fn arrangement(
        &self,
        orders: &[(&str, ShownOrder)],
        limit: Option<usize>,
    ) -> Result<Arrangement, Box<Diagnostic>> {
        let limit = match self.argument("limit") {
            None => limit,
            Some(Argument::Integer(number @ 1..=MAX_LIMIT)) => usize::try_from(*number).ok(),
            Some(_) => return Err(Box::new(self.finding("figure-bad-limit", "limit"))),
        };
        Ok(Arrangement {
            order: self.choice("sort", orders)?,
            limit,
        })
    }

    /// `sort` and `limit` of posts.
    pub(super) fn post_arrangement(&self) -> Result<Arrangement, Box<Diagnostic>> {
        self.arrangement(&POST_ORDERS, None)
    }

    pub(super) fn check_counts_posts(&self, metric: &Metric) -> Result<(), Box<Diagnostic>> {
        match metric.counts_posts() {
            true => Ok(()),
            false => Err(Box::new(self.finding("figure-no-posts", &metric.id))),
        }
    }

    pub(super) fn finding(&self, reason: &'static str, value: &str) -> Diagnostic {
        let finding = Diagnostic::new(Code::BadFigure)
            .at(self.call.place.clone())
            .with("name", self.call.name.as_str())
            .with("reason", reason);
        if value.is_empty() {
            finding
        } else {
            finding.with("value", value)
        }
    }
}

pub(super) fn with_known(finding: Diagnostic, word: &str, known: &[&str]) -> Diagnostic {
    finding
        .with_some("nearest", nearest(word, known.iter().copied()))
        .with("known", known.join(", "))
}
