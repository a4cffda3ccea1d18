//! What enters the fingerprints of files that hold figures.
//!
//! A figure may be counted from any post, so all of what is counted enters as a whole: everything that front matter,
//! rosters and settings say, and no body but its summary and its calls for figures. A body that is edited leaves
//! these files as they are; a title that is edited may make them again. Simple, and never too little.

use super::Site;
use crate::catalog::{AssetId, ResolvedTarget};
use crate::fingerprint::{Fingerprint, FingerprintHasher};
use crate::record::{Body, Meta, Record};
use crate::report::{Report, ReportText, figure_calls};
use crate::schema::FieldValue;
use std::borrow::Cow;
use std::hash::{Hash as _, Hasher as _};

impl Site<'_> {
    /// The hash of everything beside its view that any page can show: the theme's words, how links are written, the
    /// names of static files.
    #[must_use]
    pub fn page_globals_hash(&self) -> u64 {
        let mut ink = FingerprintHasher::default();
        self.locale.hash_into(&mut ink);
        ink.debug(&self.links.base);
        ink.debug(&self.settings.minify);
        for (path, url) in &self.links.statics {
            ink.text(path);
            ink.text(url.as_str());
        }
        ink.finish()
    }

    /// The hash of all that figures and their evidence are made from, as far as posts and the theme say it; kinds,
    /// rosters, metrics, settings and issued figures are files of their own.
    #[must_use]
    pub fn figure_inputs_hash(&self) -> u64 {
        let mut ink = FingerprintHasher::default();
        ink.number(self.page_globals_hash());
        self.today.hash(&mut ink);
        for (record, address) in self.catalog.records.iter().zip(self.links.records.iter()) {
            ink.text(address.as_str());
            hash_record(record, &mut ink);
        }
        for record in self.catalog.ledger_rows.iter().chain(self.catalog.withheld.iter()) {
            ink.number(0);
            hash_record(record, &mut ink);
        }
        for section in self.catalog.sections.values() {
            ink.text(&section.folder);
            ink.text(&section.title);
            hash_calls(&section.body, &mut ink);
        }
        ink.finish()
    }

    /// What a report's Word file is made from beside figures: its text, and the pictures in it, of whose bytes
    /// `picture` gives the hash.
    #[must_use]
    pub fn docx_fingerprint(&self, report: &Report<'_>, picture: &dyn Fn(AssetId) -> u64) -> Fingerprint {
        let mut ink = FingerprintHasher::default();
        match &report.text {
            ReportText::Generated(text) => {
                ink.text(&text.title);
                ink.debug(&text.blocks);
            }
            ReportText::Written(at) => {
                let record = self.record(*at);
                ink.debug(&record.blocks);
                let targets = &self.catalog.record_links[*at].links;
                for target in targets {
                    ink.debug(&self.links.to_target(target));
                    ink.debug(&self.links.to_target_absolute(target));
                    if let ResolvedTarget::Asset(asset) = target {
                        ink.number(picture(*asset));
                    }
                }
            }
        }
        Fingerprint {
            own: vec![(Cow::Borrowed("text"), ink.finish())],
            ..Fingerprint::default()
        }
    }
}

/// What counting and evidence can see of a record.
fn hash_record(record: &Record, ink: &mut FingerprintHasher) {
    ink.text(record.path.as_str());
    ink.text(&record.kind);
    record.origin.hash(ink);
    record.has_page.hash(ink);
    hash_front_matter(&record.meta, ink);
    // The editor's own summary takes the place of the text's.
    if record.meta.summary.is_none() {
        ink.text(&record.body.summary);
    }
    hash_calls(&record.body, ink);
}

fn hash_front_matter(meta: &Meta, ink: &mut FingerprintHasher) {
    ink.text(&meta.title);
    let days = (meta.date, meta.updated, meta.draft, meta.weight, meta.consent);
    days.hash(ink);
    let texts = [&meta.summary, &meta.village, &meta.cover, &meta.source, &meta.author];
    texts.hash(ink);
    (&meta.slug, &meta.event, &meta.tags, &meta.aliases).hash(ink);
    for review in &meta.review {
        let review = review.as_ref().map(|review| (&review.by, review.date));
        review.hash(ink);
    }
    ink.number(meta.fields.len() as u64);
    for (name, value) in &meta.fields {
        ink.text(name);
        hash_field(value, ink);
    }
    meta.extra.hash(ink);
}

/// A field's value. Decimals enter with their digits: `1.50` may be shown otherwise than `1.5`.
fn hash_field(value: &FieldValue, ink: &mut FingerprintHasher) {
    std::mem::discriminant(value).hash(ink);
    match value {
        FieldValue::Text(text) | FieldValue::Enum(text) | FieldValue::Reference(text) | FieldValue::Asset(text) => {
            ink.text(text)
        }
        FieldValue::Moment(moment) => moment.hash(ink),
        FieldValue::Integer(number) => number.hash(ink),
        FieldValue::Decimal(number) => ink.write(&number.serialize()),
        FieldValue::Duration(seconds) => seconds.hash(ink),
        FieldValue::Boolean(yes) => yes.hash(ink),
        FieldValue::List(items) => {
            ink.number(items.len() as u64);
            items.iter().for_each(|item| hash_field(item, ink));
        }
    }
}

/// The calls for figures in a text: they decide which evidence has a page.
fn hash_calls(body: &Body, ink: &mut FingerprintHasher) {
    if body.holes.is_empty() {
        return;
    }
    for call in figure_calls(body) {
        ink.text(&call.name);
        ink.debug(&call.args);
    }
}
