//! What the text leads to outside itself: addresses of links and files of pictures.
//!
//! Role: gives each its number while the text is written, and then the parts that say what the numbers mean. An
//! address that occurs many times is one relationship. Does not know where in the text either stands.

use super::package::{Part, RELATIONSHIPS, relationship, relationships};
use crate::export::document::Picture;
use crate::export::legal;
use std::collections::BTreeMap;

/// The relationships of one text, growing while it is written.
#[derive(Default)]
pub(super) struct Relations<'a> {
    addresses: Vec<String>,
    numbers: BTreeMap<String, usize>,
    pictures: Vec<(&'a Picture, &'static str)>,
}

/// The endings of picture files that Word reads, with their media types.
const ENDINGS: [(&str, &str); 4] = [
    ("emf", "image/x-emf"),
    ("gif", "image/gif"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
];

impl<'a> Relations<'a> {
    /// The relationship that leads to an address; `None` when it is none that a document may lead to.
    pub(super) fn link(&mut self, address: &str) -> Option<String> {
        let address = legal::address(address)?;
        let next = self.addresses.len() + 1;
        let number = *self.numbers.entry(address.clone()).or_insert(next);
        if number == next {
            self.addresses.push(address);
        }
        Some(format!("rIdLink{number}"))
    }

    /// The number of a picture, from 1, and its relationship; `None` when it has no bytes or an unknown format.
    pub(super) fn picture(&mut self, picture: &'a Picture) -> Option<(usize, String)> {
        let format = picture.format.to_ascii_lowercase();
        let (ending, _) = ENDINGS
            .into_iter()
            .find(|(ending, _)| *ending == format || (*ending == "jpeg" && format == "jpg"))?;
        if picture.bytes.is_empty() {
            return None;
        }
        self.pictures.push((picture, ending));
        let number = self.pictures.len();
        Some((number, format!("rIdPicture{number}")))
    }

    /// `word/_rels/document.xml.rels`.
    pub(super) fn part(&self) -> Vec<u8> {
        let kind = |name: &str| format!("{}/{name}", RELATIONSHIPS.1);
        relationships(|xml| {
            relationship(xml, "rIdStyles", &kind("styles"), "styles.xml", false);
            relationship(xml, "rIdFonts", &kind("fontTable"), "fontTable.xml", false);
            relationship(xml, "rIdSettings", &kind("settings"), "settings.xml", false);
            relationship(xml, "rIdFooterOdd", &kind("footer"), "footer1.xml", false);
            relationship(xml, "rIdFooterEven", &kind("footer"), "footer2.xml", false);
            for (number, address) in (1..).zip(&self.addresses) {
                relationship(xml, &format!("rIdLink{number}"), &kind("hyperlink"), address, true);
            }
            for (number, (_, ending)) in (1..).zip(&self.pictures) {
                let target = format!("media/image{number}.{ending}");
                relationship(xml, &format!("rIdPicture{number}"), &kind("image"), &target, false);
            }
        })
    }

    /// The files of the pictures.
    pub(super) fn media(&self) -> Vec<Part> {
        (1..)
            .zip(&self.pictures)
            .map(|(number, (picture, ending)): (usize, _)| {
                Part::new(format!("word/media/image{number}.{ending}"), picture.bytes.clone())
            })
            .collect()
    }

    /// The endings that occur, with their media types.
    pub(super) fn endings(&self) -> Vec<(&'static str, &'static str)> {
        let used = |ending: &str| self.pictures.iter().any(|(_, other)| *other == ending);
        ENDINGS.into_iter().filter(|(ending, _)| used(ending)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_relationship_however_often_it_occurs() {
        let mut relations = Relations::default();
        let ids: Vec<_> = ["https://a.example/", "https://b.example/", "https://a.example/"]
            .iter()
            .filter_map(|address| relations.link(address))
            .collect();
        assert_eq!(ids, ["rIdLink1", "rIdLink2", "rIdLink1"]);
    }
}
