//! Findings, gathered by the file that they are in.

use crate::diag::{Diagnostic, Severity};
use crate::paths::UrlPath;
use std::collections::BTreeMap;

/// Files that are listed with their findings, and findings of one file: `xiangyin check` tells the rest.
const MAX_FILES: usize = 300;
const MAX_FINDINGS_PER_FILE: usize = 50;

/// Everything found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    /// How many errors there are in all.
    pub errors: usize,
    /// How many warnings there are in all.
    pub warnings: usize,
    /// The first files: what is about the whole site, then files with errors, then the others, each in order of path.
    pub files: Vec<FileFindings>,
    /// How many files have findings.
    pub file_count: usize,
}

/// What was found in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFindings {
    /// The file, relative to the site's folder; none for what is about the site as a whole.
    pub file: Option<String>,
    /// The page that the file has become.
    pub url: Option<UrlPath>,
    /// Errors among them.
    pub errors: usize,
    /// Warnings among them.
    pub warnings: usize,
    /// The first findings: errors, then warnings, each in order of line.
    pub findings: Vec<Diagnostic>,
}

impl FileFindings {
    /// How many findings are not in [`FileFindings::findings`].
    #[must_use]
    pub const fn left_out(&self) -> usize {
        self.errors + self.warnings - self.findings.len()
    }
}

impl Problems {
    /// Gathers findings; `address_of` gives the page that a file has become.
    pub(super) fn new(findings: &[Diagnostic], address_of: &dyn Fn(&str) -> Option<UrlPath>) -> Self {
        let mut by_file: BTreeMap<Option<&str>, Vec<&Diagnostic>> = BTreeMap::new();
        for finding in findings {
            let file = finding.place.as_ref().map(|place| place.file.as_str());
            by_file.entry(file).or_default().push(finding);
        }
        let mut files: Vec<(Option<&str>, Vec<&Diagnostic>)> = by_file.into_iter().collect();
        // Stable: within each sort the order of paths stays, and what is about the whole site comes first.
        files.sort_by_key(|(file, found)| (file.is_some(), found.iter().all(|finding| !is_error(finding))));
        let errors = findings.iter().filter(|finding| is_error(finding)).count();
        Self {
            errors,
            warnings: findings.len() - errors,
            file_count: files.len(),
            files: files
                .into_iter()
                .take(MAX_FILES)
                .map(|(file, found)| file_findings(file, found, address_of))
                .collect(),
        }
    }

    /// How many files with findings are not in [`Problems::files`].
    #[must_use]
    pub const fn left_out(&self) -> usize {
        self.file_count - self.files.len()
    }
}

fn file_findings(
    file: Option<&str>,
    mut found: Vec<&Diagnostic>,
    address_of: &dyn Fn(&str) -> Option<UrlPath>,
) -> FileFindings {
    found.sort_by_key(|finding| (finding.severity, *finding));
    let errors = found.iter().filter(|finding| is_error(finding)).count();
    FileFindings {
        file: file.map(str::to_owned),
        url: file.and_then(address_of),
        errors,
        warnings: found.len() - errors,
        findings: found.into_iter().take(MAX_FINDINGS_PER_FILE).cloned().collect(),
    }
}

fn is_error(finding: &Diagnostic) -> bool {
    finding.severity == Severity::Error
}
