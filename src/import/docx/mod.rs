//! Reads Word files (ECMA-376): of Word, WPS, LibreOffice and others.
//!
//! Role: bytes → [`Manuscript`]. `package` unpacks the parts, `styles` and `numbering` say what a paragraph is,
//! `inlines` reads its text, `body` puts paragraphs, lists and tables in order. Layout, colours and fonts are not carried
//! over: the theme decides on them.

mod body;
mod inlines;
mod numbering;
mod package;
mod styles;
mod table;
#[cfg(test)]
mod tests;

use super::error::ImportError;
use super::facts;
use super::manuscript::{Loss, Manuscript};
use super::structure;
use crate::record::Block;
use body::{BodyReader, NoteParts};
use package::Package;

/// Whether a zip file is a Word file.
pub(super) fn is_docx(bytes: &[u8]) -> bool {
    package::has_document(bytes)
}

/// Reads a Word file.
///
/// # Errors
/// When its text cannot be read.
pub(super) fn read(bytes: &[u8]) -> Result<Manuscript, ImportError> {
    let package = Package::open(bytes);
    let document = package.xml(&package.document).ok_or(ImportError::Damaged)?;
    let text = document.child("body").ok_or(ImportError::Damaged)?;
    let note_parts = NoteParts::read(&package);
    let mut reader = BodyReader::new(&package);
    let mut blocks = reader.read_blocks(text);
    let notes = reader.read_notes(&note_parts);
    if !notes.is_empty() {
        blocks.push(Block::Footnotes(notes));
    }
    let mut manuscript = reader.finish(blocks);
    if package.has_header_text() {
        manuscript.losses.add(Loss::Header);
    }
    facts::guess(&mut manuscript);
    let properties = package.properties();
    let facts = &mut manuscript.facts;
    facts.author = facts.author.take().or(properties.author);
    facts.date = facts.date.or(properties.modified);
    facts.title = facts.title.take().or(properties.title);
    structure::tidy(&mut manuscript);
    Ok(manuscript)
}
