//! Asks for every file of the site, and judges the answers.

use super::address::LiveAddress;
use super::client::{Answer, LiveClient, MAX_BODY, NoAnswer};
use super::content_type::{is_download, wrong_type};
use super::faults::{Fault, Faults};
use crate::deploy::local::LocalFile;
use crate::deploy::outcome::TransferProgress;
use crate::deploy::parallel::in_parallel;
use crate::paths::SiteAddress;
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

/// The longest time for which browsers may keep a page without asking again, in seconds.
const MAX_PAGE_AGE: u64 = 3600;

/// Files that servers read themselves and do not hand out.
const SERVER_FILES: [&str; 6] = [
    "web.config",
    "_headers",
    "_redirects",
    "CNAME",
    "nginx.conf",
    "Caddyfile",
];

/// The page that is shown in place of missing ones.
pub(super) const NOT_FOUND_PAGE: &str = "404.html";

/// Compares a copy with the built site.
pub(super) struct FileChecker<'c> {
    pub(super) address: &'c LiveAddress,
    /// The address for which the site was built, which its pages name.
    pub(super) site: SiteAddress,
    pub(super) client: &'c LiveClient,
    /// The files of the built site, in order of path.
    pub(super) local: &'c [LocalFile],
}

/// A page of the copy that is not the built one.
pub(super) struct ChangedPage {
    /// Its address in the site.
    pub(super) address: String,
    pub(super) html: String,
}

impl FileChecker<'_> {
    /// Asks for all files. Returns the pages that are not the built ones.
    ///
    /// # Errors
    /// When the server no longer answers.
    pub(super) fn check_all(
        &self,
        faults: &Faults,
        progress: &dyn TransferProgress,
    ) -> Result<Vec<ChangedPage>, NoAnswer> {
        let files: Vec<&LocalFile> = self.local.iter().filter(|file| is_public(&file.path)).collect();
        progress.start(files.len(), 0);
        let front_page = self.local_file("index.html").map(|file| file.hash);
        let check = |file: &&LocalFile| {
            let changed = self.check_file(file, front_page, faults)?;
            progress.advance(file.size);
            Ok(changed)
        };
        let changed: Result<Vec<Option<ChangedPage>>, NoAnswer> = in_parallel(|| files.par_iter().map(check).collect());
        Ok(changed?.into_iter().flatten().collect())
    }

    /// The file of the built site at `path`.
    pub(super) fn local_file(&self, path: &str) -> Option<&LocalFile> {
        let found = self.local.binary_search_by(|file| file.path.as_str().cmp(path));
        found.ok().map(|at| &self.local[at])
    }

    fn check_file(
        &self,
        file: &LocalFile,
        front_page: Option<u128>,
        faults: &Faults,
    ) -> Result<Option<ChangedPage>, NoAnswer> {
        let path = file.path.as_str();
        let address = page_address(path);
        let url = self.address.url(address);
        let is_large = file.size >= MAX_BODY;
        let answer = match is_large {
            true => self.client.head(&url)?,
            false => self.client.get(&url)?,
        };
        if answer.status != 200 && !(path == NOT_FOUND_PAGE && answer.status == 404) {
            faults.add(Fault::Missing { status: answer.status }, path);
            return Ok(None);
        }
        let hash = xxh3_128(&answer.body);
        let is_same = match is_large {
            true => answer.length.is_none_or(|length| length == file.size),
            false => hash == file.hash,
        };
        let is_page = path.ends_with(".html");
        if !is_same && is_page && path != "index.html" && Some(hash) == front_page {
            faults.add(Fault::FrontPage, path);
            return Ok(None);
        }
        self.check_headers(path, &answer, faults);
        if is_same {
            return Ok(None);
        }
        faults.add(Fault::Differs, path);
        Ok(is_page.then(|| ChangedPage {
            address: address.to_owned(),
            html: String::from_utf8_lossy(&answer.body).into_owned(),
        }))
    }

    fn check_headers(&self, path: &str, answer: &Answer, faults: &Faults) {
        if is_download(path, &answer.disposition) {
            faults.add(Fault::Download, path);
        }
        if let Some(wanted) = wrong_type(path, &answer.content_type, answer.body.is_ascii()) {
            let found = answer.content_type.clone();
            faults.add(Fault::WrongType { found, wanted }, path);
        }
        let age = max_age(&answer.cache_control);
        if let Some(seconds) = age.filter(|age| *age > MAX_PAGE_AGE && path.ends_with(".html")) {
            faults.add(Fault::Cached { seconds }, path);
        }
    }
}

/// Whether visitors can ask for a file of the site. Servers hide names that begin with a dot, except for `.well-known`.
fn is_public(path: &str) -> bool {
    let is_hidden = path
        .split('/')
        .any(|part| part.starts_with('.') && part != ".well-known");
    !is_hidden && !SERVER_FILES.contains(&path)
}

/// The address at which the file at `path` is shown: a page without its `index.html`.
pub(super) fn page_address(path: &str) -> &str {
    match path.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => path,
    }
}

/// The seconds for which an answer may be used without asking again (RFC 9111, 5.2.2.1 and 5.2.2.4).
fn max_age(cache_control: &str) -> Option<u64> {
    let directives: Vec<String> = cache_control
        .split(',')
        .map(|part| part.trim().to_lowercase())
        .collect();
    if directives.iter().any(|part| part == "no-cache" || part == "no-store") {
        return None;
    }
    let ages = directives.iter().filter_map(|part| part.strip_prefix("max-age="));
    ages.filter_map(|age| age.trim_matches('"').parse().ok()).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_is_asked_for_by_its_folder() {
        assert_eq!(page_address("index.html"), "");
        assert_eq!(page_address("a/index.html"), "a/");
        assert_eq!(page_address("a/my-index.html"), "a/my-index.html");
        assert!(is_public(".well-known/a.txt") && !is_public("a/.xiangyin") && !is_public("web.config"));
    }

    #[test]
    fn age_of_a_page_is_read() {
        assert_eq!(max_age("public, Max-Age=86400"), Some(86400));
        assert_eq!(max_age("max-age=86400, no-cache"), None);
        assert_eq!(max_age(""), None);
    }
}
