//! The posts that an edit gave other titles, summaries or texts, and the files that show none of them.
//!
//! Role: after such an edit everything else that files show is as it was, so only the files that show one of these posts
//! need be looked at. Which posts a file shows follows from the rule of its view; a view that shows posts by another rule
//! must be named here.

use super::content::SiteContent;
use crate::export::Download;
use crate::ids::{RecordId, ReportId, TiVec};
use crate::metrics::Metric;
use crate::paths::SourcePath;
use crate::plan::{FileContent, PlannedFile, View};
use crate::record::REPORT_KIND;
use crate::report::{CallKind, EvidenceItem, FigureCall, Report, ReportForm, ReportText};
use crate::site::Site;
use crate::source::Input;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::cmp::Ordering;

/// Posts whose titles, summaries or texts are others.
pub(super) struct ChangedPosts {
    ids: FxHashSet<RecordId>,
    /// Whether each report, with its files, shows none of them.
    reports_without: TiVec<ReportId, bool>,
}

impl ChangedPosts {
    /// The posts whose files changed. `None` when another file changed, or a report; when a metric asks for titles or
    /// summaries; and when a changed post may be one that an issued report names, because it is known again by these.
    pub(super) fn find(content: &SiteContent, site: &Site<'_>, old: &[Input], new: &[Input]) -> Option<Self> {
        let catalog = site.catalog;
        if content.counts_words() {
            return None;
        }
        let post = |path: &SourcePath| {
            let id = catalog.find_record(path)?;
            (catalog.records[id].kind != REPORT_KIND && !content.may_be_issued(path)).then_some(id)
        };
        let ids: FxHashSet<RecordId> = changed_paths(old, new).into_iter().map(post).collect::<Option<_>>()?;
        let reports = &site.figures.reports.all.raw;
        let reports_without: Vec<bool> = reports
            .par_iter()
            .map(|report| counts_none_of(site, report, &ids))
            .collect();
        Some(Self {
            ids,
            reports_without: reports_without.into(),
        })
    }

    /// Whether a file shows neither the title nor the text of any of these posts, while everything else is as it was. Says
    /// `false` of the few files that show posts of all kinds.
    pub(super) fn are_not_shown_by(&self, file: &PlannedFile, site: &Site<'_>) -> bool {
        let catalog = site.catalog;
        let lists_none = |posts: Option<&Vec<RecordId>>| !posts.into_iter().flatten().any(|id| self.ids.contains(id));
        match &file.content {
            FileContent::Page(View::Article(id)) => {
                let shown = site.posts_on_page(*id);
                shown.is_some_and(|shown| !shown.iter().flatten().any(|id| self.ids.contains(id)))
            }
            FileContent::Page(View::Kind { kind, .. }) => {
                let folder = catalog.kinds.get(kind).map(|kind| kind.folder.as_str());
                let intro = folder.and_then(|folder| catalog.sections.get(folder));
                lists_none(catalog.posts_by_kind.get(kind)) && intro.is_none_or(|intro| !intro.body.calls_component())
            }
            FileContent::Page(View::Term { taxonomy, key, .. }) => {
                lists_none(catalog.posts_by_term(*taxonomy).get(key))
            }
            FileContent::Page(View::Year(year)) => lists_none(catalog.years.get(year)),
            // It shows posts of the kinds that its metric counts.
            FileContent::Page(View::Evidence(_, metric, _)) => {
                let counts = &site.figures.reports.counts;
                let kinds = counts.metrics.get(metric).map(|metric| counts.subject(metric).kinds());
                let has_kind = |id: &RecordId| kinds.is_none_or(|kinds| kinds.contains(&catalog.records[*id].kind));
                !self.ids.iter().any(has_kind)
            }
            FileContent::Page(View::Report(id))
            | FileContent::Download(Download::Word(id) | Download::Excel(id) | Download::Json(id)) => {
                self.reports_without[*id]
            }
            // They hold numbers and the names of what is counted.
            FileContent::Download(Download::Chart(..) | Download::Csv(_) | Download::Package(_)) => true,
            FileContent::Page(
                View::Home
                | View::Section { .. }
                | View::Terms(_)
                | View::Archive
                | View::StatsIndex
                | View::Stats(_)
                | View::Reports
                | View::Search
                | View::NotFound
                | View::Redirect(_)
                | View::Feed(_)
                | View::Sitemap(_)
                | View::SitemapIndex
                | View::Robots,
            )
            | FileContent::Asset(_)
            | FileContent::ResizedImage(..)
            | FileContent::Static(_)
            | FileContent::Search(_) => false,
        }
    }
}

/// Whether none of the `changed` posts is among the evidence of a report's period, while every figure is as it was: a
/// generated report and its files show no other posts. Says `false` of other reports.
fn counts_none_of<'a>(site: &Site<'a>, report: &Report<'a>, changed: &FxHashSet<RecordId>) -> bool {
    let reports = &site.figures.reports;
    let tells_of_period = |call: &FigureCall<'_>| {
        let tells_posts = matches!(call.kind, CallKind::Posts(_) | CallKind::Names { .. });
        !tells_posts || call.period == report.period
    };
    let is_generated = report.form == ReportForm::Work
        && report.issued.is_none()
        && matches!(report.text, ReportText::Generated(_))
        && reports.calls_of(report).iter().all(tells_of_period);
    let may_count = |metric: &&Metric| {
        let kinds = reports.counts.subject(metric).kinds();
        changed.iter().any(|id| kinds.contains(&site.record(*id).kind))
    };
    let is_changed = |item: &EvidenceItem<'_>| match item {
        EvidenceItem::Post { post, .. } => {
            let page = reports.counts.posts.post(*post).page;
            page.is_some_and(|id| changed.contains(&id))
        }
        EvidenceItem::Row(_) => false,
        EvidenceItem::Issued(_) => true,
    };
    let counts_none = |metric: &Metric| {
        let figure = reports.displayed_figure(metric, report.period);
        !figure.evidence.iter().any(is_changed)
    };
    is_generated && reports.counts.metrics.iter().filter(may_count).all(counts_none)
}

/// The paths that are in one list only, or that have other bytes. Both lists are in order of path.
pub(super) fn changed_paths<'m>(old: &'m [Input], new: &'m [Input]) -> FxHashSet<&'m SourcePath> {
    let mut changed = FxHashSet::default();
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return changed,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => old.path.cmp(&new.path),
        };
        let before = if order.is_le() { old.next() } else { None };
        let now = if order.is_ge() { new.next() } else { None };
        let digest = |input: Option<&Input>| input.map(|input| input.content_hash.digest);
        if digest(before) != digest(now) {
            changed.extend(before.or(now).map(|input| &input.path));
        }
    }
}
