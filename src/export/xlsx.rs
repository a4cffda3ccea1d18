//! Tables as an Excel file to calculate with.
//!
//! Role: `Workbook` → bytes. Numbers and days keep their types, cells link to evidence, the head row is frozen and has
//! filters, and a sheet may have a chart. Values beyond Excel's limits (long texts, too many links, invalid names of
//! sheets) are cut or replaced. Does not know what the numbers mean.

use super::sanitize;
use super::sheet::{SheetCell, SheetChart, SheetColumn, Workbook, WorkbookSheet};
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{
    Chart, ChartType, Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Url, Worksheet,
    XlsxError,
};
use std::collections::BTreeSet;
use std::ops::Range;

/// Excel's limit of a cell's text, in UTF-16 units ("Excel specifications and limits").
const MAX_TEXT_LENGTH: usize = 32_767;
/// Excel's limit of hyperlinks in a sheet.
const MAX_LINKS: usize = 65_530;
/// Excel's limit of an address, in UTF-16 units.
const MAX_URL_LENGTH: usize = 2_079;
/// Excel's limit of a sheet's name, in UTF-16 units.
const MAX_NAME_LENGTH: usize = 31;
/// Excel's limit of rows in a sheet, without the head; further rows go to another sheet.
const MAX_ROWS: usize = 1_048_575;
/// The height of a row of one line, in points: Excel's default.
const LINE_HEIGHT: f64 = 15.0;
/// Excel's limit of a row's height, in points.
const MAX_ROW_HEIGHT: f64 = 409.0;
/// The most columns that are printed on a portrait page; a sheet with more is printed in landscape.
const MAX_PORTRAIT_COLUMNS: u16 = 6;
/// The widest column that is fitted to its texts, in Latin characters.
const MAX_AUTO_WIDTH: f64 = 60.0;

/// The workbook as an Excel file; equal workbooks give equal bytes.
///
/// # Errors
/// A sheet has more than 16,384 columns, or the file more bytes than a zip can hold.
pub fn xlsx(workbook: &Workbook) -> Result<Vec<u8>, String> {
    write_workbook(workbook).map_err(|error| error.to_string())
}

fn write_workbook(workbook: &Workbook) -> Result<Vec<u8>, XlsxError> {
    let mut file = rust_xlsxwriter::Workbook::new();
    let mut properties = DocProperties::new().set_title(sanitize::strip_forbidden_chars(&workbook.title));
    // Without a date the library would write the day of the build, so a day that Excel does not know becomes
    // 1900-01-01.
    let created = excel_date(workbook.created).map_or_else(|| ExcelDateTime::from_ymd(1900, 1, 1), Ok)?;
    properties = properties.set_creation_datetime(&created);
    file.set_properties(&properties);
    let formats = CellFormats::new();
    let mut names = BTreeSet::new();
    for sheet in &workbook.sheets {
        for rows in split_rows(&sheet.rows) {
            let name = sheet_name(&sheet.name, &mut names);
            write_sheet(file.add_worksheet().set_name(name)?, sheet, rows, &formats)?;
        }
    }
    if workbook.sheets.is_empty() {
        // Excel opens no file without a sheet.
        file.add_worksheet();
    }
    file.save_to_buffer()
}

/// Splits the rows into pieces that fit into a sheet; returns one empty piece when there are no rows.
fn split_rows(rows: &[Vec<SheetCell>]) -> Vec<&[Vec<SheetCell>]> {
    if rows.is_empty() {
        vec![rows]
    } else {
        rows.chunks(MAX_ROWS).collect()
    }
}

/// The formats of cells.
struct CellFormats {
    head: Format,
    text: Format,
    number: Format,
    percent: Format,
    small_percent: Format,
    /// A percentage that does not exist, shown as a dash.
    missing: Format,
    date: Format,
    link: Format,
}

impl CellFormats {
    fn new() -> CellFormats {
        let cell = Format::new().set_align(FormatAlign::VerticalCenter);
        let head = cell.clone().set_bold().set_text_wrap().set_align(FormatAlign::Center);
        CellFormats {
            head: head
                .set_background_color(Color::RGB(0x00F2_F2F2))
                .set_border_bottom(FormatBorder::Thin),
            text: cell.clone().set_text_wrap(),
            number: cell.clone(),
            missing: cell.clone().set_align(FormatAlign::Right),
            percent: cell.clone().set_num_format("0.0%"),
            small_percent: cell.clone().set_num_format("0.0######%"),
            date: cell.clone().set_num_format("yyyy-mm-dd"),
            link: cell.set_hyperlink(),
        }
    }
}

fn write_sheet(
    page: &mut Worksheet,
    sheet: &WorkbookSheet,
    rows: &[Vec<SheetCell>],
    formats: &CellFormats,
) -> Result<(), XlsxError> {
    let columns = column_index(sheet.columns.len())?;
    for (at, head) in (0..columns).zip(&sheet.columns) {
        page.write_string_with_format(0, at, cell_text(&head.title), &formats.head)?;
        page.set_column_width(at, column_width(head, usize::from(at), rows))?;
    }
    set_heights(page, sheet, rows)?;
    let mut links = 0;
    for (row, cells) in (1..).zip(rows) {
        for (at, cell) in cells.iter().enumerate() {
            write_cell(page, (row, column_index(at)?), cell, formats, &mut links)?;
        }
    }
    let last = rows.len() as u32;
    page.set_freeze_panes(1, 0)?;
    page.set_repeat_rows(0, 0)?;
    // A4, one page wide and as many pages long as needed.
    page.set_paper_size(9).set_print_fit_to_pages(1, 0);
    if columns > MAX_PORTRAIT_COLUMNS {
        page.set_landscape();
    }
    if columns > 0 {
        page.autofilter(0, 0, last, columns - 1)?;
    }
    match &sheet.chart {
        Some(wanted) if wanted.labels.max(wanted.values) < columns => {
            let chart_rows = wanted.rows.start..wanted.rows.end.min(last);
            if !chart_rows.is_empty() {
                let drawn = chart(page, wanted, &chart_rows);
                // Below the table: beside it, the chart would make the printed sheet too wide to read.
                page.insert_chart(last + 2, 0, &drawn)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn column_index(at: usize) -> Result<u16, XlsxError> {
    u16::try_from(at).map_err(|_| XlsxError::RowColumnLimitError)
}

fn write_cell(
    page: &mut Worksheet,
    (row, at): (u32, u16),
    cell: &SheetCell,
    formats: &CellFormats,
    links: &mut usize,
) -> Result<(), XlsxError> {
    match cell {
        SheetCell::Empty => {}
        SheetCell::Number(number) => {
            page.write_number_with_format(row, at, decimal_to_f64(*number), &formats.number)?;
        }
        SheetCell::Formula { formula, value } => {
            let formula = Formula::new(format!("={formula}")).set_result(value.normalize().to_string());
            page.write_formula_with_format(row, at, formula, &formats.number)?;
        }
        SheetCell::Percent(share) if share.is_finite() => {
            // 10,000 → 10,004 is not 0.0%.
            let is_small = *share != 0.0 && share.abs() < 0.0005;
            let format = if is_small {
                &formats.small_percent
            } else {
                &formats.percent
            };
            page.write_number_with_format(row, at, *share, format)?;
        }
        SheetCell::Date(day) => match excel_date(*day) {
            Some(day) => {
                page.write_datetime_with_format(row, at, &day, &formats.date)?;
            }
            None => write_text(page, (row, at), &cell.text(), &formats.text)?,
        },
        SheetCell::Percent(_) => write_text(page, (row, at), &cell.text(), &formats.missing)?,
        SheetCell::Text(_) => write_text(page, (row, at), &cell.text(), &formats.text)?,
        SheetCell::Link { url, .. } => match hyperlink(url, links) {
            Some(link) if !cell.text().is_empty() => {
                page.write_url_with_options(row, at, &link, cell_text(&cell.text()), "", Some(&formats.link))?;
            }
            _ => write_text(page, (row, at), &cell.text(), &formats.text)?,
        },
        SheetCell::NumberLink { number, url } => {
            let link = hyperlink(url, links);
            if let Some(link) = &link {
                page.write_url_with_options(row, at, link, "0", "", Some(&formats.link))?;
            }
            // The number replaces the link's text; the link stays.
            let format = if link.is_some() { &formats.link } else { &formats.number };
            page.write_number_with_format(row, at, decimal_to_f64(*number), format)?;
        }
    }
    Ok(())
}

fn write_text(page: &mut Worksheet, (row, at): (u32, u16), words: &str, format: &Format) -> Result<(), XlsxError> {
    page.write_string_with_format(row, at, cell_text(words), format)
        .map(|_| ())
}

/// The text without forbidden characters, cut to Excel's limit.
fn cell_text(words: &str) -> String {
    truncate(&sanitize::strip_forbidden_chars(words), MAX_TEXT_LENGTH)
}

/// The longest prefix of at most `max_units` UTF-16 units.
fn truncate(text: &str, max_units: usize) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= max_units
        })
        .collect()
}

/// The address of a link; `None` when it is invalid or too long, or when the sheet has `MAX_LINKS` links already.
fn hyperlink(url: &str, links: &mut usize) -> Option<Url> {
    let address = sanitize::sanitize_url(url)?;
    if *links >= MAX_LINKS || address.len() > MAX_URL_LENGTH {
        return None;
    }
    *links += 1;
    Some(Url::new(address))
}

/// The nearest number that Excel can store; it keeps 15 digits.
fn decimal_to_f64(number: Decimal) -> f64 {
    number.to_f64().unwrap_or(0.0)
}

/// The day as an Excel date; `None` outside 1900-01-01 to 9999-12-31, the days that Excel knows.
fn excel_date(day: Date) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok().filter(|year| *year >= 1900)?;
    ExcelDateTime::from_ymd(year, day.month().unsigned_abs(), day.day().unsigned_abs()).ok()
}

/// The stated width, or the width that the texts need. The filter's arrow needs space beside the title.
fn column_width(column: &SheetColumn, at: usize, rows: &[Vec<SheetCell>]) -> f64 {
    if let Some(width) = column.width.filter(|width| width.is_finite()) {
        return width.clamp(1.0, 255.0);
    }
    let cells = rows.iter().filter_map(|row| row.get(at));
    let longest = cells.map(|cell| display_width(&cell.text())).fold(0.0, f64::max);
    (longest + 2.0)
        .max(display_width(&column.title) + 4.0)
        .min(MAX_AUTO_WIDTH)
}

/// Sets the height of rows whose texts need several lines. Excel would do so by itself; LibreOffice prints the lines
/// over one another.
fn set_heights(page: &mut Worksheet, sheet: &WorkbookSheet, rows: &[Vec<SheetCell>]) -> Result<(), XlsxError> {
    let widths: Vec<f64> = (0..)
        .zip(&sheet.columns)
        .map(|(at, column)| column_width(column, at, rows))
        .collect();
    for (row, cells) in (1..).zip(rows) {
        let lines = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| line_count(cell, *width))
            .fold(1.0, f64::max);
        if lines > 1.0 {
            page.set_row_height(row, (lines * LINE_HEIGHT).min(MAX_ROW_HEIGHT))?;
        }
    }
    Ok(())
}

/// The number of lines of a cell in a column of `width` Latin characters; only plain text is wrapped.
fn line_count(cell: &SheetCell, width: f64) -> f64 {
    let SheetCell::Text(text) = cell else { return 1.0 };
    // The cell has margins, and a wide character that does not fit leaves half its width empty at the end of the line.
    let available = (width - 2.0).max(2.0);
    text.lines()
        .map(|line| (display_width(line) / available).ceil().max(1.0))
        .sum()
}

/// The width of the longest line in Latin characters.
fn display_width(text: &str) -> f64 {
    let line = |line: &str| line.chars().map(|c| if c < '\u{300}' { 1.0 } else { 2.0 }).sum();
    text.lines().map(line).fold(0.0, f64::max)
}

/// Makes a valid and unique sheet name: at most 31 UTF-16 units, without `[]:*?/\`, without apostrophes at its ends,
/// not reserved, and not in `used` (case is ignored).
fn sheet_name(wanted: &str, used: &mut BTreeSet<String>) -> String {
    let legal =
        sanitize::strip_forbidden_chars(wanted).replace(['[', ']', ':', '*', '?', '/', '\\', '\n', '\r', '\t'], " ");
    let legal = legal.trim_matches(|c: char| c == '\'' || c.is_whitespace());
    let base = if legal.is_empty() || legal.eq_ignore_ascii_case("history") {
        "表"
    } else {
        legal
    };
    (1..)
        .map(|number: u32| {
            let suffix = if number == 1 {
                String::new()
            } else {
                format!(" ({number})")
            };
            let short = truncate(base, MAX_NAME_LENGTH - suffix.len());
            format!("{}{suffix}", short.trim_end_matches(['\'', ' ']))
        })
        .find(|name| used.insert(name.to_lowercase()))
        .expect("there are more numbers than sheets")
}

fn chart(page: &Worksheet, wanted: &SheetChart, rows: &Range<u32>) -> Chart {
    let sheet = page.name();
    // The head is row 0.
    let (first, last) = (rows.start + 1, rows.end);
    let mut chart = Chart::new(ChartType::Column);
    chart
        .add_series()
        .set_categories((sheet.as_str(), first, wanted.labels, last, wanted.labels))
        .set_values((sheet.as_str(), first, wanted.values, last, wanted.values));
    // The library takes a title that begins with an equals sign for a reference to a cell.
    let title = cell_text(wanted.title.trim_start_matches('='));
    chart.title().set_name(truncate(&title, 255).as_str());
    chart.legend().set_hidden();
    chart
}

#[cfg(test)]
mod tests;
