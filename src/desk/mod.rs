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
mod trouble;

pub use columns::{Column, Columns, HOME_AND_NEWS_DAYS, NEWS, OTHER_MONTHS, Rule, State};
pub use figures::{Figure, Figures};
pub use lengths::{Lengths, THIN, Tally, Written};
pub use page::{Links, html};
pub use posts::{Post, Unpublished, Waiting, Why};
pub use trouble::{FileFindings, Trouble};

use crate::diag::Diagnostic;
use crate::metrics::Period;
use crate::plan::Site;
use crate::report::REPORT;
use jiff::civil::Date;

/// What the editors' desk shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Desk {
    /// What was found, by file.
    pub trouble: Trouble,
    /// What the site's own content tells; none when the site could not be read.
    pub content: Option<Content>,
}

/// The part of the desk that comes from the site.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// The site's name.
    pub title: String,
    /// The language of its texts.
    pub language: String,
    /// The day that counts as today.
    pub today: Date,
    /// Drafts and posts of the future, the latest first.
    pub unpublished: Listed<Unpublished>,
    /// Posts without all of the three reviews, the latest first; none when the site's policy asks for no reviews.
    pub waiting: Option<Listed<Waiting>>,
    /// The front page and the columns, each with its newest post.
    pub columns: Columns,
    /// The half-year that figures and lengths are about; none when no post counts yet.
    pub half: Option<Half>,
}

/// A half-year at a glance.
#[derive(Debug, Clone, PartialEq)]
pub struct Half {
    /// Which one.
    pub period: Period,
    /// Whether today lies in it; else it is the latest one that has posts.
    pub is_current: bool,
    /// Its headline figures.
    pub figures: Figures,
    /// How much was written in it, and in all.
    pub lengths: Lengths,
}

/// The first rows of a list that may be very long, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// At most [`ROWS`].
    pub first: Vec<T>,
    /// All of them.
    pub count: usize,
}

/// How many rows of a list the desk keeps: a page with more is slow to read and slow to swap.
pub const ROWS: usize = 200;

impl<T> Listed<T> {
    /// The first [`ROWS`] of `all`.
    fn of<S>(all: &[S], row: impl Fn(&S) -> T) -> Self {
        Self {
            first: all.iter().take(ROWS).map(row).collect(),
            count: all.len(),
        }
    }

    /// How many are not in [`Listed::first`].
    #[must_use]
    pub const fn left_out(&self) -> usize {
        self.count - self.first.len()
    }
}

impl Desk {
    /// The desk of a site. `findings` are all that there are, in any order.
    #[must_use]
    pub fn new(site: &Site<'_>, findings: &[Diagnostic]) -> Self {
        Self {
            trouble: Trouble::new(findings, &|file| posts::address_of(site, file)),
            content: Some(Content::new(site)),
        }
    }

    /// The desk of a site that could not be read: the findings say why.
    #[must_use]
    pub fn unread(findings: &[Diagnostic]) -> Self {
        Self {
            trouble: Trouble::new(findings, &|_| None),
            content: None,
        }
    }
}

impl Content {
    fn new(site: &Site<'_>) -> Self {
        Self {
            title: site.settings.title.clone(),
            language: site.settings.language.clone(),
            today: site.today,
            unpublished: posts::unpublished(site),
            waiting: posts::waiting(site),
            columns: columns::columns(site),
            half: half(site),
        }
    }
}

/// The half-year of today when it has posts, else the latest one before that has.
fn half(site: &Site<'_>) -> Option<Half> {
    let days = site.reports().counts.pool.days_without(REPORT);
    let period = Period::half_of(*days.last()?);
    Some(Half {
        period,
        is_current: period == Period::half_of(site.today),
        figures: figures::figures(site, period),
        lengths: lengths::lengths(site, period),
    })
}
