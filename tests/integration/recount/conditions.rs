//! What metrics ask of a thing that counts once, and of rows of rosters.

use super::model::{Condition, Fields, Metric, Post, Value, texts};
use super::units::Unit;
use jiff::civil::Date;

/// Whether the unit satisfies the metric's conditions. They are asked of the whole: different posts may satisfy them.
pub(super) fn satisfies(metric: &Metric, unit: &Unit<'_>, today: Date) -> bool {
    let conditions = metric.conditions.iter();
    conditions
        .into_iter()
        .all(|condition| does_unit_satisfy(condition, unit, today))
}

fn does_unit_satisfy(condition: &Condition, unit: &Unit<'_>, today: Date) -> bool {
    let any = |condition: &Condition| {
        unit.posts
            .iter()
            .any(|post| holds(condition, &fields_of(unit, post), today))
    };
    match condition {
        Condition::OneOf(field, values, wanted) => any(&Condition::OneOf(field, values.clone(), true)) == *wanted,
        Condition::Given(field, wanted) => any(&Condition::Given(field, true)) == *wanted,
        Condition::Days(..) => any(condition),
        Condition::Within(field, low, high, wanted) => {
            // A unit has one number, the largest of its posts.
            let numbers = unit.givers.iter().filter_map(|post| match post.fields.get(field) {
                Some(&Value::Number(number)) => Some(number),
                _ => None,
            });
            let is_inside = |number: i64| low.is_none_or(|low| low <= number) && high.is_none_or(|high| number <= high);
            numbers.max().is_some_and(is_inside) == *wanted
        }
        Condition::Neither(conditions) => !conditions
            .iter()
            .any(|condition| does_unit_satisfy(condition, unit, today)),
    }
}

/// The fields of a post of the unit; all posts of a piece have its level.
fn fields_of(unit: &Unit<'_>, post: &Post) -> Fields {
    let mut fields = post.fields.clone();
    if let Some(level) = &unit.level {
        fields.remove("level");
        fields.extend(level.clone().map(|level| ("level", level)));
    }
    fields
}

/// Whether the fields of one post or row satisfy the condition. A day of the future is not given yet.
pub(super) fn holds(condition: &Condition, fields: &Fields, today: Date) -> bool {
    match condition {
        Condition::OneOf(field, values, wanted) => {
            texts(fields, field).iter().any(|text| values.contains(text)) == *wanted
        }
        Condition::Within(field, low, high, wanted) => {
            let inside = match fields.get(field) {
                Some(Value::Number(number)) => {
                    low.is_none_or(|low| low <= *number) && high.is_none_or(|high| *number <= high)
                }
                _ => false,
            };
            inside == *wanted
        }
        Condition::Days(field, from, to) => {
            matches!(fields.get(field), Some(Value::Day(day)) if from <= day && day <= to)
        }
        Condition::Given(field, wanted) => {
            let given = match fields.get(field) {
                Some(Value::Several(texts)) => !texts.is_empty(),
                Some(Value::Day(day)) => *day <= today,
                Some(_) => true,
                None => false,
            };
            given == *wanted
        }
        Condition::Neither(conditions) => !conditions.iter().any(|condition| holds(condition, fields, today)),
    }
}
