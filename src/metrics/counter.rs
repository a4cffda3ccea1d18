//! Counts one metric: tests the conditions on matters, which are single posts or posts merged by `merging`.

use super::field_table::{FieldColumn, FieldTable, Row};
use super::matched::{CountedPost, ExcludedPost, ExclusionReason, MatchedPosts, NumberConflict, Validity};
use super::merging::{Matter, MergedPosts, RowDays, day_of};
use super::metric::{Aggregate, Condition, Dedup, LEVEL_FIELD, Measure, Metric, StateAge};
use super::post_index::value_texts;
use crate::schema::{FieldValue, WorkCalendar};
use jiff::ToSpan as _;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// A condition with the column of its field, and the last day of which dates are given already.
type PlacedCondition<'c> = (FieldColumn, &'c Condition, Date);

/// One metric with the columns of its fields.
pub(super) struct Counter<'c, 'a> {
    table: &'c FieldTable<'c, 'a>,
    metric: &'c Metric,
    days: &'c RowDays,
    merged: &'c MergedPosts,
    today: Date,
    conditions: Vec<PlacedCondition<'c>>,
    /// Conditions on a piece's level. The post that dates the piece must fulfil them.
    level_conditions: Vec<PlacedCondition<'c>>,
    as_of_column: Option<FieldColumn>,
    /// The date that ends the state in which posts are counted.
    until_column: Option<FieldColumn>,
    calendar: &'c WorkCalendar,
    amount: Amount<'c>,
}

/// What a matter adds to the figure.
enum Amount<'c> {
    One,
    /// One, if the post gives the field.
    OneIfPresent(FieldColumn),
    Number(FieldColumn),
    Days(FieldColumn, FieldColumn),
    Workdays(FieldColumn, FieldColumn),
    /// The points of the values of each field.
    Points(Vec<(FieldColumn, &'c [(String, Decimal)])>),
}

impl Amount<'_> {
    /// Whether posts give numbers, of which a matter has the largest.
    const fn is_number(&self) -> bool {
        matches!(
            self,
            Self::Number(_) | Self::Days(..) | Self::Workdays(..) | Self::Points(_)
        )
    }
}

impl<'c, 'a> Counter<'c, 'a> {
    pub(super) fn new(
        table: &'c FieldTable<'c, 'a>,
        metric: &'c Metric,
        days: &'c RowDays,
        merged: &'c MergedPosts,
        (today, calendar): (Date, &'c WorkCalendar),
    ) -> Self {
        // A date that decides the period is given, though the post may not count yet.
        let placed = metric.conditions.iter().map(|condition| {
            let decides = metric.date_fields.contains(&condition.field);
            let last = if decides { Date::MAX } else { today };
            (table.column(&condition.field), condition, last)
        });
        let (level_conditions, conditions) =
            placed.partition(|(_, condition, _)| metric.merges_pieces() && condition.field == LEVEL_FIELD);
        Self {
            table,
            metric,
            days,
            merged,
            today,
            conditions,
            level_conditions,
            as_of_column: metric.as_of.as_ref().map(|field| table.column(field)),
            until_column: metric.state.as_ref().map(|state| table.column(&state.until)),
            calendar,
            amount: match &metric.aggregate {
                // Of a quotient, no posts are matched.
                Aggregate::Count | Aggregate::Quotient => Amount::One,
                Aggregate::Distinct(field) => Amount::OneIfPresent(table.column(field)),
                Aggregate::Score(points) => {
                    let fields = points.by_field.iter();
                    Amount::Points(fields.map(|(field, values)| (table.column(field), &**values)).collect())
                }
                Aggregate::Sum(of) | Aggregate::Average(of) | Aggregate::Max(of) | Aggregate::Latest(of) => match of {
                    Measure::Field(field) => Amount::Number(table.column(field)),
                    Measure::Days(from, to) => Amount::Days(table.column(from), table.column(to)),
                    Measure::Workdays(from, to) => Amount::Workdays(table.column(from), table.column(to)),
                },
            },
        }
    }

    /// Whether a post by itself fulfils the conditions, except those on a piece's level.
    pub(super) fn is_fulfilled(&self, row: Row) -> bool {
        self.fulfils(row, &self.conditions)
    }

    fn fulfils(&self, row: Row, conditions: &[PlacedCondition<'_>]) -> bool {
        conditions
            .iter()
            .all(|(column, condition, last)| condition.is_fulfilled(self.table.value(row, *column).as_deref(), *last))
    }

    /// Selects what counts. `rows` are the posts that fulfil the conditions by themselves; of those that share a matter,
    /// only in a count of different values.
    pub(super) fn select_counted(&self, rows: &[Row]) -> MatchedPosts {
        let mut matched = MatchedPosts::default();
        for &row in rows {
            let matter = self.merged.matter_of(row);
            // A piece has the level of the post that dates it.
            let dated_by = matter.map_or(row, |matter| matter.dated_by);
            if self.fulfils(dated_by, &self.level_conditions) {
                self.select_post(row, matter, &mut matched);
            }
        }
        if !self.takes_each_post() {
            for matter in self.merged.matters() {
                self.select_matter(matter, &mut matched);
            }
        }
        matched
            .counted
            .sort_unstable_by_key(|entry| (entry.day, entry.post, entry.validity.from));
        matched
    }

    /// Whether each post is taken by itself, also of those that share a matter. Different values are those of posts, so
    /// the matter gives only the day.
    const fn takes_each_post(&self) -> bool {
        matches!(self.amount, Amount::OneIfPresent(_))
    }

    /// Whether a post is taken by itself.
    pub(super) fn takes_post(&self, row: Row) -> bool {
        self.takes_each_post() || self.merged.matter_of(row).is_none()
    }

    /// The counts of a post's number, each with the days at whose end it holds: until the next one. Empty for a post with
    /// one count or none.
    fn readings(&self, row: Row) -> Vec<(Validity, Decimal)> {
        // Most metrics have no such day, and looking a record up costs more than the rest.
        let Some((latest_on, field)) = self.as_of_column.zip(self.metric.measured_field()) else {
            return Vec::new();
        };
        let earlier = &self.table.post(row).record.meta.readings;
        if earlier.is_empty() {
            return Vec::new();
        }
        // The post's own numbers are those of the latest count.
        let latest = self.amount(row).ok();
        let latest = latest.map(|amount| (day_of_value(self.table.value(row, latest_on).as_deref()), amount));
        let earlier = earlier
            .iter()
            .filter_map(|reading| Some((reading.on, number(reading.numbers.get(field)?)?)));
        let counts: Vec<(Option<Date>, Decimal)> = earlier.chain(latest).collect();
        let next = counts.iter().skip(1).map(|(on, _)| *on).chain([None]);
        let holds = counts
            .iter()
            .zip(next)
            .map(|((from, amount), until)| (Validity { from: *from, until }, *amount));
        holds.collect()
    }

    /// Selects a post that is taken by itself.
    fn select_post(&self, row: Row, matter: Option<&Matter>, matched: &mut MatchedPosts) {
        let post = self.table.post_id(row);
        let readings = self.readings(row);
        if let (Ok(day), false) = (self.days[row as usize], readings.is_empty()) {
            let day = matter.map_or(day, |matter| matter.day);
            matched
                .counted
                .extend(readings.into_iter().map(|(validity, amount)| CountedPost {
                    validity,
                    ..CountedPost::alone(post, day, amount)
                }));
            return;
        }
        let counted = self.days[row as usize].and_then(|day| {
            let day = matter.map_or(day, |matter| matter.day);
            Ok((day, self.amount(row)?, self.validity(row, &[row], day)?))
        });
        match counted {
            Ok((day, amount, validity)) => matched.counted.push(CountedPost {
                dated_by: matter.map_or(post, |matter| self.table.post_id(matter.dated_by)),
                validity,
                ..CountedPost::alone(post, day, amount)
            }),
            Err(reason) => matched.excluded.push(ExcludedPost { post, reason }),
        }
    }

    /// Selects a matter, or each part of it by itself. An event counts as a whole when only posts of no team give its
    /// number.
    fn select_matter(&self, matter: &Matter, matched: &mut MatchedPosts) {
        let is_number = self.amount.is_number();
        let is_whole = matter.parts.is_empty()
            || (is_number
                && self
                    .largest_amount(matter, &matter.rows)
                    .is_some_and(|(row, _)| matter.is_unnamed(row)));
        let first_excluded = matched.excluded.len();
        if is_whole {
            self.select_part(matter, &matter.rows, matched);
        } else {
            for rows in &matter.parts {
                self.select_part(matter, rows, matched);
            }
        }
        // A post of several parts may be excluded from each of them.
        let mut excluded = matched.excluded.split_off(first_excluded);
        excluded.sort_by_key(|excluded| excluded.post);
        excluded.dedup_by_key(|excluded| excluded.post);
        if is_number && !is_whole {
            let unnamed = matter.unnamed.iter().filter(|row| self.amount(**row).is_ok());
            let unnamed: Vec<_> = unnamed.map(|row| self.table.post_id(*row)).collect();
            for excluded in &mut excluded {
                let is_number_missing = matches!(
                    excluded.reason,
                    ExclusionReason::NoValue | ExclusionReason::NoPoints | ExclusionReason::Duplicate(_)
                );
                if is_number_missing && unnamed.contains(&excluded.post) {
                    excluded.reason = ExclusionReason::PartsCounted;
                }
            }
        }
        matched.excluded.append(&mut excluded);
        // Points differ by right: they follow from what the posts say.
        let gives_numbers = is_number && !matches!(self.amount, Amount::Points(_));
        if gives_numbers && self.metric.merges_events() {
            self.add_conflicts(matter, &mut matched.conflicts);
        }
    }

    /// Selects a matter, or the part of it that has `rows`. The exclusions are the posts that fulfil the conditions by
    /// themselves.
    fn select_part(&self, matter: &Matter, rows: &[Row], matched: &mut MatchedPosts) {
        let fulfils_all = |row: &Row| self.is_fulfilled(*row) && self.fulfils(*row, &self.level_conditions);
        let mut exclude_except = |kept: Option<Row>, reason: ExclusionReason| {
            let others = rows.iter().filter(|row| Some(**row) != kept && fulfils_all(row));
            let excluded = others.map(|row| ExcludedPost {
                post: self.table.post_id(*row),
                reason,
            });
            matched.excluded.extend(excluded);
        };
        let same_as = |row: Row| match self.metric.dedup {
            Dedup::ByPiece | Dedup::ByPieceAndLevel => ExclusionReason::SamePiece(self.table.post_id(row)),
            Dedup::None | Dedup::ByFields(_) => ExclusionReason::Duplicate(self.table.post_id(row)),
        };
        if !self.fulfils(matter.dated_by, &self.level_conditions) {
            return exclude_except(None, same_as(matter.dated_by));
        }
        if !self.fulfil_together(matter, rows) {
            let breaking = rows.iter().find(|row| !self.is_fulfilled(**row));
            return exclude_except(None, same_as(*breaking.unwrap_or(&matter.dated_by)));
        }
        let (row, amount) = match &self.amount {
            Amount::One | Amount::OneIfPresent(_) => {
                let fulfilling = || rows.iter().filter(|row| self.is_fulfilled(**row));
                let dating = fulfilling().find(|row| **row == matter.dated_by);
                let first = dating.or_else(|| fulfilling().next()).or(rows.first());
                (first.copied().unwrap_or(matter.dated_by), Decimal::ONE)
            }
            Amount::Number(_) | Amount::Days(..) | Amount::Workdays(..) | Amount::Points(_) => {
                match self.largest_amount(matter, rows) {
                    Some(largest) => largest,
                    None => return exclude_except(None, self.no_value()),
                }
            }
        };
        let validity = match self.validity(row, rows, matter.day) {
            Ok(validity) => validity,
            Err(reason) => return exclude_except(None, reason),
        };
        exclude_except(Some(row), same_as(row));
        matched.counted.push(CountedPost {
            day: matter.day,
            post: self.table.post_id(row),
            dated_by: self.table.post_id(matter.dated_by),
            amount,
            validity,
            members: Some(rows.iter().map(|row| self.table.post_id(*row)).collect()),
        });
    }

    /// Whether posts about one matter fulfil the conditions together: each condition by what any of them gives, a
    /// negative one by none of them. Of numbers, the matter has the largest.
    fn fulfil_together(&self, matter: &Matter, rows: &[Row]) -> bool {
        self.conditions.iter().all(|(column, condition, last)| {
            let value = |row: Row| self.table.value(row, *column);
            let fulfils = |row: &Row| condition.is_fulfilled(value(*row).as_deref(), *last);
            match largest(matter, rows, |row| number(value(row)?.as_ref())) {
                Some((row, _)) => fulfils(&row),
                None if condition.is_negative() => rows.iter().all(fulfils),
                None => rows.iter().any(fulfils),
            }
        })
    }

    /// The post that gives the number of a matter, or of the part of it that has `rows`, and the number.
    fn largest_amount(&self, matter: &Matter, rows: &[Row]) -> Option<(Row, Decimal)> {
        largest(matter, rows, |row| self.amount(row).ok())
    }

    /// Finds posts about one event that give other numbers than the one that counts.
    fn add_conflicts(&self, matter: &Matter, conflicts: &mut Vec<NumberConflict>) {
        let is_named = |row: &&Row| !matter.is_unnamed(**row);
        let mut parts: Vec<Vec<Row>> = matter.parts.clone();
        if parts.is_empty() {
            parts.push(matter.rows.clone());
        }
        let mut teams: Vec<(Row, Decimal)> = Vec::new();
        for part in &parts {
            let named = part.iter().filter(is_named).copied();
            let Some(best) = first_largest(named, |row| self.amount(row).ok()) else {
                continue;
            };
            self.compare(part.iter().filter(is_named), best, false, conflicts);
            teams.push(best);
        }
        let sum = teams
            .iter()
            .map(|team| team.1)
            .fold(Decimal::ZERO, Decimal::saturating_add);
        let expected = match teams.first() {
            Some(&(row, _)) => Some((row, sum)),
            None => self.largest_amount(matter, &matter.rows),
        };
        if let Some(expected) = expected {
            self.compare(matter.unnamed.iter(), expected, !teams.is_empty(), conflicts);
        }
    }

    /// Adds a conflict for each of `rows` that gives another number than `expected`.
    fn compare<'r>(
        &self,
        rows: impl Iterator<Item = &'r Row>,
        expected: (Row, Decimal),
        is_sum: bool,
        conflicts: &mut Vec<NumberConflict>,
    ) {
        let numbers = rows.filter_map(|row| Some((*row, self.amount(*row).ok()?)));
        for (row, number) in numbers.filter(|(_, number)| *number != expected.1) {
            let (one, other) = ((row, number), expected);
            // A sum has no one place, so its finding stands at the post that differs from it.
            let (later, earlier) = if row > expected.0 || is_sum {
                (one, other)
            } else {
                (other, one)
            };
            conflicts.push(NumberConflict {
                post: self.table.post_id(later.0),
                number: later.1,
                other: self.table.post_id(earlier.0),
                other_number: earlier.1,
                is_sum,
            });
        }
    }

    /// What one post adds.
    ///
    /// # Errors
    /// The reason why it does not count.
    fn amount(&self, row: Row) -> Result<Decimal, ExclusionReason> {
        let value = |column: FieldColumn| self.table.value(row, column);
        let day = |column: FieldColumn| day_of(value(column)?.as_ref());
        let amount = match &self.amount {
            Amount::One => Some(Decimal::ONE),
            Amount::OneIfPresent(column) => {
                value(*column).and_then(|value| gives_value(&value).then_some(Decimal::ONE))
            }
            Amount::Number(column) => value(*column).and_then(|value| number(&value)),
            Amount::Points(fields) => {
                let points = fields.iter().flat_map(|(column, points)| {
                    let texts = value(*column).map_or_else(Vec::new, |value| value_texts(&value));
                    texts
                        .into_iter()
                        .filter_map(|text| points.iter().find(|(known, _)| *known == text))
                });
                points.map(|(_, points)| *points).reduce(Decimal::saturating_add)
            }
            Amount::Days(from, to) | Amount::Workdays(from, to) => match day(*from).zip(day(*to)) {
                Some((_, to)) if to > self.today => return Err(ExclusionReason::Future),
                Some((from, to)) if to < from => return Err(ExclusionReason::DatesReversed),
                Some((from, to)) => Some(Decimal::from(match self.amount {
                    Amount::Workdays(..) => self.calendar.days_between(from, to),
                    _ => from.duration_until(to).as_hours() / 24,
                })),
                None => None,
            },
        };
        amount.ok_or_else(|| self.no_value())
    }

    /// Why a post without an amount does not count.
    const fn no_value(&self) -> ExclusionReason {
        match self.amount {
            Amount::Points(_) => ExclusionReason::NoPoints,
            _ => ExclusionReason::NoValue,
        }
    }

    /// The days at whose end a post, or a matter that has `rows` and falls on `day`, counts.
    ///
    /// # Errors
    /// The reason why it never counts: its state ended before it began.
    fn validity(&self, row: Row, rows: &[Row], day: Date) -> Result<Validity, ExclusionReason> {
        let date = |row: Row, column: FieldColumn| day_of_value(self.table.value(row, column).as_deref());
        if let Some(column) = self.as_of_column {
            return Ok(Validity {
                from: date(row, column),
                until: None,
            });
        }
        let Some((column, state)) = self.until_column.zip(self.metric.state.as_ref()) else {
            return Ok(Validity::default());
        };
        let until = rows.iter().filter_map(|row| date(*row, column)).min();
        if until.is_some_and(|until| until < day) {
            return Err(ExclusionReason::DatesReversed);
        }
        let from = state.over.map(|age| self.first_day_over(day, age));
        Ok(Validity { from, until })
    }

    /// The first day on which a state that began on `day` is older than `age`.
    fn first_day_over(&self, day: Date, age: StateAge) -> Date {
        let days = age.days.saturating_add(1);
        let first = if age.of_work {
            self.calendar.nth_after(day, days)
        } else {
            day.checked_add(i64::from(days).days()).ok()
        };
        first.unwrap_or(Date::MAX)
    }
}

/// The post that gives the number of a matter, or of the part of it that has `rows`, and the number: the largest. Posts
/// without a team are asked for that of the whole matter, when no other post gives one.
fn largest(matter: &Matter, rows: &[Row], number: impl Fn(Row) -> Option<Decimal>) -> Option<(Row, Decimal)> {
    let is_named = |row: &Row| !matter.is_unnamed(*row);
    let named = first_largest(rows.iter().copied().filter(is_named), &number);
    let is_whole = rows.len() == matter.rows.len();
    named.or_else(|| first_largest(matter.unnamed.iter().copied().filter(|_| is_whole), &number))
}

/// The first of `rows` that gives the largest number, and the number.
fn first_largest(rows: impl Iterator<Item = Row>, number: impl Fn(Row) -> Option<Decimal>) -> Option<(Row, Decimal)> {
    let numbers = rows.filter_map(|row| Some((row, number(row)?)));
    numbers.reduce(|best, other| if other.1 > best.1 { other } else { best })
}

/// A value as a number. `None` when it is none.
fn number(value: &FieldValue) -> Option<Decimal> {
    match value {
        FieldValue::Integer(number) => Some(Decimal::from(*number)),
        FieldValue::Decimal(number) => Some(*number),
        FieldValue::Duration(seconds) => Some(Decimal::from(*seconds)),
        _ => None,
    }
}

/// Whether a value is one to be counted: an empty list is none.
fn gives_value(value: &FieldValue) -> bool {
    !matches!(value, FieldValue::List(items) if items.is_empty())
}

/// The day of a date. `None` for any other value, and for none.
fn day_of_value(value: Option<&FieldValue>) -> Option<Date> {
    value.and_then(day_of)
}
