//! The tables of a report's text as sheets, with formulas where their numbers follow from others.

use crate::diag::column_letters;
use crate::export::sheet::{SheetCell, SheetColumn, WorkbookSheet};
use crate::report::Report;
use crate::site::{ColumnRule, FigureTable, FigureTableRow, Site};
use rust_decimal::Decimal;

/// The sheets of the tables of several measures and of the rankings in a report's text.
pub(super) fn table_sheets(site: &Site<'_>, report: &Report<'_>) -> Vec<WorkbookSheet> {
    let calls = site.figures.reports.calls_of(report);
    let tables = calls.iter().filter_map(|call| site.figures.figure_table(call));
    tables.map(|table| table_sheet(&table)).collect()
}

fn table_sheet(table: &FigureTable) -> WorkbookSheet {
    let column = |title: &String| SheetColumn {
        title: title.clone(),
        width: None,
    };
    let rows = table.rows.iter().enumerate().map(|(index, row)| {
        let name = std::iter::once(SheetCell::Text(row.label.clone()));
        name.chain((0..row.values.len()).map(|column| cell(table, (index, row), column)))
            .collect()
    });
    WorkbookSheet {
        name: table.caption.clone(),
        columns: table.head.iter().map(column).collect(),
        rows: rows.collect(),
        chart: None,
    }
}

/// One number: a formula where it gives the same, else the number.
fn cell(table: &FigureTable, (index, row): (usize, &FigureTableRow), column: usize) -> SheetCell {
    let Some(value) = row.values[column] else {
        return SheetCell::Empty;
    };
    // The names are in the first column, the heads in the first row.
    let line = index + 2;
    // The first column has the names of the rows.
    let at = |column: usize| format!("{}{line}", column_letters(column + 2));
    let number = |column: usize| row.values.get(column).copied().flatten().unwrap_or_default();
    let parts = || table.rows.iter().filter(|row| !row.is_total);
    let last = parts().count() + 1;
    let whole_column = |column: usize| {
        let name = column_letters(column + 2);
        format!("{name}$2:{name}${last}")
    };
    let computed: Option<(String, Decimal)> = match table.columns.get(column) {
        _ if row.is_total => {
            let sum = parts().filter_map(|row| row.values.get(column).copied().flatten());
            Some((
                format!("SUM({})", whole_column(column)),
                sum.fold(Decimal::ZERO, Decimal::saturating_add),
            ))
        }
        Some(ColumnRule::Sum(columns)) if !columns.is_empty() => {
            let sum = columns.clone().map(number).fold(Decimal::ZERO, Decimal::saturating_add);
            Some((format!("SUM({}:{})", at(columns.start), at(columns.end - 1)), sum))
        }
        Some(ColumnRule::Points(points)) if !points.is_empty() => {
            let terms = points
                .iter()
                .map(|(column, points)| format!("{}*{points}", at(*column)));
            let sum = points
                .iter()
                .map(|(column, points)| number(*column).saturating_mul(*points));
            Some((
                terms.collect::<Vec<_>>().join("+"),
                sum.fold(Decimal::ZERO, Decimal::saturating_add),
            ))
        }
        Some(ColumnRule::Rank(of)) => Some((format!("RANK({},{})", at(*of), whole_column(*of)), value)),
        Some(ColumnRule::Missing { target, value: reached }) => {
            let missing = number(*target).saturating_sub(number(*reached)).max(Decimal::ZERO);
            Some((format!("MAX(0,{}-{})", at(*target), at(*reached)), missing))
        }
        _ => None,
    };
    match computed {
        Some((formula, result)) if result == value => SheetCell::Formula { formula, value },
        _ => SheetCell::Number(value),
    }
}
