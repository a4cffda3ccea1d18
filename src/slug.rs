//! Makes slugs, the last part of addresses, from titles and file names.
//!
//! Role: one pure function that makes the address of every post, so that `new`, planning and links agree. Does not know
//! records, and does not access the disk.

use crate::config::SlugStyle;
use pinyin::ToPinyin as _;
use unicode_normalization::UnicodeNormalization as _;

/// The longest slug in bytes. File systems allow names of 255 bytes, and a number may be appended to a slug.
const MAX_BYTES: usize = 200;

/// The slug of a text that leaves no characters.
const FALLBACK: &str = "post";

/// The slug of `text`: one path segment, never empty, never `.` or `..`, at most 200 bytes.
///
/// `Pinyin`: each Chinese character becomes a syllable without tone (ü is `v`), separated by `-`. Full-width letters
/// and digits become ASCII, letters keep their case, and every other character except `_` becomes `-`:
/// `2022年清洁河道` → `2022-nian-qing-jie-he-dao`.
///
/// `Keep`: the text in NFC, in which only characters that are unsafe in an address or a file name become `-`:
/// `清洁河道：第 1 次` → `清洁河道：第-1-次`.
///
/// In both styles a run of `-` becomes one, and the slug neither starts nor ends with `-`.
#[must_use]
pub(crate) fn slug(text: &str, style: SlugStyle) -> String {
    let mut out = SlugBuilder::default();
    match style {
        SlugStyle::Pinyin => text.nfkc().for_each(|c| push_pinyin(&mut out, c)),
        SlugStyle::Keep => text.nfc().for_each(|c| push_kept(&mut out, c)),
    }
    truncate_slug(out.text)
}

/// Adds `c` as pinyin, unchanged, or as a separator.
fn push_pinyin(out: &mut SlugBuilder, c: char) {
    if let Some(syllable) = c.to_pinyin() {
        out.push_separator();
        syllable
            .plain()
            .chars()
            .for_each(|c| out.push(if c == 'ü' { 'v' } else { c }));
        out.push_separator();
    } else if c.is_alphanumeric() || c == '_' {
        out.push(c);
    } else {
        out.push_separator();
    }
}

/// Adds `c` unchanged or as a separator.
fn push_kept(out: &mut SlugBuilder, c: char) {
    let unsafe_in_paths = r#"/\?%*:|"<>#"#.contains(c) || c.is_whitespace() || c.is_control();
    // A leading dot would hide the file or make `..`. Windows drops a trailing dot, which `truncate_slug` removes.
    if unsafe_in_paths || (c == '.' && out.text.is_empty()) {
        out.push_separator();
    } else {
        out.push(c);
    }
}

/// Builds a text in which every separator is a single `-` between other characters.
#[derive(Default)]
struct SlugBuilder {
    text: String,
    pending_separator: bool,
}

impl SlugBuilder {
    /// Adds a character; `-` is a separator.
    fn push(&mut self, c: char) {
        if c == '-' {
            return self.push_separator();
        }
        if std::mem::take(&mut self.pending_separator) {
            self.text.push('-');
        }
        self.text.push(c);
    }

    /// Requests a `-` before the next character, unless it would be the first.
    fn push_separator(&mut self) {
        self.pending_separator = !self.text.is_empty();
    }
}

/// Truncates a long slug, at a `-` if there is one, and replaces an empty slug by the fallback.
fn truncate_slug(mut slug: String) -> String {
    if slug.len() > MAX_BYTES {
        let mut end = MAX_BYTES;
        while !slug.is_char_boundary(end) {
            end -= 1;
        }
        slug.truncate(slug[..end].rfind('-').unwrap_or(end));
    }
    slug.truncate(slug.trim_end_matches(['.', '-']).len());
    if slug.is_empty() { FALLBACK.to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pinyin_style_converts_only_chinese_characters() {
        for (text, expected) in [
            ("清洁河道", "qing-jie-he-dao"),
            ("2022年清洁河道", "2022-nian-qing-jie-he-dao"),
            ("clean-river", "clean-river"),
            ("IMG_2022", "IMG_2022"),
            ("绿色", "lv-se"),
            ("“双减”政策（一）", "shuang-jian-zheng-ce-yi"),
            ("２０２２Ａ", "2022A"),
            ("第3届A座", "di-3-jie-A-zuo"),
            ("  a  --  b  ", "a-b"),
            ("。！", "post"),
            ("..", "post"),
            ("", "post"),
            ("v1.2", "v1-2"),
        ] {
            assert_eq!(slug(text, SlugStyle::Pinyin), expected, "{text}");
        }
    }

    #[test]
    fn keep_style_replaces_only_unsafe_characters() {
        for (text, expected) in [
            ("清洁河道", "清洁河道"),
            ("清洁河道：第 1 次", "清洁河道：第-1-次"),
            ("a/b?c#d e", "a-b-c-d-e"),
            ("../x", "x"),
            ("..", "post"),
            (".hidden.", "hidden"),
            ("v1.2", "v1.2"),
        ] {
            assert_eq!(slug(text, SlugStyle::Keep), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_slug_is_one_safe_segment(text in "\\PC{0,300}", keep in any::<bool>()) {
            let style = if keep { SlugStyle::Keep } else { SlugStyle::Pinyin };
            let result = slug(&text, style);
            prop_assert!(!result.is_empty() && result.len() <= MAX_BYTES);
            prop_assert!(!result.contains(['/', '\\', '?', '#', '%', ' ']) && !result.contains("--"));
            prop_assert!(result != "." && result != "..");
            prop_assert_eq!(slug(&result, style), result);
        }
    }
}
