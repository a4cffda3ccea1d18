//! Responsive images: each picture in several sizes, from which a browser chooses.
//!
//! The original keeps its address. Resized variants lie beside it, in WebP and, for old browsers, in JPEG. Only presets
//! that some page shows are made: a text shows whole pictures, a list shows covers cropped to one ratio. The widths
//! follow the layout: a small card, the column of text, and both on high-density screens.

use super::links::Links;
use super::value::map;
use crate::catalog::{AssetId, Catalog, RecordId, ResolvedLinks, ResolvedTarget};
use crate::media::{Encoding, ImageFormat, ImageInfo, ImageVariant};
use crate::paths::UrlPath;
use crate::record::{Body, LinkRole};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tera::Value;

/// The kind of post whose cards show covers as upright portraits.
const PORTRAIT_KIND: &str = "role-model";

/// Narrower pictures, in pixels, get no variants.
const MIN_WIDTH: u32 = 320;

/// The maximum height of a WebP file in pixels (RFC 6386, 9.1).
const MAX_WEBP_HEIGHT: u32 = 16_383;

/// How a picture is cropped, and in which sizes it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum ImagePreset {
    /// The whole picture.
    Whole,
    /// A cover as lists show it.
    Cover,
    /// A portrait as lists show it.
    Portrait,
    /// A video's poster, shown until the video plays: the whole picture, in one file.
    Poster,
}

impl ImagePreset {
    /// The ratio that the picture is cropped to; `None` for the whole picture.
    const fn ratio(self) -> Option<(u32, u32)> {
        match self {
            Self::Whole | Self::Poster => None,
            Self::Cover => Some((16, 10)),
            Self::Portrait => Some((4, 5)),
        }
    }

    /// Widths in pixels. The layout's boxes are 200, 320 and 670 wide, portraits 120 and 380.
    const fn widths(self) -> &'static [u32] {
        match self {
            Self::Whole | Self::Cover => &[320, 640, 960, 1280],
            Self::Portrait => &[240, 480, 800],
            Self::Poster => &[1280],
        }
    }

    /// The width that is also made in JPEG for old browsers, in addition to the largest.
    const fn jpeg_width(self) -> u32 {
        match self {
            Self::Whole | Self::Cover => 640,
            Self::Portrait => 480,
            Self::Poster => 1280,
        }
    }

    /// The prefix of the width in file names.
    const fn name_prefix(self) -> &'static str {
        match self {
            Self::Whole => "",
            Self::Cover => "cover-",
            Self::Portrait => "portrait-",
            Self::Poster => "poster-",
        }
    }

    /// The variants to make of a picture, the smallest first.
    fn variants(self, picture: &ImageInfo) -> Vec<ImageVariant> {
        let can_resize = picture.format != ImageFormat::Svg && !picture.is_animated && picture.width >= MIN_WIDTH;
        let full = self.ratio().map_or(picture.width, |(across, down)| {
            let fitting = u64::from(picture.height) * u64::from(across) / u64::from(down);
            picture.width.min(u32::try_from(fitting).unwrap_or(u32::MAX))
        });
        let (Some(&first), Some(&last)) = (self.widths().first(), self.widths().last()) else {
            return Vec::new();
        };
        if !can_resize || full < first {
            return Vec::new();
        }
        let largest = full.min(last);
        // A tall screenshot of a whole chat is only legible at its full width.
        if self.variant_size(picture, largest).1 > MAX_WEBP_HEIGHT {
            return Vec::new();
        }
        // A variant that is less than 10 % narrower than the largest is not worth a file.
        let smaller = self.widths().iter().copied().filter(|width| width * 10 <= largest * 9);
        let widths = smaller.chain([largest]);
        widths
            .flat_map(|width| self.variants_of_width(picture, width, largest))
            .collect()
    }

    fn variants_of_width(self, picture: &ImageInfo, width: u32, largest: u32) -> impl Iterator<Item = ImageVariant> {
        let needs_jpeg = !picture.has_alpha && (width == self.jpeg_width() || width == largest);
        // The attribute `poster` of a video takes one address, without alternatives.
        let needs_webp = self != Self::Poster || picture.has_alpha;
        let encodings = [
            needs_webp.then_some(Encoding::WebP),
            needs_jpeg.then_some(Encoding::Jpeg),
        ];
        encodings
            .into_iter()
            .flatten()
            .map(move |encoding| self.variant(width, encoding))
    }

    const fn variant(self, width: u32, encoding: Encoding) -> ImageVariant {
        ImageVariant {
            ratio: self.ratio(),
            width,
            encoding,
        }
    }

    fn variant_size(self, picture: &ImageInfo, width: u32) -> (u32, u32) {
        self.variant(width, Encoding::WebP).size(picture.width, picture.height)
    }
}

/// The assets that are pictures, and their variants.
#[derive(Debug)]
pub struct Images<'a> {
    catalog: &'a Catalog,
    links: Arc<Links<'a>>,
    by_asset: BTreeMap<AssetId, AssetImage>,
}

#[derive(Debug)]
struct AssetImage {
    info: ImageInfo,
    /// The stem of its variants' names: the address without its extension. Where two pictures differ in the extension
    /// only, `-` and the extension follow.
    stem: String,
}

impl<'a> Images<'a> {
    /// The pictures among the catalog's assets.
    pub(super) fn new(catalog: &'a Catalog, links: Arc<Links<'a>>) -> Self {
        let infos = catalog.assets.iter_enumerated();
        let infos = infos.filter_map(|(at, asset)| Some((at, asset.image()?, links.asset(at))));
        Self {
            catalog,
            by_asset: name_images(infos.collect()),
            links,
        }
    }

    fn get(&self, at: AssetId) -> Option<&AssetImage> {
        self.by_asset.get(&at)
    }
}

/// Gives each picture the stem of its variants' names.
fn name_images(infos: Vec<(AssetId, ImageInfo, UrlPath)>) -> BTreeMap<AssetId, AssetImage> {
    let mut shared: BTreeMap<String, usize> = BTreeMap::new();
    for (_, _, address) in &infos {
        *shared
            .entry(split_extension(address.as_str()).0.to_lowercase())
            .or_default() += 1;
    }
    let image = |(at, info, address): (AssetId, ImageInfo, UrlPath)| {
        let (stem, extension) = split_extension(address.as_str());
        let stem = if shared.get(&stem.to_lowercase()) == Some(&1) {
            stem.to_owned()
        } else {
            format!("{stem}-{extension}")
        };
        (at, AssetImage { info, stem })
    };
    infos.into_iter().map(image).collect()
}

/// Splits an address at the dot of its extension.
fn split_extension(address: &str) -> (&str, &str) {
    address.rsplit_once('.').unwrap_or((address, ""))
}

/// A picture for an `img` element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponsiveImage {
    /// Its address as a page writes it.
    pub address: String,
    /// The WebP variants in the syntax of `srcset`; empty when the picture has no variants.
    pub webp_srcset: String,
    /// The JPEG variants for old browsers in the same syntax; empty when there are none.
    pub jpeg_srcset: String,
    /// Width in pixels; 0 when unknown.
    pub width: u32,
    /// Height in pixels; 0 when unknown.
    pub height: u32,
}

impl Images<'_> {
    /// The pictures that a text shows. `targets` are the resolved links of the text.
    #[must_use]
    pub fn in_text(&self, body: &Body, targets: &[ResolvedTarget]) -> Vec<ResponsiveImage> {
        let assets = image_assets(body, targets);
        assets.into_iter().filter_map(|id| self.responsive_image(id)).collect()
    }

    fn responsive_image(&self, at: AssetId) -> Option<ResponsiveImage> {
        let picture = self.get(at)?;
        let files = ImagePreset::Whole.variants(&picture.info);
        Some(ResponsiveImage {
            address: self.links.link(&self.links.asset(at)),
            webp_srcset: self.srcset(picture, ImagePreset::Whole, &files, Encoding::WebP),
            jpeg_srcset: self.srcset(picture, ImagePreset::Whole, &files, Encoding::Jpeg),
            width: picture.info.width,
            height: picture.info.height,
        })
    }

    /// The list of addresses and widths for `srcset` (HTML, 4.8.2.4).
    fn srcset(&self, picture: &AssetImage, preset: ImagePreset, files: &[ImageVariant], encoding: Encoding) -> String {
        let files = files.iter().filter(|file| file.encoding == encoding);
        let entry = |file: &ImageVariant| {
            format!(
                "{} {}w",
                self.links.link(&variant_address(picture, preset, file)),
                file.width
            )
        };
        files.map(entry).collect::<Vec<_>>().join(", ")
    }

    /// The cropped cover for templates: `{webp, jpeg, width, height}`; `None` when it has no variants.
    fn cropped_value(&self, picture: &AssetImage, preset: ImagePreset) -> Option<Value> {
        let files = preset.variants(&picture.info);
        let (width, height) = files.last()?.size(picture.info.width, picture.info.height);
        Some(map! {
            "webp": self.srcset(picture, preset, &files, Encoding::WebP),
            "jpeg": self.srcset(picture, preset, &files, Encoding::Jpeg),
            "width": u64::from(width),
            "height": u64::from(height),
        })
    }

    /// The cover of a record, for templates. A video without a cover shows its poster. `None` when it has neither.
    pub(crate) fn cover(&self, at: RecordId) -> Option<Value> {
        let target = cover_target(&self.catalog.record_links[at])?;
        let url = self.links.to_target(target)?;
        let picture = match target {
            ResolvedTarget::Asset(asset) => self.get(*asset),
            _ => None,
        };
        let info = picture.map(|picture| picture.info);
        let is_portrait = self.catalog.records[at].kind == PORTRAIT_KIND;
        let portrait = picture
            .filter(|_| is_portrait)
            .and_then(|picture| self.cropped_value(picture, ImagePreset::Portrait));
        Some(map! {
            "url": url,
            "alt": self.catalog.records[at].meta.title.as_str(),
            "width": info.map_or(0, |info| u64::from(info.width)),
            "height": info.map_or(0, |info| u64::from(info.height)),
            "cut": picture.and_then(|picture| self.cropped_value(picture, ImagePreset::Cover)),
            "portrait": portrait,
        })
    }

    /// The link to the poster of a record's video: the resized variant, or the picture itself when it has no variants.
    pub(crate) fn poster(&self, at: RecordId) -> Option<String> {
        let target = self.catalog.record_links[at].file("poster")?;
        let picture = match target {
            ResolvedTarget::Asset(asset) => self.get(*asset),
            _ => None,
        };
        let smaller =
            picture.and_then(|picture| Some((picture, *ImagePreset::Poster.variants(&picture.info).first()?)));
        match smaller {
            Some((picture, file)) => Some(self.links.link(&variant_address(picture, ImagePreset::Poster, &file))),
            None => self.links.to_target(target),
        }
    }

    /// The variants of all pictures that pages show, by picture, each with its address.
    pub(crate) fn variants(&self) -> BTreeMap<AssetId, Vec<(UrlPath, ImageVariant)>> {
        let mut files: BTreeMap<AssetId, Vec<(UrlPath, ImageVariant)>> = BTreeMap::new();
        for (id, preset) in self.used_presets() {
            let Some(picture) = self.get(id) else { continue };
            let variants = preset
                .variants(&picture.info)
                .into_iter()
                .map(|file| (variant_address(picture, preset, &file), file));
            files.entry(id).or_default().extend(variants);
        }
        files
    }

    fn used_presets(&self) -> BTreeSet<(AssetId, ImagePreset)> {
        let mut used = BTreeSet::new();
        let whole = self
            .catalog
            .all_links()
            .filter_map(|(link, target)| image_asset(link.role, target));
        used.extend(whole.map(|id| (id, ImagePreset::Whole)));
        for (id, resolved) in self.catalog.record_links.iter_enumerated() {
            if let Some(ResolvedTarget::Asset(poster)) = resolved.file("poster") {
                used.insert((*poster, ImagePreset::Poster));
            }
            let Some(ResolvedTarget::Asset(picture)) = cover_target(resolved) else {
                continue;
            };
            used.insert((*picture, ImagePreset::Cover));
            if self.catalog.records[id].kind == PORTRAIT_KIND {
                used.insert((*picture, ImagePreset::Portrait));
            }
        }
        used
    }
}

fn cover_target(resolved: &ResolvedLinks) -> Option<&ResolvedTarget> {
    resolved.cover.as_ref().or_else(|| resolved.file("poster"))
}

fn image_asset(role: LinkRole, target: &ResolvedTarget) -> Option<AssetId> {
    match (role, target) {
        (LinkRole::Image, ResolvedTarget::Asset(at)) => Some(*at),
        _ => None,
    }
}

/// The assets that a text shows as pictures, each once. `targets` are the resolved links of the text.
#[must_use]
pub(crate) fn image_assets(body: &Body, targets: &[ResolvedTarget]) -> BTreeSet<AssetId> {
    let links = body.links.iter().zip(targets);
    links
        .filter_map(|(link, target)| image_asset(link.role, target))
        .collect()
}

/// The address of a variant.
fn variant_address(picture: &AssetImage, preset: ImagePreset, file: &ImageVariant) -> UrlPath {
    let (prefix, extension) = (preset.name_prefix(), file.encoding.extension());
    UrlPath::file(&format!("{}.{prefix}{}.{extension}", picture.stem, file.width))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(preset: ImagePreset, width: u32, height: u32) -> Vec<String> {
        let info = ImageInfo {
            format: ImageFormat::Jpeg,
            width,
            height,
            has_alpha: false,
            is_animated: false,
            is_upright: true,
            is_generated: false,
        };
        let variants = preset.variants(&info);
        variants
            .iter()
            .map(|file| format!("{}.{}", file.width, file.encoding.extension()))
            .collect()
    }

    #[test]
    fn variants_are_never_wider_than_the_image() {
        let all = ["320.webp", "640.webp", "640.jpg", "960.webp", "1280.webp", "1280.jpg"];
        assert_eq!(names(ImagePreset::Whole, 4000, 3000), all);
        assert_eq!(names(ImagePreset::Cover, 4000, 3000), all);
        assert_eq!(names(ImagePreset::Whole, 700, 500), ["320.webp", "700.webp", "700.jpg"]);
        assert_eq!(names(ImagePreset::Cover, 700, 200), ["320.webp", "320.jpg"]);
        assert_eq!(
            names(ImagePreset::Portrait, 700, 400),
            ["240.webp", "320.webp", "320.jpg"]
        );
        assert_eq!(names(ImagePreset::Whole, 319, 319), Vec::<String>::new());
        assert_eq!(names(ImagePreset::Cover, 4000, 100), Vec::<String>::new());
        assert_eq!(names(ImagePreset::Whole, 1080, 30_000), Vec::<String>::new());
        assert_eq!(names(ImagePreset::Cover, 1080, 30_000).len(), 6);
        assert_eq!(names(ImagePreset::Poster, 4000, 3000), ["1280.jpg"]);
        assert_eq!(names(ImagePreset::Poster, 1200, 800), Vec::<String>::new());
    }

    #[test]
    fn images_that_differ_in_extension_get_separate_variants() {
        let info = ImageInfo {
            format: ImageFormat::Png,
            width: 900,
            height: 600,
            has_alpha: true,
            is_animated: false,
            is_upright: true,
            is_generated: false,
        };
        let addresses = ["/a/b.jpg", "/a/b.png", "/a/c.png", "/d.PNG"];
        let infos = (0..).zip(addresses);
        let infos = infos.map(|(index, path)| (AssetId::from(index), info, UrlPath::file(path)));
        let images = name_images(infos.collect());
        let stems: Vec<&str> = images.values().map(|image| image.stem.as_str()).collect();
        assert_eq!(stems, ["/a/b-jpg", "/a/b-png", "/a/c", "/d"]);
    }
}
