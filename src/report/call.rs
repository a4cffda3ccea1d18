//! Parses the calls for figures in a text: `metric`, `change`, `target`, `chart`, `table`, `posts`.

use super::issued::{IssuedFigure, IssuedReport};
use super::labels::part_label;
use crate::diag::{Code, Diagnostic, nearest};
use crate::messages::Lang;
use crate::metrics::{Dimension, Metric, MetricResults, Period};
use crate::record::{Argument, Body, Fill, Hole, Shortcode};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The names of the calls. A theme's component cannot take one over.
pub(crate) const CALL_NAMES: [&str; 6] = ["metric", "change", "target", "chart", "table", "posts"];

/// The shapes of `chart(…, shape="…")`.
const CHART_SHAPES: [&str; 4] = ["bars", "line", "ranking", "calendar"];
/// The number of posts that `posts` lists without `limit`.
const DEFAULT_LIMIT: usize = 5;
/// The maximum number of posts that `posts` lists.
const MAX_LIMIT: i64 = 500;
/// The maximum number of months in a chart or table by month. A longer one would be unreadable.
pub(super) const MAX_MONTHS: usize = 120;
/// The maximum number of months in a calendar, which is also the most that are drawn.
const MAX_CALENDAR_MONTHS: usize = 36;

/// A parsed call for figures.
#[derive(Debug, Clone)]
pub struct FigureCall<'a> {
    /// The metric.
    pub metric: &'a Metric,
    /// The period.
    pub period: Period,
    /// The period of the report that contains the call. `None` in other texts.
    pub own: Option<Period>,
    /// What to show of the figure.
    pub kind: CallKind<'a>,
}

/// What a call shows of a figure.
#[derive(Debug, Clone)]
pub enum CallKind<'a> {
    /// The figure, or one part of it.
    Metric {
        /// What the figure is broken down by, and the part's key; an empty key means posts that do not give the field.
        part: Option<(Dimension, String)>,
    },
    /// Its changes.
    Change,
    /// Its target and the degree of completion.
    Target,
    /// A chart of its parts.
    Chart {
        /// The dimension by which the figure is broken down.
        by: Dimension,
        /// The dimension by which each part is broken down.
        split: Option<Dimension>,
        /// The shape that the call gives.
        shape: Option<&'static str>,
    },
    /// A table of its parts, or of a group's metrics without `by`.
    Table {
        /// The dimension by which the figure is broken down.
        by: Option<Dimension>,
        /// The group's metrics.
        group: Vec<&'a Metric>,
    },
    /// A list of the posts that it counted, the newest last.
    Posts {
        /// The maximum number of posts.
        limit: usize,
    },
}

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
    let metric = reader.metric()?;
    let period = reader.period(own)?;
    let report = own.and_then(|own| issued.get(&own)).or_else(|| issued.get(&period));
    reader.kept = report.and_then(|report| report.figure(&metric.id, period));
    let kind = match call.name.as_str() {
        "metric" => CallKind::Metric {
            part: reader.part(metric, period)?,
        },
        "change" => CallKind::Change,
        "target" => reader.target(metric, period)?,
        "chart" => CallKind::Chart {
            by: match reader.dimension("by", metric)? {
                Some(by) => by,
                None => reader.default_dimension(metric),
            },
            split: reader.dimension("split", metric)?,
            shape: reader.shape()?,
        },
        "table" => CallKind::Table {
            by: reader.dimension("by", metric)?,
            group: reader.group_metrics(metric),
        },
        _ => CallKind::Posts {
            limit: reader.limit(metric)?,
        },
    };
    reader.check_period_length(&kind, period)?;
    Ok(FigureCall {
        metric,
        period,
        own,
        kind,
    })
}

/// The calls for figures in a text, in order, including those inside block shortcodes.
#[must_use]
pub(crate) fn figure_calls(body: &Body) -> Vec<&Shortcode> {
    fn gather<'b>(holes: &'b [Hole], found: &mut Vec<&'b Shortcode>) {
        for hole in holes {
            if let Fill::Shortcode(call) = &hole.fill {
                if CALL_NAMES.contains(&call.name.as_str()) {
                    found.push(call);
                }
                if let Some(inner) = &call.inner {
                    gather(&inner.holes, found);
                }
            }
        }
    }
    let mut found = Vec::new();
    gather(&body.holes, &mut found);
    found
}

struct CallReader<'r, 'a> {
    call: &'r Shortcode,
    counts: &'r MetricResults<'a>,
    lang: Lang,
    /// The figure as issued, once metric and period are known.
    kept: Option<&'r IssuedFigure>,
}

impl<'a> CallReader<'_, 'a> {
    /// Checks that the call has only arguments that it takes.
    fn check_args(&self) -> Result<(), Box<Diagnostic>> {
        let own: &[&str] = match self.call.name.as_str() {
            "chart" => &["by", "split", "shape"],
            "table" => &["by"],
            "metric" => &["by", "part"],
            "posts" => &["limit"],
            _ => &[],
        };
        let known: Vec<&str> = ["metric", "period"].iter().chain(own).copied().collect();
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
    fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        let found = self
            .call
            .args
            .iter()
            .find(|(known, _)| known == name || (name == "metric" && known.is_empty()))?;
        Some(match &found.1 {
            Argument::Text { text, .. } => Cow::Borrowed(text.trim()),
            Argument::Integer(number) => Cow::Owned(number.to_string()),
            _ => Cow::Borrowed(""),
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
            CallKind::Table {
                by: Some(Dimension::Month),
                ..
            } => MAX_MONTHS,
            _ => return Ok(()),
        };
        if period.months().len() <= most {
            return Ok(());
        }
        Err(Box::new(self.finding("figure-too-long", &period.to_string())))
    }

    fn metric(&self) -> Result<&'a Metric, Box<Diagnostic>> {
        let Some(id) = self.text("metric").filter(|id| !id.is_empty()) else {
            return Err(Box::new(self.finding("figure-no-metric", "")));
        };
        self.counts.metrics.get(&id).ok_or_else(|| {
            let groups: Vec<&str> = self.counts.metrics.iter().map(Metric::group).collect();
            let near = self.counts.metrics.suggest(&id).or_else(|| nearest(&id, groups));
            Box::new(
                Diagnostic::new(Code::UnknownMetric)
                    .at(self.call.place.clone())
                    .with("metric", &*id)
                    .with_some("nearest", near),
            )
        })
    }

    fn period(&self, own: Option<Period>) -> Result<Period, Box<Diagnostic>> {
        match self.text("period") {
            None => own.ok_or_else(|| Box::new(self.finding("figure-outside", ""))),
            Some(text) => Period::parse(&text).ok_or_else(|| {
                Box::new(
                    Diagnostic::new(Code::BadPeriod)
                        .at(self.call.place.clone())
                        .with("value", &*text),
                )
            }),
        }
    }

    fn dimension(&self, arg: &str, metric: &Metric) -> Result<Option<Dimension>, Box<Diagnostic>> {
        let Some(by) = self.text(arg) else { return Ok(None) };
        let is_kept = self.kept.is_some_and(|kept| kept.breakdowns.contains_key(&*by));
        Dimension::parse(&by, metric, self.counts)
            .or_else(|unknown| match is_kept {
                true => Ok(Dimension::Field(by.clone().into_owned())),
                false => Err(unknown),
            })
            .map(Some)
            .map_err(|(known, near)| {
                let finding = self.finding("figure-unknown-dimension", &by).with_some("nearest", near);
                Box::new(finding.with("known", known.join(", ")))
            })
    }

    /// The part that `by` and `part` name, by its key or its label.
    fn part(&self, metric: &'a Metric, period: Period) -> Result<Option<(Dimension, String)>, Box<Diagnostic>> {
        let (by, part) = (self.dimension("by", metric)?, self.text("part"));
        let (by, part) = match (by, part) {
            (None, None) => return Ok(None),
            (Some(by), Some(part)) => (by, part),
            _ => return Err(Box::new(self.finding("figure-part", ""))),
        };
        let figure = self.counts.figure(metric, period);
        let known = self.counts.breakdown(&figure, &by, self.lang);
        let label = |key: &str, label: &str| part_label(self.counts, metric, &by, key, label, self.lang);
        let found = known.iter().find(|known| known.key == *part);
        let found = found.or_else(|| known.iter().find(|known| label(&known.key, &known.label) == *part));
        if let Some(key) = self.kept_part(&by, &part) {
            return Ok(Some((by, key)));
        }
        match found {
            Some(found) => Ok(Some((by, found.key.clone()))),
            // Nothing lacks the field in this period.
            None if part.is_empty() => Ok(Some((by, String::new()))),
            None => {
                let names = known
                    .iter()
                    .flat_map(|known| [known.key.clone(), label(&known.key, &known.label)]);
                let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
                let near = nearest(&part, names.iter().map(String::as_str));
                let listed = known
                    .iter()
                    .map(|known| label(&known.key, &known.label))
                    .collect::<Vec<_>>();
                let finding = self.finding("figure-unknown-part", &part).with_some("nearest", near);
                Err(Box::new(finding.with("known", listed.join(", "))))
            }
        }
    }

    /// The key of a part that the issued report keeps, by its key or its label.
    fn kept_part(&self, by: &Dimension, part: &str) -> Option<String> {
        let parts = self.kept?.breakdowns.get(by.name())?;
        let found = parts.iter().find(|kept| kept.key == part);
        let found = found.or_else(|| parts.iter().find(|kept| kept.label.as_deref() == Some(part)));
        found.map(|kept| kept.key.clone())
    }

    /// Months for posts, the first column for a roster.
    fn default_dimension(&self, metric: &Metric) -> Dimension {
        let known = Dimension::names(metric, self.counts);
        if metric.counts_posts() || (metric.operands().is_some() && known.contains(&"month")) {
            return Dimension::Month;
        }
        Dimension::Field(
            known
                .first()
                .map_or_else(|| "name".to_owned(), |name| (*name).to_owned()),
        )
    }

    fn shape(&self) -> Result<Option<&'static str>, Box<Diagnostic>> {
        let Some(text) = self.text("shape") else {
            return Ok(None);
        };
        let found = CHART_SHAPES.iter().find(|shape| **shape == text).copied();
        found.map(Some).ok_or_else(|| {
            Box::new(with_known(
                self.finding("figure-bad-value", &text),
                &text,
                &CHART_SHAPES,
            ))
        })
    }

    /// All metrics of the group when the call names a group, else `metric` alone.
    fn group_metrics(&self, metric: &'a Metric) -> Vec<&'a Metric> {
        if self.text("metric").as_deref() == Some(metric.id.as_str()) {
            return vec![metric];
        }
        let metrics = self.counts.metrics;
        metrics.iter().filter(|other| other.group() == metric.group()).collect()
    }

    /// A call for the target, which the issued report keeps or `_targets.yaml` states.
    fn target(&self, metric: &Metric, period: Period) -> Result<CallKind<'a>, Box<Diagnostic>> {
        let has_target = match self.kept {
            Some(kept) => kept.target.is_some(),
            None => self.counts.metrics.targets.get(&metric.id, period).is_some(),
        };
        match has_target {
            true => Ok(CallKind::Target),
            false => Err(Box::new(self.finding("figure-no-target", &metric.id))),
        }
    }

    fn limit(&self, metric: &Metric) -> Result<usize, Box<Diagnostic>> {
        if !metric.counts_posts() {
            return Err(Box::new(self.finding("figure-no-posts", &metric.id)));
        }
        let given = self
            .call
            .args
            .iter()
            .find(|(name, _)| name == "limit")
            .map(|(_, argument)| argument);
        match given {
            None => Ok(DEFAULT_LIMIT),
            Some(Argument::Integer(number @ 1..=MAX_LIMIT)) => Ok(usize::try_from(*number).unwrap_or(DEFAULT_LIMIT)),
            Some(_) => Err(Box::new(self.finding("figure-bad-value", "limit"))),
        }
    }

    fn finding(&self, reason: &'static str, value: &str) -> Diagnostic {
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

fn with_known(finding: Diagnostic, word: &str, known: &[&str]) -> Diagnostic {
    finding
        .with_some("nearest", nearest(word, known.iter().copied()))
        .with("known", known.join(", "))
}
