//! The legend above the plot: which pattern or line belongs to which series.

use super::text::{ASCENT, LEADING, TEXT_SIZE};
use crate::chart::drawing::{Anchor, ChartMark, MarkGeometry, Role};
use crate::chart::measure::{text_width, truncate};

/// The width of a swatch.
const SWATCH_WIDTH: f64 = 34.0;

/// The free space after an entry.
const GAP: f64 = 18.0;

/// What a swatch shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Swatch {
    /// A rectangle with the series' pattern.
    Pattern,
    /// A piece of the series' line with its marker.
    Line,
}

/// Draws the entries from left to right in as many rows as needed; also returns the legend's height.
pub(super) fn draw<'a>(names: impl Iterator<Item = &'a str>, swatch: Swatch, width: f64) -> (Vec<ChartMark>, f64) {
    let (mut x, mut y) = (0.0, 0.0);
    let mut marks = Vec::new();
    let mut height = 0.0;
    for (series, name) in names.enumerate() {
        let name = truncate(name, TEXT_SIZE, width - SWATCH_WIDTH - 8.0);
        let entry = SWATCH_WIDTH + 6.0 + text_width(&name, TEXT_SIZE);
        if x > 0.0 && x + entry > width {
            (x, y) = (0.0, y + LEADING + 4.0);
        }
        marks.extend(swatch_marks(series, swatch, x, y));
        marks.push(ChartMark::text(
            Role::Label,
            (x + SWATCH_WIDTH + 6.0, y + ASCENT),
            Anchor::Start,
            name,
        ));
        x += entry + GAP;
        height = y + LEADING + 8.0;
    }
    (marks, height)
}

/// The swatch of one series in a row that begins at `y`.
fn swatch_marks(series: usize, swatch: Swatch, x: f64, y: f64) -> Vec<ChartMark> {
    let middle = y + LEADING / 2.0;
    match swatch {
        Swatch::Pattern => vec![ChartMark::rect(
            Role::Part(series),
            x + 1.0,
            middle - 8.0,
            SWATCH_WIDTH - 6.0,
            16.0,
        )],
        Swatch::Line => vec![
            ChartMark::path(Role::Line(series), vec![(x, middle), (x + SWATCH_WIDTH, middle)]),
            ChartMark {
                role: Role::Marker(series),
                geometry: MarkGeometry::Symbol((x + SWATCH_WIDTH / 2.0, middle), series),
            },
        ],
    }
}
