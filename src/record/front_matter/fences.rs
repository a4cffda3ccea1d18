//! The lines around front matter, and the lines in it, as editors really write them.
//!
//! Role: answers questions about one line for `split`. A line is judged by its form only; whether a key may be used is
//! decided when its value is read.

use crate::ledger::{ledger_words, normalize_head};
use crate::schema::Kinds;
use std::collections::HashSet;
use std::sync::LazyLock;

/// A line that separates front matter from text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fence {
    /// `---`, with nothing before it.
    Exact,
    /// `---` after white space or invisible characters.
    Indented,
    /// Another number of hyphens, or other dashes: `———`, `－－－`, `----`.
    Dashes,
    /// A line of so many dashes that it may be an ornament.
    LongRule,
    /// `+++`, which other programs write around TOML.
    Plus,
}

/// A longer line of dashes may be an ornament.
const MAX_DASHES: usize = 6;

impl Fence {
    /// What the line is; `None` for any other line.
    pub(super) fn of(line: &str) -> Option<Self> {
        if line.trim_end() == "---" {
            return Some(Self::Exact);
        }
        // Most lines start with a letter, so this decides quickly.
        let first = line.chars().find(|&c| !is_blank(c))?;
        if first.is_alphanumeric() {
            return None;
        }
        let signs: Vec<char> = line.chars().filter(|&c| !is_blank(c)).collect();
        let is_wide = signs.iter().any(|c| !c.is_ascii());
        match signs.len() {
            _ if signs.iter().all(|c| matches!(c, '+' | '＋')) && signs.len() >= 3 => Some(Self::Plus),
            _ if !signs.iter().all(|&c| is_dash(c)) => None,
            1 if !is_wide => None,
            2.. if signs.len() > MAX_DASHES => Some(Self::LongRule),
            3 if !is_wide => Some(Self::Indented),
            _ => Some(Self::Dashes),
        }
    }
}

/// A hyphen, a dash, or a line-drawing character that looks like one.
fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2500}' | '\u{2501}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}'
    )
}

/// White space, or a character that is not visible: byte-order marks, zero-width spaces.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{00AD}' | '\u{180E}'
        )
}

/// The white space before the first key, which all lines share.
pub(super) fn common_indent(yaml: &str) -> &str {
    let first = yaml
        .split_inclusive('\n')
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    &first[..first.len() - first.trim_start_matches(is_blank_in_line).len()]
}

/// White space or an invisible character inside a line.
pub(super) fn is_blank_in_line(c: char) -> bool {
    is_blank(c) && c != '\n' && c != '\r'
}

/// The key at the start of a line, and the sign after it: `:`, `：` or, in TOML, `=`.
pub(super) fn key_of(line: &str) -> Option<(&str, char)> {
    const LONGEST: usize = 24;
    let line = line.trim_start_matches(is_blank);
    let end = line.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))?;
    let (key, rest) = line.split_at(end);
    let rest = rest.trim_start_matches(is_blank);
    let sign = rest.chars().next().filter(|c| matches!(c, ':' | '：' | '='))?;
    let is_address = rest[sign.len_utf8()..].starts_with("//");
    let is_key = key.starts_with(char::is_alphabetic) && key.chars().count() <= LONGEST;
    (is_key && !is_address).then_some((key, sign))
}

/// Whether a line may stand in front matter: a key, an item, a comment, something indented, or nothing.
pub(super) fn is_front_matter_line(line: &str) -> bool {
    let is_indented = line.starts_with(is_blank);
    let line = line.trim_end();
    is_indented || line.is_empty() || line.starts_with(['#', '[', ']', '}']) || is_item(line) || key_of(line).is_some()
}

fn is_item(line: &str) -> bool {
    line.strip_prefix('-').is_some_and(|rest| rest.starts_with(is_blank))
}

/// Whether a key is one that front matter has: a field of a built-in kind, its label, a word of ledgers, or a key that
/// other programs use.
pub(super) fn is_known_key(key: &str) -> bool {
    KNOWN_KEYS.contains(&normalize_head(key))
}

/// Whether a key tells what a post is: text that is not front matter seldom starts with such a line.
pub(super) fn is_telling_key(key: &str) -> bool {
    matches!(
        normalize_head(key).as_str(),
        "title" | "标题" | "题目" | "draft" | "草稿"
    )
}

/// Keys of other programs' front matter.
const FOREIGN_KEYS: &[&str] = &[
    "review",
    "description",
    "keywords",
    "layout",
    "categories",
    "category",
    "permalink",
    "published",
    "type",
    "lang",
    "template",
    "cascade",
    "lastmod",
    "publishdate",
    "sidebar",
    "id",
    "name",
    "lead",
];

static KNOWN_KEYS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let kinds = Kinds::built_in();
    let fields = kinds.common().iter().chain(kinds.iter().flat_map(|kind| &kind.fields));
    let of_fields = fields.flat_map(|field| [field.name.clone(), normalize_head(&field.labels.zh)]);
    let of_ledgers = ledger_words()
        .record
        .values()
        .flatten()
        .map(|word| normalize_head(word));
    let foreign = FOREIGN_KEYS.iter().map(|key| (*key).to_owned());
    of_fields.chain(of_ledgers).chain(foreign).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_are_told_from_text() {
        for (line, expected) in [
            ("---\r\n", Some(Fence::Exact)),
            ("--- \n", Some(Fence::Exact)),
            ("  ---\n", Some(Fence::Indented)),
            ("\u{200b}---\n", Some(Fence::Indented)),
            ("\u{3000}---\n", Some(Fence::Indented)),
            ("- - -\n", Some(Fence::Indented)),
            ("----\n", Some(Fence::Dashes)),
            ("———\n", Some(Fence::Dashes)),
            ("——\n", Some(Fence::Dashes)),
            ("－－－\n", Some(Fence::Dashes)),
            ("−-—\n", Some(Fence::Dashes)),
            ("-----------\n", Some(Fence::LongRule)),
            ("+++\n", Some(Fence::Plus)),
            ("＋＋＋\n", Some(Fence::Plus)),
            ("-\n", None),
            ("- a\n", None),
            ("***\n", None),
            ("\n", None),
            ("标题\n", None),
        ] {
            assert_eq!(Fence::of(line), expected, "{line:?}");
        }
    }

    #[test]
    fn keys_are_told_from_sentences() {
        for (line, expected) in [
            ("title: 甲", Some(("title", ':'))),
            ("标题：甲", Some(("标题", '：'))),
            ("title = '甲'", Some(("title", '='))),
            ("\u{feff}draft:true", Some(("draft", ':'))),
            ("https://x.example", None),
            ("五月，河长说：", None),
            ("甲", None),
        ] {
            assert_eq!(key_of(line), expected, "{line}");
        }
        assert!(is_known_key("标题") && is_known_key("Draft") && is_known_key("服务队") && !is_known_key("河长"));
    }
}
