//! The buttons on the page of a post: what they offer, and the copies that they fetch.
//!
//! Role: a button's request → the same copy that the command `share` writes, from the files of the site as they are now.
//! The state that is served only says which post a page shows: it may have drafts and what is internal. `share.js` puts
//! the copy into the clipboard or saves it.

use super::route::INTERNAL_PREFIX;
use super::state::PreviewState;
use super::ui::PreviewUi;
use crate::deploy::content_type;
use crate::export::{Outlet, Sharing};
use crate::paths::percent_encode;
use crate::pipeline::{Selection, ShareError, Shared, share};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use jiff::civil::Date;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::path::PathBuf;

/// The remarks about a copy, as a JSON array of texts, percent-encoded.
const REMARKS: HeaderName = HeaderName::from_static("xiangyin-remarks");

/// The longest title in a file name, in characters.
const MAX_NAME: usize = 80;

/// Where posts are shared from.
#[derive(Debug, Clone)]
pub(super) struct ShareSource {
    /// The site's folder.
    pub(super) site: PathBuf,
    /// The day on which the preview was started.
    pub(super) first_day: Date,
}

/// The post of a page, as the served state has it.
struct PagePost {
    path: String,
    is_unpublished: bool,
    is_internal: bool,
}

/// The answer to a button on the page at `url`: `offer` lists the outlets, any other word is an outlet.
///
/// Takes as long as reading the site.
pub(super) fn respond(
    source: &ShareSource,
    state: &PreviewState,
    (asked, url): (&str, &str),
    ui: &PreviewUi,
) -> Response {
    let Some(post) = page_post(state, url) else {
        return refusal(StatusCode::NOT_FOUND, ui.text("preview-share-unknown", &[]));
    };
    if asked == "offer" {
        let offer = offer(&post, &format!("{}{INTERNAL_PREFIX}share", state.prefix()), url, ui);
        return ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], offer).into_response();
    }
    let Some(outlet) = Outlet::named(asked).filter(|outlet| is_offered(*outlet)) else {
        return refusal(StatusCode::NOT_FOUND, ui.text("preview-share-unknown", &[]));
    };
    if let Some(reason) = reason_against(&post, outlet, ui) {
        return refusal(StatusCode::FORBIDDEN, reason);
    }
    let sharing = Sharing {
        // What is previewed may not be published yet.
        embeds_pictures: true,
        ..Sharing::new(outlet)
    };
    let selection = Selection::Posts(vec![post.path]);
    // A preview may stay open overnight, and official papers have the day on which they are made.
    let today = (ui.today)(&source.site).unwrap_or(source.first_day);
    match share(&source.site, today, &selection, &sharing) {
        Ok(shared) => copy_response(shared, outlet, ui),
        Err(ShareError::Findings(findings)) => {
            let findings = findings.iter().map(|finding| (ui.render_finding)(ui.lang, finding));
            let findings: String = findings.collect::<Vec<_>>().join("\n");
            let heading = ui.text("preview-share-errors", &[]);
            refusal(StatusCode::CONFLICT, format!("{heading}\n{findings}"))
        }
        Err(ShareError::Withheld(post)) => refusal(
            StatusCode::FORBIDDEN,
            ui.text("usage-withheld-post", &[("post", &post)]),
        ),
        Err(_) => refusal(StatusCode::NOT_FOUND, ui.text("preview-share-unknown", &[])),
    }
}

/// The post or page at `url`; `None` when the preview does not show one there.
fn page_post(state: &PreviewState, url: &str) -> Option<PagePost> {
    let id = state.last_good.post_at(url)?;
    state.last_good.with_site(|site| {
        let record = site.record(id);
        PagePost {
            path: record.path.as_str().to_owned(),
            is_unpublished: !record.is_published_on(site.today),
            is_internal: record.meta.internal,
        }
    })
}

/// A ledger is of many posts; all other outlets are offered for one.
fn is_offered(outlet: Outlet) -> bool {
    outlet != Outlet::Ledger
}

/// Why a post cannot go to an outlet, by what the served state knows.
fn reason_against(post: &PagePost, outlet: Outlet, ui: &PreviewUi) -> Option<String> {
    if post.is_internal {
        Some(ui.text("preview-share-internal", &[]))
    } else if post.is_unpublished && !outlet.takes_unpublished() {
        Some(ui.text("preview-share-draft", &[]))
    } else {
        None
    }
}

/// What the buttons are, as JSON: the words, and for each outlet its name, label, address, and why it is refused.
fn offer(post: &PagePost, share_folder: &str, url: &str, ui: &PreviewUi) -> String {
    let outlets = Outlet::NAMED.into_iter().filter(|(_, outlet)| is_offered(*outlet));
    let outlets = outlets.map(|(name, outlet)| {
        let done = match outlet {
            Outlet::WeChat => "preview-share-pasted",
            outlet if outlet.is_text() => "preview-share-copied",
            _ => "preview-share-saved",
        };
        serde_json::json!({
            "name": name,
            "label": ui.text(&format!("preview-share-{name}"), &[]),
            "url": format!("{share_folder}/{name}{}", percent_encode(url)),
            "form": match outlet {
                Outlet::WeChat => "html",
                outlet if outlet.is_text() => "text",
                _ => "file",
            },
            "done": ui.text(done, &[]),
            "refused": reason_against(post, outlet, ui),
        })
    });
    let offer = serde_json::json!({
        "lang": ui.lang.tag(),
        "heading": ui.text("preview-share-heading", &[]),
        "close": ui.text("preview-close", &[]),
        "again": ui.text("preview-share-again", &[]),
        "outlets": outlets.collect::<Vec<_>>(),
    });
    offer.to_string()
}

/// A copy with its remarks, and for an office file its name.
fn copy_response(shared: Shared, outlet: Outlet, ui: &PreviewUi) -> Response {
    let remarks = shared.copy.remark_texts(ui.lang);
    let remarks = encode(&serde_json::json!(remarks).to_string());
    let kind = content_type(&format!("copy.{}", outlet.extension()));
    let mut response = shared.copy.bytes.into_response();
    let headers = response.headers_mut();
    let disposition = match outlet.is_text() {
        true => "inline".to_owned(),
        false => attachment(&shared.title, &shared.stem, outlet, ui),
    };
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, disposition),
        (REMARKS, remarks),
    ] {
        // All three are ASCII.
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    response
}

/// The header that names a file after the post's title: in ASCII for old programs, and as RFC 5987 says (RFC 6266).
fn attachment(title: &str, stem: &str, outlet: Outlet, ui: &PreviewUi) -> String {
    let is_forbidden = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let plain = |text: &str| -> String {
        let text: String = text.chars().map(|c| if is_forbidden(c) { '-' } else { c }).collect();
        text.trim_matches(['.', ' ']).chars().take(MAX_NAME).collect()
    };
    let title = match plain(title) {
        title if title.is_empty() => plain(stem),
        title => title,
    };
    let label = ui.text(&format!("preview-share-file-{}", outlet.name()), &[]);
    let extension = outlet.extension();
    let name = encode(&format!("{title}-{label}.{extension}"));
    format!(
        "attachment; filename=\"{}.{extension}\"; filename*=UTF-8''{name}",
        outlet.name()
    )
}

/// Percent-encodes everything but ASCII letters and digits.
fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn refusal(status: StatusCode, reason: String) -> Response {
    let text = reason + "\n";
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
