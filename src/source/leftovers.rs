//! Files that no site publishes, by their names: hidden, temporary, backup and lock files, those of systems and of
//! version control, and keys.
//!
//! Role: one list for all places that walk over a site's files. A name alone decides, so that a key is not even opened.

use crate::paths::SourcePath;

/// The folder of `content/` whose files go to the root of the output as they are.
pub(crate) const ROOT_FOLDER: &str = "_root";

/// Whether a file or folder of this name comes and goes with the program that has a file open, or belongs to the
/// system. A preview does not update when such a file changes.
#[must_use]
fn is_ignored(name: &str) -> bool {
    name.starts_with('.') || name.starts_with("~$") || name.ends_with('~') || is_system_file(name)
}

/// How the names of files begin that a command of this program is writing; 16 digits follow.
pub(crate) const TEMPORARY_PREFIX: &str = ".xiangyin-new-";

/// Whether this is the name of a file that a command of this program is writing, or left when it was killed.
#[must_use]
pub(crate) fn is_own_temporary(name: &str) -> bool {
    let digits = name.strip_prefix(TEMPORARY_PREFIX);
    digits.is_some_and(|digits| digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether a name in the path of a file of the site is ignored: see [`is_ignored`].
#[must_use]
pub(crate) fn is_ignored_path(path: &str) -> bool {
    has_name(path, is_ignored)
}

/// Whether a name in the path of a file of the site says that the file is never published.
#[must_use]
pub(super) fn is_never_published_path(path: &str) -> bool {
    has_name(path, is_never_published)
}

/// Whether a name in the path of a file of the site is one of those that `is_meant` accepts. Below `_root/` those are
/// meant that are never published there.
fn has_name(path: &str, is_meant: fn(&str) -> bool) -> bool {
    let at_root = path
        .strip_prefix("content/")
        .and_then(|path| path.strip_prefix(ROOT_FOLDER));
    match at_root.filter(|rest| rest.starts_with('/')) {
        Some(rest) => rest.split('/').any(is_never_published_at_root),
        None => path.split('/').any(is_meant),
    }
}

/// Whether a file or folder of this name is never published.
#[must_use]
pub(crate) fn is_never_published(name: &str) -> bool {
    if is_ignored(name) {
        return true;
    }
    let lower = name.to_lowercase();
    let extension = lower.rsplit_once('.').map_or("", |(_, extension)| extension);
    is_lock_file(&lower) || EXTENSIONS.contains(&extension) || KEY_FILES.contains(&&*lower)
}

/// Whether a file or folder in `content/_root/` is never published. Hosts read hidden files such as `.well-known/` and
/// `.htaccess` there.
#[must_use]
pub(crate) fn is_never_published_at_root(name: &str) -> bool {
    let lower = name.to_lowercase();
    match lower.strip_prefix('.') {
        Some(rest) => {
            HIDDEN_AT_ROOT.contains(&rest)
                || rest.starts_with('_')
                || rest.starts_with('~')
                || rest.starts_with("env.")
                || name.ends_with('~')
                || EXTENSIONS.iter().any(|ending| rest.ends_with(&format!(".{ending}")))
        }
        None => is_never_published(name),
    }
}

/// A pattern of `FileGlob` that covers a file of this name, which is never published, and others of its sort.
#[must_use]
pub(crate) fn leftover_pattern(name: &str) -> String {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match () {
        () if name.starts_with("~$") => "**/~$*".to_owned(),
        () if !name.starts_with('.') && EXTENSIONS.contains(&&*extension.to_lowercase()) => format!("**/*.{extension}"),
        () => format!("**/{name}"),
    }
}

/// The name of the post that a file was meant to be: `river.md` for `river.md.txt`, `river.md.bak`, `river.md~`,
/// `river.mdx`. `None` for every other file, and for a post itself.
#[must_use]
pub(crate) fn meant_post(path: &SourcePath) -> Option<String> {
    let name = path.file_name();
    let lower = name.to_lowercase();
    let is_post = |text: &str| text.ends_with(".md") || text.ends_with(".markdown");
    if lower.starts_with(['.', '#']) || lower.starts_with("~$") || is_post(&lower) {
        return None;
    }
    // Endings that a program appends to the whole name. Lower case has another length for a few letters only, and those
    // are before the ending.
    let cut = |ending: &str| name.get(..name.len() - ending.len()).map(str::to_owned);
    let appended = APPENDED
        .iter()
        .find(|ending| lower.strip_suffix(**ending).is_some_and(is_post));
    if let Some(ending) = appended {
        return cut(ending);
    }
    let other = OTHER_ENDINGS.iter().find(|ending| lower.ends_with(**ending))?;
    Some(format!("{}.md", cut(other)?))
}

/// What programs append to the name of a post.
const APPENDED: [&str; 10] = [
    ".txt", ".text", ".bak", ".orig", ".old", ".tmp", ".backup", ".save", ".rtf", "~",
];

/// Endings of Markdown files that are not read as posts.
const OTHER_ENDINGS: [&str; 7] = [".mdx", ".mkd", ".mdown", ".mkdn", ".mdwn", ".md.html", ".qmd"];

/// The extensions, in lower case, of temporary files, of backups, of lock files and of keys.
const EXTENSIONS: [&str; 35] = [
    // Temporary and unfinished files.
    "tmp",
    "temp",
    "part",
    "partial",
    "crdownload",
    "download",
    "swp",
    "swo",
    "swn",
    "asd",
    "wbk",
    "xlk",
    // Backups.
    "bak",
    "bck",
    "backup",
    "old",
    "orig",
    "rej",
    "save",
    "sav",
    // Locks.
    "lock",
    "lck",
    // Keys and passwords.
    "pem",
    "key",
    "ppk",
    "pfx",
    "p12",
    "p8",
    "jks",
    "keystore",
    "kdbx",
    "kdb",
    "ovpn",
    "der",
    "gpg",
];

/// Files of keys and passwords, in lower case.
const KEY_FILES: [&str; 11] = [
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "authorized_keys",
    "known_hosts",
    "htpasswd",
    "credentials",
    "secrets.yaml",
    "secrets.yml",
    "secrets.json",
];

/// Hidden files and folders, in lower case without their dot, that are not for hosts.
const HIDDEN_AT_ROOT: [&str; 19] = [
    "git",
    "gitignore",
    "gitattributes",
    "gitmodules",
    "gitkeep",
    "svn",
    "hg",
    "bzr",
    "env",
    "ssh",
    "idea",
    "vscode",
    "ds_store",
    "htpasswd",
    "netrc",
    "npmrc",
    "trash",
    "localized",
    "stfolder",
];

/// Files and folders that systems make by themselves.
fn is_system_file(name: &str) -> bool {
    const NAMES: [&str; 10] = [
        "thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
        "icon\r",
        "__macosx",
        "$recycle.bin",
        "system volume information",
        "@eadir",
        "#recycle",
        "lost+found",
    ];
    NAMES.contains(&&*name.to_lowercase())
}

/// Whether a name, in lower case, is one of an open document: `~wrl0001.tmp`, `#a.md#`.
fn is_lock_file(name: &str) -> bool {
    name.starts_with("~wr") || (name.len() > 1 && name.starts_with('#') && name.ends_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_is_never_published() {
        for name in [
            ".DS_Store",
            "._图.jpg",
            ".git",
            ".env",
            "Thumbs.db",
            "thumbs.db",
            "Desktop.ini",
            "~$名单.docx",
            "~WRL0001.tmp",
            "#a.md#",
            "a.md~",
            "a.md.bak",
            "名单.xlsx.BAK",
            "a.md.orig",
            "video.mp4.crdownload",
            ".a.md.swp",
            "id_rsa",
            "server.key",
            "town.PEM",
            "__MACOSX",
        ] {
            assert!(is_never_published(name), "{name}");
        }
        for name in [
            "a.md",
            "图.jpg",
            "名单.xlsx",
            "bak",
            "old.pdf",
            "key.jpg",
            "id_rsa.pub",
            "1.2.bak.pdf",
            "#1.jpg",
            "~.jpg",
            "汇报~.pdf",
            "lock.svg",
            "a.lock.jpg",
        ] {
            assert!(!is_never_published(name), "{name}");
        }
    }

    #[test]
    fn hosts_read_hidden_files_at_the_root() {
        for name in [".well-known", ".htaccess", ".nojekyll", ".user.ini", "robots.txt"] {
            assert!(!is_never_published_at_root(name), "{name}");
        }
        for name in [
            ".git",
            ".env",
            ".env.local",
            ".DS_Store",
            "._robots.txt",
            ".robots.txt.swp",
            "a.pem",
            "a~",
        ] {
            assert!(is_never_published_at_root(name), "{name}");
        }
    }

    #[test]
    fn near_posts_are_recognised() {
        for (name, expected) in [
            ("river.md.txt", Some("river.md")),
            ("稿件.MD.TXT", Some("稿件.MD")),
            ("x.markdown~", Some("x.markdown")),
            ("draft.md.bak", Some("draft.md")),
            ("稿件.mdx", Some("稿件.md")),
            ("a.mdown", Some("a.md")),
            ("a.md", None),
            ("稿件.MD", None),
            ("a.txt", None),
            (".a.md.swp", None),
            ("#a.md#", None),
            ("a.pdf.bak", None),
        ] {
            let path = SourcePath::new(&format!("content/volunteer/{name}"));
            assert_eq!(meant_post(&path).as_deref(), expected, "{name}");
        }
    }
}
