//! Paths and addresses, parsed once on input and trusted afterwards.
//!
//! Role: newtypes for three kinds of string with slashes: the path of a source in the site, the path of an output in
//! the built tree, and the address that a browser requests. Does not access the disk.

mod glob;

pub(crate) use glob::FileGlob;
use serde::{Deserialize, Serialize};
use std::borrow::{Borrow, Cow};
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

/// The address at which a site is served, by which links to the site itself are recognised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteAddress {
    /// The host in lower case, with its port unless that is the scheme's own; empty when the address is unknown.
    host: String,
    /// The path without a slash at its end: `/town`, or an empty string.
    path: String,
}

impl SiteAddress {
    /// The site at `base_url`, such as `https://x.example/town/`. An empty text is no address.
    #[must_use]
    pub fn new(base_url: &str) -> Self {
        split_host(base_url).map_or_else(Self::default, |(host, path)| Self {
            host,
            path: path.trim_end_matches('/').to_owned(),
        })
    }

    /// The host in lower case, with its port unless that is the scheme's own; empty when the address is unknown.
    #[must_use]
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The path without a slash at its end: `/town`, or an empty string.
    #[must_use]
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// What follows the site's root in a full address of this site: `/volunteer/?a#b`. `None` for every other target.
    #[must_use]
    pub fn path_in_site(&self, url: &str) -> Option<String> {
        let (host, path) = split_host(url)?;
        if self.host.is_empty() || host != self.host {
            return None;
        }
        let rest = path.strip_prefix(&self.path)?;
        match rest.as_bytes().first() {
            Some(b'/') => Some(rest.to_owned()),
            None | Some(b'?' | b'#') => Some(format!("/{rest}")),
            Some(_) => None,
        }
    }
}

/// The host of a web address, as browsers compare it, and what follows it. `None` when the text does not start with
/// `https://`, `http://` or `//`.
fn split_host(url: &str) -> Option<(String, &str)> {
    let start = ["https://", "http://", "//"].into_iter().find_map(|start| {
        let head = url.get(..start.len())?;
        head.eq_ignore_ascii_case(start).then_some(start)
    })?;
    let rest = &url[start.len()..];
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest[..end].to_lowercase();
    let default_ports: &[&str] = match start {
        "https://" => &[":443"],
        "http://" => &[":80"],
        _ => &[":443", ":80"],
    };
    let bare = default_ports.iter().find_map(|port| host.strip_suffix(port));
    Some((bare.map_or_else(|| host.clone(), str::to_owned), &rest[end..]))
}

/// The scheme of a target, such as `https` or `weixin`. `None` for paths: `图1:说明.md` and `C:\…` have no scheme, and
/// neither has `www.x.example:8080`.
#[must_use]
pub(crate) fn url_scheme(target: &str) -> Option<&str> {
    let colon = target
        .find([':', '/', '?', '#', '\\'])
        .filter(|&at| target[at..].starts_with(':'))?;
    let scheme = &target[..colon];
    let is_valid = scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    (is_valid && !starts_with_www(target)).then_some(scheme)
}

/// Whether a text starts with `www.`.
#[must_use]
pub(crate) fn starts_with_www(text: &str) -> bool {
    text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("www."))
}

/// Decodes the percent-escapes of `text`. Returned unchanged when the result is not UTF-8 or has a character that the
/// program keeps for itself.
#[must_use]
pub(crate) fn percent_decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = |at: usize| tail.get(at).and_then(|&b| char::from(b).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (first, hex(0), hex(1)) {
            bytes.push(u8::try_from(16 * high + low).unwrap_or(b'%'));
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    let is_reserved = |c: char| matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..);
    match String::from_utf8(bytes) {
        Ok(decoded) if !decoded.contains(is_reserved) => Cow::Owned(decoded),
        _ => Cow::Borrowed(text),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_addresses_of_the_site_are_recognised() {
        for (base, url, expected) in [
            ("https://x.example", "https://x.example/a/", Some("/a/")),
            ("https://x.example/", "HTTP://X.Example/a/?b#c", Some("/a/?b#c")),
            ("https://x.example", "https://x.example", Some("/")),
            ("https://x.example", "//x.example?q", Some("/?q")),
            ("https://x.example", "https://x.example:443/a", Some("/a")),
            ("https://x.example", "https://x.example:8080/a", None),
            ("https://x.example:8080", "https://x.example:8080/a", Some("/a")),
            ("https://x.example/town/", "https://x.example/town/a", Some("/a")),
            ("https://x.example/town/", "https://x.example/town", Some("/")),
            ("https://x.example/town/", "https://x.example/township", None),
            ("https://x.example/town/", "https://x.example/", None),
            ("https://x.example", "https://x.example.cn/", None),
            ("https://x.example", "/a/", None),
            ("", "https:///a", None),
        ] {
            let found = SiteAddress::new(base).path_in_site(url);
            assert_eq!(found.as_deref(), expected, "{url} at {base}");
        }
    }

    #[test]
    fn percent_decoding_keeps_what_is_no_text() {
        for (text, expected) in [
            ("%E5%9B%BE%201.jpg", "图 1.jpg"),
            ("a%23b", "a#b"),
            ("100%25", "100%"),
            ("100%", "100%"),
            ("100%完成", "100%完成"),
            ("%FF", "%FF"),
            ("%EE%80%80", "%EE%80%80"),
            ("%EF%A3%B0", "%EF%A3%B0"),
        ] {
            assert_eq!(percent_decode(text), expected);
        }
    }
}
