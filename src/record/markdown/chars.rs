//! Classes of characters in Chinese text, and the private-use characters that this reader reserves.
//!
//! Role: answers questions about one character for all other files here. Does not know Markdown.

use std::ops::RangeInclusive;

/// Inserted next to an emphasis run so that pulldown-cmark judges its flanks as the CJK-friendly specification does.
pub(super) const MARKER: char = '\u{E000}';

/// Replaces a space inside the target of a link, because CommonMark ends the target at a space.
pub(super) const SPACE_PLACEHOLDER: char = '\u{E00F}';

/// Replaces an asterisk that is text, so that CommonMark makes no emphasis of it.
pub(super) const STAR_PLACEHOLDER: char = '\u{E00E}';

/// The text for the single private-use character at the start of `text`; empty for a marker.
pub(super) fn placeholder_text(text: &str) -> &'static str {
    match text.chars().next() {
        Some(SPACE_PLACEHOLDER) => " ",
        Some(STAR_PLACEHOLDER) => "*",
        _ => "",
    }
}

/// First byte of every character from U+E000 to U+EFFF, and of no other character. Used for searching.
pub(super) const PLACEHOLDER_LEAD_BYTE: u8 = 0xEE;

const HIGH: u32 = 0xE400;
const LOW: u32 = 0xE800;
const BASE: u32 = 1024;

/// The maximum number of placeholders.
pub(super) const MAX_PLACEHOLDERS: usize = (BASE * BASE) as usize;

/// Appends the placeholder with this number: two private-use characters.
///
/// Placeholders are numbered instead of relying on their order, because sanitizing HTML may move text around.
pub(super) fn push_placeholder(out: &mut String, number: usize) {
    let number = u32::try_from(number % MAX_PLACEHOLDERS).unwrap_or(0);
    out.extend(char::from_u32(HIGH + number / BASE));
    out.extend(char::from_u32(LOW + number % BASE));
}

/// Parses the placeholder at the start of `text`. Returns its number and its length in bytes.
pub(super) fn read_placeholder(text: &str) -> Option<(usize, usize)> {
    let mut chars = text.chars();
    let high = (chars.next()? as u32).checked_sub(HIGH).filter(|&n| n < BASE)?;
    let low = (chars.next()? as u32).checked_sub(LOW).filter(|&n| n < BASE)?;
    Some(((high * BASE + low) as usize, 6))
}

/// Whether a character is for private use. Fonts do not show such characters, and this reader needs some of them.
pub(super) fn is_private_use(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// Characters of East Asian width W or F (UAX #11), in ranges. Hangul and emoji are excluded; unassigned characters of
/// the blocks are included.
const WIDE: [RangeInclusive<char>; 15] = [
    '\u{2E80}'..='\u{303E}',
    '\u{3041}'..='\u{312F}',
    '\u{3190}'..='\u{3247}',
    '\u{3250}'..='\u{A4CF}',
    '\u{F900}'..='\u{FAFF}',
    '\u{FE10}'..='\u{FE19}',
    '\u{FE30}'..='\u{FE6F}',
    '\u{FF01}'..='\u{FF60}',
    '\u{FFE0}'..='\u{FFE6}',
    '\u{16FE0}'..='\u{16FFF}',
    '\u{17000}'..='\u{18DFF}',
    '\u{1AFF0}'..='\u{1B2FF}',
    '\u{1F200}'..='\u{1F2FF}',
    '\u{20000}'..='\u{2FFFD}',
    '\u{30000}'..='\u{3FFFD}',
];

/// Whether a character is as wide as a Chinese one and its script is written without spaces.
pub(super) fn is_wide(c: char) -> bool {
    if matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3001}'..='\u{3002}' | '\u{FF01}'..='\u{FF1F}') {
        return true;
    }
    c >= '\u{2E80}' && WIDE.iter().any(|range| range.contains(&c))
}

/// Hangul letters and syllables. Whether wide or not, Korean is written with spaces.
fn is_hangul(c: char) -> bool {
    matches!(
        c,
        '\u{1100}'..='\u{11FF}'
            | '\u{3131}'..='\u{318E}'
            | '\u{3200}'..='\u{321E}'
            | '\u{3260}'..='\u{327E}'
            | '\u{A960}'..='\u{A97F}'
            | '\u{AC00}'..='\u{D7FF}'
            | '\u{FFA0}'..='\u{FFDC}'
    )
}

/// A CJK character in the sense of the markdown-cjk-friendly specification, section 2.1: wide, full-width or half-width
/// by UAX #11 and not an emoji, or Hangul. Ideographic variation selectors count with the character before.
pub(super) fn is_cjk(c: char) -> bool {
    is_wide(c) || is_hangul(c) || matches!(c, '\u{FF61}'..='\u{FFDC}' | '\u{E0100}'..='\u{E01EF}')
}

/// Quotes, dashes and dots that are Chinese punctuation among Chinese characters (width “ambiguous” by UAX #11).
pub(super) fn is_shared_punctuation(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '—' | '…' | '·')
}

/// Punctuation or a symbol. Outside ASCII this is an approximation: any character except a letter, digit, mark or
/// space.
pub(super) fn is_punctuation(c: char) -> bool {
    match c {
        _ if c.is_ascii() => return c.is_ascii_punctuation(),
        // The most common range first, for speed.
        '\u{4E00}'..='\u{9FFF}' => return false,
        '，' | '。' | '、' | '：' | '；' | '“' | '”' | '（' | '）' | '《' | '》' | '！' | '？' => {
            return true;
        }
        _ => {}
    }
    !(c.is_alphanumeric()
        || c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{0300}'..='\u{036F}' | '\u{200B}'..='\u{200F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}'))
}

/// Whether a line break between these two characters is dropped instead of becoming a space.
pub(super) fn drops_line_break(before: char, after: char) -> bool {
    (is_wide(before) && (is_wide(after) || is_shared_punctuation(after)))
        || (is_shared_punctuation(before) && is_wide(after))
}

/// The nearest character boundary at or before `at`.
pub(super) fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
