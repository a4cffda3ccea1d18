//! All kinds of post of a site: the built-in ones, with what `content/_kinds/` adds and changes.

mod definition;
mod from;
mod normal;

use super::check::{Checker, scalar, untagged};
use super::kind::{Field, Kind};
use super::roster::Rosters;
use crate::diag::{Checked, Code, Diagnostic};
use crate::yaml::{Document, Mapping, Reading, Value};
use definition::{bad, bad_choice, fields, flag, is_identifier, text_of};
use from::ledgers;
use jiff::tz::TimeZone;
use std::sync::LazyLock;

/// The built-in kinds, in the same form as a site's own.
const BUILT_IN: &str = include_str!("kinds.yaml");

const KIND_KEYS: &[&str] = &[
    "id", "folder", "labels", "template", "feed", "dated", "fields", "remove", "from", "pages",
];
/// Folders of the output that are no kind's.
const TAKEN_FOLDERS: &[&str] = &["tags", "villages", "teams", "archive", "stats", "search", "page"];

/// All kinds of a site.
#[derive(Debug, Clone, PartialEq)]
pub struct Kinds {
    common: Vec<Field>,
    kinds: Vec<Kind>,
}

impl Kinds {
    /// The kinds that every site has.
    #[must_use]
    pub fn built_in() -> Self {
        kinds(&[]).value
    }

    /// The kind with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }

    /// The kind whose posts lie in this folder below `content/`.
    #[must_use]
    pub fn of_folder(&self, folder: &str) -> Option<&Kind> {
        self.kinds
            .iter()
            .find(|kind| !kind.folder.is_empty() && kind.folder == folder)
    }

    /// All kinds: the built-in ones in the order of the contract, then the site's in the order of their files.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter()
    }

    /// The fields that every kind has, except `review`, whose form is its own.
    #[must_use]
    pub fn common(&self) -> &[Field] {
        &self.common
    }

    /// The field of this name that posts of `kind` may have: common or the kind's own.
    #[must_use]
    pub fn field<'k>(&'k self, kind: &'k Kind, name: &str) -> Option<&'k Field> {
        self.common.iter().chain(&kind.fields).find(|field| field.name == name)
    }
}

/// A kind as YAML, before it is typed: changes are merged at this stage, with the meaning that they have in the file.
struct Raw {
    id: String,
    map: Mapping,
}

static RAW_BUILT_IN: LazyLock<Mapping> = LazyLock::new(|| Document::whole("kinds.yaml", BUILT_IN, &[]).into_map().1);

/// The kinds of a site. `files` are pairs of a path such as `content/_kinds/market.yaml` and its text.
#[must_use]
pub fn kinds(files: &[(&str, &str)]) -> Checked<Kinds> {
    let mut findings = Vec::new();
    let common = built_in_common(&mut findings);
    let mut raws = built_in_kinds();
    let mut sorted = files.to_vec();
    sorted.sort_unstable();
    let mut all: Vec<Kind> = Vec::new();
    for raw in &raws {
        let document = Document::whole("kinds.yaml", "", &[]).document;
        all.push(kind(&document, raw, &common, &mut findings));
    }
    for (file, text) in sorted {
        let (
            Reading {
                document,
                findings: mut found,
                ..
            },
            map,
        ) = Document::whole(file, text, &[]).into_map();
        findings.append(&mut found);
        if map.is_empty() {
            continue;
        }
        let own = raw_of(&document, file, map);
        let known = raws.iter().position(|raw| raw.id == own.id);
        let formed = normal::normal(&document, own.map, known.map(|at| &raws[at].map));
        findings.extend(formed.findings);
        let document = document.moved(formed.moves);
        let own = Raw { map: formed.map, ..own };
        let merged = match known {
            Some(at) => merge(&raws[at], &own),
            None => own,
        };
        let made = kind(&document, &merged, &common, &mut findings);
        if let Some(other) = all
            .iter()
            .find(|other| other.id != made.id && other.folder == made.folder && !made.folder.is_empty())
        {
            let place = document.value(&["folder"]);
            findings.push(
                Diagnostic::new(Code::DuplicateId)
                    .at(place)
                    .with("id", &made.folder)
                    .with("other", &other.id),
            );
            continue;
        }
        match known {
            Some(at) => (raws[at], all[at]) = (merged, made),
            None => {
                raws.push(merged);
                all.push(made);
            }
        }
    }
    Checked {
        value: Kinds { common, kinds: all },
        findings,
    }
}

fn built_in_common(findings: &mut Vec<Diagnostic>) -> Vec<Field> {
    let document = Document::whole("kinds.yaml", "", &[]).document;
    let rosters = Rosters::default();
    let zone = TimeZone::UTC;
    let mut checker = Checker::new(&document, &rosters, &zone);
    let formed = normal::common(&document, RAW_BUILT_IN.get("common").unwrap_or(&Value::Null));
    let common = fields(&mut checker, &["common"], formed.map.get("common"));
    findings.append(&mut checker.findings);
    common
}

fn built_in_kinds() -> Vec<Raw> {
    let document = Document::whole("kinds.yaml", "", &[]).document;
    let kinds = RAW_BUILT_IN.get("kinds").and_then(Value::as_sequence);
    kinds
        .into_iter()
        .flatten()
        .filter_map(Value::as_mapping)
        .map(|map| Raw {
            id: text_of(map, "id"),
            map: normal::normal(&document, map.clone(), None).map,
        })
        .collect()
}

/// The kind that a file defines or changes; its id is the file's name when it states none.
fn raw_of(document: &Document<'_>, file: &str, map: Mapping) -> Raw {
    let id = text_of(&map, "id");
    if !id.is_empty() {
        return Raw { id, map };
    }
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = document
        .scalar(&["id"])
        .filter(|id| !id.is_empty())
        .unwrap_or_else(|| name.split('.').next().unwrap_or(name));
    Raw {
        id: stem.to_owned(),
        map,
    }
}

/// `base` with the keys of `change`: keys replace, fields are merged by name, `remove` takes fields out.
fn merge(base: &Raw, change: &Raw) -> Raw {
    let mut map = base.map.clone();
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
                            let mut field = field.clone();
                            field.extend(change.clone());
                            Value::Mapping(field)
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
    Raw {
        id: base.id.clone(),
        map,
    }
}

fn kind(document: &Document<'_>, raw: &Raw, common: &[Field], findings: &mut Vec<Diagnostic>) -> Kind {
    let rosters = Rosters::default();
    let zone = TimeZone::UTC;
    let mut checker = Checker::new(document, &rosters, &zone);
    checker.known_keys(&[], &raw.map, KIND_KEYS);
    let mut own = fields(&mut checker, &["fields"], raw.map.get("fields"));
    for field in &own {
        if common.iter().any(|common| common.name == field.name) || field.name == "review" {
            bad(&mut checker, &["fields", &field.name], "kind-common-field", None);
        }
    }
    own.retain(|field| common.iter().all(|common| common.name != field.name) && field.name != "review");
    for name in removed(&mut checker, raw.map.get("remove"), &own) {
        own.retain(|field| field.name != name);
    }
    if !is_identifier(&raw.id) {
        bad(&mut checker, &["id"], "kind-bad-id", Some(&raw.id));
    }
    let folder = raw.map.get("folder").map_or_else(
        || raw.id.clone(),
        |value| scalar(value).trim().trim_matches('/').to_owned(),
    );
    let is_page = raw.id == "page";
    if (!is_page && !is_identifier(&folder)) || TAKEN_FOLDERS.contains(&folder.as_str()) {
        bad(&mut checker, &["folder"], "kind-bad-folder", Some(&folder));
    }
    let made = Kind {
        id: raw.id.clone(),
        folder: if is_page { String::new() } else { folder },
        labels: checker.labels(&["labels"], raw.map.get("labels"), &raw.id),
        fields: own,
        template: Some(text_of(&raw.map, "template"))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "article.html".to_owned()),
        feed: flag(&mut checker, &["feed"], raw.map.get("feed"), true),
        dated: flag(&mut checker, &["dated"], raw.map.get("dated"), true),
        from: ledgers(&mut checker, raw.map.get("from")),
        pages: flag(&mut checker, &["pages"], raw.map.get("pages"), false),
    };
    findings.append(&mut checker.findings);
    made
}

/// The names under `remove`, each of which must be a field.
fn removed(checker: &mut Checker<'_, '_>, value: Option<&Value>, own: &[Field]) -> Vec<String> {
    let names: Vec<String> = match value.map(untagged) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Sequence(items)) => items.iter().map(|item| scalar(item).into_owned()).collect(),
        Some(single) => vec![scalar(single).into_owned()],
    };
    for name in &names {
        if own.iter().all(|field| field.name != *name) {
            let known: Vec<&str> = own.iter().map(|field| field.name.as_str()).collect();
            bad_choice(checker, &["remove"], "kind-unknown-field", name, &known);
        }
    }
    names
}
