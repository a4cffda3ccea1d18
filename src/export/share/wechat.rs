//! HTML to be pasted into the editor of a WeChat account: styles at each element, no classes, no scripts, pictures as JPEG,
//! PNG or GIF, links as numbered notes at the end, because articles may not link to other sites. The theme's
//! `share/wechat.html` decides what stands around the text.
//!
//! The limits are those that the account's editor states: 64 characters in a title, 120 in a digest (54 are taken from the
//! text when there is none), 20,000 characters and 1 MB in a text.

use super::article::{Article, Remark, SharedPost, caption, plain_text};
use super::pasted_html::to_pasted_html;
use crate::diag::Diagnostic;
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

/// What the theme's layout of a WeChat article (`share/wechat.html`) gets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WeChatParts {
    pub(crate) title: String,
    /// The post's day, village, author and source.
    pub(crate) facts: Vec<String>,
    /// The summary that the editor wrote; empty when there is none.
    pub(crate) summary: String,
    /// The text, as HTML with its styles at each element.
    pub(crate) body: String,
    /// What a program generated of the post, as a sentence; empty when nothing.
    pub(crate) ai_note: String,
    /// The addresses of links, in the order of their numbers in the text.
    pub(crate) notes: Vec<String>,
}

/// Renders the theme's layout of a WeChat article.
pub(crate) type RenderLayout<'r> = &'r dyn Fn(&WeChatParts) -> Result<String, Vec<Diagnostic>>;

/// The post as HTML for a WeChat account, in the theme's layout. Whatever the layout brings, the copy has only what the
/// account's editor keeps. `embeds_pictures` puts all pictures into the HTML.
///
/// # Errors
/// The findings about the layout.
pub(super) fn write(
    article: &Article<'_>,
    embeds_pictures: bool,
    layout: RenderLayout<'_>,
) -> Result<SharedPost, Vec<Diagnostic>> {
    let mut writer = Writer {
        embeds_pictures,
        ..Writer::default()
    };
    for block in &article.blocks {
        writer.block(block);
    }
    let parts = WeChatParts {
        title: article.title.clone(),
        facts: article.facts.clone(),
        summary: article.summary.clone(),
        body: writer.out,
        ai_note: article.ai_note.clone(),
        notes: writer.notes,
    };
    let mut pasted = to_pasted_html(&layout(&parts)?);
    let body = to_pasted_html(&parts.body).html;
    let is_body_missing = !pasted.html.contains(body.trim());
    let is_note_missing = is_missing(&pasted.html, &parts.ai_note);
    if is_note_missing {
        // What a program generated must be said (Measures for Labelling AI-Generated Content, 2025, article 4).
        pasted.html.push_str("<p>");
        escape(&mut pasted.html, &parts.ai_note);
        pasted.html.push_str("</p>");
    }
    let text: String = article.blocks.iter().map(block_text).collect();
    let mut remarks = exceeded_limits(article, &text, (pasted.html.len(), embeds_pictures));
    if !pasted.removed.is_empty() {
        let removed: Vec<String> = pasted.removed.into_iter().collect();
        remarks.push(("share-removed", vec![("what", removed.join(", "))]));
    }
    if is_body_missing {
        remarks.push(("share-text-missing", Vec::new()));
    }
    if is_note_missing {
        remarks.push(("share-ai-note-added", Vec::new()));
    }
    remarks.extend(by_hand(article, embeds_pictures));
    Ok(SharedPost {
        bytes: (pasted.html.trim().to_owned() + "\n").into_bytes(),
        remarks,
    })
}

/// Whether a text is not in the HTML.
fn is_missing(html: &str, text: &str) -> bool {
    let mut escaped = String::new();
    escape(&mut escaped, text);
    !html.contains(&escaped)
}

/// What editors do by hand in the account's editor.
fn by_hand(article: &Article<'_>, embeds_pictures: bool) -> Vec<Remark> {
    let pictures = article.picture_count();
    let mut remarks = Vec::new();
    if embeds_pictures && pictures > 0 {
        remarks.push(("share-embedded-pictures", vec![("n", pictures.to_string())]));
    }
    if let Some(cover) = &article.record.meta.cover {
        remarks.push(("share-cover", vec![("file", cover.clone())]));
    }
    remarks
}

/// Which limits of the account's editor the post exceeds.
fn exceeded_limits(article: &Article<'_>, text: &str, (bytes, embeds_pictures): (usize, bool)) -> Vec<Remark> {
    let count = |text: &str| text.chars().count();
    let large = if embeds_pictures {
        "share-large-embedded"
    } else {
        "share-large-text"
    };
    let limits = [
        ("share-long-title", count(&article.title), MAX_TITLE),
        ("share-long-digest", count(&article.summary), MAX_DIGEST),
        ("share-long-text", count(text), MAX_CHARACTERS),
        (large, bytes, MAX_BYTES),
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
    embeds_pictures: bool,
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
            Some(address) if !self.embeds_pictures => address.clone(),
            _ => format!("data:image/{kind};base64,{}", BASE64.encode(&image.bytes)),
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
