//! The parts of a Word file and what refers to them (ECMA-376 part 2).

use super::super::xml::{self, XmlElement};
use crate::attachment::unpack;
use crate::schema::scalar::find_day;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The most bytes that all parts may unpack to.
const MAX_UNPACKED_BYTES: u64 = 256 << 20;
/// The most bytes of a part that is XML.
const MAX_XML_BYTES: usize = 32 << 20;
/// Where the text is, unless the package says otherwise. All known programs use this name.
const DOCUMENT: &str = "word/document.xml";
/// Names that programs and shops write into the properties of every file.
const NO_AUTHORS: [&str; 16] = [
    "administrator",
    "admin",
    "user",
    "users",
    "windows",
    "windows user",
    "windows 用户",
    "microsoft",
    "microsoft office user",
    "微软用户",
    "微软中国",
    "用户",
    "python-docx",
    "lenovo",
    "dell",
    "un-named",
];

/// The parts of a Word file by their names.
pub(super) struct Package {
    parts: BTreeMap<String, Vec<u8>>,
    /// The name of the part with the text.
    pub(super) document: String,
}

/// The target of a relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// Another part of the file.
    Part(String),
    /// An address.
    External(String),
}

/// What the file's properties say.
#[derive(Default)]
pub(super) struct Properties {
    pub(super) title: Option<String>,
    pub(super) author: Option<String>,
    pub(super) modified: Option<Date>,
}

/// Whether a zip file has the parts of a Word file.
pub(super) fn has_document(bytes: &[u8]) -> bool {
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes));
    archive.is_ok_and(|archive| archive.file_names().flatten().any(|name| is_document(&name)))
}

/// Whether a part of this name holds the text: `word/document.xml`, in files of Word 2007 for some languages `document2`.
fn is_document(name: &str) -> bool {
    let stem = name
        .strip_prefix("word/document")
        .and_then(|rest| rest.strip_suffix(".xml"));
    stem.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

impl Package {
    /// Unpacks the parts that are read.
    pub(super) fn open(bytes: &[u8]) -> Self {
        let is_wanted = |name: &str| name.starts_with("word/") || name.starts_with("docProps/");
        let parts: BTreeMap<String, Vec<u8>> = unpack(bytes, MAX_UNPACKED_BYTES, &is_wanted).into_iter().collect();
        let other = parts.keys().find(|name| is_document(name)).cloned();
        let document = match parts.contains_key(DOCUMENT) {
            true => DOCUMENT.to_owned(),
            false => other.unwrap_or_default(),
        };
        Self { parts, document }
    }

    /// The bytes of a part.
    pub(super) fn part(&self, name: &str) -> Option<&[u8]> {
        self.parts.get(name).map(Vec::as_slice)
    }

    /// A part as XML. `None` when there is none, or it cannot be read.
    pub(super) fn xml(&self, name: &str) -> Option<XmlElement> {
        xml::parse(self.part(name).filter(|part| part.len() <= MAX_XML_BYTES)?)
    }

    /// What the part `name` refers to, by ids.
    pub(super) fn relationships(&self, name: &str) -> BTreeMap<String, Target> {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let Some(part) = self.xml(&format!("{folder}/_rels/{file}.rels")) else {
            return BTreeMap::new();
        };
        let targets = part.children().filter_map(|relationship| {
            let (id, target) = (relationship.attribute("Id")?, relationship.attribute("Target")?);
            let target = match relationship.attribute("TargetMode") {
                Some("External") => Target::External(target.to_owned()),
                _ => Target::Part(resolve(folder, target)),
            };
            Some((id.to_owned(), target))
        });
        targets.collect()
    }

    /// Whether a header or footer has more text than page numbers.
    pub(super) fn has_header_text(&self) -> bool {
        let is_header = |name: &&String| name.starts_with("word/header") || name.starts_with("word/footer");
        let mut headers = self.parts.keys().filter(is_header);
        headers.any(|name| {
            let part = self.xml(name);
            part.is_some_and(|part| {
                run_text(&part)
                    .chars()
                    .any(|c| c.is_alphabetic() && !"第页共".contains(c))
            })
        })
    }

    /// Title, author and day from the properties of the file.
    pub(super) fn properties(&self) -> Properties {
        let Some(part) = self.xml("docProps/core.xml") else {
            return Properties::default();
        };
        let text = |name: &str| part.child(name).map(|child| child.text().trim().to_owned());
        let is_name = |name: &String| !name.is_empty() && !NO_AUTHORS.contains(&&*name.to_lowercase());
        let modified = text("modified").or_else(|| text("created"));
        Properties {
            title: text("title").filter(|title| !title.is_empty()),
            author: text("creator").filter(is_name),
            modified: modified.and_then(|text| Some(find_day(&text)?.0)),
        }
    }
}

/// The texts of all runs, without the instructions of fields.
fn run_text(element: &XmlElement) -> String {
    match element.name.as_str() {
        "t" => element.text(),
        _ => element.children().map(run_text).collect(),
    }
}

/// The name of the part at `target`, seen from a part in `folder`.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut names: Vec<&str> = folder.split('/').collect();
    for name in target.split('/') {
        match name {
            ".." => drop(names.pop()),
            "." | "" => {}
            name => names.push(name),
        }
    }
    names.join("/")
}
