//! A record's text as a list of blocks, for output formats other than HTML.
//!
//! Role: the values that a document (Word) is made from. They have the content of [`Body`](super::Body), in the same
//! order and with the same link indices, but without tags. `markdown::blocks` makes them. Does not know any file
//! format.

use super::body::Shortcode;

/// A part of the text that starts on its own line.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its text; never empty.
        text: Vec<Inline>,
    },
    /// A paragraph; never empty.
    Paragraph(Vec<Inline>),
    /// A list. In a definition list, each item is a paragraph in bold (the term) and what follows it.
    List {
        /// The first number; `None` for a list with bullets.
        start: Option<u64>,
        /// The items. An item may be empty.
        items: Vec<Vec<Block>>,
    },
    /// A quotation, or an alert (`> [!NOTE]`). The first paragraph of an alert is its title in bold.
    Quote(Vec<Block>),
    /// Code as written, without the final line end.
    Code(String),
    /// A table.
    Table {
        /// The cells of the first row if all of them are headings, otherwise empty.
        head: Vec<Vec<Inline>>,
        /// The other rows. Their lengths may differ where the editor wrote HTML.
        rows: Vec<Vec<Vec<Inline>>>,
        /// For each column of the first row, whether its cells are aligned to the right.
        align_right: Vec<bool>,
    },
    /// A component alone in its paragraph. It may be a component that is mostly used inline (`{{ metric("…") }}`); then
    /// its text is a paragraph. Adjacent calls are one block each.
    Shortcode(Box<Shortcode>),
    /// A thematic break between two parts.
    Rule,
    /// The footnotes that the text references: number 1, number 2 …. Always the last block.
    Footnotes(Vec<Vec<Block>>),
}

/// A part of a line. White space is collapsed as in a browser: one space between words, none at the ends.
#[derive(Debug, Clone, PartialEq)]
pub enum Inline {
    /// Text.
    Text(String),
    /// Bold.
    Strong(Vec<Inline>),
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Text that is struck out.
    Strikethrough(Vec<Inline>),
    /// Inline code, or a formula that cannot be parsed.
    Code(String),
    /// A link.
    Link {
        /// The target of the link.
        target: LinkTarget,
        /// Its text; never empty.
        text: Vec<Inline>,
    },
    /// A picture.
    Image {
        /// The image.
        target: LinkTarget,
        /// Its alternative text; may be empty.
        alt: String,
    },
    /// A visible line break.
    Break,
    /// A reference to footnote number *n*, from 1: the *n*th of [`Block::Footnotes`].
    FootnoteRef(usize),
    /// An inline component.
    Shortcode(Box<Shortcode>),
}

/// The target of a link, or the address of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    /// A target in the site: an index into [`Body::links`](super::Body::links).
    Site(usize),
    /// An address with a scheme: `https://…`, `mailto:…`; for an image also `data:image/…`.
    Address(String),
}
