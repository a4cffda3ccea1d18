//! Renders one finding for people, with its source line underlined.

use super::terminal::{columns, cut_line, fold_text};
use crate::diag::{Diagnostic, Place, Severity};
use crate::messages::{Lang, cli_text, escape_control_characters, help, is_terminal_command, message};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

/// A width of the renderer at which it cuts nothing.
pub(super) const UNCUT: usize = 100_000;
/// The least width of a text, however narrow the terminal is.
const MIN_TEXT_WIDTH: usize = 20;

/// Renders findings for people, in one language, with or without colours.
pub(super) struct DiagnosticRenderer {
    lang: Lang,
    renderer: Renderer,
    /// The number of columns that a line may take.
    width: usize,
    error: String,
    warning: String,
    help: String,
    fix_title: String,
}

impl DiagnosticRenderer {
    /// A renderer for `lang`, whose lines take at most `width` columns.
    pub(super) fn new(lang: Lang, coloured: bool, width: usize) -> Self {
        let renderer = if coloured {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let word = |key| cli_text(lang, key, &[]);
        Self {
            lang,
            // Lines are cut here: the renderer counts the columns of wide characters before a cut otherwise.
            renderer: renderer.decor_style(DecorStyle::Ascii).term_width(UNCUT),
            width,
            error: word("error"),
            warning: word("warning"),
            help: word("help"),
            fix_title: word("corrected"),
        }
    }

    /// The finding as text: severity, code and message; its line with the marked part underlined; the help.
    pub(super) fn render(&self, finding: &Diagnostic) -> String {
        let (word, level) = match finding.severity {
            Severity::Error => (self.error.as_str(), Level::ERROR),
            Severity::Warning => (self.warning.as_str(), Level::WARNING),
        };
        let code = finding.code.as_str();
        let place = finding.place.as_ref().map(|place| self.shown_place(place));
        let gutter = place.as_ref().map_or(1, |place| place.line.to_string().len());
        let before_title = columns(word) + code.len() + "[]: ".len();
        let title = self.fold(&message(finding, self.lang), before_title);
        let title = level.with_name(word).primary_title(title).id(code);
        let before_help = gutter + " = : ".len() + columns(&self.help);
        let hint = help(finding, self.lang).map(|hint| self.fold(&hint, before_help));
        let hint = hint.map(|hint| Element::from(Level::HELP.with_name(self.help.as_str()).message(hint)));
        let first = Group::with_title(title)
            .elements(place.iter().flat_map(source_elements))
            .elements(hint);
        let fix = finding.fix.as_deref().map(|line| self.cut_fix(finding, line));
        let second = fix.as_deref().map(|line| self.fix_group(finding, line));
        let report: Vec<Group<'_>> = std::iter::once(first).chain(second).collect();
        let rendered = self.renderer.render(&report);
        let rendered = match &place {
            Some(place) => without_column(rendered, place),
            None => rendered,
        };
        replace_unknown_commands(rendered)
    }

    /// A text folded to the columns that are left beside what stands before it.
    fn fold(&self, text: &str, before: usize) -> String {
        fold_text(text, self.width.saturating_sub(before).max(MIN_TEXT_WIDTH))
    }

    /// The columns for a source line beside its number: `12 | `.
    fn source_width(&self, line: usize) -> usize {
        self.width
            .saturating_sub(line.to_string().len() + " | ".len())
            .max(MIN_TEXT_WIDTH)
    }

    /// The place with its line cut to the width, and its file's name without control characters.
    fn shown_place(&self, place: &Place) -> Place {
        let (excerpt, marked_span) = cut_line(&place.excerpt, place.marked_span, self.source_width(place.line));
        Place {
            file: escape_control_characters(&place.shown_file()).into_owned(),
            excerpt,
            marked_span,
            ..place.clone()
        }
    }

    /// The corrected line, cut to the width around what differs.
    fn cut_fix(&self, finding: &Diagnostic, line: &str) -> String {
        let (number, written) = finding
            .place
            .as_ref()
            .map_or((1, ""), |place| (place.line, &*place.excerpt));
        let same = line.chars().zip(written.chars()).take_while(|(new, old)| new == old);
        let from = same.map(|(c, _)| c.len_utf8()).sum();
        cut_line(line, (from, from), self.source_width(number)).0
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

/// Replaces what commands a terminal and the renderer does not know. It replaces the controls C0 itself, and its colours
/// begin with one of them.
fn replace_unknown_commands(rendered: String) -> String {
    let is_unknown = |c: char| c != '\u{1b}' && is_terminal_command(c);
    if rendered.contains(is_unknown) {
        rendered.replace(is_unknown, "\u{fffd}")
    } else {
        rendered
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
        let rendered = DiagnosticRenderer::new(Lang::Zh, false, 140).render(&finding());
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
        let rendered = DiagnosticRenderer::new(Lang::En, false, 140).render(&finding);
        assert!(
            rendered.contains("\n1 | 标题: 中文 abc\n  |            ^^^"),
            "{rendered}"
        );
    }

    #[test]
    fn findings_without_a_line_or_in_a_long_line_are_rendered() {
        let renderer = DiagnosticRenderer::new(Lang::En, false, 140);
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

    /// The column of a character on the terminal, from 0.
    fn column_of(line: &str, c: char) -> usize {
        columns(&line[..line.find(c).unwrap()])
    }

    #[test]
    fn lines_fit_the_width_and_carets_stay_below_what_is_marked() {
        let line = format!("{}错{}", "长".repeat(50), "尾".repeat(50));
        let finding = Diagnostic::new(Code::DeadLink)
            .with("target", "没有的文件/没有的文件夹/没有的稿件/这一篇不在.md")
            .at(Place::in_text("a.md", &line, 150..153));
        for width in [40, 61, 80, 100] {
            let rendered = DiagnosticRenderer::new(Lang::Zh, false, width).render(&finding);
            assert!(
                rendered.lines().all(|line| columns(line) <= width),
                "{width}\n{rendered}"
            );
            let source = rendered.lines().find(|line| line.contains("错尾")).unwrap();
            let carets = rendered.lines().find(|line| line.contains('^')).unwrap();
            assert_eq!(column_of(source, '错'), column_of(carets, '^'), "{rendered}");
        }
    }

    #[test]
    fn no_control_character_of_a_line_or_its_correction_reaches_the_terminal() {
        let commands: String = (0..=0x2070)
            .filter_map(char::from_u32)
            .filter(|c| is_terminal_command(*c))
            .collect();
        let line = format!("key: a{commands}b");
        let finding = Diagnostic::new(Code::UnknownKey)
            .with("key", &line)
            .at(Place::in_text("a.md", &line, 0..3))
            .with_fix(format!("keys: a{commands}b"));
        let rendered = DiagnosticRenderer::new(Lang::En, false, UNCUT).render(&finding);
        let left: Vec<char> = rendered.chars().filter(|c| is_terminal_command(*c)).collect();
        assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn control_characters_are_escaped() {
        let finding = Diagnostic::new(Code::UnknownKey)
            .with("key", "\u{1b}[2J")
            .at(Place::whole_file("content/\u{1b}]0;a.md"));
        let rendered = DiagnosticRenderer::new(Lang::En, false, 140).render(&finding);
        assert!(!rendered.contains('\u{1b}'), "{rendered}");
        assert!(
            rendered.contains("\\u{1b}[2J") && rendered.contains("content/\\u{1b}]0;a.md"),
            "{rendered}"
        );
    }
}
