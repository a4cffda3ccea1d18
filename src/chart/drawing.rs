//! A laid-out chart: marks with positions and roles, without colours or a file format.
//!
//! Role: what `layout` passes to `svg` and `emf`. Lengths are in units: a chart is 380 units wide on a page and 620 (of
//! 0.25 mm) on paper; y grows downwards. A mark carries its meaning (`Role`), not its appearance.

/// What a mark means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The base line.
    Axis,
    /// A grid line.
    Grid,
    /// A bar of a chart with one series; the square of a day.
    Bar,
    /// A part of a stacked column, filled with the pattern of its series (from 0).
    Part(usize),
    /// The line of a series (from 0).
    Line(usize),
    /// A marker on the line of a series (from 0).
    Marker(usize),
    /// A day on which nothing was counted.
    EmptyDay,
    /// The invisible area that reacts to pointer and keyboard.
    HitArea,
    /// A name or a tick's number.
    Label,
    /// A printed value.
    Value,
}

/// Where a text stands relative to its x.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// A point: x, y.
pub(super) type Point = (f64, f64);

/// A rectangle by its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The form of a mark.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum MarkGeometry {
    /// A rectangle.
    Rect(Rect),
    /// Points joined by straight lines.
    Path(Vec<Point>),
    /// A symbol around a point, by its number: from 0, repeating after eight.
    Symbol(Point, usize),
    /// Small squares of a common size around points.
    Dots(Vec<Point>, f64),
    /// One line of text on its base line.
    Text(Point, Anchor, String),
}

/// One thing to draw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ChartMark {
    pub(super) role: Role,
    pub(super) geometry: MarkGeometry,
}

impl ChartMark {
    pub(super) fn rect(role: Role, x: f64, y: f64, width: f64, height: f64) -> Self {
        let geometry = MarkGeometry::Rect(Rect { x, y, width, height });
        Self { role, geometry }
    }

    pub(super) fn path(role: Role, points: Vec<Point>) -> Self {
        let geometry = MarkGeometry::Path(points);
        Self { role, geometry }
    }

    pub(super) fn text(role: Role, at: Point, anchor: Anchor, text: impl Into<String>) -> Self {
        let geometry = MarkGeometry::Text(at, anchor, text.into());
        Self { role, geometry }
    }
}

/// Marks that belong together: a bar with its value and its label.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct MarkGroup {
    pub(super) marks: Vec<ChartMark>,
    /// The item in words; read out for links, shown beside the pointer.
    pub(super) tooltip: Option<String>,
    pub(super) href: Option<String>,
}

/// A whole picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Drawing {
    pub(super) width: f64,
    pub(super) height: f64,
    /// Axes, grid, legend: drawn below the figures.
    pub(super) background: Vec<ChartMark>,
    /// The figures.
    pub(super) groups: Vec<MarkGroup>,
}
