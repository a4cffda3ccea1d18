//! The kind of a post: named by its front matter or by its folder.

use super::super::names::key_for_word;
use crate::diag::{Code, Diagnostic, nearest};
use crate::paths::SourcePath;
use crate::schema::check::{Checker, is_empty, scalar};
use crate::schema::{Kind, Schema};
use crate::yaml::{Mapping, Value};

/// The key and the value that name the post's kind: `kind`, or a Chinese word for it whose value is a kind.
pub(super) fn named_kind<'m>(schema: &Schema<'_>, map: &'m Mapping) -> Option<(String, &'m Value)> {
    if let Some(value) = map.get("kind").filter(|kind| !is_empty(kind)) {
        return Some(("kind".to_owned(), value));
    }
    map.iter().find_map(|(key, value)| {
        let key = scalar(key);
        let is_word = key.to_lowercase() == "kind" || (!key.is_ascii() && key_for_word(&key) == Some("kind"));
        (is_word && kind_by_name(schema, scalar(value).trim()).is_some()).then(|| (key.into_owned(), value))
    })
}

fn kind_by_name<'s>(schema: &Schema<'s>, name: &str) -> Option<&'s Kind> {
    let kinds = schema.kinds;
    kinds
        .get(name)
        .or_else(|| kinds.iter().find(|kind| kind.labels.zh == name))
}

/// The kind that the value of `key` names by id or label. Returns `None`, with a finding, when no such kind exists.
pub(super) fn find_kind<'s>(
    checker: &mut Checker<'_, '_>,
    schema: &Schema<'s>,
    key: &str,
    value: &Value,
) -> Option<&'s Kind> {
    let name = scalar(value);
    let name = name.trim();
    if let Some(kind) = kind_by_name(schema, name) {
        return Some(kind);
    }
    let kinds = schema.kinds;
    let ids: Vec<&str> = kinds.iter().map(|kind| kind.id.as_str()).collect();
    let folder = kinds.of_folder(name).map(|kind| kind.id.as_str());
    let names = kinds
        .iter()
        .flat_map(|kind| [kind.id.as_str(), kind.labels.zh.as_str()]);
    let mut finding = Diagnostic::new(Code::UnknownKind)
        .at(checker.document.value_place(&[key]))
        .with("value", name);
    if let Some(near) = folder.or_else(|| nearest(name, names)) {
        finding = finding.with("nearest", near);
    }
    checker.findings.push(finding.with("known", ids.join(", ")));
    None
}

/// The kind of the top folder, otherwise `page`.
pub(super) fn kind_of_folder<'s>(schema: &Schema<'s>, path: &SourcePath) -> &'s Kind {
    let kinds = schema.kinds;
    kinds
        .of_folder(top_folder(path))
        .or_else(|| kinds.get("page"))
        .expect("the kind `page` is built in and cannot be removed")
}

/// The first folder below `content/`; empty for a file that is in none.
pub(super) fn top_folder(path: &SourcePath) -> &str {
    path.in_content()
        .and_then(|path| path.split_once('/'))
        .map_or("", |(top, _)| top)
}
