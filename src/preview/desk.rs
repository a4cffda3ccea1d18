//! The editors' panel at `/_xiangyin/`: the desk of the site as last read, its links leading to the site as shown.
//!
//! What it returns is served like any page of the site: the preview's script is put into it, and browsers that show it
//! take its new contents over when its text has changed.

use super::state::State;
use super::voice::Voice;
use crate::desk::{Desk, Links, html};

/// The panel as a whole HTML page.
///
/// Called on a blocking thread at each request, and after each change for every browser that shows it.
pub(super) fn page(state: &State, voice: &Voice) -> String {
    let findings = state.newest.findings();
    let desk = state.newest.with_site(|site| Desk::new(site, findings));
    let desk = desk.unwrap_or_else(|| Desk::unread(findings));
    let prefix = state.prefix();
    let links = Links {
        prefix: &prefix,
        is_live: true,
    };
    html(&desk, voice.lang, links)
}
