//! The views of work reports and of their list.

use super::evidence::correction_values;
use super::{BuiltView, ViewBuilder};
use crate::chart::qr_svg;
use crate::ids::ReportId;
use crate::metrics::Period;
use crate::paths::UrlPath;
use crate::plan::dataset::dataset;
use crate::plan::head::{Crumb, PageHead, column_head};
use crate::plan::listing::report_downloads;
use crate::report::{REPORT_KIND, Report, ReportForm, ReportText};
use crate::site::card;
use crate::site::value::{map, safe};
use tera::Value;

impl<'v, 'a> ViewBuilder<'v, 'a> {
    pub(super) fn reports(&self) -> BuiltView {
        let site = self.site;
        let label = site
            .catalog
            .kinds
            .label(REPORT_KIND, site.language())
            .unwrap_or_default();
        let section = site.catalog.sections.get(site.links.reports_folder());
        let title = section
            .map(|section| section.title.as_str())
            .filter(|title| !title.is_empty())
            .unwrap_or(label);
        let head = PageHead {
            page_kind: "reports",
            ..column_head(site, title, section.map_or("", |section| &section.description), label)
        };
        let reports: Vec<Value> = site
            .figures
            .reports
            .all
            .iter()
            .map(|report| self.report_entry(report))
            .collect();
        let intro = self.bodies.section(site.links.reports_folder());
        let pairs = vec![
            ("reports", reports.into()),
            ("intro", safe(&intro)),
            ("stats_url", site.links.link(&UrlPath::folder("stats")).into()),
        ];
        ("reports.html".to_owned(), head, pairs)
    }

    fn report_title<'r>(&self, report: &'r Report<'_>) -> &'r str
    where
        'a: 'r,
    {
        match &report.text {
            ReportText::Written(at) => &self.site.record(*at).meta.title,
            ReportText::Generated(text) => &text.title,
        }
    }

    /// A report in a list.
    pub(super) fn report_entry(&self, report: &Report<'_>) -> Value {
        let site = self.site;
        let files = report_downloads(site, report.key()).into_iter().map(|(sort, url, _)| {
            map! { "sort": sort, "label": site.locale.get(sort), "url": site.links.link(&url) }
        });
        map! {
            "title": self.report_title(report),
            "url": site.links.link(&site.links.report(report.key())),
            "label": report.period.label(site.figures.reports.lang),
            "issued": report.issued.map(|issued| site.locale.date(issued.issued_on)),
            "generated": matches!(report.text, ReportText::Generated(_)),
            "downloads": files.collect::<Vec<_>>(),
        }
    }

    pub(super) fn report(&self, id: ReportId) -> BuiltView {
        let site = self.site;
        let report = &site.figures.reports.all[id];
        let period = report.period;
        let entry = self.report_entry(report);
        let body = self.bodies.report(id);
        let outline = match &report.text {
            ReportText::Written(record) => card::outline(&site.record(*record).body),
            ReportText::Generated(text) => card::outline(&text.body),
        };
        let sections: Vec<Value> = site
            .figures.reports
            .sections()
            .into_iter()
            // The tables of a bulletin are all that it says in numbers.
            .filter(|_| report.form == ReportForm::Work)
            .map(|(title, metrics)| {
                let items = metrics.into_iter().map(|metric| {
                    let figure = site.figures.reports.displayed_figure(metric, period);
                    map! { "figure": site.figures.figure_value(&figure, &self.link_fn()), "change": site.figures.change_value(&figure) }
                });
                map! { "title": title, "items": items.collect::<Vec<_>>() }
            })
            .collect();
        let ai = match &report.text {
            ReportText::Written(record) => site.locale.ai_statement(&site.record(*record).meta.ai),
            ReportText::Generated(_) => String::new(),
        };
        let code = site.report_address(report.key());
        let code = code.and_then(|address| qr_svg(&address, site.locale.get("digest_code")));
        let corrections = report.issued.map(|issued| site.figures.correction_texts(issued));
        let corrections = corrections.unwrap_or_default();
        let is_former_format = report.issued.is_some_and(|issued| issued.is_former_format);
        let all = &site.figures.reports.all.raw;
        let neighbour = |step: Option<usize>| {
            step.and_then(|index| all.get(index))
                .map(|report| self.report_entry(report))
        };
        let view = crate::site::value::with_pairs(
            &entry,
            [
                ("first", site.locale.date(period.first()).into()),
                ("last", site.locale.date(period.last()).into()),
                ("finished", (period.last() < site.today).into()),
                ("until", site.locale.date(period.last().min(site.today)).into()),
                (
                    "dated",
                    site.figures.report_day(report).map(|day| site.locale.date(day)).into(),
                ),
                ("body", safe(&body)),
                ("outline", outline),
                ("sections", sections.into()),
                ("stats_url", self.stats_link(period).into()),
                ("corrections", correction_values(corrections).into()),
                ("former_format", is_former_format.into()),
                ("ai", ai.into()),
                ("digest", site.figures.digest(report.key()).into()),
                ("code", code.map(|code| safe(&code)).into()),
                ("previous", neighbour(Some(usize::from(id) + 1)).into()),
                ("next", neighbour(usize::from(id).checked_sub(1)).into()),
            ],
        );
        (
            "report.html".to_owned(),
            self.report_head(report),
            vec![("report", view)],
        )
    }

    /// The link to a period's statistics; `None` when there is no such page.
    pub(super) fn stats_link(&self, period: Period) -> Option<String> {
        let site = self.site;
        site.figures
            .pages
            .has_stats_page(period)
            .then(|| site.links.link(&site.links.stats(period)))
    }

    fn report_head(&self, report: &Report<'_>) -> PageHead {
        let site = self.site;
        let head = match &report.text {
            ReportText::Written(at) => crate::plan::head::article_head(site, *at),
            ReportText::Generated(text) => {
                let mut head = column_head(site, &text.title, &text.body.summary, &text.title);
                head.crumbs.insert(0, self.reports_crumb());
                head
            }
        };
        let mut head = head;
        let texts = (self.report_title(report), head.description.as_str());
        head.json_ld.extend(dataset(site, report, texts));
        PageHead {
            page_kind: "report",
            ..head
        }
    }

    pub(super) fn reports_crumb(&self) -> Crumb {
        let kinds = &self.site.catalog.kinds;
        let label = kinds.label(REPORT_KIND, self.site.language()).unwrap_or_default();
        (label.to_owned(), Some(UrlPath::folder("reports")))
    }
}
