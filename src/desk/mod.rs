//! The editors' desk (编辑台): what a publicity office wants to know about its site before it publishes.
//!
//! Role: `Site + findings → Desk → HTML`. One pure value with the findings by file, what is not published yet, what
//! waits for review, how fresh each column is, the figures of the half-year and the lengths of texts; and its page,
//! which needs no theme. It decides nothing: what is an error, what counts and where a page stands was settled in the
//! rooms below. It knows no clock, no disk and no browser; whoever shows the page hands it its address.

mod columns;
mod figures;
mod lengths;
mod page;
mod posts;
mod problems;
mod truncated_list;

pub use columns::{DeskColumn, DeskColumns, Freshness, HOME_AND_NEWS_DAYS, NEWS_KINDS, OTHER_MONTHS, UpdateRule};
pub use figures::{HeadlineFigure, HeadlineFigures};
pub use lengths::{LengthTotal, PostLength, THIN_TEXT_CHARACTERS, TextLengths};
pub use page::{DeskLinks, render_desk};
pub use posts::{DeskPost, PendingReview, Unpublished, UnpublishedReason};
pub use problems::{FileFindings, Problems};
pub use truncated_list::{MAX_ROWS, TruncatedList};

use crate::diag::Diagnostic;
use crate::metrics::Period;
use crate::report::REPORT_KIND;
use crate::site::Site;
use jiff::civil::Date;

/// What the editors' desk shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Desk {
    /// What was found, by file.
    pub problems: Problems,
    /// What the site's own content tells; none when the site could not be read.
    pub content: Option<DeskContent>,
}

/// The part of the desk that comes from the site.
#[derive(Debug, Clone, PartialEq)]
pub struct DeskContent {
    /// The site's name.
    pub title: String,
    /// The language of its texts.
    pub language: String,
    /// The day that counts as today.
    pub today: Date,
    /// Drafts and posts of the future, the latest first.
    pub unpublished: TruncatedList<Unpublished>,
    /// Posts without all of the three reviews, the latest first; none when the site's policy asks for no reviews.
    pub pending_reviews: Option<TruncatedList<PendingReview>>,
    /// The front page and the columns, each with its newest post.
    pub columns: DeskColumns,
    /// The half-year that figures and lengths are about; none when no post counts yet.
    pub half_year: Option<HalfYearSummary>,
}

/// A half-year at a glance.
#[derive(Debug, Clone, PartialEq)]
pub struct HalfYearSummary {
    /// Which one.
    pub period: Period,
    /// Whether today lies in it; else it is the latest one that has posts.
    pub is_current: bool,
    /// Its headline figures.
    pub figures: HeadlineFigures,
    /// How much was written in it, and in all.
    pub lengths: TextLengths,
}

impl Desk {
    /// The desk of a site. `findings` are all that there are, in any order.
    #[must_use]
    pub fn new(site: &Site<'_>, findings: &[Diagnostic]) -> Self {
        Self {
            problems: Problems::new(findings, &|file| posts::page_address(site, file)),
            content: Some(DeskContent::new(site)),
        }
    }

    /// The desk of a site that could not be read: the findings say why.
    #[must_use]
    pub fn without_site(findings: &[Diagnostic]) -> Self {
        Self {
            problems: Problems::new(findings, &|_| None),
            content: None,
        }
    }
}

impl DeskContent {
    fn new(site: &Site<'_>) -> Self {
        Self {
            title: site.settings.title.clone(),
            language: site.settings.language.clone(),
            today: site.today,
            unpublished: posts::unpublished_posts(site),
            pending_reviews: posts::pending_reviews(site),
            columns: columns::desk_columns(site),
            half_year: half_year_summary(site),
        }
    }
}

/// The half-year of today when it has posts, else the latest one before that has.
fn half_year_summary(site: &Site<'_>) -> Option<HalfYearSummary> {
    let days = site.figures.reports.counts.posts.days_excluding_kind(REPORT_KIND);
    let period = Period::half_of(*days.last()?);
    Some(HalfYearSummary {
        period,
        is_current: period == Period::half_of(site.today),
        figures: figures::headline_figures(site, period),
        lengths: lengths::text_lengths(site, period),
    })
}
