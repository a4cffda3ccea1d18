//! The parts of a text whose words are not an editor's own: quotations, code, addresses and names of files.
//!
//! Role: looked for only in texts that have a wrong word. Every doubt leaves a word alone: a wrong word that is missed
//! costs less than a quotation or an address that `fix` changes.

use crate::html::{HtmlToken, next_token};
use std::ops::Range;

/// Keys of front matter and settings whose values are addresses, ids or names of files.
const KEYS: [&str; 9] = [
    "slug", "aliases", "event", "piece", "kind", "template", "base_url", "theme", "url",
];

/// Opening and closing quotation marks.
const QUOTES: [(char, char); 6] = [
    ('“', '”'),
    ('‘', '’'),
    ('「', '」'),
    ('『', '』'),
    ('《', '》'),
    ('〈', '〉'),
];

/// Characters that end an address or a name of a file.
const ADDRESS_ENDS: &[char] = &[
    '(', ')', '[', ']', '{', '}', '<', '>', '"', '\'', '`', '|', '=', '（', '）', '【', '】', '“', '”', '‘', '’', '「',
    '」', '『', '』', '《', '》', '，', '。', '；', '：', '！', '？', '、',
];

/// The longest address that is looked for, in bytes to each side.
const MAX_ADDRESS: usize = 400;

/// What is left alone in one text.
pub(super) struct Untouched<'t> {
    text: &'t str,
    yaml: Range<usize>,
    ranges: Vec<Range<usize>>,
}

impl<'t> Untouched<'t> {
    /// Finds what is left alone in front matter at `yaml` and in the Markdown at `body`.
    pub(super) fn in_text(text: &'t str, yaml: Range<usize>, body: Range<usize>) -> Self {
        let mut ranges = quotations(text, yaml.clone());
        ranges.extend(quotations(text, body.clone()));
        ranges.extend(code_and_quoted_lines(text, body.clone()));
        ranges.extend(html(text, body.clone()));
        ranges.extend(link_targets(text, body));
        Self { text, yaml, ranges }
    }

    /// Whether a word at `range` is left alone.
    pub(super) fn covers(&self, range: &Range<usize>) -> bool {
        let is_in = |other: &Range<usize>| other.start < range.end && range.start < other.end;
        let is_in_yaml = self.yaml.contains(&range.start);
        self.ranges.iter().any(is_in)
            || is_in_address(self.text, range, is_in_yaml)
            || (is_in_yaml && is_in_key(&self.text[..range.start]))
    }
}

/// Whether the text before `at` says that a name is a former one: 原望澜县国土资源局.
pub(super) fn is_former_name(text: &str, at: usize) -> bool {
    const MAX_DISTANCE: usize = 10;
    let before = text[..at].chars().rev().take(MAX_DISTANCE);
    let phrase: Vec<char> = before.take_while(|c| c.is_alphanumeric()).collect();
    // The characters are in reverse order.
    let has = |sign: [char; 2]| phrase.windows(2).any(|pair| pair == sign);
    phrase.iter().any(|c| matches!(c, '原' | '曾' | '旧')) || has(['任', '时']) || has(['身', '前'])
}

/// What stands between quotation marks in one paragraph.
fn quotations(text: &str, part: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut line_is_blank = true;
    for (offset, c) in text[part.clone()].char_indices() {
        let at = part.start + offset;
        if c == '\n' {
            if line_is_blank {
                open.clear();
            }
            line_is_blank = true;
            continue;
        }
        line_is_blank &= c.is_whitespace();
        if QUOTES.iter().any(|(opening, _)| *opening == c) {
            open.push((c, at));
        } else if let Some((opening, _)) = QUOTES.iter().find(|(_, closing)| *closing == c)
            && let Some(last) = open.iter().rposition(|(sign, _)| sign == opening)
        {
            found.push(open[last].1..at);
            open.truncate(last);
        }
    }
    found
}

/// Code, quoted paragraphs, and what stands between straight quotation marks in a line.
fn code_and_quoted_lines(text: &str, body: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    let mut start = body.start;
    for line in text[body].split_inclusive('\n') {
        let whole = start..start + line.len();
        start = whole.end;
        let content = line.trim_start();
        let marks = &content[..content.len() - content.trim_start_matches(['`', '~']).len()];
        if let Some(open) = fence {
            if marks.starts_with(open) {
                fence = None;
            }
            found.push(whole);
        } else if marks.len() >= 3 {
            fence = Some(marks);
            found.push(whole);
        } else if content.starts_with('>') {
            found.push(whole);
        } else {
            found.extend(pairs(line, '`').map(|pair| whole.start + pair.start..whole.start + pair.end));
            // In a call and in a tag, straight quotation marks enclose a value.
            if !line.contains("{{") && !line.contains("=\"") {
                found.extend(pairs(line, '"').map(|pair| whole.start + pair.start..whole.start + pair.end));
            }
        }
    }
    found
}

/// The ranges between each two `mark`s of a line.
fn pairs(line: &str, mark: char) -> impl Iterator<Item = Range<usize>> {
    let places: Vec<usize> = line.match_indices(mark).map(|(at, _)| at).collect();
    let pairs: Vec<Range<usize>> = places.chunks_exact(2).map(|pair| pair[0]..pair[1]).collect();
    pairs.into_iter()
}

/// Tags, comments and declarations.
fn html(text: &str, body: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = body.start;
    while let Some((token, len)) = next_token(&text[at..body.end]) {
        if !matches!(token, HtmlToken::Text(_) | HtmlToken::Unclosed(_)) {
            found.push(at..at + len);
        }
        at += len;
    }
    found
}

/// The targets of links and pictures: `](…)` up to a title, and `[…]: …`.
fn link_targets(text: &str, body: Range<usize>) -> Vec<Range<usize>> {
    let source = &text[body.clone()];
    let mut found = Vec::new();
    for (at, sign) in source.match_indices("](") {
        let from = at + sign.len();
        let line = source[from..].lines().next().unwrap_or_default();
        let title = line
            .find([' ', '\t'])
            .filter(|&space| line[space..].trim_start().starts_with(['"', '\'']));
        let end = title.or_else(|| line.find(')')).unwrap_or(line.len());
        found.push(body.start + from..body.start + from + end);
    }
    for (at, sign) in source.match_indices("]:") {
        let line_start = source[..at].rfind('\n').map_or(0, |end| end + 1);
        let is_definition = source[line_start..].starts_with('[') && !source[line_start..].starts_with("[^");
        if is_definition {
            let end = source[at..].find('\n').map_or(source.len(), |end| at + end);
            found.push(body.start + line_start..body.start + end.max(at + sign.len()));
        }
    }
    found
}

/// Whether the word at `range` is part of an address or of a file's name. In front matter a slash makes an address.
fn is_in_address(text: &str, range: &Range<usize>, in_yaml: bool) -> bool {
    let is_end = |c: char| c.is_whitespace() || ADDRESS_ENDS.contains(&c);
    let mut from = range.start.saturating_sub(MAX_ADDRESS);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut to = (range.end + MAX_ADDRESS).min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let before = &text[from..range.start];
    let start = before.rfind(is_end).map_or(from, |at| {
        let last = before[at..].chars().next().map_or(0, char::len_utf8);
        from + at + last
    });
    let end = text[range.end..to].find(is_end).map_or(to, |at| range.end + at);
    let run = &text[start..end];
    run.contains("//")
        || run.contains("www.")
        || run.contains('@')
        || run.contains('\\')
        || (in_yaml && run.contains('/'))
        || has_file_ending(run)
}

/// Whether a word ends like the name of a file: `名单.xlsx`, `a.html#b`.
fn has_file_ending(run: &str) -> bool {
    let path = run.split(['#', '?']).next().unwrap_or_default();
    let path = path.trim_end_matches(['.', ',', ';', ':', '!']);
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ending_letters = ending.bytes().take_while(u8::is_ascii_alphanumeric).count();
    (2..=5).contains(&ending_letters) && ending.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Whether the place after `before`, which is in YAML, is a key, a comment, or the value of a key in `KEYS`.
fn is_in_key(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let item = line.trim_start().trim_start_matches("- ").trim_start();
    if item.starts_with('#') || line.contains(" #") {
        return true;
    }
    // In `{label: …, url: …}` the last key before the word is its key.
    let entry = item.rsplit(['{', ',']).next().unwrap_or(item);
    let (key, is_key) = match entry.split_once([':', '：']).or_else(|| item.split_once([':', '：'])) {
        Some((key, _)) => (key, false),
        // A line of a list or of a text in several lines belongs to the last key above.
        None if line.starts_with([' ', '-']) => (last_key(before).unwrap_or_default(), false),
        None => ("", true),
    };
    is_key || KEYS.contains(&key.trim().trim_matches(['"', '\'']))
}

/// The key of the nearest line above that starts with one.
fn last_key(before: &str) -> Option<&str> {
    let lines = before.rsplit('\n').skip(1);
    let mut keys = lines.filter(|line| !line.starts_with([' ', '-', '#']) && line.contains([':', '：']));
    keys.next()?.split([':', '：']).next()
}
