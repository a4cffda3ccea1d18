//! Rewrites the typos of a post whose meaning is certain, without asking.
//!
//! Text to text, without I/O: the command reads and writes the files. The body is never changed, and neither is
//! anything about which an editor might disagree.

use super::front_matter::{split_front_matter, value_fixes};
use crate::paths::SourcePath;
use crate::schema::Schema;
use crate::yaml::{apply_edits, certain_typos};

/// Returns `text` with its front matter fixed; `None` when nothing needs a fix.
///
/// Fixes full-width colons after keys, missing spaces after colons and tabs in the indentation; dates in other forms,
/// full-width digits and curly quotes in values other than free text. Line ends do not change. The function is
/// idempotent.
#[must_use]
pub(crate) fn fix_front_matter(path: &SourcePath, text: &str, schema: &Schema<'_>) -> Option<String> {
    let yaml = split_front_matter(path.as_str(), text).value.yaml?;
    let fixed = fix_typos(&text[yaml.clone()]).map(|fixed| [&text[..yaml.start], &fixed, &text[yaml.end..]].concat());
    let fixed_text = fixed.as_deref().unwrap_or(text);
    let yaml = split_front_matter(path.as_str(), fixed_text).value.yaml?;
    let mut fixes = value_fixes(path, fixed_text, yaml, schema);
    fixes.sort_by_key(|(range, _)| range.start);
    let mut out = fixed_text.to_owned();
    for (range, with) in fixes.into_iter().rev() {
        out.replace_range(range, &with);
    }
    (out != text).then_some(out)
}

/// Returns the YAML with its typos fixed, except missing quotes. `None` when the YAML is valid or has no such typos.
fn fix_typos(yaml: &str) -> Option<String> {
    let edits = certain_typos(yaml, &["review"]);
    (!edits.is_empty()).then(|| apply_edits(yaml, &edits))
}
