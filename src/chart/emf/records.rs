//! The records of an enhanced metafile as bytes; numbers in brackets are sections of [MS-EMF].
//!
//! Role: sizes, counts, handles and bounds. It knows points and colours, not what they mean. Objects are created on
//! first use, selected when another one is selected, and deleted at the end.

use crate::chart::drawing::{Anchor, Point, Rect};
use crate::chart::layout::TEXT_SIZE;
use crate::chart::measure::is_wide_char;

/// Pixels per millimetre of the reference device: 10 000 px are 250 mm.
const PIXELS_PER_MM: f64 = 40.0;
const DEVICE_PIXELS: i32 = 10_000;
const DEVICE_MM: i32 = 250;

/// A colour as 0x00BBGGRR [MS-WMF 2.2.1.7].
pub(super) type Colour = u32;

/// Record types [2.1.1].
const HEADER: u32 = 1;
const POLYGON: u32 = 3;
const POLYLINE: u32 = 4;
const POLY_POLYLINE: u32 = 7;
const EOF: u32 = 14;
const SET_MAP_MODE: u32 = 17;
const SET_BK_MODE: u32 = 18;
const SET_TEXT_ALIGN: u32 = 22;
const SET_TEXT_COLOUR: u32 = 24;
const SELECT_OBJECT: u32 = 37;
const CREATE_BRUSH: u32 = 39;
const DELETE_OBJECT: u32 = 40;
const ELLIPSE: u32 = 42;
const EXT_CREATE_FONT: u32 = 82;
const EXT_TEXT_OUT: u32 = 84;
const EXT_CREATE_PEN: u32 = 95;

/// Stock objects [2.1.31].
const NULL_BRUSH: u32 = 0x8000_0005;
const NULL_PEN: u32 = 0x8000_0008;

/// Base line, with the anchors of [MS-WMF 2.1.2.3].
const TA_BASELINE: u32 = 24;

/// A drawing object that a handle stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum GdiObject {
    /// Colour, width in units, dash of the series.
    Pen(Colour, f64, usize),
    Brush(Colour),
    /// Weight: 400 or 700.
    Font(u32),
}

/// How lines are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stroke {
    pub(super) colour: Colour,
    /// In units.
    pub(super) width: f64,
    /// The series whose dash it has; 0 is solid.
    pub(super) dash: usize,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct EmfTextStyle {
    pub(super) anchor: Anchor,
    pub(super) colour: Colour,
    pub(super) bold: bool,
}

/// A metafile that is being written: all records except header and end.
pub(super) struct EmfWriter {
    bytes: Vec<u8>,
    count: u32,
    scale: f64,
    /// Handle n + 1 stands for object n.
    objects: Vec<GdiObject>,
    /// The selected pen, brush and font, by handle.
    selected: [Option<u32>; 3],
    text: Option<(Anchor, Colour)>,
}

impl EmfWriter {
    /// Starts a metafile of `scale` pixels per unit.
    pub(super) fn new(scale: f64) -> Self {
        let mut new = Self {
            bytes: Vec::new(),
            count: 0,
            scale,
            objects: Vec::new(),
            selected: [None; 3],
            text: None,
        };
        new.write_record(SET_MAP_MODE, &[1]);
        new.write_record(SET_BK_MODE, &[1]);
        new
    }

    /// A rectangle with or without an edge. Drawn as a polygon: the rectangle record ends one pixel early.
    pub(super) fn rect(&mut self, rect: Rect, fill: Option<Colour>, stroke: Option<Stroke>) {
        let (right, bottom) = (rect.x + rect.width, rect.y + rect.height);
        self.polygon(
            &[(rect.x, rect.y), (right, rect.y), (right, bottom), (rect.x, bottom)],
            fill,
            stroke,
        );
    }

    /// A closed figure.
    pub(super) fn polygon(&mut self, points: &[Point], fill: Option<Colour>, stroke: Option<Stroke>) {
        self.use_brush(fill);
        self.use_pen(stroke);
        let body = self.point_fields(points);
        self.write_record(POLYGON, &body);
    }

    /// An open line.
    pub(super) fn polyline(&mut self, points: &[Point], stroke: Stroke) {
        self.use_pen(Some(stroke));
        let body = self.point_fields(points);
        self.write_record(POLYLINE, &body);
    }

    /// Many separate lines.
    pub(super) fn segments(&mut self, segments: &[[Point; 2]], stroke: Stroke) {
        if segments.is_empty() {
            return;
        }
        self.use_pen(Some(stroke));
        let points: Vec<Point> = segments.iter().flatten().copied().collect();
        let mut body = self.bounds(&points).to_vec();
        body.extend([to_u32(segments.len()), to_u32(points.len())]);
        body.extend(segments.iter().map(|_| 2));
        body.extend(self.pixels(&points));
        self.write_record(POLY_POLYLINE, &body);
    }

    /// A filled circle.
    pub(super) fn circle(&mut self, (x, y): Point, radius: f64, fill: Colour) {
        self.use_brush(Some(fill));
        self.use_pen(None);
        let body = self.bounds(&[(x - radius, y - radius), (x + radius, y + radius)]);
        self.write_record(ELLIPSE, &body);
    }

    /// One line of text [2.3.5.8]. Each wide character advances by one em; where 宋体 has half an em, the advance is a
    /// little more, because digits of the faces that replace it would run into one another.
    pub(super) fn text(&mut self, at: Point, text: &str, face: EmfTextStyle) {
        let em = self.pixel(TEXT_SIZE);
        let units: Vec<(u16, u32)> = text.chars().flat_map(|c| advances(c, em)).collect();
        if units.is_empty() {
            return;
        }
        self.use_font(if face.bold { 700 } else { 400 });
        self.use_text_style(face.anchor, face.colour);
        let count = to_u32(units.len());
        let string = pack_utf16(units.iter().map(|(unit, _)| *unit));
        let dx_offset = 76 + byte_size(&string);
        let mut body = vec![0, 0, u32::MAX, u32::MAX, 1, 1_f32.to_bits(), 1_f32.to_bits()];
        body.extend(self.pixels(&[at]));
        body.extend([count, 76, 0, 0, 0, u32::MAX, u32::MAX, dx_offset]);
        body.extend(string);
        body.extend(units.iter().map(|(_, advance)| *advance));
        self.write_record(EXT_TEXT_OUT, &body);
    }

    /// The whole file for a picture of this size in units.
    pub(super) fn finish(mut self, width: f64, height: f64) -> Vec<u8> {
        for n in 0..self.objects.len() {
            self.write_record(DELETE_OBJECT, &[handle(n)]);
        }
        self.write_record(EOF, &[0, 16, 20]);
        let mut whole = self.header(width, height);
        whole.extend(self.bytes);
        whole
    }

    /// The header with both extensions [2.3.4.2].
    fn header(&self, width: f64, height: f64) -> Vec<u8> {
        let (right, bottom) = (self.pixel(width), self.pixel(height));
        let hundredths = |pixels: u32| (f64::from(pixels) * 100.0 / PIXELS_PER_MM).round() as u32;
        let size = 108_u32;
        let mut fields = vec![HEADER, size];
        fields.extend([0, 0, right.saturating_sub(1), bottom.saturating_sub(1)]);
        fields.extend([0, 0, hundredths(right), hundredths(bottom)]);
        fields.extend([
            0x464d_4520,
            0x0001_0000,
            size + to_u32(self.bytes.len()),
            self.count + 1,
        ]);
        // The number of handles includes handle 0, the metafile itself; the upper half of the field is reserved.
        fields.push(to_u32(self.objects.len()) + 1);
        fields.extend([0, 0, 0]);
        fields.extend([DEVICE_PIXELS, DEVICE_PIXELS, DEVICE_MM, DEVICE_MM].map(i32::cast_unsigned));
        fields.extend([0, 0, 0]);
        fields.extend([DEVICE_MM * 1000, DEVICE_MM * 1000].map(i32::cast_unsigned));
        fields.into_iter().flat_map(u32::to_le_bytes).collect()
    }

    /// Type, size, body.
    fn write_record(&mut self, record_type: u32, body: &[u32]) {
        self.count += 1;
        let size = 8 + byte_size(body);
        self.bytes
            .extend([record_type, size].into_iter().flat_map(u32::to_le_bytes));
        self.bytes.extend(body.iter().flat_map(|field| field.to_le_bytes()));
    }

    fn pixel(&self, units: f64) -> u32 {
        ((units * self.scale).round() as i32).cast_unsigned()
    }

    fn pixels(&self, points: &[Point]) -> Vec<u32> {
        points
            .iter()
            .flat_map(|&(x, y)| [self.pixel(x), self.pixel(y)])
            .collect()
    }

    /// The smallest rectangle around the points.
    fn bounds(&self, points: &[Point]) -> [u32; 4] {
        let over = |pick: fn(&Point) -> f64, choose: fn(f64, f64) -> f64| {
            points.iter().map(pick).reduce(choose).unwrap_or(0.0)
        };
        let (left, top) = (over(|p| p.0, f64::min), over(|p| p.1, f64::min));
        let (right, bottom) = (over(|p| p.0, f64::max), over(|p| p.1, f64::max));
        [self.pixel(left), self.pixel(top), self.pixel(right), self.pixel(bottom)]
    }

    /// Bounds, number, points.
    fn point_fields(&self, points: &[Point]) -> Vec<u32> {
        let mut body = self.bounds(points).to_vec();
        body.push(to_u32(points.len()));
        body.extend(self.pixels(points));
        body
    }

    fn use_pen(&mut self, stroke: Option<Stroke>) {
        let pen = stroke.map(|stroke| self.object(GdiObject::Pen(stroke.colour, stroke.width, stroke.dash)));
        self.select(0, pen.unwrap_or(NULL_PEN));
    }

    fn use_brush(&mut self, fill: Option<Colour>) {
        let brush = fill.map(|colour| self.object(GdiObject::Brush(colour)));
        self.select(1, brush.unwrap_or(NULL_BRUSH));
    }

    fn use_font(&mut self, weight: u32) {
        let font = self.object(GdiObject::Font(weight));
        self.select(2, font);
    }

    fn use_text_style(&mut self, anchor: Anchor, colour: Colour) {
        if self.text != Some((anchor, colour)) {
            self.text = Some((anchor, colour));
            let align = match anchor {
                Anchor::Start => 0,
                Anchor::End => 2,
                Anchor::Middle => 6,
            };
            self.write_record(SET_TEXT_ALIGN, &[TA_BASELINE | align]);
            self.write_record(SET_TEXT_COLOUR, &[colour]);
        }
    }

    fn select(&mut self, slot: usize, handle: u32) {
        if self.selected[slot] != Some(handle) {
            self.selected[slot] = Some(handle);
            self.write_record(SELECT_OBJECT, &[handle]);
        }
    }

    /// The handle of an object, created if it is new.
    fn object(&mut self, object: GdiObject) -> u32 {
        if let Some(n) = self.objects.iter().position(|known| *known == object) {
            return handle(n);
        }
        self.objects.push(object);
        let handle = handle(self.objects.len() - 1);
        match object {
            GdiObject::Pen(colour, width, dash) => self.create_pen(handle, colour, width, dash),
            GdiObject::Brush(colour) => self.write_record(CREATE_BRUSH, &[handle, 0, colour, 0]),
            GdiObject::Font(weight) => self.create_font(handle, weight),
        }
        handle
    }

    /// A geometric pen with flat caps [2.3.7.9]: only geometric pens have both a width and a dash.
    fn create_pen(&mut self, handle: u32, colour: Colour, width: f64, dash: usize) {
        let style = 0x0001_0000 | 0x0200 | [0, 1, 2, 3, 4, 1, 4, 2][dash % 8];
        self.write_record(
            EXT_CREATE_PEN,
            &[handle, 0, 0, 0, 0, style, self.pixel(width).max(1), 0, colour, 0, 0],
        );
    }

    /// 宋体 at the text's height [2.3.7.8], with a `LogFontPanose` of 320 bytes as Windows writes it.
    fn create_font(&mut self, handle: u32, weight: u32) {
        let height = self.pixel(TEXT_SIZE).cast_signed().saturating_neg().cast_unsigned();
        // The character set, GB2312, is the last of four single bytes and so the highest of their field.
        let mut body = vec![handle, height, 0, 0, 0, weight, 134 << 24, 0];
        body.extend(pack_utf16("宋体".encode_utf16()));
        body.resize(1 + 320 / 4, 0);
        self.write_record(EXT_CREATE_FONT, &body);
    }
}

/// Handle of the n-th object; 0 is the metafile itself.
fn handle(n: usize) -> u32 {
    to_u32(n) + 1
}

/// A length as the format stores it. A chart has some thousand marks at most.
fn to_u32(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn byte_size(fields: &[u32]) -> u32 {
    to_u32(fields.len() * 4)
}

/// UTF-16 in fields of four bytes, the last one filled up with 0.
fn pack_utf16(units: impl Iterator<Item = u16>) -> Vec<u32> {
    let units: Vec<u16> = units.collect();
    let field = |pair: &[u16]| u32::from(pair[0]) | u32::from(pair.get(1).copied().unwrap_or(0)) << 16;
    units.chunks(2).map(field).collect()
}

/// A character's UTF-16 units, each with its advance; the second unit of a surrogate pair has advance 0.
fn advances(c: char, em: u32) -> Vec<(u16, u32)> {
    let advance = if c.is_control() {
        0
    } else if is_wide_char(c) {
        em
    } else {
        em * 9 / 16
    };
    let mut buffer = [0; 2];
    let units = c.encode_utf16(&mut buffer);
    units
        .iter()
        .enumerate()
        .map(|(n, unit)| (*unit, if n == 0 { advance } else { 0 }))
        .collect()
}
