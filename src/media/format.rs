//! What all of pictures share: their formats, what is known of one, and why one cannot be published.

/// The most pixels that a picture may have. Of the phones sold, none takes larger ones without being asked to; a file
/// of a few bytes may claim any number.
pub(crate) const PIXEL_LIMIT: u64 = 100_000_000;

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
pub(crate) fn is_image_extension(ending: &str) -> bool {
    let endings = [
        "jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "gif", "svg", "heic", "heif", "avif", "tif", "tiff",
    ];
    endings.contains(&ending)
}

/// The format of a file by its first bytes.
pub(super) fn detect_format(bytes: &[u8]) -> Result<ImageFormat, ImageError> {
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
        _ if looks_like_svg(bytes) => Ok(ImageFormat::Svg),
        _ => Err(ImageError::NotAnImage),
    }
}

/// Whether a text may be an SVG.
pub(super) fn looks_like_svg(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    text.starts_with(b"<")
        && ["<svg", ":svg"]
            .iter()
            .any(|sign| memchr::memmem::find(text, sign.as_bytes()).is_some())
}
