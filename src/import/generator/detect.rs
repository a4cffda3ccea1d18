//! Tells the sites of generators apart, so that a wrong word on the command line is noticed.

use super::options::Generator;
use super::settings::OldSettings;
use std::collections::{BTreeMap, BTreeSet};

/// The generator whose site this evidently is, if it is another than `asked`.
pub(super) fn other_generator(
    asked: Generator,
    texts: &BTreeMap<String, String>,
    others: &BTreeSet<String>,
) -> Option<Generator> {
    let is = |generator: Generator| is_site_of(generator, texts, others);
    if is(asked) {
        return None;
    }
    Generator::NAMED
        .into_iter()
        .map(|(_, generator)| generator)
        .find(|generator| is(*generator))
}

fn is_site_of(generator: Generator, texts: &BTreeMap<String, String>, others: &BTreeSet<String>) -> bool {
    let has = |start: &str| {
        let text = texts.range(start.to_owned()..).next().map(|(path, _)| path);
        let other = others.range(start.to_owned()..).next();
        [text, other].into_iter().flatten().any(|path| path.starts_with(start))
    };
    let settings = OldSettings::new(generator, texts);
    let is_written = |key: &str| {
        // The keys differ in case and in a line between words only.
        let maps = texts.iter().filter(|(path, _)| super::is_settings_file(path));
        maps.into_iter()
            .any(|(_, text)| text.lines().any(|line| line.trim_start().starts_with(key)))
    };
    match generator {
        Generator::Hexo => has("_config.") && has("source/"),
        Generator::Jekyll => has("_config.") && !has("source/"),
        Generator::Hugo => {
            has("content/")
                && (has("hugo.")
                    || has("archetypes/")
                    || has("config/_default/")
                    || is_written("baseURL")
                    || is_written("baseurl"))
        }
        Generator::Zola => has("content/") && (has("zola.") || settings.value("base_url").is_some()),
    }
}
