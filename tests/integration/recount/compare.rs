//! Compares what a built site says with the second count.

use super::built_in::all_metrics;
use super::count::{Figure, count};
use super::kinds::kind;
use super::model::{Metric, Post, Source, Town};
use super::own_metrics::number;
use super::pages::{Evidence, FigureLink, csv_rows, evidence, figure_links, file, parse, part_sentences};
use super::periods::{Days, bases, days_of};
use super::tables::{MISSING, rows};
use super::written::dimensions;
use crate::common::FileTree;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// A built site beside its town, and the differences found so far.
pub(super) struct Comparison<'a> {
    pub(super) town: &'a Town,
    pub(super) tree: &'a FileTree,
    pub(super) metrics: BTreeMap<String, Metric>,
    /// The unit of each metric as the site has it.
    pub(super) units: BTreeMap<String, String>,
    /// Each says where, what the site says and what was counted.
    pub(super) differences: Vec<String>,
    /// How many values were compared.
    pub(super) compared: usize,
}

/// A value as the site and the second count have it.
pub(super) fn shown(value: Option<i64>) -> String {
    value.map_or_else(|| "—".to_owned(), number)
}

impl<'a> Comparison<'a> {
    pub(super) fn new(town: &'a Town, tree: &'a FileTree) -> Self {
        let metrics = all_metrics(town)
            .into_iter()
            .map(|metric| (metric.id.clone(), metric))
            .collect();
        Self {
            town,
            tree,
            metrics,
            units: BTreeMap::new(),
            differences: Vec::new(),
            compared: 0,
        }
    }

    /// For counting alone.
    pub(super) fn without_site(town: &'a Town) -> Self {
        static NOTHING: FileTree = FileTree::new();
        Self::new(town, &NOTHING)
    }

    pub(super) fn equal<T: PartialEq + std::fmt::Debug>(&mut self, place: &str, site: &T, counted: &T) {
        self.compared += 1;
        if site != counted {
            self.differences
                .push(format!("{place}: the site says {site:?}, counted {counted:?}"));
        }
    }

    pub(super) fn figure(&self, id: &str, days: Days) -> Figure {
        count(self.town, &self.metrics[id], days)
    }

    /// The value that a change is counted against; a base has no days of the future.
    fn base(&self, id: &str, days: Days) -> Option<i64> {
        self.figure(id, days).value
    }

    /// The changes against the period before and the year before, in per cent.
    pub(super) fn changes(&self, id: &str, days: Days) -> [(Option<i64>, Option<String>); 2] {
        let now = self.figure(id, days).value;
        let bases = bases(days, self.town.today);
        [bases.before, bases.year_earlier].map(|days| {
            let base = self.base(id, days);
            (base, percent(now, base))
        })
    }

    /// The data of a report in all formats.
    pub(super) fn compare_report_data(&mut self, period: &str) {
        let folder = format!("reports/{}", period.to_lowercase());
        let days = days_of(period);
        let data: Json = serde_json::from_slice(file(self.tree, &format!("{folder}/data.json"))).expect("JSON");
        let site = data["metrics"].as_object().expect("metrics").clone();
        let known: Vec<&String> = self.metrics.keys().collect();
        let mut listed: Vec<&String> = site.keys().collect();
        listed.sort();
        assert_eq!(listed, known, "{folder}: every metric");
        let rows: BTreeMap<String, Vec<String>> = csv_rows(file(self.tree, &format!("{folder}/data.csv")))
            .into_iter()
            .skip(1)
            .map(|row| (row[8].clone(), row))
            .collect();
        for (id, figure) in &site {
            let place = format!("{folder} {id}");
            self.units
                .insert(id.clone(), figure["unit"].as_str().expect("a unit").to_owned());
            let counted = self.figure(id, days);
            self.equal(
                &format!("{place} data.json"),
                &json_number(&figure["value"]),
                &counted.value,
            );
            self.compare_addresses(&place, figure, &counted);
            let changes = self.changes(id, days);
            for (key, change) in ["before", "year_earlier"].into_iter().zip(&changes) {
                let site = (json_number(&figure[key]["value"]), json_text(&figure[key]["percent"]));
                self.equal(&format!("{place} data.json {key}"), &site, change);
            }
            let empty = |value: Option<i64>| value.map(number).unwrap_or_default();
            let percents = changes
                .clone()
                .map(|change| change.1.map_or_else(|| "—".to_owned(), |percent| percent + "%"));
            let cells = [
                empty(counted.value),
                self.units[id].clone(),
                empty(changes[0].0),
                percents[0].clone(),
                empty(changes[1].0),
                percents[1].clone(),
            ];
            let site: Vec<String> = rows[id][1..7].to_vec();
            self.equal(&format!("{place} data.csv"), &site, &cells.to_vec());
        }
    }

    /// The addresses of posts in data files: one for each part that has a page.
    pub(super) fn compare_addresses(&mut self, place: &str, figure: &Json, counted: &Figure) {
        let texts = |key: &str| -> Vec<String> {
            let list = figure[key].as_array().cloned().unwrap_or_default();
            list.iter()
                .map(|text| text.as_str().expect("a text").to_owned())
                .collect()
        };
        let posts = texts("posts");
        let titles: Vec<String> = posts.iter().filter_map(|address| self.title_at(address)).collect();
        self.equal(&format!("{place}: known addresses"), &titles.len(), &posts.len());
        let entries: Vec<&str> = titles.iter().map(String::as_str).collect();
        for title in entries {
            let stands = |titles: &[String]| titles.iter().any(|one| one == title);
            if !counted
                .parts
                .iter()
                .any(|part| stands(&part.titles) || stands(&part.holders))
            {
                self.differences
                    .push(format!("{place}: {title} is among the posts, and was not counted"));
            }
        }
    }

    /// The post at an address of a data file, or the row of a ledger: `content/_data/activities.csv 8`.
    fn title_at(&self, address: &str) -> Option<String> {
        let name = address.trim_end_matches('/').rsplit('/').next()?;
        let of_file = self.town.posts.iter().find(|post| post.file.as_deref() == Some(name));
        let row = |ledger: &str, line: &str| {
            let is_row = |post: &&Post| post.file.is_none() && kind(post.kind).ledger == Some(ledger);
            let line: usize = line.parse().ok()?;
            self.town.posts.iter().filter(is_row).nth(line.checked_sub(2)?)
        };
        let of_row = || match name.split_once(' ') {
            Some((ledger, line)) => row(ledger, line),
            None => row("markets.csv", name),
        };
        Some(of_file.or_else(of_row)?.title.clone())
    }

    /// All pages of evidence.
    pub(super) fn compare_evidence(&mut self) {
        for (path, html) in self.tree {
            let path = path.to_str().expect("a path in UTF-8").replace('\\', "/");
            let Some((folder, rest)) = path.split_once("/evidence/") else {
                continue;
            };
            let id = rest.strip_suffix("/index.html").expect("a page");
            let period = folder.rsplit('/').next().expect("a period").to_uppercase();
            let page = evidence(html);
            let counted = self.figure(id, days_of(&period));
            self.compare_evidence_page(
                &format!("{folder} {id} evidence"),
                id,
                &page,
                &counted,
                days_of(&period),
            );
        }
    }

    fn compare_evidence_page(&mut self, place: &str, id: &str, page: &Evidence, counted: &Figure, days: Days) {
        let number_shown = page.number.split(' ').next().unwrap_or_default().to_owned();
        self.equal(&format!("{place} number"), &number_shown, &shown(counted.value));
        if let Source::Percent(operands) = &self.metrics[id].of {
            // The two figures that are divided, which have pages of their own.
            let operands = operands
                .each_ref()
                .map(|operand| shown(count(self.town, operand, days).value));
            let notes = page
                .counted
                .iter()
                .map(|entry| entry.note.split(' ').next().unwrap_or_default());
            let notes: Vec<String> = notes.map(str::to_owned).collect();
            self.equal(&format!("{place} operands"), &notes, &operands.to_vec());
            return;
        }
        self.equal(&format!("{place} length"), &page.counted.len(), &counted.parts.len());
        let heading = page.heading.split(' ').next().unwrap_or("").parse().unwrap_or(0);
        self.equal(&format!("{place} heading"), &heading, &page.counted.len());
        let mut open: Vec<_> = counted.parts.iter().collect();
        for entry in &page.counted {
            // Of posts that may stand for a part, one does.
            match open.iter().position(|part| part.titles.contains(&entry.title)) {
                Some(at) => {
                    let part = open.remove(at);
                    if !part.holders.is_empty() {
                        let sorted = |names: &[String]| names.iter().cloned().collect::<BTreeSet<_>>();
                        let holders = (sorted(&entry.holders), sorted(&part.holders));
                        self.equal(&format!("{place} {}", entry.title), &holders.0, &holders.1);
                    }
                    let note = entry.note.split(' ').next().unwrap_or_default();
                    if !note.is_empty() && number(part.amount) != note {
                        let amount = number(part.amount);
                        self.differences.push(format!(
                            "{place} {}: the site says {note}, counted {amount}",
                            entry.title
                        ));
                    }
                }
                None => self
                    .differences
                    .push(format!("{place}: {} was not counted", entry.title)),
            }
        }
        for part in open {
            self.differences
                .push(format!("{place}: {} is missing", part.titles.join("/")));
        }
        self.compare_left_out(place, id, page, days);
    }

    /// All links on pages that show a figure.
    pub(super) fn compare_figure_links(&mut self) {
        for (path, html) in self.tree {
            let path = path.to_str().expect("a path in UTF-8");
            if !path.ends_with(".html") || path.contains("evidence") {
                continue;
            }
            let document = parse(html);
            for link in figure_links(&document) {
                let Some((folder, id)) = link.address.split_once("/evidence/") else {
                    continue;
                };
                let (period, id) = (
                    folder.rsplit('/').next().expect("a period").to_uppercase(),
                    id.trim_end_matches('/'),
                );
                self.compare_figure_link(path, id, days_of(&period), &link);
            }
            for (total, relation, sum) in part_sentences(&document) {
                self.equal(&format!("{path}: parts {sum} of {total}"), &sum.cmp(&total), &relation);
            }
        }
    }

    /// A link shows the figure, or the part of it that the text before the link names.
    fn compare_figure_link(&mut self, path: &str, id: &str, days: Days, link: &FigureLink) {
        let unit = self.units.get(id).cloned().unwrap_or_default();
        let text = |value: Option<i64>| value.map_or_else(|| "—".to_owned(), |value| number(value) + &unit);
        let figure = text(self.figure(id, days).value);
        self.compared += 1;
        if link.text == figure {
            return;
        }
        let metric = &self.metrics[id];
        let name = link.before.rsplit(['，', '、']).next().unwrap_or_default();
        let mut parts = dimensions(metric)
            .into_iter()
            .flat_map(|field| rows(self.town, metric, field, days));
        let is_named = |row: &str| row == name || (row == MISSING && name.starts_with("未注明"));
        if !parts.any(|(row, part)| is_named(&row) && text(part.value) == link.text) {
            let shown = format!("{name}{}", link.text);
            self.differences.push(format!(
                "{path}: {id} of {days:?}: the site says {shown}, counted {figure}"
            ));
        }
    }
}

/// By how many per cent a value changed: to one decimal, or to the first digit that is not 0. None where there is no
/// base or nothing to compare.
fn percent(now: Option<i64>, base: Option<i64>) -> Option<String> {
    let (now, base) = (i128::from(now?), i128::from(base?));
    if base == 0 {
        return None;
    }
    if now == base {
        return Some("0".to_owned());
    }
    let (top, bottom) = ((now - base).abs() * 100, base);
    for decimals in 1..12 {
        let scale = 10_i128.pow(decimals);
        let rounded = (top * scale * 2 + bottom) / (bottom * 2);
        if rounded > 0 {
            let digits = usize::try_from(decimals).expect("a small number");
            let text = format!("{}.{:0>digits$}", rounded / scale, rounded % scale);
            let text = text.trim_end_matches('0').trim_end_matches('.');
            return Some(format!("{}{text}", if now < base { "-" } else { "" }));
        }
    }
    unreachable!("the numbers of these sites are small")
}

/// A number of a JSON file as it is written.
fn json_text(value: &Json) -> Option<String> {
    value.as_f64().map(|number| number.to_string())
}

/// A number of a JSON file in hundredths.
#[expect(clippy::cast_possible_truncation, reason = "numbers of these sites are small")]
pub(super) fn json_number(value: &Json) -> Option<i64> {
    value.as_f64().map(|number| (number * 100.0).round() as i64)
}
