//! Gathers the digits of a text that may belong to one number.

use super::gaps::{Gap, read_gap};
use super::number::MOBILE_LENGTH;
use crate::html::Names;
use crate::html::read_reference;
use std::ops::Range;

/// A digit in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digit {
    /// 0 to 9.
    pub(super) value: u8,
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
    /// What stands between it and the digit before it.
    pub(super) gap: Gap,
}

/// The fewest digits of a personal number.
const MIN_DIGITS: usize = MOBILE_LENGTH;

/// Calls `visit` with the digits of each cluster that is long enough to hold a personal number.
pub(super) fn for_each(text: &str, visit: &mut dyn FnMut(&[Digit])) {
    let bytes = text.as_bytes();
    let may_begin = |byte: &u8| byte.is_ascii_digit() || matches!(byte, 0xEF | b'&');
    let mut cluster = Vec::new();
    let mut at = 0;
    while let Some(distance) = bytes[at..].iter().position(may_begin) {
        at += distance;
        cluster.clear();
        let end = read_cluster(text, at, &mut cluster);
        if cluster.len() >= MIN_DIGITS {
            visit(&cluster);
        }
        at = end;
    }
}

/// Reads the digits from `at` on. Returns the position behind the last one.
fn read_cluster(text: &str, at: usize, cluster: &mut Vec<Digit>) -> usize {
    let mut end = at;
    let mut gap = Gap::Joined;
    let mut next = at;
    while let Some((value, len)) = read_digit(text, next) {
        cluster.push(Digit {
            value,
            range: next..next + len,
            gap,
        });
        end = next + len;
        if text.as_bytes().get(end).is_some_and(u8::is_ascii_digit) {
            (gap, next) = (Gap::Joined, end);
            continue;
        }
        let Some((read, after)) = read_gap(text, end) else {
            break;
        };
        (gap, next) = (read, after);
    }
    // Without a digit the character at `at` is another one of three bytes, or an ampersand.
    if cluster.is_empty() {
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    } else {
        end
    }
}

/// The digit at `at`, and its length: ASCII, full-width, or as a reference of HTML.
pub(super) fn read_digit(text: &str, at: usize) -> Option<(u8, usize)> {
    match text.as_bytes().get(at..)? {
        [digit @ b'0'..=b'9', ..] => Some((digit - b'0', 1)),
        [0xEF, 0xBC, last @ 0x90..=0x99, ..] => Some((last - 0x90, 3)),
        [b'&', b'#', ..] => {
            let reference = read_reference(&text[at..], Names::Serialized)?;
            let digit = reference.c?.to_digit(10)?;
            Some((u8::try_from(digit).ok()?, reference.len))
        }
        _ => None,
    }
}
