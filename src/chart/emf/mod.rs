//! A drawing as an enhanced metafile ([MS-EMF] 16.0), the vector picture that office programs draw themselves.
//!
//! Role: the paper's backend. One unit of the drawing is ten device pixels and 0.25 mm. Coordinates are pixels
//! (`MM_TEXT`), so every coordinate in the file is an integer and no mapping is needed. Text is set in 宋体; a machine
//! without that face uses another. `records` writes bytes and keeps the handles, `paint` chooses colours, strokes and
//! hatches. Hatches are drawn as lines, not with hatch brushes: a brush's spacing counts pixels of the output, so on a
//! printer of 1200 dpi every hatch would be the same grey.

mod paint;
mod records;

use super::drawing::{ChartMark, Drawing};
use records::EmfWriter;

/// Millimetres per unit.
const UNIT_MM: f64 = 0.25;

/// Pixels per unit.
const UNIT_PIXELS: f64 = 10.0;

/// The height of the tallest picture: a page's text is 225 mm high, and a caption needs space too.
const MAX_HEIGHT_MM: f64 = 210.0;

/// A vector picture for office documents.
#[derive(Debug, Clone, PartialEq)]
pub struct EmfImage {
    /// An enhanced metafile (`image/x-emf`).
    pub bytes: Vec<u8>,
    /// Its natural width in millimetres: 155, the text width of an official document, unless it would be too tall.
    pub width_mm: f64,
    /// Its natural height in millimetres, at most 210.
    pub height_mm: f64,
}

/// Writes the picture; see `emf`
pub(super) fn write(drawing: &Drawing) -> EmfImage {
    let scale = (MAX_HEIGHT_MM / (drawing.height * UNIT_MM).max(1.0)).min(1.0);
    let size_mm = |units: f64| units * UNIT_MM * scale;
    let mut records = EmfWriter::new(UNIT_PIXELS * scale);
    let background = drawing.background.iter();
    let marks: Vec<&ChartMark> = background
        .chain(drawing.groups.iter().flat_map(|item| &item.marks))
        .collect();
    marks.iter().for_each(|mark| paint::draw_mark(&mut records, mark));
    let bytes = records.finish(drawing.width, drawing.height);
    EmfImage {
        bytes,
        width_mm: size_mm(drawing.width),
        height_mm: size_mm(drawing.height).min(MAX_HEIGHT_MM),
    }
}
