//! A metric: what is counted, of which posts or roster rows, and how.

use crate::diag::{Place, nearest};
use crate::schema::{FieldValue, Labels};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The field that ranks reprints of a piece.
pub(super) const LEVEL_FIELD: &str = "level";
/// The field that reprints of a piece share.
pub(super) const PIECE_FIELD: &str = "piece";

/// One metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// `coverage.national`: group and name.
    pub id: String,
    /// What it is called: 国家级媒体报道.
    pub label: Labels,
    /// What is counted: 篇, `pieces`; the plural in English.
    pub unit: Labels,
    /// The English unit of one: `piece`. Empty where it is that of many.
    pub singular_unit: String,
    /// The posts or rows that are looked at.
    pub source: Source,
    /// What a post or row must fulfil; all of them.
    pub conditions: Vec<Condition>,
    /// How those that do make a number.
    pub aggregate: Aggregate,
    /// What may count only once.
    pub dedup: Dedup,
    /// The date field that decides the period; the post's `date` when none.
    pub date_field: Option<String>,
    /// A date field up to which a count was taken: posts counted after the period's end are left out.
    pub as_of: Option<String>,
    /// Metrics that must add up to this one; `false` for one to be taken off.
    pub equals: Vec<(bool, String)>,
    /// Whether statistics pages show it at their top.
    pub headline: bool,
    /// Where a site's own file defines it, by key; empty for the built-in ones.
    pub places: BTreeMap<&'static str, Place>,
}

/// What a metric looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The posts of a kind.
    Kind(String),
    /// The rows of a roster that are in force on the period's last day.
    Roster(String),
}

/// One condition of `where`.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The field, or the roster's column.
    pub field: String,
    /// Whether the test must fail.
    pub negated: bool,
    /// The test.
    pub test: Test,
}

/// What a field is tested for.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// It has one of these values; a list field, one of its items.
    OneOf(Vec<FieldValue>),
    /// It lies between these, both included.
    Between(Option<FieldValue>, Option<FieldValue>),
    /// It is given at all.
    Present,
}

/// How posts make a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aggregate {
    /// How many.
    Count,
    /// The sum of a measure.
    Sum(Measure),
    /// How many different values of a field.
    Distinct(String),
    /// The mean, rounded to one decimal, halves up.
    Average(Measure),
    /// The largest.
    Max(Measure),
    /// The value of the last post at or before the period's end: for stocks, such as followers of an account.
    Latest(Measure),
}

/// A number that a post gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// A number field, or a duration in seconds.
    Field(String),
    /// Days from one date field to another.
    Days(String, String),
}

/// What counts only once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dedup {
    /// Every post counts.
    None,
    /// Posts that agree in all of these fields count once, on the first day of them all; those without the first field
    /// count each. In a count the earliest one stands for all, in a sum and the like the one with the largest value.
    ByFields(Vec<String>),
    /// Reprints of one piece count once, at the highest level that it reached; the earliest one there stands for all.
    ByPiece,
    /// Reprints of one piece count once at every level.
    ByPieceAndLevel,
}

impl Metric {
    /// The unit beside `value`, in the language with this tag.
    #[must_use]
    pub fn unit_for(&self, value: Decimal, language: &str) -> &str {
        let is_one = value == Decimal::ONE && !language.starts_with("zh");
        if is_one && !self.singular_unit.is_empty() {
            &self.singular_unit
        } else {
            self.unit.get(language)
        }
    }

    /// The part of the id before the dot.
    #[must_use]
    pub fn group(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }

    /// Whether it depends on the roster alone and not on posts.
    #[must_use]
    pub const fn is_stock(&self) -> bool {
        matches!(self.source, Source::Roster(_))
    }

    /// The fields of a post that it asks for.
    pub(super) fn required_fields(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .conditions
            .iter()
            .map(|condition| condition.field.as_str())
            .collect();
        names.extend(self.date_field.iter().chain(&self.as_of).map(String::as_str));
        match &self.aggregate {
            Aggregate::Count => {}
            Aggregate::Distinct(field) => names.push(field),
            Aggregate::Sum(of) | Aggregate::Average(of) | Aggregate::Max(of) | Aggregate::Latest(of) => match of {
                Measure::Field(field) => names.push(field),
                Measure::Days(from, to) => names.extend([from.as_str(), to]),
            },
        }
        match &self.dedup {
            Dedup::None => {}
            Dedup::ByFields(fields) => names.extend(fields.iter().map(String::as_str)),
            Dedup::ByPiece | Dedup::ByPieceAndLevel => names.extend([PIECE_FIELD, LEVEL_FIELD]),
        }
        names
    }

    /// The place of a key of its definition, where a site's own file has one.
    #[must_use]
    pub fn place(&self, key: &'static str) -> Option<&Place> {
        self.places.get(key).or_else(|| self.places.get("id"))
    }
}

impl Test {
    /// Whether a field's value passes.
    pub(super) fn passes(&self, value: Option<&FieldValue>) -> bool {
        match (self, value) {
            // An empty list of values asks for the field's absence.
            (Self::OneOf(wanted), None) => wanted.is_empty(),
            (_, None) => false,
            (test, Some(FieldValue::List(items))) => match test {
                Self::Present => !items.is_empty(),
                Self::OneOf(wanted) if wanted.is_empty() => items.is_empty(),
                _ => items.iter().any(|item| test.passes(Some(item))),
            },
            (Self::Present, Some(_)) => true,
            (Self::OneOf(wanted), Some(value)) => wanted.iter().any(|wanted| values_match(wanted, value)),
            (Self::Between(from, to), Some(value)) => {
                from.as_ref().is_none_or(|from| is_at_most(from, value))
                    && to.as_ref().is_none_or(|to| is_at_most(value, to))
            }
        }
    }
}

fn values_match(a: &FieldValue, b: &FieldValue) -> bool {
    match (a, b) {
        // A day without a time means the whole day.
        (FieldValue::Moment(a), FieldValue::Moment(b)) => a.date == b.date && (a.time.is_none() || a.time == b.time),
        // A roster's columns are text, whatever they are compared with.
        (wanted, FieldValue::Text(text)) => wanted.key() == *text,
        _ => a == b,
    }
}

fn is_at_most(a: &FieldValue, b: &FieldValue) -> bool {
    match (a, b) {
        (FieldValue::Integer(a), FieldValue::Integer(b)) => a <= b,
        (FieldValue::Decimal(a), FieldValue::Decimal(b)) => a <= b,
        (FieldValue::Duration(a), FieldValue::Duration(b)) => a <= b,
        (FieldValue::Moment(a), FieldValue::Moment(b)) => a.date <= b.date,
        (FieldValue::Decimal(a), FieldValue::Text(b)) => b.parse::<Decimal>().is_ok_and(|b| *a <= b),
        (FieldValue::Text(a), FieldValue::Decimal(b)) => a.parse::<Decimal>().is_ok_and(|a| a <= *b),
        (FieldValue::Moment(a), FieldValue::Text(b)) => b.parse::<Date>().is_ok_and(|b| a.date <= b),
        (FieldValue::Text(a), FieldValue::Moment(b)) => a.parse::<Date>().is_ok_and(|a| a <= b.date),
        // A roster's columns are text: numbers compare as numbers, days in standard form as they are written.
        (FieldValue::Text(a), FieldValue::Text(b)) => match (a.parse::<Decimal>(), b.parse::<Decimal>()) {
            (Ok(a), Ok(b)) => a <= b,
            _ => a <= b,
        },
        _ => false,
    }
}

/// The unit of many, and that of one, of a unit that gives both in English: `session|sessions`.
pub(super) fn split_singular(written: Labels) -> (Labels, String) {
    let Some((one, many)) = written.en.split_once('|') else {
        return (written, String::new());
    };
    let (one, many) = (one.trim().to_owned(), many.trim().to_owned());
    // One text for both languages gives the plural to both.
    let zh = if written.zh == written.en {
        many.clone()
    } else {
        written.zh
    };
    (Labels { zh, en: many }, one)
}

/// All metrics of a site, in the order in which they are shown.
#[derive(Debug, Clone, Default)]
pub struct Metrics(pub(super) Vec<Metric>);

impl Metrics {
    /// Whether any metric asks for `field` of what it counts.
    #[must_use]
    pub fn uses_field(&self, field: &str) -> bool {
        self.iter().any(|metric| metric.required_fields().contains(&field))
    }

    /// The metric with this id; a bare group (`coverage`) means its first metric.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Metric> {
        self.0
            .iter()
            .find(|metric| metric.id == id)
            .or_else(|| self.0.iter().find(|metric| metric.group() == id))
    }

    /// The index of the metric with this id.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.0.iter().position(|metric| metric.id == id)
    }

    /// All metrics: the built-in ones in the order of their groups, then the site's.
    pub fn iter(&self) -> impl Iterator<Item = &Metric> {
        self.0.iter()
    }

    /// The id that someone who wrote `id` probably meant.
    #[must_use]
    pub fn suggest(&self, id: &str) -> Option<&str> {
        let ids = || self.0.iter().map(|metric| metric.id.as_str());
        // `national` alone, or the Chinese name, is as likely as a slip of the fingers.
        let by_name = self.0.iter().find(|metric| {
            metric.label.zh == id
                || metric.label.en.eq_ignore_ascii_case(id)
                || metric.id.rsplit('.').next() == Some(id)
        });
        by_name.map(|metric| metric.id.as_str()).or_else(|| nearest(id, ids()))
    }
}
