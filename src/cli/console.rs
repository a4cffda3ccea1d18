//! Where a command's words go: results to standard output, findings to the reader that was asked for.

use super::args::MessageFormat;
use super::findings;
use crate::diag::{Diagnostic, Severity};
use crate::messages::{Lang, cli_text};
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::path::Path;

/// The reader of a command's words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Console {
    /// Their language.
    pub(super) lang: Lang,
    /// The form of findings.
    pub(super) format: MessageFormat,
}

impl Console {
    /// A console for one run.
    pub(super) const fn new(lang: Lang, format: MessageFormat) -> Self {
        Self { lang, format }
    }

    /// A sentence of the locales.
    pub(super) fn text(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        cli_text(self.lang, key, values)
    }

    /// A number with its word: `KEY-one` for 1, else `KEY-many`.
    pub(super) fn pluralize(&self, key: &str, number: usize) -> String {
        let form = if number == 1 { "one" } else { "many" };
        self.text(&format!("{key}-{form}"), &[("n", &number.to_string())])
    }

    /// Writes one line of a result to standard output; nothing when a program reads it, which gets findings only.
    pub(super) fn print_line(&self, line: &str) -> io::Result<()> {
        match self.format {
            MessageFormat::Human => writeln!(io::stdout(), "{line}"),
            MessageFormat::Json => Ok(()),
        }
    }

    /// Writes a line that programs may need as well: to standard output for people, and where findings go there, to
    /// standard error.
    pub(super) fn print_url(&self, line: &str) -> io::Result<()> {
        match self.format {
            MessageFormat::Human => writeln!(io::stdout(), "{line}"),
            MessageFormat::Json => writeln!(io::stderr(), "{line}"),
        }
    }

    /// Writes one line to standard error, for people only.
    pub(super) fn eprint_line(&self, line: &str) -> io::Result<()> {
        match self.format {
            MessageFormat::Human => writeln!(io::stderr(), "{line}"),
            MessageFormat::Json => Ok(()),
        }
    }

    /// Shows findings in order of file and line: for people with the lines meant and a count, for programs as JSON.
    pub(super) fn print_findings(&self, list: &[Diagnostic]) -> io::Result<()> {
        let mut sorted: Vec<&Diagnostic> = list.iter().collect();
        sorted.sort();
        match self.format {
            MessageFormat::Json => {
                let mut out = BufWriter::new(io::stdout().lock());
                for finding in sorted {
                    writeln!(out, "{}", findings::render_json(finding, self.lang))?;
                }
                out.flush()
            }
            MessageFormat::Human => {
                let mut out = BufWriter::new(io::stderr().lock());
                let look = findings::DiagnosticRenderer::new(self.lang, is_coloured());
                for finding in sorted {
                    writeln!(out, "{}\n", look.render(finding))?;
                }
                if !list.is_empty() {
                    writeln!(out, "{}", self.count_summary(list))?;
                }
                out.flush()
            }
        }
    }

    /// "3 errors, 1 warning", without the one that there is none of.
    fn count_summary(&self, list: &[Diagnostic]) -> String {
        let errors = list
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .count();
        let warnings = list.len() - errors;
        let shown = |key, number| (number > 0).then(|| self.pluralize(key, number));
        match (shown("errors", errors), shown("warnings", warnings)) {
            (Some(first), Some(second)) => self.text("count-and", &[("first", &first), ("second", &second)]),
            (first, second) => first.or(second).unwrap_or_default(),
        }
    }
}

/// Whether standard error is a terminal whose owner has not asked for no colours (<https://no-color.org>).
fn is_coloured() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// The findings that are warnings, counted.
pub(super) fn count_warnings(list: &[Diagnostic]) -> usize {
    list.iter()
        .filter(|finding| finding.severity == Severity::Warning)
        .count()
}

/// A path as people write it: `./public` is `public`.
pub(super) fn display_path(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}
