//! A random site as plain data: what the second counter counts and what the files of the site say.

use super::kinds::{COMMON, Form, KINDS, ROSTERS, form, kind, row_names};
use super::own_metrics::random_metrics;
use super::written::{Report, random_reports};
use crate::common::edited_site::Rng;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;

/// What a field holds. Numbers are in hundredths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    Day(Date),
    Several(Vec<String>),
}

pub(super) type Fields = BTreeMap<&'static str, Value>;

/// The texts that a field holds: none, one or several.
pub(super) fn texts(fields: &Fields, field: &str) -> Vec<String> {
    match fields.get(field) {
        Some(Value::Text(text)) => vec![text.clone()],
        Some(Value::Several(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

/// A post, or a row of a ledger.
#[derive(Clone, Debug)]
pub(super) struct Post {
    pub(super) kind: &'static str,
    /// No two posts of a site have the same title.
    pub(super) title: String,
    pub(super) date: Date,
    pub(super) draft: bool,
    /// The name of the post's file in its folder without its ending; `None` for a row of a ledger.
    pub(super) file: Option<String>,
    pub(super) event: Option<String>,
    pub(super) fields: Fields,
}

/// A row of a roster.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) since: Option<Date>,
    pub(super) until: Option<Date>,
    pub(super) fields: Fields,
}

/// What a metric counts.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Posts(Vec<&'static str>),
    Rows(&'static str),
    /// How many per cent of the second figure the first is.
    Percent(Box<[Metric; 2]>),
}

/// What a metric asks of a post or a row.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    /// The field holds one of these, or, with `false`, none of them.
    OneOf(&'static str, Vec<String>, bool),
    /// The number is in this range of hundredths, or, with `false`, not.
    Within(&'static str, Option<i64>, Option<i64>, bool),
    /// The day is in this range.
    Days(&'static str, Date, Date),
    Given(&'static str, bool),
    /// None of these holds.
    Neither(Vec<Condition>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Aggregate {
    Count,
    Sum(&'static str),
    Distinct(&'static str),
    Mean(&'static str),
    /// The mean of the days from one date to the other.
    MeanDays(&'static str, &'static str),
    Largest(&'static str),
    Latest(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Once {
    /// What the handbook says for metrics that do not say it.
    Usual,
    Post,
    Fields(Vec<&'static str>),
}

#[derive(Clone, Debug)]
pub(super) struct Metric {
    pub(super) id: String,
    pub(super) of: Source,
    pub(super) conditions: Vec<Condition>,
    pub(super) aggregate: Aggregate,
    pub(super) once: Once,
    pub(super) dated: Option<&'static str>,
    pub(super) as_of: Option<&'static str>,
}

impl Metric {
    /// The form of a field, in the kind or the roster that the metric counts.
    pub(super) fn form(&self, field: &str) -> Form {
        match &self.of {
            Source::Percent(operands) => operands[0].form(field),
            Source::Posts(kinds) => kinds.iter().find_map(|id| form(kind(id), field)).expect("a field"),
            Source::Rows(roster) => {
                let columns = ROSTERS.iter().find(|one| one.0 == *roster).expect("a roster").1;
                columns.iter().find(|column| column.0 == field).expect("a column").1
            }
        }
    }
}

/// A site.
#[derive(Clone, Debug)]
pub(super) struct Town {
    pub(super) today: Date,
    pub(super) every_level: bool,
    pub(super) posts: Vec<Post>,
    pub(super) rosters: BTreeMap<&'static str, Vec<Row>>,
    /// The town's own metrics.
    pub(super) metrics: Vec<Metric>,
    /// The reports that the town writes itself.
    pub(super) reports: Vec<Report>,
}

/// One of the items.
pub(super) fn pick<T: Clone>(random: &mut Rng, items: &[T]) -> T {
    items[random.below(items.len())].clone()
}

/// Whether what happens once in `times` happens.
pub(super) fn chance(random: &mut Rng, times: usize) -> bool {
    random.below(times) == 0
}

/// Days on both sides of the ends of periods.
const EDGES: [Date; 10] = [
    date(2021, 12, 31),
    date(2022, 1, 1),
    date(2022, 1, 31),
    date(2022, 3, 31),
    date(2022, 4, 1),
    date(2022, 6, 30),
    date(2022, 7, 1),
    date(2022, 9, 30),
    date(2022, 10, 1),
    date(2022, 12, 31),
];

/// A day of the years that the sites are about: often at the end of a period, seldom after `today`.
pub(super) fn random_day(random: &mut Rng, today: Date) -> Date {
    match random.below(12) {
        0..=3 => pick(random, &EDGES),
        4 => days_after(random, today.saturating_sub(1.day()), 2),
        _ => date(2021, 7, 1).saturating_add(i64::try_from(random.below(560)).expect("a small number").days()),
    }
}

fn days_after(random: &mut Rng, day: Date, at_most: usize) -> Date {
    day.saturating_add(i64::try_from(random.below(at_most + 1)).expect("a small number").days())
}

/// A value of the form, with dates after `day`.
pub(super) fn random_value(random: &mut Rng, form: Form, day: Date) -> Value {
    match form {
        Form::OneOf(values) => Value::Text(pick(random, values).0.to_owned()),
        Form::Row(roster) => Value::Text(pick(random, row_names(roster)).0.to_owned()),
        Form::Whole => Value::Number(pick(random, &[0, 100, 300, 900, 1_000, 1_200, 4_000, 120_000])),
        Form::Decimal => Value::Number(pick(random, &[0, 50, 200, 325, 1_050, 9_925, 123_450])),
        Form::Text(texts) => Value::Text(pick(random, texts).to_owned()),
        Form::Day => Value::Day(days_after(random, day, 40)),
        Form::Several(texts) => {
            let chosen = texts.iter().filter(|_| chance(random, 2));
            Value::Several(chosen.map(|&text| text.to_owned()).collect())
        }
    }
}

impl Town {
    pub(super) fn random(random: &mut Rng) -> Self {
        let today = pick(
            random,
            &[
                date(2023, 1, 31),
                date(2022, 10, 15),
                date(2022, 6, 15),
                date(2022, 12, 31),
            ],
        );
        let mut town = Self {
            today,
            every_level: chance(random, 4),
            posts: Vec::new(),
            rosters: BTreeMap::new(),
            metrics: Vec::new(),
            reports: Vec::new(),
        };
        for (name, columns) in ROSTERS {
            let rows = row_names(name)
                .iter()
                .map(|&(id, name)| random_row(random, id, name, columns));
            town.rosters.insert(name, rows.collect());
        }
        for _ in 0..40 + random.below(30) {
            let post = random_post(random, today, town.posts.len());
            town.posts.push(post);
        }
        town.metrics = random_metrics(random);
        town.reports = random_reports(random, &town);
        town
    }
}

fn random_row(random: &mut Rng, id: &'static str, name: &'static str, columns: &[(&'static str, Form)]) -> Row {
    let since = (!chance(random, 3)).then(|| random_day(random, date(2022, 10, 15)));
    let until = chance(random, 3).then(|| days_after(random, since.unwrap_or(date(2021, 12, 1)), 300));
    let mut fields = Fields::new();
    for &(column, form) in columns {
        if !chance(random, 5) {
            fields.insert(column, random_value(random, form, date(2022, 1, 1)));
        }
    }
    Row {
        id,
        name,
        since,
        until,
        fields,
    }
}

pub(super) fn random_post(random: &mut Rng, today: Date, number: usize) -> Post {
    // Two of three posts are of the kinds whose counting is intricate.
    let kind = if chance(random, 3) {
        &KINDS[random.below(KINDS.len())]
    } else {
        kind(pick(
            random,
            &["volunteer", "volunteer", "coverage", "study", "culture", "response"],
        ))
    };
    let mut post = Post {
        kind: kind.id,
        title: format!("第{number}件"),
        date: random_day(random, today),
        draft: chance(random, 12),
        file: (kind.ledger.is_none() || chance(random, 2)).then(|| format!("p{number}")),
        event: chance(random, 3).then(|| pick(random, &["e1", "e2", "e3", "e4"]).to_owned()),
        fields: Fields::new(),
    };
    for &(name, _) in COMMON.iter().chain(kind.fields) {
        if !["answered", "adopted", "people"].contains(&name) && !chance(random, 4) {
            let value = random_field(random, &post, name);
            post.fields.insert(name, value);
        }
    }
    if kind.id == "response" && !chance(random, 3) {
        let answered = random_field(random, &post, "answered");
        post.fields.insert("answered", answered);
    }
    if kind.id == "submission" && !chance(random, 3) {
        let adopted = random_field(random, &post, "adopted");
        post.fields.insert("adopted", adopted);
    }
    if kind.id == "volunteer" && post.file.is_some() && chance(random, 2) {
        let people = random_field(random, &post, "people");
        if people != Value::Several(Vec::new()) {
            post.fields.insert("people", people);
        }
    }
    if ["response", "submission"].contains(&post.kind) {
        // A concern or a submission is not of an event.
        post.event = None;
    }
    post
}

/// A value for a field of the post that may stand beside its other fields.
pub(super) fn random_field(random: &mut Rng, post: &Post, name: &str) -> Value {
    let form = form(kind(post.kind), name).expect("a field of the kind");
    match name {
        // Concerns come in before the post about them, and are answered after they came in. So are submissions.
        "received" | "submitted" => Value::Day(
            post.date
                .saturating_sub(i64::try_from(random.below(12)).expect("small").days()),
        ),
        "answered" | "adopted" => {
            let first = if name == "answered" { "received" } else { "submitted" };
            let first = match post.fields.get(first) {
                Some(&Value::Day(day)) => day,
                _ => post.date,
            };
            Value::Day(days_after(random, first, 25))
        }
        _ => random_value(random, form, post.date),
    }
}
