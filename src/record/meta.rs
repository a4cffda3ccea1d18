//! The typed front matter of a record.

use super::aliases::Alias;
use super::placed_keys::KeyPlaces;
use crate::schema::{FieldValue, Moment};
use crate::yaml::Mapping;
use jiff::civil::Date;
use litemap::LiteMap;
use serde::{Deserialize, Serialize};

/// Values by their fields' names, in the order of the names. Smaller than a tree: a ledger has many rows of few values.
pub(crate) type Fields = LiteMap<String, FieldValue>;

/// Typed front matter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Meta {
    /// The title.
    pub title: String,
    /// When it happened or was published. Required for posts, optional for pages.
    pub date: Option<Moment>,
    /// When it was last changed in substance.
    pub updated: Option<Moment>,
    /// A summary written by the editor.
    pub summary: Option<String>,
    /// Tags without duplicates, in the editor's order.
    pub tags: Vec<String>,
    /// Id of the village.
    pub village: Option<String>,
    /// The cover picture, as written.
    pub cover: Option<String>,
    /// The source of the text.
    pub source: Option<String>,
    /// The author.
    pub author: Option<String>,
    /// Whether it is a draft, which is not published.
    pub draft: bool,
    /// Former addresses.
    pub aliases: Vec<Alias>,
    /// The last part of the address, instead of the file's name.
    pub slug: Option<String>,
    /// Order among pages, smallest first.
    pub weight: i64,
    /// The event. Several posts about one event share it.
    pub event: Option<String>,
    /// Whether only the office's full site shows it: it says so itself, or its kind is internal.
    pub internal: bool,
    /// Whether the persons in its pictures have agreed.
    pub consent: Option<bool>,
    /// The three reviews (三审): first, second, third.
    pub review: [Option<Review>; 3],
    /// What a program generated or changed of it.
    pub ai: AiUse,
    /// The kind's own fields. Of several counts of the same numbers, those of the latest.
    pub fields: Fields,
    /// The earlier counts of such numbers, the oldest first.
    pub readings: Vec<Reading>,
    /// Whether it is a page only because neither its front matter nor its folder names a kind.
    pub is_page_by_default: bool,
    /// Keys that a page's kind does not know, kept unchanged.
    #[serde(with = "super::stored_values::only_empty")]
    pub extra: Mapping,
    /// Places of the values that later stages may report.
    pub places: KeyPlaces,
}

impl Meta {
    /// Whether this differs from `other` at most in the title, the summary and the places in the file. Such a change
    /// affects what pages say, but not their addresses, their grouping or any count.
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

/// Numbers of a post as counted on one day, such as the views of a film.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The day. `None` for numbers without a day.
    pub on: Option<Date>,
    /// The numbers, by the kind's fields.
    pub numbers: Fields,
}

/// One review of a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The reviewer.
    pub by: String,
    /// The day, if recorded.
    pub date: Option<Date>,
}

/// What a program generated or changed of a post (《人工智能生成合成内容标识办法》).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AiUse {
    /// Of its text.
    pub text: Option<AiDegree>,
    /// Of its pictures.
    pub picture: Option<AiDegree>,
    /// Of its films.
    pub video: Option<AiDegree>,
}

/// How much of something is a program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AiDegree {
    /// A program made it.
    Generated,
    /// A person made it, and a program changed it.
    Edited,
}

impl AiUse {
    /// The parts of which a program made or changed something, with the keys in which they are written.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&'static str, AiDegree)> {
        let parts = [("text", self.text), ("picture", self.picture), ("video", self.video)];
        parts.into_iter().filter_map(|(key, degree)| Some((key, degree?)))
    }
}

impl AiDegree {
    /// The word in front matter.
    #[must_use]
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Generated => "generated",
            Self::Edited => "edited",
        }
    }
}
