//! HTML cut into tags, text and comments.
//!
//! Role: reads fragments as the tokenizer of the HTML standard (13.2.5) does, as far as tags and comments go. Decides
//! nothing.

use super::chars::is_private_use;
use std::ops::Range;

/// A piece of HTML.
pub(super) enum HtmlToken<'t> {
    Text(&'t str),
    Comment(&'t str),
    /// `<!…>`, `<?…>`.
    Declaration,
    Tag(HtmlTag<'t>),
    /// A tag that does not end: the rest is text.
    Unclosed(&'t str),
}

/// A tag as written.
pub(super) struct HtmlTag<'t> {
    pub(super) text: &'t str,
    pub(super) name: String,
    pub(super) is_closing: bool,
    pub(super) attributes: Vec<Attribute>,
}

/// An attribute, in bytes of the tag.
pub(super) struct Attribute {
    pub(super) name: Range<usize>,
    /// Without quotes.
    pub(super) value: Option<Range<usize>>,
    /// Name, `=`, value and quotes.
    pub(super) whole: Range<usize>,
}

/// The next piece of HTML and its length.
pub(super) fn next_token(html: &str) -> Option<(HtmlToken<'_>, usize)> {
    if html.is_empty() {
        return None;
    }
    let Some(rest) = html.strip_prefix('<') else {
        let len = html.find('<').unwrap_or(html.len());
        return Some((HtmlToken::Text(&html[..len]), len));
    };
    if html.starts_with("<!--") {
        let (inside, len) = split_comment(html);
        return Some((HtmlToken::Comment(&html[inside]), len));
    }
    if rest.starts_with(['!', '?']) {
        return Some((HtmlToken::Declaration, html.find('>').map_or(html.len(), |at| at + 1)));
    }
    if !rest
        .trim_start_matches('/')
        .starts_with(|c: char| c.is_ascii_alphabetic())
        || rest.starts_with("//")
    {
        let len = 1 + rest.find('<').unwrap_or(rest.len());
        return Some((HtmlToken::Text(&html[..len]), len));
    }
    match read_tag(html) {
        Some(tag) => {
            let len = tag.text.len();
            Some((HtmlToken::Tag(tag), len))
        }
        None => Some((HtmlToken::Unclosed(html), html.len())),
    }
}

/// Where the text of a comment at the start of `html` stands, and the comment's length (HTML standard, 13.2.5.43 ff.).
fn split_comment(html: &str) -> (Range<usize>, usize) {
    for short in ["<!-->", "<!--->"] {
        if html.starts_with(short) {
            return (4..4, short.len());
        }
    }
    let mut at = 4;
    while let Some(found) = html[at..].find("--") {
        at += found;
        for end in ["-->", "--!>"] {
            if html[at..].starts_with(end) {
                return (4..at, at + end.len());
            }
        }
        at += 1;
    }
    (4..html.len(), html.len())
}

/// The tag at the start of `html`, when it ends (HTML standard, 13.2.5.8 and 13.2.5.32 ff.).
fn read_tag(html: &str) -> Option<HtmlTag<'_>> {
    let bytes = html.as_bytes();
    let space = |b: u8| b.is_ascii_whitespace();
    let closing = bytes.get(1) == Some(&b'/');
    let name_start = 1 + usize::from(closing);
    let until = |from: usize, stop: &dyn Fn(u8) -> bool| (from..bytes.len()).find(|&at| stop(bytes[at]));
    let mut at = until(name_start, &|b| space(b) || b == b'/' || b == b'>')?;
    let name = html[name_start..at].to_ascii_lowercase();
    let mut attributes = Vec::new();
    loop {
        at = until(at, &|b| !space(b) && b != b'/')?;
        if bytes[at] == b'>' {
            break;
        }
        let start = at;
        let name_end = until(at + 1, &|b| space(b) || matches!(b, b'/' | b'>' | b'='))?;
        let equals = until(name_end, &|b| !space(b))?;
        at = name_end;
        let mut value = None;
        if bytes[equals] == b'=' {
            let first = until(equals + 1, &|b| !space(b))?;
            let quote = bytes[first];
            if quote == b'"' || quote == b'\'' {
                let end = until(first + 1, &|b| b == quote)?;
                value = Some(first + 1..end);
                at = end + 1;
            } else {
                let end = until(first, &|b| space(b) || b == b'>')?;
                value = Some(first..end);
                at = end;
            }
        }
        attributes.push(Attribute {
            name: start..name_end,
            value,
            whole: start..at,
        });
    }
    Some(HtmlTag {
        text: &html[..=at],
        name,
        is_closing: closing,
        attributes,
    })
}

/// The length of an element's content and end tag; all of `html` when it has no end.
pub(super) fn end_of_element(html: &str, name: &str) -> usize {
    let mut at = 0;
    while let Some(found) = html[at..].find("</") {
        at += found + 2;
        if html[at..]
            .get(..name.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(name))
        {
            return html[at..].find('>').map_or(html.len(), |end| at + end + 1);
        }
    }
    html.len()
}

/// The named references that occur in addresses, and those that editors write.
const NAMED_REFERENCES: [(&str, char); 21] = [
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&apos;", '\''),
    ("&colon;", ':'),
    ("&Tab;", '\t'),
    ("&NewLine;", '\n'),
    ("&nbsp;", '\u{A0}'),
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

/// The text that HTML without tags stands for.
pub(super) fn decode_references(value: &str) -> String {
    if !value.contains('&') {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((name, c)) = NAMED_REFERENCES.into_iter().find(|(name, _)| rest.starts_with(name)) {
            out.push(c);
            rest = &rest[name.len()..];
        } else if let Some((c, len)) = numeric_reference(rest) {
            out.extend(c);
            rest = &rest[len..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

/// The character of a numeric reference at the start of `text`, if it is one, and the reference's length.
fn numeric_reference(text: &str) -> Option<(Option<char>, usize)> {
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
    let end = head + len + usize::from(digits[len..].starts_with(';'));
    Some((number.and_then(char::from_u32), end))
}

/// The fragment without references to private-use characters: decoded, they would pass for this reader's own.
pub(super) fn without_private_references(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("&#") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match numeric_reference(rest) {
            Some((Some(c), len)) if is_private_use(c) => rest = &rest[len..],
            _ => {
                out.push_str("&#");
                rest = &rest[2..];
            }
        }
    }
    out.push_str(rest);
    out
}
