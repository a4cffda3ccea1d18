//! Tells connected browsers what became of the page that they show.
//!
//! Role: one stream of server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>) for each
//! open page. A browser says which page it shows in which version; whenever the state has changed, and once at the start,
//! the page is made again and compared. So nothing is missed while a browser was not connected, and a browser whose page
//! stayed the same is left alone.
//!
//! Events: `reload`; `style` (JSON list of the stylesheets' addresses, with the new version as the event's id); `errors`
//! (JSON, see [`super::overlay`]), also when there are none any more.

use super::address::asked;
use super::overlay::overlay;
use super::pages::{self, Look};
use super::patience::STANDING;
use super::server::Server;
use super::state::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::unfold;
use percent_encoding::percent_decode_str;
use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OnceCell, watch};

/// How often a silent connection carries a comment, so that one that was cut is noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The stream for the browser that asked with `query`.
pub(super) fn stream(server: &Arc<Server>, query: &str) -> Response {
    let value = |name| value(query, name).unwrap_or_default();
    let viewer = Viewer {
        server: Arc::clone(server),
        states: server.states.clone(),
        page: value("page"),
        version: value("version"),
        style: value("style"),
        sign: None,
        is_new: true,
        queue: VecDeque::new(),
    };
    let events = unfold(viewer, |mut viewer| async {
        let event = viewer.next().await?;
        Some((Ok::<_, Infallible>(event), viewer))
    });
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Sse::new(events).keep_alive(keep_alive).into_response()
}

/// The value of `name` in a query string.
fn value(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(key, _)| *key == name)?;
    let value = value.replace('+', " ");
    Some(percent_decode_str(&value).decode_utf8_lossy().into_owned())
}

/// One open page.
struct Viewer {
    server: Arc<Server>,
    states: watch::Receiver<Arc<State>>,
    page: String,
    version: String,
    style: String,
    /// Of the errors that were told; none before the first.
    sign: Option<String>,
    /// Whether the state is to be looked at without waiting for another.
    is_new: bool,
    queue: VecDeque<Event>,
}

impl Viewer {
    /// The next thing to tell; none when the server ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(event);
            }
            if !std::mem::take(&mut self.is_new) {
                self.states.changed().await.ok()?;
            }
            let state = Arc::clone(&self.states.borrow_and_update());
            let look = look(&self.server, &state, &self.page).await;
            let is_newly_broken = !look.broken.is_empty() && self.version != look.page;
            if is_newly_broken && tokio::time::timeout(STANDING, self.states.changed()).await.is_ok() {
                self.is_new = true;
                continue;
            }
            self.compare(&state, look);
        }
    }

    /// Notes what is to be told.
    fn compare(&mut self, state: &State, look: Look) {
        // A page that cannot be made any more stays as it is, under its errors.
        if look.broken.is_empty() && self.version != look.page {
            self.queue.push_back(Event::default().event("reload").data(&look.page));
            self.version = look.page;
        } else if self.style != look.style {
            let sheets = serde_json::json!(addresses(state)).to_string();
            self.queue
                .push_back(Event::default().event("style").id(&look.style).data(sheets));
            self.style = look.style;
        }
        let overlay = overlay(state.errors.iter().chain(&look.broken), &self.server.voice);
        if self.sign.as_ref() != Some(&overlay.sign) {
            self.queue
                .push_back(Event::default().event("errors").data(overlay.json));
            self.sign = Some(overlay.sign);
        }
    }
}

/// Where the stylesheets are now.
fn addresses(state: &State) -> Vec<String> {
    let prefix = state.prefix();
    state
        .sheets
        .iter()
        .map(|(_, url)| format!("{prefix}{}", url.encoded()))
        .collect()
}

/// Versions of the pages that browsers show, so that a page that many show is made once for each state.
#[derive(Debug, Default)]
pub(super) struct Looks(Mutex<(u64, Made)>);

/// Versions by page, each made by whoever asks first.
type Made = HashMap<String, Arc<OnceCell<Look>>>;

impl Looks {
    /// The place for the versions of `page` in the state `number`.
    fn place(&self, number: u64, page: &str) -> Arc<OnceCell<Look>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != number {
            *known = (number, Made::new());
        }
        Arc::clone(known.1.entry(page.to_owned()).or_default())
    }
}

/// The versions of `page` in `state`.
async fn look(server: &Arc<Server>, state: &Arc<State>, page: &str) -> Look {
    let place = server.looks.place(state.number, page);
    let made = place.get_or_init(|| async {
        let (state, voice) = (Arc::clone(state), Arc::clone(&server.voice));
        let asked = asked(page, &state.root);
        let look = tokio::task::spawn_blocking(move || pages::look(&state, &asked, &voice));
        look.await.unwrap_or_default()
    });
    made.await.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_as_a_browser_writes_it() {
        let query = "page=%2Ftown%2Fa%2520b%2F&version=v&style=&x=+1";
        assert_eq!(value(query, "page").as_deref(), Some("/town/a%20b/"));
        assert_eq!(value(query, "style").as_deref(), Some(""));
        assert_eq!(value(query, "x").as_deref(), Some(" 1"));
        assert_eq!(value(query, "y"), None);
    }

    #[test]
    fn one_state_makes_a_page_once() {
        let looks = Looks::default();
        let first = looks.place(1, "/");
        assert!(Arc::ptr_eq(&first, &looks.place(1, "/")));
        assert!(!Arc::ptr_eq(&first, &looks.place(1, "/a/")));
        assert!(!Arc::ptr_eq(&first, &looks.place(2, "/")));
    }
}
