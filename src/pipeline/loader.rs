//! Reads the files of a site's definitions, and collects the findings.

use crate::check::PrivacyRule;
use crate::config::Settings;
use crate::diag::{Checked, Diagnostic};
use crate::schema;
use crate::source::{ReadLog, SourceFile, decode::decode};

/// Reads files and unwraps checked values; collects their findings.
pub(super) struct Loader<'a> {
    pub(super) findings: &'a mut Vec<Diagnostic>,
    pub(super) read_log: &'a ReadLog,
    /// The rule about personal numbers. `None` when it is off, and until the settings are read.
    pub(super) privacy: Option<PrivacyRule>,
}

impl Loader<'_> {
    /// The value; its findings are collected.
    pub(super) fn take<T>(&mut self, checked: Checked<T>) -> T {
        self.findings.extend(checked.findings);
        checked.value
    }

    /// The settings in a file, and its text. From then on, texts are searched for personal numbers.
    pub(super) fn read_settings(&mut self, file: &SourceFile) -> (Settings, String) {
        let text = self.read_text(file);
        let settings = self.take(schema::read_settings(file.path.as_str(), &text));
        self.privacy = PrivacyRule::new(&settings);
        self.check_privacy(file.path.as_str(), &text);
        (settings, text)
    }

    /// The text of a file that pages show; empty when it cannot be read. Its personal numbers are reported.
    pub(super) fn read_published_text(&mut self, file: &SourceFile) -> String {
        let text = self.read_text(file);
        self.check_privacy(file.path.as_str(), &text);
        text
    }

    /// Reports the personal numbers in a text.
    pub(super) fn check_privacy(&mut self, file: &str, text: &str) {
        if let Some(rule) = &self.privacy {
            self.findings.extend(rule.check_text(file, text));
        }
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
