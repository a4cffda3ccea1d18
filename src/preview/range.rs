//! The part of a file that a request asks for, by RFC 9110, section 14.
//!
//! A server may ignore `Range`, and must ignore one that it does not understand: an unknown unit, or a malformed range.
//! The library that serves files answers these with an error, so it gets only ranges that were understood here.

/// What to send of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RequestedRange {
    /// All of it.
    Whole,
    /// The bytes from the first to the last, both included, which are inside the file.
    Part(u64, u64),
    /// Nothing: the range is well formed, but begins behind the file's end.
    Unsatisfiable,
}

/// What the value of a `Range` header asks for, of a file of `length` bytes. Several ranges in one request are answered
/// with the whole file, which RFC 9110 allows.
pub(super) fn requested_range(header: &str, length: u64) -> RequestedRange {
    let Some(bounds) = parse_single_range(header) else {
        return RequestedRange::Whole;
    };
    let last_byte = length.saturating_sub(1);
    let (first, last) = match bounds {
        (Some(first), last) => (first, last.unwrap_or(u64::MAX)),
        // The last bytes; of a shorter file all.
        (None, Some(0)) => return RequestedRange::Unsatisfiable,
        (None, count) => (length.saturating_sub(count.unwrap_or(length)), last_byte),
    };
    if last < first {
        return RequestedRange::Whole;
    }
    if first >= length {
        return RequestedRange::Unsatisfiable;
    }
    RequestedRange::Part(first, last.min(last_byte))
}

/// The two numbers of `bytes=1-2`, `bytes=1-` or `bytes=-2`. `None` when the header is anything else. The name of a unit
/// may be in upper case.
fn parse_single_range(header: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (unit, range) = header.split_once('=')?;
    let (first, last) = range.trim_matches([' ', '\t']).split_once('-')?;
    let bounds = (parse_bound(first)?, parse_bound(last)?);
    (unit.eq_ignore_ascii_case("bytes") && bounds != (None, None)).then_some(bounds)
}

/// A bound of a range: `Some(None)` when it is left out, `None` when it is no number. A number beyond all files becomes
/// the greatest.
fn parse_bound(digits: &str) -> Option<Option<u64>> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((!digits.is_empty()).then(|| digits.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::RequestedRange::{Part, Unsatisfiable, Whole};
    use super::*;

    #[test]
    fn ranges_are_read_as_rfc_9110_defines_them() {
        for (header, expected) in [
            ("bytes=2-4", Part(2, 4)),
            ("Bytes=2-4", Part(2, 4)),
            ("bytes=002-04", Part(2, 4)),
            ("bytes=2-", Part(2, 9)),
            ("bytes=2-99999999999999999999999", Part(2, 9)),
            ("bytes=-3", Part(7, 9)),
            ("bytes=-10", Part(0, 9)),
            ("bytes=-99999999999999999999999", Part(0, 9)),
            ("bytes=9-9", Part(9, 9)),
            ("bytes=10-", Unsatisfiable),
            ("bytes=10-20", Unsatisfiable),
            ("bytes=-0", Unsatisfiable),
            ("bytes=4-2", Whole),
            ("bytes=20-10", Whole),
            ("bytes=-", Whole),
            ("bytes=", Whole),
            ("bytes", Whole),
            ("", Whole),
            ("bytes=a-b", Whole),
            ("bytes=+1-2", Whole),
            ("bytes=1-2-3", Whole),
            ("bytes=1 - 2", Whole),
            ("bytes=0-1,3-4", Whole),
            ("lines=2-4", Whole),
            ("bytes:2-4", Whole),
        ] {
            assert_eq!(requested_range(header, 10), expected, "{header}");
        }
    }

    #[test]
    fn nothing_of_an_empty_file_can_be_asked_for() {
        assert_eq!(requested_range("bytes=0-", 0), Unsatisfiable);
        assert_eq!(requested_range("bytes=-5", 0), Unsatisfiable);
        assert_eq!(requested_range("", 0), Whole);
    }
}
