//! Front matter: the YAML between two `---` lines. This module splits it off, parses it, and checks it against the
//! post's kind.
//!
//! One run reports every error of a file. A valid file is parsed once. Its places are not computed, except that a quick
//! scan of the lines finds the keys that later stages may report.

mod key_aliases;
mod key_places;
mod split;

pub use split::split_front_matter;

use super::meta::{Meta, Review};
use crate::diag::{Checked, Code, Diagnostic, Severity, nearest};
use crate::paths::SourcePath;
use crate::schema::check::{Checker, is_empty, missing_field_finding, scalar, unknown_key_finding, untagged};
use crate::schema::{FieldType, FieldValue, Kind, Schema};
use crate::yaml::{Mapping, ParsedYaml, Value, YamlDocument};
pub(super) use key_aliases::key_for_alias;
pub(super) use key_places::PLACED_KEYS;
pub(crate) use key_places::find_key_place;
use key_places::find_key_places;
use std::ops::Range;

/// Reads the front matter at `yaml` (from `split_front_matter`) in `text`. Returns the id of the post's kind and its
/// values.
///
/// `defaults` apply to keys that the file does not give. Defaults that its kind does not know are ignored. A file
/// without front matter is a `page`, whose first heading becomes its title.
#[must_use]
pub fn read(
    path: &SourcePath,
    text: &str,
    yaml: Option<Range<usize>>,
    schema: &Schema<'_>,
    defaults: &Mapping,
) -> Checked<(String, Meta)> {
    let Some(yaml) = yaml else {
        return Checked {
            value: ("page".to_owned(), Meta::default()),
            findings: Vec::new(),
        };
    };
    let file = path.as_str();
    let (
        ParsedYaml {
            document, mut findings, ..
        },
        map,
    ) = YamlDocument::parse_range(file, text, yaml.clone(), &["review"]).into_map();
    let mut post = MetaBuilder::new(&document, schema, &map, path, defaults);
    post.read_all(&map, defaults);
    let (kind, mut meta) = post.finish(&mut findings);
    meta.places = find_key_places(file, text, yaml);
    Checked {
        value: (kind, meta),
        findings,
    }
}

/// The replacements for values that are understood but not in the standard form, in bytes of `text`.
pub(super) fn value_fixes(
    path: &SourcePath,
    text: &str,
    yaml: Range<usize>,
    schema: &Schema<'_>,
) -> Vec<(Range<usize>, String)> {
    let start = yaml.start;
    let (ParsedYaml { document, .. }, map) = YamlDocument::parse_range(path.as_str(), text, yaml, &[]).into_map();
    let defaults = Mapping::new();
    let mut post = MetaBuilder::new(&document, schema, &map, path, &defaults);
    post.read_all(&map, &defaults);
    if document.has_typos() {
        return Vec::new();
    }
    post.checker
        .fixes
        .into_iter()
        .map(|(range, with)| (range.start + start..range.end + start, with))
        .collect()
}

/// Collects the values of one post while they are read.
pub(super) struct MetaBuilder<'c, 'd> {
    pub(super) checker: Checker<'c, 'd>,
    schema: &'c Schema<'c>,
    kind: &'c Kind,
    /// Whether the kind that the file names exists. Otherwise its keys cannot be checked.
    is_kind_known: bool,
    pub(super) meta: Meta,
}

impl<'c, 'd> MetaBuilder<'c, 'd> {
    fn new(
        document: &'c YamlDocument<'d>,
        schema: &'c Schema<'c>,
        map: &Mapping,
        path: &SourcePath,
        defaults: &Mapping,
    ) -> Self {
        let mut checker = Checker::new(document, schema.rosters, schema.zone);
        let named = map
            .get("kind")
            .filter(|kind| !is_empty(kind))
            .or_else(|| defaults.get("kind"));
        let found = named.map(|value| find_kind(&mut checker, schema, value));
        let kind_is_sure = !matches!(found, Some(None)) && !document.is_broken("kind");
        let kind = found.flatten().unwrap_or_else(|| kind_of_folder(schema, path));
        Self {
            is_kind_known: kind_is_sure,
            ..Self::with_kind(checker, schema, kind)
        }
    }

    /// Starts a post whose kind is known before its values are read.
    pub(super) fn with_kind(checker: Checker<'c, 'd>, schema: &'c Schema<'c>, kind: &'c Kind) -> Self {
        Self {
            checker,
            schema,
            kind,
            is_kind_known: true,
            meta: Meta::default(),
        }
    }

    fn read_all(&mut self, map: &Mapping, defaults: &Mapping) {
        for (key, value) in map {
            let name = scalar(key);
            if !self.read_key(&name, value) {
                self.report_unknown_key(&name, key, value);
            }
        }
        for (key, value) in defaults {
            if map.get(key).is_none_or(Value::is_null) {
                // A default for posts of another kind is not an error.
                let _ = self.read_key(&scalar(key), value);
            }
        }
        self.report_missing();
    }

    /// Reads the value of a key. Returns false when the kind does not know the key.
    pub(super) fn read_key(&mut self, name: &str, value: &Value) -> bool {
        if name == "review" {
            self.read_reviews(value);
            return true;
        }
        let kinds = self.schema.kinds;
        let Some(field) = kinds.field(self.kind, name) else {
            return false;
        };
        if name == "kind" || is_empty(value) {
            return true;
        }
        if name == "tags" {
            self.read_tags(value);
        } else if let Some(found) = self.checker.field(&[name], value, field) {
            self.set_field(name, found);
        }
        true
    }

    fn set_field(&mut self, name: &str, value: FieldValue) {
        let meta = &mut self.meta;
        match (name, value) {
            ("title", FieldValue::Text(text)) => meta.title = text,
            ("date", FieldValue::Moment(moment)) => meta.date = Some(moment),
            ("updated", FieldValue::Moment(moment)) => meta.updated = Some(moment),
            ("summary", FieldValue::Text(text)) => meta.summary = Some(text),
            ("village", FieldValue::Reference(id)) => meta.village = Some(id),
            ("cover", FieldValue::Asset(asset)) => meta.cover = Some(asset),
            ("source", FieldValue::Text(text)) => meta.source = Some(text),
            ("author", FieldValue::Text(text)) => meta.author = Some(text),
            ("draft", FieldValue::Boolean(draft)) => meta.draft = draft,
            ("aliases", FieldValue::List(items)) => meta.aliases = texts(items),
            ("slug", FieldValue::Text(text)) => meta.slug = Some(text),
            ("weight", FieldValue::Integer(weight)) => meta.weight = weight,
            ("event", FieldValue::Text(text)) => meta.event = Some(text),
            ("consent", FieldValue::Boolean(consent)) => meta.consent = Some(consent),
            (_, value) => {
                meta.fields.insert(name.to_owned(), value);
            }
        }
    }

    /// Reads tags and removes duplicates. A single text with separators is split, with a warning.
    fn read_tags(&mut self, value: &Value) {
        let separators = [',', '，', '、', ';', '；'];
        let tags = match untagged(value) {
            Value::String(text) if text.contains(separators) => {
                let tags: Vec<String> = text
                    .split(separators)
                    .map(str::trim)
                    .filter(|tag| !tag.is_empty())
                    .map(str::to_owned)
                    .collect();
                self.checker
                    .warn_rewritten(Code::LooseTags, &["tags"], text, &format!("[{}]", tags.join(", ")));
                // Someone else might split it differently, so `fix` does not do it.
                self.checker.fixes.pop();
                tags
            }
            value => match self
                .checker
                .value(&["tags"], value, &FieldType::List(Box::new(FieldType::String)))
            {
                Some(FieldValue::List(items)) => texts(items),
                _ => Vec::new(),
            },
        };
        for tag in tags {
            if !tag.is_empty() && !self.meta.tags.contains(&tag) {
                self.meta.tags.push(tag);
            }
        }
    }

    /// Reads `review: {first, second, third}`. Each value is a name or `{by, date}`.
    fn read_reviews(&mut self, value: &Value) {
        const STEPS: [&str; 3] = ["first", "second", "third"];
        let map = match untagged(value) {
            Value::Null => return,
            Value::Mapping(map) => map,
            other => {
                let _: Option<()> = self.checker.report_wrong_type(&["review"], other, "reviews");
                return;
            }
        };
        self.checker.check_known_keys(&["review"], map, &STEPS);
        for (index, step) in STEPS.into_iter().enumerate() {
            if let Some(value) = map.get(step).filter(|value| !is_empty(value)) {
                self.meta.review[index] = self.read_review(step, value);
            }
        }
    }

    fn read_review(&mut self, step: &'static str, value: &Value) -> Option<Review> {
        let map = match untagged(value) {
            Value::Mapping(map) => map,
            Value::Sequence(_) => return self.checker.report_wrong_type(&["review", step], value, "review"),
            _ => match self.checker.value(&["review", step], value, &FieldType::String)? {
                FieldValue::Text(by) => return Some(Review { by, date: None }),
                _ => return None,
            },
        };
        self.checker.check_known_keys(&["review", step], map, &["by", "date"]);
        let by = map.get("by").filter(|by| !is_empty(by));
        let Some(by) = by else {
            let place = self.checker.document.value_place(&["review", step]);
            self.checker
                .findings
                .push(missing_field_finding(self.checker.document, &["review", step, "by"]).at(place));
            return None;
        };
        let date = match map.get("date").filter(|date| !is_empty(date)) {
            None => None,
            Some(date) => match self.checker.value(&["review", step, "date"], date, &FieldType::Date) {
                Some(FieldValue::Moment(moment)) => Some(moment.date),
                _ => None,
            },
        };
        match self.checker.value(&["review", step, "by"], by, &FieldType::String)? {
            FieldValue::Text(by) => Some(Review { by, date }),
            _ => None,
        }
    }

    /// Reports a key that the kind does not know: an error. For pages and lenient sites it is a warning, and the key is
    /// kept.
    fn report_unknown_key(&mut self, name: &str, key: &Value, value: &Value) {
        self.meta.extra.insert(key.clone(), value.clone());
        if !self.is_kind_known {
            return;
        }
        let severity = if self.kind.id == "page" {
            Severity::Warning
        } else {
            self.schema.policy.unknown_keys
        };
        let fields = || self.schema.kinds.common().iter().chain(&self.kind.fields);
        let known: Vec<&str> = fields().map(|field| field.name.as_str()).chain(["review"]).collect();
        let labelled = fields()
            .find(|field| field.labels.zh == name)
            .map(|field| field.name.as_str());
        let near = labelled
            .or_else(|| key_for_alias(name))
            .filter(|near| known.contains(near))
            .or_else(|| nearest(name, known.iter().copied()));
        self.checker
            .findings
            .push(unknown_key_finding(self.checker.document, &[name], near, &known).with_severity(severity));
    }

    /// Reports missing required values, unless their entry is broken or its value was reported as wrong.
    pub(super) fn report_missing(&mut self) {
        let document = self.checker.document;
        if self.meta.title.is_empty() && !self.is_reported("title") {
            self.checker.findings.push(missing_field_finding(document, &["title"]));
        }
        if self.kind.dated && self.is_kind_known && self.meta.date.is_none() && !self.is_reported("date") {
            self.checker.findings.push(missing_field_finding(document, &["date"]));
        }
        for field in self
            .kind
            .fields
            .iter()
            .filter(|field| field.required && self.is_kind_known)
        {
            if !self.meta.fields.contains_key(&field.name) && !self.is_reported(&field.name) {
                self.checker
                    .findings
                    .push(missing_field_finding(document, &[&field.name]));
            }
        }
    }

    /// Whether a finding about this key, or about its Chinese name, exists already.
    fn is_reported(&self, key: &str) -> bool {
        let is_meant = |finding: &Diagnostic| {
            finding.severity == Severity::Error
                && finding.values.iter().any(|(name, value)| match *name {
                    "key" => value == key,
                    "nearest" => value == key && finding.code == Code::UnknownKey,
                    _ => false,
                })
        };
        let broken = self.checker.document.is_broken(key);
        let other_name = || {
            self.meta
                .extra
                .keys()
                .any(|name| key_for_alias(&scalar(name)) == Some(key))
        };
        broken || other_name() || self.checker.findings.iter().any(is_meant)
    }

    /// Returns the kind's id and the values. Appends the findings to `findings`, in the order of the file.
    pub(super) fn finish(mut self, findings: &mut Vec<Diagnostic>) -> (String, Meta) {
        findings.append(&mut self.checker.findings);
        findings.sort_by_key(|finding| finding.place.as_ref().map(|place| (place.line, place.column)));
        (self.kind.id.clone(), self.meta)
    }
}

/// The kind that a value names by id or label. Returns `None`, with a finding, when no such kind exists.
fn find_kind<'s>(checker: &mut Checker<'_, '_>, schema: &Schema<'s>, value: &Value) -> Option<&'s Kind> {
    let name = scalar(value);
    let name = name.trim();
    let kinds = schema.kinds;
    if let Some(kind) = kinds
        .get(name)
        .or_else(|| kinds.iter().find(|kind| kind.labels.zh == name))
    {
        return Some(kind);
    }
    let ids: Vec<&str> = kinds.iter().map(|kind| kind.id.as_str()).collect();
    let folder = kinds.of_folder(name).map(|kind| kind.id.as_str());
    let names = kinds
        .iter()
        .flat_map(|kind| [kind.id.as_str(), kind.labels.zh.as_str()]);
    let mut finding = Diagnostic::new(Code::UnknownKind)
        .at(checker.document.value_place(&["kind"]))
        .with("value", name);
    if let Some(near) = folder.or_else(|| nearest(name, names)) {
        finding = finding.with("nearest", near);
    }
    checker.findings.push(finding.with("known", ids.join(", ")));
    None
}

/// The kind of the top folder, otherwise `page`.
fn kind_of_folder<'s>(schema: &Schema<'s>, path: &SourcePath) -> &'s Kind {
    let top = path
        .in_content()
        .and_then(|path| path.split_once('/'))
        .map_or("", |(top, _)| top);
    let kinds = schema.kinds;
    kinds
        .of_folder(top)
        .or_else(|| kinds.get("page"))
        .expect("the kind `page` is built in and cannot be removed")
}

fn texts(items: Vec<FieldValue>) -> Vec<String> {
    items
        .into_iter()
        .filter_map(|item| match item {
            FieldValue::Text(text) => Some(text),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests;
