//! Periods: the spans of days over which figures are counted.

use crate::messages::Lang;
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::fmt;

/// A span of days, both ends included.
///
/// Written `2022`, `2022-H1`, `2022-Q3`, `2022-06` or `2022-01-01..2022-06-30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// A calendar year.
    Year(i16),
    /// A half of a year, 1 or 2.
    Half(i16, i8),
    /// A quarter of a year, 1 to 4.
    Quarter(i16, i8),
    /// A month, 1 to 12.
    Month(i16, i8),
    /// Any range of days. The first is not after the last.
    Range(Date, Date),
}

/// The years in which a period may lie. They leave enough of the calendar for the previous period and the year earlier.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2999;

impl Period {
    /// Parses the name of a period. `None` when `text` does not name one. Also accepts lower-case letters, a missing
    /// hyphen (`2022h1`) and the words of a report's title (`2022年上半年`, `2022年第三季度`, `2022年6月`).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((first, last)) = text.split_once("..") {
            let (first, last) = (parse_day(first)?, parse_day(last)?);
            let known = YEARS.contains(&first.year()) && YEARS.contains(&last.year());
            return (first <= last && known).then(|| Self::range(first, last));
        }
        let (year, rest) = text.split_at_checked(4)?;
        let year = parse_digits(year).filter(|year| YEARS.contains(year))?;
        let rest = rest.trim_start();
        let rest = rest.strip_prefix('年').unwrap_or(rest);
        let rest = rest.strip_prefix('-').unwrap_or(rest).trim();
        Self::parse_within_year(year, rest)
    }

    /// Parses the part `rest` of a year: empty, `H1`, `Q3`, `06`, or words.
    fn parse_within_year(year: i16, rest: &str) -> Option<Self> {
        match rest {
            "" => return Some(Self::Year(year)),
            "上半年" => return Some(Self::Half(year, 1)),
            "下半年" => return Some(Self::Half(year, 2)),
            _ => {}
        }
        if let Some(quarter) = rest.strip_suffix("季度") {
            let quarter = quarter.strip_prefix('第').unwrap_or(quarter);
            let quarter = "一二三四".chars().position(|c| quarter.chars().eq([c]));
            let words = quarter.and_then(|index| i8::try_from(index + 1).ok());
            let digits = parse_digits::<i8>(rest.trim_start_matches('第').trim_end_matches("季度"));
            return words
                .or(digits)
                .filter(|q| (1..=4).contains(q))
                .map(|q| Self::Quarter(year, q));
        }
        let (letter, digits) = rest.split_at_checked(1)?;
        match letter {
            "H" | "h" => parse_digits(digits)
                .filter(|half| (1..=2).contains(half))
                .map(|half| Self::Half(year, half)),
            "Q" | "q" => parse_digits(digits)
                .filter(|q| (1..=4).contains(q))
                .map(|q| Self::Quarter(year, q)),
            _ => parse_digits(rest.strip_suffix('月').unwrap_or(rest))
                .filter(|month| (1..=12).contains(month))
                .map(|month| Self::Month(year, month)),
        }
    }

    /// The period of these days. A range that is exactly a month, quarter, half or year is that period.
    #[must_use]
    pub fn range(first: Date, last: Date) -> Self {
        let (year, month) = (first.year(), first.month());
        let quarter = Self::Quarter(year, (month + 2) / 3);
        let named = [
            Self::Year(year),
            Self::half_of(first),
            quarter,
            Self::Month(year, month),
        ];
        let is_same = |period: &Self| period.first() == first && period.last() == last;
        named.into_iter().find(is_same).unwrap_or(Self::Range(first, last))
    }

    /// The half of a year that contains `day`.
    #[must_use]
    pub fn half_of(day: Date) -> Self {
        Self::Half(day.year(), (day.month() + 5) / 6)
    }

    /// The month that contains `day`.
    #[must_use]
    pub fn month_of(day: Date) -> Self {
        Self::Month(day.year(), day.month())
    }

    /// From the first day of its year to its end (本年累计). The year is that of its last day.
    #[must_use]
    pub fn year_to_date(self) -> Self {
        Self::range(self.last().first_of_year(), self.last())
    }

    /// The first day.
    #[must_use]
    pub fn first(self) -> Date {
        let (year, month) = match self {
            Self::Year(year) => (year, 1),
            Self::Half(year, half) => (year, half * 6 - 5),
            Self::Quarter(year, quarter) => (year, quarter * 3 - 2),
            Self::Month(year, month) => (year, month),
            Self::Range(first, _) => return first,
        };
        first_of_month(year, month)
    }

    /// The last day.
    #[must_use]
    pub fn last(self) -> Date {
        let (year, month) = match self {
            Self::Year(year) => (year, 12),
            Self::Half(year, half) => (year, half * 6),
            Self::Quarter(year, quarter) => (year, quarter * 3),
            Self::Month(year, month) => (year, month),
            Self::Range(_, last) => return last,
        };
        first_of_month(year, month).last_of_month()
    }

    /// Whether the period contains `day`.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        self.first() <= day && day <= self.last()
    }

    /// The preceding period of the same length (环比).
    #[must_use]
    pub fn previous(self) -> Self {
        match self {
            Self::Year(year) => Self::Year(year - 1),
            Self::Half(year, 1) => Self::Half(year - 1, 2),
            Self::Half(year, half) => Self::Half(year, half - 1),
            Self::Quarter(year, 1) => Self::Quarter(year - 1, 4),
            Self::Quarter(year, quarter) => Self::Quarter(year, quarter - 1),
            Self::Month(year, 1) => Self::Month(year - 1, 12),
            Self::Month(year, month) => Self::Month(year, month - 1),
            Self::Range(first, last) => {
                let days = first.duration_until(last).as_hours() / 24 + 1;
                Self::range(first.saturating_sub(days.days()), first.saturating_sub(1.day()))
            }
        }
    }

    /// The following period of the same length.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Year(year) => Self::Year(year + 1),
            Self::Half(year, 2) => Self::Half(year + 1, 1),
            Self::Half(year, half) => Self::Half(year, half + 1),
            Self::Quarter(year, 4) => Self::Quarter(year + 1, 1),
            Self::Quarter(year, quarter) => Self::Quarter(year, quarter + 1),
            Self::Month(year, 12) => Self::Month(year + 1, 1),
            Self::Month(year, month) => Self::Month(year, month + 1),
            Self::Range(first, last) => {
                let days = first.duration_until(last).as_hours() / 24 + 1;
                Self::range(last.saturating_add(1.day()), last.saturating_add(days.days()))
            }
        }
    }

    /// The same days a year earlier (同比); 29 February becomes 28.
    #[must_use]
    pub fn year_earlier(self) -> Self {
        match self {
            Self::Year(year) => Self::Year(year - 1),
            Self::Half(year, half) => Self::Half(year - 1, half),
            Self::Quarter(year, quarter) => Self::Quarter(year - 1, quarter),
            Self::Month(year, month) => Self::Month(year - 1, month),
            Self::Range(first, last) => Self::range(first.saturating_sub(1.year()), last.saturating_sub(1.year())),
        }
    }

    /// Whether `today` is one of its days, so that its figures are not final.
    #[must_use]
    pub fn is_running(self, today: Date) -> bool {
        self.contains(today)
    }

    /// The periods with which its figures are compared on `today`: the preceding one and the one a year earlier. While it
    /// is running, only the same days of them: as many from the start of the preceding period, and the same days of the
    /// calendar a year earlier.
    #[must_use]
    pub fn comparisons(self, today: Date) -> (Self, Self) {
        let (first, previous) = (self.first(), self.previous());
        if !self.is_running(today) || today == self.last() {
            return (previous, self.year_earlier());
        }
        let year_earlier = Self::Range(first, today).year_earlier();
        if let Self::Year(_) = self {
            return (year_earlier, year_earlier);
        }
        let days = first.duration_until(today).as_hours() / 24;
        let last = previous.first().saturating_add(days.days()).min(previous.last());
        (Self::range(previous.first(), last), year_earlier)
    }

    /// The calendar months that overlap the period, in order.
    #[must_use]
    pub fn months(self) -> Vec<Self> {
        let (mut current, last) = (Self::month_of(self.first()), self.last());
        let mut months = Vec::new();
        while current.first() <= last {
            months.push(current);
            let Self::Month(year, month) = current else { break };
            if (year, month) == (Date::MAX.year(), 12) {
                break;
            }
            current = if month == 12 {
                Self::Month(year + 1, 1)
            } else {
                Self::Month(year, month + 1)
            };
        }
        months
    }

    /// Its name in addresses: lower case, `2022-h1`.
    #[must_use]
    pub fn slug(self) -> String {
        self.to_string().to_lowercase()
    }

    /// Its name in words: `2022年上半年`, `first half of 2022`.
    #[must_use]
    pub fn label(self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.label_zh(),
            Lang::En => self.label_en(),
        }
    }

    fn label_zh(self) -> String {
        match self {
            Self::Year(year) => format!("{year}年"),
            Self::Half(year, 1) => format!("{year}年上半年"),
            Self::Half(year, _) => format!("{year}年下半年"),
            Self::Quarter(year, quarter) => {
                let word = ["一", "二", "三", "四"][usize::from(quarter.clamp(1, 4).unsigned_abs()) - 1];
                format!("{year}年第{word}季度")
            }
            Self::Month(year, month) => format!("{year}年{month}月"),
            Self::Range(first, last) => format!("{}至{}", Lang::Zh.format_date(first), Lang::Zh.format_date(last)),
        }
    }

    fn label_en(self) -> String {
        match self {
            Self::Year(year) => year.to_string(),
            Self::Half(year, 1) => format!("first half of {year}"),
            Self::Half(year, _) => format!("second half of {year}"),
            Self::Quarter(year, quarter) => format!("quarter {quarter} of {year}"),
            Self::Month(..) => self.first().strftime("%B %Y").to_string(),
            Self::Range(first, last) => format!("{} to {}", Lang::En.format_date(first), Lang::En.format_date(last)),
        }
    }
}

/// The standard spelling, which [`Period::parse`] reads.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Half(year, half) => write!(f, "{year:04}-H{half}"),
            Self::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Range(first, last) => write!(f, "{first}..{last}"),
        }
    }
}

/// The first day of a month. The first or last day of the calendar when the month lies outside it.
fn first_of_month(year: i16, month: i8) -> Date {
    let beyond = if year < 0 { Date::MIN } else { Date::MAX };
    Date::new(year, month, 1).unwrap_or(beyond)
}

/// Parses one to four digits, without a sign and without spaces.
fn parse_digits<T: std::str::FromStr>(text: &str) -> Option<T> {
    let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn parse_day(text: &str) -> Option<Date> {
    let text = text.trim();
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn parse_reads_every_spelling() {
        let span = |text: &str| Period::parse(text).map(|period| (period.first(), period.last()));
        let days =
            |from: (i16, i8, i8), to: (i16, i8, i8)| Some((date(from.0, from.1, from.2), date(to.0, to.1, to.2)));
        assert_eq!(span("2022"), days((2022, 1, 1), (2022, 12, 31)));
        assert_eq!(span("2022-H1"), days((2022, 1, 1), (2022, 6, 30)));
        assert_eq!(span("2022h2"), days((2022, 7, 1), (2022, 12, 31)));
        assert_eq!(span("2022-Q3"), days((2022, 7, 1), (2022, 9, 30)));
        assert_eq!(span("2024-02"), days((2024, 2, 1), (2024, 2, 29)));
        assert_eq!(span("2022-01-01..2022-06-30"), days((2022, 1, 1), (2022, 6, 30)));
        assert_eq!(Period::parse("2022年上半年"), Some(Period::Half(2022, 1)));
        assert_eq!(Period::parse("2022年第三季度"), Some(Period::Quarter(2022, 3)));
        assert_eq!(Period::parse("2022年第3季度"), Some(Period::Quarter(2022, 3)));
        assert_eq!(Period::parse("2022年6月"), Some(Period::Month(2022, 6)));
    }

    #[test]
    fn year_to_date_begins_with_the_year() {
        let to_date = |text: &str| Period::parse(text).map(|period| period.year_to_date().to_string());
        assert_eq!(to_date("2022-05").as_deref(), Some("2022-01-01..2022-05-31"));
        assert_eq!(to_date("2022-Q2").as_deref(), Some("2022-H1"));
        assert_eq!(to_date("2022-H2").as_deref(), Some("2022"));
        assert_eq!(to_date("2021-12-30..2022-01-31").as_deref(), Some("2022-01"));
    }

    #[test]
    fn periods_at_the_ends_of_the_calendar_have_days() {
        for period in [
            Period::Year(Date::MAX.year()),
            Period::Year(Date::MIN.year()).previous(),
            Period::Month(10_000, 1),
        ] {
            assert!(period.first() <= period.last(), "{period}");
            assert!(!period.months().is_empty() || period.first() == Date::MAX, "{period}");
        }
        assert_eq!(
            Period::parse("1900-01-01..2999-12-31").map(|period| period.months().len()),
            Some(13_200)
        );
    }

    #[test]
    fn parse_rejects_invalid_periods() {
        for text in [
            "",
            "22",
            "2022-H3",
            "2022-Q0",
            "2022-13",
            "2022-00",
            "2022-06-01",
            "2022-H",
            "年",
            "２０２２",
            "0000",
            "2022-06-30..2022-01-01",
            "2022-01-01..",
            "2022-02-30..2022-03-01",
            "2022-+1",
            "上半年",
            "2022第季度",
        ] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }

    #[test]
    fn previous_and_year_earlier_shift_periods() {
        let of = |text: &str| {
            Period::parse(text).map(|period| (period.previous().to_string(), period.year_earlier().to_string()))
        };
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(of("2022-H1"), pair("2021-H2", "2021-H1"));
        assert_eq!(of("2022-Q1"), pair("2021-Q4", "2021-Q1"));
        assert_eq!(of("2022-01"), pair("2021-12", "2021-01"));
        assert_eq!(of("2022"), pair("2021", "2021"));
        assert_eq!(
            of("2024-02-29..2024-03-09"),
            pair("2024-02-19..2024-02-28", "2023-02-28..2023-03-09")
        );
    }

    #[test]
    fn a_range_of_the_same_days_is_the_named_period() {
        let name = |text: &str| Period::parse(text).map(|period| period.to_string());
        for (written, named) in [
            ("2022-01-01..2022-12-31", "2022"),
            ("2022-07-01..2022-12-31", "2022-H2"),
            ("2022-04-01..2022-06-30", "2022-Q2"),
            ("2024-02-01..2024-02-29", "2024-02"),
            ("2024-02-01..2024-02-28", "2024-02-01..2024-02-28"),
            ("2021-01-01..2022-12-31", "2021-01-01..2022-12-31"),
        ] {
            assert_eq!(name(written).as_deref(), Some(named), "{written}");
        }
    }

    #[test]
    fn a_running_period_is_compared_with_the_same_days() {
        let bases = |text: &str, today: Date| {
            let (previous, year_earlier) = Period::parse(text).expect("a period").comparisons(today);
            (previous.to_string(), year_earlier.to_string())
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let august = date(2022, 8, 15);
        assert_eq!(
            bases("2022-H2", august),
            pair("2022-01-01..2022-02-15", "2021-07-01..2021-08-15")
        );
        assert_eq!(
            bases("2022-08", august),
            pair("2022-07-01..2022-07-15", "2021-08-01..2021-08-15")
        );
        // A year is compared with the year before only.
        assert_eq!(
            bases("2022", august),
            pair("2021-01-01..2021-08-15", "2021-01-01..2021-08-15")
        );
        // Over, or on its last day.
        assert_eq!(bases("2022-H1", august), pair("2021-H2", "2021-H1"));
        assert_eq!(bases("2022-H1", date(2022, 6, 30)), pair("2021-H2", "2021-H1"));
        // February is too short, and 29 February is compared with the 28th.
        assert_eq!(
            bases("2022-03", date(2022, 3, 30)),
            pair("2022-02", "2021-03-01..2021-03-30")
        );
        assert_eq!(
            bases("2024-Q1", date(2024, 2, 29)),
            pair("2023-10-01..2023-11-29", "2023-01-01..2023-02-28")
        );
        // The last ten days before, then as many of them as have passed.
        assert_eq!(
            bases("2022-08-11..2022-08-20", august),
            pair("2022-08-01..2022-08-05", "2021-08-11..2021-08-15")
        );
    }
}
