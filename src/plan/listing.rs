//! Which files there will be: articles, lists, feeds, redirects, copies.

use super::address::{alias_address, term_address};
use super::file::{Download, FileContent, PlannedFile, View, page_file};
use super::{ListFilter, Site};
use crate::metrics::Period;
use crate::paths::{OutputPath, UrlPath};
use crate::report::{REPORT_KIND, ReportText, Reports};

/// Every file but the site map, in a fixed order.
pub(super) fn plan_files(site: &Site<'_>) -> Vec<PlannedFile> {
    let mut files = vec![page_file(UrlPath::folder(""), "content/index.md", View::Home)];
    plan_articles(site, &mut files);
    plan_kinds(site, &mut files);
    plan_sections(site, &mut files);
    plan_tags(site, &mut files);
    plan_roster_terms(site, "villages", &mut files);
    plan_roster_terms(site, "teams", &mut files);
    plan_archive(site, &mut files);
    plan_stats(site, &mut files);
    plan_reports(site, &mut files);
    plan_evidence(site, &mut files);
    plan_feeds(site, &mut files);
    super::search::plan_search_files(site, &mut files);
    files.push(page_file(UrlPath::file("404.html"), "404.html", View::NotFound));
    files.push(page_file(UrlPath::file("robots.txt"), "robots.txt", View::Robots));
    plan_redirects(site, &mut files);
    plan_assets(site, &mut files);
    files
}

fn plan_articles(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    for (at, record) in site.catalog.records.iter().enumerate() {
        // The text of the top folder's index.md stands on the home page.
        let is_report = Reports::period_of(record).is_some();
        if site.addresses[at].as_str() != "/" && !is_report {
            files.push(page_file(
                site.addresses[at].clone(),
                record.path.as_str(),
                View::Article(at),
            ));
        }
    }
}

fn plan_kinds(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    // Reports have a list of their own, because most of them are no posts.
    for kind in site
        .catalog
        .kinds
        .iter()
        .filter(|kind| kind.dated && kind.id != REPORT_KIND)
    {
        let posts = site.catalog.posts_by_kind.get(&kind.id).map_or(0, Vec::len);
        let section = site.catalog.sections.get(&kind.folder);
        if posts == 0 && section.is_none() {
            continue;
        }
        let source = section.map_or_else(
            || format!("content/{}/", kind.folder),
            |section| section.path.to_string(),
        );
        for narrow in site.list_filters(&kind.id) {
            plan_kind_list(site, &kind.id, &narrow, &source, files);
        }
    }
}

fn plan_kind_list(site: &Site<'_>, kind: &str, narrow: &ListFilter, source: &str, files: &mut Vec<PlannedFile>) {
    let url = site.filtered_list_address(kind, narrow);
    let posts = site.posts_of_kind(kind, narrow).len();
    for number in 1..=page_count(site, posts) {
        let view = View::Kind {
            kind: kind.to_owned(),
            filter: narrow.clone(),
            page: number,
        };
        files.push(page_file(url.page(number), source, view));
    }
}

fn plan_sections(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    for (folder, section) in site.catalog.sections.iter() {
        let belongs_to_kind = site
            .catalog
            .kinds
            .iter()
            .any(|kind| kind.dated && kind.folder == *folder);
        if !folder.is_empty() && !belongs_to_kind {
            let view = View::Section { folder: folder.clone() };
            files.push(page_file(site.folder_address(folder), section.path.as_str(), view));
        }
    }
}

fn plan_tags(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    files.push(page_file(UrlPath::folder("tags"), "tags", View::Terms("tags")));
    for (tag, posts) in site.catalog.tags.iter() {
        // The source of a tag's page is the newest post that carries it: that is the file to open.
        let source = posts.first().map_or("tags", |&at| site.record(at).path.as_str());
        plan_term(site, "tags", tag, source, posts.len(), files);
    }
}

fn plan_roster_terms(site: &Site<'_>, taxonomy: &'static str, files: &mut Vec<PlannedFile>) {
    let Some(roster) = site.catalog.rosters.get(taxonomy) else {
        return;
    };
    let posts = if taxonomy == "villages" {
        &site.catalog.villages
    } else {
        &site.catalog.teams
    };
    let source = format!("content/_data/{taxonomy}.yaml");
    files.push(page_file(UrlPath::folder(taxonomy), &source, View::Terms(taxonomy)));
    for row in roster.rows() {
        plan_term(
            site,
            taxonomy,
            &row.id,
            &source,
            posts.get(&row.id).map_or(0, Vec::len),
            files,
        );
    }
}

fn plan_term(
    site: &Site<'_>,
    taxonomy: &'static str,
    key: &str,
    source: &str,
    posts: usize,
    files: &mut Vec<PlannedFile>,
) {
    let url = term_address(taxonomy, key, site.settings.slug);
    for number in 1..=page_count(site, posts) {
        files.push(page_file(
            url.page(number),
            source,
            View::Term {
                taxonomy,
                key: key.to_owned(),
                page: number,
            },
        ));
    }
}

fn plan_archive(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    files.push(page_file(UrlPath::folder("archive"), "archive", View::Archive));
    for &year in site.catalog.years.keys().rev() {
        files.push(page_file(
            UrlPath::folder(&format!("archive/{year}")),
            "archive",
            View::Year(year),
        ));
    }
}

/// The address of the feed of a kind, or of the whole site.
pub(super) fn feed_address(site: &Site<'_>, kind: Option<&str>) -> UrlPath {
    kind.map_or_else(
        || UrlPath::file("feed.xml"),
        |kind| UrlPath::file(&format!("{}feed.xml", &site.kind_address(kind).as_str()[1..])),
    )
}

fn plan_feeds(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    files.push(page_file(feed_address(site, None), "feed.xml", View::Feed(None)));
    for kind in site
        .catalog
        .kinds
        .iter()
        .filter(|kind| kind.feed && site.catalog.posts_by_kind.contains_key(&kind.id))
    {
        let url = feed_address(site, Some(&kind.id));
        files.push(page_file(url, "feed.xml", View::Feed(Some(kind.id.clone()))));
    }
}

/// The pages of statistics, with the numbers of each chart as a file.
fn plan_stats(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    if site.figure_pages().stats_periods.is_empty() {
        return;
    }
    site.make_all_charts();
    files.push(page_file(UrlPath::folder("stats"), "stats", View::StatsIndex));
    for &period in &site.figure_pages().stats_periods {
        files.push(page_file(site.stats_address(period), "stats", View::Stats(period)));
        for chart in site.stats_charts(period) {
            let url = chart_csv_address(site, period, &chart.name);
            files.push(download_file(url, "stats", Download::Chart(period, chart.name.clone())));
        }
    }
}

/// The address of the numbers of a chart.
pub(super) fn chart_csv_address(site: &Site<'_>, period: Period, name: &str) -> UrlPath {
    let folder = site.stats_address(period);
    UrlPath::file(&format!("{}{name}.csv", &folder.as_str()[1..]))
}

/// The reports, each with its files.
fn plan_reports(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    if !site.has_reports() {
        return;
    }
    let section = site.catalog.sections.get(site.reports_folder());
    let source = section.map_or("reports", |section| section.path.as_str());
    files.push(page_file(UrlPath::folder("reports"), source, View::Reports));
    for (at, report) in site.reports().all.iter().enumerate() {
        let source = match report.text {
            ReportText::Written(at) => site.record(at).path.as_str(),
            ReportText::Generated(_) => "reports",
        };
        files.push(page_file(site.report_address(report.period), source, View::Report(at)));
        for (_, url, make) in report_downloads(site, report.period) {
            files.push(download_file(url, source, make(at)));
        }
    }
}

/// A sort of file beside a report.
type MakeDownload = fn(usize) -> Download;

/// The files beside a period's report: the word that names each, its address, and what it is.
pub(super) fn report_downloads(site: &Site<'_>, period: Period) -> [(&'static str, UrlPath, MakeDownload); 4] {
    let folder = site.report_address(period);
    let file = |name: &str| UrlPath::file(&format!("{}{name}", &folder.as_str()[1..]));
    [
        ("word", file("report.docx"), Download::Word),
        ("excel", file("data.xlsx"), Download::Excel),
        ("csv", file("data.csv"), Download::Csv),
        ("json", file("data.json"), Download::Json),
    ]
}

fn plan_evidence(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    for (&period, metrics) in &site.figure_pages().evidence {
        for metric in metrics {
            if let Some(url) = site.evidence_address(period, metric) {
                files.push(page_file(url, "evidence", View::Evidence(period, metric.id.clone())));
            }
        }
    }
}

fn download_file(url: UrlPath, source: &str, file: Download) -> PlannedFile {
    PlannedFile {
        output: OutputPath::from_url(&url),
        url,
        source: source.to_owned(),
        content: FileContent::Download(file),
    }
}

fn plan_redirects(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    for (at, record) in site.catalog.records.iter().enumerate() {
        for alias in &record.meta.aliases {
            let target = site.addresses[at].clone();
            files.push(page_file(
                alias_address(alias),
                record.path.as_str(),
                View::Redirect(target),
            ));
        }
    }
}

fn plan_assets(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    let mut made = site.image_variants();
    for (at, path) in site.catalog.assets.iter().enumerate() {
        let file = |url: UrlPath, content: FileContent| PlannedFile {
            output: OutputPath::from_url(&url),
            url,
            source: path.to_string(),
            content,
        };
        files.push(file(site.asset_address(at), FileContent::Asset(at)));
        // Beside each other, so that the picture is read once for all of them.
        let made = made.remove(&at).unwrap_or_default().into_iter();
        files.extend(made.map(|(url, recipe)| file(url, FileContent::ResizedImage(at, recipe))));
    }
    for (path, url) in &site.static_urls {
        files.push(PlannedFile {
            output: OutputPath::from_url(url),
            url: url.clone(),
            source: format!("static/{path}"),
            content: FileContent::Static(path.clone()),
        });
    }
}

/// How many pages a list of `posts` has: at least one.
pub(super) fn page_count(site: &Site<'_>, posts: usize) -> usize {
    posts.div_ceil(site.settings.paginate.max(1)).max(1)
}
