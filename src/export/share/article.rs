//! A post as all outlets get it, and what an outlet's copy is.

use super::outlet::{Outlet, Sharing};
use crate::catalog::{RecordId, ResolvedTarget};
use crate::export::document::{Document, DocumentBlock, DocumentImage, Span};
use crate::export::docx::docx;
use crate::export::report::{ReadAsset, post_blocks};
use crate::messages::{Lang, cli_text, report_text};
use crate::record::{Argument, Fill, Hole, Record};
use crate::site::Site;

/// What the editor should know about the outlet's copy: the key of a sentence, with its values.
pub(crate) type Remark = (&'static str, Vec<(&'static str, String)>);

/// A copy for one outlet, of one post or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SharedPost {
    /// The file: text in UTF-8, a Word file or a workbook.
    pub(crate) bytes: Vec<u8>,
    /// What to know about it.
    pub(crate) remarks: Vec<Remark>,
}

/// The post as all outlets get it.
pub(super) struct Article<'a> {
    pub(super) id: RecordId,
    pub(super) record: &'a Record,
    pub(super) title: String,
    /// Its date, author, source and place, each with its name.
    pub(super) facts: Vec<String>,
    /// The summary that the editor wrote; empty when there is none.
    pub(super) summary: String,
    pub(super) blocks: Vec<DocumentBlock>,
    /// What a program generated of it, as a sentence; empty when nothing.
    pub(super) ai_note: String,
}

impl<'a> Article<'a> {
    /// The post `id`, with its pictures as `sharing` asks.
    pub(super) fn new(site: &'a Site<'_>, id: RecordId, sharing: &Sharing, pictures: ReadAsset<'_>) -> Self {
        let record = site.record(id);
        let mut blocks = post_blocks(site, id, pictures);
        set_captions(&mut blocks, sharing.outlet, site);
        Self {
            id,
            record,
            title: record.meta.title.clone(),
            facts: facts(site, record),
            summary: record.meta.summary.clone().unwrap_or_default(),
            blocks,
            ai_note: ai_note(site, record),
        }
    }

    fn pictures(&self) -> impl Iterator<Item = &DocumentImage> {
        self.blocks.iter().filter_map(|block| match block {
            DocumentBlock::Image(image) => Some(image),
            _ => None,
        })
    }

    /// The number of its pictures.
    pub(super) fn picture_count(&self) -> usize {
        self.pictures().count()
    }
}

/// The post's day, village, author and source, each with its name: `来源：望澜日报`.
fn facts(site: &Site<'_>, record: &Record) -> Vec<String> {
    let meta = &record.meta;
    let village = meta.village.as_ref().and_then(|id| site.terms.village_name(id));
    let lang = Lang::from_tag(&site.settings.language);
    let named = |key: &str, value: &str| {
        let name = site.locale.get(key).to_owned();
        report_text(lang, "share-fact", &[("name", &name), ("value", value)])
    };
    let day = meta.date.map(|moment| site.locale.date(moment.date));
    let author = meta.author.as_ref().map(|author| named("author", author));
    let source = meta.source.as_ref().map(|source| named("source", source));
    let facts = [day, village.map(str::to_owned), author, source];
    facts.into_iter().flatten().collect()
}

fn ai_note(site: &Site<'_>, record: &Record) -> String {
    let statement = site.locale.ai_statement(&record.meta.ai);
    match statement.is_empty() {
        true => statement,
        false => site.locale.fill("ai_note", &[("statement", &statement)]),
    }
}

/// Writes what stands below each picture. The pictures of a manuscript are numbered: `图1 清理河道`.
fn set_captions(blocks: &mut [DocumentBlock], outlet: Outlet, site: &Site<'_>) {
    let lang = Lang::from_tag(&site.settings.language);
    let pictures = blocks.iter_mut().filter_map(|block| match block {
        DocumentBlock::Image(image) => Some(image),
        _ => None,
    });
    let is_numbered = matches!(outlet, Outlet::Word | Outlet::Plain | Outlet::Approval);
    for (number, image) in (1_usize..).zip(pictures) {
        let text = caption(image).trim();
        let text = if is_numbered {
            let label = report_text(lang, "share-picture", &[("number", &number.to_string())]);
            format!("{label}　{text}").trim_end().to_owned()
        } else {
            text.to_owned()
        };
        image.caption = Some(text).filter(|text| !text.is_empty());
    }
}

/// What to say of the posts: pictures without a description, and what no copy holds.
pub(super) fn remarks(site: &Site<'_>, articles: &[Article<'_>], outlet: Outlet) -> Vec<Remark> {
    let is_silent = |image: &&DocumentImage| image.alt.trim().is_empty();
    let silent = articles.iter().flat_map(Article::pictures).filter(is_silent).count();
    let silent = if outlet == Outlet::Broadcast { 0 } else { silent };
    let (mut films, mut drawings) = (0, 0);
    for article in articles {
        let links = &site.catalog.record_links[article.id];
        films += usize::from(matches!(links.file("video"), Some(ResolvedTarget::External(_))));
        films += article.record.body.holes.iter().filter(is_player).count();
        for target in links.targets() {
            if let ResolvedTarget::Asset(asset) = target {
                let file = &site.catalog.assets[*asset];
                films += usize::from(file.is_film());
                drawings += usize::from(file.path().extension() == "svg");
            }
        }
    }
    let counts = [
        ("share-silent-pictures", silent),
        ("share-films", films),
        ("share-drawings", drawings),
    ];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    counts
        .map(|(key, count)| (key, vec![("n", count.to_string())]))
        .collect()
}

/// Whether the player of a platform's film fills a hole: `{{ video(src="https://…") }}`.
fn is_player(hole: &&Hole) -> bool {
    let Fill::Shortcode(call) = &hole.fill else {
        return false;
    };
    let is_page = |(name, argument): &(String, Argument)| {
        name == "src" && matches!(argument, Argument::Text { text, link: None } if text.contains("://"))
    };
    call.name == "video" && call.args.iter().any(is_page)
}

impl SharedPost {
    /// The remarks as sentences.
    pub(crate) fn remark_texts(&self, lang: Lang) -> Vec<String> {
        let text = |(key, values): &Remark| {
            let values: Vec<(&'static str, &str)> =
                values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            cli_text(lang, key, &values)
        };
        self.remarks.iter().map(text).collect()
    }

    /// A copy that is a Word file.
    pub(super) fn word(document: &Document) -> Self {
        Self {
            bytes: docx(document),
            remarks: Vec::new(),
        }
    }

    /// A copy that is a text.
    pub(super) fn text(text: String) -> Self {
        Self {
            bytes: text.into_bytes(),
            remarks: Vec::new(),
        }
    }
}

/// A document with a title and text, and nothing around them. Its file states the day of `record`.
pub(super) fn plain_document(
    site: &Site<'_>,
    record: Option<&Record>,
    title: String,
    blocks: Vec<DocumentBlock>,
) -> Document {
    Document {
        title,
        language: site.settings.language.clone(),
        created: record
            .and_then(|record| record.meta.date)
            .map_or(site.today, |moment| moment.date),
        blocks,
        ..Document::default()
    }
}

/// A paragraph of plain text.
pub(super) fn paragraph(text: String) -> DocumentBlock {
    DocumentBlock::Paragraph(vec![Span::plain(text)])
}

/// What stands below a picture.
pub(super) fn caption(image: &DocumentImage) -> &str {
    image.caption.as_deref().unwrap_or(&image.alt)
}

/// The text of spans without their styles.
pub(super) fn plain_text(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}
