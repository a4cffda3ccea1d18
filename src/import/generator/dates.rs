//! Dates in front matter: in the forms of posts, and in those of English texts.

use crate::schema::Moment;
use crate::schema::scalar::parse_moment;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// The day, and the time if there is one, that a text states: also `May 12, 2024` and `Sun, 12 May 2024 09:30:00 GMT`.
pub(super) fn read_moment(text: &str, zone: &TimeZone) -> Option<Moment> {
    match parse_moment(text, zone) {
        Some((moment, _)) => Some(moment),
        None => read_english(text, zone),
    }
}

fn read_english(text: &str, zone: &TimeZone) -> Option<Moment> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let (mut month, mut day, mut year, mut clock) = (None, None, None, None);
    for word in text.split([' ', ',']).filter(|word| !word.is_empty()).take(8) {
        let number = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        if word.contains(':') {
            // A time with the offset that may follow it.
            clock = text
                .find(word)
                .map(|at| text[at..].replace("GMT", "Z").replace("UTC", "Z"));
            break;
        } else if number.len() == 4 {
            year = number.parse::<i16>().ok();
        } else if let Ok(number) = number.parse::<i8>() {
            day = Some(number);
        } else if let Some(name) = word.get(..3) {
            let name = name.to_ascii_lowercase();
            month = month.or_else(|| MONTHS.iter().position(|known| *known == name));
        }
    }
    let month = i8::try_from(month? + 1).ok()?;
    let date = Date::new(year?, month, day?).ok().filter(|date| date.year() >= 1000)?;
    let with_time = clock.and_then(|clock| Some(parse_moment(&format!("{date} {clock}"), zone)?.0));
    Some(with_time.unwrap_or(Moment {
        date,
        time: None::<Time>,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::scalar::format_iso;

    #[test]
    fn english_dates_are_read() {
        for (text, expected) in [
            ("May 12, 2024", Some("2024-05-12")),
            ("12 September 2024", Some("2024-09-12")),
            ("Sun, 12 May 2024 09:30:00 GMT", Some("2024-05-12 17:30")),
            ("2024-05-12", Some("2024-05-12")),
            ("Smarch 12, 2024", None),
            ("May 2024", None),
            ("Feb 30, 2024", None),
        ] {
            let zone = TimeZone::fixed(jiff::tz::offset(8));
            let read = read_moment(text, &zone).map(format_iso);
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }
}
