//! Periods as the handbook describes them: from which day to which, and with which days they are compared.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// The first and the last day; both belong to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Days {
    pub(super) from: Date,
    pub(super) to: Date,
}

impl Days {
    pub(super) fn contain(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}

/// `2022`, `2022-H1`, `2022-Q3`, `2022-06` or `2022-01-01..2022-05-31`.
pub(super) fn days_of(name: &str) -> Days {
    let number = |text: &str| text.parse::<i16>().expect("a number");
    if let Some((from, to)) = name.split_once("..") {
        return Days {
            from: from.parse().expect("a day"),
            to: to.parse().expect("a day"),
        };
    }
    let year = number(&name[..4]);
    let (first_month, months) = match name.get(5..) {
        None => (1, 12),
        Some(half) if half.starts_with('H') => (number(&half[1..]) * 6 - 5, 6),
        Some(quarter) if quarter.starts_with('Q') => (number(&quarter[1..]) * 3 - 2, 3),
        Some(month) => (number(month), 1),
    };
    months_from(date(year, i8::try_from(first_month).expect("a month"), 1), months)
}

/// So many whole months.
fn months_from(from: Date, months: i32) -> Days {
    let next = from.saturating_add(months.months());
    Days {
        from,
        to: next.yesterday().expect("a day of these years"),
    }
}

/// The name of the days: that of a month, quarter, half or year where they are one.
pub(super) fn name_of(days: Days) -> String {
    let year = days.from.year();
    let mut names = vec![year.to_string()];
    names.extend((1..=2).map(|half| format!("{year}-H{half}")));
    names.extend((1..=4).map(|quarter| format!("{year}-Q{quarter}")));
    names.extend((1..=12).map(|month| format!("{year}-{month:02}")));
    names
        .into_iter()
        .find(|name| days_of(name) == days)
        .unwrap_or_else(|| format!("{}..{}", days.from, days.to))
}

/// The days that a period is compared with: the period before it (环比) and the same period of the year before (同比).
pub(super) struct Bases {
    pub(super) before: Days,
    pub(super) year_earlier: Days,
}

pub(super) fn bases(days: Days, today: Date) -> Bases {
    let length = |days: Days| days.to.since(days.from).expect("days of these years").get_days();
    let yesterday = days.from.yesterday().expect("a day of these years");
    let name = name_of(days);
    let before = if name.contains("..") {
        Days {
            from: yesterday.saturating_sub(length(days).days()),
            to: yesterday,
        }
    } else {
        let months = i32::from(days.to.month() - days.from.month()) + 1;
        months_from(days.from.saturating_sub(months.months()), months)
    };
    let a_year_before = |days: Days| Days {
        from: days.from.saturating_sub(1.years()),
        to: days.to.saturating_sub(1.years()),
    };
    if days.from <= today && today < days.to {
        // A period that is not over is compared with the same days.
        let so_far = Days {
            from: days.from,
            to: today,
        };
        let to = before.from.saturating_add(length(so_far).days()).min(before.to);
        return Bases {
            before: Days { from: before.from, to },
            year_earlier: a_year_before(so_far),
        };
    }
    let year_earlier = if name.contains("..") {
        a_year_before(days)
    } else {
        // The same month may end a day earlier or later.
        days_of(&name.replacen(&days.from.year().to_string(), &(days.from.year() - 1).to_string(), 1))
    };
    Bases { before, year_earlier }
}
