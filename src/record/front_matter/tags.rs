//! Tags, in every form in which editors write several of them.

use super::{MetaBuilder, texts};
use crate::diag::{Code, Diagnostic};
use crate::schema::check::{scalar, untagged};
use crate::schema::{FieldType, FieldValue};
use crate::yaml::Value;

/// What separates tags within one text.
const SEPARATORS: [char; 7] = [',', '，', '、', ';', '；', '|', '｜'];

/// Brackets of the input method around a list.
const BRACKETS: [(char, char); 4] = [('【', '】'), ('［', '］'), ('〔', '〕'), ('「', '」')];

impl MetaBuilder<'_, '_> {
    /// Reads tags and removes duplicates. A text that holds several is split, with a warning.
    pub(super) fn read_tags(&mut self, written: &str, value: &Value) {
        let value = untagged(value);
        let Some(given) = tag_texts(value) else {
            let _ = self
                .checker
                .value(&[written], value, &FieldType::List(Box::new(FieldType::String)));
            return;
        };
        let tags = match self
            .checker
            .value(&[written], value, &FieldType::List(Box::new(FieldType::String)))
        {
            Some(FieldValue::List(items)) => texts(items),
            _ => Vec::new(),
        };
        let split: Vec<String> = tags.iter().flat_map(|tag| split_tag(tag)).map(str::to_owned).collect();
        if split != tags {
            // Someone else might split it differently, so `fix` does not do it.
            self.report_split_tags(written, value, &given, &format!("[{}]", split.join(", ")));
        }
        for tag in split {
            if !self.meta.tags.contains(&tag) {
                self.meta.tags.push(tag);
            }
        }
    }

    fn report_split_tags(&mut self, written: &str, value: &Value, given: &str, list: &str) {
        let place = self.checker.document.value_place(&[written]);
        let (from, to) = place.marked_span;
        // A list may cover several lines.
        let excerpt = place.written_excerpt();
        let is_on_line = !matches!(value, Value::Sequence(_)) || excerpt[..to].ends_with(']');
        let line = format!("{}{list}{}", &excerpt[..from], &excerpt[to..]);
        let finding = Diagnostic::new(Code::LooseTags)
            .at(place)
            .with("key", written)
            .with("value", given)
            .with("write", list);
        let finding = if is_on_line { finding.with_fix(line) } else { finding };
        self.checker.findings.push(finding);
    }
}

/// The tags as one text, for messages. `None` when the value is no list of texts.
fn tag_texts(value: &Value) -> Option<String> {
    match value {
        Value::Sequence(items) => Some(items.iter().map(scalar).collect::<Vec<_>>().join(", ")),
        Value::Mapping(_) => None,
        single => Some(scalar(single).into_owned()),
    }
}

/// The tags in one text.
fn split_tag(tag: &str) -> Vec<&str> {
    let tag = tag.trim();
    let inside = BRACKETS
        .into_iter()
        .find_map(|(open, close)| tag.strip_prefix(open)?.strip_suffix(close));
    // As in a microblog: `#护河 #清洁家园`. `C#` is one tag.
    let has_hashes = tag.starts_with('#');
    let parts = inside
        .unwrap_or(tag)
        .split(|c: char| SEPARATORS.contains(&c) || (has_hashes && c == '#'));
    parts
        .map(|part| part.trim_matches(|c: char| c.is_whitespace() || "“”\"'‘’【】［］".contains(c)))
        .filter(|part| !part.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_may_hold_several_tags() {
        for (tag, expected) in [
            ("护河", vec!["护河"]),
            ("护河 清洁", vec!["护河 清洁"]),
            ("护河、清洁家园", vec!["护河", "清洁家园"]),
            ("【护河，清洁家园】", vec!["护河", "清洁家园"]),
            ("［护河；清洁家园］", vec!["护河", "清洁家园"]),
            ("#护河 #清洁家园", vec!["护河", "清洁家园"]),
            ("#护河#", vec!["护河"]),
            ("“护河”、“清洁”", vec!["护河", "清洁"]),
            ("C# 语言", vec!["C# 语言"]),
        ] {
            assert_eq!(split_tag(tag), expected, "{tag}");
        }
    }
}
