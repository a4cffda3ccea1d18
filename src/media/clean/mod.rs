//! Takes out of a picture's file whatever is no picture: place and time, the camera's number, thumbnails, texts.
//!
//! Nothing is known of most of what cameras and programs write, so that it is not looked for: only the parts that are
//! known to be needed for showing the picture are kept, the colour profile among them. The pixels are not touched.

mod gif;
mod jpeg;
mod png;
mod webp;

pub(super) use gif::has_many_frames;
pub(super) use jpeg::is_cut_off as is_jpeg_cut_off;
pub(super) use webp::with_profile as webp_with_profile;

use super::measure::{Format, Unreadable, measure};
use super::raster::{Raster, encode_again};
use super::svg;

/// What came of cleaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cleaned {
    /// There was nothing to take out.
    AsItWas,
    /// The file without it.
    Without(Vec<u8>),
    /// The picture is stored lying on its side and must be made anew by [`upright`]: what says so would be taken out.
    MustBeTurned(Format),
}

/// Cleans a file.
///
/// # Errors
/// Why it is no picture that can be published.
pub fn clean(bytes: &[u8]) -> Result<Cleaned, Unreadable> {
    let measure = measure(bytes)?;
    if !measure.is_upright {
        return Ok(Cleaned::MustBeTurned(measure.format));
    }
    let cleaned = match measure.format {
        Format::Jpeg => jpeg::clean(bytes),
        Format::Png => png::clean(bytes),
        Format::WebP => webp::clean(bytes),
        Format::Gif => gif::clean(bytes),
        Format::Svg => svg::clean(bytes),
    }?;
    Ok(if cleaned == bytes {
        Cleaned::AsItWas
    } else {
        Cleaned::Without(cleaned)
    })
}

/// The file of a picture that was turned, in the format that it had.
///
/// # Errors
/// [`Unreadable::TooLarge`] when the format holds no picture of that size.
pub fn upright(raster: &Raster, format: Format) -> Result<Vec<u8>, Unreadable> {
    encode_again(raster, format)
}

/// Bytes that are read from the front.
struct Front<'b> {
    bytes: &'b [u8],
}

impl<'b> Front<'b> {
    /// The next `count` bytes; none, and nothing is read, when there are fewer.
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    /// The next four bytes.
    fn four(&mut self) -> Option<[u8; 4]> {
        self.take(4)?.try_into().ok()
    }
}
