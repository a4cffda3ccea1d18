//! A record's text after reading: HTML with holes where only the whole site knows what to write.
//!
//! Markdown is read once, here; what depends on other files (addresses of links and pictures, components called by
//! shortcodes) is left open as a [`Hole`] that rendering fills. So a record is complete by itself, and a page whose
//! links moved is rendered again without reading its Markdown again.

use crate::diag::Place;

/// The text of one record.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// HTML without the parts that are holes.
    pub html: String,
    /// What goes where, in order of position.
    pub holes: Vec<Hole>,
    /// Everything the text links to, in order.
    pub links: Vec<Link>,
    /// Headings, in order.
    pub outline: Vec<Heading>,
    /// Ids that a link may name after `#`: headings, footnotes, elements of raw HTML.
    pub anchors: Vec<String>,
    /// Plain text of the first sentences, or of what stands before `<!-- more -->`.
    pub summary: String,
    /// Plain text of the first level-1 heading, when the text starts with one.
    pub first_heading: Option<String>,
    /// Characters as Chinese editors count them: each wide character, each Latin word or number.
    pub character_count: usize,
}

/// A place in [`Body::html`] where something is put in.
#[derive(Debug, Clone, PartialEq)]
pub struct Hole {
    /// Byte position in the HTML.
    pub at: usize,
    /// What is put in.
    pub fill: Fill,
}

/// What is put in a hole.
#[derive(Debug, Clone, PartialEq)]
pub enum Fill {
    /// The address of `links[index]`, escaped for an attribute's value.
    Address(usize),
    /// The output of a theme's component.
    Shortcode(Box<Shortcode>),
}

/// Writes `html` with every hole filled in by `put`, which appends what belongs there.
///
/// `holes` are in order of position, as in [`Body`] and [`ShortcodeInner`]; a component's inner text is written by calling this
/// function again from `put`.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The target as written, percent-decoded except `%23` and `%3F`: `../videos/a.md#b`, `图 1.jpg`, `#第一节`. Never
    /// one with a scheme or a host: those are in the HTML already.
    pub target: String,
    /// What it is for.
    pub role: LinkRole,
    /// Where it stands in the file.
    pub place: Place,
}

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkRole {
    /// `[…](…)`, `<a href>`, a component's `href`, `captions`, `files`.
    Page,
    /// `![…](…)`, `<img src>`, `<video src>`, a component's `src`, `poster`, `images`, `cover`.
    Image,
}

/// A component called from a text: `{{ video(src="a.mp4") }}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Shortcode {
    /// The component's name.
    pub name: String,
    /// Its arguments, in order; a value without a name (`metric("coverage.national")`) has an empty one.
    pub args: Vec<(String, Argument)>,
    /// The text between `{{ name(…) }}` and `{{ /name }}`, in block form.
    pub inner: Option<ShortcodeInner>,
    /// Where the call stands.
    pub place: Place,
}

/// The text inside a block shortcode: a part of the same body, with its own holes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShortcodeInner {
    /// HTML without the parts that are holes.
    pub html: String,
    /// What goes where; link indices count in the same [`Body::links`].
    pub holes: Vec<Hole>,
}

/// A value in a shortcode's arguments.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// Text; when it may name a file, `link` is its index in [`Body::links`].
    Text {
        /// The text as written.
        text: String,
        /// The link that it stands for, resolved like any other.
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
}

/// A heading of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its id, unique in the text.
    pub id: String,
    /// Its plain text.
    pub text: String,
}

impl Body {
    /// Takes the level-1 heading off the start of the text: the page shows it as its title.
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
