//! Breakdowns: the parts of a figure by month, theme, village …

use super::dimension::{Dimension, HIDDEN_KEY, KIND, MONTH};
use super::figure::{Evidence, Figure, MetricResults};
use super::matched::CountedPost;
use super::metric::{Aggregate, LEVEL_FIELD, Metric, Source};
use super::period::Period;
use super::post_index::{PostId, column_value, value_texts};
use crate::diag::nearest;
use crate::messages::Lang;
use crate::schema::Taxonomy;
use crate::schema::{Field, FieldType, RosterRow};
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

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
            return Ok(Self::of_name(by, metric, counts));
        }
        let near = nearest(by, known.iter().copied());
        Err((known, near))
    }

    fn of_name(name: &str, metric: &Metric, counts: &MetricResults<'_>) -> Self {
        let subject = counts.subject(metric);
        match name {
            MONTH if !subject.is_stock() => Self::Month,
            KIND if subject.kinds().len() > 1 => Self::Kind,
            name => Self::Field(name.to_owned()),
        }
    }

    /// The dimensions that an issued report keeps: their parts are known beforehand or are few.
    #[must_use]
    pub fn for_issued_report(metric: &Metric, counts: &MetricResults<'_>) -> Vec<(String, Self)> {
        let is_kept = |name: &&str| match Self::of_name(name, metric, counts) {
            Self::Month | Self::Kind => true,
            Self::Field(_) => match counts.field_of(metric, name).map(|field| &field.ty) {
                Some(ty) => matches!(ty, FieldType::Enum(_) | FieldType::Roster(_)),
                None => counts.subject(metric).is_stock(),
            },
        };
        let known = Self::names(metric, counts).into_iter();
        known
            .filter(is_kept)
            .map(|name| (name.to_owned(), Self::of_name(name, metric, counts)))
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
                known.retain(|column| !counts.catalog.rosters.hides_column(roster, column));
                known.sort_unstable();
                known.dedup();
                known
            }
            // What both figures are broken down by. The rows of the villages' roster are villages themselves.
            Source::Metrics(_) => {
                let Some([dividend, divisor]) = counts.operands(metric) else {
                    return Vec::new();
                };
                let mut names = Self::names(dividend, counts);
                let others = Self::names(divisor, counts);
                names.retain(|name| others.contains(name) || own_field(divisor) == Some(name));
                names
            }
        }
    }
}

/// The field by which posts refer to the rows of a metric's roster: `village` for the villages' roster.
pub(super) fn own_field(metric: &Metric) -> Option<&'static str> {
    match &metric.source {
        Source::Roster(roster) => Taxonomy::of_roster(roster).map(Taxonomy::field),
        Source::Kinds(_) | Source::Metrics(_) => None,
    }
}

/// Whether posts can be grouped by a field of this type, or by the items of its lists.
fn is_groupable(ty: &FieldType) -> bool {
    match ty {
        FieldType::List(inner) => is_groupable(inner),
        ty => ty.is_categorical(),
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
        let mut evidence = self.evidence_of_parts(figure.metric, figure.period, &figure.evidence, by);
        if !figure.filter.is_empty() {
            // What parts are made of is more than the evidence of the figure.
            let mut kept = evidence.into_owned();
            self.retain(figure.metric, &mut kept, &figure.filter);
            evidence = Cow::Owned(kept);
        }
        self.parts(figure.metric, figure.period, &evidence, by, lang)
    }

    /// What the parts of a figure are made of: its evidence, of a latest value all posts that it may be, of the months of a
    /// state all posts that were ever in it.
    pub(super) fn evidence_of_parts<'e>(
        &self,
        metric: &Metric,
        period: Period,
        evidence: &'e Evidence<'a>,
        by: &Dimension,
    ) -> Cow<'e, Evidence<'a>> {
        match (evidence, &metric.aggregate) {
            // The latest post of a part may be older than the latest of all.
            (Evidence::Posts(_), Aggregate::Latest(_)) => {
                Cow::Owned(Evidence::Posts(self.candidates(metric, period).cloned().collect()))
            }
            (Evidence::Posts(_), _) if metric.state.is_some() && *by == Dimension::Month => {
                Cow::Owned(Evidence::Posts(self.entries_up_to_end(metric, period).to_vec()))
            }
            (Evidence::Quotient(both), _) => {
                let Some(operands) = self.operands(metric) else {
                    return Cow::Borrowed(evidence);
                };
                let of = |index: usize| {
                    self.evidence_of_parts(operands[index], period, &both[index], by)
                        .into_owned()
                };
                Cow::Owned(Evidence::Quotient(Box::new([of(0), of(1)])))
            }
            (evidence, _) => Cow::Borrowed(evidence),
        }
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
            (Dimension::Field(name), Evidence::Rows(rows)) => self.by_column(metric, rows, name),
            (Dimension::Month | Dimension::Kind, Evidence::Rows(_)) => Vec::new(),
            (by, Evidence::Quotient(both)) => self.quotient_parts(metric, period, both, by, lang),
        };
        for part in &mut parts {
            // A month that has not begun has no figure.
            let is_month_to_come = *by == Dimension::Month && part.key > Period::month_of(self.today).to_string();
            let has_begun = period.first() <= self.today && !is_month_to_come;
            part.value = has_begun.then(|| self.value_of(metric, &part.evidence)).flatten();
        }
        parts
    }

    /// The parts of both figures, joined by their keys. A part that only one of them has divides by nothing, or divides
    /// nothing.
    fn quotient_parts(
        &self,
        metric: &Metric,
        period: Period,
        both: &[Evidence<'a>; 2],
        by: &Dimension,
        lang: Lang,
    ) -> Vec<BreakdownPart<'a>> {
        let Some(operands) = self.operands(metric) else {
            return Vec::new();
        };
        let [dividends, divisors] = [0, 1].map(|index| self.parts(operands[index], period, &both[index], by, lang));
        let mut keys: Vec<(String, String)> = Vec::new();
        for part in dividends.iter().chain(&divisors) {
            if keys.iter().all(|(key, _)| *key != part.key) {
                keys.push((part.key.clone(), part.label.clone()));
            }
        }
        // What does not give the field comes last.
        keys.sort_by_key(|(key, _)| key.is_empty());
        let evidence = |parts: &[BreakdownPart<'a>], operand: &'a Metric, key: &str| {
            let part = parts.iter().find(|part| part.key == key);
            part.map_or_else(|| self.no_evidence(operand), |part| part.evidence.clone())
        };
        let part = |(key, label): (String, String)| {
            let both = [
                evidence(&dividends, operands[0], &key),
                evidence(&divisors, operands[1], &key),
            ];
            BreakdownPart::new(key, label, Evidence::Quotient(Box::new(both)))
        };
        keys.into_iter().map(part).collect()
    }

    fn by_month(&self, metric: &Metric, period: Period, entries: &[CountedPost], lang: Lang) -> Vec<BreakdownPart<'a>> {
        let months = period.months();
        let one_year =
            months.first().map(|month| month.first().year()) == months.last().map(|month| month.first().year());
        let of_month = |month: Period| -> Vec<CountedPost> {
            let last = self.counted_until(month).min(period.last());
            if metric.is_at_end() {
                let known = |entry: &&CountedPost| entry.day <= last && entry.validity.holds_on(last);
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
        let shown = |kind: &str| match self.catalog.kinds.hides_kind(kind) {
            true => HIDDEN_KEY.to_owned(),
            false => kind.to_owned(),
        };
        let kind_of = |post: PostId| vec![shown(&self.posts.post(post).record.kind)];
        let mut of_kind = Self::group_by(entries, kind_of);
        let part = |kind: &String| {
            let label = self.catalog.kinds.label(kind, lang.tag()).unwrap_or(kind);
            let entries = of_kind.remove(kind).unwrap_or_default();
            BreakdownPart::new(kind.clone(), label.to_owned(), Evidence::Posts(entries))
        };
        let mut kinds: Vec<String> = metric.kinds().iter().map(|kind| shown(kind)).collect();
        kinds.sort_by_key(|kind| kind == HIDDEN_KEY);
        kinds.dedup();
        kinds.iter().map(part).collect()
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
            Self::group_by(entries, |post| self.public_texts_of(metric, post, name))
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

    /// The values of a field that may be shown. The site does not show a post's own words when it does not show the post.
    fn public_texts_of(&self, metric: &Metric, post: PostId, name: &str) -> Vec<String> {
        let texts = self.texts_of(post, name);
        let is_hidden = self.posts.post(post).is_hidden();
        let is_chosen = || match self.field_of(metric, name).map(|field| &field.ty) {
            Some(FieldType::List(items)) => matches!(**items, FieldType::Enum(_) | FieldType::Roster(_)),
            Some(ty) => matches!(ty, FieldType::Enum(_) | FieldType::Roster(_) | FieldType::Boolean),
            None => false,
        };
        match is_hidden && !texts.is_empty() && !is_chosen() {
            true => vec![HIDDEN_KEY.to_owned()],
            false => texts,
        }
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

    /// The definition of a field of a metric's posts, from the first of its kinds that has it. Of a quotient, the posts
    /// are those of the dividend. `None` for a roster's column.
    #[must_use]
    pub fn field_of(&self, metric: &Metric, name: &str) -> Option<&'a Field> {
        let kinds = &self.catalog.kinds;
        let mut kinds_of = self.subject(metric).kinds().iter().filter_map(|kind| kinds.get(kind));
        kinds_of.find_map(|kind| kinds.field(kind, name))
    }

    /// The name of a field of a metric's posts. `None` for a roster's column.
    #[must_use]
    pub fn field_label(&self, metric: &Metric, name: &str, lang: Lang) -> Option<&'a str> {
        self.field_of(metric, name).map(|field| field.labels.get(lang.tag()))
    }

    fn by_column(&self, metric: &Metric, rows: &[&'a RosterRow], name: &str) -> Vec<BreakdownPart<'a>> {
        let is_own = own_field(metric) == Some(name);
        let mut parts: BTreeMap<String, Vec<&'a RosterRow>> = BTreeMap::new();
        for row in rows {
            let found = match column_value(row, name) {
                Some(value) => value_texts(&value),
                None if is_own => vec![row.id.clone()],
                None => vec![String::new()],
            };
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
    metric.value_of_nothing().is_some() && !metric.is_at_end() && sum > whole.unwrap_or_default()
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
