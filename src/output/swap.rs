//! Replaces one folder with another, in one step where the system can.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Replaces `out` with `new`; both lie in one folder. Returns where the old tree is now. `None` when there was no old
/// tree.
///
/// Linux (`renameat2` with `RENAME_EXCHANGE`) and macOS (`renamex_np` with `RENAME_SWAP`) exchange the two in one
/// step. On other systems, and on file systems without it, the old tree is first renamed to `aside`: between the two
/// renames there is no output folder, but never half of one. When the second rename fails, the first is undone.
pub(super) fn replace(new: &Path, out: &Path, aside: &Path) -> io::Result<Option<PathBuf>> {
    if !out.exists() {
        fs::rename(new, out)?;
        return Ok(None);
    }
    match exchange(new, out) {
        Ok(()) => return Ok(Some(new.to_owned())),
        // No exchange in the file system (EINVAL), the kernel (ENOSYS) or the system (ENOTSUP).
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => {}
        Err(error) => return Err(error),
    }
    by_two_renames(new, out, aside)?;
    Ok(Some(aside.to_owned()))
}

/// Exchanges two folders in one step.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE)?)
}

/// Always an error: this system cannot exchange folders.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_a: &Path, _b: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Renames `out` to `aside` and `new` to `out`. Puts the old tree back when the second rename fails.
fn by_two_renames(new: &Path, out: &Path, aside: &Path) -> io::Result<()> {
    fs::rename(out, aside)?;
    fs::rename(new, out).inspect_err(|_| {
        // If this fails too, the next build finds the old tree by its name and puts it back.
        let _ = fs::rename(aside, out);
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn tree(folder: &Path, text: &str) {
        fs::create_dir(folder).unwrap();
        fs::write(folder.join("a"), text).unwrap();
    }

    #[test]
    fn two_renames_exchange_the_trees() {
        let dir = tempfile::tempdir().unwrap();
        let [new, out, aside] = ["new", "out", "aside"].map(|name| dir.path().join(name));
        tree(&new, "new");
        tree(&out, "old");
        by_two_renames(&new, &out, &aside).unwrap();
        assert_eq!(fs::read_to_string(out.join("a")).unwrap(), "new");
        assert_eq!(fs::read_to_string(aside.join("a")).unwrap(), "old");
        assert!(!new.exists());
    }

    #[test]
    fn a_failed_second_rename_puts_the_old_tree_back() {
        let dir = tempfile::tempdir().unwrap();
        let [new, out, aside] = ["new", "out", "aside"].map(|name| dir.path().join(name));
        tree(&out, "old");
        assert!(by_two_renames(&new, &out, &aside).is_err());
        assert_eq!(fs::read_to_string(out.join("a")).unwrap(), "old");
        assert!(!aside.exists());
    }
}
