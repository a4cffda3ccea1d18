//! Records as bytes, for a cache between runs.
//!
//! Not every record can be stored. What is rare or has no short form is read from its file again: reports with their
//! blocks, front matter with keys that no kind knows, lines with personal numbers.

use super::Record;
use super::body::{Body, Fill, Hole};
use crate::diag::Place;
use crate::paths::SourcePath;
use std::sync::Arc;

/// A record as bytes. `None` when it cannot be stored.
#[must_use]
pub(crate) fn encode_record(record: &Record) -> Option<Vec<u8>> {
    postcard::to_stdvec(record).ok()
}

/// The record of the file at `path` in bytes that [`encode_record`] returned. `None` for any other bytes and for a record
/// of another file.
#[must_use]
pub(crate) fn decode_record(bytes: &[u8], path: &SourcePath) -> Option<Record> {
    let (mut record, rest): (Record, _) = postcard::take_from_bytes(bytes).ok()?;
    if !rest.is_empty() || record.path != *path || !has_valid_offsets(&record.body) {
        return None;
    }
    record.path = path.clone();
    set_files(&mut record);
    Some(record)
}

/// Whether all holes are in order and in the HTML, and their links exist. The bytes have a checksum, so this only keeps
/// a mistake of this program from ending in a panic.
fn has_valid_offsets(body: &Body) -> bool {
    are_holes_valid(&body.html, &body.holes, body.links.len())
}

fn are_holes_valid(html: &str, holes: &[Hole], links: usize) -> bool {
    holes.is_sorted_by_key(|hole| hole.at)
        && holes.iter().all(|hole| {
            html.is_char_boundary(hole.at)
                && match &hole.fill {
                    Fill::Address(link) => *link < links,
                    Fill::Shortcode(call) => {
                        let inner = call.inner.as_ref();
                        inner.is_none_or(|inner| are_holes_valid(&inner.html, &inner.holes, links))
                    }
                }
        })
}

/// Fills in the file of each place: it is not stored with every one of them.
fn set_files(record: &mut Record) {
    record.meta.places.set_file(&record.path);
    let file = record.path.as_str();
    let set = |place: &mut Place| file.clone_into(&mut place.file);
    record.meta.aliases.iter_mut().for_each(|alias| set(&mut alias.place));
    let body = Arc::make_mut(&mut record.body);
    body.links.iter_mut().for_each(|link| set(&mut link.place));
    set_files_of_calls(&mut body.holes, file);
}

fn set_files_of_calls(holes: &mut [Hole], file: &str) {
    for hole in holes {
        if let Fill::Shortcode(call) = &mut hole.fill {
            file.clone_into(&mut call.place.file);
            if let Some(inner) = &mut call.inner {
                set_files_of_calls(&mut inner.holes, file);
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::record::tests::read_at;

    fn read_text(text: &str) -> Record {
        read_at(path().as_str(), text)
    }

    fn path() -> SourcePath {
        SourcePath::new("content/volunteer/a.md")
    }

    const TEXT: &str = "---\ntitle: 清河\ndate: 2022-05-12 08:30\nhours: 12.50\ntags: [河]\naliases: [/old/]\nai: {text: edited}\n\
        review: {first: {by: 王, date: 2022-05-13}}\n---\n# 甲\n\n见[乙](b.md)。![图](c.jpg)\n\n{{ metric(\"coverage.all\") }}\n\n\
        {{ quote(by=\"王\") }}\n见[丙](d.md)\n{{ /quote }}\n";

    #[test]
    fn stored_records_round_trip() {
        for text in [TEXT, "正文\n", ""] {
            let record = read_text(text);
            let bytes = encode_record(&record).unwrap();
            let read = decode_record(&bytes, &path()).unwrap();
            assert_eq!(format!("{read:?}"), format!("{record:?}"));
            assert!(decode_record(&bytes, &SourcePath::new("content/volunteer/b.md")).is_none());
            assert!(decode_record(&bytes[..bytes.len() - 1], &path()).is_none());
        }
    }

    #[test]
    fn what_has_no_stored_form_is_read_again() {
        let report = "---\nkind: report\ntitle: 总结\ndate: 2022-07-05\nperiod: 2022-H1\n---\n甲\n";
        let page = "---\nkind: page\ntitle: 甲\nlayout: wide\n---\n甲\n";
        let number = "---\ntitle: 甲\ndate: 2022-07-05\n---\n[甲](13812345678.md)\n";
        for text in [report, page, number] {
            assert!(encode_record(&read_text(text)).is_none(), "{text}");
        }
    }

    #[test]
    fn damaged_bytes_are_no_panic() {
        let bytes = encode_record(&read_text(TEXT)).unwrap();
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x55;
            let _ = decode_record(&damaged, &path());
            let _ = decode_record(&bytes[..at], &path());
        }
    }
}
