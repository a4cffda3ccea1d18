//! Computes the version of a page, which shows whether a browser's page is still current.
//!
//! A page's version is a hash of its HTML, without the content hashes in the names of stylesheets, and of the size and
//! time of the pictures and other files that it shows. So a changed stylesheet, which the browser can apply without
//! reloading, does not change the version, and a replaced picture does.

use super::state::PreviewState;
use crate::html::{decode_references, tags};
use crate::paths::join;
use crate::pipeline::Answer;
use crate::source::SizeAndMtime;
use memchr::memmem;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::hash::Hash as _;
use xxhash_rust::xxh3::Xxh3;

/// The version of the page `html` at `url` (decoded, below the prefix).
pub(super) fn html_version(state: &PreviewState, url: &str, html: &[u8]) -> String {
    let mut hash = Xxh3::new();
    let mut from = 0;
    for (start, end, sheet) in sheet_names(state, html) {
        hash.update(&html[from..start]);
        hash.update(sheet.as_bytes());
        from = end;
    }
    hash.update(&html[from..]);
    for file in embedded_files(html) {
        if let Some(stat) = stat_file(state, url, &file) {
            stat.hash(&mut hash);
        }
    }
    hex_digest(&hash)
}

fn hex_digest(hash: &Xxh3) -> String {
    format!("{:016x}", hash.digest())
}

/// The start and end of each published name of a stylesheet in `html`, in order, with the stylesheet's path.
fn sheet_names<'a>(state: &'a PreviewState, html: &[u8]) -> Vec<(usize, usize, &'a str)> {
    let mut found = Vec::new();
    for (path, url) in &state.stylesheets {
        let encoded = url.encoded();
        let name = encoded.rsplit('/').next().unwrap_or_default();
        found.extend(memmem::find_iter(html, name).map(|offset| (offset, offset + name.len(), path.as_str())));
    }
    found.sort_unstable();
    // One published name may end with another. Of two that overlap, the one that starts first is kept.
    let mut end = 0;
    found.retain(|&(start, to, _)| {
        let is_apart = start >= end;
        end = if is_apart { to } else { end };
        is_apart
    });
    found
}

/// The files in `src` and `poster` attributes of a page, without scripts.
fn embedded_files(html: &[u8]) -> BTreeSet<String> {
    let html = String::from_utf8_lossy(html);
    let mut files = BTreeSet::new();
    for tag in tags(&html) {
        let named = ["src", "poster"].into_iter().filter_map(|name| tag.value(name));
        files.extend(
            named
                .map(decode_references)
                .filter(|file| is_embedded(file))
                .map(Cow::into_owned),
        );
    }
    files
}

/// Whether an address is one of this site's files and not a script.
fn is_embedded(address: &str) -> bool {
    !address.ends_with(".js") && !address.contains(':') && !address.starts_with("//") && !address.is_empty()
}

/// The size and time of the file that `link` on the page at `url` leads to. `None` when that is not a file on the disk.
fn stat_file(state: &PreviewState, url: &str, link: &str) -> Option<SizeAndMtime> {
    let link = link.split(['?', '#']).next().unwrap_or_default();
    let link = percent_encoding::percent_decode_str(link).decode_utf8().ok()?;
    let site_path = link
        .strip_prefix(&*state.base_path)
        .filter(|rest| rest.starts_with('/'));
    let folder = url.rfind('/').map_or("", |offset| &url[..offset]);
    let path = join(folder, site_path.unwrap_or(&link))?;
    let (Answer::File(disk) | Answer::Generated(disk, _)) = state.last_good.answer(&format!("/{path}")) else {
        return None;
    };
    Some(SizeAndMtime::from(&std::fs::metadata(disk).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths::UrlPath;
    use crate::pipeline::SiteState;
    use crate::preview::state::stylesheets_version;
    use std::sync::Arc;

    fn state(sheets: &[(&str, &str)]) -> PreviewState {
        let mut state = PreviewState::new(1, Arc::default(), Arc::<SiteState>::default(), Vec::new());
        let pair = |(path, url): &(&str, &str)| ((*path).to_owned(), UrlPath::file(url));
        state.stylesheets = sheets.iter().map(pair).collect();
        state.style_version = stylesheets_version(&state.stylesheets);
        state
    }

    #[test]
    fn changed_stylesheet_keeps_the_page_version() {
        let before = state(&[("style.css", "static/style.00000001.css")]);
        let after = state(&[("style.css", "static/style.00000002.css")]);
        let page = |hash: &str| format!("<link rel=stylesheet href=../static/style.{hash}.css><p>text");
        let version = |state: &PreviewState, hash: &str| html_version(state, "/a/", page(hash).as_bytes());
        assert_eq!(version(&before, "00000001"), version(&after, "00000002"));
        assert_ne!(before.style_version, after.style_version);
        assert_ne!(version(&before, "00000001"), version(&before, "00000002"));
        let script = "<script src=/static/modes.00000001.js></script>";
        let other = script.replace("01.js", "02.js");
        assert_ne!(
            html_version(&before, "/", script.as_bytes()),
            html_version(&before, "/", other.as_bytes())
        );
    }

    #[test]
    fn embedded_files_are_found() {
        let html =
            br#"<img src="a%20b.jpg" alt><video poster='/p.png' src=v.mp4></video><img src=data:x><script src=a.js>
            <iframe src="//elsewhere.example/x"></iframe><img src="#;
        let files: Vec<String> = embedded_files(html).into_iter().collect();
        assert_eq!(files, ["/p.png", "a%20b.jpg", "v.mp4"]);
        let html =
            "<img\nsrc='a.jpg?b&amp;c'> src=d.jpg <!-- <img src=e.jpg> --><script>x = '<img src=f.jpg>'</script>";
        let files: Vec<String> = embedded_files(html.as_bytes()).into_iter().collect();
        assert_eq!(files, ["a.jpg?b&c"]);
    }
}
