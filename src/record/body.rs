//! A record's text after reading: HTML with holes for what depends on the whole site.
//!
//! Markdown is parsed once, here. What depends on other files (addresses of links and pictures, components called by
//! shortcodes) is left open as a [`Hole`] that rendering fills. So a record is complete by itself, and a page whose
//! links moved is rendered again without parsing its Markdown again.

use crate::diag::Place;
use serde::{Deserialize, Serialize};

/// The text of one record.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Body {
    /// HTML without the content of the holes.
    #[serde(deserialize_with = "super::stored_values::long_text::deserialize")]
    pub html: String,
    /// The holes, in order of position.
    pub holes: Vec<Hole>,
    /// Everything the text links to, in order.
    pub links: Vec<Link>,
    /// Headings, in order.
    pub outline: Vec<Heading>,
    /// Ids that a link may name after `#`: those of headings, footnotes and elements of raw HTML.
    pub anchors: Vec<String>,
    /// Plain text of the first sentences, or of everything before `<!-- more -->`.
    #[serde(deserialize_with = "super::stored_values::long_text::deserialize")]
    pub summary: String,
    /// Plain text of the first level-1 heading, if the text starts with one.
    pub first_heading: Option<String>,
    /// Number of characters as Chinese editors count them: each wide character, each Latin word or number.
    pub character_count: usize,
    /// The smallest hashes of its sequences of letters, in ascending order; empty for a short text and for one that is
    /// not a record's. Texts that are nearly the same have nearly the same sketch.
    pub sketch: Vec<u64>,
}

/// A place in [`Body::html`] that is filled in later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hole {
    /// Byte offset in the HTML.
    pub at: usize,
    /// What fills it.
    pub fill: Fill,
}

/// What fills a hole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Fill {
    /// The address of `links[index]`, escaped for an attribute's value.
    Address(usize),
    /// The output of a theme's component.
    Shortcode(Box<Shortcode>),
}

/// Writes `html` to `out`, calling `put` for every hole. `put` appends the content of the hole.
///
/// `holes` are in order of position, as in [`Body`] and [`ShortcodeInner`]. To write a component's inner text, `put`
/// calls this function again.
pub(crate) fn fill_holes(html: &str, holes: &[Hole], out: &mut String, put: &mut dyn FnMut(&Fill, &mut String)) {
    let mut done = 0;
    for hole in holes {
        out.push_str(&html[done..hole.at]);
        put(&hole.fill, out);
        done = hole.at;
    }
    out.push_str(&html[done..]);
}

/// A link or picture, as the editor wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The target as written: `../videos/a.md#b`, `图 1.jpg`, `#第一节`. Web addresses of other sites are not among
    /// them: they are in the HTML already.
    pub target: String,
    /// Whether it is a page or a picture.
    pub role: LinkRole,
    /// Its place in the file.
    pub place: Place,
}

/// The role of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkRole {
    /// `[…](…)`, `<a href>`, a component's `href`, `captions`, `files`.
    Page,
    /// `![…](…)`, `<img src>`, `<video src>`, a component's `src`, `poster`, `images`, `cover`.
    Image,
}

/// A component called from a text: `{{ video(src="a.mp4") }}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shortcode {
    /// The component's name.
    pub name: String,
    /// Its arguments, in order. A value without a name (`metric("coverage.national")`) has an empty name.
    pub args: Vec<(String, Argument)>,
    /// The text between `{{ name(…) }}` and `{{ /name }}` in the block form.
    pub inner: Option<ShortcodeInner>,
    /// The place of the call.
    pub place: Place,
}

/// The text inside a block shortcode: a part of the same body, with its own holes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ShortcodeInner {
    /// HTML without the content of the holes.
    pub html: String,
    /// The holes. Their link indices refer to the same [`Body::links`].
    pub holes: Vec<Hole>,
}

/// A value in a shortcode's arguments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Argument {
    /// Text. If it may name a file, `link` is its index in [`Body::links`].
    Text {
        /// The text as written.
        text: String,
        /// The index of the link, which is resolved like any other.
        link: Option<usize>,
    },
    /// A whole number.
    Integer(i64),
    /// Another number.
    Number(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// `[…]`.
    List(Vec<Argument>),
    /// `{key: …}`.
    Map(Vec<(String, Argument)>),
}

/// A heading of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its id, unique in the text.
    pub id: String,
    /// Its plain text.
    pub text: String,
}

impl Body {
    /// Whether the text calls a component of the theme.
    #[must_use]
    pub(crate) fn calls_component(&self) -> bool {
        self.holes.iter().any(|hole| matches!(hole.fill, Fill::Shortcode(_)))
    }

    /// Removes the level-1 heading at the start of the text: the page shows it as its title.
    pub(super) fn drop_first_heading(&mut self) {
        let Some(end) = self.html.strip_prefix("<h1").and_then(|rest| rest.find("</h1>")) else {
            return;
        };
        let cut = "<h1".len() + end + "</h1>".len();
        let rest = self.html[cut..].trim_start_matches('\n').len();
        let cut = self.html.len() - rest;
        self.html.drain(..cut);
        self.holes.retain_mut(|hole| {
            let stays = hole.at >= cut;
            hole.at = hole.at.saturating_sub(cut);
            stays
        });
        if !self.outline.is_empty() {
            self.outline.remove(0);
        }
    }
}
