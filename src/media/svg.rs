//! Sanitizes SVG (SVG 2, W3C): pictures as text, which may also hold scripts, external addresses and the author's name.
//!
//! Works by a list of what to keep: only the elements and references that draw. A browser does not run the scripts of
//! an SVG that a page embeds. But the SVG's file has an address of its own, and opened there, its scripts would run.

use super::data_url::clean_data_url;
use super::format::{ImageError, ImageFormat, ImageInfo};
use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer, escape::unescape};
use std::borrow::Cow;
use std::io;

/// The elements that are kept, in addition to filter primitives (`fe…`).
const KEPT_ELEMENTS: [&str; 39] = [
    "a",
    "animate",
    "animateMotion",
    "animateTransform",
    "circle",
    "clipPath",
    "defs",
    "desc",
    "ellipse",
    "filter",
    "g",
    "image",
    "line",
    "linearGradient",
    "marker",
    "mask",
    "mpath",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "set",
    "stop",
    "style",
    "svg",
    "switch",
    "symbol",
    "text",
    "textPath",
    "title",
    "tspan",
    "use",
    "view",
    "tref",
    "altGlyph",
    "hatch",
    "hatchpath",
];

/// The types of pictures that may be embedded.
const DATA_URL_PREFIXES: [&str; 4] = ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"];

/// The width of a picture that has none. It is as wide as any column, so the picture fills its box as it would without
/// a width.
const DEFAULT_WIDTH: f64 = 1280.0;

/// Probes an SVG. Its size is that of its attributes; 0 when they give none.
pub(super) fn probe(bytes: &[u8]) -> Result<ImageInfo, ImageError> {
    let text = decode_utf8(bytes)?;
    // An SVG that cannot be sanitized cannot be displayed either: browsers are as strict.
    let _ = clean_text(text)?;
    let (width, height) = size(text).unwrap_or_default();
    Ok(ImageInfo {
        format: ImageFormat::Svg,
        width,
        height,
        has_alpha: true,
        is_animated: false,
        is_upright: true,
        is_generated: false,
    })
}

/// The file without scripts, external addresses and the data of programs.
pub(super) fn clean(bytes: &[u8]) -> Result<Vec<u8>, ImageError> {
    Ok(clean_text(decode_utf8(bytes)?)?.map_or_else(|| bytes.to_vec(), String::into_bytes))
}

fn decode_utf8(bytes: &[u8]) -> Result<&str, ImageError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ImageError::Damaged)?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text))
}

/// The width and height in pixels. `None` when the attributes do not give them.
fn size(text: &str) -> Option<(u32, u32)> {
    let mut reader = Reader::from_str(text);
    let root = loop {
        match reader.read_event().ok()? {
            Event::Start(root) | Event::Empty(root) => break root,
            Event::Eof => return None,
            _ => {}
        }
    };
    let value = |name: &str| {
        let mut attributes = root.attributes().filter_map(Result::ok);
        attributes
            .find(|attribute| attribute.key.0 == name)
            .map(|attribute| attribute.value.into_owned())
    };
    let length = |name: &str| value(name).as_deref().and_then(length_in_pixels);
    let (width, height) = match (length("width"), length("height")) {
        (Some(width), Some(height)) => (width, height),
        (width, height) => {
            let (across, down) = view_box(&value("viewBox")?)?;
            let width = width.or_else(|| Some(height? * across / down)).unwrap_or(DEFAULT_WIDTH);
            (width, width * down / across)
        }
    };
    let whole = |length: f64| (1.0..1e6).contains(&length).then(|| length.round() as u32);
    Some((whole(width)?, whole(height)?))
}

/// Converts a length in an absolute CSS unit (CSS Values 4, 6.2) to pixels. `None` for other units.
fn length_in_pixels(length: &str) -> Option<f64> {
    let length = length.trim();
    let number = length.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let scale = match &length[number.len()..] {
        "" | "px" => 1.0,
        "pt" => 4.0 / 3.0,
        "pc" => 16.0,
        "in" => 96.0,
        "cm" => 96.0 / 2.54,
        "mm" => 96.0 / 25.4,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * scale)
}

fn view_box(value: &str) -> Option<(f64, f64)> {
    let parts = value
        .split([' ', ',', '\t', '\n', '\r'])
        .filter(|part| !part.is_empty());
    let numbers: Vec<f64> = parts.map(str::parse).collect::<Result<_, _>>().ok()?;
    match numbers[..] {
        [_, _, width, height] if width > 0.0 && height > 0.0 => Some((width, height)),
        _ => None,
    }
}

/// The sanitized text. `None` when there is nothing to remove.
fn clean_text(text: &str) -> Result<Option<String>, ImageError> {
    let mut reader = Reader::from_str(text);
    let mut cleaner = SvgCleaner {
        writer: Writer::new(Vec::with_capacity(text.len())),
        depth: 0,
        dropped_depth: 0,
        style: None,
        has_root: false,
        changed: false,
    };
    loop {
        let event = reader.read_event().map_err(|_| ImageError::Damaged)?;
        if matches!(event, Event::Eof) {
            break;
        }
        cleaner.write_if_kept(event)?;
    }
    if !cleaner.has_root || cleaner.depth > 0 {
        return Err(ImageError::Damaged);
    }
    if !cleaner.changed {
        return Ok(None);
    }
    String::from_utf8(cleaner.writer.into_inner())
        .map(Some)
        .map_err(|_| ImageError::Damaged)
}

/// Writes the events of a file that are kept.
struct SvgCleaner {
    writer: Writer<Vec<u8>>,
    /// The number of open elements.
    depth: usize,
    /// The number of open elements that are dropped: the outermost one, and those in it.
    dropped_depth: usize,
    /// The rules of the open style element. They are checked as a whole, because a reference may split a word in two.
    style: Option<String>,
    has_root: bool,
    changed: bool,
}

impl SvgCleaner {
    fn write_if_kept(&mut self, event: Event<'_>) -> Result<(), ImageError> {
        match event {
            Event::Start(element) => self.start(element),
            Event::Empty(element) if self.is_element_kept(&element) => {
                self.has_root |= self.depth == 0;
                let element = self.filter_attributes(element)?;
                self.write(Event::Empty(element))
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                if self.dropped_depth > 0 {
                    self.dropped_depth -= 1;
                    return Ok(());
                }
                self.end_style()?;
                self.write(Event::End(end))
            }
            Event::Text(text) => self.text(&text.xml10_content(), Event::Text(text)),
            Event::CData(text) => self.text(&text.xml10_content(), Event::CData(text)),
            Event::GeneralRef(reference) => match unescape(&format!("&{};", &*reference)) {
                Ok(text) => self.text(&text, Event::GeneralRef(reference)),
                Err(_) => self.leave_out(),
            },
            Event::Decl(declaration) => self.write(Event::Decl(declaration)),
            // Comments, processing instructions, document types; elements that are not kept.
            _ => self.leave_out(),
        }
    }

    fn leave_out(&mut self) -> Result<(), ImageError> {
        self.changed = true;
        Ok(())
    }

    fn write(&mut self, event: Event<'_>) -> Result<(), ImageError> {
        if self.dropped_depth > 0 {
            return Ok(());
        }
        self.writer
            .write_event(event)
            .map_err(|_: io::Error| ImageError::Damaged)
    }

    fn start(&mut self, element: BytesStart<'_>) -> Result<(), ImageError> {
        let is_kept = self.dropped_depth == 0 && self.is_element_kept(&element);
        self.has_root |= self.depth == 0 && is_kept;
        self.depth += 1;
        if !is_kept {
            self.changed = true;
            self.dropped_depth += 1;
            return Ok(());
        }
        let is_style = element.local_name().into_inner() == "style";
        let element = self.filter_attributes(element)?;
        self.write(Event::Start(element))?;
        self.style = is_style.then(String::new);
        Ok(())
    }

    fn text(&mut self, content: &str, event: Event<'_>) -> Result<(), ImageError> {
        match &mut self.style {
            Some(rules) if self.dropped_depth == 0 => {
                rules.push_str(content);
                Ok(())
            }
            _ => self.write(event),
        }
    }

    fn end_style(&mut self) -> Result<(), ImageError> {
        let Some(rules) = self.style.take() else { return Ok(()) };
        if !is_safe_css(&rules) {
            return self.leave_out();
        }
        self.write(Event::Text(BytesText::new(&rules)))
    }

    /// Whether an element is kept. The first element must be `svg`. Elements in a style element are not kept.
    fn is_element_kept(&self, element: &BytesStart<'_>) -> bool {
        let name = element.local_name().into_inner();
        let prefix = element.name().prefix().map(quick_xml::name::Prefix::into_inner);
        let is_listed = KEPT_ELEMENTS.contains(&name) || name.starts_with("fe");
        is_listed
            && matches!(prefix, None | Some("svg"))
            && (self.depth > 0 || (name == "svg" && !self.has_root))
            && self.style.is_none()
            && !animates_href(element)
    }

    /// The element with only the attributes that are kept.
    fn filter_attributes<'e>(&mut self, element: BytesStart<'e>) -> Result<BytesStart<'e>, ImageError> {
        let mut kept = Vec::new();
        let mut is_same = true;
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|_| ImageError::Damaged)?;
            // An entity that the file defines may stand for anything, so the attribute is dropped.
            let value = unescape(&attribute.value).ok();
            match value.and_then(|value| clean_attribute(attribute.key.0, value)) {
                Some((value, is_whole)) => {
                    is_same &= is_whole;
                    kept.push((attribute.key.0.to_owned(), value));
                }
                None => is_same = false,
            }
        }
        if is_same {
            return Ok(element);
        }
        self.changed = true;
        let mut filtered = BytesStart::new(element.name().0.to_owned());
        for (name, value) in &kept {
            filtered.push_attribute((name.as_str(), value.as_str()));
        }
        Ok(filtered)
    }
}

/// Whether an element animates the link or the event handler of another.
fn animates_href(element: &BytesStart<'_>) -> bool {
    let mut attributes = element.attributes().filter_map(Result::ok);
    attributes.any(|attribute| {
        let value = attribute.value.trim().to_ascii_lowercase();
        attribute.key.0.eq_ignore_ascii_case("attributeName")
            && (value.ends_with("href") || value.starts_with("on") || value.contains('&'))
    })
}

/// The sanitized value of an attribute, and whether it is unchanged. `None` when the attribute is dropped.
fn clean_attribute(name: &str, value: Cow<'_, str>) -> Option<(String, bool)> {
    if matches!(name, "href" | "xlink:href") && is_image_data_url(value.trim()) {
        let clean = clean_data_url(value.trim())?;
        let is_same = clean == *value;
        return Some((clean, is_same));
    }
    is_attribute_kept(name, &value).then(|| (value.into_owned(), true))
}

/// Whether an attribute is kept. Event handlers, external addresses and the data of programs are not.
fn is_attribute_kept(name: &str, value: &str) -> bool {
    if let Some(prefix) = name.strip_prefix("xmlns") {
        return matches!(prefix, "" | ":xlink" | ":svg");
    }
    let (prefix, name) = name.split_once(':').unwrap_or(("", name));
    let value = value.trim();
    match (prefix, name) {
        ("" | "xlink", "href") => value.starts_with('#'),
        ("", "src" | "base" | "data") | ("xml", "base") => false,
        ("", _) => !name.to_ascii_lowercase().starts_with("on") && is_safe_css(value),
        ("xlink" | "xml", _) => true,
        _ => false,
    }
}

fn is_image_data_url(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    DATA_URL_PREFIXES.iter().any(|head| value.starts_with(head))
}

/// Whether CSS rules load nothing external. Escapes together with `(` or `@` could hide any function or rule; they are
/// rare, so they are refused.
fn is_safe_css(rules: &str) -> bool {
    let rules = rules.to_ascii_lowercase();
    let mut addresses = rules.match_indices("url(").map(|(offset, sign)| {
        let address = rules[offset + sign.len()..].trim_start();
        address.trim_start_matches(['"', '\'']).trim_start()
    });
    let is_foreign = ["@import", "image-set(", "expression(", "src(", "-moz-binding"];
    addresses.all(|address| address.starts_with('#'))
        && (!rules.contains('\\') || !rules.contains(['(', '@']))
        && !is_foreign.iter().any(|sign| rules.contains(sign))
}
