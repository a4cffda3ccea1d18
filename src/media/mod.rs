//! Pictures and films: bytes in, bytes out.
//!
//! Role: below all stages that handle files. Reads what a picture is from its header ([`probe()`]), removes the
//! metadata of cameras and programs ([`clean()`]), and resizes pictures ([`decode`], [`Raster::resized`], [`encode`]).
//! Films are cleaned in place ([`clean_film`]). Every function is pure. No input makes one panic or use more memory than
//! `PIXEL_LIMIT` allows. Does not know posts, themes, addresses or the disk.

mod ai_label;
mod clean;
mod data_url;
mod film;
mod format;
mod probe;
mod raster;
mod svg;
#[cfg(test)]
mod tests;

pub(crate) use clean::{Cleaned, apply_orientation};
pub(crate) use data_url::clean_data_url;
pub(crate) use film::{FilmInfo, FilmProblem, clean_film, has_film_signature, probe_film};
pub(crate) use format::{ImageError, ImageFormat, ImageInfo, SIGNATURE_LEN, has_image_signature, is_image_extension};
pub(crate) use raster::{Encoding, ImageVariant, Raster, encode};

/// Reads format, size and other properties of the picture in `bytes`.
///
/// # Errors
/// Why it cannot be published as a picture.
pub(crate) fn probe(bytes: &[u8]) -> Result<ImageInfo, ImageError> {
    match format::detect_format(bytes)? {
        ImageFormat::Svg => svg::probe(bytes),
        _ => probe::probe_raster(bytes),
    }
}

/// How often a picture is sanitized at most. What is no picture's content in a damaged file may hide more of it.
const MAX_CLEANINGS: usize = 3;

/// Sanitizes a picture's file. The result has nothing that it would remove, and shows a picture of the same size.
///
/// # Errors
/// Why it cannot be published as a picture.
pub(crate) fn clean(bytes: &[u8]) -> Result<Cleaned, ImageError> {
    let size = |bytes: &[u8]| probe(bytes).map(|info| (info.format, info.width, info.height));
    let mut cleaned = clean_once(bytes)?;
    for _ in 0..MAX_CLEANINGS {
        let Cleaned::Stripped(once) = &cleaned else {
            return Ok(cleaned);
        };
        match clean_once(once)? {
            // Of a damaged file, what is well-formed may not be all that a picture needs.
            Cleaned::Unchanged if size(once)? != size(bytes)? => return Err(ImageError::Damaged),
            Cleaned::Unchanged => return Ok(cleaned),
            again => cleaned = again,
        }
    }
    Err(ImageError::Damaged)
}

fn clean_once(bytes: &[u8]) -> Result<Cleaned, ImageError> {
    match format::detect_format(bytes)? {
        ImageFormat::Svg => {
            svg::probe(bytes)?;
            Ok(Cleaned::new(bytes, svg::clean(bytes)?))
        }
        _ => clean::clean_raster(bytes),
    }
}

/// Decodes the pixels of a picture, upright; of an animated one, the first frame.
///
/// # Errors
/// The error of [`probe`](probe()), or [`ImageError::Damaged`] when the picture is truncated or damaged.
/// [`ImageError::UnsupportedFormat`] for an SVG, which has no pixels.
pub(crate) fn decode(bytes: &[u8]) -> Result<Raster, ImageError> {
    match format::detect_format(bytes)? {
        ImageFormat::Svg => svg::probe(bytes).and(Err(ImageError::UnsupportedFormat)),
        _ => raster::decode_raster(bytes),
    }
}
