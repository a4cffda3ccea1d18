//! Finds what the server returns for an address: pages with their versions, and the pages for errors.

use super::desk::{self, LedgerFile};
use super::route::Route;
use super::state::PreviewState;
use super::ui::PreviewUi;
use super::versions;
use crate::diag::Diagnostic;
use crate::pipeline::Answer;
use axum::http::StatusCode;
use std::path::PathBuf;

/// What a browser needs to see whether the page that it shows is still current.
#[derive(Debug, Clone, Default)]
pub(super) struct PageVersion {
    /// The page's version.
    pub(super) page: String,
    /// The stylesheets' version.
    pub(super) style: String,
    /// Why the page cannot be rendered; empty when it can.
    pub(super) errors: Vec<Diagnostic>,
}

/// A page to send.
#[derive(Debug)]
pub(super) struct Page {
    /// The HTTP status.
    pub(super) status: StatusCode,
    /// Its HTML, without the preview's script.
    pub(super) html: Vec<u8>,
    /// Its versions.
    pub(super) version: PageVersion,
}

/// What the preview has at an address.
#[derive(Debug)]
pub(super) enum Resource {
    /// A page, perhaps one that says why the requested page is missing.
    Page(Page),
    /// A file made by the site.
    Bytes(Vec<u8>),
    /// A file on the disk.
    File(PathBuf),
    /// No resource, but the address with a slash at its end is a page.
    Folder,
}

/// Finds the resource for `route`. May take as long as rendering a page: do not call this on a thread that must not
/// block.
pub(super) fn find(state: &PreviewState, route: &Route, ui: &PreviewUi) -> Resource {
    match route {
        Route::Internal(name) if name.is_empty() => {
            let html = desk::page(state, ui).into_bytes();
            page(state, OUTSIDE_URL, StatusCode::OK, html)
        }
        Route::Internal(_) | Route::Root | Route::Invalid => not_found(state, ui, site_not_found_page(state)),
        Route::Site(url) => match state.last_good.answer(url) {
            Answer::Page(html) => page(state, url, StatusCode::OK, html),
            Answer::Bytes(bytes) | Answer::Generated(_, bytes) => Resource::Bytes(bytes),
            Answer::File(path) => Resource::File(path),
            Answer::Folder => Resource::Folder,
            Answer::NotFound(html) => match desk::ledger_file(state, url, ui) {
                Some(LedgerFile::Page(html)) => page(state, OUTSIDE_URL, StatusCode::OK, html.into_bytes()),
                Some(LedgerFile::Excel(bytes)) => Resource::Bytes(bytes),
                None => not_found(state, ui, html),
            },
            Answer::Failed(findings) => failed_page(state, ui, findings),
        },
    }
}

/// The versions of the resource for `route`.
pub(super) fn page_version(state: &PreviewState, route: &Route, ui: &PreviewUi) -> PageVersion {
    match find(state, route, ui) {
        Resource::Page(page) => page.version,
        Resource::Bytes(_) | Resource::File(_) | Resource::Folder => PageVersion {
            page: "file".to_owned(),
            style: state.style_version.clone(),
            errors: Vec::new(),
        },
    }
}

/// The address of pages outside the site: relative links on them lead nowhere.
const OUTSIDE_URL: &str = "/";

fn page(state: &PreviewState, url: &str, status: StatusCode, html: Vec<u8>) -> Resource {
    let version = PageVersion {
        // The status is part of the version: the same HTML with another status is another page.
        page: format!("{}-{}", versions::html_version(state, url, &html), status.as_str()),
        style: state.style_version.clone(),
        errors: Vec::new(),
    };
    Resource::Page(Page { status, html, version })
}

/// The page for an address that has none: the site's own 404 page `html`, else a plain page.
fn not_found(state: &PreviewState, ui: &PreviewUi, html: Vec<u8>) -> Resource {
    if !html.is_empty() {
        return page(state, OUTSIDE_URL, StatusCode::NOT_FOUND, html);
    }
    let is_waiting = state.latest.errors().next().is_some();
    let (status, key) = if is_waiting {
        (StatusCode::SERVICE_UNAVAILABLE, "preview-waiting")
    } else {
        (StatusCode::NOT_FOUND, "preview-nothing")
    };
    let html = plain_page(ui, key);
    page(state, OUTSIDE_URL, status, html)
}

fn site_not_found_page(state: &PreviewState) -> Vec<u8> {
    match state.last_good.answer("/404.html") {
        Answer::Page(html) | Answer::NotFound(html) => html,
        _ => Vec::new(),
    }
}

/// The page in place of one that cannot be rendered; the overlay says why.
fn failed_page(state: &PreviewState, ui: &PreviewUi, findings: Vec<Diagnostic>) -> Resource {
    let version = PageVersion {
        page: "broken".to_owned(),
        style: state.style_version.clone(),
        errors: findings,
    };
    Resource::Page(Page {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        html: plain_page(ui, "preview-broken"),
        version,
    })
}

fn plain_page(ui: &PreviewUi, key: &str) -> Vec<u8> {
    let title = ui.text("preview-title", &[]);
    html_document(ui, &title, &ui.text(key, &[])).into_bytes()
}

/// A page of the preview itself.
fn html_document(ui: &PreviewUi, title: &str, text: &str) -> String {
    let lang = ui.lang.tag();
    format!(
        "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"data:,\"><title>{title}</title></head>\
         <body><h1>{title}</h1><p>{text}</p></body></html>\n"
    )
}
