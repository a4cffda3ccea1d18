//! What a picture is, from its head; of a JPEG, whether it has an end.

use super::{PIXEL_LIMIT, clean, svg};
use image::codecs::{gif::GifDecoder, jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use image::metadata::Orientation;
use image::{ColorType, ImageDecoder, ImageResult, Limits};
use std::io::Cursor;

/// The formats that are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageFormat {
    /// JPEG.
    Jpeg,
    /// PNG, also animated.
    Png,
    /// WebP, lossy or lossless, also animated.
    WebP,
    /// GIF, also animated.
    Gif,
    /// SVG.
    Svg,
}

/// What a page must know of a picture before it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ImageInfo {
    /// Its format, whatever the file's name says.
    pub format: ImageFormat,
    /// Pixels from left to right, as it is shown.
    pub width: u32,
    /// Pixels from top to bottom, as it is shown.
    pub height: u32,
    /// Whether parts of it may be transparent.
    pub has_alpha: bool,
    /// Whether it moves.
    pub is_animated: bool,
    /// Whether it is stored as it is shown, and not turned or mirrored.
    pub is_upright: bool,
}

/// Why a file with a picture's name cannot be published as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageError {
    /// It does not even start like a picture.
    NotAnImage,
    /// It starts like a picture, and what follows makes none.
    Damaged,
    /// The iPhone's own format, which browsers do not show.
    Heic,
    /// Another format that browsers do not show or that cannot be cleaned.
    UnsupportedFormat,
    /// More than [`PIXEL_LIMIT`] pixels.
    TooLarge,
}

impl ImageError {
    /// A short name in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAnImage => "no-picture",
            Self::Damaged => "damaged",
            Self::Heic => "heic",
            Self::UnsupportedFormat => "foreign",
            Self::TooLarge => "too-large",
        }
    }
}

/// Whether files with this ending (in lower case, without the dot) are meant to be pictures.
#[must_use]
pub fn is_image_extension(ending: &str) -> bool {
    let endings = [
        "jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "gif", "svg", "heic", "heif", "avif", "tif", "tiff",
    ];
    endings.contains(&ending)
}

/// What the picture in `bytes` is.
///
/// # Errors
/// Why it is none that can be published.
pub fn probe(bytes: &[u8]) -> Result<ImageInfo, ImageError> {
    let format = detect_format(bytes)?;
    let (measure, pixels) = match format {
        ImageFormat::Jpeg => probe_with_decoder(format, JpegDecoder::new(Cursor::new(bytes)), |_| Ok(false)),
        ImageFormat::Png => probe_with_decoder(
            format,
            PngDecoder::with_limits(Cursor::new(bytes), decoder_limits()),
            PngDecoder::is_apng,
        ),
        ImageFormat::WebP => probe_with_decoder(format, WebPDecoder::new(Cursor::new(bytes)), |webp| {
            Ok(webp.has_animation())
        }),
        ImageFormat::Gif => probe_with_decoder(format, GifDecoder::new(Cursor::new(bytes)), |_| {
            Ok(clean::has_many_frames(bytes))
        }),
        ImageFormat::Svg => return svg::probe(bytes),
    }
    .map_err(|_| ImageError::Damaged)?;
    if pixels > PIXEL_LIMIT {
        return Err(ImageError::TooLarge);
    }
    if pixels == 0 || (format == ImageFormat::Jpeg && clean::is_jpeg_truncated(bytes)) {
        return Err(ImageError::Damaged);
    }
    Ok(measure)
}

/// For what stands before a PNG's pixels: its profile is packed, and may unpack to anything.
fn decoder_limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(64 << 20);
    limits
}

fn probe_with_decoder<D: ImageDecoder>(
    format: ImageFormat,
    decoder: ImageResult<D>,
    is_animated: impl FnOnce(&D) -> ImageResult<bool>,
) -> ImageResult<(ImageInfo, u64)> {
    let mut decoder = decoder?;
    let (width, height) = decoder.dimensions();
    let is_opaque = matches!(
        decoder.color_type(),
        ColorType::L8 | ColorType::L16 | ColorType::Rgb8 | ColorType::Rgb16 | ColorType::Rgb32F
    );
    let is_animated = is_animated(&decoder)?;
    // Nothing that moves is turned: browsers do not agree on it, and no camera writes such files.
    let orientation = if is_animated {
        Orientation::NoTransforms
    } else {
        decoder.orientation()?
    };
    let (shown_width, shown_height) = if swaps_axes(orientation) {
        (height, width)
    } else {
        (width, height)
    };
    let measure = ImageInfo {
        format,
        width: shown_width,
        height: shown_height,
        has_alpha: !is_opaque,
        is_animated,
        is_upright: orientation == Orientation::NoTransforms,
    };
    Ok((measure, u64::from(width) * u64::from(height)))
}

/// Whether width and height change places when the picture is turned.
const fn swaps_axes(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    )
}

/// The format of a file by its first bytes.
fn detect_format(bytes: &[u8]) -> Result<ImageFormat, ImageError> {
    let brand = bytes.get(8..12).unwrap_or_default();
    match bytes {
        [0xFF, 0xD8, ..] => Ok(ImageFormat::Jpeg),
        [0x89, b'P', b'N', b'G', ..] => Ok(ImageFormat::Png),
        [b'G', b'I', b'F', b'8', ..] => Ok(ImageFormat::Gif),
        [b'R', b'I', b'F', b'F', ..] if brand == b"WEBP" => Ok(ImageFormat::WebP),
        // ISO/IEC 23008-12, annex B: the brand after `ftyp`.
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Err(match brand {
            b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1" => ImageError::Heic,
            _ => ImageError::UnsupportedFormat,
        }),
        [b'I', b'I', 0x2A, 0, ..] | [b'M', b'M', 0, 0x2A, ..] => Err(ImageError::UnsupportedFormat),
        _ if svg::looks_like_svg(bytes) => Ok(ImageFormat::Svg),
        _ => Err(ImageError::NotAnImage),
    }
}
