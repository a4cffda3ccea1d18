//! The editors' panel at `/_xiangyin/`: the desk of the latest state, with links to the served site; and the ledger of
//! reviews at `/reviews/`, which no build publishes.
//!
//! The panel is served like any page of the site: the preview's script is injected, and browsers that show it load its
//! new content when its text has changed.

use super::state::PreviewState;
use super::ui::PreviewUi;
use crate::desk::{Desk, DeskLinks, REVIEWS_FILE, REVIEWS_FOLDER, ReviewLedger, render_desk, render_reviews};

/// The panel as a complete HTML page.
///
/// Called on a blocking thread at each request, and after each change for every browser that shows it.
pub(super) fn page(state: &PreviewState, ui: &PreviewUi) -> String {
    let findings = state.latest.findings();
    let desk = state.latest.with_site(|site| Desk::new(site, findings));
    let desk = desk.unwrap_or_else(|| Desk::without_site(findings));
    let prefix = state.prefix();
    let links = DeskLinks {
        prefix: &prefix,
        is_live: true,
    };
    render_desk(&desk, ui.lang, links)
}

/// A file of the ledger of reviews.
pub(super) enum LedgerFile {
    /// One of its pages.
    Page(String),
    /// The Excel file.
    Excel(Vec<u8>),
}

/// The file of the ledger of reviews at `url` (decoded, below the prefix); `None` when there is none.
pub(super) fn ledger_file(state: &PreviewState, url: &str, ui: &PreviewUi) -> Option<LedgerFile> {
    let name = url.strip_prefix(REVIEWS_FOLDER)?;
    let findings = state.latest.findings();
    let ledger = state.latest.with_site(|site| ReviewLedger::new(site, findings))?;
    if name == REVIEWS_FILE {
        return ledger.to_xlsx(ui.lang).ok().map(LedgerFile::Excel);
    }
    let prefix = state.prefix();
    let links = DeskLinks {
        prefix: &prefix,
        is_live: true,
    };
    render_reviews(&ledger, name, ui.lang, links).map(LedgerFile::Page)
}
