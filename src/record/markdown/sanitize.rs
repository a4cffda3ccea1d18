//! Sanitizes bodies that contain raw HTML.
//!
//! Role: one configuration of ammonia that allows what the writer itself writes and what an editor may reasonably want.
//! It is applied only to bodies with raw HTML under `markdown.html: sanitise`; all others skip it.

use crate::config::WEB_SCHEMES;
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Elements that are allowed in addition to ammonia's own list.
const EXTRA_ELEMENTS: [&str; 13] = [
    "audio",
    "button",
    "dfn",
    "figcaption",
    "figure",
    "input",
    "label",
    "picture",
    "section",
    "source",
    "track",
    "u",
    "video",
];

/// Attributes that are allowed on every element.
const GLOBAL_ATTRIBUTES: [&str; 10] = [
    "class",
    "dir",
    "id",
    "lang",
    "role",
    "title",
    "aria-label",
    "aria-hidden",
    "aria-describedby",
    "aria-labelledby",
];

/// Attributes that are allowed on one element.
const ELEMENT_ATTRIBUTES: [(&str, &[&str]); 15] = [
    ("a", &["name", "rel", "download"]),
    ("audio", &["src", "controls", "loop", "muted", "preload"]),
    ("button", &["type", "disabled"]),
    ("div", &["tabindex"]),
    ("details", &["open"]),
    (
        "img",
        &[
            "src", "srcset", "sizes", "alt", "width", "height", "loading", "decoding",
        ],
    ),
    ("input", &["type", "checked", "disabled"]),
    ("li", &["value"]),
    ("ol", &["start", "reversed", "type"]),
    ("pre", &["tabindex"]),
    ("source", &["src", "srcset", "sizes", "type", "media"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan", "scope"]),
    ("track", &["src", "kind", "srclang", "label", "default"]),
    (
        "video",
        &[
            "src",
            "poster",
            "controls",
            "loop",
            "muted",
            "preload",
            "playsinline",
            "width",
            "height",
        ],
    ),
];

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags(EXTRA_ELEMENTS)
        .add_generic_attributes(GLOBAL_ATTRIBUTES)
        // Links with other schemes are holes, which the site's settings decide about.
        .url_schemes(WEB_SCHEMES.into_iter().chain(["data"]).collect())
        .add_clean_content_tags(["title", "textarea", "template", "noscript", "iframe", "object"])
        .link_rel(None)
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(filter_attribute);
    for (tag, attributes) in ELEMENT_ATTRIBUTES {
        builder.add_tag_attributes(tag, attributes);
    }
    builder.rm_tags(HashSet::from(["bdo", "map", "area"]).iter());
    builder
});

/// Sanitizes a whole body.
pub(super) fn sanitize_html(html: &str) -> String {
    SANITIZER.clean(html).to_string()
}

/// Rules that a list of names cannot express: pictures only as data, inputs only as check boxes, buttons that do not
/// submit, and no element may change its position in the Tab order.
fn filter_attribute<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let value = match (element, attribute) {
        ("input", "type") => "checkbox",
        ("button", "type") => "button",
        (_, "tabindex") => "0",
        _ => value,
    };
    let data = value
        .trim_start()
        .get(..5)
        .is_some_and(|head| head.eq_ignore_ascii_case("data:"));
    let addressed = matches!(attribute, "href" | "src" | "cite" | "poster");
    let allowed = !(data && addressed) || (element == "img" && attribute == "src" && is_data_image(value));
    allowed.then_some(Cow::Borrowed(value))
}

/// Whether an address is a picture as a `data:` address. SVG is excluded because it may contain scripts.
pub(super) fn is_data_image(address: &str) -> bool {
    let address = address.trim_start().to_ascii_lowercase();
    ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"]
        .iter()
        .any(|head| address.starts_with(head))
}
