//! Answers HTTP requests from the current state.
//!
//! Role: translates between HTTP and [`pages`]. Writes nothing. Knows no connections: see [`super::connections`].

use super::events;
use super::fetch_site::is_own_request;
use super::inject::{PageRole, inject};
use super::pages::{self, Page, Resource};
use super::range::{RequestedRange, requested_range};
use super::route::{INTERNAL_PREFIX, Route, parse_route, parse_share};
use super::share;
use super::shared::Server;
use super::state::PreviewState;
use crate::deploy::content_type;
use axum::body::Body;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Method, Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use tower_http::services::ServeFile;

/// What every response says. Browsers cache nothing, take no file for another type than stated, and let no page of
/// another origin use or frame it.
const RESPONSE_HEADERS: [(HeaderName, &str); 4] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'self'"),
];

/// The response to a request that came in at this machine's address `local`.
pub(super) async fn handle_request(server: Arc<Server>, local: IpAddr, request: Parts) -> Response {
    let mut response = server.respond(local, request).await;
    let headers = response.headers_mut();
    for (name, value) in RESPONSE_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.remove(header::LAST_MODIFIED);
    response
}

impl Server {
    async fn respond(self: &Arc<Self>, local: IpAddr, request: Parts) -> Response {
        if !self.is_host_allowed(&request, local) {
            return self.error_response(StatusCode::FORBIDDEN, "preview-foreign-host");
        }
        if !is_own_request(&request.headers) {
            return self.error_response(StatusCode::FORBIDDEN, "preview-foreign-site");
        }
        if !matches!(request.method, Method::GET | Method::HEAD) {
            let mut response = self.error_response(StatusCode::METHOD_NOT_ALLOWED, "preview-only-reading");
            response
                .headers_mut()
                .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        let state = Arc::clone(&self.states.borrow());
        let route = parse_route(request.uri.path(), &state.base_path);
        match &route {
            Route::Root => redirect(StatusCode::TEMPORARY_REDIRECT, &format!("{}/", state.prefix())),
            Route::Internal(name) => match name.as_str() {
                ".." => redirect(
                    StatusCode::PERMANENT_REDIRECT,
                    &format!("{}{INTERNAL_PREFIX}", state.prefix()),
                ),
                "live.js" => internal_file("text/javascript; charset=utf-8", include_str!("live.js")),
                "live.css" => internal_file("text/css; charset=utf-8", include_str!("live.css")),
                "share.js" => internal_file("text/javascript; charset=utf-8", include_str!("share.js")),
                "share.css" => internal_file("text/css; charset=utf-8", include_str!("share.css")),
                "events" => events::stream(self, request.uri.query().unwrap_or_default()),
                name if parse_share(name).is_some() => self.share_response(state, name.to_owned()).await,
                _ => self.resource_response(state, route, request).await,
            },
            Route::Site(_) | Route::Invalid => self.resource_response(state, route, request).await,
        }
    }

    /// Whether the request's host is this machine: in the `Host` header and, if it is there, in the request line.
    fn is_host_allowed(&self, request: &Parts, local: IpAddr) -> bool {
        let header = request.headers.get(header::HOST).and_then(|value| value.to_str().ok());
        let line = request.uri.authority().map(axum::http::uri::Authority::as_str);
        header.is_some_and(|host| self.hosts.is_allowed(host, local))
            && line.is_none_or(|host| self.hosts.is_allowed(host, local))
    }

    /// A line of text that says why the request is refused.
    fn error_response(&self, status: StatusCode, key: &str) -> Response {
        let text = self.ui.text(key, &[]) + "\n";
        (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
    }

    /// The response for `route`, made on a thread that may block.
    async fn resource_response(&self, state: Arc<PreviewState>, route: Route, request: Parts) -> Response {
        let found = self.find_resource(&state, &route).await;
        let Some(found) = found else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let (Route::Site(url) | Route::Internal(url)) = &route else {
            return self.page_response(&state, &route, found);
        };
        match found {
            Resource::Bytes(bytes) => ([(header::CONTENT_TYPE, content_type(url))], bytes).into_response(),
            Resource::File(path) => match file_response(&path, url, &request).await {
                Some(response) => response,
                // The file was deleted after the state was made; the next state will not have it.
                None => {
                    let not_found = self.find_resource(&state, &Route::Invalid).await;
                    not_found.map_or_else(
                        || StatusCode::NOT_FOUND.into_response(),
                        |found| self.page_response(&state, &route, found),
                    )
                }
            },
            Resource::Folder => redirect(
                StatusCode::PERMANENT_REDIRECT,
                &with_trailing_slash(&state, url, request.uri.query()),
            ),
            Resource::Page(_) => self.page_response(&state, &route, found),
        }
    }

    /// The answer to a button on the page of a post, made on a thread that may block.
    async fn share_response(self: &Arc<Self>, state: Arc<PreviewState>, name: String) -> Response {
        let server = Arc::clone(self);
        let respond = move || {
            let (asked, url) = parse_share(&name)?;
            Some(share::respond(&server.share_source, &state, (asked, url), &server.ui))
        };
        let response = tokio::task::spawn_blocking(respond).await.ok().flatten();
        response.unwrap_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }

    /// Finds the resource for `route`. `None` when that panicked; the panic was then printed to standard error.
    async fn find_resource(&self, state: &Arc<PreviewState>, route: &Route) -> Option<Resource> {
        let (state, route, ui) = (Arc::clone(state), route.clone(), Arc::clone(&self.ui));
        let found = tokio::task::spawn_blocking(move || pages::find(&state, &route, &ui));
        found.await.ok()
    }

    fn page_response(&self, state: &PreviewState, route: &Route, found: Resource) -> Response {
        let Resource::Page(Page { status, html, version }) = found else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let role = match route {
            Route::Internal(name) if name.is_empty() => PageRole::Desk,
            Route::Site(url) if state.last_good.post_at(url).is_some() => PageRole::Post {
                url: url.clone(),
                words: [
                    ("label", "preview-share"),
                    ("busy", "preview-share-busy"),
                    ("failed", "preview-share-failed"),
                ]
                .map(|(name, key)| (name, self.ui.text(key, &[])))
                .into(),
            },
            _ => PageRole::Plain,
        };
        let html = inject(html, &state.prefix(), &version, &role);
        (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
    }
}

/// One of the preview's own files.
fn internal_file(content_type: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, content_type)], text).into_response()
}

fn redirect(status: StatusCode, to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (status, [(header::LOCATION, to)]).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The address of a folder's page.
fn with_trailing_slash(state: &PreviewState, url: &str, query: Option<&str>) -> String {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{}/{query}", state.prefix(), crate::paths::percent_encode(url))
}

/// A file on the disk, or the requested range of it. `None` when the file is gone.
async fn file_response(path: &Path, url: &str, request: &Parts) -> Option<Response> {
    let mut file_request = Request::new(Body::empty());
    *file_request.method_mut() = request.method.clone();
    if let Some(range) = request.headers.get(header::RANGE)
        && request.method == Method::GET
        // No validators are sent, so a range with `If-Range` can never be known to be of the same file.
        && !request.headers.contains_key(header::IF_RANGE)
    {
        let length = std::fs::metadata(path).ok()?.len();
        if let Some(range) = library_range(requested_range(range.to_str().unwrap_or_default(), length), length) {
            file_request.headers_mut().insert(header::RANGE, range);
        }
    }
    let served = ServeFile::new(path).try_call(file_request).await.ok()?;
    if served.status() == StatusCode::NOT_FOUND {
        return None;
    }
    let mut response = served.map(Body::new);
    if let Ok(value) = HeaderValue::from_str(&content_type(url)) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    Some(response)
}

/// A `Range` header that the library understands. Of a file of `length` bytes, its range from there on cannot be
/// satisfied.
fn library_range(range: RequestedRange, length: u64) -> Option<HeaderValue> {
    let text = match range {
        RequestedRange::Whole => return None,
        RequestedRange::Part(first, last) => format!("bytes={first}-{last}"),
        RequestedRange::Unsatisfiable => format!("bytes={length}-"),
    };
    HeaderValue::try_from(text).ok()
}
