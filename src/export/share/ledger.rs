//! Posts as a ledger of the office's meetings and activities (会议活动台账) in Excel: one row a post with the fields of
//! its kind, and the figures of the period with links to their evidence.

use super::article::SharedPost;
use crate::catalog::RecordId;
use crate::diag::{Code, Diagnostic};
use crate::export::report::figures_sheet;
use crate::export::sheet::{SheetCell, SheetColumn, Workbook, WorkbookSheet};
use crate::export::xlsx;
use crate::metrics::{Metric, Period};
use crate::record::Record;
use crate::schema::{Field, FieldValue, Kind};
use crate::site::{Site, is_fact};
use rust_decimal::Decimal;

/// The posts `ids` and the rows of other ledgers as a workbook: a sheet for each kind, and with a period one with the kinds' figures in it.
///
/// # Errors
/// A finding when a table exceeds the limits of Excel.
pub(super) fn ledger(
    site: &Site<'_>,
    (ids, rows): (&[RecordId], &[&Record]),
    period: Option<Period>,
) -> Result<SharedPost, Vec<Diagnostic>> {
    let posts = ids.iter().map(|id| Entry {
        record: site.record(*id),
        address: Some(site.links.absolute(site.links.record(*id))),
    });
    let rows = rows.iter().map(|record| Entry { record, address: None });
    let mut entries: Vec<Entry<'_>> = posts.chain(rows).collect();
    entries.sort_by(|a, b| (a.record.meta.date, &a.record.path).cmp(&(b.record.meta.date, &b.record.path)));
    let of_kind = |kind: &Kind| -> Vec<&Entry<'_>> {
        let entries = entries.iter();
        entries.filter(|entry| entry.record.kind == kind.id).collect()
    };
    let sheets = site.catalog.kinds.iter().map(|kind| (kind, of_kind(kind)));
    let kinds: Vec<(&Kind, Vec<&Entry<'_>>)> = sheets.filter(|(_, entries)| !entries.is_empty()).collect();
    let mut sheets: Vec<WorkbookSheet> = kinds.iter().map(|(kind, entries)| sheet(site, kind, entries)).collect();
    if let Some(period) = period {
        let counts = |metric: &&Metric| kinds.iter().any(|(kind, _)| metric.kinds().contains(&kind.id));
        let metrics: Vec<&Metric> = site.figures.reports.counts.metrics.iter().filter(counts).collect();
        if !metrics.is_empty() {
            sheets.push(figures_sheet(site, &metrics, period));
        }
    }
    let labels = kinds.iter().map(|(kind, _)| kind.labels.get(&site.settings.language));
    let labels = labels.collect::<Vec<_>>().join(site.locale.get("list_comma"));
    let workbook = Workbook {
        title: site.locale.fill("ledger_title", &[("kinds", &labels)]),
        created: site.today,
        sheets,
    };
    match xlsx(&workbook) {
        Ok(bytes) => Ok(SharedPost {
            bytes,
            remarks: Vec::new(),
        }),
        Err(reason) => Err(vec![
            Diagnostic::new(Code::CannotWrite)
                .with("path", "ledger.xlsx")
                .with("action", "act-write")
                .with("reason", "why-other")
                .with("detail", reason),
        ]),
    }
}

/// A row of the ledger.
struct Entry<'r> {
    record: &'r Record,
    /// The full address of its page; `None` for a row of another ledger.
    address: Option<String>,
}

/// The posts of one kind, in the order of their days. The columns are those of the kind's schema that hold facts.
fn sheet(site: &Site<'_>, kind: &Kind, entries: &[&Entry<'_>]) -> WorkbookSheet {
    let language = &site.settings.language;
    let fields: Vec<&Field> = kind.fields.iter().filter(|field| is_fact(field)).collect();
    let common = |name: &str| site.locale.get(name).to_owned();
    let own = fields.iter().map(|field| {
        let (label, unit) = (field.labels.get(language), field.unit.as_str());
        match label.trim_end_matches(['）', ')']).ends_with(unit) {
            true => label.to_owned(),
            false => site.locale.fill("ledger_head", &[("name", label), ("unit", unit)]),
        }
    });
    let before = ["ledger_number", "day", "title", "village"].map(common);
    let after = ["author", "source", "ledger_address"].map(common);
    let titles = before.into_iter().chain(own).chain(after);
    let columns = titles.map(|title| SheetColumn { title, width: None });
    let rows = (1_i64..).zip(entries);
    let rows = rows.map(|(number, entry)| row(site, &fields, (number, entry)));
    WorkbookSheet {
        name: kind.labels.get(language).to_owned(),
        columns: columns.collect(),
        rows: rows.collect(),
        chart: None,
    }
}

fn row(site: &Site<'_>, fields: &[&Field], (number, entry): (i64, &Entry<'_>)) -> Vec<SheetCell> {
    let Entry { record, address } = entry;
    let meta = &record.meta;
    let text = |text: Option<&str>| text.map_or(SheetCell::Empty, |text| SheetCell::Text(text.to_owned()));
    let day = meta
        .date
        .map_or(SheetCell::Empty, |moment| SheetCell::Date(moment.date));
    let linked = |text: String| match address {
        Some(url) => SheetCell::Link { text, url: url.clone() },
        None => SheetCell::Text(text),
    };
    let village = meta.village.as_ref().and_then(|id| site.terms.village_name(id));
    let own = fields.iter().map(|field| match meta.fields.get(&field.name) {
        Some(value) => field_cell(site, field, value),
        None => SheetCell::Empty,
    });
    let before = [
        SheetCell::Number(Decimal::from(number)),
        day,
        linked(meta.title.clone()),
        text(village),
    ];
    // Of a row of another ledger, where it stands there.
    let address = linked(address.clone().unwrap_or_else(|| record.source_location()));
    let after = [text(meta.author.as_deref()), text(meta.source.as_deref()), address];
    before.into_iter().chain(own).chain(after).collect()
}

/// A value with which Excel can calculate where it is a number or a day.
fn field_cell(site: &Site<'_>, field: &Field, value: &FieldValue) -> SheetCell {
    match value {
        FieldValue::Integer(number) => SheetCell::Number(Decimal::from(*number)),
        FieldValue::Decimal(number) => SheetCell::Number(*number),
        FieldValue::Moment(moment) => SheetCell::Date(moment.date),
        value => SheetCell::Text(site.terms.field_text(field, value)),
    }
}
