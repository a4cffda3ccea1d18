//! A text to be read aloud at the village's loudspeaker: one short sentence a line, numbers in words, nothing to look at.

use super::article::{Article, SharedPost, plain_text};
use super::spoken::spoken;
use crate::export::document::{DocumentBlock, Span};

/// The longest sentence that is read in one breath, in characters. A longer one breaks at its commas.
const MAX_SENTENCE: usize = 30;

/// The post as a text to be read aloud.
pub(super) fn write(article: &Article) -> SharedPost {
    let mut sentences = vec![spoken(&article.title)];
    let mut tables = 0;
    for block in &article.blocks {
        match block {
            DocumentBlock::Heading { spans, .. }
            | DocumentBlock::Paragraph(spans)
            | DocumentBlock::ListItem { spans, .. }
            | DocumentBlock::Quote(spans) => add_sentences(spans, &mut sentences),
            DocumentBlock::Table(_) => tables += 1,
            // Listeners see no pictures.
            DocumentBlock::Image(_) | DocumentBlock::PageBreak => {}
        }
    }
    if !article.ai_note.is_empty() {
        sentences.push(spoken(&article.ai_note));
    }
    let mut shared = SharedPost::text(sentences.join("\n") + "\n");
    if tables > 0 {
        shared.remarks.push(("share-tables", vec![("n", tables.to_string())]));
    }
    shared
}

/// Adds the sentences of a paragraph. What stands in brackets becomes a pause; addresses and notes are not read.
fn add_sentences(spans: &[Span], sentences: &mut Vec<String>) {
    let text = plain_text(spans).replace(['\n', '\t'], "，");
    let text = without_notes(&text).replace(['（', '('], "，").replace(['）', ')'], "");
    for sentence in split_sentences(&text) {
        let sentence = sentence.trim();
        if !sentence.is_empty() && !sentence.contains("://") {
            add_clauses(&spoken(sentence), sentences);
        }
    }
}

/// The sentences of a text, each with its mark and the quotation mark behind it.
fn split_sentences(text: &str) -> Vec<&str> {
    const ENDS: [char; 7] = ['。', '！', '？', '；', '!', '?', ';'];
    const CLOSING: [char; 6] = ['”', '’', '」', '』', '》', '"'];
    let mut sentences = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.find(ENDS) {
        let behind = &rest[end..];
        let length = behind.len() - behind.trim_start_matches(ENDS).trim_start_matches(CLOSING).len();
        let (sentence, after) = rest.split_at(end + length);
        sentences.push(sentence);
        rest = after;
    }
    sentences.push(rest);
    sentences
}

/// The text without the numbers of footnotes: `〔1〕`.
fn without_notes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('〔') {
        out.push_str(before);
        rest = after.split_once('〕').map_or("", |(_, rest)| rest);
    }
    out + rest
}

/// Adds a sentence; a long one in lines that end at its commas.
fn add_clauses(sentence: &str, sentences: &mut Vec<String>) {
    let mut line = String::new();
    for clause in sentence.split_inclusive(['，', ',', '：', ':']) {
        let length = line.chars().count() + clause.chars().count();
        if !line.is_empty() && length > MAX_SENTENCE {
            sentences.push(std::mem::take(&mut line));
        }
        line.push_str(clause);
    }
    if !line.trim().is_empty() {
        sentences.push(line);
    }
}
