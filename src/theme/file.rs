//! The files of a theme.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// One file of a theme.
#[derive(Debug, Clone)]
pub struct ThemeFile {
    /// Where it lies, for findings: `themes/default/templates/base.html`.
    pub origin: String,
    /// Its content.
    pub bytes: Cow<'static, [u8]>,
}

/// The files of one theme folder, by their path below it.
pub(crate) type ThemeLayer = BTreeMap<String, ThemeFile>;

/// The name under which a static file is published: `style.css` → `style.3f9a0c5d.css`.
#[must_use]
pub(crate) fn hashed_name(path: &str, bytes: &[u8]) -> String {
    let hash = xxhash_rust::xxh3::xxh3_64(bytes) as u32;
    let (folder, name) = path.rfind('/').map_or(("", path), |at| path.split_at(at + 1));
    match name.rfind('.').filter(|&at| at > 0) {
        Some(dot) => format!("{folder}{}.{hash:08x}{}", &name[..dot], &name[dot..]),
        None => format!("{folder}{name}.{hash:08x}"),
    }
}
