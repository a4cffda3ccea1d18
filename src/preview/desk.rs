//! The editors' panel at `/_xiangyin/`: the desk of the latest state, with links to the served site.
//!
//! The panel is served like any page of the site: the preview's script is injected, and browsers that show it load its
//! new content when its text has changed.

use super::state::PreviewState;
use super::ui::PreviewUi;
use crate::desk::{Desk, DeskLinks, render_desk};

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
