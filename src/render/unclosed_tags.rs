//! Finds the tag of a template that has no end. The engine reports only that the text ends too early, or the end of
//! another tag.

use std::ops::Range;

/// Tags that have an end.
const PAIRED: [&str; 6] = ["block", "if", "for", "component", "filter", "raw"];

/// A tag without its other half.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnpairedTag {
    /// Its bytes in the template.
    pub(super) range: Range<usize>,
    /// The tag that ends it: `{% endblock %}`. `None` for an end without a start.
    pub(super) end: Option<String>,
}

/// The first tag of `text` that has no end, or an end that has no start. `None` when all have both.
pub(super) fn find_unpaired_tag(text: &str) -> Option<UnpairedTag> {
    let mut open: Vec<(&str, Range<usize>)> = Vec::new();
    let mut offset = 0;
    let unclosed = |(name, range): (&str, Range<usize>)| UnpairedTag {
        range,
        end: Some(format!("{{% end{name} %}}")),
    };
    while let Some(start) = text[offset..].find("{%").map(|at| offset + at) {
        if let Some(comment) = text[offset..start].find("{#").map(|at| offset + at) {
            // A comment may contain tags.
            offset = text[comment..].find("#}").map_or(text.len(), |at| comment + at + 2);
            continue;
        }
        let end = text[start..].find("%}").map_or(text.len(), |at| start + at + 2);
        offset = end;
        let content = text[start + 2..end].trim_start_matches(['-', ' ', '\t', '\n', '\r']);
        let name = content
            .split(|c: char| !c.is_ascii_alphabetic())
            .next()
            .unwrap_or_default();
        if open.last().is_some_and(|(name, _)| *name == "raw") && name != "endraw" {
            continue;
        }
        let opens = PAIRED.contains(&name) || (name == "set" && !content.contains('='));
        match name.strip_prefix("end") {
            _ if opens => open.push((name, start..end)),
            Some(ended) if PAIRED.contains(&ended) || ended == "set" => match open.pop() {
                Some((name, _)) if name == ended => {}
                // The end of an outer tag: the inner one has none.
                Some(inner) if open.iter().any(|(name, _)| *name == ended) => return Some(unclosed(inner)),
                _ => {
                    return Some(UnpairedTag {
                        range: start..end,
                        end: None,
                    });
                }
            },
            _ => {}
        }
    }
    open.pop().map(unclosed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpaired(text: &str) -> Option<(&str, Option<String>)> {
        find_unpaired_tag(text).map(|tag| (&text[tag.range], tag.end))
    }

    #[test]
    fn tags_without_their_other_half_are_found() {
        assert_eq!(
            unpaired("{% if a %}{% else %}{# {% for #}{% endif %}{% set a = 1 %}{%- raw %}{% if %}{% endraw %}"),
            None
        );
        let inner = unpaired("{% block a %}{% if b %}{% for c in d %}{% endfor %}{% endblock a %}");
        assert_eq!(inner, Some(("{% if b %}", Some("{% endif %}".to_owned()))));
        let last = unpaired("{% block a %}{% endblock %}{%- block b -%}x");
        assert_eq!(last, Some(("{%- block b -%}", Some("{% endblock %}".to_owned()))));
        assert_eq!(
            unpaired("{% if a %}{% endif %}{% endif %}"),
            Some(("{% endif %}", None))
        );
        assert_eq!(unpaired("{% if a"), Some(("{% if a", Some("{% endif %}".to_owned()))));
    }
}
