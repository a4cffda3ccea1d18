//! Posts as official documents: an issue of the office's bulletin (简报), a circular (通报), and the sheet on which a post
//! is approved (审签单). The fixed words are the theme's, so a town may change them.

use super::article::{Article, paragraph, plain_document};
use super::outlet::Sharing;
use super::spoken::spoken;
use crate::config::Settings;
use crate::export::document::{Colophon, Document, DocumentBlock, DocumentTable, Letterhead, Span, TableCell};
use crate::messages::Lang;
use crate::record::{Record, Review};
use crate::site::{Locale, Site};

/// The posts as an issue of the bulletin. Several posts stand under a list of their titles.
pub(super) fn brief(site: &Site<'_>, articles: Vec<Article<'_>>, sharing: &Sharing) -> Document {
    let (settings, words) = (&site.settings.brief, &*site.locale);
    let issuer = issuer(&settings.issuer, site.settings);
    let day = words.date(site.today);
    let number = sharing
        .issue
        .map(|issue| words.fill("brief_number", &[("number", &issue.to_string())]));
    let groups = [
        ("brief_report", &settings.report),
        ("brief_send", &settings.send),
        ("brief_distribute", &settings.distribute),
    ];
    let recipients = groups.into_iter().filter(|(_, bodies)| !bodies.is_empty());
    let copies = match settings.copies.as_str() {
        "" => String::new(),
        copies => words.fill("brief_copies", &[("n", copies)]),
    };
    let contents = contents(&articles);
    let text = Text::of(site, articles, sharing, || words.get("brief_contents").to_owned());
    Document {
        letterhead: Some(Letterhead {
            name: non_empty(&settings.name).unwrap_or_else(|| words.get("brief_name").to_owned()),
            number: number.unwrap_or_default(),
            issuer: issuer.clone(),
            date: day.clone(),
        }),
        colophon: Some(Colophon {
            recipients: recipients
                .map(|(key, bodies)| (words.get(key).to_owned(), bodies.clone()))
                .collect(),
            printer: issuer,
            printed: words.fill("brief_printed", &[("day", &day)]),
            copies,
        }),
        ..text.document(site, contents)
    }
}

/// The posts as a circular (GB/T 9704-2012): the issuing body in red, its number, whom it is for, the text, the signature
/// with the date, and who gets a copy.
pub(super) fn circular(site: &Site<'_>, articles: Vec<Article<'_>>, sharing: &Sharing) -> Document {
    let (settings, words) = (&site.settings.circular, &*site.locale);
    let issuer = issuer(&settings.issuer, site.settings);
    let day = words.date(site.today);
    let name = || words.fill("circular_name", &[("issuer", &issuer)]);
    let copy = non_empty(&settings.copy).map(|bodies| (words.get("circular_copy").to_owned(), bodies));
    let mut text = Text::of(site, articles, sharing, || words.get("circular_sections").to_owned());
    if sharing.title.is_none() {
        text.title = circular_title(words, &text.title);
    }
    Document {
        letterhead: Some(Letterhead {
            name: non_empty(&settings.name).unwrap_or_else(name),
            number: sharing.number.clone().unwrap_or_default(),
            issuer: String::new(),
            date: String::new(),
        }),
        addressee: settings.to.clone(),
        issuer: issuer.clone(),
        date: day.clone(),
        colophon: Some(Colophon {
            recipients: copy.into_iter().collect(),
            printer: issuer,
            printed: words.fill("brief_printed", &[("day", &day)]),
            copies: String::new(),
        }),
        ..text.document(site, Vec::new())
    }
}

/// `关于清洁河道的通报`; a title that says so already stays, and one that begins with 关于 does not begin so twice.
fn circular_title(words: &Locale, title: &str) -> String {
    let (start, end) = words.get("circular_title").split_once("{title}").unwrap_or_default();
    let word = end.trim_start_matches('的');
    if !word.is_empty() && title.ends_with(word) {
        return title.to_owned();
    }
    let title = title.strip_prefix(start).unwrap_or(title);
    words.fill("circular_title", &[("title", title)])
}

/// The titles of several posts as a list; nothing for one post.
fn contents(articles: &[Article<'_>]) -> Vec<DocumentBlock> {
    let item = |(number, article): (usize, &Article<'_>)| DocumentBlock::ListItem {
        depth: 0,
        marker: format!("{number}."),
        spans: vec![Span::plain(article.title.clone())],
    };
    let listed = if articles.len() > 1 { articles } else { &[] };
    (1..).zip(listed).map(item).collect()
}

/// The text of a document with one post or several.
struct Text<'a> {
    title: String,
    first: Option<&'a Record>,
    blocks: Vec<DocumentBlock>,
}

impl<'a> Text<'a> {
    /// The text of one post under its title; several posts under `title_of_several`, each with its title as a heading.
    fn of(
        site: &Site<'_>,
        articles: Vec<Article<'a>>,
        sharing: &Sharing,
        title_of_several: impl FnOnce() -> String,
    ) -> Self {
        let first = articles.first().map(|article| article.record);
        let are_several = articles.len() > 1;
        let title = match articles.first() {
            Some(article) if !are_several => article.title.clone(),
            _ => title_of_several(),
        };
        let mut blocks = Vec::new();
        for (number, article) in (1_usize..).zip(articles) {
            if are_several {
                blocks.push(section_heading(site, number, &article.title));
            }
            blocks.extend(article.blocks.into_iter().map(|block| lowered(block, are_several)));
            if !article.ai_note.is_empty() {
                blocks.push(paragraph(article.ai_note));
            }
        }
        Self {
            title: sharing.title.clone().unwrap_or(title),
            first,
            blocks,
        }
    }

    /// The text as a document, below `before`.
    fn document(self, site: &Site<'_>, before: Vec<DocumentBlock>) -> Document {
        let blocks = before.into_iter().chain(self.blocks).collect();
        plain_document(site, self.first, self.title, blocks)
    }
}

/// The heading of one of several posts, with its number (GB/T 9704-2012, 7.3.3): `一、清洁河道`.
fn section_heading(site: &Site<'_>, number: usize, title: &str) -> DocumentBlock {
    let number = match Lang::from_tag(&site.settings.language) {
        Lang::Zh => spoken(&number.to_string()) + "、",
        Lang::En => format!("{number}. "),
    };
    DocumentBlock::Heading {
        level: 1,
        spans: vec![Span::plain(number + title)],
    }
}

/// A block of a post; below the post's title its headings are one level lower.
fn lowered(block: DocumentBlock, is_below_heading: bool) -> DocumentBlock {
    match block {
        DocumentBlock::Heading { level, spans } => DocumentBlock::Heading {
            level: level.saturating_add(u8::from(is_below_heading)),
            spans,
        },
        other => other,
    }
}

/// The sheet on which a post is approved: what it is, who reviewed it, and space for the others to sign; then its text.
pub(super) fn approval(site: &Site<'_>, article: Article<'_>) -> Document {
    let (record, words) = (article.record, &*site.locale);
    let meta = &record.meta;
    let consent = match meta.consent {
        Some(true) => words.get("yes"),
        Some(false) => words.get("no"),
        None => "",
    };
    let length = record.body.character_count.to_string();
    let day = meta.date.map(|moment| words.date(moment.date));
    let facts = [
        ("approval_title", article.title.clone()),
        ("approval_kind", site.terms.kind_label(&record.kind).to_owned()),
        ("approval_date", day.unwrap_or_default()),
        ("approval_author", meta.author.clone().unwrap_or_default()),
        ("approval_source", meta.source.clone().unwrap_or_default()),
        ("approval_length", words.fill("approval_characters", &[("n", &length)])),
        ("approval_pictures", article.picture_count().to_string()),
        ("approval_consent", consent.to_owned()),
        ("approval_ai", article.ai_note.clone()),
    ];
    let facts = facts
        .into_iter()
        .map(|(key, value)| vec![word_cell(words, key), plain_cell(value)]);
    let reviews = ["approval_first", "approval_second", "approval_third"]
        .into_iter()
        .zip(&meta.review);
    let reviews = reviews.map(|(key, review)| {
        let (by, day) = review
            .as_ref()
            .map(|review| review_texts(words, review))
            .unwrap_or_default();
        vec![word_cell(words, key), plain_cell(by), Vec::new(), plain_cell(day)]
    });
    let sheet = DocumentTable {
        rows: facts.collect(),
        ..DocumentTable::default()
    };
    let heads = ["approval_step", "approval_name", "approval_opinion", "approval_day"];
    let signatures = DocumentTable {
        caption: Some(words.get("approval_reviews").to_owned()),
        head: heads.map(|key| word_cell(words, key)).to_vec(),
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
        issuer: issuer("", site.settings),
        date: words.date(site.today),
        ..plain_document(site, Some(record), words.get("approval_sheet").to_owned(), blocks)
    }
}

fn review_texts(words: &Locale, review: &Review) -> (String, String) {
    let day = review.date.map(|day| words.date(day));
    (review.by.clone(), day.unwrap_or_default())
}

/// The body that issues a document: the one that its settings name, the organiser, or else the owner of the site.
fn issuer(set: &str, settings: &Settings) -> String {
    non_empty(set).unwrap_or_else(|| settings.owner.issuing_body().to_owned())
}

fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn plain_cell(text: String) -> TableCell {
    vec![Span::plain(text)]
}

fn word_cell(words: &Locale, key: &str) -> TableCell {
    plain_cell(words.get(key).to_owned())
}
