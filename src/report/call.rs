//! The calls for figures in a text: `metric`, `change`, `target`, `chart`, `table`, `posts`, `names`,
//! `ranking`.

use crate::metrics::{Dimension, FigureFilter, HIDDEN_KEY, Metric, Period};
use crate::record::{Body, Fill, Hole, Shortcode};
use std::collections::BTreeSet;

/// The names of the calls. A theme's component cannot take one over.
pub(crate) const CALL_NAMES: [&str; 8] = [
    "metric", "change", "target", "chart", "table", "posts", "names", "ranking",
];

/// A parsed call for figures.
#[derive(Debug, Clone)]
pub struct FigureCall<'a> {
    /// The metric.
    pub metric: &'a Metric,
    /// The period.
    pub period: Period,
    /// The period of the report that contains the call. `None` in other texts.
    pub own: Option<Period>,
    /// The values of `where`: only posts and rows with them count.
    pub filter: Vec<FigureFilter>,
    /// The title of the chart or table, in place of the one that is made for it.
    pub title: Option<String>,
    /// What to show of the figure.
    pub kind: CallKind<'a>,
}

/// What a call shows of a figure.
#[derive(Debug, Clone)]
pub enum CallKind<'a> {
    /// The figure, or one part of it.
    Metric {
        /// What the figure is broken down by, and the part's key; an empty key means posts that do not give the field.
        part: Option<(Dimension, String)>,
    },
    /// Its changes.
    Change(ChangeStyle),
    /// Its target and the degree of completion.
    Target {
        /// The key of the part that has the target. `None` for all targets of the figure.
        part: Option<String>,
    },
    /// A chart of its parts.
    Chart {
        /// The dimension by which the figure is broken down.
        by: Dimension,
        /// The dimension by which each part is broken down.
        split: Option<Dimension>,
        /// The shape that the call gives.
        shape: Option<&'static str>,
        /// Which parts are shown, in which order.
        arrangement: Arrangement,
    },
    /// A table of its parts, or of a group's metrics without `by`.
    Table {
        /// The dimension by which the figures are broken down.
        by: Option<Dimension>,
        /// The dimension by which each part is broken down, of the metrics that have it.
        split: Option<Dimension>,
        /// The metrics: those that the call names, or a group's.
        group: Vec<&'a Metric>,
        /// Whether the last row has the figures themselves.
        total: bool,
        /// Which parts are shown, in which order.
        arrangement: Arrangement,
    },
    /// A table of its parts with their ranks, targets, and what is missing.
    Ranking {
        /// The dimension by which the figure is broken down.
        by: Dimension,
        /// The metric that the first columns count. `None` for the figure itself.
        count: Option<&'a Metric>,
        /// The dimension of these columns.
        split: Option<Dimension>,
        /// How many parts are shown at most.
        arrangement: Arrangement,
    },
    /// A list of the posts that it counted.
    Posts(Arrangement),
    /// The posts that it counted, in a sentence.
    Names {
        /// What is told of each.
        show: Vec<ShownField>,
        /// Which posts are shown, in which order.
        arrangement: Arrangement,
    },
}

/// How a call tells a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChangeStyle {
    /// In units of the figure instead of per cent.
    pub as_difference: bool,
    /// Against which period. `None` for both.
    pub against: Option<Against>,
}

/// The period that a figure is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The period before (环比).
    Previous,
    /// The same period a year earlier (同比).
    Year,
}

/// Which of several parts or posts a call shows, in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Arrangement {
    /// The order. `None` for that of the calendar, of the field's values or of the roster.
    pub order: Option<ShownOrder>,
    /// The most that are shown. Those that equal the last of them are shown, too, when they are sorted by size.
    pub limit: Option<usize>,
}

/// The order of parts or posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownOrder {
    /// The largest number first.
    Largest,
    /// The smallest number first.
    Smallest,
    /// The newest post first.
    Newest,
    /// The oldest post first.
    Oldest,
}

/// What `names` tells of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShownField {
    /// Its title, in title marks.
    Title,
    /// The day that decided its period.
    Day,
    /// The value of a field.
    Field(String),
}

impl FigureCall<'_> {
    /// The dimensions by which the call shows its figures.
    #[must_use]
    pub fn dimensions(&self) -> Vec<&Dimension> {
        let shown: Vec<&Dimension> = match &self.kind {
            CallKind::Chart { by, split, .. } => std::iter::once(by).chain(split).collect(),
            CallKind::Table { by, split, .. } => by.iter().chain(split).collect(),
            CallKind::Ranking { by, split, .. } => std::iter::once(by).chain(split).collect(),
            CallKind::Metric { part } => part.iter().map(|(by, _)| by).collect(),
            _ => Vec::new(),
        };
        self.filter.iter().map(|filter| &filter.by).chain(shown).collect()
    }

    /// The values that what it shows must have: those of `where`, and those of the part that it shows.
    #[must_use]
    pub fn narrowed_to(&self) -> Vec<FigureFilter> {
        let part = match &self.kind {
            CallKind::Metric { part: Some((by, key)) } if *by != Dimension::Month && key != HIDDEN_KEY => {
                Some(FigureFilter {
                    by: by.clone(),
                    keys: vec![key.clone()],
                })
            }
            _ => None,
        };
        self.filter.iter().cloned().chain(part).collect()
    }

    /// The pairs of dimensions of which it shows the parts of parts, or to whose values it is narrowed.
    #[must_use]
    pub fn cross_dimensions(&self) -> Vec<(&Dimension, &Dimension)> {
        let shown = match &self.kind {
            CallKind::Chart { by, split, .. } | CallKind::Ranking { by, split, .. } => Some(by).zip(split.as_ref()),
            CallKind::Table { by, split, .. } => by.as_ref().zip(split.as_ref()),
            _ => None,
        };
        let narrowed = match self.filter.as_slice() {
            [one, other] => Some((&one.by, &other.by)),
            _ => None,
        };
        shown.into_iter().chain(narrowed).collect()
    }
}

impl FigureCall<'_> {
    /// What tells a call of `names` from others in its report: `video.views@2022-Q1 title+views largest 3`. `None` for
    /// other calls.
    #[must_use]
    pub fn names_key(&self) -> Option<String> {
        let CallKind::Names { show, arrangement } = &self.kind else {
            return None;
        };
        let mut key = figure_key(self.own, self.metric, self.period, &self.filter);
        let shown: Vec<&str> = show.iter().map(ShownField::name).collect();
        key += &format!(" {}", shown.join("+"));
        key += match arrangement.order {
            None => "",
            Some(ShownOrder::Largest) => " largest",
            Some(ShownOrder::Smallest) => " smallest",
            Some(ShownOrder::Newest) => " newest",
            Some(ShownOrder::Oldest) => " oldest",
        };
        if let Some(limit) = arrangement.limit {
            key += &format!(" {limit}");
        }
        Some(key)
    }

    /// What tells the figure of one of its metrics, narrowed by `where`, from others in its report. `None` without `where`.
    #[must_use]
    pub fn narrowed_key(&self, metric: &Metric) -> Option<String> {
        (!self.filter.is_empty()).then(|| figure_key(self.own, metric, self.period, &self.filter))
    }
}

impl ShownField {
    /// Its name in the call.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Title => "title",
            Self::Day => "date",
            Self::Field(name) => name,
        }
    }
}

impl<'a> FigureCall<'a> {
    /// The metrics whose figures it shows.
    #[must_use]
    pub fn metrics(&self) -> Vec<&'a Metric> {
        match &self.kind {
            CallKind::Table { group, .. } => group.clone(),
            CallKind::Ranking { count, .. } => std::iter::once(self.metric).chain(*count).collect(),
            _ => vec![self.metric],
        }
    }
}

/// What tells a figure from others in the report on `own`: the metric, the period if it is another one, and the values to
/// which it is narrowed, such as `volunteer.hours@2022-Q1 village=heyuan,shiqiao`.
#[must_use]
pub(super) fn figure_key(own: Option<Period>, metric: &Metric, period: Period, filter: &[FigureFilter]) -> String {
    let mut key = metric.id.clone();
    if own != Some(period) {
        key += &format!("@{period}");
    }
    // The order in which the values are written does not matter.
    let values = filter.iter().map(|filter| {
        let keys: BTreeSet<&str> = filter.keys.iter().map(String::as_str).collect();
        let keys: Vec<&str> = keys.into_iter().collect();
        format!(" {}={}", filter.by.name(), keys.join(","))
    });
    key.extend(values.collect::<BTreeSet<String>>());
    key
}

/// The calls for figures in a text, in order, including those inside block shortcodes.
#[must_use]
pub(crate) fn figure_calls(body: &Body) -> Vec<&Shortcode> {
    fn gather<'b>(holes: &'b [Hole], found: &mut Vec<&'b Shortcode>) {
        for hole in holes {
            if let Fill::Shortcode(call) = &hole.fill {
                if CALL_NAMES.contains(&call.name.as_str()) {
                    found.push(call);
                }
                if let Some(inner) = &call.inner {
                    gather(&inner.holes, found);
                }
            }
        }
    }
    let mut found = Vec::new();
    gather(&body.holes, &mut found);
    found
}
