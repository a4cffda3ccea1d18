//! Addresses from titles and file names.
//!
//! Role: one pure function that every address of a post goes through, so that `new`, planning and links agree.
//! Knows no record and no disk.

use crate::config::SlugStyle;
use pinyin::ToPinyin as _;
use unicode_normalization::UnicodeNormalization as _;

/// The longest slug in bytes: file systems take 255, and a name may get a number behind it.
const MAX_BYTES: usize = 200;

/// What takes the place of a text of which nothing is left.
const FALLBACK: &str = "post";

/// The part of an address that stands for `text`: one path segment, never empty, never `.` or `..`, at most
/// 200 bytes.
///
/// `Pinyin`: each Chinese character becomes a syllable without tone (ü is `v`), joined by `-`; full-width letters and
/// digits become plain ones; letters and digits keep their case; everything else becomes `-`. `Keep`: NFC, with only
/// what is unsafe in an address or a file name becoming `-`. Runs of `-` are one; none stands at either end.
///
/// ```
/// use xiangyin::{config::SlugStyle, slug::slug};
/// assert_eq!(slug("2022年清洁河道", SlugStyle::Pinyin), "2022-nian-qing-jie-he-dao");
/// assert_eq!(slug("清洁河道：第 1 次", SlugStyle::Keep), "清洁河道：第-1-次");
/// ```
#[must_use]
pub fn slug(text: &str, style: SlugStyle) -> String {
    let mut out = SlugBuilder::default();
    match style {
        SlugStyle::Pinyin => text.nfkc().for_each(|c| push_pinyin(&mut out, c)),
        SlugStyle::Keep => text.nfc().for_each(|c| push_kept(&mut out, c)),
    }
    truncate_slug(out.text)
}

/// Adds `c` as pinyin, as itself, or as a joint.
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

/// Adds `c` as itself or as a joint.
fn push_kept(out: &mut SlugBuilder, c: char) {
    let unsafe_in_paths = r#"/\?%*:|"<>#"#.contains(c) || c.is_whitespace() || c.is_control();
    // A dot in front would hide the file and make `..`; one behind is lost on Windows. `shorten` sees to the latter.
    if unsafe_in_paths || (c == '.' && out.text.is_empty()) {
        out.push_separator();
    } else {
        out.push(c);
    }
}

/// A text in which joints are single `-` between other characters.
#[derive(Default)]
struct SlugBuilder {
    text: String,
    pending_separator: bool,
}

impl SlugBuilder {
    /// Adds a character; `-` is a joint.
    fn push(&mut self, c: char) {
        if c == '-' {
            return self.push_separator();
        }
        if std::mem::take(&mut self.pending_separator) {
            self.text.push('-');
        }
        self.text.push(c);
    }

    /// Asks for a `-` before the next character, unless it would be the first.
    fn push_separator(&mut self) {
        self.pending_separator = !self.text.is_empty();
    }
}

/// Cuts a long slug, at a `-` where there is one, and puts the fallback for an empty one.
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
            let made = slug(&text, style);
            prop_assert!(!made.is_empty() && made.len() <= MAX_BYTES);
            prop_assert!(!made.contains(['/', '\\', '?', '#', '%', ' ']) && !made.contains("--"));
            prop_assert!(made != "." && made != "..");
            prop_assert_eq!(slug(&made, style), made);
        }
    }
}
