//! Front matter of a folder: that of `_index.md`, and the defaults that folders give their posts.

use super::aliases::{Alias, read_aliases};
use super::names::{MAP_KEYS, key_for_word};
use crate::diag::{Checked, Code, Diagnostic, Place, Severity};
use crate::paths::SourcePath;
use crate::schema::check::{Checker, is_empty, scalar, untagged};
use crate::schema::{FieldType, FieldValue, Schema};
use crate::yaml::{Mapping, ParsedYaml, Value, YamlDocument};
use std::collections::BTreeMap;
use std::ops::Range;

const SECTION_KEYS: &[&str] = &[
    "title",
    "description",
    "summary",
    "cover",
    "aliases",
    "weight",
    "cascade",
    "template",
];

/// Front matter of a folder's `_index.md`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct SectionMeta {
    /// The section page's title. When empty, the kind's name is used.
    pub title: String,
    /// One sentence about the section.
    pub description: String,
    /// Default front matter for the folder's posts.
    pub cascade: Mapping,
    /// The section page's template, instead of the usual one.
    pub template: Option<String>,
    /// The picture that links to the page show, as written, and its place.
    pub cover: Option<(String, Place)>,
    /// Former addresses.
    pub aliases: Vec<Alias>,
}

/// Reads the front matter of an `_index.md` at `yaml` in `text`.
#[must_use]
pub(crate) fn read_section(
    path: &SourcePath,
    text: &str,
    yaml: Option<Range<usize>>,
    schema: &Schema<'_>,
) -> Checked<SectionMeta> {
    let Some(yaml) = yaml else {
        return Checked {
            value: SectionMeta::default(),
            findings: Vec::new(),
        };
    };
    let (
        ParsedYaml {
            document, mut findings, ..
        },
        map,
    ) = YamlDocument::parse_range(path.as_str(), text, yaml, &["cascade"]).into_map();
    let mut checker = Checker::new(&document, schema.rosters, schema.zone);
    check_section_keys(&mut checker, &map, schema);
    let mut value = |key: &str, ty: &FieldType| {
        let (written, value) = find_key(&map, key)?;
        checker.value(&[&written], value, ty)
    };
    let mut text = |key: &str| match value(key, &FieldType::String) {
        Some(FieldValue::Text(text)) => text,
        _ => String::new(),
    };
    let (title, description, summary, template) =
        (text("title"), text("description"), text("summary"), text("template"));
    let cover = text("cover");
    // Sections are not ordered, but sites carry the key over from other generators. Only a wrong value is reported.
    let _ = value("weight", &FieldType::Integer);
    let aliases = find_key(&map, "aliases").map(|(written, value)| read_aliases(&mut checker, schema, &written, value));
    let cover = Some(cover).filter(|cover| !cover.is_empty()).map(|cover| {
        let written = find_key(&map, "cover").map_or_else(String::new, |(written, _)| written);
        (cover, document.value_place(&[&written]))
    });
    let section = SectionMeta {
        title,
        description: if description.is_empty() { summary } else { description },
        template: Some(template).filter(|name| !name.is_empty()),
        cover,
        aliases: aliases.unwrap_or_default(),
        cascade: read_default_keys(&mut checker, &["cascade"], map.get("cascade"), Some(schema)),
    };
    findings.append(&mut checker.findings);
    Checked {
        value: section,
        findings,
    }
}

/// Reports keys that sections do not know, as the site's policy says.
fn check_section_keys(checker: &mut Checker<'_, '_>, map: &Mapping, schema: &Schema<'_>) {
    let is_unknown = |key: &Value| !SECTION_KEYS.iter().any(|known| names_key(&scalar(key), known));
    let unknown = map.iter().filter(|(key, _)| is_unknown(key));
    let unknown: Mapping = unknown.map(|(key, _)| (key.clone(), Value::Null)).collect();
    let before = checker.findings.len();
    checker.check_known_keys(&[], &unknown, SECTION_KEYS);
    for finding in &mut checker.findings[before..] {
        finding.severity = schema.policy.unknown_keys;
    }
}

/// The value of `key`, which may be written by a Chinese word, with the key as written. `None` when it is empty.
fn find_key<'m>(map: &'m Mapping, key: &str) -> Option<(String, &'m Value)> {
    let is_meant = |written: &Value| names_key(&scalar(written), key);
    let found = map
        .iter()
        .find(|(written, value)| is_meant(written) && !is_empty(value));
    found.map(|(written, value)| (scalar(written).into_owned(), value))
}

/// Whether `written` is `key` or a Chinese word for it.
fn names_key(written: &str, key: &str) -> bool {
    written == key || written.to_lowercase() == key || (!written.is_ascii() && key_for_word(written) == Some(key))
}

/// Default front matter by folder.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FolderDefaults(BTreeMap<String, Mapping>);

impl FolderDefaults {
    /// The defaults of posts in `folder` (relative to `content/`, e.g. `volunteer/2022`): its own defaults, which
    /// override those of its parent folders.
    #[must_use]
    pub(crate) fn for_folder(&self, folder: &str) -> Mapping {
        let mut merged = self.0.get("").cloned().unwrap_or_default();
        let folder = folder.trim_matches('/');
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        for end in ends.filter(|end| *end > 0) {
            if let Some(own) = self.0.get(&folder[..end]) {
                merged.extend(own.iter().map(|(key, value)| (key.clone(), value.clone())));
            }
        }
        merged
    }

    /// Returns the defaults with `cascade` of the `_index.md` in `folder`, which overrides existing values.
    #[must_use]
    pub(crate) fn with_cascade(mut self, folder: &str, cascade: &Mapping) -> Self {
        let own = self.0.entry(folder.trim_matches('/').to_owned()).or_default();
        own.extend(cascade.iter().map(|(key, value)| (key.clone(), value.clone())));
        self
    }
}

/// Reads `content/_defaults.yaml`: a map from a folder relative to `content/` (`/` for all) to front matter.
#[must_use]
pub(crate) fn read_defaults(file: &str, text: &str) -> Checked<FolderDefaults> {
    let (
        ParsedYaml {
            document, mut findings, ..
        },
        map,
    ) = YamlDocument::parse(file, text, &[]).into_map();
    let (rosters, zone) = (crate::schema::Rosters::default(), jiff::tz::TimeZone::UTC);
    let mut checker = Checker::new(&document, &rosters, &zone);
    let mut all = FolderDefaults::default();
    for (folder, value) in &map {
        let folder = scalar(folder);
        let keys = read_default_keys(&mut checker, &[&*folder], Some(value), None);
        all = all.with_cascade(&folder, &keys);
    }
    findings.append(&mut checker.findings);
    Checked { value: all, findings }
}

/// Reads the map of defaults at `path`. With a schema, warns about keys that no kind knows.
fn read_default_keys(
    checker: &mut Checker<'_, '_>,
    path: &[&str],
    value: Option<&Value>,
    schema: Option<&Schema<'_>>,
) -> Mapping {
    let map = match value.map(untagged) {
        None | Some(Value::Null) => return Mapping::new(),
        Some(Value::Mapping(map)) => map,
        Some(other) => return checker.report_wrong_type(path, other, "map").unwrap_or_default(),
    };
    if let Some(schema) = schema {
        let mut names: Vec<&str> = schema
            .kinds
            .common()
            .iter()
            .map(|field| field.name.as_str())
            .chain(MAP_KEYS.iter().copied())
            .collect();
        names.extend(
            schema
                .kinds
                .iter()
                .flat_map(|kind| &kind.fields)
                .map(|field| field.name.as_str()),
        );
        let before = checker.findings.len();
        checker.check_known_keys(path, map, &names);
        let found: Vec<Diagnostic> = checker.findings.drain(before..).collect();
        // Posts of kind `page` may use any key, so this one may be intended.
        checker
            .findings
            .extend(found.into_iter().map(|finding| match finding.code {
                Code::UnknownKey => finding.with_severity(Severity::Warning),
                _ => finding,
            }));
    }
    map.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::schema::{Kinds, Rosters};

    fn codes(findings: &[Diagnostic]) -> Vec<(usize, &'static str)> {
        findings
            .iter()
            .map(|finding| {
                (
                    finding.place.as_ref().map_or(0, |place| place.line),
                    finding.code.as_str(),
                )
            })
            .collect()
    }

    #[test]
    fn a_section_has_a_title_and_defaults_for_its_posts() {
        let (kinds, rosters, settings) = (Kinds::built_in(), Rosters::default(), Settings::default());
        let schema = Schema {
            kinds: &kinds,
            rosters: &rosters,
            policy: &settings.policy,
            zone: &settings.timezone,
            site: &settings.links.site,
        };
        let text = "---\ntitle: 志愿服务\nweight: ２\ncascade:\n  team: river-team\n  auther: 甲\ntags: [a]\n---\n";
        let checked = read_section(
            &SourcePath::new("content/volunteer/_index.md"),
            text,
            Some(4..text.len() - 4),
            &schema,
        );
        assert_eq!(
            codes(&checked.findings),
            [(7, "unknown-key"), (3, "full-width-digits"), (6, "unknown-key")]
        );
        assert_eq!(checked.value.title, "志愿服务");
        assert_eq!(
            checked.value.cascade.get("team").and_then(Value::as_str),
            Some("river-team")
        );
    }

    #[test]
    fn inner_folders_win_over_outer_ones() {
        let checked = read_defaults(
            "content/_defaults.yaml",
            "/: {author: 甲, source: 本站}\nvolunteer: {author: 乙}\n/volunteer/2022/: {source: 他处}\nbad: 1\n",
        );
        assert_eq!(codes(&checked.findings), [(4, "wrong-type")]);
        let values = |folder: &str| {
            let map = checked.value.for_folder(folder);
            ["author", "source"].map(|key| map.get(key).and_then(Value::as_str).unwrap_or_default().to_owned())
        };
        assert_eq!(values(""), ["甲", "本站"]);
        assert_eq!(values("volunteer"), ["乙", "本站"]);
        assert_eq!(values("volunteer/2022"), ["乙", "他处"]);
        assert_eq!(values("volunteers/2022"), ["甲", "本站"]);
    }
}
