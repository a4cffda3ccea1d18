//! Lines over common labels, told apart by dash and marker.

use super::frame::Frame;
use super::legend::{self, Sample};
use super::tip;
use crate::chart::drawing::{Drawing, Form, Item, Mark, Point, Role};
use crate::chart::scale::{Scale, clean, plain};
use crate::chart::{Chart, Line};

/// Markers closer than this would hide the line.
const MARKERS_APART: f64 = 20.0;

/// Each line with markers at its values; a missing value leaves a gap. A single line is what the title names: it needs
/// no legend.
pub(super) fn draw(chart: &Chart, labels: &[String], lines: &[Line], width: f64) -> Drawing {
    let named = if lines.len() > 1 { lines } else { &[] };
    let (mut scenery, head) = legend::draw(named.iter().map(|line| line.name.as_str()), Sample::Line, width);
    let values = lines
        .iter()
        .flat_map(|line| line.values.iter().take(labels.len()).flatten())
        .map(|value| clean(*value));
    let frame = Frame::new(chart, Scale::over(values, 4), labels.len(), width, head);
    let (below, height) = frame.labels(&labels.iter().map(String::as_str).collect::<Vec<_>>());
    scenery.extend(frame.scenery(chart));
    scenery.push(frame.base());
    scenery.extend(below.into_iter().flatten());
    let items = lines
        .iter()
        .enumerate()
        .flat_map(|(series, line)| line_items(chart, &frame, labels, series, line));
    let items = items.collect();
    Drawing {
        width,
        height,
        scenery,
        items,
    }
}

/// The line itself, then its markers, each with a tooltip.
fn line_items(chart: &Chart, frame: &Frame, labels: &[String], series: usize, line: &Line) -> Vec<Item> {
    let values: Vec<Option<f64>> = line
        .values
        .iter()
        .take(labels.len())
        .map(|value| value.map(clean))
        .collect();
    let place = |n: usize, value: f64| (frame.middle(n), frame.y(value));
    let stride = (MARKERS_APART / frame.band).ceil().max(1.0) as usize;
    let mut items = vec![Item {
        marks: pieces(&values, place, series),
        ..Item::default()
    }];
    for (n, value) in values.iter().enumerate().filter_map(|(n, value)| Some((n, (*value)?))) {
        if n.is_multiple_of(stride) || is_alone(&values, n) {
            let form = Form::Symbol(place(n, value), series);
            let tip = tip(chart, &format!("{} {}", line.name, labels[n]), &plain(value));
            items.push(Item {
                marks: vec![Mark {
                    role: Role::Marker(series),
                    form,
                }],
                tip: Some(tip),
                href: None,
            });
        }
    }
    items
}

/// The runs of values without a gap, each as one path.
fn pieces(values: &[Option<f64>], place: impl Fn(usize, f64) -> Point, series: usize) -> Vec<Mark> {
    let mut pieces: Vec<Vec<Point>> = vec![Vec::new()];
    for (n, value) in values.iter().enumerate() {
        match (value, pieces.last_mut()) {
            (Some(value), Some(piece)) => piece.push(place(n, *value)),
            _ => pieces.push(Vec::new()),
        }
    }
    let pieces = pieces.into_iter().filter(|piece| piece.len() > 1);
    pieces.map(|piece| Mark::path(Role::Line(series), piece)).collect()
}

/// Whether value `n` has no neighbour, so that only its marker shows it.
fn is_alone(values: &[Option<f64>], n: usize) -> bool {
    let missing = |n: Option<usize>| n.and_then(|n| *values.get(n)?).is_none();
    missing(n.checked_sub(1)) && missing(Some(n + 1))
}
