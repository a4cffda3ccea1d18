//! A tiny line beside a figure in text: the values before it, with a dot at the last.

use crate::chart::drawing::{ChartMark, Drawing, MarkGeometry, MarkGroup, Point, Role};
use crate::chart::scale::clamp_value;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 32.0;
const MARGIN: f64 = 5.0;

/// Draws the values from left to right over an invisible axis that begins at 0.
pub(super) fn draw(values: &[f64]) -> Drawing {
    let values: Vec<f64> = values.iter().map(|value| clamp_value(*value)).collect();
    let largest = values.iter().copied().fold(0.0, f64::max);
    let step = (WIDTH - 2.0 * MARGIN) / values.len().saturating_sub(1).max(1) as f64;
    let share = |value: f64| if largest > 0.0 { value / largest } else { 0.0 };
    let place = |(n, value): (usize, &f64)| -> Point {
        (
            MARGIN + n as f64 * step,
            HEIGHT - MARGIN - share(*value) * (HEIGHT - 2.0 * MARGIN),
        )
    };
    let points: Vec<Point> = values.iter().enumerate().map(place).collect();
    let end = points.last().map(|&point| ChartMark {
        role: Role::Marker(0),
        geometry: MarkGeometry::Symbol(point, 0),
    });
    let mut marks = Vec::new();
    if points.len() > 1 {
        marks.push(ChartMark::path(Role::Line(0), points));
    }
    marks.extend(end);
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
