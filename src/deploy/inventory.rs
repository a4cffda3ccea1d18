//! The list of what was published to a destination, which lies there.
//!
//! It is a text that names public paths, sizes and hashes, and nothing else:
//!
//! ```text
//! xiangyin published 1
//! site 0f9a…(16 digits)
//! 5f3c…(32 digits) 1024 index.html
//! end 1
//! ```
//!
//! The number in the first line is the format's. The second line has the hash of the site's address, so that the files of
//! another site are not taken for this one's. The last line has the number of files, so that a list that was cut off
//! is not taken for a whole one.

use super::destination::Destination;
use super::local::LocalFile;
use crate::diag::{Code, Diagnostic};
use crate::fingerprint::hash_bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The name of the list of what was published.
pub(super) const PUBLISHED: &str = ".xiangyin-published";
/// The name of the list of what a publication is about to write.
pub(super) const PUBLISHING: &str = ".xiangyin-publishing";

const FIRST_LINE: &str = "xiangyin published 1";

/// The size and hash of a published file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Published {
    pub(super) size: u64,
    pub(super) hash: u128,
}

/// What was published, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Inventory {
    /// The hash of the site's address.
    pub(super) site: u64,
    pub(super) files: BTreeMap<String, Published>,
}

impl Inventory {
    /// The inventory of the site with this address and these files.
    pub(super) fn of(address: &str, files: &[LocalFile]) -> Self {
        let published = |file: &LocalFile| Published {
            size: file.size,
            hash: file.hash,
        };
        Self {
            site: hash_bytes(address.as_bytes()),
            files: files.iter().map(|file| (file.path.clone(), published(file))).collect(),
        }
    }

    /// The inventory that was read from `shown` at a destination. That of another site counts as empty, and so does a
    /// damaged one, which is reported.
    pub(super) fn read(
        address: &str,
        bytes: Option<&[u8]>,
        destination: &Destination,
        shown: &str,
        findings: &mut Vec<Diagnostic>,
    ) -> Self {
        let Some(bytes) = bytes else { return Self::default() };
        let parsed = Self::parse(bytes).unwrap_or_else(|| {
            let finding = Diagnostic::new(Code::DamagedInventory)
                .with("name", &*destination.name)
                .with("path", shown);
            findings.push(finding.at(destination.place.clone()));
            Self::default()
        });
        match parsed.site == hash_bytes(address.as_bytes()) {
            true => parsed,
            false => Self::default(),
        }
    }

    /// Parses an inventory. `None` when it is damaged or in another format.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(bytes).ok()?.lines();
        if lines.next()? != FIRST_LINE {
            return None;
        }
        let site = u64::from_str_radix(lines.next()?.strip_prefix("site ")?, 16).ok()?;
        let mut files = BTreeMap::new();
        loop {
            let line = lines.next()?;
            if let Some(count) = line.strip_prefix("end ") {
                return (count.parse() == Ok(files.len())).then_some(Self { site, files });
            }
            let mut parts = line.splitn(3, ' ');
            let hash = u128::from_str_radix(parts.next()?, 16).ok()?;
            let size = parts.next()?.parse().ok()?;
            let path = parts.next().filter(|path| is_safe(path))?;
            files.insert(path.to_owned(), Published { size, hash });
        }
    }

    /// The text of the inventory.
    pub(super) fn to_text(&self) -> String {
        let mut text = format!("{FIRST_LINE}\nsite {:016x}\n", self.site);
        for (path, file) in &self.files {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{:032x} {} {path}", file.hash, file.size);
        }
        let _ = writeln!(text, "end {}", self.files.len());
        text
    }

    /// The paths of the files.
    pub(super) fn paths(&self) -> BTreeSet<String> {
        self.files.keys().cloned().collect()
    }
}

/// Whether a path stays at the destination. Whoever may write there could name any other file for deletion.
fn is_safe(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(['\\', '\0'])
        && path.as_bytes().get(1) != Some(&b':')
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inventory_is_read_as_written_and_a_part_of_it_is_not() {
        let published = |hash| Published { size: 3, hash };
        let files = [
            ("a b/一.html".to_owned(), published(7)),
            ("index.html".to_owned(), published(u128::MAX)),
        ];
        let inventory = Inventory {
            site: 7,
            files: BTreeMap::from(files),
        };
        let text = inventory.to_text();
        assert_eq!(Inventory::parse(text.as_bytes()), Some(inventory));
        for length in 0..text.len() - 1 {
            assert_eq!(Inventory::parse(&text.as_bytes()[..length]), None, "{length}");
        }
    }

    #[test]
    fn paths_that_leave_the_destination_are_refused() {
        for path in ["../a", "/a", "a/../b", "a//b", "C:/a", "a\\b", "."] {
            let text = format!("{FIRST_LINE}\nsite 0\n{:032x} 1 {path}\nend 1\n", 1);
            assert_eq!(Inventory::parse(text.as_bytes()), None, "{path}");
        }
    }
}
