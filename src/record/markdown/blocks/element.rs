//! What each HTML element is to a document.

use super::super::links::{self, Sort};
use super::super::tags::Tag;
use super::{LinkTarget, plain};
use crate::record::blocks::{Block, Inline};
use crate::record::body::{Fill, Hole};
use std::ops::Range;

/// Elements that start on a line of their own and mean nothing more to a document.
const BLOCKS: [&str; 25] = [
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
pub(super) enum Element {
    /// Starts a line and leaves its content where it is.
    Block,
    /// Leaves its content where it is.
    Inline,
    /// Its content with its end is not for reading: the way back from a footnote.
    Dropped,
    Quote,
    /// The title of an alert.
    Title,
    Heading(u8),
    Pre,
    Code,
    Strong,
    Emphasis,
    Strike,
    Link(LinkTarget),
    /// The mention of a footnote.
    Mention,
    Notes,
    List {
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Item,
    /// `<dt>`.
    Term,
    /// `<dd>`.
    Details,
    Table(Vec<Row>),
    Row(Row),
    Cell {
        head: bool,
        right: bool,
    },
}

/// A row of a table.
pub(super) type Row = Vec<Cell>;

/// A cell of a table.
pub(super) struct Cell {
    pub(super) text: Vec<Inline>,
    /// Whether it is a heading.
    pub(super) head: bool,
    /// Whether it stands at the right.
    pub(super) right: bool,
}

impl Element {
    /// Whether it stands in a line.
    pub(super) fn is_inline(&self) -> bool {
        use Element::{Code, Dropped, Emphasis, Inline, Link, Mention, Strike, Strong};
        matches!(
            self,
            Inline | Dropped | Code | Strong | Emphasis | Strike | Link(_) | Mention
        )
    }
}

/// The attributes of a tag, with the holes in them.
pub(super) struct Attributes<'a> {
    pub(super) tag: &'a Tag<'a>,
    /// Where the tag starts.
    pub(super) start: usize,
    pub(super) holes: &'a [Hole],
}

impl Attributes<'_> {
    /// Whether there is one of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        let named = |attribute: &super::super::tags::Attribute| {
            self.tag.text[attribute.name.clone()].eq_ignore_ascii_case(name)
        };
        self.tag.attributes.iter().any(named)
    }

    /// The bytes of a value in the tag; of two attributes of one name the first counts.
    fn value(&self, name: &str) -> Option<Range<usize>> {
        let attributes = &mut self.tag.attributes.iter();
        let found = attributes.find(|attribute| self.tag.text[attribute.name.clone()].eq_ignore_ascii_case(name));
        found.and_then(|attribute| attribute.value.clone())
    }

    /// A value; empty when there is none.
    pub(super) fn text(&self, name: &str) -> String {
        self.value(name)
            .map_or_else(String::new, |value| plain(&self.tag.text[value]))
    }

    /// Where `href` or `src` leads, when it leads anywhere from a document.
    pub(super) fn target(&self, name: &str, picture: bool) -> Option<LinkTarget> {
        let value = self.value(name)?;
        let within = |hole: &&Hole| hole.at == self.start + value.start;
        if let Some(Fill::Address(index)) = self.holes.iter().find(within).map(|hole| &hole.fill) {
            return Some(LinkTarget::Site(*index));
        }
        let address = self.text(name);
        let address = links::tidy(&address);
        match links::sort(&address, picture) {
            Sort::External if address.starts_with("//") => Some(LinkTarget::Address(format!("https:{address}"))),
            Sort::External if address.starts_with(['/', '\\']) => None,
            Sort::External => Some(LinkTarget::Address(address.into_owned())),
            Sort::Internal | Sort::Dangerous => None,
        }
    }

    fn has_class(&self, class: &str) -> bool {
        self.text("class").split_ascii_whitespace().any(|word| word == class)
    }

    /// The first number of an ordered list.
    fn first(&self) -> u64 {
        self.text("start").trim().parse().unwrap_or(1)
    }
}

/// What an element is.
pub(super) fn element(attributes: &Attributes<'_>) -> Element {
    let list = |start| Element::List {
        start,
        items: Vec::new(),
    };
    match attributes.tag.name.as_str() {
        "blockquote" => Element::Quote,
        "div" if attributes.has_class("alert") => Element::Quote,
        "div" if attributes.has_class("footnotes") => Element::Notes,
        "p" if attributes.has_class("alert-title") => Element::Title,
        "h1" => Element::Heading(1),
        "h2" => Element::Heading(2),
        "h3" => Element::Heading(3),
        "h4" => Element::Heading(4),
        "h5" => Element::Heading(5),
        "h6" => Element::Heading(6),
        "pre" => Element::Pre,
        "code" | "kbd" | "samp" | "tt" => Element::Code,
        "strong" | "b" => Element::Strong,
        "em" | "i" => Element::Emphasis,
        "del" | "s" | "strike" => Element::Strike,
        "a" if attributes.has_class("footnote-back") => Element::Dropped,
        "a" => attributes.target("href", false).map_or(Element::Inline, Element::Link),
        "sup" if attributes.has_class("footnote-ref") => Element::Mention,
        "ul" | "dl" => list(None),
        "ol" => list(Some(attributes.first())),
        "li" => Element::Item,
        "dt" => Element::Term,
        "dd" => Element::Details,
        "table" => Element::Table(Vec::new()),
        "tr" => Element::Row(Vec::new()),
        name @ ("th" | "td") => Element::Cell {
            head: name == "th",
            right: attributes.has_class("right"),
        },
        name if BLOCKS.contains(&name) => Element::Block,
        _ => Element::Inline,
    }
}

/// Whether an element only groups rows: a table has no use for it.
pub(super) fn groups_rows(name: &str) -> bool {
    matches!(name, "thead" | "tbody" | "tfoot" | "colgroup")
}
