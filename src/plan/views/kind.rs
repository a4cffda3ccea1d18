//! The view of a kind's list: all posts, or those of a year or a village.

use super::{BuiltView, ViewBuilder};
use crate::paths::UrlPath;
use crate::plan::head::{PageHead, column_head, section_properties};
use crate::site::ListFilter;
use crate::site::value::{map, safe};
use tera::Value;

/// What all lists of a kind share, whatever the filter.
struct KindListing<'s> {
    id: &'s str,
    label: &'s str,
    folder: &'s str,
    title: &'s str,
    description: &'s str,
}

impl ViewBuilder<'_, '_> {
    pub(super) fn kind(&self, id: &str, filter: &ListFilter, page: usize) -> BuiltView {
        let site = self.site;
        let listing = self.kind_listing(id);
        let posts = site.filters.posts(id, filter);
        let feed = self.list_feed(id, filter);
        let (title, description) = self.title_and_description(&listing, filter, posts.len());
        let mut head = self.list_head(&listing, filter, &title, &description);
        head.title = self.numbered_title(&title, page);
        head.feeds
            .extend(feed.iter().map(|url| (listing.title.to_owned(), url.clone())));
        let is_start = page == 1 && *filter == ListFilter::All;
        let intro = if is_start {
            self.bodies.section(listing.folder)
        } else {
            String::new()
        };
        let choices = site.filters.options(id).map(|choices| choices.template_values(filter));
        let (years, villages) = choices.unwrap_or_default();
        let list = map! {
            "title": title,
            "description": if *filter == ListFilter::All { listing.description } else { "" },
            "intro": safe(&intro),
            "items": self.cards(self.page_slice(posts, page)),
            "total": posts.len(),
            "whole": self.unfiltered_option(id, filter),
            "years": years,
            "villages": villages,
            "kind": site.terms.kind(id),
            "feed_url": feed.map(|url| site.links.link(&url)),
            "pager": self.pager(&site.links.filtered_list(id, filter), posts.len(), page),
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

    /// The feed of a list. `None` for filtered lists, because the feed contains all posts of the kind.
    fn list_feed(&self, id: &str, filter: &ListFilter) -> Option<UrlPath> {
        let catalog = self.site.catalog;
        let has_feed = catalog.kinds.get(id).is_some_and(|kind| kind.feed) && catalog.posts_by_kind.contains_key(id);
        (has_feed && *filter == ListFilter::All).then(|| self.site.links.feed(Some(id)))
    }

    /// The title of a list with `posts` posts, and one sentence about it.
    fn title_and_description(&self, listing: &KindListing<'_>, filter: &ListFilter, posts: usize) -> (String, String) {
        let locale = &self.site.locale;
        let Some(part) = self.filter_name(filter) else {
            return (listing.title.to_owned(), listing.description.to_owned());
        };
        let title = locale.fill("narrowed_title", &[("part", &part), ("list", listing.title)]);
        let count = posts.to_string();
        let description = locale.fill("narrowed_description", &[("n", &count), ("title", &title)]);
        (title, description)
    }

    /// The filter as text: a year, or a village's name. `None` for all posts.
    fn filter_name(&self, filter: &ListFilter) -> Option<String> {
        match filter {
            ListFilter::All => None,
            ListFilter::Year(year) => Some(self.site.locale.fill("year_title", &[("year", &year.to_string())])),
            ListFilter::Village(id) => Some(self.site.terms.village_name(id).unwrap_or(id).to_owned()),
        }
    }

    fn list_head(&self, listing: &KindListing<'_>, filter: &ListFilter, title: &str, description: &str) -> PageHead {
        let mut head = PageHead {
            page_kind: "kind",
            section: listing.id.to_owned(),
            properties: section_properties(self.site, listing.folder),
            ..column_head(self.site, title, description, listing.label)
        };
        if let Some(part) = self.filter_name(filter) {
            let whole = self.site.links.kind(listing.id);
            head.crumbs = vec![(listing.title.to_owned(), Some(whole)), (part, None)];
            // The whole list contains the same posts; search engines should lead there.
            head.meta.push(("robots", "noindex, follow".to_owned()));
        }
        head
    }

    /// The template value of the choice of all posts.
    fn unfiltered_option(&self, id: &str, filter: &ListFilter) -> Value {
        let count = self.site.filters.posts(id, &ListFilter::All).len();
        let url = self.site.links.link(&self.site.links.kind(id));
        map! { "url": url, "count": count, "current": *filter == ListFilter::All }
    }
}
