//! The rows of tables and charts as the second counter fills them in.

use super::count::{Figure, count};
use super::kinds::{Form, row_names};
use super::model::{Condition, Metric, Town, texts};
use super::periods::Days;
use jiff::ToSpan as _;

/// What a table says for posts that do not fill in the field.
pub(super) const MISSING: &str = "未填写";

/// The values of a field with their names on pages.
pub(super) fn values(town: &Town, metric: &Metric, field: &str) -> Vec<(String, String)> {
    let owned = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|&(id, name)| (id.to_owned(), name.to_owned()))
            .collect()
    };
    match metric.form(field) {
        Form::OneOf(pairs) => owned(pairs),
        Form::Row(roster) => owned(row_names(roster)),
        _ => {
            let mut values: Vec<(String, String)> = Vec::new();
            for post in &town.posts {
                for text in texts(&post.fields, field) {
                    if !values.iter().any(|value| value.0 == text) {
                        values.push((text.clone(), text));
                    }
                }
            }
            values
        }
    }
}

/// The rows of the metric by the field: the name of each value with its figure, and what does not fill it in.
pub(super) fn rows(town: &Town, metric: &Metric, field: &'static str, days: Days) -> Vec<(String, Figure)> {
    let with = |condition: Condition| {
        let mut metric = metric.clone();
        metric.conditions.push(condition);
        count(town, &metric, days)
    };
    let mut rows: Vec<(String, Figure)> = values(town, metric, field)
        .into_iter()
        .map(|(value, name)| (name, with(Condition::OneOf(field, vec![value], true))))
        .collect();
    rows.push((MISSING.to_owned(), with(Condition::Given(field, false))));
    rows
}

/// The months of a period, each with its days in it and its name: `3月`, or `2021年3月` where there are several years.
pub(super) fn months(days: Days) -> Vec<(String, Days)> {
    let mut months = Vec::new();
    let mut from = days.from;
    while from <= days.to {
        let name = if days.from.year() == days.to.year() {
            format!("{}月", from.month())
        } else {
            format!("{}年{}月", from.year(), from.month())
        };
        let to = from.last_of_month().min(days.to);
        months.push((name, Days { from, to }));
        from = to.saturating_add(1.day());
    }
    months
}
