//! The plain text of a body: what a reader sees, without tags.
//!
//! Blocks end with a line break, so that no match spans two of them. Components called from the text are not run: of
//! their calls the inner text and the caption stay, and the figures that stand within sentences.

use super::fold::BREAK;
use crate::record::body::fill_holes;
use crate::record::{Argument, Body, Fill, Shortcode};
use std::borrow::Cow;

/// Elements within a line: their tags leave nothing behind.
const INLINE_ELEMENTS: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "rb",
    "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
];
/// Elements whose content is not read.
const SKIPPED_ELEMENTS: &[&str] = &["script", "style", "annotation", "rp", "template"];
/// The longest character reference that is decoded, from `&` to `;`.
const MAX_REFERENCE_LENGTH: usize = 10;

/// What stands in a sentence in the place of a call; nothing for calls that are no figure.
pub(super) type FigureTextFn<'f> = &'f dyn Fn(&Shortcode) -> Option<String>;

/// Appends the text of a body to `out`.
pub(super) fn push_body_text(body: &Body, figures: FigureTextFn<'_>, out: &mut String) {
    push_html_text(&html_with_calls(body, figures), out);
}

/// The HTML with what is kept of calls in their places. Holes for addresses are left: they stand in attributes.
fn html_with_calls<'b>(body: &'b Body, figures: FigureTextFn<'_>) -> Cow<'b, str> {
    let is_call = |fill: &Fill| matches!(fill, Fill::Shortcode(_));
    if !body.holes.iter().any(|hole| is_call(&hole.fill)) {
        return Cow::Borrowed(&body.html);
    }
    let mut html = String::with_capacity(body.html.len());
    fill_holes(&body.html, &body.holes, &mut html, &mut |part, out| {
        push_call(part, figures, out)
    });
    Cow::Owned(html)
}

fn push_call(part: &Fill, figures: FigureTextFn<'_>, out: &mut String) {
    let Fill::Shortcode(shortcode) = part else { return };
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    for (name, value) in &shortcode.args {
        if let ("caption", Argument::Text { text, .. }) = (name.as_str(), value) {
            out.push_str("<p>");
            out.push_str(&escaped(text));
            out.push_str("</p>");
        }
    }
    if let Some(figure) = figures(shortcode) {
        out.push_str(&escaped(&figure));
    }
    if let Some(inner) = &shortcode.inner {
        out.push_str("<p>");
        fill_holes(&inner.html, &inner.holes, out, &mut |part, out| {
            push_call(part, figures, out)
        });
        out.push_str("</p>");
    }
}

/// Appends the text of some HTML to `out`.
fn push_html_text(html: &str, out: &mut String) {
    let mut rest = html;
    while let Some(start) = memchr::memchr(b'<', rest.as_bytes()) {
        push_decoded(&rest[..start], out);
        let tag = &rest[start + 1..];
        let end = tag_end(tag);
        let name = element_name(tag);
        rest = tag.get(end..).unwrap_or_default();
        if SKIPPED_ELEMENTS.iter().any(|unread| name.eq_ignore_ascii_case(unread)) {
            rest = after_element(rest, name);
        } else if !INLINE_ELEMENTS.iter().any(|inline| name.eq_ignore_ascii_case(inline)) {
            end_part(out);
        }
    }
    push_decoded(rest, out);
}

fn end_part(out: &mut String) {
    if !out.ends_with(BREAK) {
        out.push(BREAK);
    }
}

/// The element's name; empty for comments and the like.
fn element_name(tag: &str) -> &str {
    let tag = tag.strip_prefix('/').unwrap_or(tag);
    let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
    &tag[..end]
}

/// Where a tag ends whose `<` stands before `tag`: behind its `>`, which may also stand in a quoted value.
fn tag_end(tag: &str) -> usize {
    if let Some(comment) = tag.strip_prefix("!--") {
        return comment.find("-->").map_or(tag.len(), |end| end + 6);
    }
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if byte == open => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// What follows the end of the element `name`.
fn after_element<'h>(html: &'h str, name: &str) -> &'h str {
    let mut rest = html;
    while let Some(at) = rest.find("</") {
        rest = &rest[at + 2..];
        if element_name(rest).eq_ignore_ascii_case(name) {
            return &rest[tag_end(rest)..];
        }
    }
    ""
}

/// Appends text with its character references decoded: those that HTML writers use; others stay as they are. White
/// space, line breaks included, becomes single spaces, as on a page.
fn push_decoded(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        push_collapsed(&rest[..at], out);
        rest = &rest[at + 1..];
        let end = rest.bytes().take(MAX_REFERENCE_LENGTH).position(|byte| byte == b';');
        match end.and_then(|end| Some((end, decode_reference(&rest[..end])?))) {
            Some((end, c)) => {
                out.push(if c == BREAK { ' ' } else { c });
                rest = &rest[end + 1..];
            }
            None => out.push('&'),
        }
    }
    push_collapsed(rest, out);
}

fn push_collapsed(text: &str, out: &mut String) {
    // In bytes: characters are not looked at one by one where nothing is to be done about them.
    let is_space = |byte: u8| matches!(byte, b' ' | b'\n' | b'\t' | b'\r');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(is_space) {
        out.push_str(&rest[..at]);
        if !out.is_empty() && !out.ends_with([' ', BREAK]) {
            out.push(' ');
        }
        rest = rest[at..].trim_start_matches([' ', '\n', '\t', '\r']);
    }
    out.push_str(rest);
}

fn decode_reference(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{A0}'),
        _ => match name.strip_prefix('#')?.strip_prefix(['x', 'X']) {
            Some(digits) => number(digits, 16),
            None => number(&name[1..], 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        let mut out = String::new();
        push_html_text(html, &mut out);
        out
    }

    #[test]
    fn inline_tags_vanish_and_blocks_break_the_line() {
        assert_eq!(
            text("<p>志<b>愿</b>者\n 到了</p><p>下一段</p>"),
            "\n志愿者 到了\n下一段\n"
        );
        assert_eq!(text("<td>甲</td><td>乙<br>丙</td>"), "\n甲\n乙\n丙\n");
    }

    #[test]
    fn known_references_are_decoded_and_others_stay() {
        assert_eq!(
            text("a&amp;b &lt;i&gt; &#20065;&#x97F3; &copy; & &#10;"),
            "a&b <i> 乡音 &copy; &  "
        );
    }

    #[test]
    fn invisible_content_is_left_out() {
        let html = "<img alt=\"a>b\" src=''>图<!-- 注 > 释 --><script>if (a<b) 1</script>后<style>p{}";
        assert_eq!(text(html), "\n图\n后");
        for odd in [
            "<",
            "<p",
            "a<!--",
            "<script>",
            "</",
            "<a title=\"",
            "&",
            "&#xD800;",
            "&#99999999999;",
        ] {
            let _ = text(odd);
        }
    }
}
