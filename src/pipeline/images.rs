//! Pictures on their way through a build: looked at once, cleaned, made smaller, kept for the next time.

use crate::catalog::{Asset, AssetId, ImageProbe};
use crate::diag::{Code, Diagnostic, Place};
use crate::fingerprint;
use crate::ids::TiVec;
use crate::media::{self, Cleaned, ImageError, ImageFormat, ImageVariant, Raster};
use crate::output::ImageCache;
use crate::plan::{FileContent, PlannedFile};
use crate::source::{self, SourceFile};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The files to be copied, with what is in those that are pictures. What `known` has seen and did not change is not
/// read again.
pub(super) fn probe_all(files: &[SourceFile], known: &TiVec<AssetId, Asset>) -> TiVec<AssetId, Asset> {
    let known: BTreeMap<&SourceFile, &ImageProbe> = known
        .iter()
        .filter_map(|asset| Some((&asset.file, asset.probe.as_ref()?)))
        .collect();
    let asset = |file: &SourceFile| Asset {
        probe: probe(file, known.get(file).copied()),
        file: file.clone(),
    };
    files.par_iter().map(asset).collect::<Vec<_>>().into()
}

/// What is in a file; none for what has no picture's name and for what cannot be read, which is told when it is copied.
fn probe(file: &SourceFile, known: Option<&ImageProbe>) -> Option<ImageProbe> {
    if !media::is_image_extension(&file.path.extension()) {
        return None;
    }
    let size_and_mtime = source::size_and_mtime(file);
    if let Some(known) = known.filter(|known| size_and_mtime.is_some() && known.size_and_mtime == size_and_mtime) {
        return Some(known.clone());
    }
    let (bytes, content_hash) = source::read_and_hash(file).ok()?;
    Some(ImageProbe {
        content_hash,
        info: media::probe(&bytes),
        size_and_mtime,
    })
}

/// What is wrong with the pictures among `assets`.
pub(super) fn findings(assets: &TiVec<AssetId, Asset>) -> Vec<Diagnostic> {
    let wrong = assets.iter().filter_map(|asset| {
        let why = asset.probe.as_ref()?.info.err()?;
        Some(image_finding(&asset.file, why))
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
    assets: &'c TiVec<AssetId, Asset>,
    cache: ImageCache,
}

/// One picture with what is made of it, one after the other.
#[derive(Debug)]
pub(super) struct ImageJob<'w> {
    processor: &'w ImageProcessor<'w>,
    asset: AssetId,
    /// The file's bytes and their hash, once they were needed.
    bytes: Option<(Vec<u8>, u128)>,
    raster: Option<Raster>,
    /// The last shape that was made: it is written in two formats.
    resized: Option<(ImageVariant, Raster)>,
}

impl<'c> ImageProcessor<'c> {
    /// For the files `assets` of the site in `root`.
    pub(super) fn new(assets: &'c TiVec<AssetId, Asset>, root: &Path) -> Self {
        Self {
            assets,
            cache: ImageCache::for_site(root),
        }
    }

    /// A place to work on the file at an index.
    pub(super) fn job(&'c self, at: AssetId) -> ImageJob<'c> {
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
        let mut first: BTreeMap<AssetId, &ImageVariant> = BTreeMap::new();
        for file in files {
            if let FileContent::ResizedImage(at, recipe) = &file.content {
                first.entry(*at).or_insert(recipe);
            }
        }
        let first: Vec<(AssetId, &ImageVariant)> = first.into_iter().collect();
        let failed = |(at, recipe): (AssetId, &ImageVariant)| {
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

    fn probe(&self, at: AssetId) -> Option<&'c ImageProbe> {
        self.assets[at].probe.as_ref()
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
        let file = &self.processor.assets[self.asset].file;
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
        Box::new(image_finding(&self.processor.assets[self.asset].file, why))
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
