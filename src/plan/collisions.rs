//! Finds outputs that cannot both exist: two at one address, and a file where a folder must be.
//!
//! Addresses that differ only in case count as equal, because Windows, macOS and many hosts treat them as equal.

use super::file::{FileContent, PlannedFile, View};
use crate::diag::{Code, Diagnostic, Place};
use crate::paths::SourcePath;
use crate::record::Alias;
use crate::schema::Taxonomy;
use crate::site::Site;
use std::collections::{BTreeSet, HashMap};

/// Reports outputs that two sources claim, and outputs below an output that is a file.
pub(super) fn find_collisions(site: &Site<'_>, files: &[PlannedFile]) -> Vec<Diagnostic> {
    let outputs: Vec<String> = files.iter().map(|file| file.output.as_str().to_lowercase()).collect();
    let mut taken: HashMap<&str, &PlannedFile> = HashMap::with_capacity(files.len());
    let mut findings = Vec::new();
    for (output, file) in outputs.iter().zip(files) {
        if let Some(earlier) = taken.insert(output, file)
            && !(is_further_page(file) && is_further_page(earlier))
        {
            findings.push(same_address(site, earlier, file));
        }
    }
    let mut reported = BTreeSet::new();
    for (output, file) in outputs.iter().zip(files) {
        let folders = output.match_indices('/').map(|(at, _)| &output[..at]);
        for folder in folders {
            if let Some(blocking) = taken.get(folder)
                && reported.insert(folder)
            {
                findings.push(file_and_folder(site, blocking, file));
            }
        }
    }
    findings
}

fn same_address(site: &Site<'_>, earlier: &PlannedFile, later: &PlannedFile) -> Diagnostic {
    let (at, other) = blamed_first(earlier, later);
    let is_article = |file: &PlannedFile| matches!(file.content, FileContent::Page(View::Article(_)));
    // An index.md beside a list was meant to be the list's own page.
    if is_article(at) && at.source.ends_with("/index.md") && !is_article(other) {
        return Diagnostic::new(Code::IndexInSection)
            .at(Place::whole_file(&at.source))
            .with("url", at.url.as_str())
            .with("other", other.source.as_str());
    }
    let is_own = matches!(&at.content, FileContent::Page(View::Redirect(to)) if *to == at.url);
    collision(site, at, other).with_some("own", is_own.then(|| at.url.as_str()))
}

fn file_and_folder(site: &Site<'_>, blocking: &PlannedFile, inside: &PlannedFile) -> Diagnostic {
    let (at, other) = blamed_first(inside, blocking);
    let finding = collision(site, at, other).with("inside", inside.url.as_str());
    finding.with("blocking", blocking.url.as_str())
}

/// The finding at `at`, with what there is to change about it.
fn collision(site: &Site<'_>, at: &PlannedFile, other: &PlannedFile) -> Diagnostic {
    let (mut place, mut named) = (Place::whole_file(&at.source), None);
    match &at.content {
        FileContent::Page(View::Redirect(_)) => {
            named = Some(("alias", at.url.as_str().to_owned()));
            let alias = aliases_in(site, &at.source)
                .iter()
                .find(|alias| alias.address == at.url);
            place = alias.map_or(place, |alias| alias.place.clone());
        }
        FileContent::Page(View::Term { taxonomy, key, .. }) if *taxonomy != Taxonomy::Tags => {
            named = Some(("row", key.clone()));
        }
        FileContent::Asset(_) | FileContent::ResizedImage(..) => {
            named = Some(("file", SourcePath::new(&at.source).file_name().to_owned()));
        }
        _ => {}
    }
    let finding = Diagnostic::new(Code::UrlCollision)
        .at(place)
        .with("url", at.url.as_str())
        .with("other", other.source.as_str());
    match named {
        Some((name, value)) => finding.with(name, value),
        None => finding,
    }
}

/// The former addresses in the file `source`.
fn aliases_in<'s>(site: &'s Site<'_>, source: &str) -> &'s [Alias] {
    let path = SourcePath::new(source);
    if let Some(id) = site.catalog.find_record(&path) {
        return &site.catalog.records[id].meta.aliases;
    }
    let section = site.catalog.sections.values().find(|section| section.path == path);
    section.map_or(&[], |section| &section.aliases)
}

/// The one of two files that is easier to give another address, then the other one.
fn blamed_first<'f>(earlier: &'f PlannedFile, later: &'f PlannedFile) -> (&'f PlannedFile, &'f PlannedFile) {
    let effort = |file: &PlannedFile| match &file.content {
        FileContent::Page(View::Redirect(_)) => 0,
        FileContent::Asset(_) | FileContent::ResizedImage(..) => 1,
        FileContent::Page(View::Article(_)) => 2,
        FileContent::Page(View::Term { .. }) => 3,
        _ => 4,
    };
    if effort(earlier) < effort(later) {
        (earlier, later)
    } else {
        (later, earlier)
    }
}

/// Whether a file is not the first page of its list: it collides because the first one does.
const fn is_further_page(file: &PlannedFile) -> bool {
    matches!(
        &file.content,
        FileContent::Page(View::Term { page, .. } | View::Kind { page, .. }) if *page > 1
    )
}
