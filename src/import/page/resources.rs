//! The files that came with a page: in an archive, in an e-mail, or beside it.

use crate::import::manuscript::ImportedFile;
use std::collections::BTreeMap;

/// Files by the addresses at which a page refers to them.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    /// The name and the bytes of each file.
    files: BTreeMap<String, (String, Vec<u8>)>,
    /// Whether files may lie beside the page.
    pub(super) may_be_beside: bool,
}

impl Resources {
    /// Those of a page on the disk.
    pub(crate) fn beside() -> Self {
        Self {
            files: BTreeMap::new(),
            may_be_beside: true,
        }
    }

    /// Adds a file under an address: `cid:…`, or the address that it had on the web.
    pub(crate) fn add(&mut self, address: String, name: String, bytes: Vec<u8>) {
        self.files.entry(address).or_insert((name, bytes));
    }

    /// The file at an address.
    pub(super) fn get(&self, address: &str) -> Option<ImportedFile> {
        let (name, bytes) = self.files.get(address)?;
        Some(ImportedFile::Inside {
            name: name.clone(),
            bytes: bytes.clone(),
        })
    }
}
