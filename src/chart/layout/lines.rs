//! Lines over common labels, told apart by dash and marker.

use super::frame::Frame;
use super::legend::{self, Swatch};
use super::text::tooltip;
use crate::chart::data::{Chart, LineSeries};
use crate::chart::drawing::{ChartMark, Drawing, MarkGeometry, MarkGroup, Point, Role};
use crate::chart::scale::{Scale, clamp_value, format_value};

/// Markers closer than this would hide the line.
const MIN_MARKER_GAP: f64 = 20.0;

/// Each line with markers at its values; a missing value leaves a gap. A single line is what the title names: it needs
/// no legend.
pub(super) fn draw(chart: &Chart, labels: &[String], lines: &[LineSeries], width: f64) -> Drawing {
    let named = if lines.len() > 1 { lines } else { &[] };
    let (mut scenery, head) = legend::draw(named.iter().map(|line| line.name.as_str()), Swatch::Line, width);
    let values = lines
        .iter()
        .flat_map(|line| line.values.iter().take(labels.len()).flatten())
        .map(|value| clamp_value(*value));
    let frame = Frame::new(chart, Scale::for_values(values, 4), labels.len(), width, head);
    let (below, height) = frame.labels(&labels.iter().map(String::as_str).collect::<Vec<_>>());
    scenery.extend(frame.axis_marks(chart));
    scenery.push(frame.base_line());
    scenery.extend(below.into_iter().flatten());
    let items = lines
        .iter()
        .enumerate()
        .flat_map(|(series, line)| line_groups(chart, &frame, labels, series, line));
    let items = items.collect();
    Drawing {
        width,
        height,
        background: scenery,
        groups: items,
    }
}

/// The line itself, then its markers, each with a tooltip.
fn line_groups(chart: &Chart, frame: &Frame, labels: &[String], series: usize, line: &LineSeries) -> Vec<MarkGroup> {
    let values: Vec<Option<f64>> = line
        .values
        .iter()
        .take(labels.len())
        .map(|value| value.map(clamp_value))
        .collect();
    let place = |n: usize, value: f64| (frame.band_center(n), frame.y(value));
    let stride = (MIN_MARKER_GAP / frame.band).ceil().max(1.0) as usize;
    let mut items = vec![MarkGroup {
        marks: line_segments(&values, place, series),
        ..MarkGroup::default()
    }];
    for (n, value) in values.iter().enumerate().filter_map(|(n, value)| Some((n, (*value)?))) {
        if n.is_multiple_of(stride) || is_isolated(&values, n) {
            let form = MarkGeometry::Symbol(place(n, value), series);
            let tip = tooltip(chart, &format!("{} {}", line.name, labels[n]), &format_value(value));
            items.push(MarkGroup {
                marks: vec![ChartMark {
                    role: Role::Marker(series),
                    geometry: form,
                }],
                tooltip: Some(tip),
                href: None,
            });
        }
    }
    items
}

/// The runs of values without a gap, each as one path.
fn line_segments(values: &[Option<f64>], place: impl Fn(usize, f64) -> Point, series: usize) -> Vec<ChartMark> {
    let mut pieces: Vec<Vec<Point>> = vec![Vec::new()];
    for (n, value) in values.iter().enumerate() {
        match (value, pieces.last_mut()) {
            (Some(value), Some(piece)) => piece.push(place(n, *value)),
            _ => pieces.push(Vec::new()),
        }
    }
    let pieces = pieces.into_iter().filter(|piece| piece.len() > 1);
    pieces.map(|piece| ChartMark::path(Role::Line(series), piece)).collect()
}

/// Whether value `n` has no neighbour, so that only its marker shows it.
fn is_isolated(values: &[Option<f64>], n: usize) -> bool {
    let missing = |n: Option<usize>| n.and_then(|n| *values.get(n)?).is_none();
    missing(n.checked_sub(1)) && missing(Some(n + 1))
}
