//! How large a file may be that is held in memory as a whole.
//!
//! Files that are only copied, such as films, have no limit. A text of many megabytes is no post: somebody saved a log or
//! a database export under the wrong name, and the memory of the machine would not suffice to parse it.

use super::read_error::read_error;
use crate::diag::{Code, Diagnostic, Place};
use crate::paths::SourcePath;
use std::fs::File;
use std::io::Read as _;

/// The most bytes of a text: posts, settings, rosters in YAML, templates, style sheets.
const MAX_TEXT_BYTES: u64 = 16 << 20;
/// The most bytes of any other file that is read as a whole: pictures, ledgers, static files of themes.
const MAX_FILE_BYTES: u64 = 256 << 20;

/// The extensions of texts that are parsed.
const TEXTS: [&str; 8] = ["md", "yaml", "yml", "html", "xml", "css", "js", "svg"];

/// The number of bytes allocated before a file is read. The size that the system reports may be wrong.
const MAX_PREALLOCATION: u64 = 1 << 20;

/// Reads all of an open file.
///
/// # Errors
/// A finding when reading fails, or when the file is larger than its limit. Of such a file, at most the limit is read.
pub(super) fn read_to_limit(path: &SourcePath, file: &mut File) -> Result<Vec<u8>, Box<Diagnostic>> {
    let limit = if TEXTS.contains(&path.extension().as_str()) {
        MAX_TEXT_BYTES
    } else {
        MAX_FILE_BYTES
    };
    let failed = |error| Box::new(read_error(path.as_str(), &error));
    let size = file.metadata().map_err(failed)?.len();
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(MAX_PREALLOCATION)).unwrap_or_default());
    if size <= limit {
        // A file that grows meanwhile, and one of no stated size, must end, too.
        file.take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    }
    if size > limit || bytes.len() as u64 > limit {
        return Err(Box::new(too_large(path.as_str(), limit)));
    }
    Ok(bytes)
}

fn too_large(path: &str, limit: u64) -> Diagnostic {
    Diagnostic::new(Code::FileTooLarge)
        .at(Place::whole_file(path))
        .with("path", path)
        .with("limit", format!("{} MB", limit >> 20))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn read_file_of(size: u64, path: &str) -> Result<usize, Code> {
        let mut file = tempfile::tempfile().unwrap();
        // A file with a hole takes no room on the disk.
        file.set_len(size).unwrap();
        let read = read_to_limit(&SourcePath::new(path), &mut file);
        read.map(|bytes| bytes.len()).map_err(|finding| finding.code)
    }

    #[test]
    fn text_is_read_up_to_its_limit_and_other_files_beyond() {
        assert_eq!(read_file_of(0, "content/a.md"), Ok(0));
        assert_eq!(read_file_of(16 << 20, "content/a.md"), Ok(16 << 20));
        assert_eq!(read_file_of((16 << 20) + 1, "content/a.MD"), Err(Code::FileTooLarge));
        assert_eq!(read_file_of((16 << 20) + 1, "content/a.jpg"), Ok((16 << 20) + 1));
        assert_eq!(read_file_of(1 << 40, "content/a.jpg"), Err(Code::FileTooLarge));
    }
}
