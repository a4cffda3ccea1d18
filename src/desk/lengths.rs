//! How much was written: posts and characters by month and by kind, and texts that are very short.

use super::Listed;
use super::posts::{Post, why};
use crate::catalog::RecordIndex;
use crate::metrics::Period;
use crate::plan::Site;
use crate::record::Record;
use crate::report::REPORT;
use crate::schema::{FieldType, Labels};
use std::collections::BTreeMap;

/// Characters below which a text is thin: two or three sentences.
pub const THIN: usize = 100;

/// How much was written, counted over published posts. Reports are none of them: they are made from posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lengths {
    /// In the half-year.
    pub half: Tally,
    /// In all.
    pub all: Tally,
    /// Each month of the half-year that has begun.
    pub months: Vec<(Period, Tally)>,
    /// Each kind that has posts, in the order of the kinds: in the half-year, and in all.
    pub kinds: Vec<(Labels, Tally, Tally)>,
    /// The longest text of the half-year.
    pub longest: Option<Written>,
    /// Texts of fewer than [`THIN`] characters, the newest first, but for posts that are about a file or an address
    /// of their own: a video needs no text.
    pub thin: Listed<Written>,
}

/// Some posts together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub posts: usize,
    /// Their characters, as Chinese editors count them: each wide character, each Latin word or number.
    pub characters: usize,
}

/// A post with the length of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Which.
    pub post: Post,
    /// Its characters.
    pub characters: usize,
}

impl Tally {
    fn add(&mut self, record: &Record) {
        self.posts += 1;
        self.characters += record.body.characters;
    }

    /// Characters of one post, rounded; none without posts.
    #[must_use]
    pub fn average(self) -> Option<usize> {
        (self.characters + self.posts / 2).checked_div(self.posts)
    }
}

pub(super) fn lengths(site: &Site<'_>, period: Period) -> Lengths {
    let posts: Vec<RecordIndex> = site.catalog.posts().filter(|&at| counts(site, at)).collect();
    let in_half = |at: RecordIndex| day_of(site, at).is_some_and(|day| period.contains(day));
    let half: Vec<RecordIndex> = posts.iter().copied().filter(|&at| in_half(at)).collect();
    let written = |at: RecordIndex| Written {
        post: Post::new(site, (site.record(at), Some(at))),
        characters: site.record(at).body.characters,
    };
    let thin: Vec<RecordIndex> = posts.iter().copied().filter(|&at| is_thin(site, at)).collect();
    let longest = half
        .iter()
        .copied()
        .rev()
        .max_by_key(|&at| site.record(at).body.characters);
    Lengths {
        half: tally(site, &half),
        all: tally(site, &posts),
        months: months(site, &half, period),
        kinds: kinds(site, &half, &posts),
        longest: longest.map(written),
        thin: Listed::of(&thin, |&at| written(at)),
    }
}

fn counts(site: &Site<'_>, at: RecordIndex) -> bool {
    let record = site.record(at);
    record.kind != REPORT && why(site, record).is_none()
}

fn day_of(site: &Site<'_>, at: RecordIndex) -> Option<jiff::civil::Date> {
    site.record(at).meta.date.map(|moment| moment.date)
}

fn tally(site: &Site<'_>, posts: &[RecordIndex]) -> Tally {
    let mut tally = Tally::default();
    posts.iter().for_each(|&at| tally.add(site.record(at)));
    tally
}

fn months(site: &Site<'_>, half: &[RecordIndex], period: Period) -> Vec<(Period, Tally)> {
    let mut months: BTreeMap<Period, Tally> = period
        .months()
        .into_iter()
        .filter(|month| month.first() <= site.today)
        .map(|month| (month, Tally::default()))
        .collect();
    for &at in half {
        if let Some(day) = day_of(site, at) {
            months.entry(Period::month_of(day)).or_default().add(site.record(at));
        }
    }
    months.into_iter().collect()
}

fn kinds(site: &Site<'_>, half: &[RecordIndex], posts: &[RecordIndex]) -> Vec<(Labels, Tally, Tally)> {
    let mut found: BTreeMap<&str, (Tally, Tally)> = BTreeMap::new();
    for record in half.iter().map(|&at| site.record(at)) {
        found.entry(&record.kind).or_default().0.add(record);
    }
    for record in posts.iter().map(|&at| site.record(at)) {
        found.entry(&record.kind).or_default().1.add(record);
    }
    let named = site.catalog.kinds.iter().filter_map(|kind| {
        let (half, all) = found.get(kind.id.as_str())?;
        Some((kind.labels.clone(), *half, *all))
    });
    named.collect()
}

fn is_thin(site: &Site<'_>, at: RecordIndex) -> bool {
    let record = site.record(at);
    record.body.characters < THIN && !speaks_otherwise(site, record)
}

/// Whether a post gives a file or an address that it is about, as videos and pieces in the media do.
fn speaks_otherwise(site: &Site<'_>, record: &Record) -> bool {
    let fields = site
        .catalog
        .kinds
        .get(&record.kind)
        .map_or(&[][..], |kind| &kind.fields);
    fields
        .iter()
        .filter(|field| matches!(field.ty, FieldType::Asset | FieldType::Url))
        .any(|field| record.meta.fields.contains_key(&field.name))
}
