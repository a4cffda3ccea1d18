//! Reads the texts in attachments: plain texts, SVG and HTML, office files, PDF files; and what documents tell about their
//! authors ([`probe_document`]).
//!
//! Role: bytes in, texts out, for rules about what is published. A text is what a reader sees or what a program shows
//! beside it, such as comments, properties and addresses of links; its XML or HTML tags may still be in it. Layout,
//! pictures and passwords are not read: a file that cannot be read has no text.
//!
//! Does not know what a text means. Sizes are limited, because a crafted file of a few kilobytes can unpack to
//! terabytes.

mod compound;
mod details;
mod markup;
mod pdf;
mod zipped;

pub(crate) use details::{DocumentDetail, has_document_signature, probe_document};

use crate::source::decode::decode_encoding;

/// The most bytes of a file that is searched, and of everything that it unpacks to.
pub(crate) const MAX_FILE_BYTES: u64 = 64 << 20;
const MAX_UNPACKED_BYTES: u64 = 256 << 20;

/// How deep archives may lie in archives: a workbook in a Word file in an archive.
const MAX_DEPTH: usize = 3;

/// Files without texts that a reader could see: pictures, films, sounds, fonts, and archives that are not read.
const WITHOUT_TEXT: [&str; 36] = [
    "7z", "aac", "apk", "avi", "avif", "bmp", "bz2", "eot", "exe", "flac", "flv", "gif", "gz", "heic", "heif", "ico",
    "jpeg", "jpg", "m4a", "m4v", "mkv", "mov", "mp3", "mp4", "mpg", "ogg", "otf", "png", "psd", "rar", "tif", "tiff",
    "ttf", "webm", "webp", "woff",
];

/// The texts of an attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AttachmentText {
    /// The file is a text: its lines are those of the file.
    Lines(String),
    /// Texts somewhere in the file.
    Parts(Vec<String>),
}

/// Whether a file of this name may have a text. `extension` is in lower case.
#[must_use]
pub(crate) fn may_have_text(extension: &str) -> bool {
    !WITHOUT_TEXT.contains(&extension) && extension != "woff2"
}

/// The texts in `bytes`, the content of a file called `name`. The bytes decide on the format, because people rename
/// files.
#[must_use]
pub(crate) fn read(name: &str, bytes: Vec<u8>) -> AttachmentText {
    let mut budget = MAX_UNPACKED_BYTES;
    read_within(name, bytes, &mut budget, 0)
}

/// Reads a file, or one that is packed in it. `budget` is the number of bytes that may still be unpacked.
fn read_within(name: &str, bytes: Vec<u8>, budget: &mut u64, depth: usize) -> AttachmentText {
    if bytes.starts_with(zipped::SIGNATURE) {
        AttachmentText::Parts(zipped_texts(&bytes, budget, depth))
    } else if bytes.starts_with(compound::SIGNATURE) {
        AttachmentText::Parts(compound::texts(&bytes))
    } else if bytes.starts_with(pdf::SIGNATURE) {
        AttachmentText::Parts(pdf::texts(&bytes, budget))
    } else if is_text(&bytes) {
        let text = decode_encoding(name, bytes).value;
        let is_markup = ["svg", "html", "htm", "xhtml"].contains(&&*extension_of(name));
        AttachmentText::Lines(if is_markup {
            markup::without_geometry(text)
        } else {
            text
        })
    } else {
        AttachmentText::Parts(Vec::new())
    }
}

/// The parts of a zip file that `is_wanted` by their names, in order, with at most `budget` bytes in all.
#[must_use]
pub(crate) fn unpack(bytes: &[u8], mut budget: u64, is_wanted: &dyn Fn(&str) -> bool) -> Vec<(String, Vec<u8>)> {
    let mut parts = Vec::new();
    zipped::for_each_part(bytes, &mut budget, is_wanted, &mut |name, unpacked, _| {
        if is_wanted(name) {
            parts.push((name.to_owned(), unpacked));
        }
    });
    parts
}

/// The texts of all parts of a zip file, and the parts' names.
fn zipped_texts(bytes: &[u8], budget: &mut u64, depth: usize) -> Vec<String> {
    let mut texts = Vec::new();
    let is_wanted = |name: &str| depth < MAX_DEPTH && may_have_text(&extension_of(name));
    zipped::for_each_part(bytes, budget, &is_wanted, &mut |name, unpacked, budget| {
        texts.extend(read_within(name, unpacked, budget, depth + 1).into_parts());
        texts.push(name.to_owned());
    });
    texts
}

/// The extension of a name, in lower case.
fn extension_of(name: &str) -> String {
    name.rsplit_once('.')
        .map_or(String::new(), |(_, extension)| extension.to_lowercase())
}

/// Whether bytes are a text: they hold no zero byte, or begin with the mark of UTF-16.
fn is_text(bytes: &[u8]) -> bool {
    const PROBED_BYTES: usize = 8192;
    let has_mark = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    has_mark || memchr::memchr(0, &bytes[..bytes.len().min(PROBED_BYTES)]).is_none()
}

impl AttachmentText {
    /// All texts.
    fn into_parts(self) -> Vec<String> {
        match self {
            Self::Lines(text) => vec![text],
            Self::Parts(parts) => parts,
        }
    }
}

#[cfg(test)]
mod tests;
