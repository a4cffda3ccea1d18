//! Compares what charts and tables say in words with the second count.

use super::compare::Comparison;
use super::model::Aggregate;
use super::pages::plain_number;
use super::periods::Days;
use super::tables::MISSING;
use std::cmp::Ordering;

/// What a chart or table shows.
pub(super) struct ChartCall<'a> {
    pub(super) id: &'a str,
    pub(super) by: &'static str,
    pub(super) split: Option<&'static str>,
    pub(super) days: Days,
}

impl Comparison<'_> {
    /// The rows with the largest value, apart from what does not fill in the field, and that value. A chart whose parts
    /// do not add up to its rows draws each part, as `1月 · 石桥村`.
    fn leaders(&self, call: &ChartCall<'_>) -> Option<(Vec<String>, i64)> {
        let mut rows = self.column(&self.metrics[call.id], call.by, call.days);
        if let Some(split) = call.split {
            let mut cells = Vec::new();
            for (part, metric) in self.parts_of(&self.metrics[call.id], split) {
                let column = self.column(&metric, call.by, call.days);
                cells.extend(
                    column
                        .into_iter()
                        .map(|(row, value)| (row, part.clone(), value.unwrap_or(0))),
                );
            }
            let sum = |row: &str| -> i64 { cells.iter().filter(|cell| cell.0 == row).map(|cell| cell.2).sum() };
            if rows.iter().any(|row| sum(&row.0) != row.1.unwrap_or(0)) {
                let named = cells.into_iter().filter(|cell| cell.1 != MISSING);
                rows = named
                    .map(|(row, part, value)| (format!("{row} · {part}"), Some(value)))
                    .collect();
            }
        }
        rows.retain(|row| row.0 != MISSING);
        let most = rows.iter().filter_map(|row| row.1).max()?;
        rows.retain(|row| row.1 == Some(most));
        (most > 0).then(|| (rows.into_iter().map(|row| row.0).collect(), most))
    }

    /// A title names all rows that have the largest value, or says how many there are.
    pub(super) fn compare_caption(&mut self, place: &str, call: &ChartCall<'_>, caption: &str) {
        let Some((names, most)) = self.leaders(call) else {
            return;
        };
        let id = call.id;
        let amount = self.with_unit(id, Some(most));
        let said = plain_number(caption);
        let word = if self.is_mean(id) { "最高" } else { "最多" };
        let is_true = said.split_once('：').is_some_and(|(_, said)| {
            let many = format!("{}项并列{word}（{amount}）", names.len());
            let named = said.strip_suffix(&format!("{word}（{amount}）")).map(split_names);
            (names.len() > 1 && said == many) || named == Some(sorted(&names))
        });
        self.compared += 1;
        if !is_true {
            self.differences
                .push(format!("{place} title: {said}, counted {names:?} with {amount}"));
        }
    }

    /// What is read aloud: the figure itself, and the same rows as in the title.
    pub(super) fn compare_description(&mut self, place: &str, call: &ChartCall<'_>, description: &str) {
        let Some((names, most)) = self.leaders(call) else {
            return;
        };
        let id = call.id;
        let total = self.with_unit(id, self.figure(id, call.days).value);
        let said = plain_number(description);
        let total = format!("{}{total}，", if self.is_mean(id) { "总体" } else { "合计" });
        let amount = self.with_unit(id, Some(most));
        let word = if self.is_mean(id) { "最高" } else { "最多" };
        let named = said
            .split_once(&format!("{word}的是"))
            .and_then(|said| said.1.split_once(&format!("（{amount}）")));
        let many = format!("{}项并列{word}（{amount}）", names.len());
        let is_true = said.contains(&total)
            && (said.contains(&many) || named.map(|said| split_names(said.0)) == Some(sorted(&names)));
        self.compared += 1;
        if !is_true {
            self.differences.push(format!(
                "{place} description: {said}, counted {total}{names:?} with {amount}"
            ));
        }
    }

    /// A note says that the rows add up to more than the figure, where they do.
    pub(super) fn compare_note(&mut self, place: &str, call: &ChartCall<'_>, note: &str) {
        let ChartCall { id, by, days, .. } = *call;
        if !self.adds_up(id) {
            return;
        }
        let total = self.figure(id, days).value.unwrap_or(0);
        let sum: i64 = self
            .column(&self.metrics[id], by, days)
            .iter()
            .filter_map(|row| row.1)
            .sum();
        let wanted = match sum.cmp(&total) {
            Ordering::Greater => format!("各项相加多于合计{}", self.with_unit(id, Some(total))),
            Ordering::Less => format!("各项相加少于合计{}", self.with_unit(id, Some(total))),
            Ordering::Equal => String::new(),
        };
        let note = plain_number(note);
        let is_true = note.contains(&wanted) && (!wanted.is_empty() || !note.contains("相加"));
        self.compared += 1;
        if !is_true {
            self.differences
                .push(format!("{place} note: {note:?} instead of {wanted:?}"));
        }
    }

    fn adds_up(&self, id: &str) -> bool {
        matches!(self.metrics[id].aggregate, Aggregate::Count | Aggregate::Sum(_))
    }

    fn is_mean(&self, id: &str) -> bool {
        !matches!(
            self.metrics[id].aggregate,
            Aggregate::Count | Aggregate::Sum(_) | Aggregate::Distinct(_)
        )
    }
}

fn sorted(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort();
    names
}

fn split_names(names: &str) -> Vec<String> {
    sorted(&names.split('、').map(str::to_owned).collect::<Vec<_>>())
}
