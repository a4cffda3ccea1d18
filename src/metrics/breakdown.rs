//! Breakdowns: the parts of a figure by month, theme, village …

use super::counting::CountedPost;
use super::figure::{Evidence, Figure, MetricResults, aggregate_rows, value_texts};
use super::metric::{Metric, Source};
use super::period::Period;
use super::post_index::{column_value, field_value};
use crate::diag::nearest;
use crate::messages::Lang;
use crate::schema::Taxonomy;
use crate::schema::{Field, FieldType, RosterRow};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What a figure is broken down by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dimension {
    /// The calendar months of the period.
    Month,
    /// A field of the posts, or a column of the roster.
    Field(String),
}

/// A part of a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakdownPart<'a> {
    /// The month (`2022-05`), the value's id, or empty for posts that do not give the field.
    pub key: String,
    /// Its name in words; empty for posts that do not give the field.
    pub label: String,
    /// Its number. `None` for a mean of nothing, as in [`Figure`].
    pub value: Option<Decimal>,
    /// The posts or rows that it counted.
    pub evidence: Evidence<'a>,
}

impl Dimension {
    /// Parses the name `by` of a dimension of a metric.
    ///
    /// # Errors
    /// The names of all dimensions, and the one that was probably meant.
    pub fn parse<'c>(
        by: &str,
        metric: &Metric,
        counts: &'c MetricResults<'_>,
    ) -> Result<Self, (Vec<&'c str>, Option<&'c str>)> {
        if by == "month" && !metric.is_stock() {
            return Ok(Self::Month);
        }
        let known = Self::names(metric, counts);
        if known.contains(&by) {
            return Ok(Self::Field(by.to_owned()));
        }
        let near = nearest(by, known.iter().copied());
        Err((known, near))
    }

    /// Its name in calls: `month`, or the field's.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Month => "month",
            Self::Field(name) => name,
        }
    }

    /// The dimensions that an issued report keeps: their parts are known beforehand or are few.
    #[must_use]
    pub fn for_issued_report(metric: &Metric, counts: &MetricResults<'_>) -> Vec<(String, Self)> {
        let is_kept = |name: &&str| match counts.field_of(metric, name).map(|field| &field.ty) {
            Some(ty) => matches!(ty, FieldType::Enum(_) | FieldType::Roster(_)),
            None => metric.is_stock() || *name == "month",
        };
        let known = Self::names(metric, counts);
        let of_name = |name: &str| {
            if name == "month" {
                Self::Month
            } else {
                Self::Field(name.to_owned())
            }
        };
        known
            .into_iter()
            .filter(is_kept)
            .map(|name| (name.to_owned(), of_name(name)))
            .collect()
    }

    /// The names of all dimensions of a metric.
    #[must_use]
    pub fn names<'c>(metric: &Metric, counts: &'c MetricResults<'_>) -> Vec<&'c str> {
        match &metric.source {
            Source::Kind(kind) => {
                let kinds = &counts.catalog.kinds;
                let own = kinds.get(kind).map_or(&[][..], |kind| &kind.fields);
                let common = kinds
                    .common()
                    .iter()
                    .filter(|field| matches!(field.name.as_str(), "village" | "tags" | "source" | "author"));
                let fields = own.iter().filter(|field| is_groupable(&field.ty)).chain(common);
                ["month"]
                    .into_iter()
                    .chain(fields.map(|field| field.name.as_str()))
                    .collect()
            }
            Source::Roster(roster) => {
                let rows = counts
                    .catalog
                    .rosters
                    .get(roster)
                    .map_or(&[][..], |roster| roster.rows());
                let mut known: Vec<&str> = rows
                    .iter()
                    .flat_map(|row| row.values.keys().filter_map(crate::yaml::Value::as_str))
                    .collect();
                known.sort_unstable();
                known.dedup();
                known
            }
        }
    }
}

/// Whether posts can be grouped by a field of this type: its values are few and distinguished by name.
fn is_groupable(ty: &FieldType) -> bool {
    match ty {
        FieldType::Enum(_) | FieldType::Roster(_) | FieldType::String | FieldType::Boolean => true,
        FieldType::List(inner) => is_groupable(inner),
        _ => false,
    }
}

impl<'a> MetricResults<'a> {
    /// Breaks a figure down. The parts follow the calendar, the field's values or the roster; for free text the
    /// largest comes first. All months, all values of an enum and all roster rows in force have a part, even with 0. A
    /// post with several values of a list field is in the part of each.
    #[must_use]
    pub fn breakdown(&self, figure: &Figure<'a>, by: &Dimension, lang: Lang) -> Vec<BreakdownPart<'a>> {
        match (by, &figure.evidence) {
            (Dimension::Month, Evidence::Posts(entries)) => self.by_month(figure, entries, lang),
            (Dimension::Field(name), Evidence::Posts(entries)) => self.by_field(figure, entries, name, lang),
            (Dimension::Field(name), Evidence::Rows(_)) => self.by_column(figure, name),
            (Dimension::Month, Evidence::Rows(_)) => Vec::new(),
        }
    }

    fn by_month(&self, figure: &Figure<'a>, entries: &[CountedPost], lang: Lang) -> Vec<BreakdownPart<'a>> {
        let months = figure.period.months();
        let one_year =
            months.first().map(|month| month.first().year()) == months.last().map(|month| month.first().year());
        let mut of_month: BTreeMap<Period, Vec<CountedPost>> = BTreeMap::new();
        for entry in entries {
            of_month.entry(Period::month_of(entry.day)).or_default().push(*entry);
        }
        let mut group = |month: &Period| {
            let entries = of_month.remove(month).unwrap_or_default();
            BreakdownPart {
                key: month.to_string(),
                label: month_label(*month, one_year, lang),
                value: self.aggregate(figure.metric, &entries),
                evidence: Evidence::Posts(entries),
            }
        };
        months.iter().map(&mut group).collect()
    }

    fn by_field(&self, figure: &Figure<'a>, entries: &[CountedPost], name: &str, lang: Lang) -> Vec<BreakdownPart<'a>> {
        let mut of_key: BTreeMap<String, Vec<CountedPost>> = BTreeMap::new();
        for entry in entries {
            let found = field_value(self.posts.post(entry.post).record, name)
                .map_or_else(Vec::new, |value| value_texts(&value));
            let found = if found.is_empty() { vec![String::new()] } else { found };
            for key in found {
                of_key.entry(key).or_default().push(*entry);
            }
        }
        let mut groups = Vec::new();
        for (key, label) in self.fixed_keys(figure, name, lang) {
            groups.push((of_key.remove(&key).unwrap_or_default(), key, label));
        }
        let unknown = of_key.remove("");
        let mut rest: Vec<_> = of_key
            .into_iter()
            .map(|(key, entries)| (entries, key.clone(), key))
            .collect();
        rest.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.1.cmp(&b.1)));
        groups.extend(rest);
        groups.extend(unknown.map(|entries| (entries, String::new(), String::new())));
        let group = |(entries, key, label): (Vec<CountedPost>, String, String)| BreakdownPart {
            value: self.aggregate(figure.metric, &entries),
            key,
            label,
            evidence: Evidence::Posts(entries),
        };
        groups.into_iter().map(group).collect()
    }

    /// The ids and labels of the values that a field may have. Empty when they are not known beforehand.
    fn fixed_keys(&self, figure: &Figure<'a>, name: &str, lang: Lang) -> Vec<(String, String)> {
        match self.field_of(figure.metric, name).map(|field| &field.ty) {
            Some(FieldType::Enum(values)) => values
                .iter()
                .map(|(id, labels)| (id.clone(), labels.get(lang.tag()).to_owned()))
                .collect(),
            Some(FieldType::Roster(roster)) => {
                let rows = self.catalog.rosters.get(roster).map_or(&[][..], |roster| roster.rows());
                let last = figure.period.last();
                let counted = |id: &str| {
                    figure.evidence.posts().iter().any(|entry| {
                        field_value(self.posts.post(entry.post).record, name)
                            .is_some_and(|value| value_texts(&value).iter().any(|key| key == id))
                    })
                };
                rows.iter()
                    .filter(|row| row.is_in_force(last) || counted(&row.id))
                    .map(|row| (row.id.clone(), row.name.clone()))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// The definition of a field of a metric's posts. `None` for a roster's column.
    #[must_use]
    pub fn field_of(&self, metric: &Metric, name: &str) -> Option<&'a Field> {
        match &metric.source {
            Source::Kind(kind) => self.catalog.kinds.field(self.catalog.kinds.get(kind)?, name),
            Source::Roster(_) => None,
        }
    }

    /// The name of a field of a metric's posts. `None` for a roster's column.
    #[must_use]
    pub fn field_label(&self, metric: &Metric, name: &str, lang: Lang) -> Option<&'a str> {
        self.field_of(metric, name).map(|field| field.labels.get(lang.tag()))
    }

    fn by_column(&self, figure: &Figure<'a>, name: &str) -> Vec<BreakdownPart<'a>> {
        let Evidence::Rows(rows) = &figure.evidence else {
            return Vec::new();
        };
        let mut parts: BTreeMap<String, Vec<&'a RosterRow>> = BTreeMap::new();
        for row in rows {
            let found = column_value(row, name).map_or_else(|| vec![String::new()], |value| value_texts(&value));
            for key in found {
                parts.entry(key).or_default().push(row);
            }
        }
        let named = |key: &str| {
            self.catalog
                .rosters
                .get(Taxonomy::Villages.name())
                .filter(|_| name == Taxonomy::Villages.field())?
                .by_id(key)
        };
        let group = |(key, rows): (String, Vec<&'a RosterRow>)| BreakdownPart {
            label: named(&key).map_or_else(|| key.clone(), |row| row.name.clone()),
            key,
            value: aggregate_rows(figure.metric, &rows),
            evidence: Evidence::Rows(rows),
        };
        parts.into_iter().map(group).collect()
    }
}

/// `5月` when all months are in one year, else `2022年5月`.
fn month_label(month: Period, one_year: bool, lang: Lang) -> String {
    match (one_year, lang) {
        (false, _) => month.label(lang),
        (true, Lang::Zh) => format!("{}月", month.first().month()),
        (true, Lang::En) => month.first().strftime("%b").to_string(),
    }
}

/// The rank of each value: 1 for the largest. Equal values share a rank, and the next value's rank counts all values
/// before it (1, 2, 2, 4).
#[must_use]
pub fn ranks<T: Ord>(values: &[T]) -> Vec<usize> {
    values
        .iter()
        .map(|value| 1 + values.iter().filter(|other| *other > value).count())
        .collect()
}
