//! Where each generator keeps its files, and at which addresses it publishes them.

use super::front::{OldFrontMatter, read_settings, scalar};
use super::options::Generator;
use crate::schema::Moment;
use crate::schema::scalar::find_day;
use crate::yaml::{Mapping, Value};
use std::collections::BTreeMap;

/// A post of the old site.
#[derive(Debug)]
pub(super) struct OldPost {
    /// Its path in the old site.
    pub(super) path: String,
    /// Its path below `content/`.
    pub(super) place: String,
    /// The path that it would have there if its kind had no folder: files beside it stay beside this one.
    pub(super) old_place: String,
    /// Its day, with a time if it has one.
    pub(super) date: Option<Moment>,
    /// The id of its kind, if all posts get one.
    pub(super) kind: Option<String>,
    /// Whether it is the page of its folder.
    pub(super) is_section: bool,
    /// The path of its former address, from the root; `None` when it is not known.
    pub(super) old_address: Option<String>,
    /// Its new address.
    pub(super) new_address: String,
    pub(super) front: OldFrontMatter,
    pub(super) body: String,
}

/// The rules of one old site.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) generator: Generator,
    /// The form of the addresses of posts, where the settings have one.
    permalink: Option<String>,
    /// The address of the site, for links that name it.
    pub(super) base: String,
    /// The path of the site's root on its host: `/` or `/blog/`.
    pub(super) root: String,
}

/// The names of settings files.
pub(super) const SETTINGS: [&str; 9] = [
    "_config.yml",
    "_config.yaml",
    "_config.toml",
    "hugo.toml",
    "hugo.yaml",
    "config.toml",
    "config.yaml",
    "config.yml",
    "zola.toml",
];

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

impl Layout {
    pub(super) fn new(generator: Generator, texts: &BTreeMap<String, String>) -> Self {
        let settings = SETTINGS
            .iter()
            .find_map(|name| Some(read_settings(name, texts.get(*name)?)));
        let settings: Mapping = settings.unwrap_or_default();
        let text = |key: &str| scalar(settings.get(key)?);
        let of_posts = || {
            let permalinks = settings.get("permalinks").and_then(Value::as_mapping)?;
            scalar(permalinks.get("posts").or_else(|| permalinks.get("post"))?)
        };
        let base = text("url")
            .or_else(|| text("baseURL"))
            .or_else(|| text("baseurl"))
            .or_else(|| text("base_url"));
        let base = base.filter(|base| base.contains("://")).unwrap_or_default();
        let path = base
            .split_once("://")
            .and_then(|(_, rest)| rest.split_once('/'))
            .map(|(_, path)| path.to_owned());
        let path = text("root")
            .or_else(|| text("baseurl").filter(|_| generator == Generator::Jekyll))
            .or(path);
        let path = path.unwrap_or_default();
        let root = match path.trim_matches('/') {
            "" => "/".to_owned(),
            inside => format!("/{inside}/"),
        };
        Self {
            generator,
            permalink: text("permalink").or_else(of_posts),
            base: base.trim_end_matches('/').to_owned(),
            root,
        }
    }

    /// Where a Markdown file goes; `None` for one that is no content.
    pub(super) fn text_place(&self, path: &str) -> Option<String> {
        let is_markdown = path.ends_with(".md") || path.ends_with(".markdown");
        let path = path
            .strip_suffix(".markdown")
            .map_or(path.to_owned(), |stem| format!("{stem}.md"));
        (is_markdown && !is_ignored(&path)).then_some(())?;
        match self.generator {
            Generator::Hexo => {
                let inside = path.strip_prefix("source/")?;
                let post = inside
                    .strip_prefix("_posts/")
                    .or_else(|| inside.strip_prefix("_drafts/"));
                let page = (!inside.starts_with('_')).then(|| inside.to_owned());
                post.map(|post| format!("posts/{post}")).or(page)
            }
            Generator::Hugo | Generator::Zola => path.strip_prefix("content/").map(str::to_owned),
            Generator::Jekyll => {
                let for_posts = ["_posts/", "_drafts/"]
                    .iter()
                    .find_map(|folder| match path.strip_prefix(folder) {
                        Some(rest) => Some(format!("posts/{rest}")),
                        None => path
                            .split_once(&format!("/{folder}"))
                            .map(|(above, rest)| format!("{above}/{rest}")),
                    });
                let is_page = !path.split('/').any(|part| part.starts_with('_')) && !is_about_project(&path);
                for_posts.or_else(|| is_page.then_some(path))
            }
        }
    }

    /// Where another file goes; `None` for one that is no content.
    pub(super) fn asset_place(&self, path: &str) -> Option<String> {
        if is_ignored(path) || path.split('/').any(|part| part.starts_with('.')) {
            return None;
        }
        let extension = path
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_lowercase())
            .unwrap_or_default();
        const THEME_FILES: [&str; 14] = [
            "css", "scss", "sass", "less", "styl", "js", "mjs", "map", "html", "htm", "yml", "yaml", "toml", "lock",
        ];
        if THEME_FILES.contains(&&*extension) {
            return None;
        }
        match self.generator {
            Generator::Hexo => {
                let inside = path.strip_prefix("source/")?;
                let beside_post = inside.strip_prefix("_posts/").map(|rest| format!("posts/{rest}"));
                beside_post.or_else(|| (!inside.starts_with('_')).then(|| inside.to_owned()))
            }
            Generator::Hugo | Generator::Zola => {
                let inside = ["static/", "content/", "assets/"]
                    .iter()
                    .find_map(|folder| path.strip_prefix(folder));
                inside.map(str::to_owned)
            }
            Generator::Jekyll => {
                let beside_post = path.strip_prefix("_posts/").map(|rest| format!("posts/{rest}"));
                beside_post.or_else(|| (!path.starts_with('_')).then(|| path.to_owned()))
            }
        }
    }

    /// The address that a post had; `None` when its form is not known.
    pub(super) fn old_address(&self, path: &str, front: &OldFrontMatter, date: Option<Moment>) -> Option<String> {
        if let Some(own) = front.text(&["url", "permalink", "path"]) {
            return Some(format!("/{}", own.trim_start_matches('/')));
        }
        let place = self.text_place(path)?;
        let stem = place.strip_suffix(".md").unwrap_or(&place);
        let stem = ["/index", "/_index"]
            .iter()
            .find_map(|end| stem.strip_suffix(end))
            .unwrap_or(stem);
        if matches!(stem, "index" | "_index") {
            return None;
        }
        let is_post = stem.starts_with("posts/");
        let default = match self.generator {
            Generator::Hexo if is_post => Some(":year/:month/:day/:title/"),
            Generator::Jekyll if is_post => Some("/:categories/:year/:month/:day/:title.html"),
            _ => None,
        };
        let form = self
            .permalink
            .as_deref()
            .filter(|_| is_post)
            .map(named_form)
            .or(default);
        match form {
            Some(form) => filled(form, stem, front, date),
            None => {
                let (folder, name) = stem
                    .rsplit_once('/')
                    .map_or(("", stem), |(folder, name)| (folder, name));
                let name = front
                    .text(&["slug"])
                    .unwrap_or_else(|| name_without_day(name).to_owned());
                let separator = if folder.is_empty() { "" } else { "/" };
                Some(format!("/{folder}{separator}{name}/"))
            }
        }
    }
}

/// A form of addresses that Jekyll knows by a name.
fn named_form(form: &str) -> &str {
    match form {
        "date" => "/:categories/:year/:month/:day/:title.html",
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "ordinal" => "/:categories/:year/:y_day/:title.html",
        "none" => "/:categories/:title.html",
        form => form,
    }
}

/// An address by its form; `None` when the form has a part that is not known here.
fn filled(form: &str, stem: &str, front: &OldFrontMatter, date: Option<Moment>) -> Option<String> {
    let file = stem.strip_prefix("posts/").unwrap_or(stem);
    let name = file.rsplit('/').next().unwrap_or(file);
    let date = date.map(|moment| moment.date);
    let slug = front
        .text(&["slug"])
        .unwrap_or_else(|| name_without_day(name).to_owned());
    let category = front.text(&["categories", "category"]).unwrap_or_default();
    let mut out = String::new();
    let mut rest = form;
    while let Some((before, after)) = rest.split_once(':') {
        out.push_str(before);
        let end = after
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(after.len());
        let value = match &after[..end] {
            "year" => date?.year().to_string(),
            "month" => format!("{:02}", date?.month()),
            "i_month" => date?.month().to_string(),
            "day" => format!("{:02}", date?.day()),
            "i_day" => date?.day().to_string(),
            "title" if file.contains('/') && name == slug => file.to_owned(),
            "title" | "slug" | "filename" | "name" | "post_title" | "contentbasename" | "slugorfilename" => {
                slug.clone()
            }
            "categories" | "category" => category.to_lowercase(),
            "output_ext" => ".html".to_owned(),
            _ => return None,
        };
        out.push_str(&value);
        rest = &after[end..];
    }
    out.push_str(rest);
    let parts: Vec<&str> = out.split('/').filter(|part| !part.is_empty()).collect();
    let end = if out.ends_with('/') { "/" } else { "" };
    Some(format!("/{}{end}", parts.join("/")))
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

/// Whether a file at the root describes the project and not the site.
fn is_about_project(path: &str) -> bool {
    let lower = path.to_lowercase();
    [
        "readme",
        "license",
        "changelog",
        "contributing",
        "code_of_conduct",
        "security",
    ]
    .iter()
    .any(|name| lower.rsplit('/').next().is_some_and(|file| file.starts_with(name)))
}
