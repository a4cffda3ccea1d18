//! Searches what a site publishes beside its posts for personal numbers: rosters, names of files, themes, attachments.

use super::loader::Loader;
use crate::attachment::{self, AttachmentText};
use crate::check::PrivacyRule;
use crate::diag::{Code, Diagnostic, Place};
use crate::ledger::{self, Ledger, ledger_words};
use crate::paths::SourcePath;
use crate::record::Origin;
use crate::schema::Rosters;
use crate::site::Site;
use crate::source::{self, LEDGER_EXTENSIONS, SizeAndMtime, SourceFile};
use crate::theme::Theme;
use crate::yaml::Value;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The most numbers that are reported of one attachment without lines.
const MAX_IN_ATTACHMENT: usize = 50;

/// The findings about numbers in the names of posts, of the other files that are published, and of their folders.
pub(super) fn check_names(site: &Site<'_>) -> Vec<Diagnostic> {
    let Some(rule) = PrivacyRule::new(site.settings) else {
        return Vec::new();
    };
    let catalog = site.catalog;
    let records = catalog.records.iter().chain(catalog.withheld.iter());
    let posts = records
        .filter(|record| record.origin == Origin::File)
        .map(|record| &record.path);
    let sections = catalog.sections.values().map(|section| &section.path);
    let published = catalog
        .assets
        .iter_enumerated()
        .filter(|(id, _)| site.publication.is_published(*id));
    let paths = posts.chain(sections).chain(published.map(|(_, asset)| asset.path()));
    let mut paths: Vec<&str> = paths.map(SourcePath::as_str).collect();
    paths.sort_unstable();
    rule.check_names(paths.into_iter())
}

/// Reports numbers in the columns of rosters that pages may show.
pub(super) fn check_rosters(
    texts: &[(&str, String)],
    ledgers: &[Ledger],
    rosters: &Rosters,
    theme: &Theme,
    loader: &mut Loader<'_>,
) {
    let Some(rule) = &loader.privacy else { return };
    let published = published_numbers(rosters, theme, rule);
    if published.is_empty() {
        return;
    }
    for (file, text) in texts {
        let found = rule.check_text_where(file, text, &|number| published.contains(&number.digits));
        loader.findings.extend(found);
    }
    for ledger in ledgers {
        for (text, place) in ledger.cells() {
            let is_published = |digits: &str| published.contains(digits);
            if rule.find(&text).any(|number| is_published(&number.digits)) {
                loader.findings.extend(rule.check_cell(&text, &place));
            }
        }
    }
}

/// The digits of the numbers in published columns.
fn published_numbers(rosters: &Rosters, theme: &Theme, rule: &PrivacyRule) -> BTreeSet<String> {
    // Offices keep telephone numbers in columns that pages do not show.
    let is_published =
        |column: &str| !ledger_words().is_ignored(column) || theme.words.contains_key(&format!("roster_{column}"));
    let mut published = BTreeSet::new();
    let mut add = |text: &str| published.extend(rule.find(text).map(|number| number.digits));
    for row in rosters.iter().flat_map(|(_, roster)| roster.rows()) {
        add(&row.id);
        add(&row.name);
        for column in row
            .values
            .keys()
            .filter_map(Value::as_str)
            .filter(|column| is_published(column))
        {
            add(&row.text(column).unwrap_or_default());
        }
    }
    published
}

/// Reports numbers in a file of the site's own theme.
pub(super) fn check_theme_file(file: &SourceFile, bytes: &[u8], loader: &mut Loader<'_>) {
    if let Some(rule) = &loader.privacy
        && attachment::may_have_text(&file.path.extension())
    {
        loader
            .findings
            .extend(attachment_findings(file.path.as_str(), bytes.to_vec(), rule));
    }
}

/// What was found in attachments, with the state of each file. A file that did not change is not read again.
pub(super) type SearchedAttachments = BTreeMap<SourcePath, SearchedAttachment>;

#[derive(Debug, Clone)]
pub(super) struct SearchedAttachment {
    size_and_mtime: Option<SizeAndMtime>,
    pub(super) findings: Vec<Diagnostic>,
}

/// Searches the attachments among `files`, which are those that the site publishes.
pub(super) fn search_attachments(
    files: &[SourceFile],
    rule: Option<&PrivacyRule>,
    known: &SearchedAttachments,
) -> SearchedAttachments {
    let Some(rule) = rule else { return BTreeMap::new() };
    let search = |file: &SourceFile| {
        let size_and_mtime = source::size_and_mtime(file);
        let known = known.get(&file.path);
        if let Some(known) = known.filter(|known| size_and_mtime.is_some() && known.size_and_mtime == size_and_mtime) {
            return (file.path.clone(), known.clone());
        }
        let findings = match source::read_at_most(file, attachment::MAX_FILE_BYTES) {
            Some(bytes) => attachment_findings(file.path.as_str(), bytes, rule),
            None if size_and_mtime.is_some_and(|file| file.size > attachment::MAX_FILE_BYTES) => {
                vec![Diagnostic::new(Code::UnsearchedFile).at(Place::whole_file(file.path.as_str()))]
            }
            // A file that cannot be read is reported when it is copied.
            None => Vec::new(),
        };
        let searched = SearchedAttachment {
            size_and_mtime,
            findings,
        };
        (file.path.clone(), searched)
    };
    files
        .par_iter()
        .filter(|file| attachment::may_have_text(&file.path.extension()))
        .map(search)
        .collect()
}

/// The findings about one attachment: in lines, in the cells of a workbook, or somewhere in the file.
fn attachment_findings(path: &str, bytes: Vec<u8>, rule: &PrivacyRule) -> Vec<Diagnostic> {
    let is_ledger = LEDGER_EXTENSIONS.contains(&SourcePath::new(path).extension().as_str());
    let of_ledger = is_ledger.then(|| bytes.clone());
    let parts = match attachment::read(path, bytes) {
        AttachmentText::Lines(text) => return rule.check_text(path, &text),
        AttachmentText::Parts(parts) => parts,
    };
    let mut findings = Vec::new();
    let mut reported = BTreeSet::new();
    if let Some(bytes) = of_ledger {
        let workbook = ledger::read(path, bytes).value;
        for (text, place) in workbook.cells() {
            reported.extend(rule.find(&text).map(|number| number.digits));
            findings.extend(rule.check_cell(&text, &place));
        }
    }
    for number in parts.iter().flat_map(|text| rule.find(text)) {
        if findings.len() < MAX_IN_ATTACHMENT && reported.insert(number.digits.clone()) {
            findings.push(rule.finding_in_file(path, &number));
        }
    }
    findings
}
