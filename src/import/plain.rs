//! Reads plain text: which lines are paragraphs, which are parts of one, and which are items of a list.

use super::facts;
use super::manuscript::Manuscript;
use super::structure;
use crate::record::{Block, Inline};
use unicode_width::UnicodeWidthStr as _;

/// The widths, in columns, at which programs break the lines of a paragraph.
const WRAPPED_WIDTHS: std::ops::RangeInclusive<usize> = 40..=120;

/// Reads a text.
pub(super) fn read(text: &str) -> Manuscript {
    let mut manuscript = Manuscript {
        blocks: read_blocks(text),
        ..Manuscript::default()
    };
    facts::guess(&mut manuscript);
    structure::tidy(&mut manuscript);
    manuscript
}

/// The paragraphs and lists of a text.
pub(super) fn read_blocks(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut blocks = Vec::new();
    for group in lines
        .split(|line| line.trim().is_empty())
        .filter(|group| !group.is_empty())
    {
        if is_wrapped(group) {
            blocks.push(paragraph(&join_lines(group)));
            continue;
        }
        for line in group {
            push_line(line.trim(), &mut blocks);
        }
    }
    blocks
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![Inline::Text(text.to_owned())])
}

/// Adds a line: to the list before it, or as a paragraph.
fn push_line(line: &str, blocks: &mut Vec<Block>) {
    let Some((number, text)) = item(line) else {
        return blocks.push(paragraph(line));
    };
    match blocks.last_mut() {
        Some(Block::List { start, items }) if continues(*start, items.len(), number) => {
            items.push(vec![paragraph(text)]);
        }
        _ => blocks.push(Block::List {
            start: number,
            items: vec![vec![paragraph(text)]],
        }),
    }
}

/// Whether an item continues the list that began with `start` and has `count` items.
fn continues(start: Option<u64>, count: usize, number: Option<u64>) -> bool {
    match (start, number) {
        (None, None) => true,
        (Some(start), Some(number)) => {
            u64::try_from(count).ok().and_then(|count| start.checked_add(count)) == Some(number)
        }
        _ => false,
    }
}

/// The number and the text of an item of a list: `- …`, `• …`, `1. …`.
fn item(line: &str) -> Option<(Option<u64>, &str)> {
    let bullet = ['-', '*', '+', '•', '●', '·', '■', '◆']
        .iter()
        .find_map(|mark| line.strip_prefix(*mark));
    if let Some(rest) = bullet.filter(|rest| rest.starts_with([' ', '\u{3000}'])) {
        return Some((None, rest.trim())).filter(|(_, text)| !text.is_empty());
    }
    let (number, rest) = line.split_once(". ")?;
    let is_number = (1..=4).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_number.then(|| number.parse().ok()).flatten()?;
    (!rest.trim().is_empty()).then_some((Some(number), rest.trim()))
}

/// Whether lines are one paragraph that a program broke: all but the last are about as wide as the widest, and none but
/// the first is indented or an item.
fn is_wrapped(lines: &[&str]) -> bool {
    let Some((last, before)) = lines.split_last() else {
        return false;
    };
    let widest = lines.iter().map(|line| line.width()).max().unwrap_or_default();
    let is_full = |line: &&str| line.width() * 4 >= widest * 3;
    let starts_paragraph = |line: &&str| line.starts_with([' ', '\u{3000}', '\t']) || item(line).is_some();
    !before.is_empty()
        && WRAPPED_WIDTHS.contains(&widest)
        && before.iter().all(is_full)
        && last.width() <= widest
        && !lines.iter().skip(1).any(starts_paragraph)
        && item(lines[0]).is_none()
}

/// Joins the lines of a paragraph: with a space only between words of Latin letters.
fn join_lines(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let line = line.trim();
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii() && !c.is_whitespace());
        if is_word(text.chars().last()) && is_word(line.chars().next()) {
            text.push(' ');
        }
        text.push_str(line);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::structure::inline_text;

    fn texts(text: &str) -> Vec<String> {
        let shown = |block: &Block| match block {
            Block::Paragraph(text) => inline_text(text),
            Block::List { start, items } => format!("{start:?}×{}", items.len()),
            block => format!("{block:?}"),
        };
        read_blocks(text).iter().map(shown).collect()
    }

    #[test]
    fn a_line_is_a_paragraph_unless_a_program_broke_it() {
        assert_eq!(
            texts("　　一段。\n　　又一段。\n\n第三段。"),
            ["一段。", "又一段。", "第三段。"]
        );
        let wrapped = "栖禾镇护河队五月十二日清理了石桥河段的水草和垃圾，共有\n二十六名队员参加，沿河两公里都打扫干净了，岸边的居民也来\n帮忙。";
        assert_eq!(texts(wrapped), [wrapped.replace('\n', "")]);
        assert_eq!(
            texts("a b\n- x\n- y\n1. z\n2. w\n5. v"),
            ["a b", "None×2", "Some(1)×2", "Some(5)×1"]
        );
    }
}
