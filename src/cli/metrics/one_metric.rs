//! One metric: its figure, how it was counted, what was counted, and what was not.

use super::{MetricsPrinter, format_number};
use crate::cli::table::{CellAlignment, format_table, replace_control_characters};
use crate::messages::Lang;
use crate::metrics::{Metric, PostId};
use crate::report::{
    DisplayedFigure, EvidenceItem, Exclusion, exclusion_text, format_amount, format_changes, method_text,
};
use jiff::civil::Date;

impl<'s> MetricsPrinter<'s> {
    /// The lines for people.
    pub(super) fn metric_lines(&self, metric: &'s Metric, today: Date) -> Vec<String> {
        let lang = self.console.lang;
        let shown = self.displayed_figure(metric);
        let colon = self.console.text("colon", &[]);
        let label = format!("{}  {}", metric.label.get(lang.tag()), metric.id);
        let figure = format_amount(shown.value, metric, lang);
        let change = format_changes(&shown, lang);
        let comma = self.console.text("clause-comma", &[]);
        let mut out = vec![label, self.heading(today) + &colon + &figure + &comma + &change];
        out.push(method_text(metric, &self.reports.counts, lang));
        out.extend([
            String::new(),
            self.console.pluralize("metrics-counted", shown.evidence.len()),
        ]);
        out.extend(self.counted_lines(&shown));
        let left_out = self.reports.exclusions(&shown);
        if !left_out.is_empty() {
            out.extend([
                String::new(),
                self.console.pluralize("metrics-left-out", left_out.len()),
            ]);
            out.extend(self.excluded_lines(metric, &left_out));
        }
        out
    }

    fn counted_lines(&self, shown: &DisplayedFigure<'_>) -> Vec<String> {
        let row = |behind: &EvidenceItem<'_>| match behind {
            EvidenceItem::Post {
                post: item,
                day,
                amount,
            } => {
                let record = self.reports.counts.posts.post(*item).record;
                owned_cells([
                    &day.to_string(),
                    &format_number(*amount),
                    &record.meta.title,
                    record.path.as_str(),
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
        let rows: Vec<Vec<String>> = shown.evidence.iter().map(row).collect();
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

    fn excluded_lines(&self, metric: &Metric, left_out: &[Exclusion]) -> Vec<String> {
        let row = |left: &Exclusion| {
            let record = self.reports.counts.posts.post(left.post()).record;
            let day = record
                .meta
                .date
                .map(|moment| moment.date.to_string())
                .unwrap_or_default();
            [&day, &record.meta.title, record.path.as_str()]
                .map(str::to_owned)
                .to_vec()
        };
        let rows: Vec<Vec<String>> = left_out.iter().map(row).collect();
        let reasons = left_out
            .iter()
            .map(|left| self.exclusion_reason(metric, left, self.console.lang));
        let posts = indented_table(&rows, &[CellAlignment::Left; 3]);
        // Under its post, and not in the table: sentences would push the columns apart.
        let both = posts
            .into_iter()
            .zip(reasons)
            .map(|(post, reason)| [post, format!("      {}", replace_control_characters(&reason))]);
        both.flatten().collect()
    }

    /// Why a post was not counted, in words.
    pub(super) fn exclusion_reason(&self, metric: &Metric, left: &Exclusion, lang: Lang) -> String {
        let path = |item: PostId| self.reports.counts.posts.post(item).record.path.to_string();
        exclusion_text(self.reports, metric, left, lang, &path)
    }

    /// The address of a post; the path of one that has no page.
    pub(super) fn post_address(&self, item: PostId) -> String {
        let post = self.reports.counts.posts.post(item);
        let address = post.page.and_then(|page| self.addresses.get(page));
        address.map_or_else(|| post.record.path.to_string(), ToString::to_string)
    }
}

fn owned_cells(cells: [&str; 4]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

fn indented_table(rows: &[Vec<String>], sides: &[CellAlignment]) -> Vec<String> {
    format_table(rows, sides)
        .into_iter()
        .map(|line| format!("  {line}"))
        .collect()
}
