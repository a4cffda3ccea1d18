//! Tables as CSV files that Excel opens correctly on a double click.
//!
//! Role: rows of text → bytes. UTF-8 with a byte order mark: without one, Excel on Chinese Windows reads the file as
//! GBK. Lines end in CRLF (RFC 4180). Tells numbers from text by their spelling only.

use ::csv::{Terminator, WriterBuilder};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Writes the rows as a file. A cell that a spreadsheet would run as a formula gets an apostrophe in front; a number
/// never does.
pub fn csv<R, C>(rows: impl IntoIterator<Item = R>) -> Vec<u8>
where
    R: IntoIterator<Item = C>,
    C: AsRef<str>,
{
    let mut writer = WriterBuilder::new()
        .flexible(true)
        .terminator(Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    for row in rows {
        let cells = row.into_iter().map(|cell| escape_formula(cell.as_ref()));
        writer.write_record(cells).expect("a vector takes every byte");
    }
    writer.into_inner().expect("a vector takes every byte")
}

/// Puts an apostrophe in front of a cell that a spreadsheet runs as a formula (OWASP, "CSV Injection"): one that begins
/// with a formula's sign, with its full-width form, with a tab or with a line break.
fn escape_formula(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula && !is_number(cell) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// Whether a cell is a sign, digits with separators and perhaps a percent sign: `-5`, `+1,234.5`, `-12.5%`.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let digits = digits.strip_suffix('%').unwrap_or(digits);
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.replace(',', "").parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_has_byte_order_mark_and_crlf() {
        let file = csv([
            vec!["村", "说明"],
            vec!["一,二", "他说\"好\"\n第二行"],
            vec![""],
            vec!["多", "出", "来"],
        ]);
        let expected = "\u{feff}村,说明\r\n\"一,二\",\"他说\"\"好\"\"\n第二行\"\r\n\"\"\r\n多,出,来\r\n";
        assert_eq!(String::from_utf8(file).expect("UTF-8"), expected);
    }

    #[test]
    fn formulas_are_escaped_and_numbers_kept() {
        for formula in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "＝1",
            "-",
            "+86 100",
            "-inf",
        ] {
            assert_eq!(escape_formula(formula), format!("'{formula}"));
        }
        for kept in ["-5", "+3", "-12.5%", "-1,234", "0", "—", "2022-07-05", "", "a=b"] {
            assert_eq!(escape_formula(kept), kept);
        }
    }
}
