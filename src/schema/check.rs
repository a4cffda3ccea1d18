//! Checks one value against the type of its field.
//!
//! Longer than most files, because every type of value is one method of the same checker.

use super::kind::{Field, FieldType, Labels};
use super::locator::ValueLocator;
use super::number_text::meant_number;
use super::roster::Rosters;
use super::scalar::{
    NormalizedText, format_iso, normalize_text, parse_duration, parse_moment, squeeze, strip_curly_quotes,
};
use super::value::{FieldValue, Moment};
pub(crate) use super::yaml_value::{is_empty, scalar, untagged};
use crate::diag::{Code, Diagnostic, nearest};
use crate::yaml::{Mapping, Value};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use std::ops::Range;

/// Checks the values of one document and collects its findings.
#[derive(Debug)]
pub(crate) struct Checker<'c, 'd> {
    /// The places of the values.
    pub(crate) document: &'c (dyn ValueLocator + 'd),
    /// The rosters whose rows references may name.
    pub(crate) rosters: &'c Rosters,
    /// The time zone to which times with an offset are converted.
    pub(crate) zone: &'c TimeZone,
    /// The findings so far.
    pub(crate) findings: Vec<Diagnostic>,
    /// What `xiangyin fix` may write in place of a value, in bytes of the document's YAML.
    pub(crate) fixes: Vec<(Range<usize>, String)>,
}

impl<'c, 'd> Checker<'c, 'd> {
    pub(crate) const fn new(document: &'c (dyn ValueLocator + 'd), rosters: &'c Rosters, zone: &'c TimeZone) -> Self {
        Self {
            document,
            rosters,
            zone,
            findings: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// Converts the value at `path` to the type of `field` and checks its range. Returns `None`, with a finding, when
    /// that fails.
    pub(crate) fn field(&mut self, path: &[&str], value: &Value, field: &Field) -> Option<FieldValue> {
        let found = self.value_in_unit(path, value, &field.ty, &field.unit)?;
        let number = match &found {
            FieldValue::Integer(number) => Decimal::from(*number),
            FieldValue::Decimal(number) => *number,
            _ => return Some(found),
        };
        let (min, max) = field.range;
        let limit = |limit: Option<f64>| limit.and_then(|limit| Decimal::try_from(limit).ok());
        if limit(min).is_some_and(|min| number < min) || limit(max).is_some_and(|max| number > max) {
            let mut finding = self.value_finding(Code::OutOfRange, path, &number.to_string());
            for (name, limit) in [("min", min), ("max", max)] {
                if let Some(limit) = limit {
                    finding = finding.with(name, limit.to_string());
                }
            }
            self.findings.push(finding);
            return None;
        }
        Some(found)
    }

    /// Converts the value at `path` to `ty`. Returns `None`, with a finding, when that fails.
    pub(crate) fn value(&mut self, path: &[&str], value: &Value, ty: &FieldType) -> Option<FieldValue> {
        self.value_in_unit(path, value, ty, "")
    }

    /// Like `value`; a number is in `unit`, which is empty when it is not known.
    fn value_in_unit(&mut self, path: &[&str], value: &Value, ty: &FieldType, unit: &str) -> Option<FieldValue> {
        let value = untagged(value);
        if ty.is_of_authors() {
            return self.authors(path, value, ty);
        }
        if let FieldType::List(inner) = ty {
            return self.list(path, value, inner, unit).map(FieldValue::List);
        }
        if matches!(value, Value::Sequence(_) | Value::Mapping(_)) {
            return self.report_wrong_type(path, value, ty.id());
        }
        match ty {
            FieldType::String | FieldType::Text => self.text(path, value).map(FieldValue::Text),
            FieldType::Date | FieldType::DateTime => self.moment(path, value, ty).map(FieldValue::Moment),
            FieldType::Integer => self.integer(path, value, unit).map(FieldValue::Integer),
            FieldType::Decimal => self.decimal(path, value, unit).map(FieldValue::Decimal),
            FieldType::Duration => self.duration(path, value).map(FieldValue::Duration),
            FieldType::Boolean => self.boolean(path, value).map(FieldValue::Boolean),
            FieldType::Enum(values) => self.enum_id(path, value, values).map(FieldValue::Enum),
            FieldType::Roster(roster) => self.reference(path, value, roster).map(FieldValue::Reference),
            FieldType::Url => self.url(path, value).map(FieldValue::Text),
            FieldType::Asset => self.short_text(path, value).map(FieldValue::Asset),
            FieldType::Author | FieldType::List(_) => None,
        }
    }

    /// The text of a value. Numbers and the like are returned as written.
    pub(super) fn text(&self, path: &[&str], value: &Value) -> Option<String> {
        Some(match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Null => String::new(),
            _ => self
                .document
                .scalar(path)
                .map_or_else(|| scalar(value).into_owned(), str::to_owned),
        })
    }

    /// A short text. Strips curly quotes around it, with a warning.
    fn short_text(&mut self, path: &[&str], value: &Value) -> Option<String> {
        let text = self.text(path, value)?;
        let inner = strip_curly_quotes(&text).to_owned();
        if inner.len() != text.len() {
            self.report_rewritable(Code::CurlyQuotes, path, &text, &inner);
        }
        Some(inner)
    }

    fn list(&mut self, path: &[&str], value: &Value, inner: &FieldType, unit: &str) -> Option<Vec<FieldValue>> {
        let Value::Sequence(items) = value else {
            if matches!(value, Value::Mapping(_)) {
                return self.report_wrong_type(path, value, "list");
            }
            return self.value_in_unit(path, value, inner, unit).map(|single| vec![single]);
        };
        let mut found = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            if item.is_null() {
                continue;
            }
            // Formatting the index costs little compared with the list, but plain text needs no path at all.
            if let (Value::String(text), FieldType::String) = (item, inner) {
                found.push(FieldValue::Text(text.trim().to_owned()));
                continue;
            }
            let index = index.to_string();
            let path: Vec<&str> = path.iter().copied().chain([index.as_str()]).collect();
            found.extend(self.value_in_unit(&path, item, inner, unit));
        }
        Some(found)
    }

    fn moment(&mut self, path: &[&str], value: &Value, ty: &FieldType) -> Option<Moment> {
        let written = scalar(value);
        let given = normalize_text(&written);
        let Some((mut found, standard)) = parse_moment(&given.text, self.zone) else {
            let finding = self.value_finding(Code::BadDate, path, &written);
            self.findings.push(finding);
            return None;
        };
        if *ty == FieldType::Date {
            found.time = None;
        }
        if standard {
            self.accept_leniently(path, &written, &given, None);
        } else {
            self.report_rewritable(Code::LooseDate, path, &written, &format_iso(found));
        }
        Some(found)
    }

    fn integer(&mut self, path: &[&str], value: &Value, unit: &str) -> Option<i64> {
        if let Some(number) = value.as_i64() {
            return Some(number);
        }
        let written = scalar(value);
        let given = normalize_text(&written);
        match given.text.parse::<i64>() {
            Ok(number) => {
                self.accept_leniently(path, &written, &given, Some(&number.to_string()));
                Some(number)
            }
            Err(_) => self.bad_number(path, &written, (&given, unit), "integer"),
        }
    }

    fn decimal(&mut self, path: &[&str], value: &Value, unit: &str) -> Option<Decimal> {
        let written = scalar(value);
        let given = normalize_text(&written);
        match given.text.parse::<Decimal>() {
            Ok(number) => {
                self.accept_leniently(path, &written, &given, None);
                Some(number.normalize())
            }
            Err(_) => self.bad_number(path, &written, (&given, unit), "decimal"),
        }
    }

    /// Reports a text that is not a plain number, with the number that it means. `xiangyin fix` writes it when nothing
    /// else can be meant.
    fn bad_number<T>(
        &mut self,
        path: &[&str],
        written: &str,
        (given, unit): (&NormalizedText<'_>, &str),
        expected: &'static str,
    ) -> Option<T> {
        let is_possible = |digits: &str| expected == "decimal" || !digits.contains('.');
        match meant_number(&given.text, unit).filter(|meant| is_possible(&meant.digits)) {
            Some(meant) if meant.is_exact => self.report_rewritable(Code::BadNumber, path, written, &meant.digits),
            Some(meant) => {
                let finding = self.value_finding(Code::BadNumber, path, written);
                self.findings.push(finding.with("write", meant.digits));
            }
            None if given.text.contains(|c: char| c.is_ascii_digit()) && given.text.parse::<Decimal>().is_err() => {
                let unit = (!unit.is_empty()).then_some(unit);
                let finding = self.value_finding(Code::BadNumber, path, written);
                self.findings.push(finding.with_some("unit", unit));
            }
            None => {
                let finding = self.value_finding(Code::WrongType, path, written);
                self.findings.push(finding.with("expected", expected));
            }
        }
        None
    }

    fn duration(&mut self, path: &[&str], value: &Value) -> Option<u32> {
        let written = scalar(value);
        let given = normalize_text(&written);
        let Some(seconds) = parse_duration(&given.text) else {
            let finding = self.value_finding(Code::BadDuration, path, &written);
            self.findings.push(finding);
            return None;
        };
        self.accept_leniently(path, &written, &given, None);
        Some(seconds)
    }

    pub(crate) fn boolean(&mut self, path: &[&str], value: &Value) -> Option<bool> {
        if let Value::Bool(found) = value {
            return Some(*found);
        }
        let written = scalar(value);
        match normalize_text(&written).text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "是" => Some(true),
            "false" | "no" | "off" | "否" => Some(false),
            _ => self.report_wrong_type(path, value, "boolean"),
        }
    }

    /// The id of an enum's value, which is given by id or by label.
    pub(crate) fn enum_id(&mut self, path: &[&str], value: &Value, values: &[(String, Labels)]) -> Option<String> {
        let written = scalar(value);
        let given = normalize_text(&written);
        if let Some((id, _)) = values
            .iter()
            .find(|(id, labels)| matches_label(&given.text, id, labels))
        {
            self.accept_leniently(path, &written, &given, None);
            return Some(id.clone());
        }
        let names = values
            .iter()
            .flat_map(|(id, labels)| [id.as_str(), labels.zh.as_str(), labels.en.as_str()]);
        let mut finding = self.value_finding(Code::UnknownValue, path, &written);
        if let Some(near) = nearest(&given.text, names) {
            finding = finding.with("nearest", near);
        }
        let known: Vec<String> = values
            .iter()
            .map(|(id, labels)| id_with_label(id, &labels.zh))
            .collect();
        self.findings.push(finding.with("known", known.join(", ")));
        None
    }

    /// The id of a roster's row, which is given by id or by name.
    fn reference(&mut self, path: &[&str], value: &Value, roster: &str) -> Option<String> {
        let written = self.text(path, value)?;
        let given = normalize_text(&written);
        let rows = self.rosters.get(roster);
        if let Some(row) = rows.and_then(|rows| rows.find(&given.text).or_else(|| rows.find_loosely(written.trim()))) {
            self.accept_leniently(path, &written, &given, None);
            return Some(row.id.clone());
        }
        let names = rows
            .into_iter()
            .flat_map(|rows| rows.rows())
            .flat_map(|row| [row.id.as_str(), row.name.as_str()]);
        let near = nearest(&given.text, names).map(str::to_owned);
        let mut finding = self
            .value_finding(Code::UnknownReference, path, &written)
            .with("roster", roster);
        if let Some(near) = near {
            finding = finding.with("nearest", near);
        }
        self.findings.push(finding);
        None
    }

    fn url(&mut self, path: &[&str], value: &Value) -> Option<String> {
        let written = self.short_text(path, value)?;
        if is_web_address(&written) {
            return Some(written);
        }
        let finding = bad_url_finding(self.value_finding(Code::BadUrl, path, &written), &written);
        self.findings.push(finding);
        None
    }

    /// A label in both languages, or one text for both; `fallback` when there is no value.
    pub(crate) fn labels(&mut self, path: &[&str], value: Option<&Value>, fallback: &str) -> Labels {
        match value.map(untagged).filter(|value| !is_empty(value)) {
            None => Labels::both(fallback),
            Some(Value::Mapping(map)) => {
                self.check_known_keys(path, map, &["zh-CN", "zh", "en"]);
                let text = |key: &str| {
                    let path: Vec<&str> = path.iter().copied().chain([key]).collect();
                    let value = map.get(key).map(untagged);
                    value.and_then(|value| self.text(&path, value)).unwrap_or_default()
                };
                let zh = Some(text("zh-CN"))
                    .filter(|zh| !zh.is_empty())
                    .unwrap_or_else(|| text("zh"));
                let en = text("en");
                if zh.is_empty() && en.is_empty() {
                    return Labels::both(fallback);
                }
                Labels { zh, en }
            }
            Some(Value::Sequence(_)) => {
                let _: Option<()> = self.report_wrong_type(path, value.unwrap_or(&Value::Null), "string");
                Labels::default()
            }
            Some(text) => Labels::both(&self.text(path, text).unwrap_or_default()),
        }
    }

    /// Reports the keys of `map`, the value at `path`, that are not in `known`.
    pub(crate) fn check_known_keys(&mut self, path: &[&str], map: &Mapping, known: &[&str]) {
        for key in map.keys() {
            let name = scalar(key);
            if !known.contains(&&*name) {
                let path: Vec<&str> = path.iter().copied().chain([&*name]).collect();
                let finding = unknown_key_finding(self.document, &path, nearest(&name, known.iter().copied()), known);
                self.findings.push(finding);
            }
        }
    }

    /// Reports that the value at `path` has the wrong type. `expected` is an id of `locales/words.yml`.
    pub(crate) fn report_wrong_type<T>(&mut self, path: &[&str], value: &Value, expected: &'static str) -> Option<T> {
        let finding = self
            .value_finding(Code::WrongType, path, &quote_value(value))
            .with("expected", expected);
        self.findings.push(finding);
        None
    }

    /// Returns a finding about the value at `path`, quoted as `written`.
    pub(crate) fn value_finding(&self, code: Code, path: &[&str], written: &str) -> Diagnostic {
        Diagnostic::new(code)
            .at(self.document.value_place(path))
            .with("key", name_of(path))
            .with("value", written)
    }

    /// Warns about curly quotes or full-width characters that were accepted.
    fn accept_leniently(&mut self, path: &[&str], written: &str, given: &NormalizedText<'_>, write: Option<&str>) {
        let code = if given.had_full_width {
            Code::FullWidthDigits
        } else if given.had_curly_quotes {
            Code::CurlyQuotes
        } else {
            return;
        };
        self.report_rewritable(code, path, written, write.unwrap_or(&given.text));
    }

    /// Reports that `written` means `write`, shows the line with it, and offers it as a fix.
    pub(crate) fn report_rewritable(&mut self, code: Code, path: &[&str], written: &str, write: &str) {
        let mut finding = self.value_finding(code, path, written).with("write", write);
        let range = self.document.value_range(path);
        if range.is_some() {
            finding = finding.with("fix", "xiangyin fix");
        }
        if let Some(place) = &finding.place
            && place.marked_span.0 < place.marked_span.1
            && let Some(range) = range.filter(|range| !range.is_empty())
        {
            let (from, to) = place.marked_span;
            let written = place.written_excerpt();
            let line = format!("{}{write}{}", &written[..from], &written[to..]);
            self.fixes.push((range, write.to_owned()));
            finding = finding.with_fix(line);
        }
        self.findings.push(finding);
    }
}

/// Returns a finding about an unknown key, with the nearest known one.
pub(crate) fn unknown_key_finding(
    document: &dyn ValueLocator,
    path: &[&str],
    near: Option<&str>,
    known: &[&str],
) -> Diagnostic {
    let mut finding = Diagnostic::new(Code::UnknownKey)
        .at(document.key_place(path))
        .with("key", name_of(path));
    if let Some(near) = near {
        finding = finding.with("nearest", near);
    }
    finding.with("known", known.join(", "))
}

/// Returns a finding about a missing required key. Its place is the start of the document, or the key without a value.
pub(crate) fn missing_field_finding(document: &dyn ValueLocator, path: &[&str]) -> Diagnostic {
    Diagnostic::new(Code::MissingField)
        .at(document.key_place(path))
        .with("key", name_of(path))
}

/// The warning that the date under the second key lies before the one under the first key, and so cannot be right.
pub(crate) fn date_order_finding(first: (&str, Date), second: (&str, Date)) -> Diagnostic {
    Diagnostic::new(Code::DateOrder)
        .with("key", second.0)
        .with("date", second.1.to_string())
        .with("first_key", first.0)
        .with("first_date", first.1.to_string())
}

/// The name of the value at `path` in messages: its key, or the list's key for an item.
fn name_of<'p>(path: &[&'p str]) -> &'p str {
    let is_index = |step: &&&str| !step.bytes().all(|byte| byte.is_ascii_digit());
    path.iter().rev().find(is_index).copied().unwrap_or_default()
}

/// Whether a text is the id or a label of a value. Spaces and letter case do not matter.
fn matches_label(text: &str, id: &str, labels: &Labels) -> bool {
    let is_equal = |text: &str| text == id || text == labels.zh || text.eq_ignore_ascii_case(&labels.en);
    is_equal(text) || (text.contains(char::is_whitespace) && is_equal(&squeeze(text)))
}

fn id_with_label(id: &str, label: &str) -> String {
    if label.is_empty() || label == id {
        id.to_owned()
    } else {
        format!("{id}（{label}）")
    }
}

/// The finding about `written`, which is no web address, with what may be meant.
pub(crate) fn bad_url_finding(finding: Diagnostic, written: &str) -> Diagnostic {
    let without_spaces: String = narrow_address(written).split_whitespace().collect();
    let with_scheme = format!("https://{without_spaces}");
    let meant = [without_spaces, with_scheme]
        .into_iter()
        .find(|text| is_web_address(text));
    let is_likely = |meant: &String| {
        meant
            .split('/')
            .nth(2)
            .is_some_and(|host| host.contains('.') && host.is_ascii())
    };
    finding.with_some("write", meant.filter(is_likely))
}

/// A web address without the punctuation of a Chinese input method: `https：／／x．example`.
pub(crate) fn narrow_address(written: &str) -> String {
    written.replace('：', ":").replace('／', "/").replace('．', ".")
}

/// Whether `text` is a complete web address: http or https with a host.
pub(crate) fn is_web_address(text: &str) -> bool {
    let is_start = |start: &&str| {
        text.get(..start.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(start))
    };
    let start = ["https://", "http://"].into_iter().find(is_start);
    let rest = start.map(|start| &text[start.len()..]);
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !host.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control())
    })
}

/// The value as a message quotes it.
fn quote_value(value: &Value) -> String {
    match value {
        Value::Sequence(_) => "[…]".to_owned(),
        Value::Mapping(_) => "{…}".to_owned(),
        _ => scalar(value).into_owned(),
    }
}
