//! Open elements and the blocks that come of them.
//!
//! Text gathers in the line of the innermost open element; whatever starts a block ends the line, which then is a
//! paragraph, or calls that stand alone. When an element ends, its content goes to the element around it. Tags may
//! stand in any order (an editor's HTML is passed through where the site trusts it): nothing is lost but their meaning.

use super::content::Content;
use super::element::{Cell, Element, Row, groups_rows};
use crate::record::blocks::{Block, Inline};
use crate::record::body::Shortcode;

/// Elements deeper than this leave no trace but their text, as in the HTML.
const MOST_OPEN: usize = 100;

/// Puts blocks together.
#[derive(Default)]
pub(super) struct Tree {
    /// The blocks outside all elements, and the line after them.
    root: Content,
    /// Open elements, outermost first.
    open: Vec<Open>,
    /// Elements opened too deep.
    ignored: usize,
    /// The text of the code that is being read.
    code: Option<String>,
    /// Whether white space would not show here.
    spaced: Spaced,
}

/// An open element.
struct Open {
    name: String,
    element: Element,
    content: Content,
}

/// Whether white space would not show, because some shows already or because a line starts here.
struct Spaced(bool);

impl Default for Spaced {
    fn default() -> Self {
        Self(true)
    }
}

impl Tree {
    fn content(&mut self) -> &mut Content {
        match self.open.last_mut() {
            Some(open) => &mut open.content,
            None => &mut self.root,
        }
    }

    /// Takes text as it stands in HTML.
    pub(super) fn text(&mut self, text: &str) {
        if let Some(code) = &mut self.code {
            return code.push_str(text);
        }
        let mut shown = String::with_capacity(text.len());
        for c in text.chars() {
            let space = c.is_ascii_whitespace();
            if !space {
                shown.push(c);
            } else if !self.spaced.0 {
                shown.push(' ');
            }
            self.spaced.0 = space;
        }
        if !shown.is_empty() {
            self.content().push(Inline::Text(shown));
        }
    }

    /// Takes a part of a line that is no text.
    pub(super) fn inline(&mut self, inline: Inline) {
        self.spaced.0 = false;
        self.content().push(inline);
    }

    /// Takes a line break.
    pub(super) fn line_break(&mut self) {
        if let Some(code) = &mut self.code {
            return code.push('\n');
        }
        self.inline(Inline::Break);
        self.spaced.0 = true;
    }

    /// Takes a call of a component. Outside paragraphs it stands alone, whatever follows.
    pub(super) fn call(&mut self, call: Box<Shortcode>) {
        let between = self
            .open
            .last()
            .is_none_or(|open| matches!(open.element, Element::Quote));
        let line = &self.content().line;
        let starts = line
            .iter()
            .all(|inline| matches!(inline, Inline::Text(text) if text.trim().is_empty()));
        if between && starts {
            self.block(Block::Call(call));
        } else {
            self.inline(Inline::Call(call));
        }
    }

    /// Takes a block.
    pub(super) fn block(&mut self, block: Block) {
        self.blocks(vec![block]);
    }

    fn blocks(&mut self, blocks: Vec<Block>) {
        self.spaced.0 = true;
        let content = self.content();
        content.flush();
        content.blocks.extend(blocks);
    }

    /// Opens an element.
    pub(super) fn open(&mut self, name: &str, element: Element) {
        if groups_rows(name) {
            return;
        }
        if self.open.len() >= MOST_OPEN {
            self.ignored += 1;
            return;
        }
        if !element.is_inline() {
            self.blocks(Vec::new());
        }
        let element = match element {
            // Within other code.
            Element::Pre | Element::Code if self.code.is_some() => Element::Inline,
            element => element,
        };
        if matches!(element, Element::Pre | Element::Code) {
            self.code = Some(String::new());
        }
        self.open.push(Open {
            name: name.to_owned(),
            element,
            content: Content::default(),
        });
    }

    /// Closes the innermost element of this name, and all that are open in it.
    pub(super) fn close(&mut self, name: &str) {
        if groups_rows(name) {
            return;
        }
        if self.ignored > 0 {
            self.ignored -= 1;
            return;
        }
        if let Some(at) = self.open.iter().rposition(|open| open.name == name) {
            self.close_from(at);
        }
    }

    fn close_from(&mut self, at: usize) {
        while self.open.len() > at
            && let Some(open) = self.open.pop()
        {
            match open.element.is_inline() {
                true => self.end_inline(open.element, open.content),
                false => self.end_block(open.element, open.content),
            }
        }
    }

    /// The content of an element that stood in a line goes to the line around it, unless it holds blocks.
    fn end_inline(&mut self, element: Element, content: Content) {
        let Content { blocks, line } = content;
        match element {
            Element::Dropped => {}
            _ if !blocks.is_empty() => self.blocks(Content { blocks, line }.into_blocks()),
            Element::Code => {
                let code = self.code.take().unwrap_or_default();
                self.line_of(line);
                if !code.is_empty() {
                    self.inline(Inline::Code(code));
                }
            }
            Element::Mention => match number_of(&line) {
                Some(number) => self.inline(Inline::Note(number)),
                None => self.line_of(line),
            },
            _ if line.is_empty() => {}
            Element::Strong => self.content().push(Inline::Strong(line)),
            Element::Emphasis => self.content().push(Inline::Emphasis(line)),
            Element::Strike => self.content().push(Inline::Strike(line)),
            Element::Link(target) => self.content().push(Inline::Link { target, text: line }),
            _ => self.line_of(line),
        }
    }

    fn line_of(&mut self, line: Vec<Inline>) {
        for inline in line {
            self.content().push(inline);
        }
    }

    /// What an element that starts a line gives to the element around it.
    fn end_block(&mut self, element: Element, content: Content) {
        self.spaced.0 = true;
        match element {
            Element::Quote => {
                let blocks = content.into_blocks();
                self.block_unless(blocks.is_empty(), Block::Quote(blocks));
            }
            Element::Title => {
                let line = content.into_line();
                self.block_unless(line.is_empty(), Block::Paragraph(vec![Inline::Strong(line)]));
            }
            Element::Heading(level) => {
                let text = content.into_line();
                self.block_unless(text.is_empty(), Block::Heading { level, text });
            }
            Element::Pre => self.end_code(content),
            Element::Notes => match <[Block; 1]>::try_from(content.into_blocks()) {
                Ok([Block::List { items, .. }]) => self.block(Block::Notes(items)),
                Ok(other) => self.blocks(other.into()),
                Err(blocks) => self.blocks(blocks),
            },
            Element::List { start, items } => {
                self.blocks(content.into_blocks());
                self.block_unless(items.is_empty(), Block::List { start, items });
            }
            Element::Item | Element::Term | Element::Details => self.end_item(&element, content),
            Element::Table(rows) => {
                self.blocks(content.into_blocks());
                self.block_unless(rows.is_empty(), table(rows));
            }
            Element::Row(cells) => self.end_row(cells, content),
            Element::Cell { head, right } => self.end_cell(head, right, content),
            _ => self.blocks(content.into_blocks()),
        }
    }

    fn block_unless(&mut self, empty: bool, block: Block) {
        if !empty {
            self.block(block);
        }
    }

    fn end_code(&mut self, content: Content) {
        let mut code = self.code.take().unwrap_or_default();
        if code.ends_with('\n') {
            code.pop();
        }
        self.blocks(content.into_blocks());
        self.block_unless(code.is_empty(), Block::Code(code));
    }

    /// An item of a list, or of a definition list: there, a term starts an item and its details go on with it.
    fn end_item(&mut self, element: &Element, content: Content) {
        let blocks = match element {
            Element::Term => match content.into_line() {
                line if line.is_empty() => Vec::new(),
                line => vec![Block::Paragraph(vec![Inline::Strong(line)])],
            },
            _ => content.into_blocks(),
        };
        let Some(Element::List { items, .. }) = self.open.last_mut().map(|open| &mut open.element) else {
            return self.blocks(blocks);
        };
        match items.last_mut() {
            Some(item) if matches!(element, Element::Details) => item.extend(blocks),
            _ => items.push(blocks),
        }
    }

    fn end_cell(&mut self, head: bool, right: bool, content: Content) {
        match self.open.last_mut().map(|open| &mut open.element) {
            Some(Element::Row(cells)) => cells.push(Cell {
                text: content.into_line(),
                head,
                right,
            }),
            _ => self.blocks(content.into_blocks()),
        }
    }

    fn end_row(&mut self, cells: Row, content: Content) {
        self.blocks(content.into_blocks());
        if let Some(Element::Table(rows)) = self.open.last_mut().map(|open| &mut open.element) {
            return rows.push(cells);
        }
        for cell in cells.into_iter().filter(|cell| !cell.text.is_empty()) {
            self.block(Block::Paragraph(cell.text));
        }
    }

    /// All blocks, in order.
    pub(super) fn finish(mut self) -> Vec<Block> {
        self.close_from(0);
        self.root.into_blocks()
    }
}

/// The table of these rows.
fn table(mut rows: Vec<Row>) -> Block {
    let text = |row: Row| row.into_iter().map(|cell| cell.text).collect::<Vec<_>>();
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

/// The number that a line says.
fn number_of(line: &[Inline]) -> Option<usize> {
    match line {
        [Inline::Text(text)] => text.trim().parse().ok(),
        _ => None,
    }
}
