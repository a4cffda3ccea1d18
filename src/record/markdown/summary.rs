//! The summary and the length of a text.
//!
//! Role: collects prose while the body is written. Does not know HTML.

use super::chars::{is_shared_punctuation, is_wide};

/// The approximate length of a summary in wide characters. Two narrow characters count as one wide one.
const MAX_WIDTH: usize = 120;

/// The maximum number of bytes of prose collected: enough to find the end of a sentence.
const MAX_BYTES: usize = 1600;

/// Like `MAX_BYTES`, when the editor marks the end with `<!-- more -->`.
const MAX_BYTES_BEFORE_MORE: usize = 12_000;

/// How a stretch of text enters the summary.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ProseZone {
    /// Sentences of a paragraph.
    Paragraph,
    /// An item of a list. It is used when the text has no paragraph.
    List,
    /// Headings, tables, code, notes: never used.
    Excluded,
}

/// Collects a body's prose.
#[derive(Default)]
pub(super) struct Prose {
    paragraphs: ProseBuffer,
    lists: ProseBuffer,
    /// Whether the text may contain `<!-- more -->`.
    pub(super) awaits_more: bool,
    is_ended: bool,
    characters: usize,
    in_word: bool,
    /// The number of open elements whose text is not prose.
    excluded_depth: usize,
    list_depth: usize,
}

#[derive(Default)]
struct ProseBuffer {
    text: String,
    needs_gap: bool,
    is_cut: bool,
}

impl ProseBuffer {
    fn push(&mut self, text: &str, limit: usize) {
        if self.text.len() >= limit {
            self.is_cut |= !text.trim().is_empty();
            return;
        }
        if std::mem::take(&mut self.needs_gap) && needs_space(self.text.chars().next_back(), text.chars().next()) {
            self.text.push(' ');
        }
        let end = super::chars::floor_boundary(text, limit);
        self.is_cut |= end < text.len();
        self.text.push_str(&text[..end]);
    }
}

/// Whether a space is needed between two blocks, of which the first ends with `last` and the second starts with `next`:
/// not after Chinese punctuation, not between Chinese characters.
fn needs_space(last: Option<char>, next: Option<char>) -> bool {
    let narrow = |c: char| !is_wide(c) && !c.is_whitespace();
    let (Some(last), Some(next)) = (last, next) else {
        return false;
    };
    let closed = is_wide(last) && !last.is_alphanumeric();
    !closed && (narrow(last) || narrow(next))
}

/// How much had been collected at a certain moment.
#[derive(Clone, Copy)]
pub(super) struct ProseMark(usize, usize);

impl Prose {
    /// Adds a stretch of text, without line breaks that are dropped.
    pub(super) fn push(&mut self, text: &str) {
        self.count(text);
        let limit = if self.awaits_more {
            MAX_BYTES_BEFORE_MORE
        } else {
            MAX_BYTES
        };
        match self.zone() {
            _ if self.is_ended => {}
            ProseZone::Paragraph => self.paragraphs.push(text, limit),
            ProseZone::List => self.lists.push(text, limit),
            ProseZone::Excluded => {}
        }
    }

    /// Adds a line break or another gap inside a block that shows as a space.
    pub(super) fn push_space(&mut self) {
        self.push(" ");
    }

    /// The zone of the current text.
    fn zone(&self) -> ProseZone {
        match (self.excluded_depth, self.list_depth) {
            (0, 0) => ProseZone::Paragraph,
            (0, _) => ProseZone::List,
            _ => ProseZone::Excluded,
        }
    }

    /// Starts a heading, table or note.
    pub(super) fn enter_excluded(&mut self) {
        self.excluded_depth += 1;
    }

    /// Ends a heading, table or note.
    pub(super) fn leave_excluded(&mut self) {
        self.excluded_depth = self.excluded_depth.saturating_sub(1);
    }

    /// Starts a list.
    pub(super) fn enter_list(&mut self) {
        self.list_depth += 1;
    }

    /// Ends a list.
    pub(super) fn leave_list(&mut self) {
        self.list_depth = self.list_depth.saturating_sub(1);
    }

    /// Ends a block.
    pub(super) fn end_block(&mut self) {
        self.in_word = false;
        self.paragraphs.needs_gap = !self.paragraphs.text.is_empty();
        self.lists.needs_gap = !self.lists.text.is_empty();
    }

    /// Ends the summary at the editor's mark.
    pub(super) fn end_summary(&mut self) {
        self.is_ended = true;
    }

    /// The current state, for `truncate`.
    pub(super) fn mark(&self) -> ProseMark {
        ProseMark(self.paragraphs.text.len(), self.lists.text.len())
    }

    /// Drops what was collected since `since`.
    pub(super) fn truncate(&mut self, since: ProseMark) {
        if !self.is_ended {
            self.paragraphs.text.truncate(since.0);
            self.lists.text.truncate(since.1);
        }
    }

    fn count(&mut self, text: &str) {
        for c in text.chars() {
            if c == '’' && self.in_word {
                // An apostrophe.
                continue;
            }
            // The most common range first, for speed: this code handles every character of every text.
            let wide =
                matches!(c, '\u{4E00}'..='\u{9FFF}') || (!c.is_ascii() && (is_wide(c) || is_shared_punctuation(c)));
            if wide {
                self.characters += 1;
                self.in_word = false;
            } else if c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphanumeric()) {
                self.characters += usize::from(!self.in_word);
                self.in_word = true;
            } else {
                self.in_word = self.in_word && matches!(c, '\'' | '.' | ',' | '-' | '_');
            }
        }
    }

    /// Returns the summary and the number of characters.
    pub(super) fn finish(self) -> (String, usize) {
        let gathered = if self.paragraphs.text.trim().is_empty() {
            self.lists
        } else {
            self.paragraphs
        };
        let text = gathered.text.trim();
        let summary = if self.is_ended {
            text.to_owned()
        } else {
            cut_at_sentence(text, gathered.is_cut)
        };
        (summary, self.characters)
    }
}

/// Cuts the text at the last sentence end within the limit; if there is none, at the limit.
fn cut_at_sentence(text: &str, longer: bool) -> String {
    let mut width = 0;
    let mut sentence = 0;
    let mut hard = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        width += if is_wide(c) || is_shared_punctuation(c) { 2 } else { 1 };
        if width > 2 * MAX_WIDTH {
            return if sentence > 0 {
                text[..sentence].to_owned()
            } else {
                cut_with_ellipsis(text, hard)
            };
        }
        let end = at + c.len_utf8();
        if width <= 2 * MAX_WIDTH - 4 {
            hard = end;
        }
        let next = chars.peek().map(|&(_, next)| next);
        if is_sentence_end(c, next) || (sentence == at && at > 0 && is_closing_mark(c)) {
            sentence = end;
        }
    }
    match (longer, sentence) {
        (false, _) => text.to_owned(),
        (true, 0) => cut_with_ellipsis(text, hard),
        (true, _) => text[..sentence].to_owned(),
    }
}

fn is_sentence_end(c: char, next: Option<char>) -> bool {
    match c {
        '。' | '！' | '？' | '；' | '…' => true,
        '.' | '!' | '?' => next.is_none_or(char::is_whitespace),
        _ => false,
    }
}

fn is_closing_mark(c: char) -> bool {
    matches!(c, '”' | '’' | '」' | '』' | '）' | '》' | ')' | '"')
}

/// The text up to `at`, moved back to the start of a Latin word, with an ellipsis.
fn cut_with_ellipsis(text: &str, at: usize) -> String {
    let head = &text[..at];
    let inside = |c: char| c.is_ascii_alphanumeric();
    let cuts_word = head.ends_with(inside) && text[at..].starts_with(inside);
    let whole = if cuts_word { head.trim_end_matches(inside) } else { head };
    let whole = if whole.trim().is_empty() { head } else { whole };
    let whole = whole.trim_end().trim_end_matches(['，', '、', '：', ',', ':']);
    format!("{whole}……")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_at_sentence_ends() {
        let long = "镇".repeat(200);
        let cases = [
            ("短。".to_owned(), "短。".to_owned()),
            (format!("一句。两句！“三句。”{long}"), "一句。两句！“三句。”".to_owned()),
            (long.clone(), format!("{}……", "镇".repeat(118))),
            (
                format!("Version 1.5 came. {}", "word ".repeat(80)),
                "Version 1.5 came.".to_owned(),
            ),
            (format!("一，{long}"), format!("一，{}……", "镇".repeat(116))),
            ("没有句号".to_owned(), "没有句号".to_owned()),
        ];
        for (text, expected) in cases {
            assert_eq!(cut_at_sentence(&text, false), expected);
        }
    }

    #[test]
    fn never_splits_a_latin_word() {
        let text = format!("{} wonderful", "x ".repeat(115));
        assert!(
            cut_at_sentence(&text, true).ends_with("x……"),
            "{}",
            cut_at_sentence(&text, true)
        );
    }

    #[test]
    fn characters_count_as_editors_count() {
        for (text, expected) in [
            ("乡音 Xiangyin，2022年", 6),
            ("Hello, world", 2),
            ("3.5万", 2),
            ("“好”", 3),
            ("it’s fine", 2),
            ("", 0),
        ] {
            let mut prose = Prose::default();
            prose.push(text);
            assert_eq!(prose.finish().1, expected, "{text}");
        }
    }
}
