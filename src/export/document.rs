//! A printed document as values: its content in order, without any file format.
//!
//! Role: the input of `docx`. Its shape is that of an official document (GB/T 9704-2012): a title, text with four
//! levels of headings, tables and pictures, and at the end the issuing body with the date. Does not know metrics,
//! posts, or how a format writes any of this.

use jiff::civil::Date;
use std::collections::BTreeSet;

/// A whole document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// Printed at the top, centred; a line break in it is kept.
    pub title: String,
    /// Whom the document is for (主送机关, 7.3.2), printed under the title without the colon after it; empty: not printed.
    pub addressee: String,
    /// The issuing body (发文机关署名), printed under the text with the date; empty: not printed.
    pub issuer: String,
    /// The date as it is printed, `2022年7月5日`; empty: not printed.
    pub date: String,
    /// The language of the text as a BCP 47 tag, `zh-CN`.
    pub language: String,
    /// The day stated in the file's properties; an input, so that two builds give the same bytes.
    pub created: Date,
    /// What stands above the title (版头); `None` in a manuscript and a report.
    pub letterhead: Option<Letterhead>,
    /// The text from top to bottom.
    pub blocks: Vec<DocumentBlock>,
    /// What stands after the issuing body and the date.
    pub closing: Vec<DocumentBlock>,
    /// The units of the text's numbers. No line begins with one, because its number stands before it.
    pub units: BTreeSet<String>,
    /// What stands at the foot of the last page (版记).
    pub colophon: Option<Colophon>,
}

/// The head of an official document or a bulletin (GB/T 9704-2012, 7.2): its name, its number, and what stands above the
/// red rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letterhead {
    /// In red letters: the issuing body with `文件` (7.2.4), or the name of a bulletin.
    pub name: String,
    /// The document's number, `栖宣发〔2022〕3号` (7.2.5), or the number of a bulletin's issue, `第3期`; empty: not printed.
    pub number: String,
    /// Of a bulletin, the issuing body, left of the date. Without body and date, the rule is right below the number.
    pub issuer: String,
    /// Of a bulletin, the date.
    pub date: String,
}

/// The foot of an official document (7.4).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Colophon {
    /// Who gets it, each group with its word: `报`, `送`, `发` (where 7.4.2 has 抄送).
    pub recipients: Vec<(String, String)>,
    /// The body that had it printed (7.4.3).
    pub printer: String,
    /// The day on which it was printed, with `印发` (7.4.3).
    pub printed: String,
    /// The number of copies, `共印60份`; empty: not printed.
    pub copies: String,
}

/// One piece of the text.
#[derive(Debug, Clone, PartialEq)]
pub enum DocumentBlock {
    /// A heading. Its number (`一、` `（一）` `1.` `（1）`) belongs to its text.
    Heading {
        /// 1 to 4; other values are clamped.
        level: u8,
        /// The text.
        spans: Vec<Span>,
    },
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// An entry of a list.
    ListItem {
        /// 0 for a list in the text, 1 for a list in a list, and so on.
        depth: u8,
        /// The marker before the text: `1.` `•` `（1）`.
        marker: String,
        /// The text.
        spans: Vec<Span>,
    },
    /// A quotation of a paragraph.
    Quote(Vec<Span>),
    /// A table.
    Table(DocumentTable),
    /// A picture or a chart.
    Image(DocumentImage),
    /// The next block begins a new page.
    PageBreak,
}

/// Text in one style.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Span {
    /// The text; a line break in it is kept, a tab too.
    pub text: String,
    /// Printed bold.
    pub strong: bool,
    /// Printed in the typeface for emphasis.
    pub emphasis: bool,
    /// The absolute address that the text links to (`https:`, `http:`, `mailto:`). With any other address the text is
    /// printed without a link.
    pub link: Option<String>,
}

impl Span {
    /// Text without a style or a link.
    pub fn plain(text: impl Into<String>) -> Span {
        Span {
            text: text.into(),
            ..Span::default()
        }
    }
}

/// The text of one cell of a table.
pub type TableCell = Vec<Span>;

/// A table. Rows may differ in length: missing cells are printed empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentTable {
    /// Printed above it.
    pub caption: Option<String>,
    /// The head row, repeated on each page; empty: no head row.
    pub head: Vec<TableCell>,
    /// The rows.
    pub rows: Vec<Vec<TableCell>>,
    /// For each column, whether it holds numbers, which are aligned right; a column without an entry holds text.
    pub numeric: Vec<bool>,
}

/// A picture with its bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentImage {
    /// The file.
    pub bytes: Vec<u8>,
    /// The format of the bytes: `emf`, `png`, `jpeg` or `gif`. For any other format the alternative text is printed.
    pub format: &'static str,
    /// Millimetres; a picture that is wider or higher than the text area is scaled down to it.
    pub width_mm: f64,
    /// Millimetres.
    pub height_mm: f64,
    /// Printed below it.
    pub caption: Option<String>,
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// The absolute address at which the site publishes the same bytes, if it does.
    pub address: Option<String>,
}
