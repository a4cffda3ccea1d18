//! Markdown that an input method, Word or Excel spoiled, line by line, with the line as it was meant.
//!
//! Role: such lines are published as they are written, so a warning shows each of them, and `xiangyin fix --text`
//! rewrites them. Reports only what is hardly ever meant: `##一` is a heading, `#乡村振兴#` is a topic. Code is left alone.

mod line;
mod links;
mod tables;

pub(crate) use line::MarkdownTypo;
use line::{LineEdit, TextLine, is_in_code};

use std::ops::Range;

/// Signs that Word and WPS put before the items of a list.
const BULLETS: [char; 8] = ['•', '●', '▪', '◆', '■', '➢', '➤', '◇'];

/// The longest line that is searched. No paragraph is so long, and several searches begin at the start of the line.
const MAX_LINE_BYTES: usize = 16 * 1024;

/// The typos in `text[body]`, in order.
pub(crate) fn find_markdown_typos(text: &str, body: Range<usize>) -> Vec<MarkdownTypo> {
    let signs = BodySigns::of(&text[body.clone()]);
    let lines = text_lines(text, body);
    let mut typos = Vec::new();
    let mut next = 0;
    while next < lines.len() {
        let rest = &lines[next..];
        if !signs.may_have_typo(rest[0].text) {
            next += 1;
            continue;
        }
        if let Some((count, typo)) = tables::pasted_table(rest) {
            typos.push(typo);
            next += count;
            continue;
        }
        let before = next.checked_sub(1).and_then(|before| lines.get(before));
        if let Some(typo) = line_typo(&lines[next], before, lines.get(next + 1)) {
            push_typo(text, &mut typos, typo);
        }
        next += 1;
    }
    typos
}

/// Signs of typos that a body has. Most lines have none, so they are looked for in the whole body at once.
struct BodySigns {
    has_wide_brackets: bool,
    has_stars: bool,
    has_tabs: bool,
}

impl BodySigns {
    fn of(body: &str) -> Self {
        let has = |sign: &str| memchr::memmem::find(body.as_bytes(), sign.as_bytes()).is_some();
        Self {
            has_wide_brackets: ["】（", "】(", "］（", "］(", "】 (", "］ ("]
                .iter()
                .any(|sign| has(sign)),
            has_stars: has("＊＊"),
            has_tabs: memchr::memchr(b'\t', body.as_bytes()).is_some(),
        }
    }

    /// Whether a line of the body may be a typo.
    fn may_have_typo(&self, line: &str) -> bool {
        let first = line.trim_start().chars().next();
        let starts_with_sign =
            first.is_some_and(|c| matches!(c, '#' | '＃' | '＞' | '|' | '｜') || is_bullet(c) || is_symbol(c));
        starts_with_sign
            || (self.has_tabs && line.contains('\t'))
            || self.has_wide_brackets
            || self.has_stars
            || memchr::memchr(b']', line.as_bytes()).is_some()
    }
}

/// Adds a typo. The lines of one table or list are one fault.
fn push_typo(text: &str, typos: &mut Vec<MarkdownTypo>, typo: MarkdownTypo) {
    let is_of_block = matches!(typo.reason, "typo-table" | "typo-bullet" | "typo-quote");
    if let Some(last) = typos
        .last_mut()
        .filter(|last| is_of_block && last.reason == typo.reason)
        && matches!(text.get(last.range.end..typo.range.start), Some("\n" | "\r\n"))
    {
        last.range.end = typo.range.end;
        last.fixed.push('\n');
        last.fixed.push_str(&typo.fixed);
    } else {
        typos.push(typo);
    }
}

/// The lines of the body. Lines of code, of HTML and with calls are empty, so that neighbours stay neighbours.
fn text_lines(text: &str, body: Range<usize>) -> Vec<TextLine<'_>> {
    let mut lines = Vec::new();
    let mut fence: Option<&str> = None;
    let mut start = body.start;
    for whole in text[body].split_inclusive('\n') {
        let line = whole.trim_end_matches(['\n', '\r']);
        let content = line.trim_start_matches([' ', '>']);
        let marks = content.len() - content.trim_start_matches(['`', '~']).len();
        let is_fence = marks >= 3 && (content.starts_with("```") || content.starts_with("~~~"));
        let is_code = match fence {
            Some(open) => {
                if is_fence && content[..marks].starts_with(open) && content[marks..].trim().is_empty() {
                    fence = None;
                }
                true
            }
            None if is_fence => {
                fence = Some(&content[..marks]);
                true
            }
            None => line.starts_with("    ") || content.starts_with(['<', '\t']) || line.contains("{{"),
        };
        lines.push(TextLine {
            start,
            text: if is_code { "" } else { line },
        });
        start += whole.len();
    }
    lines
}

/// The typo of one line with all changes to it; `None` when there are none.
fn line_typo(line: &TextLine<'_>, before: Option<&TextLine<'_>>, after: Option<&TextLine<'_>>) -> Option<MarkdownTypo> {
    let text = line.text;
    if text.len() > MAX_LINE_BYTES {
        return None;
    }
    let neighbours = [before, after].map(|line| line.map_or("", |line| line.text));
    let mut edits: Vec<LineEdit> = heading_edit(text)
        .or_else(|| quote_edit(text))
        .or_else(|| bullet_edit(text, neighbours))
        .into_iter()
        .collect();
    match tables::table_line(text, neighbours) {
        Some(fixed) => edits.push(LineEdit {
            range: 0..text.len(),
            with: fixed,
            reason: "typo-table",
        }),
        None => {
            edits.extend(links::link_edits(text));
            edits.extend(star_edits(text));
        }
    }
    edits.sort_by_key(|edit| edit.range.start);
    let first = edits.first()?;
    let marked = line.start + first.range.start..line.start + first.range.end;
    let reason = first.reason;
    let mut fixed = text.to_owned();
    for edit in edits.iter().rev() {
        fixed.replace_range(edit.range.clone(), &edit.with);
    }
    Some(MarkdownTypo {
        range: line.start..line.start + text.len(),
        marked,
        fixed,
        reason,
    })
}

/// `##一`, `＃ 一`, `#　一`: a heading without the space that it needs.
fn heading_edit(text: &str) -> Option<LineEdit> {
    let indent = text.len() - text.trim_start_matches(' ').len();
    let rest = &text[indent..];
    let after = rest.trim_start_matches(['#', '＃']);
    let signs = &rest[..rest.len() - after.len()];
    let level = signs.chars().count();
    let first = after.chars().next()?;
    let title = after.trim_start_matches(|c: char| c.is_whitespace());
    let is_wide = signs.contains('＃');
    let is_spaced = first.is_whitespace();
    let is_title = title
        .chars()
        .next()
        .is_some_and(|c| c.is_alphanumeric() || (!c.is_ascii() && !c.is_whitespace()));
    let is_topic = level == 1 && !is_spaced;
    let is_standard = !is_wide && matches!(first, ' ' | '\t');
    if !(1..=6).contains(&level) || !is_title || is_topic || is_standard {
        return None;
    }
    Some(LineEdit {
        range: indent..text.len() - title.len(),
        with: format!("{} ", "#".repeat(level)),
        reason: "typo-heading",
    })
}

/// `＞ 引用`.
fn quote_edit(text: &str) -> Option<LineEdit> {
    let rest = text.strip_prefix('＞')?.trim_start();
    (!rest.is_empty()).then(|| LineEdit {
        range: 0..text.len() - rest.len(),
        with: "> ".to_owned(),
        reason: "typo-quote",
    })
}

/// A bullet of Word: a sign of its symbol font, or another sign when several such lines follow each other and would run
/// together.
fn bullet_edit(text: &str, neighbours: [&str; 2]) -> Option<LineEdit> {
    let indent = text.len() - text.trim_start().len();
    let sign = text[indent..].chars().next()?;
    let starts_with_sign = |line: &&str| line.trim_start().starts_with(sign);
    let is_list = is_symbol(sign) || (is_bullet(sign) && neighbours.iter().any(starts_with_sign));
    let item = text[indent + sign.len_utf8()..].trim_start();
    (is_list && !item.is_empty()).then(|| LineEdit {
        range: 0..text.len() - item.len(),
        with: "- ".to_owned(),
        reason: "typo-bullet",
    })
}

fn is_bullet(c: char) -> bool {
    BULLETS.contains(&c)
}

/// A character of the fonts Symbol and Wingdings as Word stores it.
pub(super) fn is_symbol(c: char) -> bool {
    matches!(c, '\u{F020}'..='\u{F0FF}')
}

/// Whether a symbol at `at` in `text` starts its line: a bullet, for which there is a warning.
pub(super) fn is_symbol_bullet(text: &str, at: usize) -> bool {
    let line_start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    text[at..].starts_with(is_symbol) && text[line_start..at].trim().is_empty()
}

/// `＊＊重点＊＊`.
fn star_edits(text: &str) -> Vec<LineEdit> {
    let places: Vec<usize> = text.match_indices("＊＊").map(|(at, _)| at).collect();
    let pairs = places.chunks_exact(2).filter(|pair| pair[1] > pair[0] + "＊＊".len());
    let edits = pairs.flatten().filter(|&&at| !is_in_code(text, at));
    edits
        .map(|&at| LineEdit {
            range: at..at + "＊＊".len(),
            with: "**".to_owned(),
            reason: "typo-stars",
        })
        .collect()
}

#[cfg(test)]
mod tests;
