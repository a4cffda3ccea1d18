//! A report's figures as tables: one sheet per section, the data as CSV and JSON.

use super::fields::{creation_day, title};
use super::table_sheet::table_sheets;
use crate::export::sheet::{SheetCell, SheetChart, SheetColumn, Workbook, WorkbookSheet};
use crate::messages::report_text;
use crate::metrics::{Change, Metric, Period};
use crate::report::{
    CorrectedFigure, Correction, DisplayedFigure, EvidenceGroup, EvidenceItem, IssuedFigure, IssuedReport,
    NumberChange, Report, ReportForm, json_number, operands_json,
};
use crate::site::{ChartData, EvidenceEntry, Site};
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The columns of a figure.
const FIGURE_COLUMNS: [&str; 9] = [
    "indicator",
    "value",
    "unit",
    "last_period",
    "period_before",
    "last_year",
    "year_earlier",
    "evidence",
    "metric",
];
/// The columns of a post or roster row that figures counted.
const EVIDENCE_COLUMNS: [&str; 5] = ["day", "title", "kind", "village", "counted_in"];

/// The report's figures, one sheet with a chart per section, and a last sheet with the posts and rows that they
/// counted.
pub(super) fn workbook(site: &Site<'_>, report: &Report<'_>) -> Workbook {
    let mut sheets = Vec::new();
    let mut all = Vec::new();
    if report.form == ReportForm::Ranking {
        sheets = table_sheets(site, report);
        all = called_figures(site, report);
    }
    let sections = site.figures.reports.sections().into_iter();
    for (name, metrics) in sections.filter(|_| report.form == ReportForm::Work) {
        let figures = metrics
            .into_iter()
            .map(|metric| site.figures.reports.displayed_figure(metric, report.period));
        let figures: Vec<DisplayedFigure<'_>> = figures.collect();
        sheets.push(WorkbookSheet {
            name: name.to_owned(),
            columns: figure_columns(site, report.period),
            chart: chart(site, name, &figures),
            rows: figures.iter().map(|figure| figure_row(site, figure)).collect(),
        });
        all.extend(figures);
    }
    if report.form == ReportForm::Work {
        sheets.extend(table_sheets(site, report));
    }
    sheets.push(WorkbookSheet {
        name: site.locale.get("evidence").to_owned(),
        columns: columns(site, &EVIDENCE_COLUMNS),
        rows: evidence_rows(site, &all),
        chart: None,
    });
    Workbook {
        title: title(site, report).to_owned(),
        created: creation_day(site, report),
        sheets,
    }
}

/// The figures of a report's calls, each metric once.
fn called_figures<'a>(site: &'a Site<'_>, report: &Report<'a>) -> Vec<DisplayedFigure<'a>> {
    let reports = &site.figures.reports;
    let mut metrics: Vec<&Metric> = Vec::new();
    for call in reports.calls_of(report) {
        for metric in call.metrics() {
            if metrics.iter().all(|known| known.id != metric.id) {
                metrics.push(metric);
            }
        }
    }
    let figure = |metric| reports.displayed_figure(metric, report.period);
    metrics.into_iter().map(figure).collect()
}

/// A chart of the longest run of figures with one unit; `None` when no two adjacent figures share a unit.
fn chart(site: &Site<'_>, name: &str, figures: &[DisplayedFigure<'_>]) -> Option<SheetChart> {
    let unit = |figure: &DisplayedFigure<'_>| figure.metric.unit.get(&site.settings.language).to_owned();
    let mut best = 0..0;
    let mut start = 0;
    for run in figures.chunk_by(|one, next| unit(one) == unit(next)) {
        if run.len() > best.len() {
            best = start..start + run.len();
        }
        start += run.len();
    }
    let first = figures.get(best.start).filter(|_| best.len() > 1)?;
    let row = |index: usize| u32::try_from(index).ok();
    Some(SheetChart {
        title: format!("{name}（{}）", unit(first)),
        labels: 0,
        values: 1,
        rows: row(best.start)?..row(best.end)?,
    })
}

/// The columns of figures. While the period is running, the head of the numbers says up to which day they were counted.
fn figure_columns(site: &Site<'_>, period: Period) -> Vec<SheetColumn> {
    let mut columns = columns(site, &FIGURE_COLUMNS);
    let reports = &site.figures.reports;
    if period.is_running(site.today) && reports.issued(period).is_none() {
        let value = columns.iter_mut().zip(FIGURE_COLUMNS).find(|(_, key)| *key == "value");
        if let Some((column, _)) = value {
            let day = reports.lang.format_date(site.today);
            column.title = report_text(
                reports.lang,
                "period-until",
                &[("period", &column.title), ("day", &day)],
            );
        }
    }
    columns
}

fn columns(site: &Site<'_>, keys: &[&str]) -> Vec<SheetColumn> {
    let column = |key: &&str| SheetColumn {
        title: site.locale.get(key).to_owned(),
        width: None,
    };
    keys.iter().map(column).collect()
}

fn figure_row(site: &Site<'_>, figure: &DisplayedFigure<'_>) -> Vec<SheetCell> {
    let metric = figure.metric;
    let percent = |change: &Change| match change.percent.and_then(|percent| percent.to_f64()) {
        Some(percent) => SheetCell::Percent(percent / 100.0),
        // No percentage: there is no base, or it is 0.
        None => SheetCell::Percent(f64::NAN),
    };
    let evidence = evidence_link(site, figure.period, metric);
    vec![
        SheetCell::Text(metric.label.get(&site.settings.language).to_owned()),
        match (figure.value, &evidence) {
            (Some(number), Some(url)) => SheetCell::NumberLink {
                number,
                url: url.clone(),
            },
            (number, _) => number_cell(number),
        },
        SheetCell::Text(metric.unit.get(&site.settings.language).to_owned()),
        number_cell(figure.previous.base),
        percent(&figure.previous),
        number_cell(figure.year_earlier.base),
        percent(&figure.year_earlier),
        match evidence {
            Some(url) => SheetCell::Link { text: url.clone(), url },
            None => SheetCell::Empty,
        },
        SheetCell::Text(metric.id.clone()),
    ]
}

/// A number; an empty cell when there is none.
fn number_cell(number: Option<Decimal>) -> SheetCell {
    number.map_or(SheetCell::Empty, SheetCell::Number)
}

/// The evidence of the figures: each post and row once, with the figures that counted it. Posts come first, by day,
/// then rows of rosters, then what no longer exists, then the values of counts of different values.
fn evidence_rows(site: &Site<'_>, figures: &[DisplayedFigure<'_>]) -> Vec<Vec<SheetCell>> {
    // Posts by day, then everything without a day.
    type Key<'e> = (bool, Option<Date>, (usize, Cow<'e, str>, Cow<'e, str>));
    let mut entries: BTreeMap<Key<'_>, (EvidenceEntry<'_>, Vec<&str>)> = BTreeMap::new();
    let mut values: Vec<Vec<SheetCell>> = Vec::new();
    for figure in figures {
        let label = figure.metric.label.get(&site.settings.language);
        if let Some(operands) = site.figures.reports.operands(Some(figure.period), figure) {
            // Without a divisor there is nothing to compute.
            if !figure.is_of_nothing() {
                values.push(formula_cells(site, figure, &operands));
            }
            continue;
        }
        if let Some(groups) = site.figures.reports.evidence_groups(figure) {
            let groups = groups.iter().zip(1..);
            values.extend(groups.map(|(group, number)| value_cells(site, figure, (group, number))));
            continue;
        }
        for item in &figure.evidence {
            let entry = site.figures.evidence_entry(figure, item, 0);
            let day = entry.day.map(|moment| moment.date);
            let order = (entry.order.0, entry.kind.clone(), entry.order.1.clone());
            let (_, labels) = entries
                .entry((day.is_none(), day, order))
                .or_insert_with(|| (entry, Vec::new()));
            labels.push(label);
        }
    }
    let comma = site.locale.get("list_comma");
    let text = |text: &str| SheetCell::Text(text.to_owned());
    // People without a name are numbered in the order of the sheet, each roster by itself.
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    for figure in figures {
        if let Some(note) = site.figures.reports.hidden_note(figure) {
            let label = figure.metric.label.get(&site.settings.language);
            let cells = [
                SheetCell::Empty,
                SheetCell::Text(note),
                SheetCell::Empty,
                SheetCell::Empty,
            ];
            values.push(cells.into_iter().chain([SheetCell::Text(label.to_owned())]).collect());
        }
    }
    let entries = entries.into_values();
    let entries = entries.map(|(entry, labels)| {
        let title = if entry.is_unnamed {
            let number = numbers.entry(entry.kind.to_string()).or_default();
            *number += 1;
            site.figures.unnamed(*number)
        } else {
            entry.title.into_owned()
        };
        let title = match entry.page.map(|id| site.links.absolute(site.links.record(id))) {
            Some(url) => SheetCell::Link { text: title, url },
            None => SheetCell::Text(title),
        };
        vec![
            entry
                .day
                .map_or(SheetCell::Empty, |moment| SheetCell::Date(moment.date)),
            title,
            text(&entry.kind),
            text(&entry.village),
            SheetCell::Text(labels.join(comma)),
        ]
    });
    entries.chain(values).collect()
}

/// How a quotient was computed.
fn formula_cells(site: &Site<'_>, figure: &DisplayedFigure<'_>, operands: &[DisplayedFigure<'_>; 2]) -> Vec<SheetCell> {
    let language = &site.settings.language;
    let labels = operands.each_ref().map(|operand| operand.metric.label.get(language));
    let formula = site.figures.reports.quotient_formula(figure, operands);
    let name = format!("{} ÷ {}", labels[0], labels[1]);
    let values = [("name", name.as_str()), ("unit", formula.as_str())];
    vec![
        SheetCell::Empty,
        SheetCell::Text(report_text(site.figures.reports.lang, "name-with-unit", &values)),
        SheetCell::Empty,
        SheetCell::Empty,
        SheetCell::Text(figure.metric.label.get(language).to_owned()),
    ]
}

/// A value in a count of different values, with the posts or rows that give it.
fn value_cells(
    site: &Site<'_>,
    figure: &DisplayedFigure<'_>,
    (group, number): (&EvidenceGroup<'_>, usize),
) -> Vec<SheetCell> {
    let names = group
        .items
        .iter()
        .zip(1..)
        .map(|(item, number)| site.figures.evidence_entry(figure, item, number).title);
    let names = names.collect::<Vec<_>>().join(site.locale.get("list_comma"));
    let label = site.figures.group_label(figure.metric, group, number);
    let values = [("name", &*label), ("unit", names.as_str())];
    vec![
        SheetCell::Empty,
        SheetCell::Text(report_text(site.figures.reports.lang, "name-with-unit", &values)),
        SheetCell::Empty,
        SheetCell::Empty,
        SheetCell::Text(figure.metric.label.get(&site.settings.language).to_owned()),
    ]
}

fn evidence_link(site: &Site<'_>, period: Period, metric: &Metric) -> Option<String> {
    site.figures
        .evidence_address(period, metric)
        .map(|url| site.links.absolute(&url))
}

/// All figures of a period in one table.
pub(super) fn data_sheet(site: &Site<'_>, period: Period) -> WorkbookSheet {
    let metrics: Vec<&Metric> = site.figures.reports.counts.metrics.iter().collect();
    figures_sheet(site, &metrics, period)
}

/// The figures of `metrics` in a period in one table.
pub(in crate::export) fn figures_sheet(site: &Site<'_>, metrics: &[&Metric], period: Period) -> WorkbookSheet {
    let figure = |metric: &&Metric| figure_row(site, &site.figures.reports.displayed_figure(metric, period));
    WorkbookSheet {
        name: period.to_string(),
        columns: figure_columns(site, period),
        rows: metrics.iter().map(figure).collect(),
        chart: None,
    }
}

/// The numbers of a chart as rows, the head first; empty when there is no such chart.
pub(super) fn chart_rows(site: &Site<'_>, period: Period, name: &str) -> Vec<Vec<String>> {
    let Some(chart) = site
        .figures
        .stats_charts(period)
        .iter()
        .find(|chart| chart.name == name)
    else {
        return Vec::new();
    };
    let row = |row: &crate::site::ChartRow| {
        let numbers = ChartData::row_numbers(chart, row)
            .into_iter()
            // The mean of nothing is an empty cell.
            .map(|value| value.map_or_else(String::new, |value| value.normalize().to_string()));
        std::iter::once(row.label.clone()).chain(numbers).collect()
    };
    std::iter::once(chart.table_head(&site.locale))
        .chain(chart.rows.iter().map(row))
        .collect()
}

/// `{"period", "label", "title", "issued", "until", "corrections", "metrics": {ID: {"value", "unit", "label", "before",
/// "year_earlier", "evidence", "posts", "counted", "rows", "values", "ratio", "target"}}}`. Addresses are those that the
/// site's pages link to; `posts` holds those of the posts that were counted, `counted` also their titles, days and amounts
/// (`uncapped`: before a cap took some of the points), `rows` the names of roster rows, `values` the posts and rows of each
/// value in a count of different values, `ratio` the figures that a quotient divides, `target` what the figure is to reach,
/// `hidden` how many posts were counted that the site does not show.
pub(super) fn data_json(site: &Site<'_>, report: &Report<'_>) -> String {
    let metrics: Map<String, Value> = site
        .figures
        .reports
        .counts
        .metrics
        .iter()
        .map(|metric| {
            (
                metric.id.clone(),
                metric_json(site, &site.figures.reports.displayed_figure(metric, report.period)),
            )
        })
        .collect();
    let whole = json!({
        "period": report.period.to_string(),
        "label": report.period.label(site.figures.reports.lang),
        "title": title(site, report),
        "issued": report.issued.map(|issued| issued.issued_on.to_string()),
        "until": report_until(site, report).map(|day| day.to_string()),
        "corrections": report.issued.map(corrections_json).unwrap_or_default(),
        "metrics": metrics,
    });
    format!("{whole:#}\n")
}

/// The last day that was counted, when the period is not over and its figures were not issued.
fn report_until(site: &Site<'_>, report: &Report<'_>) -> Option<Date> {
    let is_running = report.period.is_running(site.today) && report.issued.is_none();
    is_running.then_some(site.today)
}

/// `[{"issued", "former", "reason", "figures": {ID: {"from", "to", "parts": [{"dimension", "key", "from", "to"}]}}}]`, the
/// newest first.
fn corrections_json(issued: &IssuedReport) -> Vec<Value> {
    let part = |number: &NumberChange| {
        json!({
            "dimension": number.dimension,
            "key": number.key,
            "from": json_number(number.former),
            "to": json_number(number.now),
        })
    };
    let value = |figure: Option<&IssuedFigure>| figure.map_or(Value::Null, |figure| json_number(figure.value));
    let figure = |figure: &CorrectedFigure<'_>| {
        let parts: Vec<Value> = figure.numbers.iter().map(part).collect();
        let (from, to) = (value(figure.former), value(figure.corrected));
        (figure.id.to_owned(), json!({ "from": from, "to": to, "parts": parts }))
    };
    let correction = |correction: Correction<'_>| {
        json!({
            "issued": correction.issued_on.to_string(),
            "former": correction.former_day.to_string(),
            "reason": correction.reason,
            "figures": correction.figures.iter().map(figure).collect::<Map<_, _>>(),
        })
    };
    issued.corrections().into_iter().map(correction).collect()
}

fn metric_json(site: &Site<'_>, figure: &DisplayedFigure<'_>) -> Value {
    let metric = figure.metric;
    let change = |change: &Change| {
        json!({
            "value": json_number(change.base),
            "percent": change.percent.map(json_number),
        })
    };
    let entries: Vec<EvidenceEntry<'_>> = figure
        .evidence
        .iter()
        .zip(1..)
        .map(|(item, number)| site.figures.evidence_entry(figure, item, number))
        .collect();
    let address = |entry: &EvidenceEntry<'_>| entry.page.map(|id| site.links.record(id).as_str().to_owned());
    let page_of = |item: &EvidenceItem<'_>| address(&site.figures.evidence_entry(figure, item, 0));
    let row_name = |(item, number): (&EvidenceItem<'_>, usize)| {
        let name = || site.figures.evidence_entry(figure, item, number).title.into_owned();
        item.is_row().then(name)
    };
    let counted = figure.evidence.iter().zip(&entries).filter(|(item, _)| !item.is_row());
    let counted = counted.map(|(item, entry)| {
        let mut counted = json!({
            "title": entry.title,
            "date": entry.day.map(|moment| moment.date.to_string()),
            "amount": json_number(item.amount()),
            "url": address(entry),
        });
        if let Some(full) = site.figures.reports.uncapped_amount(figure, item) {
            counted["uncapped"] = json_number(full);
        }
        counted
    });
    // In a count of different values, the first of each value, so that there are as many as the figure says.
    let groups = site.figures.reports.evidence_groups(figure);
    let evidence: Vec<&EvidenceItem<'_>> = match &groups {
        Some(groups) => groups.iter().filter_map(|group| group.items.first()).collect(),
        None => figure.evidence.iter().collect(),
    };
    let values = groups.as_ref().map(|groups| {
        let value = |(group, number): (&EvidenceGroup<'_>, usize)| {
            json!({
                "value": site.figures.group_key(metric, group, number),
                "label": site.figures.group_label(metric, group, number),
                "posts": group.items.iter().filter_map(page_of).collect::<Vec<_>>(),
                "rows": group.items.iter().zip(1..).filter_map(row_name).collect::<Vec<_>>(),
            })
        };
        groups.iter().zip(1..).map(value).collect::<Vec<_>>()
    });
    let mut object = json!({
        "value": json_number(figure.value),
        "unit": metric.unit.get(&site.settings.language),
        "label": metric.label.get(&site.settings.language),
        "before": change(&figure.previous),
        "year_earlier": change(&figure.year_earlier),
        "evidence": site.figures.evidence_address(figure.period, metric).map(|url| url.as_str().to_owned()),
        "posts": evidence.iter().copied().filter_map(page_of).collect::<Vec<_>>(),
        "counted": counted.collect::<Vec<_>>(),
        "rows": evidence.iter().copied().zip(1..).filter_map(row_name).collect::<Vec<_>>(),
    });
    if let Some(values) = values {
        object["values"] = values.into();
    }
    if let Some(operands) = site.figures.reports.operands(Some(figure.period), figure) {
        object["ratio"] = operands_json(&operands);
    }
    if figure.hidden > 0 {
        object["hidden"] = figure.hidden.into();
    }
    if let Some(target) = site.figures.reports.target_json(figure) {
        object["target"] = target;
    }
    object
}
