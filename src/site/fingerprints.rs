//! Fingerprints of files that hold figures.
//!
//! A figure may count any post, so each of these hashes covers everything that can be counted: all front matter, rosters
//! and settings. Of a body it covers only the summary and the calls for figures, so an edit to a body leaves it as it is.
//! Titles and summaries, which are shown and hardly ever counted, have a hash of their own.

use super::related;
use super::site::Site;
use crate::catalog::{AssetId, RecordId, ResolvedTarget};
use crate::fingerprint::FingerprintHasher;
use crate::paths::UrlPath;
use crate::record::{Body, Meta, Record};
use crate::report::{Report, ReportText, figure_calls};
use crate::schema::FieldValue;
use rayon::prelude::*;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

/// The hashes of everything in posts and the theme that figures and their evidence are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FigureInputs {
    /// Of everything.
    pub all: u64,
    /// Of everything except titles and summaries. While it is the same, every figure counts the same posts, unless a metric
    /// asks for these two, or an issued report names a post by them.
    pub counts: u64,
}

impl Site<'_> {
    /// The hash of everything that a page can show in addition to its view: the theme's words, how links are written,
    /// minification and the names of static files.
    #[must_use]
    pub fn page_globals_hash(&self) -> u64 {
        let mut hasher = FingerprintHasher::default();
        self.locale.hash_into(&mut hasher);
        hasher.debug(&self.links.base);
        hasher.debug(&self.settings.minify);
        for (path, url) in &self.links.statics {
            hasher.text(path);
            hasher.text(url.as_str());
        }
        hasher.finish()
    }

    /// The hashes of everything in posts and the theme that figures and their evidence are made from. Kinds, rosters,
    /// metrics, settings and issued figures are separate files with their own hashes.
    #[must_use]
    pub(crate) fn figure_inputs(&self) -> FigureInputs {
        let mut counts = FingerprintHasher::default();
        counts.number(self.page_globals_hash());
        self.today.hash(&mut counts);
        let of_record = |(record, address): (&Arc<Record>, &UrlPath)| {
            let mut hasher = FingerprintHasher::default();
            hasher.text(address.as_str());
            hash_record(record, &mut hasher);
            (hasher.finish(), hash_texts(record))
        };
        let records = self.catalog.records.raw.par_iter().zip(&self.links.records.raw);
        let hashes: Vec<(u64, u64)> = records.map(of_record).collect();
        let mut texts = FingerprintHasher::default();
        for (count, text) in hashes {
            counts.number(count);
            texts.number(text);
        }
        for record in self.catalog.ledger_rows.iter().chain(self.catalog.withheld.iter()) {
            counts.number(0);
            hash_record(record, &mut counts);
            texts.number(hash_texts(record));
        }
        for section in self.catalog.sections.values() {
            counts.text(&section.folder);
            texts.text(&section.title);
            hash_calls(&section.body, &mut counts);
        }
        let (counts, texts) = (counts.finish(), texts.finish());
        let mut all = FingerprintHasher::default();
        all.number(counts);
        all.number(texts);
        FigureInputs {
            all: all.finish(),
            counts,
        }
    }

    /// The posts that the page of a record shows, itself and its neighbours first. `None` when its text calls components,
    /// which may show any post.
    #[must_use]
    pub(crate) fn posts_on_page(&self, id: RecordId) -> Option<Vec<Option<RecordId>>> {
        if self.record(id).body.calls_component() {
            return None;
        }
        let (older, newer) = related::neighbours(self.catalog, id);
        let related = self.related(id).iter().copied().map(Some);
        Some([Some(id), older, newer].into_iter().chain(related).collect())
    }

    /// The hash of everything outside a record's source that the view of its page is made from and that edits of other
    /// posts and of pictures may change: its address, the posts that the page shows, the targets of its links and its
    /// pictures. Settings, rosters, sections, templates and the names of assets are separate files with their own
    /// hashes. `picture` returns the hash of an asset's bytes. `None` when the text calls components, which may show
    /// figures.
    #[must_use]
    pub fn article_inputs_hash(&self, id: RecordId, picture: &dyn Fn(AssetId) -> u64) -> Option<u64> {
        let posts = self.posts_on_page(id)?;
        let mut hasher = FingerprintHasher::default();
        hasher.text(self.links.record(id).as_str());
        for shown in posts {
            match shown {
                Some(shown) => self.shared.hash_into(self.card(shown), &mut hasher),
                None => hasher.number(0),
            }
        }
        for target in self.catalog.record_links[id].targets() {
            std::mem::discriminant(target).hash(&mut hasher);
            self.links.to_target(target).hash(&mut hasher);
            if let ResolvedTarget::Asset(asset) = target {
                hasher.number(picture(*asset));
            }
        }
        Some(hasher.finish())
    }

    /// The hash of what a report's Word file is made from in addition to the figures: its text and its pictures.
    /// `picture` returns the hash of an asset's bytes.
    #[must_use]
    pub fn docx_hash(&self, report: &Report<'_>, picture: &dyn Fn(AssetId) -> u64) -> u64 {
        let mut hasher = FingerprintHasher::default();
        match &report.text {
            ReportText::Generated(text) => {
                hasher.text(&text.title);
                hasher.debug(&text.blocks);
            }
            ReportText::Written(id) => {
                let record = self.record(*id);
                hasher.debug(&record.blocks);
                let targets = &self.catalog.record_links[*id].links;
                for target in targets {
                    hasher.debug(&self.links.to_target(target));
                    hasher.debug(&self.links.to_target_absolute(target));
                    if let ResolvedTarget::Asset(asset) = target {
                        hasher.number(picture(*asset));
                    }
                }
            }
        }
        hasher.finish()
    }
}

/// Hashes what counting can see of a record, apart from its title and its summary.
fn hash_record(record: &Record, hasher: &mut FingerprintHasher) {
    hasher.text(record.path.as_str());
    hasher.text(&record.kind);
    record.origin.hash(hasher);
    record.has_page.hash(hasher);
    hash_front_matter(&record.meta, hasher);
    hash_calls(&record.body, hasher);
}

/// The hash of a record's title and of its summaries.
fn hash_texts(record: &Record) -> u64 {
    let mut hasher = FingerprintHasher::default();
    hasher.text(&record.meta.title);
    record.meta.summary.hash(&mut hasher);
    // A summary in the front matter replaces the one derived from the text.
    if record.meta.summary.is_none() {
        hasher.text(&record.body.summary);
    }
    hasher.finish()
}

fn hash_front_matter(meta: &Meta, hasher: &mut FingerprintHasher) {
    let days = (meta.date, meta.updated, meta.draft, meta.weight, meta.consent, meta.ai);
    days.hash(hasher);
    meta.internal.hash(hasher);
    let texts = [&meta.village, &meta.cover, &meta.source, &meta.author];
    texts.hash(hasher);
    (&meta.slug, &meta.event, &meta.tags).hash(hasher);
    for alias in &meta.aliases {
        alias.address.hash(hasher);
    }
    for review in &meta.review {
        let review = review.as_ref().map(|review| (&review.by, review.date));
        review.hash(hasher);
    }
    hasher.number(meta.fields.len() as u64);
    for (name, value) in &meta.fields {
        hasher.text(name);
        hash_field(value, hasher);
    }
    hasher.number(meta.readings.len() as u64);
    for reading in &meta.readings {
        reading.on.hash(hasher);
        for (name, value) in &reading.numbers {
            hasher.text(name);
            hash_field(value, hasher);
        }
    }
    meta.extra.hash(hasher);
}

/// Hashes a field's value. Decimals are hashed with their scale, because `1.50` may be shown differently from `1.5`.
fn hash_field(value: &FieldValue, hasher: &mut FingerprintHasher) {
    std::mem::discriminant(value).hash(hasher);
    match value {
        FieldValue::Text(text) | FieldValue::Enum(text) | FieldValue::Reference(text) | FieldValue::Asset(text) => {
            hasher.text(text)
        }
        FieldValue::Share(name, share) => {
            hasher.text(name);
            hasher.write(&share.serialize());
        }
        FieldValue::Moment(moment) => moment.hash(hasher),
        FieldValue::Integer(number) => number.hash(hasher),
        FieldValue::Decimal(number) => hasher.write(&number.serialize()),
        FieldValue::Duration(seconds) => seconds.hash(hasher),
        FieldValue::Boolean(yes) => yes.hash(hasher),
        FieldValue::List(items) => {
            hasher.number(items.len() as u64);
            items.iter().for_each(|item| hash_field(item, hasher));
        }
    }
}

/// Hashes the calls for figures in a text: they decide which evidence has a page.
fn hash_calls(body: &Body, hasher: &mut FingerprintHasher) {
    if body.holes.is_empty() {
        return;
    }
    for call in figure_calls(body) {
        hasher.text(&call.name);
        hasher.debug(&call.args);
    }
}
