//! The state that all requests share.

use super::host::AllowedHosts;
use super::share::ShareSource;
use super::state::PreviewState;
use super::ui::PreviewUi;
use super::version_cache::VersionCache;
use std::sync::Arc;
use tokio::sync::watch;

/// The state that all requests share.
#[derive(Debug)]
pub(super) struct Server {
    /// The current state; notifies of a new one.
    pub(super) states: watch::Receiver<Arc<PreviewState>>,
    /// The versions of open pages.
    pub(super) versions: VersionCache,
    /// The texts.
    pub(super) ui: Arc<PreviewUi>,
    /// The hosts whose requests are answered.
    pub(super) hosts: AllowedHosts,
    /// Where posts are shared from.
    pub(super) share_source: ShareSource,
}
