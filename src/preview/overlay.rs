//! The overlay that the browser shows over a page while there are errors, in the same words as the terminal.

use super::ui::PreviewUi;
use crate::diag::Diagnostic;
use xxhash_rust::xxh3::xxh3_64;

/// How many errors are sent to a browser at most; the panel and the terminal show all.
const MAX_ERRORS: usize = 50;

/// Errors as sent to a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Overlay {
    /// A digest of the errors: it differs when they differ.
    pub(super) digest: String,
    /// A JSON object: `sign`, `heading`, `items` (texts), and the words of the overlay's controls. Without errors
    /// `items` is empty.
    pub(super) json: String,
}

/// The overlay for `errors`, each once.
pub(super) fn overlay<'a>(errors: impl IntoIterator<Item = &'a Diagnostic>, ui: &PreviewUi) -> Overlay {
    let mut list: Vec<&Diagnostic> = errors.into_iter().collect();
    list.sort();
    list.dedup();
    let first = list.iter().take(MAX_ERRORS);
    let items: Vec<String> = first.map(|error| (ui.render_finding)(ui.lang, error)).collect();
    let count = list.len().to_string();
    let key = if list.len() == 1 {
        "preview-heading-one"
    } else {
        "preview-heading-many"
    };
    let more = list.len().saturating_sub(MAX_ERRORS);
    let digest = format!("{count}-{:016x}", xxh3_64(items.join("\n").as_bytes()));
    let json = serde_json::json!({
        "sign": digest,
        "heading": ui.text(key, &[("n", &count)]),
        "note": ui.text("preview-note", &[]),
        "close": ui.text("preview-close", &[]),
        "panel": ui.text("preview-panel", &[]),
        "more": (more > 0).then(|| ui.text("preview-more", &[("n", &more.to_string())])),
        "lang": ui.lang.tag(),
        "items": items,
    });
    Overlay {
        digest,
        json: json.to_string(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::diag::{Code, Place};
    use crate::messages::Lang;

    fn ui() -> PreviewUi {
        PreviewUi {
            lang: Lang::Zh,
            today: |_| None,
            render_finding: |_, finding| format!("<{}>", finding.code.as_str()),
            on_event: Box::new(|_| {}),
        }
    }

    #[test]
    fn errors_are_counted_once_and_shown_up_to_a_limit() {
        let error = |line: usize| {
            let mut place = Place::whole_file("content/a.md");
            place.line = line;
            Diagnostic::new(Code::DeadLink).at(place)
        };
        let twice = [error(1), error(1), error(2)];
        let result = overlay(&twice, &ui());
        let json: serde_json::Value = serde_json::from_str(&result.json).unwrap();
        assert_eq!(json["heading"], "2 处错误");
        assert_eq!(json["items"][1], "<dead-link>");
        assert!(json["more"].is_null());
        let many: Vec<Diagnostic> = (1..=60).map(error).collect();
        let json: serde_json::Value = serde_json::from_str(&overlay(&many, &ui()).json).unwrap();
        assert_eq!(json["items"].as_array().unwrap().len(), MAX_ERRORS);
        assert!(json["more"].as_str().unwrap().contains("10"));
        assert_ne!(result.digest, overlay(&[], &ui()).digest);
    }
}
