//! Versions of the pages that browsers show, each made once.

use super::pages::{self, PageVersion};
use super::route::parse_route;
use super::state::PreviewState;
use super::ui::PreviewUi;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// Versions of the pages that browsers show, so that a page that many show is made once for each state.
#[derive(Debug, Default)]
pub(super) struct VersionCache(Mutex<(u64, VersionsByPage)>);

/// Versions by page, each made by whoever asks first.
type VersionsByPage = HashMap<String, Arc<OnceCell<PageVersion>>>;

impl VersionCache {
    /// The place for the versions of `page` in the state `number`.
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
    let place = cache.slot(state.number, page);
    let made = place.get_or_init(|| async {
        let (state, voice) = (Arc::clone(state), Arc::clone(ui));
        let asked = parse_route(page, &state.base_path);
        let look = tokio::task::spawn_blocking(move || pages::page_version(&state, &asked, &voice));
        look.await.unwrap_or_default()
    });
    made.await.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_version_is_computed_once_per_state() {
        let looks = VersionCache::default();
        let first = looks.slot(1, "/");
        assert!(Arc::ptr_eq(&first, &looks.slot(1, "/")));
        assert!(!Arc::ptr_eq(&first, &looks.slot(1, "/a/")));
        assert!(!Arc::ptr_eq(&first, &looks.slot(2, "/")));
    }
}
