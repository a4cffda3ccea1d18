//! A period on the command line.

use super::console::Console;
use super::usage::{self, Mistake};
use crate::diag::nearest;
use crate::metrics::Period;

/// The period that `word` names.
///
/// # Errors
/// A mistake with the period that was probably meant.
pub(super) fn period(console: &Console, word: &str) -> Result<Period, Mistake> {
    Period::parse(word).ok_or_else(|| {
        Mistake::new(console.text("usage-bad-period", &[("value", word)]))
            .hint(meant(word).map(|word| usage::did_you_mean(console.lang, &word)))
            .hint(console.text("usage-period-forms", &[]))
    })
}

/// The period that someone who wrote `word` probably meant: full-width characters, other signs, a slip.
fn meant(word: &str) -> Option<String> {
    let plain: String = word.trim().chars().map(half_width).collect();
    if let Some(period) = Period::parse(&plain) {
        return Some(period.to_string());
    }
    let year: String = plain.chars().take(4).collect();
    let Some(Period::Year(year)) = Period::parse(&year) else {
        return None;
    };
    // A letter is written on purpose, whatever went wrong beside it.
    let known: Vec<Period> = match plain.chars().find(char::is_ascii_alphabetic) {
        Some('h' | 'H') => (1..=2).map(|half| Period::Half(year, half)).collect(),
        Some('q' | 'Q') => (1..=4).map(|quarter| Period::Quarter(year, quarter)).collect(),
        _ => (1..=12).map(|month| Period::Month(year, month)).collect(),
    };
    let known: Vec<String> = known.into_iter().map(|period| period.to_string()).collect();
    nearest(&plain, known.iter().map(String::as_str)).map(str::to_owned)
}

/// Full-width characters as ASCII (they stand in the same order, U+FF01 for `!`), and one sign for all separators.
fn half_width(c: char) -> char {
    let narrow = match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    match narrow {
        '/' | '_' | '—' | '–' => '-',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn slips_are_understood() {
        for (word, period) in [
            ("2022-H3", Some("2022-H1")),
            ("２０２２－Ｈ１", Some("2022-H1")),
            ("2022/06", Some("2022-06")),
            ("2022-Q5", Some("2022-Q1")),
            ("2022-13", Some("2022-03")),
            ("last year", None),
            ("", None),
        ] {
            assert_eq!(meant(word).as_deref(), period, "{word}");
        }
    }
}
