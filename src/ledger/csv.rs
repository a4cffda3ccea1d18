//! Reads CSV files as Excel, WPS and Numbers write them, whatever separates their fields: UTF-8 with or without a byte
//! order mark, UTF-16, or GB18030 on Chinese Windows.

mod delimiter;
mod records;

use super::error::LedgerError;
use super::limits;
use super::sheet::{Cell, CellDate, LedgerRow, LedgerSheet, cell_place};
use crate::diag::{Code, Diagnostic, Place, Severity, join_similar};
use crate::source::decode::decode;
use delimiter::{Layout, find_layout};
use records::{Record, Records};
use std::borrow::Cow;

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
    let mut text = decoded.value;
    if !text.contains('\n') {
        // Old Macs ended lines with CR alone, which is no line end for a finding's place.
        text = text.replace('\r', "\n");
    }
    let sheet = read_sheet(file, &text, findings)?;
    Ok(Vec::from_iter(Some(sheet).filter(|sheet| !sheet.rows.is_empty())))
}

fn read_sheet(file: &str, text: &str, findings: &mut Vec<Diagnostic>) -> Result<LedgerSheet, LedgerError> {
    let layout = find_layout(text);
    let mut sheet = LedgerSheet::default();
    let mut twins = Vec::new();
    let mut budget = limits::MAX_CELLS;
    // Excel numbers records, not lines: a cell with line ends takes several lines, and an empty line is a row.
    let delimiters = [layout.delimiter; 2];
    for (record, number) in Records::new(text, layout.start, delimiters).zip(1..) {
        for unpaired in &record.unpaired {
            findings.push(Diagnostic::new(Code::UnclosedQuote).at(Place::in_text(file, text, unpaired.clone())));
        }
        let divided = divide_at_twin(text, &record, &layout);
        let mark = divided.as_ref().map(|(mark, _)| *mark);
        let fields = divided.map_or(record.fields, |(_, fields)| fields);
        let cells: Vec<(usize, Cell)> = fields
            .iter()
            .enumerate()
            .filter_map(|(index, text)| Some((index + 1, parse_cell(text)?)))
            .collect();
        budget = limits::consume(budget, cells.len())?;
        if cells.is_empty() {
            continue;
        }
        sheet.rows.push(LedgerRow { number, cells });
        if let (Some(mark), Some(row)) = (mark, sheet.rows.last()) {
            twins.push(
                Diagnostic::new(Code::FullWidthDelimiter)
                    .at(cell_place(file, &sheet, row, 1, false))
                    .with("mark", mark)
                    .with("write", layout.delimiter),
            );
        }
    }
    findings.extend(join_similar(twins));
    Ok(sheet)
}

/// The fields of a row in which the full-width twin of the delimiter was typed in place of it, with the twin: the row has
/// too few fields, and exactly as many as the others when it is divided there, too.
fn divide_at_twin<'t>(text: &'t str, record: &Record<'t>, layout: &Layout) -> Option<(char, Vec<Cow<'t, str>>)> {
    let twin = match layout.delimiter {
        ',' => '，',
        ';' => '；',
        '|' => '｜',
        _ => return None,
    };
    let row = &text[record.range.clone()];
    if record.fields.is_empty() || record.fields.len() >= layout.width || !row.contains(twin) {
        return None;
    }
    let divided = Records::new(row, 0, [layout.delimiter, twin]).next()?;
    (divided.fields.len() == layout.width).then_some((twin, divided.fields))
}

fn parse_cell(text: &str) -> Option<Cell> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return None;
    }
    if is_excel_error(trimmed) {
        return Some(Cell::Error(trimmed.into()));
    }
    Some(match parse_excel_date(trimmed) {
        Some(iso) => Cell::Date(Box::new(CellDate {
            iso,
            shown: Some(trimmed.to_owned()),
        })),
        None => Cell::Text(text.into()),
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
