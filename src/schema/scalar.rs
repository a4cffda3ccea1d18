//! Dates and durations as people write them.
//!
//! Each function takes text that `normalize_text` has converted to ASCII forms, and returns whether it was in the
//! standard form.

use super::value::Moment;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use std::borrow::Cow;
use std::ops::Range;

/// The text of a typed value without what Chinese input methods add.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NormalizedText<'a> {
    /// Half-width, trimmed, without surrounding curly quotes.
    pub(crate) text: Cow<'a, str>,
    /// Whether curly quotes were removed.
    pub(crate) had_curly_quotes: bool,
    /// Whether full-width characters were replaced.
    pub(crate) had_full_width: bool,
}

/// Removes surrounding curly quotes and converts full-width ASCII to half-width.
pub(crate) fn normalize_text(text: &str) -> NormalizedText<'_> {
    let trimmed = text.trim();
    if trimmed.is_ascii() {
        return NormalizedText {
            text: Cow::Borrowed(trimmed),
            had_curly_quotes: false,
            had_full_width: false,
        };
    }
    let inner = strip_curly_quotes(trimmed);
    let converted: String = inner.chars().map(half_width_or_space).collect();
    NormalizedText {
        had_full_width: converted != inner,
        had_curly_quotes: inner.len() != trimmed.len(),
        text: Cow::Owned(converted.trim().to_owned()),
    }
}

/// The text between curly quotes, or the text itself.
pub(crate) fn strip_curly_quotes(text: &str) -> &str {
    [('“', '”'), ('‘', '’'), ('”', '”'), ('「', '」'), ('＂', '＂')]
        .into_iter()
        .find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))
        .map_or(text, str::trim)
}

/// Converts a full-width character to ASCII; both have the same order (U+FF01 for `!`). Returns other characters
/// unchanged.
pub(crate) fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// The text without white space and invisible characters, with half-width and small letters: for comparing names.
pub(crate) fn squeeze(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let is_visible = |c: &char| !c.is_whitespace() && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}');
    text.nfkc().filter(is_visible).flat_map(char::to_lowercase).collect()
}

/// Like `half_width`, and also converts the ideographic space to a space.
fn half_width_or_space(c: char) -> char {
    if c == '\u{3000}' { ' ' } else { half_width(c) }
}

/// Parses a day with or without a time of day. Also returns whether it was in the standard form (RFC 3339, with a space
/// allowed for `T`).
///
/// Also accepts `2022年6月1日`, `2022.6.1`, `2022/6/1` and `2022-6-1`. Converts a time with an offset to `zone`. Returns
/// `None` for text that cannot be parsed and for days that do not exist.
pub(crate) fn parse_moment(text: &str, zone: &TimeZone) -> Option<(Moment, bool)> {
    let (date, standard, rest) = parse_day(text)?;
    if rest.is_empty() {
        return Some((Moment { date, time: None }, standard));
    }
    let clock = rest.strip_prefix(['T', 't']).unwrap_or(rest).trim_start();
    let (time, padded, offset) = parse_clock_time(clock)?;
    let standard = standard && padded;
    if offset.is_empty() {
        return Some((Moment { date, time: Some(time) }, standard));
    }
    let instant = date
        .to_datetime(time)
        .to_zoned(TimeZone::fixed(parse_offset(offset)?))
        .ok()?;
    let local = instant.with_time_zone(zone.clone());
    Some((
        Moment {
            date: local.date(),
            time: Some(local.time()),
        },
        standard,
    ))
}

/// Formats a moment in the standard form: `2022-06-01`, `2022-06-01 09:30`, with seconds unless they are 0.
pub(crate) fn format_iso(moment: Moment) -> String {
    match moment.time {
        None => moment.date.to_string(),
        Some(time) if time.second() == 0 => format!("{} {:02}:{:02}", moment.date, time.hour(), time.minute()),
        Some(time) => format!(
            "{} {:02}:{:02}:{:02}",
            moment.date,
            time.hour(),
            time.minute(),
            time.second()
        ),
    }
}

/// The first day in `text`, in any form that [`parse_moment`] accepts, and its range in bytes.
pub(crate) fn find_day(text: &str) -> Option<(Date, Range<usize>)> {
    let is_digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    // A longer number, such as that of a document, holds no year.
    let starts = (0..text.len()).filter(|&at| is_digit(at) && (at == 0 || !is_digit(at - 1)));
    starts.into_iter().find_map(|start| {
        let (day, _, rest) = parse_day(&text[start..])?;
        let end = text.len() - rest.len();
        Some((day, start..start + text[start..end].trim_end().len()))
    })
}

/// The day at the start of `text`, whether it is in the standard form, and the rest of the text.
fn parse_day(text: &str) -> Option<(Date, bool, &str)> {
    let (year, rest) = parse_digits(text, 4, 4)?;
    let (first, rest) = parse_separator(rest)?;
    let (month, rest) = parse_digits(rest, 1, 2)?;
    let (second, rest) = parse_separator(rest)?;
    if !matches!((first, second), ('年', '月') | ('-', '-') | ('.', '.') | ('/', '/')) {
        return None;
    }
    let (date, rest) = parse_digits(rest, 1, 2)?;
    let after = rest.trim_start();
    let rest = if first == '年' {
        after.strip_prefix(['日', '号']).unwrap_or(after).trim_start()
    } else {
        after
    };
    let standard = first == '-' && text.as_bytes().get(4) == Some(&b'-') && text.as_bytes().get(7) == Some(&b'-');
    let standard = standard
        && text
            .as_bytes()
            .get(8..10)
            .is_some_and(|pair| pair.iter().all(u8::is_ascii_digit));
    let date = Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(date).ok()?,
    )
    .ok()?;
    // Years such as 0001 are typing errors.
    (date.year() >= 1000).then_some((date, standard, rest))
}

/// Parses between `least` and `most` digits at the start of `text`.
fn parse_digits(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let text = text.trim_start();
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    if count < least || count > most {
        return None;
    }
    Some((text[..count].parse().ok()?, &text[count..]))
}

fn parse_separator(text: &str) -> Option<(char, &str)> {
    let text = text.trim_start();
    let first = text.chars().next()?;
    Some((first, &text[first.len_utf8()..]))
}

/// Parses `HH:MM` or `HH:MM:SS`, ignoring fractions of a second. Returns the time, whether the hour has two digits, and
/// the rest.
fn parse_clock_time(text: &str) -> Option<(Time, bool, &str)> {
    let (hour, rest) = parse_digits(text, 1, 2)?;
    let (minute, mut rest) = parse_digits(rest.strip_prefix(':')?, 2, 2)?;
    let mut second = 0;
    if let Some(after) = rest.strip_prefix(':') {
        (second, rest) = parse_digits(after, 2, 2)?;
        if let Some(fraction) = rest.strip_prefix('.') {
            rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    let part = |number: u32| i8::try_from(number).ok();
    let time = Time::new(part(hour)?, part(minute)?, part(second)?, 0).ok()?;
    Some((
        time,
        text.as_bytes().get(1).is_some_and(u8::is_ascii_digit),
        rest.trim(),
    ))
}

/// Parses `Z`, `+08:00`, `+0800`, `+08`.
fn parse_offset(text: &str) -> Option<jiff::tz::Offset> {
    if text.eq_ignore_ascii_case("z") {
        return Some(jiff::tz::Offset::UTC);
    }
    let (sign, rest) = if let Some(rest) = text.strip_prefix('+') {
        (1, rest)
    } else {
        (-1, text.strip_prefix('-')?)
    };
    let compact = rest.replacen(':', "", 1);
    let (hours, minutes) = match compact.len() {
        2 => (compact.as_str(), "0"),
        4 => (compact.get(..2)?, compact.get(2..)?),
        _ => return None,
    };
    let seconds = parse_digits(hours, 2, 2)?.0 * 3600 + parse_digits(minutes, 1, 2)?.0 * 60;
    jiff::tz::Offset::from_seconds(sign * i32::try_from(seconds).ok()?).ok()
}

/// Parses `mm:ss` or `h:mm:ss` into seconds. Without hours, minutes may exceed 59.
pub(crate) fn parse_duration(text: &str) -> Option<u32> {
    let parts: Vec<u32> = text
        .split(':')
        .map(|part| {
            parse_digits(part, 1, 4)
                .filter(|(_, rest)| rest.is_empty())
                .map(|(n, _)| n)
        })
        .collect::<Option<_>>()?;
    match parts[..] {
        [minutes, seconds] if seconds < 60 => Some(minutes * 60 + seconds),
        [hours, minutes, seconds] if minutes < 60 && seconds < 60 => Some(hours * 3600 + minutes * 60 + seconds),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, bool)> {
        let zone = TimeZone::get("Asia/Shanghai").expect("bundled");
        parse_moment(text, &zone).map(|(moment, standard)| (format_iso(moment), standard))
    }

    #[test]
    fn dates_parse_in_every_form() {
        for (text, iso, standard) in [
            ("2022-06-01", "2022-06-01", true),
            ("2022-6-1", "2022-06-01", false),
            ("2022年6月1日", "2022-06-01", false),
            ("2022 年 6 月 1 日", "2022-06-01", false),
            ("2022.6.1", "2022-06-01", false),
            ("2022/06/01", "2022-06-01", false),
            ("2022-05-12 09:30", "2022-05-12 09:30", true),
            ("2022-05-12 9:30", "2022-05-12 09:30", false),
            ("2022年5月12日 09:30:05", "2022-05-12 09:30:05", false),
            ("2022-05-12T09:30:00+08:00", "2022-05-12 09:30", true),
            ("2022-05-12T20:30:00Z", "2022-05-13 04:30", true),
            ("2022-05-12T09:30:00.123+0800", "2022-05-12 09:30", true),
        ] {
            assert_eq!(read(text), Some((iso.to_owned(), standard)), "{text}");
        }
        for text in [
            "",
            "2022",
            "2022-06",
            "2022-02-30",
            "2022年13月1日",
            "22-06-01",
            "2022-06/01",
            "2022-06-01 25:00",
            "2022-06-01 x",
            "2022-06-0１",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn durations_parse() {
        assert_eq!(parse_duration("3:20"), Some(200));
        assert_eq!(parse_duration("1:02:05"), Some(3725));
        assert_eq!(parse_duration("75:00"), Some(4500));
        for text in ["", "3", "3:60", "1:60:00", "a:b", "3:20:", "-1:20"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn full_width_characters_and_curly_quotes_are_normalized() {
        let value = normalize_text("“２０２２－０６－０１”");
        assert_eq!(
            (&*value.text, value.had_curly_quotes, value.had_full_width),
            ("2022-06-01", true, true)
        );
        let value = normalize_text("栖禾");
        assert_eq!(
            (&*value.text, value.had_curly_quotes, value.had_full_width),
            ("栖禾", false, false)
        );
    }
}
