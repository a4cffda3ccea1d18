//! What may stand between two digits of one number.

use crate::html::{Names, read_reference};

/// What stands before a digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Nothing that a reader sees: zero-width characters, elements.
    Joined,
    /// Marks of Markdown.
    Markup,
    /// A dash or a middle dot.
    Dash,
    /// A full stop.
    Dot,
    /// Spaces, also beside a dash.
    Space,
    /// A line end.
    Line,
}

/// The most characters between two digits that a reader sees.
const MAX_SEPARATORS: usize = 3;
/// The most asterisks: four of them mask digits.
const MAX_MARKS: usize = 3;
/// The most bytes between two digits. In Word's XML the properties of a run stand there.
const MAX_GAP: usize = 4096;
/// The most characters, references and elements between two digits.
const MAX_PARTS: usize = 32;

/// Elements that begin or end a line or a cell. Digits on both sides are two numbers. The names are those of HTML, and
/// of office files without the prefix.
const BREAKING_ELEMENTS: [&str; 41] = [
    "address",
    "article",
    "blockquote",
    "br",
    "c",
    "caption",
    "col",
    "cr",
    "custom-shape",
    "dd",
    "desc",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "h",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "is",
    "li",
    "line-break",
    "ol",
    "option",
    "p",
    "row",
    "si",
    "tab",
    "table-cell",
    "tc",
    "td",
    "text",
    "th",
    "title",
    "tr",
    "v",
];

/// Reads a gap at `at`. Returns what it is, and where it ends.
pub(super) fn read_gap(text: &str, at: usize) -> Option<(Gap, usize)> {
    let mut reader = GapReader::default();
    let mut end = at;
    for _ in 0..MAX_PARTS {
        let Some(len) = reader.read(&text[end..]) else {
            return Some((reader.gap(), end));
        };
        end += len;
        if reader.is_broken() || end - at > MAX_GAP {
            return None;
        }
    }
    None
}

#[derive(Default)]
struct GapReader {
    spaces: usize,
    dashes: usize,
    dots: usize,
    lines: usize,
    marks: usize,
    has_break: bool,
}

impl GapReader {
    /// Reads one character, reference or element. Returns its length, or `None` when it belongs to no gap.
    fn read(&mut self, rest: &str) -> Option<usize> {
        match rest.as_bytes().first()? {
            b'<' => {
                let (name, len) = read_element(rest)?;
                self.has_break |= breaks_line(name);
                Some(len)
            }
            b'&' => {
                let (c, len) = read_gap_reference(rest)?;
                self.count(c).then_some(len)
            }
            _ => {
                let c = rest.chars().next()?;
                self.count(c).then_some(c.len_utf8())
            }
        }
    }

    /// Counts a character. Returns whether it may stand in a gap.
    const fn count(&mut self, c: char) -> bool {
        match c {
            ' ' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => {
                self.spaces += 1;
            }
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '－' | '﹣' | '·' | '•' | '・' | '_' => self.dashes += 1,
            '.' => self.dots += 1,
            '\n' => self.lines += 1,
            '*' | '`' | '~' | '\\' => self.marks += 1,
            '\r' => {}
            _ => return is_invisible(c),
        }
        true
    }

    const fn is_broken(&self) -> bool {
        self.has_break
            || self.lines > 1
            || self.marks > MAX_MARKS
            || self.spaces + self.dashes + self.dots > MAX_SEPARATORS
            || self.dots > 1
            || (self.dots > 0 && self.spaces > 0)
    }

    const fn gap(&self) -> Gap {
        match self {
            Self { lines: 1.., .. } => Gap::Line,
            Self { spaces: 1.., .. } => Gap::Space,
            Self { dots: 1.., .. } => Gap::Dot,
            Self { dashes: 1.., .. } => Gap::Dash,
            Self { marks: 1.., .. } => Gap::Markup,
            _ => Gap::Joined,
        }
    }
}

/// Whether a character takes no place on a page: zero-width characters, marks of direction, the parts of keycaps, and
/// control characters, which are removed when a text is read.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{FFFD}'..='\u{FFFF}'
            | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{20E3}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
    )
}

/// The character of a reference, and its length.
fn read_gap_reference(rest: &str) -> Option<(char, usize)> {
    const INVISIBLE: [(&str, char); 4] = [
        ("&shy;", '\u{AD}'),
        ("&zwnj;", '\u{200C}'),
        ("&zwj;", '\u{200D}'),
        ("&ZeroWidthSpace;", '\u{200B}'),
    ];
    if let Some((name, c)) = INVISIBLE.iter().find(|(name, _)| rest.starts_with(name)) {
        return Some((*c, name.len()));
    }
    let reference = read_reference(rest, Names::Common)?;
    Some((reference.c?, reference.len))
}

/// The name of the tag or comment at the start of a text, and its length. A tag ends at the next `>`, even one in quotes,
/// because the text may be of any language, and an unpaired quotation mark must not hide a number.
fn read_element(rest: &str) -> Option<(&str, usize)> {
    let bytes = &rest.as_bytes()[..rest.len().min(MAX_GAP)];
    if bytes.starts_with(b"<!--") {
        let end = memchr::memmem::find(bytes, b"-->")?;
        return Some(("", end + 3));
    }
    let end = 1 + memchr::memchr2(b'<', b'>', &bytes[1..])?;
    if bytes[end] == b'<' {
        return None;
    }
    let name = rest[1..end].trim_start_matches('/');
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let length = name
        .find(|c: char| c.is_ascii_whitespace() || c == '/')
        .unwrap_or(name.len());
    Some((&name[..length], end + 1))
}

fn breaks_line(name: &str) -> bool {
    let name = name.rsplit(':').next().unwrap_or(name);
    let is_named = |known: &&str| name.eq_ignore_ascii_case(known);
    BREAKING_ELEMENTS.iter().any(is_named)
}
