//! The authors' ledger as a workbook that a finance office can check, and as JSON.
//!
//! The last sheet has each author of each piece. The numbers of the sheets before it are formulas over that sheet.

use super::sheet::{SheetCell, SheetColumn, Workbook, WorkbookSheet};
use crate::diag::column_letters;
use crate::messages::report_text;
use crate::metrics::{Metric, Period, PostId};
use crate::report::{AuthorLedger, AuthorLine, AuthorSum, json_number, value_label};
use crate::schema::FieldValue;
use crate::site::Site;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::{Value, json};

/// The columns of the sheet of pieces, by their texts in `locales/report.yml`. The formulas of other sheets name them.
const PIECE_COLUMNS: [&str; 14] = [
    "authors-author",
    "authors-share",
    "authors-title-of",
    "authors-outlet",
    "authors-level",
    "authors-sent-on",
    SENT_IN,
    "authors-adopted-on",
    ADOPTED_IN,
    PAID_IN,
    "authors-whole-fee",
    PART,
    "authors-note",
    "authors-address",
];
const AUTHOR_COLUMN: &str = PIECE_COLUMNS[0];
const SENT_IN: &str = "authors-sent-in";
const ADOPTED_IN: &str = "authors-adopted-in";
const PAID_IN: &str = "authors-paid-in";
const PART: &str = "authors-part";

/// Writes the ledger of a site's authors.
struct LedgerWriter<'w, 'a> {
    site: &'w Site<'a>,
    ledger: &'w AuthorLedger<'a>,
}

/// The workbook of what authors wrote: by month, in all when there are several months, and piece by piece.
#[must_use]
pub(crate) fn author_workbook<'a>(site: &Site<'a>, ledger: &AuthorLedger<'a>, created: Date) -> Workbook {
    let writer = LedgerWriter { site, ledger };
    let mut sheets = vec![writer.months()];
    if ledger.period.months().len() > 1 {
        sheets.push(writer.totals());
    }
    sheets.push(writer.pieces());
    let period = ledger.period.label(site.figures.reports.lang);
    Workbook {
        title: report_text(site.figures.reports.lang, "authors-title", &[("period", &period)]),
        created,
        sheets,
    }
}

/// The same as one JSON object: `authors` by month, and `pieces`.
#[must_use]
pub(crate) fn author_json<'a>(site: &Site<'a>, ledger: &AuthorLedger<'a>) -> Value {
    let writer = LedgerWriter { site, ledger };
    let money = |amount: Option<Decimal>| json_number(amount.filter(|_| ledger.fee.is_some()));
    let month = |sum: &AuthorSum| {
        json!({
            "author": sum.author,
            "month": sum.month.map(|month| month.to_string()),
            "submitted": sum.submitted,
            "adopted": sum.adopted,
            "fee": money(Some(sum.fee)),
        })
    };
    let line = |line: &AuthorLine| {
        let words = writer.words(line.post);
        json!({
            "author": line.author,
            "share": json_number(Some(line.share.round_dp(4).normalize())),
            "title": words.title,
            "outlet": words.outlet,
            "level": words.level,
            "submitted": line.submitted.map(|day| day.to_string()),
            "adopted": line.adopted.map(|day| day.to_string()),
            "paid": line.paid.map(|day| day.to_string()),
            "piece_fee": money(line.fee),
            "fee": money(line.part),
            "note": line.note,
            "address": words.address,
        })
    };
    let language = &site.settings.language;
    let fee = ledger
        .fee
        .map(|fee| json!({"label": fee.label.get(language), "unit": fee.unit.get(language)}));
    json!({
        "period": ledger.period.to_string(),
        "fee": fee,
        "total": money(Some(ledger.fee_total())),
        "authors": ledger.months().iter().map(month).collect::<Vec<_>>(),
        "pieces": ledger.lines.iter().map(line).collect::<Vec<_>>(),
    })
}

/// What a line says of its piece.
struct PieceWords {
    title: String,
    outlet: String,
    level: String,
    address: String,
}

impl LedgerWriter<'_, '_> {
    fn word(&self, key: &str) -> String {
        report_text(self.site.figures.reports.lang, key, &[])
    }

    fn words(&self, post: PostId) -> PieceWords {
        let counts = &self.site.figures.reports.counts;
        let indexed = counts.posts.post(post);
        let texts = |field: &str| counts.texts_of(post, field).join(self.site.locale.get("list_comma"));
        let level = counts.texts_of(post, "level").into_iter().next().unwrap_or_default();
        let kind = counts.metrics.counted_by_id(&format!("{}.all", indexed.record.kind));
        let address = match indexed.page {
            Some(page) => self.site.links.absolute(self.site.links.record(page)),
            None => indexed.record.source_location(),
        };
        PieceWords {
            title: indexed.record.meta.title.clone(),
            outlet: texts("outlet"),
            level: match kind {
                Some(kind) if !level.is_empty() => {
                    value_label(counts, kind, "level", &level, self.site.figures.reports.lang)
                }
                _ => level,
            },
            address,
        }
    }

    /// The author's name, or what stands for none.
    fn author(&self, name: &str) -> String {
        match name {
            "" => self.word("authors-none"),
            name => name.to_owned(),
        }
    }

    fn columns(&self, keys: &[&str]) -> Vec<SheetColumn> {
        let language = &self.site.settings.language;
        let unit = self.ledger.fee.map_or("", |fee: &Metric| fee.unit.get(language));
        let column = |key: &&str| SheetColumn {
            title: report_text(self.site.figures.reports.lang, key, &[("unit", unit)]),
            width: None,
        };
        keys.iter().map(column).collect()
    }

    /// The sheet of the authors' months. Its last row has the sum of the fees; those of the pieces would count a piece once
    /// for each of its authors.
    fn months(&self) -> WorkbookSheet {
        let months = self.ledger.months();
        let mut rows: Vec<Vec<SheetCell>> = (2..).zip(&months).map(|(row, sum)| self.sum_row(row, sum)).collect();
        if self.ledger.fee.is_some() && !rows.is_empty() {
            let mut last = vec![SheetCell::Text(self.word("authors-sum"))];
            last.resize(4, SheetCell::Empty);
            last.push(SheetCell::Formula {
                formula: format!("ROUND(SUM(E2:E{}),2)", rows.len() + 1),
                value: self.ledger.fee_total(),
            });
            rows.push(last);
        }
        WorkbookSheet {
            name: self.word("authors-by-month"),
            columns: self.columns(self.with_fee(&[
                "authors-author",
                "authors-month",
                "authors-sent",
                "authors-adopted",
                PART,
            ])),
            rows,
            chart: None,
        }
    }

    /// The sheet of the authors' sums in the period.
    fn totals(&self) -> WorkbookSheet {
        let totals = self.ledger.totals();
        WorkbookSheet {
            name: self.word("authors-in-all"),
            columns: self.columns(self.with_fee(&["authors-author", "authors-sent", "authors-adopted", PART])),
            rows: (2..).zip(&totals).map(|(row, sum)| self.sum_row(row, sum)).collect(),
            chart: None,
        }
    }

    /// The columns without the last one, that of the fee, when the site has no rule of fees.
    fn with_fee<'k>(&self, keys: &'k [&'k str]) -> &'k [&'k str] {
        match self.ledger.fee {
            Some(_) => keys,
            None => &keys[..keys.len() - 1],
        }
    }

    /// The row `row` of a sheet of sums: the author, the month if there is one, and the numbers as formulas.
    fn sum_row(&self, row: usize, sum: &AuthorSum) -> Vec<SheetCell> {
        let mut cells = vec![SheetCell::Text(self.author(&sum.author))];
        cells.extend(sum.month.map(|month| SheetCell::Text(month.to_string())));
        let of_month = |column: &str| match sum.month {
            Some(_) => format!("({}=B{row})", self.range(column)),
            None => format!("({}<>\"\")", self.range(column)),
        };
        // The wildcards of COUNTIFS would take one name for another.
        let is_author = format!("EXACT({},A{row})", self.range(AUTHOR_COLUMN));
        let count = |column: &str, number: usize| SheetCell::Formula {
            formula: format!("SUMPRODUCT({is_author}*{})", of_month(column)),
            value: Decimal::from(number),
        };
        cells.push(count(SENT_IN, sum.submitted));
        cells.push(count(ADOPTED_IN, sum.adopted));
        if self.ledger.fee.is_some() {
            let fees = format!("SUMPRODUCT({is_author}*{}*{})", of_month(PAID_IN), self.range(PART));
            cells.push(SheetCell::Formula {
                formula: format!("ROUND({fees},2)"),
                value: sum.fee,
            });
        }
        cells
    }

    /// A column of the sheet of pieces, in a formula of another sheet.
    fn range(&self, column: &str) -> String {
        let index = PIECE_COLUMNS
            .iter()
            .position(|known| *known == column)
            .unwrap_or_default();
        let (name, last) = (column_letters(index + 1), self.ledger.lines.len() + 1);
        format!("'{}'!${name}$2:${name}${last}", self.word("authors-pieces"))
    }

    fn pieces(&self) -> WorkbookSheet {
        WorkbookSheet {
            name: self.word("authors-pieces"),
            columns: self.columns(&PIECE_COLUMNS),
            rows: self.ledger.lines.iter().map(|line| self.piece_row(line)).collect(),
            chart: None,
        }
    }

    fn piece_row(&self, line: &AuthorLine) -> Vec<SheetCell> {
        let words = self.words(line.post);
        let post = self.site.figures.reports.counts.posts.post(line.post);
        let written_day = |field: &str| match post.record.meta.fields.get(field) {
            Some(FieldValue::Moment(moment)) => Some(moment.date),
            _ => None,
        };
        let day = |day: Option<Date>| day.map_or(SheetCell::Empty, SheetCell::Date);
        let month = |day: Option<Date>| match day {
            Some(day) => SheetCell::Text(Period::month_of(day).to_string()),
            None => SheetCell::Empty,
        };
        let money = |amount: Option<Decimal>| amount.map_or(SheetCell::Empty, SheetCell::Number);
        vec![
            SheetCell::Text(self.author(&line.author)),
            SheetCell::Percent(line.share.to_f64().unwrap_or_default()),
            SheetCell::Text(words.title),
            SheetCell::Text(words.outlet),
            SheetCell::Text(words.level),
            day(written_day("submitted").or(line.submitted).or_else(|| post.day())),
            month(line.submitted),
            day(written_day("adopted").or(line.adopted)),
            month(line.adopted),
            month(line.paid),
            money(line.fee),
            money(line.part),
            SheetCell::Text(line.note.clone()),
            SheetCell::Link {
                text: words.address.clone(),
                url: words.address,
            },
        ]
    }
}
