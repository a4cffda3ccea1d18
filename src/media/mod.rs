//! Pictures: bytes in, bytes out.
//!
//! Role: below all stages that speak of files. Says what a picture is from its head ([`measure()`]), takes out what its
//! maker's camera and programs wrote into it ([`clean()`]), and makes smaller ones of it ([`decode`], [`Raster::shaped`],
//! [`encode`]). Every function is pure, and no bytes make one panic or take more memory than [`PIXEL_LIMIT`] stands
//! for. Knows nothing of posts, themes, addresses or the disk.

mod clean;
mod measure;
mod raster;
mod svg;
#[cfg(test)]
mod tests;

pub use clean::{Cleaned, clean, upright};
pub use measure::{Format, Measure, Unreadable, is_picture, measure};
pub use raster::{Encoding, Raster, Recipe, decode, encode};

/// The most pixels that a picture may have. Of the phones sold, none takes larger ones without being asked to; a file
/// of a few bytes may claim any number.
pub const PIXEL_LIMIT: u64 = 100_000_000;
