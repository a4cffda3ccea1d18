//! Lists: of folders, tags, villages, teams, years.

use super::{Maker, Parts};
use crate::catalog::RecordIndex;
use crate::messages::grouped;
use crate::paths::UrlPath;
use crate::plan::by_month;
use crate::plan::head::{Head, column, folder_crumbs};
use crate::plan::value::{map, safe};
use std::cmp::Reverse;
use tera::Value;

impl Maker<'_, '_> {
    pub(super) fn section(&self, folder: &str) -> Parts {
        let site = self.site;
        let Some(section) = site.catalog.sections.get(folder) else {
            return self.not_found();
        };
        let in_folder = |at: &RecordIndex| site.record(*at).path.folder() == section.path.folder();
        let members: Vec<RecordIndex> = (0..site.catalog.records.len()).filter(in_folder).collect();
        let title = if section.title.is_empty() {
            folder
        } else {
            &section.title
        };
        let mut head = column(site, title, &section.description, title);
        head.sort = "section";
        head.crumbs = folder_crumbs(site, folder.rsplit_once('/').map_or("", |(above, _)| above));
        head.crumbs.push((title.to_owned(), None));
        let list = map! {
            "title": title,
            "description": section.description.as_str(),
            "intro": safe(&self.texts.section(folder)),
            "items": self.cards(&members),
            "total": members.len(),
            "years": Vec::<Value>::new(),
            "villages": Vec::<Value>::new(),
            "whole": Value::none(),
            "kind": Value::none(),
            "feed_url": Value::none(),
            "pager": self.pager(self.url, 0, 1),
        };
        (
            section.template.clone().unwrap_or_else(|| "section.html".to_owned()),
            head,
            vec![("list", list)],
        )
    }

    pub(super) fn terms(&self, taxonomy: &'static str) -> Parts {
        let site = self.site;
        let head = Head {
            sort: taxonomy,
            ..column(site, site.words.get(taxonomy), "", site.words.get(taxonomy))
        };
        if taxonomy != "tags" {
            let terms = site.terms_of(taxonomy);
            return (
                "terms.html".to_owned(),
                head,
                vec![("terms", terms.into()), ("sort", taxonomy.into())],
            );
        }
        let mut tags: Vec<(&String, usize)> = site
            .catalog
            .tags
            .iter()
            .map(|(tag, posts)| (tag, posts.len()))
            .collect();
        tags.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let terms: Vec<Value> = tags
            .into_iter()
            .map(|(tag, count)| crate::plan::value::extended(&site.tag_value(tag), [("count", Value::from(count))]))
            .collect();
        ("tags.html".to_owned(), head, vec![("terms", terms.into())])
    }

    pub(super) fn term(&self, taxonomy: &'static str, key: &str, page: usize) -> Parts {
        let site = self.site;
        let groups = match taxonomy {
            "tags" => &site.catalog.tags,
            "villages" => &site.catalog.villages,
            _ => &site.catalog.teams,
        };
        let posts = groups.get(key).map_or(&[][..], Vec::as_slice);
        let label = if taxonomy == "tags" {
            key
        } else {
            site.roster_name(taxonomy, key).unwrap_or(key)
        };
        let index = site.words.get(taxonomy);
        let mut head = Head {
            sort: "term",
            title: self.title_of_page(label, page),
            ..column(site, label, "", index)
        };
        head.crumbs
            .insert(0, (index.to_owned(), Some(UrlPath::folder(taxonomy))));
        let list = map! {
            "title": label,
            "description": "",
            "intro": "",
            "items": self.cards(self.part(posts, page)),
            "total": posts.len(),
            "years": Vec::<Value>::new(),
            "villages": Vec::<Value>::new(),
            "whole": Value::none(),
            "kind": Value::none(),
            "feed_url": Value::none(),
            "pager": self.pager(&site.term_address(taxonomy, key), posts.len(), page),
        };
        let term =
            map! { "sort": taxonomy.trim_end_matches('s'), "label": label, "facts": self.row_facts(taxonomy, key) };
        ("term.html".to_owned(), head, vec![("list", list), ("term", term)])
    }

    /// The further values of a roster's row that the theme has a word for: what has none is for the office only.
    pub(super) fn row_facts(&self, taxonomy: &str, key: &str) -> Vec<Value> {
        let Some(row) = self
            .site
            .catalog
            .rosters
            .get(taxonomy)
            .and_then(|roster| roster.by_id(key))
        else {
            return Vec::new();
        };
        row.values
            .keys()
            .filter_map(serde_yaml::Value::as_str)
            .filter_map(|name| {
                let label = self.site.words.by_key.get(&format!("roster_{name}"))?;
                let text = row.text(name)?;
                let text = if text.bytes().all(|byte| byte.is_ascii_digit()) {
                    grouped(&text)
                } else {
                    text
                };
                Some(map! { "label": label.as_str(), "text": text })
            })
            .collect()
    }

    pub(super) fn archive(&self) -> Parts {
        let site = self.site;
        let head = Head {
            sort: "archive",
            ..column(site, site.words.get("archive"), "", site.words.get("archive"))
        };
        let years: Vec<Value> = site
            .catalog
            .years
            .iter()
            .rev()
            .map(|(&year, posts)| {
                let months: Vec<Value> = by_month(site.catalog, posts)
                    .into_iter()
                    .map(|(Reverse(month), posts)| {
                        map! { "month": i64::from(month), "label": site.words.month(year, month), "count": posts.len() }
                    })
                    .collect();
                map! { "year": i64::from(year), "url": self.year_link(year), "count": posts.len(), "months": months }
            })
            .collect();
        ("archive.html".to_owned(), head, vec![("years", years.into())])
    }

    pub(super) fn year(&self, year: i16) -> Parts {
        let site = self.site;
        let posts = site.catalog.years.get(&year).map_or(&[][..], Vec::as_slice);
        let title = site.words.fill("year_title", &[("year", &year.to_string())]);
        let mut head = Head {
            sort: "year",
            ..column(site, &title, "", site.words.get("archive"))
        };
        head.crumbs.insert(
            0,
            (site.words.get("archive").to_owned(), Some(UrlPath::folder("archive"))),
        );
        let months: Vec<Value> = by_month(site.catalog, posts)
            .into_iter()
            .map(|(Reverse(month), posts)| {
                let label = site.words.month(year, month);
                map! { "month": i64::from(month), "label": label, "items": self.cards(&posts) }
            })
            .collect();
        let near = |year: Option<&i16>| year.map(|&year| map! { "year": i64::from(year), "url": self.year_link(year) });
        let years = &site.catalog.years;
        let list = map! { "title": title, "total": posts.len() };
        let pairs = vec![
            ("list", list),
            ("year", i64::from(year).into()),
            ("months", months.into()),
            (
                "previous_year",
                near(years.range(..year).next_back().map(|(year, _)| year)).into(),
            ),
            (
                "next_year",
                near(years.range(year + 1..).next().map(|(year, _)| year)).into(),
            ),
        ];
        ("year.html".to_owned(), head, pairs)
    }
}
