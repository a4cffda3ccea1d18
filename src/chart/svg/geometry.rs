//! Coordinates and texts as SVG writes them.
//!
//! Role: attributes of shapes, numbers, escaped text. It knows no colours.

use crate::chart::drawing::{Anchor, Point, Rect, Role};
use crate::html;

/// Appends strings.
pub(super) fn push_all(out: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| out.push_str(part));
}

pub(super) fn write_rect(out: &mut String, rect: Rect) {
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

pub(super) fn write_path(out: &mut String, points: &[Point]) {
    out.push_str(" d=\"");
    for (n, point) in points.iter().enumerate() {
        out.push(if n == 0 { 'M' } else { 'L' });
        push_point(out, *point);
    }
    out.push_str("\"/>");
}

pub(super) fn write_dots(out: &mut String, points: &[Point], side: f64) {
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

/// Circle, square, triangle, diamond, cross, plus, triangle on its tip, bar.
pub(super) fn write_symbol(out: &mut String, at: Point, symbol: usize) {
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
            "m0 5.5l5.5-10h-11z",
            "m-5.5-1.5h11v3h-11z",
        ][symbol % 8],
    );
    out.push_str("\"/>");
}

pub(super) fn write_text(out: &mut String, role: Role, at: Point, anchor: Anchor, text: &str) {
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

/// Appends a number with at most two decimals. Numbers are most of a chart's text, and the standard formatting of
/// floats takes several times as long as this code.
pub(super) fn push_number(out: &mut String, value: f64) {
    // The cast saturates and turns NaN into 0, so the output consists of digits only.
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

/// Appends a text or an attribute value on one line. Characters that XML 1.0 (§ 2.2) forbids are left out.
pub(super) fn escape(out: &mut String, text: &str) {
    let is_forbidden = |c: char| matches!(c, '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if !text.contains(is_forbidden) {
        return html::escape(out, text);
    }
    let spaced = text.replace(['\t', '\n', '\r'], " ");
    html::escape(out, &spaced.replace(is_forbidden, ""));
}
