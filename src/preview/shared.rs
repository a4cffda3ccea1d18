//! What all requests share.

use super::host::AllowedHosts;
use super::state::PreviewState;
use super::ui::PreviewUi;
use super::version_cache::VersionCache;
use std::sync::Arc;
use tokio::sync::watch;

/// What all requests share.
#[derive(Debug)]
pub(super) struct Server {
    /// The state that is shown, and a bell for its changes.
    pub(super) states: watch::Receiver<Arc<PreviewState>>,
    /// Versions of pages that are open.
    pub(super) versions: VersionCache,
    /// The words.
    pub(super) ui: Arc<PreviewUi>,
    /// Who is answered.
    pub(super) hosts: AllowedHosts,
}
