//! The ledgers that a kind takes records from: `from` in its definition.
//!
//! Whether a head exists and a field is known is checked where the ledger is read.

use super::super::check::{Checker, scalar, untagged};
use super::super::kind::{LedgerSource, SourceHead};
use super::definition::text_of;
use crate::diag::{Code, Diagnostic, Place};
use crate::source::LEDGER_EXTENSIONS;
use crate::yaml::Value;

/// Reads `ledger.xlsx`, `{file: ledger.xlsx, sheet: 2022年, columns: …, ignore: …}`, or a list of either. Paths are
/// relative to `content/_data/`.
pub(super) fn read_ledger_sources(checker: &mut Checker<'_, '_>, value: Option<&Value>) -> Vec<LedgerSource> {
    match value.map(untagged) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Sequence(items)) => {
            let mut found = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                found.extend(read_ledger_source(checker, &["from", &index.to_string()], item));
            }
            found
        }
        Some(single) => read_ledger_source(checker, &["from"], single).into_iter().collect(),
    }
}

fn read_ledger_source(checker: &mut Checker<'_, '_>, path: &[&str], value: &Value) -> Option<LedgerSource> {
    let (file, sheet, heads) = match untagged(value) {
        Value::Mapping(map) => {
            checker.check_known_keys(path, map, &["file", "sheet", "columns", "ignore"]);
            let sheet = map.get("sheet").map(|sheet| sheet_name(checker, path, "sheet", sheet));
            let mut heads = read_columns(checker, path, map.get("columns"));
            heads.extend(read_ignored(checker, path, map.get("ignore")));
            (text_of(map, "file"), sheet.filter(|sheet| !sheet.is_empty()), heads)
        }
        Value::String(file) => (file.trim().to_owned(), None, Vec::new()),
        other => return checker.report_wrong_type(path, other, "ledger"),
    };
    let file = file
        .trim_start_matches("content/")
        .trim_start_matches("_data/")
        .to_owned();
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    if !ending.is_some_and(|ending| LEDGER_EXTENSIONS.contains(&ending.as_str())) {
        checker.findings.push(
            Diagnostic::new(Code::BadKind)
                .at(checker.document.value_place(path))
                .with("reason", "kind-no-ledger-name")
                .with("key", "from")
                .with("value", file),
        );
        return None;
    }
    Some(LedgerSource {
        file,
        sheet,
        heads,
        place: checker.document.value_place(path),
    })
}

/// The heads under `columns`, each with the field of its column: `{负责人: author}`.
fn read_columns(checker: &mut Checker<'_, '_>, path: &[&str], value: Option<&Value>) -> Vec<SourceHead> {
    let path: Vec<&str> = path.iter().copied().chain(["columns"]).collect();
    let map = match value.map(untagged) {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Mapping(map)) => map,
        Some(other) => {
            let _: Option<()> = checker.report_wrong_type(&path, other, "ledger-columns");
            return Vec::new();
        }
    };
    let read = |(head, field): (&Value, &Value)| {
        let head = scalar(head).into_owned();
        let path: Vec<&str> = path.iter().copied().chain([head.as_str()]).collect();
        let place = checker.document.value_place(&path);
        let field = Some(scalar(field).trim().to_owned());
        SourceHead { head, field, place }
    };
    map.iter().map(read).collect()
}

/// The heads under `ignore`: `[备注]`, or one text.
fn read_ignored(checker: &mut Checker<'_, '_>, path: &[&str], value: Option<&Value>) -> Vec<SourceHead> {
    let path: Vec<&str> = path.iter().copied().chain(["ignore"]).collect();
    let read = |head: &Value, place: Place| SourceHead {
        head: scalar(head).trim().to_owned(),
        field: None,
        place,
    };
    match value.map(untagged) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Sequence(items)) => {
            let place = |index: usize| {
                let index = index.to_string();
                let path: Vec<&str> = path.iter().copied().chain([index.as_str()]).collect();
                checker.document.value_place(&path)
            };
            let items = items.iter().enumerate();
            items.map(|(index, head)| read(head, place(index))).collect()
        }
        Some(other @ Value::Mapping(_)) => {
            let _: Option<()> = checker.report_wrong_type(&path, other, "ledger-ignore");
            Vec::new()
        }
        Some(single) => vec![read(single, checker.document.value_place(&path))],
    }
}

/// A sheet's name as written. YAML reads an all-digit name as a number.
fn sheet_name(checker: &Checker<'_, '_>, path: &[&str], key: &str, value: &Value) -> String {
    let path: Vec<&str> = path.iter().copied().chain([key]).collect();
    let written = checker.document.scalar(&path);
    written.map_or_else(|| scalar(value).trim().to_owned(), str::to_owned)
}
