//! Where each record and file will be served, and how a page writes a link to it.

use crate::catalog::{Catalog, RecordId};
use crate::config::{Settings, SlugStyle};
use crate::ids::TiVec;
use crate::paths::{OutputPath, SourcePath, UrlPath};
use crate::record::Record;
use crate::schema::Taxonomy;
use crate::slug::slug;

/// Stands for "the site's root" in pages of a site that may lie anywhere. Rendering replaces it, page by page, by
/// the way up from the page to the root. A private-use character, which texts may not contain.
pub const ROOT_PLACEHOLDER: &str = "\u{F8F0}";

/// How links are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    /// What stands before a root-relative address: the path of the base address (`/town`), nothing, or
    /// [`ROOT_PLACEHOLDER`].
    pub prefix: String,
    /// Scheme, host and path without a slash at the end: `https://x.example/town`; empty when unknown.
    pub absolute: String,
}

impl BaseUrl {
    /// The base for a site whose settings say `configured`, built with `--base-url asked` if given.
    ///
    /// An empty address means links that work in any folder. Addresses that must be absolute (feeds, the site map)
    /// then still use the configured one.
    #[must_use]
    pub fn new(configured: &str, asked: Option<&str>) -> Self {
        let served = asked.unwrap_or(configured).trim_end_matches('/');
        let absolute = if served.is_empty() {
            configured.trim_end_matches('/')
        } else {
            served
        };
        let prefix = if served.is_empty() {
            ROOT_PLACEHOLDER.to_owned()
        } else {
            path_of(served).to_owned()
        };
        Self {
            prefix,
            absolute: absolute.to_owned(),
        }
    }

    /// A link for `href` or `src`.
    #[must_use]
    pub fn link(&self, url: &UrlPath) -> String {
        format!("{}{}", self.prefix, url.encoded())
    }

    /// A full address; from the root of the host when the site's own is unknown.
    #[must_use]
    pub fn absolute(&self, url: &UrlPath) -> String {
        format!("{}{}", self.absolute, url.encoded())
    }

    /// Whether links must be made relative to each page.
    #[must_use]
    pub fn is_relative(&self) -> bool {
        self.prefix == ROOT_PLACEHOLDER
    }

    /// The host, e.g. `x.example`; empty when unknown.
    #[must_use]
    pub fn host(&self) -> &str {
        let rest = self.absolute.split_once("://").map_or("", |(_, rest)| rest);
        rest.split('/').next().unwrap_or_default()
    }
}

/// The path of a full address, without a slash at the end.
fn path_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.find('/').map_or("", |at| &rest[at..])
}

/// The address of a record: its path below `content/`, each part as a slug, the front matter's `slug` in place of
/// the last. `index.md` stands for its folder.
#[must_use]
pub(crate) fn record_address(record: &Record, style: SlugStyle) -> UrlPath {
    let folder = slug_path(record.path.folder().strip_prefix("content").unwrap_or_default(), style);
    let name = match &record.meta.slug {
        Some(name) => slug(name, style),
        None if record.path.stem() == "index" => String::new(),
        None => slug(record.path.stem(), style),
    };
    UrlPath::folder(&format!("{folder}/{name}"))
}

/// The address of a copied file: folders and name as slugs, the ending as it is.
#[must_use]
pub(crate) fn asset_address(path: &SourcePath, style: SlugStyle) -> UrlPath {
    let folder = slug_path(path.folder().strip_prefix("content").unwrap_or_default(), style);
    let name = path.file_name();
    let ending = &name[path.stem().len()..];
    let stem = slug(path.stem(), style);
    UrlPath::file(format!("{folder}/{stem}{ending}").trim_start_matches('/'))
}

/// The address of a folder's list.
#[must_use]
pub(crate) fn folder_address(folder: &str, style: SlugStyle) -> UrlPath {
    UrlPath::folder(&slug_path(folder, style))
}

/// The address of one term of a taxonomy: `/tags/NAME/`.
#[must_use]
pub(crate) fn term_address(taxonomy: Taxonomy, name: &str, style: SlugStyle) -> UrlPath {
    UrlPath::folder(&format!("{}/{}", taxonomy.name(), slug(name, style)))
}

/// The address of the list at `list`, narrowed to one of its years or villages: `/volunteer/years/2022/`.
#[must_use]
pub(crate) fn filtered_address(list: &UrlPath, by: &str, name: &str, style: SlugStyle) -> UrlPath {
    UrlPath::folder(&format!("{}{by}/{}", list.as_str(), slug(name, style)))
}

fn slug_path(path: &str, style: SlugStyle) -> String {
    let parts: Vec<String> = path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(|part| slug(part, style))
        .collect();
    parts.join("/")
}

/// The addresses of all records, in the catalog's order.
#[must_use]
pub(crate) fn addresses_from_paths(catalog: &Catalog, settings: &Settings) -> TiVec<RecordId, UrlPath> {
    catalog
        .records
        .iter()
        .map(|record| record_address(record, settings.slug))
        .collect()
}

/// An address that a former version of the site had, as written under `aliases`.
///
/// `old/page.html` is that file; anything without an ending is a folder.
#[must_use]
pub(crate) fn alias_address(alias: &str) -> UrlPath {
    let path = alias.trim().trim_matches('/');
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if is_file {
        UrlPath::file(path)
    } else {
        UrlPath::folder(path)
    }
}

/// Makes the links of a page relative: each [`ROOT_PLACEHOLDER`] address becomes the way from `page` to it.
///
/// An address of a folder gets `index.html`, because `file://` serves no folders.
#[must_use]
pub fn make_links_relative(page: &OutputPath, html: &str) -> String {
    let up = "../".repeat(page.as_str().matches('/').count());
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(ROOT_PLACEHOLDER) {
        out.push_str(&rest[..at]);
        let address = &rest[at + ROOT_PLACEHOLDER.len()..];
        let end = address
            .find(|c: char| c.is_whitespace() || "\"'<>\\)#?".contains(c))
            .unwrap_or(address.len());
        let path = address[..end].trim_start_matches('/');
        out.push_str(&up);
        out.push_str(path);
        if path.is_empty() || path.ends_with('/') {
            out.push_str("index.html");
        }
        rest = &address[end..];
    }
    out.push_str(rest);
    out
}
