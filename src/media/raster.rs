//! Pictures as pixels: turned upright, cut, made smaller, written in another format.

use super::clean::webp_with_profile;
use super::format::{ImageError, ImageFormat};
use super::probe::probe_raster;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageDecoder, ImageEncoder as _, ImageReader};
use std::borrow::Cow;
use std::io::Cursor;

/// Colour profiles that are larger describe a printing press or a scanner; they would outweigh a small picture.
const MAX_PROFILE_SIZE: usize = 16 * 1024;

/// A picture as pixels, upright.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raster {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// Whether there is a fourth byte for each pixel.
    has_alpha: bool,
    /// Red, green, blue and, with alpha, opacity of each pixel.
    pixels: Vec<u8>,
    /// The ICC profile that the colours are meant by; sRGB when none.
    profile: Option<Vec<u8>>,
}

/// What is to be made of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ImageVariant {
    /// Width to height of the part to be kept, which is in the middle; all of it when none.
    pub ratio: Option<(u32, u32)>,
    /// Pixels from left to right of what is made.
    pub width: u32,
    /// How it is written.
    pub encoding: Encoding,
}

/// How a picture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Encoding {
    /// Lossy WebP.
    WebP,
    /// JPEG; what is transparent becomes white.
    Jpeg,
}

impl Encoding {
    /// The ending of its files.
    #[must_use]
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::WebP => "webp",
            Self::Jpeg => "jpg",
        }
    }
}

impl ImageVariant {
    /// The size of what is made of a picture of `width` to `height` pixels.
    #[must_use]
    pub(crate) fn size(&self, width: u32, height: u32) -> (u32, u32) {
        let (across, down) = self.ratio.unwrap_or((width, height));
        let scaled = u64::from(self.width) * u64::from(down) + u64::from(across) / 2;
        let made = scaled / u64::from(across.max(1));
        (self.width, u32::try_from(made).unwrap_or(u32::MAX).max(1))
    }

    /// A name that no other recipe has, nor any revision of this one: the settings of the encoders are in it.
    #[must_use]
    pub(crate) fn cache_key(&self) -> String {
        let (across, down) = self.ratio.unwrap_or_default();
        let ending = self.encoding.extension();
        format!(
            "{across}x{down}-{}-q{WEBP_QUALITY}-q{JPEG_QUALITY}-2.{ending}",
            self.width
        )
    }
}

/// The largest part of a picture of `width` to `height` pixels that has a ratio, from the middle: left, top, width,
/// height.
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

/// The pixels of a picture, upright; of one that moves, the first. An SVG excepted.
///
/// # Errors
/// Why there are none; [`ImageError::UnsupportedFormat`] for an SVG.
pub(super) fn decode_raster(bytes: &[u8]) -> Result<Raster, ImageError> {
    let format = match probe_raster(bytes)?.format {
        ImageFormat::Jpeg => image::ImageFormat::Jpeg,
        ImageFormat::Png => image::ImageFormat::Png,
        ImageFormat::WebP => image::ImageFormat::WebP,
        ImageFormat::Gif => image::ImageFormat::Gif,
        ImageFormat::Svg => return Err(ImageError::UnsupportedFormat),
    };
    let damaged = |_| ImageError::Damaged;
    // The limit on memory is the decoder's own, and stands beside that on pixels.
    let reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let orientation = decoder.orientation().map_err(damaged)?;
    // A profile that cannot be read is none.
    let profile = decoder
        .icc_profile()
        .ok()
        .flatten()
        .filter(|profile| is_profile_kept(profile));
    drop(decoder);
    // By the crate's own function and not by the decoder at hand, which would be compiled here, and slow in tests.
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
    })
}

/// Whether a profile goes with what is made: one for three colours (ICC.1:2022, 7.2.6), of a sensible size. Pixels in
/// other colours were made into those three while they were read.
fn is_profile_kept(profile: &[u8]) -> bool {
    profile.len() <= MAX_PROFILE_SIZE && profile.get(16..20) == Some(b"RGB ".as_slice())
}

impl Raster {
    /// The part of it that `recipe` asks for, in the width that it asks for.
    ///
    /// # Errors
    /// [`ImageError::Damaged`] when there is nothing to be seen of it.
    pub(crate) fn resized(&self, recipe: &ImageVariant) -> Result<Self, ImageError> {
        let damaged = ImageError::Damaged;
        let (width, height) = recipe.size(self.width, self.height);
        let pixels = if self.has_alpha {
            PixelType::U8x4
        } else {
            PixelType::U8x3
        };
        let from = ImageRef::new(self.width, self.height, &self.pixels, pixels).map_err(|_| damaged)?;
        let mut to = Image::new(width, height, pixels);
        let mut options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
        if let Some(ratio) = recipe.ratio {
            let (left, top, part_width, part_height) = center_crop(self.width, self.height, ratio);
            options = options.crop(left, top, part_width, part_height);
        }
        Resizer::new().resize(&from, &mut to, &options).map_err(|_| damaged)?;
        Ok(Self {
            width,
            height,
            has_alpha: self.has_alpha,
            pixels: to.into_vec(),
            profile: self.profile.clone(),
        })
    }

    /// Three bytes for each pixel, over white.
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
        let at = (y as usize * self.width as usize + x as usize) * size;
        [self.pixels[at], self.pixels[at + 1], self.pixels[at + 2]]
    }
}

/// Of 100. Photographs look whole at the sizes of a page.
const WEBP_QUALITY: u8 = 76;
/// Of 6: in half the time of libwebp's usual 4, files are 6 % larger.
const WEBP_METHOD: i32 = 2;
/// Of 100.
const JPEG_QUALITY: u8 = 80;
/// Of 100; for pictures that are written anew only because they were turned.
const REENCODE_QUALITY: u8 = 92;

/// Writes a picture for a page.
///
/// # Errors
/// [`ImageError::TooLarge`] when the format holds no picture of that size.
pub(crate) fn encode(raster: &Raster, encoding: Encoding) -> Result<Vec<u8>, ImageError> {
    match encoding {
        Encoding::WebP => encode_webp(raster, WEBP_QUALITY),
        Encoding::Jpeg => encode_jpeg(raster, JPEG_QUALITY),
    }
}

/// Writes a picture in the format that it came in.
pub(super) fn encode_in_format(raster: &Raster, format: ImageFormat) -> Result<Vec<u8>, ImageError> {
    match format {
        ImageFormat::Jpeg => encode_jpeg(raster, REENCODE_QUALITY),
        ImageFormat::WebP => encode_webp(raster, REENCODE_QUALITY),
        _ => encode_png(raster),
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
