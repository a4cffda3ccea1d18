//! The output of a command: results on standard output, findings in the requested format.

use super::args::MessageFormat;
use super::findings;
use crate::diag::{Diagnostic, Severity};
use crate::messages::{Lang, cli_text};
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::path::Path;

/// The output of one command, for a person or a program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Console {
    /// The language of the output.
    pub(super) lang: Lang,
    /// The format of findings.
    pub(super) format: MessageFormat,
}

impl Console {
    /// A console for one run.
    pub(super) const fn new(lang: Lang, format: MessageFormat) -> Self {
        Self { lang, format }
    }

    /// The sentence `key` of the locales, with `values` filled in.
    pub(super) fn text(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        cli_text(self.lang, key, values)
    }

    /// A number with its noun: the sentence `KEY-one` for 1, else `KEY-many`.
    pub(super) fn pluralize(&self, key: &str, number: usize) -> String {
        let form = if number == 1 { "one" } else { "many" };
        self.text(&format!("{key}-{form}"), &[("n", &number.to_string())])
    }

    /// Writes one line of a result to standard output. Writes nothing in JSON format, in which standard output holds
    /// only findings.
    pub(super) fn print_line(&self, line: &str) -> io::Result<()> {
        match self.format {
            MessageFormat::Human => writeln!(io::stdout(), "{line}"),
            MessageFormat::Json => Ok(()),
        }
    }

    /// Writes a line that programs may need as well: to standard output, or in JSON format to standard error, because
    /// findings take standard output.
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

    /// Prints findings in order of file and line: for people with source lines and a count, for programs as JSON.
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
                let renderer = findings::DiagnosticRenderer::new(self.lang, is_coloured());
                for finding in sorted {
                    writeln!(out, "{}\n", renderer.render(finding))?;
                }
                if !list.is_empty() {
                    writeln!(out, "{}", self.count_summary(list))?;
                }
                out.flush()
            }
        }
    }

    /// "3 errors, 1 warning". Omits a count of 0.
    fn count_summary(&self, list: &[Diagnostic]) -> String {
        let errors = list
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .count();
        let warnings = list.len() - errors;
        let count = |key, number| (number > 0).then(|| self.pluralize(key, number));
        match (count("errors", errors), count("warnings", warnings)) {
            (Some(first), Some(second)) => self.text("count-and", &[("first", &first), ("second", &second)]),
            (first, second) => first.or(second).unwrap_or_default(),
        }
    }
}

/// Whether standard error is a terminal and `NO_COLOR` is unset or empty (<https://no-color.org>).
fn is_coloured() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// The number of warnings in `list`.
pub(super) fn count_warnings(list: &[Diagnostic]) -> usize {
    list.iter()
        .filter(|finding| finding.severity == Severity::Warning)
        .count()
}

/// A path without a leading `./`: `./public` becomes `public`.
pub(super) fn display_path(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}
