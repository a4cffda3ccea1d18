//! What the list of a kind can be narrowed to: which such lists there are, what is in them, and where they are.

use super::Site;
use super::address::filtered_address;
use super::value::{map, with_pairs};
use crate::catalog::{KindGroups, RecordIndex};
use crate::paths::UrlPath;
use std::collections::BTreeMap;
use tera::Value;

/// Which posts of a kind a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListFilter {
    /// All of them.
    All,
    /// Those of a year.
    Year(i16),
    /// Those of a village, by the row's id.
    Village(String),
}

/// What the list of one kind can be narrowed to, with what its pages say of each choice. Made once for all pages.
#[derive(Debug)]
pub(crate) struct FilterOptions {
    /// Newest first.
    years: Vec<(ListFilter, Value)>,
    /// In the roster's order.
    villages: Vec<(ListFilter, Value)>,
}

impl FilterOptions {
    /// The years and villages that can be chosen, the one that is chosen marked.
    pub(crate) fn template_values(&self, chosen: &ListFilter) -> (Vec<Value>, Vec<Value>) {
        let value = |(choice, value): &(ListFilter, Value)| {
            if choice == chosen {
                with_pairs(value, [("current", Value::from(true))])
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
    pub(crate) fn make_filter_options(&self) -> BTreeMap<String, FilterOptions> {
        let parts = self.catalog.groups_by_kind.iter();
        let choices = |kind: &String, parts: &KindGroups| FilterOptions {
            years: clear_if_single(self.year_options(kind, parts)),
            villages: clear_if_single(self.village_options(kind, parts)),
        };
        parts
            .map(|(kind, parts)| (kind.clone(), choices(kind, parts)))
            .collect()
    }

    fn year_options(&self, kind: &str, parts: &KindGroups) -> Vec<(ListFilter, Value)> {
        let choice = |(&year, posts): (&i16, &Vec<RecordIndex>)| {
            let narrow = ListFilter::Year(year);
            let url = self.base.link(&self.filtered_list_address(kind, &narrow));
            let value = map! { "year": i64::from(year), "url": url, "count": posts.len(), "current": false };
            (narrow, value)
        };
        parts.years.iter().rev().map(choice).collect()
    }

    fn village_options(&self, kind: &str, parts: &KindGroups) -> Vec<(ListFilter, Value)> {
        let rows = self.catalog.rosters.get("villages").into_iter();
        let rows = rows.flat_map(|roster| roster.rows());
        let choices = rows.filter_map(|row| {
            let count = parts.villages.get(&row.id)?.len();
            let narrow = ListFilter::Village(row.id.clone());
            let url = self.base.link(&self.filtered_list_address(kind, &narrow));
            let value = map! { "name": row.name.as_str(), "url": url, "count": count, "current": false };
            Some((narrow, value))
        });
        choices.collect()
    }

    /// The lists of a kind: the whole, then those of its years and villages.
    pub(crate) fn list_filters(&self, kind: &str) -> Vec<ListFilter> {
        let choices = self.filter_options.get(kind).into_iter();
        let choices = choices.flat_map(|choices| choices.years.iter().chain(&choices.villages));
        let narrow = choices.map(|(narrow, _)| narrow.clone());
        std::iter::once(ListFilter::All).chain(narrow).collect()
    }

    /// The posts of a list of a kind, newest first.
    pub(crate) fn posts_of_kind(&self, kind: &str, narrow: &ListFilter) -> &'a [RecordIndex] {
        let parts = self.catalog.groups_by_kind.get(kind);
        let posts = match narrow {
            ListFilter::All => self.catalog.posts_by_kind.get(kind),
            ListFilter::Year(year) => parts.and_then(|parts| parts.years.get(year)),
            ListFilter::Village(id) => parts.and_then(|parts| parts.villages.get(id)),
        };
        posts.map_or(&[], Vec::as_slice)
    }

    /// The address of a list of a kind.
    pub(crate) fn filtered_list_address(&self, kind: &str, narrow: &ListFilter) -> UrlPath {
        let whole = self.kind_address(kind);
        let style = self.settings.slug;
        match narrow {
            ListFilter::All => whole,
            ListFilter::Year(year) => filtered_address(&whole, "years", &year.to_string(), style),
            ListFilter::Village(id) => filtered_address(&whole, "villages", id, style),
        }
    }
}

/// All of them, unless it is but one: that is no choice, and one year is the whole list.
fn clear_if_single<T>(all: Vec<T>) -> Vec<T> {
    if all.len() < 2 { Vec::new() } else { all }
}
