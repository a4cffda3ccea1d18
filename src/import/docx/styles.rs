//! What the styles of a Word file say about a paragraph (`word/styles.xml`, ECMA-376 part 1, 17.7).

use super::package::Package;
use crate::import::xml::XmlElement;
use std::collections::BTreeMap;

/// The longest chain of styles that are based on one another.
const MAX_BASES: usize = 20;

/// What a paragraph is, by its style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The title of the document.
    Title,
    /// A heading of this level, from 1.
    Heading(u8),
    /// The caption of a picture or table.
    Caption,
    /// An entry of the list of contents.
    Contents,
    /// A quotation.
    Quote,
    /// Text.
    Text,
}

/// The number of a list and the level in it that a style gives its paragraphs.
pub(super) type StyleNumbering = (String, usize);

#[derive(Default)]
struct Style {
    name: String,
    base: Option<String>,
    outline: Option<u8>,
    numbering: Option<StyleNumbering>,
    is_bold: Option<bool>,
}

/// The paragraph styles and character styles by their ids.
#[derive(Default)]
pub(super) struct Styles(BTreeMap<String, Style>);

impl Styles {
    pub(super) fn read(package: &Package) -> Self {
        let Some(part) = package.xml("word/styles.xml") else {
            return Self::default();
        };
        let styles = part.children().filter(|style| style.name == "style");
        Self(
            styles
                .filter_map(|style| Some((style.attribute("styleId")?.to_owned(), read_style(style))))
                .collect(),
        )
    }

    /// The style with this id and those that it is based on, nearest first.
    fn chain<'s>(&'s self, id: &str) -> impl Iterator<Item = &'s Style> {
        let first = self.0.get(id);
        std::iter::successors(first, |style| self.0.get(style.base.as_ref()?)).take(MAX_BASES)
    }

    /// What a paragraph of this style is.
    pub(super) fn role(&self, id: &str) -> Role {
        let named = self
            .chain(id)
            .map(|style| role_of_name(&style.name))
            .find(|role| *role != Role::Text);
        let outline = || self.chain(id).find_map(|style| style.outline);
        match named {
            Some(role) => role,
            None => outline().map_or(Role::Text, outline_role),
        }
    }

    /// The list that a paragraph of this style is in.
    pub(super) fn numbering(&self, id: &str) -> Option<&StyleNumbering> {
        self.chain(id).find_map(|style| style.numbering.as_ref())
    }

    /// Whether text of this character style is bold.
    pub(super) fn is_bold(&self, id: &str) -> bool {
        self.chain(id).find_map(|style| style.is_bold).unwrap_or_default()
    }
}

/// What a paragraph with this outline level is: 0 to 8 are headings, 9 is text (17.3.1.20).
pub(super) fn outline_role(level: u8) -> Role {
    match level {
        0..=8 => Role::Heading(level + 1),
        _ => Role::Text,
    }
}

/// Whether a property that is on or off is on (17.17.4: no value means on).
pub(super) fn is_on(properties: &XmlElement, name: &str) -> Option<bool> {
    let property = properties.child(name)?;
    Some(!matches!(
        property.attribute("val"),
        Some("0" | "false" | "off" | "none")
    ))
}

fn read_style(style: &XmlElement) -> Style {
    let paragraph = style.child("pPr");
    let outline = paragraph.and_then(|properties| properties.child_value("outlineLvl"));
    let numbering = paragraph
        .and_then(|properties| properties.child("numPr"))
        .and_then(|numbering| {
            let level = numbering.child_value("ilvl").and_then(|level| level.parse().ok());
            Some((numbering.child_value("numId")?.to_owned(), level.unwrap_or_default()))
        });
    Style {
        name: style.child_value("name").unwrap_or_default().to_lowercase(),
        base: style.child_value("basedOn").map(str::to_owned),
        outline: outline.and_then(|level| level.parse().ok()),
        numbering,
        is_bold: style.child("rPr").and_then(|properties| is_on(properties, "b")),
    }
}

/// What the names of Word's own styles say. They are English in files of every language.
fn role_of_name(name: &str) -> Role {
    let heading = name.strip_prefix("heading ").or_else(|| name.strip_prefix("标题 "));
    let level = heading.and_then(|level| level.trim().parse().ok());
    match name {
        "title" => Role::Title,
        "caption" | "figure" | "illustration" | "table" | "drawing" => Role::Caption,
        "quote" | "intense quote" | "quotations" | "block text" => Role::Quote,
        _ if level.is_some_and(|level: u8| (1..=9).contains(&level)) => Role::Heading(level.unwrap_or(1)),
        _ if name.starts_with("toc ") || name.starts_with("contents ") || name == "table of figures" => Role::Contents,
        _ => Role::Text,
    }
}
