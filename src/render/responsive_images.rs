//! Responsive images: gives each `img` of a text its size and the smaller files from which the browser chooses.
//!
//! Works on finished HTML, so it treats Markdown, an editor's own HTML and a theme's component alike. The attributes
//! that an author wrote take precedence: size, loading and files stay as written.
//!
//! Searches for `<img` instead of reading every token. In finished HTML a `<` of text is a reference, and most texts
//! have no picture, so they cost one search.

use crate::html::{HtmlTag, read_tag};
use crate::site::ResponsiveImage;

/// The attribute that gives an element's displayed width in the syntax of `sizes` (HTML, 4.8.2.4). It is not `sizes`
/// itself, because that is an error on an element without files to choose from.
const SIZES_ATTRIBUTE: &str = "data-sizes";

/// Returns the HTML with its pictures in several sizes. `sizes` is the displayed width of pictures that give none.
pub(super) fn make_responsive(html: &str, pictures: &[ResponsiveImage], sizes: &str) -> String {
    let mut out = String::with_capacity(html.len() + pictures.len() * 400);
    let mut done = 0;
    for (start, _) in html.match_indices("<img") {
        let Some(tag) = read_tag(&html[start..]).filter(|tag| tag.name == "img" && start >= done) else {
            continue;
        };
        let picture = tag
            .value("src")
            .and_then(|src| pictures.iter().find(|picture| picture.address == src));
        let Some(picture) = picture else { continue };
        out.push_str(&html[done..start]);
        write_image(&mut out, &tag, picture, sizes, is_in_picture(&html[..start]));
        done = start + tag.text.len();
    }
    out.push_str(&html[done..]);
    out
}

/// Whether the position after `before` is inside a `picture` element, which may not contain another.
fn is_in_picture(before: &str) -> bool {
    let opened = before.rfind("<picture");
    opened.is_some_and(|opened| !before[opened..].contains("</picture"))
}

fn write_image(out: &mut String, tag: &HtmlTag<'_>, picture: &ResponsiveImage, sizes: &str, is_inside: bool) {
    let is_wrapped = !is_inside && !picture.webp_srcset.is_empty() && !tag.has_attribute("srcset");
    let sizes = tag.value(SIZES_ATTRIBUTE).unwrap_or(sizes);
    if is_wrapped {
        let webp = &picture.webp_srcset;
        push_all(
            out,
            &[
                "<picture><source type=\"image/webp\" srcset=\"",
                webp,
                "\" sizes=\"",
                sizes,
                "\">",
            ],
        );
    }
    out.push_str("<img");
    for attribute in tag
        .attributes
        .iter()
        .filter(|attribute| &tag.text[attribute.name.clone()] != SIZES_ATTRIBUTE)
    {
        push_all(out, &[" ", &tag.text[attribute.whole.clone()]]);
    }
    if is_wrapped && !picture.jpeg_srcset.is_empty() {
        push_all(out, &[" srcset=\"", &picture.jpeg_srcset, "\" sizes=\"", sizes, "\""]);
    }
    if picture.width > 0 && !tag.has_attribute("width") && !tag.has_attribute("height") {
        push_all(
            out,
            &[&format!(" width=\"{}\" height=\"{}\"", picture.width, picture.height)],
        );
    }
    for (name, value) in [("loading", "lazy"), ("decoding", "async")] {
        if !tag.has_attribute(name) {
            push_all(out, &[" ", name, "=\"", value, "\""]);
        }
    }
    out.push_str(if is_wrapped { "></picture>" } else { ">" });
}

fn push_all(out: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| out.push_str(part));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pictures() -> Vec<ResponsiveImage> {
        let picture = |address: &str, webp: &str, jpeg: &str| ResponsiveImage {
            address: address.to_owned(),
            webp_srcset: webp.to_owned(),
            jpeg_srcset: jpeg.to_owned(),
            width: 900,
            height: 600,
        };
        vec![
            picture("/a.jpg", "/a.320.webp 320w", "/a.640.jpg 640w"),
            picture("/b.svg", "", ""),
        ]
    }

    #[test]
    fn a_picture_gets_its_files_and_its_size() {
        let cases = [
            (
                "<p><img src=\"/a.jpg\" alt=\"一 > 二\" loading=\"lazy\" decoding=\"async\"> 三</p>",
                "<p><picture><source type=\"image/webp\" srcset=\"/a.320.webp 320w\" sizes=\"S\"><img src=\"/a.jpg\" \
                 alt=\"一 > 二\" loading=\"lazy\" decoding=\"async\" srcset=\"/a.640.jpg 640w\" sizes=\"S\" width=\"900\" \
                 height=\"600\"></picture> 三</p>",
            ),
            (
                "<img src='/b.svg' width=20 />",
                "<img src='/b.svg' width=20 loading=\"lazy\" decoding=\"async\">",
            ),
            (
                "<img data-sizes=\"9rem\" src=/a.jpg height=3 loading=eager>",
                "<picture><source type=\"image/webp\" srcset=\"/a.320.webp 320w\" sizes=\"9rem\"><img src=/a.jpg height=3 \
                 loading=eager srcset=\"/a.640.jpg 640w\" sizes=\"9rem\" decoding=\"async\"></picture>",
            ),
            (
                "<picture><img src=\"/a.jpg\"></picture>",
                "<picture><img src=\"/a.jpg\" width=\"900\" height=\"600\" loading=\"lazy\" decoding=\"async\"></picture>",
            ),
            (
                "<img src=/a.jpg srcset=\"own 2x\">",
                "<img src=/a.jpg srcset=\"own 2x\" width=\"900\" height=\"600\" loading=\"lazy\" decoding=\"async\">",
            ),
        ];
        for (html, expected) in cases {
            assert_eq!(make_responsive(html, &pictures(), "S"), expected);
        }
    }

    #[test]
    fn other_html_stays_unchanged() {
        for html in [
            "<img src=\"/c.jpg\" alt>",
            "<img src=\"/a.jpg\"",
            "<img",
            "<img src=\"/a.jpg>",
            "<imga src=\"/a.jpg\">",
            "&lt;img src=\"/a.jpg\">",
            "<img alt=\"src=/a.jpg\">",
        ] {
            assert_eq!(make_responsive(html, &pictures(), "S"), html);
        }
    }
}
