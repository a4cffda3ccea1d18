//! Work reports and their list.

use super::{Maker, Parts};
use crate::metrics::Period;
use crate::paths::UrlPath;
use crate::plan::card;
use crate::plan::head::{Crumb, Head, column};
use crate::plan::listing::downloads;
use crate::plan::value::{map, safe};
use crate::report::{Report, Text};
use tera::Value;

impl<'v, 'a> Maker<'v, 'a> {
    pub(super) fn reports(&self) -> Parts {
        let site = self.site;
        let kind = site.catalog.kinds.get(crate::report::REPORT);
        let label = kind.map_or("", |kind| kind.labels.get(site.language()));
        let section = site.catalog.sections.get(site.reports_folder());
        let title = section
            .map(|section| section.title.as_str())
            .filter(|title| !title.is_empty())
            .unwrap_or(label);
        let head = Head {
            sort: "reports",
            ..column(site, title, section.map_or("", |section| &section.description), label)
        };
        let reports: Vec<Value> = site
            .reports()
            .all
            .iter()
            .map(|report| self.report_entry(report))
            .collect();
        let intro = self.texts.section(site.reports_folder());
        let pairs = vec![
            ("reports", reports.into()),
            ("intro", safe(&intro)),
            ("stats_url", site.base.link(&UrlPath::folder("stats")).into()),
        ];
        ("reports.html".to_owned(), head, pairs)
    }

    fn report_title<'r>(&self, report: &'r Report<'_>) -> &'r str
    where
        'a: 'r,
    {
        match &report.text {
            Text::Written(at) => &self.site.record(*at).meta.title,
            Text::Generated(text) => &text.title,
        }
    }

    /// A report in a list.
    pub(super) fn report_entry(&self, report: &Report<'_>) -> Value {
        let site = self.site;
        let files = downloads(site, report.period).into_iter().map(|(sort, url, _)| {
            map! { "sort": sort, "label": site.words.get(sort), "url": site.base.link(&url) }
        });
        map! {
            "title": self.report_title(report),
            "url": site.base.link(&site.report_address(report.period)),
            "label": report.period.label(site.reports().lang),
            "issued": report.issued.map(|frozen| site.words.date(frozen.issued)),
            "generated": matches!(report.text, Text::Generated(_)),
            "downloads": files.collect::<Vec<_>>(),
        }
    }

    pub(super) fn report(&self, at: usize) -> Parts {
        let site = self.site;
        let report = &site.reports().all[at];
        let period = report.period;
        let entry = self.report_entry(report);
        let body = self.texts.report(at);
        let outline = match &report.text {
            Text::Written(at) => card::outline(&site.record(*at).body),
            Text::Generated(text) => card::outline(&text.body),
        };
        let sections: Vec<Value> = site
            .reports()
            .sections()
            .into_iter()
            .map(|(title, metrics)| {
                let items = metrics.into_iter().map(|metric| {
                    let shown = site.reports().shown(metric, period);
                    map! { "figure": site.figure_value(&shown, &self.link()), "change": site.change_value(&shown) }
                });
                map! { "title": title, "items": items.collect::<Vec<_>>() }
            })
            .collect();
        let neighbour = |step: Option<usize>| {
            step.and_then(|at| site.reports().all.get(at))
                .map(|report| self.report_entry(report))
        };
        let view = crate::plan::value::extended(
            &entry,
            [
                ("first", site.words.date(period.first()).into()),
                ("last", site.words.date(period.last()).into()),
                ("finished", (period.last() < site.today).into()),
                ("dated", site.report_day(report).map(|day| site.words.date(day)).into()),
                ("body", safe(&body)),
                ("outline", outline),
                ("sections", sections.into()),
                ("stats_url", self.stats_link(period).into()),
                ("previous", neighbour(Some(at + 1)).into()),
                ("next", neighbour(at.checked_sub(1)).into()),
            ],
        );
        (
            "report.html".to_owned(),
            self.report_head(report),
            vec![("report", view)],
        )
    }

    /// The link to a period's statistics, where it has a page of them.
    pub(super) fn stats_link(&self, period: Period) -> Option<String> {
        let site = self.site;
        site.numbers()
            .has_stats(period)
            .then(|| site.base.link(&site.stats_address(period)))
    }

    fn report_head(&self, report: &Report<'_>) -> Head {
        let site = self.site;
        let head = match &report.text {
            Text::Written(at) => crate::plan::head::article(site, *at),
            Text::Generated(text) => {
                let mut head = column(site, &text.title, &text.body.summary, &text.title);
                head.crumbs.insert(0, self.reports_crumb());
                head
            }
        };
        Head { sort: "report", ..head }
    }

    pub(super) fn reports_crumb(&self) -> Crumb {
        let kind = self.site.catalog.kinds.get(crate::report::REPORT);
        let label = kind.map_or("", |kind| kind.labels.get(self.site.language()));
        (label.to_owned(), Some(UrlPath::folder("reports")))
    }
}
