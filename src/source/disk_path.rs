//! Paths of the disk as paths of the site.

use std::path::Path;

/// The path in the site in `root` of a path on the disk, with `/`.
pub(super) fn relative_path(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    let text = path.to_string_lossy();
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.into_owned()
    }
}
