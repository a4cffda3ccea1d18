//! Vertical bars in parts, each series with a pattern of its own.

use super::frame::Frame;
use super::item;
use super::legend::{self, Sample};
use crate::chart::drawing::{Drawing, Mark, Role};
use crate::chart::scale::{Scale, clean};
use crate::chart::{Chart, Column};

/// Each column with its parts from the base line up, its total above and its label below.
pub(super) fn draw(chart: &Chart, series: &[String], columns: &[Column], width: f64) -> Drawing {
    let (mut scenery, head) = legend::draw(series.iter().map(String::as_str), Sample::Pattern, width);
    let parts: Vec<Vec<f64>> = columns.iter().map(|column| drawn_parts(column, series.len())).collect();
    let totals: Vec<f64> = parts.iter().map(|parts| clean(parts.iter().sum())).collect();
    let frame = Frame::new(
        chart,
        Scale::over(totals.iter().copied(), 4),
        columns.len(),
        width,
        head,
    );
    let (labels, height) = frame.labels(&columns.iter().map(|column| column.label.as_str()).collect::<Vec<_>>());
    let printed = frame.values(
        &totals,
        &columns.iter().map(|column| column.shown.as_str()).collect::<Vec<_>>(),
    );
    let mut items = Vec::with_capacity(columns.len());
    for (n, ((column, label), printed)) in columns.iter().zip(labels).zip(printed).enumerate() {
        let mut item = item(chart, &column.label, &column.shown, column.href.as_ref());
        item.marks.push(frame.hit(n, height));
        item.marks.extend(column_marks(&frame, n, &parts[n]));
        item.marks.extend(printed);
        item.marks.extend(label);
        items.push(item);
    }
    scenery.extend(frame.scenery(chart));
    scenery.push(frame.base());
    Drawing {
        width,
        height,
        scenery,
        items,
    }
}

/// The parts that can be drawn, one a series.
fn drawn_parts(column: &Column, series: usize) -> Vec<f64> {
    column.parts.iter().take(series).map(|part| clean(*part)).collect()
}

/// The parts of column `n`, one on the other; parts of 0 are left out.
fn column_marks(frame: &Frame, n: usize, parts: &[f64]) -> Vec<Mark> {
    let x = frame.middle(n) - frame.bar() / 2.0;
    let mut below = 0.0;
    let mut marks = Vec::new();
    for (series, part) in parts.iter().enumerate().filter(|(_, part)| **part > 0.0) {
        let (bottom, top) = (frame.y(below), frame.y(below + part));
        marks.push(Mark::rect(Role::Part(series), x, top, frame.bar(), bottom - top));
        below += part;
    }
    marks
}
