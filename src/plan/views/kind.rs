//! The list of a kind: whole, or narrowed to a year or a village.

use super::{BuiltView, ViewBuilder};
use crate::paths::UrlPath;
use crate::plan::head::{PageHead, column_head};
use crate::site::ListFilter;
use crate::site::value::{map, safe};
use tera::Value;

/// What the list of a kind says of itself, whichever of its posts it shows.
struct KindListing<'s> {
    id: &'s str,
    label: &'s str,
    folder: &'s str,
    title: &'s str,
    description: &'s str,
}

impl ViewBuilder<'_, '_> {
    pub(super) fn kind(&self, id: &str, narrow: &ListFilter, page: usize) -> BuiltView {
        let site = self.site;
        let column = self.kind_listing(id);
        let posts = site.filters.posts(id, narrow);
        let feed = self.list_feed(id, narrow);
        let (title, description) = self.title_and_description(&column, narrow, posts.len());
        let mut head = self.list_head(&column, narrow, &title, &description);
        head.title = self.numbered_title(&title, page);
        head.feeds
            .extend(feed.iter().map(|url| (column.title.to_owned(), url.clone())));
        let is_start = page == 1 && *narrow == ListFilter::All;
        let intro = if is_start {
            self.bodies.section(column.folder)
        } else {
            String::new()
        };
        let choices = site.filters.options(id).map(|choices| choices.template_values(narrow));
        let (years, villages) = choices.unwrap_or_default();
        let list = map! {
            "title": title,
            "description": if *narrow == ListFilter::All { column.description } else { "" },
            "intro": safe(&intro),
            "items": self.cards(self.page_slice(posts, page)),
            "total": posts.len(),
            "whole": self.unfiltered_option(id, narrow),
            "years": years,
            "villages": villages,
            "kind": site.terms.kind(id),
            "feed_url": feed.map(|url| site.links.link(&url)),
            "pager": self.pager(&site.links.filtered_list(id, narrow), posts.len(), page),
        };
        ("kind.html".to_owned(), head, vec![("list", list)])
    }

    fn kind_listing<'s>(&'s self, id: &'s str) -> KindListing<'s> {
        let catalog = self.site.catalog;
        let kind = catalog.kinds.get(id);
        let folder = kind.map_or("", |kind| kind.folder.as_str());
        let label = catalog.kinds.label(id, self.site.language()).unwrap_or(id);
        let section = catalog.sections.get(folder);
        let title = section.map(|section| section.title.as_str());
        KindListing {
            id,
            label,
            folder,
            title: title.filter(|title| !title.is_empty()).unwrap_or(label),
            description: section.map_or("", |section| section.description.as_str()),
        }
    }

    /// The feed that a list offers: it has all posts of the kind, so a narrowed list has none.
    fn list_feed(&self, id: &str, narrow: &ListFilter) -> Option<UrlPath> {
        let catalog = self.site.catalog;
        let has_feed = catalog.kinds.get(id).is_some_and(|kind| kind.feed) && catalog.posts_by_kind.contains_key(id);
        (has_feed && *narrow == ListFilter::All).then(|| self.site.links.feed(Some(id)))
    }

    /// The title of a list with so many posts, and one sentence about it.
    fn title_and_description(&self, column: &KindListing<'_>, narrow: &ListFilter, posts: usize) -> (String, String) {
        let words = &self.site.locale;
        let Some(part) = self.filter_name(narrow) else {
            return (column.title.to_owned(), column.description.to_owned());
        };
        let title = words.fill("narrowed_title", &[("part", &part), ("list", column.title)]);
        let count = posts.to_string();
        let description = words.fill("narrowed_description", &[("n", &count), ("title", &title)]);
        (title, description)
    }

    /// What a list is narrowed to, in words: a year, a village's name.
    fn filter_name(&self, narrow: &ListFilter) -> Option<String> {
        match narrow {
            ListFilter::All => None,
            ListFilter::Year(year) => Some(self.site.locale.fill("year_title", &[("year", &year.to_string())])),
            ListFilter::Village(id) => Some(self.site.terms.village_name(id).unwrap_or(id).to_owned()),
        }
    }

    fn list_head(&self, list: &KindListing<'_>, narrow: &ListFilter, title: &str, description: &str) -> PageHead {
        let mut head = PageHead {
            page_kind: "kind",
            section: list.id.to_owned(),
            ..column_head(self.site, title, description, list.label)
        };
        if let Some(part) = self.filter_name(narrow) {
            let whole = self.site.links.kind(list.id);
            head.crumbs = vec![(list.title.to_owned(), Some(whole)), (part, None)];
            // Its posts stand in the whole list as well: whoever searches the web should be led there.
            head.meta.push(("robots", "noindex, follow".to_owned()));
        }
        head
    }

    /// The choice of all posts of a kind.
    fn unfiltered_option(&self, id: &str, narrow: &ListFilter) -> Value {
        let count = self.site.filters.posts(id, &ListFilter::All).len();
        let url = self.site.links.link(&self.site.links.kind(id));
        map! { "url": url, "count": count, "current": *narrow == ListFilter::All }
    }
}
