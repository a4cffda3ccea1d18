//! The search index: an index of all texts, split into files so that a query loads little of it.
//!
//! Role: takes the site, returns the bytes of `/search/overview.js`, `/search/index/*.js` and `/search/texts/*.js`.
//! `themes/default/static/search.js` reads them. Does not know pages or staleness.
//!
//! **How a query is answered.** The page looks up a word of two or more characters by its pairs of neighbouring
//! characters (triples for ASCII). So it finds any substring of any text, in any script. A hash assigns each pair to
//! one shard. A query loads the shards of its pairs and intersects their lists of documents. The page checks in the
//! texts of the results that it shows whether the pairs are adjacent. Single characters have shards of their own;
//! otherwise the shards of pairs would be half as long again. The index ranks by three criteria only: in the title,
//! frequent in the text, newer.
//!
//! **Formats.** Every file is a script with one call, `xiangyinSearch(PART, PAYLOAD)`: unlike `fetch`, scripts also
//! work when pages are opened from a disk. Numbers and lists are encoded as printable characters (`digits`).
//! - `overview`: `{version, documents, pairs, singles, together, kinds: [label, …], years: [[year, documents], …],
//!   of: "…"}`. Documents are numbered from the oldest, those without a date first (year 0). `of` has the kind of each.
//! - `index/N`: `{"志愿": "ALL TITLE OFTEN", …}`: for each key of the shard, the lists of documents that contain it, that
//!   contain it in their titles, and in which it is frequent. The first `pairs` shards are of pairs, the others of
//!   single characters.
//! - `texts/N`: `[[address, title, date, text], …]` for `together` documents from `N * together` on.
//!
//! **Caching.** The overview's `version` is a hash of the contents of all these files. The page requests the others
//! with `?v=version`, so a host may let browsers cache them forever, except the overview itself.

mod digits;
mod fold;
mod layout;
mod patch;
mod postings;
mod script;
mod text;

pub(crate) use layout::{SearchFile, SearchLayout};
pub(crate) use patch::SearchPatch;

use crate::catalog::RecordId;
use crate::fingerprint::{FingerprintHasher, hash_bytes};
use crate::record::{Fill, Hole, Record, Shortcode};
use crate::report::{CallKind, Reports, figure_calls, format_amount, format_changes_as};
use crate::site::Site;
use fold::{BREAK, to_nfc};
use postings::DocumentText;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::hash::Hash as _;
use std::hash::Hasher as _;

/// The shards of a site's index.
#[derive(Debug)]
pub(crate) struct SearchIndex {
    shards: Vec<Vec<u8>>,
}

impl SearchIndex {
    /// Indexes all texts, on all threads.
    #[must_use]
    pub(crate) fn new(site: &Site<'_>) -> Self {
        let layout = layout(site);
        let shards = postings::build_shards(layout, |document| document_text(site, record_index(site, document)));
        let named = (0..).zip(&shards);
        let shards = named.map(|(index, payload)| script::script_file(&part_name(SearchFile::Shard(index)), payload));
        Self {
            shards: shards.collect(),
        }
    }

    /// The file of one shard; empty when there is no such shard.
    #[must_use]
    pub(crate) fn shard(&self, at: usize) -> &[u8] {
        self.shards.get(at).map_or(&[], Vec::as_slice)
    }
}

/// The hash of everything that the search files contain of each document, in the order of their numbers. Made on all
/// threads.
#[must_use]
pub(crate) fn document_digests(site: &Site<'_>) -> Vec<u64> {
    let digest = |document| {
        let id = record_index(site, document);
        let record = site.record(id);
        let mut hasher = FingerprintHasher::default();
        hasher.text(site.links.record(id).as_str());
        hasher.text(&record.meta.title);
        hasher.text(kind_label(site, record));
        (record.meta.date, &record.meta.summary).hash(&mut hasher);
        hasher.number(hash_bytes(record.body.html.as_bytes()));
        hash_calls(&record.body.holes, &mut hasher);
        for call in figure_calls(&record.body) {
            hasher.debug(&figure_text(site, record, call));
        }
        hasher.finish()
    };
    (0..site.catalog.records.len()).into_par_iter().map(digest).collect()
}

/// The hash of the content of all search files, from the digests of all documents.
#[must_use]
pub(crate) fn fingerprint(digests: &[u64]) -> u64 {
    let mut hasher = FingerprintHasher::default();
    hasher.number(digests.len() as u64);
    digests.iter().for_each(|&digest| hasher.number(digest));
    hasher.finish()
}

/// Hashes the calls in a text, including those inside block shortcodes.
fn hash_calls(holes: &[Hole], hasher: &mut FingerprintHasher) {
    for hole in holes {
        if let Fill::Shortcode(call) = &hole.fill {
            hasher.number(hole.at as u64);
            hasher.text(&call.name);
            hasher.debug(&call.args);
            if let Some(inner) = &call.inner {
                hasher.text(&inner.html);
                hash_calls(&inner.holes, hasher);
            }
        }
    }
}

/// The overview file. `fingerprint` is the result of [`fingerprint()`].
#[must_use]
pub(crate) fn overview(site: &Site<'_>, fingerprint: u64) -> Vec<u8> {
    let layout = layout(site);
    let (mut kinds, mut kind_of_document) = (Vec::new(), String::new());
    let mut kind_indices: BTreeMap<&str, u32> = BTreeMap::new();
    let mut years: Vec<(i16, usize)> = Vec::new();
    for record in (0..layout.documents).map(|document| site.record(record_index(site, document))) {
        let label = kind_label(site, record);
        let kind = *kind_indices.entry(label).or_insert_with(|| {
            kinds.push(label);
            kinds.len() as u32 - 1
        });
        digits::push_number(kind, &mut kind_of_document);
        let year = record.meta.date.map_or(0, |moment| moment.date.year());
        match years.last_mut().filter(|(last, _)| *last == year) {
            Some((_, count)) => *count += 1,
            None => years.push((year, 1)),
        }
    }
    let payload = serde_json::json!({
        "version": format!("{fingerprint:016x}"),
        "documents": layout.documents,
        "pairs": layout.pair_shards,
        "singles": layout.single_shards,
        "together": layout.texts_per_file,
        "kinds": kinds,
        "years": years,
        "of": kind_of_document,
    });
    script::script_file(&part_name(SearchFile::Overview), &payload.to_string())
}

/// The file `file` of texts.
#[must_use]
pub(crate) fn texts_file(site: &Site<'_>, file: usize) -> Vec<u8> {
    let layout = layout(site);
    let first = file * layout.texts_per_file;
    let mut payload = String::from("[");
    for document in first..(first + layout.texts_per_file).min(layout.documents) {
        let id = record_index(site, document);
        let text = document_text(site, id);
        let date = site.record(id).meta.date.map(|moment| moment.date.to_string());
        // Relative to the site's root, which the page knows.
        let address = site.links.record(id).encoded();
        let parts = [&address[1..], &text.title, &date.unwrap_or_default(), &text.text];
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
    script::script_file(&part_name(SearchFile::Texts(file)), &payload)
}

fn layout(site: &Site<'_>) -> SearchLayout {
    SearchLayout::for_documents(site.catalog.records.len())
}

/// The name of a file in its call: its address without `/search/` and the extension.
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

/// The text of a call for a figure or a change, which is part of a sentence. `None` for other calls and for invalid
/// ones.
fn figure_text(site: &Site<'_>, record: &Record, shortcode: &Shortcode) -> Option<String> {
    let reports = &site.figures.reports;
    let call = reports.call(shortcode, Reports::period_of(record))?;
    let figure = || reports.figure_of_call(call);
    match &call.kind {
        CallKind::Metric { part } => {
            let value = reports.called_value(&figure(), part.as_ref());
            Some(format_amount(value, call.metric, reports.lang))
        }
        CallKind::Change(style) => Some(format_changes_as(&figure(), *style, reports.lang)),
        CallKind::Target { part } => reports.target_text(&figure(), part.as_deref()),
        CallKind::Names { .. } => Some(site.figures.names(call)?.text()),
        _ => None,
    }
}

/// The searchable text of a record: its title, its summary from the front matter, and its body.
fn document_text(site: &Site<'_>, at: RecordId) -> DocumentText {
    let record = site.record(at);
    let mut text = String::with_capacity(record.body.html.len());
    if let Some(summary) = &record.meta.summary {
        text.push_str(summary);
        text.push(BREAK);
    }
    text::push_body_text(&record.body, &|call| figure_text(site, record, call), &mut text);
    DocumentText {
        title: to_nfc(&record.meta.title).into_owned(),
        text: to_nfc(text.trim()).into_owned(),
    }
}
