//! One post as another outlet takes it: a manuscript in Word, plain text for another site's form, a text to be read aloud,
//! and HTML to be pasted into a WeChat account.
//!
//! Role: `Site` and a post → the bytes of a file, with remarks about the outlet's limits. All outlets write the same
//! blocks, those of a printed document (`report::post_blocks`), so each says what the page says.

mod article;
mod broadcast;
mod official;
mod plain;
mod spoken;
mod wechat;

use super::document::{Document, DocumentBlock, Span};
use super::report::{ReadAsset, post_blocks};
use crate::catalog::{RecordId, ResolvedTarget};
use crate::messages::{Lang, report_text};
use crate::record::Record;
use crate::site::Site;
pub(crate) use article::SharedPost;
use article::{Article, Remark, caption};
use std::collections::BTreeSet;

/// Where a post goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outlet {
    /// A WeChat account: HTML with its styles at each element.
    WeChat,
    /// A newspaper or a media centre: a manuscript in Word with numbered pictures.
    Word,
    /// The form of another site: plain text.
    Plain,
    /// The village's loudspeaker: short sentences with numbers in words.
    Broadcast,
    /// Other offices: an issue of the bulletin (简报) in Word.
    Brief,
    /// The reviewers: the sheet on which the post is approved (审签单), in Word.
    Approval,
}

impl Outlet {
    /// The outlets by the names that `--for` takes.
    pub(crate) const NAMED: [(&'static str, Self); 6] = [
        ("wechat", Self::WeChat),
        ("word", Self::Word),
        ("plain", Self::Plain),
        ("broadcast", Self::Broadcast),
        ("brief", Self::Brief),
        ("approval", Self::Approval),
    ];

    /// Whether the copy is a Word file.
    pub(crate) const fn is_word(self) -> bool {
        matches!(self, Self::Word | Self::Brief | Self::Approval)
    }
}

/// The post `id` for `outlet`. `issue` is the number of the bulletin's issue; 0 when it has none.
#[must_use]
pub(crate) fn share_post(
    site: &Site<'_>,
    id: RecordId,
    (outlet, issue): (Outlet, u32),
    pictures: ReadAsset<'_>,
) -> SharedPost {
    let record = site.record(id);
    let mut article = Article {
        title: record.meta.title.clone(),
        facts: facts(site, record),
        summary: record.meta.summary.clone().unwrap_or_default(),
        blocks: post_blocks(site, id, pictures),
        ai_note: ai_note(site, record),
    };
    let remarks = number_pictures(&mut article.blocks, outlet, site);
    let mut shared = match outlet {
        Outlet::WeChat => wechat::write(&article),
        Outlet::Plain => SharedPost::text(plain::write(&article)),
        Outlet::Broadcast => broadcast::write(&article),
        Outlet::Word => SharedPost::word(&manuscript(site, record, article)),
        Outlet::Brief => SharedPost::word(&official::brief(site, record, article, issue)),
        Outlet::Approval => SharedPost::word(&official::approval(site, record, article)),
    };
    shared.remarks.extend(remarks);
    shared.remarks.extend(left_out(site, id));
    shared
}

/// The post's day, village, author and source, each with its name: `来源：望澜日报`.
fn facts(site: &Site<'_>, record: &Record) -> Vec<String> {
    let meta = &record.meta;
    let village = meta
        .village
        .as_ref()
        .and_then(|id| site.catalog.rosters.get("villages")?.by_id(id));
    let lang = Lang::from_tag(&site.settings.language);
    let named = |key: &str, value: &str| {
        let name = site.locale.get(key).to_owned();
        report_text(lang, "share-fact", &[("name", &name), ("value", value)])
    };
    let day = meta.date.map(|moment| site.locale.date(moment.date));
    let village = village.map(|row| row.name.clone());
    let author = meta.author.as_ref().map(|author| named("author", author));
    let source = meta.source.as_ref().map(|source| named("source", source));
    [day, village, author, source].into_iter().flatten().collect()
}

fn ai_note(site: &Site<'_>, record: &Record) -> String {
    let statement = site.locale.ai_statement(&record.meta.ai);
    match statement.is_empty() {
        true => statement,
        false => site.locale.fill("ai_note", &[("statement", &statement)]),
    }
}

/// Gives the pictures of a manuscript numbers: `图1 清理河道`. Reports pictures without a description.
fn number_pictures(blocks: &mut [DocumentBlock], outlet: Outlet, site: &Site<'_>) -> Vec<Remark> {
    let lang = Lang::from_tag(&site.settings.language);
    let mut silent = 0;
    let pictures = blocks.iter_mut().filter_map(|block| match block {
        DocumentBlock::Image(image) => Some(image),
        _ => None,
    });
    for (number, image) in (1_usize..).zip(pictures) {
        silent += usize::from(image.alt.trim().is_empty());
        if matches!(outlet, Outlet::Word | Outlet::Plain) {
            let label = report_text(lang, "share-picture", &[("number", &number.to_string())]);
            image.caption = Some(format!("{label}　{}", caption(image)).trim_end().to_owned());
        }
    }
    let remark = ("share-silent-pictures", vec![("n", silent.to_string())]);
    (silent > 0 && outlet != Outlet::Broadcast)
        .then_some(remark)
        .into_iter()
        .collect()
}

/// Reports what no copy holds: the films and recordings of a post, and its drawings.
fn left_out(site: &Site<'_>, id: RecordId) -> Vec<Remark> {
    let targets = site.catalog.record_links[id].targets();
    let files = targets.filter_map(|target| match target {
        ResolvedTarget::Asset(asset) => Some(&site.catalog.assets[*asset]),
        _ => None,
    });
    let (mut films, mut drawings) = (0, 0);
    for file in files {
        films += usize::from(file.is_film());
        drawings += usize::from(file.path().extension() == "svg");
    }
    let counts = [("share-films", films), ("share-drawings", drawings)];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    counts
        .map(|(key, count)| (key, vec![("n", count.to_string())]))
        .collect()
}

/// The manuscript: a line of facts under the title, and the text.
fn manuscript(site: &Site<'_>, record: &Record, article: Article) -> Document {
    let mut blocks = Vec::new();
    if !article.facts.is_empty() {
        blocks.push(DocumentBlock::Paragraph(vec![Span::plain(article.facts.join("　"))]));
    }
    blocks.extend(article.blocks);
    if !article.ai_note.is_empty() {
        blocks.push(DocumentBlock::Paragraph(vec![Span::plain(article.ai_note)]));
    }
    Document {
        title: article.title,
        issuer: String::new(),
        date: String::new(),
        language: site.settings.language.clone(),
        created: record.meta.date.map_or(site.today, |moment| moment.date),
        letterhead: None,
        colophon: None,
        blocks,
        closing: Vec::new(),
        units: BTreeSet::new(),
    }
}
