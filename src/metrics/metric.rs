//! A metric: what is counted, of which posts or roster rows, and how.

use super::targets::Targets;
use crate::diag::{Place, nearest};
use crate::schema::{FieldValue, Labels, WorkCalendar};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The field that ranks reprints of a piece.
pub(super) const LEVEL_FIELD: &str = "level";
/// The field that posts about one event share.
pub(super) const EVENT_FIELD: &str = "event";
/// The field that reprints of a piece share.
pub(super) const PIECE_FIELD: &str = "piece";
/// The kind of what was sent to outlets.
pub(super) const SUBMISSION: &str = "submission";
/// The field with the day on which it was adopted.
pub(super) const ADOPTED_FIELD: &str = "adopted";
/// The metric that gives each piece its fee.
pub(crate) const FEE: &str = "submission.fee";

/// One metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// `coverage.national`: group and name.
    pub id: String,
    /// Its name: 国家级媒体报道.
    pub label: Labels,
    /// The unit of the figure: 篇, `pieces`. The plural in English.
    pub unit: Labels,
    /// The English singular of the unit: `piece`. Empty when it equals the plural.
    pub singular_unit: String,
    /// The posts or rows that it is counted from.
    pub source: Source,
    /// The conditions. A post or row must fulfil all of them.
    pub conditions: Vec<Condition>,
    /// How the matching posts or rows make a number.
    pub aggregate: Aggregate,
    /// Which posts count only once.
    pub dedup: Dedup,
    /// The date fields that decide the period: the first that a post gives. Empty for the post's `date`.
    pub date_fields: Vec<String>,
    /// The date field that gives the day of a count. Posts counted after the period's end are excluded.
    pub as_of: Option<String>,
    /// The state that posts are counted in. `None` when they are counted on their day.
    pub state: Option<State>,
    /// The metrics that must add up to this one: `true` to add the metric, `false` to subtract it.
    pub equals: Vec<(bool, String)>,
    /// Whether statistics pages show it at the top.
    pub headline: bool,
    /// Whether only the office's full site shows it.
    pub internal: bool,
    /// Where a site's own file defines it, by key. Empty for built-in metrics.
    pub places: BTreeMap<&'static str, Place>,
}

/// What a metric is counted from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The posts of these kinds; at least one.
    Kinds(Vec<String>),
    /// The rows of a roster that are in force on the period's last day.
    Roster(String),
    /// The figures of two other metrics, by id: the dividend and the divisor.
    Metrics([String; 2]),
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

/// A test of a field's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// The value, or an item of a list field, is one of these. An empty list tests that the field is not given.
    OneOf(Vec<FieldValue>),
    /// The value lies between these, both included.
    Between(Option<FieldValue>, Option<FieldValue>),
    /// The field is given.
    Present,
}

/// How posts make a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aggregate {
    /// The number of posts.
    Count,
    /// The sum of a measure.
    Sum(Measure),
    /// The number of different values of a field.
    Distinct(String),
    /// The mean, rounded to one decimal, halves away from zero.
    Average(Measure),
    /// The largest value.
    Max(Measure),
    /// The value of the last post at or before the period's end: for numbers such as the followers of an account.
    Latest(Measure),
    /// The sum of the points that posts have by the values of their fields.
    Score(Points),
    /// One figure divided by another, in the parts of a whole that the unit says: per cent or per mille. Rounded as a
    /// mean.
    Quotient,
}

/// The points that posts have by the values of their fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Points {
    /// By field, the points of each value; other values have none. A post has the points of all its values together.
    pub by_field: Vec<(String, Vec<(String, Decimal)>)>,
    /// How many points count at most.
    pub cap: Option<Cap>,
}

/// How many points of a group count at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// The field whose values are the groups. `None` when all posts are one group.
    pub per: Option<String>,
    /// The most points.
    pub max: Decimal,
    /// In which spans of days they are added up. `None` for the period of the figure.
    pub each: Option<CapSpan>,
}

/// A span of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapSpan {
    /// A year.
    Year,
    /// A half of a year.
    Half,
    /// A quarter.
    Quarter,
    /// A month.
    Month,
}

impl Points {
    /// The fields that it needs.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        let per = self.cap.iter().filter_map(|cap| cap.per.as_deref());
        self.by_field.iter().map(|(field, _)| field.as_str()).chain(per)
    }
}

/// A number that a post gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// A number field, or a duration in seconds.
    Field(String),
    /// The number of days from one date field to another.
    Days(String, String),
    /// The number of working days after one date field, up to and including another.
    Workdays(String, String),
}

impl Measure {
    /// The fields that it needs.
    pub(super) fn fields(&self) -> Vec<&str> {
        match self {
            Self::Field(field) => vec![field],
            Self::Days(from, to) | Self::Workdays(from, to) => vec![from, to],
        }
    }

    /// The date field at which its days end.
    #[must_use]
    pub fn last_day_field(&self) -> Option<&str> {
        match self {
            Self::Field(_) => None,
            Self::Days(_, to) | Self::Workdays(_, to) => Some(to),
        }
    }
}

/// A state of posts, such as being unanswered: it begins on the day that decides their period, and ends with another
/// date. A figure counts the posts that are in it at the period's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The date field that ends it. A post that does not give it is still in the state.
    pub until: String,
    /// For how long a post must be in it.
    pub over: Option<StateAge>,
}

/// More than a number of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateAge {
    /// The number of days that a post may be in the state.
    pub days: u32,
    /// Whether they are working days.
    pub of_work: bool,
}

/// Which posts count only once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dedup {
    /// Every post counts.
    None,
    /// Posts that agree in all of these fields count once, on the first day of them all. Posts without the first field
    /// each count. With `event`, the event's first day decides, and posts of an event that lack another field belong to
    /// all of the event's other posts (`merging.rs`).
    ByFields(Vec<String>),
    /// Reprints of one piece count once, at the highest level that it reached, on the first day at that level.
    ByPiece,
    /// Reprints of one piece count once at every level.
    ByPieceAndLevel,
}

impl Metric {
    /// The unit for `value`, in the language with this tag.
    #[must_use]
    pub fn unit_for(&self, value: Decimal, language: &str) -> &str {
        let is_one = value == Decimal::ONE && !language.starts_with("zh");
        if is_one && !self.singular_unit.is_empty() {
            &self.singular_unit
        } else {
            self.unit.get(language)
        }
    }

    /// The number when nothing was counted: 0 for counts and sums, none for a mean, a maximum, a latest value or a
    /// quotient.
    #[must_use]
    pub const fn value_of_nothing(&self) -> Option<Decimal> {
        match self.aggregate {
            Aggregate::Count | Aggregate::Sum(_) | Aggregate::Distinct(_) | Aggregate::Score(_) => Some(Decimal::ZERO),
            Aggregate::Average(_) | Aggregate::Max(_) | Aggregate::Latest(_) | Aggregate::Quotient => None,
        }
    }

    /// The metrics that it divides: the dividend and the divisor. `None` when it counts posts or rows.
    #[must_use]
    pub const fn operands(&self) -> Option<&[String; 2]> {
        match &self.source {
            Source::Metrics(ids) => Some(ids),
            Source::Kinds(_) | Source::Roster(_) => None,
        }
    }

    /// By what a quotient is multiplied: 100 for per cent, 1000 for per mille, else 1.
    #[must_use]
    pub fn quotient_factor(&self) -> Decimal {
        let has_unit = |sign: &str| self.unit.zh == sign || self.unit.en == sign;
        if has_unit("%") || has_unit("％") {
            Decimal::ONE_HUNDRED
        } else if has_unit("‰") {
            Decimal::ONE_THOUSAND
        } else {
            Decimal::ONE
        }
    }

    /// The part of the id before the dot.
    #[must_use]
    pub fn group(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }

    /// Whether it is counted from a roster, not from posts.
    #[must_use]
    pub const fn is_stock(&self) -> bool {
        matches!(self.source, Source::Roster(_))
    }

    /// Whether it is counted from posts.
    #[must_use]
    pub const fn counts_posts(&self) -> bool {
        matches!(self.source, Source::Kinds(_))
    }

    /// The kinds whose posts it counts. Empty for any other metric.
    #[must_use]
    pub fn kinds(&self) -> &[String] {
        match &self.source {
            Source::Kinds(kinds) => kinds,
            Source::Roster(_) | Source::Metrics(_) => &[],
        }
    }

    /// Whether the numbers of the parts of a span add up to the number of the whole: counts and sums. Means, numbers of
    /// different values and what holds at the end of a period do not.
    #[must_use]
    pub fn is_additive(&self) -> bool {
        let adds = match &self.aggregate {
            Aggregate::Count | Aggregate::Sum(_) => true,
            // A cap on the period that is asked for is another one in each of its parts.
            Aggregate::Score(points) => points.cap.as_ref().is_none_or(|cap| cap.each.is_some()),
            _ => false,
        };
        // Of several counts of a film, each period takes the last one up to its end.
        adds && self.as_of.is_none() && !self.is_at_end() && !self.is_stock()
    }

    /// Whether it takes the latest value.
    #[must_use]
    pub const fn is_latest(&self) -> bool {
        matches!(self.aggregate, Aggregate::Latest(_))
    }

    /// Whether it is what holds at the period's end, whenever it began: a latest value, or a state.
    #[must_use]
    pub const fn is_at_end(&self) -> bool {
        matches!(self.aggregate, Aggregate::Latest(_)) || self.state.is_some()
    }

    /// Whether it merges the posts about one event.
    pub(super) fn merges_events(&self) -> bool {
        matches!(&self.dedup, Dedup::ByFields(fields) if fields.iter().any(|field| field == EVENT_FIELD))
    }

    /// Whether it merges the reprints of one piece.
    pub(super) const fn merges_pieces(&self) -> bool {
        matches!(self.dedup, Dedup::ByPiece | Dedup::ByPieceAndLevel)
    }

    /// The field whose numbers it aggregates. `None` when it counts, or measures days.
    pub(crate) fn measured_field(&self) -> Option<&str> {
        match &self.aggregate {
            Aggregate::Sum(of) | Aggregate::Average(of) | Aggregate::Max(of) | Aggregate::Latest(of) => match of {
                Measure::Field(field) => Some(field),
                Measure::Days(..) | Measure::Workdays(..) => None,
            },
            Aggregate::Count | Aggregate::Distinct(_) | Aggregate::Score(_) | Aggregate::Quotient => None,
        }
    }

    /// Whether it counts all posts of `kind`, without conditions.
    #[must_use]
    pub(super) fn counts_whole_kind(&self, kind: &str) -> bool {
        let has_date_of_each = self.date_fields.last().is_none_or(|field| field == "date");
        self.kinds() == [kind]
            && self.aggregate == Aggregate::Count
            && self.conditions.is_empty()
            && self.state.is_none()
            && has_date_of_each
    }

    /// The fields of a post that it uses.
    pub(crate) fn required_fields(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .conditions
            .iter()
            .map(|condition| condition.field.as_str())
            .collect();
        names.extend(self.date_fields.iter().chain(&self.as_of).map(String::as_str));
        names.extend(self.state.iter().map(|state| state.until.as_str()));
        match &self.aggregate {
            Aggregate::Count | Aggregate::Quotient => {}
            Aggregate::Distinct(field) => names.push(field),
            Aggregate::Score(points) => names.extend(points.fields()),
            Aggregate::Sum(of) | Aggregate::Average(of) | Aggregate::Max(of) | Aggregate::Latest(of) => {
                names.extend(of.fields());
            }
        }
        match &self.dedup {
            Dedup::None => {}
            Dedup::ByFields(fields) => names.extend(fields.iter().map(String::as_str)),
            Dedup::ByPiece | Dedup::ByPieceAndLevel => names.extend([PIECE_FIELD, LEVEL_FIELD]),
        }
        names
    }

    /// The place of a key of its definition, else of its id. `None` for a built-in metric.
    #[must_use]
    pub fn place(&self, key: &'static str) -> Option<&Place> {
        self.places.get(key).or_else(|| self.places.get("id"))
    }
}

impl Condition {
    /// Whether it asks that something is not so: a negated test, or that a field is not given. Posts about one event
    /// fulfil it when none of them says otherwise.
    pub(super) fn is_negative(&self) -> bool {
        let asks_for_nothing = matches!(&self.test, Test::OneOf(wanted) if wanted.is_empty());
        self.negated != asks_for_nothing
    }

    /// Whether a field's value fulfils it. A date after `today` is not given yet.
    pub(super) fn is_fulfilled(&self, value: Option<&FieldValue>, today: Date) -> bool {
        let is_about_presence = match &self.test {
            Test::Present => true,
            Test::OneOf(wanted) => wanted.is_empty(),
            Test::Between(..) => false,
        };
        let is_due = |value: &&FieldValue| !matches!(value, FieldValue::Moment(moment) if moment.date > today);
        let value = value.filter(|value| !is_about_presence || is_due(value));
        self.test.passes(value) != self.negated
    }
}

impl Test {
    /// Whether it is a range that ends before it begins, so that no value passes.
    pub(super) fn is_empty_range(&self) -> bool {
        matches!(self, Self::Between(Some(from), Some(to)) if !is_at_most(from, to))
    }

    /// Whether a field's value passes.
    pub(super) fn passes(&self, value: Option<&FieldValue>) -> bool {
        match (self, value) {
            // An empty list of values tests that the field is not given.
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
        // Values of a roster's columns are text; an author is a name, with or without a share.
        (wanted, FieldValue::Text(text) | FieldValue::Share(text, _)) => wanted.key() == *text,
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
        // Values of a roster's columns are text: numbers compare as numbers, days in standard form as text.
        (FieldValue::Text(a), FieldValue::Text(b)) => match (a.parse::<Decimal>(), b.parse::<Decimal>()) {
            (Ok(a), Ok(b)) => a <= b,
            _ => a <= b,
        },
        _ => false,
    }
}

/// Splits a unit that gives singular and plural in English, such as `session|sessions`. Returns the plural unit and the
/// singular, which is empty when the unit does not give it.
pub(super) fn split_singular(written: Labels) -> (Labels, String) {
    let Some((one, many)) = written.en.split_once('|') else {
        return (written, String::new());
    };
    let (one, many) = (one.trim().to_owned(), many.trim().to_owned());
    // If both languages have the same text, both get the plural.
    let zh = if written.zh == written.en {
        many.clone()
    } else {
        written.zh
    };
    (Labels { zh, en: many }, one)
}

/// All metrics of a site, in display order.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    pub(super) all: Vec<Metric>,
    /// The working days by which days are counted.
    pub(crate) calendar: WorkCalendar,
    /// What figures are to reach.
    pub(crate) targets: Targets,
    /// Whether those that are internal are counted but not shown.
    hides_internal: bool,
}

impl Metrics {
    /// The same metrics as the public site shows them. Internal ones are counted, because others divide them.
    #[must_use]
    pub(crate) fn public(&self) -> Self {
        Self {
            hides_internal: true,
            ..self.clone()
        }
    }

    /// Whether internal ones are hidden, as on the public site. Only then do findings compare issued reports with what is
    /// counted now: they were issued with what the public site shows, and the office's full site counts and shows more.
    #[must_use]
    pub(crate) const fn is_public(&self) -> bool {
        self.hides_internal
    }

    /// All metrics, shown or not.
    pub(crate) fn counted(&self) -> impl Iterator<Item = &Metric> {
        self.all.iter()
    }

    /// The metric with this id, shown or not.
    #[must_use]
    pub(crate) fn counted_by_id(&self, id: &str) -> Option<&Metric> {
        self.all.iter().find(|metric| metric.id == id)
    }

    /// Whether the public site does not show a metric.
    #[must_use]
    pub(crate) const fn hides(&self, metric: &Metric) -> bool {
        self.hides_internal && metric.internal
    }

    /// These metrics in this order. Every day from Monday to Friday is a working day.
    pub(super) fn new(all: Vec<Metric>) -> Self {
        Self {
            all,
            calendar: WorkCalendar::default(),
            targets: Targets::default(),
            hides_internal: false,
        }
    }

    /// The same metrics with these targets.
    #[must_use]
    pub(crate) fn with_targets(self, targets: Targets) -> Self {
        Self { targets, ..self }
    }

    /// The metric whose fields a metric is broken down by: itself, or the dividend of a quotient.
    #[must_use]
    pub(crate) fn subject<'m>(&'m self, metric: &'m Metric) -> &'m Metric {
        let dividend = metric.operands().and_then(|[dividend, _]| self.counted_by_id(dividend));
        dividend.map_or(metric, |dividend| self.subject(dividend))
    }

    /// The same metrics with these working days.
    #[must_use]
    pub fn with_calendar(self, calendar: WorkCalendar) -> Self {
        Self { calendar, ..self }
    }

    /// Whether any metric uses `field`.
    #[must_use]
    pub fn uses_field(&self, field: &str) -> bool {
        self.counted().any(|metric| metric.required_fields().contains(&field))
    }

    /// The metric with this id. A bare group (`coverage`) gives its first metric.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Metric> {
        self.iter()
            .find(|metric| metric.id == id)
            .or_else(|| self.iter().find(|metric| metric.group() == id))
            .or_else(|| self.count_of_kind(id.strip_suffix(".all")?))
    }

    /// The metric that counts all posts of a kind, whatever its name: `volunteer.sessions` is what `volunteer.all` means.
    fn count_of_kind(&self, kind: &str) -> Option<&Metric> {
        self.iter()
            .find(|metric| metric.group() == kind && metric.counts_whole_kind(kind))
    }

    /// The index of the metric with this id.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.all.iter().position(|metric| metric.id == id)
    }

    /// All metrics that are shown: the built-in ones in the order of their groups, then the site's.
    pub fn iter(&self) -> impl Iterator<Item = &Metric> {
        self.all.iter().filter(|metric| !self.hides(metric))
    }

    /// The id that someone who wrote `id` probably meant.
    #[must_use]
    pub fn suggest(&self, id: &str) -> Option<&str> {
        let ids = || self.iter().map(|metric| metric.id.as_str());
        // `national` alone, or the name of the metric, is as likely as a typo.
        let by_name = self.iter().find(|metric| {
            metric.label.zh == id
                || metric.label.en.eq_ignore_ascii_case(id)
                || metric.id.rsplit('.').next() == Some(id)
        });
        by_name.map(|metric| metric.id.as_str()).or_else(|| nearest(id, ids()))
    }
}
