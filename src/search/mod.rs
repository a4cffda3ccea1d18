//! What the search page looks things up in: an index of all texts, cut so that a query loads little of it.
//!
//! Role: a planned site in, the bytes of `/search/overview.js`, `/search/index/*.js` and `/search/texts/*.js` out.
//! `themes/default/static/search.js` reads them. Knows neither pages nor what is stale.
//!
//! **How a query is answered.** A word of two characters or more is found by its pairs of neighbouring characters (its
//! triples where they are ASCII), so any substring of any text is, in any script. Each pair lies in one shard, by a hash of it; a query loads the shards of its
//! pairs and takes the documents that are in all their lists. Whether the pairs stand side by side is seen in the texts
//! of those results that are shown. Single characters have shards of their own, or those of pairs would be half as long
//! again. The index has no rank but three signs: in the title, often in the text, newer.
//!
//! **Formats.** Every file is a script of one call, `xiangyinSearch(PART, PAYLOAD)`: unlike `fetch`, scripts also work
//! when pages are opened from a disk. Numbers and lists are written in printable characters (`digits`).
//! - `overview`: `{version, documents, pairs, singles, together, kinds: [label, …], years: [[year, documents], …],
//!   of: "…"}`. Documents are numbered from the oldest, those without a date first (year 0); `of` has the kind of each.
//! - `index/N`: `{"志愿": "ALL TITLE FREQUENT_COUNT", …}`: for each key of the shard the lists of documents that have it, that
//!   have it in their titles, and that have it often. The first `pairs` shards are of pairs, the others of single
//!   characters.
//! - `texts/N`: `[[address, title, date, text], …]` for `together` documents from `N * together`.
//!
//! **Caching.** The overview's `version` is a hash of all that is in these files. The page asks for the others with
//! `?v=version`, so a host may let them be kept for ever, but not the overview.

mod digits;
mod fold;
mod layout;
mod postings;
mod script;
mod text;

pub use layout::{SearchFile, SearchLayout};

use crate::catalog::RecordId;
use crate::fingerprint::FingerprintHasher;
use crate::record::{Fill, Hole, Record, Shortcode};
use crate::report::{CallKind, Reports, figure_calls, format_amount, format_changes};
use crate::site::Site;
use fold::{BREAK, to_nfc};
use postings::DocumentText;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::Hash as _;
use std::hash::Hasher as _;

/// The shards of a site's index, and the texts that they were made from.
#[derive(Debug)]
pub struct SearchIndex {
    shards: Vec<Vec<u8>>,
    /// By document. Kept, because the files of texts are wanted wherever the index is; they take as much memory as the
    /// bodies of the records do.
    texts: Vec<DocumentText>,
}

impl SearchIndex {
    /// Reads all texts, on all threads.
    #[must_use]
    pub fn new(site: &Site<'_>) -> Self {
        let layout = layout(site);
        let documents = (0..layout.documents).into_par_iter();
        let words: Vec<DocumentText> = documents
            .map(|document| document_text(site, record_index(site, document)))
            .collect();
        let shards = postings::build_shards(layout, &words);
        let named = (0..).zip(&shards);
        let shards = named.map(|(at, payload)| script::script_file(&part_name(SearchFile::Shard(at)), payload));
        Self {
            shards: shards.collect(),
            texts: words,
        }
    }

    /// The file of one shard.
    #[must_use]
    pub fn shard(&self, at: usize) -> &[u8] {
        self.shards.get(at).map_or(&[], Vec::as_slice)
    }

    /// The texts of a few documents of `site`, from which this index was made.
    #[must_use]
    pub fn texts(&self, site: &Site<'_>, at: usize) -> Vec<u8> {
        texts_file(site, at, |document| Cow::Borrowed(&self.texts[document]))
    }
}

/// The hash of all that the index and its texts hold.
#[must_use]
pub fn fingerprint(site: &Site<'_>) -> u64 {
    let mut ink = FingerprintHasher::default();
    ink.number(site.catalog.records.len() as u64);
    for (record, address) in site.catalog.records.iter().zip(site.links.records.iter()) {
        ink.text(address.as_str());
        ink.text(&record.meta.title);
        ink.text(kind_label(site, record));
        (record.meta.date, &record.meta.summary).hash(&mut ink);
        ink.text(&record.body.html);
        hash_calls(&record.body.holes, &mut ink);
        for made in figure_calls(&record.body) {
            ink.debug(&figure_text(site, record, made));
        }
    }
    ink.finish()
}

/// What the calls in a text say, those inside block shortcodes included.
fn hash_calls(holes: &[Hole], ink: &mut FingerprintHasher) {
    for hole in holes {
        if let Fill::Shortcode(call) = &hole.fill {
            ink.number(hole.at as u64);
            ink.text(&call.name);
            ink.debug(&call.args);
            if let Some(inner) = &call.inner {
                ink.text(&inner.html);
                hash_calls(&inner.holes, ink);
            }
        }
    }
}

/// The file that is needed first; `print` is the hash of [`fingerprint`].
#[must_use]
pub fn overview(site: &Site<'_>, print: u64) -> Vec<u8> {
    let layout = layout(site);
    let (mut kinds, mut of) = (Vec::new(), String::new());
    let mut places: BTreeMap<&str, u32> = BTreeMap::new();
    let mut years: Vec<(i16, usize)> = Vec::new();
    for record in (0..layout.documents).map(|document| site.record(record_index(site, document))) {
        let label = kind_label(site, record);
        let place = *places.entry(label).or_insert_with(|| {
            kinds.push(label);
            kinds.len() as u32 - 1
        });
        digits::push_number(place, &mut of);
        let year = record.meta.date.map_or(0, |moment| moment.date.year());
        match years.last_mut().filter(|(last, _)| *last == year) {
            Some((_, count)) => *count += 1,
            None => years.push((year, 1)),
        }
    }
    let payload = serde_json::json!({
        "version": format!("{print:016x}"),
        "documents": layout.documents,
        "pairs": layout.pair_shards,
        "singles": layout.single_shards,
        "together": layout.texts_per_file,
        "kinds": kinds,
        "years": years,
        "of": of,
    });
    script::script_file(&part_name(SearchFile::Overview), &payload.to_string())
}

/// The texts of a few documents, where there is no index.
#[must_use]
pub fn texts_without_index(site: &Site<'_>, at: usize) -> Vec<u8> {
    texts_file(site, at, |document| {
        Cow::Owned(document_text(site, record_index(site, document)))
    })
}

fn texts_file<'w>(site: &Site<'_>, at: usize, words: impl Fn(usize) -> Cow<'w, DocumentText>) -> Vec<u8> {
    let layout = layout(site);
    let first = at * layout.texts_per_file;
    let mut payload = String::from("[");
    for document in first..(first + layout.texts_per_file).min(layout.documents) {
        let (words, at) = (words(document), record_index(site, document));
        let date = site.record(at).meta.date.map(|moment| moment.date.to_string());
        // From the site's root, which the page knows.
        let address = site.links.record(at).encoded();
        let parts = [&address[1..], &words.title, &date.unwrap_or_default(), &words.text];
        payload.push_str(if document == first { "[" } else { ",[" });
        for (place, part) in parts.into_iter().enumerate() {
            if place > 0 {
                payload.push(',');
            }
            script::push_quoted(part, &mut payload);
        }
        payload.push(']');
    }
    payload.push(']');
    script::script_file(&part_name(SearchFile::Texts(at)), &payload)
}

fn layout(site: &Site<'_>) -> SearchLayout {
    SearchLayout::for_documents(site.catalog.records.len())
}

/// The name of a file in its call: its address without folder and ending.
fn part_name(file: SearchFile) -> String {
    let address = file.address();
    let name = address.as_str().trim_start_matches("/search/").trim_end_matches(".js");
    name.to_owned()
}

/// Documents are numbered from the oldest, records from the newest.
fn record_index(site: &Site<'_>, document: usize) -> RecordId {
    RecordId::from(site.catalog.records.len() - 1 - document)
}

fn kind_label<'s>(site: &'s Site<'_>, record: &'s Record) -> &'s str {
    let kinds = &site.catalog.kinds;
    kinds
        .label(&record.kind, &site.settings.language)
        .unwrap_or(&record.kind)
}

/// The figure or the change that a call puts into a sentence; nothing for other calls, and for those that cannot be
/// answered.
fn figure_text(site: &Site<'_>, record: &Record, made: &Shortcode) -> Option<String> {
    let reports = &site.figures.reports;
    let call = reports.call(made, Reports::period_of(record))?;
    let shown = || reports.displayed_figure(call.metric, call.period);
    match &call.kind {
        CallKind::Metric => Some(format_amount(shown().value, call.metric, reports.lang)),
        CallKind::Change => Some(format_changes(&shown(), reports.lang)),
        _ => None,
    }
}

/// What can be found of a record: its title; the editor's summary and its body.
fn document_text(site: &Site<'_>, at: RecordId) -> DocumentText {
    let record = site.record(at);
    let mut text = String::with_capacity(record.body.html.len());
    if let Some(summary) = &record.meta.summary {
        text.push_str(summary);
        text.push(BREAK);
    }
    text::push_body_text(&record.body, &|made| figure_text(site, record, made), &mut text);
    DocumentText {
        title: to_nfc(&record.meta.title).into_owned(),
        text: to_nfc(text.trim()).into_owned(),
    }
}
