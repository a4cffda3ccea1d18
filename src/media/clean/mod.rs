//! Takes out of a picture's file whatever is no picture: place and time, the camera's number, thumbnails, texts.
//!
//! Nothing is known of most of what cameras and programs write, so that it is not looked for: only the parts that are
//! known to be needed for showing the picture are kept, the colour profile among them. The pixels are not touched.

mod byte_reader;
mod gif;
mod jpeg;
mod png;
mod webp;

pub(super) use gif::has_many_frames;
pub(super) use jpeg::is_truncated as is_jpeg_truncated;
pub(super) use webp::with_profile as webp_with_profile;

use super::format::{ImageError, ImageFormat};
use super::probe::probe_raster;
use super::raster::{Raster, encode_in_format};

/// What came of cleaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cleaned {
    /// There was nothing to take out.
    Unchanged,
    /// The file without it.
    Stripped(Vec<u8>),
    /// The picture is stored lying on its side and must be made anew by [`apply_orientation`]: what says so would be taken out.
    NeedsReencode(ImageFormat),
}

/// Cleans a file, an SVG excepted.
///
/// # Errors
/// Why it is no picture that can be published; [`ImageError::UnsupportedFormat`] for an SVG.
pub(super) fn clean_raster(bytes: &[u8]) -> Result<Cleaned, ImageError> {
    let info = probe_raster(bytes)?;
    if !info.is_upright {
        return Ok(Cleaned::NeedsReencode(info.format));
    }
    let cleaned = match info.format {
        ImageFormat::Jpeg => jpeg::clean(bytes),
        ImageFormat::Png => png::clean(bytes),
        ImageFormat::WebP => webp::clean(bytes),
        ImageFormat::Gif => gif::clean(bytes),
        ImageFormat::Svg => Err(ImageError::UnsupportedFormat),
    }?;
    Ok(Cleaned::new(bytes, cleaned))
}

impl Cleaned {
    /// What came of cleaning the file `original`.
    pub(super) fn new(original: &[u8], cleaned: Vec<u8>) -> Self {
        if cleaned == original {
            Self::Unchanged
        } else {
            Self::Stripped(cleaned)
        }
    }
}

/// The file of a picture that was turned, in the format that it had.
///
/// # Errors
/// [`ImageError::TooLarge`] when the format holds no picture of that size.
pub(crate) fn apply_orientation(raster: &Raster, format: ImageFormat) -> Result<Vec<u8>, ImageError> {
    encode_in_format(raster, format)
}
