//! The appearance of marks on paper: the light scheme's colours, dark enough for a black-and-white printer, and for
//! each series its hatch, its dash or its symbol.

use super::records::{Colour, EmfTextStyle, EmfWriter, Stroke};
use crate::chart::drawing::{ChartMark, MarkGeometry, Point, Rect, Role};
use crate::chart::svg::SERIES_COLOURS;

const INK: Colour = 0x0016_1a1e;
const GREY: Colour = 0x00b0_b8c0;
const WHITE: Colour = 0x00ff_ffff;

/// The distance between two lines of a hatch, in units.
const HATCH_SPACING: f64 = 6.0;

/// Draws one mark.
pub(super) fn draw_mark(records: &mut EmfWriter, mark: &ChartMark) {
    match (&mark.geometry, mark.role) {
        (_, Role::HitArea) => {}
        (MarkGeometry::Rect(rect), Role::Part(series)) => draw_part(records, *rect, series),
        (MarkGeometry::Rect(rect), role) => records.rect(*rect, Some(colour(role)), None),
        (MarkGeometry::Path(points), role) => records.polyline(points, stroke(role)),
        (MarkGeometry::Symbol(at, number), role) => draw_symbol(records, *at, *number, colour(role)),
        (MarkGeometry::Dots(points, side), role) => {
            let squares = points.iter().map(|&(x, y)| square(x, y, *side));
            squares.for_each(|square| records.rect(square, Some(colour(role)), None));
        }
        (MarkGeometry::Text(at, anchor, text), role) => {
            records.text(
                *at,
                text,
                EmfTextStyle {
                    anchor: *anchor,
                    colour: INK,
                    bold: role == Role::Value,
                },
            );
        }
    }
}

fn square(x: f64, y: f64, side: f64) -> Rect {
    Rect {
        x: x - side / 2.0,
        y: y - side / 2.0,
        width: side,
        height: side,
    }
}

fn colour(role: Role) -> Colour {
    match role {
        Role::Grid | Role::EmptyDay => GREY,
        Role::Bar => series_colour(0),
        Role::Part(series) | Role::Line(series) | Role::Marker(series) => series_colour(series),
        Role::Axis | Role::HitArea | Role::Label | Role::Value => INK,
    }
}

/// A series' colour on pages, with its bytes in this format's order.
fn series_colour(series: usize) -> Colour {
    let written = SERIES_COLOURS[series % SERIES_COLOURS.len()].trim_start_matches('#');
    u32::from_str_radix(written, 16).map_or(INK, |colour| colour.swap_bytes() >> 8)
}

fn stroke(role: Role) -> Stroke {
    match role {
        Role::Line(series) => Stroke {
            colour: series_colour(series),
            width: 2.4,
            dash: series % SERIES_COLOURS.len(),
        },
        _ => Stroke {
            colour: colour(role),
            width: 1.0,
            dash: 0,
        },
    }
}

/// A part of a column: solid for the first series, hatched lines for the others, always with an edge.
fn draw_part(records: &mut EmfWriter, rect: Rect, series: usize) {
    let series = series % SERIES_COLOURS.len();
    let hatch = Stroke {
        colour: series_colour(series),
        width: 1.4,
        dash: 0,
    };
    let edge = Stroke {
        colour: INK,
        width: 0.8,
        dash: 0,
    };
    if series == 0 {
        return records.rect(rect, Some(hatch.colour), Some(edge));
    }
    records.rect(rect, Some(WHITE), None);
    match series {
        1 => records.segments(&diagonal_lines(rect, HATCH_SPACING, false), hatch),
        2 => draw_dots(records, rect, hatch.colour),
        3 => records.segments(&horizontal_lines(rect), hatch),
        4 => records.segments(&diagonal_lines(rect, HATCH_SPACING, true), hatch),
        5 => {
            records.segments(&horizontal_lines(rect), hatch);
            records.segments(&vertical_lines(rect), hatch);
        }
        6 => {
            records.segments(&diagonal_lines(rect, HATCH_SPACING, false), hatch);
            records.segments(&diagonal_lines(rect, HATCH_SPACING, true), hatch);
        }
        _ => records.segments(&vertical_lines(rect), hatch),
    }
    records.rect(rect, None, Some(edge));
}

/// The multiples of `distance` after `from` and before `to`. They count from the drawing's origin, not from the
/// rectangle's edge, so that a hatch continues from part to part.
fn multiples(from: f64, to: f64, distance: f64) -> impl Iterator<Item = f64> {
    let first = (from / distance).floor() + 1.0;
    let number = ((to - from) / distance).ceil().clamp(0.0, 1e4) as usize;
    (0..number)
        .map(move |n| (first + n as f64) * distance)
        .filter(move |at| *at < to)
}

fn horizontal_lines(rect: Rect) -> Vec<[Point; 2]> {
    let rows = multiples(rect.y, rect.y + rect.height, HATCH_SPACING - 1.0);
    rows.map(|y| [(rect.x, y), (rect.x + rect.width, y)]).collect()
}

fn vertical_lines(rect: Rect) -> Vec<[Point; 2]> {
    let columns = multiples(rect.x, rect.x + rect.width, HATCH_SPACING - 1.0);
    columns.map(|x| [(x, rect.y), (x, rect.y + rect.height)]).collect()
}

/// Lines at 45° clipped to the rectangle, rising to the right or, mirrored, falling.
fn diagonal_lines(rect: Rect, distance: f64, mirrored: bool) -> Vec<[Point; 2]> {
    let (right, bottom) = (rect.x + rect.width, rect.y + rect.height);
    let flip = |x: f64| if mirrored { rect.x + right - x } else { x };
    // On each line x + y is constant: a multiple of the distance between two neighbours along an edge.
    let sums = multiples(rect.x + rect.y, right + bottom, distance * std::f64::consts::SQRT_2);
    let line = |sum: f64| {
        let (low, high) = ((sum - bottom).max(rect.x), (sum - rect.y).min(right));
        [(flip(low), sum - low), (flip(high), sum - high)]
    };
    sums.map(line).collect()
}

/// Dots in rows, every second row shifted by half a distance.
fn draw_dots(records: &mut EmfWriter, rect: Rect, colour: Colour) {
    let side = 2.2;
    let inside = Rect {
        width: rect.width - side / 2.0,
        height: rect.height - side / 2.0,
        ..rect
    };
    for (row, y) in multiples(rect.y + side / 2.0, inside.y + inside.height, HATCH_SPACING - 1.5).enumerate() {
        let shift = if row.is_multiple_of(2) {
            0.0
        } else {
            HATCH_SPACING / 2.0
        };
        for x in multiples(
            rect.x + side / 2.0 - shift,
            inside.x + inside.width - shift,
            HATCH_SPACING,
        ) {
            records.rect(square(x + shift, y, side), Some(colour), None);
        }
    }
}

/// Circle, square, triangle, diamond, cross, plus, triangle on its tip, bar, as on pages.
fn draw_symbol(records: &mut EmfWriter, (x, y): Point, number: usize, colour: Colour) {
    let thick = Stroke {
        colour,
        width: 2.0,
        dash: 0,
    };
    let around = |points: &[Point]| points.iter().map(|(dx, dy)| (x + dx, y + dy)).collect::<Vec<_>>();
    match number % SERIES_COLOURS.len() {
        0 => records.circle((x, y), 4.5, colour),
        1 => records.rect(square(x, y, 8.0), Some(colour), None),
        2 => records.polygon(&around(&[(0.0, -5.5), (5.5, 4.5), (-5.5, 4.5)]), Some(colour), None),
        3 => records.polygon(
            &around(&[(0.0, -6.0), (6.0, 0.0), (0.0, 6.0), (-6.0, 0.0)]),
            Some(colour),
            None,
        ),
        4 => records.segments(
            &[
                [(x - 4.5, y - 4.5), (x + 4.5, y + 4.5)],
                [(x + 4.5, y - 4.5), (x - 4.5, y + 4.5)],
            ],
            thick,
        ),
        5 => records.segments(&[[(x - 5.5, y), (x + 5.5, y)], [(x, y - 5.5), (x, y + 5.5)]], thick),
        6 => records.polygon(&around(&[(0.0, 5.5), (5.5, -4.5), (-5.5, -4.5)]), Some(colour), None),
        _ => records.polygon(
            &around(&[(-5.5, -1.5), (5.5, -1.5), (5.5, 1.5), (-5.5, 1.5)]),
            Some(colour),
            None,
        ),
    }
}
