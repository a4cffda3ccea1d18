//! What the text refers to outside itself: addresses of links and files of pictures.
//!
//! Role: numbers both while the text is written, then writes the parts that map the numbers to targets. An address that
//! occurs many times is one relationship. Does not know where in the text they occur.

use super::package::{PackagePart, RELATIONSHIPS, relationship, relationships};
use crate::export::document::DocumentImage;
use crate::export::sanitize;
use std::collections::BTreeMap;

/// The relationships of one text, growing while it is written.
#[derive(Default)]
pub(super) struct Relationships<'a> {
    urls: Vec<String>,
    url_numbers: BTreeMap<String, usize>,
    images: Vec<(&'a DocumentImage, &'static str)>,
}

/// The file extensions of pictures that Word reads, with their media types.
const IMAGE_TYPES: [(&str, &str); 4] = [
    ("emf", "image/x-emf"),
    ("gif", "image/gif"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
];

impl<'a> Relationships<'a> {
    /// The id of the relationship for a link to `address`; `None` when [`sanitize::sanitize_url`] refuses the address.
    pub(super) fn link(&mut self, address: &str) -> Option<String> {
        let address = sanitize::sanitize_url(address)?;
        let next = self.urls.len() + 1;
        let number = *self.url_numbers.entry(address.clone()).or_insert(next);
        if number == next {
            self.urls.push(address);
        }
        Some(format!("rIdLink{number}"))
    }

    /// The number of a picture, from 1, and its relationship; `None` when it has no bytes or an unknown format.
    pub(super) fn image(&mut self, picture: &'a DocumentImage) -> Option<(usize, String)> {
        let format = picture.format.to_ascii_lowercase();
        let (ending, _) = IMAGE_TYPES
            .into_iter()
            .find(|(ending, _)| *ending == format || (*ending == "jpeg" && format == "jpg"))?;
        if picture.bytes.is_empty() {
            return None;
        }
        self.images.push((picture, ending));
        let number = self.images.len();
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
            for (number, address) in (1..).zip(&self.urls) {
                relationship(xml, &format!("rIdLink{number}"), &kind("hyperlink"), address, true);
            }
            for (number, (_, ending)) in (1..).zip(&self.images) {
                let target = format!("media/image{number}.{ending}");
                relationship(xml, &format!("rIdPicture{number}"), &kind("image"), &target, false);
            }
        })
    }

    /// The files of the pictures.
    pub(super) fn media(&self) -> Vec<PackagePart> {
        (1..)
            .zip(&self.images)
            .map(|(number, (picture, ending)): (usize, _)| {
                PackagePart::new(format!("word/media/image{number}.{ending}"), picture.bytes.clone())
            })
            .collect()
    }

    /// The extensions in use, with their media types.
    pub(super) fn image_types(&self) -> Vec<(&'static str, &'static str)> {
        let used = |ending: &str| self.images.iter().any(|(_, other)| *other == ending);
        IMAGE_TYPES.into_iter().filter(|(ending, _)| used(ending)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_url_shares_one_relationship() {
        let mut relations = Relationships::default();
        let ids: Vec<_> = ["https://a.example/", "https://b.example/", "https://a.example/"]
            .iter()
            .filter_map(|address| relations.link(address))
            .collect();
        assert_eq!(ids, ["rIdLink1", "rIdLink2", "rIdLink1"]);
    }
}
