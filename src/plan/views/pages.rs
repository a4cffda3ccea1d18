//! The views of single pages: home, articles, search, 404, redirects.

use super::{BuiltView, ViewBuilder};
use crate::catalog::RecordId;
use crate::paths::UrlPath;
use crate::plan::head::{self, PageHead};
use crate::report::REPORT_KIND;
use crate::search::SearchFile;
use crate::site::card;
use crate::site::value::{map, safe};

/// Posts in the home page's list of the newest.
const HOME_LATEST: usize = 10;
/// Posts in each of the home page's columns: one more than most themes show, because one of them may be the lead.
const HOME_COLUMN: usize = 6;

impl<'v, 'a> ViewBuilder<'v, 'a> {
    pub(super) fn home(&self) -> BuiltView {
        let site = self.site;
        let latest: Vec<RecordId> = site.catalog.posts().take(HOME_LATEST).collect();
        let has_cover = |&at: &RecordId| self.cover_link(at).is_some();
        let lead = site.catalog.posts().find(has_cover).or_else(|| latest.first().copied());
        let listed = site.catalog.kinds.iter().filter(|kind| kind.id != REPORT_KIND);
        let columns = listed.filter_map(|kind| {
            let posts = site.catalog.posts_by_kind.get(&kind.id)?;
            let items = self.cards(&posts[..posts.len().min(HOME_COLUMN)]);
            Some(map! { "kind": site.terms.kind(&kind.id), "items": items })
        });
        let intro = match site.links.records.position(|address| address.as_str() == "/") {
            Some(at) => self.bodies.record(at, false),
            None => self.bodies.section(""),
        };
        let home = map! {
            "lead": lead.map(|at| site.card(at).clone()),
            "latest": self.cards(&latest),
            "columns": columns.collect::<Vec<_>>(),
            "intro": safe(&intro),
            "numbers": self.home_figures(),
            "report": self.home_report(),
        };
        let head = PageHead {
            title: site.settings.title.clone(),
            description: site.settings.description.clone(),
            page_kind: "home",
            json_ld: vec![self.web_site()],
            ..PageHead::default()
        };
        ("home.html".to_owned(), head, vec![("home", home)])
    }

    pub(super) fn web_site(&self) -> serde_json::Value {
        serde_json::json!({
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": self.site.settings.title,
            "url": self.site.links.absolute(&UrlPath::folder("")),
        })
    }

    pub(super) fn article(&self, at: RecordId) -> BuiltView {
        let record = self.site.record(at);
        let template = self
            .site
            .catalog
            .kinds
            .get(&record.kind)
            .map_or("page.html", |kind| kind.template.as_str());
        let body = self.bodies.record(at, false);
        (
            template.to_owned(),
            head::article_head(self.site, at),
            vec![("post", card::post_value(self.site, at, &body))],
        )
    }

    pub(super) fn search(&self) -> BuiltView {
        let site = self.site;
        let title = site.locale.get("search").to_owned();
        let head = PageHead {
            crumbs: vec![(title.clone(), None)],
            title,
            page_kind: "search",
            ..PageHead::default()
        };
        let search = map! {
            "overview_url": site.links.link(&SearchFile::Overview.address()),
            "posts": site.catalog.records.len(),
        };
        ("search.html".to_owned(), head, vec![("search", search)])
    }

    pub(super) fn not_found(&self) -> BuiltView {
        let title = self.site.locale.get("not_found_title").to_owned();
        let head = PageHead {
            title,
            page_kind: "not-found",
            ..PageHead::default()
        };
        ("not-found.html".to_owned(), head, Vec::new())
    }

    pub(super) fn redirect(&self, target: &UrlPath) -> BuiltView {
        let base = &self.site.links.base;
        let head = PageHead {
            title: self.site.settings.title.clone(),
            page_kind: "redirect",
            ..PageHead::default()
        };
        let canonical = if base.absolute.is_empty() {
            String::new()
        } else {
            base.absolute(target)
        };
        let title = head.title.clone();
        let pairs = vec![
            ("target", base.link(target).into()),
            ("canonical", canonical.into()),
            ("title", title.into()),
        ];
        ("redirect.html".to_owned(), head, pairs)
    }

    fn cover_link(&self, at: RecordId) -> Option<String> {
        self.site.catalog.record_links[at]
            .cover
            .as_ref()
            .and_then(|target| self.site.links.to_target(target))
    }
}
