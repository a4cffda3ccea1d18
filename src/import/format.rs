//! Finds out what a file is, by its bytes.

use super::error::ImportError;
use super::manuscript::Manuscript;
use super::page::{self, Resources};
use super::{docx, mail, plain};
use crate::diag::Code;
use crate::source::decode::decode;

/// Reads the file called `name`.
///
/// # Errors
/// When it is in another format, or cannot be read.
pub(crate) fn read_manuscript(name: &str, bytes: Vec<u8>) -> Result<Manuscript, ImportError> {
    let manuscript = match bytes.as_slice() {
        [b'P', b'K', 3, 4, ..] if docx::is_docx(&bytes) => docx::read(&bytes)?,
        [b'P', b'K', 3, 4, ..] if has_part(&bytes, "content.xml") => return Err(ImportError::OpenDocument),
        // A zip file of something else, or the beginning of one.
        [b'P', b'K', 3, 4, ..] if is_zip(&bytes) => return Err(ImportError::Unknown),
        [b'P', b'K', 3, 4, ..] => return Err(ImportError::Damaged),
        [0xD0, 0xCF, 0x11, 0xE0, ..] if is_encrypted(&bytes) => return Err(ImportError::Encrypted),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(ImportError::OldWord),
        [b'%', b'P', b'D', b'F', ..] => return Err(ImportError::Pdf),
        _ if mail::is_mail(name, &bytes) => mail::read(&bytes).ok_or(ImportError::Damaged)?,
        _ if is_binary(&bytes) => return Err(ImportError::Unknown),
        _ if is_markdown(name) => return Err(ImportError::Markdown),
        _ => read_text(name, bytes)?,
    };
    if manuscript.blocks.is_empty() && manuscript.facts.title.is_none() {
        return Err(ImportError::Empty);
    }
    Ok(manuscript)
}

/// Reads a web page, or a plain text.
fn read_text(name: &str, bytes: Vec<u8>) -> Result<Manuscript, ImportError> {
    let text = decode(name, bytes);
    if text
        .findings
        .iter()
        .any(|finding| finding.code == Code::EncodingUnknown)
    {
        return Err(ImportError::Encoding);
    }
    Ok(match page::is_html(name, &text.value) {
        true => page::read(&text.value, Resources::beside()),
        false => plain::read(&text.value),
    })
}

fn is_zip(bytes: &[u8]) -> bool {
    zip::ZipArchive::new(std::io::Cursor::new(bytes)).is_ok()
}

fn has_part(bytes: &[u8], name: &str) -> bool {
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes));
    archive.is_ok_and(|archive| archive.index_for_name(name).is_some())
}

/// Whether an old file of Office is the shell of one with a password (MS-OFFCRYPTO 2.3.4).
fn is_encrypted(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    memchr::memmem::find(bytes, &name).is_some()
}

/// Whether bytes are no text: a zero byte is in none but those of UTF-16, which begin with its mark.
fn is_binary(bytes: &[u8]) -> bool {
    let has_mark = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    !has_mark && memchr::memchr(0, bytes).is_some()
}

fn is_markdown(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.ends_with(".md") || lower.ends_with(".markdown")
}
