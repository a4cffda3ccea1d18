//! Whether a photograph tells where it was taken: its Exif (CIPA DC-008) has a directory of places, or its XMP a latitude.

/// The tag of the directory of places.
const GPS_TAG: u16 = 0x8825;
/// More entries than any directory of a camera has.
const MAX_ENTRIES: usize = 1000;

/// Whether a picture in any format has a place in its Exif or XMP.
pub(super) fn has_place(bytes: &[u8]) -> bool {
    const XMP_PLACE: &[u8] = b"GPSLatitude";
    let starts = memchr::memmem::find_iter(bytes, b"II\x2A\0").chain(memchr::memmem::find_iter(bytes, b"MM\0\x2A"));
    memchr::memmem::find(bytes, XMP_PLACE).is_some() || starts.into_iter().any(|at| has_gps_directory(&bytes[at..]))
}

/// Whether the first directory of a TIFF structure refers to a directory of places that is not empty.
fn has_gps_directory(tiff: &[u8]) -> bool {
    let is_little = tiff.starts_with(b"II");
    let two = |at: usize| -> Option<u16> {
        let bytes = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    };
    let four = |at: usize| -> Option<usize> {
        let bytes = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let number = if is_little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        };
        usize::try_from(number).ok()
    };
    let entries = |directory: usize| {
        let count = two(directory).map_or(0, usize::from).min(MAX_ENTRIES);
        (0..count).map(move |index| directory + 2 + 12 * index)
    };
    let Some(first) = four(4) else { return false };
    let place = entries(first).find(|&entry| two(entry) == Some(GPS_TAG));
    let place = place.and_then(|entry| four(entry + 8));
    // Programs leave the version in a directory whose place they removed. A latitude is tag 2.
    place.is_some_and(|directory| entries(directory).any(|entry| two(entry) == Some(2)))
}
