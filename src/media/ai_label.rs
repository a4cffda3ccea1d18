//! The label of a picture that a program generated or changed (GB 45438-2025, 5 and annex E).
//!
//! Nobody may remove it, so it is the only part of a picture's metadata that is published. It is read from XMP, PNG
//! texts and EXIF's comment, and written as XMP in the namespace of TC260, with the fields of the standard and nothing
//! else. Of other statements, such as C2PA's and IPTC's source type, only the fact is kept.

use crate::html::{decode_references, escape};
use serde_json::{Map, Value};

/// The fields of the block, in the standard's order.
const FIELDS: [&str; 7] = [
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
];
/// The longest value of a field, in characters.
const MAX_VALUE_LEN: usize = 512;
/// The part of metadata after its name in which the block is looked for, in bytes.
const MAX_BLOCK_LEN: usize = 16 * 1024;
/// The part of the addresses of IPTC's types of sources that means generated content.
const GENERATED: &[u8] = b"rainedAlgorithmicMedia";

/// A label: the fields of its block as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AiLabel(String);

impl AiLabel {
    /// The label in one part of a file's metadata.
    pub(super) fn find(part: &[u8]) -> Option<Self> {
        let has_name = |name: &[u8]| memchr::memmem::find(part, name).is_some();
        let block = Self::find_block(part).or_else(|| Self::find_wide_block(part));
        block.or_else(|| (has_name(b"tc260.org.cn/ns/AIGC") || has_name(GENERATED)).then(Self::fact))
    }

    /// The bare fact.
    fn fact() -> Self {
        Self(r#"{"Label":"1"}"#.to_owned())
    }

    fn find_block(part: &[u8]) -> Option<Self> {
        memchr::memmem::find_iter(part, b"AIGC").find_map(|at| {
            let rest = &part[at..part.len().min(at + MAX_BLOCK_LEN)];
            let text = String::from_utf8_lossy(rest);
            let text = decode_references(&text);
            let start = text.find('{')?;
            // The block follows its name; another `{` far behind belongs to something else.
            (start < 200).then(|| Self::from_json(&text[start..])).flatten()
        })
    }

    /// The block in a comment of Exif, whose characters may have two bytes each, in either order.
    fn find_wide_block(part: &[u8]) -> Option<Self> {
        let at = memchr::memmem::find(part, b"A\0I\0G\0C")?;
        Self::find_block(&decode_wide(&part[at..], u16::from_le_bytes))
            .or_else(|| Self::find_block(&decode_wide(&part[at.checked_sub(1)?..], u16::from_be_bytes)))
    }

    fn from_json(text: &str) -> Option<Self> {
        let first = serde_json::Deserializer::from_str(text).into_iter::<Value>().next();
        let mut block = first?.ok()?;
        if let Some(inner) = block.get_mut("AIGC") {
            block = inner.take();
        }
        if let Value::String(inner) = &block {
            block = serde_json::from_str(inner).ok()?;
        }
        let value_of = |field: &str| -> Option<Value> {
            let text = match block.get(field)? {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => return None,
            };
            let plain = text.chars().filter(|c| !c.is_control()).take(MAX_VALUE_LEN);
            Some(Value::String(plain.collect()))
        };
        let fields = FIELDS
            .iter()
            .filter_map(|field| Some(((*field).to_owned(), value_of(field)?)));
        let fields: Map<String, Value> = fields.collect();
        fields
            .contains_key("Label")
            .then(|| Self(Value::Object(fields).to_string()))
    }

    /// The label as an XMP packet.
    pub(super) fn to_xmp(&self) -> Vec<u8> {
        let mut json = String::new();
        escape(&mut json, &self.0);
        format!(
            "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
             <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
             <rdf:Description rdf:about=\"\" xmlns:TC260=\"http://www.tc260.org.cn/ns/AIGC/1.0/\">\
             <TC260:AIGC>{json}</TC260:AIGC></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>"
        )
        .into_bytes()
    }
}

/// A text of two bytes a character; `unit` reads one.
fn decode_wide(text: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
    let pairs = text[..text.len().min(MAX_BLOCK_LEN)].chunks_exact(2);
    let units: Vec<u16> = pairs.map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units).into_bytes()
}
