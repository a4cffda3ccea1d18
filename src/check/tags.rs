//! Finds tags that are two tags: `护河 清洁`, where other posts have 护河 and 清洁. Also finds two tags that are one:
//! `WiFi` and `wifi`.

use super::plausibility::{are_similar_ids, letters_and_digits, place_in};
use crate::catalog::{Catalog, RecordId};
use crate::diag::{Code, Diagnostic};
use std::collections::BTreeMap;

/// Reports tags that a space divides into tags of other posts, and tags that resemble an older one.
pub(super) fn check_tags(catalog: &Catalog) -> Vec<Diagnostic> {
    let several = catalog.tags.iter().filter(|(tag, _)| is_several(catalog, tag));
    let mut findings: Vec<Diagnostic> = several
        .flat_map(|(tag, posts)| posts.iter().map(|&id| several_tags(catalog, id, tag)))
        .collect();
    findings.extend(similar_tags(catalog));
    findings
}

/// Whether a space divides `tag` into tags of other posts.
fn is_several(catalog: &Catalog, tag: &str) -> bool {
    let is_tag = |part: &str| catalog.tags.contains_key(part);
    tag.contains(char::is_whitespace) && tag.split_whitespace().all(is_tag)
}

/// Reports each tag that differs from an older one in case, width, spaces or punctuation only, at its earliest post.
fn similar_tags(catalog: &Catalog) -> Vec<Diagnostic> {
    let mut spellings: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut findings = Vec::new();
    let by_age = catalog.tags_by_age().into_iter();
    for tag in by_age.filter(|tag| !is_several(catalog, tag)) {
        let letters = letters_and_digits(tag);
        if letters.is_empty() {
            continue;
        }
        let known = spellings.entry(letters).or_default();
        if let Some(older) = known.iter().find(|older| are_similar(older, tag)) {
            findings.extend(similar_tag(catalog, tag, older));
        }
        known.push(tag);
    }
    findings
}

/// Whether two tags with the same letters and digits resemble each other. `C`, `C++` and `C#` do not.
fn are_similar(a: &str, b: &str) -> bool {
    let signs = |tag: &str| tag.matches(['+', '#']).count();
    signs(a) == signs(b) && are_similar_ids(a, b)
}

fn similar_tag(catalog: &Catalog, tag: &str, older: &str) -> Option<Diagnostic> {
    let posts = |tag: &str| catalog.tags.get(tag).map_or(&[][..], Vec::as_slice);
    let dated = |&&id: &&RecordId| catalog.records[id].meta.date.is_some();
    let &earliest = posts(tag).iter().rfind(dated).or_else(|| posts(tag).first())?;
    let finding = Diagnostic::new(Code::SimilarTag)
        .at(place_in(&catalog.records[earliest], "tags"))
        .with("value", tag)
        .with("count", posts(tag).len().to_string())
        .with("other", older)
        .with("other_count", posts(older).len().to_string());
    Some(finding)
}

fn several_tags(catalog: &Catalog, id: RecordId, tag: &str) -> Diagnostic {
    let record = &catalog.records[id];
    let given = record.meta.tags.iter().map(String::as_str);
    let split: Vec<&str> = given
        .flat_map(|given| {
            if given == tag {
                given.split_whitespace().collect()
            } else {
                vec![given]
            }
        })
        .collect();
    Diagnostic::new(Code::LooseTags)
        .at(place_in(record, "tags"))
        .with("key", "tags")
        .with("value", tag)
        .with("write", format!("[{}]", split.join(", ")))
        .with("other", "")
}
