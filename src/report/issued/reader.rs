//! Reads an issued report. Whatever is missing or malformed is a finding at its place.

use super::issued_report::{
    AcceptedChange, FORMAT, IssuedFigure, IssuedNames, IssuedPost, IssuedReport, IssuedTable, IssuedText, ValueLists,
};
use crate::diag::{Checked, Code, Diagnostic};
use crate::fingerprint::hash_content;
use crate::messages::Lang;
use crate::metrics::{Metrics, Period};
use crate::schema::check::scalar;
use crate::yaml::{Mapping, Value, YamlDocument};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

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

pub(super) struct IssuedReader<'r, 't> {
    file: &'r str,
    pub(super) document: &'r YamlDocument<'t>,
    pub(super) metrics: &'r Metrics,
    pub(super) lang: Lang,
    pub(super) findings: Vec<Diagnostic>,
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
            narrowed: match self.map_at(map, at, "narrowed") {
                Some(narrowed) => self.figures(narrowed, &[at, &["narrowed"]].concat(), &lists, &names),
                None => BTreeMap::new(),
            },
            told: self.told(map, at),
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

    /// What calls of `names` told: the texts, and beside each the path of its post.
    fn told(&mut self, map: &Mapping, at: &[&str]) -> BTreeMap<String, IssuedNames> {
        let mut told = BTreeMap::new();
        for (key, names) in self.entries(map, at, "told") {
            let here = [at, &["told", &key]].concat();
            let Some(names) = names.as_mapping() else {
                self.report_bad(&here, "issued-no-map");
                continue;
            };
            let (texts, posts) = (self.texts(names, &here, "texts"), self.texts(names, &here, "posts"));
            if texts.len() != posts.len() {
                self.report_bad(&here, "issued-no-value");
                continue;
            }
            let rest = names.get("rest").map(scalar).unwrap_or_default().into_owned();
            let items = texts.into_iter().zip(posts).collect();
            told.insert(key, IssuedNames { items, rest });
        }
        told
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
    pub(super) fn entries<'m>(&mut self, map: &'m Mapping, at: &[&str], key: &str) -> Vec<(String, &'m Value)> {
        let entries = self.map_at(map, at, key).into_iter().flatten();
        entries.map(|(key, value)| (scalar(key).into_owned(), value)).collect()
    }

    /// The map at `key`; `None` when the key is missing. Anything else is a finding.
    fn map_at<'m>(&mut self, map: &'m Mapping, at: &[&str], key: &str) -> Option<&'m Mapping> {
        match map.get(key)? {
            Value::Null => None,
            Value::Mapping(inner) => Some(inner),
            _ => {
                self.report_bad(&[at, &[key]].concat(), "issued-no-map");
                None
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

    pub(super) fn texts(&mut self, map: &Mapping, at: &[&str], key: &str) -> Vec<String> {
        let items = self.sequence(map, at, key);
        items.iter().map(|item| scalar(item).into_owned()).collect()
    }

    /// The number at `key`: 0 when the key is missing, `None` when it is `null`.
    pub(super) fn number(&mut self, map: &Mapping, at: &[&str], key: &str) -> Option<Decimal> {
        match map.get(key) {
            None => Some(Decimal::ZERO),
            Some(Value::Null) => None,
            Some(value) => self.decimal(value, &[at, &[key]].concat()),
        }
    }

    pub(super) fn numbers(&mut self, map: &Mapping, at: &[&str]) -> Vec<(String, Option<Decimal>)> {
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

    pub(super) fn decimal(&mut self, value: &Value, at: &[&str]) -> Option<Decimal> {
        let number = scalar(value).parse::<Decimal>().ok().map(|number| number.normalize());
        if number.is_none() {
            self.report_bad(at, "issued-no-value");
        }
        number
    }

    pub(super) fn day(&mut self, written: &str, at: &[&str]) -> Option<Date> {
        let day = written.parse::<Date>().ok();
        if day.is_none() {
            self.report_bad(at, "issued-no-value");
        }
        day
    }

    pub(super) fn report_bad(&mut self, at: &[&str], reason: &'static str) {
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
