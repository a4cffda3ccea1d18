//! Charts: typed figures in, a drawing out — SVG for pages, an EMF vector picture for Word files.
//!
//! Role: a chart is laid out once into a list of marks (`layout`, `drawing`) and written by one of two backends (`svg`,
//! `emf`). Statistics pages and reports pass figures that are already counted, formatted and linked. `qr_code` draws the
//! code by which a printed report leads to its page. This module does not know metrics, addresses or words: every text
//! arrives complete, in the reader's language. It reads no disk and no clock, so equal charts give equal bytes on every
//! machine.
//!
//! Any input gives a picture. NaN, infinite and negative values are drawn as 0, long labels are cut with `…`, and
//! markup in labels is text. The title is not drawn inside the frame: it belongs in the caption beside the picture (in
//! SVG it is also the accessible name). The unit is drawn once, at the axis.

mod data;
mod drawing;
mod emf;
mod layout;
mod measure;
mod qr_code;
mod scale;
mod svg;

pub(crate) use data::{Bar, LineSeries, StackedColumn};
pub use data::{Chart, ChartShape};
pub(crate) use emf::EmfImage;
pub(crate) use qr_code::{qr_emf, qr_svg};

/// The chart as an inline SVG element. `id` is unique on its page and makes the ids inside unique.
///
/// Colours come from the page's style sheet through classes; presentation attributes apply where there is no style
/// sheet. The element carries no `style`, so a strict Content-Security-Policy holds. A chart with links is a group that
/// holds an image and the links, because screen readers ignore links inside `role="img"`.
#[must_use]
pub fn svg(chart: &Chart, id: &str) -> String {
    svg::write(chart, &layout::draw(chart, layout::PAGE_WIDTH), id)
}

/// The chart as an enhanced metafile, for Word files: Word, WPS and `LibreOffice` draw its text with the reader's own
/// fonts, so no font is embedded.
#[must_use]
pub fn emf(chart: &Chart) -> EmfImage {
    emf::write(&layout::draw(chart, layout::PAPER_WIDTH))
}

#[cfg(test)]
mod tests;
