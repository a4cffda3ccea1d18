//! What the list of a kind can be narrowed to: which such lists there are, what is in them, and where they are.

use super::Site;
use super::address::of_narrowed;
use super::value::{extended, map};
use crate::catalog::{KindParts, RecordIndex};
use crate::paths::UrlPath;
use std::collections::BTreeMap;
use tera::Value;

/// Which posts of a kind a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Narrow {
    /// All of them.
    None,
    /// Those of a year.
    Year(i16),
    /// Those of a village, by the row's id.
    Village(String),
}

/// What the list of one kind can be narrowed to, with what its pages say of each choice. Made once for all pages.
#[derive(Debug)]
pub(super) struct Choices {
    /// Newest first.
    years: Vec<(Narrow, Value)>,
    /// In the roster's order.
    villages: Vec<(Narrow, Value)>,
}

impl Choices {
    /// The years and villages that can be chosen, the one that is chosen marked.
    pub(super) fn values(&self, chosen: &Narrow) -> (Vec<Value>, Vec<Value>) {
        let value = |(choice, value): &(Narrow, Value)| {
            if choice == chosen {
                extended(value, [("current", Value::from(true))])
            } else {
                value.clone()
            }
        };
        (
            self.years.iter().map(value).collect(),
            self.villages.iter().map(value).collect(),
        )
    }
}

impl<'a> Site<'a> {
    /// The choices of each kind that has posts.
    pub(super) fn make_choices(&self) -> BTreeMap<String, Choices> {
        let parts = self.catalog.parts_of_kind.iter();
        let choices = |kind: &String, parts: &KindParts| Choices {
            years: several(self.year_choices(kind, parts)),
            villages: several(self.village_choices(kind, parts)),
        };
        parts
            .map(|(kind, parts)| (kind.clone(), choices(kind, parts)))
            .collect()
    }

    fn year_choices(&self, kind: &str, parts: &KindParts) -> Vec<(Narrow, Value)> {
        let choice = |(&year, posts): (&i16, &Vec<RecordIndex>)| {
            let narrow = Narrow::Year(year);
            let url = self.base.link(&self.narrow_address(kind, &narrow));
            let value = map! { "year": i64::from(year), "url": url, "count": posts.len(), "current": false };
            (narrow, value)
        };
        parts.years.iter().rev().map(choice).collect()
    }

    fn village_choices(&self, kind: &str, parts: &KindParts) -> Vec<(Narrow, Value)> {
        let rows = self.catalog.rosters.get("villages").into_iter();
        let rows = rows.flat_map(|roster| roster.rows());
        let choices = rows.filter_map(|row| {
            let count = parts.villages.get(&row.id)?.len();
            let narrow = Narrow::Village(row.id.clone());
            let url = self.base.link(&self.narrow_address(kind, &narrow));
            let value = map! { "name": row.name.as_str(), "url": url, "count": count, "current": false };
            Some((narrow, value))
        });
        choices.collect()
    }

    /// The lists of a kind: the whole, then those of its years and villages.
    pub(super) fn narrowings(&self, kind: &str) -> Vec<Narrow> {
        let choices = self.choices.get(kind).into_iter();
        let choices = choices.flat_map(|choices| choices.years.iter().chain(&choices.villages));
        let narrow = choices.map(|(narrow, _)| narrow.clone());
        std::iter::once(Narrow::None).chain(narrow).collect()
    }

    /// The posts of a list of a kind, newest first.
    pub(super) fn posts_of_kind(&self, kind: &str, narrow: &Narrow) -> &'a [RecordIndex] {
        let parts = self.catalog.parts_of_kind.get(kind);
        let posts = match narrow {
            Narrow::None => self.catalog.of_kind.get(kind),
            Narrow::Year(year) => parts.and_then(|parts| parts.years.get(year)),
            Narrow::Village(id) => parts.and_then(|parts| parts.villages.get(id)),
        };
        posts.map_or(&[], Vec::as_slice)
    }

    /// The address of a list of a kind.
    pub(super) fn narrow_address(&self, kind: &str, narrow: &Narrow) -> UrlPath {
        let whole = self.kind_address(kind);
        let style = self.settings.slug;
        match narrow {
            Narrow::None => whole,
            Narrow::Year(year) => of_narrowed(&whole, "years", &year.to_string(), style),
            Narrow::Village(id) => of_narrowed(&whole, "villages", id, style),
        }
    }
}

/// All of them, unless it is but one: that is no choice, and one year is the whole list.
fn several<T>(all: Vec<T>) -> Vec<T> {
    if all.len() < 2 { Vec::new() } else { all }
}
