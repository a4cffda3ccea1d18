//! Templates made smaller, once, when they are loaded.
//!
//! Minifying every page costs more than making it, and a page is as small as the templates that it was made from:
//! texts are written without superfluous white space to begin with. So minify-html sees each template once. It does
//! not know the template language, and drops spaces between inline elements that a reader would miss; therefore
//! everything that it must not touch is put out of its sight first: tags of the template language, attributes that
//! hold one, and white space between inline neighbours. A template that does not come back with the same elements in
//! the same order is used as written.

use minify_html::Cfg;
use std::fmt::Write as _;

/// Opens and closes the stand-in for something hidden. Private-use characters, which templates have no use for.
const PLACEHOLDER: (char, char) = ('\u{F8F1}', '\u{F8F2}');
/// The stand-in for an attribute list: an attribute of this name and a number.
const PLACEHOLDER_ATTRIBUTE: &str = "xy-hidden-";

/// Elements whose edges swallow white space in normal flow (HTML, 15.3 "Non-replaced elements"), and those that show
/// nothing.
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
/// Elements whose text is kept to the letter.
const VERBATIM_ELEMENTS: &[&str] = &["pre", "textarea", "script", "style"];

/// A smaller template that gives the same document.
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
        keep_input_type_text_attr: true,
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
    /// `{{ … }}`: something is printed.
    Print(&'a str),
    /// `{% … %}`: nothing is printed here.
    Control(&'a str),
    /// `{# … #}`.
    Comment,
    /// `<…>`, with the element's name in lower case.
    Tag(&'a str),
    /// White space.
    Space(&'a str),
    /// Anything else.
    Text(&'a str),
    /// The inside of an element whose text is kept to the letter.
    Verbatim(&'a str),
}

fn tokenize(text: &str) -> Vec<TemplateToken<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (token, length) = next_token(rest);
        tokens.push(token);
        rest = &rest[length..];
        if let TemplateToken::Tag(tag) = token
            && let Some(name) = VERBATIM_ELEMENTS
                .iter()
                .find(|&&name| !tag.starts_with("</") && element_name(tag) == name)
        {
            let end = rest
                .to_ascii_lowercase()
                .find(&format!("</{name}"))
                .unwrap_or(rest.len());
            tokens.push(TemplateToken::Verbatim(&rest[..end]));
            rest = &rest[end..];
        }
    }
    tokens
}

/// The first token of a text that is not empty, and its length.
fn next_token(text: &str) -> (TemplateToken<'_>, usize) {
    if let Some(end) = tera_tag(text) {
        let tag = &text[..end];
        let token = match &tag[..2] {
            "{{" => TemplateToken::Print(tag),
            "{%" => TemplateToken::Control(tag),
            _ => TemplateToken::Comment,
        };
        return (token, end);
    }
    if text.starts_with("<!--") {
        let end = text.find("-->").map_or(text.len(), |at| at + 3);
        return (TemplateToken::Comment, end);
    }
    if text.starts_with('<') && text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!')) {
        let end = tag_end(text);
        return (TemplateToken::Tag(&text[..end]), end);
    }
    let is_space = text.starts_with(|c: char| c.is_ascii_whitespace());
    let ends = |(at, c): (usize, char)| {
        let other = c.is_ascii_whitespace() != is_space;
        let special = at > 0 && matches!(c, '<' | '{');
        (other || special).then_some(at)
    };
    let end = text.char_indices().find_map(ends).unwrap_or(text.len());
    (
        if is_space {
            TemplateToken::Space(&text[..end])
        } else {
            TemplateToken::Text(&text[..end])
        },
        end,
    )
}

/// The length of the template language's tag that a text starts with.
fn tera_tag(text: &str) -> Option<usize> {
    let close = match text.get(..2)? {
        "{{" => "}}",
        "{%" => "%}",
        "{#" => "#}",
        _ => return None,
    };
    text.find(close).map(|at| at + 2)
}

/// The length of the element's tag that a text starts with, with quotes and tags of the template language inside it.
fn tag_end(text: &str) -> usize {
    let mut at = 1;
    let mut quote = None;
    while at < text.len() {
        if let Some(length) = tera_tag(&text[at..]) {
            at += length;
            continue;
        }
        let c = text[at..].chars().next().unwrap_or('>');
        at += c.len_utf8();
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    text.len()
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
    match token {
        Some(TemplateToken::Tag(tag)) => BLOCK_ELEMENTS
            .iter()
            .any(|name| element_name(tag).eq_ignore_ascii_case(name)),
        None => false,
        _ => false,
    }
}

/// The template with everything hidden that must stay as it is, and what was hidden.
fn mask(tokens: &[TemplateToken<'_>]) -> (String, Vec<String>) {
    let mut out = String::new();
    let mut hidden = Vec::new();
    let mut hide = |out: &mut String, text: &str| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{}{}{}", PLACEHOLDER.0, hidden.len(), PLACEHOLDER.1);
        hidden.push(text.to_owned());
    };
    let seen: Vec<&TemplateToken<'_>> = tokens
        .iter()
        .filter(|token| **token != TemplateToken::Comment)
        .collect();
    for (at, token) in seen.iter().enumerate() {
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
                let beside_block = is_block(at.checked_sub(1).and_then(|before| seen.get(before).copied()))
                    || is_block(seen.get(at + 1).copied());
                if !beside_block {
                    hide(&mut out, if space.contains('\n') { "\n" } else { " " });
                }
            }
            TemplateToken::Comment => {}
        }
    }
    (out, hidden)
}

/// Puts everything hidden back; none when something is missing or out of order.
fn unmask(small: &str, hidden: &[String]) -> Option<String> {
    let mut out = String::with_capacity(small.len());
    let mut rest = small;
    let mut expected = 0;
    while let Some(at) = rest.find(PLACEHOLDER.0) {
        let before = &rest[..at];
        out.push_str(before.strip_suffix(PLACEHOLDER_ATTRIBUTE).unwrap_or(before));
        let inside = &rest[at + PLACEHOLDER.0.len_utf8()..];
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

/// The elements' tags and the template language's tags in order: what minifying must not change.
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
    fn unbalanced_branches_are_left_as_written() {
        let written = "{% if a %}<div class=\"x\">{% else %}<div>{% endif %} x </div>";
        let out = minify_template(written);
        assert!(out == written || out.matches("<div").count() == 2, "{out}");
    }
}
