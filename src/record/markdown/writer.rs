//! Writes the parser's events as HTML in one pass.
//!
//! Role: the core of the reader. The writer combines the states that its sibling modules own (open elements, calls,
//! links, footnotes, …). Its submodules write: `blocks` the blocks, `inline` the content of lines, `calls` the
//! components, `raw_html` the editor's own HTML. Every event is written at once. What is known only later (a heading's
//! id, whether a paragraph contains only a picture) is corrected when its element ends.

mod blocks;
mod calls;
mod footnotes;
mod headings;
mod images;
mod inline;
mod lost_html;
mod raw_html;
mod srcset;

use super::access::AccessLog;
use super::code::CodeText;
use super::elements::OpenElements;
use super::finding_log::FindingLog;
use super::footnotes::Footnotes;
use super::headings::Headings;
use super::line_state::LineState;
use super::link_state::LinkState;
use super::open_calls::OpenCalls;
use super::output::HtmlOutput;
use super::prepare::PreparedSource;
use super::raw_html::{RawHtmlState, may_contain_more_mark};
use super::summary::Prose;
use super::table::TableState;
use super::typos::is_symbol_bullet;
use super::words::MarkdownWords;
use crate::config::MarkdownSettings;
use crate::diag::{Checked, Code, is_forbidden_control};
use crate::paths::SiteAddress;
use crate::record::body::Body;
use pulldown_cmark::Event;
use std::ops::Range;

/// Writes one body.
pub(super) struct HtmlWriter<'a> {
    /// The whole text of the file.
    file: &'a str,
    source: &'a PreparedSource<'a>,
    settings: MarkdownSettings,
    /// The site's own address.
    site: &'a SiteAddress,
    words: MarkdownWords,
    findings: FindingLog<'a>,
    out: HtmlOutput,
    body: Body,
    prose: Prose,
    elements: OpenElements,
    line: LineState,
    headings: Headings,
    footnotes: Footnotes,
    /// The range of the current footnote's definition in the file.
    footnote_range: Range<usize>,
    links: LinkState,
    calls: OpenCalls<'a>,
    raw: RawHtmlState,
    code: Option<CodeText>,
    table: TableState,
    access: AccessLog,
}

impl<'a> HtmlWriter<'a> {
    /// Creates a writer for `source`, which was prepared from the text of `file`.
    pub(super) fn new(
        file: &'a str,
        text: &'a str,
        source: &'a PreparedSource<'a>,
        settings: MarkdownSettings,
        site: &'a SiteAddress,
    ) -> Self {
        let mut writer = Self {
            file: text,
            source,
            settings,
            site,
            words: MarkdownWords::for_language(settings.language),
            findings: FindingLog::new(file, text),
            out: HtmlOutput::default(),
            body: Body::default(),
            prose: Prose::default(),
            elements: OpenElements::default(),
            line: LineState::default(),
            headings: Headings::default(),
            footnotes: Footnotes::default(),
            footnote_range: 0..0,
            links: LinkState::default(),
            calls: OpenCalls::new(&source.calls),
            raw: RawHtmlState::default(),
            code: None,
            table: TableState::default(),
            access: AccessLog::default(),
        };
        writer.out.html.reserve(source.text.len() + source.text.len() / 2);
        writer.prose.awaits_more = may_contain_more_mark(&source.text);
        for range in source
            .dropped
            .iter()
            .filter(|range| !is_symbol_bullet(text, range.start))
        {
            writer
                .findings
                .report(Code::ReservedCharacter, range.clone(), |finding| {
                    let c = text[range.clone()].chars().next().unwrap_or_default();
                    finding.with("character", format!("U+{:04X}", c as u32))
                });
        }
        writer
    }

    /// Writes the next event. `range` is in bytes of the prepared text.
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
            Event::Html(html) => {
                if !self.raw.push_to_block(&html) {
                    self.write_raw_html(&html, true);
                }
            }
            Event::InlineHtml(html) => {
                self.raw.start_inline(range);
                self.write_inline_html(&html);
            }
            Event::FootnoteReference(label) => self.write_mention(&label, range),
            Event::SoftBreak => self.soft_break(range),
            Event::HardBreak => self.hard_break(),
            Event::Rule => self.write_rule(),
            Event::TaskListMarker(done) => self.write_task_marker(done),
        }
    }

    /// Text is pending while what follows continues it in the source: an address with `_` in it arrives in pieces.
    fn write_text_event(&mut self, text: pulldown_cmark::CowStr<'a>, range: Range<usize>) {
        if let Some(code) = &mut self.code {
            code.text.push_str(&text);
            return;
        }
        let borrowed = matches!(text, pulldown_cmark::CowStr::Borrowed(_));
        let whole = borrowed && text.len() == range.len();
        if whole && self.line.extend_text(&range) {
            return;
        }
        self.flush_text();
        if whole {
            self.line.keep_text(range);
        } else {
            if !borrowed && text.contains(is_forbidden_control) {
                self.report_control(range.clone());
            }
            // A reference such as `&#xE000;` never gives one of this reader's own characters.
            self.write_text(&text, range.start, !borrowed);
        }
    }

    /// Reports a reference to a control character at `range` of the prepared text.
    fn report_control(&mut self, range: Range<usize>) {
        let range = self.source.range_in_file(range);
        let written = self.file.get(range.clone()).unwrap_or_default().to_owned();
        self.findings.report(Code::ControlCharacter, range, |finding| {
            finding.with("character", written)
        });
    }

    /// Writes the pending text.
    fn flush_text(&mut self) {
        if let Some(run) = self.line.take_text() {
            let source: &'a PreparedSource<'a> = self.source;
            self.report_undefined_footnotes(run.clone());
            self.write_text(&source.text[run.clone()], run.start, false);
        }
    }

    /// Opens an element. Returns whether its tags are written.
    fn open(&mut self, html: &str) -> bool {
        self.open_as(html, false)
    }

    fn open_as(&mut self, html: &str, paragraph: bool) -> bool {
        let is_written = self
            .elements
            .open(self.out.html.len(), paragraph, self.links.is_in_image());
        if is_written {
            self.out.push(html);
        }
        is_written
    }

    /// Opens a block on its own line.
    fn open_block(&mut self, html: &str) {
        self.line.reset();
        self.out.start_line();
        let _silent = self.open(html);
    }

    fn close(&mut self, html: &str) {
        if let Some(open) = self.elements.close() {
            self.calls.drop_in(open.serial);
            if !open.omits_tags {
                self.out.push(html);
            }
        }
    }

    /// Closes a block and ends its line.
    fn close_block(&mut self, html: &str) {
        self.line.reset();
        self.close(html);
        self.prose.end_block();
    }

    /// Returns the body and its findings.
    pub(super) fn finish(mut self) -> Checked<Body> {
        self.flush_text();
        self.write_footnotes();
        std::mem::take(&mut self.access).report(&mut self.findings);
        let (html, holes) = self.out.finish(self.settings.html);
        self.body.html = html;
        // The string grew by doubling. The body is kept for the whole build, so the spare capacity is released.
        self.body.html.shrink_to_fit();
        self.body.holes = holes;
        (self.body.summary, self.body.character_count) = self.prose.finish();
        Checked {
            value: self.body,
            findings: self.findings.finish(),
        }
    }
}
