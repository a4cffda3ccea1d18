//! Working days: Monday to Friday without the holidays, and the weekend days on which people work instead.
//!
//! Both are data, `content/_data/holidays.yaml`, because the State Council announces them every year.

use super::check::{Checker, scalar, untagged};
use super::kind::FieldType;
use super::roster::Rosters;
use super::value::FieldValue;
use crate::diag::{Checked, Code, Diagnostic};
use crate::yaml::{Value, YamlDocument};
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use std::collections::BTreeSet;

/// The keys of the file.
const KEYS: [&str; 2] = ["holidays", "workdays"];
/// The most days that are counted from one day to another, which is more than a hundred years.
const MAX_DAYS: i32 = 40_000;

/// The days on which people work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkCalendar {
    /// The holidays from Monday to Friday.
    holidays: BTreeSet<Date>,
    /// The Saturdays and Sundays on which people work (调休).
    workdays: BTreeSet<Date>,
}

impl WorkCalendar {
    /// Whether people work on `day`.
    #[must_use]
    pub fn is_workday(&self, day: Date) -> bool {
        if is_weekend(day) {
            self.workdays.contains(&day)
        } else {
            !self.holidays.contains(&day)
        }
    }

    /// The number of working days after `from`, up to and including `until`. 0 when `until` is not later.
    #[must_use]
    pub fn days_between(&self, from: Date, until: Date) -> i64 {
        if until <= from {
            return 0;
        }
        let days = i64::from((until - from).get_days());
        let (weeks, rest) = (days / 7, days % 7);
        // The days that are left over after whole weeks are the last ones.
        let rest = (0..rest).filter(|&back| !is_weekend(until.saturating_sub(back.days())));
        let weekdays = weeks * 5 + count(rest);
        let after = from.saturating_add(Span::new().days(1));
        let among = |days: &BTreeSet<Date>| count(days.range(after..=until));
        weekdays - among(&self.holidays) + among(&self.workdays)
    }

    /// The `number`th working day after `day`. `None` when there is none in the next hundred years.
    #[must_use]
    pub fn nth_after(&self, day: Date, number: u32) -> Option<Date> {
        let days = (1..=MAX_DAYS).map_while(|days| day.checked_add(days.days()).ok());
        let mut workdays = days.filter(|&day| self.is_workday(day));
        match number.checked_sub(1) {
            Some(before) => workdays.nth(usize::try_from(before).ok()?),
            None => Some(day),
        }
    }
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn count<T>(items: impl Iterator<Item = T>) -> i64 {
    i64::try_from(items.count()).unwrap_or(i64::MAX)
}

/// Reads `content/_data/holidays.yaml`: `{holidays: [2022-06-03, …], workdays: [2022-10-08, …]}`. Days that contradict
/// one another are reported and left out.
#[must_use]
pub(crate) fn read_calendar(file: &str, text: &str) -> Checked<WorkCalendar> {
    let (parsed, map) = YamlDocument::parse(file, text, &[]).into_map();
    let rosters = Rosters::default();
    // The days have no time, so no zone matters.
    let zone = TimeZone::UTC;
    let mut checker = Checker::new(&parsed.document, &rosters, &zone);
    checker.check_known_keys(&[], &map, &KEYS);
    let mut calendar = WorkCalendar::default();
    let mut seen: BTreeSet<Date> = BTreeSet::new();
    for key in KEYS {
        let items = match map.get(key).map(untagged) {
            None | Some(Value::Null) => continue,
            Some(Value::Sequence(items)) => items,
            Some(other) => {
                checker.report_wrong_type::<()>(&[key], other, "list");
                continue;
            }
        };
        for (index, item) in items.iter().enumerate() {
            let index = index.to_string();
            let path = [key, index.as_str()];
            let Some(FieldValue::Moment(moment)) = checker.value(&path, item, &FieldType::Date) else {
                continue;
            };
            let day = moment.date;
            let is_work = key == "workdays";
            let reason = if !seen.insert(day) {
                Some("holiday-twice")
            } else if is_work && !is_weekend(day) {
                Some("holiday-weekday")
            } else {
                None
            };
            if let Some(reason) = reason {
                let finding = Diagnostic::new(Code::BadHoliday)
                    .at(checker.document.value_place(&path))
                    .with("day", scalar(item))
                    .with("reason", reason);
                checker.findings.push(finding);
            } else if is_work {
                calendar.workdays.insert(day);
            } else if !is_weekend(day) {
                calendar.holidays.insert(day);
            }
        }
    }
    let mut findings = parsed.findings;
    findings.append(&mut checker.findings);
    Checked {
        value: calendar,
        findings,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// The holidays of June and October 2022 as the State Council announced them.
    fn calendar() -> WorkCalendar {
        let text = "holidays: [2022-06-03, 2022-06-04, 2022-06-05, 2022-10-01, 2022-10-02, 2022-10-03, 2022-10-04, \
                    2022-10-05, 2022-10-06, 2022-10-07]\nworkdays: [2022-10-08, 2022-10-09]\n";
        let read = read_calendar("content/_data/holidays.yaml", text);
        assert_eq!(read.findings, Vec::new());
        read.value
    }

    #[test]
    fn days_follow_the_first_and_include_the_second() {
        let calendar = calendar();
        let between = |from, until| calendar.days_between(from, until);
        // Wednesday to Thursday, to the holiday on Friday, to Monday.
        assert_eq!(between(date(2022, 6, 1), date(2022, 6, 2)), 1);
        assert_eq!(between(date(2022, 6, 1), date(2022, 6, 3)), 1);
        assert_eq!(between(date(2022, 6, 1), date(2022, 6, 6)), 2);
        // A week of holidays, then a weekend of work.
        assert_eq!(between(date(2022, 9, 30), date(2022, 10, 7)), 0);
        assert_eq!(between(date(2022, 9, 30), date(2022, 10, 9)), 2);
        assert_eq!(between(date(2022, 6, 1), date(2022, 6, 1)), 0);
        assert_eq!(between(date(2022, 6, 2), date(2022, 6, 1)), 0);
    }

    #[test]
    fn a_count_of_days_is_that_of_each_day() {
        let calendar = calendar();
        let first = date(2022, 5, 25);
        for (from, days) in (0..40).flat_map(|from| (0..150).map(move |days| (from, days))) {
            let from = first.saturating_add(from.days());
            let until = from.saturating_add(days.days());
            let each = (1..=days).filter(|&day| calendar.is_workday(from.saturating_add(day.days())));
            assert_eq!(calendar.days_between(from, until), count(each), "{from} to {until}");
        }
    }

    #[test]
    fn the_nth_working_day_has_n_days_before_it() {
        let calendar = calendar();
        for number in 1..30 {
            let day = calendar.nth_after(date(2022, 9, 20), number);
            let day = day.expect("a working day");
            assert!(calendar.is_workday(day));
            assert_eq!(calendar.days_between(date(2022, 9, 20), day), i64::from(number));
        }
        assert_eq!(calendar.nth_after(Date::MAX, 1), None);
    }
}
