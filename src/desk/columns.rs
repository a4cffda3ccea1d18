//! The freshness of each column: how long ago its newest post was published.
//!
//! The rule comes from the inspection of government sites (国办秘函〔2019〕19号,《政府网站与政务新媒体检查指标》). It is a fault when nothing
//! new was published on the front page or in a news column for two weeks, or in any other column for six months. An
//! empty column is a fault too.

use super::posts::unpublished_reason;
use crate::paths::UrlPath;
use crate::record::Record;
use crate::report::REPORT_KIND;
use crate::schema::{Kind, Labels};
use crate::site::Site;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Days within which the front page and columns of news need something new.
pub(crate) const HOME_AND_NEWS_DAYS: i64 = 14;
/// Months within which any other column needs something new.
pub(crate) const OTHER_MONTHS: i64 = 6;
/// The kinds whose columns are news (动态、要闻类): activities and media coverage. A site's own kinds are not news.
pub(crate) const NEWS_KINDS: [&str; 5] = ["volunteer", "video", "coverage", "study", "culture"];

/// The front page and all columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskColumns {
    /// The front page.
    pub home: DeskColumn,
    /// The columns that the site has, in the order of its kinds.
    pub columns: Vec<DeskColumn>,
    /// Kinds without a column: they have no post, and their folder has no `_index.md`.
    pub unused: Vec<Labels>,
}

/// One column, or the front page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskColumn {
    /// The kind's label; `None` for the front page.
    pub label: Option<Labels>,
    /// Its page.
    pub url: UrlPath,
    /// The rule that applies to it.
    pub rule: UpdateRule,
    /// The day of its newest published post.
    pub newest: Option<Date>,
    /// The number of days from then to today.
    pub days: Option<i64>,
    /// Whether it satisfies the rule.
    pub freshness: Freshness,
}

/// How often a column needs a new post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateRule {
    /// Within `HOME_AND_NEWS_DAYS`.
    TwoWeeks,
    /// Within `OTHER_MONTHS`.
    HalfYear,
}

/// Whether a column satisfies its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// The newest post is recent enough.
    Fresh,
    /// The newest post is too old.
    Stale,
    /// The column has no published post.
    Empty,
}

impl DeskColumns {
    /// The front page, then the columns.
    pub fn all(&self) -> impl Iterator<Item = &DeskColumn> {
        std::iter::once(&self.home).chain(&self.columns)
    }
}

impl UpdateRule {
    /// The first day that is recent enough.
    fn earliest_fresh_day(self, today: Date) -> Date {
        match self {
            Self::TwoWeeks => today.saturating_sub(HOME_AND_NEWS_DAYS.days()),
            Self::HalfYear => today.saturating_sub(OTHER_MONTHS.months()),
        }
    }

    fn freshness(self, newest: Option<Date>, today: Date) -> Freshness {
        match newest {
            None => Freshness::Empty,
            Some(day) if day < self.earliest_fresh_day(today) => Freshness::Stale,
            Some(_) => Freshness::Fresh,
        }
    }
}

pub(super) fn desk_columns(site: &Site<'_>) -> DeskColumns {
    let mut columns = Vec::new();
    let mut unused = Vec::new();
    for kind in site.catalog.kinds.iter().filter(|kind| kind.dated) {
        let newest = newest_day(site, kind);
        let has_list = match kind.id.as_str() {
            // Reports are not only posts: a list in the menu may have generated ones.
            REPORT_KIND => site.catalog.sections.contains_key(&kind.folder),
            _ => site.has_list(kind),
        };
        if newest.is_some() || has_list {
            columns.push(kind_column(site, kind, newest));
        } else if kind.id != REPORT_KIND {
            unused.push(kind.labels.clone());
        }
    }
    let newest = columns.iter().filter_map(|column| column.newest).max();
    DeskColumns {
        home: build_column(site.today, None, UrlPath::folder(""), UpdateRule::TwoWeeks, newest),
        columns,
        unused,
    }
}

fn kind_column(site: &Site<'_>, kind: &Kind, newest: Option<Date>) -> DeskColumn {
    let is_news = NEWS_KINDS.contains(&kind.id.as_str());
    let rule = if is_news {
        UpdateRule::TwoWeeks
    } else {
        UpdateRule::HalfYear
    };
    let url = site.links.kind(&kind.id);
    build_column(site.today, Some(kind.labels.clone()), url, rule, newest)
}

fn build_column(
    today: Date,
    label: Option<Labels>,
    url: UrlPath,
    rule: UpdateRule,
    newest: Option<Date>,
) -> DeskColumn {
    DeskColumn {
        label,
        url,
        rule,
        newest,
        days: newest.map(|day| today.duration_since(day).as_hours() / 24),
        freshness: rule.freshness(newest, today),
    }
}

/// The day of the newest published post of a kind; for reports also the days on which they were issued.
fn newest_day(site: &Site<'_>, kind: &Kind) -> Option<Date> {
    let posts = site.catalog.posts_by_kind.get(&kind.id).map_or(&[][..], Vec::as_slice);
    let is_published = |record: &&Record| unpublished_reason(site, record).is_none();
    let of_posts = posts
        .iter()
        .map(|&at| site.record(at))
        .filter(is_published)
        .filter_map(|record| record.meta.date.map(|moment| moment.date));
    let reports = if kind.id == REPORT_KIND {
        &site.figures.reports.all.raw[..]
    } else {
        &[]
    };
    let issued = reports
        .iter()
        .filter_map(|report| report.issued.map(|issued| issued.issued_on));
    of_posts.chain(issued).filter(|&day| day <= site.today).max()
}
