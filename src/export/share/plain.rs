//! Plain text for the form of another site: paragraphs apart by an empty line, links in brackets behind their texts.

use super::article::{Article, caption, plain_text};
use crate::export::document::{DocumentBlock, DocumentTable, Span, TableCell};

/// The post as plain text.
pub(super) fn write(article: &Article) -> String {
    let mut parts = vec![article.title.clone()];
    if !article.facts.is_empty() {
        parts.push(article.facts.join("　"));
    }
    let mut previous_is_item = false;
    for block in &article.blocks {
        let (text, is_item) = match block {
            DocumentBlock::Heading { spans, .. } | DocumentBlock::Paragraph(spans) => (with_addresses(spans), false),
            DocumentBlock::ListItem { depth, marker, spans } => {
                let indent = "　".repeat(usize::from(*depth));
                (format!("{indent}{marker} {}", with_addresses(spans)), true)
            }
            DocumentBlock::Quote(spans) => (format!("“{}”", with_addresses(spans).trim_matches(['“', '”'])), false),
            DocumentBlock::Table(table) => (rows(table), false),
            DocumentBlock::Image(image) => (format!("［{}］", caption(image)), false),
            DocumentBlock::PageBreak => continue,
        };
        match parts.last_mut() {
            // The items of a list follow one another line by line.
            Some(last) if is_item && previous_is_item => {
                last.push('\n');
                last.push_str(&text);
            }
            _ => parts.push(text),
        }
        previous_is_item = is_item;
    }
    if !article.ai_note.is_empty() {
        parts.push(article.ai_note.clone());
    }
    parts.retain(|part| !part.trim().is_empty());
    parts.join("\n\n") + "\n"
}

/// Text with the address of each link in brackets behind it, unless the text is the address.
fn with_addresses(spans: &[Span]) -> String {
    let mut out = String::new();
    for (at, span) in spans.iter().enumerate() {
        out.push_str(&span.text);
        let goes_on = spans.get(at + 1).is_some_and(|next| next.link == span.link);
        if let Some(link) = span.link.as_ref().filter(|link| !goes_on && !span.text.contains(*link)) {
            out.push_str(&format!("（{}）", link.trim_start_matches("mailto:")));
        }
    }
    out
}

/// A table with a tab between cells, which forms and sheets understand.
fn rows(table: &DocumentTable) -> String {
    let cells = |row: &Vec<TableCell>| row.iter().map(|cell| plain_text(cell)).collect::<Vec<_>>().join("\t");
    let head = (!table.head.is_empty()).then(|| cells(&table.head));
    let caption = table.caption.iter().cloned();
    let lines = caption.chain(head).chain(table.rows.iter().map(cells));
    lines.collect::<Vec<_>>().join("\n")
}
