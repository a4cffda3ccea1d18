//! What the browser shows over a page while there are errors: the same words as the terminal's.

use super::ui::PreviewUi;
use crate::diag::Diagnostic;
use xxhash_rust::xxh3::xxh3_64;

/// How many errors are sent to a browser; all of them are in the panel and in the terminal.
const MAX_ERRORS: usize = 50;

/// Errors as a browser is told of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Overlay {
    /// Differs for another set of errors.
    pub(super) digest: String,
    /// A JSON object: `sign`, `heading`, `items` (texts), and the words of the overlay's controls. Without errors
    /// `items` is empty.
    pub(super) json: String,
}

/// The overlay for `errors`, without doubles.
pub(super) fn overlay<'a>(errors: impl IntoIterator<Item = &'a Diagnostic>, voice: &PreviewUi) -> Overlay {
    let mut list: Vec<&Diagnostic> = errors.into_iter().collect();
    list.sort();
    list.dedup();
    let shown = list.iter().take(MAX_ERRORS);
    let items: Vec<String> = shown.map(|error| (voice.render_finding)(voice.lang, error)).collect();
    let count = list.len().to_string();
    let key = if list.len() == 1 {
        "preview-heading-one"
    } else {
        "preview-heading-many"
    };
    let more = list.len().saturating_sub(MAX_ERRORS);
    let sign = format!("{count}-{:016x}", xxh3_64(items.join("\n").as_bytes()));
    let json = serde_json::json!({
        "sign": sign,
        "heading": voice.text(key, &[("n", &count)]),
        "note": voice.text("preview-note", &[]),
        "close": voice.text("preview-close", &[]),
        "panel": voice.text("preview-panel", &[]),
        "more": (more > 0).then(|| voice.text("preview-more", &[("n", &more.to_string())])),
        "lang": voice.lang.tag(),
        "items": items,
    });
    Overlay {
        digest: sign,
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
        let made = overlay(&twice, &ui());
        let json: serde_json::Value = serde_json::from_str(&made.json).unwrap();
        assert_eq!(json["heading"], "2 处错误");
        assert_eq!(json["items"][1], "<dead-link>");
        assert!(json["more"].is_null());
        let many: Vec<Diagnostic> = (1..=60).map(error).collect();
        let json: serde_json::Value = serde_json::from_str(&overlay(&many, &ui()).json).unwrap();
        assert_eq!(json["items"].as_array().unwrap().len(), MAX_ERRORS);
        assert!(json["more"].as_str().unwrap().contains("10"));
        assert_ne!(made.digest, overlay(&[], &ui()).digest);
    }
}
