//! Figures of some values of fields only: `where` of a call.
//!
//! What a filter keeps of a figure is a part of it, by the same rules as the parts of a breakdown: what several posts are
//! about is kept when any of them has the value.

use super::breakdown::own_field;
use super::dimension::{Dimension, FigureFilter};
use super::figure::{Evidence, Figure, MetricResults};
use super::matched::CountedPost;
use super::metric::{LEVEL_FIELD, Metric, Source};
use super::period::Period;
use super::post_index::{PostId, column_value, value_texts};
use crate::schema::{FieldType, FieldValue, RosterRow, Rosters};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

impl<'a> MetricResults<'a> {
    /// The figure of what has the values of `filter`. The whole figure when it is empty.
    #[must_use]
    pub fn filtered_figure(&self, metric: &'a Metric, period: Period, filter: &[FigureFilter]) -> Figure<'a> {
        let whole = self.figure(metric, period);
        if filter.is_empty() {
            return whole;
        }
        self.narrowed(&whole, filter)
    }

    /// The figure of those posts or rows behind `whole` that have the values of `filter`.
    #[must_use]
    pub fn narrowed(&self, whole: &Figure<'a>, filter: &[FigureFilter]) -> Figure<'a> {
        // Nothing is broken down by this name, so it only asks for all that a part may consist of.
        let by = filter.first().map_or(Dimension::Month, |first| first.by.clone());
        let evidence = self.evidence_of_parts(whole.metric, whole.period, &whole.evidence, &by);
        let mut evidence = evidence.into_owned();
        self.retain(whole.metric, &mut evidence, filter);
        let has_begun = whole.period.first() <= self.today;
        let value = has_begun.then(|| self.value_of(whole.metric, &evidence)).flatten();
        if let (Evidence::Posts(posts), true) = (&mut evidence, whole.metric.is_latest()) {
            // The latest is the last.
            posts.drain(..posts.len().saturating_sub(1));
        }
        Figure {
            value,
            evidence,
            filter: filter.to_vec(),
            ..whole.clone()
        }
    }

    /// Keeps of a metric's evidence what has the values of `filter`.
    pub(super) fn retain(&self, metric: &Metric, evidence: &mut Evidence<'a>, filter: &[FigureFilter]) {
        match evidence {
            Evidence::Posts(entries) => {
                entries.retain(|entry| filter.iter().all(|wanted| self.has_value(metric, entry, wanted)));
            }
            Evidence::Rows(rows) => rows.retain(|row| filter.iter().all(|wanted| row_has_value(metric, row, wanted))),
            Evidence::Quotient(both) => {
                if let Some(operands) = self.operands(metric) {
                    for (operand, evidence) in operands.into_iter().zip(both.iter_mut()) {
                        self.retain(operand, evidence, filter);
                    }
                }
            }
        }
    }

    fn has_value(&self, metric: &Metric, entry: &CountedPost, wanted: &FigureFilter) -> bool {
        let of_all = |texts: &dyn Fn(PostId) -> Vec<String>| -> Vec<String> {
            entry.members().iter().flat_map(|post| texts(*post)).collect()
        };
        match &wanted.by {
            Dimension::Month => true,
            Dimension::Kind => wanted.accepts(&of_all(&|post| vec![self.posts.post(post).record.kind.clone()])),
            // A piece has the level of the post that dates it.
            Dimension::Field(name) if name == LEVEL_FIELD && metric.merges_pieces() => {
                wanted.accepts(&self.texts_of(entry.dated_by, name))
            }
            Dimension::Field(name) => wanted.accepts(&of_all(&|post| self.texts_of(post, name))),
        }
    }

    /// The keys that a filter by `by` may name: those of the kind's definition or of the roster, else all that posts or rows
    /// give.
    #[must_use]
    pub fn known_keys(&self, metric: &Metric, by: &Dimension) -> Vec<String> {
        let Dimension::Field(name) = by else {
            return self.subject(metric).kinds().to_vec();
        };
        let subject = self.subject(metric);
        let mut found: BTreeSet<String> = BTreeSet::new();
        match (
            &subject.source,
            self.field_of(metric, name).map(|field| item_type(&field.ty)),
        ) {
            (_, Some(FieldType::Enum(values))) => return values.iter().map(|(id, _)| id.clone()).collect(),
            (_, Some(FieldType::Boolean)) => return vec!["true".to_owned(), "false".to_owned()],
            (_, Some(FieldType::Roster(roster))) => return self.row_keys(roster, |row| row.id.clone()),
            (_, Some(ty)) if let Some(roster) = Rosters::roster_of_field(name, ty) => {
                found.extend(self.row_keys(roster, |row| row.name.clone()));
            }
            (Source::Roster(roster), _) => {
                let rows = self.catalog.rosters.get(roster).map_or(&[][..], |roster| roster.rows());
                found.extend(rows.iter().flat_map(|row| row_texts_of(subject, row, name)));
                return found.into_iter().collect();
            }
            _ => {}
        }
        for entry in self.entries_of_all_time(subject) {
            found.extend(entry.members().iter().flat_map(|post| self.texts_of(*post, name)));
        }
        found.into_iter().collect()
    }

    fn row_keys(&self, roster: &str, key: impl Fn(&RosterRow) -> String) -> Vec<String> {
        let rows = self.catalog.rosters.get(roster).map_or(&[][..], |roster| roster.rows());
        rows.iter().map(key).collect()
    }

    /// The key of the roster's row that has a name beside its own. `None` when the values of `by` are in no roster.
    #[must_use]
    pub fn key_of_row(&self, metric: &Metric, by: &Dimension, written: &str) -> Option<String> {
        let Dimension::Field(name) = by else { return None };
        let field = self.field_of(metric, name)?;
        let ty = item_type(&field.ty);
        let row = self
            .catalog
            .rosters
            .get(Rosters::roster_of_field(name, ty)?)?
            .find_loosely(written)?;
        Some(match ty {
            FieldType::Roster(_) => row.id.clone(),
            _ => row.name.clone(),
        })
    }

    /// The fields of a metric's posts that can be told in words: all but files and addresses.
    #[must_use]
    pub fn shown_fields(&self, metric: &Metric) -> Vec<&'a str> {
        let kinds = &self.catalog.kinds;
        let own = self.subject(metric).kinds().iter().filter_map(|kind| kinds.get(kind));
        let own = own.flat_map(|kind| &kind.fields);
        let common = kinds.common().iter();
        let common = common.filter(|field| matches!(field.name.as_str(), "village" | "source" | "author"));
        let is_told = |ty: &FieldType| !matches!(ty, FieldType::Asset | FieldType::Url | FieldType::Text);
        let mut names: Vec<&str> = Vec::new();
        for field in own.chain(common).filter(|field| is_told(item_type(&field.ty))) {
            if !names.contains(&field.name.as_str()) {
                names.push(&field.name);
            }
        }
        names
    }

    /// The number that a post gives at the end of a day: of several counts, the last one up to it. `None` when it gives
    /// none by then.
    #[must_use]
    pub fn number_on(&self, post: PostId, field: &str, day: Date) -> Option<Decimal> {
        let meta = &self.posts.post(post).record.meta;
        let is_by_then = |on: Option<Date>| on.is_none_or(|on| on <= day);
        let counted_on = match meta.fields.get("counted_on") {
            Some(FieldValue::Moment(moment)) => Some(moment.date),
            _ => None,
        };
        let own = meta.fields.get(field).filter(|_| is_by_then(counted_on));
        let earlier = meta.readings.iter().rev().filter(|reading| is_by_then(reading.on));
        let mut earlier = earlier.filter_map(|reading| reading.numbers.get(field));
        match own.or_else(|| earlier.next())? {
            FieldValue::Integer(number) => Some(Decimal::from(*number)),
            FieldValue::Decimal(number) => Some(*number),
            _ => None,
        }
    }
}

fn row_has_value(metric: &Metric, row: &RosterRow, wanted: &FigureFilter) -> bool {
    match &wanted.by {
        Dimension::Field(name) => wanted.accepts(&row_texts_of(metric, row, name)),
        Dimension::Month | Dimension::Kind => true,
    }
}

/// The values of a row in a column. The rows of the villages' roster are villages themselves.
fn row_texts_of(metric: &Metric, row: &RosterRow, name: &str) -> Vec<String> {
    match column_value(row, name) {
        Some(value) => value_texts(&value),
        None if own_field(metric) == Some(name) => vec![row.id.clone()],
        None => Vec::new(),
    }
}

/// The type of the items of a list, or the type itself.
fn item_type(ty: &FieldType) -> &FieldType {
    match ty {
        FieldType::List(items) => item_type(items),
        single => single,
    }
}
