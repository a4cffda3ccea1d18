//! Estimates the width of a text without knowing the font that draws it.
//!
//! Role: the arithmetic behind labels that never overlap. Chinese faces give every wide character exactly one em. For
//! other characters an upper estimate is enough: a label cut a little early does no harm, an overlap does.

/// The width of `text` in units when its em is `size` units.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    text.chars().map(width_in_ems).sum::<f64>() * size
}

/// Whether the text is set in a Chinese, Japanese or Korean face: it has at least one wide character.
pub(super) fn has_wide_char(text: &str) -> bool {
    text.chars().any(|c| is_wide_char(c) && !is_ambiguous_char(c))
}

/// `text` if it fits into `max_width` units, otherwise its beginning with `…`; empty if not even that fits.
pub(super) fn truncate(text: &str, size: f64, max_width: f64) -> String {
    if text_width(text, size) <= max_width {
        return text.to_owned();
    }
    let end = fitting_len(text, size, max_width - size);
    match text[..end].trim_end() {
        "" if max_width < size => String::new(),
        beginning => format!("{beginning}…"),
    }
}

/// `text` in at most two lines of `max_width` units, broken at a space or beside a wide character where possible.
pub(super) fn wrap_two_lines(text: &str, size: f64, max_width: f64) -> Vec<String> {
    if text_width(text, size) <= max_width {
        return vec![text.to_owned()];
    }
    // Balance the lines if the text fits into two, so that the second does not hold a single character.
    let half = (text_width(text, size) / 2.0 + size / 2.0).min(max_width);
    let split = |max_width: f64| text.split_at(break_index(text, fitting_len(text, size, max_width)));
    let balanced = Some(split(half)).filter(|(_, rest)| text_width(rest.trim_start(), size) <= max_width);
    match balanced.unwrap_or_else(|| split(max_width)) {
        ("", _) => vec![truncate(text, size, max_width)],
        (first, rest) => vec![
            first.trim_end().to_owned(),
            truncate(rest.trim_start(), size, max_width),
        ],
    }
}

/// The number of bytes of `text` that fit into `max_width` units.
fn fitting_len(text: &str, size: f64, max_width: f64) -> usize {
    let mut used = 0.0;
    for (index, c) in text.char_indices() {
        used += width_in_ems(c) * size;
        if used > max_width {
            return index;
        }
    }
    text.len()
}

/// The last byte offset at or before `limit` where a line may end; `limit` itself if the word is longer than the line.
fn break_index(text: &str, limit: usize) -> usize {
    let may_break = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at..].chars().next();
        before.is_some_and(|c| c == ' ' || c == '-' || is_wide_char(c))
            || after.is_some_and(|c| c == ' ' || is_wide_char(c))
    };
    let places = text[..limit].char_indices().map(|(at, _)| at);
    places
        .chain([limit])
        .rev()
        .find(|&at| at > 0 && may_break(at))
        .unwrap_or(limit)
}

/// The width of a character in ems, as in broad sans-serif faces of regular weight.
pub(super) fn width_in_ems(c: char) -> f64 {
    match c {
        _ if is_wide_char(c) => 1.0,
        '\0'..='\u{1f}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => 0.0,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.9,
        'A'..='Z' => 0.7,
        '0'..='9' => 0.6,
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | ' ' | '.' | ',' | ':' | '\'' => 0.4,
        _ => 0.58,
    }
}

/// Whether a character is one em wide: East Asian Width W and F (UAX #11), and those of A that Chinese faces draw one
/// em wide.
pub(super) fn is_wide_char(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{a4cf}' | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}')
        || is_ambiguous_char(c)
}

/// Dashes, quotation marks and signs that Latin and Chinese texts share.
fn is_ambiguous_char(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{203b}' | '\u{2103}' | '\u{2150}'..='\u{218f}'
        | '\u{2190}'..='\u{21ff}' | '\u{2460}'..='\u{27bf}' | '·')
}

#[cfg(test)]
mod tests {
    use super::{text_width, truncate, wrap_two_lines};

    #[test]
    fn wide_characters_take_one_em() {
        assert_eq!(text_width("青石镇", 16.0), 48.0);
        assert_eq!(text_width("12月", 20.0), 44.0);
    }

    #[test]
    fn long_text_is_truncated_with_an_ellipsis() {
        assert_eq!(truncate("志愿服务活动", 10.0, 60.0), "志愿服务活动");
        assert_eq!(truncate("志愿服务活动", 10.0, 59.0), "志愿服务…");
        assert_eq!(truncate("志愿", 10.0, 10.0), "…");
        assert_eq!(truncate("志愿", 10.0, 3.0), "");
    }

    #[test]
    fn two_lines_break_between_words_and_beside_wide_characters() {
        assert_eq!(wrap_two_lines("志愿服务活动", 10.0, 40.0), ["志愿服", "务活动"]);
        assert_eq!(wrap_two_lines("role models", 10.0, 36.0), ["role", "mod…"]);
        assert_eq!(wrap_two_lines("乡村Freundschaften", 10.0, 20.0), ["乡村", "F…"]);
        assert_eq!(wrap_two_lines("长", 10.0, 4.0), [""]);
    }
}
