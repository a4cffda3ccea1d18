//! Vertical bars in parts, each series with a pattern of its own.

use super::frame::Frame;
use super::legend::{self, Swatch};
use super::text::mark_group;
use crate::chart::data::{Chart, StackedColumn};
use crate::chart::drawing::{ChartMark, Drawing, Role};
use crate::chart::scale::{Scale, clamp_value};

/// Each column with its parts from the base line up, its total above and its label below.
pub(super) fn draw(chart: &Chart, series: &[String], columns: &[StackedColumn], width: f64) -> Drawing {
    let (mut background, head) = legend::draw(series.iter().map(String::as_str), Swatch::Pattern, width);
    let parts: Vec<Vec<f64>> = columns.iter().map(|column| drawn_parts(column, series.len())).collect();
    let totals: Vec<f64> = parts.iter().map(|parts| clamp_value(parts.iter().sum())).collect();
    let frame = Frame::new(
        chart,
        Scale::for_values(totals.iter().copied(), 4),
        columns.len(),
        width,
        head,
    );
    let (labels, height) = frame.labels(&columns.iter().map(|column| column.label.as_str()).collect::<Vec<_>>());
    let printed = frame.value_labels(
        &totals,
        &columns
            .iter()
            .map(|column| column.total_label.as_str())
            .collect::<Vec<_>>(),
    );
    let mut groups = Vec::with_capacity(columns.len());
    for (n, ((column, label), printed)) in columns.iter().zip(labels).zip(printed).enumerate() {
        let mut item = mark_group(chart, &column.label, &column.total_label, column.href.as_ref());
        item.marks.push(frame.hit_area(n, height));
        item.marks.extend(column_marks(&frame, n, &parts[n]));
        item.marks.extend(printed);
        item.marks.extend(label);
        groups.push(item);
    }
    background.extend(frame.axis_marks(chart));
    background.push(frame.base_line());
    Drawing {
        width,
        height,
        background,
        groups,
    }
}

/// The parts that can be drawn, one per series.
fn drawn_parts(column: &StackedColumn, series: usize) -> Vec<f64> {
    column
        .parts
        .iter()
        .take(series)
        .map(|part| clamp_value(*part))
        .collect()
}

/// The parts of column `n`, stacked; parts of 0 are left out.
fn column_marks(frame: &Frame, n: usize, parts: &[f64]) -> Vec<ChartMark> {
    let x = frame.band_center(n) - frame.bar_width() / 2.0;
    let mut below = 0.0;
    let mut marks = Vec::new();
    for (series, part) in parts.iter().enumerate().filter(|(_, part)| **part > 0.0) {
        let (bottom, top) = (frame.y(below), frame.y(below + part));
        marks.push(ChartMark::rect(
            Role::Part(series),
            x,
            top,
            frame.bar_width(),
            bottom - top,
        ));
        below += part;
    }
    marks
}
