//! The settings of an old site, for what addresses, languages and tags depend on.

use super::front::{read_map, scalar};
use super::options::Generator;
use crate::yaml::{Mapping, Value};
use std::collections::BTreeMap;

/// The names of settings files.
const FILES: [&str; 12] = [
    "_config.yml",
    "_config.yaml",
    "_config.toml",
    "hugo.toml",
    "hugo.yaml",
    "hugo.json",
    "config.toml",
    "config.yaml",
    "config.yml",
    "config.json",
    "hugo.yml",
    "zola.toml",
];

/// The folder of Hugo's settings that hold everywhere, a file for each part.
const FOLDER: &str = "config/_default/";

/// Whether a file of an old site at this path has its settings.
pub(crate) fn is_settings_file(path: &str) -> bool {
    let is_part = path.strip_prefix(FOLDER).is_some_and(|name| {
        !name.contains('/')
            && [".toml", ".yaml", ".yml", ".json"]
                .iter()
                .any(|end| name.ends_with(end))
    });
    is_part || FILES.contains(&path)
}

/// The settings of an old site.
#[derive(Debug, Default)]
pub(super) struct OldSettings {
    map: Mapping,
}

impl OldSettings {
    /// Reads those that this generator has.
    pub(super) fn new(generator: Generator, texts: &BTreeMap<String, String>) -> Self {
        let has_underscore = matches!(generator, Generator::Hexo | Generator::Jekyll);
        let mut map = Mapping::new();
        for (path, text) in texts.iter().filter(|(path, _)| is_settings_file(path)) {
            if path.starts_with("_config.") != has_underscore {
                continue;
            }
            let own = read_map(path, text);
            match part_of(path) {
                None => map.extend(own),
                Some(part) => drop(map.insert(Value::String(part.to_owned()), Value::Mapping(own))),
            }
        }
        Self { map }
    }

    /// The value at a path of keys, whatever their case: `pretty_urls.trailing_html`.
    pub(super) fn value(&self, path: &str) -> Option<&Value> {
        let mut names = path.split('.');
        let mut value = find(&self.map, names.next()?)?;
        for name in names {
            value = find(value.as_mapping()?, name)?;
        }
        Some(value)
    }

    /// The text at a path of keys.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        scalar(self.value(path)?)
    }

    /// Whether a value is `true`, or `false`; `None` when it is neither.
    pub(super) fn flag(&self, path: &str) -> Option<bool> {
        self.text(path)?.parse().ok()
    }

    /// The map at a path of keys.
    pub(super) fn map(&self, path: &str) -> impl Iterator<Item = (&str, &Value)> {
        let map = self.value(path).and_then(Value::as_mapping);
        map.into_iter()
            .flatten()
            .filter_map(|(key, value)| Some((key.as_str()?, value)))
    }
}

/// The key whose value a file of [`FOLDER`] has: `languages.toml`; `None` for one that has the settings themselves.
fn part_of(path: &str) -> Option<&str> {
    let name = path.strip_prefix(FOLDER)?.split('.').next()?;
    (!matches!(name, "hugo" | "config")).then_some(name)
}

fn find<'m>(map: &'m Mapping, name: &str) -> Option<&'m Value> {
    let is_name = |key: &Value| key.as_str().is_some_and(|key| key.eq_ignore_ascii_case(name));
    map.iter().find(|(key, _)| is_name(key)).map(|(_, value)| value)
}
