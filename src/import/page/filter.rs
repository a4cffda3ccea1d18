//! Leaves of an article's HTML what a document has: paragraphs, headings, lists, tables, links, pictures, bold text.
//!
//! Classes, scripts and inline styles go; what a style shows of the meaning stays as an element. Pictures become holes, as
//! in the HTML of a record, so that the reader of blocks takes them for files of the site.

use super::article::{RAW, end_of_content};
use super::metadata::text_of;
use super::resources::Resources;
use super::spans::RowSpans;
use super::style::{Style, attribute};
use crate::html::{
    HtmlTag, HtmlToken, VOID_ELEMENTS, content_len, decode_references, end_of_element, escape, next_token,
};
use crate::import::manuscript::{ImportedFile, Loss, Losses};
use crate::import::scripts::{Script, scripted};
use crate::paths::{percent_decode, url_scheme};
use crate::record::{Fill, Hole};
use data_encoding::BASE64;
use std::collections::BTreeMap;

/// An article as the reader of blocks takes it.
pub(super) struct FilteredArticle {
    pub(super) html: String,
    pub(super) holes: Vec<Hole>,
    pub(super) files: Vec<ImportedFile>,
    pub(super) captions: BTreeMap<usize, String>,
    pub(super) losses: Losses,
}

/// Elements that are left out with their content.
const DROPPED: [&str; 14] = [
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "canvas",
    "object",
    "select",
    "textarea",
    "button",
    "head",
    "title",
    "mp-common-profile",
    "mp-style-type",
];
/// Elements that play something.
const FILMS: [&str; 8] = [
    "video",
    "audio",
    "embed",
    "mpvoice",
    "mpvideosnap",
    "mp-common-videosnap",
    "mp-common-mpaudio",
    "qqmusic",
];
/// Attributes in which pages keep the address of a picture until it is shown.
const LAZY_ADDRESSES: [&str; 4] = ["data-src", "data-original", "data-lazy-src", "data-actualsrc"];
/// The hosts of films in frames.
const FILM_HOSTS: [&str; 6] = [
    "v.qq.com",
    "bilibili.com",
    "youku.com",
    "video_player_tmp",
    "mp.weixin.qq.com/mp/readtemplate",
    "youtube.com",
];

/// The most bytes of pictures in `data:` addresses.
const MAX_DATA_BYTES: usize = 64 << 20;
/// Pictures of at most this width or height, in pixels, count visits.
const MAX_TRACKER: u32 = 2;
/// The most open elements whose styles are remembered.
const MAX_OPEN: usize = 500;

/// Filters the article of the page at `address`.
pub(super) fn filter(article: &str, address: &str, resources: Resources) -> FilteredArticle {
    let mut filter = Filter {
        html: article,
        at: 0,
        address,
        resources,
        data_bytes: 0,
        file_of_address: BTreeMap::new(),
        last_picture: None,
        open: Vec::new(),
        spans: RowSpans::default(),
        has_open_menu: false,
        out: FilteredArticle {
            html: String::new(),
            holes: Vec::new(),
            files: Vec::new(),
            captions: BTreeMap::new(),
            losses: Losses::default(),
        },
    };
    while let Some((token, len)) = next_token(&article[filter.at..]) {
        filter.at += len;
        match token {
            HtmlToken::Text(text) => filter.out.html.push_str(text),
            HtmlToken::Tag(tag) => filter.tag(&tag),
            HtmlToken::Comment(_) | HtmlToken::Declaration | HtmlToken::Unclosed(_) => {}
        }
    }
    filter.out
}

struct Filter<'t> {
    html: &'t str,
    /// The offset after the current token.
    at: usize,
    address: &'t str,
    resources: Resources,
    data_bytes: usize,
    /// The index of the file at each address that was met.
    file_of_address: BTreeMap<String, usize>,
    /// The last picture, if it has no caption yet.
    last_picture: Option<usize>,
    /// Open elements with the end tags that their styles need.
    open: Vec<(String, String)>,
    spans: RowSpans,
    /// Whether there is a menu that does not end.
    has_open_menu: bool,
    out: FilteredArticle,
}

impl Filter<'_> {
    fn tag(&mut self, tag: &HtmlTag<'_>) {
        if tag.is_closing {
            return self.close(&tag.name);
        }
        let style = Style::of(tag);
        match &*tag.name {
            name if DROPPED.contains(&name) => self.skip(tag),
            _ if style.is_hidden => self.skip(tag),
            name if FILMS.contains(&name) => self.leave_film(tag),
            // Menus and what stands below all pages of a site.
            "nav" | "footer" => self.leave_menu(tag),
            "iframe" | "frame" => self.leave_frame(tag),
            "form" => self.out.losses.add(Loss::Frame),
            "img" => self.picture(tag),
            "a" => self.link(tag),
            "figcaption" => self.caption(),
            "td" | "th" => self.cell(tag, &style),
            "sup" => self.script(Script::Superscript, tag),
            "sub" => self.script(Script::Subscript, tag),
            "br" | "hr" => self.out.html.push_str(&format!("<{}>", tag.name)),
            "ol" => {
                let start = tag.value("start").and_then(|start| start.trim().parse::<u64>().ok());
                self.out
                    .html
                    .push_str(&start.map_or("<ol>".to_owned(), |start| format!("<ol start=\"{start}\">")));
            }
            "p" | "span" | "font" => self.styled(tag, &style),
            name if is_plain_name(name) => {
                match name {
                    "table" => self.spans.start_table(),
                    "tr" => {
                        self.end_row();
                        self.spans.start_row();
                    }
                    "thead" | "tbody" | "tfoot" => _ = self.end_row(),
                    _ => {}
                }
                self.out.html.push_str(&format!("<{name}>"));
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "tr" if self.end_row() => return,
            "thead" | "tbody" | "tfoot" => _ = self.end_row(),
            "table" => {
                self.end_row();
                self.spans.end_table();
            }
            "td" | "th" => _ = self.spans.end_cell(),
            _ => {}
        }
        if let Some(index) = self.open.iter().rposition(|(open, _)| open == name) {
            let (_, ends) = self.open.remove(index);
            self.out.html.push_str(&ends);
        }
        if is_plain_name(name) {
            self.out.html.push_str(&format!("</{name}>"));
        }
    }

    /// Ends the row that is open with its cell. Returns whether there was one.
    fn end_row(&mut self) -> bool {
        self.end_cell();
        let Some(empty) = self.spans.end_row() else {
            return false;
        };
        self.out.html.push_str(&format!("{}</tr>", "<td></td>".repeat(empty)));
        true
    }

    /// Ends the cell that is open.
    fn end_cell(&mut self) {
        let is_cell = |(name, _): &(String, String)| matches!(name.as_str(), "td" | "th");
        if self.spans.end_cell()
            && let Some(index) = self.open.iter().rposition(is_cell)
        {
            let (_, ends) = self.open.remove(index);
            self.out.html.push_str(&ends);
        }
    }

    /// Skips an element with its content.
    fn skip(&mut self, tag: &HtmlTag<'_>) {
        // An old one is not in the standard's list.
        let is_void = VOID_ELEMENTS.contains(&&*tag.name) || tag.name == "frame";
        if is_void || tag.text.ends_with("/>") {
            return;
        }
        let rest = &self.html[self.at..];
        self.at += match &*tag.name {
            name if RAW.contains(&name) => content_len(rest, name),
            name => end_of_content(rest, name),
        };
        // The end tag.
        self.at += end_of_element(&self.html[self.at..], &tag.name);
    }

    /// Leaves out a menu. One that does not end would take the text with it.
    fn leave_menu(&mut self, tag: &HtmlTag<'_>) {
        let rest = &self.html[self.at..];
        if self.has_open_menu || end_of_content(rest, &tag.name) == rest.len() {
            self.has_open_menu = true;
            return;
        }
        self.out.losses.add(Loss::Header);
        self.skip(tag);
    }

    /// An element whose style may show bold, slanted or deleted text.
    fn styled(&mut self, tag: &HtmlTag<'_>, style: &Style) {
        self.out.html.push_str(&format!("<{}>", tag.name));
        let marks = [
            (style.is_bold, "strong"),
            (style.is_italic, "em"),
            (style.is_deleted, "del"),
        ];
        let marks: Vec<&str> = marks
            .iter()
            .filter(|(is_on, _)| *is_on)
            .map(|(_, name)| *name)
            .collect();
        if self.open.len() < MAX_OPEN {
            marks
                .iter()
                .for_each(|name| self.out.html.push_str(&format!("<{name}>")));
            let ends = marks.iter().rev().map(|name| format!("</{name}>")).collect();
            self.open.push((tag.name.to_string(), ends));
        }
    }

    fn cell(&mut self, tag: &HtmlTag<'_>, style: &Style) {
        let number = |name: &str| {
            tag.value(name)
                .and_then(|value| value.trim().parse::<usize>().ok())
                .unwrap_or(1)
        };
        let is_right = style.is_right || attribute(tag, "align").eq_ignore_ascii_case("right");
        let class = if is_right { " class=\"right\"" } else { "" };
        let columns = number("colspan").clamp(1, 100);
        let rows = number("rowspan").clamp(1, 10_000);
        if columns > 1 || rows > 1 {
            self.out.losses.add(Loss::MergedCells);
        }
        self.end_cell();
        let covered = self.spans.cell(columns, rows);
        self.out
            .html
            .push_str(&format!("<{0}></{0}>", tag.name).repeat(covered));
        // Empty cells come first here, because the text of this one follows.
        self.out.html.push_str(&format!("<{}{class}>", tag.name));
        self.open.push((
            tag.name.to_string(),
            format!(
                "</{0}>{1}",
                tag.name,
                format!("<{0}></{0}>", tag.name).repeat(columns - 1)
            ),
        ));
        if self.open.len() > MAX_OPEN {
            self.open.remove(0);
        }
    }

    /// A superscript or subscript. One with a link is a note.
    fn script(&mut self, script: Script, tag: &HtmlTag<'_>) {
        let rest = &self.html[self.at..];
        let length = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
        let text = &rest[..length];
        let is_all = rest[length..].starts_with("</");
        match scripted(&decode_references(text), script).filter(|_| is_all) {
            Some(text) => {
                self.out.html.push_str(&text);
                self.at += length;
            }
            None => {
                if is_all && !text.trim().is_empty() {
                    self.out.losses.add_named(Loss::Script, text.trim());
                }
                self.out.html.push_str(&format!("<{}>", tag.name));
            }
        }
    }

    /// A link to another site. One to a place in the page or to a script is only text.
    fn link(&mut self, tag: &HtmlTag<'_>) {
        let target = resolve(self.address, &attribute(tag, "href"));
        let scheme = url_scheme(&target).map(str::to_ascii_lowercase).unwrap_or_default();
        if ["http", "https", "mailto", "tel"].contains(&&*scheme) {
            self.out.html.push_str("<a href=\"");
            escape(&mut self.out.html, &target);
            self.out.html.push_str("\">");
        } else {
            self.out.html.push_str("<a>");
        }
    }

    /// The text below a picture.
    fn caption(&mut self) {
        // Each picture has one, so the text is not searched again and again for its end.
        let Some(picture) = self.last_picture.take() else {
            return self.out.html.push_str("<figcaption>");
        };
        let length = end_of_content(&self.html[self.at..], "figcaption");
        let text = text_of(&self.html[self.at..self.at + length]);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            self.out.captions.entry(picture).or_insert(text);
        }
        self.at += length;
    }

    fn picture(&mut self, tag: &HtmlTag<'_>) {
        let size = |name: &str| tag.value(name).and_then(|value| value.trim().parse::<u32>().ok());
        if size("width").is_some_and(|width| width <= MAX_TRACKER)
            || size("height").is_some_and(|height| height <= MAX_TRACKER)
        {
            return;
        }
        let shown = attribute(tag, "src");
        let lazy = LAZY_ADDRESSES.map(|name| attribute(tag, name));
        let lazy = lazy.into_iter().find(|address| !address.is_empty()).unwrap_or_default();
        // Browsers save what they showed beside the page and leave the other address as it was.
        let is_beside =
            |address: &str| !address.is_empty() && url_scheme(address).is_none() && !address.starts_with("//");
        let address = match () {
            () if is_beside(&shown) && self.resources.may_be_beside => shown,
            () if self.resources.get(&shown).is_some() => shown,
            () if !lazy.is_empty() => lazy,
            () => shown,
        };
        let alt = attribute(tag, "alt");
        match self.file(&address) {
            Some(index) => {
                self.out.html.push_str("<img src=\"");
                let at = self.out.html.len();
                self.out.holes.push(Hole {
                    at,
                    fill: Fill::Address(index),
                });
                self.out.html.push_str("\" alt=\"");
                escape(&mut self.out.html, if is_description(&alt) { &alt } else { "" });
                self.out.html.push_str("\">");
                self.last_picture = Some(index);
            }
            None => self.leave_picture(&address),
        }
    }

    /// The index of the file at an address; `None` when there is none.
    fn file(&mut self, address: &str) -> Option<usize> {
        if let Some(index) = self.file_of_address.get(address) {
            return Some(*index);
        }
        let resolved = resolve(self.address, address);
        let file = self.resources.get(address).or_else(|| self.resources.get(&resolved));
        let file = match file {
            Some(file) => file,
            None if address.starts_with("data:") => self.data_file(address)?,
            None if self.resources.may_be_beside && url_scheme(address).is_none() && !address.starts_with("//") => {
                let path = address.split(['?', '#']).next().unwrap_or_default();
                let path = percent_decode(path.trim_start_matches("./")).replace('\\', "/");
                (!path.is_empty()).then_some(ImportedFile::Beside(path))?
            }
            None => return None,
        };
        self.out.files.push(file);
        let index = self.out.files.len() - 1;
        // Addresses with data are long, and rarely twice in a page.
        if !address.starts_with("data:") {
            self.file_of_address.insert(address.to_owned(), index);
        }
        Some(index)
    }

    fn data_file(&mut self, address: &str) -> Option<ImportedFile> {
        let (head, data) = address.split_once(',')?;
        if !head.ends_with(";base64") {
            return None;
        }
        let data: String = data.split_ascii_whitespace().collect();
        self.data_bytes = self.data_bytes.saturating_add(data.len());
        if self.data_bytes > MAX_DATA_BYTES {
            return None;
        }
        let bytes = BASE64.decode(data.as_bytes()).ok()?;
        let name = "data".to_owned();
        Some(ImportedFile::Inside { name, bytes })
    }

    /// A picture that did not come with the page: its address stays in a comment.
    fn leave_picture(&mut self, address: &str) {
        let address = resolve(self.address, address);
        if address.starts_with("data:") || address.is_empty() {
            return self.out.losses.add(Loss::Picture);
        }
        self.leave(Loss::RemotePicture, &address);
    }

    fn leave_film(&mut self, tag: &HtmlTag<'_>) {
        let address = ["data-src", "src", "data-mpvid"].map(|name| attribute(tag, name));
        let address = address
            .into_iter()
            .find(|address| !address.is_empty())
            .unwrap_or_default();
        self.leave(Loss::Film, &resolve(self.address, &address));
        self.skip(tag);
    }

    fn leave_frame(&mut self, tag: &HtmlTag<'_>) {
        let address = ["data-src", "src"].map(|name| attribute(tag, name));
        let address = address
            .into_iter()
            .find(|address| !address.is_empty())
            .unwrap_or_default();
        let is_film = FILM_HOSTS.iter().any(|host| address.contains(host));
        let loss = if is_film { Loss::Film } else { Loss::Frame };
        self.leave(loss, &resolve(self.address, &address));
        self.skip(tag);
    }

    /// Leaves the address of something in a comment: a picture on another host becomes one (`markdown`).
    fn leave(&mut self, loss: Loss, address: &str) {
        self.last_picture = None;
        if address.is_empty() {
            return self.out.losses.add(loss);
        }
        self.out.losses.add_named(loss, address);
        if url_scheme(address)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
        {
            self.out.html.push_str("<img src=\"");
            escape(&mut self.out.html, address);
            self.out.html.push_str("\" alt=\"\">");
        }
    }
}

/// Whether an element passes without its attributes.
fn is_plain_name(name: &str) -> bool {
    let is_element = name.len() <= 20 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_element
        && !matches!(
            name,
            "html" | "body" | "input" | "meta" | "link" | "base" | "img" | "td" | "th"
        )
}

/// Whether the text for a picture describes it. Editors of accounts write 图片, cameras a number.
fn is_description(alt: &str) -> bool {
    let is_word = matches!(alt, "图片" | "Image" | "image" | "img");
    let is_file = alt
        .rsplit_once('.')
        .is_some_and(|(_, ending)| ending.len() <= 4 && ending.is_ascii());
    !is_word && !is_file
}

/// An address as a browser would follow it from the page at `base`. It stays as it is where the page says no address.
fn resolve(base: &str, address: &str) -> String {
    if address.is_empty() || address.starts_with('#') || url_scheme(address).is_some() {
        return address.to_owned();
    }
    let Some((scheme, rest)) = base.split_once("://") else {
        return match address.strip_prefix("//") {
            Some(rest) => format!("https://{rest}"),
            None => address.to_owned(),
        };
    };
    if let Some(rest) = address.strip_prefix("//") {
        return format!("{scheme}://{rest}");
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if let Some(rooted) = address.strip_prefix('/') {
        return format!("{scheme}://{host}/{rooted}");
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut names: Vec<&str> = path.split('/').collect();
    names.pop();
    for name in address.split('/') {
        match name {
            ".." => drop(names.pop()),
            "." => {}
            name => names.push(name),
        }
    }
    format!("{scheme}://{host}/{}", names.join("/"))
}
