//! The names by which editors call the fields and the folder of a kind.
//!
//! Role: one vocabulary for the keys of front matter and the heads of ledgers. A field is named by its key, by its
//! label, or by a word of `ledger/words.yaml`.

use crate::ledger::{LedgerWords, ledger_words, normalize_head};
use crate::schema::{Field, Kind, Kinds, Labels};

pub(super) use crate::schema::MAP_KEYS;

/// The key of several counts of a post's numbers, for kinds with the field [`COUNTED_ON`]; it is no field.
pub(super) const COUNTS: &str = "counts";
/// The field with the day of a count.
pub(super) const COUNTED_ON: &str = "counted_on";

/// The fields that posts of `kind` may have, the kind's own first.
pub(super) fn fields_of<'k>(kinds: &'k Kinds, kind: &'k Kind) -> impl Iterator<Item = &'k Field> {
    kind.fields.iter().chain(kinds.common())
}

/// The field that `name` means, and how weak the name is: 0 for the key or a label, more for other words.
pub(super) fn field_by_name<'k>(kinds: &'k Kinds, kind: &'k Kind, name: &str) -> Option<(&'k Field, usize)> {
    let wanted = normalize_head(name);
    let is_meant = |field: &&Field| {
        let Labels { zh, en } = &field.labels;
        field.name == wanted || normalize_head(zh) == wanted || normalize_head(en) == wanted
    };
    let mut meant = fields_of(kinds, kind).filter(is_meant);
    // A field of the site's own is meant by its label although a built-in one has the same.
    let first = meant.next();
    if let Some(field) = first
        .filter(|field| field.is_own)
        .or_else(|| meant.find(|field| field.is_own))
        .or(first)
    {
        return Some((field, 0));
    }
    let by_word = |field: &'k Field| Some((field, 1 + ledger_words().rank_of(&field.name, &wanted)?));
    fields_of(kinds, kind).filter_map(by_word).min_by_key(|(_, rank)| *rank)
}

/// The field that a key of front matter means. Keys of other programs, such as `description`, are left to them.
pub(super) fn field_by_key<'k>(kinds: &'k Kinds, kind: &'k Kind, key: &str) -> Option<&'k Field> {
    if let Some(field) = kinds.field(kind, key) {
        return Some(field);
    }
    let (field, rank) = field_by_name(kinds, kind, key)?;
    (rank == 0 || !key.is_ascii()).then_some(field)
}

/// The key that a word means, whatever the kind; `None` when the word is unknown.
pub(crate) fn key_for_word(word: &str) -> Option<&'static str> {
    let (key, _) = LedgerWords::find_key(&ledger_words().record, word)?;
    Some(key)
}

/// The kind whose folder an editor meant by `folder`: another case, singular or plural, the kind's name, a slip of one
/// letter. `None` when it is the folder of a kind, or of none.
pub(crate) fn kind_near_folder<'k>(kinds: &'k Kinds, folder: &str) -> Option<&'k Kind> {
    if folder.is_empty() || kinds.of_folder(folder).is_some() {
        return None;
    }
    let wanted = normalize_folder(folder);
    let with_folder = || kinds.iter().filter(|kind| !kind.folder.is_empty());
    let same = |kind: &&Kind| folder_names(kind).iter().any(|name| normalize_folder(name) == wanted);
    if let Some(kind) = with_folder().find(same) {
        return Some(kind);
    }
    let is_near = |name: &str| {
        let length = name.chars().count();
        // Short names have many neighbours: `story` is not `study`.
        let limit = if folder.is_ascii() { length / 4 } else { length / 3 };
        length >= 3 && limit > 0 && strsim::damerau_levenshtein(&name.to_lowercase(), &wanted) <= limit.min(2)
    };
    with_folder().find(|kind| folder_names(kind).iter().any(|name| is_near(name)))
}

/// The names that an editor may give to the folder of a kind.
fn folder_names(kind: &Kind) -> [&str; 4] {
    [&kind.folder, &kind.id, &kind.labels.zh, &kind.labels.en]
}

/// A folder's name without case, spaces, hyphens and the English plural.
fn normalize_folder(name: &str) -> String {
    let plain: String = normalize_head(name)
        .chars()
        .filter(|c| !matches!(c, '-' | '_'))
        .collect();
    plain.strip_suffix('s').unwrap_or(&plain).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_mean_a_kind_are_recognised() {
        let kinds = Kinds::built_in();
        let near = |folder: &str| kind_near_folder(&kinds, folder).map(|kind| kind.id.as_str());
        for (folder, kind) in [
            ("Volunteer", Some("volunteer")),
            ("volunteers", Some("volunteer")),
            ("volunter", Some("volunteer")),
            ("voluntere", Some("volunteer")),
            ("志愿服务", Some("volunteer")),
            ("志愿服务队", Some("volunteer")),
            ("video", Some("video")),
            ("role_model", Some("role-model")),
            ("rolemodels", Some("role-model")),
            ("回应", None),
            ("媒体报导", Some("coverage")),
            ("converage", Some("coverage")),
            ("volunteer", None),
            ("handbook", None),
            ("stories", None),
            ("story", None),
            ("news", None),
            ("town", None),
            ("服务", None),
            ("2022", None),
            ("", None),
        ] {
            assert_eq!(near(folder), kind, "{folder}");
        }
    }
}
