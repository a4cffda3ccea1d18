//! A drawing as an inline SVG element (SVG 2, SVG-AAM for the roles).
//!
//! Role: the page's backend. Looks come from classes; fills and strokes are written as presentation attributes too,
//! which any style sheet overrides, so that a chart opened on its own is readable. Knows no shape but its class name.

use super::drawing::{Anchor, Drawing, Form, Item, Mark, Point, Rect, Role};
use super::layout::TEXT;
use super::{Chart, Shape};

/// Fallback colours of the six series, as in the default theme's light scheme.
pub(super) const SERIES: [&str; 6] = ["#2b4a6f", "#a8201a", "#265044", "#6d4700", "#514a42", "#1e1a16"];

/// Dashes of the six lines.
const DASHES: [&str; 6] = ["", "9 4", "2 4", "14 4 2 4", "5 3", "20 6"];

/// Patterns of the series from the second on, in a tile of 8 × 8: hatches and dots that differ without colour.
const PATTERNS: [&str; 5] = [
    "M-2 2l4-4M0 8l8-8M6 10l4-4",
    "M3 3h2v2h-2zM7 7h2v2h-2zM-1 7h2v2h-2zM7-1h2v2h-2zM-1-1h2v2h-2z",
    "M0 2h8M0 6h8",
    "M-2 6l4 4M0 0l8 8M6-2l4 4",
    "M0 4h8M4 0v8",
];

/// Writes the chart; see [`super::svg`].
pub(super) fn write(chart: &Chart, drawing: &Drawing, id: &str) -> String {
    let id = &name_token(id);
    let mut out = String::with_capacity(512 + drawing.items.len() * 256);
    let linked = drawing.items.iter().any(|item| item.href.is_some());
    open(&mut out, chart, drawing, id, linked);
    patterns(&mut out, drawing, id);
    if linked {
        out.push_str("<g role=\"img\" aria-labelledby=\"");
        push(&mut out, &[id, "-d\">"]);
    }
    drawing.scenery.iter().for_each(|mark| write_mark(&mut out, mark, id));
    if linked {
        out.push_str("</g>");
    }
    drawing.items.iter().for_each(|item| write_item(&mut out, item, id));
    out.push_str("</svg>");
    out
}

fn push(out: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| out.push_str(part));
}

/// The start tag with what names the chart. A chart with links is named by its title here and by its description at
/// the image inside, so that neither is read twice.
fn open(out: &mut String, chart: &Chart, drawing: &Drawing, id: &str, linked: bool) {
    push(
        out,
        &[
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart chart-",
            class_of(&chart.shape),
            "\" viewBox=\"0 0 ",
        ],
    );
    push_number(out, drawing.width);
    out.push(' ');
    push_number(out, drawing.height);
    out.push_str("\" font-family=\"sans-serif\" font-size=\"");
    push_number(out, TEXT);
    out.push_str("\" fill=\"#1e1a16\"");
    match (&chart.shape, linked) {
        (Shape::Spark(_), _) => return out.push_str(" aria-hidden=\"true\" focusable=\"false\">"),
        (_, true) => push(out, &[" role=\"group\" aria-labelledby=\"", id, "-t\">"]),
        (_, false) => push(out, &[" role=\"img\" aria-labelledby=\"", id, "-t ", id, "-d\">"]),
    }
    push(out, &["<title id=\"", id, "-t\">"]);
    escape(out, &chart.title);
    push(out, &["</title><desc id=\"", id, "-d\">"]);
    escape(out, &chart.desc);
    out.push_str("</desc>");
}

fn class_of(shape: &Shape) -> &'static str {
    match shape {
        Shape::Bars(_) => "bars",
        Shape::Stacked { .. } => "stacked",
        Shape::Lines { .. } => "lines",
        Shape::Ranking(_) => "ranking",
        Shape::Calendar { .. } => "calendar",
        Shape::Spark(_) => "spark",
    }
}

/// The patterns that the drawing's parts refer to. The first series is solid and needs none.
fn patterns(out: &mut String, drawing: &Drawing, id: &str) {
    let series = |mark: &Mark| match mark.role {
        Role::Part(series) => Some(series % SERIES.len()),
        _ => None,
    };
    let marks = drawing
        .scenery
        .iter()
        .chain(drawing.items.iter().flat_map(|item| &item.marks));
    let last = marks.filter_map(series).max().unwrap_or(0);
    for (series, path) in (1..=last).zip(PATTERNS) {
        let class = class_of_series(series);
        push(
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
        push(
            out,
            &[
                "<path class=\"ink ",
                class,
                "\" fill=\"",
                SERIES[series],
                "\" stroke=\"",
                SERIES[series],
            ],
        );
        push(out, &["\" stroke-width=\"1.6\" d=\"", path, "\"/></pattern>"]);
    }
}

fn class_of_series(series: usize) -> &'static str {
    ["s1", "s2", "s3", "s4", "s5", "s6"][series % SERIES.len()]
}

/// A link, a group with a tooltip, or bare marks.
fn write_item(out: &mut String, item: &Item, id: &str) {
    let end = match (&item.href, &item.tip) {
        (Some(href), _) => {
            out.push_str("<a href=\"");
            escape(out, href);
            out.push_str("\">");
            "</a>"
        }
        (None, Some(_)) => {
            out.push_str("<g>");
            "</g>"
        }
        (None, None) => "",
    };
    if let Some(tip) = &item.tip {
        out.push_str("<title>");
        escape(out, tip);
        out.push_str("</title>");
    }
    item.marks.iter().for_each(|mark| write_mark(out, mark, id));
    out.push_str(end);
}

fn write_mark(out: &mut String, mark: &Mark, id: &str) {
    match &mark.form {
        Form::Rect(rect) => {
            out.push_str("<rect");
            paint(out, mark.role, id);
            write_rect(out, *rect);
        }
        Form::Path(points) => {
            out.push_str("<path");
            paint(out, mark.role, id);
            write_path(out, points);
        }
        Form::Symbol(at, symbol) => {
            out.push_str("<path");
            paint(out, mark.role, id);
            write_symbol(out, *at, *symbol);
        }
        Form::Dots(points, _) if points.is_empty() => {}
        Form::Dots(points, side) => {
            out.push_str("<path");
            paint(out, mark.role, id);
            write_dots(out, points, *side);
        }
        Form::Text(at, anchor, text) => write_text(out, mark.role, *at, *anchor, text),
    }
}

/// Class and fallback colours of a mark that is not text.
fn paint(out: &mut String, role: Role, id: &str) {
    out.push_str(match role {
        Role::Axis => " class=\"axis\" fill=\"none\" stroke=\"#1e1a16\"",
        Role::Grid => " class=\"grid\" fill=\"none\" stroke=\"#d9d2c5\"",
        Role::Bar => " class=\"bar\" fill=\"#2b4a6f\"",
        Role::Blank => " class=\"blank\" fill=\"#8c8478\"",
        Role::Hit => " class=\"hit\" fill=\"none\" pointer-events=\"all\"",
        Role::Label => " class=\"label\"",
        Role::Value => " class=\"value\"",
        Role::Part(0) => " class=\"part s1\" fill=\"#2b4a6f\" stroke=\"#1e1a16\"",
        Role::Part(series) => return paint_part(out, series, id),
        Role::Line(series) => return paint_line(out, series),
        Role::Marker(series) => return paint_marker(out, series),
    });
}

fn paint_part(out: &mut String, series: usize, id: &str) {
    match series % SERIES.len() {
        0 => paint(out, Role::Part(0), id),
        series => {
            let class = class_of_series(series);
            push(
                out,
                &[" class=\"part\" fill=\"url(#", id, "-", class, ")\" stroke=\"#1e1a16\""],
            );
        }
    }
}

fn paint_line(out: &mut String, series: usize) {
    let series = series % SERIES.len();
    push(
        out,
        &[
            " class=\"line ",
            class_of_series(series),
            "\" fill=\"none\" stroke=\"",
            SERIES[series],
        ],
    );
    out.push_str("\" stroke-width=\"2.5\"");
    if series > 0 {
        push(out, &[" stroke-dasharray=\"", DASHES[series], "\""]);
    }
}

fn paint_marker(out: &mut String, series: usize) {
    let series = series % SERIES.len();
    push(
        out,
        &[
            " class=\"ink ",
            class_of_series(series),
            "\" fill=\"",
            SERIES[series],
            "\" stroke=\"",
            SERIES[series],
            "\"",
        ],
    );
}

fn write_rect(out: &mut String, rect: Rect) {
    for (name, value) in [
        (" x=\"", rect.x),
        ("\" y=\"", rect.y),
        ("\" width=\"", rect.width),
        ("\" height=\"", rect.height),
    ] {
        out.push_str(name);
        push_number(out, value);
    }
    out.push_str("\"/>");
}

fn write_path(out: &mut String, points: &[Point]) {
    out.push_str(" d=\"");
    for (n, point) in points.iter().enumerate() {
        out.push(if n == 0 { 'M' } else { 'L' });
        push_point(out, *point);
    }
    out.push_str("\"/>");
}

fn write_dots(out: &mut String, points: &[Point], side: f64) {
    out.push_str(" d=\"");
    for &(x, y) in points {
        out.push('M');
        push_point(out, (x - side / 2.0, y - side / 2.0));
        out.push('h');
        push_number(out, side);
        out.push('v');
        push_number(out, side);
        out.push('h');
        push_number(out, -side);
        out.push('z');
    }
    out.push_str("\"/>");
}

/// Circle, square, triangle, diamond, cross, plus.
fn write_symbol(out: &mut String, at: Point, symbol: usize) {
    out.push_str(" d=\"M");
    push_point(out, at);
    out.push_str(
        [
            "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
            "m-4-4h8v8h-8z",
            "m0-5.5l5.5 10h-11z",
            "m0-6l6 6l-6 6l-6-6z",
            "m-4.5-4.5l9 9m0-9l-9 9",
            "m-5.5 0h11m-5.5-5.5v11",
        ][symbol % SERIES.len()],
    );
    out.push_str("\"/>");
}

fn write_text(out: &mut String, role: Role, at: Point, anchor: Anchor, text: &str) {
    out.push_str(if role == Role::Value {
        "<text class=\"value\" x=\""
    } else {
        "<text class=\"label\" x=\""
    });
    push_number(out, at.0);
    out.push_str("\" y=\"");
    push_number(out, at.1);
    out.push_str(match anchor {
        Anchor::Start => "\">",
        Anchor::Middle => "\" text-anchor=\"middle\">",
        Anchor::End => "\" text-anchor=\"end\">",
    });
    escape(out, text);
    out.push_str("</text>");
}

fn push_point(out: &mut String, (x, y): Point) {
    push_number(out, x);
    out.push(' ');
    push_number(out, y);
}

/// A number with at most two decimals. Written by hand: it is most of a chart's text, and the standard formatting of
/// floats takes several times as long.
fn push_number(out: &mut String, value: f64) {
    // The cast saturates and makes NaN 0, so nothing but digits can come out.
    let hundredths = (value * 100.0).round() as i64;
    if hundredths < 0 {
        out.push('-');
    }
    let (whole, rest) = (hundredths.unsigned_abs() / 100, (hundredths.unsigned_abs() % 100) as u8);
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut left = whole;
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    digits[at..].iter().for_each(|digit| out.push(char::from(*digit)));
    if rest > 0 {
        out.push('.');
        out.push(char::from(b'0' + rest / 10));
    }
    if !rest.is_multiple_of(10) {
        out.push(char::from(b'0' + rest % 10));
    }
}

/// Text and attribute values. Characters that XML 1.0 (§ 2.2) forbids are left out.
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(c),
        }
    }
}

/// An id that can stand in an attribute, in a list of ids and in `url(#…)`.
fn name_token(id: &str) -> String {
    id.chars()
        .map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' })
        .collect()
}
