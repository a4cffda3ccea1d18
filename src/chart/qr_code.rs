//! QR codes, by which a printed paper leads back to its page.
//!
//! Role: an address → an SVG element or a metafile. A module of the code is a unit of the SVG and 0.6 mm on paper, so that
//! a common address makes a square of some 25 mm. The quiet zone of four modules (ISO/IEC 18004) is part of both.

use super::drawing::{ChartMark, Drawing, MarkGroup, Role};
use super::emf::{self, EmfImage};
use crate::html;
use qrcode::{Color, QrCode};
use std::fmt::Write as _;

/// The modules of the margin around the code.
const QUIET_ZONE: usize = 4;
/// The width of a module on paper, in units of 0.25 mm.
const MODULE: f64 = 2.4;

/// A dark run of modules: its column, its row and its length.
struct Run {
    column: usize,
    row: usize,
    length: usize,
}

/// The code of `address` as an inline SVG element, which `label` names. `None` when the address is too long for a code.
#[must_use]
pub(crate) fn qr_svg(address: &str, label: &str) -> Option<String> {
    let (width, runs) = read_code(address)?;
    let mut out = format!("<svg class=\"qr-code\" viewBox=\"0 0 {width} {width}\" role=\"img\" aria-label=\"");
    html::escape(&mut out, label);
    out.push_str("\"><path d=\"");
    for Run { column, row, length } in runs {
        // Writing to a string cannot fail.
        let _ = write!(out, "M{column} {row}h{length}v1h-{length}z");
    }
    out.push_str("\"/></svg>");
    Some(out)
}

/// The code of `address` as a metafile. `None` when the address is too long for a code.
#[must_use]
pub(crate) fn qr_emf(address: &str) -> Option<EmfImage> {
    let (width, runs) = read_code(address)?;
    let length = |modules: usize| modules as f64 * MODULE;
    let mark = |run: Run| {
        let (x, y) = (length(run.column), length(run.row));
        ChartMark::rect(Role::Axis, x, y, length(run.length), MODULE)
    };
    Some(emf::write(&Drawing {
        width: length(width),
        height: length(width),
        background: Vec::new(),
        groups: vec![MarkGroup {
            marks: runs.into_iter().map(mark).collect(),
            ..MarkGroup::default()
        }],
    }))
}

/// The width of a code with its quiet zone, in modules, and its dark runs.
fn read_code(address: &str) -> Option<(usize, Vec<Run>)> {
    let code = QrCode::new(address).ok()?;
    let colours = code.to_colors();
    let mut runs: Vec<Run> = Vec::new();
    for (row, line) in colours.chunks(code.width()).enumerate() {
        let mut column = 0;
        for run in line.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                runs.push(Run {
                    column: column + QUIET_ZONE,
                    row: row + QUIET_ZONE,
                    length: run.len(),
                });
            }
            column += run.len();
        }
    }
    Some((code.width() + 2 * QUIET_ZONE, runs))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules that a picture's path covers, row by row.
    fn drawn(svg: &str) -> Vec<(usize, usize)> {
        let path = svg.split_once(" d=\"").expect("a path").1;
        let runs = path.split('M').skip(1);
        let cells = runs.flat_map(|run| {
            let numbers: Vec<usize> = run
                .split(|c: char| !c.is_ascii_digit())
                .filter_map(|digits| digits.parse().ok())
                .collect();
            (0..numbers[2]).map(move |at| (numbers[0] + at, numbers[1]))
        });
        cells.collect()
    }

    #[test]
    fn both_pictures_have_the_modules_of_the_code() {
        let address = "https://qihe.example/reports/2022-h1/";
        let code = QrCode::new(address).expect("a short address");
        let dark = code.to_colors().iter().filter(|colour| **colour == Color::Dark).count();
        let svg = qr_svg(address, "“核对” & <更多>").expect("a code");
        let cells = drawn(&svg);
        assert_eq!(cells.len(), dark);
        for (x, y) in cells {
            assert_eq!(code[(x - QUIET_ZONE, y - QUIET_ZONE)], Color::Dark);
        }
        assert!(svg.contains("&amp; &lt;更多"), "{svg}");
        let emf = qr_emf(address).expect("a code");
        assert!((15.0..30.0).contains(&emf.width_mm) && emf.width_mm == emf.height_mm);
    }

    #[test]
    fn an_address_that_is_too_long_has_no_code() {
        let address = "a".repeat(4000);
        assert!(qr_svg(&address, "").is_none() && qr_emf(&address).is_none());
    }
}
