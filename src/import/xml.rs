//! An XML part as a tree, for formats whose elements are read in another order than they are written in.
//!
//! Names are without their prefixes: writers choose prefixes freely, and the parts read here have no two elements or
//! attributes of one name with different meanings. The depth and the number of nodes are limited.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

/// How deep elements may lie in one another. Tables in tables in text boxes need about forty.
const MAX_DEPTH: usize = 200;
/// The most nodes of a part. A thousand pages have some hundred thousand.
const MAX_NODES: usize = 3_000_000;

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct XmlElement {
    /// Without its prefix.
    pub(super) name: String,
    /// Names without prefixes, and values.
    attributes: Vec<(String, String)>,
    /// Its content, in order.
    pub(super) nodes: Vec<XmlNode>,
}

/// A part of an element's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum XmlNode {
    /// An element.
    Element(XmlElement),
    /// Text, with its references resolved.
    Text(String),
}

impl XmlElement {
    /// The elements in it.
    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        self.nodes.iter().filter_map(|node| match node {
            XmlNode::Element(element) => Some(element),
            XmlNode::Text(_) => None,
        })
    }

    /// The first element of this name in it.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children().find(|child| child.name == name)
    }

    /// The first element of this name in it, at any depth.
    pub(super) fn descendant(&self, name: &str) -> Option<&Self> {
        self.children().find_map(|child| {
            if child.name == name {
                Some(child)
            } else {
                child.descendant(name)
            }
        })
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The attribute `val` of the first element of this name in it: how Word states most properties.
    pub(super) fn child_value(&self, name: &str) -> Option<&str> {
        self.child(name)?.attribute("val")
    }

    /// All text in it.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.push_text(&mut text);
        text
    }

    fn push_text(&self, text: &mut String) {
        for node in &self.nodes {
            match node {
                XmlNode::Element(element) => element.push_text(text),
                XmlNode::Text(part) => text.push_str(part),
            }
        }
    }
}

/// The root element of a part. `None` when it is no XML or exceeds a limit.
pub(super) fn parse(bytes: &[u8]) -> Option<XmlElement> {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut open = vec![XmlElement::default()];
    let mut count = 0;
    loop {
        count += 1;
        let event = reader.read_event().ok()?;
        if count > MAX_NODES || open.len() > MAX_DEPTH {
            return None;
        }
        match event {
            Event::Start(start) => open.push(element(&start)),
            Event::Empty(start) => push_element(&mut open, element(&start)),
            Event::End(_) => {
                let closed = open.pop()?;
                push_element(&mut open, closed);
            }
            Event::Text(text) => push_text(&mut open, &text.xml10_content()),
            Event::CData(text) => push_text(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                if let Ok(text) = unescape(&format!("&{};", &*reference)) {
                    push_text(&mut open, &text);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    // The reader refuses an element that does not end only when another one ends.
    let root = (open.len() == 1).then(|| open.pop()).flatten()?;
    root.nodes.into_iter().find_map(|node| match node {
        XmlNode::Element(element) => Some(element),
        XmlNode::Text(_) => None,
    })
}

fn element(start: &BytesStart<'_>) -> XmlElement {
    let attributes = start.attributes().flatten().map(|attribute| {
        let value = unescape(&attribute.value).map_or_else(|_| attribute.value.to_string(), |value| value.into_owned());
        (attribute.key.local_name().as_ref().to_owned(), value)
    });
    XmlElement {
        name: start.local_name().as_ref().to_owned(),
        attributes: attributes.collect(),
        nodes: Vec::new(),
    }
}

fn push_element(open: &mut [XmlElement], element: XmlElement) {
    if let Some(parent) = open.last_mut() {
        parent.nodes.push(XmlNode::Element(element));
    }
}

fn push_text(open: &mut [XmlElement], text: &str) {
    if let Some(parent) = open.last_mut() {
        match parent.nodes.last_mut() {
            Some(XmlNode::Text(before)) => before.push_str(text),
            _ => parent.nodes.push(XmlNode::Text(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_prefixes_are_resolved() {
        let part = b"<w:p xmlns:w=\"x\" w:val=\"a&amp;b\"><w:t>1 &lt; 2</w:t><w:t/><![CDATA[<x>]]></w:p>";
        let root = parse(part).expect("XML");
        assert_eq!(root.attribute("val"), Some("a&b"));
        assert_eq!(root.text(), "1 < 2<x>");
        assert_eq!(root.children().count(), 2);
    }

    #[test]
    fn what_is_no_xml_or_too_deep_is_refused() {
        assert_eq!(parse(b"<a><b></a>"), None);
        assert_eq!(parse(b"<a>"), None);
        assert_eq!(parse("<a>".repeat(100_000).as_bytes()), None);
        assert_eq!(parse(b""), None);
    }
}
