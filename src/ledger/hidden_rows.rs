//! Finds the hidden rows of an Excel workbook. The library does not tell them.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;
use std::io::{BufReader, Cursor};

/// The numbers of the hidden rows, from top to bottom, by the name of the sheet.
pub(super) type HiddenRows = BTreeMap<String, Vec<usize>>;

type Archive<'b> = zip::ZipArchive<Cursor<&'b [u8]>>;

const WORKBOOK: &str = "xl/workbook.xml";
const RELATIONS: &str = "xl/_rels/workbook.xml.rels";

/// The hidden and filtered rows of all sheets; empty where the file is damaged, which the library reports.
pub(super) fn find(bytes: &[u8]) -> HiddenRows {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return HiddenRows::new();
    };
    let mut targets = BTreeMap::new();
    read_elements(&mut archive, RELATIONS, "Relationship", |element| {
        targets.extend(attribute(element, "Id").zip(attribute(element, "Target")));
    });
    let mut sheets = Vec::new();
    read_elements(&mut archive, WORKBOOK, "sheet", |element| {
        sheets.extend(attribute(element, "name").zip(attribute(element, "id")));
    });
    let mut found = HiddenRows::new();
    for (name, id) in sheets {
        let Some(target) = targets.get(&id) else { continue };
        let part = match target.strip_prefix('/') {
            Some(absolute) => absolute.to_owned(),
            None => format!("xl/{target}"),
        };
        let mut rows = Vec::new();
        // A row without a number follows the one before it.
        let mut number = 0;
        read_elements(&mut archive, &part, "row", |element| {
            number = attribute(element, "r")
                .and_then(|r| r.parse().ok())
                .unwrap_or(number + 1);
            let is_hidden = attribute(element, "hidden").is_some_and(|hidden| matches!(&*hidden, "1" | "true"));
            rows.extend(is_hidden.then_some(number));
        });
        rows.sort_unstable();
        found.insert(name, rows);
    }
    found
}

/// Calls `visit` with each element `name` of a part, up to the part's first fault.
fn read_elements(archive: &mut Archive<'_>, part: &str, name: &str, mut visit: impl FnMut(&BytesStart<'_>)) {
    let Ok(part) = archive.by_name(part) else { return };
    let mut reader = Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) if element.local_name().as_ref() == name => {
                visit(&element);
            }
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// The value of an attribute, whatever its prefix.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes().flatten();
    let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(quick_xml::escape::unescape(&found.value).map_or_else(|_| found.value.to_string(), |text| text.into_owned()))
}
