//! The front matter of a record, typed.

use crate::diag::Place;
use crate::schema::{FieldValue, Moment};
use crate::yaml::Mapping;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Front matter, typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meta {
    /// The title.
    pub title: String,
    /// When it happened or was published; every post has one, a page may.
    pub date: Option<Moment>,
    /// When it was last changed in substance.
    pub updated: Option<Moment>,
    /// A summary written by the editor.
    pub summary: Option<String>,
    /// Tags, in the editor's order, each once.
    pub tags: Vec<String>,
    /// Id of the village.
    pub village: Option<String>,
    /// The cover picture, as written.
    pub cover: Option<String>,
    /// Where the text comes from.
    pub source: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Not to be published.
    pub draft: bool,
    /// Former addresses, as written.
    pub aliases: Vec<String>,
    /// The last part of the address, in place of the file's name.
    pub slug: Option<String>,
    /// Order among pages; smaller first.
    pub weight: i64,
    /// Several posts about one event share it.
    pub event: Option<String>,
    /// Whether the persons shown have agreed.
    pub consent: Option<bool>,
    /// The three reviews (三审): first, second, third.
    pub review: [Option<Review>; 3],
    /// The kind's own fields.
    pub fields: BTreeMap<String, FieldValue>,
    /// Keys that a page's kind does not know, kept as they are.
    pub extra: Mapping,
    /// Where the values of front matter that later stages may find fault with stand.
    pub places: BTreeMap<&'static str, Place>,
}

impl Meta {
    /// Whether this differs from `other` in nothing but the title, the summary and where things stand in the file:
    /// what pages say, but neither where they lie nor what is grouped or counted.
    #[must_use]
    pub fn differs_in_text_only(&self, other: &Self) -> bool {
        let words = Self {
            title: other.title.clone(),
            summary: other.summary.clone(),
            places: other.places.clone(),
            ..self.clone()
        };
        words == *other
    }
}

/// One review of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Who.
    pub by: String,
    /// When, if recorded.
    pub date: Option<Date>,
}
