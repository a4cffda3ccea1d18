//! The lists of wrong words: the one that comes with the program, and a town's own `content/_data/wording.yaml`.

use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::schema::check::{is_empty, scalar, untagged};
use crate::yaml::{Value, YamlDocument, from_embedded};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A wrong word, and what is written instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WordRule {
    /// The wrong word.
    pub(super) wrong: String,
    /// The right word; several when an editor must choose.
    pub(super) right: Vec<String>,
    /// Phrases that contain the wrong word and are right.
    pub(super) except: Vec<String>,
    /// The first day on which a name is outdated; `None` for a word that was always wrong.
    pub(super) since: Option<Date>,
    /// What the rule follows.
    pub(super) source: String,
    /// Where the town states it; the whole file of the program's own list.
    pub(super) place: Place,
}

impl WordRule {
    /// Whether the town takes the word out: it gives the word itself as the right one.
    pub(super) fn is_taken_out(&self) -> bool {
        self.right.contains(&self.wrong)
    }

    /// Phrases in which the word is right: the exceptions, and a right word that contains the wrong one.
    pub(super) fn right_phrases(&self) -> impl Iterator<Item = &str> {
        let right = self.right.iter().filter(|right| right.contains(&*self.wrong));
        right.chain(&self.except).map(String::as_str)
    }
}

/// A group of `words.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordGroup {
    source: String,
    since: Option<Date>,
    words: BTreeMap<String, WordEntry>,
}

/// What `words.yaml` says about a word.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum WordEntry {
    Right(String),
    Choices(Vec<String>),
    WithExceptions(WordWithExceptions),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordWithExceptions {
    right: String,
    except: Vec<String>,
}

/// The words that come with the program, parsed once.
pub(super) fn shipped_rules() -> &'static [WordRule] {
    static RULES: LazyLock<Vec<WordRule>> = LazyLock::new(|| {
        let groups: Vec<WordGroup> = from_embedded("check/wording/words.yaml", include_str!("words.yaml"));
        groups.into_iter().flat_map(WordGroup::into_rules).collect()
    });
    &RULES
}

impl WordGroup {
    fn into_rules(self) -> Vec<WordRule> {
        let Self { source, since, words } = self;
        let rule = |(wrong, entry)| {
            let (right, except) = match entry {
                WordEntry::Right(right) => (vec![right], Vec::new()),
                WordEntry::Choices(right) => (right, Vec::new()),
                WordEntry::WithExceptions(WordWithExceptions { right, except }) => (vec![right], except),
            };
            WordRule {
                wrong,
                right,
                except,
                since,
                source: source.clone(),
                place: Place::whole_file("words.yaml"),
            }
        };
        words.into_iter().map(rule).collect()
    }
}

/// Reads a town's own words: a map of wrong words to right ones, or to lists of right ones.
#[must_use]
pub(crate) fn read_rules(file: &str, text: &str) -> Checked<Vec<WordRule>> {
    let (parsed, words) = YamlDocument::parse(file, text, &[]).into_map();
    let (document, mut findings) = (parsed.document, parsed.findings);
    let mut rules = Vec::with_capacity(words.len());
    for (key, value) in &words {
        let wrong = scalar(key).trim().to_owned();
        let path = [wrong.as_str()];
        let right = right_words(value);
        if wrong.is_empty() || right.is_empty() {
            findings.push(fault(document.key_place(&path), "wording-no-right", &wrong));
            continue;
        }
        rules.push(WordRule {
            right,
            except: Vec::new(),
            since: None,
            source: file.to_owned(),
            place: document.value_place(&path),
            wrong,
        });
    }
    Checked { value: rules, findings }
}

/// The right words of an entry; none when it has another form.
fn right_words(value: &Value) -> Vec<String> {
    let single = std::slice::from_ref(value);
    let items = match untagged(value) {
        Value::Sequence(items) => items.as_slice(),
        _ => single,
    };
    let is_word = |item: &Value| !is_empty(item) && !matches!(untagged(item), Value::Sequence(_) | Value::Mapping(_));
    if !items.iter().all(is_word) {
        return Vec::new();
    }
    items
        .iter()
        .map(|item| scalar(untagged(item)).trim().to_owned())
        .collect()
}

/// A finding about a town's own word at `place`.
pub(super) fn fault(place: Place, reason: &str, word: &str) -> Diagnostic {
    Diagnostic::new(Code::BadWording)
        .at(place)
        .with("reason", reason)
        .with("word", word)
}
