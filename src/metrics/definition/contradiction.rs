//! Finds conditions that no post can fulfil together.

use crate::metrics::metric::{Condition, Test};

/// The field on which `conditions` contradict one another. `None` when a post can fulfil all of them.
///
/// Looks at the conditions of one field at a time. A list may have several values, so two of its values do not
/// contradict each other; they do not occur in one condition either.
pub(super) fn find_contradiction(conditions: &[Condition]) -> Option<&str> {
    let fields = conditions.iter().map(|condition| condition.field.as_str());
    fields.into_iter().find(|field| {
        let of_field: Vec<&Condition> = conditions
            .iter()
            .filter(|condition| condition.field == *field)
            .collect();
        contradict(&of_field)
    })
}

fn contradict(conditions: &[&Condition]) -> bool {
    let must_be_missing = conditions.iter().any(|condition| must_be_missing(condition));
    let must_be_given = conditions.iter().any(|condition| must_be_given(condition));
    if must_be_missing && must_be_given {
        return true;
    }
    // Where one condition names all possible values, each of them can be tried.
    conditions
        .iter()
        .any(|condition| match (&condition.test, condition.negated) {
            (Test::OneOf(values), false) if !values.is_empty() => !values.iter().any(|value| {
                let is_fulfilled = |other: &&Condition| other.test.passes(Some(value)) != other.negated;
                conditions.iter().all(is_fulfilled)
            }),
            _ => false,
        })
}

fn must_be_missing(condition: &Condition) -> bool {
    match &condition.test {
        Test::OneOf(values) => values.is_empty() && !condition.negated,
        Test::Present => condition.negated,
        Test::Between(..) => false,
    }
}

fn must_be_given(condition: &Condition) -> bool {
    match &condition.test {
        Test::OneOf(values) => values.is_empty() == condition.negated,
        Test::Present | Test::Between(..) => !condition.negated,
    }
}
