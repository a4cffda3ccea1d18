//! Reads workbooks: `.xlsx` cell by cell, `.xls` and `.ods` sheet by sheet.
//!
//! The format is detected from the bytes, because offices rename files. The library (calamine) indexes and unwraps in
//! places where a damaged file can be wrong, so its panics are caught and reported as a damaged file.

use super::error::{EMPTY, LedgerError};
use super::hidden_rows::{self, HiddenRows};
use super::sheet::{Cell, CellDate, LedgerRow, LedgerSheet};
use super::{limits, opendocument};
use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Ods, Range, Reader, Sheet as Named, SheetType, SheetVisible, Xls, Xlsx,
    XlsxFormulaMetadata,
};
use calamine::{OdsError, XlsError, XlsxError};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

const ZIP_SIGNATURE: &[u8] = b"PK\x03\x04";
/// The signature of the container of `.xls` files, and of `.xlsx` files with a password (MS-CFB, 2.2).
const CFB_SIGNATURE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

type Bytes<'b> = Cursor<&'b [u8]>;

/// Whether `bytes` start with the signature of a workbook.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP_SIGNATURE) || bytes.starts_with(CFB_SIGNATURE)
}

/// Reads the visible sheets that are not empty.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<LedgerSheet>, LedgerError> {
    if !is_workbook(bytes) {
        let reason = if bytes.is_empty() { EMPTY } else { "ledger-no-workbook" };
        return Err(LedgerError::new(reason));
    }
    let caught = catch_unwind(AssertUnwindSafe(|| {
        if bytes.starts_with(CFB_SIGNATURE) {
            return read_xls(bytes);
        }
        let features = limits::check_unpacked_size(bytes, limits::MAX_UNPACKED_BYTES)?;
        if opendocument::is_opendocument(bytes) {
            let hidden = opendocument::within_limits(bytes)?;
            return Ok(with_hidden_rows(read_ods(bytes)?, hidden));
        }
        let hidden = if features.hides {
            hidden_rows::find(bytes)
        } else {
            BTreeMap::new()
        };
        Ok(with_hidden_rows(read_xlsx(bytes, features.merges)?, hidden))
    }));
    let mut sheets = caught.unwrap_or(Err(LedgerError::new("ledger-damaged")))?;
    sheets.retain(|sheet| !sheet.rows.is_empty());
    Ok(sheets)
}

fn with_hidden_rows(mut sheets: Vec<LedgerSheet>, mut hidden: HiddenRows) -> Vec<LedgerSheet> {
    for sheet in &mut sheets {
        sheet.hidden_rows = hidden.remove(&sheet.name).unwrap_or_default();
    }
    sheets
}

/// Reads `.xlsx` and `.xlsm` files.
fn read_xlsx(bytes: &[u8], has_merges: bool) -> Result<Vec<LedgerSheet>, LedgerError> {
    let mut book: Xlsx<Bytes<'_>> = Xlsx::new(Cursor::new(bytes)).map_err(|error| to_ledger_error(&error))?;
    let mut budget = limits::MAX_CELLS;
    let mut sheets = Vec::new();
    for name in visible_sheet_names(book.sheets_metadata()) {
        let found = read_cells(&mut book, &name, &mut budget).map_err(|error| LedgerError {
            sheet: Some(name.clone()),
            ..error
        })?;
        let merges = if has_merges {
            book.merge_cells_by_sheet_name(&name).unwrap_or_default()
        } else {
            Vec::new()
        };
        sheets.push(build_sheet(name, found, &merges));
    }
    Ok(sheets)
}

/// A cell with its row and column, counted from 0.
type PositionedCell = ((u32, u32), Cell);

/// The cells of one sheet that are not blank, in the order of the file. Takes one from `budget` for each.
fn read_cells(book: &mut Xlsx<Bytes<'_>>, name: &str, budget: &mut usize) -> Result<Vec<PositionedCell>, LedgerError> {
    let mut found = Vec::new();
    let mut cells = book
        .worksheet_cells_reader(name)
        .map_err(|error| to_ledger_error(&error))?;
    while let Some(cell) = cells
        .next_cell_with_formula_metadata()
        .map_err(|error| to_ledger_error(&error))?
    {
        let converted = match (cell.formula, cell.value) {
            // A formula that results in an empty text has this text as its value.
            (Some(formula), DataRef::Empty) => Some(Cell::Uncomputed(formula_text(formula).into())),
            (_, value) => convert_cell(Data::from(value)),
        };
        if let Some(converted) = converted {
            *budget = limits::consume(*budget, 1)?;
            found.push((cell.pos, converted));
        }
    }
    Ok(found)
}

/// A formula as the cell shows it while it is edited. Of a formula that a cell shares with the one above, only the first
/// cell has the text.
fn formula_text(formula: XlsxFormulaMetadata) -> String {
    match formula {
        XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => format!("={formula}"),
        _ => "=".to_owned(),
    }
}

/// Reads `.xls` files, and reports `.xlsx` files with a password.
fn read_xls(bytes: &[u8]) -> Result<Vec<LedgerSheet>, LedgerError> {
    if let Err(XlsxError::Password) = Xlsx::new(Cursor::new(bytes)) {
        return Err(LedgerError::new("ledger-password"));
    }
    let mut book: Xls<Bytes<'_>> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsError::Password => LedgerError::new("ledger-password"),
        _ => LedgerError::new("ledger-damaged"),
    })?;
    let names = visible_sheet_names(book.sheets_metadata());
    let merges: Vec<Vec<Dimensions>> = names
        .iter()
        .map(|name| book.merge_cells_by_sheet_name(name).unwrap_or_default())
        .collect();
    read_sheets(&mut book, names, &merges)
}

/// Reads `.ods` files.
fn read_ods(bytes: &[u8]) -> Result<Vec<LedgerSheet>, LedgerError> {
    let mut book: Ods<Bytes<'_>> = Ods::new(Cursor::new(bytes)).map_err(|error| match error {
        OdsError::Password => LedgerError::new("ledger-password"),
        _ => LedgerError::new("ledger-damaged"),
    })?;
    let names = visible_sheet_names(book.sheets_metadata());
    read_sheets(&mut book, names, &[])
}

fn read_sheets<'b, B: Reader<Bytes<'b>>>(
    book: &mut B,
    names: Vec<String>,
    merges: &[Vec<Dimensions>],
) -> Result<Vec<LedgerSheet>, LedgerError> {
    let mut budget = limits::MAX_CELLS;
    let mut sheets = Vec::new();
    for (index, name) in names.into_iter().enumerate() {
        let Ok(range) = book.worksheet_range(&name) else {
            return Err(LedgerError {
                sheet: Some(name),
                ..LedgerError::new("ledger-damaged")
            });
        };
        let (top, left) = range.start().unwrap_or_default();
        let mut found = uncomputed(book, &name, &range);
        for (row, column, value) in range.used_cells() {
            if let Some(cell) = convert_cell(value.clone()) {
                budget = limits::consume(budget, 1)?;
                let position =
                    |offset: usize, start: u32| start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
                found.push(((position(row, top), position(column, left)), cell));
            }
        }
        sheets.push(build_sheet(name, found, merges.get(index).map_or(&[], Vec::as_slice)));
    }
    Ok(sheets)
}

/// The formulas of a sheet whose values are not in the file.
fn uncomputed<'b, B: Reader<Bytes<'b>>>(book: &mut B, name: &str, values: &Range<Data>) -> Vec<PositionedCell> {
    let Ok(formulas) = book.worksheet_formula(name) else {
        return Vec::new();
    };
    let (top, left) = formulas.start().unwrap_or_default();
    let cell = |(row, column, formula): (usize, usize, &String)| {
        let position = (top + u32::try_from(row).ok()?, left + u32::try_from(column).ok()?);
        let is_empty = matches!(values.get_value(position), None | Some(Data::Empty));
        let text = formula.trim_start_matches("of:").trim_start_matches('=');
        (is_empty && !text.is_empty()).then(|| (position, Cell::Uncomputed(format!("={text}").into())))
    };
    formulas.used_cells().filter_map(cell).collect()
}

/// The names of the visible sheets. Hidden sheets are usually lists for drop-downs.
fn visible_sheet_names(sheets: &[Named]) -> Vec<String> {
    sheets
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect()
}

fn to_ledger_error(error: &XlsxError) -> LedgerError {
    LedgerError::new(match error {
        XlsxError::Password => "ledger-password",
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => "ledger-no-workbook",
        _ => "ledger-damaged",
    })
}

/// Groups cells, with positions counted from 0, into rows, and fills merged cells.
fn build_sheet(name: String, mut cells: Vec<PositionedCell>, merges: &[Dimensions]) -> LedgerSheet {
    // A file may list cells in any order, and one cell twice. The stable sort keeps duplicates in the order of the
    // file, and the first one wins.
    cells.sort_by_key(|(position, _)| *position);
    let from_one = |number: u32| usize::try_from(number).map_or(usize::MAX, |number| number.saturating_add(1));
    let mut sheet = LedgerSheet {
        name,
        ..LedgerSheet::default()
    };
    for ((row, column), cell) in cells {
        let (row, column) = (from_one(row), from_one(column));
        if sheet.rows.last().is_none_or(|last| last.number != row) {
            sheet.rows.push(LedgerRow {
                number: row,
                cells: Vec::new(),
            });
        }
        let Some(last) = sheet.rows.last_mut() else { continue };
        if last.cells.last().is_none_or(|(before, _)| *before != column) {
            last.cells.push((column, cell));
        }
    }
    let mut budget = limits::MAX_CELLS;
    for merge in merges.iter().filter(|merge| merge.start.0 < merge.end.0) {
        let (first, last) = (from_one(merge.start.0), from_one(merge.end.0));
        budget = sheet.fill_merged(from_one(merge.start.1), first, last, budget);
    }
    sheet
}

impl LedgerSheet {
    /// Copies the top cell of a merged region to the region's other rows, as a reader of the sheet understands it.
    ///
    /// A number is not copied, because it may be a total for all the rows. It is recorded in `merged_numbers`. Returns
    /// the rest of `budget`, the number of cells that may still be filled.
    fn fill_merged(&mut self, column: usize, first: usize, last: usize, mut budget: usize) -> usize {
        let from = self.rows.partition_point(|row| row.number < first);
        let to = self.rows.partition_point(|row| row.number <= last);
        let rows = self.rows.get_mut(from..to).unwrap_or_default();
        let Some((top, below)) = rows.split_first_mut().filter(|(top, _)| top.number == first) else {
            return budget;
        };
        let Ok(index) = top.cells.binary_search_by_key(&column, |(number, _)| *number) else {
            return budget;
        };
        let cell = &top.cells[index].1;
        match cell {
            Cell::Number(_) => self.merged_numbers.push((first, column, last)),
            Cell::Error(_) | Cell::Uncomputed(_) => {}
            Cell::Text(_) | Cell::Date(_) | Cell::Boolean(_) => {
                for row in below.iter_mut().take(budget) {
                    budget -= 1;
                    if let Err(index) = row.cells.binary_search_by_key(&column, |(number, _)| *number) {
                        row.cells.insert(index, (column, cell.clone()));
                    }
                }
            }
        }
        budget
    }
}

/// Converts a cell of the library; `None` when it is blank.
fn convert_cell(value: Data) -> Option<Cell> {
    Some(match value {
        Data::Empty => return None,
        Data::String(text) if text.trim().is_empty() => return None,
        Data::String(text) => Cell::Text(text.into()),
        Data::Int(number) => Cell::Number(number as f64),
        Data::Float(number) => Cell::Number(number),
        Data::Bool(truth) => Cell::Boolean(truth),
        Data::Error(error) => Cell::Error(error.to_string().into()),
        Data::DateTime(moment) => convert_date(&moment),
        Data::DateTimeIso(text) => {
            let iso = text.trim_end_matches("T00:00:00").replace('T', " ");
            Cell::Date(Box::new(CellDate { iso, shown: None }))
        }
        Data::DurationIso(text) => Cell::Text(format_iso_duration(&text).unwrap_or(text).into()),
    })
}

/// The seconds in a day.
const SECONDS_PER_DAY: f64 = 86_400.0;

fn convert_date(moment: &ExcelDateTime) -> Cell {
    let serial = moment.as_f64();
    if moment.is_duration() || (0.0..1.0).contains(&serial) {
        return Cell::Text(format_clock((serial * SECONDS_PER_DAY).round(), moment.is_duration()).into());
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let iso = match (hour, minute, second) {
        (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        (_, _, 0) => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
        _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
    };
    Cell::Date(Box::new(CellDate { iso, shown: None }))
}

/// A time without a day, as it was typed. Excel reads `3:20`, typed for three minutes and twenty seconds, as hours and
/// minutes, so the text keeps only these two parts. A time below one hour, or with seconds, was typed with all three.
fn format_clock(seconds: f64, is_duration: bool) -> String {
    let seconds = seconds.clamp(0.0, 1e12) as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 && seconds == 0 && (!is_duration || hours > 23) {
        format!("{hours}:{minutes:02}")
    } else {
        format!("{hours}:{minutes:02}:{seconds:02}")
    }
}

/// Formats a duration of an OpenDocument sheet, such as `PT00H03M20S`, with [`format_clock`]. `None` when the text has
/// another form.
fn format_iso_duration(text: &str) -> Option<String> {
    let (hours, rest) = text.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?;
    let number = |text: &str| text.parse::<f64>().ok();
    Some(format_clock(
        number(hours)? * 3600.0 + number(minutes)? * 60.0 + number(seconds)?.round(),
        false,
    ))
}
