//! Which page has which address in the new site, so that no two have one.

use super::layout::OldPost;
use crate::config::SlugStyle;
use crate::slug::slug;
use std::collections::{BTreeMap, BTreeSet};

/// The pages that every site makes by itself.
const GENERATED: [&str; 9] = [
    "/tags/",
    "/archive/",
    "/villages/",
    "/teams/",
    "/stats/",
    "/reports/",
    "/search/",
    "/404.html",
    "/feed.xml",
];

/// The layouts that themes fill with a list.
const LISTS: [&str; 8] = [
    "tags",
    "tag",
    "categories",
    "category",
    "archive",
    "archives",
    "search",
    "tag-cloud",
];

/// Who has which address. Case makes no difference, as on many servers.
#[derive(Debug)]
pub(super) struct Claims {
    owners: BTreeMap<String, String>,
    /// The paths of the texts that have their places.
    settled: BTreeSet<String>,
}

impl Claims {
    /// The addresses that the new site has already, with the paths of their files below `content/`.
    pub(super) fn new(taken: &BTreeMap<String, String>) -> Self {
        let generated = GENERATED.iter().map(|address| (key(address), String::new()));
        let taken = taken.iter().map(|(address, path)| (key(address), path.clone()));
        Self {
            owners: generated.chain(taken).collect(),
            settled: BTreeSet::new(),
        }
    }

    /// Gives a post an address of its own: where another page has it, one with a number. Returns `false` for a page without
    /// text that the theme filled with a list, such as that of all tags: the site makes its own.
    pub(super) fn settle(&mut self, post: &mut OldPost, style: SlugStyle) -> bool {
        let is_generated = |address: &str| self.owners.get(&key(address)).is_some_and(String::is_empty);
        let layout = post.front.text(&["type", "layout"]).unwrap_or_default();
        let is_list = LISTS.contains(&layout.as_str());
        if post.body.trim().is_empty() && (is_list || is_generated(&post.new_address)) {
            return false;
        }
        let (stem, end) = split_end(&post.place);
        let (stem, end) = (stem.to_owned(), end.to_owned());
        let mut number = 2;
        while !self.claim(&post.new_address, &post.place) || !self.settled.insert(post.place.clone()) {
            post.place = match stem.as_str() {
                "" => format!("page-{number}{end}"),
                stem => format!("{stem}-{number}{end}"),
            };
            post.new_address = new_address(&post.place, style);
            number += 1;
        }
        true
    }

    /// Claims an address for the text at `path`. Returns whether no other one has it.
    pub(super) fn claim(&mut self, address: &str, path: &str) -> bool {
        let owner = self.owners.entry(key(address)).or_insert_with(|| path.to_owned());
        owner == path
    }
}

/// The name of a text, and what of its path is no name: `.md`, `/index.md`.
pub(super) fn split_end(place: &str) -> (&str, &str) {
    let ends = ["/index.md", "/_index.md", ".md"];
    let stem = ends.iter().find_map(|end| place.strip_suffix(end)).unwrap_or(place);
    place.split_at(stem.len())
}

fn key(address: &str) -> String {
    let address = address.strip_suffix("index.html").unwrap_or(address);
    address.trim_matches('/').to_lowercase()
}

/// Whether two addresses are those of one page.
pub(super) fn is_same_address(a: &str, b: &str) -> bool {
    key(a) == key(b)
}

/// The address that a text at this path below `content/` gets.
pub(crate) fn new_address(place: &str, style: SlugStyle) -> String {
    let stem = place.trim_end_matches(".md");
    if matches!(stem, "index" | "_index") {
        return "/".to_owned();
    }
    let stem = ["/index", "/_index"]
        .iter()
        .find_map(|end| stem.strip_suffix(end))
        .unwrap_or(stem);
    let parts: Vec<String> = stem.split('/').map(|part| slug(part, style)).collect();
    format!("/{}/", parts.join("/"))
}
