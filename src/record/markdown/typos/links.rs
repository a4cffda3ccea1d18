//! Links and pictures with full-width brackets, quotes or exclamation marks: `！[图](a.jpg)`, `[文件]（a.pdf）`.

use super::line::{LineEdit, is_in_code};

/// The longest target with its title, in bytes.
const LONGEST: usize = 400;

/// Endings of picture files.
const PICTURES: [&str; 9] = ["jpg", "jpeg", "png", "gif", "webp", "svg", "bmp", "heic", "avif"];

/// The links of a line that need a change, in order.
pub(super) fn link_edits(text: &str) -> Vec<LineEdit> {
    let mut edits = Vec::new();
    let mut done = 0;
    for (at, bracket) in text.match_indices([']', '］', '】']) {
        // The cheap test first: the other looks through the line from its start.
        let is_link = text[at + bracket.len()..]
            .trim_start_matches(' ')
            .starts_with(['(', '（']);
        if at < done || !is_link || is_in_code(text, at) {
            continue;
        }
        if let Some(edit) = link_edit(text, at, done) {
            done = edit.range.end;
            edits.push(edit);
        }
    }
    edits
}

/// The change of the link whose closing bracket is at `close`.
fn link_edit(text: &str, close: usize, from: usize) -> Option<LineEdit> {
    let bracket = text[close..].chars().next()?;
    let open = from + text[from..close].rfind(['[', '［', '【'])?;
    let opening = text[open..].chars().next()?;
    let label = &text[open + opening.len_utf8()..close];
    let mark = text[from..open].chars().next_back().filter(|c| matches!(c, '!' | '！'));
    let after = &text[close + bracket.len_utf8()..];
    // `![图] (a.jpg)` is shown as it is written.
    let gap = if mark.is_some() {
        after.len() - after.trim_start_matches(' ').len()
    } else {
        0
    };
    let parenthesis = after[gap..].chars().next().filter(|c| matches!(c, '(' | '（'))?;
    let inside_start = gap + parenthesis.len_utf8();
    let inside_len = after[inside_start..].find([')', '）']).filter(|&len| len <= LONGEST)?;
    let closing = after[inside_start + inside_len..].chars().next()?;
    let (target, title) = split_title(&after[inside_start..inside_start + inside_len])?;
    let is_picture = has_ending(target, &PICTURES);
    let has_wide_title = title.is_some_and(|title| !title.starts_with(['"', '\'']));
    // `太好了！[详情](b.jpg)` is a sentence and a link.
    let starts_word = text[..open - mark.map_or(0, char::len_utf8)]
        .chars()
        .next_back()
        .is_none_or(char::is_whitespace);
    let is_wide_mark = mark == Some('！') && is_picture && starts_word;
    let has_wide_brackets = [opening, bracket].iter().any(|c| !c.is_ascii());
    let has_wide_parentheses = [parenthesis, closing].iter().any(|c| !c.is_ascii());
    // `【附件】（名单.xlsx）` is text.
    if has_wide_brackets && mark.is_none() && has_wide_parentheses {
        return None;
    }
    if !(has_wide_title || is_wide_mark || has_wide_brackets || has_wide_parentheses || gap > 0) {
        return None;
    }
    let is_image = mark == Some('!') || is_wide_mark;
    let start = if is_image {
        open - mark.map_or(0, char::len_utf8)
    } else {
        open
    };
    let end = close + bracket.len_utf8() + inside_start + inside_len + closing.len_utf8();
    let title = title.map_or_else(String::new, |title| format!(" \"{}\"", unquoted(title)));
    let sign = if is_image { "!" } else { "" };
    Some(LineEdit {
        range: start..end,
        with: format!("{sign}[{label}]({target}{title})"),
        reason: if is_image { "typo-picture" } else { "typo-link" },
    })
}

/// The target and the title in parentheses. `None` when the text before the title does not look like a target.
fn split_title(inside: &str) -> Option<(&str, Option<&str>)> {
    let inside = inside.trim();
    let (target, title) = match inside.find(char::is_whitespace) {
        Some(space) => (&inside[..space], Some(inside[space..].trim())),
        None => (inside, None),
    };
    let is_quoted = |title: &str| {
        title.starts_with(['“', '”', '"', '「', '\'', '‘']) && title.ends_with(['”', '“', '"', '」', '\'', '’'])
    };
    let is_target = is_target(target) && title.is_none_or(|title| is_quoted(title) && title.chars().count() >= 2);
    is_target.then_some((target, title))
}

/// Whether a text in parentheses is an address or a file name.
fn is_target(text: &str) -> bool {
    let path = text.split(['#', '?']).next().unwrap_or_default();
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_file = (2..=5).contains(&ending.len())
        && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !ending.bytes().all(|byte| byte.is_ascii_digit());
    let is_address = text.starts_with("http://") || text.starts_with("https://");
    (is_file || is_address) && !text.contains(['，', '。', '、', '；', '：', '“', '”'])
}

fn has_ending(target: &str, endings: &[&str]) -> bool {
    let path = target.split(['#', '?']).next().unwrap_or_default();
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    endings.iter().any(|known| known.eq_ignore_ascii_case(ending))
}

fn unquoted(title: &str) -> String {
    let inner = title.trim_matches(['“', '”', '"', '「', '」', '\'', '‘', '’']);
    inner.replace('"', "\\\"")
}
