//! What stands at an address, as the server gives it: pages with their versions, and pages for want of one.

use super::route::Route;
use super::state::PreviewState;
use super::ui::PreviewUi;
use super::{desk, versions};
use crate::diag::Diagnostic;
use crate::pipeline::Answer;
use axum::http::StatusCode;
use std::path::PathBuf;

/// What a browser must know of a page to see whether its own is still the same.
#[derive(Debug, Clone, Default)]
pub(super) struct PageVersion {
    /// The page's version.
    pub(super) page: String,
    /// The stylesheets' version.
    pub(super) style: String,
    /// Why the page cannot be made.
    pub(super) errors: Vec<Diagnostic>,
}

/// A page to be sent.
#[derive(Debug)]
pub(super) struct Page {
    /// With which status.
    pub(super) status: StatusCode,
    /// Its HTML, without the preview's script.
    pub(super) html: Vec<u8>,
    /// Its versions.
    pub(super) version: PageVersion,
}

/// What stands at an address.
#[derive(Debug)]
pub(super) enum Resource {
    /// A page, perhaps one that says why there is none.
    Page(Page),
    /// A file made by the site.
    Bytes(Vec<u8>),
    /// A file on the disk.
    File(PathBuf),
    /// The address with a slash at its end.
    Folder,
}

/// Finds what was asked for. May take as long as rendering a page: not for threads that must not wait.
pub(super) fn find(state: &PreviewState, asked: &Route, voice: &PreviewUi) -> Resource {
    match asked {
        Route::Internal(name) if name.is_empty() => {
            let html = desk::page(state, voice).into_bytes();
            page(state, OUTSIDE_URL, StatusCode::OK, html)
        }
        Route::Internal(_) | Route::Root | Route::Invalid => not_found(state, voice, site_not_found_page(state)),
        Route::Site(url) => match state.last_good.answer(url) {
            Answer::Page(html) => page(state, url, StatusCode::OK, html),
            Answer::Bytes(bytes) | Answer::Generated(_, bytes) => Resource::Bytes(bytes),
            Answer::File(path) => Resource::File(path),
            Answer::Folder => Resource::Folder,
            Answer::NotFound(html) => not_found(state, voice, html),
            Answer::Failed(findings) => failed_page(state, voice, findings),
        },
    }
}

/// The versions of what was asked for.
pub(super) fn page_version(state: &PreviewState, asked: &Route, voice: &PreviewUi) -> PageVersion {
    match find(state, asked, voice) {
        Resource::Page(page) => page.version,
        Resource::Bytes(_) | Resource::File(_) | Resource::Folder => PageVersion {
            page: "file".to_owned(),
            style: state.style_version.clone(),
            errors: Vec::new(),
        },
    }
}

/// The address of pages that do not lie in the site: relative links on them lead nowhere.
const OUTSIDE_URL: &str = "/";

fn page(state: &PreviewState, url: &str, status: StatusCode, html: Vec<u8>) -> Resource {
    let look = PageVersion {
        // The status counts: a page that says the same with another status is another page.
        page: format!("{}-{}", versions::html_version(state, url, &html), status.as_str()),
        style: state.style_version.clone(),
        errors: Vec::new(),
    };
    Resource::Page(Page {
        status,
        html,
        version: look,
    })
}

/// The page for an address at which nothing stands: the site's own, else a plain one.
fn not_found(state: &PreviewState, voice: &PreviewUi, html: Vec<u8>) -> Resource {
    if !html.is_empty() {
        return page(state, OUTSIDE_URL, StatusCode::NOT_FOUND, html);
    }
    let is_waiting = state.latest.errors().next().is_some();
    let (status, key) = if is_waiting {
        (StatusCode::SERVICE_UNAVAILABLE, "preview-waiting")
    } else {
        (StatusCode::NOT_FOUND, "preview-nothing")
    };
    let html = plain_page(voice, key);
    page(state, OUTSIDE_URL, status, html)
}

fn site_not_found_page(state: &PreviewState) -> Vec<u8> {
    match state.last_good.answer("/404.html") {
        Answer::Page(html) | Answer::NotFound(html) => html,
        _ => Vec::new(),
    }
}

/// The page in place of one that cannot be made; the overlay says why.
fn failed_page(state: &PreviewState, voice: &PreviewUi, findings: Vec<Diagnostic>) -> Resource {
    let look = PageVersion {
        page: "broken".to_owned(),
        style: state.style_version.clone(),
        errors: findings,
    };
    Resource::Page(Page {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        html: plain_page(voice, "preview-broken"),
        version: look,
    })
}

fn plain_page(voice: &PreviewUi, key: &str) -> Vec<u8> {
    let title = voice.text("preview-title", &[]);
    html_document(voice, &title, &voice.text(key, &[])).into_bytes()
}

/// A page of the preview's own.
fn html_document(voice: &PreviewUi, title: &str, text: &str) -> String {
    let lang = voice.lang.tag();
    format!(
        "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"data:,\"><title>{title}</title></head>\
         <body><h1>{title}</h1><p>{text}</p></body></html>\n"
    )
}
