//! Leads the links and pictures of old posts to their new places.

use super::anchors::Anchors;
use super::layout::{Layout, OldPost, is_markdown};
use super::tags::is_unknown_address;
use crate::paths::{percent_decode, url_scheme};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The most folders of a path by whose end it is found.
const MAX_FOLDERS: usize = 20;

/// Where everything went.
pub(super) struct Places<'l> {
    layout: &'l Layout,
    /// New paths of posts by their old paths, as in links of Zola and Hugo.
    by_path: BTreeMap<String, String>,
    /// The same by the old paths from their ends, `None` where several posts have one: Hugo finds `{{< ref "a.md" >}}` so.
    by_end: BTreeMap<String, Option<String>>,
    /// New paths of posts by their old addresses, without the slash at the end.
    by_address: BTreeMap<String, String>,
    /// The new paths of drafts, to which no published post may link.
    drafts: BTreeSet<String>,
    /// The places in each post, by its new path.
    anchors: BTreeMap<String, Anchors>,
    /// Paths of assets below `content/`.
    assets: BTreeSet<String>,
    /// The same in lower case: servers of blogs often run on systems that do not tell cases apart.
    assets_by_lower_case: BTreeMap<String, String>,
    /// The assets that posts refer to.
    used: RefCell<BTreeSet<String>>,
}

/// Where a link leads.
pub(super) enum Destination {
    /// To a place outside of the site, or in the page: as written.
    Same,
    /// To this path from the root of `content/`, or to this place in the page.
    New(String),
    /// To this path; it names a place there that there is not.
    WithoutAnchor(String),
    /// To a place in the page that there is not.
    MissingAnchor,
    /// To nothing.
    Missing,
}

impl<'l> Places<'l> {
    pub(super) fn new(
        layout: &'l Layout,
        posts: &[OldPost],
        anchors: impl Iterator<Item = Anchors>,
        assets: &BTreeMap<String, String>,
    ) -> Self {
        let mut by_path = BTreeMap::new();
        let mut by_end: BTreeMap<String, Option<String>> = BTreeMap::new();
        for post in posts {
            // Below a folder of content, and of a language, a path is written without them.
            let folder_ends = post.path.match_indices('/').map(|(at, _)| &post.path[at + 1..]);
            for path in std::iter::once(post.path.as_str()).chain(folder_ends.clone().take(1)) {
                by_path.insert(path.to_owned(), post.place.clone());
            }
            by_path
                .entry(post.old_place.clone())
                .or_insert_with(|| post.place.clone());
            for end in folder_ends.take(MAX_FOLDERS) {
                let known = by_end.entry(end.to_owned()).or_insert_with(|| Some(post.place.clone()));
                if known.as_ref().is_some_and(|known| *known != post.place) {
                    *known = None;
                }
            }
        }
        let by_address = posts.iter().flat_map(|post| {
            let own = [post.old_address.clone(), Some(post.new_address.clone())];
            let addresses = own.into_iter().flatten().chain(post.front.aliases());
            addresses
                .map(|address| (key_of(&address), post.place.clone()))
                .collect::<Vec<_>>()
        });
        let mut addresses = BTreeMap::new();
        for (address, place) in by_address {
            addresses.entry(address).or_insert(place);
        }
        Self {
            layout,
            by_path,
            by_end,
            by_address: addresses,
            drafts: posts
                .iter()
                .filter(|post| post.is_draft())
                .map(|post| post.place.clone())
                .collect(),
            anchors: posts.iter().map(|post| post.place.clone()).zip(anchors).collect(),
            assets: assets.keys().cloned().collect(),
            assets_by_lower_case: assets.keys().map(|path| (path.to_lowercase(), path.clone())).collect(),
            used: RefCell::default(),
        }
    }

    /// The assets that posts refer to.
    pub(super) fn used(&self) -> BTreeSet<String> {
        self.used.borrow().clone()
    }

    /// The path below `content/` of the file that a post names.
    pub(super) fn find_asset(&self, written: &str, post: &OldPost) -> Option<String> {
        let path = self.path_in_site(written)?;
        let folder = post.old_place.rsplit_once('/').map_or("", |(folder, _)| folder);
        let stem = post.old_place.trim_end_matches(".md");
        let old_folder = post.old_address.as_deref().unwrap_or_default().trim_matches('/');
        let rooted = path.strip_prefix('/');
        let candidates = [
            rooted.map(str::to_owned),
            rooted.is_none().then(|| joined(folder, &path)).flatten(),
            // Hexo keeps the files of a post in a folder of its name.
            rooted.is_none().then(|| joined(stem, &path)).flatten(),
            rooted.is_none().then(|| joined("", &path)).flatten(),
            // A file by the address that it had beside its post.
            rooted
                .and_then(|path| path.strip_prefix(old_folder))
                .and_then(|rest| joined(stem, rest.trim_start_matches('/'))),
            rooted
                .and_then(|path| path.strip_prefix(old_folder))
                .and_then(|rest| joined(folder, rest.trim_start_matches('/'))),
        ];
        let found = candidates.into_iter().flatten().find_map(|path| {
            let exact = self.assets.get(&path).cloned();
            exact.or_else(|| self.assets_by_lower_case.get(&path.to_lowercase()).cloned())
        })?;
        self.used.borrow_mut().insert(found.clone());
        Some(found)
    }

    /// Where an address in a post leads.
    pub(super) fn destination(&self, written: &str, post: &OldPost) -> Destination {
        let written = written.trim();
        if is_unknown_address(written) {
            return Destination::Missing;
        }
        let anchor = written
            .split_once('#')
            .map(|(_, anchor)| anchor)
            .filter(|anchor| !anchor.is_empty());
        if written.is_empty() || written.starts_with('#') {
            let Some(anchor) = anchor else {
                return Destination::Same;
            };
            return match self.find_anchor(&post.place, anchor) {
                Some(id) if id == anchor => Destination::Same,
                Some(id) => Destination::New(format!("#{id}")),
                None => Destination::MissingAnchor,
            };
        }
        let Some(path) = self.path_in_site(written) else {
            return Destination::Same;
        };
        if let Some(place) = self.find_post(&path, post) {
            if self.drafts.contains(place) && !post.is_draft() {
                return Destination::Missing;
            }
            return match anchor.map(|anchor| self.find_anchor(place, anchor)) {
                None => Destination::New(format!("/{place}")),
                Some(Some(id)) => Destination::New(format!("/{place}#{id}")),
                Some(None) => Destination::WithoutAnchor(format!("/{place}")),
            };
        }
        match self.find_asset(written, post) {
            Some(place) => Destination::New(format!("/{place}")),
            None if path == "/" => Destination::Same,
            None => Destination::Missing,
        }
    }

    fn find_anchor(&self, place: &str, anchor: &str) -> Option<&str> {
        self.anchors.get(place)?.find(anchor)
    }

    fn find_post(&self, path: &str, post: &OldPost) -> Option<&String> {
        let folder = post.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if let Some(inside) = path.strip_prefix("@/") {
            return self.by_path.get(inside).or_else(|| self.find_by_end(inside));
        }
        let rooted = path.strip_prefix('/');
        let relative = if rooted.is_none() { joined(folder, path) } else { None };
        // Zola once counted `./a.md` from the root of its content.
        let names = [rooted.map(str::to_owned), relative, joined("", path)];
        let by_path = names.into_iter().flatten().find_map(|name| {
            let endings = ["", ".md", ".markdown", "/index.md", "/_index.md"].map(|ending| format!("{name}{ending}"));
            endings.iter().find_map(|name| self.by_path.get(name))
        });
        let beside_address = post
            .old_address
            .as_deref()
            .and_then(|address| joined(address.trim_matches('/'), path));
        let by_address = || match rooted {
            Some(_) => self.by_address.get(&key_of(path)),
            None => beside_address.and_then(|path| self.by_address.get(&key_of(&path))),
        };
        by_path
            .or_else(by_address)
            .or_else(|| self.find_by_end(path.trim_start_matches('/')))
    }

    /// The only post whose path ends with `path`.
    fn find_by_end(&self, path: &str) -> Option<&String> {
        let is_name = is_markdown(path);
        self.by_end.get(path).filter(|_| is_name)?.as_ref()
    }

    /// The path that an address means in the old site, without query and anchor; `None` when it is elsewhere.
    fn path_in_site(&self, written: &str) -> Option<String> {
        let root = self.layout.root.as_str();
        let after_scheme = match url_scheme(written) {
            Some(scheme) if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") => {
                Some(&written[scheme.len() + 1..])
            }
            Some(_) => return None,
            None => written.starts_with("//").then_some(written),
        };
        let path = match after_scheme {
            Some(address) => {
                let address = address.trim_start_matches('/');
                let (host, path) = address.split_once('/').unwrap_or((address, ""));
                if Some(host.to_lowercase()) != self.layout.host {
                    return None;
                }
                let path = format!("/{path}");
                // Another site may lie beside this one.
                if !format!("{path}/").starts_with(root) {
                    return None;
                }
                path
            }
            None => written.to_owned(),
        };
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let path = percent_decode(path).replace('\\', "/");
        Some(match path.strip_prefix(root).filter(|_| root != "/") {
            Some(inside) => format!("/{inside}"),
            None if path == root.trim_end_matches('/') && root != "/" => "/".to_owned(),
            None => path,
        })
    }
}

/// An address as the key of a map: without slashes at the ends, `index.html`, and differences of case.
fn key_of(address: &str) -> String {
    let address = percent_decode(address);
    let address = address.trim_matches('/');
    let address = address.strip_suffix("index.html").unwrap_or(address);
    address.trim_matches('/').to_lowercase()
}

/// A relative path from a folder; `None` when it leads out of the site.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()?),
            name => names.push(name),
        }
    }
    (!names.is_empty()).then(|| names.join("/"))
}
