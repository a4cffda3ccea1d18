//! Where each generator keeps its files, and where they go.

use super::front::OldFrontMatter;
use super::options::Generator;
use super::settings::OldSettings;
use crate::schema::Moment;
use crate::schema::scalar::find_day;
use crate::yaml::Value;
use std::collections::BTreeMap;

/// A post of the old site.
#[derive(Debug)]
pub(super) struct OldPost {
    /// Its path in the old site.
    pub(super) path: String,
    /// Its path below `content/`.
    pub(super) place: String,
    /// The path by which files beside it are found: without the folders of its kind and of its language.
    pub(super) old_place: String,
    /// Its day, with a time if it has one.
    pub(super) date: Option<Moment>,
    /// The id of its kind, if all posts get one.
    pub(super) kind: Option<String>,
    /// Whether it is the page of its folder.
    pub(super) is_section: bool,
    /// The path of its former address, from the root; `None` when it is not known.
    pub(super) old_address: Option<String>,
    /// The form of its former address, if it has a part that is not known here.
    pub(super) unknown_form: Option<String>,
    /// Its new address.
    pub(super) new_address: String,
    pub(super) front: OldFrontMatter,
    pub(super) body: String,
}

impl OldPost {
    /// Whether it is not to be published.
    pub(super) fn is_draft(&self) -> bool {
        self.front.is_draft() || self.path.contains("_drafts/")
    }
}

/// What a text of an old site is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TextGroup {
    /// A post of a blog.
    Post,
    /// A page.
    Page,
    /// A text in this collection of Jekyll.
    Collection(String),
}

/// Where a text goes.
#[derive(Debug)]
pub(super) struct TextPlace {
    /// Its path below `content/`, without the folder of its language.
    pub(super) path: String,
    pub(super) group: TextGroup,
    /// Its language, if it is not that of the site.
    pub(super) language: Option<String>,
}

impl TextPlace {
    /// Its path below `content/`.
    pub(super) fn full_path(&self) -> String {
        match &self.language {
            Some(language) => format!("{language}/{}", self.path),
            None => self.path.clone(),
        }
    }
}

/// The rules of one old site.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) generator: Generator,
    pub(super) settings: OldSettings,
    /// The host of the site, for links that name it.
    pub(super) host: Option<String>,
    /// The path of the site's root on its host: `/` or `/blog/`.
    pub(super) root: String,
    /// The folders of texts with the languages that they are for, the longest first.
    folders: Vec<(String, Option<String>)>,
    /// The languages that names of files may end with, and whether they are that of the site.
    languages: Vec<(String, bool)>,
    /// The collections of Jekyll, without that of posts.
    collections: Vec<String>,
}

/// Folders that hold no content.
const IGNORED_FOLDERS: [&str; 14] = [
    "node_modules",
    "themes",
    "public",
    "_site",
    "resources",
    "layouts",
    "_layouts",
    "_includes",
    "_sass",
    "templates",
    "sass",
    "vendor",
    "scaffolds",
    "archetypes",
];

/// The endings of texts that are read as Markdown.
const MARKDOWN: [&str; 5] = [".markdown", ".mkdown", ".mkdn", ".mkd", ".mdown"];

/// The endings of texts in other formats.
const OTHER_FORMATS: [&str; 9] = ["html", "htm", "org", "textile", "adoc", "asciidoc", "rst", "pdc", "pug"];

/// Whether a file is a text in Markdown, by its name.
pub(super) fn is_markdown(path: &str) -> bool {
    path.ends_with(".md") || MARKDOWN.iter().any(|ending| path.ends_with(ending))
}

impl Layout {
    pub(super) fn new(generator: Generator, texts: &BTreeMap<String, String>) -> Self {
        let settings = OldSettings::new(generator, texts);
        let base = ["url", "baseURL", "base_url"].iter().find_map(|key| settings.text(key));
        let base = base.filter(|base| base.contains("://")).unwrap_or_default();
        let (host, path) = base
            .split_once("://")
            .map(|(_, rest)| rest.split_once('/').unwrap_or((rest, "")))
            .unwrap_or_default();
        let own_root = match generator {
            Generator::Jekyll => settings.text("baseurl"),
            _ => settings.text("root"),
        };
        let root = own_root.unwrap_or_else(|| path.to_owned());
        let root = match root.trim_matches('/') {
            "" => "/".to_owned(),
            inside => format!("/{inside}/"),
        };
        let languages = languages(generator, &settings);
        Self {
            generator,
            host: (!host.is_empty()).then(|| host.to_lowercase()),
            root,
            folders: folders(generator, &settings, &languages),
            languages,
            collections: collections(&settings),
            settings,
        }
    }

    /// Where a text in Markdown goes; `None` for one that is no content.
    pub(super) fn text_place(&self, path: &str) -> Option<TextPlace> {
        if !is_markdown(path) || is_ignored(path) {
            return None;
        }
        let stem = MARKDOWN.iter().find_map(|ending| path.strip_suffix(ending));
        let path = stem.map_or(path.to_owned(), |stem| format!("{stem}.md"));
        let page = |path: &str| TextPlace {
            path: path.to_owned(),
            group: TextGroup::Page,
            language: None,
        };
        let post = |path: String| TextPlace {
            path,
            group: TextGroup::Post,
            language: None,
        };
        match self.generator {
            Generator::Hexo => {
                let inside = path.strip_prefix("source/")?;
                match inside
                    .strip_prefix("_posts/")
                    .or_else(|| inside.strip_prefix("_drafts/"))
                {
                    Some(rest) => Some(post(format!("posts/{rest}"))),
                    None => (!inside.starts_with('_')).then(|| page(inside)),
                }
            }
            Generator::Hugo | Generator::Zola => {
                let (inside, language) = self.without_folder(&path)?;
                let (inside, own_language) = self.without_language(inside);
                Some(TextPlace {
                    language: language.or(own_language),
                    ..page(&inside)
                })
            }
            Generator::Jekyll => {
                let path = self.path_in_source(&path)?;
                for folder in ["_posts/", "_drafts/"] {
                    if let Some(rest) = path.strip_prefix(folder) {
                        return Some(post(format!("posts/{rest}")));
                    }
                    if let Some((above, rest)) = path.split_once(&format!("/{folder}")) {
                        return Some(post(match self.without_collections_folder(above) {
                            "" => format!("posts/{rest}"),
                            above => format!("{above}/{rest}"),
                        }));
                    }
                }
                if let Some((collection, rest)) = self.collection(path) {
                    return Some(TextPlace {
                        path: format!("{collection}/{rest}"),
                        group: TextGroup::Collection(collection.to_owned()),
                        language: None,
                    });
                }
                let is_page = !path.split('/').any(|part| part.starts_with('_')) && !is_about_project(path);
                is_page.then(|| page(path))
            }
        }
    }

    /// Where another file goes; `None` for one that is no content.
    pub(super) fn asset_place(&self, path: &str) -> Option<String> {
        if is_ignored(path) || path.split('/').any(|part| part.starts_with('.')) {
            return None;
        }
        const THEME_FILES: [&str; 21] = [
            "css", "scss", "sass", "less", "styl", "js", "mjs", "map", "html", "htm", "yml", "yaml", "toml", "lock",
            "xml", "xsl", "xhtml", "php", "asp", "aspx", "jsp",
        ];
        let extension = extension(path);
        if THEME_FILES.contains(&&*extension) || OTHER_FORMATS.contains(&&*extension) {
            return None;
        }
        self.file_place(path)
    }

    /// Whether a file is a text in a format that is not read.
    pub(super) fn is_other_text(&self, path: &str) -> bool {
        let is_hidden = path.split('/').any(|part| part.starts_with('.'));
        OTHER_FORMATS.contains(&&*extension(path))
            && !is_ignored(path)
            && !is_hidden
            && !is_about_project(path)
            && self.file_place(path).is_some()
    }

    fn file_place(&self, path: &str) -> Option<String> {
        match self.generator {
            Generator::Hexo => {
                let inside = path.strip_prefix("source/")?;
                let beside_post = inside.strip_prefix("_posts/").map(|rest| format!("posts/{rest}"));
                beside_post.or_else(|| (!inside.starts_with('_')).then(|| inside.to_owned()))
            }
            Generator::Hugo | Generator::Zola => {
                let beside_text = self.without_folder(path).map(|(inside, _)| inside);
                let inside = beside_text.or_else(|| {
                    ["static/", "assets/"]
                        .iter()
                        .find_map(|folder| path.strip_prefix(folder))
                });
                inside.map(str::to_owned)
            }
            Generator::Jekyll => {
                let path = self.path_in_source(path)?;
                let beside_post = path.strip_prefix("_posts/").map(|rest| format!("posts/{rest}"));
                let beside_text = || {
                    self.collection(path)
                        .map(|(collection, rest)| format!("{collection}/{rest}"))
                };
                let own = || (!path.starts_with('_')).then(|| path.to_owned());
                beside_post.or_else(beside_text).or_else(own)
            }
        }
    }

    /// The path of a file in the folder that Jekyll's setting `source` names; `None` outside of it.
    pub(super) fn path_in_source<'p>(&self, path: &'p str) -> Option<&'p str> {
        let source = self.settings.text("source").unwrap_or_default();
        match source.trim_start_matches("./").trim_matches('/') {
            "" | "." => Some(path),
            source => path.strip_prefix(source)?.strip_prefix('/'),
        }
    }

    /// The path of a text in its folder of content, and the language of that folder.
    fn without_folder<'p>(&self, path: &'p str) -> Option<(&'p str, Option<String>)> {
        let mut folders = self.folders.iter();
        folders.find_map(|(folder, language)| {
            let inside = path.strip_prefix(folder.as_str())?.strip_prefix('/')?;
            Some((inside, language.clone()))
        })
    }

    /// A path without the language before its ending: `about.en.md`.
    fn without_language(&self, path: &str) -> (String, Option<String>) {
        let Some((stem, language)) = path.strip_suffix(".md").and_then(|stem| stem.rsplit_once('.')) else {
            return (path.to_owned(), None);
        };
        let name = stem.rsplit('/').next().unwrap_or(stem);
        let mut known = self.languages.iter();
        let known = known.find(|(known, _)| known.eq_ignore_ascii_case(language));
        // These names have no dot of their own.
        let is_code = matches!(name, "index" | "_index")
            && language.len() >= 2
            && language
                .split('-')
                .all(|part| (2..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic()));
        match known {
            Some((_, true)) => (format!("{stem}.md"), None),
            Some((_, false)) => (format!("{stem}.md"), Some(language.to_lowercase())),
            None if is_code => (format!("{stem}.md"), Some(language.to_lowercase())),
            None => (path.to_owned(), None),
        }
    }

    /// The collection of a text, and its path there.
    fn collection<'p>(&self, path: &'p str) -> Option<(&'p str, &'p str)> {
        let (name, rest) = self
            .without_collections_folder(path)
            .strip_prefix('_')?
            .split_once('/')?;
        let is_known = self.collections.iter().any(|known| known == name);
        // A folder without a setting may hold texts that pages show.
        is_known.then_some((name, rest))
    }

    fn without_collections_folder<'p>(&self, path: &'p str) -> &'p str {
        let folder = self.settings.text("collections_dir").unwrap_or_default();
        match path.strip_prefix(folder.trim_matches('/')) {
            Some("") => "",
            Some(inside) => inside.strip_prefix('/').unwrap_or(path),
            None => path,
        }
    }
}

/// The collections that the settings name, as a list or as a map.
fn collections(settings: &OldSettings) -> Vec<String> {
    let listed = match settings.value("collections") {
        Some(Value::Sequence(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => settings
            .map("collections")
            .map(|(name, _)| name.to_owned())
            .collect::<Vec<_>>(),
    };
    listed.into_iter().filter(|name| name != "posts").collect()
}

/// The languages of a site, and whether they are the one whose texts have no folder in addresses.
fn languages(generator: Generator, settings: &OldSettings) -> Vec<(String, bool)> {
    let main = ["defaultContentLanguage", "default_language"]
        .iter()
        .find_map(|key| settings.text(key));
    let main = main.unwrap_or_else(|| "en".to_owned());
    let has_folder = generator == Generator::Hugo && settings.flag("defaultContentLanguageInSubdir") == Some(true);
    let further = settings
        .map("languages")
        .map(|(name, _)| name.to_owned())
        .filter(|name| *name != main);
    let further: Vec<(String, bool)> = further.map(|name| (name, false)).collect();
    std::iter::once((main, !has_folder)).chain(further).collect()
}

/// The folders of texts, the longest first.
fn folders(
    generator: Generator,
    settings: &OldSettings,
    languages: &[(String, bool)],
) -> Vec<(String, Option<String>)> {
    let main = settings.text("contentDir").filter(|_| generator == Generator::Hugo);
    let main = main.map_or("content".to_owned(), |folder| folder.trim_matches('/').to_owned());
    let mut folders = vec![(main, None)];
    for (language, is_main) in languages {
        if let Some(folder) = settings.text(&format!("languages.{language}.contentDir")) {
            let prefix = (!is_main).then(|| language.to_lowercase());
            folders.push((folder.trim_matches('/').to_owned(), prefix));
        }
    }
    if !folders.iter().any(|(folder, _)| folder == "content") {
        folders.push(("content".to_owned(), None));
    }
    folders.sort_by_key(|(folder, language)| (std::cmp::Reverse(folder.len()), language.clone()));
    folders
}

fn extension(path: &str) -> String {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    extension.unwrap_or_default()
}

/// A file's name without the day that Jekyll and Zola expect before it: `2022-05-12-river`.
pub(super) fn name_without_day(name: &str) -> &str {
    match find_day(name) {
        Some((_, range)) if range.start == 0 && range.len() == 10 => {
            let rest = name[range.end..].trim_start_matches(['-', '_']);
            if rest.is_empty() { name } else { rest }
        }
        _ => name,
    }
}

/// The day at the start of a file's name.
pub(super) fn day_in_name(path: &str) -> Option<Moment> {
    let name = path.trim_end_matches("/index.md").rsplit('/').next()?;
    let (date, range) = find_day(name)?;
    (range.start == 0 && range.len() == 10).then_some(Moment { date, time: None })
}

/// Whether a file lies in a folder that holds no content.
fn is_ignored(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    path.contains('/') && IGNORED_FOLDERS.contains(&first)
}

/// Files that describe a project, and licences of which there may be several.
const PROJECT_FILES: [&str; 6] = [
    "readme",
    "license",
    "changelog",
    "contributing",
    "code_of_conduct",
    "security",
];
const LICENCES: [&str; 6] = ["mit", "apache", "bsd", "gpl", "mpl", "cc"];

/// Whether a file at the root describes the project and not the site: `README.md`, `readme.zh-CN.md`, `LICENSE-MIT.md`.
fn is_about_project(path: &str) -> bool {
    let lower = path.to_lowercase();
    let stem = lower.rsplit_once('.').map_or(lower.as_str(), |(stem, _)| stem);
    let is_form = |name: &&str| stem.strip_prefix(*name).is_some_and(is_form_of_project_file);
    !path.contains('/') && PROJECT_FILES.iter().any(is_form)
}

/// Whether nothing follows the name of such a file, or a language or a licence: `_en`, `.zh-cn`, `-mit`.
fn is_form_of_project_file(rest: &str) -> bool {
    let mut parts = rest.split(['.', '-', '_']);
    if parts.next() != Some("") {
        return false;
    }
    let parts: Vec<&str> = parts.collect();
    match parts.as_slice() {
        [] => true,
        [licence, ..] if LICENCES.contains(licence) => true,
        [language] => language.len() == 2,
        [language, region] => language.len() == 2 && (2..=4).contains(&region.len()),
        _ => false,
    }
}
