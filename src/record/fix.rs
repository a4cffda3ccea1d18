//! What can be rewritten in a post without asking: the slips whose meaning is certain.
//!
//! Pure text to text; reading and writing files is the command's. The body is never touched, and neither is
//! anything about which an editor might disagree.

use super::front_matter::{split_front_matter, value_fixes};
use crate::paths::SourcePath;
use crate::schema::Schema;
use crate::yaml::{Typo, apply_edits, find_typos};

/// `text` with what is safe to mend in its front matter; none when there is nothing.
///
/// Full-width colons after keys, missing spaces after colons and tabs in the indentation; dates in other forms,
/// full-width digits and curly quotes in values that are no free text. Line ends stay as they are, and mending a
/// second time changes nothing.
#[must_use]
pub(crate) fn fix_front_matter(path: &SourcePath, text: &str, schema: &Schema<'_>) -> Option<String> {
    let yaml = split_front_matter(path.as_str(), text).value.yaml?;
    let healed =
        fix_typos(&text[yaml.clone()]).map(|healed| [&text[..yaml.start], &healed, &text[yaml.end..]].concat());
    let text_now = healed.as_deref().unwrap_or(text);
    let yaml = split_front_matter(path.as_str(), text_now).value.yaml?;
    let mut repairs = value_fixes(path, text_now, yaml, schema);
    repairs.sort_by_key(|(range, _)| range.start);
    let mut out = text_now.to_owned();
    for (range, with) in repairs.into_iter().rev() {
        out.replace_range(range, &with);
    }
    (out != text).then_some(out)
}

/// The YAML without slips; none when it is healthy, or no better afterwards.
fn fix_typos(yaml: &str) -> Option<String> {
    if !crate::yaml::YamlDocument::parse("", yaml, &["review"]).has_typos() {
        return None;
    }
    let mut edits = find_typos(yaml);
    edits.retain(|edit| edit.typo != Typo::Quote);
    (!edits.is_empty()).then(|| apply_edits(yaml, &edits))
}
