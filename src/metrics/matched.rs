//! What counting gives: what each metric counts and what it leaves out, over all periods.

use super::post_index::PostId;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::sync::Arc;

/// What a metric counts: a post, or several posts about one matter.
#[derive(Debug, Clone, PartialEq)]
pub struct CountedPost {
    /// The day that decides its period.
    pub day: Date,
    /// The post that represents the matter: in a count the first that fulfils the conditions by itself, in a sum the one
    /// that gives the number.
    pub post: PostId,
    /// The post whose date is `day`. For a piece, also the post whose level is the piece's.
    pub dated_by: PostId,
    /// What it adds: 1 in a count.
    pub amount: Decimal,
    /// At the end of which days it counts. Most posts always do.
    pub validity: Validity,
    /// The posts about the matter, by day. `None` for a post by itself.
    pub members: Option<Arc<[PostId]>>,
}

/// At the end of which days a post counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Validity {
    /// The first day: that on which its count was taken, or on which its state lasts long enough.
    pub from: Option<Date>,
    /// The day on which its state ended, at whose end it does not count any more.
    pub until: Option<Date>,
}

impl Validity {
    /// Whether a post counts at the end of `day`.
    #[must_use]
    pub fn holds_on(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

impl CountedPost {
    /// A post that shares its matter with no other.
    #[must_use]
    pub fn alone(post: PostId, day: Date, amount: Decimal) -> Self {
        Self {
            day,
            post,
            dated_by: post,
            amount,
            validity: Validity::default(),
            members: None,
        }
    }

    /// The posts about the matter, by day.
    #[must_use]
    pub fn members(&self) -> &[PostId] {
        self.members.as_deref().unwrap_or(std::slice::from_ref(&self.post))
    }
}

/// Why a post that fulfils a metric's conditions is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExclusionReason {
    /// It is a draft.
    Draft,
    /// It, or the date that decides its period, is dated after today.
    Future,
    /// This post represents the same event, or whatever else counts once.
    Duplicate(PostId),
    /// This post represents the same piece.
    SamePiece(PostId),
    /// It lies outside the period.
    OutsidePeriod {
        /// The day that decides.
        day: Date,
        /// The post of the same matter whose date decides; the excluded post itself when its own date does.
        dated_by: PostId,
    },
    /// It does not give the field, such as the team, by which the posts of an event are told apart, and those that do
    /// give their own numbers.
    PartsCounted,
    /// It does not give the measured field.
    NoValue,
    /// None of its values has points.
    NoPoints,
    /// Of the two dates between which days are counted, or a state lasts, the second is before the first.
    DatesReversed,
    /// It does not give the date that decides the period.
    NoDate,
    /// Its count was taken after the period's end.
    CountedLater(Date),
    /// Its state ended on this day, by the period's end.
    Ended(Date),
    /// At the period's end, its state did not last long enough.
    NotOver,
    /// This later post gives the latest value.
    Superseded(PostId),
}

/// A post that is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExcludedPost {
    /// The post.
    pub post: PostId,
    /// The reason.
    pub reason: ExclusionReason,
}

/// Two posts about one event that give different numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumberConflict {
    /// The later post.
    pub post: PostId,
    /// Its number.
    pub number: Decimal,
    /// The other post.
    pub other: PostId,
    /// Its number; when `is_sum`, the sum of the numbers of all teams.
    pub other_number: Decimal,
    /// Whether `post` names no team, and `other` is one of the teams' posts.
    pub is_sum: bool,
}

/// All posts that fulfil a metric's conditions.
#[derive(Debug, Clone, Default)]
pub(crate) struct MatchedPosts {
    /// What counts, by day, then in the order of the index.
    pub counted: Vec<CountedPost>,
    /// The posts that count in no period.
    pub excluded: Vec<ExcludedPost>,
    /// The posts about one event that give different numbers.
    pub conflicts: Vec<NumberConflict>,
}
