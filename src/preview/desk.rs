//! The editors' panel at `/_xiangyin/`: the page that the overlay's link leads to.
//!
//! What it returns is served like any page of the site: the preview's script is put into it, and browsers that show it
//! load it again when its text has changed.

use super::pages::document;
use super::state::State;
use super::voice::Voice;

/// The panel as a whole HTML page.
///
/// Called on a blocking thread at each request, and after each change for every browser that shows it.
pub(super) fn page(state: &State, voice: &Voice) -> String {
    let errors = state.newest.errors().count();
    let key = match errors {
        0 => "preview-desk-fine",
        1 => "preview-heading-one",
        _ => "preview-heading-many",
    };
    let text = voice.text(key, &[("n", &errors.to_string())]);
    let title = voice.text("preview-desk", &[]);
    let site = voice.text("preview-desk-site", &[]);
    let more = format!("<p><a href=\"{}/\">{site}</a></p>", state.prefix());
    document(voice, &title, &text, &more)
}
