//! HTML to be pasted into the editor of a WeChat account: styles at each element, no classes, no scripts, pictures as JPEG,
//! PNG or GIF, links as numbered notes at the end, because articles may not link to other sites.
//!
//! The limits are those that the account's editor states: 64 characters in a title, 120 in a digest (54 are taken from the
//! text when there is none), 20,000 characters and 1 MB in a text.

use super::article::{Article, Remark, SharedPost, caption, plain_text};
use crate::export::document::{DocumentBlock, DocumentImage, DocumentTable, Span, TableCell};
use crate::html::escape;
use data_encoding::BASE64;

const MAX_TITLE: usize = 64;
const MAX_DIGEST: usize = 120;
const MAX_CHARACTERS: usize = 20_000;
const MAX_BYTES: usize = 1_000_000;

const TEXT: &str = "font-size:16px;line-height:1.75;color:#3f3f3f;text-align:justify;margin:0 0 1.2em";
const HEADING: &str = "font-size:18px;line-height:1.5;color:#b3261e;font-weight:bold;margin:1.6em 0 0.8em";
const SMALL_HEADING: &str = "font-size:16px;line-height:1.5;color:#3f3f3f;font-weight:bold;margin:1.4em 0 0.6em";
const QUOTE: &str =
    "font-size:15px;line-height:1.75;color:#666;border-left:3px solid #b3261e;padding:0 0 0 1em;margin:0 0 1.2em";
const ITEM: &str = "font-size:16px;line-height:1.75;color:#3f3f3f;margin:0 0 0.5em";
const PICTURE: &str = "display:block;max-width:100%;height:auto;margin:0 auto";
const CAPTION: &str = "font-size:14px;line-height:1.5;color:#888;text-align:center;margin:0.4em 0 1.2em";
const TABLE: &str = "border-collapse:collapse;width:100%;font-size:14px;margin:0 0 1.2em";
const CELL: &str = "border:1px solid #ddd;padding:0.4em 0.6em;text-align:left";
const NUMBER_CELL: &str = "border:1px solid #ddd;padding:0.4em 0.6em;text-align:right";
const NOTE: &str = "font-size:13px;line-height:1.6;color:#888;margin:0 0 0.4em;word-break:break-all";

/// The post as HTML for a WeChat account.
pub(super) fn write(article: &Article) -> SharedPost {
    let mut writer = Writer::default();
    writer.out.push_str("<section>");
    if !article.facts.is_empty() {
        writer.element("p", NOTE, &article.facts.join("　"));
    }
    for block in &article.blocks {
        writer.block(block);
    }
    if !article.ai_note.is_empty() {
        writer.element("p", NOTE, &article.ai_note);
    }
    for (number, address) in (1..).zip(std::mem::take(&mut writer.notes)) {
        writer.element("p", NOTE, &format!("[{number}] {address}"));
    }
    writer.out.push_str("</section>\n");
    let text: String = article.blocks.iter().map(block_text).collect();
    let remarks = exceeded_limits(article, &text, writer.out.len());
    SharedPost {
        bytes: writer.out.into_bytes(),
        remarks,
    }
}

/// Which limits of the account's editor the post exceeds.
fn exceeded_limits(article: &Article, text: &str, bytes: usize) -> Vec<Remark> {
    let count = |text: &str| text.chars().count();
    let limits = [
        ("share-long-title", count(&article.title), MAX_TITLE),
        ("share-long-digest", count(&article.summary), MAX_DIGEST),
        ("share-long-text", count(text), MAX_CHARACTERS),
        ("share-large-text", bytes, MAX_BYTES),
    ];
    let exceeded = limits.into_iter().filter(|(_, length, limit)| length > limit);
    let mut remarks: Vec<Remark> = exceeded
        .map(|(key, length, limit)| (key, vec![("n", length.to_string()), ("limit", limit.to_string())]))
        .collect();
    if article.summary.trim().is_empty() {
        remarks.push(("share-no-digest", Vec::new()));
    }
    remarks
}

/// The text of a block, as the editor counts it.
fn block_text(block: &DocumentBlock) -> String {
    match block {
        DocumentBlock::Heading { spans, .. }
        | DocumentBlock::Paragraph(spans)
        | DocumentBlock::ListItem { spans, .. }
        | DocumentBlock::Quote(spans) => plain_text(spans),
        DocumentBlock::Table(table) => {
            let cells = table.head.iter().chain(table.rows.iter().flatten());
            cells.map(|cell| plain_text(cell)).collect()
        }
        DocumentBlock::Image(image) => caption(image).to_owned(),
        DocumentBlock::PageBreak => String::new(),
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    /// The addresses of links, each once.
    notes: Vec<String>,
}

impl Writer {
    fn block(&mut self, block: &DocumentBlock) {
        match block {
            DocumentBlock::Heading { level: 1, spans } => self.spans("p", HEADING, "", spans),
            DocumentBlock::Heading { spans, .. } => self.spans("p", SMALL_HEADING, "", spans),
            DocumentBlock::Paragraph(spans) => self.spans("p", TEXT, "", spans),
            DocumentBlock::Quote(spans) => self.spans("blockquote", QUOTE, "", spans),
            // The editor gives lists its own marks, so an item is a paragraph with its mark.
            DocumentBlock::ListItem { depth, marker, spans } => {
                let mark = format!("{}{marker} ", "　".repeat(usize::from(*depth)));
                self.spans("p", ITEM, &mark, spans);
            }
            DocumentBlock::Table(table) => self.table(table),
            DocumentBlock::Image(image) => self.picture(image),
            DocumentBlock::PageBreak => {}
        }
    }

    fn element(&mut self, name: &str, style: &str, text: &str) {
        self.open(name, style);
        escape(&mut self.out, text);
        self.close(name);
    }

    fn open(&mut self, name: &str, style: &str) {
        self.out.push_str(&format!("<{name} style=\"{style}\">"));
    }

    fn close(&mut self, name: &str) {
        self.out.push_str(&format!("</{name}>"));
    }

    fn spans(&mut self, name: &str, style: &str, mark: &str, spans: &[Span]) {
        self.open(name, style);
        escape(&mut self.out, mark);
        self.inline(spans);
        self.close(name);
    }

    fn inline(&mut self, spans: &[Span]) {
        for (at, span) in spans.iter().enumerate() {
            let tags = [(span.strong, "strong"), (span.emphasis, "em")];
            let tags: Vec<&str> = tags
                .into_iter()
                .filter(|(is_on, _)| *is_on)
                .map(|(_, tag)| tag)
                .collect();
            tags.iter().for_each(|tag| self.out.push_str(&format!("<{tag}>")));
            for (number, line) in span.text.split('\n').enumerate() {
                if number > 0 {
                    self.out.push_str("<br>");
                }
                escape(&mut self.out, line);
            }
            tags.iter().rev().for_each(|tag| self.close(tag));
            let goes_on = spans.get(at + 1).is_some_and(|next| next.link == span.link);
            if let Some(link) = span.link.as_ref().filter(|_| !goes_on) {
                let number = self.note(link);
                self.out.push_str(&format!("<sup>[{number}]</sup>"));
            }
        }
    }

    /// The number of the note with this address.
    fn note(&mut self, address: &str) -> usize {
        let known = self.notes.iter().position(|note| note == address);
        known.map_or_else(
            || {
                self.notes.push(address.to_owned());
                self.notes.len()
            },
            |index| index + 1,
        )
    }

    fn picture(&mut self, image: &DocumentImage) {
        let kind = match image.format {
            "png" | "jpeg" | "gif" => image.format,
            // A chart that only Word can draw: its description.
            _ => return self.element("p", TEXT, &image.alt),
        };
        let address = match &image.address {
            Some(address) => address.clone(),
            None => format!("data:image/{kind};base64,{}", BASE64.encode(&image.bytes)),
        };
        self.out.push_str("<img src=\"");
        escape(&mut self.out, &address);
        self.out.push_str("\" alt=\"");
        escape(&mut self.out, &image.alt);
        self.out.push_str(&format!("\" style=\"{PICTURE}\">"));
        let caption = caption(image);
        if !caption.trim().is_empty() {
            self.element("p", CAPTION, caption);
        }
    }

    fn table(&mut self, table: &DocumentTable) {
        if let Some(caption) = &table.caption {
            self.element("p", CAPTION, caption);
        }
        self.open("table", TABLE);
        self.out.push_str("<tbody>");
        if !table.head.is_empty() {
            self.row("th", &table.head, &table.numeric);
        }
        for row in &table.rows {
            self.row("td", row, &table.numeric);
        }
        self.out.push_str("</tbody></table>");
    }

    fn row(&mut self, name: &str, cells: &[TableCell], numeric: &[bool]) {
        self.out.push_str("<tr>");
        for (column, cell) in cells.iter().enumerate() {
            let is_number = numeric.get(column).copied().unwrap_or_default();
            self.open(name, if is_number { NUMBER_CELL } else { CELL });
            self.inline(cell);
            self.close(name);
        }
        self.out.push_str("</tr>");
    }
}
