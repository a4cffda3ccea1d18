//! What the editor of a WeChat account keeps of pasted HTML, and nothing else.
//!
//! Role: any HTML, such as a theme's layout makes → HTML of the elements and attributes below, and the names of what was
//! removed. The text of unknown elements stays; that of scripts and the like goes with them.

use crate::html::{
    HtmlTag, HtmlToken, VOID_ELEMENTS, content_len, decode_references, end_of_element, escape, next_token,
};
use std::collections::BTreeSet;

const ELEMENTS: [&str; 41] = [
    "a",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "div",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "del",
    "ins",
];

/// Elements whose content is nothing to read.
const WITHOUT_TEXT: [&str; 14] = [
    "audio", "canvas", "embed", "form", "head", "iframe", "math", "noscript", "object", "script", "style", "svg",
    "template", "video",
];

const ATTRIBUTES: [&str; 9] = [
    "align", "alt", "colspan", "height", "href", "rowspan", "src", "style", "width",
];

/// The only site to which articles may link.
const OWN_SITE: &str = "https://mp.weixin.qq.com/";

/// HTML as the editor keeps it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PastedHtml {
    pub(super) html: String,
    /// What was removed: `<script>`, `class`, `url()`, `WebP`.
    pub(super) removed: BTreeSet<String>,
}

/// Removes what the editor does not keep.
pub(super) fn to_pasted_html(html: &str) -> PastedHtml {
    let mut pasted = PastedHtml::default();
    let mut rest = html;
    while let Some((token, len)) = next_token(rest) {
        rest = &rest[len..];
        match token {
            HtmlToken::Text(text) => pasted.text(text),
            HtmlToken::Tag(tag) => {
                // An element that is closed at once, or never, has no content that could go with it.
                let has_content = || !tag.text.ends_with("/>") && content_len(rest, &tag.name) < rest.len();
                if pasted.tag(&tag) && has_content() {
                    rest = &rest[end_of_element(rest, &tag.name)..];
                }
            }
            HtmlToken::Comment(_) | HtmlToken::Declaration => {}
            HtmlToken::Unclosed(text) => {
                let start: String = text.chars().take(20).collect();
                pasted.removed.insert(start);
            }
        }
    }
    pasted
}

impl PastedHtml {
    /// Writes a text. What looks like the start of a tag in it becomes a reference.
    fn text(&mut self, text: &str) {
        escape(&mut self.html, &decode_references(text));
    }

    /// Writes a tag that the editor keeps. Returns whether the element's content is to be skipped.
    fn tag(&mut self, tag: &HtmlTag<'_>) -> bool {
        let name = &*tag.name;
        if !ELEMENTS.contains(&name) {
            self.removed.insert(format!("<{name}>"));
            return !tag.is_closing && WITHOUT_TEXT.contains(&name) && !VOID_ELEMENTS.contains(&name);
        }
        if tag.is_closing {
            if !VOID_ELEMENTS.contains(&name) {
                self.html.push_str(&format!("</{name}>"));
            }
            return false;
        }
        let attributes = self.attributes(tag);
        if name == "img" && !attributes.iter().any(|(name, _)| *name == "src") {
            return false;
        }
        self.html.push_str(&format!("<{name}"));
        for (name, value) in attributes {
            self.html.push_str(&format!(" {name}=\""));
            escape(&mut self.html, &value);
            self.html.push('"');
        }
        self.html.push('>');
        false
    }

    /// The attributes that stay, in their order, each once.
    fn attributes(&mut self, tag: &HtmlTag<'_>) -> Vec<(&'static str, String)> {
        let mut kept: Vec<(&'static str, String)> = Vec::new();
        for attribute in &tag.attributes {
            let name = tag.text[attribute.name.clone()].to_ascii_lowercase();
            let value = attribute.value.clone().map_or("", |value| &tag.text[value]);
            let value = decode_references(value).trim().to_owned();
            match (
                ATTRIBUTES.iter().find(|known| **known == name),
                fault(&tag.name, &name, &value),
            ) {
                (Some(known), None) if kept.iter().all(|(kept, _)| kept != known) => kept.push((known, value)),
                // Of duplicates, the first counts.
                (Some(_), None) => {}
                (_, Some(fault)) => {
                    self.removed.insert(fault.to_owned());
                }
                (None, None) => {
                    self.removed.insert(name);
                }
            }
        }
        kept
    }
}

/// Why a value of a known attribute cannot stay, in a word; `None` when it can.
fn fault(element: &str, name: &str, value: &str) -> Option<&'static str> {
    let lower = value.to_ascii_lowercase();
    match name {
        // An escape could hide an address.
        "style" if lower.contains("url(") || lower.contains('\\') || lower.contains('@') => Some("url()"),
        "href" if element != "a" || !value.starts_with(OWN_SITE) => Some("<a href>"),
        "src" if element == "img" => picture_fault(&lower),
        "src" => Some("src"),
        _ => None,
    }
}

/// Why the editor does not take the picture at an address.
fn picture_fault(address: &str) -> Option<&'static str> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    if address.starts_with("data:image/webp") || path.ends_with(".webp") {
        return Some("WebP");
    }
    if address.starts_with("data:image/svg") || path.ends_with(".svg") {
        return Some("SVG");
    }
    let is_data = ["png", "jpeg", "gif"]
        .iter()
        .any(|format| address.starts_with(&format!("data:image/{format};base64,")));
    let is_reachable = is_data || address.starts_with("https://") || address.starts_with("http://");
    (!is_reachable).then_some("<img src>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pasted(html: &str) -> (String, String) {
        let pasted = to_pasted_html(html);
        (pasted.html, pasted.removed.into_iter().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn what_the_editor_keeps_stays_as_it_is() {
        for html in [
            "<section><p style=\"color:#888\">甲 &amp; 乙&lt;b&gt;</p><br><hr></section>",
            "<img src=\"https://x.example/a.jpg\" alt=\"河\" style=\"width:100%\">",
            "<a href=\"https://mp.weixin.qq.com/s/abc\">上期</a>",
            "<table><tbody><tr><td colspan=\"2\">3</td></tr></tbody></table>",
        ] {
            assert_eq!(pasted(html), (html.to_owned(), String::new()));
        }
    }

    #[test]
    fn everything_else_goes_and_is_named() {
        for (html, expected, removed) in [
            ("<p class=a id=b>甲</p>", "<p>甲</p>", "class id"),
            ("甲<script>alert('</p>')</script>乙", "甲乙", "<script>"),
            (
                "<STYLE>p{}</STYLE><link rel=stylesheet href=a.css>乙",
                "乙",
                "<link> <style>",
            ),
            ("<p style=\"background:URL(a.png)\">乙</p>", "<p>乙</p>", "url()"),
            ("<p style=\"background:u\\72l(a.png)\">乙</p>", "<p>乙</p>", "url()"),
            ("<img src=/logo.webp>", "", "WebP"),
            ("<img src=data:image/webp;base64,AA>", "", "WebP"),
            ("<img src=/logo.png>", "", "<img src>"),
            ("<img src=javascript:a onerror=b>", "", "<img src> onerror"),
            ("<a href='https://x.example/'>别处</a>", "<a>别处</a>", "<a href>"),
            ("<article>留下</article><!-- 注 -->", "留下", "<article>"),
            ("甲<p style=", "甲", "<p style="),
            ("<svg><path/></svg>乙", "乙", "<svg>"),
            ("<iframe src=a>乙", "乙", "<iframe>"),
            ("<svg width=10 />甲<math/>乙", "甲乙", "<math> <svg>"),
            ("<form>甲<p>乙</p>", "甲<p>乙</p>", "<form>"),
        ] {
            assert_eq!(pasted(html), (expected.to_owned(), removed.to_owned()), "{html}");
        }
    }
}
