//! A text from elsewhere as values, and what was lost on the way.

use crate::record::{Block, Inline, LinkTarget};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A text from elsewhere.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Manuscript {
    /// What was guessed about it.
    pub(crate) facts: Facts,
    /// The text. Targets in the site (`LinkTarget::Site`) are indices into `files`.
    pub(crate) blocks: Vec<Block>,
    /// The files that the text shows or links to.
    pub(crate) files: Vec<ImportedFile>,
    /// The captions of pictures that stand alone in their paragraphs, by their index in `files`.
    pub(crate) captions: BTreeMap<usize, String>,
    /// What is not in `blocks`.
    pub(crate) losses: Losses,
}

/// What was guessed about a text. An editor has to confirm it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Its title.
    pub(crate) title: Option<String>,
    /// Its day.
    pub(crate) date: Option<Date>,
    /// Who wrote it.
    pub(crate) author: Option<String>,
    /// The body that issued it.
    pub(crate) source: Option<String>,
}

/// A file that a text refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ImportedFile {
    /// A file in the manuscript.
    Inside {
        /// Its name there, without folders.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// A file at this path from the manuscript's folder, with `/` between folders.
    Beside(String),
}

impl ImportedFile {
    /// Whether the file has these bytes.
    pub(super) fn is(&self, other: &[u8]) -> bool {
        matches!(self, Self::Inside { bytes, .. } if bytes == other)
    }
}

impl Manuscript {
    /// Appends the text of another manuscript with its files, notes and losses.
    pub(super) fn append(&mut self, mut other: Self) {
        let files = self.files.len();
        let notes: usize = self.blocks.iter().map(note_count).sum();
        for block in &mut other.blocks {
            shift_block(block, files, notes);
        }
        self.blocks.append(&mut other.blocks);
        self.files.append(&mut other.files);
        self.captions.extend(
            other
                .captions
                .into_iter()
                .map(|(index, caption)| (index + files, caption)),
        );
        other
            .losses
            .iter()
            .for_each(|(loss, count, names)| self.losses.add_all(loss, count, names));
    }

    /// Puts all notes into the last block.
    pub(super) fn move_notes_to_end(&mut self) {
        let mut notes = Vec::new();
        self.blocks.retain_mut(|block| match block {
            Block::Footnotes(texts) => {
                notes.append(texts);
                false
            }
            _ => true,
        });
        if !notes.is_empty() {
            self.blocks.push(Block::Footnotes(notes));
        }
    }
}

fn note_count(block: &Block) -> usize {
    match block {
        Block::Footnotes(notes) => notes.len(),
        _ => 0,
    }
}

/// Adds to the indices of files and to the numbers of notes in a block.
fn shift_block(block: &mut Block, files: usize, notes: usize) {
    let shift_blocks = |blocks: &mut Vec<Block>| blocks.iter_mut().for_each(|block| shift_block(block, files, notes));
    match block {
        Block::Heading { text, .. } | Block::Paragraph(text) => shift_line(text, files, notes),
        Block::List { items, .. } | Block::Footnotes(items) => items.iter_mut().for_each(shift_blocks),
        Block::Quote(blocks) => shift_blocks(blocks),
        Block::Table { head, rows, .. } => {
            let cells = head.iter_mut().chain(rows.iter_mut().flatten());
            cells.for_each(|cell| shift_line(cell, files, notes));
        }
        Block::Code(_) | Block::Shortcode(_) | Block::Rule => {}
    }
}

fn shift_line(line: &mut [Inline], files: usize, notes: usize) {
    for inline in line {
        match inline {
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Strikethrough(inner) => {
                shift_line(inner, files, notes);
            }
            Inline::Link { target, text } => {
                shift_target(target, files);
                shift_line(text, files, notes);
            }
            Inline::Image { target, .. } => shift_target(target, files),
            Inline::FootnoteRef(number) => *number += notes,
            Inline::Text(_) | Inline::Code(_) | Inline::Break | Inline::Shortcode(_) => {}
        }
    }
}

fn shift_target(target: &mut LinkTarget, files: usize) {
    if let LinkTarget::Site(index) = target {
        *index += files;
    }
}

/// A sort of content that a post cannot hold, or that the manuscript only refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Loss {
    /// A picture in a format that no site publishes, or a damaged one.
    Picture,
    /// A picture that is on a web server only.
    RemotePicture,
    /// A picture file that is not where the text says.
    MissingPicture,
    /// A chart, a drawing or a formula that only Word can draw.
    Drawing,
    /// A formula; its letters are in the text.
    Formula,
    /// An embedded file.
    EmbeddedFile,
    /// A file that was attached to an e-mail.
    Attachment,
    /// A film or a recording.
    Film,
    /// A frame, a form or another part that works only on the page where it was.
    Frame,
    /// Comments of reviewers.
    Comment,
    /// Text that a tracked change deletes.
    DeletedText,
    /// The text of headers and footers.
    Header,
    /// A list of contents, which the site makes.
    Contents,
    /// A text box, whose text follows its paragraph.
    TextBox,
    /// Cells that were merged; the text is in the first.
    MergedCells,
    /// A table in a cell of a table; its text is in the cell.
    NestedTable,
    /// Characters of a symbol font, and characters that no page shows.
    Symbol,
    /// A superscript or subscript that Unicode has no characters for; its text is in the line.
    Script,
    /// A part that is larger than the limit, or a damaged one.
    Part,
    /// A tag of another generator.
    Tag,
    /// A link that led nowhere in the old site.
    Link,
    /// A key of front matter that no post has.
    Key,
    /// Front matter that cannot be read.
    FrontMatter,
    /// A file of an old site, in whose place in the new one is another file of it.
    SamePlace,
    /// A former address that another page has.
    Alias,
    /// A former address whose form has a part that is not known here, or that the text gives no value for.
    Address,
    /// A place in a page that a link leads to and that is not there.
    Anchor,
    /// A value in front matter that cannot be read.
    Value,
    /// A text in a format that is not read.
    Format,
    /// An empty page that the new site makes by itself.
    GeneratedPage,
}

impl Loss {
    /// The id of its name in `locales/words.yml`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Picture => "lost-picture",
            Self::RemotePicture => "lost-remote-picture",
            Self::MissingPicture => "lost-missing-picture",
            Self::Drawing => "lost-drawing",
            Self::Formula => "lost-formula",
            Self::EmbeddedFile => "lost-embedded-file",
            Self::Attachment => "lost-attachment",
            Self::Film => "lost-film",
            Self::Frame => "lost-frame",
            Self::Comment => "lost-comment",
            Self::DeletedText => "lost-deleted-text",
            Self::Header => "lost-header",
            Self::Contents => "lost-contents",
            Self::TextBox => "lost-text-box",
            Self::MergedCells => "lost-merged-cells",
            Self::NestedTable => "lost-nested-table",
            Self::Symbol => "lost-symbol",
            Self::Script => "lost-script",
            Self::Part => "lost-part",
            Self::Tag => "lost-tag",
            Self::Link => "lost-link",
            Self::Key => "lost-key",
            Self::FrontMatter => "lost-front-matter",
            Self::SamePlace => "lost-same-place",
            Self::Alias => "lost-alias",
            Self::Address => "lost-address",
            Self::Anchor => "lost-anchor",
            Self::Value => "lost-value",
            Self::Format => "lost-format",
            Self::GeneratedPage => "lost-generated-page",
        }
    }
}

/// How often something was lost, by its sort, with the names of the first ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Losses(BTreeMap<Loss, (usize, Vec<String>)>);

/// The most names that are kept for one sort of loss.
const MAX_NAMES: usize = 10;

impl Losses {
    /// Counts one loss.
    pub(crate) fn add(&mut self, loss: Loss) {
        self.0.entry(loss).or_default().0 += 1;
    }

    /// Counts one loss of something that has a name.
    pub(crate) fn add_named(&mut self, loss: Loss, name: &str) {
        self.add_all(loss, 1, &[name.to_owned()]);
    }

    /// Counts several losses of one sort.
    pub(crate) fn add_all(&mut self, loss: Loss, count: usize, names: &[String]) {
        let (known_count, known) = self.0.entry(loss).or_default();
        *known_count += count;
        for name in names {
            if !name.is_empty() && known.len() < MAX_NAMES && !known.contains(name) {
                known.push(name.clone());
            }
        }
    }

    /// Each sort of loss with its number and names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Loss, usize, &[String])> {
        self.0
            .iter()
            .map(|(loss, (count, names))| (*loss, *count, names.as_slice()))
    }
}
