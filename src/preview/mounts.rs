//! Detects folders whose changes the system does not report: on network drives and in folders shared by other systems.
//!
//! Linux names the type of every mounted file system in `/proc/mounts` (proc_mounts(5)). On other systems nothing is
//! known, and the editor can use `--poll`.

use std::path::{Path, PathBuf};

/// File systems whose changes by other machines are not reported by inotify (NOTES of inotify(7)), and those through
/// which Windows, macOS or a virtual machine's host share their folders (`9p` and `drvfs` are WSL's `/mnt/c`).
const UNWATCHABLE: [&str; 22] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "afs",
    "ceph",
    "lustre",
    "ncpfs",
    "9p",
    "drvfs",
    "virtiofs",
    "vboxsf",
    "vmhgfs",
    "prl_fs",
    "fuse.sshfs",
    "fuse.vmhgfs-fuse",
    "fuse.rclone",
    "fuse.davfs2",
    "fuse.glusterfs",
    "fuse.grpcfuse",
    "fuse.s3fs",
];

/// The type of the file system that `folder` is on, if its changes are not reported; else `None`.
pub(super) fn unwatchable_fs(folder: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/mounts").ok()?;
    let real = folder.canonicalize().ok()?;
    let fs_name = fs_type(&mounts, &real)?;
    UNWATCHABLE.contains(&fs_name).then(|| fs_name.to_owned())
}

/// The type of the file system that holds `path`, from a table such as `/proc/mounts`. When two mounts have the same
/// mount point, the last one counts.
fn fs_type<'a>(mounts: &'a str, path: &Path) -> Option<&'a str> {
    let rows = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((unescape(words.next()?), words.next()?))
    });
    rows.filter(|(point, _)| path.starts_with(point))
        .max_by_key(|(point, _)| point.components().count())
        .map(|(_, fs_name)| fs_name)
}

/// Decodes the octal escapes of space, tab, line end and backslash in a mount point.
fn unescape(point: &str) -> PathBuf {
    let plain = point.replace("\\040", " ").replace("\\011", "\t");
    PathBuf::from(plain.replace("\\012", "\n").replace("\\134", "\\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
/dev/sda1 / ext4 rw 0 0
C:\\134 /mnt/c 9p rw,dirsync 0 0
server:/town /home/li/town\\040site nfs4 rw 0 0
tmpfs /home/li/town\\040site/public tmpfs rw 0 0
";

    #[test]
    fn the_nearest_mount_decides() {
        let fs_name = |path: &str| fs_type(MOUNTS, Path::new(path));
        assert_eq!(fs_name("/home/li/other"), Some("ext4"));
        assert_eq!(fs_name("/mnt/c/Users/li/site"), Some("9p"));
        assert_eq!(fs_name("/mnt/cd"), Some("ext4"));
        assert_eq!(fs_name("/home/li/town site/content"), Some("nfs4"));
        assert_eq!(fs_name("/home/li/town site/public/a"), Some("tmpfs"));
        assert_eq!(fs_type("", Path::new("/")), None);
        assert_eq!(fs_type("broken\n\n x", Path::new("/")), None);
    }

    #[test]
    fn temporary_folder_is_watchable() {
        assert_eq!(unwatchable_fs(&std::env::temp_dir()), None);
    }
}
