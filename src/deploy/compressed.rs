//! Compressed copies of texts: `index.html.gz` and `index.html.br` beside `index.html`.
//!
//! Servers hand them out in place of the text (`gzip_static` of nginx, `precompressed` of Caddy), and compress nothing
//! themselves. The copies lie in the site's cache by the hash of their texts, so only changed texts are compressed, and
//! they travel as all files do.

use super::content_type::content_type;
use super::error::PublishError;
use super::local::{LocalFile, hash_file};
use crate::output::{Action, CacheFolder, OutputError};
use crate::source;
use flate2::{Compression, GzBuilder};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};
use std::path::Path;

/// The smallest text that is compressed, in bytes: below it, the headers of the answer outweigh what is saved.
const MIN_SIZE: u64 = 1024;

/// How a copy is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Encoding {
    /// Gzip (RFC 1952), which all browsers take.
    Gzip,
    /// Brotli (RFC 7932), a sixth smaller; browsers take it over HTTPS only.
    Brotli,
}

impl Encoding {
    /// All encodings.
    pub(super) const ALL: [Self; 2] = [Self::Gzip, Self::Brotli];

    /// The ending of the copies' names, by which `compress` asks for them.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Gzip => "gz",
            Self::Brotli => "br",
        }
    }

    /// The path of the text whose copy has this path; the path itself when it has the ending of no copy.
    pub(super) fn text_path(path: &str) -> &str {
        let text = |encoding: Self| path.strip_suffix(encoding.ending())?.strip_suffix('.');
        Self::ALL.into_iter().find_map(text).unwrap_or(path)
    }

    fn compress(self, text: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Gzip => {
                // Without name and time, equal texts have equal copies.
                let mut writer = GzBuilder::new().write(Vec::new(), Compression::best());
                writer.write_all(text)?;
                writer.finish()
            }
            Self::Brotli => brotli(text),
        }
    }
}

#[cfg(feature = "remote")]
fn brotli(text: &[u8]) -> io::Result<Vec<u8>> {
    /// One below this takes a fifth more bytes, two above it ten times as long.
    const QUALITY: i32 = 9;
    let mut copy = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: QUALITY,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*text, &mut copy, &params)?;
    Ok(copy)
}

#[cfg(not(feature = "remote"))]
fn brotli(_text: &[u8]) -> io::Result<Vec<u8>> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Adds the copies of the texts among `files`, which stay in order of path. A file of the site
/// with the name of a copy stays as it is.
///
/// # Errors
/// When a text cannot be read, when its copy cannot be written, and when this program has no Brotli.
pub(super) fn add_compressed(
    files: &mut Vec<LocalFile>,
    encodings: &BTreeSet<Encoding>,
    site: &Path,
) -> Result<(), PublishError> {
    #[cfg(not(feature = "remote"))]
    if encodings.contains(&Encoding::Brotli) {
        return Err(PublishError::Unavailable {
            service: "br",
            place: "compress: br".to_owned(),
        });
    }
    if encodings.is_empty() {
        return Ok(());
    }
    let cache = CacheFolder::new(site, "compressed");
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    // Equal texts have one copy in the cache.
    let mut wanted: BTreeMap<(u128, Encoding), Vec<&LocalFile>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.size >= MIN_SIZE && is_text(&file.path)) {
        for encoding in encodings {
            if !paths.contains(copy_path(file, *encoding).as_str()) {
                wanted.entry((file.hash, *encoding)).or_default().push(file);
            }
        }
    }
    let copies: Vec<Vec<LocalFile>> = wanted
        .par_iter()
        .map(|((_, encoding), files)| copies_of(files, *encoding, &cache))
        .collect::<Result<_, OutputError>>()?;
    // Another destination may have other encodings, but it has the same texts.
    let texts: BTreeSet<String> = files.iter().map(|file| format!("{:032x}", file.hash)).collect();
    cache.retain(|name| name.split_once('.').is_some_and(|(hash, _)| texts.contains(hash)));
    files.extend(copies.into_iter().flatten());
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(())
}

fn is_text(path: &str) -> bool {
    content_type(path).ends_with("charset=utf-8")
}

fn copy_path(file: &LocalFile, encoding: Encoding) -> String {
    format!("{}.{}", file.path, encoding.ending())
}

/// The copies of files with equal texts, out of the cache when theirs is there.
fn copies_of(files: &[&LocalFile], encoding: Encoding, cache: &CacheFolder) -> Result<Vec<LocalFile>, OutputError> {
    let Some(file) = files.first() else {
        return Ok(Vec::new());
    };
    let name = format!("{:032x}.{}", file.hash, encoding.ending());
    let disk_path = cache.file(&name);
    let known = hash_file(&disk_path);
    let (size, hash) = match known {
        Ok(known) => known,
        Err(_) => {
            let text = source::read_disk(&file.disk_path)
                .map_err(OutputError::while_trying(Action::Inspect, &file.disk_path))?;
            encoding
                .compress(&text)
                .and_then(|copy| cache.write(&name, &format!("{name}.new"), &copy))
                .and_then(|()| hash_file(&disk_path))
                .map_err(OutputError::while_trying(Action::Write, &disk_path))?
        }
    };
    let copy = |file: &&LocalFile| LocalFile {
        path: copy_path(file, encoding),
        disk_path: disk_path.clone(),
        size,
        hash,
    };
    Ok(files.iter().map(copy).collect())
}
