//! Filters of a kind's list: the years and villages to choose from, the posts of each, and the links to them.

use super::links::Links;
use super::list_filter::ListFilter;
use super::value::{map, with_pairs};
use crate::catalog::{Catalog, KindGroups, RecordId};
use crate::schema::Taxonomy;
use std::collections::BTreeMap;
use tera::Value;

/// The filters of one kind's list, each with its template value. Computed once for all pages of the list.
#[derive(Debug)]
pub(crate) struct FilterOptions {
    /// Newest first.
    years: Vec<(ListFilter, Value)>,
    /// In the roster's order.
    villages: Vec<(ListFilter, Value)>,
}

impl FilterOptions {
    /// The template values of years and villages. The chosen one is marked as current.
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

/// The filtered lists of each kind that has posts.
#[derive(Debug)]
pub struct Filters<'a> {
    catalog: &'a Catalog,
    by_kind: BTreeMap<String, FilterOptions>,
}

impl<'a> Filters<'a> {
    pub(super) fn new(catalog: &'a Catalog, links: &Links<'a>) -> Self {
        let options = |kind: &String, groups: &KindGroups| FilterOptions {
            years: clear_if_single(year_options(links, kind, groups)),
            villages: clear_if_single(village_options(catalog, links, kind, groups)),
        };
        let groups = catalog.groups_by_kind.iter();
        Self {
            catalog,
            by_kind: groups
                .map(|(kind, groups)| (kind.clone(), options(kind, groups)))
                .collect(),
        }
    }

    /// The filters of a kind's list; `None` for a kind without posts.
    pub(crate) fn options(&self, kind: &str) -> Option<&FilterOptions> {
        self.by_kind.get(kind)
    }

    /// The lists of a kind: the whole list, then one for each year and village.
    pub(crate) fn of_kind(&self, kind: &str) -> Vec<ListFilter> {
        let options = self.options(kind).into_iter();
        let options = options.flat_map(|options| options.years.iter().chain(&options.villages));
        let filters = options.map(|(filter, _)| filter.clone());
        std::iter::once(ListFilter::All).chain(filters).collect()
    }

    /// The posts of a filtered list of a kind, newest first.
    pub(crate) fn posts(&self, kind: &str, filter: &ListFilter) -> &'a [RecordId] {
        let groups = self.catalog.groups_by_kind.get(kind);
        let posts = match filter {
            ListFilter::All => self.catalog.posts_by_kind.get(kind),
            ListFilter::Year(year) => groups.and_then(|groups| groups.years.get(year)),
            ListFilter::Village(id) => groups.and_then(|groups| groups.villages.get(id)),
        };
        posts.map_or(&[], Vec::as_slice)
    }
}

fn year_options(links: &Links<'_>, kind: &str, groups: &KindGroups) -> Vec<(ListFilter, Value)> {
    let option = |(&year, posts): (&i16, &Vec<RecordId>)| {
        let filter = ListFilter::Year(year);
        let url = links.link(&links.filtered_list(kind, &filter));
        let value = map! { "year": i64::from(year), "url": url, "count": posts.len(), "current": false };
        (filter, value)
    };
    groups.years.iter().rev().map(option).collect()
}

fn village_options(catalog: &Catalog, links: &Links<'_>, kind: &str, groups: &KindGroups) -> Vec<(ListFilter, Value)> {
    let rows = catalog.rosters.get(Taxonomy::Villages.name()).into_iter();
    let rows = rows.flat_map(|roster| roster.rows());
    let options = rows.filter_map(|row| {
        let count = groups.villages.get(&row.id)?.len();
        let filter = ListFilter::Village(row.id.clone());
        let url = links.link(&links.filtered_list(kind, &filter));
        let value = map! { "name": row.name.as_str(), "url": url, "count": count, "current": false };
        Some((filter, value))
    });
    options.collect()
}

/// `all`, or an empty list when there is only one: a single year would repeat the whole list.
fn clear_if_single<T>(all: Vec<T>) -> Vec<T> {
    if all.len() < 2 { Vec::new() } else { all }
}
