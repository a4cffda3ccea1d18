//! What documents tell about their authors: Word, Excel and PowerPoint of both generations, OpenDocument and PDF.
//!
//! Names, a company, paths of folders and tracked changes stay in a document that is published, and nobody sees them on
//! the screen; neither does anybody see where a photograph in it was taken. They are reported, not removed: only the program that wrote a document can rewrite it safely. Reads
//! parts of limited size; what it cannot read, it reports nothing about.

mod detail;
mod ole;
mod pdf;
mod photograph;
#[cfg(test)]
mod tests;
mod xml;

pub(crate) use detail::{DetailKind, DocumentDetail};

use super::{compound, pdf::SIGNATURE as PDF_SIGNATURE, zipped};
use detail::Details;
use std::io::{self, Read, Seek, SeekFrom};
use xml::{attribute_values, element_texts};
use zip::ZipArchive;

/// The most bytes that are read of one part of a document.
const MAX_PART_LEN: u64 = 32 << 20;

/// Whether a file may be a document by its first bytes.
#[must_use]
pub(crate) fn has_document_signature(head: &[u8]) -> bool {
    [zipped::SIGNATURE, PDF_SIGNATURE, compound::SIGNATURE]
        .iter()
        .any(|signature| head.starts_with(signature))
}

/// The details that a document tells, each once. Empty for other files.
///
/// # Errors
/// The error of reading. A damaged document has no details.
pub(crate) fn probe_document(file: &mut (impl Read + Seek)) -> io::Result<Vec<DocumentDetail>> {
    let mut head = [0; 8];
    let length = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    if length < 8 {
        return Ok(Vec::new());
    }
    file.read_exact(&mut head)?;
    file.rewind()?;
    let mut details = Details::default();
    if head.starts_with(zipped::SIGNATURE) {
        if let Ok(mut archive) = ZipArchive::new(file) {
            read_package(&mut archive, &mut details);
        }
    } else if head.starts_with(compound::SIGNATURE) {
        let mut bytes = Vec::new();
        file.take(MAX_PART_LEN).read_to_end(&mut bytes)?;
        ole::read_properties(&bytes, &mut details);
    } else if head.starts_with(PDF_SIGNATURE) {
        pdf::read_details(file, &mut details)?;
    }
    Ok(details.finish())
}

/// Reads Office Open XML (ECMA-376) or OpenDocument; other archives have none of these parts.
fn read_package<F: Read + Seek>(archive: &mut ZipArchive<F>, details: &mut Details) {
    let names: Vec<String> = archive
        .file_names()
        .filter_map(|name| Some(name.ok()?.into_owned()))
        .collect();
    for name in names {
        let ending = name.rsplit('/').next().unwrap_or_default();
        let mut part = |read: fn(&str, &mut Details)| {
            if let Some(text) = part_text(archive, &name) {
                read(&text, details);
            }
        };
        match name.as_str() {
            "docProps/core.xml" | "meta.xml" => part(read_core),
            "docProps/app.xml" => part(read_app),
            "xl/workbook.xml" => part(|text, details| details.add_paths(attribute_values(text, "absPath", "url"))),
            "word/document.xml" | "content.xml" => part(read_changes),
            _ if ending.ends_with(".rels") => part(|text, details| {
                let targets = attribute_values(text, "Relationship", "Target");
                details.add_paths(targets.into_iter().filter(|target| is_path(target)));
            }),
            _ if is_photograph(ending)
                && part_bytes(archive, &name).is_some_and(|bytes| photograph::has_place(&bytes)) =>
            {
                details.add(DetailKind::Photograph, "");
            }
            _ if name.starts_with("xl/revisions/") => details.add(DetailKind::Changes, ""),
            _ if ending.starts_with("comments") && ending.ends_with(".xml") => details.add(DetailKind::Comments, ""),
            _ => {}
        }
    }
}

/// Whether a part is a photograph by its name.
fn is_photograph(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".jpg", ".jpeg", ".jpe", ".png", ".webp", ".tif", ".tiff", ".heic"]
        .iter()
        .any(|extension| name.ends_with(extension))
}

/// The text of a part. `None` when it is missing or damaged.
fn part_text<F: Read + Seek>(archive: &mut ZipArchive<F>, name: &str) -> Option<String> {
    let bytes = part_bytes(archive, name)?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn part_bytes<F: Read + Seek>(archive: &mut ZipArchive<F>, name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let part = archive.by_name(name).ok()?;
    part.take(MAX_PART_LEN).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn read_core(text: &str, details: &mut Details) {
    for (element, kind) in [
        ("creator", DetailKind::Author),
        ("initial-creator", DetailKind::Author),
        ("lastModifiedBy", DetailKind::Editor),
    ] {
        element_texts(text, element)
            .iter()
            .for_each(|name| details.add(kind, name));
    }
}

fn read_app(text: &str, details: &mut Details) {
    for (element, kind) in [("Company", DetailKind::Company), ("Manager", DetailKind::Author)] {
        element_texts(text, element)
            .iter()
            .for_each(|name| details.add(kind, name));
    }
}

/// Tracked changes of a text: insertions and deletions in Word, and their list in OpenDocument.
fn read_changes(text: &str, details: &mut Details) {
    let signs = ["<w:ins ", "<w:del ", "<w:moveFrom ", "<text:changed-region"];
    if signs.iter().any(|sign| text.contains(sign)) {
        details.add(DetailKind::Changes, "");
    }
}

/// Whether a target is a path of somebody's computer.
fn is_path(target: &str) -> bool {
    let target = target.strip_prefix("file:///").unwrap_or(target);
    let bytes = target.as_bytes();
    target.starts_with("\\\\")
        || target.starts_with("file:")
        || (bytes.len() > 3 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/'))
}
