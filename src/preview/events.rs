//! Notifies connected browsers when the page that they show changed.
//!
//! Role: one stream of server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>) for each
//! open page. A browser sends which page it shows in which version. Whenever the state has changed, and once at the
//! start, the page is rendered again and its version compared. So no change is missed while a browser was not
//! connected, and a browser whose page did not change receives nothing.
//!
//! Events: `reload`; `style` (JSON list of the stylesheets' addresses, with the new version as the event's id);
//! `errors` (JSON, see [`super::overlay`]), also when the last error is gone.

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

/// How often a comment is sent on an idle connection, so that a broken connection is noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The event stream for a browser's request with `query`.
pub(super) fn stream(server: &Arc<Server>, query: &str) -> Response {
    let value = |name| query_value(query, name).unwrap_or_default();
    let subscriber = Subscriber {
        server: Arc::clone(server),
        states: server.states.clone(),
        page: value("page"),
        version: value("version"),
        style: value("style"),
        digest: None,
        is_due: true,
        queue: VecDeque::new(),
    };
    let events = unfold(subscriber, |mut subscriber| async {
        let event = subscriber.next_event().await?;
        Some((Ok::<_, Infallible>(event), subscriber))
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
    /// The digest of the errors that were sent. `None` before the first.
    digest: Option<String>,
    /// Whether to check the current state without waiting for the next one.
    is_due: bool,
    queue: VecDeque<Event>,
}

impl Subscriber {
    /// Waits for the next event. `None` when the server ends.
    async fn next_event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(event);
            }
            if !std::mem::take(&mut self.is_due) {
                self.states.changed().await.ok()?;
            }
            let state = Arc::clone(&self.states.borrow_and_update());
            let version = cached_page_version(&self.server.versions, &self.server.ui, &state, &self.page).await;
            let is_newly_broken = !version.errors.is_empty() && self.version != version.page;
            if is_newly_broken && tokio::time::timeout(HOLD, self.states.changed()).await.is_ok() {
                self.is_due = true;
                continue;
            }
            self.queue_events(&state, version);
        }
    }

    /// Queues the events for a new version of the page.
    fn queue_events(&mut self, state: &PreviewState, version: PageVersion) {
        // A page that can no longer be rendered stays in the browser, under its errors.
        if version.errors.is_empty() && self.version != version.page {
            self.queue
                .push_back(Event::default().event("reload").data(&version.page));
            self.version = version.page;
        } else if self.style != version.style {
            let sheets = serde_json::json!(stylesheet_urls(state)).to_string();
            self.queue
                .push_back(Event::default().event("style").id(&version.style).data(sheets));
            self.style = version.style;
        }
        let overlay = overlay(state.errors.iter().chain(&version.errors), &self.server.ui);
        if self.digest.as_ref() != Some(&overlay.digest) {
            self.queue
                .push_back(Event::default().event("errors").data(overlay.json));
            self.digest = Some(overlay.digest);
        }
    }
}

/// The current addresses of the stylesheets.
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
