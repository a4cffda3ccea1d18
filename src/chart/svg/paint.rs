//! Classes, fallback colours and the patterns of series.
//!
//! Role: the appearance of a mark without a style sheet, and the classes by which a style sheet selects it.

use super::geometry::push_all;
use crate::chart::drawing::{ChartMark, Drawing, Role};

/// Fallback colours of the eight series, as in the default theme's light scheme. Two colours occur twice, with
/// different patterns, dashes and symbols.
pub(in crate::chart) const SERIES_COLOURS: [&str; 8] = [
    "#2b4a6f", "#a8201a", "#265044", "#6d4700", "#514a42", "#1e1a16", "#2b4a6f", "#a8201a",
];

/// Dashes of the eight lines.
const DASHES: [&str; 8] = ["", "9 4", "2 4", "14 4 2 4", "5 3", "20 6", "14 4 2 4 2 4", "2 7"];

/// Patterns of the series from the second on, in a tile of 8 × 8: hatches and dots that differ without colour.
const PATTERNS: [&str; 7] = [
    "M-2 2l4-4M0 8l8-8M6 10l4-4",
    "M3 3h2v2h-2zM7 7h2v2h-2zM-1 7h2v2h-2zM7-1h2v2h-2zM-1-1h2v2h-2z",
    "M0 2h8M0 6h8",
    "M-2 6l4 4M0 0l8 8M6-2l4 4",
    "M0 4h8M4 0v8",
    "M-2 2l4-4M0 8l8-8M6 10l4-4M-2 6l4 4M0 0l8 8M6-2l4 4",
    "M2 0v8M6 0v8",
];

/// Writes the patterns that the drawing's parts refer to. The first series is solid and needs no pattern.
pub(super) fn write_patterns(out: &mut String, drawing: &Drawing, id: &str) {
    let series = |mark: &ChartMark| match mark.role {
        Role::Part(series) => Some(series % SERIES_COLOURS.len()),
        _ => None,
    };
    let marks = drawing
        .background
        .iter()
        .chain(drawing.groups.iter().flat_map(|item| &item.marks));
    let last = marks.filter_map(series).max().unwrap_or(0);
    for (series, path) in (1..=last).zip(PATTERNS) {
        let class = series_class(series);
        push_all(
            out,
            &[
                "<pattern id=\"",
                id,
                "-",
                class,
                "\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">",
            ],
        );
        out.push_str("<rect class=\"ground\" fill=\"#fff\" width=\"8\" height=\"8\"/>");
        push_all(
            out,
            &[
                "<path class=\"ink ",
                class,
                "\" fill=\"",
                SERIES_COLOURS[series],
                "\" stroke=\"",
                SERIES_COLOURS[series],
            ],
        );
        push_all(out, &["\" stroke-width=\"1.6\" d=\"", path, "\"/></pattern>"]);
    }
}

fn series_class(series: usize) -> &'static str {
    ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"][series % SERIES_COLOURS.len()]
}

/// Writes the class and fallback colours of a mark that is not text.
pub(super) fn paint(out: &mut String, role: Role, id: &str) {
    out.push_str(match role {
        Role::Axis => " class=\"axis\" fill=\"none\" stroke=\"#1e1a16\"",
        Role::Grid => " class=\"grid\" fill=\"none\" stroke=\"#d9d2c5\"",
        Role::Bar => " class=\"bar\" fill=\"#2b4a6f\"",
        Role::EmptyDay => " class=\"blank\" fill=\"#8c8478\"",
        Role::HitArea => " class=\"hit\" fill=\"none\" pointer-events=\"all\"",
        Role::Label => " class=\"label\"",
        Role::Value => " class=\"value\"",
        Role::Part(0) => " class=\"part s1\" fill=\"#2b4a6f\" stroke=\"#1e1a16\"",
        Role::Part(series) => return paint_part(out, series, id),
        Role::Line(series) => return paint_line(out, series),
        Role::Marker(series) => return paint_marker(out, series),
    });
}

fn paint_part(out: &mut String, series: usize, id: &str) {
    match series % SERIES_COLOURS.len() {
        0 => paint(out, Role::Part(0), id),
        series => {
            let class = series_class(series);
            push_all(
                out,
                &[" class=\"part\" fill=\"url(#", id, "-", class, ")\" stroke=\"#1e1a16\""],
            );
        }
    }
}

fn paint_line(out: &mut String, series: usize) {
    let series = series % SERIES_COLOURS.len();
    push_all(
        out,
        &[
            " class=\"line ",
            series_class(series),
            "\" fill=\"none\" stroke=\"",
            SERIES_COLOURS[series],
        ],
    );
    out.push_str("\" stroke-width=\"2.5\"");
    if series > 0 {
        push_all(out, &[" stroke-dasharray=\"", DASHES[series], "\""]);
    }
}

fn paint_marker(out: &mut String, series: usize) {
    let series = series % SERIES_COLOURS.len();
    push_all(
        out,
        &[
            " class=\"ink ",
            series_class(series),
            "\" fill=\"",
            SERIES_COLOURS[series],
            "\" stroke=\"",
            SERIES_COLOURS[series],
            "\"",
        ],
    );
}
