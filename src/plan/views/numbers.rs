//! Statistics pages, reports, and the posts behind a figure.

use super::{Maker, Parts};
use crate::metrics::{Metric, Period};
use crate::paths::UrlPath;
use crate::plan::card;
use crate::plan::head::{Crumb, Head, column};
use crate::plan::listing::{chart_csv, downloads};
use crate::plan::numbers::Link;
use crate::plan::value::{map, safe};
use crate::plan::words::datetime;
use crate::report::{Behind, LeftOut, Report, Text, amount, method, why};
use crate::schema::Moment;
use std::collections::BTreeSet;
use tera::Value;

/// Figures in the home page's band.
const HOME_FIGURES: usize = 6;
/// The figures that come first there.
const HOME_FIRST: [&str; 6] = [
    "role-model.all",
    "volunteer.sessions",
    "volunteer.hours",
    "video.all",
    "coverage.all",
    "response.answered",
];
/// Months in a spark line.
const SPARK_MONTHS: usize = 12;

impl<'a> Maker<'a> {
    fn link(&self) -> impl Fn(&UrlPath) -> String + 'a {
        let base = &self.site.base;
        |url| base.link(url)
    }

    /// A figure with its change and the months up to the period's end.
    fn tile(&self, metric: &'a Metric, period: Period) -> Value {
        let site = self.site;
        let shown = site.reports.shown(metric, period);
        map! {
            "figure": site.figure_value(&shown, &self.link()),
            "change": site.change_value(&shown),
            "spark": self.spark(metric, period),
        }
    }

    /// The twelve months up to the end of a period; none for metrics that change with the roster alone.
    fn spark(&self, metric: &'a Metric, period: Period) -> Option<Value> {
        if metric.is_stock() {
            return None;
        }
        let mut months = vec![Period::month_of(period.last())];
        while months.len() < SPARK_MONTHS {
            months.push(months[months.len() - 1].before());
        }
        let value = |month: &Period| {
            let figure = self.site.reports.counts.figure(metric, *month);
            rust_decimal::prelude::ToPrimitive::to_f64(&figure.value).unwrap_or_default()
        };
        let chart = crate::chart::Chart {
            title: String::new(),
            desc: String::new(),
            unit: String::new(),
            shape: crate::chart::Shape::Spark(months.iter().rev().map(value).collect()),
        };
        Some(safe(&crate::chart::svg(
            &chart,
            &format!("spark-{}", metric.id.replace('.', "-")),
        )))
    }

    fn tiles(&self, period: Period) -> Vec<Value> {
        self.site
            .numbers
            .headline
            .iter()
            .map(|metric| self.tile(metric, period))
            .collect()
    }

    /// The half-year that is current for a reader: that of the latest post.
    fn latest_half(&self) -> Option<Period> {
        let halves = self
            .site
            .numbers
            .stats
            .iter()
            .filter(|period| matches!(period, Period::Half(..)));
        halves.max_by_key(|period| period.last()).copied()
    }

    /// The band of the home page.
    pub(super) fn home_numbers(&self) -> Option<Value> {
        let period = self.latest_half()?;
        let filled = |metric: &&&'a Metric| !self.site.reports.shown(metric, period).value.is_zero();
        // What a town counts of its own accord, it wants to show; then what a visitor asks first.
        let place = |metric: &&&'a Metric| HOME_FIRST.iter().position(|id| *id == metric.id);
        let is_own = |metric: &&&'a Metric| !metric.places.is_empty();
        let mut chosen: Vec<&&'a Metric> = self.site.numbers.headline.iter().filter(filled).collect();
        chosen.sort_by_key(|metric| (!is_own(metric), place(metric).unwrap_or(HOME_FIRST.len())));
        let items: Vec<Value> = chosen
            .into_iter()
            .take(HOME_FIGURES)
            .map(|metric| self.tile(metric, period))
            .collect();
        (!items.is_empty()).then(|| {
            map! {
                "label": period.label(self.site.reports.lang),
                "url": self.site.base.link(&self.site.stats_address(period)),
                "items": items,
            }
        })
    }

    /// The latest report, for the home page.
    pub(super) fn home_report(&self) -> Option<Value> {
        self.site.reports.all.first().map(|report| self.report_entry(report))
    }

    pub(super) fn stats_index(&self) -> Parts {
        let site = self.site;
        let title = site.words.get("stats");
        let head = Head {
            sort: "stats",
            ..column(site, title, "", title)
        };
        let latest = self.latest_half();
        let periods: Vec<Value> = site
            .numbers
            .stats
            .iter()
            .map(|&period| self.period_row(period))
            .collect();
        let columns: Vec<Value> = site
            .numbers
            .headline
            .iter()
            .map(|metric| map! { "label": metric.label.get(site.language()), "unit": metric.unit.get(site.language()) })
            .collect();
        let stats = map! {
            "title": title,
            "headline": latest.map(|period| self.tiles(period)).unwrap_or_default(),
            "headline_label": latest.map(|period| period.label(site.reports.lang)),
            "headline_url": latest.map(|period| site.base.link(&site.stats_address(period))),
            "periods": periods,
            "columns": columns,
            "charts": Vec::<Value>::new(),
        };
        ("stats-index.html".to_owned(), head, vec![("stats", stats)])
    }

    fn period_row(&self, period: Period) -> Value {
        let site = self.site;
        let cells = site.numbers.headline.iter().map(|metric| {
            let shown = site.reports.shown(metric, period);
            site.figure_value(&shown, &self.link())
        });
        map! {
            "label": period.label(site.reports.lang),
            "url": site.base.link(&site.stats_address(period)),
            "report_url": site.reports.get(period).map(|_| site.base.link(&site.report_address(period))),
            "level": match period { Period::Year(_) => 0, Period::Half(..) => 1, _ => 2 },
            "cells": cells.collect::<Vec<_>>(),
        }
    }

    pub(super) fn stats(&self, period: Period) -> Parts {
        let site = self.site;
        let lang = site.reports.lang;
        let title = site.words.fill("stats_title", &[("period", &period.label(lang))]);
        let mut head = Head {
            sort: "stats",
            ..column(site, &title, "", site.words.get("stats"))
        };
        head.crumbs
            .insert(0, (site.words.get("stats").to_owned(), Some(UrlPath::folder("stats"))));
        let charts: Vec<Value> = site
            .stats_charts(period)
            .iter()
            .map(|chart| {
                let id = format!("chart-{}", chart.name);
                chart.value(site, &id, Some(&chart_csv(site, period, &chart.name)), &self.link())
            })
            .collect();
        let year = period.last().year();
        let same_sort = |other: &&Period| std::mem::discriminant(*other) == std::mem::discriminant(&period);
        let near: Vec<Period> = site.numbers.stats.iter().filter(same_sort).copied().collect();
        let before = near
            .iter()
            .filter(|other| other.last() < period.first())
            .max_by_key(|other| other.last());
        let after = near
            .iter()
            .filter(|other| other.first() > period.last())
            .min_by_key(|other| other.first());
        let report = site.reports.get(period);
        let stats = map! {
            "title": title,
            "label": period.label(lang),
            "period": period.to_string(),
            "first": site.words.date(period.first()),
            "last": site.words.date(period.last()),
            "finished": period.last() < site.today,
            "headline": self.tiles(period),
            "charts": charts,
            "years": self.period_links(|other| matches!(other, Period::Year(_)), period),
            "parts": self.period_links(|other| !matches!(other, Period::Year(_)) && other.last().year() == year, period),
            "previous": before.map(|&other| self.period_link(other, period)),
            "next": after.map(|&other| self.period_link(other, period)),
            "report": report.map(|report| self.report_entry(report)),
        };
        ("stats.html".to_owned(), head, vec![("stats", stats)])
    }

    fn period_links(&self, chosen: impl Fn(Period) -> bool, current: Period) -> Vec<Value> {
        let periods = self.site.numbers.stats.iter().filter(|period| chosen(**period));
        periods.map(|&period| self.period_link(period, current)).collect()
    }

    fn period_link(&self, period: Period, current: Period) -> Value {
        map! {
            "label": period.label(self.site.reports.lang),
            "url": self.site.base.link(&self.site.stats_address(period)),
            "current": period == current,
        }
    }

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
            .reports
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

    fn report_title(&self, report: &'a Report<'a>) -> &'a str {
        match &report.text {
            Text::Written(at) => &self.site.record(*at).meta.title,
            Text::Generated(text) => &text.title,
        }
    }

    /// A report in a list.
    fn report_entry(&self, report: &'a Report<'a>) -> Value {
        let site = self.site;
        let files = downloads(site, report.period).into_iter().map(|(sort, url, _)| {
            map! { "sort": sort, "label": site.words.get(sort), "url": site.base.link(&url) }
        });
        map! {
            "title": self.report_title(report),
            "url": site.base.link(&site.report_address(report.period)),
            "label": report.period.label(site.reports.lang),
            "issued": report.issued.map(|frozen| site.words.date(frozen.issued)),
            "generated": matches!(report.text, Text::Generated(_)),
            "downloads": files.collect::<Vec<_>>(),
        }
    }

    pub(super) fn report(&self, at: usize) -> Parts {
        let site = self.site;
        let report = &site.reports.all[at];
        let period = report.period;
        let entry = self.report_entry(report);
        let body = self.texts.report(at);
        let outline = match &report.text {
            Text::Written(at) => card::outline(&site.record(*at).body),
            Text::Generated(text) => card::outline(&text.body),
        };
        let sections: Vec<Value> = site
            .reports
            .sections()
            .into_iter()
            .map(|(title, metrics)| {
                let items = metrics.into_iter().map(|metric| {
                    let shown = site.reports.shown(metric, period);
                    map! { "figure": site.figure_value(&shown, &self.link()), "change": site.change_value(&shown) }
                });
                map! { "title": title, "items": items.collect::<Vec<_>>() }
            })
            .collect();
        let neighbour = |step: Option<usize>| {
            step.and_then(|at| site.reports.all.get(at))
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
    fn stats_link(&self, period: Period) -> Option<String> {
        let site = self.site;
        site.numbers
            .has_stats(period)
            .then(|| site.base.link(&site.stats_address(period)))
    }

    fn report_head(&self, report: &'a Report<'a>) -> Head {
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

    fn reports_crumb(&self) -> Crumb {
        let kind = self.site.catalog.kinds.get(crate::report::REPORT);
        let label = kind.map_or("", |kind| kind.labels.get(self.site.language()));
        (label.to_owned(), Some(UrlPath::folder("reports")))
    }

    pub(super) fn evidence(&self, period: Period, id: &str) -> Parts {
        let site = self.site;
        let Some(metric) = site.reports.counts.metrics.get(id) else {
            return self.not_found();
        };
        let lang = site.reports.lang;
        let shown = site.reports.shown(metric, period);
        let link = self.link();
        let label = metric.label.get(site.language());
        let report = site.reports.get(period).map(|report| self.report_entry(report));
        let title = site
            .words
            .fill("evidence_title", &[("label", label), ("period", &period.label(lang))]);
        let (named, drafts): (Vec<LeftOut>, Vec<LeftOut>) = site
            .reports
            .left_out(&shown)
            .into_iter()
            .partition(|left| self.may_be_named(left));
        let days = [
            ("first", site.words.date(period.first())),
            ("last", site.words.date(period.last())),
        ];
        let days = days.each_ref().map(|(name, day)| (*name, day.as_str()));
        let how = method(metric, site.reports.counts, lang) + &site.words.fill("counted_over", &days);
        let rows = shown.behind.iter().filter_map(|behind| match behind {
            Behind::Row(row) => Some(self.roster_row(metric, row)),
            _ => None,
        });
        let items = shown.behind.iter().filter(|behind| !matches!(behind, Behind::Row(_)));
        let evidence = map! {
            "figure": site.figure_value(&shown, &link),
            "change": site.change_value(&shown),
            "value": amount(shown.value, metric, lang),
            "how": how,
            "items": items.map(|behind| site.behind_value(&shown, behind, &link)).collect::<Vec<_>>(),
            "rows": rows.collect::<Vec<_>>(),
            "left_out": named.iter().map(|left| self.left_out(metric, left, &link)).collect::<Vec<_>>(),
            "drafts": drafts.len(),
            "report": report,
            "stats_url": self.stats_link(period),
            "issued": shown.issued.map(|day| site.words.date(day)),
            "total": shown.behind.len(),
        };
        let mut head = Head {
            sort: "evidence",
            ..column(site, &title, "", label)
        };
        head.crumbs = vec![(label.to_owned(), None)];
        head.crumbs.insert(
            0,
            match site.reports.get(period) {
                Some(_) => (period.label(lang), Some(site.report_address(period))),
                None => (
                    period.label(lang),
                    site.numbers.has_stats(period).then(|| site.stats_address(period)),
                ),
            },
        );
        head.crumbs.insert(
            0,
            match site.reports.get(period) {
                Some(_) => self.reports_crumb(),
                None => (site.words.get("stats").to_owned(), Some(UrlPath::folder("stats"))),
            },
        );
        ("evidence.html".to_owned(), head, vec![("evidence", evidence)])
    }

    /// The title of a draft is nobody's business until it is published; that there is one is.
    fn may_be_named(&self, left: &LeftOut) -> bool {
        !self.site.reports.counts.pool.post(left.item()).withheld
    }

    fn left_out(&self, metric: &Metric, left: &LeftOut, link: Link<'_>) -> Value {
        let pool = &self.site.reports.counts.pool;
        let title = |item| {
            self.site
                .words
                .fill("quoted", &[("text", &pool.post(item).record.meta.title)])
        };
        crate::plan::value::extended(
            &self.site.item_value(left.item(), None, String::new(), link),
            [(
                "reason",
                why(self.site.reports, metric, left, self.site.reports.lang, &title).into(),
            )],
        )
    }

    /// A roster's row: its name, its page, and the columns that the metric asks for.
    fn roster_row(&self, metric: &Metric, row: &crate::schema::Row) -> Value {
        let site = self.site;
        let roster = match &metric.of {
            crate::metrics::Source::Roster(name) => name.as_str(),
            crate::metrics::Source::Kind(_) => "",
        };
        let has_page = matches!(roster, "villages" | "teams");
        let day = |key: &str, date: Option<jiff::civil::Date>| {
            date.map(|date| {
                site.words
                    .fill(key, &[("date", &datetime(Moment { date, time: None }))])
            })
        };
        let village = row
            .text("village")
            .and_then(|id| site.roster_name("villages", &id).map(str::to_owned));
        let asked: BTreeSet<&str> = metric
            .conditions
            .iter()
            .map(|condition| condition.field.as_str())
            .collect();
        let asked = asked
            .into_iter()
            .filter(|column| *column != "village")
            .filter_map(|column| row.text(column));
        let notes = village
            .into_iter()
            .chain(asked)
            .chain(day("since", row.since))
            .chain(day("until", row.until));
        map! {
            "name": row.name.as_str(),
            "url": has_page.then(|| site.base.link(&site.term_address(roster, &row.id))),
            "note": notes.collect::<Vec<_>>().join(" · "),
        }
    }
}
