//! Single elements and attributes of XML parts.

use quick_xml::Reader;
use quick_xml::events::Event;

/// The texts of all elements with this name, whatever its prefix.
pub(super) fn element_texts(xml: &str, name: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let mut texts = Vec::new();
    let mut text: Option<String> = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) if start.local_name().as_ref() == name => text = Some(String::new()),
            Ok(Event::End(end)) if end.local_name().as_ref() == name => texts.extend(text.take()),
            Ok(Event::Text(more)) => {
                if let Some(text) = &mut text {
                    text.push_str(&more);
                }
            }
            Ok(Event::Eof) | Err(_) => return texts,
            Ok(_) => {}
        }
    }
}

/// The values of an attribute of all elements with this name.
pub(super) fn attribute_values(xml: &str, element: &str, attribute: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let mut values = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) if start.local_name().as_ref() == element => {
                let found = start.attributes().filter_map(Result::ok);
                let mut found = found.filter(|found| found.key.local_name().as_ref() == attribute);
                values.extend(found.next().map(|found| found.value.into_owned()));
            }
            Ok(Event::Eof) | Err(_) => return values,
            Ok(_) => {}
        }
    }
}
