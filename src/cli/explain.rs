//! `build --explain`: why each file was generated or removed.

use super::args::MessageFormat;
use super::console::Console;
use crate::pipeline::{OutputChange, StaleReason};
use serde_json::json;
use std::io::{self, BufWriter, Write as _};

/// Prints one line for each change. For programs the line is an object, `{"output": …, "reason": …, "parts": […]}`. For
/// people a full rebuild is one line with its reason.
pub(super) fn print_changes(console: &Console, changes: &[OutputChange]) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match (console.format, changes.first().map(|change| &change.reason)) {
        (MessageFormat::Json, _) => {
            for change in changes {
                let OutputChange { output, reason } = change;
                let line = json!({ "output": output, "reason": reason.as_str(), "parts": reason.parts() });
                writeln!(out, "{line}")?;
            }
        }
        // The other formats have findings only.
        (MessageFormat::Github | MessageFormat::Gitlab | MessageFormat::Sarif, _) => {}
        (MessageFormat::Human, Some(reason @ StaleReason::FullRebuild(_))) => {
            let values = [
                ("n", &*changes.len().to_string()),
                ("reason", &reason_text(console, reason)),
            ];
            writeln!(out, "{}", console.text("explain-clean", &values))?;
        }
        (MessageFormat::Human, _) => {
            for change in changes {
                let values = [
                    ("output", &*change.output),
                    ("reason", &reason_text(console, &change.reason)),
                ];
                writeln!(out, "{}", console.text("explain-line", &values))?;
            }
        }
    }
    out.flush()
}

/// The sentence for a reason.
fn reason_text(console: &Console, reason: &StaleReason) -> String {
    let parts: Vec<String> = reason.parts().iter().map(|part| part_text(console, part)).collect();
    if parts.is_empty() {
        return console.text(&format!("reason-{}", reason.as_str()), &[]);
    }
    parts.join(&console.text("explain-join", &[]))
}

/// The sentence for a changed part of a fingerprint.
fn part_text(console: &Console, part: &str) -> String {
    if let Some(key) = part.strip_prefix("site.") {
        return console.text("part-site", &[("key", key)]);
    }
    match part {
        "template" | "words" | "page" | "post" | "figures" | "text" | "search" | "file" => {
            console.text(&format!("part-{part}"), &[])
        }
        other => console.text("part-shown", &[("key", other)]),
    }
}
