//! Rows of a ledger as records of the kind that names it.
//!
//! Role: `Ledger → Records`, one sheet at a time. The same code checks a row and front matter, value by value; only the
//! places of the values differ. Does not know other sheets or files.

use super::front_matter::MetaBuilder;
use super::names::{field_by_name, fields_of};
use super::placed_keys::{KeyPlaces, PLACED_KEYS};
use super::{Body, Meta, Origin, ReadOptions, Record};
use crate::diag::{Checked, Code, Diagnostic, Place, nearest};
use crate::ledger::{
    Cell, Column, HeadMeaning, Ledger, LedgerEntry, LedgerSheet, SheetColumns, find_columns, join_lines, ledger_words,
    normalize_head,
};
use crate::paths::SourcePath;
use crate::schema::check::{Checker, scalar};
use crate::schema::ledger_findings::{merged_number_findings, no_heads_finding, with_column_names};
use crate::schema::{Field, FieldType, Kind, Kinds, LedgerSource, SourceHead};
use crate::yaml::Value;
use std::sync::{Arc, LazyLock};

/// The text of a row.
static NO_TEXT: LazyLock<Arc<Body>> = LazyLock::new(Arc::default);

/// Matches the columns of a sheet of `source` with the fields of `kind`, and returns findings about the heads. `None`
/// when the sheet has no heads that the kind knows.
#[must_use]
pub(crate) fn match_columns(
    ledger: &Ledger,
    sheet: &LedgerSheet,
    (kind, source): (&Kind, &LedgerSource),
    options: &ReadOptions<'_>,
) -> Checked<Option<SheetColumns>> {
    let kinds = options.schema.kinds;
    let Some(columns) = find_columns(ledger, sheet, &|head| head_meaning(kinds, kind, source, head)) else {
        return Checked {
            value: None,
            findings: Vec::new(),
        };
    };
    let mut findings = columns.findings.clone();
    let severity = options.schema.policy.unknown_keys;
    findings.extend(columns.unknown.iter().map(|(head, place)| {
        let labels: Vec<&str> = row_fields(kinds, kind).map(|field| field_label(field, head)).collect();
        let near = nearest(head, labels.iter().copied());
        Diagnostic::new(Code::UnknownKey)
            .with_severity(severity)
            .at(place.clone())
            .with("key", head)
            .with_some("nearest", near)
            .with("known", labels.join(", "))
            .with("head", head)
    }));
    findings.extend(merged_number_findings(ledger, sheet, &columns));
    Checked {
        value: Some(columns),
        findings,
    }
}

/// The finding about a sheet of `kind` without heads. `others` tells whether another sheet of the ledger has some.
#[must_use]
pub(crate) fn headless_sheet_finding(
    ledger: &Ledger,
    sheet: &LedgerSheet,
    (kinds, kind): (&Kinds, &Kind),
    others: bool,
) -> Diagnostic {
    let labels = row_fields(kinds, kind).map(|field| field.labels.zh.as_str());
    let known: Vec<&str> = labels.take(4).collect();
    no_heads_finding(ledger, sheet, &known, others)
}

/// Findings about heads that `source` states: fields that the kind does not have, and heads that no sheet has.
#[must_use]
pub(crate) fn check_source_heads(
    source: &LedgerSource,
    sheets: &[&LedgerSheet],
    (kinds, kind): (&Kinds, &Kind),
) -> Vec<Diagnostic> {
    let finding = |head: &SourceHead, reason: &'static str, value: &str| {
        let finding = Diagnostic::new(Code::BadKind).at(head.place.clone());
        finding.with("reason", reason).with("key", "from").with("value", value)
    };
    let check = |head: &SourceHead| {
        if let Some(field) = head
            .field
            .as_deref()
            .filter(|field| row_field(kinds, kind, field).is_none())
        {
            let known: Vec<&str> = row_fields(kinds, kind).map(|known| field_label(known, field)).collect();
            let near = nearest(field, known.iter().copied());
            let finding = finding(head, "kind-unknown-field", field).with_some("nearest", near);
            return Some(finding.with("known", known.join(", ")));
        }
        let wanted = normalize_head(&head.head);
        let is_in = |sheet: &&&LedgerSheet| sheet.has_text(&|text| normalize_head(text) == wanted);
        let is_missing = !sheets.is_empty() && !sheets.iter().any(|sheet| is_in(&sheet));
        is_missing.then(|| finding(head, "kind-no-head", &head.head))
    };
    source.heads.iter().filter_map(check).collect()
}

/// Reads one row of the ledger `file`. `language` is the site's language, for the title of a row without one.
#[must_use]
pub(crate) fn read_row(
    entry: &LedgerEntry<'_>,
    file: &SourcePath,
    kind: &Kind,
    options: &ReadOptions<'_>,
    language: &str,
) -> Checked<Record> {
    let schema = &options.schema;
    let checker = Checker::new(entry, schema.rosters, schema.zone);
    let mut post = MetaBuilder::with_kind(checker, schema, kind);
    for (column, cell) in entry.cells() {
        read_cell(&mut post, schema.kinds, kind, column, cell);
    }
    let defaults = options.defaults.for_folder(&kind.folder);
    for (key, value) in &defaults {
        let key = scalar(key);
        if entry.columns.by_key(&key).is_none_or(|column| is_blank(entry, column)) {
            // A default for posts of another kind is not an error.
            let _ = post.read_key(&key, value);
        }
    }
    if post.meta.title.is_empty() {
        post.meta.title = default_title(kind, &post.meta, entry, language);
    }
    post.resolve_outlet();
    post.report_missing();
    let mut findings: Vec<Diagnostic> = Vec::new();
    let (kind_id, mut meta) = post.finish(&mut findings);
    let labelled = |key: &str| {
        let field = schema.kinds.field(kind, key);
        field.map_or(key, |field| field.labels.get(language)).to_owned()
    };
    if kind.rows_have_pages {
        note_places(&mut meta, entry, file);
    }
    Checked {
        value: Record {
            path: row_path(entry, kind),
            kind: kind_id,
            meta,
            body: Arc::clone(&NO_TEXT),
            blocks: Vec::new(),
            digest: String::new(),
            origin: Origin::Row {
                file: file.clone(),
                sheet: entry.sheet.name.clone(),
                row: entry.row.number,
            },
            has_page: kind.rows_have_pages,
        },
        findings: with_column_names(findings, entry, &labelled),
    }
}

/// The meaning of a head in a ledger of `kind`. What `source` states comes first.
fn head_meaning(kinds: &Kinds, kind: &Kind, source: &LedgerSource, head: &str) -> HeadMeaning {
    let normalized = normalize_head(head);
    let stated = source
        .heads
        .iter()
        .find(|stated| normalize_head(&stated.head) == normalized);
    match stated.map(|stated| stated.field.as_deref()) {
        Some(Some(field)) => {
            return row_field(kinds, kind, field).map_or(HeadMeaning::Ignored, |(field, _)| {
                HeadMeaning::Key(field.name.clone(), 0)
            });
        }
        Some(None) => return HeadMeaning::Ignored,
        None => {}
    }
    match row_field(kinds, kind, head) {
        Some((field, rank)) => HeadMeaning::Key(field.name.clone(), rank),
        None if normalize_head(head).is_empty() || ledger_words().is_ignored(head) => HeadMeaning::Ignored,
        None => HeadMeaning::Unknown,
    }
}

/// The field that `name` means in a row, and how weak the name is. The kind itself comes from its definition.
fn row_field<'k>(kinds: &'k Kinds, kind: &'k Kind, name: &str) -> Option<(&'k Field, usize)> {
    field_by_name(kinds, kind, name).filter(|(field, _)| field.name != "kind")
}

/// The fields that a row may have, the kind's own first. The kind itself comes from its definition.
fn row_fields<'k>(kinds: &'k Kinds, kind: &'k Kind) -> impl Iterator<Item = &'k Field> {
    fields_of(kinds, kind).filter(|field| field.name != "kind")
}

/// The name of a field in a sheet with heads such as `head`: its key or its Chinese label.
fn field_label<'f>(field: &'f Field, head: &str) -> &'f str {
    if head.is_ascii() || field.labels.zh.is_empty() {
        &field.name
    } else {
        &field.labels.zh
    }
}

fn read_cell(post: &mut MetaBuilder<'_, '_>, kinds: &Kinds, kind: &Kind, column: &Column, cell: &Cell) {
    if post.checker.reports_formula_fault(&[&column.key], cell) {
        return;
    }
    let ty = kinds.field(kind, &column.key).map(|field| &field.ty);
    let day_expected = matches!(ty, Some(FieldType::Date | FieldType::DateTime));
    let value = match (ty, cell.value(day_expected)) {
        (Some(FieldType::List(_)), Value::String(text)) => split_list(&text),
        (Some(FieldType::Text), value) => value,
        (_, Value::String(text)) => Value::from(join_lines(&text)),
        (_, value) => value,
    };
    // The columns belong to fields that the kind has.
    let _ = post.read_key(&column.key, &value);
}

/// Splits a cell into the values of a list, because a cell cannot hold several values otherwise.
fn split_list(text: &str) -> Value {
    let parts = text.split([',', '，', '、', ';', '；', '\n']);
    let parts = parts.map(str::trim).filter(|part| !part.is_empty());
    Value::Sequence(parts.map(Value::from).collect())
}

fn is_blank(entry: &LedgerEntry<'_>, column: &Column) -> bool {
    let cells = &entry.row.cells;
    cells
        .binary_search_by_key(&column.number, |(number, _)| *number)
        .is_err()
}

/// The title of a row without one: its kind and day, or its kind and row.
fn default_title(kind: &Kind, meta: &Meta, entry: &LedgerEntry<'_>, language: &str) -> String {
    let label = kind.labels.get(language);
    match meta.date {
        Some(moment) => format!("{label} {}", moment.date),
        None => format!("{label} {}", entry.row.number),
    }
}

/// Records the places of the values that later stages may report. Done only for rows with a page: ledgers are long, and
/// places take much memory.
fn note_places(meta: &mut Meta, entry: &LedgerEntry<'_>, file: &SourcePath) {
    meta.places = KeyPlaces::in_file(file);
    for key in PLACED_KEYS {
        if let Some(place) = value_place(entry, key) {
            meta.places.insert(key, place);
        }
    }
}

/// The place of the row's value for `key`, if it has one.
#[must_use]
pub(crate) fn value_place(entry: &LedgerEntry<'_>, key: &str) -> Option<Place> {
    let column = entry.columns.by_key(key).filter(|column| !is_blank(entry, column))?;
    Some(entry.cell_place(column.number))
}

/// The row's own path, in the folder of its kind: `content/volunteer/activities/2022年-7.md` for row 7 of the sheet
/// 2022年 in `activities.xlsx`. No such file exists. The row's address and its position in every order derive from the
/// path.
///
/// File name extensions other than those of CSV and `.xlsx` stay, so that no two ledgers give the same paths. A CSV
/// file has no sheets, so the row number alone is the name.
fn row_path(entry: &LedgerEntry<'_>, kind: &Kind) -> SourcePath {
    let file = entry.file.strip_prefix("content/_data/").unwrap_or(entry.file);
    let ledger = file
        .strip_suffix(".csv")
        .or_else(|| file.strip_suffix(".xlsx"))
        .unwrap_or(file);
    let row = entry.row.number;
    // A kind without a folder is `page`, whose pages may be anywhere.
    let folder = if kind.folder.is_empty() {
        String::new()
    } else {
        format!("{}/", kind.folder)
    };
    SourcePath::new(&match entry.sheet.name.as_str() {
        "" => format!("content/{folder}{ledger}/{row}.md"),
        sheet => format!("content/{folder}{ledger}/{}-{row}.md", sheet.replace(['/', '\\'], "-")),
    })
}
