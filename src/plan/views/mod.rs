//! The view of each type of page: everything that its template receives.

mod evidence;
mod feeds;
mod kind;
mod lists;
mod pages;
mod reports;
mod stats;

use super::head::PageHead;
use super::listing::page_count;
use super::{Plan, View};
use crate::catalog::RecordId;
use crate::ids::ReportId;
use crate::paths::UrlPath;
use crate::schema::Moment;
use crate::site::Site;
use crate::site::value::map;
use tera::{Context, Value};

/// The most page numbers that a pager shows, the current one included.
const PAGER_NUMBERS: usize = 9;

/// The HTML of texts. `render` implements this, because it knows the theme's components.
pub(crate) trait RenderedBodies {
    /// The body of a record, with absolute links if `absolute`.
    fn record(&self, at: RecordId, absolute: bool) -> String;
    /// The body of a folder's `_index.md`; empty when there is none.
    fn section(&self, folder: &str) -> String;
    /// The body of a report.
    fn report(&self, at: ReportId) -> String;
}

/// The template of a view, and its context.
#[must_use]
pub(crate) fn page_context(
    site: &Site<'_>,
    plan: &Plan,
    url: &UrlPath,
    view: &View,
    bodies: &dyn RenderedBodies,
) -> (String, Context) {
    let (template, values) = self::view_values(site, plan, url, view, bodies);
    let mut context = Context::new();
    for (key, value) in values {
        context.insert_value(key, value);
    }
    (template, context)
}

/// The template of a view, and its variables by name.
#[must_use]
pub(crate) fn view_values(
    site: &Site<'_>,
    plan: &Plan,
    url: &UrlPath,
    view: &View,
    bodies: &dyn RenderedBodies,
) -> (String, Vec<(&'static str, Value)>) {
    let builder = ViewBuilder {
        site,
        plan,
        url,
        bodies,
    };
    let (template, head, mut values) = builder.build(view);
    if view.is_html() {
        values.push(("page", head.template_value(site, url)));
    }
    (template, values)
}

/// A view's template, its page's head, and its other variables.
type BuiltView = (String, PageHead, Vec<(&'static str, Value)>);

/// Builds views from the site and the plan.
struct ViewBuilder<'v, 'a> {
    site: &'v Site<'a>,
    plan: &'v Plan,
    url: &'v UrlPath,
    bodies: &'v dyn RenderedBodies,
}

impl<'v, 'a> ViewBuilder<'v, 'a> {
    fn build(&self, view: &View) -> BuiltView {
        match view {
            View::Home => self.home(),
            View::Kind { kind, filter, page } => self.kind(kind, filter, *page),
            View::Section { folder } => self.section(folder),
            View::Article(at) => self.article(*at),
            View::Terms(taxonomy) => self.terms(*taxonomy),
            View::Term { taxonomy, key, page } => self.term(*taxonomy, key, *page),
            View::Archive => self.archive(),
            View::Year(year) => self.year(*year),
            View::StatsIndex => self.stats_index(),
            View::Stats(period) => self.stats(*period),
            View::Reports => self.reports(),
            View::Report(at) => self.report(*at),
            View::Evidence(period, metric, None) => self.evidence(*period, metric),
            View::Evidence(period, metric, Some(part)) => self.part_evidence(*period, metric, part),
            View::Search => self.search(),
            View::NotFound => self.not_found(),
            View::Redirect(target) => self.redirect(target),
            View::Feed(kind) => self.feed(kind.as_deref()),
            View::Sitemap(part) => self.sitemap(*part),
            View::SitemapIndex => self.sitemap_index(),
            View::Robots => self.robots(),
        }
    }

    fn cards(&self, records: &[RecordId]) -> Vec<Value> {
        records.iter().map(|&at| self.site.card(at).clone()).collect()
    }

    fn page_slice<'r>(&self, posts: &'r [RecordId], page: usize) -> &'r [RecordId] {
        let size = self.site.settings.paginate.max(1);
        let start = ((page - 1) * size).min(posts.len());
        &posts[start..(start + size).min(posts.len())]
    }

    fn pager(&self, first: &UrlPath, posts: usize, page: usize) -> Value {
        let last = page_count(self.site, posts);
        let link = |number: usize| self.site.links.link(&first.page(number));
        let start = page
            .saturating_sub(PAGER_NUMBERS / 2)
            .clamp(1, (last + 1).saturating_sub(PAGER_NUMBERS).max(1));
        let numbers: Vec<Value> = (start..=last.min(start + PAGER_NUMBERS - 1))
            .map(|number| map! { "number": number, "url": link(number), "current": number == page })
            .collect();
        map! {
            "page": page,
            "pages": last,
            "previous": (page > 1).then(|| link(page - 1)),
            "next": (page < last).then(|| link(page + 1)),
            "first": link(1),
            "last": link(last),
            "numbers": numbers,
        }
    }

    /// The title of page `page` of a list. From the second page on it contains the page number, which distinguishes
    /// windows, bookmarks and search results.
    fn numbered_title(&self, title: &str, page: usize) -> String {
        if page == 1 {
            return title.to_owned();
        }
        let number = page.to_string();
        self.site
            .locale
            .fill("title_of_page", &[("n", &number), ("title", title)])
    }

    fn year_link(&self, year: i16) -> String {
        self.site.links.link(&UrlPath::folder(&format!("archive/{year}")))
    }

    fn last_modified(&self, at: RecordId) -> Option<Moment> {
        let meta = &self.site.record(at).meta;
        meta.updated.max(meta.date)
    }
}
