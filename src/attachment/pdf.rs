//! PDF files (ISO 32000-1): the texts that their pages show, and the strings of their properties and notes.
//!
//! The file is read from start to end, object by object as it lies there, without its table of objects: damaged files
//! are read as far as possible. Streams are read as they are or unpacked with Flate; other filters, encrypted files and
//! scanned pages have no text here. Codes of embedded fonts are decoded by the tables (`ToUnicode`) of all fonts of the
//! file, because which font a page uses is in its objects.

mod codes;
mod strings;

pub(super) use strings::{read_hex, read_literal};

use codes::CodeTable;
use flate2::{Decompress, FlushDecompress, Status};
use memchr::memmem;

pub(super) const SIGNATURE: &[u8] = b"%PDF-";

/// The most tables of fonts that texts are decoded with. Each gives another reading of a text.
const MAX_TABLES: usize = 40;
/// The most bytes of texts that are made by these tables.
const MAX_DECODED_BYTES: usize = 32 << 20;
/// The most bytes of a dictionary before a stream.
const MAX_DICTIONARY: usize = 4096;

/// The texts of the file. `budget` is the number of bytes that may still be unpacked.
pub(super) fn texts(bytes: &[u8], budget: &mut u64) -> Vec<String> {
    let mut contents = vec![without_streams(bytes)];
    contents.extend(streams(bytes).filter_map(|stream| stream.content(budget)));
    let tables: Vec<CodeTable> = contents
        .iter()
        .filter(|content| memmem::find(content, b"begincmap").is_some())
        .take(MAX_TABLES)
        .map(|content| CodeTable::parse(content))
        .filter(CodeTable::has_digits)
        .collect();
    let mut remaining = MAX_DECODED_BYTES;
    let mut texts = Vec::new();
    for content in &contents {
        let lines = strings::read_lines(content);
        let length: usize = lines.iter().map(Vec::len).sum();
        let fits = length.saturating_mul(tables.len()) <= remaining;
        let tables = if fits { tables.as_slice() } else { &[] };
        remaining -= length * tables.len();
        texts.extend(strings::decode(&lines, tables));
    }
    texts
}

/// The contents of the streams that hold objects (ISO 32000-1, 7.5.7) or metadata, unpacked.
pub(super) fn object_streams(bytes: &[u8], budget: &mut u64) -> impl Iterator<Item = Vec<u8>> {
    let holds_objects = |stream: &Stream<'_>| {
        [b"/ObjStm".as_slice(), b"/Metadata"]
            .iter()
            .any(|kind| memmem::find(stream.dictionary, kind).is_some())
    };
    streams(bytes)
        .filter(holds_objects)
        .filter_map(|stream| stream.content(budget))
}

/// A stream: the end of its dictionary, and its bytes.
struct Stream<'b> {
    dictionary: &'b [u8],
    packed: &'b [u8],
}

impl Stream<'_> {
    /// The bytes as they are read. `None` for pictures, fonts and streams that cannot be read.
    fn content(&self, budget: &mut u64) -> Option<Vec<u8>> {
        let has = |name: &[u8]| memmem::find(self.dictionary, name).is_some();
        if has(b"/Image") || has(b"/Length1") || has(b"/FontFile") || has(b"/XRef") {
            return None;
        }
        if !has(b"/Filter") {
            return Some(self.packed.to_vec());
        }
        has(b"/FlateDecode").then(|| inflate(self.packed, budget))
    }
}

/// The streams of the file, in the order in which they lie.
fn streams(bytes: &[u8]) -> impl Iterator<Item = Stream<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + memmem::find(&bytes[at..], b"stream")?;
        let dictionary = &bytes[at.max(start.saturating_sub(MAX_DICTIONARY))..start];
        // The dictionary is that of the last object before the stream.
        let object = memmem::rfind(dictionary, b" obj").unwrap_or(0);
        let mut from = start + b"stream".len();
        from += bytes[from..]
            .iter()
            .take(2)
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let end = memmem::find(&bytes[from..], b"endstream").map_or(bytes.len(), |end| from + end);
        at = (end + b"endstream".len()).min(bytes.len());
        Some(Stream {
            dictionary: &dictionary[object..],
            packed: &bytes[from..end],
        })
    })
}

/// The file without the bytes of its streams: its objects.
fn without_streams(bytes: &[u8]) -> Vec<u8> {
    let mut objects = Vec::new();
    let mut at = 0;
    for stream in streams(bytes) {
        let start = stream.packed.as_ptr() as usize - bytes.as_ptr() as usize;
        objects.extend_from_slice(&bytes[at..start]);
        at = start + stream.packed.len();
    }
    objects.extend_from_slice(&bytes[at..]);
    objects
}

/// Unpacks a stream as far as it can be unpacked.
fn inflate(packed: &[u8], budget: &mut u64) -> Vec<u8> {
    let mut out = Vec::new();
    let mut state = Decompress::new(true);
    let mut buffer = vec![0; 1 << 16];
    while *budget > 0 {
        let (read, written) = (state.total_in(), state.total_out());
        let rest = &packed[usize::try_from(read).unwrap_or(packed.len()).min(packed.len())..];
        let status = state.decompress(rest, &mut buffer, FlushDecompress::None);
        let more = usize::try_from(state.total_out() - written).unwrap_or(0);
        out.extend_from_slice(&buffer[..more]);
        *budget = budget.saturating_sub(more as u64);
        match status {
            Ok(Status::Ok) if more > 0 || state.total_in() > read => {}
            // The end, an error, or no progress.
            _ => break,
        }
    }
    out
}
