//! What a figure counted and what it left out: posts and roster rows, of today or as they were at the issue.

use super::issued::{IssuedPost, IssuedReport, IssuedRow};
use crate::metrics::{CountedPost, Evidence, ExcludedPost, Figure, PostId};
use crate::schema::RosterRow;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::borrow::Cow;

/// A post or row that a figure counted.
#[derive(Debug, Clone, PartialEq)]
pub enum EvidenceItem<'a> {
    /// A post.
    Post {
        /// The post's id.
        post: PostId,
        /// The day that decided its period.
        day: Date,
        /// What it added.
        amount: Decimal,
    },
    /// A roster's row.
    Row(&'a RosterRow),
    /// A post or row as it was at the issue.
    Issued(IssuedEvidence<'a>),
}

/// A post or row as it was at the issue.
#[derive(Debug, Clone, PartialEq)]
pub struct IssuedEvidence<'a> {
    /// The post's path at that time, or the row's id.
    pub key: &'a str,
    /// The post as it was. `None` for a row, and for a post of the former format that no longer exists.
    pub post: Option<&'a IssuedPost>,
    /// The row as it was. `None` for a post.
    pub row: Option<Cow<'a, IssuedRow>>,
    /// The day that decided its period. `None` for a row.
    pub day: Option<Date>,
    /// What it added.
    pub amount: Decimal,
    /// The post today. `None` for a row, and for a post that was deleted or taken back.
    pub now: Option<PostId>,
}

impl EvidenceItem<'_> {
    /// The post's path at the issue, or the row's id. `None` for what was not issued.
    pub(super) fn issued_key(&self) -> Option<&str> {
        match self {
            Self::Issued(issued) => Some(issued.key),
            Self::Post { .. } | Self::Row(_) => None,
        }
    }

    /// What it added to the figure.
    #[must_use]
    pub const fn amount(&self) -> Decimal {
        match self {
            Self::Post { amount, .. } => *amount,
            Self::Issued(issued) => issued.amount,
            Self::Row(_) => Decimal::ONE,
        }
    }

    /// The day that decided its period, for posts.
    #[must_use]
    pub const fn day(&self) -> Option<Date> {
        match self {
            Self::Post { day, .. } => Some(*day),
            Self::Issued(issued) => issued.day,
            Self::Row(_) => None,
        }
    }

    /// The post today. `None` for rows and for posts that were deleted or taken back.
    #[must_use]
    pub const fn post(&self) -> Option<PostId> {
        match self {
            Self::Post { post, .. } => Some(*post),
            Self::Issued(issued) => issued.now,
            Self::Row(_) => None,
        }
    }

    /// Whether it is a row of a roster.
    #[must_use]
    pub fn is_row(&self) -> bool {
        match self {
            Self::Row(_) => true,
            Self::Issued(issued) => issued.row.is_some(),
            Self::Post { .. } => false,
        }
    }
}

/// The posts or rows behind one value of a count of different values: a village with its teams.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceGroup<'a> {
    /// The value: an id, or a text.
    pub key: String,
    /// The value in words.
    pub label: String,
    /// The posts or rows that give it.
    pub items: Vec<EvidenceItem<'a>>,
}

/// A post that a figure did not count, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Exclusion<'a> {
    /// It is excluded by the rules of counting.
    ByRule(ExcludedPost),
    /// It was excluded when the report was issued.
    Issued {
        /// The issued report.
        report: &'a IssuedReport,
        /// Its path at that time.
        path: &'a str,
        /// The post as it was.
        post: &'a IssuedPost,
        /// The reason in words. `{PATH}` stands for the title of another post.
        reason: &'a str,
        /// The post today. `None` when it was deleted or taken back.
        now: Option<PostId>,
    },
}

/// The evidence of a figure as counted now.
pub(super) fn evidence_items<'a>(figure: &Figure<'a>) -> Vec<EvidenceItem<'a>> {
    let post = |entry: &CountedPost| EvidenceItem::Post {
        post: entry.post,
        day: entry.day,
        amount: entry.amount,
    };
    match &figure.evidence {
        Evidence::Posts(entries) => entries.iter().map(post).collect(),
        Evidence::Rows(rows) => rows.iter().map(|row| EvidenceItem::Row(row)).collect(),
        // Each of the figures that it divides has its own.
        Evidence::Quotient(_) => Vec::new(),
    }
}
