//! Tells connected browsers what became of the page that they show.
//!
//! Role: one stream of server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>) for each
//! open page. A browser says which page it shows in which version; whenever the state has changed, and once at the start,
//! the page is made again and compared. So nothing is missed while a browser was not connected, and a browser whose page
//! stayed the same is left alone.
//!
//! Events: `reload`; `style` (JSON list of the stylesheets' addresses, with the new version as the event's id); `errors`
//! (JSON, see [`super::overlay`]), also when there are none any more.

use super::debounce::HOLD;
use super::overlay::overlay;
use super::pages::PageVersion;
use super::shared::Server;
use super::state::PreviewState;
use super::version_cache::cached_page_version;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::unfold;
use percent_encoding::percent_decode_str;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often a silent connection carries a comment, so that one that was cut is noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The stream for the browser that asked with `query`.
pub(super) fn stream(server: &Arc<Server>, query: &str) -> Response {
    let value = |name| query_value(query, name).unwrap_or_default();
    let viewer = Subscriber {
        server: Arc::clone(server),
        states: server.states.clone(),
        page: value("page"),
        version: value("version"),
        style: value("style"),
        digest: None,
        is_due: true,
        queue: VecDeque::new(),
    };
    let events = unfold(viewer, |mut viewer| async {
        let event = viewer.next_event().await?;
        Some((Ok::<_, Infallible>(event), viewer))
    });
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Sse::new(events).keep_alive(keep_alive).into_response()
}

/// The value of `name` in a query string.
fn query_value(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(key, _)| *key == name)?;
    let value = value.replace('+', " ");
    Some(percent_decode_str(&value).decode_utf8_lossy().into_owned())
}

/// One open page.
struct Subscriber {
    server: Arc<Server>,
    states: watch::Receiver<Arc<PreviewState>>,
    page: String,
    version: String,
    style: String,
    /// Of the errors that were told; none before the first.
    digest: Option<String>,
    /// Whether the state is to be looked at without waiting for another.
    is_due: bool,
    queue: VecDeque<Event>,
}

impl Subscriber {
    /// The next thing to tell; none when the server ends.
    async fn next_event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(event);
            }
            if !std::mem::take(&mut self.is_due) {
                self.states.changed().await.ok()?;
            }
            let state = Arc::clone(&self.states.borrow_and_update());
            let look = cached_page_version(&self.server.versions, &self.server.ui, &state, &self.page).await;
            let is_newly_broken = !look.errors.is_empty() && self.version != look.page;
            if is_newly_broken && tokio::time::timeout(HOLD, self.states.changed()).await.is_ok() {
                self.is_due = true;
                continue;
            }
            self.queue_events(&state, look);
        }
    }

    /// Notes what is to be told.
    fn queue_events(&mut self, state: &PreviewState, look: PageVersion) {
        // A page that cannot be made any more stays as it is, under its errors.
        if look.errors.is_empty() && self.version != look.page {
            self.queue.push_back(Event::default().event("reload").data(&look.page));
            self.version = look.page;
        } else if self.style != look.style {
            let sheets = serde_json::json!(stylesheet_urls(state)).to_string();
            self.queue
                .push_back(Event::default().event("style").id(&look.style).data(sheets));
            self.style = look.style;
        }
        let overlay = overlay(state.errors.iter().chain(&look.errors), &self.server.ui);
        if self.digest.as_ref() != Some(&overlay.digest) {
            self.queue
                .push_back(Event::default().event("errors").data(overlay.json));
            self.digest = Some(overlay.digest);
        }
    }
}

/// Where the stylesheets are now.
fn stylesheet_urls(state: &PreviewState) -> Vec<String> {
    let prefix = state.prefix();
    state
        .stylesheets
        .iter()
        .map(|(_, url)| format!("{prefix}{}", url.encoded()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_as_a_browser_writes_it() {
        let query = "page=%2Ftown%2Fa%2520b%2F&version=v&style=&x=+1";
        assert_eq!(query_value(query, "page").as_deref(), Some("/town/a%20b/"));
        assert_eq!(query_value(query, "style").as_deref(), Some(""));
        assert_eq!(query_value(query, "x").as_deref(), Some(" 1"));
        assert_eq!(query_value(query, "y"), None);
    }
}
