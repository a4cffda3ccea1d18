//! Reports files with the definitions of a site that nothing reads, because of their name or their folder.

use super::loader::Loader;
use crate::diag::{Code, Diagnostic, Place, Severity, nearest};
use crate::paths::SourcePath;
use crate::schema::{FieldType, Kinds, Rosters};
use crate::source::{DEFINITION_FILES, LEDGER_EXTENSIONS, Listing, SourceFile};
use std::collections::BTreeSet;

/// Rosters that metrics and pages know, whether or not a field refers to them.
const KNOWN_ROSTERS: [&str; 4] = ["villages", "teams", "staff", "troupes"];

/// Reports unused files, misnamed rosters, and rosters outside `_data/`, which are no assets.
pub(super) fn report(listing: &mut Listing, kinds: &Kinds, rosters: &Rosters, loader: &mut Loader<'_>) {
    for file in &listing.unused {
        // The file is logged as an input, so that a later build sees when it is gone.
        let _ = loader.read_log.read(file);
        let name = file.path.in_content().unwrap_or_default();
        let near = nearest(name, DEFINITION_FILES);
        loader
            .findings
            .push(ignored_file(&file.path, near.map(|near| format!("content/{near}"))));
    }
    let known: BTreeSet<&str> = referenced_rosters(kinds).into_iter().chain(KNOWN_ROSTERS).collect();
    let is_missing = |name: &&str| rosters.get(name).is_none_or(|roster| roster.rows().is_empty());
    for file in listing.rosters.iter().chain(&listing.ledgers) {
        let stem = file.path.stem();
        if !known.contains(stem)
            && let Some(near) = near_roster(stem, known.iter().copied().filter(is_missing))
        {
            loader
                .findings
                .push(ignored_file(&file.path, Some(format!("content/_data/{near}.yaml"))));
        }
    }
    let is_misplaced = |file: &mut SourceFile| {
        let extension = file.path.extension();
        let is_table = matches!(extension.as_str(), "yaml" | "yml") || LEDGER_EXTENSIONS.contains(&extension.as_str());
        is_table && known.contains(file.path.stem()) && is_missing(&file.path.stem())
    };
    for file in listing.assets.extract_if(.., is_misplaced) {
        let _ = loader.read_log.read(&file);
        let meant = format!("content/_data/{}", file.path.file_name());
        loader.findings.push(ignored_file(&file.path, Some(meant)));
        listing.unused.push(file);
    }
}

/// The rosters that fields refer to.
fn referenced_rosters(kinds: &Kinds) -> BTreeSet<&str> {
    let fields = kinds.common().iter().chain(kinds.iter().flat_map(|kind| &kind.fields));
    fields.filter_map(|field| roster_of(&field.ty)).collect()
}

/// The roster that values of this type name.
fn roster_of(ty: &FieldType) -> Option<&str> {
    match ty {
        FieldType::Roster(name) => Some(name),
        FieldType::List(inner) => roster_of(inner),
        _ => None,
    }
}

/// The roster that `stem` was meant to name: another case, the singular, a slip.
fn near_roster<'k>(stem: &str, known: impl Iterator<Item = &'k str> + Clone) -> Option<&'k str> {
    let same = |name: &&str| name.eq_ignore_ascii_case(stem) || name.trim_end_matches('s') == stem.to_lowercase();
    known.clone().find(same).or_else(|| nearest(stem, known))
}

/// The finding about a file that nothing reads; an error when a similar name would be read.
fn ignored_file(path: &SourcePath, near: Option<String>) -> Diagnostic {
    let severity = if near.is_some() {
        Severity::Error
    } else {
        Severity::Warning
    };
    Diagnostic::new(Code::IgnoredFile)
        .with_severity(severity)
        .at(Place::whole_file(path.as_str()))
        .with("path", path.as_str())
        .with_some("nearest", near)
}
