//! Metrics from the YAML that defines them: `metrics.yaml` beside this file, then a site's `content/_metrics.yaml`.

mod clauses;
mod reader;

use super::metric::{Aggregate, Metric, Metrics, Source};
use crate::config::Pieces;
use crate::diag::{Checked, Code, Diagnostic, nearest};
use crate::schema::check::{Checker, scalar, untagged};
use crate::schema::{Kinds, Labels, Rosters};
use crate::yaml::{Document, Mapping, Value};
pub(super) use clauses::passes;
use jiff::tz::TimeZone;
use reader::Reader;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const BUILT_IN: &str = include_str!("metrics.yaml");

static RAW_BUILT_IN: LazyLock<Mapping> = LazyLock::new(|| Document::whole("metrics.yaml", BUILT_IN, &[]).into_map().1);

/// Characters of an id at most.
const LONGEST_ID: usize = 64;

/// The keys of a definition.
const KEYS: &[&str] = &[
    "label",
    "unit",
    "of",
    "where",
    "aggregate",
    "once",
    "dated",
    "as_of",
    "equals",
    "headline",
];

/// What definitions are checked against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) kinds: &'a Kinds,
    pub(super) rosters: &'a Rosters,
    pub(super) pieces: Pieces,
}

/// All metrics of a site. `file` is the path and text of `content/_metrics.yaml`, when there is one; `pieces` says how
/// reprints are counted where a metric does not.
///
/// A built-in metric of a kind or field that the site has taken away is left out. Each kind of post without a metric
/// gets `KIND.all`, which counts it.
#[must_use]
pub fn metrics(file: Option<(&str, &str)>, kinds: &Kinds, rosters: &Rosters, pieces: Pieces) -> Checked<Metrics> {
    let ground = Ground { kinds, rosters, pieces };
    let mut all = built_in(ground);
    let mut findings = Vec::new();
    if let Some((file, text)) = file {
        findings = own(ground, file, text, &mut all);
    }
    count_the_rest(ground, &mut all);
    Checked {
        value: Metrics(all),
        findings,
    }
}

fn built_in(ground: Ground<'_>) -> Vec<Metric> {
    let document = Document::whole("metrics.yaml", "", &[]).document;
    let zone = TimeZone::UTC;
    let read = |(id, value): (&Value, &Value)| {
        let mut checker = Checker::new(&document, ground.rosters, &zone);
        let definition = value.as_mapping()?;
        let metric = Reader::new(ground, &mut checker, scalar(id).into_owned()).metric(definition);
        metric.filter(|_| checker.findings.is_empty())
    };
    RAW_BUILT_IN.iter().filter_map(read).collect()
}

/// Adds and changes metrics as the site's own file says.
fn own(ground: Ground<'_>, file: &str, text: &str, all: &mut Vec<Metric>) -> Vec<Diagnostic> {
    let (reading, map) = Document::whole(file, text, &[]).into_map();
    let mut findings = reading.findings;
    let zone = TimeZone::UTC;
    for (id, value) in &map {
        let id = scalar(id).into_owned();
        let mut checker = Checker::new(&reading.document, ground.rosters, &zone);
        let metric = own_one(ground, &mut checker, &id, value);
        findings.append(&mut checker.findings);
        let Some(metric) = metric else { continue };
        match all.iter().position(|known| known.id == id) {
            Some(at) => all[at] = metric,
            None => all.insert(place_in(all, &metric), metric),
        }
    }
    findings.extend(sums_of_unknowns(&reading.document, all));
    findings
}

/// Behind the last metric of its group, so that a group stays together.
fn place_in(all: &[Metric], metric: &Metric) -> usize {
    let group = all.iter().rposition(|other| other.group() == metric.group());
    group.map_or(all.len(), |at| at + 1)
}

fn own_one(ground: Ground<'_>, checker: &mut Checker<'_, '_>, id: &str, value: &Value) -> Option<Metric> {
    let Value::Mapping(map) = untagged(value) else {
        return checker.wrong(&[id], value, "map");
    };
    checker.known_keys(&[id], map, KEYS);
    let mut merged = RAW_BUILT_IN
        .get(id)
        .and_then(Value::as_mapping)
        .cloned()
        .unwrap_or_default();
    merged.extend(map.clone());
    let mut reader = Reader::new(ground, checker, id.to_owned());
    if !is_metric_id(id) {
        reader.bad("id", "metric-bad-id", id);
        return None;
    }
    let mut metric = reader.metric(&merged)?;
    metric.places.insert("id", checker.document.key(&[id]));
    for key in ["equals", "where", "of"] {
        if map.contains_key(key) {
            metric.places.insert(key, checker.document.value(&[id, key]));
        }
    }
    Some(metric)
}

/// `group.name`: letters, digits, hyphens, underscores around one dot; it becomes a folder's name in addresses.
fn is_metric_id(id: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
    };
    id.len() <= LONGEST_ID
        && id
            .split_once('.')
            .is_some_and(|(group, name)| is_word(group) && is_word(name))
}

/// `equals` must name metrics that exist, which only all of them together can tell.
fn sums_of_unknowns(document: &Document<'_>, all: &[Metric]) -> Vec<Diagnostic> {
    let ids = || all.iter().map(|metric| metric.id.as_str());
    let mut findings = Vec::new();
    for metric in all.iter().filter(|metric| !metric.places.is_empty()) {
        for (_, id) in &metric.equals {
            if !ids().any(|known| known == id) {
                let finding = Diagnostic::new(Code::UnknownMetric)
                    .at(document.value(&[&metric.id, "equals"]))
                    .with("metric", id)
                    .with_some("nearest", nearest(id, ids()));
                findings.push(finding);
            }
        }
    }
    findings
}

/// A metric that counts the posts, for each kind of post without one.
fn count_the_rest(ground: Ground<'_>, all: &mut Vec<Metric>) {
    for kind in ground.kinds.iter().filter(|kind| kind.dated && kind.id != "report") {
        if all.iter().any(|metric| metric.of == Source::Kind(kind.id.clone())) {
            continue;
        }
        all.push(Metric {
            id: format!("{}.all", kind.id),
            label: kind.labels.clone(),
            unit: Labels {
                zh: "篇".to_owned(),
                en: "posts".to_owned(),
            },
            unit_of_one: "post".to_owned(),
            of: Source::Kind(kind.id.clone()),
            conditions: Vec::new(),
            aggregate: Aggregate::Count,
            once: clauses::usual_once(kind, ground.pieces),
            dated: None,
            as_of: None,
            equals: Vec::new(),
            headline: true,
            places: BTreeMap::new(),
        });
    }
}
