//! Pictures on their way through a build: looked at once, cleaned, made smaller, kept for the next time.

use crate::diag::{Code, Diagnostic, Place};
use crate::fingerprint;
use crate::media::{self, Cleaned, ImageError, ImageFormat, ImageInfo, ImageVariant, Raster};
use crate::output::ImageCache;
use crate::plan::{FileContent, PlannedFile};
use crate::source::{self, ContentHash, SizeAndMtime, SourceFile};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A picture's file as it was looked at.
#[derive(Debug, Clone)]
pub(super) struct ImageProbe {
    /// What was in it.
    pub(super) content_hash: ContentHash,
    /// What it is; why it cannot be published otherwise.
    pub(super) info: Result<ImageInfo, ImageError>,
    /// Tells whether the file is another one by now.
    size_and_mtime: Option<SizeAndMtime>,
}

/// What was seen of each file, by the file's index; none for what is no picture and for what could not be read.
pub(super) type ImageProbes = Vec<Option<ImageProbe>>;

/// Looks at all pictures among `files`; those that `known` has seen and that did not change are not read again.
pub(super) fn probe_all(files: &[SourceFile], known: &BTreeMap<&SourceFile, &ImageProbe>) -> ImageProbes {
    let seen = |file: &SourceFile| {
        if !media::is_image_extension(&file.path.extension()) {
            return None;
        }
        let change = source::size_and_mtime(file);
        let before = known
            .get(file)
            .filter(|seen| change.is_some() && seen.size_and_mtime == change);
        if let Some(before) = before {
            return Some((*before).clone());
        }
        // What cannot be read is told when it is copied.
        let (bytes, print) = source::read_and_hash(file).ok()?;
        Some(ImageProbe {
            content_hash: print,
            info: media::probe(&bytes),
            size_and_mtime: change,
        })
    };
    files.par_iter().map(seen).collect()
}

/// What is wrong with the pictures among `files`.
pub(super) fn findings(files: &[SourceFile], sight: &ImageProbes) -> Vec<Diagnostic> {
    let wrong = files.iter().zip(sight).filter_map(|(file, seen)| {
        let why = seen.as_ref()?.info.err()?;
        Some(image_finding(file, why))
    });
    wrong.collect()
}

/// What is wrong with a picture. A file that only has a picture's name holds nothing of one: it is published as it is.
fn image_finding(file: &SourceFile, why: ImageError) -> Diagnostic {
    let code = match why {
        ImageError::NotAnImage => Code::NotAPicture,
        ImageError::Damaged | ImageError::Heic | ImageError::UnsupportedFormat | ImageError::TooLarge => {
            Code::BadPicture
        }
    };
    let finding = Diagnostic::new(code)
        .at(Place::whole_file(file.path.as_str()))
        .with("path", file.path.as_str());
    match why {
        ImageError::NotAnImage => finding,
        ImageError::Heic => finding.with("reason", reason_key(why)).with("heic", "HEIC"),
        _ => finding.with("reason", reason_key(why)),
    }
}

fn reason_key(why: ImageError) -> String {
    format!("picture-{}", why.as_str())
}

/// Makes what is published of pictures.
#[derive(Debug)]
pub(super) struct ImageProcessor<'c> {
    assets: &'c [SourceFile],
    probes: &'c ImageProbes,
    cache: ImageCache,
}

/// One picture with what is made of it, one after the other.
#[derive(Debug)]
pub(super) struct ImageJob<'w> {
    processor: &'w ImageProcessor<'w>,
    asset: usize,
    /// The file's bytes and their hash, once they were needed.
    bytes: Option<(Vec<u8>, u128)>,
    raster: Option<Raster>,
    /// The last shape that was made: it is written in two formats.
    resized: Option<(ImageVariant, Raster)>,
}

impl<'c> ImageProcessor<'c> {
    /// For the files `assets` of the site in `root`, with what was seen of each.
    pub(super) fn new(assets: &'c [SourceFile], probes: &'c ImageProbes, root: &Path) -> Self {
        Self {
            assets,
            probes,
            cache: ImageCache::for_site(root),
        }
    }

    /// A place to work on the file at an index.
    pub(super) fn job(&'c self, at: usize) -> ImageJob<'c> {
        ImageJob {
            processor: self,
            asset: at,
            bytes: None,
            raster: None,
            resized: None,
        }
    }

    /// What is wrong with the pictures of which smaller ones are planned: that they can be decoded.
    pub(super) fn check_decodable(&self, files: &[PlannedFile]) -> Vec<Diagnostic> {
        let mut first: BTreeMap<usize, &ImageVariant> = BTreeMap::new();
        for file in files {
            if let FileContent::ResizedImage(at, recipe) = &file.content {
                first.entry(*at).or_insert(recipe);
            }
        }
        let first: Vec<(usize, &ImageVariant)> = first.into_iter().collect();
        let failed = |(at, recipe): (usize, &ImageVariant)| {
            let is_made = self
                .probe(at)
                .is_some_and(|seen| self.cache.has(&cache_key(seen.content_hash.digest, recipe)));
            let mut bench = self.job(at);
            if is_made {
                None
            } else {
                bench.raster().err().map(|finding| *finding)
            }
        };
        first.into_par_iter().filter_map(failed).collect()
    }

    /// Forgets what no planned file is made from.
    pub(super) fn prune_cache(&self, files: &[PlannedFile]) {
        let used = files.iter().filter_map(|file| match &file.content {
            FileContent::ResizedImage(at, recipe) => Some(cache_key(self.probe(*at)?.content_hash.digest, recipe)),
            FileContent::Asset(at) => Some(oriented_cache_key(
                self.probe(*at).filter(|seen| is_rotated(seen))?.content_hash.digest,
            )),
            _ => None,
        });
        self.cache.retain(&used.collect::<BTreeSet<String>>());
    }

    fn probe(&self, at: usize) -> Option<&'c ImageProbe> {
        self.probes.get(at)?.as_ref()
    }
}

fn is_rotated(seen: &ImageProbe) -> bool {
    seen.info.is_ok_and(|measure| !measure.is_upright)
}

/// The name of what was made of a file.
fn cache_key(hash: u128, recipe: &ImageVariant) -> String {
    format!("{hash:032x}-{}", recipe.cache_key())
}

/// The name of a picture that was turned.
fn oriented_cache_key(hash: u128) -> String {
    format!("{hash:032x}-upright-1")
}

impl ImageJob<'_> {
    /// What is published of the file itself; none when it is copied as it is.
    ///
    /// # Errors
    /// It cannot be read, or is no picture any more.
    pub(super) fn sanitized(&mut self) -> Result<Option<Vec<u8>>, Box<Diagnostic>> {
        let Some(seen) = self.processor.probe(self.asset) else {
            return Ok(None);
        };
        if seen.info == Err(ImageError::NotAnImage) {
            return Ok(None);
        }
        let turned = is_rotated(seen).then(|| self.processor.cache.get(&oriented_cache_key(seen.content_hash.digest)));
        if let Some(Some(bytes)) = turned {
            return Ok(Some(bytes));
        }
        let (bytes, hash) = self.bytes()?;
        match media::clean(bytes) {
            Ok(Cleaned::Unchanged) => Ok(None),
            Ok(Cleaned::Stripped(cleaned)) => Ok(Some(cleaned)),
            Ok(Cleaned::NeedsReencode(format)) => self.oriented(hash, format).map(Some),
            Err(why) => Err(self.finding(why)),
        }
    }

    fn oriented(&mut self, hash: u128, format: ImageFormat) -> Result<Vec<u8>, Box<Diagnostic>> {
        let made = media::apply_orientation(self.raster()?, format);
        let made = made.map_err(|why| self.finding(why))?;
        self.processor.cache.put(&oriented_cache_key(hash), &made);
        Ok(made)
    }

    /// What a recipe makes of the picture.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub(super) fn variant(&mut self, recipe: &ImageVariant) -> Result<Vec<u8>, Box<Diagnostic>> {
        let cache = &self.processor.cache;
        let kept = self
            .processor
            .probe(self.asset)
            .and_then(|seen| cache.get(&cache_key(seen.content_hash.digest, recipe)));
        if let Some(made) = kept {
            return Ok(made);
        }
        let made = self.resized(recipe)?;
        let made = media::encode(made, recipe.encoding).map_err(|why| self.finding(why))?;
        // Of the bytes that it was made of: the file may be another one than when it was looked at.
        let hash = self.bytes()?.1;
        cache.put(&cache_key(hash, recipe), &made);
        Ok(made)
    }

    fn resized(&mut self, recipe: &ImageVariant) -> Result<&Raster, Box<Diagnostic>> {
        let is_same = |of: &ImageVariant| (of.ratio, of.width) == (recipe.ratio, recipe.width);
        let kept = self.resized.take().filter(|(of, _)| is_same(of));
        let shaped = match kept {
            Some(kept) => kept,
            None => {
                let shaped = self.raster()?.resized(recipe);
                (*recipe, shaped.map_err(|why| self.finding(why))?)
            }
        };
        Ok(&self.resized.insert(shaped).1)
    }

    fn raster(&mut self) -> Result<&Raster, Box<Diagnostic>> {
        if self.raster.is_none() {
            let raster = media::decode(self.bytes()?.0);
            self.raster = Some(raster.map_err(|why| self.finding(why))?);
        }
        self.raster.as_ref().ok_or_else(|| self.finding(ImageError::Damaged))
    }

    fn bytes(&mut self) -> Result<(&[u8], u128), Box<Diagnostic>> {
        let file = &self.processor.assets[self.asset];
        let (bytes, hash) = match self.bytes.take() {
            Some(known) => known,
            None => {
                let bytes = source::read(file)?;
                let hash = fingerprint::hash_content(&bytes);
                (bytes, hash)
            }
        };
        let (bytes, hash) = self.bytes.insert((bytes, hash));
        Ok((bytes, *hash))
    }

    fn finding(&self, why: ImageError) -> Box<Diagnostic> {
        Box::new(image_finding(&self.processor.assets[self.asset], why))
    }
}

/// What is published of a picture's file, for another file to hold it.
pub(super) fn sanitized_bytes(file: &SourceFile) -> Option<Vec<u8>> {
    let bytes = source::read(file).ok()?;
    if !media::is_image_extension(&file.path.extension()) {
        return Some(bytes);
    }
    match media::clean(&bytes) {
        Ok(Cleaned::Unchanged) => Some(bytes),
        Ok(Cleaned::Stripped(cleaned)) => Some(cleaned),
        Ok(Cleaned::NeedsReencode(format)) => media::apply_orientation(&media::decode(&bytes).ok()?, format).ok(),
        Err(_) => None,
    }
}
