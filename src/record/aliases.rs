//! Former addresses: each is judged where it is written, so that every alias of a record can be published.

use crate::diag::{Code, Place};
use crate::paths::{SiteAddress, UrlPath, join, percent_decode};
use crate::schema::FieldValue;
use crate::schema::check::{Checker, is_empty, untagged};
use crate::schema::{FieldType, Schema};
use crate::yaml::Value;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The longest part of an address in bytes: file systems allow names of 255 bytes.
const MAX_PART_BYTES: usize = 255;

/// The longest address in bytes. The path of its file, with the output folder before it, must stay below 4096.
const MAX_BYTES: usize = 2000;

/// A former address, from which a page redirects to the present one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    /// The address.
    pub address: UrlPath,
    /// Where it is written.
    pub place: Place,
}

/// Why a text cannot be a former address. `write` is what may be written instead.
#[derive(Debug, PartialEq, Eq)]
struct AliasError {
    /// An id of `locales/words.yml`.
    reason: &'static str,
    write: Option<String>,
}

/// Reads the value of `aliases`, written under the key `written`: one address or a list. Reports those that cannot be
/// used, and drops repetitions.
pub(super) fn read_aliases(
    checker: &mut Checker<'_, '_>,
    schema: &Schema<'_>,
    written: &str,
    value: &Value,
) -> Vec<Alias> {
    let value = untagged(value);
    let Value::Sequence(items) = value else {
        return read_alias(checker, schema, &[written], value).into_iter().collect();
    };
    let mut aliases: Vec<Alias> = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let found = read_alias(checker, schema, &[written, &index.to_string()], item);
        aliases.extend(found.filter(|found| aliases.iter().all(|known| known.address != found.address)));
    }
    aliases
}

fn read_alias(checker: &mut Checker<'_, '_>, schema: &Schema<'_>, path: &[&str], value: &Value) -> Option<Alias> {
    if is_empty(value) {
        return None;
    }
    let FieldValue::Text(text) = checker.value(path, value, &FieldType::String)? else {
        return None;
    };
    let place = checker.document.value_place(path);
    match alias_address(&text, schema.site) {
        Ok(address) => Some(Alias { address, place }),
        Err(AliasError { reason, write }) => {
            let finding = checker.value_finding(Code::BadAlias, path, &text);
            let finding = finding.with("reason", reason).with_some("write", write);
            checker.findings.push(finding);
            None
        }
    }
}

/// The address that `text` means: a path of the site, or the full address of one.
///
/// A path whose last part has an extension, such as `old/page.html`, is a file; any other path is a folder.
fn alias_address(text: &str, site: &SiteAddress) -> Result<UrlPath, AliasError> {
    let error = |reason, write: Option<String>| Err(AliasError { reason, write });
    let path = match site.path_in_site(text) {
        Some(path) => path,
        None if has_host(text) => return error("alias-other-site", None),
        None => text.to_owned(),
    };
    if let Some(at) = path.find(['?', '#']) {
        let write = Some(&path[..at]).filter(|path| !path.trim_matches('/').is_empty());
        return error("alias-query", write.map(str::to_owned));
    }
    let path = percent_decode(&path);
    if path.contains('\\') {
        return error("alias-backslash", Some(path.replace('\\', "/")));
    }
    if path.contains(|c: char| c.is_control() || r#"?*:|"<>"#.contains(c)) {
        return error("alias-character", None);
    }
    let parts = || path.split('/').map(str::trim).filter(|part| !part.is_empty());
    if parts().any(|part| matches!(part, "." | "..")) {
        let write = join("", path.trim_start_matches('/')).filter(|path| !path.is_empty());
        return error("alias-dots", write.map(|path| format!("/{path}/")));
    }
    if path.len() > MAX_BYTES || parts().any(|part| part.len() > MAX_PART_BYTES) {
        return error("alias-long", None);
    }
    let joined = parts().collect::<Vec<_>>().join("/");
    let is_file = !path.ends_with('/') && parts().next_back().is_some_and(|name| name.contains('.'));
    Ok(match is_file {
        true => UrlPath::file(&joined),
        false => UrlPath::folder(&joined),
    })
}

/// Whether a text names a host or a scheme: `https://x.example/a`, `//x.example/a`, `www.x.example/a`.
fn has_host(text: &str) -> bool {
    let head: Cow<'_, str> = text
        .split(['/', '?', '#'])
        .next()
        .unwrap_or_default()
        .to_lowercase()
        .into();
    text.starts_with("//") || text.contains("://") || head.starts_with("www.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, (&'static str, Option<String>)> {
        alias_address(text, &SiteAddress::new("https://x.example/town/"))
            .map(|address| address.as_str().to_owned())
            .map_err(|error| (error.reason, error.write))
    }

    #[test]
    fn paths_and_full_addresses_of_the_site_are_former_addresses() {
        for (text, expected) in [
            ("/old/", "/old/"),
            ("old", "/old/"),
            ("/old/12.html", "/old/12.html"),
            ("/v1.2/", "/v1.2/"),
            ("/a//b/", "/a/b/"),
            ("https://x.example/town/old/12.html", "/old/12.html"),
            ("HTTP://X.EXAMPLE/town/old", "/old/"),
            ("/%E6%97%A7%E9%97%BB/", "/旧闻/"),
            ("https://x.example/town/%E6%97%A7.html", "/旧.html"),
            ("/旧 闻/", "/旧 闻/"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_a_former_address_is_named() {
        let long = "乡".repeat(90);
        for (text, reason, write) in [
            ("https://old.example/12.html", "alias-other-site", None),
            ("//old.example/12.html", "alias-other-site", None),
            ("www.old.example/12.html", "alias-other-site", None),
            ("https://x.example/other/", "alias-other-site", None),
            ("/?p=12", "alias-query", None),
            ("/news/?p=12", "alias-query", Some("/news/")),
            ("/news/#a", "alias-query", Some("/news/")),
            ("\\news\\12.html", "alias-backslash", Some("/news/12.html")),
            ("/a/../b/", "alias-dots", Some("/b/")),
            ("../../etc", "alias-dots", None),
            ("/a/%2e%2e/b/", "alias-dots", Some("/b/")),
            ("/a\0b/", "alias-character", None),
            ("/a%00b/", "alias-character", None),
            ("/a%3Fb/", "alias-character", None),
            ("/a|b/", "alias-character", None),
            (&long, "alias-long", None),
        ] {
            assert_eq!(read(text), Err((reason, write.map(str::to_owned))), "{text}");
        }
    }
}
