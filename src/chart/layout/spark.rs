//! A tiny line beside a figure in text: the way up to it, with a dot at its end.

use crate::chart::drawing::{Drawing, Form, Item, Mark, Point, Role};
use crate::chart::scale::clean;

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 32.0;
const MARGIN: f64 = 5.0;

/// The values from left to right over an unseen axis that begins at 0.
pub(super) fn draw(values: &[f64]) -> Drawing {
    let values: Vec<f64> = values.iter().map(|value| clean(*value)).collect();
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
    let end = points.last().map(|&point| Mark {
        role: Role::Marker(0),
        form: Form::Symbol(point, 0),
    });
    let mut marks = Vec::new();
    if points.len() > 1 {
        marks.push(Mark::path(Role::Line(0), points));
    }
    marks.extend(end);
    let items = vec![Item {
        marks,
        ..Item::default()
    }];
    Drawing {
        width: WIDTH,
        height: HEIGHT,
        scenery: Vec::new(),
        items,
    }
}
