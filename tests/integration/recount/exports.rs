//! Compares Excel files, the command `metrics` and the sums of periods with the second count.

use super::compare::{Comparison, json_number};
use super::issued::figure_sheets;
use super::model::{Aggregate, Source};
use super::own_metrics::number;
use super::pages::{csv_rows, file};
use super::periods::days_of;
use crate::common::program;
use calamine::Data;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;

impl Comparison<'_> {
    /// A workbook says what the CSV file says, which was compared with the second count.
    pub(super) fn compare_workbook(&mut self, folder: &str) {
        let mut rows = BTreeMap::new();
        for (_, sheet) in figure_sheets(file(self.tree, &format!("{folder}/data.xlsx"))) {
            // The tables of the report's text have sheets of their own, with fewer columns.
            for row in sheet.iter().skip(1).filter(|row| row.len() == 9) {
                let id = row.last().expect("a row has cells").to_string();
                rows.insert(
                    id,
                    row[1..7]
                        .iter()
                        .enumerate()
                        .map(|(at, cell)| cell_text(at, cell))
                        .collect::<Vec<_>>(),
                );
            }
        }
        for row in csv_rows(file(self.tree, &format!("{folder}/data.csv")))
            .into_iter()
            .skip(1)
        {
            let counted = row[1..7].to_vec();
            let site = rows.remove(&row[8]).unwrap_or_default();
            self.equal(&format!("{folder} {} data.xlsx", row[8]), &site, &counted);
        }
        let rest: Vec<String> = rows.into_keys().collect();
        self.equal(&format!("{folder} data.xlsx, further rows"), &rest, &Vec::new());
    }

    /// What `metrics` prints for a period.
    pub(super) fn compare_command(&mut self, site: &Path, period: &str) {
        let noon = self
            .town
            .today
            .at(12, 0, 0, 0)
            .in_tz("Asia/Shanghai")
            .expect("a time zone");
        let mut command = program();
        command.env("SOURCE_DATE_EPOCH", noon.timestamp().as_second().to_string());
        command
            .args(["metrics", period, "--message-format", "json", "--site"])
            .arg(site);
        let output = command.output().expect("the program starts");
        let said = String::from_utf8(output.stdout).expect("UTF-8");
        // Findings come before the figures, a line each.
        let object: Json = serde_json::from_str(said.lines().last().expect("an object")).expect("JSON");
        let metrics = object["metrics"].as_object().expect("metrics");
        self.equal(
            &format!("metrics {period}: how many"),
            &metrics.len(),
            &self.metrics.len(),
        );
        for (id, figure) in metrics {
            let counted = self.figure(id, days_of(period));
            let place = format!("metrics {period} {id}");
            self.equal(&place, &json_number(&figure["value"]), &counted.value);
            self.compare_addresses(&place, figure, &counted);
        }
    }

    /// Two halves are their year, where what is counted adds up and the year is over.
    pub(super) fn compare_halves(&mut self, year: &str) {
        let value = |period: &str, id: &str| -> Option<i64> {
            let path = format!("reports/{period}/data.json");
            let data: Json = serde_json::from_slice(self.tree.get(Path::new(&path))?).expect("JSON");
            json_number(&data["metrics"][id]["value"])
        };
        let mut sums = Vec::new();
        for (id, metric) in &self.metrics {
            let adds_up = matches!(metric.aggregate, Aggregate::Count | Aggregate::Sum(_))
                && matches!(metric.of, Source::Posts(_))
                && metric.as_of.is_none();
            let halves = [value(&format!("{year}-h1"), id), value(&format!("{year}-h2"), id)];
            if let ([Some(first), Some(second)], Some(whole)) = (halves, value(year, id))
                && adds_up
            {
                sums.push((id.clone(), first + second, whole));
            }
        }
        for (id, halves, whole) in sums {
            self.equal(&format!("{year} {id} and its halves"), &halves, &whole);
        }
    }
}

/// A cell as a CSV file has it; changes are fractions in a workbook.
fn cell_text(at: usize, cell: &Data) -> String {
    let rounded = |number: f64| format!("{number:.6}");
    match cell {
        Data::Float(change) if at == 3 || at == 5 => {
            let percent = rounded(change * 100.0);
            format!("{}%", percent.trim_end_matches('0').trim_end_matches('.'))
        }
        Data::Float(value) => {
            let value = rounded(*value);
            value.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        other => other.to_string(),
    }
}

#[test]
fn numbers_are_written_as_in_files() {
    for (hundredths, text) in [(0, "0"), (50, "0.5"), (325, "3.25"), (120_000, "1200"), (-50, "-0.5")] {
        assert_eq!(number(hundredths), text);
    }
}
