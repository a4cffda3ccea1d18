//! The limit on nesting.

/// The maximum nesting of `[` and `{`, or of `- - -` on one line. Deeper text is rejected because both libraries take
/// quadratic time.
const MAX_DEPTH: usize = 64;

/// Returns the offset at which the nesting exceeds the limit. Brackets in quotes count too: nobody writes so many.
pub(super) fn find_too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut markers, mut at_start) = (0_usize, 0_usize, true);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'\n' | b'\r' => (markers, at_start) = (0, true),
            b'-' | b'?' | b':' if at_start => markers += 1,
            b' ' | b'\t' => {}
            _ => at_start = false,
        }
        // A line of hyphens in a block of text does not nest.
        if depth > MAX_DEPTH || (markers > MAX_DEPTH && at_start && matches!(byte, b' ' | b'\t')) {
            return Some(at);
        }
    }
    None
}
