//! Whether written Markdown means what it should: it is read as a post is, and compared letter by letter.

use super::line::{FileNames, LineKind, is_dropped};
use crate::config::MarkdownSettings;
use crate::diag::Severity;
use crate::paths::SiteAddress;
use crate::record::markdown::{html_to_blocks, read};
use crate::record::{Block, Inline, LinkTarget};

/// A visible character with its styles as bits. White space is left out: a page shows runs of it as one space.
type StyledChar = (char, u8);

const STRONG: u8 = 1;
const EMPHASIS: u8 = 2;
const STRIKE: u8 = 4;
const CODE: u8 = 8;
const LINK: u8 = 16;

/// What stands for a picture, a reference to a footnote, and a break.
const PICTURE: char = '\u{fffc}';
const REFERENCE: char = '\u{fffb}';
const BREAK: char = '\n';

/// The characters that inlines show.
pub(super) fn means(inlines: &[Inline], files: &FileNames<'_>) -> Vec<StyledChar> {
    let is_there = |target: &LinkTarget| match target {
        LinkTarget::Site(index) => files.paths.get(*index).is_some_and(Option::is_some),
        LinkTarget::Address(_) => false,
    };
    let mut meaning = Meaning {
        chars: Vec::new(),
        is_there: &is_there,
        keeps_site_links: false,
    };
    meaning.push(inlines, 0);
    meaning.finish()
}

/// Whether `written` is read as one line of this kind that shows `expected`, without an error.
pub(super) fn reads_as(written: &str, kind: LineKind, expected: &[StyledChar], settings: MarkdownSettings) -> bool {
    let text = in_context(written, kind);
    let body = read("import.md", &text, 0..text.len(), settings, &SiteAddress::default());
    if body.findings.iter().any(|finding| finding.severity == Severity::Error) {
        return false;
    }
    let blocks = html_to_blocks(&body.value.html, &body.value.holes);
    let blocks = blocks.iter().filter(|block| !matches!(block, Block::Footnotes(_)));
    let lines: Vec<&[Inline]> = match (kind, blocks.collect::<Vec<_>>().as_slice()) {
        (_, []) => Vec::new(),
        (LineKind::Paragraph, [Block::Paragraph(line)]) => vec![line],
        (LineKind::Heading, [Block::Heading { level: 2, text }]) => vec![text],
        (LineKind::Cell, [Block::Table { head, rows, .. }]) if head.len() == 2 && rows.is_empty() => vec![&head[0]],
        _ => return false,
    };
    let is_there = |_: &LinkTarget| true;
    let mut meaning = Meaning {
        chars: Vec::new(),
        is_there: &is_there,
        keeps_site_links: true,
    };
    lines.into_iter().for_each(|line| meaning.push(line, 0));
    let found = meaning.finish();
    if kind == LineKind::Paragraph {
        return found == expected;
    }
    // A heading and a cell have no line ends; in a heading a break is a space.
    let without_breaks = |chars: &[StyledChar]| chars.iter().filter(|(c, _)| *c != BREAK).copied().collect::<Vec<_>>();
    without_breaks(&found) == without_breaks(expected)
}

/// A text that has the line where it will stand. References to footnotes have their notes.
fn in_context(written: &str, kind: LineKind) -> String {
    let line = match kind {
        LineKind::Paragraph => written.to_owned(),
        LineKind::Heading => format!("## {written}"),
        LineKind::Cell => format!("| {written} | x |\n| --- | --- |"),
    };
    let mut text = line;
    let numbers: Vec<String> = text
        .split("[^")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(']')?.0.to_owned()))
        .filter(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    for number in numbers {
        text.push_str(&format!("\n\n[^{number}]: x"));
    }
    text
}

struct Meaning<'f> {
    chars: Vec<StyledChar>,
    /// Whether a target in the site is a file that the post has.
    is_there: &'f dyn Fn(&LinkTarget) -> bool,
    /// Whether links in the site count as links.
    keeps_site_links: bool,
}

impl Meaning<'_> {
    fn push(&mut self, inlines: &[Inline], style: u8) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => self.push_text(text, style),
                Inline::Code(text) => self.push_text(text, style | CODE),
                Inline::Strong(inner) => self.push(inner, style | STRONG),
                Inline::Emphasis(inner) => self.push(inner, style | EMPHASIS),
                Inline::Strikethrough(inner) => self.push(inner, style | STRIKE),
                Inline::Link { target, text } => self.push_link(target, text, style),
                Inline::Image { target, .. } if (self.is_there)(target) => self.chars.push((PICTURE, 0)),
                Inline::Image { .. } => {}
                Inline::Break => self.chars.push((BREAK, 0)),
                Inline::FootnoteRef(_) => self.chars.push((REFERENCE, 0)),
                Inline::Shortcode(_) => self.chars.push(('\u{fffd}', 0)),
            }
        }
    }

    fn push_text(&mut self, text: &str, style: u8) {
        let is_visible = |c: &char| !c.is_whitespace() && !is_dropped(*c);
        self.chars.extend(text.chars().filter(is_visible).map(|c| (c, style)));
    }

    /// A link. A text that is its own address is one on a page anyway.
    fn push_link(&mut self, target: &LinkTarget, text: &[Inline], style: u8) {
        let is_bare = match (target, text) {
            (LinkTarget::Address(address), [Inline::Text(text)]) => address.ends_with(text.trim()),
            _ => false,
        };
        let is_link = match target {
            LinkTarget::Address(_) => !is_bare,
            LinkTarget::Site(_) => self.keeps_site_links || (self.is_there)(target),
        };
        self.push(text, style | if is_link { LINK } else { 0 });
    }

    /// The characters without breaks at the ends and side by side.
    fn finish(self) -> Vec<StyledChar> {
        let mut chars = self.chars;
        chars.dedup_by(|a, b| a.0 == BREAK && b.0 == BREAK);
        while chars.last().is_some_and(|(c, _)| *c == BREAK) {
            chars.pop();
        }
        let start = chars.iter().position(|(c, _)| *c != BREAK).unwrap_or(chars.len());
        chars.drain(..start);
        chars
    }
}
