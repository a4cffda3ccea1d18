//! Targets of links: external, internal or dangerous. Also finds bare addresses in running text.

use super::chars::{is_shared_punctuation, is_wide};
use super::media_links::is_file_name;
use crate::config::{LOCAL_SCHEMES, SCRIPT_SCHEMES, WEB_SCHEMES};
use crate::paths::{starts_with_www, url_scheme};
use std::borrow::Cow;
use std::ops::Range;

/// The kind of a target.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TargetKind<'t> {
    /// With a scheme that every site may link to, or with a host (`//…`).
    External,
    /// A picture itself, as a `data:` address.
    DataImage,
    /// With this other scheme. The site's settings decide whether it may be linked to.
    Scheme(&'t str),
    /// A file or page of the site, or a part of the current page.
    Internal,
    /// A file on the computer or phone of whoever wrote the text.
    Local,
    /// Runs a script when followed.
    Dangerous,
}

/// Classifies `target` as a browser would. Pictures may be `data:` addresses.
pub(crate) fn classify_target(target: &str, picture: bool) -> TargetKind<'_> {
    if target.starts_with("//") {
        return TargetKind::External;
    }
    let starts_with_drive = matches!(target.as_bytes(), [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    if starts_with_drive || target.starts_with("\\\\") || target.starts_with("/\\") {
        return TargetKind::Local;
    }
    let Some(scheme) = url_scheme(target) else {
        return TargetKind::Internal;
    };
    let is_in = |schemes: &[&str]| schemes.iter().any(|name| name.eq_ignore_ascii_case(scheme));
    match () {
        () if picture && super::sanitize::is_data_image(target) => TargetKind::DataImage,
        () if is_in(&SCRIPT_SCHEMES) => TargetKind::Dangerous,
        () if is_in(&LOCAL_SCHEMES) => TargetKind::Local,
        () if is_in(&WEB_SCHEMES) => TargetKind::External,
        () => TargetKind::Scheme(scheme),
    }
}

/// The address that a target without a scheme means: `www.x.example/a`, and for `is_page` also `a@x.example`. `None`
/// when it means a path.
pub(crate) fn address_without_scheme(target: &str, is_page: bool) -> Option<String> {
    let is_host = |host: &str, labels: usize| {
        let in_label = |c: char| c.is_alphanumeric() || c == '-';
        let valid = host
            .split('.')
            .all(|label| !label.is_empty() && label.chars().all(in_label));
        valid && host.split('.').count() >= labels
    };
    if starts_with_www(target) {
        let host = target.split([':', '/', '?', '#']).next().unwrap_or_default();
        return is_host(host, 3).then(|| format!("http://{target}"));
    }
    let (name, host) = target.split_once('@').filter(|_| is_page)?;
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+-".contains(&b));
    // `logo@2x.png` is a file.
    let is_top_level = |label: &str| label.len() > 1 && label.bytes().all(|b| b.is_ascii_alphabetic());
    let is_mail =
        is_name && is_host(host, 2) && host.rsplit('.').next().is_some_and(is_top_level) && !is_file_name(target);
    is_mail.then(|| format!("mailto:{target}"))
}

/// The target without the characters that browsers ignore: white space and controls around it, tabs and line ends
/// inside.
pub(crate) fn trim_target(target: &str) -> Cow<'_, str> {
    let trimmed = target.trim_matches(|c: char| c <= ' ');
    if trimmed.contains(['\t', '\n', '\r']) {
        Cow::Owned(trimmed.replace(['\t', '\n', '\r'], ""))
    } else {
        Cow::Borrowed(trimmed)
    }
}

/// The bare addresses in `text`, in order: their bytes, and the prefix for `href`.
pub(super) fn bare_addresses(text: &str) -> BareAddresses<'_> {
    BareAddresses {
        text,
        at: 0,
        colon: CachedSearch::new("://"),
        www: CachedSearch::new("www."),
    }
}

/// The iterator of [`bare_addresses`].
pub(super) struct BareAddresses<'a> {
    text: &'a str,
    at: usize,
    colon: CachedSearch,
    www: CachedSearch,
}

/// The next occurrence of a pattern, cached until the search has passed it.
struct CachedSearch {
    what: &'static str,
    found: Option<Option<usize>>,
}

impl CachedSearch {
    const fn new(what: &'static str) -> Self {
        Self { what, found: None }
    }

    fn find_from(&mut self, text: &str, at: usize) -> Option<usize> {
        match self.found {
            Some(None) => None,
            Some(Some(found)) if found >= at => Some(found),
            _ => {
                let found = text[at..].find(self.what).map(|found| at + found);
                self.found = Some(found);
                found
            }
        }
    }
}

impl Iterator for BareAddresses<'_> {
    type Item = (Range<usize>, &'static str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let colon = self.colon.find_from(self.text, self.at);
            let www = self.www.find_from(self.text, self.at);
            let scheme_first = colon.is_some_and(|colon| www.is_none_or(|www| colon < www));
            let (start, host, prefix) = if scheme_first {
                let host = colon? + 3;
                (scheme_start(self.text, self.at, host - 3), host, "")
            } else {
                (www, www?, "http://")
            };
            let start = start.filter(|&start| start >= self.at && is_word_start(self.text, start));
            match start.and_then(|start| Some(start..host + address_len(&self.text[host..])?)) {
                Some(range) => {
                    self.at = range.end;
                    return Some((range, prefix));
                }
                None => self.at = host + if scheme_first { 0 } else { 4 },
            }
        }
    }
}

/// The offset of the scheme before the `://` at `colon`, if it is a web scheme.
fn scheme_start(text: &str, from: usize, colon: usize) -> Option<usize> {
    let head = &text[from..colon];
    ["https", "http"]
        .into_iter()
        .find(|scheme| ends_with_ignore_case(head, scheme))
        .map(|scheme| colon - scheme.len())
}

fn ends_with_ignore_case(head: &str, scheme: &str) -> bool {
    let start = head.len().saturating_sub(scheme.len());
    head.get(start..).is_some_and(|tail| tail.eq_ignore_ascii_case(scheme))
}

/// Whether no Latin letter or digit precedes `at`.
fn is_word_start(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// The length of the address whose host is at the start of `text`; `None` when `text` does not start with a host.
///
/// GFM's rule (section 6.9) with one addition: Chinese characters and their punctuation are never part of an address.
fn address_len(text: &str) -> Option<usize> {
    const LONGEST_HOST: usize = 260;
    const LONGEST: usize = 2000;
    let stops = |c: char| c.is_whitespace() || c == '<' || c.is_control() || is_wide(c) || is_shared_punctuation(c);
    let head = &text[..super::chars::floor_boundary(text, LONGEST_HOST)];
    let host_end = head
        .find(|c| stops(c) || matches!(c, '/' | '?' | '#' | ':'))
        .unwrap_or(head.len());
    let host = text[..host_end].trim_end_matches(['.', ',', '!', '"', '\'', ')', '*', '_', '~', ';', ']', '}', '>']);
    let in_host = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let labels = host.split('.').collect::<Vec<_>>();
    let valid = labels.len() > 1
        && host.chars().all(in_host)
        && labels.iter().all(|label| !label.is_empty())
        && labels.iter().rev().take(2).all(|label| !label.contains('_'));
    if !valid {
        return None;
    }
    if host.len() < host_end {
        return Some(host.len());
    }
    let text = &text[..super::chars::floor_boundary(text, LONGEST)];
    let text = &text[..text.find(stops).unwrap_or(text.len())];
    Some(len_without_trailing_punctuation(text))
}

fn len_without_trailing_punctuation(text: &str) -> usize {
    let mut open = text.bytes().filter(|&b| b == b'(').count();
    let mut close = text.bytes().filter(|&b| b == b')').count();
    let mut end = text.len();
    while let Some(last) = text[..end].chars().next_back() {
        match last {
            '?' | '!' | '.' | ',' | ':' | '*' | '_' | '~' | '\'' | '"' | ';' | '|' | ']' => {}
            ')' if close > open => close -= 1,
            _ => break,
        }
        open -= usize::from(last == '(');
        end -= last.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_classified() {
        for (target, picture, expected) in [
            ("https://a.cn", false, TargetKind::External),
            ("//a.cn/b", false, TargetKind::External),
            ("mailto:a@b.cn", false, TargetKind::External),
            ("tel:123", false, TargetKind::External),
            ("../a.md#b", false, TargetKind::Internal),
            ("图 1.jpg", true, TargetKind::Internal),
            ("图1:说明.md", false, TargetKind::Internal),
            ("a/b:c", false, TargetKind::Internal),
            ("#第一节", false, TargetKind::Internal),
            ("JavaScript:alert(1)", false, TargetKind::Dangerous),
            ("data:text/html,x", false, TargetKind::Dangerous),
            ("data:image/png;base64,AA", true, TargetKind::DataImage),
            ("data:image/svg+xml,x", true, TargetKind::Dangerous),
            ("data:image/png;base64,AA", false, TargetKind::Dangerous),
            ("HTTPS://a.cn", false, TargetKind::External),
            ("www.a.cn:8080", false, TargetKind::Internal),
            (".\\images\\he.jpg", true, TargetKind::Internal),
            ("C:\\a.jpg", true, TargetKind::Local),
            ("d:/a.docx", false, TargetKind::Local),
            ("\\\\nas\\a.jpg", true, TargetKind::Local),
            ("FILE:///C:/a.jpg", true, TargetKind::Local),
            ("wxfile://tmp_1.jpg", true, TargetKind::Local),
            ("ftp://a.cn", false, TargetKind::Scheme("ftp")),
            ("localhost:8080/a", false, TargetKind::Scheme("localhost")),
        ] {
            assert_eq!(classify_target(target, picture), expected, "{target}");
        }
    }

    #[test]
    fn addresses_without_a_scheme_are_told_from_paths() {
        for (target, expected) in [
            ("www.a.cn", Some("http://www.a.cn")),
            ("WWW.a.cn:8080/b?c", Some("http://WWW.a.cn:8080/b?c")),
            ("www.jpg", None),
            ("www..cn", None),
            ("xinxiang@a.gov.cn", Some("mailto:xinxiang@a.gov.cn")),
            ("logo@2x.png", None),
            ("a@b.docx", None),
            ("图@2x.cn", None),
            ("a@b", None),
            ("a.md", None),
        ] {
            assert_eq!(address_without_scheme(target, true).as_deref(), expected, "{target}");
        }
        assert_eq!(address_without_scheme("a@b.cn", false), None);
    }

    #[test]
    fn finds_bare_addresses() {
        for (text, expected) in [
            ("见https://a.cn/b，后文", Some("https://a.cn/b")),
            ("（https://a.cn）", Some("https://a.cn")),
            ("访问www.a.cn查看", Some("www.a.cn")),
            ("a https://a.cn/b(c)) d", Some("https://a.cn/b(c)")),
            ("https://a.cn/x?y=1&z=2.", Some("https://a.cn/x?y=1&z=2")),
            ("https://a.cn。", Some("https://a.cn")),
            ("https://a.cn:8080/x_y", Some("https://a.cn:8080/x_y")),
            ("xhttps://a.cn", None),
            ("foo://a.cn", None),
            ("foo://a.cn 和 https://b.cn", Some("https://b.cn")),
            ("https://localhost", None),
            ("www.", None),
            ("awww.b.cn", None),
            ("http:// www.a.cn", Some("www.a.cn")),
        ] {
            assert_eq!(
                bare_addresses(text).next().map(|(range, _)| &text[range]),
                expected,
                "{text}"
            );
        }
    }
}
