//! One finding as text: for people with its line underlined, for programs as a JSON object.

use crate::diag::{Diagnostic, Place, Severity};
use crate::messages::{Lang, cli_text, help, message};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

/// The finding as one line of JSON: `code`, `severity`, `file`, `line`, `column`, `message`, `help`; null for what it
/// has not. In a ledger `line` is the row and `column` the column's number, and `cell` names both: `2022年!C7`.
pub(super) fn render_json(finding: &Diagnostic, lang: Lang) -> String {
    let place = finding.place.as_ref();
    let mut object = serde_json::json!({
        "code": finding.code.as_str(),
        "severity": finding.severity.as_str(),
        "file": place.map(|place| &place.file),
        "line": place.map(|place| place.line),
        "column": place.map(|place| place.column),
        "message": message(finding, lang),
        "help": help(finding, lang),
    });
    if let Some(cell) = place.and_then(Place::cell_reference) {
        object["cell"] = cell.into();
    }
    object.to_string()
}

/// How findings look to people: language and colours.
pub(super) struct DiagnosticRenderer {
    lang: Lang,
    renderer: Renderer,
    error: String,
    warning: String,
    help: String,
    fix_title: String,
}

impl DiagnosticRenderer {
    /// A look in `lang`.
    pub(super) fn new(lang: Lang, coloured: bool) -> Self {
        let renderer = if coloured {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let word = |key| cli_text(lang, key, &[]);
        Self {
            lang,
            renderer: renderer.decor_style(DecorStyle::Ascii),
            error: word("error"),
            warning: word("warning"),
            help: word("help"),
            fix_title: word("corrected"),
        }
    }

    /// The finding: severity, code and message; its line with the part meant underlined; what to do.
    pub(super) fn render(&self, finding: &Diagnostic) -> String {
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
            .elements(finding.place.iter().flat_map(source_elements))
            .elements(hint);
        let second = finding.fix.as_deref().map(|line| self.fix_group(finding, line));
        let report: Vec<Group<'_>> = std::iter::once(first).chain(second).collect();
        let shown = self.renderer.render(&report);
        match &finding.place {
            Some(place) => without_column(shown, place),
            None => shown,
        }
    }

    /// The corrected line, numbered as in the file.
    fn fix_group<'a>(&'a self, finding: &Diagnostic, line: &'a str) -> Group<'a> {
        let number = finding.place.as_ref().map_or(1, |place| place.line);
        let snippet = Snippet::source(line).line_start(number).fold(false);
        let title = Level::HELP
            .with_name(self.help.as_str())
            .secondary_title(self.fix_title.as_str());
        Group::with_title(title).element(snippet.annotation(AnnotationKind::Visible.span(0..0)))
    }
}

/// A row of a ledger, its cell underlined; the origin names the cell as Excel does.
fn ledger_row<'a>(place: &'a Place, cell: &str) -> Vec<Element<'a>> {
    let origin = ledger_origin(place, cell);
    if place.excerpt.is_empty() {
        return vec![Origin::path(origin).into()];
    }
    let (from, to) = place.marked_span;
    let kind = if from < to {
        AnnotationKind::Primary
    } else {
        AnnotationKind::Visible
    };
    let snippet = Snippet::source(place.excerpt.as_str()).line_start(place.line);
    vec![snippet.path(origin).annotation(kind.span(from..to)).into()]
}

/// `content/_data/activities.xlsx 2022年!C7`.
fn ledger_origin(place: &Place, cell: &str) -> String {
    format!("{} {cell}", place.file)
}

/// Takes off the line and column that the renderer counts in the row as it is shown: the cell's name says both.
fn without_column(shown: String, place: &Place) -> String {
    let Some(cell) = place.cell_reference() else {
        return shown;
    };
    let origin = ledger_origin(place, &cell);
    let column = place.excerpt[..place.marked_span.0].chars().count() + 1;
    shown.replacen(&format!("{origin}:{}:{column}", place.line), &origin, 1)
}

/// Where a finding is, and its line when there is one.
fn source_elements(place: &Place) -> Vec<Element<'_>> {
    let (from, to) = place.marked_span;
    if let Some(cell) = place.cell_reference() {
        return ledger_row(place, &cell);
    }
    let origin = Origin::path(place.file.as_str())
        .line(place.line)
        .char_column(place.column);
    if place.excerpt.is_empty() {
        return vec![origin.into()];
    }
    let annotation = AnnotationKind::Primary.span(from..to);
    let snippet = Snippet::source(place.excerpt.as_str())
        .line_start(place.line)
        .annotation(annotation);
    // The renderer counts the column in what it is shown, which for a long line is only a window of it.
    if place.excerpt[..from].chars().count() + 1 == place.column {
        vec![snippet.path(place.file.as_str()).into()]
    } else {
        vec![origin.into(), snippet.into()]
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::diag::Code;

    fn finding() -> Diagnostic {
        let text = "---\ntitle：清洁河道\ndate: 2022-05-12\n---\n";
        Diagnostic::new(Code::FullWidthColon)
            .at(Place::in_text("content/volunteer/a.md", text, 9..12))
            .with_fix("title: 清洁河道")
    }

    #[test]
    fn marked_part_is_underlined_below_wide_characters() {
        let shown = DiagnosticRenderer::new(Lang::Zh, false).render(&finding());
        let expected = "\
错误[full-width-colon]: 这里用了全角冒号“：”
 --> content/volunteer/a.md:2:6
  |
2 | title：清洁河道
  |      ^^
  |
";
        assert!(shown.starts_with(expected), "{shown}");
        assert!(shown.contains("\n2 | title: 清洁河道"), "{shown}");
        let wide = "标题: 中文 abc";
        let finding = Diagnostic::new(Code::UnknownKey)
            .with("key", "x")
            .at(Place::in_text("a.md", wide, 15..18));
        let shown = DiagnosticRenderer::new(Lang::En, false).render(&finding);
        assert!(shown.contains("\n1 | 标题: 中文 abc\n  |            ^^^"), "{shown}");
    }

    #[test]
    fn findings_without_a_line_or_in_a_long_line_are_rendered() {
        let look = DiagnosticRenderer::new(Lang::En, false);
        let whole = Diagnostic::new(Code::EncodingGbk)
            .with("encoding", "GBK")
            .at(Place::whole_file("content/a.md"));
        assert!(look.render(&whole).contains("content/a.md:1:1"));
        assert!(
            look.render(&Diagnostic::new(Code::NotASite).with("path", "x"))
                .starts_with("error[not-a-site]: x")
        );
        let long = "长".repeat(1000);
        let far = Diagnostic::new(Code::DeadLink).at(Place::in_text("a.md", &long, 2400..2403));
        assert!(look.render(&far).contains("a.md:1:801"), "{}", look.render(&far));
    }

    #[test]
    fn json_has_every_key_and_null_for_what_is_missing() {
        let placed: serde_json::Value = serde_json::from_str(&render_json(&finding(), Lang::En)).unwrap();
        assert_eq!(placed["code"], "full-width-colon");
        assert_eq!(placed["severity"], "error");
        assert_eq!((&placed["line"], &placed["column"]), (&2.into(), &6.into()));
        let bare = render_json(&Diagnostic::new(Code::NotASite).with("path", "x"), Lang::Zh);
        let bare: serde_json::Value = serde_json::from_str(&bare).unwrap();
        let keys: Vec<_> = bare.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["code", "severity", "file", "line", "column", "message", "help"]);
        assert!(bare["file"].is_null() && bare["line"].is_null());
    }
}
