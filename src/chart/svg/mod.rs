//! A drawing as an inline SVG element (SVG 2, SVG-AAM for the roles).
//!
//! Role: the page's backend. Classes carry the style. Fills and strokes are also written as presentation attributes,
//! which any style sheet overrides, so a chart opened on its own is readable. Knows a shape only by its class name.

mod geometry;
mod paint;

use super::data::{Chart, ChartShape};
use super::drawing::{ChartMark, Drawing, MarkGeometry, MarkGroup};
use super::layout::TEXT_SIZE;
use geometry::{escape, push_all, push_number, write_dots, write_path, write_rect, write_symbol, write_text};
pub(super) use paint::SERIES_COLOURS;
use paint::{paint, write_patterns};

/// Writes the chart; see `svg`.
pub(super) fn write(chart: &Chart, drawing: &Drawing, id: &str) -> String {
    let id = &sanitize_id(id);
    let mut out = String::with_capacity(512 + drawing.groups.len() * 256);
    let linked = drawing.groups.iter().any(|item| item.href.is_some());
    write_start_tag(&mut out, chart, drawing, id, linked);
    write_patterns(&mut out, drawing, id);
    if linked {
        out.push_str("<g role=\"img\" aria-labelledby=\"");
        push_all(&mut out, &[id, "-d\">"]);
    }
    drawing
        .background
        .iter()
        .for_each(|mark| write_mark(&mut out, mark, id));
    if linked {
        out.push_str("</g>");
    }
    drawing.groups.iter().for_each(|item| write_item(&mut out, item, id));
    out.push_str("</svg>");
    out
}

/// Writes the start tag, the title and the description. A chart with links is named by its title, and the image inside
/// it by the description, so that neither is read twice.
fn write_start_tag(out: &mut String, chart: &Chart, drawing: &Drawing, id: &str, linked: bool) {
    push_all(
        out,
        &[
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart chart-",
            shape_class(&chart.shape),
            "\" viewBox=\"0 0 ",
        ],
    );
    push_number(out, drawing.width);
    out.push(' ');
    push_number(out, drawing.height);
    out.push_str("\" font-family=\"sans-serif\" font-size=\"");
    push_number(out, TEXT_SIZE);
    out.push_str("\" fill=\"#1e1a16\"");
    match (&chart.shape, linked) {
        (ChartShape::Sparkline(_), _) => return out.push_str(" aria-hidden=\"true\" focusable=\"false\">"),
        (_, true) => push_all(out, &[" role=\"group\" aria-labelledby=\"", id, "-t\">"]),
        (_, false) => push_all(out, &[" role=\"img\" aria-labelledby=\"", id, "-t ", id, "-d\">"]),
    }
    push_all(out, &["<title id=\"", id, "-t\">"]);
    escape(out, &chart.title);
    push_all(out, &["</title><desc id=\"", id, "-d\">"]);
    escape(out, &chart.desc);
    out.push_str("</desc>");
}

fn shape_class(shape: &ChartShape) -> &'static str {
    match shape {
        ChartShape::Bars(_) => "bars",
        ChartShape::Stacked { .. } => "stacked",
        ChartShape::Lines { .. } => "lines",
        ChartShape::Ranking(_) => "ranking",
        ChartShape::Calendar { .. } => "calendar",
        ChartShape::Sparkline(_) => "spark",
    }
}

/// Writes a link, a group with a tooltip, or bare marks.
fn write_item(out: &mut String, item: &MarkGroup, id: &str) {
    let end = match (&item.href, &item.tooltip) {
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
    if let Some(tip) = &item.tooltip {
        out.push_str("<title>");
        escape(out, tip);
        out.push_str("</title>");
    }
    item.marks.iter().for_each(|mark| write_mark(out, mark, id));
    out.push_str(end);
}

fn write_mark(out: &mut String, mark: &ChartMark, id: &str) {
    match &mark.geometry {
        MarkGeometry::Rect(rect) => {
            out.push_str("<rect");
            paint(out, mark.role, id);
            write_rect(out, *rect);
        }
        MarkGeometry::Path(points) => {
            out.push_str("<path");
            paint(out, mark.role, id);
            write_path(out, points);
        }
        MarkGeometry::Symbol(at, symbol) => {
            out.push_str("<path");
            paint(out, mark.role, id);
            write_symbol(out, *at, *symbol);
        }
        MarkGeometry::Dots(points, _) if points.is_empty() => {}
        MarkGeometry::Dots(points, side) => {
            out.push_str("<path");
            paint(out, mark.role, id);
            write_dots(out, points, *side);
        }
        MarkGeometry::Text(at, anchor, text) => write_text(out, mark.role, *at, *anchor, text),
    }
}

/// An id that is valid in an attribute, in a list of ids and in `url(#…)`.
fn sanitize_id(id: &str) -> String {
    id.chars()
        .map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' })
        .collect()
}
