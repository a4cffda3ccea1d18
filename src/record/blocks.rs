//! A record's text as a list of blocks, for outputs that are no HTML.
//!
//! Role: the values that a document (Word) is made from. They say what [`Body`](super::Body) says, in the same order
//! and with the same link indices, but without any tag; `markdown::blocks` makes them. Knows no file format.

use super::body::Shortcode;

/// A part of the text that starts on a line of its own.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// What it says; never empty.
        text: Vec<Inline>,
    },
    /// A paragraph; never empty.
    Paragraph(Vec<Inline>),
    /// A list. Of a definition list, each item is a paragraph in bold (the term) and what follows it.
    List {
        /// The first number; none when the list has bullets.
        start: Option<u64>,
        /// The items; one may be empty.
        items: Vec<Vec<Block>>,
    },
    /// A quotation, or an alert (`> [!NOTE]`), whose first paragraph is then its title in bold.
    Quote(Vec<Block>),
    /// Code, as written, without a line end at its end.
    Code(String),
    /// A table.
    Table {
        /// The cells of the first row when they are all headings, else empty.
        head: Vec<Vec<Inline>>,
        /// The other rows; they may differ in length where the editor wrote HTML.
        rows: Vec<Vec<Vec<Inline>>>,
        /// For each column of the first row, whether its cells stand at the right.
        align_right: Vec<bool>,
    },
    /// A component that stands alone in its paragraph. It may be one that is mostly used in a line
    /// (`{{ metric("…") }}`): then its text is a paragraph. Calls side by side are one block each.
    Shortcode(Box<Shortcode>),
    /// A rule between two parts.
    Rule,
    /// The footnotes that the text mentions: number 1, number 2 …; always the last block.
    Footnotes(Vec<Vec<Block>>),
}

/// A part of a line. White space is as a browser shows it: one space where several stand, none at the ends.
#[derive(Debug, Clone, PartialEq)]
pub enum Inline {
    /// Words.
    Text(String),
    /// Bold.
    Strong(Vec<Inline>),
    /// Stressed.
    Emphasis(Vec<Inline>),
    /// Struck out.
    Strikethrough(Vec<Inline>),
    /// Code in a line; a formula that cannot be read.
    Code(String),
    /// A link.
    Link {
        /// Where it leads.
        target: LinkTarget,
        /// What it says; never empty.
        text: Vec<Inline>,
    },
    /// A picture.
    Image {
        /// Which.
        target: LinkTarget,
        /// Its description; may be empty.
        alt: String,
    },
    /// A line break that shows.
    Break,
    /// The mention of footnote number *n*, from 1: the *n*th of [`Block::Footnotes`].
    FootnoteRef(usize),
    /// A component in a line.
    Shortcode(Box<Shortcode>),
}

/// Where a link leads, or which picture it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    /// What lies in the site: an index into [`Body::links`](super::Body::links).
    Site(usize),
    /// An address with a scheme: `https://…`, `mailto:…`; of a picture also `data:image/…`.
    Address(String),
}
