//! Folds texts and queries to one form: full-width and half-width, capital and small letters become equal.
//!
//! `themes/default/static/search.js` does the same, character by character. Any change here must be made there too.

use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// Separates parts of a text that no match may span: paragraphs, cells, the summary and the body.
pub(super) const BREAK: char = '\n';
/// A space between two Latin words. Spaces beside other characters are removed, because they are only typographic
/// (`3 月`).
const SPACE: char = ' ';
/// The first wide character (CJK radicals). Spaces beside wide characters have no meaning.
const FIRST_WIDE: char = '\u{2E80}';

/// The text in NFC: a letter and its accents are one character. Folding works character by character, so that a match
/// can be marked in the text on the page.
pub(super) fn to_nfc(text: &str) -> Cow<'_, str> {
    // Nearly all characters are in these ranges; the lookup tables of the real test are slower.
    let is_plain = |c: char| {
        matches!(c, '\0'..='\u{2FF}' | '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{3029}' | '\u{4E00}'..='\u{9FFF}'
            | '\u{FF00}'..='\u{FFEF}')
    };
    if text.chars().all(is_plain) || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// Appends the folded form of `text` to `out`: each character in NFKC and lower case, without zero-width characters.
pub(super) fn fold(text: &str, out: &mut Vec<char>) {
    let mut folded = FoldWriter { out, has_gap: false };
    for c in text.chars() {
        match c {
            BREAK => folded.end_part(),
            '\u{4E00}'..='\u{9FFF}' => folded.push(c),
            c if is_gap(c) => folded.has_gap = true,
            c if c.is_ascii() => folded.push(c.to_ascii_lowercase()),
            c => std::iter::once(c)
                .nfkc()
                .flat_map(char::to_lowercase)
                .for_each(|c| folded.push(c)),
        }
    }
}

/// Whether a character of a folded text can be searched for: anything except separators.
pub(super) const fn is_searchable(c: char) -> bool {
    c != BREAK && c != SPACE
}

struct FoldWriter<'o> {
    out: &'o mut Vec<char>,
    has_gap: bool,
}

impl FoldWriter<'_> {
    fn push(&mut self, c: char) {
        if is_gap(c) {
            self.has_gap = true;
            return;
        }
        if is_zero_width(c) {
            return;
        }
        let last = self.out.last().copied().unwrap_or(BREAK);
        if std::mem::take(&mut self.has_gap) && last != BREAK && last < FIRST_WIDE && c < FIRST_WIDE {
            self.out.push(SPACE);
        }
        self.out.push(c);
    }

    fn end_part(&mut self) {
        self.has_gap = false;
        if self.out.last().is_some_and(|&last| last != BREAK) {
            self.out.push(BREAK);
        }
    }
}

const fn is_gap(c: char) -> bool {
    matches!(
        c,
        '\t' | '\u{B}' | '\u{C}' | '\r' | ' ' | '\u{85}' | '\u{A0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200A}' | '\u{2028}' | '\u{2029}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}

/// Characters without width: controls, soft hyphens, joiners, direction marks.
const fn is_zero_width(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{8}' | '\u{E}'..='\u{1F}' | '\u{7F}' | '\u{AD}' | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let mut out = Vec::new();
        fold(&to_nfc(text), &mut out);
        out.into_iter().collect()
    }

    #[test]
    fn forms_of_one_text_fold_alike() {
        assert_eq!(folded("ＶＯＬＵＮＴＥＥＲ　２０２２"), "volunteer 2022");
        assert_eq!(folded("2022 年 3 月"), "2022年3月");
        assert_eq!(folded("乡 音，Ｗeb"), "乡音,web");
        assert_eq!(folded("e\u{301}té É"), "été é");
        assert_eq!(folded("志\u{200B}愿\u{AD}者"), "志愿者");
        assert_eq!(folded("㎡①…"), "m21...");
    }

    #[test]
    fn no_match_spans_two_parts() {
        assert_eq!(folded("\n \n结束\n \n 开始 "), "结束\n开始");
    }
}
