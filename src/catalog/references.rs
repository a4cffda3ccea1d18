//! Which files the texts, rosters and ledgers of a site name, and with them which files may leave.
//!
//! Links, pictures, covers and file fields are resolved already. Besides them a file may stand in any other value: an
//! argument of a component, a key that only a theme reads, a column of a roster. Such a value names a file only if the
//! file exists.

use super::index::Catalog;
use super::links::{self, CurrentPage, resolve_record_in, resolve_target};
use super::resolved::{ResolvedLinks, ResolvedTarget};
use crate::ids::AssetId;
use crate::paths::{SourcePath, join};
use crate::record::{Argument, Body, Fill, Hole, LinkRole, Record};
use crate::schema::FieldValue;
use crate::yaml::{Mapping, Value};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What texts and values name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct References {
    /// Files.
    pub(crate) assets: BTreeSet<AssetId>,
    /// Addresses in the site, decoded, which may be those of files.
    pub(crate) addresses: BTreeSet<String>,
    /// Folders below `content/` that have files and no posts.
    pub(crate) folders: BTreeSet<String>,
    /// The files that dead links probably mean.
    pub(crate) meant: BTreeSet<AssetId>,
}

impl References {
    fn merged(mut self, other: Self) -> Self {
        self.assets.extend(other.assets);
        self.addresses.extend(other.addresses);
        self.folders.extend(other.folders);
        self.meant.extend(other.meant);
        self
    }

    fn add_target(&mut self, target: &ResolvedTarget) {
        match target {
            ResolvedTarget::Asset(id) => {
                self.assets.insert(*id);
            }
            ResolvedTarget::Address { path, .. } if !path.ends_with('/') => {
                self.addresses.insert(path.clone());
            }
            _ => {}
        }
    }
}

impl Catalog {
    /// What published texts, rosters and ledgers name.
    #[must_use]
    pub(crate) fn references(&self) -> References {
        let of_records = self
            .records
            .raw
            .par_iter()
            .zip(&self.record_links.raw)
            .map(|(record, resolved)| self.references_of(record, resolved))
            .reduce(References::default, References::merged);
        let mut found = of_records;
        for section in self.sections.values() {
            let targets = self.section_links.get(&section.folder).into_iter().flatten();
            targets.for_each(|target| self.add_target(&section.path, target, &mut found));
            self.add_calls(&section.path, &section.body, &mut found);
        }
        for row in self.ledger_rows.iter() {
            self.add_values(&row.path, row, &mut found);
        }
        for (_, roster) in self.rosters.iter() {
            for row in roster.rows() {
                self.add_mapping(&SourcePath::new(ROSTER_FILE), &row.values, &mut found);
            }
        }
        found
    }

    /// What the record names. `resolved` are its links.
    #[must_use]
    pub(crate) fn references_of(&self, record: &Record, resolved: &ResolvedLinks) -> References {
        let mut found = References::default();
        let targets = resolved.targets();
        targets.for_each(|target| self.add_target(&record.path, target, &mut found));
        self.add_calls(&record.path, &record.body, &mut found);
        self.add_values(&record.path, record, &mut found);
        found
    }

    /// What texts name that are not published: drafts and posts of the future.
    #[must_use]
    pub(crate) fn withheld_references(&self) -> References {
        let of_record = |record: &Arc<Record>| {
            let resolved = resolve_record_in(self, CurrentPage::Section(""), record);
            self.references_of(record, &resolved)
        };
        let records = self.withheld.par_iter().map(of_record);
        records.reduce(References::default, References::merged)
    }

    /// Adds what a link in the file `from` leads to, or probably means.
    fn add_target(&self, from: &SourcePath, target: &ResolvedTarget, found: &mut References) {
        found.add_target(target);
        if let ResolvedTarget::Missing(Some(near)) = target
            && let ResolvedTarget::Asset(id) = resolve_target(self, from, None, LinkRole::Image, near)
        {
            found.meant.insert(id);
        }
    }

    /// Adds the file or address that `text` names in the file `from`, if there is one.
    pub(crate) fn add_named(&self, from: &SourcePath, text: &str, found: &mut References) {
        let text = text.trim();
        let may_be_path = text.contains(['.', '/', '\\']) && text.len() < MAX_PATH && !text.contains('\n');
        if !may_be_path {
            return;
        }
        let own = Some(CurrentPage::Section(""));
        let from_root = SourcePath::new("content/-");
        for from in [from, &from_root] {
            let target = resolve_target(self, from, own, LinkRole::Image, text);
            found.add_target(&target);
            if matches!(target, ResolvedTarget::Asset(_)) {
                return;
            }
        }
    }

    /// Adds the folder of files that `text` names in the file `from`, if there is one.
    pub(crate) fn add_named_folder(&self, from: &SourcePath, text: &str, found: &mut References) {
        let text = text.trim().replace('\\', "/");
        if !text.contains('/') {
            return;
        }
        let base = from.folder().strip_prefix("content").unwrap_or_default();
        let folders = [join(base, &text), join("", &text)].into_iter().flatten();
        let mut folders = folders.filter(|folder| !folder.is_empty() && self.is_folder_of_files(folder));
        found.folders.extend(folders.next());
    }

    /// Whether the folder below `content/` has files and neither posts nor a page of its own.
    fn is_folder_of_files(&self, folder: &str) -> bool {
        let start = format!("content/{folder}/");
        let first = self
            .assets
            .partition_point(|asset| asset.path().as_str() < start.as_str());
        let has_files = self
            .assets
            .get(first)
            .is_some_and(|asset| asset.path().as_str().starts_with(&start));
        let is_below = |path: &SourcePath| path.as_str().starts_with(&start);
        has_files
            && !self.records.iter().any(|record| is_below(&record.path))
            && !self.withheld.iter().any(|record| is_below(&record.path))
            && !self.sections.values().any(|section| is_below(&section.path))
    }

    /// Adds what the arguments of components name that are not links already.
    fn add_calls(&self, from: &SourcePath, body: &Body, found: &mut References) {
        self.add_holes(from, &body.holes, found);
    }

    fn add_holes(&self, from: &SourcePath, holes: &[Hole], found: &mut References) {
        for hole in holes {
            let Fill::Shortcode(call) = &hole.fill else { continue };
            let names_files = |key: &str| !WORDING_ARGUMENTS.contains(&key);
            for (_, argument) in call.args.iter().filter(|(key, _)| names_files(key)) {
                self.add_argument(from, argument, found);
            }
            if let Some(inner) = &call.inner {
                self.add_holes(from, &inner.holes, found);
            }
        }
    }

    fn add_argument(&self, from: &SourcePath, argument: &Argument, found: &mut References) {
        match argument {
            Argument::Text { text, link: None } => {
                self.add_named(from, text, found);
                self.add_named_folder(from, text, found);
            }
            Argument::List(items) => items.iter().for_each(|item| self.add_argument(from, item, found)),
            Argument::Map(entries) => {
                entries
                    .iter()
                    .for_each(|(_, value)| self.add_argument(from, value, found));
            }
            _ => {}
        }
    }

    /// Adds what the front matter of a post, or a row of a ledger, names.
    fn add_values(&self, from: &SourcePath, record: &Record, found: &mut References) {
        let meta = &record.meta;
        meta.fields
            .values()
            .for_each(|value| self.add_field(from, value, found));
        self.add_mapping(from, &meta.extra, found);
        for text in [&meta.cover, &meta.source].into_iter().flatten() {
            self.add_named(from, text, found);
        }
    }

    fn add_field(&self, from: &SourcePath, value: &FieldValue, found: &mut References) {
        match value {
            FieldValue::Text(text) | FieldValue::Asset(text) => self.add_named(from, text, found),
            FieldValue::List(items) => items.iter().for_each(|item| self.add_field(from, item, found)),
            _ => {}
        }
    }

    fn add_mapping(&self, from: &SourcePath, map: &Mapping, found: &mut References) {
        map.values().for_each(|value| self.add_value(from, value, found));
    }

    /// Adds what the texts in a YAML value name.
    pub(crate) fn add_value(&self, from: &SourcePath, value: &Value, found: &mut References) {
        match value {
            Value::String(text) => self.add_named(from, text, found),
            Value::Sequence(items) => items.iter().for_each(|item| self.add_value(from, item, found)),
            Value::Mapping(map) => self.add_mapping(from, map, found),
            Value::Tagged(tagged) => self.add_value(from, &tagged.value, found),
            _ => {}
        }
    }

    /// The file, kept apart by its name, that a dead link in the file `from` names: a backup, a hidden file.
    #[must_use]
    pub(crate) fn find_leftover(&self, from: &SourcePath, target: &str) -> Option<&SourcePath> {
        let wanted = links::missing_file(from, target)?;
        let path = SourcePath::new(&format!("content/{}", wanted.path));
        let at = self.leftovers.binary_search(&path).ok()?;
        self.leftovers.get(at)
    }

    /// The record at this path, published or not.
    #[must_use]
    pub(crate) fn has_post(&self, path: &SourcePath) -> bool {
        self.find_record(path).is_some() || self.is_withheld(path)
    }
}

/// Stands for the files of rosters, whose values name files as links do.
const ROSTER_FILE: &str = "content/_data/-";

/// Arguments of components that readers see as words.
const WORDING_ARGUMENTS: [&str; 5] = ["title", "caption", "alt", "label", "text"];

/// Longer texts are not taken for paths.
const MAX_PATH: usize = 1024;
