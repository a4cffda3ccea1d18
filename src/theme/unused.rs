//! Finds what a site's own theme says and nothing reads: a misspelled key, text or file.
//!
//! Role: findings only. A theme may have templates, texts and variables of its own, so a name is reported only when it
//! occurs in no template. A theme's metadata may have any key that does not resemble a known one.

use super::file::ThemeLayer;
use crate::diag::{Code, Diagnostic, Place, Severity, nearest};
use crate::yaml::{Mapping, Value, YamlDocument};
use std::collections::BTreeSet;

/// Keys of `theme.yaml`. The program reads the first two.
const THEME_KEYS: [&str; 8] = [
    "extends",
    "variables",
    "name",
    "description",
    "author",
    "version",
    "license",
    "homepage",
];

/// What a theme's folder contains. Other files are its author's own.
const PARTS: [&str; 4] = ["templates", "static", "i18n", "theme.yaml"];

/// Returns findings about `layer`. `default` is the theme inside the binary, `templates` are the texts of all templates,
/// `named_templates` those that kinds and sections name.
pub(super) fn find_unused(
    layer: &ThemeLayer,
    default: &ThemeLayer,
    templates: &[&str],
    named_templates: &BTreeSet<String>,
) -> Vec<Diagnostic> {
    let finder = UnusedFinder {
        default,
        templates,
        named_templates,
    };
    layer
        .iter()
        .flat_map(|(path, file)| finder.check_file(path, &file.origin, &file.bytes))
        .collect()
}

struct UnusedFinder<'t> {
    default: &'t ThemeLayer,
    templates: &'t [&'t str],
    named_templates: &'t BTreeSet<String>,
}

impl UnusedFinder<'_> {
    fn check_file(&self, path: &str, origin: &str, bytes: &[u8]) -> Vec<Diagnostic> {
        let (part, rest) = path.split_once('/').unwrap_or((path, ""));
        match part {
            "templates" => self.check_template(rest, origin).into_iter().collect(),
            "i18n" => self.check_words(rest, origin, bytes),
            "theme.yaml" => self.check_settings(origin, bytes),
            "static" => Vec::new(),
            _ => {
                let near = nearest(part, PARTS);
                near.map(|near| ignored_file(origin, part, near)).into_iter().collect()
            }
        }
    }

    /// A template that nothing names, with a name that resembles one of the default theme's.
    fn check_template(&self, name: &str, origin: &str) -> Option<Diagnostic> {
        let known = || self.default.keys().filter_map(|path| path.strip_prefix("templates/"));
        let is_used = known().any(|known| known == name)
            || self.named_templates.contains(name)
            || ["components/", "shortcodes/"]
                .iter()
                .any(|folder| name.starts_with(folder))
            || self.is_mentioned(name);
        if is_used {
            return None;
        }
        Some(ignored_file(origin, name, nearest(name, known())?))
    }

    fn check_words(&self, name: &str, origin: &str, bytes: &[u8]) -> Vec<Diagnostic> {
        let languages = || self.default.keys().filter_map(|path| path.strip_prefix("i18n/"));
        if !languages().any(|known| known == name) {
            // Texts in a language that the default theme lacks are read when the site is in that language.
            let near = nearest(name, languages());
            return near.map(|near| ignored_file(origin, name, near)).into_iter().collect();
        }
        let known = self.read_default("i18n/zh-CN.yaml");
        let known: Vec<&str> = known.keys().filter_map(Value::as_str).collect();
        check_keys(origin, bytes, &[], &known, &|key| self.is_mentioned(key))
    }

    fn check_settings(&self, origin: &str, bytes: &[u8]) -> Vec<Diagnostic> {
        let mut findings = check_keys(origin, bytes, &[], &THEME_KEYS, &|_| false);
        let default = self.read_default("theme.yaml");
        let variables = default.get("variables").and_then(Value::as_mapping);
        let known: Vec<&str> = variables
            .into_iter()
            .flatten()
            .filter_map(|(key, _)| key.as_str())
            .collect();
        findings.extend(check_keys(origin, bytes, &["variables"], &known, &|key| {
            self.is_mentioned(key)
        }));
        findings
    }

    fn read_default(&self, path: &str) -> Mapping {
        let file = self.default.get(path);
        let text = file
            .map(|file| String::from_utf8_lossy(&file.bytes))
            .unwrap_or_default();
        YamlDocument::parse(path, &text, &[]).into_map().1
    }

    /// Whether a template contains `name` as a word.
    fn is_mentioned(&self, name: &str) -> bool {
        let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let mentions = |text: &str| {
            text.match_indices(name).any(|(at, _)| {
                !is_part(text[..at].chars().next_back()) && !is_part(text[at + name.len()..].chars().next())
            })
        };
        self.templates.iter().any(|text| mentions(text))
    }
}

/// Reports keys of the map at `path` of a YAML file that are neither known nor used.
fn check_keys(
    origin: &str,
    bytes: &[u8],
    path: &[&str],
    known: &[&str],
    is_used: &dyn Fn(&str) -> bool,
) -> Vec<Diagnostic> {
    let text = String::from_utf8_lossy(bytes);
    let (parsed, map) = YamlDocument::parse(origin, &text, &["variables"]).into_map();
    let below = path
        .first()
        .map(|key| map.get(*key).and_then(Value::as_mapping).cloned().unwrap_or_default());
    let keys = below.unwrap_or(map);
    let unknown = keys
        .keys()
        .filter_map(Value::as_str)
        .filter(|key| !known.contains(key) && !is_used(key));
    let finding = |key: &str| {
        let place: Vec<&str> = path.iter().copied().chain([key]).collect();
        Diagnostic::new(Code::UnknownKey)
            .with_severity(Severity::Warning)
            .at(parsed.document.key_place(&place))
            .with("key", key)
            .with_some("nearest", nearest(key, known.iter().copied()))
            .with("known", known.join(", "))
    };
    unknown.map(finding).collect()
}

/// The finding about the file `origin`, of whose path the part `wrong` was meant to be `near`.
fn ignored_file(origin: &str, wrong: &str, near: &str) -> Diagnostic {
    Diagnostic::new(Code::IgnoredFile)
        .at(Place::whole_file(origin))
        .with("path", origin)
        .with("nearest", origin.replacen(&format!("/{wrong}"), &format!("/{near}"), 1))
}
