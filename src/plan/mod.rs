//! The plan: every file of the output, decided before any is made.
//!
//! Role: `Site → Plan`. Gives each record, list, feed and file its address, reports addresses that collide, and builds
//! the view that a template receives. A template sees its view and nothing else. Does not render HTML.

mod collisions;
mod file;
mod head;
mod listing;
mod structured_data;
mod views;

pub(crate) use file::{FileContent, PlannedFile, View};
pub(crate) use views::{RenderedBodies, page_context, view_values};

use crate::catalog::{Catalog, RecordId, ResolvedTarget};
use crate::config::NavEntry;
use crate::diag::{Code, Diagnostic, NameIndex, Place, SearchBudget};
use crate::paths::{UrlPath, percent_decode};
use crate::record::Link;
use crate::site::Site;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// The most addresses of one site map: the protocol's limit (sitemaps.org, "Sitemap file location and size").
const SITEMAP_LIMIT: usize = 50_000;

/// Every file of the output.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    /// In the order in which they were planned; each output once, unless two sources claim it.
    pub files: Vec<PlannedFile>,
    by_url: FxHashMap<UrlPath, usize>,
}

/// Plans the whole output.
#[must_use]
pub(crate) fn plan(site: &Site<'_>) -> Plan {
    let mut files = listing::plan_files(site);
    plan_sitemap(&mut files);
    let by_url = (0..)
        .zip(&files)
        .map(|(index, file)| (file.url.clone(), index))
        .collect();
    Plan { files, by_url }
}

impl Plan {
    /// The file at an address; `None` when there is none.
    #[must_use]
    pub(crate) fn file_at(&self, url: &str) -> Option<&PlannedFile> {
        self.by_url.get(url).map(|&index| &self.files[index])
    }

    /// Findings: outputs that two sources claim, and links to addresses that do not exist.
    #[must_use]
    pub(crate) fn findings(&self, site: &Site<'_>) -> Vec<Diagnostic> {
        let mut findings = collisions::find_collisions(site, &self.files);
        findings.extend(find_dead_links(site, self));
        findings
    }

    /// Findings: links of the record `at` to addresses that do not exist.
    #[must_use]
    pub(crate) fn findings_in(&self, site: &Site<'_>, at: RecordId) -> Vec<Diagnostic> {
        let (links, targets) = (&site.record(at).body.links, &site.catalog.record_links[at].links);
        dead_links_among(site, self, links.iter().zip(targets))
    }
}

/// Adds `/sitemap.xml`, split into parts when the protocol's limit requires it.
fn plan_sitemap(files: &mut Vec<PlannedFile>) {
    let indexed = files
        .iter()
        .filter(|file| matches!(&file.content, FileContent::Page(view) if view.is_indexed()))
        .count();
    let parts = indexed.div_ceil(SITEMAP_LIMIT).max(1);
    if parts == 1 {
        files.push(file::page_file(
            UrlPath::file("sitemap.xml"),
            "sitemap",
            View::Sitemap(0),
        ));
        return;
    }
    files.push(file::page_file(
        UrlPath::file("sitemap.xml"),
        "sitemap",
        View::SitemapIndex,
    ));
    for part in 0..parts {
        let url = UrlPath::file(&format!("sitemap-{}.xml", part + 1));
        files.push(file::page_file(url, "sitemap", View::Sitemap(part)));
    }
}

/// Checks addresses against the planned files, and suggests similar ones for those that do not exist.
struct LinkChecker<'p> {
    plan: &'p Plan,
    /// Built at the first dead link, because most sites have none.
    name_index: Option<NameIndex<'p>>,
    search_budget: SearchBudget,
}

impl<'p> LinkChecker<'p> {
    fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            name_index: None,
            search_budget: SearchBudget::default(),
        }
    }

    fn has_address(&self, path: &str) -> bool {
        let folder = match path.strip_suffix("index.html") {
            Some(folder) if folder.ends_with('/') => folder,
            _ => path,
        };
        self.plan.file_at(folder).is_some() || self.plan.file_at(&format!("{folder}/")).is_some()
    }

    /// The finding that `path`, written as `target`, does not exist.
    /// `near` is the nearest file.
    fn dead_link(&mut self, path: &str, target: &str, near: Option<&str>, place: Place) -> Diagnostic {
        let urls = || self.plan.files.iter().map(|file| file.url.as_str()).collect();
        let names = self.name_index.get_or_insert_with(urls);
        let mut near_address = || names.nearest(path, &mut self.search_budget);
        // A page is not what was meant by the name of a file.
        let is_alike = |address: &&str| file_extension(path).is_none_or(|ending| address.ends_with(ending));
        let nearest = near.or_else(|| near_address().filter(is_alike));
        Diagnostic::new(Code::DeadLink)
            .at(place)
            .with("target", target)
            .with_some("nearest", nearest)
    }
}

/// The extension of the file that a path names, with its dot; `None` for a page.
fn file_extension(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    name.rfind('.').map(|dot| &name[dot..])
}

/// Findings about links by address (`/volunteer/`) to no planned file, in the menu and in texts.
fn find_dead_links(site: &Site<'_>, plan: &Plan) -> Vec<Diagnostic> {
    let mut findings = dead_menu_links(site, &mut LinkChecker::new(plan));
    for finding in &mut findings {
        finding.severity = site.settings.policy.links;
    }
    findings.extend(dead_links_among(site, plan, site.catalog.all_links()));
    findings
}

/// Findings about those of `links` whose address does not exist.
fn dead_links_among<'l>(
    site: &Site<'_>,
    plan: &Plan,
    links: impl Iterator<Item = (&'l Link, &'l ResolvedTarget)>,
) -> Vec<Diagnostic> {
    let mut checker = LinkChecker::new(plan);
    let mut findings = Vec::new();
    for (link, target) in links {
        if let ResolvedTarget::Address { path, nearest, .. } = target
            && !checker.has_address(path)
        {
            findings.push(checker.dead_link(path, &link.target, nearest.as_deref(), link.place.clone()));
        }
    }
    let severity = site.settings.policy.links;
    findings
        .into_iter()
        .map(|finding| finding.with_severity(severity))
        .collect()
}

/// Findings about entries of the menu, at any depth, that lead to no planned file.
fn dead_menu_links(site: &Site<'_>, checker: &mut LinkChecker<'_>) -> Vec<Diagnostic> {
    let mut entries: Vec<&NavEntry> = site.settings.nav.iter().collect();
    let mut findings = Vec::new();
    while let Some(entry) = entries.pop() {
        entries.extend(&entry.children);
        let own = site.settings.links.site.path_in_site(&entry.url);
        let url = own.as_deref().unwrap_or(&entry.url);
        let path = percent_decode(url.split(['?', '#']).next().unwrap_or_default());
        if url.starts_with('/') && !checker.has_address(&path) {
            let place = entry
                .place
                .clone()
                .unwrap_or_else(|| Place::whole_file("content/site.yaml"));
            findings.push(checker.dead_link(&path, &entry.url, None, place));
        }
    }
    findings
}

/// Groups records by month, the latest month first.
pub(crate) fn group_by_month(
    catalog: &Catalog,
    records: &[RecordId],
) -> BTreeMap<std::cmp::Reverse<i8>, Vec<RecordId>> {
    let mut months: BTreeMap<std::cmp::Reverse<i8>, Vec<RecordId>> = BTreeMap::new();
    for &at in records {
        if let Some(moment) = catalog.records[at].meta.date {
            months
                .entry(std::cmp::Reverse(moment.date.month()))
                .or_default()
                .push(at);
        }
    }
    months
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The site map's files for a site with `pages` indexed pages and one page that is not indexed.
    fn sitemap_of(pages: usize) -> Vec<(String, View)> {
        let url = |n: usize| UrlPath::folder(&format!("posts/{n}"));
        let mut files: Vec<PlannedFile> = (0..pages)
            .map(|n| file::page_file(url(n), "", View::Article(RecordId::from(n))))
            .collect();
        files.push(file::page_file(UrlPath::file("404.html"), "", View::NotFound));
        plan_sitemap(&mut files);
        let view = |file: &PlannedFile| match &file.content {
            FileContent::Page(view) => view.clone(),
            _ => View::NotFound,
        };
        files[pages + 1..]
            .iter()
            .map(|file| (file.url.as_str().to_owned(), view(file)))
            .collect()
    }

    #[test]
    fn a_site_map_beyond_the_protocols_limit_is_split() {
        for pages in [0, 1, SITEMAP_LIMIT] {
            assert_eq!(
                sitemap_of(pages),
                [("/sitemap.xml".to_owned(), View::Sitemap(0))],
                "{pages}"
            );
        }
        let parts = |count: usize| {
            let part = |n: usize| (format!("/sitemap-{}.xml", n + 1), View::Sitemap(n));
            let mut files = vec![("/sitemap.xml".to_owned(), View::SitemapIndex)];
            files.extend((0..count).map(part));
            files
        };
        assert_eq!(sitemap_of(SITEMAP_LIMIT + 1), parts(2));
        assert_eq!(sitemap_of(2 * SITEMAP_LIMIT + 1), parts(3));
    }
}
