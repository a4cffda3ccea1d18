//! The legend: which pattern or which line is which series, above the plot.

use super::{ASCENT, LEADING, TEXT};
use crate::chart::drawing::{Anchor, Form, Mark, Role};
use crate::chart::measure::{cut, width};

/// Width of a sample.
const SAMPLE: f64 = 34.0;

/// The free space after an entry.
const APART: f64 = 18.0;

/// What a sample shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sample {
    /// A field of the series' pattern.
    Pattern,
    /// A piece of the series' line with its marker.
    Line,
}

/// The entries from left to right, in as many rows as they need, and the legend's height.
pub(super) fn draw<'a>(names: impl Iterator<Item = &'a str>, sample: Sample, room: f64) -> (Vec<Mark>, f64) {
    let (mut x, mut y) = (0.0, 0.0);
    let mut marks = Vec::new();
    let mut height = 0.0;
    for (series, name) in names.enumerate() {
        let name = cut(name, TEXT, room - SAMPLE - 8.0);
        let entry = SAMPLE + 6.0 + width(&name, TEXT);
        if x > 0.0 && x + entry > room {
            (x, y) = (0.0, y + LEADING + 4.0);
        }
        marks.extend(sample_marks(series, sample, x, y));
        marks.push(Mark::text(
            Role::Label,
            (x + SAMPLE + 6.0, y + ASCENT),
            Anchor::Start,
            name,
        ));
        x += entry + APART;
        height = y + LEADING + 8.0;
    }
    (marks, height)
}

/// The sample of one series in a row that begins at `y`.
fn sample_marks(series: usize, sample: Sample, x: f64, y: f64) -> Vec<Mark> {
    let middle = y + LEADING / 2.0;
    match sample {
        Sample::Pattern => vec![Mark::rect(
            Role::Part(series),
            x + 1.0,
            middle - 8.0,
            SAMPLE - 6.0,
            16.0,
        )],
        Sample::Line => vec![
            Mark::path(Role::Line(series), vec![(x, middle), (x + SAMPLE, middle)]),
            Mark {
                role: Role::Marker(series),
                form: Form::Symbol((x + SAMPLE / 2.0, middle), series),
            },
        ],
    }
}
