//! The arguments of single calls for figures: what each of them shows.

use super::call::{Against, Arrangement, CallKind, ChangeStyle, ShownOrder};
use super::labels::part_label;
use super::parse_call::{CallReader, PART_ORDERS, with_known};
use crate::diag::{Diagnostic, nearest};
use crate::metrics::{Dimension, FigureFilter, Metric, Period, Target};
use crate::record::Argument;

/// The shapes of `chart(…, shape="…")`.
const CHART_SHAPES: [&str; 4] = ["bars", "line", "ranking", "calendar"];
/// What a change is told in, and against which period.
const CHANGE_STYLES: [(&str, bool); 2] = [("percent", false), ("difference", true)];
const PERIODS_AGAINST: [(&str, Against); 2] = [("previous", Against::Previous), ("year", Against::Year)];

impl<'a> CallReader<'_, 'a> {
    /// The part that `by` and `part` name, by its key or its label.
    pub(super) fn part(
        &self,
        metric: &'a Metric,
        period: Period,
    ) -> Result<Option<(Dimension, String)>, Box<Diagnostic>> {
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
    pub(super) fn default_dimension(&self, metric: &Metric) -> Dimension {
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

    pub(super) fn shape(&self) -> Result<Option<&'static str>, Box<Diagnostic>> {
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

    /// A table: of the parts of one metric, of several, or of a group's figures.
    pub(super) fn table(&self, metric: &'a Metric, listed: Vec<&'a Metric>) -> Result<CallKind<'a>, Box<Diagnostic>> {
        let total = self.flag("total")?;
        let is_list = !listed.is_empty();
        let group = if is_list { listed } else { self.group_metrics(metric) };
        let Some(by) = self.dimension("by", metric)? else {
            let needing = ["split", "sort", "limit"]
                .into_iter()
                .find(|name| self.argument(name).is_some());
            if let Some(name) = needing.or(total.then_some("total")) {
                return Err(Box::new(self.finding("figure-needs-by", name)));
            }
            return Ok(CallKind::Table {
                by: None,
                split: None,
                group,
                total,
                arrangement: Arrangement::default(),
            });
        };
        let group = if is_list { group } else { vec![metric] };
        for other in &group {
            // Each metric must have the rows; the columns of a metric without `split` are not split.
            self.dimension("by", other)?;
            self.filter(other)?;
        }
        let has_split = |metric: &&&Metric| self.dimension("split", metric).is_ok();
        let split = match group.iter().find(has_split) {
            Some(with) => self.dimension("split", with)?,
            None => self.dimension("split", metric)?,
        };
        Ok(CallKind::Table {
            by: Some(by),
            split,
            group,
            total,
            arrangement: self.arrangement(&PART_ORDERS, None)?,
        })
    }

    /// A ranking of the parts by a figure, with the numbers of the metric `count` before it.
    pub(super) fn ranking(&self, metric: &'a Metric) -> Result<CallKind<'a>, Box<Diagnostic>> {
        let Some(by) = self.dimension("by", metric)? else {
            return Err(Box::new(self.finding("figure-ranking-by", "")));
        };
        let count = match self.text("count") {
            Some(id) => Some(self.metric_by_id(&id)?),
            None => None,
        };
        if let Some(count) = count {
            self.dimension("by", count)?;
            self.filter(count)?;
        }
        let split = self.dimension("split", count.unwrap_or(metric))?;
        Ok(CallKind::Ranking {
            by,
            count,
            split,
            arrangement: Arrangement {
                order: Some(ShownOrder::Largest),
                ..self.arrangement(&[], None)?
            },
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

    /// A call for the target, which the issued report keeps or `_targets.yaml` states. `filter` may name the part of a
    /// target that differs by a field.
    pub(super) fn target(
        &self,
        metric: &Metric,
        period: Period,
        filter: &[FigureFilter],
    ) -> Result<CallKind<'a>, Box<Diagnostic>> {
        let target = match self.kept {
            Some(kept) => kept.target.as_ref(),
            None => self.counts.metrics.targets.get(&metric.id, period),
        };
        match (target, filter) {
            (None, _) => Err(Box::new(self.finding("figure-no-target", &metric.id))),
            (Some(_), []) => Ok(CallKind::Target { part: None }),
            (Some(Target::Parts { by, values }), [wanted]) if wanted.by.name() == by => {
                let found = values.iter().find(|(key, _)| wanted.keys == [key.as_str()]);
                let part = found.map(|(key, _)| key.clone());
                match part {
                    Some(key) => Ok(CallKind::Target { part: Some(key) }),
                    None => Err(Box::new(self.finding("figure-no-target-part", &wanted.keys.join(", ")))),
                }
            }
            (Some(_), wanted) => {
                let fields: Vec<&str> = wanted.iter().map(|wanted| wanted.by.name()).collect();
                Err(Box::new(self.finding("figure-no-target-part", &fields.join(", "))))
            }
        }
    }

    pub(super) fn change_style(&self) -> Result<ChangeStyle, Box<Diagnostic>> {
        Ok(ChangeStyle {
            as_difference: self.choice("as", &CHANGE_STYLES)?.unwrap_or_default(),
            against: self.choice("against", &PERIODS_AGAINST)?,
        })
    }

    fn flag(&self, name: &str) -> Result<bool, Box<Diagnostic>> {
        match self.argument(name) {
            None => Ok(false),
            Some(Argument::Boolean(flag)) => Ok(*flag),
            Some(_) => {
                let finding = self.finding("figure-bad-value", name).with("known", "true, false");
                Err(Box::new(finding))
            }
        }
    }
}
