//! The plan: every file of the output, decided before any is made.
//!
//! Role: `Site → Plan`. Gives each record, list, feed and file its address, reports addresses that collide, and builds
//! the view that a template receives. A template sees its view and nothing else. Does not render HTML.

mod collisions;
mod dataset;
mod file;
mod head;
mod kept;
mod links;
mod listing;
mod structured_data;
mod unpublished;
mod views;

pub(crate) use file::{FileContent, Plan, PlannedFile, View};
pub(crate) use views::{RenderedBodies, page_context, view_values};

use crate::catalog::{Catalog, RecordId};
use crate::diag::Diagnostic;
use crate::paths::UrlPath;
use crate::site::Site;
use std::collections::BTreeMap;

/// The most addresses of one site map: the protocol's limit (sitemaps.org, "Sitemap file location and size").
const SITEMAP_LIMIT: usize = 50_000;

/// Plans the whole output.
#[must_use]
pub(crate) fn plan(site: &Site<'_>) -> Plan {
    let mut files = listing::plan_files(site);
    plan_sitemap(&mut files);
    Plan::new(files)
}

impl Plan {
    /// Findings: outputs that two sources claim or that are to stay, links to addresses that do not exist, and files that stay at home.
    #[must_use]
    pub(crate) fn findings(&self, site: &Site<'_>) -> Vec<Diagnostic> {
        let mut findings = collisions::find_collisions(site, &self.files);
        findings.extend(kept::find_kept_outputs(&site.settings.output.keep, self));
        findings.extend(links::find_dead_links(site, self));
        findings.extend(unpublished::find_unpublished(site));
        findings
    }

    /// Findings: links of the record `at` to addresses that do not exist.
    #[must_use]
    pub(crate) fn findings_in(&self, site: &Site<'_>, at: RecordId) -> Vec<Diagnostic> {
        let (links, targets) = (&site.record(at).body.links, &site.catalog.record_links[at].links);
        links::dead_links_among(site, self, links.iter().zip(targets))
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
