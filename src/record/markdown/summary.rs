//! What a text says in short, and how long it is.
//!
//! Role: gathers running text while the body is written; knows nothing of HTML.

use super::chars::{is_shared_punctuation, is_wide};

/// About this many wide characters make a summary; two narrow ones count as one wide.
const LIMIT: usize = 120;

/// Running text is gathered up to this many bytes: enough to find a sentence end.
const ENOUGH: usize = 1600;

/// As above, when the editor marks the end with `<!-- more -->`.
const ENOUGH_BEFORE_MORE: usize = 12_000;

/// What a stretch of text is to the summary.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// Sentences of a paragraph.
    Running,
    /// An item of a list: taken when the text has no paragraph.
    Listed,
    /// Headings, tables, code, notes: never in a summary.
    Apart,
}

/// Gathers a body's prose.
#[derive(Default)]
pub(super) struct Prose {
    running: Gathered,
    listed: Gathered,
    /// Set when the editor's mark may still come.
    pub(super) awaits_more: bool,
    more: bool,
    characters: usize,
    in_word: bool,
}

#[derive(Default)]
struct Gathered {
    text: String,
    gap: bool,
    cut: bool,
}

impl Gathered {
    fn push(&mut self, text: &str, limit: usize) {
        if self.text.len() >= limit {
            self.cut |= !text.trim().is_empty();
            return;
        }
        if std::mem::take(&mut self.gap) && needs_space(self.text.chars().next_back(), text.chars().next()) {
            self.text.push(' ');
        }
        let end = super::chars::floor_boundary(text, limit);
        self.cut |= end < text.len();
        self.text.push_str(&text[..end]);
    }
}

/// Whether two blocks that end and start so need a space between them: not after Chinese punctuation, not between
/// Chinese characters.
fn needs_space(last: Option<char>, next: Option<char>) -> bool {
    let narrow = |c: char| !is_wide(c) && !c.is_whitespace();
    let (Some(last), Some(next)) = (last, next) else {
        return false;
    };
    let closed = is_wide(last) && !last.is_alphanumeric();
    !closed && (narrow(last) || narrow(next))
}

/// How much was gathered at some moment.
#[derive(Clone, Copy)]
pub(super) struct Mark(usize, usize);

impl Prose {
    /// A stretch of text, without line breaks that vanish.
    pub(super) fn push(&mut self, text: &str, zone: Zone) {
        self.count(text);
        let limit = if self.awaits_more { ENOUGH_BEFORE_MORE } else { ENOUGH };
        match zone {
            _ if self.more => {}
            Zone::Running => self.running.push(text, limit),
            Zone::Listed => self.listed.push(text, limit),
            Zone::Apart => {}
        }
    }

    /// A line break or another gap inside a block that shows as a space.
    pub(super) fn space(&mut self, zone: Zone) {
        self.push(" ", zone);
    }

    /// The end of a block.
    pub(super) fn block_end(&mut self) {
        self.in_word = false;
        self.running.gap = !self.running.text.is_empty();
        self.listed.gap = !self.listed.text.is_empty();
    }

    /// The editor's mark: the summary ends here.
    pub(super) fn more(&mut self) {
        self.more = true;
    }

    /// Where the gathering stands.
    pub(super) fn mark(&self) -> Mark {
        Mark(self.running.text.len(), self.listed.text.len())
    }

    /// Forgets what was gathered since.
    pub(super) fn forget(&mut self, since: Mark) {
        if !self.more {
            self.running.text.truncate(since.0);
            self.listed.text.truncate(since.1);
        }
    }

    fn count(&mut self, text: &str) {
        for c in text.chars() {
            if c == '’' && self.in_word {
                // An apostrophe.
                continue;
            }
            // The commonest first: this sees every character of every text.
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

    /// The summary, and the number of characters.
    pub(super) fn finish(self) -> (String, usize) {
        let gathered = if self.running.text.trim().is_empty() {
            self.listed
        } else {
            self.running
        };
        let text = gathered.text.trim();
        let summary = if self.more {
            text.to_owned()
        } else {
            cut(text, gathered.cut)
        };
        (summary, self.characters)
    }
}

/// Cuts at the last sentence end within the limit; without one, at the limit.
fn cut(text: &str, longer: bool) -> String {
    let mut width = 0;
    let mut sentence = 0;
    let mut hard = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        width += if is_wide(c) || is_shared_punctuation(c) { 2 } else { 1 };
        if width > 2 * LIMIT {
            return if sentence > 0 {
                text[..sentence].to_owned()
            } else {
                shorten(text, hard)
            };
        }
        let end = at + c.len_utf8();
        if width <= 2 * LIMIT - 4 {
            hard = end;
        }
        let next = chars.peek().map(|&(_, next)| next);
        if ends_sentence(c, next) || (sentence == at && at > 0 && closes(c)) {
            sentence = end;
        }
    }
    match (longer, sentence) {
        (false, _) => text.to_owned(),
        (true, 0) => shorten(text, hard),
        (true, _) => text[..sentence].to_owned(),
    }
}

fn ends_sentence(c: char, next: Option<char>) -> bool {
    match c {
        '。' | '！' | '？' | '；' | '…' => true,
        '.' | '!' | '?' => next.is_none_or(char::is_whitespace),
        _ => false,
    }
}

fn closes(c: char) -> bool {
    matches!(c, '”' | '’' | '」' | '』' | '）' | '》' | ')' | '"')
}

/// The text up to `at`, moved back out of a Latin word, with the sign that something is left out.
fn shorten(text: &str, at: usize) -> String {
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
            assert_eq!(cut(&text, false), expected);
        }
    }

    #[test]
    fn never_splits_a_latin_word() {
        let text = format!("{} wonderful", "x ".repeat(115));
        assert!(cut(&text, true).ends_with("x……"), "{}", cut(&text, true));
    }

    #[test]
    fn counts_as_editors_do() {
        for (text, expected) in [
            ("乡音 Xiangyin，2022年", 6),
            ("Hello, world", 2),
            ("3.5万", 2),
            ("“好”", 3),
            ("it’s fine", 2),
            ("", 0),
        ] {
            let mut prose = Prose::default();
            prose.push(text, Zone::Running);
            assert_eq!(prose.finish().1, expected, "{text}");
        }
    }
}
