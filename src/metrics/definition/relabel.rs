//! Labels of built-in metrics when the site gives a value another label.
//!
//! A metric of one value is named after it: 区级媒体报道 counts what is 区级. When the site calls that value 县级, the
//! metric becomes 县级媒体报道.

use crate::metrics::metric::{Condition, Metric, Source, Test};
use crate::schema::{Labels, Relabelling};

/// Gives the metrics that do not have a label of the site's own the labels that follow from `relabelled`.
pub(super) fn relabel_metrics(all: &mut [Metric], relabelled: &[Relabelling]) {
    for metric in all.iter_mut().filter(|metric| !metric.places.contains_key("label")) {
        if let Some(label) = followed_label(metric, relabelled) {
            metric.label = label;
        }
    }
}

/// The label of a metric of one relabelled value. `None` for other metrics.
fn followed_label(metric: &Metric, relabelled: &[Relabelling]) -> Option<Labels> {
    metric.conditions.iter().find_map(|condition| {
        let id = single_value(condition)?;
        let is_meant = |change: &&Relabelling| {
            change.id == id
                && match &metric.source {
                    Source::Kinds(kinds) => kinds.contains(&change.kind) && change.field == condition.field,
                    // A roster's values have no labels of their own. Its metrics use the words of the posts.
                    Source::Roster(_) => true,
                    Source::Metrics(_) => false,
                }
        };
        let change = relabelled.iter().find(is_meant)?;
        let is_roster = metric.is_stock();
        Some(Labels {
            zh: follow(&metric.label.zh, &change.former.zh, &change.now.zh, is_roster),
            en: follow(&metric.label.en, &change.former.en, &change.now.en, is_roster),
        })
    })
}

/// The id of the only value that a condition asks for.
fn single_value(condition: &Condition) -> Option<String> {
    match &condition.test {
        Test::OneOf(values) if !condition.negated => match &values[..] {
            [value] => Some(value.key()),
            _ => None,
        },
        _ => None,
    }
}

/// A label that begins with the value's former label begins with the new one. Any other label of a metric is another
/// word for the value, so the new label replaces it, unless `keep` is set.
fn follow(label: &str, former: &str, now: &str, keep: bool) -> String {
    match label.strip_prefix(former) {
        _ if former == now => label.to_owned(),
        Some(rest) if !former.is_empty() => format!("{now}{rest}"),
        _ if keep => label.to_owned(),
        _ => now.to_owned(),
    }
}
