//! A Word file in the layout of an official document (GB/T 9704-2012).
//!
//! Role: `Document` → the bytes of a `.docx` (ECMA-376, transitional). Written here, not by a library: no library that
//! was examined writes indents in characters, keeps the schema's order of elements, and gives the same bytes twice.
//! Does not know where the text comes from.
//!
//! `body` writes the text with the help of `text`, `table` and `image`, `frame` what stands above and below it; `styles` and `fonts` define its appearance,
//! `layout` holds the standard's measures, `relationships` the targets of links and pictures, `package` the parts
//! around the text, `seal` the digest by which a file is known to be unchanged.

mod body;
mod fonts;
mod frame;
mod image;
mod layout;
mod package;
mod relationships;
mod seal;
mod styles;
mod table;
mod text;
mod xml;

use crate::export::document::Document;
use package::PackagePart;
use relationships::Relationships;
pub(crate) use seal::is_as_written;

/// Writes the document as a Word file. Equal documents give equal bytes. Any text is accepted; characters that XML 1.0
/// cannot hold are dropped.
pub fn docx(document: &Document) -> Vec<u8> {
    let mut relations = Relationships::default();
    let text = body::document_xml(document, &mut relations);
    let mut parts = vec![
        PackagePart::new("[Content_Types].xml", package::content_types(&relations.image_types())),
        PackagePart::new("_rels/.rels", package::package_relationships()),
        PackagePart::new("docProps/app.xml", package::app_properties()),
        PackagePart::new("docProps/core.xml", package::core_properties(document)),
        PackagePart::new("word/document.xml", text),
        PackagePart::new("word/_rels/document.xml.rels", relations.part()),
        PackagePart::new("word/styles.xml", styles::styles(&document.language)),
        PackagePart::new("word/fontTable.xml", fonts::font_table()),
        PackagePart::new("word/settings.xml", package::settings(document)),
        PackagePart::new("word/footer1.xml", package::footer(true)),
        PackagePart::new("word/footer2.xml", package::footer(false)),
    ];
    parts.extend(relations.media());
    package::write_zip(&parts)
}

#[cfg(test)]
mod tests;
