//! Reads the files of a site's definitions, and collects the findings.

use crate::config::Settings;
use crate::diag::{Checked, Diagnostic};
use crate::schema;
use crate::source::{ReadLog, SourceFile, decode::decode};

/// Reads files and unwraps checked values; collects their findings.
pub(super) struct Loader<'a> {
    pub(super) findings: &'a mut Vec<Diagnostic>,
    pub(super) read_log: &'a ReadLog,
}

impl Loader<'_> {
    /// The value; its findings are collected.
    pub(super) fn take<T>(&mut self, checked: Checked<T>) -> T {
        self.findings.extend(checked.findings);
        checked.value
    }

    /// The settings in a file.
    pub(super) fn read_settings(&mut self, file: &SourceFile) -> Settings {
        let text = self.read_text(file);
        self.take(schema::read_settings(file.path.as_str(), &text))
    }

    /// The text of a file; empty when it cannot be read.
    pub(super) fn read_text(&mut self, file: &SourceFile) -> String {
        match self.read_log.read(file) {
            Ok(bytes) => self.take(decode(file.path.as_str(), bytes)),
            Err(finding) => {
                self.findings.push(*finding);
                String::new()
            }
        }
    }

    /// The texts of files, each with its path.
    pub(super) fn read_texts<'f>(&mut self, files: &'f [SourceFile]) -> Vec<(&'f str, String)> {
        files
            .iter()
            .map(|file| (file.path.as_str(), self.read_text(file)))
            .collect()
    }
}
