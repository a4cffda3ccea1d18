//! Character references: `&amp;`, `&#20065;`, `&#x97F3;`.

use std::borrow::Cow;

/// A character reference at the start of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reference {
    /// `None` for a number that is not a character.
    pub(crate) c: Option<char>,
    /// The length in bytes, from `&` to the `;` if there is one.
    pub(crate) len: usize,
}

/// Which named references are read. Numeric ones always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// Those that serializers write (HTML standard, 13.3), and XML's `&apos;`.
    Serialized,
    /// Also those that occur in addresses, and those that editors write.
    Common,
}

const SERIALIZED: [(&str, char); 6] = [
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&apos;", '\''),
    ("&nbsp;", '\u{A0}'),
];

const COMMON: [(&str, char); 15] = [
    ("&colon;", ':'),
    ("&Tab;", '\t'),
    ("&NewLine;", '\n'),
    ("&ensp;", '\u{2002}'),
    ("&emsp;", '\u{2003}'),
    ("&middot;", '·'),
    ("&ndash;", '–'),
    ("&mdash;", '—'),
    ("&hellip;", '…'),
    ("&lsquo;", '‘'),
    ("&rsquo;", '’'),
    ("&ldquo;", '“'),
    ("&rdquo;", '”'),
    ("&times;", '×'),
    ("&copy;", '©'),
];

/// Decodes the references in HTML without tags. Unknown references stay as written.
pub(crate) fn decode_references(html: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', html.as_bytes()) else {
        return Cow::Borrowed(html);
    };
    let mut out = String::with_capacity(html.len());
    out.push_str(&html[..first]);
    let mut rest = &html[first..];
    while !rest.is_empty() {
        let len = match read_reference(rest, Names::Common) {
            Some(reference) => {
                out.extend(reference.c);
                reference.len
            }
            None => {
                out.push('&');
                1
            }
        };
        rest = &rest[len..];
        let text = memchr::memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
        out.push_str(&rest[..text]);
        rest = &rest[text..];
    }
    Cow::Owned(out)
}

/// The reference at the start of `text`; `None` when there is none.
pub(crate) fn read_reference(text: &str, names: Names) -> Option<Reference> {
    let common: &[(&str, char)] = if names == Names::Common { &COMMON } else { &[] };
    let mut named = SERIALIZED.iter().chain(common);
    match named.find(|(name, _)| text.starts_with(name)) {
        Some(&(name, c)) => Some(Reference {
            c: Some(c),
            len: name.len(),
        }),
        None => read_numeric_reference(text),
    }
}

/// The numeric reference at the start of `text` (HTML standard, 13.2.5.75 ff.); `None` when there is none.
pub(crate) fn read_numeric_reference(text: &str) -> Option<Reference> {
    let digits = text.strip_prefix("&#")?;
    let (digits, radix, head) = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 3),
        None => (digits, 10, 2),
    };
    let len = digits.bytes().take_while(|&b| char::from(b).is_digit(radix)).count();
    if len == 0 {
        return None;
    }
    let number = digits[..len].bytes().try_fold(0_u32, |sum, b| {
        sum.checked_mul(radix)?.checked_add(char::from(b).to_digit(radix)?)
    });
    let c = match number {
        // Old programs meant characters of Windows.
        Some(number @ 0x80..=0x9F) => u8::try_from(number).ok().and_then(windows_character),
        number => number.and_then(char::from_u32),
    };
    Some(Reference {
        c,
        len: head + len + usize::from(digits[len..].starts_with(';')),
    })
}

fn windows_character(byte: u8) -> Option<char> {
    encoding_rs::WINDOWS_1252
        .decode_without_bom_handling(&[byte])
        .0
        .chars()
        .next()
}
