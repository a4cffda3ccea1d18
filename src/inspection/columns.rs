//! The freshness of each column: how long ago its newest post was published.
//!
//! The rule comes from the inspection of government sites (国办秘函〔2019〕19号,《政府网站与政务新媒体检查指标》). It is a fault when nothing
//! new was published on the front page or in a news column for two weeks, or in any other column for six months. An
//! empty column is a fault too.

use crate::catalog::RecordId;
use crate::check::days_between;
use crate::paths::UrlPath;
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
pub struct SiteColumns {
    /// The front page.
    pub home: SiteColumn,
    /// The columns that the site has, in the order of its kinds.
    pub columns: Vec<SiteColumn>,
    /// Kinds without a column: they have no post, and their folder has no `_index.md`.
    pub unused: Vec<Labels>,
}

/// One column, or the front page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteColumn {
    /// The kind's label; `None` for the front page.
    pub label: Option<Labels>,
    /// The kind's folder; empty for the front page.
    pub folder: String,
    /// Its page.
    pub url: UrlPath,
    /// The rule that applies to it.
    pub rule: UpdateRule,
    /// The day of its newest published post.
    pub newest: Option<Date>,
    /// That post. `None` when the newest is a report by its day of issue.
    pub newest_post: Option<RecordId>,
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

impl SiteColumns {
    /// The front page, then the columns.
    pub fn all(&self) -> impl Iterator<Item = &SiteColumn> {
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

/// The day of a column's newest post, and that post; `None` for a report that is newest by its day of issue.
type Newest = (Date, Option<RecordId>);

/// The front page and the columns of a site.
#[must_use]
pub(crate) fn site_columns(site: &Site<'_>) -> SiteColumns {
    let mut columns = Vec::new();
    let mut unused = Vec::new();
    let mut newest_of_all: Option<Newest> = None;
    for kind in site.catalog.kinds.iter().filter(|kind| kind.dated) {
        let newest = newest_of_kind(site, kind);
        newest_of_all = newest_of_all.max(newest);
        let has_list = match kind.id.as_str() {
            // Reports are not only posts: a list in the menu may have generated ones.
            REPORT_KIND => site.catalog.sections.contains_key(&kind.folder),
            _ => site.has_list(kind),
        };
        if newest.is_some() || has_list {
            columns.push(build_column(site, Some(kind), newest));
        } else if kind.id != REPORT_KIND {
            unused.push(kind.labels.clone());
        }
    }
    SiteColumns {
        home: build_column(site, None, newest_of_all),
        columns,
        unused,
    }
}

/// The column of a kind; the front page for `None`.
fn build_column(site: &Site<'_>, kind: Option<&Kind>, newest: Option<Newest>) -> SiteColumn {
    let is_news = kind.is_none_or(|kind| NEWS_KINDS.contains(&kind.id.as_str()));
    let rule = if is_news {
        UpdateRule::TwoWeeks
    } else {
        UpdateRule::HalfYear
    };
    let day = newest.map(|(day, _)| day);
    SiteColumn {
        label: kind.map(|kind| kind.labels.clone()),
        folder: kind.map(|kind| kind.folder.clone()).unwrap_or_default(),
        url: kind.map_or_else(|| UrlPath::folder(""), |kind| site.links.kind(&kind.id)),
        rule,
        newest: day,
        newest_post: newest.and_then(|(_, post)| post),
        days: day.map(|day| days_between(day, site.today)),
        freshness: rule.freshness(day, site.today),
    }
}

/// The newest published post of a kind; of reports also the days on which they were issued.
fn newest_of_kind(site: &Site<'_>, kind: &Kind) -> Option<Newest> {
    let posts = site.catalog.posts_by_kind.get(&kind.id).map_or(&[][..], Vec::as_slice);
    let of_posts = posts
        .iter()
        .filter(|&&at| site.record(at).is_published_on(site.today))
        .filter_map(|&at| Some((site.record(at).meta.date?.date, Some(at))));
    let reports = if kind.id == REPORT_KIND {
        &site.figures.reports.all.raw[..]
    } else {
        &[]
    };
    let issued = reports
        .iter()
        .filter_map(|report| Some((report.issued?.issued_on, None)));
    of_posts.chain(issued).filter(|(day, _)| *day <= site.today).max()
}
