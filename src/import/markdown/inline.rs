//! Writes the text of a line: plainly where that is understood, with every sign escaped where it is not.

use super::line::{FileNames, LineKind, is_dropped};
use super::meaning::{means, reads_as};
use super::syntax::{comment, longest_backticks, quoted_title};
use crate::config::MarkdownSettings;
use crate::record::{Inline, LinkTarget};

/// How carefully a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Care {
    /// Whether all signs are escaped, or only those that are one wherever they stand.
    escapes_all: bool,
    /// Whether bold and other text is marked by tags instead of signs.
    uses_tags: bool,
}

/// From the way in which people write to the one that is always understood.
const CARES: [Care; 4] = [
    Care {
        escapes_all: false,
        uses_tags: false,
    },
    Care {
        escapes_all: true,
        uses_tags: false,
    },
    Care {
        escapes_all: false,
        uses_tags: true,
    },
    Care {
        escapes_all: true,
        uses_tags: true,
    },
];

/// Signs that mean something wherever they stand.
const ALWAYS_ESCAPED: [char; 6] = ['\\', '`', '[', ']', '<', '{'];
/// Signs that mean something beside certain neighbours.
const OTHER_SIGNS: [char; 11] = ['*', '_', '~', '$', '|', '#', '&', '>', '!', '}', '^'];
/// Signs that mean something at the start of a line.
const STARTING_SIGNS: [char; 5] = ['+', '-', '=', ':', '#'];

/// The most characters of an address in a comment.
const MAX_ADDRESS: usize = 2000;

/// Writes lines.
pub(super) struct LineWriter<'n> {
    pub(super) files: &'n FileNames<'n>,
    pub(super) settings: MarkdownSettings,
}

impl LineWriter<'_> {
    /// The inlines as Markdown, without line ends in a heading or a cell.
    pub(super) fn line(&self, inlines: &[Inline], kind: LineKind) -> String {
        let expected = means(inlines, self.files);
        let mut written = String::new();
        for care in CARES {
            written = self.written(inlines, kind, care);
            if reads_as(&written, kind, &expected, self.settings) {
                break;
            }
        }
        written
    }

    /// A picture alone in its paragraph.
    pub(super) fn picture(&self, index: usize, alt: &str) -> String {
        let Some(path) = self.path(index) else {
            return String::new();
        };
        let alt = self.line(&[Inline::Text(alt.to_owned())], LineKind::Heading);
        let caption = self.files.captions.get(&index).map_or("", |caption| caption.trim());
        format!("![{alt}]({path}{})", quoted_title(caption))
    }

    fn path(&self, index: usize) -> Option<&str> {
        self.files.paths.get(index)?.as_deref()
    }

    fn written(&self, inlines: &[Inline], kind: LineKind, care: Care) -> String {
        let mut out = String::new();
        self.push(inlines, kind, care, &mut out);
        without_blanks(&out).trim().to_owned()
    }

    fn push(&self, inlines: &[Inline], kind: LineKind, care: Care, out: &mut String) {
        for (at, inline) in inlines.iter().enumerate() {
            match inline {
                Inline::Text(text) => push_text(text, kind, care, out),
                Inline::Strong(inner) => self.push_marked(inner, ("**", "strong"), kind, care, out),
                Inline::Emphasis(inner) => self.push_marked(inner, ("*", "em"), kind, care, out),
                Inline::Strikethrough(inner) => self.push_marked(inner, ("~~", "del"), kind, care, out),
                // Two pieces of code side by side are one: their backticks would be taken for one run.
                Inline::Code(_) if at > 0 && matches!(inlines[at - 1], Inline::Code(_)) => {}
                Inline::Code(_) => push_code(&code_from(&inlines[at..]), kind, out),
                Inline::Link { target, text } => self.push_link(target, text, kind, care, out),
                Inline::Image { target, alt } => self.push_image(target, alt, kind, care, out),
                Inline::Break => match kind {
                    LineKind::Paragraph => out.push_str("\\\n"),
                    LineKind::Heading => out.push(' '),
                    LineKind::Cell => out.push_str("<br>"),
                },
                Inline::FootnoteRef(number) => out.push_str(&format!("[^{number}]")),
                // No text from elsewhere has one.
                Inline::Shortcode(_) => {}
            }
        }
    }

    /// Text between signs or tags, with the white space at its ends outside of them.
    fn push_marked(&self, inner: &[Inline], (sign, tag): (&str, &str), kind: LineKind, care: Care, out: &mut String) {
        let mut text = String::new();
        self.push(inner, kind, care, &mut text);
        let visible = without_blanks(&text);
        if visible.is_empty() {
            return out.push_str(&text);
        }
        let (before, after) = text.split_once(visible).unwrap_or_default();
        let marked = match care.uses_tags {
            true => format!("<{tag}>{visible}</{tag}>"),
            false => format!("{sign}{visible}{sign}"),
        };
        out.push_str(&format!("{before}{marked}{after}"));
    }

    fn push_link(&self, target: &LinkTarget, text: &[Inline], kind: LineKind, care: Care, out: &mut String) {
        let address = match target {
            LinkTarget::Address(address) => Some(address.as_str()),
            LinkTarget::Site(index) => self.path(*index),
        };
        let mut shown = String::new();
        self.push(&without_links(text), kind, care, &mut shown);
        let visible = without_blanks(&shown);
        match address {
            // Nobody sees a link without a text.
            Some(address) if !visible.is_empty() => {
                let (before, after) = shown.split_once(visible).unwrap_or_default();
                out.push_str(&format!("{before}[{visible}]({}){after}", destination(address)));
            }
            _ => out.push_str(&shown),
        }
    }

    /// A picture in the site; of one that is on a web server only, the address as a comment, which is not published.
    fn push_image(&self, target: &LinkTarget, alt: &str, kind: LineKind, care: Care, out: &mut String) {
        match target {
            LinkTarget::Site(index) => {
                if let Some(path) = self.path(*index) {
                    let mut text = String::new();
                    push_text(alt, kind, care, &mut text);
                    out.push_str(&format!("![{}]({})", text.trim(), destination(path)));
                }
            }
            LinkTarget::Address(address) => {
                let shown: String = address.chars().take(MAX_ADDRESS).collect();
                out.push_str(&comment(&shown));
            }
        }
    }
}

/// The text without white space and breaks at its ends.
fn without_blanks(text: &str) -> &str {
    const BREAK: &str = "\\\n";
    let is_blank = |c: char| c.is_whitespace() && c != '\n';
    let mut text = text;
    loop {
        let shorter = text.trim_matches(is_blank);
        let shorter = shorter.strip_prefix(BREAK).unwrap_or(shorter);
        let shorter = shorter.strip_suffix(BREAK).unwrap_or(shorter);
        if shorter.len() == text.len() {
            return text;
        }
        text = shorter;
    }
}

/// Inlines with the texts of links in place of the links: no link is in another one.
fn without_links(inlines: &[Inline]) -> Vec<Inline> {
    let mut flat = Vec::new();
    for inline in inlines {
        match inline {
            Inline::Link { text, .. } => flat.extend(without_links(text)),
            Inline::Strong(inner) => flat.push(Inline::Strong(without_links(inner))),
            Inline::Emphasis(inner) => flat.push(Inline::Emphasis(without_links(inner))),
            Inline::Strikethrough(inner) => flat.push(Inline::Strikethrough(without_links(inner))),
            inline => flat.push(inline.clone()),
        }
    }
    flat
}

/// The destination of a link (CommonMark 0.31, 6.3): in angle brackets where it has spaces or brackets.
fn destination(address: &str) -> String {
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"()<>\\|[]*_`{}".contains(c);
    if !address.is_empty() && address.chars().all(is_plain) {
        return address.to_owned();
    }
    let mut out = String::new();
    for c in address.chars().filter(|c| !c.is_control()) {
        match c {
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            '|' => out.push_str("%7C"),
            '{' => out.push_str("%7B"),
            '}' => out.push_str("%7D"),
            '`' => out.push_str("%60"),
            c => out.push(c),
        }
    }
    format!("<{out}>")
}

fn push_text(text: &str, kind: LineKind, care: Care, out: &mut String) {
    let mut previous_is_digit = false;
    for c in text.chars().filter(|c| !is_dropped(*c)) {
        let is_line_start = out.is_empty() || out.ends_with('\n');
        match c {
            '\n' | '\r' | '\t' => push_space(out),
            ' ' if is_line_start => {}
            ' ' => push_space(out),
            '|' if kind == LineKind::Cell => out.push_str("\\|"),
            c if ALWAYS_ESCAPED.contains(&c) => out.extend(['\\', c]),
            c if care.escapes_all && OTHER_SIGNS.contains(&c) => out.extend(['\\', c]),
            c if care.escapes_all && is_line_start && STARTING_SIGNS.contains(&c) => out.extend(['\\', c]),
            // `1.` and `1)` begin a list.
            '.' | ')' if care.escapes_all && previous_is_digit => out.extend(['\\', c]),
            c => out.push(c),
        }
        previous_is_digit = c.is_ascii_digit();
    }
}

/// Adds one space: several are one on a page.
fn push_space(out: &mut String) {
    if !out.ends_with(' ') {
        out.push(' ');
    }
}

/// The code at the start of inlines.
fn code_from(inlines: &[Inline]) -> String {
    let codes = inlines.iter().map_while(|inline| match inline {
        Inline::Code(code) => Some(code.as_str()),
        _ => None,
    });
    codes.collect()
}

/// Code between backticks, more than there are in it.
fn push_code(code: &str, kind: LineKind, out: &mut String) {
    let code: String = code.chars().filter(|c| !is_dropped(*c)).collect();
    let code = code.replace(['\n', '\r'], " ");
    let code = if kind == LineKind::Cell {
        code.replace('|', "\\|")
    } else {
        code
    };
    let fence = "`".repeat(longest_backticks(&code) + 1);
    let needs_space = code.starts_with('`') || code.ends_with('`') || code.trim() != code;
    let space = if needs_space && !code.trim().is_empty() {
        " "
    } else {
        ""
    };
    if !code.is_empty() {
        out.push_str(&format!("{fence}{space}{code}{space}{fence}"));
    }
}
