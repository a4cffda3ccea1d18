//! Pictures as pixels: rotated upright, cropped, resized, encoded in another format.

use super::ai_label::AiLabel;
use super::clean::{find_label, webp_with_profile, with_label};
use super::format::{ImageError, ImageFormat};
use super::probe::probe_raster;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::pixels::{U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageDecoder, ImageEncoder as _, ImageReader};
use std::borrow::Cow;
use std::io::Cursor;

/// The largest colour profile that is kept, in bytes. Larger ones describe a printing press or a scanner, and would
/// be larger than a small picture.
const MAX_PROFILE_SIZE: usize = 16 * 1024;

/// A picture as pixels, upright.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raster {
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
    /// Whether each pixel has a fourth byte, alpha.
    has_alpha: bool,
    /// The red, green, blue and, if `has_alpha`, alpha byte of each pixel.
    pixels: Vec<u8>,
    /// The ICC profile of the colours; sRGB when `None`.
    profile: Option<Vec<u8>>,
    /// The label of generated content.
    label: Option<AiLabel>,
}

/// A variant of a picture: how it is cropped, resized and encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ImageVariant {
    /// The ratio of width to height of the part to keep, which is in the middle; the whole picture when `None`.
    pub ratio: Option<(u32, u32)>,
    /// The width of the result in pixels.
    pub width: u32,
    /// How the result is encoded.
    pub encoding: Encoding,
}

/// How a picture is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Encoding {
    /// Lossy WebP.
    WebP,
    /// JPEG; transparent pixels become white.
    Jpeg,
}

impl Encoding {
    /// The file extension.
    #[must_use]
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::WebP => "webp",
            Self::Jpeg => "jpg",
        }
    }
}

impl ImageVariant {
    /// The size of the result for a picture of `width` to `height` pixels.
    #[must_use]
    pub(crate) fn size(&self, width: u32, height: u32) -> (u32, u32) {
        let (across, down) = self.ratio.unwrap_or((width, height));
        let scaled = u64::from(self.width) * u64::from(down) + u64::from(across) / 2;
        let result = scaled / u64::from(across.max(1));
        (self.width, u32::try_from(result).unwrap_or(u32::MAX).max(1))
    }

    /// A key that no other variant has. It contains the settings of the encoders, so it changes with them.
    #[must_use]
    pub(crate) fn cache_key(&self) -> String {
        let (across, down) = self.ratio.unwrap_or_default();
        let extension = self.encoding.extension();
        format!(
            "{across}x{down}-{}-q{WEBP_QUALITY}-q{JPEG_QUALITY}-3.{extension}",
            self.width
        )
    }
}

/// Resizes a picture whose pixels are of the type `P`. `None` when they are not, and when the part to keep is not in the
/// picture. The library's function for pixels of any type would be compiled in this crate for every type: a tenth of all code.
fn resize_pixels<P: PixelTrait>(from: &ImageRef<'_>, to: &mut Image<'_>, options: &ResizeOptions) -> Option<()> {
    let (from, mut to) = (from.typed_image::<P>()?, to.typed_image_mut::<P>()?);
    Resizer::new().resize_typed(&from, &mut to, options).ok()
}

/// The largest centred part of a picture of `width` to `height` pixels that has the ratio: left, top, width, height.
fn center_crop(width: u32, height: u32, ratio: (u32, u32)) -> (f64, f64, f64, f64) {
    let (w, h) = (f64::from(width), f64::from(height));
    let wanted = f64::from(ratio.0) / f64::from(ratio.1);
    let (part_w, part_h) = if w / h > wanted {
        ((h * wanted).min(w), h)
    } else {
        (w, (w / wanted).min(h))
    };
    ((w - part_w) / 2.0, (h - part_h) / 2.0, part_w, part_h)
}

/// Decodes the pixels of a raster picture, upright; of an animated one, the first frame.
///
/// # Errors
/// Why it cannot be decoded; [`ImageError::UnsupportedFormat`] for an SVG.
pub(super) fn decode_raster(bytes: &[u8]) -> Result<Raster, ImageError> {
    let info = probe_raster(bytes)?;
    let format = match info.format {
        ImageFormat::Jpeg => image::ImageFormat::Jpeg,
        ImageFormat::Png => image::ImageFormat::Png,
        ImageFormat::WebP => image::ImageFormat::WebP,
        ImageFormat::Gif => image::ImageFormat::Gif,
        ImageFormat::Svg => return Err(ImageError::UnsupportedFormat),
    };
    let damaged = |_| ImageError::Damaged;
    // The decoder has its own limit on memory, in addition to the limit on pixels.
    let reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let orientation = decoder.orientation().map_err(damaged)?;
    // A profile that cannot be read is ignored.
    let profile = decoder
        .icc_profile()
        .ok()
        .flatten()
        .filter(|profile| is_profile_kept(profile));
    drop(decoder);
    // Decode with the crate's function: the generic decoder would be compiled in this crate, and be slow in tests.
    let mut picture = image::load_from_memory_with_format(bytes, format).map_err(damaged)?;
    picture.apply_orientation(orientation);
    let has_alpha = picture.color().has_alpha();
    let (width, height) = (picture.width(), picture.height());
    let pixels = if has_alpha {
        picture.into_rgba8().into_raw()
    } else {
        picture.into_rgb8().into_raw()
    };
    Ok(Raster {
        width,
        height,
        has_alpha,
        pixels,
        profile,
        label: find_label(bytes, info.format),
    })
}

/// Whether a profile is kept in the result: one for RGB (ICC.1:2022, 7.2.6), of at most [`MAX_PROFILE_SIZE`]. Pixels in
/// other colour spaces are converted to RGB when they are decoded.
fn is_profile_kept(profile: &[u8]) -> bool {
    profile.len() <= MAX_PROFILE_SIZE && profile.get(16..20) == Some(b"RGB ".as_slice())
}

impl Raster {
    /// Crops and resizes the picture as `variant` says.
    ///
    /// # Errors
    /// [`ImageError::Damaged`] when the picture cannot be cropped or resized, for example because it is empty.
    pub(crate) fn resized(&self, variant: &ImageVariant) -> Result<Self, ImageError> {
        let damaged = ImageError::Damaged;
        let (width, height) = variant.size(self.width, self.height);
        let pixels = if self.has_alpha {
            PixelType::U8x4
        } else {
            PixelType::U8x3
        };
        let from = ImageRef::new(self.width, self.height, &self.pixels, pixels).map_err(|_| damaged)?;
        let mut to = Image::new(width, height, pixels);
        let mut options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
        if let Some(ratio) = variant.ratio {
            let (left, top, part_width, part_height) = center_crop(self.width, self.height, ratio);
            options = options.crop(left, top, part_width, part_height);
        }
        let resized = if self.has_alpha {
            resize_pixels::<U8x4>(&from, &mut to, &options)
        } else {
            resize_pixels::<U8x3>(&from, &mut to, &options)
        };
        resized.ok_or(damaged)?;
        Ok(Self {
            width,
            height,
            has_alpha: self.has_alpha,
            pixels: to.into_vec(),
            profile: self.profile.clone(),
            label: self.label.clone(),
        })
    }

    /// The pixels over a white background, three bytes each.
    fn rgb_over_white(&self) -> Cow<'_, [u8]> {
        if !self.has_alpha {
            return Cow::Borrowed(&self.pixels);
        }
        let over_white = |colour: u8, alpha: u8| {
            let (colour, alpha) = (u32::from(colour), u32::from(alpha));
            u8::try_from((colour * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
        };
        let (whole, _) = self.pixels.as_chunks::<4>();
        whole
            .iter()
            .flat_map(|&[red, green, blue, alpha]| [red, green, blue].map(|colour| over_white(colour, alpha)))
            .collect()
    }

    /// The colour of one pixel.
    #[cfg(test)]
    pub(super) fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        let size = if self.has_alpha { 4 } else { 3 };
        let offset = (y as usize * self.width as usize + x as usize) * size;
        [self.pixels[offset], self.pixels[offset + 1], self.pixels[offset + 2]]
    }
}

/// Of 100. At the sizes used on pages, photographs show no visible loss.
const WEBP_QUALITY: u8 = 76;
/// Of 6: takes half the time of libwebp's default 4, and makes files 6 % larger.
const WEBP_METHOD: i32 = 2;
/// Of 100.
const JPEG_QUALITY: u8 = 80;
/// Of 100; for pictures that are encoded again only to rotate them upright.
const REENCODE_QUALITY: u8 = 92;

/// Encodes a picture for a page.
///
/// # Errors
/// [`ImageError::TooLarge`] when the format cannot hold a picture of that size.
pub(crate) fn encode(raster: &Raster, encoding: Encoding) -> Result<Vec<u8>, ImageError> {
    match encoding {
        Encoding::WebP => Ok(labelled(raster, ImageFormat::WebP, encode_webp(raster, WEBP_QUALITY)?)),
        Encoding::Jpeg => Ok(labelled(raster, ImageFormat::Jpeg, encode_jpeg(raster, JPEG_QUALITY)?)),
    }
}

/// Encodes a picture in the format of its source.
pub(super) fn encode_in_format(raster: &Raster, format: ImageFormat) -> Result<Vec<u8>, ImageError> {
    let (format, bytes) = match format {
        ImageFormat::Jpeg => (format, encode_jpeg(raster, REENCODE_QUALITY)?),
        ImageFormat::WebP => (format, encode_webp(raster, REENCODE_QUALITY)?),
        _ => (ImageFormat::Png, encode_png(raster)?),
    };
    Ok(labelled(raster, format, bytes))
}

/// The encoded picture with the label of its source.
fn labelled(raster: &Raster, format: ImageFormat, bytes: Vec<u8>) -> Vec<u8> {
    match &raster.label {
        Some(label) => with_label(&bytes, format, raster.has_alpha, (raster.width, raster.height), label),
        None => bytes,
    }
}

fn encode_jpeg(raster: &Raster, quality: u8) -> Result<Vec<u8>, ImageError> {
    let too_large = ImageError::TooLarge;
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
    if let Some(profile) = &raster.profile {
        encoder.add_icc_profile(profile).map_err(|_| too_large)?;
    }
    let (width, height) = (u16::try_from(raster.width), u16::try_from(raster.height));
    let (width, height) = (width.map_err(|_| too_large)?, height.map_err(|_| too_large)?);
    let written = encoder.encode(&raster.rgb_over_white(), width, height, jpeg_encoder::ColorType::Rgb);
    written.map(|()| bytes).map_err(|_| too_large)
}

fn encode_png(raster: &Raster) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    if let Some(profile) = &raster.profile {
        let _ = encoder.set_icc_profile(profile.clone());
    }
    let colours = if raster.has_alpha {
        ExtendedColorType::Rgba8
    } else {
        ExtendedColorType::Rgb8
    };
    let written = encoder.write_image(&raster.pixels, raster.width, raster.height, colours);
    written.map(|()| bytes).map_err(|_| ImageError::TooLarge)
}

fn encode_webp(raster: &Raster, quality: u8) -> Result<Vec<u8>, ImageError> {
    let (width, height) = (raster.width, raster.height);
    let encoder = if raster.has_alpha {
        webp::Encoder::from_rgba(&raster.pixels, width, height)
    } else {
        webp::Encoder::from_rgb(&raster.pixels, width, height)
    };
    let mut settings = webp::WebPConfig::new().map_err(|()| ImageError::TooLarge)?;
    settings.quality = f32::from(quality);
    settings.method = WEBP_METHOD;
    let written = encoder.encode_advanced(&settings).map_err(|_| ImageError::TooLarge)?;
    match &raster.profile {
        None => Ok(written.to_vec()),
        Some(profile) => Ok(webp_with_profile(&written, raster.has_alpha, (width, height), profile)),
    }
}
