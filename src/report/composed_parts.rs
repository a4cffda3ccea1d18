//! What the main figure of a paragraph in a generated report is made up of, in words.

use super::compose::Composer;
use super::displayed::{DisplayedFigure, FigurePart};
use super::draft_markdown::{escape_markdown, metric_call, quoted_argument};
use super::outline::Paragraph;
use crate::metrics::{Dimension, Metric, Test};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// What a figure is made up of, in words.
#[derive(Debug, Default)]
pub(super) struct PartsOfFigure {
    /// The parts with their figures.
    items: Vec<String>,
    /// How the sum of the parts compares with the figure. `None` when they are not listed.
    relation: Option<Ordering>,
    /// What the figure is as a whole, when it has one part only.
    common: Option<String>,
}

impl<'a> Composer<'_, 'a> {
    /// The words about the main figure, with what all of it is and how it changed.
    pub(super) fn main_clause(&self, figure: &DisplayedFigure<'a>, parts: &PartsOfFigure) -> String {
        let change = self.change_of(figure).map(|(call, _)| call);
        let notes: Vec<String> = parts.common.iter().cloned().chain(change).collect();
        match notes.is_empty() {
            true => self.clause(figure),
            false => {
                let notes = notes.join(self.word("clause-separator"));
                self.say("with-note", &[("text", &self.clause(figure)), ("note", &notes)])
            }
        }
    }

    /// What a figure is made up of: the figures of the paragraph's parts, the other values of its field, and what does not
    /// give the field.
    pub(super) fn parts_of(&self, paragraph: &Paragraph, figure: &DisplayedFigure<'a>) -> PartsOfFigure {
        let mut found = PartsOfFigure::default();
        if paragraph.by.is_empty() {
            return found;
        }
        let by = Dimension::Field(paragraph.by.clone());
        let mut values = self.reports.parts(figure, &by);
        // What does not give the field comes last.
        values.sort_by_key(|part| part.key.is_empty());
        let own: Vec<&'a Metric> = self.metrics(&paragraph.parts).collect();
        let own_metric = |part: &FigurePart| own.iter().find(|metric| counts_part(metric, paragraph, &part.key));
        let mut items: Vec<(String, String, Decimal)> = Vec::new();
        for metric in &own {
            let part = values.iter().find(|part| counts_part(metric, paragraph, &part.key));
            let label = match part {
                Some(part) => self.reports.part_label(figure.metric, &by, part),
                None => metric.label.get(self.reports.lang.tag()).to_owned(),
            };
            let value = self.figure(metric).value.unwrap_or_default();
            items.push((escape_markdown(&label), metric_call(metric), value));
        }
        for part in values.iter().filter(|part| own_metric(part).is_none()) {
            let label = match part.key.is_empty() {
                true => self.word(&paragraph.rest).to_owned(),
                false => escape_markdown(&self.reports.part_label(figure.metric, &by, part)),
            };
            let (id, by, key) = (&figure.metric.id, &paragraph.by, quoted_argument(&part.key));
            let call = format!("{{{{ metric(\"{id}\", by=\"{by}\", part={key}) }}}}");
            items.push((label, call, part.value.unwrap_or_default()));
        }
        items.retain(|(.., value)| !value.is_zero());
        let names_value = values
            .iter()
            .any(|part| !part.key.is_empty() && part.value != Some(Decimal::ZERO));
        let sum = items
            .iter()
            .map(|(.., value)| *value)
            .fold(Decimal::ZERO, Decimal::saturating_add);
        let whole = figure.value.unwrap_or_default();
        found.relation = Some(sum.cmp(&whole)).filter(|_| names_value && !items.is_empty());
        if let ([(label, ..)], Some(Ordering::Equal)) = (items.as_slice(), found.relation) {
            let key = if whole == Decimal::ONE {
                "all-of-one"
            } else {
                "all-of-these"
            };
            found.common = Some(self.say(key, &[("label", label)]));
            found.relation = None;
        }
        let item = |(label, call, _): &(String, String, Decimal)| {
            self.say("draft-part", &[("label", label), ("figure", call)])
        };
        found.items = items.iter().map(item).collect();
        found
    }

    /// The sentence that lists the parts. Only numbers that add up are introduced as parts of the figure.
    pub(super) fn list_of_parts(&self, parts: &PartsOfFigure) -> Option<String> {
        let opening = match parts.relation? {
            Ordering::Equal => "draft-of-these",
            Ordering::Greater => "draft-parts-more",
            Ordering::Less => "draft-parts-fewer",
        };
        let items = parts.items.join(self.word("draft-separator"));
        Some(self.word(opening).to_owned() + &items + self.word("stop"))
    }
}

/// Whether a metric counts the part of the main figure with this key.
fn counts_part(metric: &Metric, paragraph: &Paragraph, key: &str) -> bool {
    let names_key = |test: &Test| match test {
        Test::OneOf(values) => values.iter().any(|value| value.key() == key),
        Test::Between(..) | Test::Present => false,
    };
    let mut conditions = metric.conditions.iter();
    conditions.any(|condition| condition.field == paragraph.by && !condition.negated && names_key(&condition.test))
}
