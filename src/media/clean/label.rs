//! The label of generated content in each format of pictures.

use super::{gif, jpeg, png, webp};
use crate::media::ai_label::AiLabel;
use crate::media::format::ImageFormat;

/// The label in the metadata of a raster picture.
pub(in crate::media) fn find_label(bytes: &[u8], format: ImageFormat) -> Option<AiLabel> {
    match format {
        ImageFormat::Jpeg => jpeg::find_label(bytes),
        ImageFormat::Png => png::find_label(bytes),
        ImageFormat::WebP => webp::find_label(bytes),
        ImageFormat::Gif => gif::find_label(bytes),
        ImageFormat::Svg => None,
    }
}

/// A cleaned or encoded picture with a label; `size` is in pixels.
pub(in crate::media) fn with_label(
    bytes: &[u8],
    format: ImageFormat,
    has_alpha: bool,
    size: (u32, u32),
    label: &AiLabel,
) -> Vec<u8> {
    let xmp = label.to_xmp();
    match format {
        ImageFormat::Jpeg => jpeg::with_xmp(bytes, &xmp),
        ImageFormat::Png => png::with_xmp(bytes, &xmp),
        ImageFormat::WebP => webp::with_xmp(bytes, has_alpha, size, &xmp),
        ImageFormat::Gif => gif::with_xmp(bytes, &xmp),
        ImageFormat::Svg => bytes.to_vec(),
    }
}
