//! Files that a system or a sync tool named as copies of others.

use crate::catalog::Catalog;
use crate::diag::{Code, Diagnostic, Place};
use crate::record::{Origin, Record};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Endings of copies' names, without a number: Windows, macOS, and the conflicts of OneDrive, Nextcloud, Dropbox,
/// Syncthing and 坚果云.
const COPY_ENDINGS: [&str; 14] = [
    " - 副本",
    "-副本",
    "_副本",
    " 副本",
    "副本",
    " 的副本",
    " - copy",
    " copy",
    "-copy",
    "_copy",
    "(conflict)",
    " (conflict)",
    "_冲突",
    "_conflict",
];
/// Beginnings of what a sync tool adds to the name of a conflicting file. The rest names a computer or a day.
const CONFLICT_MARKS: [&str; 9] = [
    ".sync-conflict-",
    " (conflicted copy",
    "(conflicted copy",
    " (case conflict",
    "（冲突",
    "(冲突",
    " (冲突",
    "_冲突文件",
    "-冲突-",
];

/// Reports each post that is named like a copy of another file in its folder.
pub(super) fn check(catalog: &Catalog) -> Vec<Diagnostic> {
    let all = catalog.records.iter().chain(catalog.withheld.iter()).map(Arc::as_ref);
    let files = all.filter(|record: &&Record| record.origin == Origin::File);
    let paths: BTreeSet<&str> = files.map(|record| record.path.as_str()).collect();
    let published = catalog.records.iter().map(|record| record.path.as_str());
    find_copies(published, &paths)
}

/// Reports each of `candidates` that is named like a copy of one of `paths` in its folder. A name with a number is only
/// reported where the file without it exists: a series has numbers, too.
#[must_use]
pub(crate) fn find_copies<'p>(candidates: impl Iterator<Item = &'p str>, paths: &BTreeSet<&str>) -> Vec<Diagnostic> {
    let check = |path: &str| {
        let original = original_paths(path)
            .into_iter()
            .find(|original| paths.contains(original.as_str()))?;
        let finding = Diagnostic::new(Code::CopiedFile).at(Place::whole_file(path));
        Some(finding.with("path", original))
    };
    candidates.filter_map(check).collect()
}

/// The paths of which `path` may be a copy.
fn original_paths(path: &str) -> Vec<String> {
    let (folder, name) = path
        .rsplit_once('/')
        .map_or(("", path), |(folder, name)| (folder, name));
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return Vec::new();
    };
    let lower = stem.to_lowercase();
    let mut originals: Vec<&str> = Vec::new();
    let unnumbered = without_number(stem);
    originals.extend(unnumbered);
    // Lower-casing may change the number of bytes of a rare letter; such a name is not examined further.
    if lower.len() == stem.len() {
        for end in [stem.len(), unnumbered.map_or(0, str::len)] {
            let endings = COPY_ENDINGS
                .iter()
                .filter_map(|ending| lower[..end].strip_suffix(ending));
            originals.extend(endings.map(|rest| &stem[..rest.len()]));
        }
        let marks = CONFLICT_MARKS.iter().filter_map(|mark| lower.find(mark));
        originals.extend(marks.map(|at| &stem[..at]));
    }
    originals.extend(stem.strip_prefix("副本"));
    let whole = |stem: &str| format!("{folder}/{}.{extension}", stem.trim_end());
    originals
        .into_iter()
        .filter(|stem| !stem.trim().is_empty())
        .map(whole)
        .collect()
}

/// The name without a number in brackets at its end: `a (2)`, `a(1)`, `a（1）`.
fn without_number(stem: &str) -> Option<&str> {
    let inner = stem.strip_suffix([')', '）'])?;
    let digits = inner.trim_end_matches(|c: char| c.is_ascii_digit());
    let rest = digits.strip_suffix(['(', '（'])?;
    (digits.len() < inner.len()).then(|| rest.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_copies_lead_to_the_original() {
        for copy in [
            "活动 - 副本",
            "活动 - 副本 (2)",
            "活动 - 副本（2）",
            "活动(1)",
            "活动 (1)",
            "活动（1）",
            "活动 copy",
            "活动 - Copy",
            "活动 - Copy (3)",
            "活动 的副本",
            "副本活动",
            "活动.sync-conflict-20220601-101010-ABCDEFG",
            "活动 (conflicted copy 2022-06-01)",
            "活动(冲突文件 张三)",
            "活动_冲突文件_张三",
        ] {
            let originals = original_paths(&format!("content/volunteer/{copy}.md"));
            assert!(
                originals.contains(&"content/volunteer/活动.md".to_owned()),
                "{copy}: {originals:?}"
            );
        }
        for name in ["活动", "副本", "(1)", "活动(一)", "活动()"] {
            let originals = original_paths(&format!("content/{name}.md"));
            assert_eq!(originals, Vec::<String>::new(), "{name}");
        }
    }
}
