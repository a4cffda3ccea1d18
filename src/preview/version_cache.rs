//! Caches the versions of the pages that browsers show.

use super::pages::{self, PageVersion};
use super::route::parse_route;
use super::state::PreviewState;
use super::ui::PreviewUi;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// The versions of the pages that browsers show: a page that many browsers show is rendered once for each state.
#[derive(Debug, Default)]
pub(super) struct VersionCache(Mutex<(u64, VersionsByPage)>);

/// Versions by page, each computed by the first request for it.
type VersionsByPage = HashMap<String, Arc<OnceCell<PageVersion>>>;

impl VersionCache {
    /// The cache slot of `page` in the state `number`. Drops the slots of another state.
    fn slot(&self, number: u64, page: &str) -> Arc<OnceCell<PageVersion>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != number {
            *known = (number, VersionsByPage::new());
        }
        Arc::clone(known.1.entry(page.to_owned()).or_default())
    }
}

/// The versions of `page` in `state`.
pub(super) async fn cached_page_version(
    cache: &VersionCache,
    ui: &Arc<PreviewUi>,
    state: &Arc<PreviewState>,
    page: &str,
) -> PageVersion {
    let slot = cache.slot(state.number, page);
    let version = slot.get_or_init(|| async {
        let (state, ui) = (Arc::clone(state), Arc::clone(ui));
        let route = parse_route(page, &state.base_path);
        let task = tokio::task::spawn_blocking(move || pages::page_version(&state, &route, &ui));
        task.await.unwrap_or_default()
    });
    version.await.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_version_is_computed_once_per_state() {
        let cache = VersionCache::default();
        let first = cache.slot(1, "/");
        assert!(Arc::ptr_eq(&first, &cache.slot(1, "/")));
        assert!(!Arc::ptr_eq(&first, &cache.slot(1, "/a/")));
        assert!(!Arc::ptr_eq(&first, &cache.slot(2, "/")));
    }
}
