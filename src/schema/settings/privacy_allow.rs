//! `privacy_allow` in `site.yaml`: the personal numbers that the site publishes on purpose, each with the reason.

use super::super::check::{Checker, is_empty, missing_field_finding, untagged};
use super::super::kind::FieldType;
use super::super::value::FieldValue;
use super::super::yaml_value::scalar;
use crate::config::Settings;
use crate::privacy;
use crate::yaml::{Mapping, Value};

/// Reads `privacy_allow: [{text: "138****8000", reason: 值班电话}]`. The text is a number in any spelling, or the masked
/// form that a finding shows.
pub(super) fn read(checker: &mut Checker<'_, '_>, map: &Mapping, into: &mut Settings) {
    let entries = match map.get("privacy_allow").map(untagged) {
        None | Some(Value::Null) => return,
        Some(Value::Sequence(entries)) => entries,
        Some(other) => {
            let _: Option<()> = checker.report_wrong_type(&["privacy_allow"], other, "privacy-allow");
            return;
        }
    };
    for (index, entry) in entries.iter().enumerate() {
        let index = index.to_string();
        let path = ["privacy_allow", index.as_str()];
        let Value::Mapping(entry) = untagged(entry) else {
            // The error stops the site, so the number needs no second finding.
            into.privacy_allow
                .extend(allowed_numbers(&scalar(entry)).unwrap_or_default());
            let _: Option<()> = checker.report_wrong_type(&path, entry, "privacy-allow");
            continue;
        };
        checker.check_known_keys(&path, entry, &["text", "reason"]);
        required_text(checker, &path, entry, "reason");
        let Some(text) = required_text(checker, &path, entry, "text") else {
            continue;
        };
        if let Some(numbers) = allowed_numbers(&text) {
            into.privacy_allow.extend(numbers);
        } else {
            let text_path = [path[0], path[1], "text"];
            let _: Option<()> = checker.report_wrong_type(&text_path, &Value::from(text), "personal-number");
        }
    }
}

/// The numbers in a text, or the masked form that it is. `None` when it is neither.
fn allowed_numbers(text: &str) -> Option<Vec<String>> {
    let masked = text.trim().to_uppercase();
    if privacy::is_masked_number(&masked) {
        return Some(vec![masked]);
    }
    let numbers: Vec<String> = privacy::find(text).into_iter().map(|number| number.digits).collect();
    (!numbers.is_empty()).then_some(numbers)
}

/// The text of a key that each entry needs. A number without quotes is a text, too.
fn required_text(checker: &mut Checker<'_, '_>, path: &[&str; 2], entry: &Mapping, key: &str) -> Option<String> {
    let path = [path[0], path[1], key];
    let Some(value) = entry.get(key).filter(|value| !is_empty(value)) else {
        let finding = missing_field_finding(checker.document, &path);
        let finding = finding.at(checker.document.value_place(&path[..2]));
        checker.findings.push(finding);
        return None;
    };
    let value = match untagged(value) {
        number @ Value::Number(_) => Value::from(scalar(number)),
        other => other.clone(),
    };
    match checker.value(&path, &value, &FieldType::String)? {
        FieldValue::Text(text) => Some(text),
        _ => None,
    }
}
