//! The places of the values that a checker checks: in a YAML text, or in the cells of a ledger's row.

use crate::diag::Place;
use crate::ledger::LedgerEntry;
use crate::yaml::YamlDocument;
use std::ops::Range;

/// Finds values, with their places, by paths such as `["owner", "icp"]` or `["0", "since"]`.
pub(crate) trait ValueLocator: std::fmt::Debug {
    /// The place of the key that `path` ends with; the place of the whole when the key is missing.
    fn key_place(&self, path: &[&str]) -> Place;

    /// The place of the value at `path`; the key's place when the value is empty.
    fn value_place(&self, path: &[&str]) -> Place;

    /// The scalar at `path` as written, if it may differ from its value.
    fn scalar(&self, path: &[&str]) -> Option<&str>;

    /// The bytes of the value at `path`, if `xiangyin fix` can rewrite them.
    fn value_range(&self, path: &[&str]) -> Option<Range<usize>>;

    /// Whether the top-level `key` exists but its entry could not be read.
    fn is_broken(&self, key: &str) -> bool;
}

impl ValueLocator for YamlDocument<'_> {
    fn key_place(&self, path: &[&str]) -> Place {
        self.key_place(path)
    }

    fn value_place(&self, path: &[&str]) -> Place {
        self.value_place(path)
    }

    fn scalar(&self, path: &[&str]) -> Option<&str> {
        self.scalar(path)
    }

    fn value_range(&self, path: &[&str]) -> Option<Range<usize>> {
        self.value_range(path)
    }

    fn is_broken(&self, key: &str) -> bool {
        self.is_broken(key)
    }
}

/// A row of a ledger. The first step of a path that is a column's key decides, so a roster index before it and a list
/// index after it do not matter.
impl ValueLocator for LedgerEntry<'_> {
    fn key_place(&self, path: &[&str]) -> Place {
        self.value_place(path)
    }

    fn value_place(&self, path: &[&str]) -> Place {
        let column = path.iter().find_map(|step| self.columns.by_key(step));
        self.cell_place(column.map_or(1, |column| column.number))
    }

    fn scalar(&self, _path: &[&str]) -> Option<&str> {
        None
    }

    fn value_range(&self, _path: &[&str]) -> Option<Range<usize>> {
        None
    }

    fn is_broken(&self, _key: &str) -> bool {
        false
    }
}
