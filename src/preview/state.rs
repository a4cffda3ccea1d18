//! What the server shows at one moment.
//!
//! Made by the updater after each change, then never changed: requests and connected browsers each hold the one that
//! they look at.

use crate::diag::Diagnostic;
use crate::paths::{UrlPath, percent_encode};
use crate::pipeline::SiteState;
use percent_encoding::percent_decode_str;
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3;

/// One state of the preview.
#[derive(Debug)]
pub(super) struct PreviewState {
    /// Counts the states; a later one has a higher number.
    pub(super) number: u64,
    /// The site that pages are taken from: the last good one.
    pub(super) last_good: Arc<SiteState>,
    /// The site as last read.
    pub(super) latest: Arc<SiteState>,
    /// What keeps the site from being published, as far as it has stood long enough to be told.
    pub(super) errors: Vec<Diagnostic>,
    /// The theme's stylesheets: path below `static/`, published address.
    pub(super) stylesheets: Vec<(String, UrlPath)>,
    /// Changes when a stylesheet does.
    pub(super) style_version: String,
    /// The path of the base address, decoded: `/town`, or empty, also where the site's links work in any folder.
    pub(super) base_path: String,
}

impl PreviewState {
    /// A state with its stylesheets looked up.
    pub(super) fn new(number: u64, shown: Arc<SiteState>, newest: Arc<SiteState>, errors: Vec<Diagnostic>) -> Self {
        let is_sheet = |path: &str| path.ends_with(".css");
        let statics = shown.statics().into_iter();
        let sheets: Vec<_> = statics.filter(|(path, _)| is_sheet(path)).collect();
        let style = stylesheets_version(&sheets);
        let prefix = Some(shown.prefix()).filter(|prefix| prefix.starts_with('/'));
        let root = percent_decode_str(&prefix.unwrap_or_default())
            .decode_utf8_lossy()
            .into_owned();
        Self {
            number,
            last_good: shown,
            latest: newest,
            errors,
            stylesheets: sheets,
            style_version: style,
            base_path: root,
        }
    }

    /// `root` as it stands in links.
    pub(super) fn prefix(&self) -> String {
        percent_encode(&self.base_path)
    }
}

/// The version of the stylesheets.
pub(super) fn stylesheets_version(sheets: &[(String, UrlPath)]) -> String {
    let mut hash = Xxh3::new();
    for (path, url) in sheets {
        hash.update(path.as_bytes());
        hash.update(url.as_str().as_bytes());
    }
    format!("{:016x}", hash.digest())
}
