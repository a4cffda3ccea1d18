//! A tiny line beside a figure in text: the values before it, with a dot at the last.

use super::lines::{is_isolated, line_segments};
use crate::chart::drawing::{ChartMark, Drawing, MarkGeometry, MarkGroup, Point, Role};
use crate::chart::scale::clamp_value;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 32.0;
const MARGIN: f64 = 5.0;

/// Draws the values from left to right over an invisible axis that begins at 0. A missing value leaves a gap.
pub(super) fn draw(values: &[Option<f64>]) -> Drawing {
    let values: Vec<Option<f64>> = values.iter().map(|value| value.map(clamp_value)).collect();
    let largest = values.iter().flatten().copied().fold(0.0, f64::max);
    let step = (WIDTH - 2.0 * MARGIN) / values.len().saturating_sub(1).max(1) as f64;
    let share = |value: f64| if largest > 0.0 { value / largest } else { 0.0 };
    let place = |n: usize, value: f64| -> Point {
        (
            MARGIN + n as f64 * step,
            HEIGHT - MARGIN - share(value) * (HEIGHT - 2.0 * MARGIN),
        )
    };
    let mut marks = line_segments(&values, place, 0);
    for (n, value) in values.iter().enumerate().filter_map(|(n, value)| Some((n, (*value)?))) {
        if n + 1 == values.len() || is_isolated(&values, n) {
            marks.push(ChartMark {
                role: Role::Marker(0),
                geometry: MarkGeometry::Symbol(place(n, value), 0),
            });
        }
    }
    let groups = vec![MarkGroup {
        marks,
        ..MarkGroup::default()
    }];
    Drawing {
        width: WIDTH,
        height: HEIGHT,
        background: Vec::new(),
        groups,
    }
}
