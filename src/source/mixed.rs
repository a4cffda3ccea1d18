//! Decodes a text that is partly in UTF-8 and partly in GBK: two files pasted together by a program that knew neither.
//!
//! Each line is judged by itself, and a line may be half and half. Bytes of one encoding are often valid in the other
//! and then give rare characters, so the reading with the most common characters wins.

use encoding_rs::{GB18030, GBK};
use std::borrow::Cow;
use std::ops::Range;

/// A text in two encodings.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MixedText {
    pub(super) text: String,
    /// The first part that was not in UTF-8, in bytes of `text`.
    pub(super) first_gbk: Range<usize>,
}

/// Decodes `bytes`, which are not valid UTF-8 as a whole. `None` unless both encodings occur and every line is readable.
pub(super) fn decode_mixed(bytes: &[u8]) -> Option<MixedText> {
    let (mut text, mut first_gbk, mut has_utf8) = (String::with_capacity(bytes.len()), None, false);
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        if line.is_ascii() {
            text.push_str(std::str::from_utf8(line).ok()?);
            continue;
        }
        let reading = best_reading(line)?;
        let start = text.len() + reading.gbk.start;
        text.push_str(&reading.text);
        has_utf8 |= reading.has_utf8;
        if !reading.gbk.is_empty() {
            first_gbk.get_or_insert(start..text.len() - reading.text.len() + reading.gbk.end);
        }
    }
    let first_gbk = first_gbk.filter(|_| has_utf8)?;
    Some(MixedText { text, first_gbk })
}

/// One way to read a line.
struct Reading<'a> {
    text: Cow<'a, str>,
    has_utf8: bool,
    /// The part in GBK, in bytes of `text`.
    gbk: Range<usize>,
}

/// The reading of a line that is not ASCII with the largest share of common characters.
fn best_reading(line: &[u8]) -> Option<Reading<'_>> {
    let whole = |text: Cow<'_, str>| text.len();
    let utf8 = std::str::from_utf8(line).ok().map(|text| Reading {
        text: Cow::Borrowed(text),
        has_utf8: true,
        gbk: 0..0,
    });
    let gbk = decode_gbk(line).map(|text| Reading {
        gbk: 0..whole(Cow::Borrowed(&text)),
        text,
        has_utf8: false,
    });
    let head = utf8_head(line).filter(|_| utf8.is_none()).and_then(|head| {
        let rest = decode_gbk(&line[head.len()..])?;
        let text = format!("{head}{rest}");
        Some(Reading {
            gbk: head.len()..text.trim_end().len().max(head.len()),
            text: Cow::Owned(text),
            has_utf8: true,
        })
    });
    let tail = utf8_tail(line).filter(|_| utf8.is_none()).and_then(|(at, tail)| {
        let start = decode_gbk(&line[..at])?;
        Some(Reading {
            gbk: 0..start.len(),
            text: Cow::Owned(format!("{start}{tail}")),
            has_utf8: true,
        })
    });
    // Of equal shares, the first wins.
    let mut best: Option<(usize, Reading<'_>)> = None;
    for reading in [utf8, gbk, head, tail].into_iter().flatten() {
        let share = common_share(&reading.text);
        if best.as_ref().is_none_or(|(least, _)| share > *least) {
            best = Some((share, reading));
        }
    }
    best.map(|(_, reading)| reading)
}

fn decode_gbk(bytes: &[u8]) -> Option<Cow<'_, str>> {
    GB18030.decode_without_bom_handling_and_without_replacement(bytes)
}

/// The text at the start of a line, up to the first byte that is not UTF-8, if it is not all ASCII.
fn utf8_head(line: &[u8]) -> Option<&str> {
    let head = line.utf8_chunks().next()?.valid();
    (!head.is_ascii()).then_some(head)
}

/// The text at the end of a line after the last byte that is not UTF-8, with its offset, if it is not all ASCII.
fn utf8_tail(line: &[u8]) -> Option<(usize, &str)> {
    let tail = line
        .utf8_chunks()
        .filter(|chunk| chunk.invalid().is_empty())
        .last()?
        .valid();
    (!tail.is_ascii()).then_some((line.len() - tail.len(), tail))
}

/// How many of a thousand characters beyond ASCII are in the first level of GB 2312 (3755 common characters, lead bytes
/// B0 to D7) or are its punctuation (lead bytes A1 to A3).
fn common_share(text: &str) -> usize {
    let (mut common, mut all) = (0, 0);
    let mut buffer = [0; 4];
    for c in text.chars().filter(|c| !c.is_ascii()) {
        all += 1;
        let (bytes, _, had_errors) = GBK.encode(c.encode_utf8(&mut buffer));
        let is_common = !had_errors && matches!(*bytes, [0xA1..=0xA3 | 0xB0..=0xD7, 0xA1..=0xFE]);
        common += usize::from(is_common);
    }
    1000 * common / all.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gbk(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    fn decoded(parts: &[&[u8]]) -> Option<(String, String)> {
        let mixed = decode_mixed(&parts.concat())?;
        let first = mixed.text[mixed.first_gbk].to_owned();
        Some((mixed.text, first))
    }

    #[test]
    fn each_line_is_read_in_its_own_encoding() {
        let found = decoded(&["title: 清洁河道\n".as_bytes(), &gbk("护河队来到石桥村。\n")]);
        let expected = ("title: 清洁河道\n护河队来到石桥村。\n", "护河队来到石桥村。\n");
        assert_eq!(found, Some((expected.0.to_owned(), expected.1.to_owned())));
        let found = decoded(&[&gbk("标题：清洁河道\n"), "正文在这里。\n".as_bytes()]);
        assert_eq!(
            found.map(|found| found.0).as_deref(),
            Some("标题：清洁河道\n正文在这里。\n")
        );
    }

    #[test]
    fn a_line_may_be_half_and_half() {
        let found = decoded(&["title: 清洁河道".as_bytes(), &gbk("护河队来到石桥村\n")]);
        assert_eq!(
            found.map(|found| found.0).as_deref(),
            Some("title: 清洁河道护河队来到石桥村\n")
        );
        let found = decoded(&[&gbk("护河队来到石桥村"), "清洁河道\n".as_bytes()]);
        assert_eq!(
            found.map(|found| found.0).as_deref(),
            Some("护河队来到石桥村清洁河道\n")
        );
    }

    #[test]
    fn one_encoding_is_not_mixed() {
        assert_eq!(
            decoded(&[&gbk("标题：清洁河道\n护河队来到石桥村，清理岸边的枯枝。\n")]),
            None
        );
        assert_eq!(decoded(&["标题\n".as_bytes(), b"\xff\xff\n"]), None);
    }
}
