//! The measures of an official document (GB/T 9704-2012, clauses 5 and 7), and the arithmetic of Word's grid.
//!
//! Role: the numbers that all parts share, each with its clause. Lengths are twips (1/20 pt = 1/1440 inch) unless
//! stated otherwise. Does not write XML.
//!
//! The grid. The text area is 156 × 225 mm = 8,845 × 12,756 twips between the rounded margins. 22 lines fit when the
//! line pitch is at most 12,756 / 22 = 579.8: 579 twips = 28.95 pt. 28 characters fit when the character pitch is at
//! most 8,845 / 28 = 315.9: 315 twips = 15.75 pt, a quarter of a point less than the type; the 0.4 mm by which 28 such
//! characters fall short of 156 mm are spread over a justified line.
//!
//! The section declares this grid, and Word's dialogue shows it. The lines get it from their own style: an exact line
//! height and letters set closer by 6 twips, with the grid's own effect switched off. The reason is LibreOffice (7.4),
//! which puts a letter larger than the grid's cell into two cells: with the grid alone a line has 14 characters there
//! and 28 in Word. With 5 twips Word has 28 (8,820 of 8,845 twips) and LibreOffice, which measures on a raster of 600
//! dpi, 27; with 6 (8,792) both have 28, and 29 (9,106) fit in neither.

/// A4.
pub(super) const PAGE_WIDTH: u32 = 11_906;
/// A4.
pub(super) const PAGE_HEIGHT: u32 = 16_838;
/// 天头 37 mm (5.2.1).
pub(super) const MARGIN_TOP: u32 = 2_098;
/// 订口 28 mm (5.2.1).
pub(super) const MARGIN_LEFT: u32 = 1_587;
/// 297 − 37 − 225 mm = 35 mm.
pub(super) const MARGIN_BOTTOM: u32 = 1_984;
/// 210 − 28 − 156 mm = 26 mm.
pub(super) const MARGIN_RIGHT: u32 = 1_474;
/// The width between the margins.
pub(super) const TEXT_WIDTH: u32 = PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT;

/// 22 lines a page (5.2.3).
pub(super) const LINE_PITCH: u32 = 579;
/// 28 characters a line (5.2.3).
pub(super) const CHARACTER_PITCH: u32 = 315;
/// The character pitch as Word states it: the difference from the type size in 1/4096 pt, 15.75 − 16 pt.
pub(super) const CHARACTER_SPACE: &str = "-1024";
/// The letter spacing at which 28 letters fill a line, in twips.
pub(super) const LETTER_SPACING: &str = "-6";

/// Type sizes in half points, as Word states them.
pub(super) mod size {
    /// 2号, 22 pt: the title (7.3.1).
    pub(in super::super) const TITLE: &str = "44";
    /// 3号, 16 pt: the text (5.2.2).
    pub(in super::super) const BODY: &str = "32";
    /// 4号, 14 pt: page numbers (7.5).
    pub(in super::super) const PAGE_NUMBER: &str = "28";
    /// 小初, 36 pt: the name of a bulletin, which must be smaller than 22 mm wide letters of a higher body (7.2.4).
    pub(in super::super) const NAME: &str = "72";
    /// 4号, 14 pt: recipients, printer and the day of printing (7.4.2, 7.4.3).
    pub(in super::super) const COLOPHON: &str = "28";
    /// 小4号, 12 pt: tables and captions, for which the standard fixes no size.
    pub(in super::super) const TABLE: &str = "24";
}

/// 左右各空一字 of 4号, 14 pt (7.4.2).
pub(super) const COLOPHON_INDENT: u32 = 280;
/// The rules of the foot in eighths of a point: the first and the last one 0.35 mm, those between 0.25 mm (7.4.1).
pub(super) const THICK_RULE: &str = "8";
/// 0.25 mm (7.4.1).
pub(super) const THIN_RULE: &str = "6";
/// The red rule of the head, for which the standard fixes no thickness (7.2.7): 1 mm.
pub(super) const RED_RULE: &str = "24";
/// The red of the name and of the rule (7.2.4, 7.2.7).
pub(super) const RED: &str = "FF0000";

/// The distance of the footer's lower edge from the paper's: the dashes of a 14 pt line are then 7 mm below the text
/// area (7.5).
pub(super) const FOOTER_DISTANCE: u32 = 1_395;
/// The height of the footer's line.
pub(super) const FOOTER_LINE: u32 = 400;

/// The greatest width of a picture, in millimetres: that of the text area.
pub(super) const PICTURE_WIDTH_MM: f64 = 156.0;
/// The greatest height of a picture, in millimetres: the text area's 225 less the space for a caption.
pub(super) const PICTURE_HEIGHT_MM: f64 = 200.0;
/// A millimetre in English metric units (ECMA-376 part 1, 20.1.2.1).
pub(super) const EMU_PER_MM: f64 = 36_000.0;

/// The width of a text in full-width characters; a Latin letter or digit counts half.
pub(super) fn width_in_characters(text: &str) -> f64 {
    text.chars()
        .map(|c| match c {
            '\u{0}'..='\u{1f}' => 0.0,
            '\u{20}'..='\u{2ff}' => 0.5,
            _ => 1.0,
        })
        .sum()
}
