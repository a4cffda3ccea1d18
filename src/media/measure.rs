//! What a picture is, from its head; of a JPEG, whether it has an end.

use super::{PIXEL_LIMIT, clean, svg};
use image::codecs::{gif::GifDecoder, jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use image::metadata::Orientation;
use image::{ColorType, ImageDecoder, ImageResult, Limits};
use std::io::Cursor;

/// The formats that are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
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
pub struct Measure {
    /// Its format, whatever the file's name says.
    pub format: Format,
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
pub enum Unreadable {
    /// It does not even start like a picture.
    NoPicture,
    /// It starts like a picture, and what follows makes none.
    Damaged,
    /// The iPhone's own format, which browsers do not show.
    Heic,
    /// Another format that browsers do not show or that cannot be cleaned.
    Foreign,
    /// More than [`PIXEL_LIMIT`] pixels.
    TooLarge,
}

impl Unreadable {
    /// A short name in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoPicture => "no-picture",
            Self::Damaged => "damaged",
            Self::Heic => "heic",
            Self::Foreign => "foreign",
            Self::TooLarge => "too-large",
        }
    }
}

/// Whether files with this ending (in lower case, without the dot) are meant to be pictures.
#[must_use]
pub fn is_picture(ending: &str) -> bool {
    let endings = [
        "jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "gif", "svg", "heic", "heif", "avif", "tif", "tiff",
    ];
    endings.contains(&ending)
}

/// What the picture in `bytes` is.
///
/// # Errors
/// Why it is none that can be published.
pub fn measure(bytes: &[u8]) -> Result<Measure, Unreadable> {
    let format = sort(bytes)?;
    let (measure, pixels) = match format {
        Format::Jpeg => of_decoder(format, JpegDecoder::new(Cursor::new(bytes)), |_| Ok(false)),
        Format::Png => of_decoder(
            format,
            PngDecoder::with_limits(Cursor::new(bytes), limits()),
            PngDecoder::is_apng,
        ),
        Format::WebP => of_decoder(format, WebPDecoder::new(Cursor::new(bytes)), |webp| {
            Ok(webp.has_animation())
        }),
        Format::Gif => of_decoder(format, GifDecoder::new(Cursor::new(bytes)), |_| {
            Ok(clean::has_many_frames(bytes))
        }),
        Format::Svg => return svg::measure(bytes),
    }
    .map_err(|_| Unreadable::Damaged)?;
    if pixels > PIXEL_LIMIT {
        return Err(Unreadable::TooLarge);
    }
    if pixels == 0 || (format == Format::Jpeg && clean::is_jpeg_cut_off(bytes)) {
        return Err(Unreadable::Damaged);
    }
    Ok(measure)
}

/// For what stands before a PNG's pixels: its profile is packed, and may unpack to anything.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(64 << 20);
    limits
}

fn of_decoder<D: ImageDecoder>(
    format: Format,
    decoder: ImageResult<D>,
    is_animated: impl FnOnce(&D) -> ImageResult<bool>,
) -> ImageResult<(Measure, u64)> {
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
    let (shown_width, shown_height) = if is_lying(orientation) {
        (height, width)
    } else {
        (width, height)
    };
    let measure = Measure {
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
const fn is_lying(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    )
}

/// The format of a file by its first bytes.
fn sort(bytes: &[u8]) -> Result<Format, Unreadable> {
    let brand = bytes.get(8..12).unwrap_or_default();
    match bytes {
        [0xFF, 0xD8, ..] => Ok(Format::Jpeg),
        [0x89, b'P', b'N', b'G', ..] => Ok(Format::Png),
        [b'G', b'I', b'F', b'8', ..] => Ok(Format::Gif),
        [b'R', b'I', b'F', b'F', ..] if brand == b"WEBP" => Ok(Format::WebP),
        // ISO/IEC 23008-12, annex B: the brand after `ftyp`.
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Err(match brand {
            b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1" => Unreadable::Heic,
            _ => Unreadable::Foreign,
        }),
        [b'I', b'I', 0x2A, 0, ..] | [b'M', b'M', 0, 0x2A, ..] => Err(Unreadable::Foreign),
        _ if svg::looks_like(bytes) => Ok(Format::Svg),
        _ => Err(Unreadable::NoPicture),
    }
}
