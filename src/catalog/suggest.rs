//! The nearest existing file for each link to a file that does not exist.
//!
//! Role: runs after all links are resolved, so that the search budget is spent in one order, that of the paths, however
//! many links are dead. So a site of 100,000 posts whose folders were moved is checked as fast as any other. Reports
//! nothing.

use super::asset::Asset;
use super::index::Catalog;
use super::links::{WantedFile, file_fields, find_file, may_be_dead, missing_file};
use super::resolved::{ResolvedLinks, ResolvedTarget};
use crate::diag::{NameIndex, SearchBudget};
use crate::ids::{RecordId, TiSlice};
use crate::paths::SourcePath;
use crate::record::markdown::{TargetKind, classify_target};
use std::collections::{BTreeMap, HashMap};

/// Gives every missing target its nearest path while the budget lasts: records in order of path, then folders.
pub(super) fn suggest_nearest(
    catalog: &Catalog,
    resolved: &mut TiSlice<RecordId, ResolvedLinks>,
    sections: &mut BTreeMap<String, Vec<ResolvedTarget>>,
) {
    let mut dead: Vec<RecordId> = resolved
        .keys()
        .filter(|&id| resolved[id].targets().any(may_be_dead))
        .collect();
    if dead.is_empty() && !sections.values().flatten().any(may_be_dead) {
        return;
    }
    dead.sort_by(|&a, &b| catalog.records[a].path.cmp(&catalog.records[b].path));
    let mut files = FileIndex::new(catalog);
    for id in dead {
        let (record, resolved) = (&catalog.records[id], &mut resolved[id]);
        let links = record.body.links.iter().map(|link| link.target.as_str());
        files.fill_suggestions(&record.path, links.zip(&mut resolved.links));
        files.fill_suggestions(
            &record.path,
            record.meta.cover.as_deref().into_iter().zip(&mut resolved.cover),
        );
        let written = file_fields(record).map(|(_, path)| path);
        files.fill_suggestions(
            &record.path,
            written.zip(resolved.files.iter_mut().map(|(_, target)| target)),
        );
    }
    for (folder, targets) in sections {
        let Some(section) = catalog.sections.get(folder) else {
            continue;
        };
        let links = section.body.links.iter().map(|link| link.target.as_str());
        files.fill_suggestions(&section.path, links.zip(targets));
    }
}

/// The files below `content/` that a link may mean.
struct FileIndex<'c> {
    catalog: &'c Catalog,
    by_folder: HashMap<&'c str, NameIndex<'c>>,
    /// The first file of each name, records before other files.
    by_name: HashMap<&'c str, &'c str>,
    budget: SearchBudget,
}

impl<'c> FileIndex<'c> {
    fn new(catalog: &'c Catalog) -> Self {
        let mut files = Self {
            catalog,
            by_folder: HashMap::new(),
            by_name: HashMap::new(),
            budget: SearchBudget::default(),
        };
        let records = catalog.records.iter().map(|record| &record.path);
        for path in records
            .chain(catalog.assets.iter().map(Asset::path))
            .filter_map(SourcePath::in_content)
        {
            let (folder, name) = split_folder_and_name(path);
            files.by_folder.entry(folder).or_default().add(name);
            files.by_name.entry(name).or_insert(path);
        }
        files
    }

    /// Sets the nearest path of the missing ones of `targets`, each with its target as written in the file `from`.
    fn fill_suggestions<'t>(
        &mut self,
        from: &SourcePath,
        targets: impl Iterator<Item = (&'t str, &'t mut ResolvedTarget)>,
    ) {
        for (written, target) in targets {
            let near = match target {
                ResolvedTarget::Missing(near) | ResolvedTarget::Address { nearest: near, .. } => near,
                _ => continue,
            };
            if let Some(wanted) = missing_file(from, written) {
                let is_local = classify_target(written, true) == TargetKind::Local;
                *near = if is_local {
                    self.same_name(&wanted)
                } else {
                    self.nearest(&wanted)
                };
            }
        }
    }

    /// The file of exactly this name, in the same folder or another, written as a link.
    fn same_name(&self, wanted: &WantedFile) -> Option<String> {
        let (_, name) = split_folder_and_name(&wanted.path);
        let is_in_folder = find_file(self.catalog, &wanted.path, "").is_some();
        let elsewhere = || self.by_name.get(name).map(|path| format!("/{path}"));
        is_in_folder.then(|| name.to_owned()).or_else(elsewhere)
    }

    /// The nearest name in the same folder, otherwise the same name in another folder, written as a link from the same
    /// place. `None` when there is neither.
    fn nearest(&mut self, wanted: &WantedFile) -> Option<String> {
        let (folder, name) = split_folder_and_name(&wanted.path);
        let names = self.by_folder.get_mut(folder);
        if let Some(near) = names.and_then(|names| names.nearest(name, &mut self.budget)) {
            let start = wanted.written.rfind('/').map_or("", |at| &wanted.written[..=at]);
            return Some(format!("{start}{near}"));
        }
        self.by_name.get(name).map(|path| format!("/{path}"))
    }
}

/// A path's folder and its name.
fn split_folder_and_name(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}
