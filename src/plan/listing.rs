//! The files of the output: articles, lists, feeds, redirects, assets.

use super::file::{FileContent, PlannedFile, View, page_file};
use crate::catalog::Asset;
use crate::export::Download;
use crate::ids::ReportId;
use crate::metrics::Period;
use crate::paths::{OutputPath, UrlPath};
use crate::record::Alias;
use crate::report::{REPORT_KIND, ReportKey, ReportText, Reports};
use crate::schema::Taxonomy;
use crate::search::SearchLayout;
use crate::site::{ListFilter, Site};

/// The source of redirects from reports that the site's policy does not ask for.
pub(super) const ABSENT_REPORT: &str = "content/site.yaml";

/// Every file except the site map, in a fixed order.
pub(super) fn plan_files(site: &Site<'_>) -> Vec<PlannedFile> {
    let mut files = vec![page_file(UrlPath::folder(""), "content/index.md", View::Home)];
    plan_articles(site, &mut files);
    plan_kinds(site, &mut files);
    plan_sections(site, &mut files);
    plan_tags(site, &mut files);
    plan_roster_terms(site, Taxonomy::Villages, &mut files);
    plan_roster_terms(site, Taxonomy::Teams, &mut files);
    plan_archive(site, &mut files);
    plan_stats(site, &mut files);
    plan_reports(site, &mut files);
    plan_evidence(site, &mut files);
    plan_feeds(site, &mut files);
    plan_search_files(site, &mut files);
    files.push(page_file(UrlPath::file("404.html"), "404.html", View::NotFound));
    plan_robots(site, &mut files);
    plan_redirects(site, &mut files);
    plan_assets(site, &mut files);
    plan_absent_reports(site, &mut files);
    files
}

fn plan_articles(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    for (at, record) in site.catalog.records.iter_enumerated() {
        // The text of the top folder's index.md is part of the home page.
        let is_report = Reports::period_of(record).is_some();
        if site.links.record(at).as_str() != "/" && !is_report {
            files.push(page_file(
                site.links.record(at).clone(),
                record.path.as_str(),
                View::Article(at),
            ));
        }
    }
}

fn plan_kinds(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    // Reports have a list of their own, because most of them are not posts.
    for kind in site
        .catalog
        .kinds
        .iter()
        .filter(|kind| kind.dated && kind.id != REPORT_KIND)
    {
        if !site.has_list(kind) {
            continue;
        }
        let section = site.catalog.sections.get(&kind.folder);
        let source = section.map_or_else(
            || format!("content/{}/", kind.folder),
            |section| section.path.to_string(),
        );
        for filter in site.filters.of_kind(&kind.id) {
            plan_kind_list(site, &kind.id, &filter, &source, files);
        }
    }
}

fn plan_kind_list(site: &Site<'_>, kind: &str, filter: &ListFilter, source: &str, files: &mut Vec<PlannedFile>) {
    let url = site.links.filtered_list(kind, filter);
    let posts = site.filters.posts(kind, filter).len();
    for number in 1..=page_count(site, posts) {
        let view = View::Kind {
            kind: kind.to_owned(),
            filter: filter.clone(),
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
            files.push(page_file(site.links.folder(folder), section.path.as_str(), view));
        }
    }
}

fn plan_tags(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    let name = Taxonomy::Tags.name();
    files.push(page_file(UrlPath::folder(name), name, View::Terms(Taxonomy::Tags)));
    for (tag, posts) in site.catalog.tags.iter() {
        // The source of a tag's page is the newest post with the tag: that is the file for an editor to open.
        let source = posts.first().map_or(name, |&at| site.record(at).path.as_str());
        plan_term(site, Taxonomy::Tags, tag, source, posts.len(), files);
    }
}

fn plan_roster_terms(site: &Site<'_>, taxonomy: Taxonomy, files: &mut Vec<PlannedFile>) {
    let name = taxonomy.name();
    let Some(roster) = site.catalog.rosters.get(name) else {
        return;
    };
    let posts = site.catalog.posts_by_term(taxonomy);
    let source = format!("content/_data/{name}.yaml");
    files.push(page_file(UrlPath::folder(name), &source, View::Terms(taxonomy)));
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

fn plan_term(site: &Site<'_>, taxonomy: Taxonomy, key: &str, source: &str, posts: usize, files: &mut Vec<PlannedFile>) {
    let url = site.links.term(taxonomy, key);
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

fn plan_feeds(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    files.push(page_file(site.links.feed(None), "feed.xml", View::Feed(None)));
    for kind in site
        .catalog
        .kinds
        .iter()
        .filter(|kind| kind.feed && site.catalog.posts_by_kind.contains_key(&kind.id))
    {
        let url = site.links.feed(Some(&kind.id));
        files.push(page_file(url, "feed.xml", View::Feed(Some(kind.id.clone()))));
    }
}

/// The pages of statistics, with a CSV file for each chart.
fn plan_stats(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    if site.figures.pages.stats_periods.is_empty() {
        return;
    }
    site.figures.make_all_charts();
    files.push(page_file(UrlPath::folder("stats"), "stats", View::StatsIndex));
    for &period in &site.figures.pages.stats_periods {
        files.push(page_file(site.links.stats(period), "stats", View::Stats(period)));
        for chart in site.figures.stats_charts(period) {
            let url = chart_csv_address(site, period, &chart.name);
            files.push(download_file(url, "stats", Download::Chart(period, chart.name.clone())));
        }
    }
}

/// The address of a chart's CSV file.
pub(super) fn chart_csv_address(site: &Site<'_>, period: Period, name: &str) -> UrlPath {
    let folder = site.links.stats(period);
    UrlPath::file(&format!("{}{name}.csv", &folder.as_str()[1..]))
}

/// The list of reports, and each report with its downloads.
fn plan_reports(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    if !site.figures.has_reports() {
        return;
    }
    let section = site.catalog.sections.get(site.links.reports_folder());
    let source = section.map_or("reports", |section| section.path.as_str());
    files.push(page_file(UrlPath::folder("reports"), source, View::Reports));
    for (id, report) in site.figures.reports.all.iter_enumerated() {
        let source = match report.text {
            ReportText::Written(record) => site.record(record).path.as_str(),
            ReportText::Generated(_) => "reports",
        };
        files.push(page_file(site.links.report(report.key()), source, View::Report(id)));
        for (_, url, make) in report_downloads(site, report.key()) {
            files.push(download_file(url, source, make(id)));
        }
        let package = format!("{}datapackage.json", &site.links.report(report.key()).as_str()[1..]);
        files.push(download_file(UrlPath::file(&package), source, Download::Package(id)));
    }
}

/// Makes one type of download of a report.
type MakeDownload = fn(ReportId) -> Download;

/// The downloads of a report: the key of each one's label, its address, and its constructor.
pub(super) fn report_downloads(site: &Site<'_>, key: ReportKey) -> [(&'static str, UrlPath, MakeDownload); 4] {
    let folder = site.links.report(key);
    let file = |name: &str| UrlPath::file(&format!("{}{name}", &folder.as_str()[1..]));
    [
        ("word", file("report.docx"), Download::Word),
        ("excel", file("data.xlsx"), Download::Excel),
        ("csv", file("data.csv"), Download::Csv),
        ("json", file("data.json"), Download::Json),
    ]
}

/// Redirects from the reports that the policy does not ask for to the statistics of their periods, and from the list of
/// reports when there is none: such reports were generated by default before. Addresses that something else has are left
/// to it.
fn plan_absent_reports(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    let absent = &site.figures.pages.absent_reports;
    let reports = absent
        .iter()
        .map(|&period| (site.links.report(ReportKey::work(period)), site.links.stats(period)));
    let has_list = absent.is_empty() || site.figures.has_reports();
    let list = (!has_list).then(|| (UrlPath::folder("reports"), UrlPath::folder("stats")));
    let redirects: Vec<PlannedFile> = list
        .into_iter()
        .chain(reports)
        .map(|(from, to)| page_file(from, ABSENT_REPORT, View::Redirect(to)))
        .collect();
    let is_taken = |redirect: &PlannedFile| {
        let output = redirect.output.as_str();
        files.iter().any(|file| {
            let other = file.output.as_str();
            // A file may also have the name of the redirect's folder.
            let is_above = output.strip_prefix(other).is_some_and(|rest| rest.starts_with('/'));
            is_above || other.eq_ignore_ascii_case(output)
        })
    };
    let free: Vec<PlannedFile> = redirects.into_iter().filter(|redirect| !is_taken(redirect)).collect();
    files.extend(free);
}

fn plan_evidence(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    for (&period, metrics) in &site.figures.pages.evidence {
        for metric in metrics {
            if let Some(url) = site.figures.evidence_address(period, metric) {
                files.push(page_file(
                    url,
                    "evidence",
                    View::Evidence(period, metric.id.clone(), None),
                ));
            }
        }
    }
    for ((period, metric, slug), filter) in &site.figures.pages.parts {
        let metric = site.figures.reports.counts.metrics.get(metric);
        let url = metric.and_then(|metric| site.figures.part_address(*period, metric, filter));
        if let Some((metric, url)) = metric.zip(url) {
            let view = View::Evidence(*period, metric.id.clone(), Some(slug.clone()));
            files.push(page_file(url, "evidence", view));
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

/// The search page with its files, unless the settings disable it.
fn plan_search_files(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    if !site.settings.search {
        return;
    }
    files.push(page_file(UrlPath::folder("search"), "search", View::Search));
    let parts = SearchLayout::for_documents(site.catalog.records.len()).files();
    files.extend(parts.map(|part| {
        let url = part.address();
        PlannedFile {
            output: OutputPath::from_url(&url),
            url,
            source: "search".to_owned(),
            content: FileContent::Search(part),
        }
    }));
}

fn plan_redirects(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    for (at, record) in site.catalog.records.iter_enumerated() {
        for alias in &record.meta.aliases {
            let target = site.links.record(at).clone();
            files.push(page_file(
                alias.address.clone(),
                record.path.as_str(),
                View::Redirect(target),
            ));
        }
    }
    for (folder, section) in site.catalog.sections.iter() {
        let target = site.links.folder(folder);
        let redirect = |alias: &Alias| {
            let view = View::Redirect(target.clone());
            page_file(alias.address.clone(), section.path.as_str(), view)
        };
        files.extend(section.aliases.iter().map(redirect));
    }
}

/// Plans `/robots.txt`, unless the site has a file of its own for it.
fn plan_robots(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    let is_own = |asset: &Asset| asset.path_at_root() == Some("robots.txt");
    if !site.catalog.assets.iter().any(is_own) {
        files.push(page_file(UrlPath::file("robots.txt"), "robots.txt", View::Robots));
    }
}

fn plan_assets(site: &Site<'_>, files: &mut Vec<PlannedFile>) {
    let mut variants = site.images.variants();
    let assets = site.catalog.assets.iter_enumerated();
    for (id, asset) in assets.filter(|(id, _)| site.publication.is_published(*id)) {
        let file = |url: UrlPath, content: FileContent| PlannedFile {
            output: OutputPath::from_url(&url),
            url,
            source: asset.path().to_string(),
            content,
        };
        files.push(file(site.links.asset(id), FileContent::Asset(id)));
        // The variants follow the picture, so that it is read once for all of them.
        let resized = variants.remove(&id).unwrap_or_default().into_iter();
        files.extend(resized.map(|(url, variant)| file(url, FileContent::ResizedImage(id, variant))));
    }
    for (path, url) in &site.links.statics {
        files.push(PlannedFile {
            output: OutputPath::from_url(url),
            url: url.clone(),
            source: format!("static/{path}"),
            content: FileContent::Static(path.clone()),
        });
    }
}

/// The number of pages of a list of `posts` posts; at least one.
pub(super) fn page_count(site: &Site<'_>, posts: usize) -> usize {
    posts.div_ceil(site.settings.paginate.max(1)).max(1)
}
