//! Splits HTML into tags, text and comments.
//!
//! Role: reads fragments as the tokenizer of the HTML standard (13.2.5) does, for tags and comments. Tokens cover the
//! text without gaps. Does not treat `script` and the like specially: a caller that wants their content as text calls
//! [`content_len`] after the start tag.

use super::tag::{HtmlTag, read_tag};
use std::ops::Range;

/// A piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HtmlToken<'t> {
    /// Text, with its references as written.
    Text(&'t str),
    /// The content of a comment.
    Comment(&'t str),
    /// `<!…>`, `<?…>`. `<![CDATA[` is one too: it ends at the next `>`, as in all HTML outside SVG and MathML.
    Declaration,
    /// A start tag or an end tag.
    Tag(HtmlTag<'t>),
    /// A tag that does not end: all the rest.
    Unclosed(&'t str),
}

/// The next token and its length; `None` at the end.
pub(crate) fn next_token(html: &str) -> Option<(HtmlToken<'_>, usize)> {
    let bytes = html.as_bytes();
    if *bytes.first()? != b'<' {
        let len = memchr::memchr(b'<', bytes).unwrap_or(html.len());
        return Some((HtmlToken::Text(&html[..len]), len));
    }
    let token = match (bytes.get(1), bytes.get(2)) {
        (Some(b'!'), _) if html.starts_with("<!--") => {
            let (inside, len) = split_comment(html);
            return Some((HtmlToken::Comment(&html[inside]), len));
        }
        (Some(b'!' | b'?'), _) => {
            let end = memchr::memchr(b'>', bytes);
            return Some((HtmlToken::Declaration, end.map_or(html.len(), |at| at + 1)));
        }
        (Some(first), _) if first.is_ascii_alphabetic() => read_tag(html),
        (Some(b'/'), Some(first)) if first.is_ascii_alphabetic() => read_tag(html),
        _ => {
            let len = memchr::memchr(b'<', &bytes[1..]).map_or(html.len(), |at| at + 1);
            return Some((HtmlToken::Text(&html[..len]), len));
        }
    };
    Some(match token {
        Some(tag) => {
            let len = tag.text.len();
            (HtmlToken::Tag(tag), len)
        }
        None => (HtmlToken::Unclosed(html), html.len()),
    })
}

/// The start tags and end tags of `html`, without what looks like some in scripts and style sheets.
pub(crate) fn tags(html: &str) -> impl Iterator<Item = HtmlTag<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let (token, len) = next_token(rest)?;
            rest = &rest[len..];
            if let HtmlToken::Tag(tag) = token {
                if !tag.is_closing && matches!(&*tag.name, "script" | "style") {
                    rest = &rest[content_len(rest, &tag.name)..];
                }
                return Some(tag);
            }
        }
    })
}

/// The range of the text of the comment at the start of `html`, and the comment's length (HTML standard, 13.2.5.43
/// ff.).
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

/// The length of the content of the element `name`, up to its end tag; all of `html` when it has no end.
///
/// For elements whose content is dropped or kept unchanged: tags in it are ignored, even those of an element of the
/// same name.
pub(crate) fn content_len(html: &str, name: &str) -> usize {
    let bytes = html.as_bytes();
    let ends_here = |at: usize| {
        let after = at + "</".len() + name.len();
        let is_named = html
            .get(at + "</".len()..after)
            .is_some_and(|found| found.eq_ignore_ascii_case(name));
        is_named
            && bytes
                .get(after)
                .is_none_or(|&byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
    };
    let mut ends = memchr::memmem::find_iter(bytes, "</");
    ends.find(|&at| ends_here(at)).unwrap_or(html.len())
}

/// The length of an element's content and end tag; all of `html` when it has no end.
pub(crate) fn end_of_element(html: &str, name: &str) -> usize {
    let content = content_len(html, name);
    memchr::memchr(b'>', &html.as_bytes()[content..]).map_or(html.len(), |end| content + end + 1)
}
