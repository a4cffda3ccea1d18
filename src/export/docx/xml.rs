//! One part of the package, written element by element.
//!
//! Role: the only place of `docx` that knows XML's syntax. Escapes, and drops the characters that XML 1.0 forbids
//! (section 2.2, `Char`): a text with one of them makes the whole file unreadable to Word. Does not know
//! WordprocessingML.

use crate::export::legal::characters;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// Attributes as name and value, in the order in which they are written.
pub(super) type Attributes<'a> = &'a [(&'a str, &'a str)];

/// A part under way.
pub(super) struct Xml {
    writer: Writer<Vec<u8>>,
}

impl Xml {
    /// An empty part, after its XML declaration.
    pub(super) fn new() -> Xml {
        let mut xml = Xml {
            writer: Writer::new(Vec::new()),
        };
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), Some("yes"))));
        xml
    }

    /// A whole part: a root element with what `content` writes into it.
    pub(super) fn part(root: &str, attributes: Attributes, content: impl FnOnce(&mut Xml)) -> Vec<u8> {
        let mut xml = Xml::new();
        xml.within(root, attributes, content);
        xml.writer.into_inner()
    }

    /// An element with what `content` writes into it.
    pub(super) fn within(&mut self, name: &str, attributes: Attributes, content: impl FnOnce(&mut Xml)) {
        self.event(Event::Start(start(name, attributes)));
        content(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: Attributes) {
        self.event(Event::Empty(start(name, attributes)));
    }

    /// An empty element whose one attribute is `w:val`: the usual shape of a property.
    pub(super) fn val(&mut self, name: &str, value: &str) {
        self.empty(name, &[("w:val", value)]);
    }

    /// An element that holds nothing but text; its spaces are kept.
    pub(super) fn text(&mut self, name: &str, attributes: Attributes, text: &str) {
        self.within(name, attributes, |xml| {
            let text = characters(text);
            xml.event(Event::Text(BytesText::new(&text)));
        });
    }

    fn event(&mut self, event: Event) {
        self.writer.write_event(event).expect("a vector takes every byte");
    }
}

fn start<'a>(name: &'a str, attributes: Attributes) -> BytesStart<'a> {
    let mut element = BytesStart::new(name);
    for &(name, value) in attributes {
        // A reader turns line breaks and tabs of an attribute into spaces; here they are spaces from the start.
        let value = characters(value).replace(['\n', '\r', '\t'], " ");
        element.push_attribute((name, value.as_str()));
    }
    element
}
