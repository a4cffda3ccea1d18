//! A theme: templates, static files and words, with those of the themes that it extends.
//!
//! Role: merges the files of `themes/NAME/` and of the themes that it extends, down to the default one inside the
//! binary, into one flat set. A theme's file replaces the file of the same path in the theme that it extends. Does not
//! parse templates: `render` does.

mod file;
mod minify_css;
mod stylesheet;
mod unused;

use crate::diag::{Checked, Code, Diagnostic, Place, nearest};
use crate::yaml::{Mapping, Value, YamlDocument};
pub(crate) use file::{ThemeFile, ThemeLayer, hashed_name};
use include_dir::{Dir, include_dir};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The default theme at the time the binary was built.
static DEFAULT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The name of the theme inside the binary.
pub(crate) const DEFAULT_NAME: &str = "default";

/// A theme with everything that it inherits.
#[derive(Debug, Clone, Default)]
pub struct Theme {
    /// Templates by name, e.g. `components/card.html`.
    pub templates: BTreeMap<String, Template>,
    /// Static files by path below `static/`.
    pub statics: BTreeMap<String, ThemeFile>,
    /// The theme's words in the site's language, by key.
    pub words: BTreeMap<String, String>,
    /// The theme's own variables; a theme's replace those of the theme that it extends.
    pub variables: Mapping,
}

/// The text of one template.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its path, for findings.
    pub origin: String,
    /// Its text.
    pub text: String,
}

/// The default theme's files.
#[must_use]
pub(crate) fn default_layer() -> &'static ThemeLayer {
    static LAYER: OnceLock<ThemeLayer> = OnceLock::new();
    LAYER.get_or_init(|| {
        let mut layer = ThemeLayer::new();
        collect_files(&DEFAULT, &mut layer);
        layer
    })
}

fn collect_files(dir: &'static Dir<'static>, layer: &mut ThemeLayer) {
    for file in dir.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        let origin = format!("themes/{DEFAULT_NAME}/{path}");
        layer.insert(
            path,
            ThemeFile {
                origin,
                bytes: Cow::Borrowed(file.contents()),
            },
        );
    }
    for below in dir.dirs() {
        collect_files(below, layer);
    }
}

/// Assembles the theme `name`, requested at `place`, from the folders below `themes/`, for a site in `language`.
///
/// `folders` holds every theme folder of the site by name. A folder called `default` overrides the built-in theme.
/// `named_templates` are those that kinds and sections of the site name. Findings: a theme that does not exist, a cycle
/// of `extends`, settings or words that are not a YAML map, names that nothing reads.
#[must_use]
pub(crate) fn assemble(
    name: &str,
    place: Place,
    language: &str,
    folders: &BTreeMap<String, ThemeLayer>,
    named_templates: &BTreeSet<String>,
) -> Checked<Theme> {
    let mut findings = Vec::new();
    let chain = inheritance_chain((name.to_owned(), place), folders, &mut findings);
    let mut theme = Theme::default();
    for layer in chain.iter().rev() {
        merge_layer(&mut theme, layer, language, &mut findings);
    }
    findings.extend(stylesheet::process_all(&mut theme.statics));
    let texts: Vec<&str> = theme
        .templates
        .values()
        .map(|template| template.text.as_str())
        .collect();
    let own_layers = chain.iter().filter(|layer| !std::ptr::eq(**layer, default_layer()));
    findings.extend(own_layers.flat_map(|layer| unused::find_unused(layer, default_layer(), &texts, named_templates)));
    Checked { value: theme, findings }
}

/// The layers, from the requested theme to the built-in one.
fn inheritance_chain<'a>(
    named: (String, Place),
    folders: &'a BTreeMap<String, ThemeLayer>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<&'a ThemeLayer> {
    let mut chain = Vec::new();
    let mut visited = Vec::new();
    let mut wanted = Some(named);
    while let Some((name, place)) = wanted.take() {
        if visited.contains(&name) {
            findings.push(inheritance_cycle(&name, place));
            break;
        }
        match folders.get(&name) {
            Some(layer) => {
                chain.push(layer);
                if name != DEFAULT_NAME {
                    wanted = Some(parent_theme(layer).unwrap_or_else(|| (DEFAULT_NAME.to_owned(), place)));
                }
            }
            None if name == DEFAULT_NAME => {}
            None => findings.push(unknown_theme(&name, place, folders)),
        }
        visited.push(name);
    }
    chain.push(default_layer());
    chain
}

/// The theme that a layer extends, with the place of the name; `None` when it states none.
fn parent_theme(layer: &ThemeLayer) -> Option<(String, Place)> {
    let file = layer.get("theme.yaml")?;
    let text = String::from_utf8_lossy(&file.bytes);
    let (reading, settings) = YamlDocument::parse(&file.origin, &text, &["variables"]).into_map();
    let name = settings.get("extends")?.as_str()?;
    Some((name.to_owned(), reading.document.value_place(&["extends"])))
}

fn unknown_theme(name: &str, place: Place, folders: &BTreeMap<String, ThemeLayer>) -> Diagnostic {
    let known: Vec<&str> = folders.keys().map(String::as_str).chain([DEFAULT_NAME]).collect();
    Diagnostic::new(Code::UnknownTheme)
        .at(place)
        .with("theme", name)
        .with_some("nearest", nearest(name, known.iter().copied()))
        .with("known", known.join(", "))
}

fn inheritance_cycle(name: &str, place: Place) -> Diagnostic {
    Diagnostic::new(Code::BadTheme).at(place).with("theme", name)
}

/// Reads a YAML map; anything else is a finding and an empty map.
fn read_map(file: &ThemeFile, findings: &mut Vec<Diagnostic>) -> Mapping {
    let text = String::from_utf8_lossy(&file.bytes);
    let (mut reading, map) = YamlDocument::parse(&file.origin, &text, &["variables"]).into_map();
    findings.append(&mut reading.findings);
    map
}

fn merge_layer(theme: &mut Theme, layer: &ThemeLayer, language: &str, findings: &mut Vec<Diagnostic>) {
    for (path, file) in layer {
        if let Some(name) = path.strip_prefix("templates/") {
            let text = String::from_utf8_lossy(&file.bytes).into_owned();
            theme.templates.insert(
                name.to_owned(),
                Template {
                    origin: file.origin.clone(),
                    text,
                },
            );
        } else if let Some(name) = path.strip_prefix("static/") {
            theme.statics.insert(name.to_owned(), file.clone());
        } else if path == "theme.yaml"
            && let Some(Value::Mapping(variables)) = read_map(file, findings).remove("variables")
        {
            theme.variables.extend(variables);
        }
    }
    let own = format!("i18n/{language}.yaml");
    // Without words in the site's language, a theme's Chinese words are used rather than none.
    let words = layer.get(&own).or_else(|| layer.get("i18n/zh-CN.yaml"));
    for (key, value) in words.map(|file| read_map(file, findings)).unwrap_or_default() {
        if let (Some(key), Some(value)) = (key.as_str(), value.as_str()) {
            theme.words.insert(key.to_owned(), value.to_owned());
        }
    }
}
