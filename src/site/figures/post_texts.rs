//! What all lists of evidence show of a post, made once: a post is in dozens of them.

use crate::schema::Moment;
use crate::site::value::map;
use std::sync::{Mutex, PoisonError};
use tera::Value;

/// What all lists of evidence show of a post as it is today.
#[derive(Debug)]
pub(super) struct PostTexts {
    /// What is shown beside its title.
    pub(super) note: String,
    /// The post for templates; its address, day and amount are missing.
    pub(super) value: Value,
    /// Its entries in lists, by day and amount: one or two in most cases.
    entries: Mutex<Vec<(EntryKey, Value)>>,
}

/// What differs between the entries of one post: the day that counts, and the amount as text.
type EntryKey = (Option<Moment>, String);

impl PostTexts {
    /// The texts of a post of the kind with the label `kind`.
    pub(super) fn new(title: &str, kind: &str, note: String) -> Self {
        let value = map! { "title": title, "kind": kind, "note": note.as_str() };
        Self {
            note,
            value,
            entries: Mutex::default(),
        }
    }

    /// The entry with this day and amount, which `make` makes for the first list that shows it.
    pub(super) fn entry(&self, day: Option<Moment>, amount: &str, make: impl FnOnce() -> Value) -> Value {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let known = entries.iter().find(|(key, _)| key.0 == day && key.1 == amount);
        if let Some((_, value)) = known {
            return value.clone();
        }
        let value = make();
        entries.push(((day, amount.to_owned()), value.clone()));
        value
    }
}
