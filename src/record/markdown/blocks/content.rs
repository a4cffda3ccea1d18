//! What stands in an element: blocks, and a line that may become one.

use crate::record::blocks::{Block, Inline};

/// What an element holds.
#[derive(Default)]
pub(super) struct Content {
    pub(super) blocks: Vec<Block>,
    /// What stands after the blocks and may become one.
    pub(super) line: Vec<Inline>,
}

impl Content {
    /// Ends the line: it becomes a paragraph, or one block for each call when it holds nothing else.
    pub(super) fn flush(&mut self) {
        let line = trimmed(std::mem::take(&mut self.line));
        let blank = |inline: &Inline| matches!(inline, Inline::Text(text) if text.trim().is_empty());
        if !line
            .iter()
            .all(|inline| matches!(inline, Inline::Call(_)) || blank(inline))
        {
            return self.blocks.push(Block::Paragraph(line));
        }
        self.blocks.extend(line.into_iter().filter_map(|inline| match inline {
            Inline::Call(call) => Some(Block::Call(call)),
            _ => None,
        }));
    }

    pub(super) fn into_blocks(mut self) -> Vec<Block> {
        self.flush();
        self.blocks
    }

    /// All of it as one line.
    pub(super) fn into_line(self) -> Vec<Inline> {
        if self.blocks.is_empty() {
            return trimmed(self.line);
        }
        let mut line = Vec::new();
        flatten(self.into_blocks(), &mut line);
        trimmed(line)
    }

    /// Adds to the line; text joins the text before it.
    pub(super) fn push(&mut self, inline: Inline) {
        match (self.line.last_mut(), inline) {
            (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
            (_, inline) => self.line.push(inline),
        }
    }
}

/// A line without white space and line breaks at its end. At its start there is none.
fn trimmed(mut line: Vec<Inline>) -> Vec<Inline> {
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

/// Writes blocks into one line, with a break between them.
fn flatten(blocks: Vec<Block>, line: &mut Vec<Inline>) {
    for block in blocks {
        if !line.is_empty() && !matches!(line.last(), Some(Inline::Break)) {
            line.push(Inline::Break);
        }
        match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => line.extend(text),
            Block::List { items, .. } | Block::Notes(items) => {
                items.into_iter().for_each(|item| flatten(item, line));
            }
            Block::Quote(blocks) => flatten(blocks, line),
            Block::Code(code) => line.push(Inline::Code(code)),
            Block::Table { head, rows, .. } => {
                let cells = std::iter::once(head).chain(rows).flatten();
                flatten(cells.map(Block::Paragraph).collect(), line);
            }
            Block::Call(call) => line.push(Inline::Call(call)),
            Block::Rule => {}
        }
    }
}
