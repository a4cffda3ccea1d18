//! Dates: in the wrong order, in a year that cannot be right, in the future.

use super::places::{ValueFinding, place_in};
use crate::diag::{Code, Diagnostic};
use crate::record::Record;
use crate::schema::FieldValue;
use crate::schema::check::date_order_finding;
use jiff::civil::Date;

/// Pairs of fields whose first date is never after the second.
const ORDERED_DATES: [(&str, &str); 4] = [
    ("date", "updated"),
    ("received", "answered"),
    ("submitted", "adopted"),
    ("date", "counted_on"),
];
/// Fields whose date is the day of something that has happened.
const PAST_DATES: [&str; 7] = [
    "updated",
    "received",
    "answered",
    "submitted",
    "adopted",
    "awarded",
    "counted_on",
];
/// The first year in which a post may be dated.
const FIRST_YEAR: i16 = 1949;
/// A post that is at least this many days away from all others has probably a wrong year.
const ALONE_DAYS: i64 = 5 * 365;
/// The fewest other posts that show in which years a site is kept.
const MIN_OTHER_POSTS: usize = 10;

/// Reports dates in the wrong order, each with the key of the second date.
pub(super) fn check_order(record: &Record) -> Vec<ValueFinding> {
    let check = |&(first, second): &(&str, &str)| {
        let (first_day, second_day) = (day_of(record, first)?, day_of(record, second)?);
        (second_day < first_day).then(|| ValueFinding {
            key: second.to_owned(),
            finding: date_order_finding((first, first_day), (second, second_day)),
        })
    };
    ORDERED_DATES.iter().filter_map(check).collect()
}

/// Reports posts before 1949, and single posts that are years away from all others. `posts` are in the order of their
/// days.
pub(super) fn check_years(posts: &[&Record]) -> Vec<Diagnostic> {
    let dated: Vec<(&Record, Date)> = posts
        .iter()
        .filter_map(|post| Some((*post, day_of(post, "date")?)))
        .collect();
    let check = |(index, &(post, day)): (usize, &(&Record, Date))| {
        let finding = Diagnostic::new(Code::OddYear).with("date", day.to_string());
        let finding = if day.year() < FIRST_YEAR {
            finding
        } else {
            let neighbours = [index.checked_sub(1), Some(index + 1)].into_iter().flatten();
            let neighbours = neighbours.filter_map(|index| dated.get(index)).map(|(_, day)| *day);
            let nearest = neighbours.min_by_key(|other| days_between(*other, day))?;
            let is_alone = dated.len() > MIN_OTHER_POSTS && days_between(nearest, day) >= ALONE_DAYS;
            is_alone.then(|| finding.with("nearest_date", nearest.to_string()))?
        };
        Some(finding.at(place_in(post, "date")))
    };
    dated.iter().enumerate().filter_map(check).collect()
}

/// Reports dates of things that have happened but lie after `today`.
pub(super) fn check_future(posts: &[&Record], today: Date) -> Vec<Diagnostic> {
    let of_post = |post: &&Record| {
        let latest_review = post.meta.review.iter().flatten().filter_map(|review| review.date).max();
        let dates = PAST_DATES.into_iter().map(|key| (key, day_of(post, key)));
        let dates = dates.chain([("review", latest_review)]);
        let check = |(key, day): (&str, Option<Date>)| {
            let day = day.filter(|day| *day > today)?;
            let finding = Diagnostic::new(Code::FutureValue)
                .at(place_in(post, key))
                .with("key", key)
                .with("date", day.to_string());
            Some(finding)
        };
        dates.filter_map(check).collect::<Vec<_>>()
    };
    posts.iter().flat_map(of_post).collect()
}

/// The number of days between two days, in either order.
pub(crate) fn days_between(a: Date, b: Date) -> i64 {
    a.duration_until(b).as_hours().abs() / 24
}

/// The day in a date field of the record, if it gives one.
fn day_of(record: &Record, field: &str) -> Option<Date> {
    let meta = &record.meta;
    let moment = match field {
        "date" => meta.date,
        "updated" => meta.updated,
        _ => match meta.fields.get(field) {
            Some(FieldValue::Moment(moment)) => Some(*moment),
            _ => None,
        },
    };
    moment.map(|moment| moment.date)
}
