//! What the tags of each generator become that a post has a form for: pictures, links, values.

use super::super::layout::OldPost;
use super::super::options::Generator;
use super::super::settings::OldSettings;
use super::arguments::Arguments;
use std::collections::BTreeMap;

/// What tags may refer to.
pub(in super::super) struct TagScope<'s> {
    pub(in super::super) generator: Generator,
    pub(in super::super) settings: &'s OldSettings,
    pub(in super::super) post: &'s OldPost,
    /// The titles of all posts, by the names that tags have for them.
    pub(in super::super) titles: &'s BTreeMap<String, String>,
}

/// What a tag becomes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Replacement {
    /// This text.
    Text(String),
    /// A link.
    Link { text: String, address: String },
    /// A picture.
    Picture(Picture),
    /// It is not known.
    Unknown,
}

/// A picture with what is said about it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) source: String,
    pub(super) alt: String,
    pub(super) caption: Option<String>,
    /// The address to which it leads.
    pub(super) link: Option<String>,
}

/// What a tag becomes.
pub(super) fn replacement(scope: &TagScope<'_>, name: &str, arguments: &Arguments) -> Replacement {
    let lower = name.to_ascii_lowercase();
    match (scope.generator, lower.as_str()) {
        (Generator::Jekyll, "post_url") => Replacement::Text(format!("/_posts/{}", arguments.first())),
        (Generator::Jekyll, "link") => Replacement::Text(format!("/{}", arguments.first().trim_start_matches('/'))),
        (Generator::Hexo, "post_path") => Replacement::Text(format!("{}.md", arguments.first())),
        (Generator::Hexo, "post_link") if !arguments.first().is_empty() => post_link(scope, arguments),
        (Generator::Hexo, "link" | "asset_link") => {
            let is_address = |word: &&String| word.contains("://") || word.starts_with('/') || lower == "asset_link";
            let text = if lower == "link" {
                arguments.first()
            } else {
                arguments.positional.get(1).map_or("", String::as_str)
            };
            match arguments.positional.iter().find(is_address) {
                Some(address) => Replacement::Link {
                    text: if text.is_empty() {
                        address.clone()
                    } else {
                        text.to_owned()
                    },
                    address: address.clone(),
                },
                None => Replacement::Unknown,
            }
        }
        (Generator::Hexo, "asset_path") => Replacement::Text(arguments.first().to_owned()),
        (Generator::Hugo, "ref" | "relref") => {
            let path = arguments.value(&["path"]).unwrap_or_default();
            Replacement::Text(path)
        }
        (Generator::Hugo, "param") => {
            let name = arguments.first();
            let own = scope.post.front.text(&[name]);
            let value = own.or_else(|| scope.settings.text(&format!("params.{name}")));
            value.map_or(Replacement::Unknown, Replacement::Text)
        }
        (_, "figure" | "img" | "image" | "asset_img") => {
            picture(arguments).map_or(Replacement::Unknown, Replacement::Picture)
        }
        (_, "youtube" | "bilibili") => match arguments.value(&["id", "bvid"]) {
            Some(id) => {
                let site = match lower.as_str() {
                    "youtube" => "https://www.youtube.com/watch?v=",
                    _ => "https://www.bilibili.com/video/",
                };
                let address = format!("{site}{id}");
                let text = address.clone();
                Replacement::Link { text, address }
            }
            None => Replacement::Unknown,
        },
        _ => Replacement::Unknown,
    }
}

/// A link to a post by its name, with its title.
fn post_link(scope: &TagScope<'_>, arguments: &Arguments) -> Replacement {
    let name = arguments.first();
    let text = arguments
        .positional
        .get(1)
        .filter(|text| !matches!(text.as_str(), "true" | "false"));
    let stem = name.trim_end_matches(".md");
    let text = text.or_else(|| scope.titles.get(stem)).cloned();
    Replacement::Link {
        text: text.unwrap_or_else(|| stem.to_owned()),
        address: format!("{stem}.md"),
    }
}

/// The value that a tag prints: `site.title`, `"/about/" | relative_url`. `None` when it is not known here.
pub(super) fn value_of(scope: &TagScope<'_>, expression: &str) -> Option<String> {
    let mut parts = split_filters(expression).into_iter();
    let mut value = operand(scope, parts.next()?.trim())?;
    for filter in parts {
        let (name, argument) = filter.split_once(':').unwrap_or((filter, ""));
        value = match name.trim() {
            "relative_url" | "absolute_url" | "escape" | "strip" | "url_encode" => value,
            "append" => value + &operand(scope, argument.trim())?,
            "prepend" => operand(scope, argument.trim())? + &value,
            _ => return None,
        };
    }
    Some(value)
}

/// The parts of an expression between bars that are in no quotes.
fn split_filters(expression: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quote) = (0, None);
    for (at, c) in expression.char_indices() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            ('|', None) => {
                parts.push(&expression[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&expression[start..]);
    parts
}

fn operand(scope: &TagScope<'_>, word: &str) -> Option<String> {
    for quote in ['"', '\''] {
        if let Some(text) = word.strip_prefix(quote) {
            return text
                .strip_suffix(quote)
                .filter(|text| !text.contains(quote))
                .map(str::to_owned);
        }
    }
    match word {
        // Addresses of the site are written from its root here.
        "site.baseurl" | "site.url" | "config.root" | "config.url" => return Some(String::new()),
        "page.url" | "page.path" => return scope.post.old_address.clone(),
        _ => {}
    }
    if let Some(key) = word.strip_prefix("page.") {
        return scope.post.front.text(&[key]);
    }
    let key = word.strip_prefix("site.").or_else(|| word.strip_prefix("config."))?;
    scope.settings.text(key)
}

/// The picture that a tag shows.
fn picture(arguments: &Arguments) -> Option<Picture> {
    let is_file = |word: &&String| word.contains('.') || word.contains('/');
    let named = arguments.named(&["src", "path", "url"]);
    let source = named
        .clone()
        .or_else(|| arguments.positional.iter().find(is_file).cloned())?;
    let after_source = arguments
        .positional
        .iter()
        .skip_while(|word| named.is_none() && **word != source)
        .skip(usize::from(named.is_none()));
    let is_text =
        |word: &&String| !word.is_empty() && !word.bytes().all(|byte| byte.is_ascii_digit() || b"%px".contains(&byte));
    let mut texts: Vec<String> = after_source.filter(is_text).cloned().collect();
    // Hexo takes both texts in one pair of quotes: '"title" "alt"'.
    if let [both] = texts.as_slice()
        && both.starts_with(['"', '\''])
    {
        texts = Arguments::read(both).positional;
    }
    let mut texts = texts.into_iter();
    let caption = arguments.named(&["caption", "title"]).or_else(|| texts.next());
    let alt = arguments.named(&["alt"]).or_else(|| texts.next()).unwrap_or_default();
    let link = arguments.named(&["link"]).filter(|_| !source.is_empty());
    Some(Picture {
        source,
        alt,
        caption,
        link,
    })
}
