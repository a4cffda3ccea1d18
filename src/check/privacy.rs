//! Personal numbers that must not be published, by the site's policy.
//!
//! `crate::privacy` finds the numbers; this rule knows which of them the site allows, and where a finding points.

use crate::config::Settings;
use crate::diag::{Code, Diagnostic, Place, Severity};
use crate::privacy::{self, PersonalNumber};
use std::collections::BTreeSet;

/// The most numbers of one line that are reported. Each finding about a line reads the whole line.
const MAX_PER_LINE: usize = 20;

/// What the site says about personal numbers.
#[derive(Debug)]
pub(crate) struct PrivacyRule {
    severity: Severity,
    /// The numbers that may be published: their digits, or masked as findings show them.
    allowed: BTreeSet<String>,
    /// Whether `site.yaml` already has a list of allowed numbers.
    has_list: bool,
}

impl PrivacyRule {
    /// The rule by the site's settings. `None` when they turn it off.
    #[must_use]
    pub(crate) fn new(settings: &Settings) -> Option<Self> {
        let of_owner = privacy::find(&settings.owner.phone).into_iter();
        let mut allowed: BTreeSet<String> = of_owner.map(|number| number.digits).collect();
        allowed.extend(settings.privacy_allow.iter().cloned());
        Some(Self {
            severity: settings.policy.privacy?,
            allowed,
            has_list: !settings.privacy_allow.is_empty(),
        })
    }

    /// Findings about the numbers in a text, each at its place. `text` is all of `file`.
    #[must_use]
    pub(crate) fn check_text(&self, file: &str, text: &str) -> Vec<Diagnostic> {
        self.check_text_where(file, text, &|_| true)
    }

    /// Like [`PrivacyRule::check_text`], for the numbers that `is_published` accepts.
    #[must_use]
    pub(crate) fn check_text_where(
        &self,
        file: &str,
        text: &str,
        is_published: &dyn Fn(&PersonalNumber) -> bool,
    ) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        let (mut line_start, mut line, mut on_line) = (0, 1, 0);
        for number in self.find(text).filter(is_published) {
            let before = &text[line_start..number.range.start];
            if let Some(end) = before.rfind('\n') {
                line += before.matches('\n').count();
                line_start += end + 1;
                on_line = 0;
            }
            on_line += 1;
            if on_line > MAX_PER_LINE {
                continue;
            }
            // Lines are counted once for all numbers, so the place sees no line before its own.
            let from = number.range.start - line_start..number.range.end - line_start;
            let rest = &text[line_start..];
            let end = memchr::memchr(b'\n', &rest.as_bytes()[from.end..]).map_or(rest.len(), |at| from.end + at);
            let mut place = Place::in_text(file, &rest[..end], from);
            place.line = line;
            findings.push(self.finding(&number, place));
        }
        findings
    }

    /// Findings about the numbers in the cell of a ledger at `place`.
    #[must_use]
    pub(crate) fn check_cell(&self, text: &str, place: &dyn Fn() -> Place) -> Vec<Diagnostic> {
        self.find(text).map(|number| self.finding(&number, place())).collect()
    }

    /// Findings about numbers in the names of files, one for each name of a file or folder.
    #[must_use]
    pub(crate) fn check_names<'p>(&self, paths: impl Iterator<Item = &'p str>) -> Vec<Diagnostic> {
        let mut reported = BTreeSet::new();
        let mut findings = Vec::new();
        for path in paths {
            for number in self.find(path) {
                let end = path[number.range.end..]
                    .find('/')
                    .map_or(path.len(), |at| number.range.end + at);
                if reported.insert(&path[..end]) {
                    findings.push(
                        self.finding(&number, Place::whole_file(path))
                            .with("in-name", "in-name"),
                    );
                }
            }
        }
        findings
    }

    /// A finding about a number somewhere in `file`, which has no lines: a Word file, a PDF.
    #[must_use]
    pub(crate) fn finding_in_file(&self, file: &str, number: &PersonalNumber) -> Diagnostic {
        self.finding(number, Place::whole_file(file))
    }

    /// The numbers in a text that the site does not allow.
    pub(crate) fn find(&self, text: &str) -> impl Iterator<Item = PersonalNumber> + use<'_> {
        let is_allowed =
            |number: &PersonalNumber| self.allowed.contains(&number.digits) || self.allowed.contains(&number.masked());
        privacy::find(text)
            .into_iter()
            .filter(move |number| !is_allowed(number))
    }

    fn finding(&self, number: &PersonalNumber, place: Place) -> Diagnostic {
        let masked = number.masked();
        let finding = Diagnostic::new(Code::Privacy)
            .at(place)
            .with("what", number.kind.as_str())
            .with("value", masked.as_str())
            .with_severity(self.severity);
        // A second list would be a key given twice.
        finding.with(if self.has_list { "item" } else { "list" }, masked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(owner_phone: &str, allowed: &[&str]) -> PrivacyRule {
        let mut settings = Settings::default();
        settings.owner.phone = owner_phone.to_owned();
        settings.privacy_allow = allowed.iter().map(|&text| text.to_owned()).collect();
        PrivacyRule::new(&settings).expect("the rule is on by default")
    }

    fn places(findings: &[Diagnostic]) -> Vec<(usize, usize)> {
        let places = findings.iter().filter_map(|finding| finding.place.as_ref());
        places.map(|place| (place.line, place.column)).collect()
    }

    #[test]
    fn numbers_are_reported_at_their_places_and_masked() {
        let text = "一\n请拨13800138000，\r\n\n或 139 0013 9000\n138 0013\n8000";
        let findings = rule("", &[]).check_text("a.md", text);
        assert_eq!(places(&findings), [(2, 3), (4, 3), (5, 1)]);
        assert_eq!(findings[0].values[1].1, "138****8000");
        for finding in &findings {
            let place = finding.place.as_ref().expect("each has a place");
            let slow = Place::in_text("a.md", text, 0..0);
            assert_eq!(place.file, slow.file);
            assert!(privacy::find(&place.excerpt).is_empty(), "{}", place.excerpt);
        }
    }

    #[test]
    fn allowed_numbers_are_not_reported_in_any_spelling() {
        let text = "13800138000 139-0013-9000 13700137000";
        assert_eq!(
            places(&rule("", &[]).check_text("a.md", text)),
            [(1, 1), (1, 13), (1, 27)]
        );
        let found = rule("+86 138 0013 8000", &["139****9000", "13700137000"]).check_text("a.md", text);
        assert_eq!(found, []);
    }

    #[test]
    fn a_folder_with_a_number_is_reported_once() {
        let paths = [
            "content/13800138000/a.md",
            "content/13800138000/b.md",
            "content/a-13900139000.txt",
            "content/张-13900139000.txt",
        ];
        let found = rule("", &[]).check_names(paths.into_iter());
        let files: Vec<_> = found
            .iter()
            .filter_map(|finding| finding.place.as_ref())
            .map(Place::shown_file)
            .collect();
        assert_eq!(files, ["content/138****8000/a.md", "content/张-139****9000.txt"]);
    }

    #[test]
    fn a_long_line_of_numbers_is_reported_in_part() {
        let text = "13800138000，".repeat(50_000);
        assert_eq!(rule("", &[]).check_text("a.csv", &text).len(), MAX_PER_LINE);
        let lines = "13800138000\n".repeat(20_000);
        assert_eq!(rule("", &[]).check_text("a.csv", &lines).len(), 20_000);
    }
}
