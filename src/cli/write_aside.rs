//! Writes a file of the site so that it is there whole or not at all, also after a kill or on a full disk.

use crate::output::{Action, OutputError};
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// Writes `bytes` to a temporary file beside `path` and has the disk store it. Then `place` gives the file its final name.
/// When anything fails, the temporary file is removed.
///
/// # Errors
/// The error of `place`, or that of the write, which names `shown`.
pub(super) fn write_aside<T>(
    path: &Path,
    shown: &Path,
    bytes: &[u8],
    place: impl FnOnce(&Path) -> Result<T, OutputError>,
) -> Result<T, OutputError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // The name starts with a dot, so that builds ignore the file.
    let temporary = path.with_file_name(format!(".{name}.xiangyin-{}", std::process::id()));
    let write = || {
        let mut file = fs::File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    let placed = write()
        .map_err(OutputError::while_trying(Action::Write, shown))
        .and_then(|()| place(&temporary));
    placed.inspect_err(|_| {
        // The editor needs the error of the write, not that of the cleanup.
        let _ = fs::remove_file(&temporary);
    })
}
