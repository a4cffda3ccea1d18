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
    let files = OldFiles {
        texts,
        others,
        settings: OldSettings::new(Generator::Hugo, texts),
        underscored: OldSettings::new(Generator::Jekyll, texts),
    };
    let is = |generator: Generator| files.is_site_of(generator);
    if is(asked) {
        return None;
    }
    Generator::ALL.into_iter().find(|generator| is(*generator))
}

/// The files of a site, with its settings as the two forms of their names give them.
struct OldFiles<'f> {
    texts: &'f BTreeMap<String, String>,
    others: &'f BTreeSet<String>,
    /// Those of Hugo and Zola.
    settings: OldSettings,
    /// Those of Hexo and Jekyll.
    underscored: OldSettings,
}

impl OldFiles<'_> {
    fn is_site_of(&self, generator: Generator) -> bool {
        let has_source = self.has("source/");
        match generator {
            Generator::Hexo => self.has("_config.") && has_source,
            // Its sites may have a folder `source` with other files, or name it as that of their texts.
            Generator::Jekyll => {
                let is_own = self.has("_posts/") || self.underscored.value("source").is_some();
                self.has("_config.") && (is_own || !has_source)
            }
            Generator::Hugo => {
                let has_files = ["hugo.", "archetypes/", "config/_default/"]
                    .iter()
                    .any(|start| self.has(start));
                self.has("content/") && (has_files || self.settings.value("baseURL").is_some())
            }
            Generator::Zola => self.has("content/") && (self.has("zola.") || self.settings.value("base_url").is_some()),
        }
    }

    /// Whether the path of a file begins like this.
    fn has(&self, start: &str) -> bool {
        let text = self.texts.range(start.to_owned()..).next().map(|(path, _)| path);
        let other = self.others.range(start.to_owned()..).next();
        [text, other].into_iter().flatten().any(|path| path.starts_with(start))
    }
}
