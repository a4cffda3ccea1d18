//! Normalizes a kind's definition: converts the several forms that people write into one.
//!
//! Role: between the YAML of `kinds.yaml` or `content/_kinds/*.yaml` and [`super::definition`], which knows one form
//! only: `labels`, `fields` and `values` as maps by name, `min` and `max`, a roster's name under `of`. [`PathMap`]
//! records what was moved, so that findings name the line as written. Reports only what it cannot place.

use super::super::check::{missing_field_finding, scalar, untagged};
use super::definition::{FIELD_KEYS, text_of};
use crate::diag::{Code, Diagnostic};
use crate::yaml::{Mapping, PathMap, Value, YamlDocument};

/// The result of normalizing a definition.
pub(super) struct NormalizedDefinition {
    /// The normalized definition.
    pub(super) map: Mapping,
    /// Where its values were written.
    pub(super) path_map: PathMap,
    /// Findings about list items without a name and about names given twice.
    pub(super) findings: Vec<Diagnostic>,
}

/// Normalizes the definition `map`. `base` is the kind that it changes, normalized already.
pub(super) fn normalize_kind(
    document: &YamlDocument<'_>,
    mut map: Mapping,
    base: Option<&Mapping>,
) -> NormalizedDefinition {
    let mut former = Normalizer::new(document);
    let top = PathPair::default();
    former.rename_key(&mut map, &top, "label", "labels");
    let known = base.and_then(|base| base.get("fields")).and_then(Value::as_mapping);
    if let Some(fields) = map.get_mut("fields") {
        *fields = former.normalize_fields(fields, &top.join("fields"), known);
    }
    former.finish(map)
}

/// Normalizes the list of fields that all kinds share.
pub(super) fn normalize_common(document: &YamlDocument<'_>, fields: &Value) -> NormalizedDefinition {
    let mut former = Normalizer::new(document);
    let fields = former.normalize_fields(fields, &PathPair::default().join("common"), None);
    former.finish(Mapping::from_iter([(Value::from("common"), fields)]))
}

/// The two paths of one value: as read and as written.
#[derive(Default)]
struct PathPair {
    read_path: Vec<String>,
    written_path: Vec<String>,
}

impl PathPair {
    fn join(&self, key: &str) -> Self {
        self.join_moved(key, &[key])
    }

    /// The value that is read at `key` and was written at `steps` from here.
    fn join_moved(&self, key: &str, steps: &[&str]) -> Self {
        let longer = |path: &[String], steps: &[&str]| {
            let steps = steps.iter().map(|step| (*step).to_owned());
            path.iter().cloned().chain(steps).collect()
        };
        Self {
            read_path: longer(&self.read_path, &[key]),
            written_path: longer(&self.written_path, steps),
        }
    }
}

/// A named item of a list: the name, the value, and the steps from the list to the value.
type NamedItem = (String, Value, Vec<String>);

struct Normalizer<'c, 'd> {
    document: &'c YamlDocument<'d>,
    path_map: PathMap,
    findings: Vec<Diagnostic>,
}

impl<'c, 'd> Normalizer<'c, 'd> {
    fn new(document: &'c YamlDocument<'d>) -> Self {
        Self {
            document,
            path_map: PathMap::default(),
            findings: Vec::new(),
        }
    }

    fn finish(self, map: Mapping) -> NormalizedDefinition {
        NormalizedDefinition {
            map,
            path_map: self.path_map,
            findings: self.findings,
        }
    }

    fn normalize_fields(&mut self, value: &Value, at: &PathPair, base: Option<&Mapping>) -> Value {
        let (fields, places) = match untagged(value) {
            Value::Mapping(map) => entries_by_name(map, at),
            Value::Sequence(items) => self.items_by_name(items, at, "name", |key| !FIELD_KEYS.contains(&key)),
            other => return other.clone(),
        };
        let formed = fields.into_iter().zip(places).map(|((name, definition), place)| {
            let known = base.and_then(|base| base.get(&name)).and_then(Value::as_mapping);
            let definition = self.normalize_field(&definition, &place, known);
            (name, definition)
        });
        Value::Mapping(formed.collect())
    }

    fn normalize_field(&mut self, value: &Value, at: &PathPair, base: Option<&Mapping>) -> Value {
        let Value::Mapping(map) = untagged(value) else {
            return value.clone();
        };
        let mut map = map.clone();
        self.rename_key(&mut map, at, "label", "labels");
        let is_roster = |map: &Mapping| text_of(map, "type") == "roster";
        if is_roster(&map) || (!map.contains_key("type") && base.is_some_and(is_roster)) {
            self.rename_key(&mut map, at, "roster", "of");
        }
        self.split_range(&mut map, at);
        if let Some(values) = map.get_mut("values") {
            *values = self.normalize_values(values, &at.join("values"));
        }
        Value::Mapping(map)
    }

    /// Splits `range: [1, 9]` into `min` and `max`. Any other value of `range` stays, for the reader to reject.
    fn split_range(&mut self, map: &mut Mapping, at: &PathPair) {
        let Some(Value::Sequence(ends)) = map.get("range").map(untagged) else {
            return;
        };
        let [min, max] = &ends[..] else { return };
        for (key, index, end) in [("min", "0", min.clone()), ("max", "1", max.clone())] {
            // An open end is written `null` or `~`.
            if !end.is_null() {
                let place = at.join_moved(key, &["range", index]);
                self.path_map.insert(&place.read_path, &place.written_path);
                map.insert(Value::from(key), end);
            }
        }
        map.remove("range");
    }

    /// Normalizes the values of an enum: each id with its label or labels.
    fn normalize_values(&mut self, value: &Value, at: &PathPair) -> Value {
        let (values, places) = match untagged(value) {
            Value::Mapping(map) => entries_by_name(map, at),
            Value::Sequence(items) => self.items_by_name(items, at, "id", |key| !LABEL_KEYS.contains(&key)),
            other => return other.clone(),
        };
        let formed = values.into_iter().zip(places).map(|((id, value), place)| {
            let labels = self.normalize_value_labels(&value, &place);
            (id, labels)
        });
        Value::Mapping(formed.collect())
    }

    /// The labels of one value of an enum, given as `{labels: …}` or directly.
    fn normalize_value_labels(&mut self, value: &Value, at: &PathPair) -> Value {
        let Value::Mapping(map) = untagged(value) else {
            return value.clone();
        };
        for key in ["labels", "label"] {
            if let (Some(labels), 1) = (map.get(key), map.len()) {
                let written: Vec<String> = at.written_path.iter().cloned().chain([key.to_owned()]).collect();
                self.path_map.insert(&at.read_path, &written);
                return labels.clone();
            }
        }
        value.clone()
    }

    /// Converts the items of a list into a map. The names come from `key` (or its alternative), from the only key, or
    /// from the item itself.
    fn items_by_name(
        &mut self,
        items: &[Value],
        at: &PathPair,
        key: &'static str,
        is_name: fn(&str) -> bool,
    ) -> (Mapping, Vec<PathPair>) {
        let mut map = Mapping::with_capacity(items.len());
        let mut places = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let Some((name, value, steps)) = name_item(item, key, is_name) else {
                self.report_nameless(&at.join_moved(key, &[&index.to_string()]), key);
                continue;
            };
            let index = index.to_string();
            let steps: Vec<&str> = [index.as_str()]
                .into_iter()
                .chain(steps.iter().map(String::as_str))
                .collect();
            let place = at.join_moved(&name, &steps);
            if map.contains_key(name.as_str()) {
                self.report_duplicate(&place, &name);
                continue;
            }
            self.path_map.insert(&place.read_path, &place.written_path);
            map.insert(Value::from(name), value);
            places.push(place);
        }
        (map, places)
    }

    fn report_nameless(&mut self, at: &PathPair, key: &str) {
        let path: Vec<&str> = at.written_path.iter().map(String::as_str).collect();
        let place = self.document.value_place(&path);
        self.findings
            .push(missing_field_finding(self.document, &[key]).at(place));
    }

    fn report_duplicate(&mut self, at: &PathPair, name: &str) {
        let path: Vec<&str> = at.written_path.iter().map(String::as_str).collect();
        let place = self.document.value_place(&path);
        self.findings
            .push(Diagnostic::new(Code::DuplicateId).at(place).with("id", name));
    }

    /// Moves the value of `from` to `to`, unless `to` exists already.
    fn rename_key(&mut self, map: &mut Mapping, at: &PathPair, from: &str, to: &str) {
        if map.contains_key(to) {
            return;
        }
        if let Some(value) = map.remove(from) {
            let place = at.join_moved(to, &[from]);
            self.path_map.insert(&place.read_path, &place.written_path);
            map.insert(Value::from(to), value);
        }
    }
}

/// Keys of an enum's value other than its id.
const LABEL_KEYS: &[&str] = &["zh-CN", "zh", "en", "labels", "label"];

fn entries_by_name(map: &Mapping, at: &PathPair) -> (Mapping, Vec<PathPair>) {
    (map.clone(), map.keys().map(|key| at.join(&scalar(key))).collect())
}

/// The name of a list item: the value of `key` or of its alternative (`name` and `id`); its only key, when that can be
/// a name; or the item itself.
fn name_item(item: &Value, key: &str, is_name: fn(&str) -> bool) -> Option<NamedItem> {
    match untagged(item) {
        Value::Mapping(map) => {
            for key in [key, "name", "id"] {
                let name = text_of(map, key);
                if !name.is_empty() {
                    let mut map = map.clone();
                    map.remove(key);
                    return Some((name, Value::Mapping(map), Vec::new()));
                }
            }
            let (only, value) = map.iter().next().filter(|_| map.len() == 1)?;
            let name = scalar(only).trim().to_owned();
            (!name.is_empty() && is_name(&name)).then(|| (name.clone(), value.clone(), vec![name]))
        }
        Value::Null | Value::Sequence(_) => None,
        text => {
            let name = scalar(text).trim().to_owned();
            (!name.is_empty()).then(|| (name, Value::Mapping(Mapping::new()), Vec::new()))
        }
    }
}
