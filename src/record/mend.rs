//! What can be rewritten in a post without asking: the slips whose meaning is certain.
//!
//! Pure text to text; reading and writing files is the command's. The body is never touched, and neither is
//! anything about which an editor might disagree.

use super::front_matter::{repairs, split};
use crate::paths::SourcePath;
use crate::schema::Schema;
use crate::yaml::{Slip, apply, heal};

/// `text` with what is safe to mend in its front matter; none when there is nothing.
///
/// Full-width colons after keys, missing spaces after colons and tabs in the indentation; dates in other forms,
/// full-width digits and curly quotes in values that are no free text. Line ends stay as they are, and mending a
/// second time changes nothing.
#[must_use]
pub fn mend(path: &SourcePath, text: &str, schema: &Schema<'_>) -> Option<String> {
    let yaml = split(path.as_str(), text).value.yaml?;
    let healed = healed(&text[yaml.clone()]).map(|healed| [&text[..yaml.start], &healed, &text[yaml.end..]].concat());
    let text_now = healed.as_deref().unwrap_or(text);
    let yaml = split(path.as_str(), text_now).value.yaml?;
    let mut repairs = repairs(path, text_now, yaml, schema);
    repairs.sort_by_key(|(range, _)| range.start);
    let mut out = text_now.to_owned();
    for (range, with) in repairs.into_iter().rev() {
        out.replace_range(range, &with);
    }
    (out != text).then_some(out)
}

/// The YAML without slips; none when it is healthy, or no better afterwards.
fn healed(yaml: &str) -> Option<String> {
    if !crate::yaml::Document::whole("", yaml, &["review"]).is_slipped() {
        return None;
    }
    let mut edits = heal(yaml);
    edits.retain(|edit| edit.slip != Slip::Quote);
    (!edits.is_empty()).then(|| apply(yaml, &edits))
}
