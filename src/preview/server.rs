//! Answers requests from the state that is shown.
//!
//! Role: HTTP on one side, [`pages`] on the other. Nothing is written and nothing may be cached: every answer says so.

use super::address::{Asked, asked};
use super::events::{self, Looks};
use super::host::Hosts;
use super::inject::{OWN, inject};
use super::pages::{self, Found, Page};
use super::state::State;
use super::voice::Voice;
use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{Request, State as Shared};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::serve::IncomingStream;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::services::ServeFile;

/// What all requests share.
#[derive(Debug)]
pub(super) struct Server {
    /// The state that is shown, and a bell for its changes.
    pub(super) states: watch::Receiver<Arc<State>>,
    /// Versions of pages that are open.
    pub(super) looks: Looks,
    /// The words.
    pub(super) voice: Arc<Voice>,
    /// Who is answered.
    pub(super) hosts: Hosts,
}

/// The address of this machine at which a connection came in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Local(IpAddr);

impl Connected<IncomingStream<'_, TcpListener>> for Local {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        let io = stream.io();
        // Answers are small and wanted at once. Where this fails, they only come later.
        let _ = io.set_nodelay(true);
        let address = io.local_addr();
        Self(address.map_or(Ipv4Addr::LOCALHOST.into(), |address| address.ip()))
    }
}

/// Everything that is served.
pub(super) fn router(server: Server) -> Router {
    Router::new().fallback(answer).with_state(Arc::new(server))
}

async fn answer(
    Shared(server): Shared<Arc<Server>>,
    ConnectInfo(Local(local)): ConnectInfo<Local>,
    request: Request,
) -> Response {
    let mut response = server.respond(local, request.into_parts().0).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.remove(header::LAST_MODIFIED);
    response
}

impl Server {
    async fn respond(self: &Arc<Self>, local: IpAddr, request: Parts) -> Response {
        if !self.is_answered(&request, local) {
            return self.refusal(StatusCode::FORBIDDEN, "preview-foreign-host");
        }
        if !matches!(request.method, Method::GET | Method::HEAD) {
            let mut response = self.refusal(StatusCode::METHOD_NOT_ALLOWED, "preview-only-reading");
            response
                .headers_mut()
                .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        let state = Arc::clone(&self.states.borrow());
        let asked = asked(request.uri.path(), &state.root);
        match &asked {
            Asked::Start => redirect(StatusCode::TEMPORARY_REDIRECT, &format!("{}/", state.prefix())),
            Asked::Own(name) => match name.as_str() {
                ".." => redirect(StatusCode::PERMANENT_REDIRECT, &format!("{}{OWN}", state.prefix())),
                "live.js" => own_file("text/javascript; charset=utf-8", include_str!("live.js")),
                "live.css" => own_file("text/css; charset=utf-8", include_str!("live.css")),
                "events" => events::stream(self, request.uri.query().unwrap_or_default()),
                _ => self.found(state, asked, request).await,
            },
            Asked::Site(_) | Asked::Nowhere => self.found(state, asked, request).await,
        }
    }

    /// Whether the request names this machine, in its header and, if it does, in its first line.
    fn is_answered(&self, request: &Parts, local: IpAddr) -> bool {
        let header = request.headers.get(header::HOST).and_then(|value| value.to_str().ok());
        let line = request.uri.authority().map(axum::http::uri::Authority::as_str);
        header.is_some_and(|host| self.hosts.allow(host, local))
            && line.is_none_or(|host| self.hosts.allow(host, local))
    }

    /// A line of text in place of what was asked for.
    fn refusal(&self, status: StatusCode, key: &str) -> Response {
        let text = self.voice.text(key, &[]) + "\n";
        (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
    }

    /// What the site has, made on a thread that may wait.
    async fn found(&self, state: Arc<State>, asked: Asked, request: Parts) -> Response {
        let found = self.find(&state, &asked).await;
        let Some(found) = found else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let (Asked::Site(url) | Asked::Own(url)) = &asked else {
            return self.page(&state, &asked, found);
        };
        match found {
            Found::Bytes(bytes) => ([(header::CONTENT_TYPE, content_type(Path::new(url)))], bytes).into_response(),
            Found::File(path) => match file(&path, url, &request).await {
                Some(response) => response,
                // Deleted since the state was made; the next state will know.
                None => {
                    let nothing = self.find(&state, &Asked::Nowhere).await;
                    nothing.map_or_else(
                        || StatusCode::NOT_FOUND.into_response(),
                        |found| self.page(&state, &asked, found),
                    )
                }
            },
            Found::Folder => redirect(
                StatusCode::PERMANENT_REDIRECT,
                &slashed(&state, url, request.uri.query()),
            ),
            Found::Page(_) => self.page(&state, &asked, found),
        }
    }

    /// None when making it failed by a fault of the program, which has then been told on standard error.
    async fn find(&self, state: &Arc<State>, asked: &Asked) -> Option<Found> {
        let (state, asked, voice) = (Arc::clone(state), asked.clone(), Arc::clone(&self.voice));
        let found = tokio::task::spawn_blocking(move || pages::find(&state, &asked, &voice));
        found.await.ok()
    }

    fn page(&self, state: &State, asked: &Asked, found: Found) -> Response {
        let Found::Page(Page { status, html, look }) = found else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let is_desk = matches!(asked, Asked::Own(name) if name.is_empty());
        let html = inject(html, &state.prefix(), &look, is_desk);
        (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
    }
}

/// A file of the preview's own.
fn own_file(content_type: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, content_type)], text).into_response()
}

fn redirect(status: StatusCode, to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (status, [(header::LOCATION, to)]).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The address of a folder's page.
fn slashed(state: &State, url: &str, query: Option<&str>) -> String {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{}/{query}", state.prefix(), crate::paths::encode(url))
}

/// A file on the disk, or the part of it that was asked for; none when it is gone.
async fn file(path: &Path, url: &str, request: &Parts) -> Option<Response> {
    let mut asked = Request::new(Body::empty());
    *asked.method_mut() = request.method.clone();
    // No validators are sent, so a part that depends on one is never known to be of the same file.
    if !request.headers.contains_key(header::IF_RANGE) {
        copy(header::RANGE, &request.headers, asked.headers_mut());
    }
    let served = ServeFile::new(path).try_call(asked).await.ok()?;
    if served.status() == StatusCode::NOT_FOUND {
        return None;
    }
    let mut response = served.map(Body::new);
    if let Ok(value) = HeaderValue::from_str(&content_type(Path::new(url))) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    Some(response)
}

fn copy(name: HeaderName, from: &HeaderMap, to: &mut HeaderMap) {
    if let Some(value) = from.get(&name) {
        to.insert(name, value.clone());
    }
}

/// The content type that the ending of a file means, with UTF-8 for all that is text.
fn content_type(path: &Path) -> String {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let is_text = mime.type_() == mime_guess::mime::TEXT
        || mime
            .suffix()
            .is_some_and(|suffix| matches!(suffix.as_str(), "xml" | "json"))
        || matches!(
            mime.subtype().as_str(),
            "json" | "javascript" | "xml" | "yaml" | "x-yaml"
        );
    if is_text {
        format!("{}; charset=utf-8", mime.essence_str())
    } else {
        mime.essence_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_says_that_it_is_utf_8() {
        for (name, expected) in [
            ("a.css", "text/css; charset=utf-8"),
            ("a.js", "text/javascript; charset=utf-8"),
            ("a.json", "application/json; charset=utf-8"),
            ("feed.xml", "text/xml; charset=utf-8"),
            ("a.svg", "image/svg+xml; charset=utf-8"),
            ("robots.txt", "text/plain; charset=utf-8"),
            ("data.csv", "text/csv; charset=utf-8"),
            ("a.vtt", "text/vtt; charset=utf-8"),
            ("a.MP4", "video/mp4"),
            ("a.jpg", "image/jpeg"),
            ("a.webp", "image/webp"),
            ("unknown", "application/octet-stream"),
        ] {
            assert_eq!(content_type(Path::new(name)), expected);
        }
    }
}
