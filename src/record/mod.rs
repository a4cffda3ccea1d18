//! One file understood by itself: front matter checked, Markdown read.
//!
//! Role: `SourceFile → Record`. A record depends on its own bytes, its folder's defaults and the reading options
//! only, so it can be kept by hash between builds, its findings with it. It knows no other record: links are kept
//! as the editor wrote them, with their places, for the catalog to resolve.

pub mod body;
pub mod front_matter;
pub mod markdown;
pub mod mend;
pub mod section;

use crate::diag::Place;
use crate::paths::SourcePath;
use crate::schema::{FieldValue, Moment};
pub use mend::mend;
pub use section::{Defaults, SectionMeta, defaults, read_section};
pub use body::{Body, Fill, Heading, Hole, Link, LinkRole, Shortcode};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// One Markdown file.
#[derive(Debug, Clone)]
pub struct Record {
    /// Where it lies.
    pub path: SourcePath,
    /// Id of its kind.
    pub kind: String,
    /// Its front matter, typed.
    pub meta: Meta,
    /// Its text.
    pub body: Body,
}

/// Front matter, typed.
#[derive(Debug, Clone, Default)]
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
    pub extra: serde_yaml::Mapping,
    /// Where the values of front matter that later stages may find fault with stand.
    pub places: BTreeMap<&'static str, Place>,
}

/// One review of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Who.
    pub by: String,
    /// When, if recorded.
    pub date: Option<Date>,
}
