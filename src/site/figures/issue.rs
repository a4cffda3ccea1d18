//! What an issued report keeps: the answers to everything that its pages and files ask, as counted now.

use super::chart_data::{ChartData, ChartRow};
use super::figures::Figures;
use crate::config::Settings;
use crate::diag::{Diagnostic, Place};
use crate::fingerprint::hash_bytes;
use crate::messages::Lang;
use crate::metrics::{Dimension, Metric, Period, PostId, Source};
use crate::report::{
    DisplayedFigure, EvidenceGroup, EvidenceItem, Exclusion, FigureCall, FigureChanges, IssuedFigure, IssuedGroup,
    IssuedItem, IssuedPart, IssuedPost, IssuedReport, IssuedTable, NamedPost, NumberChange, Report, ReportText,
    ToldNames, exclusion_text, fields_digest, method_text, names_finding, published_finding, text_digest,
};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// The most parts of a breakdown that is kept although no page shows it. A longer one is a list of posts.
const MAX_PARTS: usize = 100;
/// Months in a sparkline.
const TREND_MONTHS: usize = 12;

impl<'a> Figures<'a> {
    /// The report on `period` as it would be issued on `day`, for `reason` when that is a correction.
    #[must_use]
    pub(crate) fn to_issued_report(
        &self,
        period: Period,
        day: Date,
        reason: Option<String>,
        settings: &Settings,
    ) -> IssuedReport {
        let (report, text) = self.reports.to_be_issued(period, settings);
        let calls = self.reports.calls_of(&report);
        let mut issue = Issue {
            figures: self,
            calls: &calls,
            named: BTreeSet::new(),
            copied: BTreeMap::new(),
        };
        let metrics = self.reports.counts.metrics.iter();
        let figures = metrics.enumerate().map(|(position, metric)| {
            let figure = self.reports.current_figure(metric, period);
            (metric.id.clone(), issue.figure(position, &figure))
        });
        let figures: BTreeMap<String, IssuedFigure> = figures.collect();
        let elsewhere = issue.elsewhere(period);
        let narrowed = issue.narrowed(period);
        let has_page = self.pages.has_stats_page(period);
        let headline = self.pages.headline_metrics.iter().filter(|_| has_page);
        IssuedReport {
            file: format!("content/_frozen/{period}.yaml"),
            text_hash: 0,
            period,
            issued_on: day,
            reason,
            is_former_format: false,
            text,
            written: match report.text {
                ReportText::Written(id) => Some(self.catalog.records[id].digest.clone()),
                ReportText::Generated(_) => None,
            },
            headline: headline.map(|metric| metric.id.clone()).collect(),
            posts: issue.posts(),
            figures,
            elsewhere,
            narrowed,
            told: {
                let told = self.names_today(&calls, period).into_iter();
                told.map(|(key, names)| (key, self.names_to_keep(names))).collect()
            },
            published: if has_page {
                self.published_tables(period)
            } else {
                Vec::new()
            },
            accepted: BTreeMap::new(),
            former: Vec::new(),
        }
    }

    /// The numbers of the charts of published posts, as counted now.
    fn published_tables(&self, period: Period) -> Vec<IssuedTable> {
        let charts = self.posts_charts(period);
        let row = |row: &ChartRow| {
            let values = row.values.iter().map(|value| value.unwrap_or_default());
            (row.key.clone(), row.label.clone(), values.collect())
        };
        let table = |chart: &ChartData| IssuedTable {
            name: chart.name.clone(),
            total: chart.total.unwrap_or_default(),
            series: chart.series.clone(),
            rows: chart.rows.iter().map(row).collect(),
        };
        charts.iter().map(table).collect()
    }

    /// The findings about issued reports of which calls of `names` would tell something else today.
    pub(super) fn names_findings(&self) -> Vec<Diagnostic> {
        let reports = self.reports.all.iter();
        let issued = reports.filter_map(|report| Some((report, report.issued?)));
        let finding = |(report, issued): (&Report<'a>, &IssuedReport)| {
            let today = self.names_today(&self.reports.calls_of(report), report.period);
            let told = today.into_iter().filter_map(|(key, now)| {
                let former = self.names_as_issued(issued, issued.told.get(&key)?);
                Some(ToldNames {
                    key,
                    former: former.text(),
                    now: now.text(),
                })
            });
            let file = match &report.text {
                ReportText::Written(id) => self.catalog.records[*id].path.as_str(),
                ReportText::Generated(_) => issued.file.as_str(),
            };
            names_finding(issued, &told.collect::<Vec<_>>(), file)
        };
        issued.filter_map(finding).collect()
    }

    /// The findings about charts of published posts whose numbers changed since the issue.
    pub(super) fn published_findings(&self) -> Vec<Diagnostic> {
        let reports = self
            .pages
            .stats_periods
            .iter()
            .filter_map(|period| self.reports.issued(*period));
        let issued = reports.filter(|issued| !issued.published.is_empty());
        issued
            .filter_map(|issued| {
                let today = self.published_tables(issued.period);
                published_finding(issued, published_changes(&issued.published, &today))
            })
            .collect()
    }
}

/// Gathers what a report keeps.
struct Issue<'i, 'a> {
    figures: &'i Figures<'a>,
    /// The calls for figures in the report's text.
    calls: &'i [FigureCall<'a>],
    /// The posts that the report names.
    named: BTreeSet<PostId>,
    /// Posts that another issued report names, with its figure.
    copied: BTreeMap<String, IssuedPost>,
}

impl<'a> Issue<'_, 'a> {
    fn figure(&mut self, position: usize, figure: &DisplayedFigure<'a>) -> IssuedFigure {
        let reports = &self.figures.reports;
        let (metric, lang) = (figure.metric, reports.lang);
        let (left_out, drafts) = self.left_out(figure);
        let items: Vec<IssuedItem> = figure.evidence.iter().map(|item| self.item(figure, item)).collect();
        let groups = reports.evidence_groups(figure).unwrap_or_default();
        let group = |group: EvidenceGroup<'a>| IssuedGroup {
            key: group.key,
            label: group.label,
            items: group.items.iter().map(|item| self.item(figure, item).key).collect(),
        };
        let groups = groups.into_iter().map(group).collect();
        let mut cells = BTreeMap::new();
        for (by, split) in self.split_calls(figure) {
            let key = (by.name().to_owned(), split.name().to_owned());
            cells.insert(key, reports.cells(figure, &by, &split));
        }
        IssuedFigure {
            position,
            metric: None,
            label: metric.label.get(lang.tag()).to_owned(),
            unit: metric.unit.get(lang.tag()).to_owned(),
            singular_unit: match lang {
                Lang::Zh => String::new(),
                Lang::En => metric.singular_unit.clone(),
            },
            source: source_name(metric),
            method: method_text(metric, &reports.counts, lang),
            value: figure.value,
            previous: figure.previous.base,
            year_earlier: figure.year_earlier.base,
            items,
            groups,
            left_out,
            drafts,
            breakdowns: self.breakdowns(figure),
            days: (!metric.is_stock()).then(|| reports.values_by_day(figure)),
            cells,
            trend: self.trend(figure),
            target: reports.target(figure).cloned(),
            place: Place::whole_file(""),
        }
    }

    fn item(&mut self, figure: &DisplayedFigure<'a>, item: &EvidenceItem<'a>) -> IssuedItem {
        let (key, day, row) = match item {
            EvidenceItem::Post { post, day, .. } => {
                self.named.insert(*post);
                let post = self.figures.reports.counts.posts.post(*post);
                let day = (post.day() != Some(*day)).then_some(*day);
                (post.record.path.to_string(), day, None)
            }
            EvidenceItem::Row(row) => {
                let issued = self.figures.row_as_issued(figure.metric, row);
                (row.id.clone(), None, Some(issued))
            }
            EvidenceItem::Issued(issued) => {
                let row = issued.row.as_deref().cloned();
                (issued.key.to_owned(), issued.day, row)
            }
        };
        IssuedItem {
            key,
            amount: item.amount(),
            day,
            row,
        }
    }

    /// The posts that a figure left out, with the reason, and the number of drafts. A draft's title is not public.
    fn left_out(&mut self, figure: &DisplayedFigure<'a>) -> (Vec<(String, String)>, usize) {
        let reports = &self.figures.reports;
        let mut left_out = Vec::new();
        let mut drafts = 0;
        for exclusion in reports.exclusions(figure) {
            let Exclusion::ByRule(excluded) = exclusion else {
                continue;
            };
            let post = reports.counts.posts.post(excluded.post);
            if post.withheld {
                drafts += 1;
                continue;
            }
            let named = std::cell::RefCell::new(vec![excluded.post]);
            let name = |post: NamedPost<'_>| match post {
                NamedPost::Today(id) => {
                    named.borrow_mut().push(id);
                    format!("{{{}}}", reports.counts.posts.post(id).record.path)
                }
                NamedPost::Issued { path, .. } => path.to_owned(),
            };
            let reason = exclusion_text(reports, figure.metric, &exclusion, reports.lang, &name);
            left_out.push((post.record.path.to_string(), reason));
            self.named.extend(named.into_inner());
        }
        (left_out, drafts)
    }

    fn breakdowns(&self, figure: &DisplayedFigure<'a>) -> BTreeMap<String, Vec<IssuedPart>> {
        let reports = &self.figures.reports;
        let shown = self.shown_dimensions(figure);
        let mut breakdowns = BTreeMap::new();
        for name in Dimension::names(figure.metric, &reports.counts) {
            let Ok(by) = Dimension::parse(name, figure.metric, &reports.counts) else {
                continue;
            };
            let parts = reports.parts(figure, &by);
            if parts.len() > MAX_PARTS && !shown.contains(name) && by != Dimension::Month {
                continue;
            }
            let part = |part: crate::report::FigurePart| IssuedPart {
                key: part.key,
                label: Some(part.label),
                value: part.value,
            };
            breakdowns.insert(name.to_owned(), parts.into_iter().map(part).collect());
        }
        breakdowns
    }

    fn calls_for<'c>(&'c self, figure: &'c DisplayedFigure<'a>) -> impl Iterator<Item = &'c FigureCall<'a>> {
        let is_of = |metric: &Metric| metric.id == figure.metric.id;
        let is_same =
            move |call: &&FigureCall<'a>| call.period == figure.period && call.metrics().into_iter().any(is_of);
        self.calls.iter().filter(is_same)
    }

    fn shown_dimensions(&self, figure: &DisplayedFigure<'a>) -> BTreeSet<String> {
        let dimensions = self.calls_for(figure).flat_map(FigureCall::dimensions);
        dimensions.map(|by| by.name().to_owned()).collect()
    }

    /// The dimensions of which the text shows the parts of parts of a figure.
    fn split_calls(&self, figure: &DisplayedFigure<'a>) -> Vec<(Dimension, Dimension)> {
        let known = Dimension::names(figure.metric, &self.figures.reports.counts);
        let is_known = |by: &Dimension| known.contains(&by.name());
        let calls = self.calls_for(figure).flat_map(FigureCall::cross_dimensions);
        let calls = calls.filter(|(by, split)| is_known(by) && is_known(split));
        calls.map(|(by, split)| (by.clone(), split.clone())).collect()
    }

    /// The figures of other periods that the text calls for. Those of an issued period are kept as issued.
    fn elsewhere(&mut self, own: Period) -> BTreeMap<(Period, String), IssuedFigure> {
        let mut wanted: Vec<(Period, &'a Metric)> = Vec::new();
        for call in self.calls.iter().filter(|call| call.period != own) {
            let mut metrics = call.metrics();
            self.figures.reports.counts.add_operands(&mut metrics);
            wanted.extend(metrics.into_iter().map(|metric| (call.period, metric)));
        }
        let mut all = BTreeMap::new();
        for (position, (period, metric)) in wanted.into_iter().enumerate() {
            let reports = &self.figures.reports;
            let issued = reports.issued(period);
            let figure = match issued.and_then(|report| Some((report, report.figures.get(&metric.id)?))) {
                Some((report, figure)) if !report.is_former_format => {
                    let paths = figure.items.iter().map(|item| &item.key);
                    let paths = paths.chain(figure.left_out.iter().map(|(path, _)| path));
                    let posts = paths.filter_map(|path| Some((path.clone(), report.posts.get(path)?.clone())));
                    self.copied.extend(posts);
                    figure.clone()
                }
                _ => self.figure(position, &reports.current_figure(metric, period)),
            };
            all.insert((period, metric.id.clone()), IssuedFigure { position, ..figure });
        }
        all
    }

    /// The figures that the text narrows by `where`.
    fn narrowed(&mut self, own: Period) -> BTreeMap<String, IssuedFigure> {
        let mut all = BTreeMap::new();
        for call in self.calls {
            for metric in call.metrics() {
                let Some(key) = call.narrowed_key(metric) else { continue };
                let figure = self.figures.reports.called_figure_today(call, metric, own);
                let position = all.len();
                all.insert(key, self.figure(position, &figure));
            }
        }
        all
    }

    /// The months up to the period's end, of a metric that a statistics page shows with a line.
    fn trend(&self, figure: &DisplayedFigure<'a>) -> Vec<Option<Decimal>> {
        let headline = &self.figures.pages.headline_metrics;
        let is_shown = headline.iter().any(|metric| metric.id == figure.metric.id);
        if !is_shown
            || !figure.filter().is_empty()
            || figure.metric.is_stock()
            || !self.figures.pages.has_stats_page(figure.period)
        {
            return Vec::new();
        }
        self.figures.trend(figure.metric, figure.period)
    }

    /// The posts that the report names, in their order.
    fn posts(&self) -> BTreeMap<String, IssuedPost> {
        let figures = self.figures;
        let posts = &figures.reports.counts.posts;
        let issued_post = |(position, id): (usize, &PostId)| {
            let post = posts.post(*id);
            let record = post.record;
            let village = record.meta.village.as_deref();
            let village = village
                .and_then(|id| figures.terms.village_name(id))
                .unwrap_or_default();
            let issued = IssuedPost {
                position,
                title: record.meta.title.clone(),
                date: post.day(),
                kind: record.kind.clone(),
                village: village.to_owned(),
                note: figures.post_note(*id),
                digest: text_digest(record),
                fields: fields_digest(record),
            };
            (record.path.to_string(), issued)
        };
        let mut all: BTreeMap<String, IssuedPost> = self.named.iter().enumerate().map(issued_post).collect();
        for (path, post) in &self.copied {
            let position = all.len();
            all.entry(path.clone()).or_insert_with(|| IssuedPost {
                position,
                ..post.clone()
            });
        }
        all
    }
}

impl<'a> Figures<'a> {
    /// A metric in the twelve months up to the end of a period.
    pub(crate) fn trend(&self, metric: &'a Metric, period: Period) -> Vec<Option<Decimal>> {
        let mut months = vec![Period::month_of(period.last().min(self.reports.today))];
        while months.len() < TREND_MONTHS {
            months.push(months[months.len() - 1].previous());
        }
        let months = months.iter().rev();
        months.map(|month| self.reports.counts.value(metric, *month)).collect()
    }
}

/// What a metric is counted from, as in its definition.
fn source_name(metric: &Metric) -> String {
    match &metric.source {
        Source::Kinds(kinds) => kinds.join("+"),
        Source::Roster(roster) => format!("roster:{roster}"),
        Source::Metrics(ids) => ids.join("/"),
    }
}

/// The changes of the charts of published posts. Their figure is the number of all posts.
fn published_changes(former: &[IssuedTable], today: &[IssuedTable]) -> FigureChanges<'static> {
    let cells = |tables: &[IssuedTable]| {
        let rows = tables
            .iter()
            .flat_map(|table| table.rows.iter().map(move |row| (table, row)));
        let cells = rows.flat_map(|(table, (key, _, values))| {
            let series = table.series.iter().zip(values);
            series.map(move |(series, value)| {
                let key = match table.series.len() {
                    1 => key.clone(),
                    _ => format!("{key} / {series}"),
                };
                ((table.name.clone(), key), *value)
            })
        });
        cells.filter(|(_, value)| !value.is_zero()).collect::<BTreeMap<_, _>>()
    };
    let sum = |tables: &[IssuedTable]| Some(tables.first().map_or(Decimal::ZERO, |table| table.total));
    let (before, after) = (cells(former), cells(today));
    let keys: BTreeSet<&(String, String)> = before.keys().chain(after.keys()).collect();
    let changes = keys.into_iter().filter_map(|key| {
        let value = |cells: &BTreeMap<(String, String), Decimal>| Some(cells.get(key).copied().unwrap_or_default());
        NumberChange::new(&key.0, &key.1, value(&before), value(&after))
    });
    FigureChanges {
        former: sum(former),
        now: sum(today),
        numbers: changes.collect(),
        posts: Vec::new(),
        check: format!("{:016x}", hash_bytes(format!("{after:?}").as_bytes()))[..8].to_owned(),
        accepted: None,
    }
}
