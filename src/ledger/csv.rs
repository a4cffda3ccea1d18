//! Reads CSV files as Excel and similar programs write them: UTF-8 with or without a byte order mark, or GB18030 on
//! Chinese Windows.

use super::error::LedgerError;
use super::limits;
use super::sheet::{Cell, LedgerRow, LedgerSheet};
use crate::diag::{Diagnostic, Severity};
use crate::source::decode::decode;

/// Reads a CSV file as one sheet. Reports an encoding only if it cannot be read. The other encodings are those that
/// Excel writes, and Excel could not read its file again if it were rewritten in UTF-8.
pub(super) fn read(
    file: &str,
    bytes: Vec<u8>,
    findings: &mut Vec<Diagnostic>,
) -> Result<Vec<LedgerSheet>, LedgerError> {
    let decoded = decode(file, bytes);
    let errors = decoded.findings.into_iter();
    findings.extend(errors.filter(|finding| finding.severity == Severity::Error));
    if !findings.is_empty() {
        return Ok(Vec::new());
    }
    let sheet = read_sheet(&decoded.value)?;
    Ok(Vec::from_iter(Some(sheet).filter(|sheet| !sheet.rows.is_empty())))
}

fn read_sheet(text: &str) -> Result<LedgerSheet, LedgerError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut sheet = LedgerSheet::default();
    let mut budget = limits::MAX_CELLS;
    // Excel numbers rows, not lines: a cell with line ends takes several lines, and an empty line is a row. The CSV
    // reader skips empty lines, so the line ends before each record are counted here.
    let (mut rows_before, mut counted_to) = (0, 0);
    for record in reader.records() {
        let record = record.map_err(|_| LedgerError::new("ledger-damaged"))?;
        let start = record_start(text, record.position().map_or(0, csv::Position::byte));
        rows_before += count_line_ends(text.get(counted_to..start).unwrap_or_default());
        counted_to = start;
        let number = rows_before + 1;
        let cells: Vec<(usize, Cell)> = record
            .iter()
            .enumerate()
            .filter_map(|(index, text)| Some((index + 1, parse_cell(text)?)))
            .collect();
        budget = limits::consume(budget, cells.len())?;
        let within: usize = record.iter().map(count_line_ends).sum();
        rows_before = rows_before.saturating_sub(within);
        if !cells.is_empty() {
            sheet.rows.push(LedgerRow { number, cells });
        }
    }
    Ok(sheet)
}

/// The byte offset at which a record starts. The reader's `offset` may lie before line ends that precede the record.
fn record_start(text: &str, offset: u64) -> usize {
    let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    offset + text.as_bytes()[offset..].iter().take_while(|byte| is_end(byte)).count()
}

/// The number of line ends in a text: LF, CRLF or CR.
fn count_line_ends(text: &str) -> usize {
    let bytes = text.as_bytes();
    let ends =
        |(index, byte): &(usize, &u8)| **byte == b'\n' || (**byte == b'\r' && bytes.get(index + 1) != Some(&b'\n'));
    bytes.iter().enumerate().filter(ends).count()
}

/// The delimiter: the candidate that is most frequent in the first 20 lines.
fn delimiter(text: &str) -> u8 {
    let count = |wanted: u8| -> usize {
        let lines = text.lines().take(20);
        lines
            .map(|line| line.bytes().filter(|byte| *byte == wanted).count())
            .sum()
    };
    // `max_by_key` returns the last of equal candidates, so the usual delimiter comes last.
    [b';', b'\t', b',']
        .into_iter()
        .max_by_key(|&byte| count(byte))
        .unwrap_or(b',')
}

fn parse_cell(text: &str) -> Option<Cell> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return None;
    }
    if is_excel_error(trimmed) {
        return Some(Cell::Error(trimmed.to_owned()));
    }
    Some(match parse_excel_date(trimmed) {
        Some(iso) => Cell::Date {
            iso,
            shown: trimmed.to_owned(),
        },
        None => Cell::Text(text.to_owned()),
    })
}

fn is_excel_error(text: &str) -> bool {
    matches!(
        text,
        "#REF!" | "#DIV/0!" | "#N/A" | "#NAME?" | "#NULL!" | "#NUM!" | "#VALUE!"
    )
}

/// Converts a date as Excel on Chinese Windows writes it, `2022/6/1` or `2022/6/1 9:30`, to ISO form. `None` when the
/// text is not a valid date of this form.
fn parse_excel_date(text: &str) -> Option<String> {
    let (day, time) = match text.split_once(' ') {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let mut parts = day.split('/').map(|part| parse_digits(part, 4));
    let (year, month, date) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || year < 1000 {
        return None;
    }
    let number = |number: u16| i8::try_from(number).ok();
    let day = jiff::civil::Date::new(i16::try_from(year).ok()?, number(month)?, number(date)?).ok()?;
    let Some(time) = time else {
        return Some(day.to_string());
    };
    let mut parts = time.split(':').map(|part| parse_digits(part, 2));
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().map_or(Some(0), |second| second)?;
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(match second {
        0 => format!("{day} {hour:02}:{minute:02}"),
        _ => format!("{day} {hour:02}:{minute:02}:{second:02}"),
    })
}

fn parse_digits(text: &str, most: usize) -> Option<u16> {
    let all = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if all { text.parse().ok() } else { None }
}
