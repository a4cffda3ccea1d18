//! The list of a kind: whole, or narrowed to a year or a village.

use super::{Maker, Parts};
use crate::paths::UrlPath;
use crate::plan::Narrow;
use crate::plan::head::{Head, column};
use crate::plan::listing::feed_address;
use crate::plan::value::{map, safe};
use tera::Value;

/// What the list of a kind says of itself, whichever of its posts it shows.
struct Column<'s> {
    id: &'s str,
    label: &'s str,
    folder: &'s str,
    title: &'s str,
    description: &'s str,
}

impl Maker<'_, '_> {
    pub(super) fn kind(&self, id: &str, narrow: &Narrow, page: usize) -> Parts {
        let site = self.site;
        let column = self.column(id);
        let posts = site.posts_of_kind(id, narrow);
        let feed = self.feed_of(id, narrow);
        let (title, description) = self.titles(&column, narrow, posts.len());
        let mut head = self.head_of_list(&column, narrow, &title, &description);
        head.title = self.title_of_page(&title, page);
        head.feeds
            .extend(feed.iter().map(|url| (column.title.to_owned(), url.clone())));
        let is_start = page == 1 && *narrow == Narrow::None;
        let intro = if is_start {
            self.texts.section(column.folder)
        } else {
            String::new()
        };
        let choices = site.choices.get(id).map(|choices| choices.values(narrow));
        let (years, villages) = choices.unwrap_or_default();
        let list = map! {
            "title": title,
            "description": if *narrow == Narrow::None { column.description } else { "" },
            "intro": safe(&intro),
            "items": self.cards(self.part(posts, page)),
            "total": posts.len(),
            "whole": self.whole(id, narrow),
            "years": years,
            "villages": villages,
            "kind": site.kind_value(id),
            "feed_url": feed.map(|url| site.base.link(&url)),
            "pager": self.pager(&site.narrow_address(id, narrow), posts.len(), page),
        };
        ("kind.html".to_owned(), head, vec![("list", list)])
    }

    fn column<'s>(&'s self, id: &'s str) -> Column<'s> {
        let catalog = self.site.catalog;
        let kind = catalog.kinds.get(id);
        let folder = kind.map_or("", |kind| kind.folder.as_str());
        let label = kind.map_or(id, |kind| kind.labels.get(self.site.language()));
        let section = catalog.sections.get(folder);
        let title = section.map(|section| section.title.as_str());
        Column {
            id,
            label,
            folder,
            title: title.filter(|title| !title.is_empty()).unwrap_or(label),
            description: section.map_or("", |section| section.description.as_str()),
        }
    }

    /// The feed that a list offers: it has all posts of the kind, so a narrowed list has none.
    fn feed_of(&self, id: &str, narrow: &Narrow) -> Option<UrlPath> {
        let catalog = self.site.catalog;
        let has_feed = catalog.kinds.get(id).is_some_and(|kind| kind.feed) && catalog.of_kind.contains_key(id);
        (has_feed && *narrow == Narrow::None).then(|| feed_address(self.site, Some(id)))
    }

    /// The title of a list with so many posts, and one sentence about it.
    fn titles(&self, column: &Column<'_>, narrow: &Narrow, posts: usize) -> (String, String) {
        let words = &self.site.words;
        let Some(part) = self.name_of(narrow) else {
            return (column.title.to_owned(), column.description.to_owned());
        };
        let title = words.fill("narrowed_title", &[("part", &part), ("list", column.title)]);
        let count = posts.to_string();
        let description = words.fill("narrowed_description", &[("n", &count), ("title", &title)]);
        (title, description)
    }

    /// What a list is narrowed to, in words: a year, a village's name.
    fn name_of(&self, narrow: &Narrow) -> Option<String> {
        match narrow {
            Narrow::None => None,
            Narrow::Year(year) => Some(self.site.words.fill("year_title", &[("year", &year.to_string())])),
            Narrow::Village(id) => Some(self.site.roster_name("villages", id).unwrap_or(id).to_owned()),
        }
    }

    fn head_of_list(&self, list: &Column<'_>, narrow: &Narrow, title: &str, description: &str) -> Head {
        let mut head = Head {
            sort: "kind",
            section: list.id.to_owned(),
            ..column(self.site, title, description, list.label)
        };
        if let Some(part) = self.name_of(narrow) {
            let whole = self.site.kind_address(list.id);
            head.crumbs = vec![(list.title.to_owned(), Some(whole)), (part, None)];
            // Its posts stand in the whole list as well: whoever searches the web should be led there.
            head.meta.push(("robots", "noindex, follow".to_owned()));
        }
        head
    }

    /// The choice of all posts of a kind.
    fn whole(&self, id: &str, narrow: &Narrow) -> Value {
        let count = self.site.posts_of_kind(id, &Narrow::None).len();
        let url = self.site.base.link(&self.site.kind_address(id));
        map! { "url": url, "count": count, "current": *narrow == Narrow::None }
    }
}
