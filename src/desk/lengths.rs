//! How much was written: posts and characters by month and by kind, and very short texts.

use super::posts::{DeskPost, unpublished_reason};
use super::truncated_list::TruncatedList;
use crate::catalog::RecordId;
use crate::metrics::Period;
use crate::record::Record;
use crate::report::REPORT_KIND;
use crate::schema::{FieldType, Labels};
use crate::site::Site;
use std::collections::BTreeMap;

/// A text with fewer characters is thin: two or three sentences.
pub(crate) const THIN_TEXT_CHARACTERS: usize = 100;

/// How much was written, counted over published posts. Reports are excluded, because they are made from posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextLengths {
    /// In the half-year.
    pub half: LengthTotal,
    /// In total.
    pub all: LengthTotal,
    /// By month: each month of the half-year that has begun.
    pub months: Vec<(Period, LengthTotal)>,
    /// By kind, for each kind with posts, in the order of the kinds: in the half-year, and in total.
    pub kinds: Vec<(Labels, LengthTotal, LengthTotal)>,
    /// The longest text of the half-year.
    pub longest: Option<PostLength>,
    /// Texts of fewer than [`THIN_TEXT_CHARACTERS`] characters, the newest first. Posts about a file or an address of
    /// their own are excluded: a video needs no text.
    pub thin: TruncatedList<PostLength>,
}

/// The total of several posts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LengthTotal {
    /// The number of posts.
    pub posts: usize,
    /// Their characters, as Chinese editors count them: each wide character and each Latin word or number is one.
    pub characters: usize,
}

/// A post with the length of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostLength {
    /// Which.
    pub post: DeskPost,
    /// Its characters.
    pub characters: usize,
}

impl LengthTotal {
    fn add(&mut self, record: &Record) {
        self.posts += 1;
        self.characters += record.body.character_count;
    }

    /// The average number of characters, rounded; `None` without posts.
    #[must_use]
    pub fn average(self) -> Option<usize> {
        (self.characters + self.posts / 2).checked_div(self.posts)
    }
}

pub(super) fn text_lengths(site: &Site<'_>, period: Period) -> TextLengths {
    let posts: Vec<RecordId> = site.catalog.posts().filter(|&at| is_counted(site, at)).collect();
    let in_half = |at: RecordId| record_day(site, at).is_some_and(|day| period.contains(day));
    let half: Vec<RecordId> = posts.iter().copied().filter(|&at| in_half(at)).collect();
    let post_length = |at: RecordId| PostLength {
        post: DeskPost::new(site, (site.record(at), Some(at))),
        characters: site.record(at).body.character_count,
    };
    let thin: Vec<RecordId> = posts.iter().copied().filter(|&at| is_thin(site, at)).collect();
    let longest = half
        .iter()
        .copied()
        .rev()
        .max_by_key(|&at| site.record(at).body.character_count);
    TextLengths {
        half: total_length(site, &half),
        all: total_length(site, &posts),
        months: lengths_by_month(site, &half, period),
        kinds: lengths_by_kind(site, &half, &posts),
        longest: longest.map(post_length),
        thin: TruncatedList::from_slice(&thin, |&at| post_length(at)),
    }
}

fn is_counted(site: &Site<'_>, at: RecordId) -> bool {
    let record = site.record(at);
    record.kind != REPORT_KIND && unpublished_reason(site, record).is_none()
}

fn record_day(site: &Site<'_>, at: RecordId) -> Option<jiff::civil::Date> {
    site.record(at).meta.date.map(|moment| moment.date)
}

fn total_length(site: &Site<'_>, posts: &[RecordId]) -> LengthTotal {
    let mut total = LengthTotal::default();
    posts.iter().for_each(|&at| total.add(site.record(at)));
    total
}

fn lengths_by_month(site: &Site<'_>, half: &[RecordId], period: Period) -> Vec<(Period, LengthTotal)> {
    let mut months: BTreeMap<Period, LengthTotal> = period
        .months()
        .into_iter()
        .filter(|month| month.first() <= site.today)
        .map(|month| (month, LengthTotal::default()))
        .collect();
    for &at in half {
        if let Some(day) = record_day(site, at) {
            months.entry(Period::month_of(day)).or_default().add(site.record(at));
        }
    }
    months.into_iter().collect()
}

fn lengths_by_kind(site: &Site<'_>, half: &[RecordId], posts: &[RecordId]) -> Vec<(Labels, LengthTotal, LengthTotal)> {
    let mut found: BTreeMap<&str, (LengthTotal, LengthTotal)> = BTreeMap::new();
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

fn is_thin(site: &Site<'_>, at: RecordId) -> bool {
    let record = site.record(at);
    record.body.character_count < THIN_TEXT_CHARACTERS && !has_file_or_url(site, record)
}

/// Whether a post names a file or an address that it is about, as videos and media coverage do.
fn has_file_or_url(site: &Site<'_>, record: &Record) -> bool {
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
