//! Levels of media: one medium has one level.

use super::places::{place_in, source_name};
use crate::diag::{Code, Diagnostic};
use crate::record::Record;
use crate::schema::{FieldValue, Kinds};
use std::collections::BTreeMap;

const OUTLET: &str = "outlet";
const LEVEL: &str = "level";

/// Reports each post whose level no other post of its medium has, when all others agree on another one. Of two posts
/// that differ, the later one is reported.
pub(super) fn check(posts: &[&Record], kinds: &Kinds) -> Vec<Diagnostic> {
    let mut by_outlet: BTreeMap<&str, BTreeMap<&str, Vec<&Record>>> = BTreeMap::new();
    for post in posts {
        let fields = &post.meta.fields;
        if let (Some(FieldValue::Text(outlet)), Some(FieldValue::Enum(level))) = (fields.get(OUTLET), fields.get(LEVEL))
        {
            let levels = by_outlet.entry(outlet.trim()).or_default();
            levels.entry(level).or_default().push(post);
        }
    }
    by_outlet
        .iter()
        .filter_map(|(outlet, levels)| check_outlet(outlet, levels, kinds))
        .collect()
}

fn check_outlet(outlet: &str, levels: &BTreeMap<&str, Vec<&Record>>, kinds: &Kinds) -> Option<Diagnostic> {
    let mut levels: Vec<(&str, &[&Record])> = levels.iter().map(|(level, posts)| (*level, &posts[..])).collect();
    let day = |posts: &[&Record]| posts.first().and_then(|post| post.meta.date);
    // The odd one comes last: the only post, or the later of two.
    levels.sort_by_key(|(_, posts)| (std::cmp::Reverse(posts.len()), day(posts)));
    let [(level, others), (odd_level, [odd])] = levels[..] else {
        return None;
    };
    let label = |level: &str| {
        let kind = kinds.get(&odd.kind)?;
        let label = kinds.field(kind, LEVEL)?.ty.value_label(level, "zh");
        label.map(str::to_owned)
    };
    let shown = |level: &str| label(level).unwrap_or_else(|| level.to_owned());
    Some(
        Diagnostic::new(Code::OddLevel)
            .at(place_in(odd, LEVEL))
            .with("outlet", outlet)
            .with("value", shown(odd_level))
            .with("level", shown(level))
            .with("path", source_name(others[0])),
    )
}
