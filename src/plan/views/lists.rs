//! The views of lists: folders, tags, villages, teams, the archive.

use super::{BuiltView, ViewBuilder};
use crate::catalog::RecordId;
use crate::messages::group_thousands;
use crate::paths::UrlPath;
use crate::plan::group_by_month;
use crate::plan::head::{PageHead, column_head, folder_crumbs, section_properties};
use crate::schema::Taxonomy;
use crate::site::value::{map, safe};
use std::cmp::Reverse;
use tera::Value;

impl ViewBuilder<'_, '_> {
    pub(super) fn section(&self, folder: &str) -> BuiltView {
        let site = self.site;
        let Some(section) = site.catalog.sections.get(folder) else {
            return self.not_found();
        };
        let in_folder = |at: &RecordId| site.record(*at).path.folder() == section.path.folder();
        let members: Vec<RecordId> = site.catalog.records.keys().filter(in_folder).collect();
        let title = if section.title.is_empty() {
            folder
        } else {
            &section.title
        };
        let mut head = column_head(site, title, &section.description, title);
        head.page_kind = "section";
        head.properties = section_properties(site, folder);
        head.crumbs = folder_crumbs(site, folder.rsplit_once('/').map_or("", |(above, _)| above));
        head.crumbs.push((title.to_owned(), None));
        let list = map! {
            "title": title,
            "description": section.description.as_str(),
            "intro": safe(&self.bodies.section(folder)),
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

    pub(super) fn terms(&self, taxonomy: Taxonomy) -> BuiltView {
        let site = self.site;
        let title = site.locale.get(taxonomy.name());
        let head = PageHead {
            page_kind: taxonomy.name(),
            ..column_head(site, title, "", title)
        };
        if taxonomy != Taxonomy::Tags {
            let terms = site.terms.roster_rows(taxonomy);
            return (
                "terms.html".to_owned(),
                head,
                vec![("terms", terms.into()), ("sort", taxonomy.name().into())],
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
            .map(|(tag, count)| crate::site::value::with_pairs(&site.terms.tag(tag), [("count", Value::from(count))]))
            .collect();
        ("tags.html".to_owned(), head, vec![("terms", terms.into())])
    }

    pub(super) fn term(&self, taxonomy: Taxonomy, key: &str, page: usize) -> BuiltView {
        let site = self.site;
        let posts = site
            .catalog
            .posts_by_term(taxonomy)
            .get(key)
            .map_or(&[][..], Vec::as_slice);
        let label = match taxonomy {
            Taxonomy::Tags => key,
            Taxonomy::Villages | Taxonomy::Teams => site.terms.roster_name(taxonomy.name(), key).unwrap_or(key),
        };
        let index = site.locale.get(taxonomy.name());
        let mut head = PageHead {
            page_kind: "term",
            title: self.numbered_title(label, page),
            ..column_head(site, label, "", index)
        };
        head.crumbs
            .insert(0, (index.to_owned(), Some(UrlPath::folder(taxonomy.name()))));
        let list = map! {
            "title": label,
            "description": "",
            "intro": "",
            "items": self.cards(self.page_slice(posts, page)),
            "total": posts.len(),
            "years": Vec::<Value>::new(),
            "villages": Vec::<Value>::new(),
            "whole": Value::none(),
            "kind": Value::none(),
            "feed_url": Value::none(),
            "pager": self.pager(&site.links.term(taxonomy, key), posts.len(), page),
        };
        let term = map! { "sort": taxonomy.name().trim_end_matches('s'), "label": label, "facts": self.row_facts(taxonomy, key) };
        ("term.html".to_owned(), head, vec![("list", list), ("term", term)])
    }

    /// The additional values of a roster's row for which the theme has a label. Values without a label are internal.
    pub(super) fn row_facts(&self, taxonomy: Taxonomy, key: &str) -> Vec<Value> {
        let Some(row) = self
            .site
            .catalog
            .rosters
            .get(taxonomy.name())
            .and_then(|roster| roster.by_id(key))
        else {
            return Vec::new();
        };
        row.values
            .keys()
            .filter_map(crate::yaml::Value::as_str)
            .filter(|name| !self.site.catalog.rosters.hides_column(taxonomy.name(), name))
            .filter_map(|name| {
                let label = self.site.locale.by_key.get(&format!("roster_{name}"))?;
                let text = row.text(name)?;
                let text = if text.bytes().all(|byte| byte.is_ascii_digit()) {
                    group_thousands(&text)
                } else {
                    text
                };
                Some(map! { "label": label.as_str(), "text": text })
            })
            .collect()
    }

    pub(super) fn archive(&self) -> BuiltView {
        let site = self.site;
        let head = PageHead {
            page_kind: "archive",
            ..column_head(site, site.locale.get("archive"), "", site.locale.get("archive"))
        };
        let years: Vec<Value> = site
            .catalog
            .years
            .iter()
            .rev()
            .map(|(&year, posts)| {
                let months: Vec<Value> = group_by_month(site.catalog, posts)
                    .into_iter()
                    .map(|(Reverse(month), posts)| {
                        map! { "month": i64::from(month), "label": site.locale.month(year, month), "count": posts.len() }
                    })
                    .collect();
                map! { "year": i64::from(year), "url": self.year_link(year), "count": posts.len(), "months": months }
            })
            .collect();
        ("archive.html".to_owned(), head, vec![("years", years.into())])
    }

    pub(super) fn year(&self, year: i16) -> BuiltView {
        let site = self.site;
        let posts = site.catalog.years.get(&year).map_or(&[][..], Vec::as_slice);
        let title = site.locale.fill("year_title", &[("year", &year.to_string())]);
        let mut head = PageHead {
            page_kind: "year",
            ..column_head(site, &title, "", site.locale.get("archive"))
        };
        head.crumbs.insert(
            0,
            (site.locale.get("archive").to_owned(), Some(UrlPath::folder("archive"))),
        );
        let months: Vec<Value> = group_by_month(site.catalog, posts)
            .into_iter()
            .map(|(Reverse(month), posts)| {
                let label = site.locale.month(year, month);
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
