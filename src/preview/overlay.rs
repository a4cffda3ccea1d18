//! What the browser shows over a page while there are errors: the same words as the terminal's.

use super::voice::Voice;
use crate::diag::Diagnostic;
use xxhash_rust::xxh3::xxh3_64;

/// How many errors are sent to a browser; all of them are in the panel and in the terminal.
const MOST: usize = 50;

/// Errors as a browser is told of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Overlay {
    /// Differs for another set of errors.
    pub(super) sign: String,
    /// A JSON object: `sign`, `heading`, `items` (texts), and the words of the overlay's controls. Without errors
    /// `items` is empty.
    pub(super) json: String,
}

/// The overlay for `errors`, without doubles.
pub(super) fn overlay<'a>(errors: impl IntoIterator<Item = &'a Diagnostic>, voice: &Voice) -> Overlay {
    let mut list: Vec<&Diagnostic> = errors.into_iter().collect();
    list.sort();
    list.dedup();
    let shown = list.iter().take(MOST);
    let items: Vec<String> = shown.map(|error| (voice.finding)(voice.lang, error)).collect();
    let count = list.len().to_string();
    let key = if list.len() == 1 {
        "preview-heading-one"
    } else {
        "preview-heading-many"
    };
    let more = list.len().saturating_sub(MOST);
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
        sign,
        json: json.to_string(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::diag::{Code, Place};
    use crate::messages::Lang;

    fn voice() -> Voice {
        Voice {
            lang: Lang::Zh,
            finding: |_, finding| format!("<{}>", finding.code.as_str()),
            tell: Box::new(|_| {}),
        }
    }

    #[test]
    fn errors_are_counted_once_and_shown_up_to_a_limit() {
        let error = |line: usize| {
            let mut place = Place::whole("content/a.md");
            place.line = line;
            Diagnostic::new(Code::DeadLink).at(place)
        };
        let twice = [error(1), error(1), error(2)];
        let made = overlay(&twice, &voice());
        let json: serde_json::Value = serde_json::from_str(&made.json).unwrap();
        assert_eq!(json["heading"], "2 处错误");
        assert_eq!(json["items"][1], "<dead-link>");
        assert!(json["more"].is_null());
        let many: Vec<Diagnostic> = (1..=60).map(error).collect();
        let json: serde_json::Value = serde_json::from_str(&overlay(&many, &voice()).json).unwrap();
        assert_eq!(json["items"].as_array().unwrap().len(), MOST);
        assert!(json["more"].as_str().unwrap().contains("10"));
        assert_ne!(made.sign, overlay(&[], &voice()).sign);
    }
}
