//! Numbers that must not be published: resident IDs, mobile phones, bank cards.

use crate::diag::{Code, Diagnostic, Place, Severity};

/// The length of a resident ID number (GB 11643-1999), whose last digit may be X.
const RESIDENT_ID_LENGTH: usize = 18;
/// The length of a mobile number.
const MOBILE_LENGTH: usize = 11;
/// The lengths of bank card numbers (ISO/IEC 7812).
const BANK_CARD_LENGTHS: std::ops::RangeInclusive<usize> = 16..=19;

/// Finds numbers that must not be published, each at its place.
///
/// A number counts only when it stands alone: digits inside a web address, a file's name or a longer word are ignored.
#[must_use]
pub(crate) fn scan(file: &str, text: &str, severity: Severity) -> Vec<Diagnostic> {
    digit_runs(text)
        .filter_map(|(start, digits)| {
            let what = classify(digits)?;
            Some(
                Diagnostic::new(Code::Privacy)
                    .at(Place::in_text(file, text, start..start + digits.len()))
                    .with("what", what)
                    .with("value", mask_digits(digits))
                    .with_severity(severity),
            )
        })
        .collect()
}

/// Runs of digits (and a closing X) with no Latin letter, digit or address character beside them.
fn digit_runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            if !bytes[at].is_ascii_digit() {
                at += 1;
                continue;
            }
            let start = at;
            while at < bytes.len() && bytes[at].is_ascii_digit() {
                at += 1;
            }
            if at - start == RESIDENT_ID_LENGTH - 1 && matches!(bytes.get(at), Some(b'x' | b'X')) {
                at += 1;
            }
            let before = start.checked_sub(1).and_then(|before| bytes.get(before));
            let stands_alone = ![before, bytes.get(at)]
                .into_iter()
                .flatten()
                .any(|&byte| is_joined(byte));
            if stands_alone && at - start >= MOBILE_LENGTH {
                return Some((start, &text[start..at]));
            }
        }
        None
    })
}

/// Whether a byte beside digits makes them part of a word, an address or a decimal number.
const fn is_joined(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'=' | b'-' | b'_' | b'.' | b'&' | b'%' | b'#')
}

fn classify(digits: &str) -> Option<&'static str> {
    match digits.len() {
        RESIDENT_ID_LENGTH if is_resident_id(digits) => Some("resident-id"),
        MOBILE_LENGTH if digits.starts_with('1') && digits.as_bytes()[1] >= b'3' => Some("mobile"),
        length if BANK_CARD_LENGTHS.contains(&length) && passes_luhn(digits) => Some("bank-card"),
        _ => None,
    }
}

/// The check character of a resident ID: ISO 7064 MOD 11-2, and a plausible date of birth in digits 7 to 14.
fn is_resident_id(digits: &str) -> bool {
    let values = digits.bytes().map(|byte| {
        if byte.is_ascii_digit() {
            u32::from(byte - b'0')
        } else {
            10
        }
    });
    // The weight of place i from the right is 2^(i-1) mod 11; a valid number's weighted sum is 1 (mod 11).
    let sum = values.fold(0, |sum, value| (sum * 2 + value) % 11);
    let month: u32 = digits[10..12].parse().unwrap_or(0);
    let day: u32 = digits[12..14].parse().unwrap_or(0);
    sum == 1 && (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// The check digit of card numbers (ISO/IEC 7812-1, annex B).
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let value = u32::from(byte.wrapping_sub(b'0')) * if place % 2 == 1 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    sum.is_multiple_of(10) && digits.bytes().any(|byte| byte != b'0')
}

/// Masks a number for a finding: only its first three and last two digits remain.
fn mask_digits(digits: &str) -> String {
    format!(
        "{}{}{}",
        &digits[..3],
        "*".repeat(digits.len() - 5),
        &digits[digits.len() - 2..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds_in(text: &str) -> Vec<&'static str> {
        digit_runs(text).filter_map(|(_, digits)| classify(digits)).collect()
    }

    #[test]
    fn resident_ids_need_a_valid_check_character() {
        // The example of GB 11643-1999, section 5, and the same with a wrong check character.
        assert_eq!(kinds_in("身份证号11010519491231002X。"), ["resident-id"]);
        assert_eq!(kinds_in("身份证号110105194912310021。"), Vec::<&str>::new());
    }

    #[test]
    fn scan_finds_only_standalone_mobiles_and_cards() {
        assert_eq!(
            kinds_in("电话13800138000，卡号4539 与 4539578763621486。"),
            ["mobile", "bank-card"]
        );
        assert_eq!(
            kinds_in("https://a.example/13800138000 BV13800138000 订单-13800138000"),
            Vec::<&str>::new()
        );
    }

    #[test]
    fn findings_mask_the_number() {
        let findings = scan("a.md", "一\n请拨13800138000", Severity::Error);
        assert_eq!(findings[0].values[1].1, "138******00");
        assert_eq!(
            findings[0].place.as_ref().map(|place| (place.line, place.column)),
            Some((2, 3))
        );
    }
}
