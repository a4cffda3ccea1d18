//! What manuscripts show by their form alone: headings without a style, captions below pictures.

use super::manuscript::Manuscript;
use crate::record::{Block, Inline, LinkTarget};
use std::collections::{BTreeMap, BTreeSet};

/// The longest heading and the longest caption, in characters.
const MAX_HEADING: usize = 40;
const MAX_CAPTION: usize = 60;

/// The first level of headings in a post: the title is in its front matter.
const FIRST_LEVEL: u8 = 2;

/// The text of inlines without styles; a break is a space.
pub(super) fn inline_text(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push_inline_text(inlines, &mut text);
    text.trim().to_owned()
}

fn push_inline_text(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) => out.push_str(text),
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Strikethrough(inner) => {
                push_inline_text(inner, out);
            }
            Inline::Link { text, .. } => push_inline_text(text, out),
            Inline::Break => out.push(' '),
            Inline::Image { .. } | Inline::FootnoteRef(_) | Inline::Shortcode(_) => {}
        }
    }
}

/// The index of the picture that a block consists of.
pub(super) fn picture_alone(block: &Block) -> Option<usize> {
    let Block::Paragraph(line) = block else { return None };
    let mut visible = line.iter().filter(|inline| !is_blank(inline));
    match (visible.next(), visible.next()) {
        (
            Some(Inline::Image {
                target: LinkTarget::Site(index),
                ..
            }),
            None,
        ) => Some(*index),
        _ => None,
    }
}

fn is_blank(inline: &Inline) -> bool {
    match inline {
        Inline::Text(text) => text.trim().is_empty(),
        Inline::Break => true,
        _ => false,
    }
}

/// Whether a text is short enough for a caption, and no sentence.
pub(super) fn is_caption_length(text: &str) -> bool {
    (1..=MAX_CAPTION).contains(&text.chars().count()) && !text.ends_with('。')
}

/// The text of a line that is nothing but text. `None` when it has a picture or a reference to a note, which would be lost
/// with the line.
pub(super) fn plain_line(line: &[Inline]) -> Option<String> {
    is_plain(line).then(|| inline_text(line))
}

fn is_plain(line: &[Inline]) -> bool {
    line.iter().all(|inline| match inline {
        Inline::Image { .. } | Inline::FootnoteRef(_) => false,
        Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Strikethrough(inner) => is_plain(inner),
        Inline::Link { text, .. } => is_plain(text),
        _ => true,
    })
}

/// Finds headings and captions, and gives headings the levels of a post.
pub(super) fn tidy(manuscript: &mut Manuscript) {
    find_captions(manuscript);
    give_heads(&mut manuscript.blocks);
    let has_headings = manuscript
        .blocks
        .iter()
        .any(|block| matches!(block, Block::Heading { .. }));
    if !has_headings {
        find_headings(&mut manuscript.blocks);
    }
    level_headings(&mut manuscript.blocks);
}

/// Takes the first row of a table for its heads where nothing says which row has them.
fn give_heads(blocks: &mut [Block]) {
    for block in blocks {
        if let Block::Table { head, rows, .. } = block
            && head.is_empty()
            && !rows.is_empty()
        {
            *head = rows.remove(0);
        }
    }
}

/// Takes the lines below pictures that are captions by their words.
fn find_captions(manuscript: &mut Manuscript) {
    let mut picture = None;
    let captions = &mut manuscript.captions;
    manuscript.blocks.retain(|block| {
        let before = std::mem::replace(&mut picture, picture_alone(block));
        let (Some(index), Block::Paragraph(line)) = (before, block) else {
            return true;
        };
        let Some(text) = plain_line(line) else {
            return true;
        };
        let is_caption = picture.is_none() && has_words_of_caption(&text) && !captions.contains_key(&index);
        if is_caption {
            captions.insert(
                index,
                text.trim_start_matches(['▲', '△', '↑', '▼', '◆']).trim().to_owned(),
            );
        }
        !is_caption
    });
}

/// Whether a line under a picture begins or ends as captions do: `图为…`, `图1 …`, `▲…`, `…（石雨桐 摄）`.
fn has_words_of_caption(text: &str) -> bool {
    let after_sign = text.strip_prefix('图').and_then(|rest| rest.chars().next());
    let is_numbered = after_sign.is_some_and(|c| c.is_ascii_digit() || "为：:一二三四五六七八九十".contains(c));
    let is_marked = text.starts_with(['▲', '△', '↑']);
    let is_credited = ["摄）", "摄)", "供图）", "供图)", " 摄", "　摄"]
        .iter()
        .any(|end| text.ends_with(end));
    text.chars().count() <= MAX_CAPTION && (is_numbered || is_marked || is_credited)
}

/// Makes headings of short lines with the numbers of official documents (GB/T 9704-2012, 7.3.3), and of short lines that are
/// bold as a whole.
fn find_headings(blocks: &mut [Block]) {
    for block in blocks {
        let Block::Paragraph(line) = block else { continue };
        let text = inline_text(line);
        let is_short = (1..=MAX_HEADING).contains(&text.chars().count());
        if !is_short || text.ends_with(['。', '；', '，', '：', ':', '！', '？', '”', '…', ',', '.', ';']) {
            continue;
        }
        let level = match number_level(&text) {
            Some(level) => level,
            None if matches!(line.as_slice(), [Inline::Strong(_)]) => 3,
            None => continue,
        };
        *block = Block::Heading {
            level,
            text: std::mem::take(line),
        };
    }
}

/// The level of a heading that begins with `一、` (1) or `（一）` (2).
fn number_level(text: &str) -> Option<u8> {
    let is_number =
        |number: &str| !number.is_empty() && number.chars().all(|c| "一二三四五六七八九十百〇零".contains(c));
    let in_brackets = text
        .strip_prefix(['（', '('])
        .and_then(|rest| rest.split_once(['）', ')']));
    match (text.split_once('、'), in_brackets) {
        (Some((number, rest)), _) if is_number(number) && !rest.is_empty() => Some(1),
        (_, Some((number, rest))) if is_number(number) && !rest.is_empty() => Some(2),
        _ => None,
    }
}

/// Gives headings the levels from 2 on without gaps, and takes the bold face from those that are bold as a whole.
fn level_headings(blocks: &mut [Block]) {
    let levels: BTreeSet<u8> = blocks
        .iter()
        .filter_map(|block| match block {
            Block::Heading { level, .. } => Some(*level),
            _ => None,
        })
        .collect();
    let new: BTreeMap<u8, u8> = levels.into_iter().zip(FIRST_LEVEL..=6).collect();
    for block in blocks {
        if let Block::Heading { level, text } = block {
            *level = new.get(level).copied().unwrap_or(6);
            if let [Inline::Strong(inner)] = text.as_mut_slice() {
                *text = std::mem::take(inner);
            }
        }
    }
}
