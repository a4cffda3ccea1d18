//! The corrections of an issued report: what each issue changed in the one before.

use super::issued::{IssuedFigure, IssuedReport};
use super::issued_changes::NumberChange;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// One correction: a report that was issued again.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Correction<'a> {
    /// The day of the new issue.
    pub issued_on: Date,
    /// The day of the issue that it corrects.
    pub former_day: Date,
    /// Why it was corrected.
    pub reason: &'a str,
    /// The figures that differ.
    pub figures: Vec<CorrectedFigure<'a>>,
}

/// A figure that a correction changed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CorrectedFigure<'a> {
    /// The metric's id.
    pub id: &'a str,
    /// The figure before. `None` when the former issue did not have it.
    pub former: Option<&'a IssuedFigure>,
    /// The figure after. `None` when the new issue does not have it.
    pub corrected: Option<&'a IssuedFigure>,
    /// The bases and parts that differ.
    pub numbers: Vec<NumberChange>,
}

impl IssuedReport {
    /// Its corrections, the newest first.
    #[must_use]
    pub(crate) fn corrections(&self) -> Vec<Correction<'_>> {
        let issues = std::iter::once(self).chain(&self.former);
        let pairs = issues.zip(&self.former);
        pairs
            .map(|(corrected, former)| Correction {
                issued_on: corrected.issued_on,
                former_day: former.issued_on,
                reason: corrected.reason.as_deref().unwrap_or_default(),
                figures: corrected_figures(corrected, former),
            })
            .collect()
    }
}

fn corrected_figures<'r>(corrected: &'r IssuedReport, former: &'r IssuedReport) -> Vec<CorrectedFigure<'r>> {
    let mut ids: Vec<&String> = corrected.figures.keys().collect();
    ids.sort_by_key(|id| corrected.figures[*id].position);
    let known: BTreeSet<&String> = ids.iter().copied().collect();
    ids.extend(former.figures.keys().filter(|id| !known.contains(id)));
    let figure = |id: &'r String| {
        let (before, after) = (former.figures.get(id), corrected.figures.get(id));
        let numbers = match (before, after) {
            (Some(before), Some(after)) => changed_numbers(before, after, former.is_former_format),
            _ => Vec::new(),
        };
        let value = |figure: Option<&IssuedFigure>| figure.map(|figure| figure.value);
        (value(before) != value(after) || !numbers.is_empty()).then_some(CorrectedFigure {
            id,
            former: before,
            corrected: after,
            numbers,
        })
    };
    ids.into_iter().filter_map(figure).collect()
}

/// The bases and parts of a figure that a correction changed. Of the former format, only parts that it keeps.
fn changed_numbers(before: &IssuedFigure, after: &IssuedFigure, is_former_format: bool) -> Vec<NumberChange> {
    let mut changes = Vec::new();
    if !is_former_format {
        changes.extend(NumberChange::new("before", "", before.previous, after.previous));
        changes.extend(NumberChange::new(
            "year_earlier",
            "",
            before.year_earlier,
            after.year_earlier,
        ));
    }
    for (dimension, parts) in &before.breakdowns {
        let Some(now) = after.breakdowns.get(dimension) else {
            continue;
        };
        let keys = parts.iter().chain(now).map(|part| part.key.as_str());
        let mut seen = BTreeSet::new();
        for key in keys.filter(|key| seen.insert(*key)) {
            let value = |figure: &IssuedFigure| figure.part(dimension, key);
            let change = NumberChange::new(dimension, key, value(before), value(after));
            let label = now.iter().chain(parts).find(|part| part.key == key);
            let label = label.and_then(|part| part.label.clone());
            changes.extend(change.map(|change| change.labelled(label)));
        }
    }
    changes
}
