//! Fixes calls that contain Chinese punctuation.

use super::shortcode::{ShortcodeForm, find_calls};
use crate::schema::scalar::half_width;

/// Returns `line` with the punctuation of the call at `from` (bytes) converted to ASCII; `None` if the call still
/// cannot be parsed.
pub(super) fn fix_call(line: &str, from: usize) -> Option<String> {
    let call = line.get(from..)?;
    let end = call.find("}}").or_else(|| call.find("｝｝"))?;
    let end = end + call[end..].chars().take(2).map(char::len_utf8).sum::<usize>();
    let fixed = format!(
        "{}{}{}",
        &line[..from],
        to_ascii_punctuation(&call[..end]),
        &call[end..]
    );
    let readable = find_calls(&fixed, 0..fixed.len())
        .iter()
        .any(|found| found.range.start == from && matches!(found.form, ShortcodeForm::Open { .. }));
    readable.then_some(fixed)
}

/// Converts quotes and punctuation to ASCII outside quoted values.
fn to_ascii_punctuation(call: &str) -> String {
    let mut out = String::with_capacity(call.len());
    let mut quote: Option<char> = None;
    for c in call.chars() {
        match quote {
            Some(end) if c == end => {
                quote = None;
                out.push(ascii_equivalent(c));
            }
            Some(_) => out.push(c),
            None => {
                quote = closing_quote(c);
                out.push(ascii_equivalent(c));
            }
        }
    }
    out
}

/// The character that closes a value opened with `c`. Some keyboards give two opening quotes as a pair.
fn closing_quote(c: char) -> Option<char> {
    match c {
        '"' | '\'' | '＂' | '＇' => Some(c),
        '“' | '”' => Some('”'),
        '‘' | '’' => Some('’'),
        _ => None,
    }
}

fn ascii_equivalent(c: char) -> char {
    match c {
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        '、' => ',',
        '【' => '[',
        '】' => ']',
        '。' => '.',
        '\u{3000}' => ' ',
        _ => half_width(c),
    }
}
