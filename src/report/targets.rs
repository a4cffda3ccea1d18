//! What figures are to reach, and how far they have come.

use super::displayed::DisplayedFigure;
use super::format::{format_amount, format_number, json_number};
use super::labels::part_label;
use super::reports::Reports;
use crate::messages::report_text;
use crate::metrics::{Dimension, Target, degree_of_completion};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

impl<'a> Reports<'a> {
    /// The target of a figure: as issued, else the one of today. `None` when it has none.
    #[must_use]
    pub(crate) fn target<'t>(&'t self, figure: &'t DisplayedFigure<'a>) -> Option<&'t Target> {
        match figure.issued {
            Some((_, issued)) => issued.target.as_ref(),
            None => self.counts.metrics.targets.get(&figure.metric.id, figure.period),
        }
    }

    /// The target and the degree of completion in words: `目标10篇，完成40%`; of targets for parts, those of each of them:
    /// `石桥村目标2篇，完成50%；…`. With `part`, that of this part alone, without its name. `None` when there is no target.
    #[must_use]
    pub(crate) fn target_text(&self, figure: &DisplayedFigure<'a>, part: Option<&str>) -> Option<String> {
        let mut completions = self.completions(figure)?;
        if let Some(part) = part {
            completions.retain(|completion| completion.key == part);
            completions.iter_mut().for_each(|completion| completion.label.clear());
        }
        let texts = completions.into_iter().map(|completion| {
            let target = format_amount(completion.target, figure.metric, self.lang);
            let degree = completion
                .degree
                .map_or_else(|| format_number(None), |degree| format!("{}%", format_number(degree)));
            completion.label + &report_text(self.lang, "target", &[("target", &target), ("degree", &degree)])
        });
        let separator = report_text(self.lang, "target-separator", &[]);
        Some(texts.collect::<Vec<_>>().join(&separator))
    }

    /// The target for programs: `{"value": 10, "percent": 40}`, or with `by` and the `parts` by their keys. `None` when there
    /// is none.
    #[must_use]
    pub(crate) fn target_json(&self, figure: &DisplayedFigure<'a>) -> Option<Value> {
        let completions = self.completions(figure)?;
        let value = |completion: &Completion| json!({"value": json_number(completion.target), "percent": json_number(completion.degree)});
        Some(match self.target(figure)? {
            Target::Whole(_) => completions.first().map(value)?,
            Target::Parts { by, .. } => {
                let parts = completions
                    .iter()
                    .map(|completion| (completion.key.clone(), value(completion)));
                json!({"by": by, "parts": parts.collect::<Map<_, _>>()})
            }
        })
    }

    fn completions(&self, figure: &DisplayedFigure<'a>) -> Option<Vec<Completion>> {
        let completion = |key: &str, label: String, target: Decimal, value: Option<Decimal>| Completion {
            key: key.to_owned(),
            label,
            target,
            degree: degree_of_completion(value, target),
        };
        Some(match self.target(figure)? {
            Target::Whole(target) => vec![completion("", String::new(), *target, figure.value)],
            Target::Parts { by, values } => {
                let by = Dimension::Field(by.clone());
                let parts = self.parts(figure, &by);
                let part = |(key, target): &(String, Decimal)| {
                    let part = parts.iter().find(|part| part.key == *key);
                    let value = part.map_or_else(|| figure.metric.value_of_nothing(), |part| part.value);
                    let label = part.map_or("", |part| part.label.as_str());
                    let label = part_label(&self.counts, figure.metric, &by, key, label, self.lang);
                    completion(key, label, *target, value)
                };
                values.iter().map(part).collect()
            }
        })
    }
}

/// How far a figure, or a part of it, has come.
struct Completion {
    /// The key of the part; empty for the figure itself.
    key: String,
    /// The name of the part; empty for the figure itself.
    label: String,
    target: Decimal,
    /// In per cent. `None` when there is no number, or the target is 0.
    degree: Option<Decimal>,
}
