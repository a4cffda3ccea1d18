//! The ledger of reviews (三审三校台账): every post with its author and who reviewed it when. Personal numbers in its texts
//! are masked, like those in findings.

use super::posts::{DeskPost, UnpublishedReason, records_latest_first, unpublished_reason};
use crate::diag::{Code, Diagnostic};
use crate::export::sheet::{SheetCell, SheetColumn, Workbook, WorkbookSheet};
use crate::export::xlsx;
use crate::messages::{Lang, message, raw_desk_text};
use crate::privacy;
use crate::record::Record;
use crate::schema::Labels;
use crate::site::Site;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The folder of the ledger in the preview.
pub(crate) const REVIEWS_FOLDER: &str = "/reviews/";
/// The name of its Excel file in that folder.
pub(crate) const REVIEWS_FILE: &str = "reviews.xlsx";
/// The findings that the ledger shows beside a post.
const SHOWN: [Code; 3] = [Code::ReviewOrder, Code::ReviewerIsAuthor, Code::SameReviewer];
/// The columns of the Excel file: keys of `locales/desk.yml`.
const COLUMNS: [&str; 12] = [
    "date",
    "post",
    "kind",
    "author",
    "review_first",
    "review_first_date",
    "review_second",
    "review_second_date",
    "review_third",
    "review_third_date",
    "review_state",
    "file",
];

/// The ledger of reviews of a site.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewLedger {
    /// The site's name.
    pub title: String,
    /// The language of the site.
    pub language: String,
    /// The day that counts as today.
    pub today: Date,
    /// The posts by year, the newest first; `None` for posts without a date.
    pub years: Vec<(Option<i16>, Vec<ReviewedPost>)>,
}

/// A post with its reviews.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewedPost {
    /// Which.
    pub post: DeskPost,
    /// Who wrote it; may be empty.
    pub author: String,
    /// The reviewers of the first, second and third review with the days; `None` for a missing review.
    pub reviews: [Option<(String, Option<Date>)>; 3],
    /// Why it is not published; `None` when it is.
    pub unpublished: Option<UnpublishedReason>,
    /// What is wrong with its reviews.
    pub findings: Vec<Diagnostic>,
}

impl ReviewLedger {
    /// The ledger of a site with these findings.
    #[must_use]
    pub fn new(site: &Site<'_>, findings: &[Diagnostic]) -> Self {
        let mut by_file: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
        for finding in findings.iter().filter(|finding| SHOWN.contains(&finding.code)) {
            if let Some(place) = &finding.place {
                by_file.entry(&place.file).or_default().push(finding);
            }
        }
        let is_listed = |record: &Record| record.has_page && site.catalog.is_post(record);
        let mut years: BTreeMap<Option<i16>, Vec<ReviewedPost>> = BTreeMap::new();
        for found in records_latest_first(site, is_listed) {
            let record = found.0;
            let findings = by_file.get(record.path.as_str()).into_iter().flatten();
            let reviews = record.meta.review.each_ref();
            let post = ReviewedPost {
                post: masked_post(DeskPost::new(site, found)),
                author: record.meta.author.as_deref().map(masked).unwrap_or_default(),
                reviews: reviews.map(|review| review.as_ref().map(|review| (masked(&review.by), review.date))),
                unpublished: unpublished_reason(site, record),
                findings: findings.map(|finding| (*finding).clone()).collect(),
            };
            years.entry(post.post.date.map(Date::year)).or_default().push(post);
        }
        Self {
            title: masked(&site.settings.title),
            language: site.settings.language.clone(),
            today: site.today,
            years: years.into_iter().rev().collect(),
        }
    }

    /// The ledger as an Excel file, one sheet for each year.
    ///
    /// # Errors
    /// The message of the writer when a table exceeds the limits of Excel.
    pub fn to_xlsx(&self, lang: Lang) -> Result<Vec<u8>, String> {
        let columns = COLUMNS.map(|key| SheetColumn {
            title: raw_desk_text(lang, key).to_owned(),
            width: None,
        });
        let sheet = |(year, posts): &(Option<i16>, Vec<ReviewedPost>)| WorkbookSheet {
            name: year.map_or_else(
                || raw_desk_text(lang, "reviews_undated").to_owned(),
                |year| year.to_string(),
            ),
            columns: columns.to_vec(),
            rows: posts.iter().map(|post| post.cells(lang)).collect(),
            chart: None,
        };
        xlsx(&Workbook {
            title: format!("{} · {}", raw_desk_text(lang, "reviews"), self.title),
            created: self.today,
            sheets: self.years.iter().map(sheet).collect(),
        })
    }
}

fn masked(text: &str) -> String {
    privacy::mask(text).into_owned()
}

fn masked_post(post: DeskPost) -> DeskPost {
    DeskPost {
        title: masked(&post.title),
        kind: Labels {
            zh: masked(&post.kind.zh),
            en: masked(&post.kind.en),
        },
        path: masked(&post.path),
        ..post
    }
}

impl ReviewedPost {
    fn cells(&self, lang: Lang) -> Vec<SheetCell> {
        let text = |text: &str| SheetCell::Text(text.to_owned());
        let day = |day: Option<Date>| day.map_or(SheetCell::Empty, SheetCell::Date);
        let mut cells = vec![
            day(self.post.date),
            text(&self.post.title),
            text(self.post.kind.get(lang.tag())),
            text(&self.author),
        ];
        for review in &self.reviews {
            let (by, date) = review.as_ref().map_or(("", None), |(by, date)| (by.as_str(), *date));
            cells.extend([text(by), day(date)]);
        }
        cells.extend([
            SheetCell::Text(self.state(lang).join(lang.list_separator())),
            text(&self.post.path),
        ]);
        cells
    }

    /// What is to be said of the reviews: what is missing, what is wrong, whether the post is published. A complete
    /// review of a published post is one word.
    pub(super) fn state(&self, lang: Lang) -> Vec<String> {
        let word = |key: &str| raw_desk_text(lang, key).to_owned();
        let missing: Vec<String> = ["review_first", "review_second", "review_third"]
            .into_iter()
            .zip(&self.reviews)
            .filter(|(_, review)| review.is_none())
            .map(|(key, _)| word(key))
            .collect();
        let missing = match missing.len() {
            0 => word("reviews_complete"),
            3 => word("reviews_none"),
            _ => {
                let steps = missing.join(lang.list_separator());
                crate::messages::desk_text(lang, "reviews_lacking", &[("n", &steps)])
            }
        };
        let wrong = self.findings.iter().map(|finding| message(finding, lang));
        let unpublished = self.unpublished.map(|reason| match reason {
            UnpublishedReason::Draft => word("why_draft"),
            UnpublishedReason::Future => word("why_future"),
        });
        std::iter::once(missing).chain(wrong).chain(unpublished).collect()
    }

    /// Whether all three reviews are there and in order.
    pub(super) fn is_complete(&self) -> bool {
        self.reviews.iter().all(Option::is_some) && self.findings.is_empty()
    }
}
