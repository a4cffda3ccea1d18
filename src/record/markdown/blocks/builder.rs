//! Open elements and the blocks built from them.
//!
//! Text is collected in the line of the innermost open element. Whatever starts a block ends the line, which then
//! becomes a paragraph, or calls that stand alone. When an element ends, its content goes to its parent element. Tags
//! may be in any order, because a trusting site passes the editor's HTML through. Misplaced tags lose their meaning,
//! but no text is lost.

use super::content::ElementContent;
use super::element::{HtmlCell, HtmlElement, HtmlRow, is_row_group};
use crate::record::blocks::{Block, Inline};
use crate::record::body::Shortcode;

/// The tags of deeper elements are ignored and their text is kept, as in the HTML.
const MAX_DEPTH: usize = 100;

/// Builds the blocks.
#[derive(Default)]
pub(super) struct BlockBuilder {
    /// The blocks outside all elements, and the line after them.
    root: ElementContent,
    /// Open elements, outermost first.
    open: Vec<OpenBlock>,
    /// The number of open elements beyond the depth limit.
    ignored_depth: usize,
    /// The text of the current code.
    code: Option<String>,
    /// Whether white space collapses at the current position.
    collapses_space: CollapsesSpace,
}

/// An open element.
struct OpenBlock {
    name: String,
    element: HtmlElement,
    content: ElementContent,
}

/// Whether white space collapses, because white space precedes it or because a line starts here.
struct CollapsesSpace(bool);

impl Default for CollapsesSpace {
    fn default() -> Self {
        Self(true)
    }
}

impl BlockBuilder {
    fn content(&mut self) -> &mut ElementContent {
        match self.open.last_mut() {
            Some(open) => &mut open.content,
            None => &mut self.root,
        }
    }

    /// Adds text as it is in the HTML.
    pub(super) fn push_text(&mut self, text: &str) {
        if let Some(code) = &mut self.code {
            return code.push_str(text);
        }
        let mut visible = String::with_capacity(text.len());
        for c in text.chars() {
            let space = c.is_ascii_whitespace();
            if !space {
                visible.push(c);
            } else if !self.collapses_space.0 {
                visible.push(' ');
            }
            self.collapses_space.0 = space;
        }
        if !visible.is_empty() {
            self.content().push(Inline::Text(visible));
        }
    }

    /// Adds an inline other than text.
    pub(super) fn push_inline(&mut self, inline: Inline) {
        self.collapses_space.0 = false;
        self.content().push(inline);
    }

    /// Adds a line break.
    pub(super) fn push_line_break(&mut self) {
        if let Some(code) = &mut self.code {
            return code.push('\n');
        }
        self.push_inline(Inline::Break);
        self.collapses_space.0 = true;
    }

    /// Adds a call of a component. Outside paragraphs it is a block of its own, whatever follows.
    pub(super) fn push_call(&mut self, call: Box<Shortcode>) {
        let between = self
            .open
            .last()
            .is_none_or(|open| matches!(open.element, HtmlElement::Quote));
        let line = &self.content().line;
        let starts = line
            .iter()
            .all(|inline| matches!(inline, Inline::Text(text) if text.trim().is_empty()));
        if between && starts {
            self.push_block(Block::Shortcode(call));
        } else {
            self.push_inline(Inline::Shortcode(call));
        }
    }

    /// Adds a block.
    pub(super) fn push_block(&mut self, block: Block) {
        self.push_blocks(vec![block]);
    }

    fn push_blocks(&mut self, blocks: Vec<Block>) {
        self.collapses_space.0 = true;
        let content = self.content();
        content.end_line();
        content.blocks.extend(blocks);
    }

    /// Opens an element.
    pub(super) fn open_element(&mut self, name: &str, element: HtmlElement) {
        if is_row_group(name) {
            return;
        }
        if self.open.len() >= MAX_DEPTH {
            self.ignored_depth += 1;
            return;
        }
        if !element.is_inline() {
            self.push_blocks(Vec::new());
        }
        let element = match element {
            // Inside other code.
            HtmlElement::Pre | HtmlElement::Code if self.code.is_some() => HtmlElement::Inline,
            element => element,
        };
        if matches!(element, HtmlElement::Pre | HtmlElement::Code) {
            self.code = Some(String::new());
        }
        self.open.push(OpenBlock {
            name: name.to_owned(),
            element,
            content: ElementContent::default(),
        });
    }

    /// Closes the innermost element of this name, and all elements that are open in it.
    pub(super) fn close_element(&mut self, name: &str) {
        if is_row_group(name) {
            return;
        }
        if self.ignored_depth > 0 {
            self.ignored_depth -= 1;
            return;
        }
        if let Some(index) = self.open.iter().rposition(|open| open.name == name) {
            self.close_from(index);
        }
    }

    fn close_from(&mut self, index: usize) {
        while self.open.len() > index
            && let Some(open) = self.open.pop()
        {
            match open.element.is_inline() {
                true => self.end_inline(open.element, open.content),
                false => self.end_block(open.element, open.content),
            }
        }
    }

    /// Moves the content of an inline element to the line around it, unless it contains blocks.
    fn end_inline(&mut self, element: HtmlElement, content: ElementContent) {
        let ElementContent { blocks, line } = content;
        match element {
            HtmlElement::Dropped => {}
            _ if !blocks.is_empty() => self.push_blocks(ElementContent { blocks, line }.into_blocks()),
            HtmlElement::Code => {
                let code = self.code.take().unwrap_or_default();
                self.push_line(line);
                if !code.is_empty() {
                    self.push_inline(Inline::Code(code));
                }
            }
            HtmlElement::Mention => match parse_number(&line) {
                Some(number) => self.push_inline(Inline::FootnoteRef(number)),
                None => self.push_line(line),
            },
            _ if line.is_empty() => {}
            HtmlElement::Strong => self.content().push(Inline::Strong(line)),
            HtmlElement::Emphasis => self.content().push(Inline::Emphasis(line)),
            HtmlElement::Strike => self.content().push(Inline::Strikethrough(line)),
            HtmlElement::Link(target) => self.content().push(Inline::Link { target, text: line }),
            _ => self.push_line(line),
        }
    }

    fn push_line(&mut self, line: Vec<Inline>) {
        for inline in line {
            self.content().push(inline);
        }
    }

    /// Moves the content of an element that starts a line to its parent element.
    fn end_block(&mut self, element: HtmlElement, content: ElementContent) {
        self.collapses_space.0 = true;
        match element {
            HtmlElement::Quote => {
                let blocks = content.into_blocks();
                self.push_block_unless(blocks.is_empty(), Block::Quote(blocks));
            }
            HtmlElement::AlertTitle => {
                let line = content.into_line();
                self.push_block_unless(line.is_empty(), Block::Paragraph(vec![Inline::Strong(line)]));
            }
            HtmlElement::Heading(level) => {
                let text = content.into_line();
                self.push_block_unless(text.is_empty(), Block::Heading { level, text });
            }
            HtmlElement::Pre => self.end_code(content),
            HtmlElement::Footnotes => match <[Block; 1]>::try_from(content.into_blocks()) {
                Ok([Block::List { items, .. }]) => self.push_block(Block::Footnotes(items)),
                Ok(other) => self.push_blocks(other.into()),
                Err(blocks) => self.push_blocks(blocks),
            },
            HtmlElement::List { start, items } => {
                self.push_blocks(content.into_blocks());
                self.push_block_unless(items.is_empty(), Block::List { start, items });
            }
            HtmlElement::Item | HtmlElement::Term | HtmlElement::Definition => self.end_item(&element, content),
            HtmlElement::Table(rows) => {
                self.push_blocks(content.into_blocks());
                self.push_block_unless(rows.is_empty(), build_table(rows));
            }
            HtmlElement::Row(cells) => self.end_row(cells, content),
            HtmlElement::Cell { head, right } => self.end_cell(head, right, content),
            _ => self.push_blocks(content.into_blocks()),
        }
    }

    fn push_block_unless(&mut self, empty: bool, block: Block) {
        if !empty {
            self.push_block(block);
        }
    }

    fn end_code(&mut self, content: ElementContent) {
        let mut code = self.code.take().unwrap_or_default();
        if code.ends_with('\n') {
            code.pop();
        }
        self.push_blocks(content.into_blocks());
        self.push_block_unless(code.is_empty(), Block::Code(code));
    }

    /// Adds an item of a list or of a definition list. In a definition list, a term starts an item and its details
    /// continue it.
    fn end_item(&mut self, element: &HtmlElement, content: ElementContent) {
        let blocks = match element {
            HtmlElement::Term => match content.into_line() {
                line if line.is_empty() => Vec::new(),
                line => vec![Block::Paragraph(vec![Inline::Strong(line)])],
            },
            _ => content.into_blocks(),
        };
        let Some(HtmlElement::List { items, .. }) = self.open.last_mut().map(|open| &mut open.element) else {
            return self.push_blocks(blocks);
        };
        match items.last_mut() {
            Some(item) if matches!(element, HtmlElement::Definition) => item.extend(blocks),
            _ => items.push(blocks),
        }
    }

    fn end_cell(&mut self, head: bool, right: bool, content: ElementContent) {
        match self.open.last_mut().map(|open| &mut open.element) {
            Some(HtmlElement::Row(cells)) => cells.push(HtmlCell {
                text: content.into_line(),
                head,
                right,
            }),
            _ => self.push_blocks(content.into_blocks()),
        }
    }

    fn end_row(&mut self, cells: HtmlRow, content: ElementContent) {
        self.push_blocks(content.into_blocks());
        if let Some(HtmlElement::Table(rows)) = self.open.last_mut().map(|open| &mut open.element) {
            return rows.push(cells);
        }
        for cell in cells.into_iter().filter(|cell| !cell.text.is_empty()) {
            self.push_block(Block::Paragraph(cell.text));
        }
    }

    /// Returns all blocks, in order.
    pub(super) fn finish(mut self) -> Vec<Block> {
        self.close_from(0);
        self.root.into_blocks()
    }
}

/// Builds a table from these rows.
fn build_table(mut rows: Vec<HtmlRow>) -> Block {
    let text = |row: HtmlRow| row.into_iter().map(|cell| cell.text).collect::<Vec<_>>();
    let first = rows.first().map(Vec::as_slice).unwrap_or_default();
    let align_right = first.iter().map(|cell| cell.right).collect();
    let headed = !first.is_empty() && first.iter().all(|cell| cell.head);
    let head = if headed { text(rows.remove(0)) } else { Vec::new() };
    Block::Table {
        head,
        rows: rows.into_iter().map(text).collect(),
        align_right,
    }
}

/// Parses the number that a line consists of.
fn parse_number(line: &[Inline]) -> Option<usize> {
    match line {
        [Inline::Text(text)] => text.trim().parse().ok(),
        _ => None,
    }
}
