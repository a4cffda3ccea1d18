//! The content of an element: blocks, and a line that may become one.

use crate::record::blocks::{Block, Inline};

/// The content of an element.
#[derive(Default)]
pub(super) struct ElementContent {
    pub(super) blocks: Vec<Block>,
    /// The line after the blocks, which may become a block.
    pub(super) line: Vec<Inline>,
}

impl ElementContent {
    /// Ends the line. It becomes a paragraph, or one block per call if it contains only calls.
    pub(super) fn end_line(&mut self) {
        let line = trim_line_end(std::mem::take(&mut self.line));
        let blank = |inline: &Inline| matches!(inline, Inline::Text(text) if text.trim().is_empty());
        if !line
            .iter()
            .all(|inline| matches!(inline, Inline::Shortcode(_)) || blank(inline))
        {
            return self.blocks.push(Block::Paragraph(line));
        }
        self.blocks.extend(line.into_iter().filter_map(|inline| match inline {
            Inline::Shortcode(call) => Some(Block::Shortcode(call)),
            _ => None,
        }));
    }

    pub(super) fn into_blocks(mut self) -> Vec<Block> {
        self.end_line();
        self.blocks
    }

    /// Returns the whole content as one line.
    pub(super) fn into_line(self) -> Vec<Inline> {
        if self.blocks.is_empty() {
            return trim_line_end(self.line);
        }
        let mut line = Vec::new();
        flatten_blocks(self.into_blocks(), &mut line);
        trim_line_end(line)
    }

    /// Adds an inline to the line. Text joins the text before it.
    pub(super) fn push(&mut self, inline: Inline) {
        match (self.line.last_mut(), inline) {
            (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
            (_, inline) => self.line.push(inline),
        }
    }
}

/// The line without white space and line breaks at its end. A line never starts with any.
fn trim_line_end(mut line: Vec<Inline>) -> Vec<Inline> {
    while let Some(last) = line.last_mut() {
        match last {
            Inline::Break => {}
            Inline::Text(text) => {
                text.truncate(text.trim_end_matches(' ').len());
                if !text.is_empty() {
                    break;
                }
            }
            _ => break,
        }
        line.pop();
    }
    line
}

/// Appends blocks to one line, with a break between them.
fn flatten_blocks(blocks: Vec<Block>, line: &mut Vec<Inline>) {
    for block in blocks {
        if !line.is_empty() && !matches!(line.last(), Some(Inline::Break)) {
            line.push(Inline::Break);
        }
        match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => line.extend(text),
            Block::List { items, .. } | Block::Footnotes(items) => {
                items.into_iter().for_each(|item| flatten_blocks(item, line));
            }
            Block::Quote(blocks) => flatten_blocks(blocks, line),
            Block::Code(code) => line.push(Inline::Code(code)),
            Block::Table { head, rows, .. } => {
                let cells = std::iter::once(head).chain(rows).flatten();
                flatten_blocks(cells.map(Block::Paragraph).collect(), line);
            }
            Block::Shortcode(call) => line.push(Inline::Shortcode(call)),
            Block::Rule => {}
        }
    }
}
