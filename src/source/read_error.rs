//! The finding about a file that the system does not let the program read.

use crate::diag::{Code, Diagnostic, Place};

/// The finding about the file `path`, with the system's reason.
pub(super) fn read_error(path: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(Code::Unreadable)
        .at(Place::whole_file(path))
        .with("path", path)
        .with("reason", error.to_string())
}
