//! Addresses from titles and file names.
//!
//! Role: one pure function that every address of a post goes through, so that `new`, planning and links agree.
//! Knows no record and no disk.

use crate::config::SlugStyle;
use pinyin::ToPinyin as _;
use unicode_normalization::UnicodeNormalization as _;

/// The longest slug in bytes: file systems take 255, and a name may get a number behind it.
const LIMIT: usize = 200;

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
    let mut out = Joined::default();
    match style {
        SlugStyle::Pinyin => text.nfkc().for_each(|c| push_pinyin(&mut out, c)),
        SlugStyle::Keep => text.nfc().for_each(|c| push_kept(&mut out, c)),
    }
    shorten(out.text)
}

/// Adds `c` as pinyin, as itself, or as a joint.
fn push_pinyin(out: &mut Joined, c: char) {
    if let Some(syllable) = c.to_pinyin() {
        out.joint();
        syllable
            .plain()
            .chars()
            .for_each(|c| out.push(if c == 'ü' { 'v' } else { c }));
        out.joint();
    } else if c.is_alphanumeric() || c == '_' {
        out.push(c);
    } else {
        out.joint();
    }
}

/// Adds `c` as itself or as a joint.
fn push_kept(out: &mut Joined, c: char) {
    let unsafe_in_paths = r#"/\?%*:|"<>#"#.contains(c) || c.is_whitespace() || c.is_control();
    // A dot in front would hide the file and make `..`; one behind is lost on Windows. `shorten` sees to the latter.
    if unsafe_in_paths || (c == '.' && out.text.is_empty()) {
        out.joint();
    } else {
        out.push(c);
    }
}

/// A text in which joints are single `-` between other characters.
#[derive(Default)]
struct Joined {
    text: String,
    joint: bool,
}

impl Joined {
    /// Adds a character; `-` is a joint.
    fn push(&mut self, c: char) {
        if c == '-' {
            return self.joint();
        }
        if std::mem::take(&mut self.joint) {
            self.text.push('-');
        }
        self.text.push(c);
    }

    /// Asks for a `-` before the next character, unless it would be the first.
    fn joint(&mut self) {
        self.joint = !self.text.is_empty();
    }
}

/// Cuts a long slug, at a `-` where there is one, and puts the fallback for an empty one.
fn shorten(mut slug: String) -> String {
    if slug.len() > LIMIT {
        let mut end = LIMIT;
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
    fn chinese_becomes_pinyin_and_the_rest_stays() {
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
    fn kept_names_lose_only_what_is_unsafe() {
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
            prop_assert!(!made.is_empty() && made.len() <= LIMIT);
            prop_assert!(!made.contains(['/', '\\', '?', '#', '%', ' ']) && !made.contains("--"));
            prop_assert!(made != "." && made != "..");
            prop_assert_eq!(slug(&made, style), made);
        }
    }
}
