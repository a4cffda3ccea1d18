//! Checks of a site's own metrics that need all metrics: names that another metric has, and sums.

use super::built_in::RAW_BUILT_IN;
use crate::diag::{Code, Diagnostic, nearest};
use crate::metrics::metric::{ADOPTED_FIELD, Aggregate, FEE, Metric, SUBMISSION};
use crate::yaml::YamlDocument;
use std::collections::BTreeSet;

/// Checks the metrics that the site's own file `document` defines or changes. Removes sums that make no sense, so that
/// nothing else is reported about them.
pub(super) fn check_own_metrics(document: &YamlDocument<'_>, all: &mut [Metric]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut without_sum = Vec::new();
    for (index, metric) in all.iter().enumerate().filter(|(_, metric)| !metric.places.is_empty()) {
        findings.extend(check_label(metric, all));
        findings.extend(check_fee(metric));
        let of_sum = check_equals(document, metric, all);
        if !of_sum.is_empty() {
            without_sum.push(index);
        }
        findings.extend(of_sum);
    }
    for index in without_sum {
        all[index].equals.clear();
    }
    findings
}

/// Reports a missing label, and a label that another metric has: readers could not tell the two figures apart.
fn check_label(metric: &Metric, all: &[Metric]) -> Option<Diagnostic> {
    if !metric.places.contains_key("label") {
        let is_built_in = RAW_BUILT_IN.contains_key(metric.id.as_str());
        let finding = Diagnostic::new(Code::MetricWithoutLabel).with("metric", &metric.id);
        return (!is_built_in).then(|| finding.at(metric.places["id"].clone()));
    }
    let is_same = |other: &&Metric| other.id != metric.id && other.label.get("zh") == metric.label.get("zh");
    let other = all.iter().find(is_same)?;
    // Of two metrics of the site's own, the later one is reported.
    let is_earlier = other.places.get("id").is_none_or(|place| *place < metric.places["id"]);
    is_earlier
        .then(|| bad_metric(metric, "label", "metric-same-label", metric.label.get("zh")).with("other", &other.id))
}

/// Reports a rule of fees that gives no amounts to posts, and one that pays what was not adopted.
fn check_fee(metric: &Metric) -> Option<Diagnostic> {
    if metric.id != FEE {
        return None;
    }
    if !metric.counts_posts() || !matches!(metric.aggregate, Aggregate::Score(_) | Aggregate::Sum(_)) {
        return Some(bad_metric(metric, "aggregate", "metric-fee-amount", &metric.id));
    }
    // A post without the only date that decides its period counts in none. With another date, what was adopted later is
    // paid in a month whose workbook the finance office has already.
    let is_dated_so = metric.date_fields == [ADOPTED_FIELD];
    let pays_submissions = metric.kinds().iter().any(|kind| kind == SUBMISSION);
    (pays_submissions && !is_dated_so).then(|| {
        let finding = Diagnostic::new(Code::FeeWithoutAdoption).with("metric", &metric.id);
        match metric.place("id") {
            Some(place) => finding.at(place.clone()),
            None => finding,
        }
    })
}

/// Reports ids in `equals` that are not ids of metrics, that occur twice, or that lead back to the metric itself.
fn check_equals(document: &YamlDocument<'_>, metric: &Metric, all: &[Metric]) -> Vec<Diagnostic> {
    let ids = || all.iter().map(|metric| metric.id.as_str());
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    for (_, id) in &metric.equals {
        if !ids().any(|known| known == id) {
            let finding = Diagnostic::new(Code::UnknownMetric)
                .at(document.value_place(&[&metric.id, "equals"]))
                .with("metric", id)
                .with_some("nearest", nearest(id, ids()));
            findings.push(finding);
        } else if !seen.insert(id.as_str()) {
            findings.push(bad_metric(metric, "equals", "metric-sum-twice", id));
        }
    }
    let parts = |metric: &Metric| {
        let known = |(_, id): &(bool, String)| all.iter().find(|metric| metric.id == *id);
        metric.equals.iter().filter_map(known).collect()
    };
    if metric.places.contains_key("equals") && leads_back(metric, parts) {
        findings.push(bad_metric(metric, "equals", "metric-circle", &metric.id));
    }
    findings
}

/// Whether a metric is made from itself, directly or through others. `made_from` gives the metrics that one is
/// made from.
pub(super) fn leads_back<'m>(metric: &'m Metric, made_from: impl Fn(&'m Metric) -> Vec<&'m Metric>) -> bool {
    let mut waiting = made_from(metric);
    let mut seen = BTreeSet::new();
    while let Some(found) = waiting.pop() {
        if found.id == metric.id {
            return true;
        }
        if seen.insert(found.id.as_str()) {
            waiting.extend(made_from(found));
        }
    }
    false
}

/// A finding about `key` of a metric, at that key.
pub(super) fn bad_metric(metric: &Metric, key: &'static str, reason: &'static str, value: &str) -> Diagnostic {
    let finding = Diagnostic::new(Code::BadMetric)
        .with("metric", &metric.id)
        .with("reason", reason)
        .with("key", key)
        .with("value", value);
    match metric.place(key) {
        Some(place) => finding.at(place.clone()),
        None => finding,
    }
}
