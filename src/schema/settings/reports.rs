//! The settings about reports: which ones are generated, and which zeros in them are right. What is no period and what is
//! no metric is found when the reports are made, because this module knows neither.

use super::SettingsReader;
use crate::config::{DeclaredZeros, PlacedText, ReportPolicy, Settings};
use crate::diag::nearest;
use crate::schema::check::{is_empty, scalar, untagged};
use crate::yaml::{Mapping, Value};

/// The words of `policy: {reports: …}`.
const WORDS: [&str; 2] = ["written", "generate"];

impl SettingsReader<'_, '_> {
    /// Reads `policy: {reports: written}`, `generate`, or a list of periods.
    pub(super) fn read_reports(&mut self, policy: &Mapping, into: &mut ReportPolicy) {
        let path = ["policy", "reports"];
        let Some(value) = policy.get("reports").filter(|value| !is_empty(value)) else {
            return;
        };
        let value = untagged(value);
        let text = scalar(value);
        let is_period = text.starts_with(|c: char| c.is_ascii_digit());
        if is_period || matches!(value, Value::Sequence(_)) {
            *into = ReportPolicy::Periods(self.read_names(&path, value, "periods"));
        } else if nearest(&text, WORDS).is_none() {
            let _: Option<()> = self.checker.report_wrong_type(&path, value, "reports");
        } else if let Some(word) = self.read_choice(policy, &path, &WORDS) {
            *into = match word.as_str() {
                "generate" => ReportPolicy::Generate,
                _ => ReportPolicy::Written,
            };
        }
    }

    /// Reads `zeros: {2022-H1: [culture.gala]}`.
    pub(super) fn read_zeros(&mut self, map: &Mapping, into: &mut Settings) {
        let Some(value) = map.get("zeros").filter(|value| !is_empty(value)) else {
            return;
        };
        let Value::Mapping(periods) = untagged(value) else {
            let _: Option<()> = self.checker.report_wrong_type(&["zeros"], value, "zeros");
            return;
        };
        into.zeros_place = Some(self.checker.document.key_place(&["zeros"]));
        for (period, metrics) in periods {
            let period = scalar(period).into_owned();
            let path = ["zeros", period.as_str()];
            let metrics = self.read_names(&path, untagged(metrics), "metrics");
            let place = self.checker.document.key_place(&path);
            let period = PlacedText { text: period, place };
            into.zeros.push(DeclaredZeros { period, metrics });
        }
    }

    /// Reads `internal`: the columns of rosters that the public site does not show.
    pub(super) fn read_internal(&mut self, map: &Mapping, into: &mut Settings) {
        let Some(value) = map.get("internal").filter(|value| !is_empty(value)) else {
            return;
        };
        let Value::Mapping(rosters) = untagged(value) else {
            let _: Option<()> = self.checker.report_wrong_type(&["internal"], value, "map");
            return;
        };
        for (roster, columns) in rosters {
            let roster = scalar(roster).into_owned();
            let path = ["internal", roster.as_str()];
            let columns = self.read_names(&path, untagged(columns), "list");
            let place = self.checker.document.key_place(&path);
            into.internal.push((PlacedText { text: roster, place }, columns));
        }
    }

    /// Reads a list of names. A single name is a list of one. `expected` names the list in findings.
    pub(super) fn read_names(&mut self, path: &[&str], value: &Value, expected: &'static str) -> Vec<PlacedText> {
        let list = path.to_vec();
        let single = std::slice::from_ref(value);
        let (items, is_list) = match value {
            Value::Sequence(items) => (items.as_slice(), true),
            _ => (single, false),
        };
        let mut names = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate().filter(|(_, item)| !is_empty(item)) {
            let index = index.to_string();
            let own = is_list.then_some(index.as_str());
            let path: Vec<&str> = path.iter().copied().chain(own).collect();
            if matches!(untagged(item), Value::Sequence(_) | Value::Mapping(_)) {
                let _: Option<()> = self.checker.report_wrong_type(&list, value, expected);
                break;
            }
            names.push(PlacedText {
                text: scalar(untagged(item)).trim().to_owned(),
                place: self.checker.document.value_place(&path),
            });
        }
        names
    }
}
