//! Renders one finding: for people with its source line underlined, for programs as a JSON object.

use crate::diag::{Diagnostic, Place, Severity};
use crate::messages::{Lang, cli_text, help, message};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

/// The finding as one line of JSON: `code`, `severity`, `file`, `line`, `column`, `message`, `help`; a missing value is
/// null. In a ledger `line` is the row, `column` is the column's number, and `cell` names both: `2022年!C7`.
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

/// Renders findings for people, in one language, with or without colours.
pub(super) struct DiagnosticRenderer {
    lang: Lang,
    renderer: Renderer,
    error: String,
    warning: String,
    help: String,
    fix_title: String,
}

impl DiagnosticRenderer {
    /// A renderer for `lang`.
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

    /// The finding as text: severity, code and message; its line with the marked part underlined; the help.
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
        let rendered = self.renderer.render(&report);
        match &finding.place {
            Some(place) => without_column(rendered, place),
            None => rendered,
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

/// A row of a ledger with its cell underlined. The origin names the cell as Excel does.
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

/// The file and the cell: `content/_data/activities.xlsx 2022年!C7`.
fn ledger_origin(place: &Place, cell: &str) -> String {
    format!("{} {cell}", place.file)
}

/// Removes the line and column that the renderer appends to a ledger's origin. They count within the excerpt, and the
/// cell reference already names row and column.
fn without_column(rendered: String, place: &Place) -> String {
    let Some(cell) = place.cell_reference() else {
        return rendered;
    };
    let origin = ledger_origin(place, &cell);
    let column = place.excerpt[..place.marked_span.0].chars().count() + 1;
    rendered.replacen(&format!("{origin}:{}:{column}", place.line), &origin, 1)
}

/// The origin of a finding, and its line if the place has an excerpt.
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
    // The renderer counts the column within the excerpt. The excerpt of a long line starts inside the line, so the
    // origin then states the column.
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
        let rendered = DiagnosticRenderer::new(Lang::Zh, false).render(&finding());
        let expected = "\
错误[full-width-colon]: 这里用了全角冒号“：”
 --> content/volunteer/a.md:2:6
  |
2 | title：清洁河道
  |      ^^
  |
";
        assert!(rendered.starts_with(expected), "{rendered}");
        assert!(rendered.contains("\n2 | title: 清洁河道"), "{rendered}");
        let wide = "标题: 中文 abc";
        let finding = Diagnostic::new(Code::UnknownKey)
            .with("key", "x")
            .at(Place::in_text("a.md", wide, 15..18));
        let rendered = DiagnosticRenderer::new(Lang::En, false).render(&finding);
        assert!(
            rendered.contains("\n1 | 标题: 中文 abc\n  |            ^^^"),
            "{rendered}"
        );
    }

    #[test]
    fn findings_without_a_line_or_in_a_long_line_are_rendered() {
        let renderer = DiagnosticRenderer::new(Lang::En, false);
        let whole = Diagnostic::new(Code::EncodingGbk)
            .with("encoding", "GBK")
            .at(Place::whole_file("content/a.md"));
        assert!(renderer.render(&whole).contains("content/a.md:1:1"));
        assert!(
            renderer
                .render(&Diagnostic::new(Code::NotASite).with("path", "x"))
                .starts_with("error[not-a-site]: x")
        );
        let long = "长".repeat(1000);
        let far = Diagnostic::new(Code::DeadLink).at(Place::in_text("a.md", &long, 2400..2403));
        assert!(
            renderer.render(&far).contains("a.md:1:801"),
            "{}",
            renderer.render(&far)
        );
    }

    #[test]
    fn json_has_every_key_and_null_for_missing_values() {
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
