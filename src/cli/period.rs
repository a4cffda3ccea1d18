//! Reads periods on the command line and in the titles of reports.

use super::command::UsageError;
use super::console::Console;
use super::usage;
use crate::messages::Lang;
use crate::metrics::Period;
use crate::schema::scalar::half_width;

/// The period that `word` names.
///
/// # Errors
/// A usage error that suggests the period that was probably meant.
pub(super) fn parse_period(console: &Console, word: &str) -> Result<Period, UsageError> {
    Period::parse(word).ok_or_else(|| {
        UsageError::new(console.text("usage-bad-period", &[("value", word)]))
            .with_hint(suggest_period(word).map(|word| usage::did_you_mean(console.lang, &word)))
            .with_hint(console.text("usage-period-forms", &[]))
    })
}

/// The period that `word` probably means, when it has full-width characters, other separators or a typo. `None` when
/// there is no likely one.
fn suggest_period(word: &str) -> Option<String> {
    let plain: String = word.trim().chars().map(plain_char).collect();
    if let Some(period) = Period::parse(&plain) {
        return Some(period.to_string());
    }
    let year: String = plain.chars().take(4).collect();
    let Some(Period::Year(year)) = Period::parse(&year) else {
        return None;
    };
    // A letter is deliberate, even when the rest has a typo.
    let letter = plain
        .chars()
        .find(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_uppercase());
    let is_meant = |part: &Period| match (letter, part) {
        (Some('H'), Period::Half(..)) | (Some('Q'), Period::Quarter(..)) => true,
        (Some('H' | 'Q'), _) => false,
        (_, part) => matches!(part, Period::Month(..)),
    };
    let known: Vec<String> = parts_of_year(year)
        .filter(is_meant)
        .map(|period| period.to_string())
        .collect();
    // Numbers differ here, so names that are near in meaning would not do.
    let distance = |period: &String| strsim::damerau_levenshtein(&plain.to_uppercase(), period);
    let near = known
        .into_iter()
        .filter(|period| distance(period) <= plain.chars().count() / 3);
    near.min_by_key(distance)
}

/// The period that a report's title names: `栖禾镇2022年上半年工作报告`, `Work in the first half of 2022`. `None` when
/// it names no year.
pub(super) fn period_in_title(title: &str) -> Option<Period> {
    let plain: String = title.chars().map(plain_char).collect();
    let is_digit = |offset: usize| plain.as_bytes().get(offset).is_some_and(u8::is_ascii_digit);
    // A year is four digits without a digit before them: 12022 contains no year.
    let mut starts = plain
        .char_indices()
        .map(|(offset, _)| offset)
        .filter(|&offset| is_digit(offset) && (offset == 0 || !is_digit(offset - 1)));
    starts
        .find_map(|start| parse_longest_prefix(&plain[start..]))
        .map(|period| part_named_in_english(&plain, period))
}

/// The period that the longest readable prefix of `text` names.
fn parse_longest_prefix(text: &str) -> Option<Period> {
    // `2022-01-01..2022-06-30` is the longest form.
    let ends = text.char_indices().map(|(offset, c)| offset + c.len_utf8()).take(22);
    let ends: Vec<usize> = ends
        .filter(|&end| !text[end..].starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    ends.into_iter().rev().find_map(|end| Period::parse(&text[..end]))
}

/// The part of the year that the title names in English, where the year comes last (`first half of 2022`, `June 2022`);
/// else `period`.
fn part_named_in_english(title: &str, period: Period) -> Period {
    let Period::Year(year) = period else { return period };
    let title = title.to_lowercase();
    let is_named = |part: &Period| title.contains(&part.label(Lang::En).to_lowercase());
    parts_of_year(year).find(is_named).unwrap_or(period)
}

/// The halves, quarters and months of a year.
fn parts_of_year(year: i16) -> impl Iterator<Item = Period> {
    let halves = (1..=2).map(move |half| Period::Half(year, half));
    let quarters = (1..=4).map(move |quarter| Period::Quarter(year, quarter));
    halves
        .chain(quarters)
        .chain((1..=12).map(move |month| Period::Month(year, month)))
}

/// A full-width character as ASCII, and `-` for every separator.
fn plain_char(c: char) -> char {
    match half_width(c) {
        '/' | '_' | '—' | '–' => '-',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{period_in_title, suggest_period};

    #[test]
    fn titles_name_periods() {
        for (title, period) in [
            ("2022年上半年工作报告", Some("2022-H1")),
            ("栖禾镇 2022 年下半年宣传工作报告", Some("2022-H2")),
            ("２０２２年第三季度小结", Some("2022-Q3")),
            ("2022年6月工作报告", Some("2022-06")),
            ("2022年工作报告", Some("2022")),
            ("2022-01-01..2022-03-08工作", Some("2022-01-01..2022-03-08")),
            ("Work in the first half of 2022", Some("2022-H1")),
            ("Quarter 3 of 2022", Some("2022-Q3")),
            ("June 2022", Some("2022-06")),
            ("第12022号工作报告", None),
            ("工作报告", None),
            ("", None),
        ] {
            assert_eq!(
                period_in_title(title).map(|period| period.to_string()).as_deref(),
                period,
                "{title}"
            );
        }
    }

    #[test]
    fn typos_get_a_suggestion() {
        for (word, period) in [
            ("2022-H3", Some("2022-H1")),
            ("２０２２－Ｈ１", Some("2022-H1")),
            ("2022/06", Some("2022-06")),
            ("2022-Q5", Some("2022-Q1")),
            ("2022-13", Some("2022-03")),
            ("last year", None),
            ("", None),
        ] {
            assert_eq!(suggest_period(word).as_deref(), period, "{word}");
        }
    }
}
