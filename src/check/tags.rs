//! Finds tags that are two tags: `护河 清洁`, where other posts have 护河 and 清洁.

use crate::catalog::{Catalog, RecordId};
use crate::diag::{Code, Diagnostic, Place};

/// Reports tags that a space divides into tags of other posts.
pub(super) fn check_tags(catalog: &Catalog) -> Vec<Diagnostic> {
    let is_tag = |part: &str| catalog.tags.contains_key(part);
    let is_several = |tag: &str| tag.contains(char::is_whitespace) && tag.split_whitespace().all(is_tag);
    let tags = catalog.tags.iter().filter(|(tag, _)| is_several(tag));
    tags.flat_map(|(tag, posts)| posts.iter().map(|&id| finding(catalog, id, tag)))
        .collect()
}

fn finding(catalog: &Catalog, id: RecordId, tag: &str) -> Diagnostic {
    let record = &catalog.records[id];
    let place = record.meta.places.get("tags").cloned();
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
        .at(place.unwrap_or_else(|| Place::whole_file(record.path.as_str())))
        .with("key", "tags")
        .with("value", tag)
        .with("write", format!("[{}]", split.join(", ")))
        .with("other", "")
}
