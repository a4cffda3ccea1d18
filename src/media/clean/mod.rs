//! Takes out of a picture's file whatever is no picture: place and time, the camera's number, thumbnails, texts.
//!
//! Nothing is known of most of what cameras and programs write, so that it is not looked for: only the parts that are
//! known to be needed for showing the picture are kept, the colour profile among them. The pixels are not touched.

mod gif;
mod jpeg;
mod png;
mod webp;

pub(super) use gif::has_many_frames;
pub(super) use jpeg::is_truncated as is_jpeg_truncated;
pub(super) use webp::with_profile as webp_with_profile;

use super::probe::{ImageError, ImageFormat, probe};
use super::raster::{Raster, encode_in_format};
use super::svg;

/// What came of cleaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cleaned {
    /// There was nothing to take out.
    Unchanged,
    /// The file without it.
    Stripped(Vec<u8>),
    /// The picture is stored lying on its side and must be made anew by [`apply_orientation`]: what says so would be taken out.
    NeedsReencode(ImageFormat),
}

/// Cleans a file.
///
/// # Errors
/// Why it is no picture that can be published.
pub fn clean(bytes: &[u8]) -> Result<Cleaned, ImageError> {
    let measure = probe(bytes)?;
    if !measure.is_upright {
        return Ok(Cleaned::NeedsReencode(measure.format));
    }
    let cleaned = match measure.format {
        ImageFormat::Jpeg => jpeg::clean(bytes),
        ImageFormat::Png => png::clean(bytes),
        ImageFormat::WebP => webp::clean(bytes),
        ImageFormat::Gif => gif::clean(bytes),
        ImageFormat::Svg => svg::clean(bytes),
    }?;
    Ok(if cleaned == bytes {
        Cleaned::Unchanged
    } else {
        Cleaned::Stripped(cleaned)
    })
}

/// The file of a picture that was turned, in the format that it had.
///
/// # Errors
/// [`ImageError::TooLarge`] when the format holds no picture of that size.
pub fn apply_orientation(raster: &Raster, format: ImageFormat) -> Result<Vec<u8>, ImageError> {
    encode_in_format(raster, format)
}

/// Bytes that are read from the front.
struct ByteReader<'b> {
    bytes: &'b [u8],
}

impl<'b> ByteReader<'b> {
    /// The next `count` bytes; none, and nothing is read, when there are fewer.
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    /// The next four bytes.
    fn take_four(&mut self) -> Option<[u8; 4]> {
        self.take(4)?.try_into().ok()
    }
}
