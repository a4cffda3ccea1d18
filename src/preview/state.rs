//! What the server serves at one moment.
//!
//! The updater makes a state after each change. A state is never modified: requests and connected browsers each hold
//! the state that they began with.

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
    /// The site that pages are rendered from: the last one without errors, if there is one.
    pub(super) last_good: Arc<SiteState>,
    /// The site as last read.
    pub(super) latest: Arc<SiteState>,
    /// The reported errors, which keep the site from being published: those that have lasted long enough.
    pub(super) errors: Vec<Diagnostic>,
    /// The theme's stylesheets: the path below `static/`, and the published address.
    pub(super) stylesheets: Vec<(String, UrlPath)>,
    /// Changes when a stylesheet does.
    pub(super) style_version: String,
    /// The path of the base address, decoded: `/town`, or empty; also empty when the site's links are relative.
    pub(super) base_path: String,
}

impl PreviewState {
    /// A new state; looks up its stylesheets.
    pub(super) fn new(number: u64, last_good: Arc<SiteState>, latest: Arc<SiteState>, errors: Vec<Diagnostic>) -> Self {
        let is_sheet = |path: &str| path.ends_with(".css");
        let statics = last_good.statics().into_iter();
        let stylesheets: Vec<_> = statics.filter(|(path, _)| is_sheet(path)).collect();
        let style_version = stylesheets_version(&stylesheets);
        let prefix = Some(last_good.prefix()).filter(|prefix| prefix.starts_with('/'));
        let base_path = percent_decode_str(&prefix.unwrap_or_default())
            .decode_utf8_lossy()
            .into_owned();
        Self {
            number,
            last_good,
            latest,
            errors,
            stylesheets,
            style_version,
            base_path,
        }
    }

    /// The base path, encoded for links.
    pub(super) fn prefix(&self) -> String {
        percent_encode(&self.base_path)
    }
}

/// The version of the stylesheets.
pub(super) fn stylesheets_version(stylesheets: &[(String, UrlPath)]) -> String {
    let mut hash = Xxh3::new();
    for (path, url) in stylesheets {
        hash.update(path.as_bytes());
        hash.update(url.as_str().as_bytes());
    }
    format!("{:016x}", hash.digest())
}
