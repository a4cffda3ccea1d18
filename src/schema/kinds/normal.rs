//! A kind's definition in one form, from the several forms that people write.
//!
//! Role: between the YAML of `kinds.yaml` or `content/_kinds/*.yaml` and [`super::definition`], which knows one form
//! only: `labels`, `fields` and `values` as maps by name, `min` and `max`, a roster's name under `of`. What is put
//! elsewhere is noted in [`Moves`], so that findings name the line as written. Judges nothing but what it cannot place.

use super::super::check::{missing, scalar, untagged};
use super::definition::{FIELD_KEYS, text_of};
use crate::diag::{Code, Diagnostic};
use crate::yaml::{Document, Mapping, Moves, Value};

/// What came of bringing a definition into form.
pub(super) struct Normal {
    /// The definition in form.
    pub(super) map: Mapping,
    /// Where its values were written.
    pub(super) moves: Moves,
    /// List items without a name, and names given twice.
    pub(super) findings: Vec<Diagnostic>,
}

/// Brings the definition `map` into form. `base` is the kind that it changes, in form.
pub(super) fn normal(document: &Document<'_>, mut map: Mapping, base: Option<&Mapping>) -> Normal {
    let mut former = Former::new(document);
    let top = At::default();
    former.rename(&mut map, &top, "label", "labels");
    let known = base.and_then(|base| base.get("fields")).and_then(Value::as_mapping);
    if let Some(fields) = map.get_mut("fields") {
        *fields = former.fields(fields, &top.step("fields"), known);
    }
    former.done(map)
}

/// Brings the list of fields that all kinds share into form.
pub(super) fn common(document: &Document<'_>, fields: &Value) -> Normal {
    let mut former = Former::new(document);
    let fields = former.fields(fields, &At::default().step("common"), None);
    former.done(Mapping::from_iter([(Value::from("common"), fields)]))
}

/// One place under both its paths.
#[derive(Default)]
struct At {
    read: Vec<String>,
    written: Vec<String>,
}

impl At {
    fn step(&self, key: &str) -> Self {
        self.moved(key, &[key])
    }

    /// The place that is read at `key` and written at `steps` from here.
    fn moved(&self, key: &str, steps: &[&str]) -> Self {
        let longer = |path: &[String], steps: &[&str]| {
            let steps = steps.iter().map(|step| (*step).to_owned());
            path.iter().cloned().chain(steps).collect()
        };
        Self {
            read: longer(&self.read, &[key]),
            written: longer(&self.written, steps),
        }
    }
}

/// An item of a list that has a name: the name, what it names, and the steps from the list to that.
type Named = (String, Value, Vec<String>);

struct Former<'c, 'd> {
    document: &'c Document<'d>,
    moves: Moves,
    findings: Vec<Diagnostic>,
}

impl<'c, 'd> Former<'c, 'd> {
    fn new(document: &'c Document<'d>) -> Self {
        Self {
            document,
            moves: Moves::default(),
            findings: Vec::new(),
        }
    }

    fn done(self, map: Mapping) -> Normal {
        Normal {
            map,
            moves: self.moves,
            findings: self.findings,
        }
    }

    fn fields(&mut self, value: &Value, at: &At, base: Option<&Mapping>) -> Value {
        let (fields, places) = match untagged(value) {
            Value::Mapping(map) => by_name(map, at),
            Value::Sequence(items) => self.by_item(items, at, "name", |key| !FIELD_KEYS.contains(&key)),
            other => return other.clone(),
        };
        let formed = fields.into_iter().zip(places).map(|((name, definition), place)| {
            let known = base.and_then(|base| base.get(&name)).and_then(Value::as_mapping);
            let definition = self.field(&definition, &place, known);
            (name, definition)
        });
        Value::Mapping(formed.collect())
    }

    fn field(&mut self, value: &Value, at: &At, base: Option<&Mapping>) -> Value {
        let Value::Mapping(map) = untagged(value) else {
            return value.clone();
        };
        let mut map = map.clone();
        self.rename(&mut map, at, "label", "labels");
        let is_roster = |map: &Mapping| text_of(map, "type") == "roster";
        if is_roster(&map) || (!map.contains_key("type") && base.is_some_and(is_roster)) {
            self.rename(&mut map, at, "roster", "of");
        }
        self.range(&mut map, at);
        if let Some(values) = map.get_mut("values") {
            *values = self.values(values, &at.step("values"));
        }
        Value::Mapping(map)
    }

    /// Splits `range: [1, 9]` into `min` and `max`; anything else under `range` stays, for the reader to refuse.
    fn range(&mut self, map: &mut Mapping, at: &At) {
        let Some(Value::Sequence(ends)) = map.get("range").map(untagged) else {
            return;
        };
        let [min, max] = &ends[..] else { return };
        for (key, index, end) in [("min", "0", min.clone()), ("max", "1", max.clone())] {
            // An open end is written `null` or `~`.
            if !end.is_null() {
                let place = at.moved(key, &["range", index]);
                self.moves.note(&place.read, &place.written);
                map.insert(Value::from(key), end);
            }
        }
        map.remove("range");
    }

    /// The values of an enum: each id with its label or labels.
    fn values(&mut self, value: &Value, at: &At) -> Value {
        let (values, places) = match untagged(value) {
            Value::Mapping(map) => by_name(map, at),
            Value::Sequence(items) => self.by_item(items, at, "id", |key| !LABEL_KEYS.contains(&key)),
            other => return other.clone(),
        };
        let formed = values.into_iter().zip(places).map(|((id, value), place)| {
            let labels = self.value_labels(&value, &place);
            (id, labels)
        });
        Value::Mapping(formed.collect())
    }

    /// What stands for the labels of one value of an enum: `{labels: …}` or the labels themselves.
    fn value_labels(&mut self, value: &Value, at: &At) -> Value {
        let Value::Mapping(map) = untagged(value) else {
            return value.clone();
        };
        for key in ["labels", "label"] {
            if let (Some(labels), 1) = (map.get(key), map.len()) {
                let written: Vec<String> = at.written.iter().cloned().chain([key.to_owned()]).collect();
                self.moves.note(&at.read, &written);
                return labels.clone();
            }
        }
        value.clone()
    }

    /// The items of a list as a map: names given by `key` (or its like), by the only key, or by the item itself.
    fn by_item(
        &mut self,
        items: &[Value],
        at: &At,
        key: &'static str,
        is_name: fn(&str) -> bool,
    ) -> (Mapping, Vec<At>) {
        let mut map = Mapping::with_capacity(items.len());
        let mut places = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let Some((name, value, steps)) = named(item, key, is_name) else {
                self.nameless(&at.moved(key, &[&index.to_string()]), key);
                continue;
            };
            let index = index.to_string();
            let steps: Vec<&str> = [index.as_str()]
                .into_iter()
                .chain(steps.iter().map(String::as_str))
                .collect();
            let place = at.moved(&name, &steps);
            if map.contains_key(name.as_str()) {
                self.again(&place, &name);
                continue;
            }
            self.moves.note(&place.read, &place.written);
            map.insert(Value::from(name), value);
            places.push(place);
        }
        (map, places)
    }

    fn nameless(&mut self, at: &At, key: &str) {
        let path: Vec<&str> = at.written.iter().map(String::as_str).collect();
        let place = self.document.value(&path);
        self.findings.push(missing(self.document, &[key]).at(place));
    }

    fn again(&mut self, at: &At, name: &str) {
        let path: Vec<&str> = at.written.iter().map(String::as_str).collect();
        let place = self.document.value(&path);
        self.findings
            .push(Diagnostic::new(Code::DuplicateId).at(place).with("id", name));
    }

    /// Puts what stands under `from` under `to`, when nothing is there yet.
    fn rename(&mut self, map: &mut Mapping, at: &At, from: &str, to: &str) {
        if map.contains_key(to) {
            return;
        }
        if let Some(value) = map.remove(from) {
            let place = at.moved(to, &[from]);
            self.moves.note(&place.read, &place.written);
            map.insert(Value::from(to), value);
        }
    }
}

/// Keys of an enum's value that are not its id.
const LABEL_KEYS: &[&str] = &["zh-CN", "zh", "en", "labels", "label"];

fn by_name(map: &Mapping, at: &At) -> (Mapping, Vec<At>) {
    (map.clone(), map.keys().map(|key| at.step(&scalar(key))).collect())
}

/// The name of a list's item: under `key` or the other of `name` and `id`; its only key, when that can be a name; or
/// the item itself.
fn named(item: &Value, key: &str, is_name: fn(&str) -> bool) -> Option<Named> {
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
