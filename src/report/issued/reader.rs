//! Reads an issued report. Whatever is missing or malformed is a finding at its place.

use super::issued_report::{
    AcceptedChange, FORMAT, IssuedCells, IssuedFigure, IssuedGroup, IssuedItem, IssuedPart, IssuedPost, IssuedReport,
    IssuedRow, IssuedTable, IssuedText, NOTHING,
};
use crate::diag::{Checked, Code, Diagnostic};
use crate::fingerprint::hash_content;
use crate::messages::Lang;
use crate::metrics::{Metric, Metrics, Period, Target};
use crate::schema::check::scalar;
use crate::yaml::{Mapping, Value, YamlDocument};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The ordered labels of a dimension's values, by `SOURCE.DIMENSION`.
type ValueLists = BTreeMap<String, Vec<(String, String)>>;

/// Parses an issued report. `None`, with findings, when the file cannot be used. `metrics` and `lang` are the site's.
#[must_use]
pub(crate) fn parse_issued(file: &str, text: &str, metrics: &Metrics, lang: Lang) -> Checked<Option<IssuedReport>> {
    let (parsed, map) = YamlDocument::parse(file, text, &[]).into_map();
    let mut reader = IssuedReader {
        file,
        document: &parsed.document,
        metrics,
        lang,
        findings: parsed.findings,
    };
    let mut value = reader.report(&map, &[]);
    if let Some(report) = &mut value {
        report.text_hash = hash_content(text.as_bytes());
    }
    Checked {
        value,
        findings: reader.findings,
    }
}

struct IssuedReader<'r, 't> {
    file: &'r str,
    document: &'r YamlDocument<'t>,
    metrics: &'r Metrics,
    lang: Lang,
    findings: Vec<Diagnostic>,
}

impl IssuedReader<'_, '_> {
    fn report(&mut self, map: &Mapping, at: &[&str]) -> Option<IssuedReport> {
        let word = |key: &str| map.get(key).map(scalar).unwrap_or_default().into_owned();
        let period = Period::parse(&word("period"));
        let issued_on = word("issued").parse::<Date>().ok();
        let figures = map.get("figures").and_then(Value::as_mapping);
        let format = map.get("format").map_or(Some(1), Value::as_i64);
        let (Some(period), Some(issued_on), Some(figures), Some(1..=FORMAT)) = (period, issued_on, figures, format)
        else {
            // The first key that is missing or invalid. The place of a missing key is the top of the file.
            let (key, reason) = match (period, issued_on, figures) {
                (None, _, _) => ("period", "issued-no-map"),
                (_, None, _) => ("issued", "issued-no-map"),
                (_, _, None) => ("figures", "issued-no-map"),
                _ => ("format", "issued-format"),
            };
            self.report_bad(&[at, &[key]].concat(), reason);
            return None;
        };
        let posts = self.posts(map, at);
        let lists = self.value_lists(map, at, "values");
        let names = self.value_lists(map, at, "names");
        let figures_at = [at, &["figures"]].concat();
        let mut report = IssuedReport {
            file: self.file.to_owned(),
            text_hash: 0,
            period,
            issued_on,
            reason: map.get("reason").map(|reason| scalar(reason).into_owned()),
            is_former_format: format == Some(1),
            text: None,
            written: map.get("written").map(|digest| scalar(digest).into_owned()),
            headline: self.texts(map, at, "headline"),
            posts,
            figures: self.figures(figures, &figures_at, &lists, &names),
            elsewhere: self.elsewhere(map, at, &lists, &names),
            published: self.published(map, at),
            accepted: self.accepted(map, at),
            former: self.former(map, at),
        };
        if let (Some(title), Some(markdown)) = (map.get("title"), map.get("text")) {
            report.text = Some(IssuedText {
                title: scalar(title).into_owned(),
                markdown: scalar(markdown).into_owned(),
            });
        }
        Some(report)
    }

    fn posts(&mut self, map: &Mapping, at: &[&str]) -> BTreeMap<String, IssuedPost> {
        let mut posts = BTreeMap::new();
        for (position, (path, post)) in self.entries(map, at, "posts").into_iter().enumerate() {
            let here = [at, &["posts", &path]].concat();
            let Some(post) = post.as_mapping() else {
                self.report_bad(&here, "issued-no-map");
                continue;
            };
            let text = |key: &str| post.get(key).map(scalar).unwrap_or_default().into_owned();
            let date = match text("date") {
                empty if empty.is_empty() => None,
                written => match written.parse::<Date>() {
                    Ok(day) => Some(day),
                    Err(_) => {
                        self.report_bad(&[&here[..], &["date"]].concat(), "issued-no-value");
                        None
                    }
                },
            };
            let issued = IssuedPost {
                position,
                title: text("title"),
                date,
                kind: text("kind"),
                village: text("village"),
                note: text("note"),
                digest: text("digest"),
                fields: text("fields"),
            };
            posts.insert(path, issued);
        }
        posts
    }

    fn value_lists(&mut self, map: &Mapping, at: &[&str], key: &str) -> ValueLists {
        let mut lists = ValueLists::new();
        for (name, list) in self.entries(map, at, key) {
            let Some(list) = list.as_mapping() else {
                self.report_bad(&[at, &[key, &name]].concat(), "issued-no-map");
                continue;
            };
            let texts = list.iter();
            let texts = texts.map(|(key, label)| (scalar(key).into_owned(), scalar(label).into_owned()));
            lists.insert(name, texts.collect());
        }
        lists
    }

    fn figures(
        &mut self,
        map: &Mapping,
        at: &[&str],
        lists: &ValueLists,
        names: &ValueLists,
    ) -> BTreeMap<String, IssuedFigure> {
        let mut figures = BTreeMap::new();
        for (position, (id, value)) in map.iter().enumerate() {
            let id = scalar(id).into_owned();
            let here = [at, &[id.as_str()]].concat();
            let Some(map) = value.as_mapping() else {
                self.report_bad(&here, "issued-no-value");
                continue;
            };
            let known = self.findings.len();
            let figure = IssuedFigure {
                position,
                ..self.figure(&id, map, &here, lists, names)
            };
            // A figure with a fault is not used: it would lose its evidence or its parts.
            if self.findings.len() == known {
                figures.insert(id, figure);
            }
        }
        figures
    }

    fn figure(&mut self, id: &str, map: &Mapping, at: &[&str], lists: &ValueLists, names: &ValueLists) -> IssuedFigure {
        let text = |key: &str| map.get(key).map(scalar).unwrap_or_default().into_owned();
        let (label, unit, singular_unit) = (text("label"), text("unit"), text("unit_one"));
        let source = text("of");
        if !map.contains_key("value") {
            self.report_bad(at, "issued-no-value");
        }
        let mut items = self.items(map, at);
        items.extend(self.rows(map, at));
        let drafts = self.number(map, at, "drafts").unwrap_or_default();
        let metric = self.metrics.iter().find(|metric| metric.id == id);
        IssuedFigure {
            position: 0,
            metric: metric.map(|metric| self.as_issued(metric, &label, &unit, &singular_unit)),
            value: self.number(map, at, "value"),
            previous: self.number(map, at, "before"),
            year_earlier: self.number(map, at, "year_earlier"),
            method: text("how"),
            groups: self.groups(map, at),
            left_out: self.left_out(map, at),
            drafts: usize::try_from(drafts).unwrap_or_default(),
            breakdowns: self.breakdowns(map, at, &source, lists, names),
            days: self.days(map, at),
            cells: self.cells(map, at),
            trend: self.trend(map, at),
            target: self.target(map, at),
            place: self.document.key_place(at),
            items,
            label,
            unit,
            singular_unit,
            source,
        }
    }

    /// What the figure was to reach: a number, or a map with one for each part.
    fn target(&mut self, map: &Mapping, at: &[&str]) -> Option<Target> {
        let Some(parts) = map.get("target")?.as_mapping() else {
            return self.number(map, at, "target").map(Target::Whole);
        };
        let here = [at, &["target"]].concat();
        let by = parts.get("by").map(scalar).unwrap_or_default().into_owned();
        let values = self.entries(parts, &here, "parts").into_iter();
        let values: Vec<(String, Value)> = values.map(|(key, value)| (key, value.clone())).collect();
        let values = values.into_iter().filter_map(|(key, value)| {
            let place = [&here[..], &["parts", &key]].concat();
            Some((key.clone(), self.decimal(&value, &place)?))
        });
        let values = values.collect();
        Some(Target::Parts { by, values })
    }

    /// A metric with the name and the unit under which it was issued.
    fn as_issued(&self, metric: &Metric, label: &str, unit: &str, singular_unit: &str) -> Metric {
        let mut metric = metric.clone();
        let set = |labels: &mut crate::schema::Labels, text: &str| match self.lang {
            _ if text.is_empty() => {}
            Lang::Zh => labels.zh = text.to_owned(),
            Lang::En => labels.en = text.to_owned(),
        };
        set(&mut metric.label, label);
        set(&mut metric.unit, unit);
        if self.lang == Lang::En && !singular_unit.is_empty() {
            metric.singular_unit = singular_unit.to_owned();
        }
        metric
    }

    fn items(&mut self, map: &Mapping, at: &[&str]) -> Vec<IssuedItem> {
        let mut items = Vec::new();
        for (key, value) in self.entries(map, at, "posts") {
            let here = [at, &["posts", &key]].concat();
            let (amount, day) = match value.as_mapping() {
                None => (self.decimal(value, &here), None),
                Some(item) => (
                    self.decimal(item.get("amount").unwrap_or(&Value::Null), &here),
                    item.get("day").and_then(|day| self.day(&scalar(day), &here)),
                ),
            };
            let amount = amount.unwrap_or_default();
            items.push(IssuedItem {
                key,
                amount,
                day,
                row: None,
            });
        }
        items
    }

    fn rows(&mut self, map: &Mapping, at: &[&str]) -> Vec<IssuedItem> {
        let mut items = Vec::new();
        for (key, value) in self.entries(map, at, "rows") {
            let Some(row) = value.as_mapping() else {
                self.report_bad(&[at, &["rows", &key]].concat(), "issued-no-map");
                continue;
            };
            let text = |key: &str| row.get(key).map(scalar).unwrap_or_default().into_owned();
            items.push(IssuedItem {
                key,
                amount: Decimal::ONE,
                day: None,
                row: Some(IssuedRow {
                    name: text("name"),
                    village: text("village"),
                    note: text("note"),
                }),
            });
        }
        items
    }

    fn groups(&mut self, map: &Mapping, at: &[&str]) -> Vec<IssuedGroup> {
        let mut groups = Vec::new();
        for (key, value) in self.entries(map, at, "groups") {
            let items = value.as_mapping().and_then(|group| group.get("posts")?.as_sequence());
            let Some(items) = items else {
                self.report_bad(&[at, &["groups", &key]].concat(), "issued-no-map");
                continue;
            };
            groups.push(IssuedGroup {
                label: value.get("label").map(scalar).unwrap_or_default().into_owned(),
                items: items.iter().map(|item| scalar(item).into_owned()).collect(),
                key,
            });
        }
        groups
    }

    fn left_out(&mut self, map: &Mapping, at: &[&str]) -> Vec<(String, String)> {
        let entries = self.entries(map, at, "left_out").into_iter();
        entries
            .map(|(path, reason)| (path, scalar(reason).into_owned()))
            .collect()
    }

    fn breakdowns(
        &mut self,
        map: &Mapping,
        at: &[&str],
        source: &str,
        lists: &ValueLists,
        names: &ValueLists,
    ) -> BTreeMap<String, Vec<IssuedPart>> {
        let whole = self.texts(map, at, "whole");
        let mut breakdowns = BTreeMap::new();
        for (dimension, parts) in self.entries(map, at, "by") {
            let here = [at, &["by", &dimension]].concat();
            let Some(parts) = parts.as_mapping() else {
                self.report_bad(&here, "issued-no-map");
                continue;
            };
            let written = self.numbers(parts, &here);
            let name = format!("{source}.{dimension}");
            let is_former = source.is_empty();
            let none = Vec::new();
            let list = lists.get(&name).unwrap_or(&none);
            let further = names.get(&name).unwrap_or(&none);
            let label = |key: &str| {
                let known = list.iter().chain(further).find(|(known, _)| known == key);
                (!is_former).then(|| known.map_or_else(|| key.to_owned(), |(_, label)| label.clone()))
            };
            let part = |key: &str, value| IssuedPart {
                key: key.to_owned(),
                label: label(key),
                value,
            };
            let has_all = is_former || whole.contains(&dimension);
            let parts = expand(&written, if has_all { &[] } else { list });
            let parts = parts.into_iter().map(|(key, value)| part(key, value)).collect();
            breakdowns.insert(dimension, parts);
        }
        breakdowns
    }

    fn days(&mut self, map: &Mapping, at: &[&str]) -> Option<Vec<(Date, Option<Decimal>)>> {
        map.get("days")?;
        let mut days = Vec::new();
        for (day, value) in self.entries(map, at, "days") {
            let here = [at, &["days", &day]].concat();
            let value = match value {
                Value::Null => None,
                value => self.decimal(value, &here),
            };
            days.extend(self.day(&day, &here).map(|day| (day, value)));
        }
        Some(days)
    }

    fn cells(&mut self, map: &Mapping, at: &[&str]) -> BTreeMap<(String, String), IssuedCells> {
        let mut cells = BTreeMap::new();
        for (both, rows) in self.entries(map, at, "cells") {
            let here = [at, &["cells", &both]].concat();
            let (Some((by, split)), Some(rows)) = (both.split_once(" / "), rows.as_mapping()) else {
                self.report_bad(&here, "issued-no-map");
                continue;
            };
            let mut table = IssuedCells::new();
            for (row, values) in rows {
                let row = scalar(row).into_owned();
                let here = [&here[..], &[&row]].concat();
                match values.as_mapping() {
                    Some(values) => {
                        let values = self.numbers(values, &here).into_iter().collect();
                        table.insert(row, values);
                    }
                    None => self.report_bad(&here, "issued-no-map"),
                }
            }
            cells.insert((by.to_owned(), split.to_owned()), table);
        }
        cells
    }

    fn trend(&mut self, map: &Mapping, at: &[&str]) -> Vec<Option<Decimal>> {
        let here = [at, &["trend"]].concat();
        let line = map.get("trend").map(scalar).unwrap_or_default().into_owned();
        let value = |word: &str| match word {
            NOTHING => None,
            word => self.decimal(&word.into(), &here),
        };
        line.split(' ').filter(|word| !word.is_empty()).map(value).collect()
    }

    fn elsewhere(
        &mut self,
        map: &Mapping,
        at: &[&str],
        lists: &ValueLists,
        names: &ValueLists,
    ) -> BTreeMap<(Period, String), IssuedFigure> {
        let mut all = BTreeMap::new();
        for (period, figures) in self.entries(map, at, "elsewhere") {
            let here = [at, &["elsewhere", &period]].concat();
            let (Some(period), Some(figures)) = (Period::parse(&period), figures.as_mapping()) else {
                self.report_bad(&here, "issued-no-map");
                continue;
            };
            let figures = self.figures(figures, &here, lists, names).into_iter();
            all.extend(figures.map(|(id, figure)| ((period, id), figure)));
        }
        all
    }

    fn published(&mut self, map: &Mapping, at: &[&str]) -> Vec<IssuedTable> {
        let mut tables = Vec::new();
        for (name, table) in self.entries(map, at, "published") {
            let here = [at, &["published", &name]].concat();
            let Some(table) = table.as_mapping() else {
                self.report_bad(&here, "issued-no-map");
                continue;
            };
            let mut rows = Vec::new();
            for (key, row) in self.entries(table, &here, "rows") {
                let here = [&here[..], &["rows", &key]].concat();
                let Some((label, values)) = row.as_sequence().and_then(|row| row.split_first()) else {
                    self.report_bad(&here, "issued-no-map");
                    continue;
                };
                let values = values.iter().filter_map(|value| self.decimal(value, &here)).collect();
                rows.push((key, scalar(label).into_owned(), values));
            }
            let series = self.texts(table, &here, "series");
            if rows
                .iter()
                .any(|(_, _, values): &(String, String, Vec<Decimal>)| values.len() != series.len())
            {
                self.report_bad(&here, "issued-no-value");
            }
            let total = self.number(table, &here, "total").unwrap_or_default();
            tables.push(IssuedTable {
                name,
                total,
                series,
                rows,
            });
        }
        tables
    }

    fn accepted(&mut self, map: &Mapping, at: &[&str]) -> BTreeMap<String, AcceptedChange> {
        let mut accepted = BTreeMap::new();
        for (key, change) in self.entries(map, at, "accepted") {
            let here = [at, &["accepted", &key]].concat();
            let text = |name: &str| change.get(name).map(scalar).unwrap_or_default().trim().to_owned();
            let reason = match (change, text("check"), text("reason")) {
                (Value::Mapping(_), check, reason) if !check.is_empty() && !reason.is_empty() => None,
                (Value::Mapping(_), _, reason) if reason.is_empty() => Some("accepted-no-reason"),
                _ => Some("accepted-malformed"),
            };
            let now = change.as_mapping().and_then(|change| self.number(change, &here, "now"));
            if let Some(reason) = reason {
                self.findings
                    .push(accepted_finding(&key, reason).at(self.document.key_place(&here)));
                continue;
            }
            let change = AcceptedChange {
                now,
                check: text("check"),
                reason: text("reason"),
                place: self.document.key_place(&here),
            };
            accepted.insert(key, change);
        }
        accepted
    }

    fn former(&mut self, map: &Mapping, at: &[&str]) -> Vec<IssuedReport> {
        let mut former = Vec::new();
        for (index, issue) in self.sequence(map, at, "former").iter().enumerate() {
            let index = index.to_string();
            let here = [at, &["former", &index]].concat();
            match issue.as_mapping() {
                Some(issue) => former.extend(self.report(issue, &here)),
                None => self.report_bad(&here, "issued-no-map"),
            }
        }
        former
    }

    /// The entries of the map at `key`; none when the key is missing. Anything else is a finding.
    fn entries<'m>(&mut self, map: &'m Mapping, at: &[&str], key: &str) -> Vec<(String, &'m Value)> {
        match map.get(key) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Mapping(inner)) => {
                let entries = inner.iter();
                entries.map(|(key, value)| (scalar(key).into_owned(), value)).collect()
            }
            Some(_) => {
                self.report_bad(&[at, &[key]].concat(), "issued-no-map");
                Vec::new()
            }
        }
    }

    fn sequence<'m>(&mut self, map: &'m Mapping, at: &[&str], key: &str) -> &'m [Value] {
        match map.get(key) {
            None | Some(Value::Null) => &[],
            Some(Value::Sequence(items)) => items,
            Some(_) => {
                self.report_bad(&[at, &[key]].concat(), "issued-no-map");
                &[]
            }
        }
    }

    fn texts(&mut self, map: &Mapping, at: &[&str], key: &str) -> Vec<String> {
        let items = self.sequence(map, at, key);
        items.iter().map(|item| scalar(item).into_owned()).collect()
    }

    /// The number at `key`: 0 when the key is missing, `None` when it is `null`.
    fn number(&mut self, map: &Mapping, at: &[&str], key: &str) -> Option<Decimal> {
        match map.get(key) {
            None => Some(Decimal::ZERO),
            Some(Value::Null) => None,
            Some(value) => self.decimal(value, &[at, &[key]].concat()),
        }
    }

    fn numbers(&mut self, map: &Mapping, at: &[&str]) -> Vec<(String, Option<Decimal>)> {
        let mut numbers = Vec::new();
        for (key, value) in map {
            let key = scalar(key).into_owned();
            let number = match value {
                Value::Null => None,
                value => self.decimal(value, &[at, &[key.as_str()]].concat()),
            };
            numbers.push((key, number));
        }
        numbers
    }

    fn decimal(&mut self, value: &Value, at: &[&str]) -> Option<Decimal> {
        let number = scalar(value).parse::<Decimal>().ok().map(|number| number.normalize());
        if number.is_none() {
            self.report_bad(at, "issued-no-value");
        }
        number
    }

    fn day(&mut self, written: &str, at: &[&str]) -> Option<Date> {
        let day = written.parse::<Date>().ok();
        if day.is_none() {
            self.report_bad(at, "issued-no-value");
        }
        day
    }

    fn report_bad(&mut self, at: &[&str], reason: &'static str) {
        let finding = Diagnostic::new(Code::BadIssuedReport).at(self.document.value_place(at));
        self.findings.push(finding.with("reason", reason));
    }
}

/// The finding about an entry of `accepted`.
pub(in crate::report) fn accepted_finding(key: &str, reason: &'static str) -> Diagnostic {
    Diagnostic::new(Code::BadAcceptedChange)
        .with("metric", key)
        .with("reason", reason)
}

/// The parts of a figure: the values of `list` in its order, 0 where nothing was written, then the others as written.
pub(super) fn expand<'p>(
    written: &'p [(String, Option<Decimal>)],
    list: &'p [(String, String)],
) -> Vec<(&'p str, Option<Decimal>)> {
    let value = |key: &str| written.iter().find(|(known, _)| known == key).map(|(_, value)| *value);
    let listed = list.iter();
    let listed = listed.map(|(key, _)| (key.as_str(), value(key).unwrap_or(Some(Decimal::ZERO))));
    let others = written.iter();
    let others = others.filter(|(key, _)| list.iter().all(|(known, _)| known != key));
    listed
        .chain(others.map(|(key, value)| (key.as_str(), *value)))
        .collect()
}
