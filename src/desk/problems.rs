//! Findings, grouped by file.

use crate::diag::{Diagnostic, Severity};
use crate::paths::UrlPath;
use std::collections::BTreeMap;

/// The most files that are listed, and the most findings of one file. `xiangyin check` prints all of them.
const MAX_FILES: usize = 300;
const MAX_FINDINGS_PER_FILE: usize = 50;

/// All findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    /// The number of all errors.
    pub errors: usize,
    /// The number of all warnings.
    pub warnings: usize,
    /// The first files. Findings about the whole site come first, then files with errors, then other files, each in
    /// order of path.
    pub files: Vec<FileFindings>,
    /// The number of all files with findings.
    pub file_count: usize,
}

/// The findings of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFindings {
    /// The file, relative to the site's folder; `None` for findings about the whole site.
    pub file: Option<String>,
    /// The page of the file, if it has one.
    pub url: Option<UrlPath>,
    /// The number of errors.
    pub errors: usize,
    /// The number of warnings.
    pub warnings: usize,
    /// The first findings: errors, then warnings, each in order of line.
    pub findings: Vec<Diagnostic>,
}

impl FileFindings {
    /// The number of findings that are not in [`FileFindings::findings`].
    #[must_use]
    pub const fn left_out(&self) -> usize {
        self.errors + self.warnings - self.findings.len()
    }
}

impl Problems {
    /// Groups findings by file. `address_of` returns the page of a file.
    pub(super) fn new(findings: &[Diagnostic], address_of: &dyn Fn(&str) -> Option<UrlPath>) -> Self {
        let mut by_file: BTreeMap<Option<&str>, Vec<&Diagnostic>> = BTreeMap::new();
        for finding in findings {
            let file = finding.place.as_ref().map(|place| place.file.as_str());
            by_file.entry(file).or_default().push(finding);
        }
        let mut files: Vec<(Option<&str>, Vec<&Diagnostic>)> = by_file.into_iter().collect();
        // The sort is stable, so each group stays in order of path. Findings about the whole site come first.
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

    /// The number of files with findings that are not in [`Problems::files`].
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
