//! Pictures in a build: probed once, sanitized, resized, cached for the next build.

use super::attachments;
use crate::catalog::{Asset, AssetId, ImageProbe};
use crate::diag::{Code, Diagnostic, Place};
use crate::fingerprint;
use crate::ids::TiVec;
use crate::media::{self, Cleaned, ImageError, ImageFormat, ImageVariant, Raster};
use crate::output::ImageCache;
use crate::plan::{FileContent, PlannedFile};
use crate::source::{self, SizeAndMtime, SourceFile};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The assets for `files`, with their probes. A file that is in `known` and did not change is not read again.
pub(super) fn probe_all(files: &[SourceFile], known: &TiVec<AssetId, Asset>) -> TiVec<AssetId, Asset> {
    let known: BTreeMap<&SourceFile, &Asset> = known.iter().map(|asset| (&asset.file, asset)).collect();
    let asset = |file: &SourceFile| probe(file, known.get(file).copied());
    files.par_iter().map(asset).collect::<Vec<_>>().into()
}

/// Probes a file. It has no probe when it cannot be read, which is reported when it is copied.
fn probe(file: &SourceFile, known: Option<&Asset>) -> Asset {
    let size_and_mtime = source::size_and_mtime(file);
    let is_current = |stat: Option<SizeAndMtime>| size_and_mtime.is_some() && stat == size_and_mtime;
    let known_probe = known.and_then(|known| known.probe.as_ref());
    let known_attachment = known.and_then(|known| known.attachment.as_ref());
    let mut asset = Asset {
        file: file.clone(),
        probe: known_probe.filter(|probe| is_current(probe.size_and_mtime)).cloned(),
        attachment: known_attachment
            .filter(|probe| is_current(probe.size_and_mtime))
            .cloned(),
    };
    if asset.probe.is_some() || asset.attachment.is_some() {
        return asset;
    }
    let Ok(head) = source::read_head(file, media::SIGNATURE_LEN) else {
        return asset;
    };
    if !is_image(file, &head) {
        asset.attachment = attachments::probe(file, &head, size_and_mtime);
    } else if let Ok((bytes, content_hash)) = source::read_and_hash(file) {
        asset.probe = Some(ImageProbe {
            content_hash,
            info: media::probe(&bytes),
            size_and_mtime,
        });
    }
    asset
}

/// Whether a file is named like a picture, or is one by its first bytes: pictures from phones and browsers have names
/// such as `photo.mpo`, `photo.jpg_large` or none with an extension.
fn is_image(file: &SourceFile, head: &[u8]) -> bool {
    media::is_image_extension(&file.path.extension()) || media::has_image_signature(head)
}

/// The findings about the pictures among `assets`.
pub(super) fn findings(assets: &TiVec<AssetId, Asset>) -> Vec<Diagnostic> {
    let wrong = assets.iter().filter_map(|asset| {
        let why = asset.probe.as_ref()?.info.err()?;
        Some(image_finding(&asset.file, why))
    });
    wrong.collect()
}

/// The finding about a picture.
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

/// Makes the published files of pictures.
#[derive(Debug)]
pub(super) struct ImageProcessor<'c> {
    assets: &'c TiVec<AssetId, Asset>,
    cache: ImageCache,
}

/// One picture, and the intermediate results that its published files share.
#[derive(Debug)]
pub(super) struct ImageJob<'w> {
    processor: &'w ImageProcessor<'w>,
    asset: AssetId,
    /// The file's bytes and their hash, once read.
    bytes: Option<(Vec<u8>, u128)>,
    raster: Option<Raster>,
    /// The last resized raster: it is encoded in two formats.
    resized: Option<(ImageVariant, Raster)>,
}

impl<'c> ImageProcessor<'c> {
    /// An image processor for the `assets` of the site in `root`.
    pub(super) fn new(assets: &'c TiVec<AssetId, Asset>, root: &Path) -> Self {
        Self {
            assets,
            cache: ImageCache::for_site(root),
        }
    }

    /// A job for one asset.
    pub(super) fn job(&'c self, id: AssetId) -> ImageJob<'c> {
        ImageJob {
            processor: self,
            asset: id,
            bytes: None,
            raster: None,
            resized: None,
        }
    }

    /// Decodes each picture from which resized ones are planned, and returns a finding for each that cannot be decoded.
    /// A picture whose first variant is cached is not decoded.
    pub(super) fn check_decodable(&self, files: &[PlannedFile]) -> Vec<Diagnostic> {
        let mut first: BTreeMap<AssetId, &ImageVariant> = BTreeMap::new();
        for file in files {
            if let FileContent::ResizedImage(id, variant) = &file.content {
                first.entry(*id).or_insert(variant);
            }
        }
        let first: Vec<(AssetId, &ImageVariant)> = first.into_iter().collect();
        let failed = |(id, variant): (AssetId, &ImageVariant)| {
            let is_made = self
                .probe(id)
                .is_some_and(|probe| self.cache.has(&cache_key(probe.content_hash.digest, variant)));
            let mut job = self.job(id);
            if is_made {
                None
            } else {
                job.raster().err().map(|finding| *finding)
            }
        };
        first.into_par_iter().filter_map(failed).collect()
    }

    /// Removes cached files that no planned file uses.
    pub(super) fn prune_cache(&self, files: &[PlannedFile]) {
        let used = files.iter().filter_map(|file| match &file.content {
            FileContent::ResizedImage(id, variant) => Some(cache_key(self.probe(*id)?.content_hash.digest, variant)),
            FileContent::Asset(id) => Some(oriented_cache_key(
                self.probe(*id).filter(|probe| is_rotated(probe))?.content_hash.digest,
            )),
            _ => None,
        });
        self.cache.retain(&used.collect::<BTreeSet<String>>());
    }

    fn probe(&self, id: AssetId) -> Option<&'c ImageProbe> {
        self.assets[id].probe.as_ref()
    }
}

fn is_rotated(probe: &ImageProbe) -> bool {
    probe.info.is_ok_and(|info| !info.is_upright)
}

/// The cache key of a picture's variant.
fn cache_key(hash: u128, variant: &ImageVariant) -> String {
    format!("{hash:032x}-{}", variant.cache_key())
}

/// The cache key of a picture that was rotated upright.
fn oriented_cache_key(hash: u128) -> String {
    format!("{hash:032x}-upright-2")
}

impl ImageJob<'_> {
    /// The sanitized bytes of the file. `None` when it is copied unchanged.
    ///
    /// # Errors
    /// A finding when the file cannot be read, or is no longer a picture.
    pub(super) fn sanitized(&mut self) -> Result<Option<Vec<u8>>, Box<Diagnostic>> {
        let Some(probe) = self.processor.probe(self.asset) else {
            return Ok(None);
        };
        if probe.info == Err(ImageError::NotAnImage) {
            return Ok(None);
        }
        let turned =
            is_rotated(probe).then(|| self.processor.cache.get(&oriented_cache_key(probe.content_hash.digest)));
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
        let bytes = media::apply_orientation(self.raster()?, format);
        let bytes = bytes.map_err(|why| self.finding(why))?;
        self.processor.cache.put(&oriented_cache_key(hash), &bytes);
        Ok(bytes)
    }

    /// The bytes of a variant of the picture.
    ///
    /// # Errors
    /// A finding when the file cannot be read, or is damaged.
    pub(super) fn variant(&mut self, variant: &ImageVariant) -> Result<Vec<u8>, Box<Diagnostic>> {
        let cache = &self.processor.cache;
        let kept = self
            .processor
            .probe(self.asset)
            .and_then(|probe| cache.get(&cache_key(probe.content_hash.digest, variant)));
        if let Some(bytes) = kept {
            return Ok(bytes);
        }
        let raster = self.resized(variant)?;
        let bytes = media::encode(raster, variant.encoding).map_err(|why| self.finding(why))?;
        // The hash of the bytes that were decoded: the file may have changed since it was probed.
        let hash = self.bytes()?.1;
        cache.put(&cache_key(hash, variant), &bytes);
        Ok(bytes)
    }

    fn resized(&mut self, variant: &ImageVariant) -> Result<&Raster, Box<Diagnostic>> {
        let is_same = |of: &ImageVariant| (of.ratio, of.width) == (variant.ratio, variant.width);
        let kept = self.resized.take().filter(|(of, _)| is_same(of));
        let shaped = match kept {
            Some(kept) => kept,
            None => {
                let shaped = self.raster()?.resized(variant);
                (*variant, shaped.map_err(|why| self.finding(why))?)
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

/// The published bytes of a file, to be embedded in another file. `None` when it cannot be read or sanitized.
pub(super) fn sanitized_bytes(file: &SourceFile) -> Option<Vec<u8>> {
    let bytes = source::read(file).ok()?;
    if !is_image(file, &bytes) {
        return Some(bytes);
    }
    match media::clean(&bytes) {
        Ok(Cleaned::Unchanged) => Some(bytes),
        Ok(Cleaned::Stripped(cleaned)) => Some(cleaned),
        Ok(Cleaned::NeedsReencode(format)) => media::apply_orientation(&media::decode(&bytes).ok()?, format).ok(),
        Err(_) => None,
    }
}
