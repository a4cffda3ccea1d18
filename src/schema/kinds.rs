//! All kinds of post of a site: the built-in ones, and those that `content/_kinds/` adds or changes.

mod definition;
mod ledger_sources;
mod normalize;
mod relabel;

use super::check::{Checker, scalar, untagged};
use super::kind::{Field, FieldType, Kind, Labels, MAP_KEYS, Relabelling};
use super::roster::Rosters;
use crate::diag::{Checked, Code, Diagnostic};
use crate::yaml::{Mapping, ParsedYaml, Value, YamlDocument};
use definition::{is_identifier, read_fields, read_flag, report_bad_kind, report_unknown_choice, text_of};
use jiff::tz::TimeZone;
use ledger_sources::read_ledger_sources;
use std::sync::LazyLock;

/// The built-in kinds, in the same format as a site's own.
const BUILT_IN_YAML: &str = include_str!("kinds.yaml");

const KIND_KEYS: &[&str] = &[
    "id", "folder", "labels", "template", "feed", "dated", "fields", "remove", "replace", "from", "pages", "internal",
];
/// Folders of the output that a kind must not use.
const RESERVED_FOLDERS: &[&str] = &["tags", "villages", "teams", "archive", "stats", "search", "page"];

/// All kinds of a site.
#[derive(Debug, Clone, PartialEq)]
pub struct Kinds {
    common: Vec<Field>,
    kinds: Vec<Kind>,
    relabelled: Vec<Relabelling>,
    /// What the public site does not show. Posts are counted by it all the same.
    hidden: HiddenKinds,
}

/// The kinds and fields that the public site does not show.
#[derive(Debug, Clone, Default, PartialEq)]
struct HiddenKinds {
    kinds: Vec<Kind>,
    fields: Vec<(String, Field)>,
}

impl Kinds {
    /// The kinds as the public site shows them: without internal ones, and without internal fields.
    #[must_use]
    pub(crate) fn public(&self) -> Self {
        let mut public = self.clone();
        let hidden = |kind: &mut Kind| kind.internal;
        public.hidden.kinds = public.kinds.extract_if(.., hidden).collect();
        for kind in &mut public.kinds {
            let fields = kind.fields.extract_if(.., |field| field.internal);
            let fields = fields.map(|field| (kind.id.clone(), field));
            public.hidden.fields.extend(fields);
        }
        public
    }

    /// Whether the public site does not show the kind with this id.
    #[must_use]
    pub(crate) fn hides_kind(&self, id: &str) -> bool {
        self.hidden.kinds.iter().any(|kind| kind.id == id)
    }

    /// Whether posts of the kind with this id, shown or not, have a date.
    #[must_use]
    pub(crate) fn is_dated(&self, id: &str) -> bool {
        let mut all = self.kinds.iter().chain(&self.hidden.kinds);
        all.any(|kind| kind.id == id && kind.dated)
    }

    /// Whether the public site does not show a field of a kind.
    #[must_use]
    pub(crate) fn hides_field(&self, kind: &str, name: &str) -> bool {
        self.hidden
            .fields
            .iter()
            .any(|(of, field)| of == kind && field.name == name)
    }

    /// The values of a kind's field, shown or not, in their order. Empty for a field of another type.
    #[must_use]
    pub(crate) fn values_of_any(&self, kind: &str, name: &str) -> &[(String, Labels)] {
        let hidden = self
            .hidden
            .fields
            .iter()
            .find(|(of, field)| of == kind && field.name == name);
        let of_hidden_kind = || self.hidden.kinds.iter().find(|known| known.id == kind);
        let known = || self.get(kind).or_else(of_hidden_kind);
        let field = hidden.map(|(_, field)| field);
        let field = field.or_else(|| known()?.fields.iter().find(|field| field.name == name));
        match field.map(|field| &field.ty) {
            Some(FieldType::Enum(values)) => values,
            _ => &[],
        }
    }

    /// Whether the folder is that of a kind that the public site does not show, or is below it.
    #[must_use]
    pub(crate) fn hides_folder(&self, folder: &str) -> bool {
        let is_in = |of: &str| {
            !of.is_empty() && (folder == of || folder.strip_prefix(of).is_some_and(|rest| rest.starts_with('/')))
        };
        self.hidden.kinds.iter().any(|kind| is_in(&kind.folder))
    }

    /// The kinds that every site has.
    #[must_use]
    pub fn built_in() -> Self {
        read_kinds(&[]).value
    }

    /// The kind with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }

    /// The name of the kind with this id, in a language (see `Labels::get`).
    #[must_use]
    pub fn label(&self, id: &str, language: &str) -> Option<&str> {
        self.get(id).map(|kind| kind.labels.get(language))
    }

    /// The kind whose posts are in this folder below `content/`.
    #[must_use]
    pub fn of_folder(&self, folder: &str) -> Option<&Kind> {
        self.kinds
            .iter()
            .find(|kind| !kind.folder.is_empty() && kind.folder == folder)
    }

    /// All kinds: the built-in ones in the order of the contract, then the site's own in the order of their files.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter()
    }

    /// The fields that every kind has, except `review`, which has a format of its own.
    #[must_use]
    pub fn common(&self) -> &[Field] {
        &self.common
    }

    /// The field of this name that posts of `kind` may have: a common field or one of the kind's own.
    #[must_use]
    pub fn field<'k>(&'k self, kind: &'k Kind, name: &str) -> Option<&'k Field> {
        self.common.iter().chain(&kind.fields).find(|field| field.name == name)
    }
}

/// A kind as YAML, before it is typed. Changes are merged at this stage, while keys still mean what they mean in the
/// file.
struct KindDefinition {
    id: String,
    map: Mapping,
}

static BUILT_IN_DEFINITIONS: LazyLock<Mapping> =
    LazyLock::new(|| YamlDocument::parse("kinds.yaml", BUILT_IN_YAML, &[]).into_map().1);

/// Reads the kinds of a site. `files` are pairs of a path such as `content/_kinds/market.yaml` and its text.
#[must_use]
pub(crate) fn read_kinds(files: &[(&str, &str)]) -> Checked<Kinds> {
    let mut findings = Vec::new();
    let common = built_in_common_fields(&mut findings);
    let mut raws = built_in_definitions();
    let mut sorted = files.to_vec();
    sorted.sort_unstable();
    let mut all: Vec<Kind> = Vec::new();
    for raw in &raws {
        let document = YamlDocument::parse("kinds.yaml", "", &[]).document;
        all.push(read_kind(&document, raw, &common, &mut findings));
    }
    for (file, text) in sorted {
        let (
            ParsedYaml {
                document,
                findings: mut found,
                ..
            },
            map,
        ) = YamlDocument::parse(file, text, &[]).into_map();
        findings.append(&mut found);
        if map.is_empty() {
            continue;
        }
        let own = file_definition(&document, file, map);
        let known = raws.iter().position(|raw| raw.id == own.id);
        let normalized = normalize::normalize_kind(&document, own.map, known.map(|index| &raws[index].map));
        findings.extend(normalized.findings);
        let document = document.with_path_map(normalized.path_map);
        let own = KindDefinition {
            map: normalized.map,
            ..own
        };
        let own_fields = field_names(&own.map);
        let merged = match known {
            Some(index) => merge_definitions(&raws[index], &own),
            None => own,
        };
        let mut kind = read_kind(&document, &merged, &common, &mut findings);
        for field in &mut kind.fields {
            field.is_own = own_fields.contains(&field.name);
        }
        if let Some(other) = all
            .iter()
            .find(|other| other.id != kind.id && other.folder == kind.folder && !kind.folder.is_empty())
        {
            let place = document.value_place(&["folder"]);
            findings.push(
                Diagnostic::new(Code::DuplicateId)
                    .at(place)
                    .with("id", &kind.folder)
                    .with("other", &other.id),
            );
            continue;
        }
        match known {
            Some(index) => (raws[index], all[index]) = (merged, kind),
            None => {
                raws.push(merged);
                all.push(kind);
            }
        }
    }
    Checked {
        value: Kinds {
            common,
            kinds: all,
            relabelled: Vec::new(),
            hidden: HiddenKinds::default(),
        },
        findings,
    }
}

fn built_in_common_fields(findings: &mut Vec<Diagnostic>) -> Vec<Field> {
    let document = YamlDocument::parse("kinds.yaml", "", &[]).document;
    let rosters = Rosters::default();
    let zone = TimeZone::UTC;
    let mut checker = Checker::new(&document, &rosters, &zone);
    let normalized = normalize::normalize_common(&document, BUILT_IN_DEFINITIONS.get("common").unwrap_or(&Value::Null));
    let common = read_fields(&mut checker, &["common"], normalized.map.get("common"));
    findings.append(&mut checker.findings);
    common
}

fn built_in_definitions() -> Vec<KindDefinition> {
    let document = YamlDocument::parse("kinds.yaml", "", &[]).document;
    let kinds = BUILT_IN_DEFINITIONS.get("kinds").and_then(Value::as_sequence);
    kinds
        .into_iter()
        .flatten()
        .filter_map(Value::as_mapping)
        .map(|map| KindDefinition {
            id: text_of(map, "id"),
            map: normalize::normalize_kind(&document, map.clone(), None).map,
        })
        .collect()
}

/// The kind that a file defines or changes. Its id is the file's name unless the file states one.
fn file_definition(document: &YamlDocument<'_>, file: &str, map: Mapping) -> KindDefinition {
    let id = text_of(&map, "id");
    if !id.is_empty() {
        return KindDefinition { id, map };
    }
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = document
        .scalar(&["id"])
        .filter(|id| !id.is_empty())
        .unwrap_or_else(|| name.split('.').next().unwrap_or(name));
    KindDefinition {
        id: stem.to_owned(),
        map,
    }
}

/// Returns `base` changed by `change`: keys replace keys, fields are merged by name, `remove` removes fields. The values
/// of a field are added to those that it has, unless the field or the kind says `replace: true`.
fn merge_definitions(base: &KindDefinition, change: &KindDefinition) -> KindDefinition {
    let mut map = base.map.clone();
    let replaces_all = is_true(change.map.get("replace"));
    for (key, value) in &change.map {
        match (scalar(key).as_ref(), value) {
            ("fields", Value::Mapping(changed)) => {
                let mut fields = map
                    .get("fields")
                    .and_then(Value::as_mapping)
                    .cloned()
                    .unwrap_or_default();
                for (name, change) in changed {
                    let merged = match (fields.get(name), change) {
                        (Some(Value::Mapping(field)), Value::Mapping(change)) => {
                            let replaces = replaces_all || is_true(change.get("replace"));
                            Value::Mapping(merge_field(field, change, replaces))
                        }
                        _ => change.clone(),
                    };
                    fields.insert(name.clone(), merged);
                }
                map.insert(key.clone(), Value::Mapping(fields));
            }
            _ => {
                map.insert(key.clone(), value.clone());
            }
        }
    }
    KindDefinition {
        id: base.id.clone(),
        map,
    }
}

/// The names of the fields in a normalized definition.
fn field_names(map: &Mapping) -> Vec<String> {
    let fields = map.get("fields").and_then(Value::as_mapping);
    fields
        .into_iter()
        .flat_map(Mapping::keys)
        .map(|name| scalar(name).into_owned())
        .collect()
}

fn merge_field(field: &Mapping, change: &Mapping, replaces_values: bool) -> Mapping {
    let mut merged = field.clone();
    merged.extend(change.clone());
    if let (Some(Value::Mapping(known)), Some(Value::Mapping(added)), false) =
        (field.get("values"), change.get("values"), replaces_values)
    {
        let mut values = known.clone();
        values.extend(added.clone());
        merged.insert(Value::from("values"), Value::Mapping(values));
    }
    merged
}

fn is_true(value: Option<&Value>) -> bool {
    value.is_some_and(|value| matches!(scalar(value).as_ref(), "true" | "yes" | "是"))
}

fn read_kind(
    document: &YamlDocument<'_>,
    raw: &KindDefinition,
    common: &[Field],
    findings: &mut Vec<Diagnostic>,
) -> Kind {
    let rosters = Rosters::default();
    let zone = TimeZone::UTC;
    let mut checker = Checker::new(document, &rosters, &zone);
    checker.check_known_keys(&[], &raw.map, KIND_KEYS);
    let mut own = read_fields(&mut checker, &["fields"], raw.map.get("fields"));
    let is_common = |field: &Field| {
        common.iter().any(|common| common.name == field.name) || MAP_KEYS.contains(&field.name.as_str())
    };
    for field in &own {
        if is_common(field) {
            report_bad_kind(&mut checker, &["fields", &field.name], "kind-common-field", None);
        }
    }
    own.retain(|field| !is_common(field));
    for name in removed_fields(&mut checker, raw.map.get("remove"), &own) {
        own.retain(|field| field.name != name);
    }
    if !is_identifier(&raw.id) {
        report_bad_kind(&mut checker, &["id"], "kind-bad-id", Some(&raw.id));
    }
    let folder = raw.map.get("folder").map_or_else(
        || raw.id.clone(),
        |value| scalar(value).trim().trim_matches('/').to_owned(),
    );
    let is_page = raw.id == "page";
    if (!is_page && !is_identifier(&folder)) || RESERVED_FOLDERS.contains(&folder.as_str()) {
        report_bad_kind(&mut checker, &["folder"], "kind-bad-folder", Some(&folder));
    }
    let kind = Kind {
        id: raw.id.clone(),
        folder: if is_page { String::new() } else { folder },
        labels: checker.labels(&["labels"], raw.map.get("labels"), &raw.id),
        fields: own,
        template: Some(text_of(&raw.map, "template"))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "article.html".to_owned()),
        feed: read_flag(&mut checker, &["feed"], raw.map.get("feed"), true),
        dated: read_flag(&mut checker, &["dated"], raw.map.get("dated"), true),
        ledger_sources: read_ledger_sources(&mut checker, raw.map.get("from")),
        rows_have_pages: read_flag(&mut checker, &["pages"], raw.map.get("pages"), false),
        internal: read_flag(&mut checker, &["internal"], raw.map.get("internal"), false),
    };
    findings.append(&mut checker.findings);
    kind
}

/// The names under `remove`. Each must be a field.
fn removed_fields(checker: &mut Checker<'_, '_>, value: Option<&Value>, own: &[Field]) -> Vec<String> {
    let names: Vec<String> = match value.map(untagged) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Sequence(items)) => items.iter().map(|item| scalar(item).into_owned()).collect(),
        Some(single) => vec![scalar(single).into_owned()],
    };
    for name in &names {
        if own.iter().all(|field| field.name != *name) {
            let known: Vec<&str> = own.iter().map(|field| field.name.as_str()).collect();
            report_unknown_choice(checker, &["remove"], "kind-unknown-field", name, &known);
        }
    }
    names
}
