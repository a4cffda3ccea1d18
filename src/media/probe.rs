//! Probes a raster picture by its header; of a JPEG, also checks that it has an end.

use super::clean::{find_label, has_many_frames, is_jpeg_truncated};
use super::format::{ImageError, ImageFormat, ImageInfo, PIXEL_LIMIT, detect_format};
use image::codecs::{gif::GifDecoder, jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use image::metadata::Orientation;
use image::{ColorType, ImageDecoder, ImageResult, Limits};
use std::io::Cursor;

/// Reads format, size and other properties of the raster picture in `bytes`.
///
/// # Errors
/// Why it cannot be published as a picture; [`ImageError::UnsupportedFormat`] for an SVG.
pub(super) fn probe_raster(bytes: &[u8]) -> Result<ImageInfo, ImageError> {
    let format = detect_format(bytes)?;
    let (mut info, pixels) = match format {
        ImageFormat::Jpeg => probe_with_decoder(format, JpegDecoder::new(Cursor::new(bytes)), |_| Ok(false)),
        ImageFormat::Png => probe_with_decoder(
            format,
            PngDecoder::with_limits(Cursor::new(bytes), decoder_limits()),
            PngDecoder::is_apng,
        ),
        ImageFormat::WebP => probe_with_decoder(format, WebPDecoder::new(Cursor::new(bytes)), |webp| {
            Ok(webp.has_animation())
        }),
        ImageFormat::Gif => probe_with_decoder(format, GifDecoder::new(Cursor::new(bytes)), |_| {
            Ok(has_many_frames(bytes))
        }),
        ImageFormat::Svg => return Err(ImageError::UnsupportedFormat),
    }
    .map_err(|_| ImageError::Damaged)?;
    if pixels > PIXEL_LIMIT {
        return Err(ImageError::TooLarge);
    }
    if pixels == 0 || (format == ImageFormat::Jpeg && is_jpeg_truncated(bytes)) {
        return Err(ImageError::Damaged);
    }
    info.is_generated = find_label(bytes, format).is_some();
    Ok(info)
}

/// Memory limits for the chunks before a PNG's pixels: its profile is compressed, and may unpack to any size.
fn decoder_limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(64 << 20);
    limits
}

fn probe_with_decoder<D: ImageDecoder>(
    format: ImageFormat,
    decoder: ImageResult<D>,
    is_animated: impl FnOnce(&D) -> ImageResult<bool>,
) -> ImageResult<(ImageInfo, u64)> {
    let mut decoder = decoder?;
    let (width, height) = decoder.dimensions();
    let is_opaque = matches!(
        decoder.color_type(),
        ColorType::L8 | ColorType::L16 | ColorType::Rgb8 | ColorType::Rgb16 | ColorType::Rgb32F
    );
    let is_animated = is_animated(&decoder)?;
    // Animated pictures are not rotated: browsers do not agree on it, and no camera writes such files.
    let orientation = if is_animated {
        Orientation::NoTransforms
    } else {
        decoder.orientation()?
    };
    let (upright_width, upright_height) = if swaps_axes(orientation) {
        (height, width)
    } else {
        (width, height)
    };
    let info = ImageInfo {
        format,
        width: upright_width,
        height: upright_height,
        has_alpha: !is_opaque,
        is_animated,
        is_upright: orientation == Orientation::NoTransforms,
        is_generated: false,
    };
    Ok((info, u64::from(width) * u64::from(height)))
}

/// Whether applying the orientation swaps width and height.
const fn swaps_axes(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    )
}
