//! Sanitizes a picture's file: removes metadata such as place and time, the camera's number, thumbnails and texts.
//!
//! Works by a list of what to keep, because cameras and programs write many unknown things: only the parts that are
//! known to be needed to display the picture are kept, among them the colour profile. The pixels are not changed. A label
//! that says that a program generated the picture is written again (`ai_label`).

mod byte_reader;
mod gif;
mod jpeg;
mod label;
mod png;
mod webp;

pub(super) use gif::has_many_frames;
pub(super) use jpeg::is_truncated as is_jpeg_truncated;
pub(super) use label::{find_label, with_label};
pub(super) use webp::with_profile as webp_with_profile;

use super::format::{ImageError, ImageFormat};
use super::probe::probe_raster;
use super::raster::{Raster, encode_in_format};

/// The result of sanitizing a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cleaned {
    /// There was nothing to remove.
    Unchanged,
    /// The sanitized file.
    Stripped(Vec<u8>),
    /// The picture is stored rotated or mirrored, and must be encoded again by [`apply_orientation`]: sanitizing would
    /// remove its orientation.
    NeedsReencode(ImageFormat),
}

/// Sanitizes the file of a raster picture.
///
/// # Errors
/// Why it cannot be published as a picture; [`ImageError::UnsupportedFormat`] for an SVG.
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
    let cleaned = match find_label(bytes, info.format) {
        Some(label) => with_label(&cleaned, info.format, info.has_alpha, (info.width, info.height), &label),
        None => cleaned,
    };
    Ok(Cleaned::new(bytes, cleaned))
}

impl Cleaned {
    /// The result of sanitizing the file `original` to `cleaned`.
    pub(super) fn new(original: &[u8], cleaned: Vec<u8>) -> Self {
        if cleaned == original {
            Self::Unchanged
        } else {
            Self::Stripped(cleaned)
        }
    }
}

/// Encodes the upright pixels of a picture in the format of its source.
///
/// # Errors
/// [`ImageError::TooLarge`] when the format cannot hold a picture of that size.
pub(crate) fn apply_orientation(raster: &Raster, format: ImageFormat) -> Result<Vec<u8>, ImageError> {
    encode_in_format(raster, format)
}
