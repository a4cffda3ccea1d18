//! Writes blocks as the body of a post.
//!
//! Role: blocks → Markdown that the reader of posts understands as these blocks. What is a sign of Markdown and what is
//! text depends on its neighbours, on the site's settings, and on the rules for masks and for emphasis beside Chinese
//! punctuation. So a line is written plainly first and read as a post is; only when it does not mean what it should is
//! each sign in it escaped (`inline`, `meaning`). Most lines stay as people write them.

mod inline;
mod line;
mod meaning;
mod syntax;
#[cfg(test)]
mod tests;

use crate::config::MarkdownSettings;
use crate::record::{Block, Inline, LinkTarget};
use inline::LineWriter;
pub(crate) use line::FileNames;
use line::LineKind;
pub(super) use syntax::{comment, longest_backticks, quoted_title};

/// Writes `blocks` as a body, with a line end at its end. An empty text is an empty body.
#[must_use]
pub(crate) fn write_markdown(blocks: &[Block], files: &FileNames<'_>, settings: MarkdownSettings) -> String {
    let writer = BlockWriter {
        lines: LineWriter { files, settings },
    };
    let body = writer.blocks(blocks);
    if body.is_empty() { body } else { body + "\n" }
}

struct BlockWriter<'n> {
    lines: LineWriter<'n>,
}

impl BlockWriter<'_> {
    /// Blocks with an empty line between them.
    fn blocks(&self, blocks: &[Block]) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut lists_before = 0;
        for block in blocks {
            let is_list = matches!(block, Block::List { .. });
            parts.push(self.block(block, lists_before));
            // Two lists that follow one another have different marks, or they would be one.
            lists_before = if is_list { lists_before + 1 } else { 0 };
        }
        parts.retain(|part| !part.is_empty());
        parts.join("\n\n")
    }

    fn block(&self, block: &Block, lists_before: usize) -> String {
        match block {
            Block::Heading { level, text } => {
                let text = self.lines.line(text, LineKind::Heading);
                let marks = "#".repeat(usize::from((*level).clamp(1, 6)));
                if text.is_empty() {
                    text
                } else {
                    format!("{marks} {text}")
                }
            }
            Block::Paragraph(text) => self.paragraph(text),
            Block::List { start, items } => self.list(*start, items, lists_before % 2 == 1),
            Block::Quote(blocks) => prefixed(&self.blocks(blocks), "> ", "> "),
            Block::Code(code) => fenced(code),
            Block::Table {
                head,
                rows,
                align_right,
            } => self.table(head, rows, align_right),
            Block::Rule => "***".to_owned(),
            Block::Footnotes(notes) => self.footnotes(notes),
            // No text from elsewhere has one.
            Block::Shortcode(_) => String::new(),
        }
    }

    /// A paragraph; a picture that stands alone in it gets its caption.
    fn paragraph(&self, text: &[Inline]) -> String {
        if let [
            Inline::Image {
                target: LinkTarget::Site(index),
                alt,
            },
        ] = text
        {
            return self.lines.picture(*index, alt);
        }
        self.lines.line(text, LineKind::Paragraph)
    }

    fn list(&self, start: Option<u64>, items: &[Vec<Block>], is_other: bool) -> String {
        let is_tight = items
            .iter()
            .all(|item| matches!(item.as_slice(), [Block::Paragraph(_)] | []));
        let mut lines = Vec::new();
        for (number, item) in (start.unwrap_or_default()..).zip(items) {
            let mark = match (start, is_other) {
                (None, false) => "- ".to_owned(),
                (None, true) => "* ".to_owned(),
                // A number of more than nine digits is none (CommonMark 0.31, 5.2).
                (Some(_), false) => format!("{}. ", number.min(999_999_999)),
                (Some(_), true) => format!("{}) ", number.min(999_999_999)),
            };
            let text = self.blocks(item);
            lines.push(prefixed(&text, &mark, &" ".repeat(mark.len())).trim_end().to_owned());
        }
        lines.join(if is_tight { "\n" } else { "\n\n" })
    }

    fn table(&self, head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>], align_right: &[bool]) -> String {
        let width = rows.iter().map(Vec::len).chain([head.len()]).max().unwrap_or_default();
        let row = |cells: &[Vec<Inline>]| {
            let text = |column: usize| {
                cells
                    .get(column)
                    .map_or_else(String::new, |cell| self.lines.line(cell, LineKind::Cell))
            };
            let texts: Vec<String> = (0..width).map(text).collect();
            format!("| {} |", texts.join(" | "))
        };
        let rule = |column: usize| {
            if align_right.get(column) == Some(&true) {
                "---:"
            } else {
                "---"
            }
        };
        let rules: Vec<&str> = (0..width).map(rule).collect();
        let mut lines = vec![row(head), format!("| {} |", rules.join(" | "))];
        lines.extend(rows.iter().map(|cells| row(cells)));
        lines.join("\n")
    }

    fn footnotes(&self, notes: &[Vec<Block>]) -> String {
        let note = |(number, blocks): (usize, &Vec<Block>)| {
            let text = self.blocks(blocks);
            prefixed(&text, &format!("[^{number}]: "), "    ").trim_end().to_owned()
        };
        let notes: Vec<String> = (1..).zip(notes).map(note).collect();
        notes.join("\n\n")
    }
}

/// Text with `first` before its first line and `other` before the others, except before empty ones.
fn prefixed(text: &str, first: &str, other: &str) -> String {
    let mut out = String::new();
    for (number, line) in text.split('\n').enumerate() {
        let prefix = if number == 0 { first } else { other };
        if number > 0 {
            out.push('\n');
        }
        let is_empty_inside = line.is_empty() && number > 0;
        out.push_str(if is_empty_inside { prefix.trim_end() } else { prefix });
        out.push_str(line);
    }
    out
}

/// Code in a fence that is longer than any in it.
fn fenced(code: &str) -> String {
    let fence = "`".repeat(longest_backticks(code).max(2) + 1);
    format!("{fence}\n{code}\n{fence}")
}
