//! Metrics that divide one figure by another: `ratio: [response.answered, response.all]`.

use super::reader::DefinitionReader;
use super::together::{bad_metric, leads_back};
use crate::diag::Diagnostic;
use crate::metrics::metric::{Aggregate, Dedup, Metric, Metrics, Source, split_singular};
use crate::schema::check::{is_empty, scalar, untagged};
use crate::yaml::{Mapping, Value};
use std::collections::BTreeMap;

/// The key of a definition.
pub(super) const RATIO: &str = "ratio";
/// The places of the two metrics in a definition.
const OPERANDS: [&str; 2] = ["dividend", "divisor"];
/// The keys that say what is counted, which a quotient leaves to its metrics.
const COUNTING_KEYS: [&str; 9] = [
    "of",
    "where",
    "aggregate",
    "points",
    "cap",
    "once",
    "dated",
    "as_of",
    "state",
];

/// Removes from the definition `merged`, which a site's own keys `own` complete, what the site replaced: a quotient by
/// what is counted, or the other way round.
pub(super) fn remove_replaced(merged: &mut Mapping, own: &Mapping) {
    let gives = |key: &str| own.contains_key(key);
    if !gives(RATIO) && COUNTING_KEYS.iter().any(|key| gives(key)) {
        merged.remove(RATIO);
    } else if gives(RATIO) {
        for key in COUNTING_KEYS.iter().filter(|key| !gives(key)) {
            merged.remove(*key);
        }
    }
}

impl DefinitionReader<'_, '_, '_> {
    /// Reads a quotient. Whether there are such metrics is checked when all are known.
    pub(super) fn quotient(&mut self, map: &Mapping) -> Option<Metric> {
        let id = self.id.clone();
        if let Some(key) = COUNTING_KEYS.into_iter().find(|key| map.contains_key(*key)) {
            self.add_finding(
                key,
                "metric-ratio-counts",
                &map.get(key).map(scalar).unwrap_or_default(),
            );
            return None;
        }
        let ids = self.operand_ids(map.get(RATIO).map(untagged))?;
        let label = self.checker.labels(&[&id, "label"], map.get("label"), &id);
        let (unit, singular_unit) = split_singular(self.checker.labels(&[&id, "unit"], map.get("unit"), ""));
        Some(Metric {
            label,
            unit,
            singular_unit,
            source: Source::Metrics(ids),
            conditions: Vec::new(),
            aggregate: Aggregate::Quotient,
            dedup: Dedup::None,
            date_fields: Vec::new(),
            as_of: None,
            state: None,
            equals: self.equals(map)?,
            headline: self.headline(map)?,
            internal: self.internal(map)?,
            places: BTreeMap::new(),
            id,
        })
    }

    fn operand_ids(&mut self, value: Option<&Value>) -> Option<[String; 2]> {
        let texts = |items: &[Value]| {
            items
                .iter()
                .map(|item| scalar(item).trim().to_owned())
                .collect::<Vec<_>>()
        };
        let written = match value {
            Some(Value::Sequence(items)) => texts(items),
            Some(map @ Value::Mapping(_)) => {
                let id = self.id.clone();
                return self.checker.report_wrong_type(&[&id, RATIO], map, "list");
            }
            // `a / b` shows what is meant.
            other => other
                .map(scalar)
                .unwrap_or_default()
                .split(['/', ',', '，', '÷'])
                .map(|id| id.trim().to_owned())
                .collect(),
        };
        let is_list = matches!(value, Some(Value::Sequence(_)));
        let shown = value
            .filter(|value| !is_empty(value))
            .map_or_else(String::new, |_| written.join(", "));
        match <[String; 2]>::try_from(written) {
            Ok(ids) if is_list && ids.iter().all(|id| !id.is_empty()) => Some(ids),
            Ok(ids) if ids.iter().all(|id| !id.is_empty()) => {
                self.add_meant_finding(RATIO, "metric-bad-ratio", &shown, &format!("[{}]", ids.join(", ")))
            }
            _ => {
                self.add_finding(RATIO, "metric-bad-ratio", &shown);
                None
            }
        }
    }

    /// Notes the places of the two metrics in the definition of `metric`.
    pub(super) fn place_operands(&self, metric: &mut Metric) {
        for (index, name) in OPERANDS.into_iter().enumerate() {
            let path = [self.id.as_str(), RATIO, &index.to_string()];
            metric.places.insert(name, self.checker.document.value_place(&path));
        }
    }
}

/// Resolves the metrics that quotients divide: a bare group is its first metric. Drops quotients of metrics that do not
/// exist, and those that lead back to themselves; of built-in ones without a finding, because the site has removed what
/// they count.
pub(super) fn resolve_operands(all: &mut Vec<Metric>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut known = Metrics::new(std::mem::take(all));
    loop {
        let faults: Vec<(usize, Vec<Diagnostic>)> = known
            .iter()
            .enumerate()
            .filter_map(|(index, metric)| Some((index, operand_faults(metric, &known)?)))
            .collect();
        if faults.is_empty() {
            break;
        }
        for (index, faults) in faults.into_iter().rev() {
            findings.extend(faults);
            known.all.remove(index);
        }
    }
    let resolved = |metric: &Metric| {
        let ids = metric
            .operands()?
            .each_ref()
            .map(|id| known.get(id).map_or_else(|| id.clone(), |found| found.id.clone()));
        Some(Source::Metrics(ids))
    };
    let sources: Vec<Option<Source>> = known.iter().map(resolved).collect();
    *all = known.all;
    for (metric, source) in all.iter_mut().zip(sources) {
        if let Some(source) = source {
            metric.source = source;
        }
    }
    findings.sort();
    findings
}

/// What is wrong with the metrics that a quotient divides. `None` when nothing is, and for any other metric.
fn operand_faults(metric: &Metric, known: &Metrics) -> Option<Vec<Diagnostic>> {
    let ids = metric.operands()?;
    let operands = |metric: &Metric| {
        let ids = metric.operands().into_iter().flatten();
        ids.filter_map(|id| known.get(id)).collect()
    };
    let is_own = metric.places.contains_key("id");
    let unknown = ids.iter().zip(OPERANDS).filter(|(id, _)| known.get(id).is_none());
    let unknown: Vec<Diagnostic> = unknown
        .map(|(id, name)| {
            let finding = bad_metric(metric, RATIO, "metric-ratio-unknown", id).with_some("nearest", known.suggest(id));
            match metric.place(name) {
                Some(place) => finding.at(place.clone()),
                None => finding,
            }
        })
        .collect();
    let faults = if !unknown.is_empty() {
        unknown
    } else if leads_back(metric, operands) {
        vec![bad_metric(metric, RATIO, "metric-ratio-circle", &ids.join(", "))]
    } else {
        return None;
    };
    Some(if is_own { faults } else { Vec::new() })
}
