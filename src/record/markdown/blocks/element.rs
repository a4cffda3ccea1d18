//! Classifies HTML elements for documents.

use super::super::chars::is_private_use;
use super::super::links::{self, TargetKind};
use crate::html::{HtmlTag, decode_references};
use crate::record::blocks::{Block, Inline, LinkTarget};
use crate::record::body::{Fill, Hole};
use std::ops::Range;

/// Elements that start on their own line and have no other meaning for a document.
const BLOCK_TAGS: [&str; 25] = [
    "address",
    "article",
    "aside",
    "audio",
    "caption",
    "center",
    "details",
    "dialog",
    "div",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "hgroup",
    "legend",
    "main",
    "menu",
    "nav",
    "p",
    "search",
    "section",
    "summary",
    "video",
];

/// An open element.
pub(super) enum HtmlElement {
    /// Starts a line. Its content stays where it is.
    Block,
    /// Its content stays where it is.
    Inline,
    /// Dropped with its content, which is not for reading: the link back from a footnote.
    Dropped,
    Quote,
    /// The title of an alert.
    AlertTitle,
    Heading(u8),
    Pre,
    Code,
    Strong,
    Emphasis,
    Strike,
    Link(LinkTarget),
    /// The reference to a footnote.
    Mention,
    Footnotes,
    List {
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Item,
    /// `<dt>`.
    Term,
    /// `<dd>`.
    Definition,
    Table(Vec<HtmlRow>),
    Row(HtmlRow),
    Cell {
        head: bool,
        right: bool,
    },
}

/// A row of a table.
pub(super) type HtmlRow = Vec<HtmlCell>;

/// A cell of a table.
pub(super) struct HtmlCell {
    pub(super) text: Vec<Inline>,
    /// Whether it is a heading.
    pub(super) head: bool,
    /// Whether it is aligned to the right.
    pub(super) right: bool,
}

impl HtmlElement {
    /// Whether it is an inline element.
    pub(super) fn is_inline(&self) -> bool {
        use HtmlElement::{Code, Dropped, Emphasis, Inline, Link, Mention, Strike, Strong};
        matches!(
            self,
            Inline | Dropped | Code | Strong | Emphasis | Strike | Link(_) | Mention
        )
    }
}

/// The attributes of a tag, with the holes in them.
pub(super) struct TagAttributes<'a> {
    pub(super) tag: &'a HtmlTag<'a>,
    /// The offset of the tag.
    pub(super) start: usize,
    pub(super) holes: &'a [Hole],
}

impl TagAttributes<'_> {
    /// Whether the tag has an attribute of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.tag.has_attribute(name)
    }

    /// The range of a value in the tag; `None` when there is no value.
    fn value(&self, name: &str) -> Option<Range<usize>> {
        self.tag.attribute(name)?.value.clone()
    }

    /// The value of an attribute; empty when there is none.
    pub(super) fn text(&self, name: &str) -> String {
        self.tag.value(name).map_or_else(String::new, decode_text)
    }

    /// The target of `href` or `src`; `None` when a document cannot link to it.
    pub(super) fn link_target(&self, name: &str, picture: bool) -> Option<LinkTarget> {
        let value = self.value(name)?;
        let within = |hole: &&Hole| hole.at == self.start + value.start;
        if let Some(Fill::Address(index)) = self.holes.iter().find(within).map(|hole| &hole.fill) {
            return Some(LinkTarget::Site(*index));
        }
        let address = self.text(name);
        let address = links::trim_target(&address);
        match links::classify_target(&address, picture) {
            TargetKind::External if address.starts_with("//") => Some(LinkTarget::Address(format!("https:{address}"))),
            TargetKind::External if address.starts_with(['/', '\\']) => None,
            TargetKind::External | TargetKind::DataImage => Some(LinkTarget::Address(address.into_owned())),
            TargetKind::Scheme(_) | TargetKind::Local | TargetKind::Internal | TargetKind::Dangerous => None,
        }
    }

    fn has_class(&self, class: &str) -> bool {
        self.text("class").split_ascii_whitespace().any(|word| word == class)
    }

    /// The first number of an ordered list.
    fn start_number(&self) -> u64 {
        self.text("start").trim().parse().unwrap_or(1)
    }
}

/// Classifies an element.
pub(super) fn classify_element(attributes: &TagAttributes<'_>) -> HtmlElement {
    let list = |start| HtmlElement::List {
        start,
        items: Vec::new(),
    };
    match &*attributes.tag.name {
        "blockquote" => HtmlElement::Quote,
        "div" if attributes.has_class("alert") => HtmlElement::Quote,
        "div" if attributes.has_class("footnotes") => HtmlElement::Footnotes,
        "p" if attributes.has_class("alert-title") => HtmlElement::AlertTitle,
        "h1" => HtmlElement::Heading(1),
        "h2" => HtmlElement::Heading(2),
        "h3" => HtmlElement::Heading(3),
        "h4" => HtmlElement::Heading(4),
        "h5" => HtmlElement::Heading(5),
        "h6" => HtmlElement::Heading(6),
        "pre" => HtmlElement::Pre,
        "code" | "kbd" | "samp" | "tt" => HtmlElement::Code,
        "strong" | "b" => HtmlElement::Strong,
        "em" | "i" => HtmlElement::Emphasis,
        "del" | "s" | "strike" => HtmlElement::Strike,
        "a" if attributes.has_class("footnote-back") => HtmlElement::Dropped,
        "a" => attributes
            .link_target("href", false)
            .map_or(HtmlElement::Inline, HtmlElement::Link),
        "sup" if attributes.has_class("footnote-ref") => HtmlElement::Mention,
        "ul" | "dl" => list(None),
        "ol" => list(Some(attributes.start_number())),
        "li" => HtmlElement::Item,
        "dt" => HtmlElement::Term,
        "dd" => HtmlElement::Definition,
        "table" => HtmlElement::Table(Vec::new()),
        "tr" => HtmlElement::Row(Vec::new()),
        name @ ("th" | "td") => HtmlElement::Cell {
            head: name == "th",
            right: attributes.has_class("right"),
        },
        name if BLOCK_TAGS.contains(&name) => HtmlElement::Block,
        _ => HtmlElement::Inline,
    }
}

/// Whether an element only groups rows. Document tables do not need it.
pub(super) fn is_row_group(name: &str) -> bool {
    matches!(name, "thead" | "tbody" | "tfoot" | "colgroup")
}

/// The text of HTML without tags.
pub(super) fn decode_text(html: &str) -> String {
    let mut text = decode_references(html).into_owned();
    if text.contains(is_private_use) {
        text.retain(|c| !is_private_use(c));
    }
    text
}
