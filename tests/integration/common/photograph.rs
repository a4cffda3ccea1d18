//! Photographs as cameras write them, with what must not be published.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder as _, RgbImage};

/// Stands in the Exif of every photograph and nowhere in what is published.
pub(crate) const SECRET: &[u8] = b"SECRET-31.2304N-121.4737E";

/// A photograph of `width` to `height` pixels, stored as `orientation` says. `light` tells one from another.
pub(crate) fn photograph(width: u32, height: u32, orientation: u8, light: usize) -> Vec<u8> {
    let shade = |at: u32| u8::try_from((at as usize + light) % 256).unwrap_or_default();
    let picture = RgbImage::from_fn(width, height, |x, y| image::Rgb([shade(x), shade(y), shade(x + y)]));
    let mut exif = b"II\x2A\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend_from_slice(SECRET);
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 80);
    encoder.set_exif_metadata(exif).unwrap();
    encoder
        .write_image(&picture, width, height, ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}
