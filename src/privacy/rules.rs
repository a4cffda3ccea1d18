//! Which digits are a personal number.
//!
//! A *group* is a row of digits without a visible separator. A number begins and ends with a group: digits within a
//! longer row are part of another number.

use super::clusters::Digit;
use super::context::Context;
use super::gaps::{Gap, is_invisible};
use super::number::{BANK_CARD_LENGTHS, MOBILE_LENGTH, NumberKind, PersonalNumber, RESIDENT_ID_LENGTH};
use std::ops::Range;

/// Country codes of mobile numbers.
const COUNTRY_CODES: [&[u8]; 2] = [&[8, 6], &[0, 0, 8, 6]];

/// A number in a cluster: its kind, its digits, and the place of an X behind them.
struct Hit {
    kind: NumberKind,
    digits: Range<usize>,
    check_character: Option<Range<usize>>,
}

/// Adds the personal numbers of a cluster to `found`.
pub(super) fn find_in_cluster(text: &str, cluster: &[Digit], found: &mut Vec<PersonalNumber>) {
    let starts: Vec<usize> = (0..cluster.len())
        .filter(|&at| at == 0 || cluster[at].gap > Gap::Markup)
        .collect();
    let groups: Vec<Range<usize>> = starts
        .iter()
        .enumerate()
        .map(|(nth, &start)| start..starts.get(nth + 1).copied().unwrap_or(cluster.len()))
        .collect();
    let reader = ClusterReader { text, cluster };
    let mut nth = 0;
    while nth < groups.len() {
        let hit = reader
            .resident_id(&groups[nth..])
            .or_else(|| reader.bank_card(&groups[nth..]))
            .or_else(|| reader.mobile(&groups[nth..]));
        match hit {
            Some(hit) => {
                let end = hit.digits.end;
                found.push(reader.number(hit));
                nth += groups[nth..].iter().take_while(|group| group.start < end).count();
            }
            None => nth += 1,
        }
    }
}

#[derive(Clone, Copy)]
struct ClusterReader<'t> {
    text: &'t str,
    cluster: &'t [Digit],
}

impl<'t> ClusterReader<'t> {
    fn number(self, hit: Hit) -> PersonalNumber {
        let digits = &self.cluster[hit.digits];
        let mut places: Vec<Range<usize>> = digits.iter().map(|digit| digit.range.clone()).collect();
        let mut written: String = digits.iter().map(|digit| char::from(b'0' + digit.value)).collect();
        if let Some(place) = hit.check_character {
            written.push('X');
            places.push(place);
        }
        let end = places.last().map_or(0, |place| place.end);
        PersonalNumber {
            kind: hit.kind,
            range: places[0].start..end,
            digits: written,
            places,
        }
    }

    fn values(self, digits: Range<usize>) -> Vec<u8> {
        self.cluster[digits].iter().map(|digit| digit.value).collect()
    }

    fn context(self, digits: &Range<usize>) -> Context<'t> {
        let start = self.cluster[digits.start].range.start;
        Context::new(self.text, start..self.cluster[digits.end - 1].range.end)
    }

    /// What stands before the digit at `at`, inside the cluster.
    fn gap_at(self, at: usize) -> Option<Gap> {
        (at > 0).then(|| self.cluster.get(at).map(|digit| digit.gap)).flatten()
    }

    /// A resident ID at the start of the first group. Its check character and date are proof enough, so it may be
    /// grouped in any way by one kind of separator, and stand beside anything but a digit.
    fn resident_id(self, groups: &[Range<usize>]) -> Option<Hit> {
        let start = groups.first()?.start;
        let gap = |group: &Range<usize>| self.cluster[group.start].gap;
        for (nth, group) in groups.iter().enumerate() {
            if nth > 0 && (gap(group) == Gap::Dot || gap(group) != gap(&groups[1])) {
                return None;
            }
            let digits = start..group.end;
            match digits.len() {
                0..17 => {}
                17 => {
                    if let Some(place) = self.read_check_character(group.end)
                        && is_resident_id(&self.values(digits.clone()), 10)
                    {
                        return Some(Hit {
                            kind: NumberKind::ResidentId,
                            digits,
                            check_character: Some(place),
                        });
                    }
                }
                RESIDENT_ID_LENGTH => {
                    let values = self.values(digits.clone());
                    let (last, others) = values.split_last()?;
                    return is_resident_id(others, *last).then_some(Hit {
                        kind: NumberKind::ResidentId,
                        digits,
                        check_character: None,
                    });
                }
                _ => return None,
            }
        }
        None
    }

    /// The X behind the digit before `at`, perhaps behind a space or a mark.
    fn read_check_character(self, at: usize) -> Option<Range<usize>> {
        let end = self.cluster[at - 1].range.end;
        let is_between = |c: char| is_invisible(c) || matches!(c, ' ' | '\u{A0}' | '\u{3000}' | '-' | '*');
        let rest = self.text[end..].trim_start_matches(is_between);
        let from = self.text.len() - rest.len();
        let mut chars = rest.chars();
        let check = chars.next().filter(|c| matches!(c, 'x' | 'X' | 'ｘ' | 'Ｘ'))?;
        let is_word = chars.next().is_some_and(|c| c.is_ascii_alphanumeric());
        (from - end <= 8 && !is_word).then(|| from..from + check.len_utf8())
    }

    /// A bank card: a number that passes Luhn's check, with a word such as 卡号 before it or with the prefix of a card.
    fn bank_card(self, groups: &[Range<usize>]) -> Option<Hit> {
        let start = groups.first()?.start;
        let last = groups
            .iter()
            .position(|group| group.end - start >= *BANK_CARD_LENGTHS.start())?;
        // With a fifth group the number may go on: 6222 0213 8001 3800 138.
        for last in (last..groups.len().min(last + 2)).rev() {
            let digits = start..groups[last].end;
            if !BANK_CARD_LENGTHS.contains(&digits.len()) || !is_card_grouping(&groups[..=last]) {
                continue;
            }
            let values = self.values(digits.clone());
            let context = self.context(&digits);
            let is_single = self.gap_at(digits.end).is_none_or(|gap| gap >= Gap::Space)
                && self.gap_at(start).is_none_or(|gap| gap >= Gap::Space);
            if passes_luhn(&values)
                && is_single
                && context.stands_alone()
                && (context.names_card() || has_card_prefix(&values))
            {
                return Some(Hit {
                    kind: NumberKind::BankCard,
                    digits,
                    check_character: None,
                });
            }
        }
        None
    }

    /// A mobile number at the start of the first group, which may begin with the country code.
    fn mobile(self, groups: &[Range<usize>]) -> Option<Hit> {
        let first = groups.first()?;
        let codes = COUNTRY_CODES.iter().map(|code| code.len());
        let starts = std::iter::once(0).chain(codes).filter(|&skipped| {
            let values = self.values(first.start..first.start + skipped.min(first.len()));
            skipped == 0 || (skipped < first.len() && COUNTRY_CODES.contains(&values.as_slice()))
        });
        for skipped in starts {
            let start = first.start + skipped;
            let Some(last) = groups.iter().position(|group| group.end - start >= MOBILE_LENGTH) else {
                continue;
            };
            let digits = start..groups[last].end;
            let [1, 3..=9, ..] = self.values(start..start + 2)[..] else {
                continue;
            };
            if digits.len() == MOBILE_LENGTH
                && self.is_mobile_grouping(start, &groups[..=last])
                && self.is_apart(&digits, first.start, last)
            {
                return Some(Hit {
                    kind: NumberKind::Mobile,
                    digits,
                    check_character: None,
                });
            }
        }
        None
    }

    /// Whether people group mobile numbers in this way.
    fn is_mobile_grouping(self, start: usize, groups: &[Range<usize>]) -> bool {
        let gaps: Vec<Gap> = groups[1..].iter().map(|group| self.cluster[group.start].gap).collect();
        let lengths: Vec<usize> = groups.iter().map(|group| group.end - group.start.max(start)).collect();
        let is_year = |group: &Range<usize>| matches!(self.values(group.clone())[..2], [1, 9] | [2, 0]);
        let all = |allowed: &[Gap]| gaps.iter().all(|gap| allowed.contains(gap));
        match lengths[..] {
            [11] => true,
            // 135 2022 2023 are a number and two years.
            [3, 4, 4] => !(is_year(&groups[1]) && is_year(&groups[2])),
            // 135 20220512 is a number and a date.
            [3, 8] | [7, 4] => all(&[Gap::Dash]) || (all(&[Gap::Space]) && !is_year(&groups[1])),
            [3, 3, 5] | [3, 5, 3] | [4, 3, 4] | [4, 4, 3] | [5, 6] | [6, 5] => all(&[Gap::Dash]),
            [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1] => all(&[Gap::Dash]) || all(&[Gap::Space]),
            _ => false,
        }
    }

    /// Whether a mobile number is no part of a longer number, of a word or of another site's address.
    fn is_apart(self, digits: &Range<usize>, group_start: usize, last: usize) -> bool {
        let before = self.gap_at(group_start).filter(|_| digits.start == group_start);
        let code_before = COUNTRY_CODES.iter().any(|code| {
            let from = group_start.checked_sub(code.len());
            from.is_some_and(|from| self.values(from..group_start) == **code)
        });
        let number_before = group_start >= MOBILE_LENGTH
            && self.cluster[group_start + 1 - MOBILE_LENGTH..group_start]
                .iter()
                .all(|digit| digit.gap <= Gap::Markup);
        let is_start = match before {
            None => true,
            Some(Gap::Dash | Gap::Dot) => code_before || number_before,
            Some(_) => true,
        };
        let after = self.cluster[digits.end..].iter().skip(1);
        let next_length = 1 + after.take_while(|digit| digit.gap <= Gap::Markup).count();
        let is_end = match self.gap_at(digits.end) {
            // 13800138000.00 is an amount.
            Some(Gap::Dot) => next_length >= MOBILE_LENGTH,
            Some(Gap::Dash) => last == 0,
            _ => true,
        };
        let context = self.context(digits);
        is_start && is_end && context.stands_alone() && !context.is_amount()
    }
}

/// Whether cards are printed in these groups: one, or groups of four digits with a last one of up to four.
fn is_card_grouping(groups: &[Range<usize>]) -> bool {
    match groups {
        [_] => true,
        [first, second] => first.len() == 6 && second.len() >= 10,
        [first @ .., last] => first.iter().all(|group| group.len() == 4) && last.len() <= 4,
        [] => false,
    }
}

/// Whether 17 digits and the value of a check character are a resident ID: the check of ISO 7064 MOD 11-2, a province,
/// and a date of birth in digits 7 to 14.
fn is_resident_id(digits: &[u8], check: u8) -> bool {
    // The weight of place i from the right is 2^(i-1) mod 11; a valid number's weighted sum is 1 (mod 11).
    let sum = digits.iter().fold(0, |sum, &value| (sum * 2 + u32::from(value)) % 11);
    let number = |range: Range<usize>| digits[range].iter().fold(0, |sum, &value| sum * 10 + u32::from(value));
    (sum * 2 + u32::from(check)) % 11 == 1
        && matches!(
            number(0..2),
            11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 91
        )
        && (1880..2100).contains(&number(6..10))
        && (1..=12).contains(&number(10..12))
        && (1..=31).contains(&number(12..14))
}

/// The check digit of card numbers (ISO/IEC 7812-1, annex B).
fn passes_luhn(digits: &[u8]) -> bool {
    let values = digits.iter().rev().enumerate().map(|(place, &digit)| {
        let value = u32::from(digit) * if place % 2 == 1 { 2 } else { 1 };
        value / 10 + value % 10
    });
    values.sum::<u32>().is_multiple_of(10) && digits.iter().any(|&digit| digit != 0)
}

/// Whether digits begin as cards do, in the length that these cards have: UnionPay, Visa, Mastercard, JCB, and the
/// older cards of the Industrial and Commercial Bank of China.
fn has_card_prefix(digits: &[u8]) -> bool {
    match digits {
        [6, 2, ..] | [9, 5, 5, 8, 8, ..] => true,
        [4, ..] | [5, 1..=5, ..] | [3, 5, ..] => digits.len() == 16,
        _ => false,
    }
}
