//! What stands at an address, as the server gives it: pages with their versions, and pages for want of one.

use super::address::Asked;
use super::state::State;
use super::voice::Voice;
use super::{desk, versions};
use crate::diag::Diagnostic;
use crate::pipeline::Answer;
use axum::http::StatusCode;
use std::path::PathBuf;

/// What a browser must know of a page to see whether its own is still the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Look {
    /// The page's version.
    pub(super) page: String,
    /// The stylesheets' version.
    pub(super) style: String,
    /// Why the page cannot be made.
    pub(super) broken: Vec<Diagnostic>,
}

/// A page to be sent.
#[derive(Debug)]
pub(super) struct Page {
    /// With which status.
    pub(super) status: StatusCode,
    /// Its HTML, without the preview's script.
    pub(super) html: Vec<u8>,
    /// Its versions.
    pub(super) look: Look,
}

/// What stands at an address.
#[derive(Debug)]
pub(super) enum Found {
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
pub(super) fn find(state: &State, asked: &Asked, voice: &Voice) -> Found {
    match asked {
        Asked::Own(name) if name.is_empty() => {
            let html = desk::page(state, voice).into_bytes();
            page(state, OUTSIDE, StatusCode::OK, html)
        }
        Asked::Own(_) | Asked::Start | Asked::Nowhere => nothing(state, voice, not_found_page(state)),
        Asked::Site(url) => match state.shown.answer(url) {
            Answer::Page(html) => page(state, url, StatusCode::OK, html),
            Answer::Bytes(bytes) | Answer::Made(_, bytes) => Found::Bytes(bytes),
            Answer::File(path) => Found::File(path),
            Answer::Folder => Found::Folder,
            Answer::Nothing(html) => nothing(state, voice, html),
            Answer::Broken(findings) => broken(state, voice, findings),
        },
    }
}

/// The versions of what was asked for.
pub(super) fn look(state: &State, asked: &Asked, voice: &Voice) -> Look {
    match find(state, asked, voice) {
        Found::Page(page) => page.look,
        Found::Bytes(_) | Found::File(_) | Found::Folder => Look {
            page: "file".to_owned(),
            style: state.style.clone(),
            broken: Vec::new(),
        },
    }
}

/// The address of pages that do not lie in the site: relative links on them lead nowhere.
const OUTSIDE: &str = "/";

fn page(state: &State, url: &str, status: StatusCode, html: Vec<u8>) -> Found {
    let look = Look {
        // The status counts: a page that says the same with another status is another page.
        page: format!("{}-{}", versions::of_page(state, url, &html), status.as_str()),
        style: state.style.clone(),
        broken: Vec::new(),
    };
    Found::Page(Page { status, html, look })
}

/// The page for an address at which nothing stands: the site's own, else a plain one.
fn nothing(state: &State, voice: &Voice, html: Vec<u8>) -> Found {
    if !html.is_empty() {
        return page(state, OUTSIDE, StatusCode::NOT_FOUND, html);
    }
    let is_waiting = state.newest.errors().next().is_some();
    let (status, key) = if is_waiting {
        (StatusCode::SERVICE_UNAVAILABLE, "preview-waiting")
    } else {
        (StatusCode::NOT_FOUND, "preview-nothing")
    };
    let html = plain(voice, key);
    page(state, OUTSIDE, status, html)
}

fn not_found_page(state: &State) -> Vec<u8> {
    match state.shown.answer("/404.html") {
        Answer::Page(html) | Answer::Nothing(html) => html,
        _ => Vec::new(),
    }
}

/// The page in place of one that cannot be made; the overlay says why.
fn broken(state: &State, voice: &Voice, findings: Vec<Diagnostic>) -> Found {
    let look = Look {
        page: "broken".to_owned(),
        style: state.style.clone(),
        broken: findings,
    };
    Found::Page(Page {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        html: plain(voice, "preview-broken"),
        look,
    })
}

fn plain(voice: &Voice, key: &str) -> Vec<u8> {
    let title = voice.text("preview-title", &[]);
    document(voice, &title, &voice.text(key, &[])).into_bytes()
}

/// A page of the preview's own.
fn document(voice: &Voice, title: &str, text: &str) -> String {
    let lang = voice.lang.tag();
    format!(
        "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"data:,\"><title>{title}</title></head>\
         <body><h1>{title}</h1><p>{text}</p></body></html>\n"
    )
}
