//! Tags and their attributes, with the range of each in the text.

use std::borrow::Cow;
use std::ops::Range;

/// Void elements, which have no end tag (HTML standard, 13.1.2).
pub(crate) const VOID_ELEMENTS: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
];

/// A tag as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HtmlTag<'t> {
    /// From `<` to `>`.
    pub(crate) text: &'t str,
    /// In lower case.
    pub(crate) name: Cow<'t, str>,
    /// `</…>`.
    pub(crate) is_closing: bool,
    /// In the order in which they are written, duplicates included.
    pub(crate) attributes: Vec<Attribute>,
}

/// An attribute, in bytes of the tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute {
    /// As written.
    pub(crate) name: Range<usize>,
    /// Without quotes.
    pub(crate) value: Option<Range<usize>>,
    /// Name, `=`, value and quotes.
    pub(crate) whole: Range<usize>,
}

impl<'t> HtmlTag<'t> {
    /// The attribute of this name; of duplicates, the first counts (HTML standard, 13.2.5.33).
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        let mut attributes = self.attributes.iter();
        attributes.find(|attribute| self.text[attribute.name.clone()].eq_ignore_ascii_case(name))
    }

    /// Whether there is an attribute of this name.
    pub(crate) fn has_attribute(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    /// The value of an attribute as written, references included. Empty when the attribute has no value, `None` when
    /// there is no such attribute.
    pub(crate) fn value(&self, name: &str) -> Option<&'t str> {
        let value = self.attribute(name)?.value.clone();
        Some(value.map_or("", |value| &self.text[value]))
    }
}

/// The tag at the start of `html`, which is `<` or `</` and a letter; `None` when it does not end (HTML standard,
/// 13.2.5.8 and 13.2.5.32 ff.).
pub(crate) fn read_tag(html: &str) -> Option<HtmlTag<'_>> {
    let bytes = html.as_bytes();
    let is_closing = bytes.get(1) == Some(&b'/');
    let name_start = 1 + usize::from(is_closing);
    let name_end = find(bytes, name_start, |byte| is_between(byte) || byte == b'>')?;
    let mut attributes = Vec::new();
    let mut offset = name_end;
    loop {
        offset = find(bytes, offset, |byte| !is_between(byte))?;
        if bytes[offset] == b'>' {
            break;
        }
        let attribute = read_attribute(bytes, offset)?;
        offset = attribute.whole.end;
        attributes.push(attribute);
    }
    Some(HtmlTag {
        text: &html[..=offset],
        name: to_small_letters(&html[name_start..name_end]),
        is_closing,
        attributes,
    })
}

/// The attribute at `start`; `None` when it does not end.
fn read_attribute(bytes: &[u8], start: usize) -> Option<Attribute> {
    // A name may start with `=` (HTML standard, 13.2.5.32).
    let name_end = find(bytes, start + 1, |byte| is_between(byte) || matches!(byte, b'>' | b'='))?;
    let equals = find(bytes, name_end, |byte| !byte.is_ascii_whitespace())?;
    let (value, end) = if bytes[equals] == b'=' {
        let (value, end) = read_value(bytes, equals + 1)?;
        (Some(value), end)
    } else {
        (None, name_end)
    };
    Some(Attribute {
        name: start..name_end,
        value,
        whole: start..end,
    })
}

/// The value after an equals sign, without quotes, and the offset after its closing quote.
fn read_value(bytes: &[u8], from: usize) -> Option<(Range<usize>, usize)> {
    let start = find(bytes, from, |byte| !byte.is_ascii_whitespace())?;
    let quote = bytes[start];
    if matches!(quote, b'"' | b'\'') {
        let end = start + 1 + memchr::memchr(quote, &bytes[start + 1..])?;
        return Some((start + 1..end, end + 1));
    }
    let end = find(bytes, start, |byte| byte.is_ascii_whitespace() || byte == b'>')?;
    Some((start..end, end))
}

/// Whether a byte separates attributes.
const fn is_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'/'
}

fn find(bytes: &[u8], from: usize, is_wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let found = bytes.get(from..)?.iter().position(|&byte| is_wanted(byte))?;
    Some(from + found)
}

fn to_small_letters(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}
