//! Reads the figures of an issued report.

use super::issued_report::{
    IssuedCells, IssuedFigure, IssuedGroup, IssuedItem, IssuedPart, IssuedRow, NOTHING, ValueLists, expand,
};
use super::reader::IssuedReader;
use crate::messages::Lang;
use crate::metrics::{Metric, Target};
use crate::schema::check::scalar;
use crate::yaml::{Mapping, Value};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

impl IssuedReader<'_, '_> {
    pub(super) fn figures(
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
        // The key of a narrowed figure begins with the metric.
        let id = id.split([' ', '@']).next().unwrap_or_default();
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
}
