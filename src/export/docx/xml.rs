//! One part of the package, written element by element.
//!
//! Role: the only part of `docx` that knows XML's syntax. Escapes, and drops the characters that XML 1.0 forbids
//! (section 2.2, `Char`): one of them makes the whole file unreadable to Word. Does not know WordprocessingML.

use crate::export::sanitize::strip_forbidden_chars;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// Attributes as name and value, in the order in which they are written.
pub(super) type XmlAttributes<'a> = &'a [(&'a str, &'a str)];

/// A part that is being written.
pub(super) struct XmlWriter {
    writer: Writer<Vec<u8>>,
}

impl XmlWriter {
    /// An empty part, after its XML declaration.
    pub(super) fn new() -> XmlWriter {
        let mut xml = XmlWriter {
            writer: Writer::new(Vec::new()),
        };
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), Some("yes"))));
        xml
    }

    /// A whole part: a root element with what `content` writes into it.
    pub(super) fn part(root: &str, attributes: XmlAttributes, content: impl FnOnce(&mut XmlWriter)) -> Vec<u8> {
        let mut xml = XmlWriter::new();
        xml.element(root, attributes, content);
        xml.writer.into_inner()
    }

    /// An element with what `content` writes into it.
    pub(super) fn element(&mut self, name: &str, attributes: XmlAttributes, content: impl FnOnce(&mut XmlWriter)) {
        self.write_event(Event::Start(start_tag(name, attributes)));
        content(self);
        self.write_event(Event::End(BytesEnd::new(name)));
    }

    /// An element without content.
    pub(super) fn empty_element(&mut self, name: &str, attributes: XmlAttributes) {
        self.write_event(Event::Empty(start_tag(name, attributes)));
    }

    /// An empty element whose one attribute is `w:val`: the usual shape of a property.
    pub(super) fn val_element(&mut self, name: &str, value: &str) {
        self.empty_element(name, &[("w:val", value)]);
    }

    /// An element that holds only text; its spaces are kept.
    pub(super) fn text_element(&mut self, name: &str, attributes: XmlAttributes, text: &str) {
        self.element(name, attributes, |xml| {
            let text = strip_forbidden_chars(text);
            xml.write_event(Event::Text(BytesText::new(&text)));
        });
    }

    fn write_event(&mut self, event: Event) {
        self.writer.write_event(event).expect("a vector takes every byte");
    }
}

fn start_tag<'a>(name: &'a str, attributes: XmlAttributes) -> BytesStart<'a> {
    let mut element = BytesStart::new(name);
    for &(name, value) in attributes {
        // Readers turn line breaks and tabs in an attribute into spaces; spaces are written from the start.
        let value = strip_forbidden_chars(value).replace(['\n', '\r', '\t'], " ");
        element.push_attribute((name, value.as_str()));
    }
    element
}
