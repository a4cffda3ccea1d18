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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(c: u8) -> u32 {
        u32::from(c - FIRST_DIGIT) - u32::from(c > SKIPPED_CHARACTER)
    }

    /// Decodes a list as the search page does.
    fn read(text: &str) -> Vec<u32> {
        if let Some(map) = text.strip_prefix(BITMAP_PREFIX) {
            let bits = map.bytes().zip(0..).flat_map(|(c, at)| {
                (0..BITS_PER_DIGIT)
                    .filter_map(move |bit| (value(c) >> bit & 1 == 1).then_some(at * BITS_PER_DIGIT + bit))
            });
            return bits.collect();
        }
        let (mut numbers, mut next, mut so_far, mut weight) = (Vec::new(), 0, 0, 1);
        for c in text.bytes() {
            so_far += weight * value(c);
            weight *= CONTINUATION_VALUES;
            if value(c) < FINAL_VALUES {
                numbers.push(next + so_far);
                (next, so_far, weight) = (next + so_far + 1, 0, 1);
            }
        }
        numbers
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
