//! Encodes lists of document numbers as printable text, which is as short as bytes and safe in a string of a script.
//!
//! A **digit** is one of 91 printable characters. Its value is its place among them: `#` is 0, and `\` is skipped. A
//! **number** below 59 is one digit; a larger one is the digit `59 + (n - 59) % 32` followed by the number
//! `(n - 59) / 32`. A **list** is a sequence of differences: each number minus (the previous number + 1). Where it is
//! shorter, a list is `!` and a bitmap, six bits to a digit, the lowest bit first.

const FIRST_DIGIT: u8 = b'#';
const SKIPPED_CHARACTER: u8 = b'\\';
/// Values below this end a number.
const FINAL_VALUES: u32 = 59;
/// The number of values that continue a number.
const CONTINUATION_VALUES: u32 = 32;
/// Documents in one digit of a bitmap.
const BITS_PER_DIGIT: u32 = 6;
const BITMAP_PREFIX: char = '!';

/// Appends one digit. `value` must be below 91.
pub(super) fn push_digit(value: u32, out: &mut String) {
    let code = FIRST_DIGIT + value as u8;
    out.push(char::from(if code >= SKIPPED_CHARACTER { code + 1 } else { code }));
}

/// Appends a number.
pub(super) fn push_number(mut number: u32, out: &mut String) {
    while number >= FINAL_VALUES {
        let rest = number - FINAL_VALUES;
        push_digit(FINAL_VALUES + rest % CONTINUATION_VALUES, out);
        number = rest / CONTINUATION_VALUES;
    }
    push_digit(number, out);
}

/// Appends a list of numbers in ascending order.
pub(super) fn push_list(numbers: &[u32], out: &mut String) {
    let start = out.len();
    let mut next = 0;
    for &number in numbers {
        push_number(number - next, out);
        next = number + 1;
    }
    let bitmap_digits = next.div_ceil(BITS_PER_DIGIT) as usize;
    if out.len() - start > bitmap_digits + 1 {
        out.truncate(start);
        push_bitmap(numbers, out);
    }
}

fn push_bitmap(numbers: &[u32], out: &mut String) {
    out.push(BITMAP_PREFIX);
    let (mut place, mut bits) = (0, 0);
    for &number in numbers {
        while number / BITS_PER_DIGIT > place {
            push_digit(bits, out);
            (place, bits) = (place + 1, 0);
        }
        bits |= 1 << (number % BITS_PER_DIGIT);
    }
    push_digit(bits, out);
}

/// The numbers of a list below `end`. `None` when the text is no such list.
pub(super) fn read_list(text: &str, end: u32) -> Option<Vec<u32>> {
    let mut numbers = Vec::new();
    if let Some(map) = text.strip_prefix(BITMAP_PREFIX) {
        for (digit, first) in map.bytes().zip((0..).step_by(BITS_PER_DIGIT as usize)) {
            let bits = read_digit(digit)?;
            numbers.extend(
                (0..BITS_PER_DIGIT)
                    .filter(|bit| bits >> bit & 1 == 1)
                    .map(|bit| first + bit),
            );
        }
    } else {
        let (mut next, mut sum, mut weight) = (0_u32, 0_u32, 1_u32);
        for digit in text.bytes() {
            let value = read_digit(digit)?;
            sum = sum.checked_add(weight.checked_mul(value)?)?;
            if value < FINAL_VALUES {
                let number = next.checked_add(sum)?;
                numbers.push(number);
                (next, sum, weight) = (number.checked_add(1)?, 0, 1);
            } else {
                weight = weight.checked_mul(CONTINUATION_VALUES)?;
            }
        }
        if weight != 1 {
            return None;
        }
    }
    numbers.iter().all(|&number| number < end).then_some(numbers)
}

/// The value of a digit. `None` for any other byte.
fn read_digit(digit: u8) -> Option<u32> {
    let value = digit.checked_sub(FIRST_DIGIT)?;
    (digit != SKIPPED_CHARACTER && digit < 0x7F).then_some(u32::from(value) - u32::from(digit > SKIPPED_CHARACTER))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<u32> {
        read_list(text, u32::MAX).unwrap_or_default()
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert_eq!(read_list("", 9), Some(Vec::new()));
        assert_eq!(read_list("$#", 3), Some(vec![1, 2]));
        for wrong in ["$#", " ", "\\", "~", "甲", "!\u{7F}", "~~~~~~~~~~~~~~~~#"] {
            assert_eq!(read_list(wrong, 2), None, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn lists_round_trip(numbers in prop::collection::btree_set(0_u32..200_000, 0..300)) {
            let numbers: Vec<u32> = numbers.into_iter().collect();
            let mut out = String::new();
            push_list(&numbers, &mut out);
            prop_assert_eq!(read(&out), numbers);
            prop_assert!(out.bytes().all(|c| (0x21..0x7F).contains(&c) && c != b'"' && c != b'\\'));
        }

        #[test]
        fn dense_lists_take_a_sixth(has in prop::collection::vec(prop::bool::weighted(0.7), 600)) {
            let numbers: Vec<u32> = (0..).zip(has).filter_map(|(one, has)| has.then_some(one)).collect();
            let mut out = String::new();
            push_list(&numbers, &mut out);
            prop_assert!(out.len() <= 101);
            prop_assert_eq!(read(&out), numbers);
        }
    }
}
