//! The events of the parser, written as HTML in one pass.
//!
//! Role: the heart of the reader. This file holds the state and the blocks; `inline` writes what stands in a line,
//! `calls` the components, `raw` the editor's own HTML. Every event is written at once; what can be known only later
//! (a heading's id, whether a paragraph holds nothing but a picture) is mended when its element ends.

use super::calls::{ClosingCall, OpenCall};
use super::footnotes::Footnotes;
use super::headings::{PendingHeading, UniqueIds};
use super::inline::{PendingFigure, PendingImage};
use super::line_index::LineIndex;
use super::output::{HtmlOutput, MarkedPiece};
use super::prepare::PreparedSource;
use super::summary::{Prose, ProseZone};
use super::words::MarkdownWords;
use super::{code, math, raw_html::RawHtmlState};
use crate::config::MarkdownSettings;
use crate::diag::{Checked, Code, Diagnostic};
use crate::html;
use crate::record::body::Body;
use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, Tag, TagEnd};
use std::collections::HashSet;
use std::ops::Range;

/// Containers deeper than this leave no trace in the HTML: no editor writes them, and browsers flatten them too.
const MAX_DEPTH: usize = 100;

/// More findings than this in one text help nobody.
const MAX_FINDINGS: usize = 200;

/// Writes one body.
pub(super) struct HtmlWriter<'a> {
    /// The whole file.
    pub(super) file: &'a str,
    pub(super) source: &'a PreparedSource<'a>,
    pub(super) settings: MarkdownSettings,
    pub(super) words: MarkdownWords,
    pub(super) line_index: LineIndex<'a>,
    pub(super) findings: Vec<Diagnostic>,
    pub(super) out: HtmlOutput,
    /// What is being written around a footnote's text.
    pub(super) enclosing_outputs: Vec<HtmlOutput>,
    pub(super) body: Body,
    pub(super) ids: UniqueIds,
    pub(super) prose: Prose,
    pub(super) footnotes: Footnotes,
    /// Open elements, outermost first.
    pub(super) stack: Vec<OpenContainer>,
    serial: u32,
    /// Text of the source that is not yet written, because what follows may belong to it.
    pending_text: Option<Range<usize>>,
    /// Where a soft break stands that may vanish.
    pub(super) pending_break: Option<usize>,
    /// The last character of the text before here, when nothing else stands between.
    pub(super) last_char: Option<char>,
    pub(super) heading: Option<PendingHeading>,
    code: Option<CodeText>,
    /// Raw HTML of the block that is being read.
    raw_block: Option<String>,
    pub(super) raw: RawHtmlState,
    /// Where it stands in the prepared text.
    pub(super) raw_range: Range<usize>,
    pub(super) image: Option<PendingImage>,
    pub(super) figure: Option<PendingFigure>,
    /// Open links, in which no bare address becomes a link.
    pub(super) links_open: usize,
    pub(super) excluded_depth: usize,
    list_depth: usize,
    /// Calls that a `{{ /name }}` may still close.
    pub(super) open_calls: Vec<OpenCall>,
    /// Closing calls of the open paragraph that close a call above it.
    pub(super) closing_calls: Vec<ClosingCall>,
    /// Names that are closed somewhere in the text.
    pub(super) closed_names: HashSet<&'a str>,
    alignments: Vec<Alignment>,
    cell: usize,
    in_head: bool,
}

/// An open element.
pub(super) struct OpenContainer {
    /// Tells it from all others.
    pub(super) serial: u32,
    /// Where its tag starts in the HTML.
    pub(super) start: usize,
    /// Whether it is a paragraph.
    pub(super) is_paragraph: bool,
    /// Whether its tags are left out.
    omits_tags: bool,
}

struct CodeText {
    info: String,
    text: String,
}

impl<'a> HtmlWriter<'a> {
    /// A writer for `source`, which was prepared from the text of `file`.
    pub(super) fn new(
        file: &'a str,
        text: &'a str,
        source: &'a PreparedSource<'a>,
        settings: MarkdownSettings,
    ) -> Self {
        let mut writer = Self {
            file: text,
            source,
            settings,
            words: MarkdownWords::for_language(settings.language),
            line_index: LineIndex::new(file, text),
            findings: Vec::new(),
            out: HtmlOutput::default(),
            enclosing_outputs: Vec::new(),
            body: Body::default(),
            ids: UniqueIds::default(),
            prose: Prose::default(),
            footnotes: Footnotes::default(),
            stack: Vec::new(),
            serial: 0,
            pending_text: None,
            pending_break: None,
            last_char: None,
            heading: None,
            code: None,
            raw_block: None,
            raw: RawHtmlState::default(),
            raw_range: 0..0,
            image: None,
            figure: None,
            links_open: 0,
            excluded_depth: 0,
            list_depth: 0,
            open_calls: Vec::new(),
            closing_calls: Vec::new(),
            closed_names: super::calls::closed_names(&source.calls),
            alignments: Vec::new(),
            cell: 0,
            in_head: false,
        };
        writer.out.html.reserve(source.text.len() + source.text.len() / 2);
        writer.prose.awaits_more = super::raw_html::may_contain_more_mark(&source.text);
        for range in &source.dropped {
            writer.report(Code::ReservedCharacter, range.clone(), |finding| {
                let c = text[range.clone()].chars().next().unwrap_or_default();
                finding.with("character", format!("U+{:04X}", c as u32))
            });
        }
        writer
    }

    /// Reports a finding at a range of the file.
    pub(super) fn report(&mut self, code: Code, range: Range<usize>, more: impl FnOnce(Diagnostic) -> Diagnostic) {
        if self.findings.len() < MAX_FINDINGS {
            let place = self.line_index.place(range);
            self.findings.push(more(Diagnostic::new(code).at(place)));
        }
    }

    /// What the text that is being read is to the summary.
    pub(super) fn prose_zone(&self) -> ProseZone {
        match (self.excluded_depth, self.list_depth) {
            (0, 0) => ProseZone::Paragraph,
            (0, _) => ProseZone::List,
            _ => ProseZone::Excluded,
        }
    }

    /// The innermost open element; 0 outside all.
    pub(super) fn container(&self) -> u32 {
        self.stack.last().map_or(0, |open| open.serial)
    }

    /// Takes the next event; `range` is in bytes of the prepared text.
    pub(super) fn write_event(&mut self, event: Event<'a>, range: Range<usize>) {
        if let Event::Text(text) = event {
            return self.write_text_event(text, range);
        }
        self.flush_text();
        match event {
            Event::Text(_) => {}
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Code(text) => self.write_inline_code(&text),
            Event::InlineMath(formula) => self.write_formula(&formula, false, range),
            Event::DisplayMath(formula) => self.write_formula(&formula, true, range),
            Event::Html(html) => match &mut self.raw_block {
                Some(block) => block.push_str(&html),
                None => self.write_raw_html(&html, true),
            },
            Event::InlineHtml(html) => {
                self.raw_range = range;
                self.write_inline_html(&html);
            }
            Event::FootnoteReference(label) => self.write_mention(&label),
            Event::SoftBreak => self.soft_break(),
            Event::HardBreak => self.hard_break(),
            Event::Rule => self.write_rule(),
            Event::TaskListMarker(done) => self.write_task_marker(done),
        }
    }

    /// Text is kept while what follows continues it in the source: an address with `_` in it comes in pieces.
    fn write_text_event(&mut self, text: pulldown_cmark::CowStr<'a>, range: Range<usize>) {
        if let Some(code) = &mut self.code {
            code.text.push_str(&text);
            return;
        }
        let borrowed = matches!(text, pulldown_cmark::CowStr::Borrowed(_));
        let whole = borrowed && text.len() == range.len();
        match &mut self.pending_text {
            Some(run) if whole && run.end == range.start => run.end = range.end,
            _ => {
                self.flush_text();
                if whole {
                    self.pending_text = Some(range);
                } else {
                    // What a reference like `&#xE000;` gives is never one of this reader's own characters.
                    self.write_text(&text, !borrowed);
                }
            }
        }
    }

    /// Writes the text that was kept.
    fn flush_text(&mut self) {
        if let Some(run) = self.pending_text.take() {
            let source: &'a PreparedSource<'a> = self.source;
            self.write_text(&source.text[run], false);
        }
    }

    /// Opens an element; whether its tags are written.
    pub(super) fn open(&mut self, html: &str) -> bool {
        self.open_as(html, false)
    }

    fn open_as(&mut self, html: &str, paragraph: bool) -> bool {
        self.serial = self.serial.wrapping_add(1);
        let silent = self.stack.len() >= MAX_DEPTH || self.image.is_some();
        self.stack.push(OpenContainer {
            serial: self.serial,
            start: self.out.html.len(),
            is_paragraph: paragraph,
            omits_tags: silent,
        });
        if !silent {
            self.out.push(html);
        }
        !silent
    }

    /// Opens a block on a line of its own.
    pub(super) fn open_block(&mut self, html: &str) {
        self.pending_break = None;
        self.last_char = None;
        self.out.start_line();
        let _silent = self.open(html);
    }

    fn close(&mut self, html: &str) {
        if let Some(open) = self.stack.pop() {
            self.drop_open_calls(open.serial);
            if !open.omits_tags {
                self.out.push(html);
            }
        }
    }

    /// Closes a block and ends its line.
    pub(super) fn close_block(&mut self, html: &str) {
        self.pending_break = None;
        self.last_char = None;
        self.close(html);
        self.prose.end_block();
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        let mut inline = |html: &str| {
            self.open(html);
        };
        match tag {
            Tag::Paragraph => {
                self.pending_break = None;
                self.last_char = None;
                self.out.start_line();
                self.figure = None;
                self.open_as("<p>", true);
            }
            Tag::Heading { level, id, classes, .. } => self.start_heading(level, id.as_deref(), &classes),
            Tag::BlockQuote(kind) => self.start_quote(kind),
            Tag::CodeBlock(kind) => self.start_code(&kind),
            Tag::HtmlBlock => {
                self.open_block("");
                self.raw_range = range;
                self.raw_block = Some(String::new());
            }
            Tag::List(first) => self.start_list(first),
            Tag::Item => self.open_block("<li>"),
            Tag::FootnoteDefinition(label) => self.start_footnote(&label),
            Tag::DefinitionList => self.start_list_block("<dl>\n"),
            Tag::DefinitionListTitle => self.open_block("<dt>"),
            Tag::DefinitionListDefinition => self.open_block("<dd>"),
            Tag::Table(alignments) => {
                self.alignments = alignments;
                self.excluded_depth += 1;
                self.open_table();
            }
            Tag::TableHead => {
                self.in_head = true;
                self.cell = 0;
                self.open("<thead><tr>");
            }
            Tag::TableRow => {
                self.cell = 0;
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

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::BlockQuote(Some(_)) => self.close_block("</div>\n"),
            TagEnd::BlockQuote(None) => self.close_block("</blockquote>\n"),
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::HtmlBlock => {
                let html = self.raw_block.take().unwrap_or_default();
                self.write_raw_html(&html, true);
                self.close_block("");
            }
            TagEnd::List(ordered) => {
                self.list_depth = self.list_depth.saturating_sub(1);
                self.close_block(if ordered { "</ol>\n" } else { "</ul>\n" });
            }
            TagEnd::Item => self.close_block("</li>\n"),
            TagEnd::FootnoteDefinition => self.end_footnote(),
            TagEnd::DefinitionList => {
                self.list_depth = self.list_depth.saturating_sub(1);
                self.close_block("</dl>\n");
            }
            TagEnd::DefinitionListTitle => self.close_block("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.close_block("</dd>\n"),
            TagEnd::Table => {
                self.excluded_depth = self.excluded_depth.saturating_sub(1);
                self.close_block("</tbody></table></div>\n");
            }
            TagEnd::TableHead => {
                self.in_head = false;
                self.close_block("</tr></thead>\n<tbody>\n");
            }
            TagEnd::TableRow => self.close_block("</tr>\n"),
            TagEnd::TableCell => {
                self.cell += 1;
                self.close_block(if self.in_head { "</th>" } else { "</td>" });
            }
            TagEnd::Emphasis => self.close("</em>"),
            TagEnd::Strong => self.close("</strong>"),
            TagEnd::Strikethrough => self.close("</del>"),
            TagEnd::Superscript => self.close("</sup>"),
            TagEnd::Subscript => self.close("</sub>"),
            TagEnd::Link => {
                self.links_open = self.links_open.saturating_sub(1);
                self.close("</a>");
            }
            TagEnd::Image => self.end_image(),
            TagEnd::MetadataBlock(_) => self.close(""),
        }
    }

    fn end_paragraph(&mut self) {
        self.pending_break = None;
        self.last_char = None;
        self.prose.end_block();
        let Some(open) = self.stack.pop() else { return };
        if open.omits_tags {
            self.report_closing_calls();
            self.drop_open_calls(open.serial);
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
        self.drop_open_calls(open.serial);
    }

    /// A table may be wider than the page: what scrolls must be reachable by keyboard (WCAG 2.1.1) and have a name. A
    /// group and no region, because several regions of one name are no help among a page's landmarks.
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
        self.list_depth += 1;
        self.open_block(html);
    }

    fn start_cell(&mut self) {
        self.last_char = None;
        let element = if self.in_head { "th" } else { "td" };
        let html = match self.alignments.get(self.cell) {
            Some(Alignment::Left) => format!("<{element} class=\"left\">"),
            Some(Alignment::Center) => format!("<{element} class=\"center\">"),
            Some(Alignment::Right) => format!("<{element} class=\"right\">"),
            Some(Alignment::None) | None => format!("<{element}>"),
        };
        self.open(&html);
    }

    fn write_rule(&mut self) {
        self.last_char = None;
        self.out.start_line();
        self.out.push("<hr>\n");
    }

    fn write_task_marker(&mut self, done: bool) {
        let (checked, name) = if done {
            (" checked", self.words.tasks[0])
        } else {
            ("", self.words.tasks[1])
        };
        self.out.push(&format!(
            "<input type=\"checkbox\" disabled{checked} aria-label=\"{name}\"> "
        ));
    }

    fn write_formula(&mut self, formula: &str, display: bool, range: Range<usize>) {
        self.resolve_break(None);
        self.last_char = None;
        let formula = self.restore_calls(formula);
        if let Some(image) = &mut self.image {
            image.alt.push_str(&formula);
            return;
        }
        match math::render_formula(&formula, display) {
            Ok(html) => self.out.push_mark(MarkedPiece::Fragment(html)),
            Err(reason) => {
                self.out.push("<code>");
                html::escape(&mut self.out.html, &formula);
                self.out.push("</code>");
                let range = self.source.range_in_file(range);
                self.report(Code::BadMath, range, |finding| finding.with("reason", reason));
            }
        }
    }

    /// Whether the text itself is being written, and no footnote's.
    pub(super) fn is_in_main_text(&self) -> bool {
        self.enclosing_outputs.is_empty()
    }

    /// The body and what was found in it.
    pub(super) fn finish(mut self) -> Checked<Body> {
        self.flush_text();
        self.write_footnotes();
        let (html, holes) = self.out.finish(self.settings.html);
        self.body.html = html;
        // Text grows by doubling; what is kept for the whole build should not.
        self.body.html.shrink_to_fit();
        self.body.holes = holes;
        (self.body.summary, self.body.character_count) = self.prose.finish();
        self.findings.sort_by_key(position);
        Checked {
            value: self.body,
            findings: self.findings,
        }
    }
}

fn position(finding: &Diagnostic) -> Option<(usize, usize)> {
    finding.place.as_ref().map(|place| (place.line, place.column))
}
