//! What all pictures share: formats, properties, and the reasons why a picture cannot be published.

/// The most pixels that a picture may have. No phone on the market takes larger pictures by default. The limit is
/// needed because a file of a few bytes may claim any size.
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

/// What a page must know about a picture before it is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ImageInfo {
    /// Its format, whatever the file's name says.
    pub format: ImageFormat,
    /// The width in pixels, as displayed.
    pub width: u32,
    /// The height in pixels, as displayed.
    pub height: u32,
    /// Whether parts of it may be transparent.
    pub has_alpha: bool,
    /// Whether it is animated.
    pub is_animated: bool,
    /// Whether it is stored as displayed, not rotated or mirrored.
    pub is_upright: bool,
    /// Whether its metadata say that a program generated or changed it.
    pub is_generated: bool,
}

/// Why a file with a picture's extension cannot be published as a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageError {
    /// It does not start like a picture.
    NotAnImage,
    /// It starts like a picture, but the rest is invalid.
    Damaged,
    /// HEIC, the iPhone's format, which browsers do not display.
    Heic,
    /// Another format that browsers do not display or that cannot be sanitized.
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

/// Whether files with this extension (in lower case, without the dot) are meant to be pictures.
#[must_use]
pub(crate) fn is_image_extension(extension: &str) -> bool {
    let extensions = [
        "jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "gif", "svg", "heic", "heif", "avif", "tif", "tiff",
        "bmp", "psd", "wmf", "emf",
    ];
    extensions.contains(&extension)
}

/// The number of bytes that [`has_image_signature`] needs.
pub(crate) const SIGNATURE_LEN: usize = 16;

/// Whether a file is a picture of a camera or a program by its first bytes, whatever its name is. Such a picture may
/// hold the place where it was taken, so it is published as a picture or not at all.
///
/// SVG and formats with short signatures, which other files may have by chance, are judged by the name only.
#[must_use]
pub(crate) fn has_image_signature(head: &[u8]) -> bool {
    match head {
        [0xFF, 0xD8, 0xFF, ..]
        | [0x89, b'P', b'N', b'G', 0x0D, 0x0A, ..]
        | [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => true,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => true,
        // TIFF, and the raw formats of cameras that are built on it: DNG, CR2, NEF, ORF, RW2.
        [b'I', b'I', 0x2A, 0, ..] | [b'M', b'M', 0, 0x2A, ..] | [b'I', b'I', b'R' | b'U', b'O' | b'S' | 0, ..] => true,
        [b'8', b'B', b'P', b'S', 0, 1 | 2, ..] => true,
        // JPEG XL and JPEG 2000 in boxes.
        [0, 0, 0, 0x0C, b'J', b'X', b'L', b' ', ..] | [0, 0, 0, 0x0C, b'j', b'P', b' ', b' ', ..] => true,
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => {
            let brand = brand.get(..4).unwrap_or_default();
            HEIC_BRANDS.iter().any(|known| *known == brand)
                || [b"avif", b"avis", b"crx "].iter().any(|known| *known == brand)
        }
        _ => head.starts_with(b"FUJIFILMCCD-RAW"),
    }
}

/// The brands of HEIC files (ISO/IEC 23008-12, annex B).
const HEIC_BRANDS: [&[u8; 4]; 8] = [b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"];

/// Detects the format of a file by its first bytes.
pub(super) fn detect_format(bytes: &[u8]) -> Result<ImageFormat, ImageError> {
    let brand = bytes.get(8..12).unwrap_or_default();
    match bytes {
        [0xFF, 0xD8, ..] => Ok(ImageFormat::Jpeg),
        [0x89, b'P', b'N', b'G', ..] => Ok(ImageFormat::Png),
        [b'G', b'I', b'F', b'8', ..] => Ok(ImageFormat::Gif),
        [b'R', b'I', b'F', b'F', ..] if brand == b"WEBP" => Ok(ImageFormat::WebP),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] if HEIC_BRANDS.iter().any(|known| *known == brand) => {
            Err(ImageError::Heic)
        }
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Err(ImageError::UnsupportedFormat),
        // BMP, Photoshop, and the two formats of drawings in Word.
        [b'B', b'M', ..] | [b'8', b'B', b'P', b'S', ..] | [0xD7, 0xCD, 0xC6, 0x9A, ..] | [1, 0, 0, 0, ..] => {
            Err(ImageError::UnsupportedFormat)
        }
        _ if has_image_signature(bytes) => Err(ImageError::UnsupportedFormat),
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
