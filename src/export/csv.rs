//! Tables as CSV that Excel opens rightly by a double click.
//!
//! Role: rows of text → bytes. UTF-8 with a byte order mark, without which Excel on Chinese Windows takes the file for
//! GBK; lines end in CRLF (RFC 4180). Does not know numbers from text but by their look.

use ::csv::{Terminator, WriterBuilder};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The rows as a file. A cell that a spreadsheet would run as a formula gets an apostrophe before it, a number never.
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

/// OWASP, "CSV Injection": a cell that begins so is run as a formula, also with the full-width forms of the signs, and
/// also behind a tab or a line break.
fn escape_formula(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula && !is_number(cell) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// `-5`, `+1,234.5`, `-12.5%`: a sign, digits with their separators, perhaps a percent sign.
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
