//! What all lists of evidence show of a post, made once: a post is in dozens of them.

use crate::site::value::map;
use tera::Value;

/// What all lists of evidence show of a post as it is today.
#[derive(Debug)]
pub(super) struct PostTexts {
    /// What is shown beside its title.
    pub(super) note: String,
    /// The post for templates; its address, day and amount are missing.
    pub(super) value: Value,
}

impl PostTexts {
    /// The texts of a post of the kind with the label `kind`.
    pub(super) fn new(title: &str, kind: &str, note: String) -> Self {
        let value = map! { "title": title, "kind": kind, "note": note.as_str() };
        Self { note, value }
    }
}
