//! Which files a post may show as pictures.

use crate::media::{self, ImageFormat};

/// The extension for the name of a picture's file, by its bytes. `None` when no site publishes it: it is damaged, too
/// large, or in a format that browsers do not show.
pub(crate) fn picture_extension(bytes: &[u8]) -> Option<&'static str> {
    let info = media::probe(bytes).ok()?;
    Some(match info.format {
        ImageFormat::Jpeg => "jpg",
        ImageFormat::Png => "png",
        ImageFormat::WebP => "webp",
        ImageFormat::Gif => "gif",
        ImageFormat::Svg => "svg",
    })
}
