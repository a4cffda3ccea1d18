//! One finding as text: for people with its line underlined, for programs as a JSON object.

use crate::diag::{Diagnostic, Place, Severity};
use crate::messages::{Lang, help, message, text};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

/// The finding as one line of JSON: `code`, `severity`, `file`, `line`, `column`, `message`, `help`; null for what it
/// has not.
pub(super) fn json(finding: &Diagnostic, lang: Lang) -> String {
    let place = finding.place.as_ref();
    serde_json::json!({
        "code": finding.code.as_str(),
        "severity": finding.severity.as_str(),
        "file": place.map(|place| &place.file),
        "line": place.map(|place| place.line),
        "column": place.map(|place| place.column),
        "message": message(finding, lang),
        "help": help(finding, lang),
    })
    .to_string()
}

/// How findings look to people: language and colours.
pub(super) struct Look {
    lang: Lang,
    renderer: Renderer,
    error: String,
    warning: String,
    help: String,
    corrected: String,
}

impl Look {
    /// A look in `lang`.
    pub(super) fn new(lang: Lang, coloured: bool) -> Self {
        let renderer = if coloured {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let word = |key| text(lang, key, &[]);
        Self {
            lang,
            renderer: renderer.decor_style(DecorStyle::Ascii),
            error: word("error"),
            warning: word("warning"),
            help: word("help"),
            corrected: word("corrected"),
        }
    }

    /// The finding: severity, code and message; its line with the part meant underlined; what to do.
    pub(super) fn shown(&self, finding: &Diagnostic) -> String {
        let level = match finding.severity {
            Severity::Error => Level::ERROR.with_name(self.error.as_str()),
            Severity::Warning => Level::WARNING.with_name(self.warning.as_str()),
        };
        let title = level
            .primary_title(message(finding, self.lang))
            .id(finding.code.as_str());
        let hint = help(finding, self.lang);
        let hint = hint.map(|hint| Element::from(Level::HELP.with_name(self.help.as_str()).message(hint)));
        let first = Group::with_title(title)
            .elements(finding.place.iter().flat_map(source))
            .elements(hint);
        let second = finding.corrected.as_deref().map(|line| self.corrected(finding, line));
        let report: Vec<Group<'_>> = std::iter::once(first).chain(second).collect();
        self.renderer.render(&report)
    }

    /// The corrected line, numbered as in the file.
    fn corrected<'a>(&'a self, finding: &Diagnostic, line: &'a str) -> Group<'a> {
        let number = finding.place.as_ref().map_or(1, |place| place.line);
        let snippet = Snippet::source(line).line_start(number).fold(false);
        // The level's own name is the whole title, so that it reads "write:" and then the line.
        let level = Level::HELP.with_name(self.corrected.as_str());
        Group::with_title(level.secondary_title("")).element(snippet.annotation(AnnotationKind::Visible.span(0..0)))
    }
}

/// Where a finding is, and its line when there is one.
fn source(place: &Place) -> Vec<Element<'_>> {
    let (from, to) = place.marked;
    let origin = Origin::path(place.file.as_str())
        .line(place.line)
        .char_column(place.column);
    if place.excerpt.is_empty() {
        return vec![origin.into()];
    }
    let annotation = AnnotationKind::Primary.span(from..to.max(from));
    let snippet = Snippet::source(place.excerpt.as_str())
        .line_start(place.line)
        .annotation(annotation);
    vec![origin.into(), snippet.into()]
}
