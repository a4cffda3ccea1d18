//! Rewrites the typos of a post whose meaning is certain, without asking.
//!
//! Text to text, without I/O: the command reads and writes the files. Front matter and text are fixed by separate
//! functions, because an editor asks for the second explicitly. Neither changes anything about which an editor might
//! disagree.

use super::front_matter::{split_front_matter, value_fixes, with_standard_fences};
use super::markdown::find_markdown_typos;
use super::names::MAP_KEYS;
use crate::diag::is_forbidden_control;
use crate::paths::SourcePath;
use crate::schema::Schema;
use crate::yaml::{apply_edits, certain_typos};

/// Returns `text` with its front matter fixed; `None` when nothing needs a fix.
///
/// Removes control characters. Fixes the lines around front matter, full-width colons after keys, missing spaces after
/// colons, tabs and wide spaces in the indentation; dates in other forms, full-width digits and curly quotes in values
/// other than free text. Line ends do not change. The function is idempotent.
#[must_use]
pub(crate) fn fix_front_matter(path: &SourcePath, text: &str, schema: &Schema<'_>) -> Option<String> {
    /// A fix may bring to light what another one hid.
    const MOST_PASSES: usize = 8;
    let mut fixed = None;
    for _ in 0..MOST_PASSES {
        match fix_once(path, fixed.as_deref().unwrap_or(text), schema) {
            Some(more) => fixed = Some(more),
            None => break,
        }
    }
    fixed
}

fn fix_once(path: &SourcePath, text: &str, schema: &Schema<'_>) -> Option<String> {
    let body = split_front_matter(path.as_str(), text).value.body.start;
    let clean = [&without_controls(&text[..body]), &text[body..]].concat();
    let fenced = with_standard_fences(&clean).unwrap_or(clean);
    let yaml = split_front_matter(path.as_str(), &fenced).value.yaml?;
    let typos = certain_typos(&fenced[yaml.clone()], MAP_KEYS);
    let fixed = apply_edits(&fenced[yaml.clone()], &typos);
    let fixed = [&fenced[..yaml.start], &fixed, &fenced[yaml.end..]].concat();
    let yaml = split_front_matter(path.as_str(), &fixed).value.yaml?;
    let mut fixes = value_fixes(path, &fixed, yaml, schema);
    fixes.sort_by_key(|(range, _)| range.start);
    let mut out = fixed;
    for (range, with) in fixes.into_iter().rev() {
        out.replace_range(range, &with);
    }
    (out != text).then_some(out)
}

/// Returns `text` with the text below its front matter fixed; `None` when nothing needs a fix.
///
/// Removes control characters, and rewrites what input methods, Word and Excel spoil ([`find_markdown_typos`]).
#[must_use]
pub(crate) fn fix_text(path: &SourcePath, text: &str) -> Option<String> {
    let body = split_front_matter(path.as_str(), text).value.body;
    let clean = text[..body.start].to_owned() + &without_controls(&text[body.clone()]);
    let end = clean.len();
    let mut out = clean;
    for typo in find_markdown_typos(&out, body.start..end).into_iter().rev() {
        let line_end = if out.contains("\r\n") { "\r\n" } else { "\n" };
        out.replace_range(typo.range, &typo.fixed.replace('\n', line_end));
    }
    (out != text).then_some(out)
}

fn without_controls(text: &str) -> String {
    text.chars().filter(|&c| !is_forbidden_control(c)).collect()
}
