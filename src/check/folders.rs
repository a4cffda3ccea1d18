//! Finds folders that were meant to be those of a kind. Their posts would be pages, neither listed nor counted.

use crate::catalog::Catalog;
use crate::diag::{Code, Diagnostic, Place};
use crate::record::kind_near_folder;
use std::collections::BTreeMap;

/// Reports each top folder with pages whose name resembles that of a kind's folder.
pub(super) fn check_folders(catalog: &Catalog) -> Vec<Diagnostic> {
    let mut folders: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    for record in catalog.records.iter().filter(|record| record.meta.is_page_by_default) {
        let path = record.path.in_content().and_then(|path| path.split_once('/'));
        if let Some((folder, _)) = path {
            folders.entry(folder).or_insert((record.path.as_str(), 0)).1 += 1;
        }
    }
    let finding = |(folder, (file, posts)): (&str, (&str, usize))| {
        let kind = kind_near_folder(&catalog.kinds, folder)?;
        let finding = Diagnostic::new(Code::FolderNearKind)
            .at(Place::whole_file(file))
            .with("folder", folder)
            .with("posts", posts.to_string())
            .with("meant", kind.folder.as_str());
        Some(finding)
    };
    folders.into_iter().filter_map(finding).collect()
}
