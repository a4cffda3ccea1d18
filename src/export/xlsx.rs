//! Tables as an Excel file to count on.
//!
//! Role: `Workbook` → bytes: numbers as numbers, days as days, links to evidence, a head row that stays and filters, a
//! chart. What Excel cannot hold (long texts, more links than its limit, odd names of sheets) is cut to what it can.
//! Does not know what the numbers mean.

use super::legal;
use super::sheet::{Cell, Column, Sheet, SheetChart, Workbook};
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{
    Chart, ChartType, Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Url, Worksheet, XlsxError,
};
use std::collections::BTreeSet;
use std::ops::Range;

/// Excel's specifications and limits: characters in a cell, in UTF-16 units.
const LONGEST_TEXT: usize = 32_767;
/// Excel's limit of hyperlinks in a sheet.
const MOST_LINKS: usize = 65_530;
/// Excel's limit of an address, in UTF-16 units.
const LONGEST_ADDRESS: usize = 2_079;
/// Excel's limit of a sheet's name, in UTF-16 units.
const LONGEST_NAME: usize = 31;
/// Rows of a sheet under its head; further rows go to a further sheet.
const MOST_ROWS: usize = 1_048_575;
/// The height of a row of one line, in points: Excel's own.
const LINE_HEIGHT: f64 = 15.0;
/// Excel's limit of a row's height.
const MOST_HEIGHT: f64 = 409.0;
/// Columns that an upright A4 page shows well.
const MOST_UPRIGHT: u16 = 6;
/// The widest column that is made by itself, in Latin characters.
const WIDEST: f64 = 60.0;

/// The workbook as an Excel file; equal workbooks give equal bytes.
///
/// # Errors
/// A sheet has more than 16,384 columns, or the file more bytes than a zip can hold.
pub fn xlsx(workbook: &Workbook) -> Result<Vec<u8>, String> {
    written(workbook).map_err(|error| error.to_string())
}

fn written(workbook: &Workbook) -> Result<Vec<u8>, XlsxError> {
    let mut file = rust_xlsxwriter::Workbook::new();
    let mut properties = DocProperties::new().set_title(legal::characters(&workbook.title));
    // A day that Excel does not know still must not become the day of the build.
    let created = excel_date(workbook.created).map_or_else(|| ExcelDateTime::from_ymd(1900, 1, 1), Ok)?;
    properties = properties.set_creation_datetime(&created);
    file.set_properties(&properties);
    let formats = Formats::new();
    let mut names = BTreeSet::new();
    for sheet in &workbook.sheets {
        for rows in pages(&sheet.rows) {
            let name = name(&sheet.name, &mut names);
            write_sheet(file.add_worksheet().set_name(name)?, sheet, rows, &formats)?;
        }
    }
    if workbook.sheets.is_empty() {
        // Excel opens no file without a sheet.
        file.add_worksheet();
    }
    file.save_to_buffer()
}

/// The rows in pieces that fit into a sheet; one empty piece when there are none.
fn pages(rows: &[Vec<Cell>]) -> Vec<&[Vec<Cell>]> {
    if rows.is_empty() {
        vec![rows]
    } else {
        rows.chunks(MOST_ROWS).collect()
    }
}

/// The looks of cells.
struct Formats {
    head: Format,
    text: Format,
    number: Format,
    percent: Format,
    /// A number that there is not.
    none: Format,
    date: Format,
    link: Format,
}

impl Formats {
    fn new() -> Formats {
        let cell = Format::new().set_align(FormatAlign::VerticalCenter);
        let head = cell.clone().set_bold().set_text_wrap().set_align(FormatAlign::Center);
        Formats {
            head: head
                .set_background_color(Color::RGB(0x00F2_F2F2))
                .set_border_bottom(FormatBorder::Thin),
            text: cell.clone().set_text_wrap(),
            number: cell.clone(),
            none: cell.clone().set_align(FormatAlign::Right),
            percent: cell.clone().set_num_format("0.0%"),
            date: cell.clone().set_num_format("yyyy-mm-dd"),
            link: cell.set_hyperlink(),
        }
    }
}

fn write_sheet(page: &mut Worksheet, sheet: &Sheet, rows: &[Vec<Cell>], formats: &Formats) -> Result<(), XlsxError> {
    let columns = column(sheet.columns.len())?;
    for (at, head) in (0..columns).zip(&sheet.columns) {
        page.write_string_with_format(0, at, text(&head.title), &formats.head)?;
        page.set_column_width(at, width(head, usize::from(at), rows))?;
    }
    set_heights(page, sheet, rows)?;
    let mut links = 0;
    for (row, cells) in (1..).zip(rows) {
        for (at, cell) in cells.iter().enumerate() {
            write_cell(page, (row, column(at)?), cell, formats, &mut links)?;
        }
    }
    let last = rows.len() as u32;
    page.set_freeze_panes(1, 0)?;
    page.set_repeat_rows(0, 0)?;
    // A4, as wide as the paper, as long as it needs.
    page.set_paper_size(9).set_print_fit_to_pages(1, 0);
    if columns > MOST_UPRIGHT {
        page.set_landscape();
    }
    if columns > 0 {
        page.autofilter(0, 0, last, columns - 1)?;
    }
    match &sheet.chart {
        Some(wanted) if wanted.labels.max(wanted.values) < columns => {
            let shown = wanted.rows.start..wanted.rows.end.min(last);
            if !shown.is_empty() {
                let drawn = chart(page, wanted, &shown);
                // Under the table: beside it, a printed sheet would be too wide to be read.
                page.insert_chart(last + 2, 0, &drawn)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn column(at: usize) -> Result<u16, XlsxError> {
    u16::try_from(at).map_err(|_| XlsxError::RowColumnLimitError)
}

fn write_cell(
    page: &mut Worksheet,
    (row, at): (u32, u16),
    cell: &Cell,
    formats: &Formats,
    links: &mut usize,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Number(number) => {
            page.write_number_with_format(row, at, float(*number), &formats.number)?;
        }
        Cell::Percent(share) if share.is_finite() => {
            page.write_number_with_format(row, at, *share, &formats.percent)?;
        }
        Cell::Date(day) => match excel_date(*day) {
            Some(day) => {
                page.write_datetime_with_format(row, at, &day, &formats.date)?;
            }
            None => write_text(page, (row, at), &cell.text(), &formats.text)?,
        },
        Cell::Percent(_) => write_text(page, (row, at), &cell.text(), &formats.none)?,
        Cell::Text(_) => write_text(page, (row, at), &cell.text(), &formats.text)?,
        Cell::Link { url, .. } => match link(url, links) {
            Some(link) if !cell.text().is_empty() => {
                page.write_url_with_options(row, at, &link, text(&cell.text()), "", Some(&formats.link))?;
            }
            _ => write_text(page, (row, at), &cell.text(), &formats.text)?,
        },
        Cell::NumberLink { number, url } => {
            let link = link(url, links);
            if let Some(link) = &link {
                page.write_url_with_options(row, at, link, "0", "", Some(&formats.link))?;
            }
            // The number takes the place of the link's text; the link stays.
            let format = if link.is_some() { &formats.link } else { &formats.number };
            page.write_number_with_format(row, at, float(*number), format)?;
        }
    }
    Ok(())
}

fn write_text(page: &mut Worksheet, (row, at): (u32, u16), words: &str, format: &Format) -> Result<(), XlsxError> {
    page.write_string_with_format(row, at, text(words), format).map(|_| ())
}

/// The text as a cell can hold it.
fn text(words: &str) -> String {
    cut(&legal::characters(words), LONGEST_TEXT)
}

/// The longest beginning that has at most so many UTF-16 units.
fn cut(text: &str, most: usize) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= most
        })
        .collect()
}

/// The address of a link, if Excel can hold it and one link more.
fn link(url: &str, links: &mut usize) -> Option<Url> {
    let address = legal::address(url)?;
    if *links >= MOST_LINKS || address.len() > LONGEST_ADDRESS {
        return None;
    }
    *links += 1;
    Some(Url::new(address))
}

/// The nearest number that Excel can count on; it has 15 digits.
fn float(number: Decimal) -> f64 {
    number.to_f64().unwrap_or(0.0)
}

/// A day from 1900-01-01 to 9999-12-31, the days that Excel knows.
fn excel_date(day: Date) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok().filter(|year| *year >= 1900)?;
    ExcelDateTime::from_ymd(year, day.month().unsigned_abs(), day.day().unsigned_abs()).ok()
}

/// The stated width, or what the texts need; the arrow of the filter needs room beside the title.
fn width(column: &Column, at: usize, rows: &[Vec<Cell>]) -> f64 {
    if let Some(width) = column.width.filter(|width| width.is_finite()) {
        return width.clamp(1.0, 255.0);
    }
    let cells = rows.iter().filter_map(|row| row.get(at));
    let longest = cells.map(|cell| characters(&cell.text())).fold(0.0, f64::max);
    (longest + 2.0).max(characters(&column.title) + 4.0).min(WIDEST)
}

/// Rows whose texts need several lines get them: Excel would do so by itself, LibreOffice prints one line over the next.
fn set_heights(page: &mut Worksheet, sheet: &Sheet, rows: &[Vec<Cell>]) -> Result<(), XlsxError> {
    let widths: Vec<f64> = (0..)
        .zip(&sheet.columns)
        .map(|(at, column)| width(column, at, rows))
        .collect();
    for (row, cells) in (1..).zip(rows) {
        let lines = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| lines(cell, *width))
            .fold(1.0, f64::max);
        if lines > 1.0 {
            page.set_row_height(row, (lines * LINE_HEIGHT).min(MOST_HEIGHT))?;
        }
    }
    Ok(())
}

/// The lines of a cell in a column of so many Latin characters; only plain text is wrapped.
fn lines(cell: &Cell, width: f64) -> f64 {
    let Cell::Text(text) = cell else { return 1.0 };
    // A wide character that does not fit leaves its half of the line empty, and the cell has margins.
    let room = (width - 2.0).max(2.0);
    text.lines().map(|line| (characters(line) / room).ceil().max(1.0)).sum()
}

/// The width of the longest line in Latin characters.
fn characters(text: &str) -> f64 {
    let line = |line: &str| line.chars().map(|c| if c < '\u{300}' { 1.0 } else { 2.0 }).sum();
    text.lines().map(line).fold(0.0, f64::max)
}

/// The name as Excel allows it: at most 31 units, without `[]:*?/\`, not between apostrophes, not reserved, not used
/// before (capitals do not matter).
fn name(wanted: &str, used: &mut BTreeSet<String>) -> String {
    let legal = legal::characters(wanted).replace(['[', ']', ':', '*', '?', '/', '\\', '\n', '\r', '\t'], " ");
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
            let short = cut(base, LONGEST_NAME - suffix.len());
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
    // Behind an equals sign the library would look for a cell's name.
    let title = text(wanted.title.trim_start_matches('='));
    chart.title().set_name(cut(&title, 255).as_str());
    chart.legend().set_hidden();
    chart
}

#[cfg(test)]
mod tests;
