//! Merges the posts about one matter: an event, a team's part of an event, a piece with its reprints.
//!
//! Posts are merged before a metric's conditions are tested, and over all time. So a matter has one day and one number,
//! whichever of its posts fulfils the conditions, and it counts in exactly one period.

use super::field_table::{FieldColumn, FieldTable, Row};
use super::matched::ExclusionReason;
use super::metric::{Dedup, EVENT_FIELD, LEVEL_FIELD, Metric, PIECE_FIELD};
use super::post_index::PostStatus;
use crate::schema::{FieldValue, Labels};
use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::hash::Hash;

/// A post that shares its matter with no other, or does not count.
const ALONE: u32 = u32::MAX;

/// The days on which the posts of a table fall, or why they do not count.
pub(super) type RowDays = Vec<Result<Date, ExclusionReason>>;

/// The posts of a table, merged.
pub(super) struct MergedPosts {
    /// The index of each row's matter in `matters`; `ALONE` for others.
    matter_of: Vec<u32>,
    matters: Vec<Matter>,
}

/// What several posts are about.
pub(super) struct Matter {
    /// Its posts, by day, then in the order of the table.
    pub(super) rows: Vec<Row>,
    /// Its day.
    pub(super) day: Date,
    /// The post that gives it its day. For a piece, the first at its highest level.
    pub(super) dated_by: Row,
    /// The posts of an event that lack a field, such as the team, by which others of its posts are told apart. Sorted.
    pub(super) unnamed: Vec<Row>,
    /// The parts of an event that are told apart, such as those of its teams. Each has the unnamed posts as well. Empty
    /// when there is one part, which has all posts.
    pub(super) parts: Vec<Vec<Row>>,
}

impl MergedPosts {
    /// Merges the posts of a table as `metric` does. `levels` are those of a piece, highest first.
    pub(super) fn new(
        table: &FieldTable<'_, '_>,
        metric: &Metric,
        days: &RowDays,
        levels: &[(String, Labels)],
    ) -> Self {
        let mut merged = Self {
            matter_of: vec![ALONE; table.len()],
            matters: Vec::new(),
        };
        match &metric.dedup {
            Dedup::None => {}
            Dedup::ByFields(fields) if metric.merges_events() => {
                let event = table.column(EVENT_FIELD);
                let others = fields.iter().filter(|field| *field != EVENT_FIELD);
                let others: Vec<FieldColumn> = others.map(|field| table.column(field)).collect();
                merged.gather(days, |row| table.text(row, event));
                for matter in &mut merged.matters {
                    matter.split(table, &others);
                }
            }
            Dedup::ByFields(fields) => {
                let columns: Vec<FieldColumn> = fields.iter().map(|field| table.column(field)).collect();
                merged.gather(days, |row| {
                    let (first, rest) = columns.split_first()?;
                    let rest: Vec<_> = rest.iter().map(|column| table.text(row, *column)).collect();
                    Some((table.text(row, *first)?, rest))
                });
            }
            Dedup::ByPiece => {
                let (piece, level) = (table.column(PIECE_FIELD), table.column(LEVEL_FIELD));
                merged.gather(days, |row| table.text(row, piece));
                for matter in &mut merged.matters {
                    matter.date_by_level(days, |row| level_rank(table, row, level, levels));
                }
            }
            Dedup::ByPieceAndLevel => {
                let (piece, level) = (table.column(PIECE_FIELD), table.column(LEVEL_FIELD));
                merged.gather(days, |row| {
                    Some((table.text(row, piece)?, level_rank(table, row, level, levels)))
                });
            }
        }
        merged
    }

    /// Gathers the posts that count and share a key. Posts without a key stay alone.
    fn gather<K: Hash + Eq>(&mut self, days: &RowDays, key: impl Fn(Row) -> Option<K>) {
        // There are tens of thousands of short keys. The default hasher, which resists chosen keys, would cost more
        // than everything else here.
        let mut first: FxHashMap<K, Row> = FxHashMap::default();
        for (row, day) in (0..).zip(days) {
            let Ok(day) = day else { continue };
            let Some(key) = key(row) else { continue };
            let earlier = *first.entry(key).or_insert(row);
            if earlier == row {
                continue;
            }
            if self.matter_of[earlier as usize] == ALONE {
                self.matter_of[earlier as usize] = u32::try_from(self.matters.len()).unwrap_or(ALONE);
                self.matters.push(Matter {
                    rows: vec![earlier],
                    day: days[earlier as usize].unwrap_or(*day),
                    dated_by: earlier,
                    unnamed: Vec::new(),
                    parts: Vec::new(),
                });
            }
            let index = self.matter_of[earlier as usize];
            self.matter_of[row as usize] = index;
            self.matters[index as usize].rows.push(row);
        }
        for matter in &mut self.matters {
            matter.rows.sort_by_key(|row| (days[*row as usize].ok(), *row));
            matter.dated_by = matter.rows[0];
            matter.day = days[matter.dated_by as usize].unwrap_or(matter.day);
        }
    }

    /// The matter that a post shares with others. `None` for a post that is alone.
    pub(super) fn matter_of(&self, row: Row) -> Option<&Matter> {
        self.matters.get(self.matter_of[row as usize] as usize)
    }

    /// All matters of several posts.
    pub(super) fn matters(&self) -> &[Matter] {
        &self.matters
    }
}

impl Matter {
    /// Tells the parts of an event apart by `columns`, such as the team.
    fn split(&mut self, table: &FieldTable<'_, '_>, columns: &[FieldColumn]) {
        let mut part_of: FxHashMap<Vec<Cow<'_, str>>, usize> = FxHashMap::default();
        let mut parts: Vec<Vec<Row>> = Vec::new();
        let mut placed: Vec<Option<usize>> = Vec::with_capacity(self.rows.len());
        for &row in &self.rows {
            let values: Option<Vec<_>> = columns.iter().map(|column| table.text(row, *column)).collect();
            placed.push(values.map(|values| {
                let index = *part_of.entry(values).or_insert(parts.len());
                if index == parts.len() {
                    parts.push(Vec::new());
                }
                index
            }));
        }
        if parts.is_empty() {
            return;
        }
        for (row, part) in self.rows.iter().zip(&placed) {
            match part {
                Some(index) => parts[*index].push(*row),
                None => {
                    self.unnamed.push(*row);
                    parts.iter_mut().for_each(|rows| rows.push(*row));
                }
            }
        }
        self.unnamed.sort_unstable();
        if parts.len() > 1 {
            self.parts = parts;
        }
    }

    /// Whether a post lacks a field by which others of the event are told apart.
    pub(super) fn is_unnamed(&self, row: Row) -> bool {
        self.unnamed.binary_search(&row).is_ok()
    }

    /// Dates a piece by the first of its posts at its highest level.
    fn date_by_level(&mut self, days: &RowDays, rank: impl Fn(Row) -> usize) {
        let highest = self.rows.iter().copied().min_by_key(|row| rank(*row));
        if let Some(row) = highest {
            self.dated_by = row;
            self.day = days[row as usize].unwrap_or(self.day);
        }
    }
}

/// The days on which the posts of a table fall by `columns`, the first that a post gives; without columns, by their own
/// date. A day after `today` does not count yet.
pub(super) fn row_days(table: &FieldTable<'_, '_>, columns: &[FieldColumn], today: Date) -> RowDays {
    let day = |row: Row| {
        let post = table.post(row);
        match post.status {
            PostStatus::Countable => {}
            PostStatus::Draft => return Err(ExclusionReason::Draft),
            PostStatus::Future => return Err(ExclusionReason::Future),
        }
        let given = columns
            .iter()
            .find_map(|column| day_of(table.value(row, *column)?.as_ref()));
        let day = if columns.is_empty() { post.day() } else { given };
        match day {
            None => Err(ExclusionReason::NoDate),
            Some(day) if day > today => Err(ExclusionReason::Future),
            Some(day) => Ok(day),
        }
    };
    let rows = 0..Row::try_from(table.len()).unwrap_or(Row::MAX);
    rows.into_par_iter().map(day).collect()
}

/// The day of a date. `None` for any other value.
pub(super) fn day_of(value: &FieldValue) -> Option<Date> {
    match value {
        FieldValue::Moment(moment) => Some(moment.date),
        _ => None,
    }
}

/// The rank of a post's level: 0 for the highest. Posts without a level come last.
fn level_rank(table: &FieldTable<'_, '_>, row: Row, level: FieldColumn, levels: &[(String, Labels)]) -> usize {
    let rank = |level: Cow<'_, str>| levels.iter().position(|(id, _)| *id == level);
    table.text(row, level).and_then(rank).unwrap_or(levels.len())
}
