//! The address of each record and file, and how a page writes a link to it.

use crate::catalog::{Asset, AssetId, Catalog, RecordId};
use crate::config::{Settings, SlugStyle};
use crate::fingerprint::hash_bytes;
use crate::ids::TiVec;
use crate::paths::{OutputPath, SourcePath, UrlPath};
use crate::record::Record;
use crate::schema::Taxonomy;
use crate::slug::slug;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};

/// Stands for the site's root in links of a site without a base address. Rendering replaces it on each page with the
/// relative path from that page to the root. It is a private-use character, which texts may not contain.
pub(crate) const ROOT_PLACEHOLDER: &str = "\u{F8F0}";

/// How links are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    /// The prefix of a root-relative address: the path of the base address (`/town`), an empty string, or
    /// [`ROOT_PLACEHOLDER`].
    pub prefix: String,
    /// Scheme, host and path without a trailing slash: `https://x.example/town`; empty when unknown.
    pub absolute: String,
}

impl BaseUrl {
    /// The base address: `asked` (the option `--base-url`) if given, otherwise `configured` (the settings).
    ///
    /// An empty address makes links relative, so that they work in any folder. Addresses that must be absolute (feeds,
    /// the site map) still use `configured` then.
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

    /// The absolute address; root-relative when the site's address is unknown.
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

/// The path of an absolute address that has no trailing slash.
fn path_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.find('/').map_or("", |at| &rest[at..])
}

/// The address of a record: its path below `content/` with each part as a slug. The front matter's `slug` replaces the
/// last part. `index.md` has the address of its folder.
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

/// The addresses of all assets, in the catalog's order: folders and stem as slugs, the extension unchanged. Where two
/// fall on one address, the later by path gets a suffix. Files for the root keep their names.
#[must_use]
pub(super) fn asset_addresses(catalog: &Catalog, style: SlugStyle) -> TiVec<AssetId, UrlPath> {
    let mut taken = TakenAddresses::default();
    let at_root = catalog.assets.iter().filter_map(Asset::path_at_root);
    taken.0.extend(at_root.map(|path| format!("/{}", path.to_lowercase())));
    let address = |asset: &Asset| match asset.path_at_root() {
        Some(path) => UrlPath::file(path),
        None => taken.take(asset.path().as_str(), |suffix| {
            asset_address(asset.path(), style, suffix)
        }),
    };
    catalog.assets.iter().map(address).collect()
}

fn asset_address(path: &SourcePath, style: SlugStyle, suffix: &str) -> UrlPath {
    let folder = slug_path(path.folder().strip_prefix("content").unwrap_or_default(), style);
    let name = path.file_name();
    let ending = &name[path.stem().len()..];
    let stem = slug(path.stem(), style);
    UrlPath::file(format!("{folder}/{stem}{suffix}{ending}").trim_start_matches('/'))
}

/// The addresses of all tags: `/tags/NAME/`. Where two fall on one address, the tag whose earliest post is older has it,
/// so that a new tag does not move the page of another one. The other tag gets a suffix.
#[must_use]
pub(super) fn tag_addresses(catalog: &Catalog, style: SlugStyle) -> BTreeMap<String, UrlPath> {
    let mut taken = TakenAddresses::default();
    let by_age = catalog.tags_by_age().into_iter();
    by_age
        .map(|tag| {
            let with_suffix = |suffix: &str| {
                let name = slug(tag, style);
                UrlPath::folder(&format!("{}/{name}{suffix}", Taxonomy::Tags.name()))
            };
            (tag.to_owned(), taken.take(tag, with_suffix))
        })
        .collect()
}

/// The addresses that things of one sort have, in lower case: hosts that ignore case must not mix them up.
#[derive(Default)]
struct TakenAddresses(HashSet<String>);

impl TakenAddresses {
    /// The address of the thing called `name`: the plain one if it is free, otherwise one with a suffix that follows
    /// from the name alone. `with_suffix` makes the address with a suffix.
    fn take(&mut self, name: &str, with_suffix: impl Fn(&str) -> UrlPath) -> UrlPath {
        let hash = format!("{:016x}", hash_bytes(name.as_bytes()));
        let suffixes = ["".to_owned(), format!("-{}", &hash[..6]), format!("-{hash}")];
        let further = (2_u64..).map(|number| format!("-{hash}-{number}"));
        let mut addresses = suffixes.into_iter().chain(further).map(|suffix| with_suffix(&suffix));
        addresses
            .find(|address| self.0.insert(address.as_str().to_lowercase()))
            .expect("one of endlessly many addresses is free")
    }
}

/// The address of a folder's list.
#[must_use]
pub(crate) fn folder_address(folder: &str, style: SlugStyle) -> UrlPath {
    UrlPath::folder(&slug_path(folder, style))
}

/// The address of one row of a roster: `/villages/ID/`.
#[must_use]
pub(crate) fn row_address(taxonomy: Taxonomy, id: &str, style: SlugStyle) -> UrlPath {
    UrlPath::folder(&format!("{}/{}", taxonomy.name(), slug(id, style)))
}

/// The address of the list at `list`, filtered by a year or village: `/volunteer/years/2022/`.
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

/// The addresses of all records by their paths, in the catalog's order.
#[must_use]
pub(crate) fn addresses_from_paths(catalog: &Catalog, settings: &Settings) -> TiVec<RecordId, UrlPath> {
    let records = catalog.records.raw.par_iter();
    let addresses: Vec<UrlPath> = records.map(|record| record_address(record, settings.slug)).collect();
    addresses.into()
}

/// Makes the links of a page relative: each address after [`ROOT_PLACEHOLDER`] becomes a path relative to `page`.
///
/// The address of a folder gets `index.html`, because `file://` does not serve folders.
#[must_use]
pub(crate) fn make_links_relative(page: &OutputPath, html: &str) -> String {
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
