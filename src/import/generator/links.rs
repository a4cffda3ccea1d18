//! Leads the links and pictures of old posts to their new places.

use super::layout::{Layout, OldPost};
use crate::html::{HtmlToken, decode_references, next_token};
use crate::import::manuscript::{Loss, Losses};
use crate::import::markdown::escaped_title;
use crate::paths::{percent_decode, url_scheme};
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Where everything went.
pub(super) struct Places<'l> {
    layout: &'l Layout,
    /// New paths of posts by their old paths, as in links of Zola and Hugo.
    by_path: BTreeMap<String, String>,
    /// New paths of posts by their old addresses, without the slash at the end.
    by_address: BTreeMap<String, String>,
    /// Paths of assets below `content/`.
    assets: BTreeSet<String>,
    /// The same in lower case: servers of blogs often run on systems that do not tell cases apart.
    assets_by_lower_case: BTreeMap<String, String>,
    /// The assets that posts refer to.
    used: RefCell<BTreeSet<String>>,
}

/// Where a link leads.
enum Destination {
    /// To a place outside of the site, or in the page: as written.
    Same,
    /// To this path from the root of `content/`.
    New(String),
    /// To nothing.
    Missing,
}

impl<'l> Places<'l> {
    pub(super) fn new(layout: &'l Layout, posts: &[OldPost], assets: &BTreeMap<String, String>) -> Self {
        let by_path = posts.iter().flat_map(|post| {
            let inside = post.path.split_once('/').map(|(_, inside)| inside);
            let paths = std::iter::once(post.path.as_str()).chain(inside);
            paths.map(|path| (path.to_owned(), post.place.clone()))
        });
        let by_address = posts.iter().flat_map(|post| {
            let addresses = [post.old_address.clone(), Some(post.new_address.clone())];
            addresses
                .into_iter()
                .flatten()
                .map(|address| (key_of(&address), post.place.clone()))
                .collect::<Vec<_>>()
        });
        Self {
            layout,
            by_path: by_path.collect(),
            by_address: by_address.collect(),
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

    fn destination(&self, written: &str, post: &OldPost) -> Destination {
        let written = written.trim();
        if written.is_empty() || written.starts_with('#') {
            return Destination::Same;
        }
        let Some(path) = self.path_in_site(written) else {
            return Destination::Same;
        };
        // The ids of headings are made in another way, so a link to one leads to its page.
        if let Some(place) = self.find_post(&path, post) {
            return Destination::New(format!("/{place}"));
        }
        match self.find_asset(written, post) {
            Some(place) => Destination::New(format!("/{place}")),
            None if path == "/" => Destination::Same,
            None => Destination::Missing,
        }
    }

    fn find_post(&self, path: &str, post: &OldPost) -> Option<&String> {
        let folder = post.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if let Some(inside) = path.strip_prefix("@/") {
            return self.by_path.get(inside);
        }
        let rooted = path.strip_prefix('/');
        let relative = if rooted.is_none() { joined(folder, path) } else { None };
        // Zola once counted `./a.md` from the root of its content.
        let names = [rooted.map(str::to_owned), relative, joined("", path)];
        let by_path = names.into_iter().flatten().find_map(|name| {
            let endings = ["", ".md", ".markdown"].map(|ending| format!("{name}{ending}"));
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
        by_path.or_else(by_address).or_else(|| self.find_by_name(path))
    }

    /// The only post whose path ends with `path`, as Hugo finds `{{< ref "a.md" >}}`.
    fn find_by_name(&self, path: &str) -> Option<&String> {
        let end = format!("/{path}");
        let mut places = self
            .by_path
            .iter()
            .filter(|(known, _)| known.ends_with(&end))
            .map(|(_, place)| place);
        let first = places.next().filter(|_| path.ends_with(".md"))?;
        places.all(|place| place == first).then_some(first)
    }

    /// The path that an address means in the old site, without query and anchor; `None` when it is elsewhere.
    fn path_in_site(&self, written: &str) -> Option<String> {
        let own = Some(written)
            .filter(|_| !self.layout.base.is_empty())
            .and_then(|written| written.strip_prefix(&*self.layout.base));
        let path = match own {
            Some(path) if path.is_empty() || path.starts_with('/') => {
                format!("{}{}", self.layout.root, path.trim_start_matches('/'))
            }
            _ if url_scheme(written).is_some() || written.starts_with("//") => return None,
            _ => written.to_owned(),
        };
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let path = percent_decode(path).replace('\\', "/");
        let root = self.layout.root.as_str();
        Some(match path.strip_prefix(root).filter(|_| root != "/") {
            Some(inside) => format!("/{inside}"),
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

/// What becomes of `[label]: address`: of one that leads nowhere, nothing.
fn definition_edit(body: &str, range: Range<usize>, title: &str, destination: Destination) -> Option<Edit> {
    let text = match destination {
        Destination::Same => return None,
        Destination::Missing => String::new(),
        Destination::New(path) => {
            let label = body[range.clone()].split_once("]:")?.0;
            let title = match title {
                "" => String::new(),
                title => format!(" \"{}\"", escaped_title(title)),
            };
            format!("{label}]: {}{title}", in_brackets(&path))
        }
    };
    Some(Edit { range, text })
}

/// The edits that leave the text of `[text][label]`, `[text][]` or `[text]`.
fn without_brackets(body: &str, range: Range<usize>) -> Vec<Edit> {
    let end = body[range.clone()]
        .rfind("][")
        .map_or(range.end - 1, |at| range.start + at);
    [range.start..range.start + 1, end..range.end]
        .map(|range| Edit {
            range,
            text: String::new(),
        })
        .into()
}

/// One edit of a text.
struct Edit {
    range: Range<usize>,
    text: String,
}

/// The body with all links changed. A link that leads nowhere becomes its text, such a picture a comment.
pub(super) fn rewrite(body: &str, post: &OldPost, places: &Places<'_>, losses: &mut Losses) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    let mut edits: Vec<Edit> = Vec::new();
    let parser = Parser::new_ext(body, options);
    for (_, definition) in parser.reference_definitions().iter() {
        let destination = places.destination(&definition.dest, post);
        let title = definition.title.as_deref().unwrap_or_default();
        edits.extend(definition_edit(body, definition.span.clone(), title, destination));
    }
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Start(Tag::Link {
                link_type: LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut,
                dest_url,
                ..
            }) => {
                if matches!(places.destination(&dest_url, post), Destination::Missing) {
                    losses.add_named(Loss::Link, &dest_url);
                    edits.extend(without_brackets(body, range));
                }
            }
            Event::Start(Tag::Link {
                link_type: LinkType::Inline,
                dest_url,
                title,
                ..
            }) => {
                let destination = places.destination(&dest_url, post);
                edits.extend(link_edits(body, range, (&dest_url, &title), destination, losses));
            }
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                ..
            }) => {
                let destination = places.destination(&dest_url, post);
                let is_inline = matches!(link_type, LinkType::Inline);
                // The address of any other picture is in its definition, which has its own edit.
                if is_inline || matches!(destination, Destination::Missing) {
                    edits.extend(picture_edit(body, range, (&dest_url, &title), destination, losses));
                }
            }
            Event::Html(_) | Event::InlineHtml(_) => html_edits(body, range, post, places, losses, &mut edits),
            _ => {}
        }
    }
    apply(body, edits)
}

fn link_edits(
    body: &str,
    range: Range<usize>,
    (written, title): (&str, &str),
    destination: Destination,
    losses: &mut Losses,
) -> Vec<Edit> {
    let Some(at) = body[range.clone()].rfind("](").map(|at| range.start + at) else {
        return Vec::new();
    };
    match destination {
        Destination::Same => Vec::new(),
        Destination::New(path) => vec![Edit {
            range: at..range.end,
            text: closing(&path, title),
        }],
        Destination::Missing => {
            losses.add_named(Loss::Link, written);
            let opening = Edit {
                range: range.start..range.start + 1,
                text: String::new(),
            };
            let closing = Edit {
                range: at..range.end,
                text: String::new(),
            };
            vec![opening, closing]
        }
    }
}

fn picture_edit(
    body: &str,
    range: Range<usize>,
    (written, title): (&str, &str),
    destination: Destination,
    losses: &mut Losses,
) -> Option<Edit> {
    match destination {
        Destination::Same => None,
        Destination::New(path) => {
            let at = body[range.clone()].rfind("](").map(|at| range.start + at)?;
            Some(Edit {
                range: at..range.end,
                text: closing(&path, title),
            })
        }
        Destination::Missing => {
            losses.add_named(Loss::MissingPicture, written);
            let shown = written.replace("--", "-%2D").replace('>', "%3E");
            Some(Edit {
                range,
                text: format!("<!-- {shown} -->"),
            })
        }
    }
}

/// The end of a link or a picture: its new path and its title, which is the caption of a picture.
fn closing(path: &str, title: &str) -> String {
    let path = in_brackets(path);
    match title {
        "" => format!("]({path})"),
        title => format!("]({path} \"{}\")", escaped_title(title)),
    }
}

/// A destination in Markdown, in angle brackets where it needs them.
fn in_brackets(path: &str) -> String {
    let is_plain = !path.contains(|c: char| c.is_whitespace() || c.is_control() || "()<>".contains(c));
    if is_plain {
        path.to_owned()
    } else {
        format!("<{}>", path.replace('<', "%3C").replace('>', "%3E"))
    }
}

/// The links in HTML. Of one that leads nowhere, the address goes.
fn html_edits(
    body: &str,
    range: Range<usize>,
    post: &OldPost,
    places: &Places<'_>,
    losses: &mut Losses,
    edits: &mut Vec<Edit>,
) {
    let html = &body[range.clone()];
    let mut at = 0;
    while let Some((token, len)) = next_token(&html[at..]) {
        if let HtmlToken::Tag(tag) = &token {
            for name in ["src", "href", "poster"] {
                let Some(value) = tag.attribute(name).and_then(|attribute| attribute.value.clone()) else {
                    continue;
                };
                let written = decode_references(&tag.text[value.clone()]).into_owned();
                let whole = range.start + at;
                let text = match places.destination(&written, post) {
                    Destination::Same => continue,
                    Destination::New(path) => path.replace('"', "%22").replace(' ', "%20"),
                    Destination::Missing => {
                        let loss = if name == "href" {
                            Loss::Link
                        } else {
                            Loss::MissingPicture
                        };
                        losses.add_named(loss, &written);
                        let attribute = tag
                            .attribute(name)
                            .map(|attribute| attribute.whole.clone())
                            .unwrap_or_default();
                        edits.push(Edit {
                            range: whole + attribute.start..whole + attribute.end,
                            text: String::new(),
                        });
                        continue;
                    }
                };
                edits.push(Edit {
                    range: whole + value.start..whole + value.end,
                    text,
                });
            }
        }
        at += len;
    }
}

/// The text with all edits that do not overlap an earlier one.
fn apply(body: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.range.start);
    let mut out = String::with_capacity(body.len());
    let mut done = 0;
    for edit in edits {
        if edit.range.start < done {
            continue;
        }
        out.push_str(&body[done..edit.range.start]);
        out.push_str(&edit.text);
        done = edit.range.end;
    }
    out.push_str(&body[done..]);
    out
}
