//! Minifies each template once, when it is loaded.
//!
//! Minifying every page would cost more than rendering it, and would gain nothing: texts are rendered without
//! superfluous white space, so a page is as small as its templates. minify-html does not know the template language,
//! and it drops spaces between inline elements that a reader would miss. So this module first masks everything that
//! must not change: tags of the template language, attributes that contain one, and white space between inline
//! neighbours. A template is used as written when its minified form does not have the same elements in the same order.

use crate::html::{self, HtmlToken};
use minify_html::Cfg;
use std::fmt::Write as _;

/// The start and end of a placeholder. These are private-use characters, which templates do not need.
const PLACEHOLDER: (char, char) = ('\u{F8F1}', '\u{F8F2}');
/// The placeholder of an attribute list: an attribute of this name and a number.
const PLACEHOLDER_ATTRIBUTE: &str = "xy-hidden-";

/// Elements whose edges collapse white space in normal flow (HTML, 15.3 "Non-replaced elements"), and elements that are
/// not rendered.
const BLOCK_ELEMENTS: &[&str] = &[
    "!doctype",
    "html",
    "head",
    "body",
    "meta",
    "link",
    "title",
    "base",
    "template",
    "script",
    "style",
    "noscript",
    "address",
    "article",
    "aside",
    "blockquote",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "legend",
    "li",
    "main",
    "nav",
    "ol",
    "optgroup",
    "option",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "caption",
    "colgroup",
    "col",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "td",
    "th",
    "ul",
    "source",
    "track",
    "br",
];
/// Elements whose text is kept verbatim.
const VERBATIM_ELEMENTS: &[&str] = &["pre", "textarea", "script", "style"];

/// Minifies a template. The result gives the same document.
#[must_use]
pub(super) fn minify_template(text: &str) -> String {
    if text.contains("{% raw") || text.contains("{%- raw") || text.contains(PLACEHOLDER.0) {
        return text.to_owned();
    }
    let tokens = tokenize(text);
    let (masked, hidden) = mask(&tokens);
    let cfg = Cfg {
        keep_closing_tags: true,
        keep_html_and_head_opening_tags: true,
        do_not_minify_doctype: true,
        keep_spaces_between_attributes: true,
        ensure_spec_compliant_unquoted_attribute_values: true,
        ..Cfg::default()
    };
    let minified = minify_html::minify(masked.as_bytes(), &cfg);
    let small = String::from_utf8(minified)
        .ok()
        .and_then(|small| unmask(&small, &hidden));
    small
        .filter(|small| tag_sequence(&self::tokenize(small)) == tag_sequence(&tokens))
        .unwrap_or_else(|| text.to_owned())
}

/// A piece of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TemplateToken<'a> {
    /// `{{ … }}`, which produces output.
    Print(&'a str),
    /// `{% … %}`, which produces no output itself.
    Control(&'a str),
    /// `{# … #}`.
    Comment,
    /// `<…>`, with the element's name in lower case.
    Tag(&'a str),
    /// White space.
    Space(&'a str),
    /// Anything else.
    Text(&'a str),
    /// The content of an element whose text is kept verbatim.
    Verbatim(&'a str),
}

/// Splits a template into HTML tokens, and its text into tags of the template language, words and white space.
fn tokenize(text: &str) -> Vec<TemplateToken<'_>> {
    let plain = without_template_tags(text);
    let mut tokens = Vec::new();
    let mut offset = 0;
    while let Some((token, length)) = html::next_token(&plain[offset..]) {
        let piece = &text[offset..offset + length];
        offset += length;
        match token {
            HtmlToken::Text(_) => push_text(&mut tokens, piece),
            HtmlToken::Comment(_) => tokens.push(TemplateToken::Comment),
            HtmlToken::Declaration | HtmlToken::Unclosed(_) => tokens.push(TemplateToken::Tag(piece)),
            HtmlToken::Tag(tag) => {
                tokens.push(TemplateToken::Tag(piece));
                let name = element_name(piece);
                if !tag.is_closing && VERBATIM_ELEMENTS.contains(&name) {
                    let end = offset + html::content_len(&plain[offset..], name);
                    tokens.push(TemplateToken::Verbatim(&text[offset..end]));
                    offset = end;
                }
            }
        }
    }
    tokens
}

/// Replaces each byte of a tag of the template language by a brace. The HTML tags of the result have the same offsets
/// as in the template, and quotes and angle brackets in the language's tags cannot disturb the HTML tokenizer.
fn without_template_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let length = tera_tag(&rest[start..]).unwrap_or(1);
        out.push_str(&rest[..start]);
        out.extend(std::iter::repeat_n('{', length));
        rest = &rest[start + length..];
    }
    out.push_str(rest);
    out
}

fn push_text<'t>(tokens: &mut Vec<TemplateToken<'t>>, text: &'t str) {
    let mut rest = text;
    while !rest.is_empty() {
        let (token, length) = next_piece(rest);
        tokens.push(token);
        rest = &rest[length..];
    }
}

/// The first piece of a non-empty text, and its length.
fn next_piece(text: &str) -> (TemplateToken<'_>, usize) {
    if let Some(end) = tera_tag(text) {
        let tag = &text[..end];
        let token = match &tag[..2] {
            "{{" => TemplateToken::Print(tag),
            "{%" => TemplateToken::Control(tag),
            _ => TemplateToken::Comment,
        };
        return (token, end);
    }
    let is_space = text.starts_with(|c: char| c.is_ascii_whitespace());
    let ends = |(offset, c): (usize, char)| {
        let other = c.is_ascii_whitespace() != is_space;
        let special = offset > 0 && c == '{';
        (other || special).then_some(offset)
    };
    let end = text.char_indices().find_map(ends).unwrap_or(text.len());
    let token = if is_space {
        TemplateToken::Space
    } else {
        TemplateToken::Text
    };
    (token(&text[..end]), end)
}

/// The length of the tag of the template language at the start of a text. `None` when the text does not start with one.
fn tera_tag(text: &str) -> Option<usize> {
    let close = match text.as_bytes().get(..2)? {
        b"{{" => "}}",
        b"{%" => "%}",
        b"{#" => "#}",
        _ => return None,
    };
    text.find(close).map(|offset| offset + 2)
}

/// The name in `<name …>` or `</name>`.
fn element_name(tag: &str) -> &str {
    let tag = tag.trim_start_matches('<').trim_start_matches('/');
    let end = tag
        .find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/' | '{'))
        .unwrap_or(tag.len());
    &tag[..end]
}

fn is_block(token: Option<&TemplateToken<'_>>) -> bool {
    let Some(TemplateToken::Tag(tag)) = token else {
        return false;
    };
    let name = element_name(tag);
    BLOCK_ELEMENTS.iter().any(|block| name.eq_ignore_ascii_case(block))
}

/// Replaces everything that must not change by placeholders. Returns the masked template and the replaced texts.
fn mask(tokens: &[TemplateToken<'_>]) -> (String, Vec<String>) {
    let mut out = String::new();
    let mut hidden = Vec::new();
    let mut hide = |out: &mut String, text: &str| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{}{}{}", PLACEHOLDER.0, hidden.len(), PLACEHOLDER.1);
        hidden.push(text.to_owned());
    };
    let visible: Vec<&TemplateToken<'_>> = tokens
        .iter()
        .filter(|token| **token != TemplateToken::Comment)
        .collect();
    for (index, token) in visible.iter().enumerate() {
        match token {
            TemplateToken::Print(text) | TemplateToken::Control(text) => hide(&mut out, text),
            TemplateToken::Verbatim(text) => out.push_str(text),
            TemplateToken::Text(text) => out.push_str(text),
            TemplateToken::Tag(tag) if tag.contains('{') => {
                let name = element_name(tag);
                let end = if tag.ends_with("/>") {
                    tag.len() - 2
                } else {
                    tag.len() - 1
                };
                let list = &tag[1 + name.len()..end.max(1 + name.len())];
                let _ = write!(out, "<{name} {PLACEHOLDER_ATTRIBUTE}");
                hide(&mut out, list.trim());
                out.push_str(&tag[end.max(1 + name.len())..]);
            }
            TemplateToken::Tag(tag) => out.push_str(tag),
            TemplateToken::Space(space) => {
                let beside_block = is_block(index.checked_sub(1).and_then(|before| visible.get(before).copied()))
                    || is_block(visible.get(index + 1).copied());
                if !beside_block {
                    hide(&mut out, if space.contains('\n') { "\n" } else { " " });
                }
            }
            TemplateToken::Comment => {}
        }
    }
    (out, hidden)
}

/// Puts the hidden texts back. `None` when a placeholder is missing or out of order.
fn unmask(small: &str, hidden: &[String]) -> Option<String> {
    let mut out = String::with_capacity(small.len());
    let mut rest = small;
    let mut expected = 0;
    while let Some(start) = rest.find(PLACEHOLDER.0) {
        let before = &rest[..start];
        out.push_str(before.strip_suffix(PLACEHOLDER_ATTRIBUTE).unwrap_or(before));
        let inside = &rest[start + PLACEHOLDER.0.len_utf8()..];
        let end = inside.find(PLACEHOLDER.1)?;
        if inside[..end].parse::<usize>().ok()? != expected {
            return None;
        }
        out.push_str(hidden.get(expected)?);
        expected += 1;
        rest = &inside[end + PLACEHOLDER.1.len_utf8()..];
    }
    out.push_str(rest);
    (expected == hidden.len()).then_some(out)
}

/// The tags of elements and of the template language, in order. Minifying must not change this sequence.
fn tag_sequence<'a>(tokens: &[TemplateToken<'a>]) -> Vec<(bool, &'a str)> {
    let tag = |token: &TemplateToken<'a>| match *token {
        TemplateToken::Tag(tag) => Some((tag.starts_with("</"), element_name(tag))),
        TemplateToken::Print(text) | TemplateToken::Control(text) => Some((false, text)),
        _ => None,
    };
    tokens
        .iter()
        .filter_map(tag)
        .filter(|(_, name)| !name.eq_ignore_ascii_case("!doctype"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::minify_template;

    #[test]
    fn minify_drops_whitespace_between_blocks_but_not_inline() {
        let cases = [
            ("<div>\n  <p>a</p>\n  <p>b</p>\n</div>", "<div><p>a</p><p>b</p></div>"),
            ("<div><b>a</b> <b>b</b></div>", "<div><b>a</b> <b>b</b></div>"),
            (
                "<nav>\n  <a href=\"/x/\">a</a>\n  <a>b</a>\n</nav>",
                "<nav><a href=/x/>a</a>\n<a>b</a></nav>",
            ),
            ("<p>一 <em>二</em>\n三</p>", "<p>一 <em>二</em>\n三</p>"),
            ("<pre>\n a\n  b</pre>", "<pre>\n a\n  b</pre>"),
        ];
        for (written, expected) in cases {
            assert_eq!(minify_template(written), expected);
        }
    }

    #[test]
    fn minify_keeps_template_tags() {
        let written = "<ul>\n{% for x in list %}\n  <li class=\"{% if x.a %}on{% endif %} b\"><a href=\"{{ x.url }}\" \
                       {% if x.here %}aria-current=\"page\"{% endif %}>{{ x.title }}</a></li>\n{% endfor %}\n</ul>";
        let expected = "<ul>{% for x in list %}<li class=\"{% if x.a %}on{% endif %} b\"><a href=\"{{ x.url }}\" \
                        {% if x.here %}aria-current=\"page\"{% endif %}>{{ x.title }}</a></li>{% endfor %}</ul>";
        assert_eq!(minify_template(written), expected);
    }

    #[test]
    fn quotes_and_brackets_in_template_tags_are_not_markup() {
        let written = "<div>\n<p title=\"{{ f(a=\">'\") }}\">{% if a > 1 %} <b>{{ \"<i>\" }}</b> {% endif %}</p>\n\
                       {# <p> '#}<script>\n  let a = \"{{ b }}</p>\";\n</script>\n</div>";
        let out = minify_template(written);
        for kept in [
            "\"{{ f(a=\">'\") }}\"",
            "{% if a > 1 %} <b>{{ \"<i>\" }}</b> {% endif %}</p>",
            "{{ b }}",
        ] {
            assert!(out.contains(kept), "{kept}: {out}");
        }
        assert!(!out.contains('#') && !out.contains("<div>\n"), "{out}");
    }

    #[test]
    fn unbalanced_branches_are_left_as_written() {
        let written = "{% if a %}<div class=\"x\">{% else %}<div>{% endif %} x </div>";
        let out = minify_template(written);
        assert!(out == written || out.matches("<div").count() == 2, "{out}");
    }
}
