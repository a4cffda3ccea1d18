//! Breakdowns: the parts of a figure by month, theme, village …

use super::figure::{Evidence, Figure, MetricResults, is_counted_by, value_texts};
use super::matched::CountedPost;
use super::metric::{Aggregate, LEVEL_FIELD, Metric, Source};
use super::period::Period;
use super::post_index::{PostId, column_value};
use crate::diag::nearest;
use crate::messages::Lang;
use crate::schema::Taxonomy;
use crate::schema::{Field, FieldType, RosterRow};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// The name of the dimension of months.
const MONTH: &str = "month";
/// The name of the dimension of kinds.
const KIND: &str = "kind";

/// What a figure is broken down by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dimension {
    /// The calendar months of the period.
    Month,
    /// The kinds of post, for a metric of several kinds.
    Kind,
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

impl<'a> BreakdownPart<'a> {
    /// A part without its number.
    const fn new(key: String, label: String, evidence: Evidence<'a>) -> Self {
        Self {
            key,
            label,
            value: None,
            evidence,
        }
    }
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
        let known = Self::names(metric, counts);
        if known.contains(&by) {
            return Ok(Self::of_name(by, metric));
        }
        let near = nearest(by, known.iter().copied());
        Err((known, near))
    }

    /// Its name in calls: `month`, or the field's.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Month => MONTH,
            Self::Kind => KIND,
            Self::Field(name) => name,
        }
    }

    fn of_name(name: &str, metric: &Metric) -> Self {
        match name {
            MONTH if !metric.is_stock() => Self::Month,
            KIND if metric.kinds().len() > 1 => Self::Kind,
            name => Self::Field(name.to_owned()),
        }
    }

    /// The dimensions that an issued report keeps: their parts are known beforehand or are few.
    #[must_use]
    pub fn for_issued_report(metric: &Metric, counts: &MetricResults<'_>) -> Vec<(String, Self)> {
        let is_kept = |name: &&str| match Self::of_name(name, metric) {
            Self::Month | Self::Kind => true,
            Self::Field(_) => match counts.field_of(metric, name).map(|field| &field.ty) {
                Some(ty) => matches!(ty, FieldType::Enum(_) | FieldType::Roster(_)),
                None => metric.is_stock(),
            },
        };
        let known = Self::names(metric, counts).into_iter();
        known
            .filter(is_kept)
            .map(|name| (name.to_owned(), Self::of_name(name, metric)))
            .collect()
    }

    /// The names of all dimensions of a metric.
    #[must_use]
    pub fn names<'c>(metric: &Metric, counts: &'c MetricResults<'_>) -> Vec<&'c str> {
        match &metric.source {
            Source::Kinds(ids) => {
                let kinds = &counts.catalog.kinds;
                let own = ids
                    .iter()
                    .filter_map(|kind| kinds.get(kind))
                    .flat_map(|kind| &kind.fields);
                let common = kinds
                    .common()
                    .iter()
                    .filter(|field| matches!(field.name.as_str(), "village" | "tags" | "source" | "author"));
                let fields = own.filter(|field| is_groupable(&field.ty)).chain(common);
                let mut names = vec![MONTH];
                names.extend((ids.len() > 1).then_some(KIND));
                for field in fields {
                    if !names.contains(&field.name.as_str()) {
                        names.push(&field.name);
                    }
                }
                names
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
    /// largest comes first. All months, all values of an enum and all roster rows in force have a part, even with 0.
    ///
    /// The part of a value is the figure of the metric with that value as a further condition. So what has several
    /// values, such as an event in two villages, is in the part of each. The part without a key has what gives none.
    #[must_use]
    pub fn breakdown(&self, figure: &Figure<'a>, by: &Dimension, lang: Lang) -> Vec<BreakdownPart<'a>> {
        let candidates = || self.candidates(figure.metric, figure.period).cloned().collect();
        let evidence = match (&figure.evidence, &figure.metric.aggregate) {
            // The latest post of a part may be older than the latest of all.
            (Evidence::Posts(_), Aggregate::Latest(_)) => &Evidence::Posts(candidates()),
            (evidence, _) => evidence,
        };
        self.parts(figure.metric, figure.period, evidence, by, lang)
    }

    /// The parts of a figure, or of a part of it, that has this evidence.
    #[must_use]
    pub fn parts(
        &self,
        metric: &Metric,
        period: Period,
        evidence: &Evidence<'a>,
        by: &Dimension,
        lang: Lang,
    ) -> Vec<BreakdownPart<'a>> {
        let mut parts = match (by, evidence) {
            (Dimension::Month, Evidence::Posts(entries)) => self.by_month(metric, period, entries, lang),
            (Dimension::Kind, Evidence::Posts(entries)) => self.by_kind(metric, entries, lang),
            (Dimension::Field(name), Evidence::Posts(entries)) => self.by_field(metric, period, entries, name, lang),
            (Dimension::Field(name), Evidence::Rows(rows)) => self.by_column(rows, name),
            (Dimension::Month | Dimension::Kind, Evidence::Rows(_)) => Vec::new(),
        };
        for part in &mut parts {
            // A month that has not begun has no figure.
            let is_month_to_come = *by == Dimension::Month && part.key > Period::month_of(self.today).to_string();
            let has_begun = period.first() <= self.today && !is_month_to_come;
            part.value = has_begun.then(|| self.value_of(metric, &part.evidence)).flatten();
        }
        parts
    }

    fn by_month(&self, metric: &Metric, period: Period, entries: &[CountedPost], lang: Lang) -> Vec<BreakdownPart<'a>> {
        let months = period.months();
        let one_year =
            months.first().map(|month| month.first().year()) == months.last().map(|month| month.first().year());
        let of_month = |month: Period| -> Vec<CountedPost> {
            let last = self.counted_until(month).min(period.last());
            if let Aggregate::Latest(_) = metric.aggregate {
                let known = |entry: &&CountedPost| entry.day <= last && is_counted_by(entry, last);
                return entries.iter().filter(known).cloned().collect();
            }
            let from = entries.partition_point(|entry| entry.day < month.first());
            let to = entries.partition_point(|entry| entry.day <= month.last());
            entries.get(from..to).unwrap_or_default().to_vec()
        };
        let part = |month: &Period| {
            let label = month_label(*month, one_year, lang);
            BreakdownPart::new(month.to_string(), label, Evidence::Posts(of_month(*month)))
        };
        months.iter().map(part).collect()
    }

    fn by_kind(&self, metric: &Metric, entries: &[CountedPost], lang: Lang) -> Vec<BreakdownPart<'a>> {
        let kind_of = |post: PostId| vec![self.posts.post(post).record.kind.clone()];
        let mut of_kind = Self::group_by(entries, kind_of);
        let part = |kind: &String| {
            let label = self.catalog.kinds.label(kind, lang.tag()).unwrap_or(kind);
            let entries = of_kind.remove(kind).unwrap_or_default();
            BreakdownPart::new(kind.clone(), label.to_owned(), Evidence::Posts(entries))
        };
        metric.kinds().iter().map(part).collect()
    }

    fn by_field(
        &self,
        metric: &Metric,
        period: Period,
        entries: &[CountedPost],
        name: &str,
        lang: Lang,
    ) -> Vec<BreakdownPart<'a>> {
        let mut of_key = if name == LEVEL_FIELD && metric.merges_pieces() {
            self.group_by_level(entries)
        } else {
            Self::group_by(entries, |post| self.texts_of(post, name))
        };
        let mut groups = Vec::new();
        for (key, label) in self.fixed_keys(metric, period, &of_key, name, lang) {
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
        let part = |(entries, key, label)| BreakdownPart::new(key, label, Evidence::Posts(entries));
        groups.into_iter().map(part).collect()
    }

    /// Groups pieces by level. A piece has the level of the post that dates it.
    fn group_by_level(&self, entries: &[CountedPost]) -> BTreeMap<String, Vec<CountedPost>> {
        let mut of_key: BTreeMap<String, Vec<CountedPost>> = BTreeMap::new();
        for entry in entries {
            let level = self.texts_of(entry.dated_by, LEVEL_FIELD).pop().unwrap_or_default();
            of_key.entry(level).or_default().push(entry.clone());
        }
        of_key
    }

    /// Groups entries by the values that their posts give. An entry is in the group of each value; in the group of the
    /// empty key when none of its posts gives one.
    fn group_by(entries: &[CountedPost], values: impl Fn(PostId) -> Vec<String>) -> BTreeMap<String, Vec<CountedPost>> {
        let mut of_key: BTreeMap<String, Vec<CountedPost>> = BTreeMap::new();
        for entry in entries {
            let mut found: BTreeSet<String> = entry.members().iter().flat_map(|post| values(*post)).collect();
            if found.is_empty() {
                found.insert(String::new());
            }
            for value in found {
                of_key.entry(value).or_default().push(entry.clone());
            }
        }
        of_key
    }

    /// The ids and labels of the values that a field may have. Empty when they are not known beforehand.
    fn fixed_keys(
        &self,
        metric: &Metric,
        period: Period,
        counted: &BTreeMap<String, Vec<CountedPost>>,
        name: &str,
        lang: Lang,
    ) -> Vec<(String, String)> {
        match self.field_of(metric, name).map(|field| &field.ty) {
            Some(FieldType::Enum(values)) => values
                .iter()
                .map(|(id, labels)| (id.clone(), labels.get(lang.tag()).to_owned()))
                .collect(),
            Some(FieldType::Roster(roster)) => {
                let rows = self.catalog.rosters.get(roster).map_or(&[][..], |roster| roster.rows());
                let until = self.counted_until(period);
                rows.iter()
                    .filter(|row| row.is_in_force(until) || counted.contains_key(&row.id))
                    .map(|row| (row.id.clone(), row.name.clone()))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// The definition of a field of a metric's posts, from the first of its kinds that has it. `None` for a roster's
    /// column.
    #[must_use]
    pub fn field_of(&self, metric: &Metric, name: &str) -> Option<&'a Field> {
        let kinds = &self.catalog.kinds;
        let mut kinds_of = metric.kinds().iter().filter_map(|kind| kinds.get(kind));
        kinds_of.find_map(|kind| kinds.field(kind, name))
    }

    /// The name of a field of a metric's posts. `None` for a roster's column.
    #[must_use]
    pub fn field_label(&self, metric: &Metric, name: &str, lang: Lang) -> Option<&'a str> {
        self.field_of(metric, name).map(|field| field.labels.get(lang.tag()))
    }

    fn by_column(&self, rows: &[&'a RosterRow], name: &str) -> Vec<BreakdownPart<'a>> {
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
        let part = |(key, rows): (String, Vec<&'a RosterRow>)| {
            let label = named(&key).map_or_else(|| key.clone(), |row| row.name.clone());
            BreakdownPart::new(key, label, Evidence::Rows(rows))
        };
        parts.into_iter().map(part).collect()
    }
}

/// Whether the parts of a count or a sum add up to more than the whole, because something is in several parts.
#[must_use]
pub(crate) fn overlaps(metric: &Metric, whole: Option<Decimal>, parts: impl Iterator<Item = Option<Decimal>>) -> bool {
    let sum = parts.flatten().fold(Decimal::ZERO, Decimal::saturating_add);
    metric.value_of_nothing().is_some() && sum > whole.unwrap_or_default()
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
