//! What a key or a head of a roster means, and its values: YAML rosters and ledgers use the same words.

use super::super::kind::Relabelling;
use super::super::yaml_value::scalar;
use crate::diag::{Code, Diagnostic};
use crate::ledger::{HeadMeaning, LedgerWords, ledger_words, normalize_head};
use crate::yaml::{Mapping, PathMap, Value, YamlDocument};
use std::collections::BTreeMap;

/// The meaning of a head: a key of `words.yaml`, otherwise the head itself as a key. Ignores 序号.
pub(super) fn head_meaning(head: &str) -> HeadMeaning {
    match LedgerWords::find_key(&ledger_words().roster, head) {
        Some((key, strength)) => HeadMeaning::Key(key.to_owned(), strength),
        None if matches!(normalize_head(head).as_str(), "" | "序号") => HeadMeaning::Ignored,
        None => HeadMeaning::Kept(head.split_whitespace().collect()),
    }
}

/// The word that metrics use for a value of a roster, or the value itself. The site's own labels of values are words,
/// too.
#[must_use]
pub(crate) fn roster_value<'v>(key: &str, written: &'v str, relabelled: &'v [Relabelling]) -> &'v str {
    let word = ledger_words().roster_value(key, written);
    let known = ledger_words().values.get(key);
    let is_meant = |change: &&Relabelling| {
        let is_word = known.is_some_and(|words| words.contains_key(&change.id));
        is_word
            && [&change.now.zh, &change.now.en]
                .into_iter()
                .any(|label| label == written.trim())
    };
    relabelled.iter().find(is_meant).map_or(word, |change| &change.id)
}

/// Rows of a YAML roster with the keys and values that metrics use.
pub(super) struct NormalizedRows {
    pub(super) rows: Vec<Value>,
    /// Where the values were written.
    pub(super) path_map: PathMap,
    /// A finding for each key that means the same as an earlier key of its row.
    pub(super) findings: Vec<Diagnostic>,
}

/// Replaces the words of rows, such as `级别: 镇级`, by the keys and values that metrics use, such as `scope: town`.
pub(super) fn normalize_rows(
    document: &YamlDocument<'_>,
    rows: Vec<Value>,
    relabelled: &[Relabelling],
) -> NormalizedRows {
    let mut normalized = NormalizedRows {
        rows: Vec::with_capacity(rows.len()),
        path_map: PathMap::default(),
        findings: Vec::new(),
    };
    for (index, row) in rows.into_iter().enumerate() {
        let row = match row {
            Value::Mapping(map) => {
                Value::Mapping(normalized.normalize_row(document, &index.to_string(), map, relabelled))
            }
            other => other,
        };
        normalized.rows.push(row);
    }
    normalized
}

impl NormalizedRows {
    fn normalize_row(
        &mut self,
        document: &YamlDocument<'_>,
        index: &str,
        map: Mapping,
        relabelled: &[Relabelling],
    ) -> Mapping {
        let mut row = Mapping::with_capacity(map.len());
        let mut strengths: BTreeMap<String, usize> = BTreeMap::new();
        for (written, value) in map {
            let written = scalar(&written).into_owned();
            let (key, strength) = match head_meaning(&written) {
                HeadMeaning::Key(key, strength) => (key, strength),
                HeadMeaning::Ignored => continue,
                HeadMeaning::Kept(_) | HeadMeaning::Unknown => (written.clone(), 0),
            };
            if let Some(&other) = strengths.get(&key) {
                let place = document.key_place(&[index, &written]);
                self.findings
                    .push(Diagnostic::new(Code::DuplicateKey).at(place).with("key", &written));
                if other <= strength {
                    continue;
                }
            }
            self.path_map
                .insert(&[index.to_owned(), key.clone()], &[index.to_owned(), written]);
            let value = match value {
                Value::String(text) => Value::from(roster_value(&key, &text, relabelled)),
                other => other,
            };
            strengths.insert(key.clone(), strength);
            row.insert(Value::from(key), value);
        }
        row
    }
}
