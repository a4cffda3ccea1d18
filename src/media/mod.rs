//! Pictures: bytes in, bytes out.
//!
//! Role: below all stages that speak of files. Says what a picture is from its head ([`probe()`]), takes out what its
//! maker's camera and programs wrote into it ([`clean()`]), and makes smaller ones of it ([`decode`], [`Raster::resized`],
//! [`encode`]). Every function is pure, and no bytes make one panic or take more memory than [`PIXEL_LIMIT`] stands
//! for. Knows nothing of posts, themes, addresses or the disk.

mod clean;
mod probe;
mod raster;
mod svg;
#[cfg(test)]
mod tests;

pub use clean::{Cleaned, apply_orientation, clean};
pub use probe::{ImageError, ImageFormat, ImageInfo, is_image_extension, probe};
pub use raster::{Encoding, ImageVariant, Raster, decode, encode};

/// The most pixels that a picture may have. Of the phones sold, none takes larger ones without being asked to; a file
/// of a few bytes may claim any number.
pub const PIXEL_LIMIT: u64 = 100_000_000;
