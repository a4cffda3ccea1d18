//! The plain text of a body: what a reader sees, without tags.
//!
//! Blocks end with a line break, so that no match spans two of them. Components are not rendered. Of their calls the
//! text keeps the inner text, the caption, and figures and changes, which are part of sentences.

use super::fold::BREAK;
use crate::html::{HtmlToken, Names, end_of_element, escape, next_token, read_reference};
use crate::record::body::fill_holes;
use crate::record::{Argument, Body, Fill, Shortcode};
use std::borrow::Cow;

/// Inline elements: their tags are removed without a line break.
const INLINE_ELEMENTS: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "rb",
    "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
];
/// Elements whose content is skipped.
const SKIPPED_ELEMENTS: &[&str] = &["script", "style", "annotation", "rp", "template"];

/// The text that replaces a call in a sentence; `None` for calls other than a figure or a change.
pub(super) type FigureTextFn<'f> = &'f dyn Fn(&Shortcode) -> Option<String>;

/// Appends the text of a body to `out`.
pub(super) fn push_body_text(body: &Body, figures: FigureTextFn<'_>, out: &mut String) {
    push_html_text(&html_with_calls(body, figures), out);
}

/// The HTML with the text of calls in their holes. Holes for addresses stay empty, because they are in attributes.
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
    for (name, value) in &shortcode.args {
        if let ("caption", Argument::Text { text, .. }) = (name.as_str(), value) {
            out.push_str("<p>");
            escape(out, text);
            out.push_str("</p>");
        }
    }
    if let Some(figure) = figures(shortcode) {
        escape(out, &figure);
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
    let mut offset = 0;
    while let Some((token, len)) = next_token(&html[offset..]) {
        offset += len;
        match token {
            HtmlToken::Text(text) => push_decoded(text, out),
            HtmlToken::Tag(tag) if SKIPPED_ELEMENTS.contains(&&*tag.name) => {
                if !tag.is_closing {
                    offset += end_of_element(&html[offset..], &tag.name);
                }
            }
            HtmlToken::Tag(tag) if INLINE_ELEMENTS.contains(&&*tag.name) => {}
            HtmlToken::Tag(_) | HtmlToken::Comment(_) | HtmlToken::Declaration | HtmlToken::Unclosed(_) => {
                end_part(out)
            }
        }
    }
}

fn end_part(out: &mut String) {
    if !out.ends_with(BREAK) {
        out.push(BREAK);
    }
}

/// Appends text with decoded character references. Only references that serializers write are decoded; others stay.
/// White space, including line breaks, collapses to single spaces, as on a page.
fn push_decoded(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        push_collapsed(&rest[..at], out);
        rest = &rest[at..];
        let found = read_reference(rest, Names::Serialized);
        let (c, len) = found.and_then(|found| Some((found.c?, found.len))).unwrap_or(('&', 1));
        out.push(if c == BREAK { ' ' } else { c });
        rest = &rest[len..];
    }
    push_collapsed(rest, out);
}

fn push_collapsed(text: &str, out: &mut String) {
    // Searching bytes is faster than decoding characters that need no change.
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
    fn signs_outside_markup_stay() {
        assert_eq!(text("1 < 2 > 1 <b title=it's>甲</b>乙"), "1 < 2 > 1 甲乙");
        assert_eq!(text("<rt>yīn</rt><scripts>甲</scripts>"), "\nyīn\n甲\n");
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
