//! One metric: its figure, how it was counted, what was counted, and what was not.

use super::{Sheet, number};
use crate::cli::table::{Side, lines};
use crate::messages::{Lang, text};
use crate::metrics::{Item, Metric, Once, Reason};
use crate::report::{Behind, LeftOut, Shown, amount, change_words, method};
use crate::schema::{FieldType, FieldValue};
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
        out.push(method(metric, self.reports.counts, lang));
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
                cells([&day.to_string(), &number(*amount), &record.meta.title, record.path.as_str()])
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
        indented(&rows)
    }

    fn left_out(&self, metric: &Metric, left_out: &[LeftOut]) -> Vec<String> {
        let mut rows = Vec::new();
        for left in left_out {
            let record = self.reports.counts.pool.post(left.item()).record;
            let day = record.meta.date.map(|moment| moment.date.to_string()).unwrap_or_default();
            let reason = self.reason(metric, left, self.console.lang);
            rows.push(cells([&day, "", &record.meta.title, record.path.as_str()]));
            rows.push(cells(["", "", &reason, ""]));
        }
        indented(&rows)
    }

    /// Why a post was not counted, in words.
    pub(super) fn reason(&self, metric: &Metric, left: &LeftOut, lang: Lang) -> String {
        let say = |key: &str, values: &[(&'static str, &str)]| text(lang, &format!("left-out-{key}"), values);
        let path = |item: Item| self.reports.counts.pool.post(item).record.path.to_string();
        match left.reason() {
            None => say("after-issue", &[]),
            Some(Reason::Draft) => say("draft", &[]),
            Some(Reason::Future) => say("future", &[]),
            Some(Reason::Same(item)) => match &metric.once {
                Once::Same(fields) if fields[..] != ["event"] => {
                    let labels: Vec<&str> = fields.iter().map(|field| self.field_label(metric, field, lang)).collect();
                    let fields = labels.join(&text(lang, "list-comma", &[]));
                    say("same-fields", &[("post", &path(item)), ("fields", &fields)])
                }
                _ => say("same-event", &[("post", &path(item))]),
            },
            Some(Reason::SamePiece(item)) => {
                say("same-piece", &[("post", &path(item)), ("level", &self.level(metric, item, lang))])
            }
            Some(Reason::Outside(day)) => say("outside", &[("day", &day.to_string())]),
            Some(Reason::NoValue) => say("no-value", &[]),
            Some(Reason::NoDate) => say("no-date", &[]),
            Some(Reason::CountedLater(day)) => say("counted-later", &[("day", &day.to_string())]),
            Some(Reason::Superseded(item)) => say("superseded", &[("post", &path(item))]),
        }
    }

    fn field_label(&self, metric: &Metric, field: &'s str, lang: Lang) -> &'s str {
        let found = self.reports.counts.field_of(metric, field);
        found.map_or(field, |field| field.labels.get(lang.tag()))
    }

    /// The level of a piece in words.
    fn level(&self, metric: &Metric, item: Item, lang: Lang) -> String {
        let record = self.reports.counts.pool.post(item).record;
        let Some(FieldValue::Enum(id)) = record.meta.fields.get("level") else { return "—".to_owned() };
        let values = match self.reports.counts.field_of(metric, "level").map(|field| &field.ty) {
            Some(FieldType::Enum(values)) => values.as_slice(),
            _ => &[],
        };
        let found = values.iter().find(|(known, _)| known == id);
        found.map_or_else(|| id.clone(), |(_, labels)| labels.get(lang.tag()).to_owned())
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

fn indented(rows: &[Vec<String>]) -> Vec<String> {
    let sides = [Side::Left, Side::Right, Side::Left, Side::Left];
    lines(rows, &sides).into_iter().map(|line| format!("  {line}")).collect()
}
