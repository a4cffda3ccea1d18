//! Tables to calculate with: sheets of typed cells, without any file format.
//!
//! Role: the input of `xlsx`, and, as rows of text, of `csv`. Does not know metrics, nor how a format writes a cell.

use jiff::civil::Date;
use rust_decimal::Decimal;
use std::ops::Range;

/// A file of sheets.
#[derive(Debug, Clone, PartialEq)]
pub struct Workbook {
    /// Stated in the file's properties.
    pub title: String,
    /// The day stated in the file's properties; an input, so that two builds give the same bytes.
    pub created: Date,
    /// The sheets in their order.
    pub sheets: Vec<WorkbookSheet>,
}

/// One sheet: a head row and rows under it.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkbookSheet {
    /// Any text; `xlsx` turns it into a valid and unique name.
    pub name: String,
    /// The columns; their titles are the head row.
    pub columns: Vec<SheetColumn>,
    /// The rows; one may be shorter or longer than the head.
    pub rows: Vec<Vec<SheetCell>>,
    /// A chart of two of the columns, below the table.
    pub chart: Option<SheetChart>,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SheetColumn {
    /// Its title in the head row.
    pub title: String,
    /// Its width in Latin characters; a Chinese character takes two. `None` fits the column to its texts, up to 60.
    pub width: Option<f64>,
}

/// A chart of two columns over some rows of a sheet. Rows (without the head) and columns count from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetChart {
    /// Printed above the chart.
    pub title: String,
    /// The column with the labels of the bars.
    pub labels: u16,
    /// The column with the numbers.
    pub values: u16,
    /// The rows that it shows; the numbers of one chart should have one unit.
    pub rows: Range<u32>,
}

/// The content of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum SheetCell {
    /// Nothing.
    Empty,
    /// Text; never read as a formula.
    Text(String),
    /// A number to calculate with.
    Number(Decimal),
    /// A number that is computed from other cells.
    Formula {
        /// The formula without the equals sign, in English, such as `SUM(B2:B9)`.
        formula: String,
        /// Its result.
        value: Decimal,
    },
    /// A share: 0.25 is shown as 25%, a value that is not finite as a dash.
    Percent(f64),
    /// A day.
    Date(Date),
    /// Text that links to an absolute address.
    Link {
        /// What is shown.
        text: String,
        /// The target; if it is not an absolute web or mail address, the text is written without a link.
        url: String,
    },
    /// A number that links to its evidence.
    NumberLink {
        /// The number.
        number: Decimal,
        /// The target.
        url: String,
    },
}

impl SheetCell {
    /// The cell as plain text: days as `2022-07-05`, shares in percent, no addresses.
    pub fn text(&self) -> String {
        match self {
            SheetCell::Empty => String::new(),
            SheetCell::Text(text) | SheetCell::Link { text, .. } => text.clone(),
            SheetCell::Number(number)
            | SheetCell::NumberLink { number, .. }
            | SheetCell::Formula { value: number, .. } => number.normalize().to_string(),
            SheetCell::Percent(share) if share.is_finite() => format!("{}%", rounded_percent(*share)),
            SheetCell::Percent(_) => "—".to_owned(),
            SheetCell::Date(day) => day.to_string(),
        }
    }
}

/// A share in per cent, rounded to one decimal; where that would be 0, to the first digit that is not.
fn rounded_percent(share: f64) -> f64 {
    let rounded = (share * 1000.0).round() / 10.0;
    if rounded != 0.0 || share == 0.0 {
        return rounded;
    }
    let decimals = -(share.abs() * 100.0).log10().floor();
    let scale = 10_f64.powf(decimals);
    (share * 100.0 * scale).round() / scale
}

impl WorkbookSheet {
    /// The head and the rows as plain text.
    pub fn text_rows(&self) -> Vec<Vec<String>> {
        let head = self.columns.iter().map(|column| column.title.clone()).collect();
        let rows = self.rows.iter().map(|row| row.iter().map(SheetCell::text).collect());
        std::iter::once(head).chain(rows).collect()
    }
}
