//! What marks look like on paper: the light scheme's colours, dark enough for a black-and-white printer, and for each
//! series its hatch, its dash or its symbol.

use super::records::{Colour, Face, Records, Stroke};
use crate::chart::drawing::{Form, Mark, Point, Rect, Role};
use crate::chart::svg::SERIES;

const INK: Colour = 0x0016_1a1e;
const GREY: Colour = 0x00b0_b8c0;
const WHITE: Colour = 0x00ff_ffff;

/// Distance of two lines of a hatch, in units.
const HATCH: f64 = 6.0;

/// Draws one mark.
pub(super) fn mark(records: &mut Records, mark: &Mark) {
    match (&mark.form, mark.role) {
        (_, Role::Hit) => {}
        (Form::Rect(rect), Role::Part(series)) => part(records, *rect, series),
        (Form::Rect(rect), role) => records.rect(*rect, Some(colour(role)), None),
        (Form::Path(points), role) => records.polyline(points, stroke(role)),
        (Form::Symbol(at, number), role) => symbol(records, *at, *number, colour(role)),
        (Form::Dots(points, side), role) => {
            let squares = points.iter().map(|&(x, y)| square(x, y, *side));
            squares.for_each(|square| records.rect(square, Some(colour(role)), None));
        }
        (Form::Text(at, anchor, text), role) => {
            records.text(
                *at,
                text,
                Face {
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
        Role::Grid | Role::Blank => GREY,
        Role::Bar => of_series(0),
        Role::Part(series) | Role::Line(series) | Role::Marker(series) => of_series(series),
        Role::Axis | Role::Hit | Role::Label | Role::Value => INK,
    }
}

/// The page's colour of a series, with its bytes in this format's order.
fn of_series(series: usize) -> Colour {
    let written = SERIES[series % SERIES.len()].trim_start_matches('#');
    u32::from_str_radix(written, 16).map_or(INK, |colour| colour.swap_bytes() >> 8)
}

fn stroke(role: Role) -> Stroke {
    match role {
        Role::Line(series) => Stroke {
            colour: of_series(series),
            width: 2.4,
            dash: series % SERIES.len(),
        },
        _ => Stroke {
            colour: colour(role),
            width: 1.0,
            dash: 0,
        },
    }
}

/// A part of a column: solid for the first series, hatched lines for the others, always with an edge.
fn part(records: &mut Records, rect: Rect, series: usize) {
    let series = series % SERIES.len();
    let hatch = Stroke {
        colour: of_series(series),
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
        1 => records.segments(&falling(rect, HATCH, false), hatch),
        2 => dots(records, rect, hatch.colour),
        3 => records.segments(&level(rect), hatch),
        4 => records.segments(&falling(rect, HATCH, true), hatch),
        5 => {
            records.segments(&level(rect), hatch);
            records.segments(&upright(rect), hatch);
        }
        6 => {
            records.segments(&falling(rect, HATCH, false), hatch);
            records.segments(&falling(rect, HATCH, true), hatch);
        }
        _ => records.segments(&upright(rect), hatch),
    }
    records.rect(rect, None, Some(edge));
}

/// From the first whole multiple of the distance after `from` up to `to`. Multiples of the page's zero and not of the
/// rectangle's edge, so that the hatch runs on from part to part.
fn multiples(from: f64, to: f64, distance: f64) -> impl Iterator<Item = f64> {
    let first = (from / distance).floor() + 1.0;
    let number = ((to - from) / distance).ceil().clamp(0.0, 1e4) as usize;
    (0..number)
        .map(move |n| (first + n as f64) * distance)
        .filter(move |at| *at < to)
}

fn level(rect: Rect) -> Vec<[Point; 2]> {
    let rows = multiples(rect.y, rect.y + rect.height, HATCH - 1.0);
    rows.map(|y| [(rect.x, y), (rect.x + rect.width, y)]).collect()
}

fn upright(rect: Rect) -> Vec<[Point; 2]> {
    let columns = multiples(rect.x, rect.x + rect.width, HATCH - 1.0);
    columns.map(|x| [(x, rect.y), (x, rect.y + rect.height)]).collect()
}

/// Lines at 45° clipped to the rectangle, rising to the right or, mirrored, falling.
fn falling(rect: Rect, distance: f64, mirrored: bool) -> Vec<[Point; 2]> {
    let (right, bottom) = (rect.x + rect.width, rect.y + rect.height);
    let flip = |x: f64| if mirrored { rect.x + right - x } else { x };
    // On each line x + y is one multiple of the distance between two neighbours along an edge.
    let sums = multiples(rect.x + rect.y, right + bottom, distance * std::f64::consts::SQRT_2);
    let line = |sum: f64| {
        let (low, high) = ((sum - bottom).max(rect.x), (sum - rect.y).min(right));
        [(flip(low), sum - low), (flip(high), sum - high)]
    };
    sums.map(line).collect()
}

/// Dots in rows, every second row shifted by half a distance.
fn dots(records: &mut Records, rect: Rect, colour: Colour) {
    let side = 2.2;
    let inside = Rect {
        width: rect.width - side / 2.0,
        height: rect.height - side / 2.0,
        ..rect
    };
    for (row, y) in multiples(rect.y + side / 2.0, inside.y + inside.height, HATCH - 1.5).enumerate() {
        let shift = if row.is_multiple_of(2) { 0.0 } else { HATCH / 2.0 };
        for x in multiples(rect.x + side / 2.0 - shift, inside.x + inside.width - shift, HATCH) {
            records.rect(square(x + shift, y, side), Some(colour), None);
        }
    }
}

/// Circle, square, triangle, diamond, cross, plus, triangle on its tip, bar, as on pages.
fn symbol(records: &mut Records, (x, y): Point, number: usize, colour: Colour) {
    let thick = Stroke {
        colour,
        width: 2.0,
        dash: 0,
    };
    let around = |points: &[Point]| points.iter().map(|(dx, dy)| (x + dx, y + dy)).collect::<Vec<_>>();
    match number % SERIES.len() {
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
