//! Random metrics of a town's own, and how they are written in `content/_metrics.yaml`.

use super::kinds::{COMMON, Field, Form, KINDS, Kind, ROSTERS, row_names};
use super::model::{Aggregate, Condition, Metric, Once, Source, chance, pick};
use crate::common::edited_site::Rng;
use jiff::civil::date;
use std::fmt::Write as _;

/// Some metrics of each sort.
pub(super) fn random_metrics(random: &mut Rng) -> Vec<Metric> {
    let mut metrics = Vec::new();
    for number in 0..8 {
        let mut metric = if number == 0 {
            random_row_metric(random)
        } else if number == 1 {
            metric_of_two_kinds(random)
        } else {
            random_post_metric(random)
        };
        metric.id = format!("own.m{number}");
        metrics.push(metric);
    }
    metrics
}

fn plain(of: Source) -> Metric {
    Metric {
        id: String::new(),
        of,
        conditions: Vec::new(),
        aggregate: Aggregate::Count,
        once: Once::Usual,
        dated: None,
        as_of: None,
    }
}

fn random_row_metric(random: &mut Rng) -> Metric {
    let (name, columns) = ROSTERS[1 + random.below(ROSTERS.len() - 1)];
    let mut metric = plain(Source::Rows(name));
    if chance(random, 3) {
        metric.aggregate = Aggregate::Distinct("village");
    }
    if chance(random, 2) {
        let column = pick(random, columns);
        metric.conditions.push(random_condition(random, column));
    } else if chance(random, 2) {
        metric
            .conditions
            .push(Condition::Days("since", date(2022, 1, 1), date(2022, 6, 30)));
    }
    metric
}

fn metric_of_two_kinds(random: &mut Rng) -> Metric {
    let kinds = pick(
        random,
        &[
            ["volunteer", "culture"],
            ["study", "volunteer"],
            ["coverage", "video"],
            ["civility", "market"],
        ],
    );
    let mut metric = plain(Source::Posts(kinds.to_vec()));
    if kinds.contains(&"coverage") {
        // What counts once differs between these kinds, so it must be said.
        metric.once = Once::Post;
    }
    if chance(random, 2) {
        metric.conditions.push(random_condition(random, COMMON[0]));
    }
    if chance(random, 4) {
        metric.aggregate = Aggregate::Distinct("village");
    }
    metric
}

fn random_post_metric(random: &mut Rng) -> Metric {
    let kind = &KINDS[random.below(KINDS.len())];
    let mut metric = plain(Source::Posts(vec![kind.id]));
    metric.aggregate = random_aggregate(random, kind);
    metric.once = random_once(random, kind, &metric.aggregate);
    let fields: Vec<Field> = COMMON.iter().chain(kind.fields).copied().collect();
    for _ in 0..random.below(3) {
        let field = pick(random, &fields);
        let known = metric.conditions.iter().any(|condition| names(condition, field.0));
        if !known && field.0 != "piece" {
            add_condition(&mut metric, random_condition(random, field));
        }
    }
    if kind.id == "response" && chance(random, 2) {
        metric.dated = Some("answered");
    }
    if kind.id == "role-model" && chance(random, 2) {
        metric.dated = Some("awarded");
    }
    if kind.id == "video" && chance(random, 2) {
        metric.as_of = Some("counted_on");
    }
    metric
}

/// Adds a condition; what must not be true stands in one list.
fn add_condition(metric: &mut Metric, condition: Condition) {
    if let Condition::Neither(more) = &condition {
        for known in &mut metric.conditions {
            if let Condition::Neither(conditions) = known {
                conditions.extend(more.clone());
                return;
            }
        }
    }
    metric.conditions.push(condition);
}

fn names(condition: &Condition, field: &str) -> bool {
    match condition {
        Condition::OneOf(name, ..)
        | Condition::Within(name, ..)
        | Condition::Days(name, ..)
        | Condition::Given(name, _) => *name == field,
        Condition::Neither(conditions) => conditions.iter().any(|one| names(one, field)),
    }
}

fn random_aggregate(random: &mut Rng, kind: &Kind) -> Aggregate {
    let (name, form) = COMMON
        .iter()
        .chain(kind.fields)
        .nth(random.below(kind.fields.len() + 1))
        .copied()
        .expect("a field");
    match form {
        Form::Whole | Form::Decimal => match random.below(5) {
            0 | 1 => Aggregate::Sum(name),
            2 => Aggregate::Mean(name),
            3 => Aggregate::Largest(name),
            _ => Aggregate::Latest(name),
        },
        Form::Day if kind.id == "response" => Aggregate::MeanDays("received", "answered"),
        Form::OneOf(_) | Form::Row(_) | Form::Text(_) | Form::Several(_) if chance(random, 2) => {
            Aggregate::Distinct(name)
        }
        _ => Aggregate::Count,
    }
}

fn random_once(random: &mut Rng, kind: &Kind, aggregate: &Aggregate) -> Once {
    let is_event_kind = ["volunteer", "study", "culture", "civility", "market"].contains(&kind.id);
    match aggregate {
        Aggregate::Count if chance(random, 4) => Once::Post,
        Aggregate::Sum(_) if kind.id == "volunteer" && chance(random, 2) => Once::Fields(vec!["event", "team"]),
        Aggregate::Sum(_) if is_event_kind && chance(random, 2) => Once::Fields(vec!["event"]),
        _ => Once::Usual,
    }
}

fn random_condition(random: &mut Rng, (name, form): Field) -> Condition {
    let values: Vec<&'static str> = match form {
        Form::OneOf(values) => values.iter().map(|value| value.0).collect(),
        Form::Row(roster) => row_names(roster).iter().map(|row| row.0).collect(),
        Form::Text(texts) | Form::Several(texts) => texts.to_vec(),
        Form::Whole | Form::Decimal => {
            let (low, high) = pick(
                random,
                &[(Some(1_000), None), (None, Some(900)), (Some(300), Some(4_000))],
            );
            return Condition::Within(name, low, high, !chance(random, 4));
        }
        Form::Day if chance(random, 2) => return Condition::Days(name, date(2022, 3, 1), date(2022, 9, 30)),
        // That a day is not given would be no longer true once it is, so it is no condition.
        Form::Day => return Condition::Given(name, true),
    };
    let mut chosen: Vec<String> = values
        .iter()
        .filter(|_| chance(random, 3))
        .map(|&value| value.to_owned())
        .collect();
    if chosen.is_empty() {
        chosen.push(pick(random, &values).to_owned());
    }
    match random.below(6) {
        0 => Condition::OneOf(name, chosen, false),
        1 => Condition::Given(name, chance(random, 2)),
        2 => Condition::Neither(vec![Condition::OneOf(name, chosen, true)]),
        3 => Condition::OneOf(name, chosen[..1].to_vec(), true),
        _ => Condition::OneOf(name, chosen, true),
    }
}

/// The text of `_metrics.yaml`.
pub(super) fn metrics_yaml(metrics: &[Metric]) -> String {
    let mut yaml = String::new();
    for metric in metrics {
        let of = match &metric.of {
            Source::Posts(kinds) if kinds.len() == 1 => kinds[0].to_owned(),
            Source::Posts(kinds) => format!("[{}]", kinds.join(", ")),
            Source::Rows(roster) => format!("roster:{roster}"),
            Source::Percent(_) => unreachable!("a town's own metrics divide nothing"),
        };
        write!(yaml, "{0}:\n  label: 指标{0}\n  unit: 个\n  of: {of}\n", metric.id).expect("writing to a String");
        if !metric.conditions.is_empty() {
            let conditions: Vec<String> = metric.conditions.iter().map(condition_yaml).collect();
            writeln!(yaml, "  where: {{{}}}", conditions.join(", ")).expect("writing to a String");
        }
        let aggregate = match metric.aggregate {
            Aggregate::Count => None,
            Aggregate::Sum(field) => Some(format!("sum:{field}")),
            Aggregate::Distinct(field) => Some(format!("distinct:{field}")),
            Aggregate::Mean(field) => Some(format!("avg:{field}")),
            Aggregate::MeanDays(from, to) => Some(format!("avg:{from}..{to}")),
            Aggregate::Largest(field) => Some(format!("max:{field}")),
            Aggregate::Latest(field) => Some(format!("latest:{field}")),
        };
        let once = match &metric.once {
            Once::Usual => None,
            Once::Post => Some("post".to_owned()),
            Once::Fields(fields) => Some(format!("[{}]", fields.join(", "))),
        };
        let dates =
            [("dated", metric.dated), ("as_of", metric.as_of)].map(|(key, field)| (key, field.map(str::to_owned)));
        for (key, value) in [("aggregate", aggregate), ("once", once)].into_iter().chain(dates) {
            if let Some(value) = value {
                writeln!(yaml, "  {key}: {value}").expect("writing to a String");
            }
        }
    }
    yaml
}

fn condition_yaml(condition: &Condition) -> String {
    match condition {
        Condition::OneOf(field, values, true) if values.len() == 1 => format!("{field}: {}", values[0]),
        Condition::OneOf(field, values, true) => format!("{field}: [{}]", values.join(", ")),
        Condition::OneOf(field, values, false) if values.len() == 1 => format!("{field}: {{not: {}}}", values[0]),
        Condition::OneOf(field, values, false) => format!("{field}: {{not: [{}]}}", values.join(", ")),
        Condition::Within(field, low, high, inside) => {
            let ends = [("min", low), ("max", high)];
            let ends = ends
                .iter()
                .filter_map(|(key, end)| end.map(|end| format!("{key}: {}", number(end))));
            let range = format!("{{{}}}", ends.collect::<Vec<_>>().join(", "));
            if *inside {
                format!("{field}: {range}")
            } else {
                format!("{field}: {{not: {range}}}")
            }
        }
        Condition::Days(field, from, to) => format!("{field}: {from}..{to}"),
        Condition::Given(field, given) => format!("{field}: {{given: {given}}}"),
        Condition::Neither(conditions) => {
            let conditions: Vec<String> = conditions.iter().map(condition_yaml).collect();
            format!("not: {{{}}}", conditions.join(", "))
        }
    }
}

/// A number of hundredths as files and exports write it.
pub(super) fn number(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
    let text = format!("{sign}{whole}.{rest:02}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
