//! Control characters that a text in double quotes writes as escapes: `"\u0010"`. The characters themselves are removed
//! when a file is decoded.

use super::{Mapping, Value};
use crate::diag::{Code, Diagnostic, Place, is_forbidden_control};

/// Removes the control characters in `value`, which was read from `yaml`, the part of `text` that starts at `start`.
/// Returns a finding about them.
pub(super) fn remove_escaped_controls(
    file: &str,
    text: &str,
    start: usize,
    yaml: &str,
    value: &mut Value,
) -> Option<Diagnostic> {
    if !yaml.contains('\\') || !clean(value) {
        return None;
    }
    let range = find_escape(yaml).unwrap_or(0..0);
    let place = Place::in_text(file, text, start + range.start..start + range.end);
    let finding = Diagnostic::new(Code::ControlCharacter).at(place);
    Some(finding.with("character", &yaml[range]))
}

/// The first escape of a control character.
fn find_escape(yaml: &str) -> Option<std::ops::Range<usize>> {
    yaml.match_indices('\\').find_map(|(at, _)| {
        let rest = &yaml[at + 1..];
        let length = match rest.chars().next()? {
            '0' | 'a' | 'b' | 'e' | 'f' | 'v' => 1,
            'x' if rest.starts_with("x0") || rest.starts_with("x1") || rest.starts_with("x7") => 3,
            'u' if rest.starts_with("u00") || rest.starts_with("uFFF") || rest.starts_with("ufff") => 5,
            'U' if rest.starts_with("U000000") => 9,
            _ => return None,
        };
        yaml.get(at..at + 1 + length).map(|_| at..at + 1 + length)
    })
}

/// Removes control characters. Returns whether there were any.
fn clean(value: &mut Value) -> bool {
    match value {
        Value::String(text) => clean_text(text),
        Value::Sequence(items) => clean_list(items),
        Value::Mapping(map) => clean_map(map),
        Value::Tagged(tagged) => clean(&mut tagged.value),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn clean_list(items: &mut [Value]) -> bool {
    let mut found = false;
    for item in items {
        found |= clean(item);
    }
    found
}

fn clean_text(text: &mut String) -> bool {
    let has_any = text.contains(is_forbidden_control);
    text.retain(|c| !is_forbidden_control(c));
    has_any
}

fn clean_map(map: &mut Mapping) -> bool {
    let mut found = false;
    let cleaned = std::mem::take(map).into_iter().map(|(mut key, mut value)| {
        found |= clean(&mut key);
        found |= clean(&mut value);
        (key, value)
    });
    *map = cleaned.collect();
    found
}
