//! What several tests of whole builds share.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every file below a folder, by its path from there, with its bytes.
pub(crate) type FileTree = BTreeMap<PathBuf, Vec<u8>>;

/// Reads every file below `folder`.
pub(crate) fn tree(folder: &Path) -> FileTree {
    let mut files = FileTree::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("a folder that can be listed") {
            let path = entry.expect("a folder that can be listed").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("files lie in their folder").to_owned();
                files.insert(name, fs::read(&path).expect("a file that can be read"));
            }
        }
    }
    files
}
