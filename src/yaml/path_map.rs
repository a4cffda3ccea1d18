//! Where values stand in the text once they were put elsewhere for reading.

use std::collections::BTreeMap;

/// Values that are read at one path and were written at another.
///
/// A reader that first brings several forms into one notes here what it moved, so that findings still name the line
/// that the editor wrote.
#[derive(Debug, Clone, Default)]
pub(crate) struct PathMap(BTreeMap<Vec<String>, Vec<String>>);

impl PathMap {
    /// Notes that what is read at `read`, with all below it, stands at `written`, a path of the text as it is.
    pub(crate) fn insert(&mut self, read: &[String], written: &[String]) {
        if read != written {
            self.0.insert(read.to_vec(), written.to_vec());
        }
    }

    /// The path in the text of the value that is read at `path`: the longest noted beginning decides.
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
