//! Pictures in `data:` addresses.

use super::clean::{Cleaned, apply_orientation};
use super::format::looks_like_svg;
use super::raster::decode_raster;
use data_encoding::{BASE64, BASE64_NOPAD};

/// A data URL of a picture (RFC 2397), sanitized like a picture's file. `None` when that is not possible.
#[must_use]
pub(crate) fn clean_data_url(address: &str) -> Option<String> {
    let (head, data) = address.split_once(',')?;
    if !head.to_ascii_lowercase().ends_with(";base64") {
        return None;
    }
    let data: String = data.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = BASE64_NOPAD.decode(data.trim_end_matches('=').as_bytes()).ok()?;
    // Nested SVGs are dropped.
    if looks_like_svg(&bytes) {
        return None;
    }
    let cleaned = match super::clean(&bytes).ok()? {
        Cleaned::Unchanged => return Some(address.to_owned()),
        Cleaned::Stripped(cleaned) => cleaned,
        Cleaned::NeedsReencode(format) => apply_orientation(&decode_raster(&bytes).ok()?, format).ok()?,
    };
    Some(format!("{head},{}", BASE64.encode(&cleaned)))
}
