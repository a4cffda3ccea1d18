//! The second counter: every rule of the handbook as a loop over all posts, and nothing kept between two figures.

use super::conditions::{holds, satisfies};
use super::kinds::value_name;
use super::model::{Aggregate, Metric, Post, Row, Source, Town, Value, texts};
use super::periods::Days;
use super::units::{Unit, last_place, number_of, units};
use jiff::civil::Date;

/// What counted: a thing told of by posts, a row, or a value among others.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// The titles of the posts that may stand for it, the name of the row, or that of the value.
    pub(super) titles: Vec<String>,
    /// Of a value: the posts or rows that have it.
    pub(super) holders: Vec<String>,
    /// What it added, in hundredths.
    pub(super) amount: i64,
}

/// A figure. The value is in hundredths; a mean, a largest or a latest number of nothing is none.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    pub(super) value: Option<i64>,
    pub(super) parts: Vec<Part>,
}

/// The figure of the metric in these days, up to today.
pub(super) fn count(town: &Town, metric: &Metric, days: Days) -> Figure {
    count_part(town, metric, days, days)
}

/// What belongs to these days, a month or a day, of the figure of a whole period. A latest number is that of the days'
/// end; all else is a part of the whole, also where it was counted after these days.
pub(super) fn count_part(town: &Town, metric: &Metric, days: Days, whole: Days) -> Figure {
    let is_stock = matches!(metric.aggregate, Aggregate::Latest(_));
    let last_count = if is_stock { days.to } else { whole.to }.min(town.today);
    let days = Days {
        from: days.from,
        to: days.to.min(town.today),
    };
    if days.from > town.today {
        // What has not begun has no number.
        return Figure {
            value: None,
            parts: Vec::new(),
        };
    }
    match &metric.of {
        Source::Posts(kinds) => count_posts(town, metric, kinds, days, last_count),
        Source::Rows(roster) => count_rows(&town.rosters[roster], metric, days.to),
        Source::Percent(operands) => Figure {
            value: percent(operands.each_ref().map(|operand| {
                let mut operand = operand.clone();
                operand.conditions.extend(metric.conditions.iter().cloned());
                count_part(town, &operand, days, whole).value
            })),
            parts: Vec::new(),
        },
    }
}

/// The first number in per cent of the second, in hundredths, rounded half up to one decimal.
fn percent(numbers: [Option<i64>; 2]) -> Option<i64> {
    let (dividend, divisor) = (numbers[0]?, numbers[1]?);
    (divisor > 0).then(|| (dividend * 100 * 20 + divisor).div_euclid(divisor * 2) * 10)
}

fn count_rows(rows: &[Row], metric: &Metric, last_day: Date) -> Figure {
    let mut parts = Vec::new();
    let mut different = Vec::new();
    for row in rows {
        if row.since.is_some_and(|since| since > last_day) || row.until.is_some_and(|until| until < last_day) {
            continue;
        }
        let mut fields = row.fields.clone();
        for (name, day) in [("since", row.since), ("until", row.until)] {
            fields.extend(day.map(|day| (name, Value::Day(day))));
        }
        if !metric
            .conditions
            .iter()
            .all(|condition| holds(condition, &fields, Date::MAX))
        {
            continue;
        }
        if let Aggregate::Distinct(column) = metric.aggregate {
            for value in texts(&fields, column) {
                add_value(&mut different, metric, column, &value, row.name);
            }
        } else {
            parts.push(Part::new(vec![row.name.to_owned()], 100));
        }
    }
    parts.extend(different);
    Figure {
        value: Some(hundreds(parts.len())),
        parts,
    }
}

impl Part {
    fn new(titles: Vec<String>, amount: i64) -> Self {
        Self {
            titles,
            holders: Vec::new(),
            amount,
        }
    }
}

/// Adds a post or row to those that have the value.
fn add_value(different: &mut Vec<Part>, metric: &Metric, field: &str, value: &str, holder: &str) {
    let name = value_name(metric.form(field), value);
    match different.iter_mut().find(|part| part.titles[0] == name) {
        Some(part) => part.holders.push(holder.to_owned()),
        None => different.push(Part {
            titles: vec![name],
            holders: vec![holder.to_owned()],
            amount: 100,
        }),
    }
}

fn hundreds(count: usize) -> i64 {
    100 * i64::try_from(count).expect("a small number")
}

fn count_posts(town: &Town, metric: &Metric, kinds: &[&str], days: Days, last_count: Date) -> Figure {
    let mut parts = Vec::new();
    let mut different = Vec::new();
    let mut latest: Option<(Date, String, Part)> = None;
    for unit in units(town, metric, kinds, last_count) {
        let is_stock = matches!(metric.aggregate, Aggregate::Latest(_));
        if !satisfies(metric, &unit, town.today) || unit.date > days.to || (unit.date < days.from && !is_stock) {
            continue;
        }
        match metric.aggregate {
            Aggregate::Count => parts.push(Part::new(titles(&unit.posts), 100)),
            Aggregate::Distinct(field) => {
                let post = unit.posts[0];
                for value in texts(&post.fields, field) {
                    add_value(&mut different, metric, field, &value, &post.title);
                }
            }
            _ => {
                let Some(part) = largest(metric, &unit, town.today) else {
                    continue;
                };
                if is_stock {
                    // On one day the last path wins.
                    let place = last_place(&unit);
                    if latest
                        .as_ref()
                        .is_none_or(|latest| (latest.0, &latest.1) < (unit.date, &place))
                    {
                        latest = Some((unit.date, place, part));
                    }
                } else {
                    parts.push(part);
                }
            }
        }
    }
    parts.extend(latest.map(|latest| latest.2));
    parts.extend(different);
    let amounts = || parts.iter().map(|part| part.amount);
    let value = match metric.aggregate {
        Aggregate::Count | Aggregate::Distinct(_) => Some(hundreds(parts.len())),
        Aggregate::Sum(_) => Some(amounts().sum()),
        Aggregate::Mean(_) | Aggregate::MeanDays(..) => mean(amounts().sum(), parts.len()),
        Aggregate::Largest(_) | Aggregate::Latest(_) => amounts().max(),
    };
    Figure { value, parts }
}

fn titles(posts: &[&Post]) -> Vec<String> {
    posts.iter().map(|post| post.title.clone()).collect()
}

/// The one number of a unit: the largest of its posts.
fn largest(metric: &Metric, unit: &Unit, today: Date) -> Option<Part> {
    let mut numbers = Vec::new();
    for &post in &unit.givers {
        if let Some(number) = number_of(metric, post, today) {
            numbers.push((number, post));
        }
    }
    let most = numbers.iter().map(|number| number.0).max()?;
    let givers: Vec<&Post> = numbers
        .iter()
        .filter(|number| number.0 == most)
        .map(|number| number.1)
        .collect();
    Some(Part::new(titles(&givers), most))
}

/// The mean in hundredths, rounded half up to one decimal.
fn mean(sum: i64, count: usize) -> Option<i64> {
    let count = i64::try_from(count).expect("a small number");
    (count > 0).then(|| (sum * 2 + count * 10).div_euclid(count * 20) * 10)
}
