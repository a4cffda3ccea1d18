//! Compares the charts, tables and lists of reports and statistics with the second count.

use super::captions::ChartCall;
use super::compare::{Comparison, shown};
use super::count::count_part;
use super::model::{Condition, Metric, Source};
use super::own_metrics::number;
use super::pages::{Block, csv_rows, file, parse, plain_number, report_blocks, word_blocks};
use super::periods::{Days, bases, days_of, name_of};
use super::tables::{MISSING, months, rows};
use super::written::Call;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The cells of a table by their row and column, without those that are 0 and without sums.
pub(super) type Cells = BTreeMap<(String, String), String>;

impl Comparison<'_> {
    /// The reports that the town wrote, on their pages and in their Word files.
    pub(super) fn compare_written_reports(&mut self) {
        for report in &self.town.reports {
            let days = days_of(report.period);
            let folder = format!("reports/{}", name_of(days).to_lowercase());
            if !self.tree.contains_key(&PathBuf::from(format!("{folder}/index.html"))) {
                self.differences.push(format!("{folder}: there is no report"));
                continue;
            }
            let page = report_blocks(&parse(file(self.tree, &format!("{folder}/index.html"))));
            let word = word_blocks(file(self.tree, &format!("{folder}/report.docx")));
            let mut page = page.iter().filter(|block| !is_note(block));
            let mut word = word.iter().filter(|block| !is_note(block));
            for call in &report.calls {
                let place = format!("{folder} {call:?}");
                if matches!(call, Call::Posts(id, _) if self.figure(id, days).parts.is_empty()) {
                    continue;
                }
                let Some(block) = page.next() else {
                    self.differences.push(format!("{place}: missing"));
                    break;
                };
                self.compare_block(&format!("{place} on the page"), call, block, days);
                match call {
                    // A chart of a Word file has no table, and a list of posts has a paragraph for each.
                    Call::Posts(..) => {}
                    Call::Chart(..) | Call::Calendar(_) => {
                        self.compare_word_chart(&place, block, &mut word);
                    }
                    _ => match word.find(|block| !matches!(block, Block::Chart(_))) {
                        Some(block) => self.compare_block(&format!("{place} in Word"), call, block, days),
                        None => self.differences.push(format!("{place}: missing in Word")),
                    },
                }
            }
        }
    }

    /// The description of a chart in a Word file is what its page says.
    fn compare_word_chart<'b>(&mut self, place: &str, page: &Block, word: &mut impl Iterator<Item = &'b Block>) {
        let Block::Chart(page) = page else { return };
        let Some(Block::Chart(chart)) = word.find(|block| matches!(block, Block::Chart(_))) else {
            self.differences.push(format!("{place}: no chart in Word"));
            return;
        };
        let said = format!("{} {}", page.title, page.description);
        self.equal(&format!("{place} in Word"), &chart.description, &said);
    }

    fn compare_block(&mut self, place: &str, call: &Call, block: &Block, days: Days) {
        match (call, block) {
            (Call::Figure(id), Block::Text(text)) => {
                let words = self.figure_words(id, days);
                self.equal(place, &plain_number(text), &words);
            }
            (Call::Chart(id, by, split), Block::Chart(chart)) => {
                let (by, split) = (*by, *split);
                self.compare_table(place, id, by, split, &chart.rows, days);
                let call = ChartCall { id, by, split, days };
                self.compare_caption(place, &call, &chart.title);
                self.compare_description(place, &call, &chart.description);
                if split.is_none() {
                    self.compare_note(place, &call, &chart.note);
                }
            }
            (Call::Table(id, by), Block::Table(table)) => {
                self.compare_table(place, id, by, None, &table.rows, days);
                if !table.caption.is_empty() {
                    let (by, split) = (*by, None);
                    let call = ChartCall { id, by, split, days };
                    self.compare_caption(place, &call, &table.caption);
                    self.compare_note(place, &call, &table.note);
                }
            }
            (Call::Group(group), Block::Table(table)) => self.compare_group(place, group, &table.rows, days),
            (Call::Posts(id, limit), Block::Posts(titles)) => self.compare_posts(place, id, *limit, titles, days),
            (Call::Calendar(id), Block::Chart(chart)) => self.compare_days(place, id, &chart.rows[1..], days),
            (_, block) => self.differences.push(format!("{place}: {block:?}")),
        }
    }

    fn unit(&self, id: &str) -> String {
        self.units.get(id).cloned().unwrap_or_default()
    }

    pub(super) fn with_unit(&self, id: &str, value: Option<i64>) -> String {
        value.map_or_else(|| "—".to_owned(), |value| number(value) + &self.unit(id))
    }

    /// `数字12场次（环比增长20%，同比—）。`
    fn figure_words(&self, id: &str, days: Days) -> String {
        let [before, year] = self.changes(id, days);
        let now = self.figure(id, days).value;
        let words = |(base, percent): (Option<i64>, Option<String>)| change_words(now, base, percent.as_deref());
        let bases = bases(days, self.town.today);
        let changes = if bases.before == bases.year_earlier {
            format!("同比{}", words(year))
        } else {
            format!("环比{}，同比{}", words(before), words(year))
        };
        let today = self.town.today;
        let until = if days.contain(today) {
            format!("截至{}年{}月{}日，", today.year(), today.month(), today.day())
        } else {
            String::new()
        };
        format!("数字{}（{until}{changes}）。", self.with_unit(id, now))
    }

    /// A table or a chart's numbers by a field or by month.
    fn compare_table(
        &mut self,
        place: &str,
        id: &str,
        by: &'static str,
        split: Option<&'static str>,
        table: &[Vec<String>],
        days: Days,
    ) {
        let counted = self.counted_cells(id, by, split, days);
        let site = cells(table, split.is_some());
        self.equal(place, &site, &counted);
    }

    fn counted_cells(&self, id: &str, by: &'static str, split: Option<&'static str>, days: Days) -> Cells {
        let metric = self.metrics[id].clone();
        let mut counted = Cells::new();
        let mut columns = vec![(String::new(), metric.clone())];
        if let Some(split) = split {
            columns = self.parts_of(&metric, split);
        }
        for (column, metric) in columns {
            for (row, value) in self.column(&metric, by, days) {
                if value.is_some_and(|value| value != 0) {
                    counted.insert((row, column.clone()), shown(value));
                }
            }
        }
        counted
    }

    /// The metric of a call for a chart or table, with the cells that the second counter has for it.
    pub(super) fn cells_of_call(&self, call: &Call, days: Days) -> Option<(String, Cells)> {
        match call {
            Call::Chart(id, by, split) => Some((id.clone(), self.counted_cells(id, by, *split, days))),
            Call::Table(id, by) => Some((id.clone(), self.counted_cells(id, by, None, days))),
            _ => None,
        }
    }

    /// The metric for each value of the field by which a chart is split.
    pub(super) fn parts_of(&self, metric: &Metric, split: &'static str) -> Vec<(String, Metric)> {
        let named = super::tables::values(self.town, metric, split);
        let with = |condition| {
            let mut metric = metric.clone();
            metric.conditions.push(condition);
            metric
        };
        let mut parts: Vec<(String, Metric)> = named
            .into_iter()
            .map(|(value, name)| (name, with(Condition::OneOf(split, vec![value], true))))
            .collect();
        parts.push((MISSING.to_owned(), with(Condition::Given(split, false))));
        parts
    }

    pub(super) fn column(&self, metric: &Metric, by: &'static str, days: Days) -> Vec<(String, Option<i64>)> {
        match by {
            "month" => months(days)
                .into_iter()
                .map(|(name, month)| (name, count_part(self.town, metric, month, days).value))
                .collect(),
            _ => rows(self.town, metric, by, days)
                .into_iter()
                .map(|(name, figure)| (name, figure.value))
                .collect(),
        }
    }

    fn compare_group(&mut self, place: &str, group: &str, table: &[Vec<String>], days: Days) {
        let ids: Vec<String> = self
            .metrics
            .keys()
            .filter(|id| id.starts_with(&format!("{group}.")))
            .cloned()
            .collect();
        let mut counted: Vec<Vec<String>> = Vec::new();
        for id in &ids {
            let changes = self.changes(id, days).map(|(_, percent)| signed_percent(percent));
            let mut row = vec![self.with_unit(id, self.figure(id, days).value)];
            row.extend(changes);
            counted.push(row);
        }
        let mut site: Vec<Vec<String>> = table[1..].iter().map(|row| row[1..].to_vec()).collect();
        site.sort();
        counted.sort();
        self.equal(place, &site, &counted);
    }

    fn compare_posts(&mut self, place: &str, id: &str, limit: usize, titles: &[String], days: Days) {
        let parts = self.figure(id, days).parts;
        // A value among others is not a post; the posts that have it are listed.
        let holders: BTreeSet<&String> = parts.iter().flat_map(|part| &part.holders).collect();
        let posts = if holders.is_empty() { parts.len() } else { holders.len() };
        self.equal(&format!("{place} length"), &titles.len(), &posts.min(limit));
        for title in titles {
            if !parts
                .iter()
                .any(|part| part.titles.contains(title) || part.holders.contains(title))
            {
                self.differences.push(format!("{place}: {title} was not counted"));
            }
        }
    }

    /// A calendar: each day with its number.
    fn compare_days(&mut self, place: &str, id: &str, table: &[Vec<String>], days: Days) {
        let mut counted = Vec::new();
        let mut day = days.from;
        while day <= days.to {
            let value = count_part(self.town, &self.metrics[id], Days { from: day, to: day }, days).value;
            if value.is_some_and(|value| value != 0) {
                counted.push(vec![day.to_string(), shown(value)]);
            }
            day = day.tomorrow().expect("a day of these years");
        }
        let site: Vec<Vec<String>> = table.iter().filter(|row| row[1] != "0").cloned().collect();
        self.equal(place, &site, &counted);
    }

    /// The files of the charts on pages of statistics.
    pub(super) fn compare_statistics(&mut self) {
        let paths = self.tree.keys().filter(|path| path.starts_with("stats"));
        let paths: Vec<PathBuf> = paths.cloned().collect();
        let ids: Vec<String> = self.metrics.keys().cloned().collect();
        for path in paths {
            let path = path.to_str().expect("a path in UTF-8");
            let Some((folder, name)) = path.rsplit_once('/') else {
                continue;
            };
            let Some((metric, by)) = name.strip_suffix(".csv").and_then(|name| name.rsplit_once("-by-")) else {
                continue;
            };
            let id = ids
                .iter()
                .find(|id| id.replace('.', "-") == metric)
                .unwrap_or_else(|| panic!("{path}: a metric"));
            let days = days_of(&folder.rsplit('/').next().expect("a period").to_uppercase());
            let table = csv_rows(file(self.tree, path));
            let by = if by == "month" { "month" } else { self.field(id, by) };
            self.compare_table(path, id, by, None, &table, days);
        }
    }

    fn field(&self, id: &str, name: &str) -> &'static str {
        let kinds = match &self.metrics[id].of {
            Source::Posts(kinds) => kinds.clone(),
            Source::Rows(_) | Source::Percent(_) => Vec::new(),
        };
        let fields = kinds
            .iter()
            .flat_map(|id| super::kinds::kind(id).fields)
            .chain(&super::kinds::COMMON);
        fields
            .map(|field| field.0)
            .find(|field| *field == name)
            .unwrap_or_else(|| panic!("{id}: a field {name}"))
    }
}

/// Whether the block is a sentence of the program's own beside what the report asks for.
fn is_note(block: &Block) -> bool {
    matches!(block, Block::Text(text) if !text.starts_with("数字"))
}

fn cells(table: &[Vec<String>], is_split: bool) -> Cells {
    let mut cells = Cells::new();
    for row in &table[1..] {
        for (head, cell) in table[0].iter().zip(row).skip(1) {
            let column = if is_split {
                head.split('（').next().unwrap_or_default()
            } else {
                ""
            };
            let row_name = if row[0].starts_with("未注明") {
                MISSING
            } else {
                &row[0]
            };
            let column = if column.starts_with("未注明") {
                MISSING
            } else {
                column
            };
            if column != "合计" && row[0] != "合计" && cell != "0" && cell != "—" && !cell.is_empty() {
                cells.insert((row_name.to_owned(), column.to_owned()), cell.clone());
            }
        }
    }
    cells
}

fn change_words(now: Option<i64>, base: Option<i64>, percent: Option<&str>) -> String {
    match percent {
        None => "—".to_owned(),
        Some(_) if now == base => "持平".to_owned(),
        Some(percent) => match percent.strip_prefix('-') {
            Some(percent) => format!("下降{percent}%"),
            None => format!("增长{percent}%"),
        },
    }
}

/// `+20%`, `-3.5%`, `0%`, `—`.
fn signed_percent(percent: Option<String>) -> String {
    match percent {
        None => "—".to_owned(),
        Some(percent) if percent == "0" || percent.starts_with('-') => percent + "%",
        Some(percent) => format!("+{percent}%"),
    }
}
