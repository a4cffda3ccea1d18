//! The seal of a Word file: a digest of its bytes in its properties, by which it is known to be as the program wrote it.
//!
//! The digest stands in `dc:identifier` of `docProps/core.xml`, which is stored without compression. It is that of the file
//! with zeros in place of the digest and of the two checksums (CRC-32) of that part. Any program that saves the file writes
//! other bytes. It protects an editor's work from being replaced, not a file from forgery.

use crate::fingerprint::hash_content;
use flate2::Crc;
use memchr::memmem;
use std::ops::Range;

/// The part with the seal.
pub(super) const PART: &str = "docProps/core.xml";

/// What comes before the digest.
const PREFIX: &str = "xiangyin-digest:";

/// The number of hexadecimal digits.
const DIGITS: usize = 32;

/// The text of a seal before the file is complete.
pub(super) fn unsealed() -> String {
    format!("{PREFIX}{}", "0".repeat(DIGITS))
}

/// Writes the digest into a complete file with an empty seal.
pub(super) fn seal(mut bytes: Vec<u8>) -> Vec<u8> {
    let Some(seal) = Seal::find(&bytes) else {
        return bytes;
    };
    let digest = seal.digest(&bytes);
    bytes[seal.digits.clone()].copy_from_slice(digest.as_bytes());
    let checksum = checksum(&bytes[seal.part.clone()]);
    for place in &seal.checksums {
        bytes[place.clone()].copy_from_slice(&checksum);
    }
    bytes
}

/// Whether a Word file is byte for byte as this program, in this or another version, wrote it.
#[must_use]
pub(crate) fn is_as_written(bytes: &[u8]) -> bool {
    Seal::find(bytes).is_some_and(|seal| {
        let checksum = checksum(&bytes[seal.part.clone()]);
        bytes[seal.digits.clone()] == *seal.digest(bytes).as_bytes()
            && seal.checksums.iter().all(|place| bytes[place.clone()] == checksum)
    })
}

/// Where the seal is in the bytes of a file. All ranges are inside.
struct Seal {
    /// The digits of the digest.
    digits: Range<usize>,
    /// The bytes of the part.
    part: Range<usize>,
    /// The checksums of the part: in its own header and in the directory of the archive.
    checksums: [Range<usize>; 2],
}

impl Seal {
    /// Finds the seal by the layout of a zip archive (APPNOTE.TXT, 4.3.7 and 4.3.12).
    fn find(bytes: &[u8]) -> Option<Self> {
        let number = |offset: usize, size: usize| {
            let digits = bytes.get(offset..offset + size)?;
            Some(digits.iter().rev().fold(0, |sum, &digit| sum << 8 | usize::from(digit)))
        };
        let prefix = memmem::find(bytes, PREFIX.as_bytes())?;
        let digits = prefix + PREFIX.len()..prefix + PREFIX.len() + DIGITS;
        let header = memmem::rfind(&bytes[..prefix], b"PK\x03\x04")?;
        let start = header + 30 + number(header + 26, 2)? + number(header + 28, 2)?;
        let part = start..start + number(header + 18, 4)?;
        let name = digits.end + memmem::find(bytes.get(digits.end..)?, PART.as_bytes())?;
        let entry = name.checked_sub(46)?;
        let is_entry = bytes[entry..].starts_with(b"PK\x01\x02");
        let is_inside = part.start <= prefix && digits.end <= part.end && part.end <= entry;
        (is_entry && is_inside).then(|| Self {
            digits,
            part,
            checksums: [header + 14..header + 18, entry + 16..entry + 20],
        })
    }

    /// The digest of a file, whatever its seal says.
    fn digest(&self, bytes: &[u8]) -> String {
        let mut plain = bytes.to_vec();
        plain[self.digits.clone()].fill(b'0');
        for place in &self.checksums {
            plain[place.clone()].fill(0);
        }
        format!("{:032x}", hash_content(&plain))
    }
}

/// The CRC-32 of bytes as a zip archive stores it.
fn checksum(bytes: &[u8]) -> [u8; 4] {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}
