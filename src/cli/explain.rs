//! `build --explain`: why each file was made or removed.

use super::args::Format;
use super::console::Console;
use crate::pipeline::{Change, Reason};
use serde_json::json;
use std::io::{self, BufWriter, Write as _};

/// Writes one line for each change, for programs one object: `{"output": …, "reason": …, "parts": […]}`. Where
/// everything was made for one reason, people read one line.
pub(super) fn print(console: &Console, changes: &[Change]) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match (console.format, changes.first().map(|change| &change.reason)) {
        (Format::Json, _) => {
            for change in changes {
                let Change { output, reason } = change;
                let line = json!({ "output": output, "reason": reason.as_str(), "parts": reason.parts() });
                writeln!(out, "{line}")?;
            }
        }
        (Format::Human, Some(reason @ Reason::Clean(_))) => {
            let values = [("n", &*changes.len().to_string()), ("reason", &words(console, reason))];
            writeln!(out, "{}", console.text("explain-clean", &values))?;
        }
        (Format::Human, _) => {
            for change in changes {
                let values = [("output", &*change.output), ("reason", &words(console, &change.reason))];
                writeln!(out, "{}", console.text("explain-line", &values))?;
            }
        }
    }
    out.flush()
}

/// A reason in words.
fn words(console: &Console, reason: &Reason) -> String {
    let parts: Vec<String> = reason.parts().iter().map(|part| part_words(console, part)).collect();
    if parts.is_empty() {
        return console.text(&format!("reason-{}", reason.as_str()), &[]);
    }
    parts.join(&console.text("explain-join", &[]))
}

/// What it means that a part of a fingerprint differs.
fn part_words(console: &Console, part: &str) -> String {
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
