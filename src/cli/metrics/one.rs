//! One metric: its figure, how it was counted, what was counted, and what was not.

use super::{Sheet, number};
use crate::cli::table::{Side, lines, plain};
use crate::messages::Lang;
use crate::metrics::{Item, Metric};
use crate::report::{Behind, LeftOut, Shown, amount, change_words, method, why};
use jiff::civil::Date;

impl<'s> Sheet<'s> {
    /// The lines for people.
    pub(super) fn one(&self, metric: &'s Metric, today: Date) -> Vec<String> {
        let lang = self.console.lang;
        let shown = self.shown(metric);
        let colon = self.console.text("colon", &[]);
        let label = format!("{}  {}", metric.label.get(lang.tag()), metric.id);
        let figure = amount(shown.value, metric, lang);
        let change = change_words(&shown, lang);
        let comma = self.console.text("clause-comma", &[]);
        let mut out = vec![label, self.heading(today) + &colon + &figure + &comma + &change];
        out.push(method(metric, &self.reports.counts, lang));
        out.extend([String::new(), self.console.count("metrics-counted", shown.behind.len())]);
        out.extend(self.counted(&shown));
        let left_out = self.reports.left_out(&shown);
        if !left_out.is_empty() {
            out.extend([String::new(), self.console.count("metrics-left-out", left_out.len())]);
            out.extend(self.left_out(metric, &left_out));
        }
        out
    }

    fn counted(&self, shown: &Shown<'_>) -> Vec<String> {
        let row = |behind: &Behind<'_>| match behind {
            Behind::Post { item, day, amount } => {
                let record = self.reports.counts.pool.post(*item).record;
                cells([
                    &day.to_string(),
                    &number(*amount),
                    &record.meta.title,
                    record.path.as_str(),
                ])
            }
            Behind::Gone { path, amount } => {
                let gone = self.console.text("metrics-gone", &[]);
                cells(["", &number(*amount), &gone, path])
            }
            Behind::Row(row) => {
                let since = row.since.map(|since| since.to_string()).unwrap_or_default();
                cells([&since, "1", &row.name, &row.id])
            }
        };
        let rows: Vec<Vec<String>> = shown.behind.iter().map(row).collect();
        indented(&rows, &[Side::Left, Side::Right, Side::Left, Side::Left])
    }

    fn left_out(&self, metric: &Metric, left_out: &[LeftOut]) -> Vec<String> {
        let row = |left: &LeftOut| {
            let record = self.reports.counts.pool.post(left.item()).record;
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
        let reasons = left_out.iter().map(|left| self.reason(metric, left, self.console.lang));
        let posts = indented(&rows, &[Side::Left; 3]);
        // Under its post, and not in the table: sentences would push the columns apart.
        let both = posts
            .into_iter()
            .zip(reasons)
            .map(|(post, reason)| [post, format!("      {}", plain(&reason))]);
        both.flatten().collect()
    }

    /// Why a post was not counted, in words.
    pub(super) fn reason(&self, metric: &Metric, left: &LeftOut, lang: Lang) -> String {
        let path = |item: Item| self.reports.counts.pool.post(item).record.path.to_string();
        why(self.reports, metric, left, lang, &path)
    }

    /// The address of a post; the path of one that has no page.
    pub(super) fn address(&self, item: Item) -> String {
        let post = self.reports.counts.pool.post(item);
        let address = post.page.and_then(|page| self.addresses.get(page));
        address.map_or_else(|| post.record.path.to_string(), ToString::to_string)
    }
}

fn cells(cells: [&str; 4]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

fn indented(rows: &[Vec<String>], sides: &[Side]) -> Vec<String> {
    lines(rows, sides).into_iter().map(|line| format!("  {line}")).collect()
}
