//! The output for one metric: its figure, its method of counting, its evidence and its exclusions.

use super::{MetricsPrinter, format_number};
use crate::cli::table::{CellAlignment, format_table, to_one_line};
use crate::messages::Lang;
use crate::metrics::{Metric, PostId};
use crate::report::{
    DisplayedFigure, EvidenceItem, Exclusion, NamedPost, PostChange, exclusion_text, format_amount, format_changes,
    method_text,
};
use jiff::civil::Date;

impl<'s> MetricsPrinter<'s> {
    /// The lines of the output for people.
    pub(super) fn metric_lines(&self, metric: &'s Metric, today: Date) -> Vec<String> {
        let lang = self.console.lang;
        let figure = self.displayed_figure(metric);
        let colon = self.console.text("colon", &[]);
        let label = format!("{}  {}", figure.metric.label.get(lang.tag()), metric.id);
        let amount = format_amount(figure.value, figure.metric, lang);
        let change = format_changes(&figure, lang);
        let comma = self.console.text("clause-comma", &[]);
        let mut out = vec![label, self.heading(today) + &colon + &amount + &comma + &change];
        out.extend(self.reports.target_text(&figure, None));
        out.push(method_text(metric, &self.reports.counts, lang));
        if let Some(operands) = self.reports.operands(Some(self.period), &figure) {
            let formula = self.reports.quotient_formula(&figure, &operands);
            out.extend([String::new(), formula]);
            let row = |operand: &DisplayedFigure<'_>| {
                let label = operand.metric.label.get(lang.tag()).to_owned();
                vec![
                    label,
                    format_amount(operand.value, operand.metric, lang),
                    operand.metric.id.clone(),
                ]
            };
            let rows: Vec<Vec<String>> = operands.iter().map(row).collect();
            let left = CellAlignment::Left;
            out.extend(indented_table(&rows, &[left, CellAlignment::Right, left]));
            out.extend(self.lines_since_issue(&figure));
            return out;
        }
        match self.reports.evidence_groups(&figure) {
            Some(groups) => {
                out.extend([String::new(), self.console.pluralize("metrics-counted", groups.len())]);
                for group in groups {
                    out.push(format!("  {}", to_one_line(&group.label)));
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
                out.extend(self.capped_lines(&figure));
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
        out.extend(self.lines_since_issue(&figure));
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
            EvidenceItem::Issued(issued) => {
                let gone = self.console.text("metrics-gone", &[]);
                let title = match (&issued.row, issued.post) {
                    (Some(row), _) => &row.name,
                    (None, Some(post)) if issued.now.is_some() => &post.title,
                    _ => &gone,
                };
                let day = issued.day.map(|day| day.to_string()).unwrap_or_default();
                let path = issued.now.map(|id| self.path(id));
                let path = path.as_deref().unwrap_or(issued.key);
                owned_cells([&day, &format_number(issued.amount), title, path])
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

    /// What a cap took of the points of posts.
    fn capped_lines(&self, figure: &DisplayedFigure<'s>) -> Vec<String> {
        let line = |item: &EvidenceItem<'s>| {
            let text = self.reports.capped_text(figure, item)?;
            let title = &self.reports.counts.posts.post(item.post()?).record.meta.title;
            Some(vec![text, title.clone()])
        };
        let rows: Vec<Vec<String>> = figure.evidence.iter().filter_map(line).collect();
        if rows.is_empty() {
            return Vec::new();
        }
        let heading = self.console.pluralize("metrics-capped", rows.len());
        let table = indented_table(&rows, &[CellAlignment::Left; 2]);
        [vec![String::new(), heading], table].concat()
    }

    /// What changed since the figure was issued: `+` or `-`, amount and path of each post.
    fn lines_since_issue(&self, figure: &DisplayedFigure<'s>) -> Vec<String> {
        let changes = self.reports.changes_since_issue(figure);
        let Some(changes) = changes.filter(|changes| !changes.is_empty()) else {
            return Vec::new();
        };
        let heading = self
            .console
            .text("metrics-since-issue", &[("now", &format_number(changes.now))]);
        let line = |change: &PostChange<'_>| match change {
            PostChange::Added { post, amount, .. } => {
                owned_cells(["+", &format_number(*amount), "", &self.path(*post)])
            }
            PostChange::Removed { item, now, .. } => {
                let path = now.map_or_else(|| item.key.clone(), |now| self.path(now));
                owned_cells(["-", &format_number(item.amount), "", &path])
            }
            PostChange::Changed {
                item,
                now,
                amount,
                former_day,
                day,
                ..
            } => {
                let moved = former_day.filter(|former| former != day);
                let moved = moved.map(|former| format!("{former} → {day}")).unwrap_or_default();
                let amounts = format!("{} → {}", format_number(item.amount), format_number(*amount));
                owned_cells(["±", &amounts, &moved, &self.path(*now)])
            }
            PostChange::Edited { item, now, .. } => {
                owned_cells(["±", &format_number(item.amount), "", &self.path(*now)])
            }
            PostChange::AddedRow(row) => owned_cells(["+", "1", &row.name, &row.id]),
            PostChange::RemovedRow(item) => owned_cells(["-", "1", "", &item.key]),
        };
        let rows: Vec<Vec<String>> = changes.posts.iter().map(line).collect();
        let mut out = vec![String::new(), heading];
        let left = CellAlignment::Left;
        out.extend(indented_table(&rows, &[left, CellAlignment::Right, left, left]));
        if let Some(accepted) = changes.accepted {
            out.push(self.console.text("metrics-accepted", &[("reason", &accepted.reason)]));
        }
        out
    }

    fn path(&self, id: PostId) -> String {
        self.reports.counts.posts.post(id).record.source_location()
    }

    fn excluded_lines(&self, metric: &Metric, exclusions: &[Exclusion<'_>]) -> Vec<String> {
        let gone = self.console.text("metrics-gone", &[]);
        let row = |exclusion: &Exclusion<'_>| {
            let (day, title, path) = match exclusion {
                Exclusion::ByRule(excluded) => {
                    let record = self.reports.counts.posts.post(excluded.post).record;
                    let day = record.meta.date.map(|moment| moment.date);
                    (day, &record.meta.title, record.source_location())
                }
                Exclusion::Issued { path, post, now, .. } => {
                    let title = if now.is_some() { &post.title } else { &gone };
                    let path = now.map_or_else(|| (*path).to_owned(), |now| self.path(now));
                    (post.date, title, path)
                }
            };
            let day = day.map(|day| day.to_string()).unwrap_or_default();
            vec![day, title.clone(), path]
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
            .map(|(post, reason)| [post, format!("      {}", to_one_line(&reason))]);
        both.flatten().collect()
    }

    /// The sentence that says why a post was not counted.
    pub(super) fn exclusion_reason(&self, metric: &Metric, exclusion: &Exclusion<'_>, lang: Lang) -> String {
        let path = |post: NamedPost<'_>| match post {
            NamedPost::Today(id) => self.path(id),
            NamedPost::Issued { path, .. } => path.to_owned(),
        };
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
