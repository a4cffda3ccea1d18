//! Front matter: the YAML between two `---` lines. This module splits it off, parses it, and checks it against the
//! post's kind.
//!
//! One run reports every error of a file. A valid file is parsed once. Its places are not computed, except that a quick
//! scan of the lines finds the keys that later stages may report.

mod ai;
mod fences;
mod key_places;
mod kind;
mod outlet;
mod readings;
mod reviews;
mod split;
mod tags;
mod unknown_keys;

pub use split::split_front_matter;
pub(super) use split::with_standard_fences;

use super::aliases::read_aliases;
use super::meta::{Fields, Meta};
use super::names::{COUNTS, MAP_KEYS, field_by_key, key_for_word, kind_near_folder};
use super::placed_keys::KeyPlaces;
use crate::diag::{Checked, Code, Diagnostic, Place, Severity};
use crate::paths::SourcePath;
use crate::schema::check::{Checker, is_empty, missing_field_finding, scalar};
use crate::schema::{FieldValue, Kind, LEVEL, OUTLET_FIELD, Schema};
use crate::yaml::{Mapping, ParsedYaml, Value, YamlDocument};
pub(crate) use key_places::find_key_place;
use key_places::find_key_places;
use kind::{find_kind, kind_of_folder, named_kind, top_folder};
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
        let meta = Meta {
            places: KeyPlaces::in_file(path),
            ..Meta::default()
        };
        return Checked {
            value: ("page".to_owned(), meta),
            findings: Vec::new(),
        };
    };
    let file = path.as_str();
    let (
        ParsedYaml {
            document, mut findings, ..
        },
        map,
    ) = YamlDocument::parse_range(file, text, yaml.clone(), MAP_KEYS).into_map();
    let mut post = MetaBuilder::new(&document, schema, &map, path, defaults);
    post.read_all(&map, defaults);
    let (kind, mut meta) = post.finish(&mut findings);
    meta.places = find_key_places(path, text, yaml);
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
    /// The folder's name when it resembles that of a kind. Keys of that kind are then no faults of their own.
    is_folder_near_kind: bool,
    /// The key by which the front matter names the kind, if it is not `kind`.
    kind_key: Option<String>,
    /// Whether the file is an `index.md` beside the list of its kind: a later stage reports it.
    is_misnamed_section: bool,
    /// The keys that were read, as the kind knows them.
    given: Vec<String>,
    /// The key of the reviews as written, if they were read.
    review_key: Option<String>,
    /// The keys of the outlet and of its level as written, if they differ from the fields' names.
    outlet_keys: Vec<(String, String)>,
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
        let named = named_kind(schema, map).or_else(|| defaults.get("kind").map(|kind| ("kind".to_owned(), kind)));
        let kind_key = named.as_ref().map(|(key, _)| key.clone());
        let found = named.map(|(key, value)| find_kind(&mut checker, schema, &key, value));
        let kind_is_sure = !matches!(found, Some(None)) && !document.is_broken("kind");
        let is_named = found.is_some();
        let kind = found.flatten().unwrap_or_else(|| kind_of_folder(schema, path));
        let mut post = Self::with_kind(checker, schema, kind);
        post.is_kind_known = kind_is_sure;
        post.kind_key = kind_key;
        post.is_misnamed_section =
            path.in_content().and_then(|path| path.strip_suffix("/index.md")) == Some(&kind.folder);
        post.meta.is_page_by_default = kind.id == "page" && !is_named;
        post.is_folder_near_kind = kind_near_folder(schema.kinds, top_folder(path)).is_some();
        post
    }

    /// Starts a post whose kind is known before its values are read.
    pub(super) fn with_kind(checker: Checker<'c, 'd>, schema: &'c Schema<'c>, kind: &'c Kind) -> Self {
        Self {
            checker,
            schema,
            kind,
            is_kind_known: true,
            is_folder_near_kind: false,
            kind_key: None,
            is_misnamed_section: false,
            given: Vec::new(),
            review_key: None,
            outlet_keys: Vec::new(),
            meta: Meta::default(),
        }
    }

    fn read_all(&mut self, map: &Mapping, defaults: &Mapping) {
        let mut unknown = Vec::new();
        for (key, value) in map {
            let name = scalar(key);
            if !self.read_key(&name, value) {
                self.meta.extra.insert(key.clone(), value.clone());
                unknown.push((name, value));
            }
        }
        self.report_unknown_keys(unknown);
        for (key, value) in defaults {
            let name = scalar(key);
            let is_given = self.key_meant_by(&name).is_some_and(|key| self.given.contains(&key));
            if !is_given {
                // A default for posts of another kind is not an error.
                let _ = self.read_key(&name, value);
            }
        }
        self.sort_readings();
        self.resolve_outlet();
        self.report_missing();
        self.report_reviews();
    }

    /// The key of the kind that an editor's key means.
    fn key_meant_by(&self, written: &str) -> Option<String> {
        if written == "review" || (!written.is_ascii() && key_for_word(written) == Some("review")) {
            return Some("review".to_owned());
        }
        if written == "ai"
            || (written == COUNTS && self.has_counts() && self.schema.kinds.field(self.kind, COUNTS).is_none())
        {
            return Some(written.to_owned());
        }
        let field = field_by_key(self.schema.kinds, self.kind, written)?;
        // Chinese words for the kind are words for other things too.
        let is_other_word = field.name == "kind" && written != "kind" && self.kind_key.as_deref() != Some(written);
        (!is_other_word).then(|| field.name.clone())
    }

    /// Reads the value of a key. Returns false when the kind does not know the key.
    pub(super) fn read_key(&mut self, written: &str, value: &Value) -> bool {
        let Some(key) = self.key_meant_by(written) else {
            return false;
        };
        if value.is_null() {
            return true;
        }
        if self.given.contains(&key) {
            let place = self.checker.document.key_place(&[written]);
            let finding = Diagnostic::new(Code::DuplicateKey).at(place).with("key", written);
            self.checker.findings.push(finding);
            return true;
        }
        self.given.push(key.clone());
        if key == "review" {
            self.read_reviews(written, value);
            return true;
        }
        if key == "ai" {
            self.read_ai(written, value);
            return true;
        }
        if key == COUNTS && self.schema.kinds.field(self.kind, COUNTS).is_none() {
            self.read_counts(written, value);
            return true;
        }
        if key == "kind" || is_empty(value) {
            return true;
        }
        if written != key && matches!(key.as_str(), LEVEL | OUTLET_FIELD) {
            self.outlet_keys.push((key.clone(), written.to_owned()));
        }
        let kinds = self.schema.kinds;
        if key == "tags" {
            self.read_tags(written, value);
        } else if key == "aliases" {
            self.meta.aliases = read_aliases(&mut self.checker, self.schema, written, value);
        } else if let Some(field) = kinds.field(self.kind, &key)
            && let Some(found) = self.checker.field(&[written], value, field)
        {
            self.set_field(&key, found);
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
            ("slug", FieldValue::Text(text)) => meta.slug = Some(text),
            ("weight", FieldValue::Integer(weight)) => meta.weight = weight,
            ("event", FieldValue::Text(text)) => meta.event = Some(text),
            ("internal", FieldValue::Boolean(internal)) => meta.internal = internal,
            ("consent", FieldValue::Boolean(consent)) => meta.consent = Some(consent),
            (_, value) => {
                meta.fields.insert(name.to_owned(), value);
            }
        }
    }

    /// Reports missing required values, unless their entry is broken or its value was reported as wrong.
    pub(super) fn report_missing(&mut self) {
        let document = self.checker.document;
        if self.meta.title.is_empty() && !self.is_reported("title") {
            self.checker.findings.push(missing_field_finding(document, &["title"]));
        }
        if self.is_misnamed_section {
            return;
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

    /// Whether a finding about this key, by whatever name, exists already.
    fn is_reported(&self, key: &str) -> bool {
        let means_key = |name: &str| name == key || self.key_meant_by(name).as_deref() == Some(key);
        let is_meant = |finding: &Diagnostic| {
            finding.severity == Severity::Error
                && finding.values.iter().any(|(name, value)| match *name {
                    "key" => means_key(value),
                    "nearest" => value == key && finding.code == Code::UnknownKey,
                    _ => false,
                })
        };
        self.checker.document.is_broken(key) || self.checker.findings.iter().any(is_meant)
    }

    /// The place of the value of the outlet or of its level.
    fn written_place(&self, field: &str) -> Place {
        let written = self.outlet_keys.iter().find(|(known, _)| known == field);
        let key = written.map_or(field, |(_, written)| written);
        self.checker.document.value_place(&[key])
    }

    /// Returns the kind's id and the values. Appends the findings to `findings`, in the order of the file.
    pub(super) fn finish(mut self, findings: &mut Vec<Diagnostic>) -> (String, Meta) {
        self.meta.internal |= self.kind.internal;
        findings.append(&mut self.checker.findings);
        findings.sort_by_key(|finding| finding.place.as_ref().map(|place| (place.line, place.column)));
        self.meta.fields = shrunk(self.meta.fields);
        (self.kind.id.clone(), self.meta)
    }
}

/// The same values without room for more.
fn shrunk(fields: Fields) -> Fields {
    let mut values = fields.into_tuple_vec();
    values.shrink_to_fit();
    Fields::from_sorted_store_unchecked(values)
}

/// The texts among values.
pub(super) fn texts(items: Vec<FieldValue>) -> Vec<String> {
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
