//! The output for one metric: its figure, its method of counting, its evidence and its exclusions.

use super::{MetricsPrinter, format_number};
use crate::cli::table::{CellAlignment, format_table, replace_control_characters};
use crate::messages::Lang;
use crate::metrics::{Metric, PostId};
use crate::report::{EvidenceItem, Exclusion, exclusion_text, format_amount, format_changes, method_text};
use jiff::civil::Date;

impl<'s> MetricsPrinter<'s> {
    /// The lines of the output for people.
    pub(super) fn metric_lines(&self, metric: &'s Metric, today: Date) -> Vec<String> {
        let lang = self.console.lang;
        let figure = self.displayed_figure(metric);
        let colon = self.console.text("colon", &[]);
        let label = format!("{}  {}", metric.label.get(lang.tag()), metric.id);
        let amount = format_amount(figure.value, metric, lang);
        let change = format_changes(&figure, lang);
        let comma = self.console.text("clause-comma", &[]);
        let mut out = vec![label, self.heading(today) + &colon + &amount + &comma + &change];
        out.push(method_text(metric, &self.reports.counts, lang));
        match self.reports.evidence_groups(&figure) {
            Some(groups) => {
                out.extend([String::new(), self.console.pluralize("metrics-counted", groups.len())]);
                for group in groups {
                    out.push(format!("  {}", replace_control_characters(&group.label)));
                    let lines = self.counted_lines(&group.items).into_iter();
                    out.extend(lines.map(|line| format!("  {line}")));
                }
            }
            None => {
                out.extend([
                    String::new(),
                    self.console.pluralize("metrics-counted", figure.evidence.len()),
                ]);
                out.extend(self.counted_lines(&figure.evidence));
            }
        }
        let exclusions = self.reports.exclusions(&figure);
        if !exclusions.is_empty() {
            out.extend([
                String::new(),
                self.console.pluralize("metrics-left-out", exclusions.len()),
            ]);
            out.extend(self.excluded_lines(metric, &exclusions));
        }
        out
    }

    fn counted_lines(&self, evidence: &[EvidenceItem<'_>]) -> Vec<String> {
        let row = |item: &EvidenceItem<'_>| match item {
            EvidenceItem::Post { post, day, amount } => {
                let record = self.reports.counts.posts.post(*post).record;
                owned_cells([
                    &day.to_string(),
                    &format_number(*amount),
                    &record.meta.title,
                    &record.source_location(),
                ])
            }
            EvidenceItem::Removed { path, amount } => {
                let gone = self.console.text("metrics-gone", &[]);
                owned_cells(["", &format_number(*amount), &gone, path])
            }
            EvidenceItem::Row(row) => {
                let since = row.since.map(|since| since.to_string()).unwrap_or_default();
                owned_cells([&since, "1", &row.name, &row.id])
            }
        };
        let rows: Vec<Vec<String>> = evidence.iter().map(row).collect();
        indented_table(
            &rows,
            &[
                CellAlignment::Left,
                CellAlignment::Right,
                CellAlignment::Left,
                CellAlignment::Left,
            ],
        )
    }

    fn excluded_lines(&self, metric: &Metric, exclusions: &[Exclusion]) -> Vec<String> {
        let row = |exclusion: &Exclusion| {
            let record = self.reports.counts.posts.post(exclusion.post()).record;
            let day = record
                .meta
                .date
                .map(|moment| moment.date.to_string())
                .unwrap_or_default();
            vec![day, record.meta.title.clone(), record.source_location()]
        };
        let rows: Vec<Vec<String>> = exclusions.iter().map(row).collect();
        let reasons = exclusions
            .iter()
            .map(|exclusion| self.exclusion_reason(metric, exclusion, self.console.lang));
        let posts = indented_table(&rows, &[CellAlignment::Left; 3]);
        // Each reason is on a line below its post. Sentences inside the table would widen its columns.
        let both = posts
            .into_iter()
            .zip(reasons)
            .map(|(post, reason)| [post, format!("      {}", replace_control_characters(&reason))]);
        both.flatten().collect()
    }

    /// The sentence that says why a post was not counted.
    pub(super) fn exclusion_reason(&self, metric: &Metric, exclusion: &Exclusion, lang: Lang) -> String {
        let path = |id: PostId| self.reports.counts.posts.post(id).record.source_location();
        exclusion_text(self.reports, metric, exclusion, lang, &path)
    }

    /// The address of a post; when it has no page, its file, or its row in a ledger.
    pub(super) fn post_address(&self, id: PostId) -> String {
        let post = self.reports.counts.posts.post(id);
        let address = post.page.and_then(|page| self.addresses.get(page));
        address.map_or_else(|| post.record.source_location(), ToString::to_string)
    }
}

fn owned_cells(cells: [&str; 4]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

fn indented_table(rows: &[Vec<String>], alignments: &[CellAlignment]) -> Vec<String> {
    format_table(rows, alignments)
        .into_iter()
        .map(|line| format!("  {line}"))
        .collect()
}
