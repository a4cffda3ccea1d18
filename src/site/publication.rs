//! Which files of `content/` leave: those that something published refers to, and those that the settings name.
//!
//! Role: `Catalog + settings + theme → Publication`. The plan has the files that leave; findings name the rest.

use super::links::Links;
use crate::catalog::{AssetId, Catalog, References};
use crate::config::{PlacedText, Settings};
use crate::ids::TiVec;
use crate::paths::{FileGlob, SourcePath, percent_decode};
use crate::theme::{DEFAULT_NAME, Template, Theme, default_layer};
use std::collections::HashMap;

/// What happens to each file.
#[derive(Debug)]
pub struct Publication {
    fates: TiVec<AssetId, Fate>,
}

/// What happens to one file, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It leaves.
    Published,
    /// It stays: only drafts and posts of the future refer to it, or a dead link means it.
    Withheld,
    /// It stays: it is a web page, whose scripts would run as the site's own. Only the settings let it out.
    WebPage,
    /// It stays: nothing refers to it.
    Unreferenced,
}

impl Publication {
    pub(super) fn new(catalog: &Catalog, settings: &Settings, theme: &Theme, links: &Links<'_>) -> Self {
        let mut marker = Marker {
            catalog,
            links,
            by_address: None,
            fates: catalog.assets.iter().map(|_| Fate::Unreferenced).collect(),
        };
        marker.mark_root_and_globs(settings);
        if !marker.is_incomplete() {
            return Self { fates: marker.fates };
        }
        let references = catalog.references();
        marker.mark(&references, Fate::Published);
        if marker.is_incomplete() {
            marker.mark(&menu_references(catalog, settings), Fate::Published);
            marker.mark(&theme_references(catalog, theme), Fate::Published);
        }
        if marker.is_incomplete() {
            marker.mark_meant(&references);
            marker.mark(&catalog.withheld_references(), Fate::Withheld);
        }
        Self { fates: marker.fates }
    }

    /// What happens to a file.
    #[must_use]
    pub(crate) fn fate(&self, id: AssetId) -> Fate {
        self.fates[id]
    }

    /// Whether a file leaves.
    #[must_use]
    pub(crate) fn is_published(&self, id: AssetId) -> bool {
        self.fates[id] == Fate::Published
    }
}

struct Marker<'m> {
    catalog: &'m Catalog,
    links: &'m Links<'m>,
    /// Built when an address is looked up, because most sites name files by their paths.
    by_address: Option<HashMap<String, AssetId>>,
    fates: TiVec<AssetId, Fate>,
}

impl Marker<'_> {
    fn is_incomplete(&self) -> bool {
        self.fates.iter().any(|fate| *fate == Fate::Unreferenced)
    }

    fn mark_root_and_globs(&mut self, settings: &Settings) {
        let globs = globs(&settings.assets.publish);
        for (fate, asset) in self.fates.iter_mut().zip(self.catalog.assets.iter()) {
            let path = asset.path().in_content().unwrap_or_default();
            if asset.is_root_file() || globs.iter().any(|glob| glob.matches(path)) {
                *fate = Fate::Published;
            }
        }
    }

    /// Gives `fate` to the files that `references` names and that have none yet.
    fn mark(&mut self, references: &References, fate: Fate) {
        for &id in &references.assets {
            self.set(id, fate);
        }
        for address in &references.addresses {
            let links = self.links;
            let by_address = self.by_address.get_or_insert_with(|| addresses(self.catalog, links));
            if let Some(&id) = by_address.get(address) {
                self.set(id, fate);
            }
        }
        for folder in &references.folders {
            let start = format!("content/{folder}/");
            let below = |id: &AssetId| self.catalog.assets[*id].path().as_str().starts_with(&start);
            let ids: Vec<AssetId> = self.catalog.assets.keys().filter(below).collect();
            ids.into_iter().for_each(|id| self.set(id, fate));
        }
    }

    /// Marks the files that dead links mean: the finding about the link names them.
    fn mark_meant(&mut self, references: &References) {
        for &id in &references.meant {
            self.set(id, Fate::Withheld);
        }
    }

    fn set(&mut self, id: AssetId, fate: Fate) {
        if self.fates[id] == Fate::Unreferenced {
            let is_web_page = fate == Fate::Published && is_web_page(self.catalog.assets[id].path());
            self.fates[id] = if is_web_page { Fate::WebPage } else { fate };
        }
    }
}

/// Whether browsers run the scripts of a file, because its name says that it is a web page or XML, which style sheets and
/// namespaces turn into one. Servers send a type by the name, whatever the bytes are. SVGs are cleaned.
fn is_web_page(path: &SourcePath) -> bool {
    const EXTENSIONS: [&str; 13] = [
        "hta", "htm", "html", "mht", "mhtml", "rdf", "shtml", "svgz", "xht", "xhtml", "xml", "xsl", "xslt",
    ];
    EXTENSIONS.contains(&path.extension().as_str())
}

/// The patterns of a setting.
pub(crate) fn globs(written: &[PlacedText]) -> Vec<FileGlob> {
    written.iter().map(|glob| FileGlob::new(&glob.text)).collect()
}

fn addresses(catalog: &Catalog, links: &Links<'_>) -> HashMap<String, AssetId> {
    let ids = catalog.assets.keys();
    ids.map(|id| (links.asset(id).as_str().to_owned(), id)).collect()
}

/// What the menu leads to.
fn menu_references(catalog: &Catalog, settings: &Settings) -> References {
    let mut found = References::default();
    for entry in settings.nav_entries() {
        catalog.add_named(&SourcePath::new(THEME_FILE), &entry.url, &mut found);
    }
    found
}

/// What the theme names: in its variables, its texts, its templates, its style sheets and its scripts.
fn theme_references(catalog: &Catalog, theme: &Theme) -> References {
    let from = SourcePath::new(THEME_FILE);
    let mut found = References::default();
    for value in theme.variables.values() {
        catalog.add_value(&from, value, &mut found);
    }
    // The theme inside the program names no file of a site.
    let is_own = |origin: &str| !origin.starts_with(&format!("themes/{DEFAULT_NAME}/"));
    let is_built_in = |template: &Template| {
        let path = template.origin.strip_prefix("themes/default/");
        let built_in = path.and_then(|path| default_layer().get(path));
        built_in.is_some_and(|built_in| *built_in.bytes == *template.text.as_bytes())
    };
    let templates = theme.templates.values().filter(|template| !is_built_in(template));
    let templates = templates.map(|template| template.text.as_str());
    let words = theme.words.values().map(String::as_str);
    let statics = theme.statics.iter();
    let statics = statics.filter(|(path, file)| is_text_file(path) && is_own(&file.origin));
    let statics = statics.filter_map(|(_, file)| std::str::from_utf8(&file.bytes).ok());
    let variables: Vec<&str> = theme.variables.values().filter_map(|value| value.as_str()).collect();
    for text in templates.chain(words).chain(statics).chain(variables) {
        for name in named_paths(text) {
            catalog.add_named(&from, &name, &mut found);
            catalog.add_named_folder(&from, &name, &mut found);
        }
    }
    found
}

/// Stands for a file that names others from the root of `content/`.
const THEME_FILE: &str = "content/-";

/// Whether a static file of a theme is a text that may name others.
fn is_text_file(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["css", "js", "mjs", "html", "json", "svg", "txt", "webmanifest"].contains(&ending)
}

/// The parts of a text that may be paths: between quotes, brackets and line ends, and the same without spaces. A name
/// without a slash may mean anything, such as `index.html`. `../` at the start is left out, because the text does not
/// stand in `content/`.
fn named_paths(text: &str) -> impl Iterator<Item = String> {
    let is_quote = |c: char| "\"'`<>{}()|\n\r\t".contains(c);
    let is_end = |c: char| c == ' ' || c == ',' || c == ';' || c == '=' || c == '\\';
    let parts = text.split(is_quote).filter(|part| part.contains('/'));
    let parts = parts.flat_map(move |part| std::iter::once(part).chain(part.split(is_end)));
    let parts = parts.filter(|part| part.len() > 1 && part.contains('/'));
    parts.map(|part| {
        let path = part.trim();
        let mut path = path.strip_prefix("./").unwrap_or(path);
        while let Some(rest) = path.strip_prefix("../") {
            path = rest;
        }
        percent_decode(path).into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_in_templates_and_style_sheets() {
        for (text, expected) in [
            (r#"<img src="{{ site.prefix }}/images/logo.svg">"#, "/images/logo.svg"),
            ("url(../../images/bg.jpg)", "images/bg.jpg"),
            ("background:url('/图/底 图.jpg')", "/图/底 图.jpg"),
            ("site.prefix ~ \"/photos/\" ~ name", "/photos/"),
            ("srcset=\"/a.jpg 1x, /b.jpg 2x\"", "/b.jpg"),
        ] {
            assert!(named_paths(text).any(|path| path == expected), "{text}");
        }
    }
}
