//! Maps the paths at which values are read to the paths at which they were written.

use std::collections::BTreeMap;

/// Values that are read at one path and were written at another.
///
/// A reader that normalizes several forms into one records here what it moved, so that findings still name the line
/// that the editor wrote.
#[derive(Debug, Clone, Default)]
pub(crate) struct PathMap(BTreeMap<Vec<String>, Vec<String>>);

impl PathMap {
    /// Records that the value at `read`, with everything below it, was written at `written`.
    pub(crate) fn insert(&mut self, read: &[String], written: &[String]) {
        if read != written {
            self.0.insert(read.to_vec(), written.to_vec());
        }
    }

    /// The path at which the value at `path` was written. The longest recorded prefix decides.
    #[must_use]
    pub(crate) fn written_path(&self, path: &[&str]) -> Vec<String> {
        let owned: Vec<String> = path.iter().map(|step| (*step).to_owned()).collect();
        for end in (1..=owned.len()).rev() {
            if let Some(written) = self.0.get(&owned[..end]) {
                return written.iter().chain(&owned[end..]).cloned().collect();
            }
        }
        owned
    }
}
