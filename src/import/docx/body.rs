//! Reads the paragraphs, lists and tables of a text in order.

use super::inlines::{Collected, Note, PartContext, read_inlines};
use super::numbering::{LEVELS, Mark, Numbering};
use super::package::{Package, Target};
use super::styles::{Role, Styles, outline_role};
use super::table::{CellReader, read_table};
use crate::import::manuscript::{Facts, Loss, Manuscript};
use crate::import::structure::{inline_text, is_caption_length, picture_alone, plain_line};
use crate::import::xml::XmlElement;
use crate::record::{Block, Inline};
use std::collections::BTreeMap;

/// Reads the text of one file.
pub(super) struct BodyReader<'p, 'x> {
    package: &'p Package,
    styles: Styles,
    numbering: Numbering,
    relationships: BTreeMap<String, Target>,
    collected: Collected<'x>,
    title: Option<String>,
    /// A large first letter, which is a paragraph of its own before the one that it belongs to.
    drop_cap: Vec<Inline>,
    /// How deep tables and text boxes lie in one another.
    depth: usize,
}

/// A paragraph of a list, or another block.
enum Piece {
    Item(ListItem),
    Block(Block),
}

struct ListItem {
    list: String,
    level: usize,
    start: Option<u64>,
    text: Vec<Inline>,
}

/// How deep tables and text boxes may lie in one another. Deeper ones are left out.
const MAX_DEPTH: usize = 20;

impl<'p, 'x> BodyReader<'p, 'x> {
    pub(super) fn new(package: &'p Package) -> Self {
        Self {
            package,
            styles: Styles::read(package),
            numbering: Numbering::read(package),
            relationships: package.relationships(&package.document),
            collected: Collected::default(),
            title: None,
            drop_cap: Vec::new(),
            depth: 0,
        }
    }

    /// The manuscript of the blocks that were read.
    pub(super) fn finish(self, blocks: Vec<Block>) -> Manuscript {
        Manuscript {
            facts: Facts {
                title: self.title,
                ..Facts::default()
            },
            blocks,
            files: self.collected.files,
            captions: self.collected.captions,
            losses: self.collected.losses,
        }
    }

    /// The blocks of `w:body`, of a cell, a note or a text box.
    pub(super) fn read_blocks(&mut self, container: &'x XmlElement) -> Vec<Block> {
        if self.depth >= MAX_DEPTH {
            self.collected.losses.add(Loss::Part);
            return Vec::new();
        }
        self.depth += 1;
        let mut pieces = Vec::new();
        self.read_pieces(container, &mut pieces);
        self.depth -= 1;
        let letter = std::mem::take(&mut self.drop_cap);
        if !letter.is_empty() {
            pieces.push(Piece::Block(Block::Paragraph(letter)));
        }
        group_lists(pieces)
    }

    fn read_pieces(&mut self, container: &'x XmlElement, pieces: &mut Vec<Piece>) {
        for child in container.children() {
            match child.name.as_str() {
                "p" => self.read_paragraph(child, pieces),
                "tbl" => pieces.extend(read_table(self, child).into_iter().map(Piece::Block)),
                "sdt" if is_contents(child) => self.collected.losses.add(Loss::Contents),
                "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo" => self.read_pieces(child, pieces),
                "AlternateContent" => {
                    if let Some(chosen) = child.child("Choice").or_else(|| child.child("Fallback")) {
                        self.read_pieces(chosen, pieces);
                    }
                }
                _ => {}
            }
        }
    }

    fn read_paragraph(&mut self, paragraph: &'x XmlElement, pieces: &mut Vec<Piece>) {
        let properties = paragraph.child("pPr");
        let style = properties
            .and_then(|properties| properties.child_value("pStyle"))
            .unwrap_or_default();
        let outline = properties.and_then(|properties| properties.child_value("outlineLvl"));
        let is_centred = properties.and_then(|properties| properties.child_value("jc")) == Some("center");
        let role = match outline.and_then(|level| level.parse().ok()) {
            Some(level) if self.styles.role(style) == Role::Text => outline_role(level),
            _ => self.styles.role(style),
        };
        let context = PartContext {
            package: self.package,
            styles: &self.styles,
            relationships: &self.relationships,
        };
        let mut text = read_inlines(paragraph, &context, &mut self.collected);
        let frame = properties.and_then(|properties| properties.child("framePr"));
        let drop_cap = frame.and_then(|frame| frame.attribute("dropCap"));
        if matches!(drop_cap, Some("drop" | "margin")) {
            return self.drop_cap.append(&mut text);
        }
        if !text.is_empty() {
            prepend(std::mem::take(&mut self.drop_cap), &mut text);
        }
        let role = match role {
            Role::Text if is_centred && is_caption_length(&inline_text(&text)) => Role::Caption,
            role => role,
        };
        let mark = self.next_mark(properties, style, !text.is_empty());
        if !text.is_empty() {
            self.push_paragraph(role, mark, text, pieces);
        }
        let boxes = std::mem::take(&mut self.collected.boxes);
        for text_box in boxes {
            let blocks = self.read_blocks(text_box);
            pieces.extend(blocks.into_iter().map(Piece::Block));
        }
    }

    /// The mark of a paragraph in a list, with the list and the level. An empty paragraph has none and is not counted.
    fn next_mark(
        &mut self,
        properties: Option<&XmlElement>,
        style: &str,
        has_text: bool,
    ) -> Option<(String, usize, Mark)> {
        let own = properties.and_then(|properties| properties.child("numPr"));
        let list = own
            .and_then(|numbering| numbering.child_value("numId"))
            .map(str::to_owned);
        let level = own
            .and_then(|numbering| numbering.child_value("ilvl"))
            .and_then(|level| level.parse().ok());
        let of_style = self.styles.numbering(style).cloned();
        let (list, level) = match (list, of_style) {
            (Some(list), of_style) => (list, level.or(of_style.map(|(_, level)| level)).unwrap_or_default()),
            (None, Some((list, of_style))) => (list, level.unwrap_or(of_style)),
            (None, None) => return None,
        };
        // A file may say anything.
        let level = level.min(LEVELS - 1);
        let mark = has_text.then(|| self.numbering.next_mark(&list, level)).flatten()?;
        Some((list, level, mark))
    }

    fn push_paragraph(
        &mut self,
        role: Role,
        mark: Option<(String, usize, Mark)>,
        mut text: Vec<Inline>,
        pieces: &mut Vec<Piece>,
    ) {
        let label = match (&mark, role) {
            (Some((_, _, Mark::Label(label))), _) => Some(label.clone()),
            (Some((_, _, Mark::Number(number))), Role::Heading(_)) => Some(format!("{number}.")),
            _ => None,
        };
        if let Some(label) = label {
            text.insert(0, Inline::Text(spaced_label(&label)));
        }
        if let (Role::Title, None, Some(title)) = (role, &self.title, plain_line(&text)) {
            self.title = Some(title);
            return;
        }
        let block = match role {
            Role::Contents => return self.collected.losses.add(Loss::Contents),
            Role::Title => Block::Heading { level: 1, text },
            Role::Heading(level) => Block::Heading {
                level: level.min(6),
                text,
            },
            Role::Quote => Block::Quote(vec![Block::Paragraph(text)]),
            Role::Caption | Role::Text => match mark {
                Some((list, level, mark @ (Mark::Bullet | Mark::Number(_)))) => {
                    let start = match mark {
                        Mark::Number(number) => Some(number),
                        _ => None,
                    };
                    return pieces.push(Piece::Item(ListItem {
                        list,
                        level,
                        start,
                        text,
                    }));
                }
                _ => Block::Paragraph(text),
            },
        };
        if let (Role::Caption, Some(Piece::Block(before)), Block::Paragraph(text)) = (role, pieces.last(), &block)
            && let Some(picture) = picture_alone(before)
            && !self.collected.captions.contains_key(&picture)
            && let Some(caption) = plain_line(text)
        {
            self.collected.captions.insert(picture, caption);
            return;
        }
        pieces.push(Piece::Block(block));
    }

    /// The texts of the notes that were referred to, in this order, from `parts`: those of footnotes and of endnotes.
    pub(super) fn read_notes(&mut self, parts: &'x NoteParts) -> Vec<Vec<Block>> {
        let mut notes = Vec::new();
        // A note may refer to another one, which is then appended.
        while let Some(note) = self.collected.notes.get(notes.len()).cloned() {
            let part = if note.is_endnote {
                &parts.endnotes
            } else {
                &parts.footnotes
            };
            let (element, relationships) = (part.find(&note), &part.relationships);
            let own = std::mem::replace(&mut self.relationships, relationships.clone());
            notes.push(element.map_or_else(Vec::new, |element| self.read_blocks(element)));
            self.relationships = own;
        }
        notes
    }
}

/// Puts a large first letter before its text, without a change of style between them.
fn prepend(letter: Vec<Inline>, text: &mut Vec<Inline>) {
    if letter.is_empty() {
        return;
    }
    let letter = inline_text(&letter);
    match text.first_mut() {
        Some(Inline::Text(first)) => first.insert_str(0, &letter),
        _ => text.insert(0, Inline::Text(letter)),
    }
}

impl<'x> CellReader<'x> for BodyReader<'_, 'x> {
    fn read_blocks(&mut self, cell: &'x XmlElement) -> Vec<Block> {
        BodyReader::read_blocks(self, cell)
    }

    fn lose(&mut self, loss: Loss) {
        self.collected.losses.add(loss);
    }
}

/// The parts that hold footnotes and endnotes.
pub(super) struct NoteParts {
    footnotes: NotePart,
    endnotes: NotePart,
}

struct NotePart {
    root: Option<XmlElement>,
    relationships: BTreeMap<String, Target>,
}

impl NoteParts {
    pub(super) fn read(package: &Package) -> Self {
        let part = |name: &str| NotePart {
            root: package.xml(name),
            relationships: package.relationships(name),
        };
        Self {
            footnotes: part("word/footnotes.xml"),
            endnotes: part("word/endnotes.xml"),
        }
    }
}

impl NotePart {
    fn find(&self, note: &Note) -> Option<&XmlElement> {
        let mut notes = self.root.as_ref()?.children();
        notes.find(|element| element.attribute("id") == Some(&*note.id))
    }
}

/// A number as it stands before its text: `1.1` needs a space, `一、` does not.
fn spaced_label(label: &str) -> String {
    match label.trim_end().chars().last() {
        Some(last) if last.is_ascii() => format!("{} ", label.trim_end()),
        _ => label.trim_end().to_owned(),
    }
}

/// Whether a content control is a list of contents.
fn is_contents(control: &XmlElement) -> bool {
    let gallery = control
        .child("sdtPr")
        .and_then(|properties| properties.descendant("docPartGallery"));
    gallery.is_some_and(|gallery| gallery.attribute("val") == Some("Table of Contents"))
}

/// Makes lists of the paragraphs of lists that follow one another.
fn group_lists(pieces: Vec<Piece>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut items: Vec<ListItem> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Item(item) => items.push(item),
            Piece::Block(block) => {
                blocks.extend(build_lists(&mut std::mem::take(&mut items).into_iter().peekable(), 0));
                blocks.push(block);
            }
        }
    }
    blocks.extend(build_lists(&mut items.into_iter().peekable(), 0));
    blocks
}

/// Builds the lists of the items on `level` and below it, up to an item above it. There are nine levels.
fn build_lists(items: &mut std::iter::Peekable<std::vec::IntoIter<ListItem>>, level: usize) -> Vec<Block> {
    let mut lists: Vec<(String, Block)> = Vec::new();
    while let Some(next) = items.peek() {
        let (next_level, is_ordered) = (next.level, next.start.is_some());
        if next_level < level {
            break;
        }
        let last = lists.last_mut().and_then(|(list, block)| match block {
            Block::List { start, items } => Some((list, start, items)),
            _ => None,
        });
        if next_level > level {
            match last.and_then(|(_, _, items)| items.last_mut()) {
                Some(parent) => parent.extend(build_lists(items, level + 1)),
                // A list that begins on a deeper level.
                None => lists.push((String::new(), Block::Quote(build_lists(items, level + 1)))),
            }
            continue;
        }
        let Some(item) = items.next() else { break };
        let content = vec![Block::Paragraph(item.text)];
        match last {
            Some((list, start, known)) if *list == item.list && start.is_some() == is_ordered => known.push(content),
            _ => {
                let block = Block::List {
                    start: item.start,
                    items: vec![content],
                };
                lists.push((item.list, block));
            }
        }
    }
    let flattened = lists.into_iter().flat_map(|(_, block)| match block {
        Block::Quote(blocks) => blocks,
        block => vec![block],
    });
    flattened.collect()
}
