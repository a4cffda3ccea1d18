//! The editors' desk (编辑台): what a publicity office wants to know about its site before it publishes.
//!
//! Role: `Site + findings → Desk → HTML`. [`Desk`] is a plain value: the findings by file, unpublished posts, posts
//! that wait for review, the freshness of each column, the figures of the half-year and the lengths of texts. Its page
//! does not need a theme. The desk decides nothing: lower modules decide what is an error, what counts and which
//! address a page has. It does not know the clock, the disk or the browser; the caller passes the prefix of links.

mod figures;
mod lengths;
mod page;
mod posts;
mod problems;
mod reviews;
mod reviews_page;
mod templates;
mod truncated_list;

pub(crate) use figures::{HeadlineFigure, HeadlineFigures};
pub(crate) use lengths::{LengthTotal, PostLength, THIN_TEXT_CHARACTERS, TextLengths};
pub use page::{DeskLinks, render_desk};
pub(crate) use posts::{DeskPost, PendingReview};
pub use posts::{Unpublished, UnpublishedReason};
pub(crate) use problems::{FileFindings, Problems};
pub use reviews::ReviewLedger;
pub(crate) use reviews::{REVIEWS_FILE, REVIEWS_FOLDER};
pub use reviews_page::render_reviews;
pub use truncated_list::MAX_ROWS;
pub(crate) use truncated_list::TruncatedList;

use crate::diag::Diagnostic;
use crate::inspection::{SiteColumns, site_columns};
use crate::metrics::Period;
use crate::report::REPORT_KIND;
use crate::site::Site;
use jiff::civil::Date;

/// The content of the editors' desk.
#[derive(Debug, Clone, PartialEq)]
pub struct Desk {
    /// The findings, by file.
    pub problems: Problems,
    /// The part from the site's content; `None` when the site could not be read.
    pub content: Option<DeskContent>,
}

/// The part of the desk that comes from the site.
#[derive(Debug, Clone, PartialEq)]
pub struct DeskContent {
    /// The site's name.
    pub title: String,
    /// The language of the site.
    pub language: String,
    /// The day that counts as today.
    pub today: Date,
    /// Drafts and future posts, the latest first.
    pub unpublished: TruncatedList<Unpublished>,
    /// Posts with fewer than three reviews, the latest first; `None` when the site's policy does not require reviews.
    pub pending_reviews: Option<TruncatedList<PendingReview>>,
    /// The front page and the columns, each with its newest post.
    pub columns: SiteColumns,
    /// The half-year of the figures and lengths; `None` when no post counts yet.
    pub half_year: Option<HalfYearSummary>,
}

/// The summary of a half-year.
#[derive(Debug, Clone, PartialEq)]
pub struct HalfYearSummary {
    /// The half-year.
    pub period: Period,
    /// Whether it contains today. Otherwise it is the latest half-year with posts.
    pub is_current: bool,
    /// Its headline figures.
    pub figures: HeadlineFigures,
    /// How much was written in it and in total.
    pub lengths: TextLengths,
}

impl Desk {
    /// The desk of a site. `findings` are all findings, in any order.
    #[must_use]
    pub fn new(site: &Site<'_>, findings: &[Diagnostic]) -> Self {
        Self {
            problems: Problems::new(findings, &|file| posts::page_address(site, file)),
            content: Some(DeskContent::new(site)),
        }
    }

    /// The desk of a site that could not be read. `findings` say why.
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
            columns: site_columns(site),
            half_year: half_year_summary(site),
        }
    }
}

/// The summary of the half-year of the latest post that counts; `None` when no post counts.
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
