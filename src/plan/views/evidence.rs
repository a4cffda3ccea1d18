//! The view of a figure's evidence: the posts and rows that it counted, and those that it excluded.

use super::{BuiltView, ViewBuilder};
use crate::metrics::Period;
use crate::paths::UrlPath;
use crate::plan::head::{PageHead, column_head};
use crate::report::{
    DisplayedFigure, EvidenceGroup, EvidenceItem, Exclusion, ReportKey, format_amount, format_period, shown_method_text,
};
use crate::site::value::{map, with_pairs};
use tera::Value;

impl<'v, 'a> ViewBuilder<'v, 'a> {
    pub(super) fn evidence(&self, period: Period, id: &str) -> BuiltView {
        let site = self.site;
        let Some(metric) = site.figures.reports.counts.metrics.get(id) else {
            return self.not_found();
        };
        self.evidence_of(&site.figures.reports.displayed_figure(metric, period), None)
    }

    /// The evidence of a part of a figure, by the slug of the part.
    pub(super) fn part_evidence(&self, period: Period, id: &str, slug: &str) -> BuiltView {
        let figures = &self.site.figures;
        let metric = figures.reports.counts.metrics.get(id);
        let found = metric.and_then(|metric| {
            let filter = figures
                .pages
                .parts
                .get(&(period, metric.id.as_str(), slug.to_owned()))?;
            Some((metric, filter))
        });
        let Some((metric, filter)) = found else {
            return self.not_found();
        };
        let part = figures.reports.filter_text(metric, filter);
        self.evidence_of(&figures.reports.narrowed_figure(metric, period, filter), Some(&part))
    }

    /// The evidence of a figure, or of a `part` of one. What was left out of the figure, and how it has changed since its
    /// issue, is told on the page of the whole.
    fn evidence_of(&self, figure: &DisplayedFigure<'a>, part: Option<&str>) -> BuiltView {
        let site = self.site;
        let (metric, period, lang) = (figure.metric, figure.period, site.figures.reports.lang);
        let link = self.link_fn();
        let whole_label = metric.label.get(site.language());
        let label = match part {
            Some(part) => &site
                .locale
                .fill("part_label", &[("label", whole_label), ("part", part)]),
            None => whole_label,
        };
        let report = site.figures.reports.get(period).map(|report| self.report_entry(report));
        let title = site.locale.fill(
            "evidence_title",
            &[("label", label), ("period", &format_period(period, site.today, lang))],
        );
        let reports = &site.figures.reports;
        let exclusions = match part {
            Some(_) => Vec::new(),
            None => reports.exclusions(figure),
        };
        // Pages only count drafts, because their titles are not public.
        let (named, drafts): (Vec<Exclusion<'_>>, Vec<Exclusion<'_>>) =
            exclusions.into_iter().partition(|exclusion| match exclusion {
                Exclusion::ByRule(excluded) => !reports.counts.posts.post(excluded.post).withheld,
                Exclusion::Issued { .. } => true,
            });
        let drafts = figure.issued_drafts().unwrap_or(drafts.len());
        let days = [
            ("first", site.locale.date(period.first())),
            (
                "last",
                site.locale.date(period.last().min(site.today).max(period.first())),
            ),
        ];
        let days = days.each_ref().map(|(name, day)| (*name, day.as_str()));
        let issued_method = figure.issued_method().map(str::to_owned);
        let how = issued_method.unwrap_or_else(|| shown_method_text(reports, metric));
        let only = part.map(|part| site.locale.fill("counted_part", &[("part", part)]));
        let how = how + &site.locale.fill("counted_over", &days) + &only.unwrap_or_default();
        let entry = |item: &EvidenceItem<'a>, number: usize| site.figures.evidence_entry(figure, item, number);
        let (rows, items): (Vec<_>, Vec<_>) = figure.evidence.iter().partition(|item| item.is_row());
        let rows = rows.into_iter().zip(1..);
        let rows = rows.map(|(item, number)| site.figures.row_value(metric, &entry(item, number), &link));
        let items = items.into_iter().zip(1..);
        let items = items.map(|(item, number)| site.figures.shared_entry_value(&entry(item, number)));
        let left_out = named.iter().map(|exclusion| {
            let (entry, reason) = site.figures.exclusion_entry(metric, exclusion);
            with_pairs(&site.figures.shared_entry_value(&entry), [("reason", reason.into())])
        });
        let corrections = reports
            .issued(period)
            .filter(|_| part.is_none())
            .map(|issued| site.figures.correction_texts_of(issued, metric));
        let groups = reports.evidence_groups(figure);
        let total = groups.as_ref().map_or(figure.evidence.len(), Vec::len);
        // A post or row of one value in a count of different values.
        let grouped = |(item, number): (&EvidenceItem<'a>, usize)| {
            let entry = entry(item, number);
            if item.is_row() {
                return site.figures.row_value(metric, &entry, &link);
            }
            let url = entry.page.map(|id| link(site.links.record(id)));
            map! { "name": &*entry.title, "url": url }
        };
        let group = |(group, number): (&EvidenceGroup<'a>, usize)| {
            let items = group.items.iter().zip(1..).map(grouped);
            let label = site.figures.group_label(metric, group, number);
            map! { "label": &*label, "items": items.collect::<Vec<_>>() }
        };
        let operands = reports.operands(Some(period), figure);
        let formula = operands
            .as_ref()
            .map(|operands| reports.quotient_formula(figure, operands));
        let operands = operands.iter().flatten();
        let operands = operands.map(|operand| site.figures.figure_value(operand, &link));
        let groups: Vec<Value> = groups.iter().flatten().zip(1..).map(group).collect();
        let evidence = map! {
            "figure": with_pairs(&site.figures.figure_value(figure, &link), [("label", label.into())]),
            "whole": part.map(|_| map! {
                "label": whole_label,
                "url": site.figures.evidence_address(period, metric).map(|url| link(&url)),
            }),
            "change": site.figures.change_value(figure),
            "value": format_amount(figure.value, figure.metric, lang),
            "how": how,
            "items": items.collect::<Vec<_>>(),
            "rows": rows.collect::<Vec<_>>(),
            "groups": groups,
            "operands": operands.collect::<Vec<_>>(),
            "formula": formula,
            "target": part.is_none().then(|| reports.target_text(figure, None)).flatten(),
            "left_out": left_out.collect::<Vec<_>>(),
            "drafts": drafts,
            "since": site.figures.since_issue_value(figure, &link),
            "corrections": correction_values(corrections.unwrap_or_default()),
            "former_format": figure.is_former_format(),
            "report": report,
            "stats_url": self.stats_link(period),
            "issued": figure.issued_on.map(|day| site.locale.date(day)),
            "total": total + figure.hidden,
            "hidden": reports.hidden_note(figure),
        };
        let mut head = PageHead {
            page_kind: "evidence",
            ..column_head(site, &title, "", label)
        };
        let (list, page) = match site.figures.reports.get(period) {
            Some(_) => (self.reports_crumb(), Some(site.links.report(ReportKey::work(period)))),
            None => {
                let list = (site.locale.get("stats").to_owned(), Some(UrlPath::folder("stats")));
                let has_page = site.figures.pages.has_stats_page(period);
                (list, has_page.then(|| site.links.stats(period)))
            }
        };
        head.crumbs = vec![list, (period.label(lang), page), (label.to_owned(), None)];
        ("evidence.html".to_owned(), head, vec![("evidence", evidence)])
    }
}

/// Corrections for templates: what was corrected when and why, and the figures that differ.
pub(super) fn correction_values(corrections: Vec<(String, Vec<String>)>) -> Vec<Value> {
    let value = |(text, figures): (String, Vec<String>)| map! { "text": text, "figures": figures };
    corrections.into_iter().map(value).collect()
}
