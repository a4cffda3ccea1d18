//! Writes blocks and the other elements of Markdown as HTML.

use super::super::code::{self, CodeText};
use super::super::math;
use super::super::output::MarkedPiece;
use super::HtmlWriter;
use crate::diag::Code;
use crate::html::escape;
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Tag, TagEnd};
use std::ops::Range;

impl<'a> HtmlWriter<'a> {
    /// Writes the start of an element at `range` of the prepared text.
    pub(super) fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        let mut inline = |html: &str| {
            self.open(html);
        };
        match tag {
            Tag::Paragraph => {
                self.line.reset();
                self.out.start_line();
                self.links.take_figure();
                self.open_as("<p>", true);
            }
            Tag::Heading { level, id, classes, .. } => self.start_heading(level, id.as_deref(), &classes, range),
            Tag::BlockQuote(kind) => self.start_quote(kind),
            Tag::CodeBlock(kind) => self.start_code(&kind),
            Tag::HtmlBlock => {
                self.open_block("");
                self.raw.start_block(range);
            }
            Tag::List(first) => self.start_list(first),
            Tag::Item => self.open_block("<li>"),
            Tag::FootnoteDefinition(label) => self.start_footnote(&label, range),
            Tag::DefinitionList => self.start_list_block("<dl>\n"),
            Tag::DefinitionListTitle => self.open_block("<dt>"),
            Tag::DefinitionListDefinition => self.open_block("<dd>"),
            Tag::Table(alignments) => {
                self.table.start(alignments);
                self.prose.enter_excluded();
                self.open_table();
            }
            Tag::TableHead => {
                self.open("<thead><tr>");
                self.table.start_head(self.out.html.len(), range);
            }
            Tag::TableRow => {
                self.table.start_row();
                self.open("<tr>");
            }
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => inline("<em>"),
            Tag::Strong => inline("<strong>"),
            Tag::Strikethrough => inline("<del>"),
            Tag::Superscript => inline("<sup>"),
            Tag::Subscript => inline("<sub>"),
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => self.start_link(link_type, &dest_url, &title, range),
            Tag::Image { dest_url, title, .. } => self.start_image(&dest_url, &title, range),
            Tag::MetadataBlock(_) => inline(""),
        }
    }

    /// Writes the end of an element.
    pub(super) fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::BlockQuote(Some(_)) => self.close_block("</div>\n"),
            TagEnd::BlockQuote(None) => self.close_block("</blockquote>\n"),
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::HtmlBlock => {
                let html = self.raw.end_block();
                self.report_swallowed_text(&html);
                self.write_raw_html(&html, true);
                self.close_block("");
            }
            TagEnd::List(ordered) => {
                self.prose.leave_list();
                self.close_block(if ordered { "</ol>\n" } else { "</ul>\n" });
            }
            TagEnd::Item => self.close_block("</li>\n"),
            TagEnd::FootnoteDefinition => self.end_footnote(),
            TagEnd::DefinitionList => {
                self.prose.leave_list();
                self.close_block("</dl>\n");
            }
            TagEnd::DefinitionListTitle => self.close_block("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.close_block("</dd>\n"),
            TagEnd::Table => {
                self.prose.leave_excluded();
                self.close_block("</tbody></table></div>\n");
            }
            TagEnd::TableHead => {
                let (start, range) = self.table.end_head();
                let heads = self.out.html.get(start..).unwrap_or_default();
                self.access.note_heads(heads, || self.source.range_in_file(range));
                self.close_block("</tr></thead>\n<tbody>\n");
            }
            TagEnd::TableRow => self.close_block("</tr>\n"),
            TagEnd::TableCell => {
                let html = self.table.end_cell();
                self.close_block(html);
            }
            TagEnd::Emphasis => self.close("</em>"),
            TagEnd::Strong => self.close("</strong>"),
            TagEnd::Strikethrough => self.close("</del>"),
            TagEnd::Superscript => self.close("</sup>"),
            TagEnd::Subscript => self.close("</sub>"),
            TagEnd::Link => {
                self.links.close_link();
                self.access.end_link(&self.out.html);
                self.close("</a>");
            }
            TagEnd::Image => self.end_image(),
            TagEnd::MetadataBlock(_) => self.close(""),
        }
    }

    fn end_paragraph(&mut self) {
        self.line.reset();
        self.prose.end_block();
        let Some(open) = self.elements.close() else { return };
        if open.omits_tags {
            self.report_closing_calls();
            self.calls.drop_in(open.serial);
            self.out.start_line();
            return;
        }
        let content = open.start + "<p>".len();
        if self.raw.has_open_formatting() {
            self.close_formatting();
        }
        if self.has_only_calls(content) {
            self.unwrap_paragraph(&open);
            self.out.push("\n");
        } else {
            self.report_closing_calls();
            if !self.write_figure(open.start, content) {
                self.out.push("</p>\n");
            }
        }
        self.calls.drop_in(open.serial);
    }

    /// A table may be wider than the page. What scrolls must be reachable by keyboard (WCAG 2.1.1) and have a name. Its
    /// role is a group instead of a region, because several regions of one name do not help among a page's landmarks.
    fn open_table(&mut self) {
        let name = self.words.table;
        self.open_block(&format!(
            "<div class=\"table-wrap\" role=\"group\" tabindex=\"0\" aria-label=\"{name}\"><table>"
        ));
    }

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>) {
        let (class, title) = match kind {
            None => return self.open_block("<blockquote>\n"),
            Some(BlockQuoteKind::Note) => ("note", self.words.alerts[0]),
            Some(BlockQuoteKind::Tip) => ("tip", self.words.alerts[1]),
            Some(BlockQuoteKind::Important) => ("important", self.words.alerts[2]),
            Some(BlockQuoteKind::Warning) => ("warning", self.words.alerts[3]),
            Some(BlockQuoteKind::Caution) => ("caution", self.words.alerts[4]),
        };
        self.open_block(&format!(
            "<div class=\"alert alert-{class}\" role=\"note\"><p class=\"alert-title\">{title}</p>\n"
        ));
    }

    fn start_code(&mut self, kind: &CodeBlockKind<'a>) {
        let info = match kind {
            CodeBlockKind::Fenced(info) => self.restore_calls(info).into_owned(),
            CodeBlockKind::Indented => String::new(),
        };
        self.open_block("");
        self.code = Some(CodeText {
            info,
            text: String::new(),
        });
    }

    fn end_code(&mut self) {
        if let Some(code) = self.code.take() {
            let text = self.restore_calls(&code.text);
            code::write_code_block(&mut self.out.html, &code.info, &text, self.settings.highlight);
        }
        self.close_block("");
    }

    fn start_list(&mut self, first: Option<u64>) {
        match first {
            None => self.start_list_block("<ul>\n"),
            Some(1) => self.start_list_block("<ol>\n"),
            Some(first) => self.start_list_block(&format!("<ol start=\"{first}\">\n")),
        }
    }

    fn start_list_block(&mut self, html: &str) {
        self.prose.end_block();
        self.prose.enter_list();
        self.open_block(html);
    }

    fn start_cell(&mut self) {
        self.line.interrupt();
        let html = self.table.start_cell();
        self.open(&html);
    }

    /// Writes a thematic break.
    pub(super) fn write_rule(&mut self) {
        self.line.interrupt();
        self.out.start_line();
        self.out.push("<hr>\n");
    }

    /// Writes the check box of a task.
    pub(super) fn write_task_marker(&mut self, done: bool) {
        let (checked, name) = if done {
            (" checked", self.words.tasks[0])
        } else {
            ("", self.words.tasks[1])
        };
        self.out.push(&format!(
            "<input type=\"checkbox\" disabled{checked} aria-label=\"{name}\"> "
        ));
    }

    /// Writes a formula at `range` of the prepared text.
    pub(super) fn write_formula(&mut self, formula: &str, display: bool, range: Range<usize>) {
        self.resolve_break(None);
        self.line.interrupt();
        let formula = self.restore_calls(formula);
        if self.links.push_description(&formula) {
            return;
        }
        match math::render_formula(&formula, display) {
            Ok(html) => self.out.push_mark(MarkedPiece::Fragment(html)),
            Err(reason) => {
                self.out.push("<code>");
                escape(&mut self.out.html, &formula);
                self.out.push("</code>");
                let range = self.source.range_in_file(range);
                self.findings
                    .report(Code::BadMath, range, |finding| finding.with("reason", reason));
            }
        }
    }
}
