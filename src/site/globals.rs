//! The variable `site` of templates: values of the whole site, for every page.

use super::site::Site;
use super::value::{map, with_pairs};
use super::video;
use crate::catalog::RecordId;
use crate::config::NavEntry;
use crate::paths::{UrlPath, percent_encode};
use crate::schema::Taxonomy;
use std::collections::BTreeMap;
use tera::Value;

impl Site<'_> {
    /// The variable `site` of templates.
    #[must_use]
    pub fn template_value(&self) -> Value {
        site_value(self)
    }
}

fn site_value(site: &Site<'_>) -> Value {
    let settings = site.settings;
    map! {
        "title": settings.title.as_str(),
        "description": settings.description.as_str(),
        "language": settings.language.as_str(),
        "internal": site.catalog.is_internal,
        "url": site.links.link(&UrlPath::folder("")),
        "base_url": site.links.base.absolute.as_str(),
        "owner": Value::from_serializable(&settings.owner),
        "nav": settings.nav.iter().map(|entry| nav_value(site, entry)).collect::<Vec<_>>(),
        "kinds": listed_kinds(site),
        "kind_counts": kind_counts(site),
        "feed_url": site.links.link(&UrlPath::file("feed.xml")),
        "archive_url": site.links.link(&UrlPath::folder("archive")),
        "tags_url": site.links.link(&UrlPath::folder(Taxonomy::Tags.name())),
        "sitemap_url": site.links.link(&UrlPath::file("sitemap.xml")),
        "search_url": site.settings.search.then(|| site.links.link(&UrlPath::folder("search"))),
        "stats_url": (!site.figures.pages.stats_periods.is_empty()).then(|| site.links.link(&UrlPath::folder("stats"))),
        "reports_url": site.figures.has_reports().then(|| site.links.link(&UrlPath::folder("reports"))),
        "villages_url": site.terms.index_link(Taxonomy::Villages),
        "teams_url": site.terms.index_link(Taxonomy::Teams),
        "villages": site.terms.roster_rows(Taxonomy::Villages),
        "latest_year": site.catalog.years.keys().next_back().map(|&year| i64::from(year)),
        "players": video::PLAYER_ORIGINS.join(" "),
        "theme": site.variables.clone(),
    }
}

fn nav_value(site: &Site<'_>, entry: &NavEntry) -> Value {
    let url = match entry.url.as_str() {
        "" => None,
        url if url.starts_with('/') => {
            let (path, tail) = url.find(['?', '#']).map_or((url, ""), |at| url.split_at(at));
            Some(format!("{}{}{tail}", site.links.base.prefix, percent_encode(path)))
        }
        url => Some(url.to_owned()),
    };
    let children: Vec<Value> = entry.children.iter().map(|child| nav_value(site, child)).collect();
    map! { "label": entry.label.as_str(), "url": url, "path": entry.url.as_str(), "children": children }
}

fn listed_kinds(site: &Site<'_>) -> Vec<Value> {
    let listed = site
        .catalog
        .kinds
        .iter()
        .filter(|kind| site.catalog.posts_by_kind.contains_key(&kind.id));
    listed
        .map(|kind| {
            let feed = kind.feed.then(|| site.links.link(&site.links.feed(Some(&kind.id))));
            with_pairs(&site.terms.kind(&kind.id), [("feed_url", Value::from(feed))])
        })
        .collect()
}

/// The number of posts of each kind, by id. It is separate from `kinds`, which every page names in its menu, so that a
/// new post does not make every page stale.
fn kind_counts(site: &Site<'_>) -> BTreeMap<String, Value> {
    let count = |(kind, posts): (&String, &Vec<RecordId>)| (kind.clone(), Value::from(posts.len()));
    site.catalog.posts_by_kind.iter().map(count).collect()
}
