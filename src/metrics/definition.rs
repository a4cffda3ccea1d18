//! Parses the definitions of metrics: `metrics.yaml` beside this file, then a site's `content/_metrics.yaml`.

mod built_in;
mod clauses;
mod condition;
mod contradiction;
mod keys;
mod quotient;
mod reader;
mod relabel;
mod score;
mod state;
mod targets;
mod together;

use super::metric::{Aggregate, Metric, Metrics, Source};
use crate::config::ReprintPolicy;
use crate::diag::{Checked, Diagnostic};
use crate::messages::{Lang, raw_report_text};
use crate::schema::check::{Checker, scalar, untagged};
use crate::schema::{Kinds, Labels, Rosters};
use crate::yaml::{Value, YamlDocument};
use built_in::RAW_BUILT_IN;
pub(crate) use clauses::counts_events;
use jiff::tz::TimeZone;
use reader::{DefinitionContext, DefinitionReader};
use std::collections::BTreeMap;
pub(crate) use targets::parse_targets;

/// The maximum length of an id, in bytes.
const MAX_ID_LENGTH: usize = 64;

/// The keys of a definition.
const KEYS: &[&str] = &[
    "label",
    "unit",
    "of",
    "where",
    "aggregate",
    "points",
    "cap",
    "once",
    "dated",
    "as_of",
    "state",
    "ratio",
    "equals",
    "headline",
    "internal",
];

/// Parses all metrics of a site. `file` is the path and text of `content/_metrics.yaml`, if the file exists. `pieces`
/// is the policy for reprints of metrics that do not set their own.
///
/// Drops a built-in metric when the site has removed its kind or one of its fields. Each kind of post gets `KIND.all`,
/// which counts its posts. Labels of built-in metrics follow the labels that the site gives to values.
#[must_use]
pub fn parse_metrics(
    file: Option<(&str, &str)>,
    kinds: &Kinds,
    rosters: &Rosters,
    pieces: ReprintPolicy,
) -> Checked<Metrics> {
    let context = DefinitionContext { kinds, rosters, pieces };
    let mut all = built_in_metrics(context);
    let mut findings = Vec::new();
    if let Some((file, text)) = file {
        findings = apply_site_file(context, file, text, &mut all);
    }
    add_default_metrics(context, &mut all);
    findings.extend(quotient::resolve_operands(&mut all));
    relabel::relabel_metrics(&mut all, kinds.relabelled());
    Checked {
        value: Metrics::new(all),
        findings,
    }
}

fn built_in_metrics(context: DefinitionContext<'_>) -> Vec<Metric> {
    let document = YamlDocument::parse("metrics.yaml", "", &[]).document;
    let zone = TimeZone::UTC;
    let read = |(id, value): (&Value, &Value)| {
        let mut checker = Checker::new(&document, context.rosters, &zone);
        let definition = value.as_mapping()?;
        let metric = DefinitionReader::new(context, &mut checker, scalar(id).into_owned()).read_metric(definition);
        metric.filter(|_| checker.findings.is_empty())
    };
    RAW_BUILT_IN.iter().filter_map(read).collect()
}

/// Adds and changes metrics by the site's own file.
fn apply_site_file(context: DefinitionContext<'_>, file: &str, text: &str, all: &mut Vec<Metric>) -> Vec<Diagnostic> {
    let (reading, map) = YamlDocument::parse(file, text, &[]).into_map();
    let mut findings = reading.findings;
    let zone = TimeZone::UTC;
    for (id, value) in &map {
        let id = scalar(id).into_owned();
        let mut checker = Checker::new(&reading.document, context.rosters, &zone);
        let metric = parse_site_metric(context, &mut checker, &id, value);
        findings.append(&mut checker.findings);
        let Some(metric) = metric else { continue };
        match all.iter().position(|known| known.id == id) {
            Some(index) => all[index] = metric,
            None => all.insert(insertion_index(all, &metric), metric),
        }
    }
    findings.extend(together::check_own_metrics(&reading.document, all));
    findings
}

/// The index after the last metric of the same group, so that a group stays together.
fn insertion_index(all: &[Metric], metric: &Metric) -> usize {
    let group = all.iter().rposition(|other| other.group() == metric.group());
    group.map_or(all.len(), |index| index + 1)
}

fn parse_site_metric(
    context: DefinitionContext<'_>,
    checker: &mut Checker<'_, '_>,
    id: &str,
    value: &Value,
) -> Option<Metric> {
    let Value::Mapping(map) = untagged(value) else {
        return checker.report_wrong_type(&[id], value, "map");
    };
    checker.check_known_keys(&[id], map, KEYS);
    let mut merged = RAW_BUILT_IN
        .get(id)
        .and_then(Value::as_mapping)
        .cloned()
        .unwrap_or_default();
    quotient::remove_replaced(&mut merged, map);
    merged.extend(map.clone());
    let mut reader = DefinitionReader::new(context, checker, id.to_owned()).with_own_keys(map);
    if !is_metric_id(id) {
        reader.add_finding("id", "metric-bad-id", id);
        return None;
    }
    let mut metric = reader.read_metric(&merged)?;
    if map.contains_key(quotient::RATIO) {
        reader.place_operands(&mut metric);
    }
    metric.places.insert("id", checker.document.key_place(&[id]));
    for key in ["equals", "where", "of", "label", "aggregate", "once", quotient::RATIO] {
        if map.contains_key(key) {
            metric.places.insert(key, checker.document.value_place(&[id, key]));
        }
    }
    Some(metric)
}

/// Whether `id` has the form `group.name`: lower-case letters, digits, hyphens and underscores around one dot. An id
/// becomes a folder's name in addresses.
fn is_metric_id(id: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
    };
    id.len() <= MAX_ID_LENGTH
        && id
            .split_once('.')
            .is_some_and(|(group, name)| is_word(group) && is_word(name))
}

/// Adds `KIND.all`, which counts the posts of a kind, unless the site defines it or a built-in metric counts them.
fn add_default_metrics(context: DefinitionContext<'_>, all: &mut Vec<Metric>) {
    for kind in context.kinds.iter().filter(|kind| kind.dated && kind.id != "report") {
        let id = format!("{}.all", kind.id);
        let counts_kind = |metric: &&Metric| metric.counts_whole_kind(&kind.id);
        let is_built_in = |metric: &Metric| RAW_BUILT_IN.contains_key(metric.id.as_str());
        if all.iter().any(|metric| metric.id == id) || all.iter().filter(counts_kind).any(is_built_in) {
            continue;
        }
        let metric = Metric {
            label: kind.labels.clone(),
            unit: Labels {
                zh: raw_report_text(Lang::Zh, "unit-posts").to_owned(),
                en: raw_report_text(Lang::En, "unit-posts").to_owned(),
            },
            singular_unit: raw_report_text(Lang::En, "unit-post").to_owned(),
            source: Source::Kinds(vec![kind.id.clone()]),
            conditions: Vec::new(),
            aggregate: Aggregate::Count,
            dedup: clauses::default_dedup(kind, context.pieces),
            date_fields: Vec::new(),
            as_of: None,
            state: None,
            equals: Vec::new(),
            headline: !all.iter().any(|metric| counts_kind(&metric)),
            // Its name is that of the kind.
            internal: kind.internal,
            places: BTreeMap::new(),
            id,
        };
        // The first metric of a group is what the group's bare name means.
        let first = all.iter().position(|other| other.group() == kind.id);
        all.insert(first.unwrap_or(all.len()), metric);
    }
}
