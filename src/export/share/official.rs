//! A post as an official document: as an issue of the office's bulletin (简报), and the sheet on which it is approved (审签单).

use super::article::{Article, caption};
use crate::config::Settings;
use crate::export::document::{Colophon, Document, DocumentBlock, DocumentTable, Letterhead, Span, TableCell};
use crate::messages::{Lang, report_text};
use crate::record::{Record, Review};
use crate::site::Site;
use std::collections::BTreeSet;

/// The post as an issue of the bulletin. `issue` is its number; 0 leaves it out.
pub(super) fn brief(site: &Site<'_>, record: &Record, article: Article, issue: u32) -> Document {
    let settings = site.settings;
    let words = Words::of(site);
    let name = match settings.brief.name.as_str() {
        "" => words.text("brief-name", &[]),
        name => name.to_owned(),
    };
    let day = site.locale.date(site.today);
    let number = match issue {
        0 => String::new(),
        issue => words.text("brief-number", &[("number", &issue.to_string())]),
    };
    let groups = [
        ("brief-report", &settings.brief.report),
        ("brief-send", &settings.brief.send),
        ("brief-distribute", &settings.brief.distribute),
    ];
    let recipients = groups.into_iter().filter(|(_, bodies)| !bodies.is_empty());
    let copies = match settings.brief.copies.as_str() {
        "" => String::new(),
        copies => words.text("brief-copies", &[("n", copies)]),
    };
    Document {
        title: article.title,
        issuer: String::new(),
        date: String::new(),
        language: settings.language.clone(),
        created: record.meta.date.map_or(site.today, |moment| moment.date),
        letterhead: Some(Letterhead {
            name,
            number,
            issuer: issuer(settings),
            date: day.clone(),
        }),
        blocks: with_note(article.blocks, article.ai_note),
        closing: Vec::new(),
        units: BTreeSet::new(),
        colophon: Some(Colophon {
            recipients: recipients
                .map(|(key, bodies)| (words.text(key, &[]), bodies.clone()))
                .collect(),
            printer: issuer(settings),
            printed: words.text("brief-printed", &[("day", &day)]),
            copies,
        }),
    }
}

/// The sheet on which a post is approved: what it is, who reviewed it, and space for the others to sign; then its text.
pub(super) fn approval(site: &Site<'_>, record: &Record, article: Article) -> Document {
    let words = Words::of(site);
    let meta = &record.meta;
    let kind = site.catalog.kinds.get(&record.kind);
    let lang = Lang::from_tag(&site.settings.language);
    let pictures = article
        .blocks
        .iter()
        .filter(|block| matches!(block, DocumentBlock::Image(_)))
        .count();
    let consent = match meta.consent {
        Some(true) => words.text("approval-yes", &[]),
        Some(false) => words.text("approval-no", &[]),
        None => String::new(),
    };
    let facts = [
        ("approval-title", article.title.clone()),
        (
            "approval-kind",
            kind.map(|kind| kind.labels.get(lang.tag()).to_owned())
                .unwrap_or_default(),
        ),
        (
            "approval-date",
            meta.date
                .map(|moment| site.locale.date(moment.date))
                .unwrap_or_default(),
        ),
        ("approval-author", meta.author.clone().unwrap_or_default()),
        ("approval-source", meta.source.clone().unwrap_or_default()),
        (
            "approval-length",
            words.text(
                "approval-characters",
                &[("n", &record.body.character_count.to_string())],
            ),
        ),
        ("approval-pictures", pictures.to_string()),
        ("approval-consent", consent),
        ("approval-ai", article.ai_note.clone()),
    ];
    let facts = facts
        .into_iter()
        .map(|(key, value)| vec![words.cell(key), plain_cell(value)]);
    let reviews = ["approval-first", "approval-second", "approval-third"]
        .into_iter()
        .zip(&meta.review);
    let reviews = reviews.map(|(key, review)| {
        let (by, day) = review
            .as_ref()
            .map(|review| review_texts(site, review))
            .unwrap_or_default();
        vec![words.cell(key), plain_cell(by), Vec::new(), plain_cell(day)]
    });
    let sheet = DocumentTable {
        rows: facts.collect(),
        ..DocumentTable::default()
    };
    let heads = ["approval-step", "approval-name", "approval-opinion", "approval-day"];
    let signatures = DocumentTable {
        caption: Some(words.text("approval-reviews", &[])),
        head: heads.map(|key| words.cell(key)).to_vec(),
        rows: reviews.collect(),
        numeric: Vec::new(),
    };
    let mut blocks = vec![
        DocumentBlock::Table(sheet),
        DocumentBlock::Table(signatures),
        DocumentBlock::PageBreak,
        DocumentBlock::Heading {
            level: 1,
            spans: vec![Span::plain(article.title)],
        },
    ];
    blocks.extend(article.blocks);
    Document {
        title: words.text("approval-sheet", &[]),
        issuer: issuer(site.settings),
        date: site.locale.date(site.today),
        language: site.settings.language.clone(),
        created: meta.date.map_or(site.today, |moment| moment.date),
        letterhead: None,
        blocks,
        closing: Vec::new(),
        units: BTreeSet::new(),
        colophon: None,
    }
}

fn review_texts(site: &Site<'_>, review: &Review) -> (String, String) {
    (
        review.by.clone(),
        review.date.map(|day| site.locale.date(day)).unwrap_or_default(),
    )
}

fn with_note(mut blocks: Vec<DocumentBlock>, note: String) -> Vec<DocumentBlock> {
    for block in &mut blocks {
        if let DocumentBlock::Image(image) = block {
            image.caption = Some(caption(image).to_owned()).filter(|caption| !caption.is_empty());
        }
    }
    if !note.is_empty() {
        blocks.push(DocumentBlock::Paragraph(vec![Span::plain(note)]));
    }
    blocks
}

/// The body that issues documents: the organiser, or else the owner of the site.
fn issuer(settings: &Settings) -> String {
    let names = [&settings.owner.organiser, &settings.owner.name];
    names
        .into_iter()
        .find(|name| !name.is_empty())
        .cloned()
        .unwrap_or_default()
}

fn plain_cell(text: String) -> TableCell {
    vec![Span::plain(text)]
}

/// The words of documents in the site's language.
struct Words(Lang);

impl Words {
    fn of(site: &Site<'_>) -> Self {
        Self(Lang::from_tag(&site.settings.language))
    }

    fn text(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        report_text(self.0, key, values)
    }

    fn cell(&self, key: &str) -> TableCell {
        plain_cell(self.text(key, &[]))
    }
}
