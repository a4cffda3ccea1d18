//! The ledgers that a kind takes records from: `from` in its definition.

use super::super::check::{Checker, scalar, untagged};
use super::super::kind::LedgerSource;
use super::definition::text_of;
use crate::diag::{Code, Diagnostic};
use crate::source::LEDGER_EXTENSIONS;
use crate::yaml::Value;

/// Reads `ledger.xlsx`, `{file: ledger.xlsx, sheet: 2022年}`, or a list of either. Paths are relative to
/// `content/_data/`.
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
    let (file, sheet) = match untagged(value) {
        Value::Mapping(map) => {
            checker.check_known_keys(path, map, &["file", "sheet"]);
            let sheet = map.get("sheet").map(|sheet| sheet_name(checker, path, "sheet", sheet));
            (text_of(map, "file"), sheet.filter(|sheet| !sheet.is_empty()))
        }
        Value::String(file) => (file.trim().to_owned(), None),
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
        place: checker.document.value_place(path),
    })
}

/// A sheet's name as written. YAML reads an all-digit name as a number.
fn sheet_name(checker: &Checker<'_, '_>, path: &[&str], key: &str, value: &Value) -> String {
    let path: Vec<&str> = path.iter().copied().chain([key]).collect();
    let written = checker.document.scalar(&path);
    written.map_or_else(|| scalar(value).trim().to_owned(), str::to_owned)
}
