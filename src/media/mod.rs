//! Pictures: bytes in, bytes out.
//!
//! Role: below all stages that speak of files. Says what a picture is from its head ([`probe()`]), takes out what its
//! maker's camera and programs wrote into it ([`clean()`]), and makes smaller ones of it ([`decode`], [`Raster::resized`],
//! [`encode`]). Every function is pure, and no bytes make one panic or take more memory than `PIXEL_LIMIT` stands
//! for. Knows nothing of posts, themes, addresses or the disk.

mod clean;
mod format;
mod probe;
mod raster;
mod svg;
#[cfg(test)]
mod tests;

pub(crate) use clean::{Cleaned, apply_orientation};
pub(crate) use format::{ImageError, ImageFormat, ImageInfo, is_image_extension};
pub(crate) use raster::{Encoding, ImageVariant, Raster, encode};

/// What the picture in `bytes` is.
///
/// # Errors
/// Why it is none that can be published.
pub(crate) fn probe(bytes: &[u8]) -> Result<ImageInfo, ImageError> {
    match format::detect_format(bytes)? {
        ImageFormat::Svg => svg::probe(bytes),
        _ => probe::probe_raster(bytes),
    }
}

/// Cleans a file.
///
/// # Errors
/// Why it is no picture that can be published.
pub(crate) fn clean(bytes: &[u8]) -> Result<Cleaned, ImageError> {
    match format::detect_format(bytes)? {
        ImageFormat::Svg => {
            svg::probe(bytes)?;
            Ok(Cleaned::new(bytes, svg::clean(bytes)?))
        }
        _ => clean::clean_raster(bytes),
    }
}

/// The pixels of a picture, upright; of one that moves, the first.
///
/// # Errors
/// Why there are none: what [`probe`](probe()) says, or that the picture ends too early or is damaged. An SVG has no
/// pixels of its own.
pub(crate) fn decode(bytes: &[u8]) -> Result<Raster, ImageError> {
    match format::detect_format(bytes)? {
        ImageFormat::Svg => svg::probe(bytes).and(Err(ImageError::UnsupportedFormat)),
        _ => raster::decode_raster(bytes),
    }
}
