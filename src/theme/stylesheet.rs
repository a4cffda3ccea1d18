//! Prepares style sheets for browsers: removes comments and white space, and puts in the published names of the files
//! that the sheets use, which carry a hash of the content.

use super::file::{ThemeFile, hashed_name};
use super::minify_css::minify_css;
use crate::diag::{Code, Diagnostic, Place};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Replaces all sheets among `statics`, the theme's static files by path, by their published form; returns the
/// findings. A sheet with a syntax error stays unchanged, because browsers ignore what they do not understand.
pub(super) fn process_all(statics: &mut BTreeMap<String, ThemeFile>) -> Vec<Diagnostic> {
    let sheets: Vec<String> = statics.keys().filter(|path| is_stylesheet(path)).cloned().collect();
    let mut processor = StylesheetProcessor {
        statics,
        pending: sheets.iter().cloned().collect(),
        in_progress: BTreeSet::new(),
        findings: Vec::new(),
    };
    for path in sheets {
        processor.process(&path);
    }
    processor.findings
}

fn is_stylesheet(path: &str) -> bool {
    path.ends_with(".css")
}

struct StylesheetProcessor<'t> {
    statics: &'t mut BTreeMap<String, ThemeFile>,
    /// The sheets that are not processed yet.
    pending: BTreeSet<String>,
    /// The sheets whose processing has begun but not ended.
    in_progress: BTreeSet<String>,
    findings: Vec<Diagnostic>,
}

impl StylesheetProcessor<'_> {
    /// Processes a sheet after those that it imports, because their published names depend on their content.
    fn process(&mut self, path: &str) {
        if !self.pending.remove(path) {
            return;
        }
        let Some(file) = self.statics.get(path).cloned() else {
            return;
        };
        let text = String::from_utf8_lossy(&file.bytes);
        let finding = |place: Range<usize>| {
            Diagnostic::new(Code::BadStylesheet)
                .at(Place::in_text(&file.origin, &text, place))
                .with("sheet", &file.origin)
        };
        self.in_progress.insert(path.to_owned());
        let minified = minify_css(&text, &mut |url, place| match self.published_url(path, url) {
            Ok(published) => published,
            Err(wrong) => {
                self.findings.push(finding(place).with(wrong, url));
                url.to_owned()
            }
        });
        self.in_progress.remove(path);
        match minified {
            Ok(code) => {
                if let Some(file) = self.statics.get_mut(path) {
                    file.bytes = Cow::Owned(code.into_bytes());
                }
            }
            Err(errors) => {
                let findings = errors
                    .into_iter()
                    .map(|error| finding(error.place).with("reason", error.reason));
                self.findings.extend(findings);
            }
        }
    }

    /// `url`, in the sheet at `path`, with the published name of the file that it names.
    ///
    /// # Errors
    /// The name of the finding's value: `absent` when there is no such file, `circle` when the file imports this sheet.
    fn published_url(&mut self, path: &str, url: &str) -> Result<String, &'static str> {
        if is_external(url) {
            return Ok(url.to_owned());
        }
        let end = url.find(['?', '#']).unwrap_or(url.len());
        let (plain, rest) = url.split_at(end);
        let target = resolve(path, plain).ok_or("absent")?;
        self.process(&target);
        if self.in_progress.contains(&target) {
            return Err("circle");
        }
        let name = hashed_name(&target, &self.statics.get(&target).ok_or("absent")?.bytes);
        let folder = plain.rfind('/').map_or("", |at| &plain[..=at]);
        let name = name.rfind('/').map_or(&*name, |at| &name[at + 1..]);
        Ok(format!("{folder}{name}{rest}"))
    }
}

/// Whether a URL does not name a file beside the sheet: it is of another site, of the page, or data.
fn is_external(url: &str) -> bool {
    let has_scheme = url
        .split_once(':')
        .is_some_and(|(scheme, _)| !scheme.contains(['/', '?', '#']));
    url.is_empty() || url.starts_with(['/', '#', '?']) || has_scheme
}

/// The path of the static file that `url` names in the sheet at `path`; `None` when it leads out of the folder.
fn resolve(path: &str, url: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in url.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// The theme's files after `process_all`, and the findings.
    fn processed(files: &[(&str, &str)]) -> (BTreeMap<String, String>, Vec<Diagnostic>) {
        let file = |(path, text): &(&str, &str)| {
            let file = ThemeFile {
                origin: format!("themes/ours/static/{path}"),
                bytes: Cow::Owned(text.as_bytes().to_vec()),
            };
            ((*path).to_owned(), file)
        };
        let mut statics: BTreeMap<String, ThemeFile> = files.iter().map(file).collect();
        let findings = process_all(&mut statics);
        let text = |file: ThemeFile| String::from_utf8_lossy(&file.bytes).into_owned();
        (
            statics.into_iter().map(|(path, file)| (path, text(file))).collect(),
            findings,
        )
    }

    #[test]
    fn comments_and_whitespace_are_removed() {
        let (files, findings) = processed(&[(
            "a.css",
            "/* 说明 */\n@layer base {\n  a:hover { color : #a8201a ; }\n}\n",
        )]);
        assert_eq!(files["a.css"], "@layer base{a:hover{color:#a8201a}}");
        assert_eq!(findings, []);
    }

    #[test]
    fn urls_carry_hashed_file_names() {
        let (files, findings) = processed(&[
            (
                "sub/a.css",
                "@import 'b.css'; a { background: url(../p.svg#x) } b { background: url(data:,) }",
            ),
            ("sub/b.css", "c { background: url('../p.svg') }"),
            ("p.svg", "<svg/>"),
        ]);
        let picture = hashed_name("p.svg", b"<svg/>");
        assert_eq!(files["sub/b.css"], format!("c{{background:url(\"../{picture}\")}}"));
        let imported = hashed_name("b.css", files["sub/b.css"].as_bytes());
        let expected =
            format!("@import \"{imported}\";a{{background:url(\"../{picture}#x\")}}b{{background:url(\"data:,\")}}");
        assert_eq!(files["sub/a.css"], expected);
        assert_eq!(findings, []);
    }

    #[test]
    fn missing_files_and_invalid_css_are_reported_with_line() {
        let (files, findings) = processed(&[
            ("a.css", "p { color: red }\n/* 一 */ a { b c }\n"),
            ("b.css", "p {\n  background: url(字.png) }"),
        ]);
        assert!(
            files["a.css"].contains("/* 一 */"),
            "a sheet with a syntax error stays unchanged"
        );
        assert_eq!(files["b.css"], "p{background:url(\"字.png\")}");
        let places: Vec<_> = findings
            .iter()
            .map(|finding| (finding.code, finding.place.as_ref().unwrap().line))
            .collect();
        assert_eq!(places, [(Code::BadStylesheet, 2), (Code::BadStylesheet, 2)]);
    }

    #[test]
    fn circular_imports_terminate() {
        let (files, _) = processed(&[
            ("a.css", "@import 'b.css';"),
            ("b.css", "@import 'a.css';@import 'b.css';"),
        ]);
        assert_eq!(files.len(), 2);
    }

    #[test]
    fn malformed_css_does_not_panic() {
        for text in [
            "",
            "}",
            "{",
            "@",
            "a{b:url(",
            "\u{0}",
            "@import",
            "@media{",
            "a{color:",
            "😀 {",
            "/*",
            "@import url(../..);",
            "a{--x:url(a.png)}",
            "a{b:url(\"\\\"\")}",
            "@import 'a' supports(x) layer(",
        ] {
            let _ = processed(&[("a.css", text)]);
        }
    }
}
