//! The views of statistics pages, and the figures of the home page.

use super::{BuiltView, ViewBuilder};
use crate::metrics::{Metric, Period};
use crate::paths::UrlPath;
use crate::plan::head::{PageHead, column_head};
use crate::plan::listing::chart_csv_address;
use crate::report::{ReportKey, format_period};
use crate::site::value::{map, safe};
use tera::Value;

/// The most figures on the home page.
const HOME_FIGURES: usize = 6;
/// The metrics that come first there, after a town's own.
const HOME_FIGURE_ORDER: [&str; 6] = [
    "role-model.all",
    "volunteer.sessions",
    "volunteer.hours",
    "video.all",
    "coverage.all",
    "response.answered",
];

impl<'v, 'a> ViewBuilder<'v, 'a> {
    pub(super) fn link_fn(&self) -> impl Fn(&UrlPath) -> String + 'v {
        let base = &self.site.links.base;
        |url| base.link(url)
    }

    /// A figure with its change and the sparkline of the months up to the period's end.
    fn tile(&self, metric: &'a Metric, period: Period) -> Value {
        let site = self.site;
        let figure = site.figures.reports.displayed_figure(metric, period);
        map! {
            "figure": site.figures.figure_value(&figure, &self.link_fn()),
            "change": site.figures.change_value(&figure),
            "target": site.figures.reports.target_text(&figure, None),
            "spark": self.sparkline(metric, period),
        }
    }

    /// The twelve months up to the end of a period. `None` for metrics that change only with a roster.
    fn sparkline(&self, metric: &'a Metric, period: Period) -> Option<Value> {
        if metric.is_stock() {
            return None;
        }
        let figures = &self.site.figures;
        let issued = figures.reports.displayed_figure(metric, period).issued_trend();
        let values = issued.map_or_else(|| figures.trend(metric, period), <[_]>::to_vec);
        let value = |value: &Option<rust_decimal::Decimal>| rust_decimal::prelude::ToPrimitive::to_f64(&(*value)?);
        let chart = crate::chart::Chart {
            title: String::new(),
            desc: String::new(),
            unit: String::new(),
            shape: crate::chart::ChartShape::Sparkline(values.iter().map(value).collect()),
        };
        Some(safe(&crate::chart::svg(
            &chart,
            &format!("spark-{}", metric.id.replace('.', "-")),
        )))
    }

    fn tiles(&self, period: Period) -> Vec<Value> {
        let figures = &self.site.figures;
        let metrics = &figures.reports.counts.metrics;
        let issued = figures.reports.issued(period).map(|issued| &issued.headline);
        let headline: Vec<&'a Metric> = match issued.filter(|ids| !ids.is_empty()) {
            Some(ids) => metrics.iter().filter(|metric| ids.contains(&metric.id)).collect(),
            None => figures.pages.headline_metrics.clone(),
        };
        headline.into_iter().map(|metric| self.tile(metric, period)).collect()
    }

    /// The half-year of the latest post; `None` when no post counts.
    fn latest_half(&self) -> Option<Period> {
        let halves = self
            .site
            .figures
            .pages
            .stats_periods
            .iter()
            .filter(|period| matches!(period, Period::Half(..)));
        halves.max_by_key(|period| period.last()).copied()
    }

    /// The figures of the home page; `None` when all are zero or no post counts.
    pub(super) fn home_figures(&self) -> Option<Value> {
        let period = self.latest_half()?;
        let filled = |metric: &&&'a Metric| {
            !self
                .site
                .figures
                .reports
                .displayed_figure(metric, period)
                .value
                .unwrap_or_default()
                .is_zero()
        };
        // Metrics that a town defined itself come first, then those that most visitors look for.
        let place = |metric: &&&'a Metric| HOME_FIGURE_ORDER.iter().position(|id| *id == metric.id);
        let is_own = |metric: &&&'a Metric| !metric.places.is_empty();
        let mut chosen: Vec<&&'a Metric> = self.site.figures.pages.headline_metrics.iter().filter(filled).collect();
        chosen.sort_by_key(|metric| (!is_own(metric), place(metric).unwrap_or(HOME_FIGURE_ORDER.len())));
        let items: Vec<Value> = chosen
            .into_iter()
            .take(HOME_FIGURES)
            .map(|metric| self.tile(metric, period))
            .collect();
        (!items.is_empty()).then(|| {
            map! {
                "label": format_period(period, self.site.today, self.site.figures.reports.lang),
                "url": self.site.links.link(&self.site.links.stats(period)),
                "items": items,
            }
        })
    }

    /// The latest report, for the home page; `None` when there is none.
    pub(super) fn home_report(&self) -> Option<Value> {
        self.site
            .figures
            .reports
            .all
            .first()
            .map(|report| self.report_entry(report))
    }

    pub(super) fn stats_index(&self) -> BuiltView {
        let site = self.site;
        let title = site.locale.get("stats");
        let head = PageHead {
            page_kind: "stats",
            ..column_head(site, title, &self.stats_description(""), title)
        };
        let latest = self.latest_half();
        let periods: Vec<Value> = site
            .figures
            .pages
            .stats_periods
            .iter()
            .map(|&period| self.period_row(period))
            .collect();
        let columns: Vec<Value> = site
            .figures
            .pages
            .headline_metrics
            .iter()
            .map(|metric| map! { "label": metric.label.get(site.language()), "unit": metric.unit.get(site.language()) })
            .collect();
        let stats = map! {
            "title": title,
            "headline": latest.map(|period| self.tiles(period)).unwrap_or_default(),
            "headline_label": latest.map(|period| format_period(period, site.today, site.figures.reports.lang)),
            "headline_url": latest.map(|period| site.links.link(&site.links.stats(period))),
            "periods": periods,
            "columns": columns,
        };
        ("stats-index.html".to_owned(), head, vec![("stats", stats)])
    }

    fn period_row(&self, period: Period) -> Value {
        let site = self.site;
        let cells = site.figures.pages.headline_metrics.iter().map(|metric| {
            let figure = site.figures.reports.displayed_figure(metric, period);
            site.figures.figure_value(&figure, &self.link_fn())
        });
        map! {
            "label": format_period(period, site.today, site.figures.reports.lang),
            "url": site.links.link(&site.links.stats(period)),
            "report_url": site.figures.reports.get(period).map(|_| site.links.link(&site.links.report(ReportKey::work(period)))),
            "level": match period { Period::Year(_) => 0, Period::Half(..) => 1, _ => 2 },
            "cells": cells.collect::<Vec<_>>(),
        }
    }

    /// The description of a statistics page for search engines: the names of its figures. It has no numbers, because a
    /// number needs its evidence.
    fn stats_description(&self, period: &str) -> String {
        let site = self.site;
        let labels = site.figures.pages.headline_metrics.iter();
        let labels: Vec<&str> = labels.map(|metric| metric.label.get(site.language())).collect();
        if labels.is_empty() {
            return String::new();
        }
        let labels = labels.join(site.locale.get("list_comma"));
        site.locale
            .fill("stats_description", &[("period", period), ("figures", &labels)])
    }

    pub(super) fn stats(&self, period: Period) -> BuiltView {
        let site = self.site;
        let lang = site.figures.reports.lang;
        let title = site.locale.fill("stats_title", &[("period", &period.label(lang))]);
        let mut head = PageHead {
            page_kind: "stats",
            ..column_head(
                site,
                &title,
                &self.stats_description(&period.label(lang)),
                site.locale.get("stats"),
            )
        };
        head.crumbs
            .insert(0, (site.locale.get("stats").to_owned(), Some(UrlPath::folder("stats"))));
        let charts: Vec<Value> = site
            .figures
            .stats_charts(period)
            .iter()
            .map(|chart| {
                let id = format!("chart-{}", chart.name);
                chart.template_value(
                    &site.locale,
                    &id,
                    Some(&chart_csv_address(site, period, &chart.name)),
                    &self.link_fn(),
                )
            })
            .collect();
        let year = period.last().year();
        let same_length = |other: &&Period| std::mem::discriminant(*other) == std::mem::discriminant(&period);
        let alike: Vec<Period> = site
            .figures
            .pages
            .stats_periods
            .iter()
            .filter(same_length)
            .copied()
            .collect();
        let before = alike
            .iter()
            .filter(|other| other.last() < period.first())
            .max_by_key(|other| other.last());
        let after = alike
            .iter()
            .filter(|other| other.first() > period.last())
            .min_by_key(|other| other.first());
        let report = site.figures.reports.get(period);
        let stats = map! {
            "title": title,
            "label": period.label(lang),
            "period": period.to_string(),
            "first": site.locale.date(period.first()),
            "last": site.locale.date(period.last()),
            "finished": period.last() < site.today,
            "until": site.locale.date(period.last().min(site.today)),
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
        let periods = self
            .site
            .figures
            .pages
            .stats_periods
            .iter()
            .filter(|period| chosen(**period));
        periods.map(|&period| self.period_link(period, current)).collect()
    }

    fn period_link(&self, period: Period, current: Period) -> Value {
        map! {
            "label": period.label(self.site.figures.reports.lang),
            "url": self.site.links.link(&self.site.links.stats(period)),
            "current": period == current,
            "half": matches!(period, Period::Half(..)),
        }
    }
}
