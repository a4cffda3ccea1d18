//! The parts of an issued report.

use crate::catalog::Catalog;
use crate::diag::Place;
use crate::metrics::{Metric, Period, Target};
use crate::paths::SourcePath;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The format that is written. A file without `format` is in the former one, which keeps fewer answers.
pub(super) const FORMAT: i64 = 2;
/// The mean of nothing in a line of numbers.
pub(super) const NOTHING: &str = "—";
/// The comment that begins a file is this key of `locales/report.yml`.
pub(super) const NOTE: &str = "issued-note";

/// The ordered labels of a dimension's values, by `SOURCE.DIMENSION`.
pub(super) type ValueLists = BTreeMap<String, Vec<(String, String)>>;

/// One issued report.
#[derive(Debug, Clone, PartialEq)]
pub struct IssuedReport {
    /// The file that keeps it.
    pub file: String,
    /// The hash of the file's text.
    pub text_hash: u128,
    /// The report's period.
    pub period: Period,
    /// The day on which it was issued.
    pub issued_on: Date,
    /// Why it was corrected. `None` for a first issue.
    pub reason: Option<String>,
    /// Whether it is in the former format, which keeps no titles and no split charts.
    pub is_former_format: bool,
    /// Its text, when that was generated.
    pub text: Option<IssuedText>,
    /// The digest of its text, when an editor wrote it. `None` also in files from before it was kept.
    pub written: Option<String>,
    /// The metrics at the top of its statistics page.
    pub headline: Vec<String>,
    /// The posts that it names, by path.
    pub posts: BTreeMap<String, IssuedPost>,
    /// The figures by metric.
    pub figures: BTreeMap<String, IssuedFigure>,
    /// The figures of other periods that its text calls for.
    pub elsewhere: BTreeMap<(Period, String), IssuedFigure>,
    /// The figures that its text narrows by `where`, by `FigureCall::narrowed_key`. Empty in files from before they were
    /// kept.
    pub narrowed: BTreeMap<String, IssuedFigure>,
    /// What its calls of `names` told, by `FigureCall::names_key`. Empty in files from before it was kept.
    pub told: BTreeMap<String, IssuedNames>,
    /// The charts of published posts of its statistics page.
    pub published: Vec<IssuedTable>,
    /// Changes after the issue that were accepted, by the key of the figure.
    pub accepted: BTreeMap<String, AcceptedChange>,
    /// The issues that this one corrects, the newest first.
    pub former: Vec<IssuedReport>,
}

/// A generated text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedText {
    /// Its title.
    pub title: String,
    /// Its Markdown.
    pub markdown: String,
}

/// A post as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedPost {
    /// Its position among the posts of the report.
    pub position: usize,
    /// Its title.
    pub title: String,
    /// Its date.
    pub date: Option<Date>,
    /// The id of its kind.
    pub kind: String,
    /// The name of its village; may be empty.
    pub village: String,
    /// What lists show beside its title; may be empty.
    pub note: String,
    /// The digest of the beginning of its text; empty for a post without text.
    pub digest: String,
    /// The digest of everything by which it is broken down.
    pub fields: String,
}

/// One figure as issued.
#[derive(Debug, Clone, PartialEq)]
pub struct IssuedFigure {
    /// Its position among the figures of the report.
    pub position: usize,
    /// The metric with its name and unit as issued. `None` when the site has no such metric any more.
    pub metric: Option<Metric>,
    /// The name, which may be empty in the former format.
    pub label: String,
    /// The unit.
    pub unit: String,
    /// The English singular of the unit; often empty.
    pub singular_unit: String,
    /// What it was counted from: a kind, or `roster:` and a roster.
    pub source: String,
    /// How it was counted, in words.
    pub method: String,
    /// The number. `None` for the mean of nothing.
    pub value: Option<Decimal>,
    /// The same figure of the preceding period.
    pub previous: Option<Decimal>,
    /// The same figure a year earlier.
    pub year_earlier: Option<Decimal>,
    /// What it counted, in the order of the list.
    pub items: Vec<IssuedItem>,
    /// What it counted by value, in a count of different values.
    pub groups: Vec<IssuedGroup>,
    /// The posts that it left out, with the reason in words. `{PATH}` in a reason stands for a post's title.
    pub left_out: Vec<(String, String)>,
    /// The number of drafts that it left out.
    pub drafts: usize,
    /// Its parts by dimension, in order. Parts of the former format have no labels.
    pub breakdowns: BTreeMap<String, Vec<IssuedPart>>,
    /// Its values by day.
    pub days: Option<Vec<(Date, Option<Decimal>)>>,
    /// The cells of its charts that are split, by both dimensions.
    pub cells: BTreeMap<(String, String), IssuedCells>,
    /// The same figure in the twelve months up to the period's end.
    pub trend: Vec<Option<Decimal>>,
    /// What it was to reach.
    pub target: Option<Target>,
    /// Its place in the file.
    pub place: Place,
}

/// The posts or rows of one value in a count of different values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedGroup {
    /// The value: an id, or a text.
    pub key: String,
    /// The value in words.
    pub label: String,
    /// The keys of its items.
    pub items: Vec<String>,
}

/// The cells of a split chart: by the row's key, the numbers by the column's key. Others are 0.
pub(crate) type IssuedCells = BTreeMap<String, BTreeMap<String, Option<Decimal>>>;

/// A post or roster row that a figure counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedItem {
    /// The post's path, or the row's id.
    pub key: String,
    /// What it added.
    pub amount: Decimal,
    /// The day that decided its period, when it is not the post's own.
    pub day: Option<Date>,
    /// The row as it was. `None` for a post.
    pub row: Option<IssuedRow>,
}

/// A roster's row as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedRow {
    /// Its name.
    pub name: String,
    /// The name of its village; may be empty.
    pub village: String,
    /// What lists show beside its name; may be empty.
    pub note: String,
}

/// A part of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedPart {
    /// The month or the value's id; empty for posts that do not give the field.
    pub key: String,
    /// Its name. `None` in the former format.
    pub label: Option<String>,
    /// Its number.
    pub value: Option<Decimal>,
}

/// What a call of `names` told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssuedNames {
    /// What it told of each post, with the post's path at that time; empty for a post that was gone already.
    pub items: Vec<(String, String)>,
    /// What stood after the last one; often empty.
    pub rest: String,
}

/// The numbers of a chart of published posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedTable {
    /// Its name: `by-month`.
    pub name: String,
    /// The number of all posts.
    pub total: Decimal,
    /// The names of its series.
    pub series: Vec<String>,
    /// Its rows: key, name, and a number for each series.
    pub rows: Vec<(String, String, Vec<Decimal>)>,
}

/// A change after the issue that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedChange {
    /// The figure at that time. `None` for the mean of nothing.
    pub now: Option<Decimal>,
    /// The digest of the whole figure at that time.
    pub check: String,
    /// Why it was accepted.
    pub reason: String,
    /// Its place in the file.
    pub place: Place,
}

impl IssuedReport {
    /// The figure of a metric in a period that the report shows. `None` when the report does not keep it.
    #[must_use]
    pub fn figure(&self, id: &str, period: Period) -> Option<&IssuedFigure> {
        if period == self.period {
            self.figures.get(id)
        } else {
            self.elsewhere.get(&(period, id.to_owned()))
        }
    }

    /// The key of a figure in `accepted` and in findings: the metric, with the period if it is another one.
    #[must_use]
    pub fn figure_key(&self, id: &str, period: Period) -> String {
        if period == self.period {
            id.to_owned()
        } else {
            format!("{id}@{period}")
        }
    }

    /// Whether it may name the post that is at `path` today: by its path, or because a post that it names is no longer at
    /// its own.
    #[must_use]
    pub fn may_name(&self, path: &str, catalog: &Catalog) -> bool {
        let is_lost = |path: &str| catalog.find_record(&SourcePath::new(path)).is_none();
        self.posts.contains_key(path) || self.posts.keys().any(|path| is_lost(path))
    }

    /// All its figures with their periods.
    pub fn all_figures(&self) -> impl Iterator<Item = (&str, Period, &IssuedFigure)> {
        let own = self
            .figures
            .iter()
            .map(|(id, figure)| (id.as_str(), self.period, figure));
        let others = self.elsewhere.iter();
        own.chain(others.map(|((period, id), figure)| (id.as_str(), *period, figure)))
    }
}

impl IssuedFigure {
    /// The number of one of its parts; that of nothing for a part that it does not have.
    #[must_use]
    pub fn part(&self, dimension: &str, key: &str) -> Option<Decimal> {
        let part = self.breakdowns.get(dimension)?.iter().find(|part| part.key == key);
        part.map_or_else(|| self.value_of_nothing(), |part| part.value)
    }

    /// The number of a part without posts.
    #[must_use]
    pub fn value_of_nothing(&self) -> Option<Decimal> {
        self.metric
            .as_ref()
            .map_or(Some(Decimal::ZERO), Metric::value_of_nothing)
    }
}

/// The parts of a figure: the values of `list` in its order, 0 where nothing was written, then the others as written.
pub(super) fn expand<'p>(
    written: &'p [(String, Option<Decimal>)],
    list: &'p [(String, String)],
) -> Vec<(&'p str, Option<Decimal>)> {
    let value = |key: &str| written.iter().find(|(known, _)| known == key).map(|(_, value)| *value);
    let listed = list.iter();
    let listed = listed.map(|(key, _)| (key.as_str(), value(key).unwrap_or(Some(Decimal::ZERO))));
    let others = written.iter();
    let others = others.filter(|(key, _)| list.iter().all(|(known, _)| known != key));
    listed
        .chain(others.map(|(key, value)| (key.as_str(), *value)))
        .collect()
}
