//! The output of a command: results on standard output, findings in the requested format.

use super::args::MessageFormat;
use super::findings::DiagnosticRenderer;
use super::machine_formats;
use super::table::{CellAlignment, format_table};
use super::terminal;
use crate::diag::{Code, Diagnostic, Severity};
use crate::messages::{Lang, cli_text, escape_control_characters, escape_json};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// The least number of findings that are also counted by code.
const MIN_SUMMARIZED: usize = 4;

/// The output of one command, for a person or a program.
#[derive(Debug, Clone)]
pub(crate) struct Console {
    /// The language of the output.
    pub(super) lang: Lang,
    /// The format of findings.
    pub(super) format: MessageFormat,
    /// Whether only errors, and what was asked for, are printed.
    pub(super) is_quiet: bool,
    /// The site's folder as given; empty for commands that have none.
    pub(super) site: PathBuf,
}

impl Console {
    /// The sentence `key` of the locales, with `values` filled in.
    pub(super) fn text(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        cli_text(self.lang, key, values)
    }

    /// A number with its noun: the sentence `KEY-one` for 1, else `KEY-many`.
    pub(super) fn pluralize(&self, key: &str, number: usize) -> String {
        let form = if number == 1 { "one" } else { "many" };
        self.text(&format!("{key}-{form}"), &[("n", &number.to_string())])
    }

    /// Writes one object of JSON as a line to standard output.
    pub(super) fn print_json(&self, object: &serde_json::Value) -> io::Result<()> {
        writeln!(io::stdout(), "{}", escape_json(&object.to_string()))
    }

    /// Writes one line of a result to standard output. In other formats than text standard output holds only findings,
    /// so nothing is written.
    pub(super) fn print_line(&self, line: &str) -> io::Result<()> {
        match self.format {
            MessageFormat::Human => writeln!(io::stdout(), "{}", escape_control_characters(line)),
            _ => Ok(()),
        }
    }

    /// Writes a line that says what was done, which nobody needs who asked for quiet.
    pub(super) fn print_status(&self, line: &str) -> io::Result<()> {
        if self.is_quiet { Ok(()) } else { self.print_line(line) }
    }

    /// Writes a line that programs may need as well: to standard output, or where findings take standard output, to
    /// standard error.
    pub(super) fn print_url(&self, line: &str) -> io::Result<()> {
        match self.format {
            MessageFormat::Human => writeln!(io::stdout(), "{}", escape_control_characters(line)),
            _ => writeln!(io::stderr(), "{}", escape_control_characters(line)),
        }
    }

    /// Writes one line to standard error, for people only.
    pub(super) fn eprint_line(&self, line: &str) -> io::Result<()> {
        match self.format {
            MessageFormat::Human if !self.is_quiet => writeln!(io::stderr(), "{}", escape_control_characters(line)),
            _ => Ok(()),
        }
    }

    /// Prints findings in order of file and line: for people with source lines and a summary, for programs in their
    /// format. Quiet leaves out warnings.
    pub(super) fn print_findings(&self, list: &[Diagnostic]) -> io::Result<()> {
        let is_wanted = |finding: &&Diagnostic| !self.is_quiet || finding.severity == Severity::Error;
        let mut sorted: Vec<&Diagnostic> = list.iter().filter(is_wanted).collect();
        sorted.sort();
        if self.format != MessageFormat::Human {
            let mut out = BufWriter::new(io::stdout().lock());
            machine_formats::write_findings(&mut out, &sorted, self.format, self.lang, &self.site)?;
            return out.flush();
        }
        let is_coloured = terminal::is_coloured(&io::stderr());
        let mut out = BufWriter::new(io::stderr().lock());
        let renderer = DiagnosticRenderer::new(self.lang, is_coloured, terminal::width());
        for finding in &sorted {
            writeln!(out, "{}\n", renderer.render(finding))?;
        }
        if !sorted.is_empty() && !self.is_quiet {
            self.summary(&sorted)
                .iter()
                .try_for_each(|line| writeln!(out, "{line}"))?;
        }
        out.flush()
    }

    /// How many findings there are of each code, the errors first, and of all; for few findings only the last.
    fn summary(&self, list: &[&Diagnostic]) -> Vec<String> {
        let mut by_code: BTreeMap<(Severity, Code), usize> = BTreeMap::new();
        for finding in list {
            *by_code.entry((finding.severity, finding.code)).or_default() += 1;
        }
        let mut lines = Vec::new();
        if list.len() >= MIN_SUMMARIZED {
            let mut rows: Vec<_> = by_code.into_iter().collect();
            rows.sort_by_key(|((severity, code), count)| (*severity, Reverse(*count), *code));
            let row = |((severity, code), count): &((Severity, Code), usize)| {
                let severity = self.text(severity.as_str(), &[]);
                vec![severity, code.as_str().to_owned(), count.to_string()]
            };
            let rows: Vec<Vec<String>> = rows.iter().map(row).collect();
            let alignments = [CellAlignment::Left, CellAlignment::Left, CellAlignment::Right];
            lines.extend(
                format_table(&rows, &alignments)
                    .into_iter()
                    .map(|line| format!("  {line}")),
            );
            let hint = self.text("explain-hint", &[("code", &rows[0][1])]);
            lines.push(terminal::fold_text(&hint, terminal::width()));
        }
        lines.push(self.count_summary(list));
        lines
    }

    /// "3 errors, 1 warning". Omits a count of 0.
    fn count_summary(&self, list: &[&Diagnostic]) -> String {
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

/// The number of warnings in `list`.
pub(super) fn count_warnings(list: &[Diagnostic]) -> usize {
    list.iter()
        .filter(|finding| finding.severity == Severity::Warning)
        .count()
}

/// A path without a leading `./`, for the terminal: `./public` becomes `public`.
pub(super) fn display_path(path: &Path) -> String {
    let path = path.strip_prefix(".").unwrap_or(path).display().to_string();
    escape_control_characters(&path).into_owned()
}
