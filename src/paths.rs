//! Paths and addresses, parsed once on input and trusted afterwards.
//!
//! Role: newtypes for three kinds of string with slashes: the path of a source in the site, the path of an output in
//! the built tree, and the address that a browser requests. Does not access the disk.

use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// A file of the site, relative to the site's folder: `content/volunteer/2022/clean-river.md`. Forward slashes, NFC.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourcePath(Arc<str>);

impl SourcePath {
    /// Takes a relative path. Converts backslashes to forward slashes, and the text to NFC.
    #[must_use]
    pub fn new(path: &str) -> Self {
        use unicode_normalization::UnicodeNormalization as _;
        if path.is_ascii() {
            return Self(path.replace('\\', "/").into());
        }
        let nfc: String = path.nfc().map(|c| if c == '\\' { '/' } else { c }).collect();
        Self(nfc.into())
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder, without a slash at the end; empty for a file in the site's folder.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.0.rfind('/').map_or("", |slash| &self.0[..slash])
    }

    /// The file's name without its folder.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rfind('/').map_or(&*self.0, |slash| &self.0[slash + 1..])
    }

    /// The file's name without folder and extension.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        name.rfind('.').filter(|&dot| dot > 0).map_or(name, |dot| &name[..dot])
    }

    /// The extension in lower case, without the dot; empty when there is none.
    #[must_use]
    pub fn extension(&self) -> String {
        let name = self.file_name();
        name.rfind('.')
            .filter(|&dot| dot > 0)
            .map_or_else(String::new, |dot| name[dot + 1..].to_lowercase())
    }

    /// The path below `content/`; `None` when the file is not there.
    #[must_use]
    pub fn in_content(&self) -> Option<&str> {
        self.0.strip_prefix("content/")
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Joins a relative `link` to `folder` and resolves `.` and `..`. Returns `None` when the result is above the root.
///
/// A link that starts with `/` is relative to the root. Neither argument has `?` or `#` parts.
#[must_use]
pub(crate) fn join(folder: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = if link.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|part| !part.is_empty()).collect()
    };
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

/// A file of the built tree, relative to the output folder: `volunteer/2022/clean-river/index.html`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutputPath(String);

impl OutputPath {
    /// The file that a host serves for `url`. It is `index.html` in a folder if the address ends with `/`.
    #[must_use]
    pub fn from_url(url: &UrlPath) -> Self {
        let mut path = url.0[1..].to_owned();
        if path.is_empty() || path.ends_with('/') {
            path.push_str("index.html");
        }
        Self(path)
    }

    /// The path as text, with forward slashes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OutputPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An address inside the site, from the site's root: `/volunteer/2022/clean-river/`. Not percent-encoded, and
/// without the path of `base_url`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UrlPath(Arc<str>);

impl Borrow<str> for UrlPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl UrlPath {
    /// The address of a page that is a folder: `parts` joined, with a slash at both ends.
    #[must_use]
    pub fn folder(parts: &str) -> Self {
        let parts = parts.trim_matches('/');
        if parts.is_empty() {
            Self("/".into())
        } else {
            Self(format!("/{parts}/").into())
        }
    }

    /// The address of a file.
    #[must_use]
    pub fn file(path: &str) -> Self {
        Self(format!("/{}", path.trim_start_matches('/')).into())
    }

    /// The address as text, readable, starting with `/`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of page `number` of a list that starts at this address: this address for 1, else `…/page/N/`.
    #[must_use]
    pub fn page(&self, number: usize) -> Self {
        if number <= 1 {
            self.clone()
        } else {
            Self(format!("{}page/{number}/", self.0).into())
        }
    }

    /// The address percent-encoded (RFC 3986, path characters), still starting with `/`.
    #[must_use]
    pub fn encoded(&self) -> String {
        percent_encode(&self.0)
    }
}

impl fmt::Display for UrlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Percent-encodes everything that RFC 3986 does not allow in a path. Also encodes the quote, the brackets and `&`,
/// which RFC 3986 allows, because HTML, CSS and scripts would each have to escape them in their own way.
#[must_use]
pub(crate) fn percent_encode(path: &str) -> String {
    use fmt::Write as _;
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~!$*+,;=:@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
