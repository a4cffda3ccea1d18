//! The vocabulary of Chinese ledgers, from `words.yaml`.

use crate::messages::Lang;
use crate::yaml::from_embedded;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The meaning of heads and of some values; see `words.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LedgerWords {
    /// Heads of rosters by key, the strongest first.
    pub roster: BTreeMap<String, Vec<String>>,
    /// Heads of ledgers of records, and keys of front matter, by key.
    pub record: BTreeMap<String, Vec<String>>,
    /// Heads of columns that are not part of a record.
    pub ignored: Vec<String>,
    /// Values of rosters, by key and by the word that metrics use.
    pub values: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    totals: Vec<String>,
    total_parts: Vec<String>,
    notes: Vec<String>,
    dittos: Vec<String>,
    labels: RosterLabels,
}

/// What pages call columns and values of rosters. Each label is a map of languages to texts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RosterLabels {
    columns: BTreeMap<String, BTreeMap<String, String>>,
    values: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>,
}

/// The vocabulary, parsed once.
#[must_use]
pub(crate) fn ledger_words() -> &'static LedgerWords {
    static WORDS: LazyLock<LedgerWords> =
        LazyLock::new(|| from_embedded("ledger/words.yaml", include_str!("words.yaml")));
    &WORDS
}

impl LedgerWords {
    /// The key that `head` names, by one of the key's words in `list` or by the key itself, and the rank of the word; 0
    /// is the strongest. `None` when the head is unknown.
    #[must_use]
    pub(crate) fn find_key<'w>(list: &'w BTreeMap<String, Vec<String>>, head: &str) -> Option<(&'w str, usize)> {
        let head = normalize_head(head);
        list.iter().find_map(|(key, words)| {
            let known = words.iter().position(|word| normalize_head(word) == head);
            known
                .or_else(|| (*key == head).then_some(0))
                .map(|strength| (key.as_str(), strength))
        })
    }

    /// The rank of `head`, normalized, among the words of ledgers of records for `key`; 0 is the strongest.
    #[must_use]
    pub(crate) fn rank_of(&self, key: &str, head: &str) -> Option<usize> {
        self.record
            .get(key)?
            .iter()
            .position(|word| normalize_head(word) == head)
    }

    /// Whether a column with this head is ignored.
    #[must_use]
    pub(crate) fn is_ignored(&self, head: &str) -> bool {
        let head = normalize_head(head);
        self.ignored.contains(&head)
    }

    /// The word that metrics use for a roster's value, or the value itself.
    #[must_use]
    pub(crate) fn roster_value<'v>(&'v self, key: &str, written: &'v str) -> &'v str {
        let squeezed = normalize_head(written);
        let known = self.values.get(key).into_iter().flatten();
        let mut known = known.filter(|(_, words)| words.contains(&squeezed));
        known.next().map_or(written, |(word, _)| word)
    }

    /// The label of a roster's column. `None` for a column that only the office knows.
    #[must_use]
    pub(crate) fn column_label(&self, key: &str, lang: Lang) -> Option<&str> {
        self.labels.columns.get(key)?.get(lang.tag()).map(String::as_str)
    }

    /// The label of a roster's value for which metrics use a word of their own.
    #[must_use]
    pub(crate) fn value_label(&self, key: &str, value: &str, lang: Lang) -> Option<&str> {
        let labels = self.labels.values.get(key)?.get(value)?;
        labels.get(lang.tag()).map(String::as_str)
    }

    /// Whether a cell says no more than that its row is a total: 合计, 5月小计, 共计：36人次. `above` is the text of the
    /// cell above it: Excel's subtotals are named after the group that they close, 石桥村 汇总.
    pub(super) fn is_total(&self, text: &str, above: Option<&str>) -> bool {
        // Most cells are told apart without a copy of their text.
        if text.len() > MAX_TOTAL_LENGTH || !text.contains(['计', '总', '汇']) {
            return false;
        }
        let text = normalize(text);
        let word = text.split(['(', ':']).next().unwrap_or_default();
        // An amount may follow: 共计36人次.
        let is_amount = |after: &str| after.is_empty() || after.starts_with(|c: char| c.is_ascii_digit());
        let prefix = self.totals.iter().find_map(|total| {
            let (prefix, after) = word.rsplit_once(total.as_str())?;
            is_amount(after).then_some(prefix)
        });
        let Some(mut prefix) = prefix else { return false };
        if above.is_some_and(|above| !prefix.is_empty() && normalize(above) == prefix) {
            return true;
        }
        while !prefix.is_empty() {
            let after = self
                .total_parts
                .iter()
                .find_map(|part| prefix.strip_prefix(part.as_str()));
            let Some(after) = after.or_else(|| prefix.strip_prefix(|c: char| c.is_ascii_digit())) else {
                return false;
            };
            prefix = after;
        }
        true
    }

    /// Whether a row with this first cell is a note below the table.
    pub(super) fn is_note(&self, first: &str) -> bool {
        let first = normalize(first);
        self.notes.iter().any(|note| first.starts_with(note.as_str()))
    }

    /// Whether a cell means the cell above it: 同上, 〃.
    pub(super) fn is_ditto(&self, text: &str) -> bool {
        let is_mark = |c: char| DITTO_MARKS.contains(c);
        if text.len() > MAX_DITTO_LENGTH || !text.contains(|c| c == '同' || is_mark(c)) {
            return false;
        }
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let word = plain.trim_matches(|c| is_mark(c) || "。．.（）()".contains(c));
        (!plain.is_empty() && plain.chars().all(is_mark)) || self.dittos.iter().any(|ditto| ditto == word)
    }
}

/// The marks that stand for the cell above, and those between which 同上 may stand.
const DITTO_MARKS: &str = "〃″〞〟\"'“”‘’「」´";

/// The longest text, in bytes, that may say that its row is a total.
const MAX_TOTAL_LENGTH: usize = 120;

/// The longest text, in bytes, that may mean the cell above.
const MAX_DITTO_LENGTH: usize = 32;

/// A text without white space, with full-width characters as narrow ones.
fn normalize(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    text.nfkc().filter(|c| !c.is_whitespace()).collect()
}

/// Normalizes a head for comparison: removes white space, marks at both ends and a remark in brackets at the end, and
/// converts full-width and upper-case letters.
#[must_use]
pub(crate) fn normalize_head(head: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let plain: String = head.nfkc().filter(|c| !c.is_whitespace()).collect();
    let plain = plain.to_lowercase();
    let plain = plain.trim_matches(['*', ':', '。']);
    match plain.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((head, _)) if !head.is_empty() => head.to_owned(),
        _ => plain.to_owned(),
    }
}
