//! Lines over common labels, distinguished by dash and marker.

use super::frame::Frame;
use super::legend::{self, Swatch};
use super::text::tooltip;
use crate::chart::data::{Chart, LineSeries};
use crate::chart::drawing::{ChartMark, Drawing, MarkGeometry, MarkGroup, Point, Role};
use crate::chart::scale::{Scale, clamp_value, format_value};

/// The least distance between markers; closer ones would hide the line.
const MIN_MARKER_GAP: f64 = 20.0;

/// Draws each line with markers at its values; a missing value leaves a gap. A single line needs no legend, because the
/// title names it.
pub(super) fn draw(chart: &Chart, labels: &[String], lines: &[LineSeries], width: f64) -> Drawing {
    let named = if lines.len() > 1 { lines } else { &[] };
    let (mut background, head) = legend::draw(named.iter().map(|line| line.name.as_str()), Swatch::Line, width);
    let values = lines
        .iter()
        .flat_map(|line| line.values.iter().take(labels.len()).flatten())
        .map(|value| clamp_value(*value));
    let frame = Frame::new(chart, Scale::for_values(values, 4), labels.len(), width, head);
    let (label_marks, height) = frame.labels(&labels.iter().map(String::as_str).collect::<Vec<_>>());
    background.extend(frame.axis_marks(chart));
    background.push(frame.base_line());
    background.extend(label_marks.into_iter().flatten());
    let groups = lines
        .iter()
        .enumerate()
        .flat_map(|(series, line)| line_groups(chart, &frame, labels, series, line));
    let groups = groups.collect();
    Drawing {
        width,
        height,
        background,
        groups,
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
    let mut groups = vec![MarkGroup {
        marks: line_segments(&values, place, series),
        ..MarkGroup::default()
    }];
    for (n, value) in values.iter().enumerate().filter_map(|(n, value)| Some((n, (*value)?))) {
        if n.is_multiple_of(stride) || is_isolated(&values, n) {
            let geometry = MarkGeometry::Symbol(place(n, value), series);
            let tip = tooltip(chart, &format!("{} {}", line.name, labels[n]), &format_value(value));
            groups.push(MarkGroup {
                marks: vec![ChartMark {
                    role: Role::Marker(series),
                    geometry,
                }],
                tooltip: Some(tip),
                href: None,
            });
        }
    }
    groups
}

/// The runs of values without a gap, each as one path.
pub(super) fn line_segments(
    values: &[Option<f64>],
    place: impl Fn(usize, f64) -> Point,
    series: usize,
) -> Vec<ChartMark> {
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
pub(super) fn is_isolated(values: &[Option<f64>], n: usize) -> bool {
    let missing = |n: Option<usize>| n.and_then(|n| *values.get(n)?).is_none();
    missing(n.checked_sub(1)) && missing(Some(n + 1))
}
