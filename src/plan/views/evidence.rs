//! The view of a figure's evidence: the posts and rows that it counted, and those that it excluded.

use super::{BuiltView, ViewBuilder};
use crate::metrics::{Metric, Period};
use crate::paths::UrlPath;
use crate::plan::head::{PageHead, column_head};
use crate::report::{
    EvidenceGroup, EvidenceItem, Exclusion, exclusion_text, format_amount, format_period, method_text, value_label,
};
use crate::site::figures::LinkFn;
use crate::site::value::map;
use std::collections::BTreeSet;
use tera::Value;

impl<'v, 'a> ViewBuilder<'v, 'a> {
    pub(super) fn evidence(&self, period: Period, id: &str) -> BuiltView {
        let site = self.site;
        let Some(metric) = site.figures.reports.counts.metrics.get(id) else {
            return self.not_found();
        };
        let lang = site.figures.reports.lang;
        let figure = site.figures.reports.displayed_figure(metric, period);
        let link = self.link_fn();
        let label = metric.label.get(site.language());
        let report = site.figures.reports.get(period).map(|report| self.report_entry(report));
        let title = site.locale.fill(
            "evidence_title",
            &[("label", label), ("period", &format_period(period, site.today, lang))],
        );
        let (named, drafts): (Vec<Exclusion>, Vec<Exclusion>) = site
            .figures
            .reports
            .exclusions(&figure)
            .into_iter()
            .partition(|exclusion| self.has_public_title(exclusion));
        let days = [
            ("first", site.locale.date(period.first())),
            (
                "last",
                site.locale.date(period.last().min(site.today).max(period.first())),
            ),
        ];
        let days = days.each_ref().map(|(name, day)| (*name, day.as_str()));
        let how = method_text(metric, &site.figures.reports.counts, lang) + &site.locale.fill("counted_over", &days);
        let rows = figure.evidence.iter().filter_map(|item| match item {
            EvidenceItem::Row(row) => Some(self.roster_row_value(metric, row)),
            _ => None,
        });
        let items = figure
            .evidence
            .iter()
            .filter(|item| !matches!(item, EvidenceItem::Row(_)));
        let groups = site.figures.reports.evidence_groups(&figure);
        let total = groups.as_ref().map_or(figure.evidence.len(), Vec::len);
        let group = |group: &EvidenceGroup<'a>| {
            let items = group
                .items
                .iter()
                .map(|item| self.grouped_item_value(metric, item, &link));
            map! { "label": group.label.as_str(), "items": items.collect::<Vec<_>>() }
        };
        let groups: Vec<Value> = groups.iter().flatten().map(group).collect();
        let left_out = named
            .iter()
            .map(|exclusion| self.exclusion_value(metric, exclusion, &link));
        let evidence = map! {
            "figure": site.figures.figure_value(&figure, &link),
            "change": site.figures.change_value(&figure),
            "value": format_amount(figure.value, metric, lang),
            "how": how,
            "items": items.map(|item| site.figures.evidence_item_value(&figure, item, &link)).collect::<Vec<_>>(),
            "rows": rows.collect::<Vec<_>>(),
            "groups": groups,
            "left_out": left_out.collect::<Vec<_>>(),
            "drafts": drafts.len(),
            "report": report,
            "stats_url": self.stats_link(period),
            "issued": figure.issued_on.map(|day| site.locale.date(day)),
            "total": total,
        };
        let mut head = PageHead {
            page_kind: "evidence",
            ..column_head(site, &title, "", label)
        };
        let (list, page) = match site.figures.reports.get(period) {
            Some(_) => (self.reports_crumb(), Some(site.links.report(period))),
            None => {
                let list = (site.locale.get("stats").to_owned(), Some(UrlPath::folder("stats")));
                let has_page = site.figures.pages.has_stats_page(period);
                (list, has_page.then(|| site.links.stats(period)))
            }
        };
        head.crumbs = vec![list, (period.label(lang), page), (label.to_owned(), None)];
        ("evidence.html".to_owned(), head, vec![("evidence", evidence)])
    }

    /// A post or row of one value in a count of different values.
    fn grouped_item_value(&self, metric: &Metric, item: &EvidenceItem<'a>, link: LinkFn<'_>) -> Value {
        let figures = &self.site.figures;
        match item {
            EvidenceItem::Row(row) => self.roster_row_value(metric, row),
            EvidenceItem::Post { post, .. } => {
                let post = figures.reports.counts.posts.post(*post);
                let url = post.page.map(|at| link(self.site.links.record(at)));
                map! { "name": post.record.meta.title.as_str(), "url": url }
            }
            EvidenceItem::Removed { path, .. } => map! { "name": path.as_str(), "url": Value::none() },
        }
    }

    /// Whether the title of an excluded post may be shown. Pages only count drafts, because their titles are not
    /// public.
    fn has_public_title(&self, exclusion: &Exclusion) -> bool {
        !self.site.figures.reports.counts.posts.post(exclusion.post()).withheld
    }

    fn exclusion_value(&self, metric: &Metric, exclusion: &Exclusion, link: LinkFn<'_>) -> Value {
        let posts = &self.site.figures.reports.counts.posts;
        let title = |item| {
            self.site
                .locale
                .fill("quoted", &[("text", &posts.post(item).record.meta.title)])
        };
        crate::site::value::with_pairs(
            &self
                .site
                .figures
                .evidence_post_value(exclusion.post(), None, String::new(), link),
            [(
                "reason",
                exclusion_text(
                    &self.site.figures.reports,
                    metric,
                    exclusion,
                    self.site.figures.reports.lang,
                    &title,
                )
                .into(),
            )],
        )
    }

    /// A roster's row: its name, its page, and the columns that the metric's conditions use.
    fn roster_row_value(&self, metric: &Metric, row: &crate::schema::RosterRow) -> Value {
        let site = self.site;
        let roster = match &metric.source {
            crate::metrics::Source::Roster(name) => name.as_str(),
            crate::metrics::Source::Kinds(_) => "",
        };
        let taxonomy = crate::schema::Taxonomy::of_roster(roster);
        let day = |key: &str, date: Option<jiff::civil::Date>| {
            date.map(|date| site.locale.fill(key, &[("date", &site.locale.date(date))]))
        };
        let village = row
            .text("village")
            .and_then(|id| site.terms.village_name(&id).map(str::to_owned));
        let asked: BTreeSet<&str> = metric
            .conditions
            .iter()
            .map(|condition| condition.field.as_str())
            .collect();
        let asked = asked
            .into_iter()
            .filter(|column| *column != "village")
            .filter_map(|column| {
                let counts = &site.figures.reports.counts;
                Some(value_label(
                    counts,
                    metric,
                    column,
                    &row.text(column)?,
                    site.figures.reports.lang,
                ))
            });
        let notes = village
            .into_iter()
            .chain(asked)
            .chain(day("since", row.since))
            .chain(day("until", row.until));
        map! {
            "name": row.name.as_str(),
            "url": taxonomy.map(|taxonomy| site.links.link(&site.links.term(taxonomy, &row.id))),
            "note": notes.collect::<Vec<_>>().join(" · "),
        }
    }
}
