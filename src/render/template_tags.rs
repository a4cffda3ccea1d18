//! The tags of a template, with their words and texts in quotation marks.

/// One `{{ … }}` or `{% … %}`.
#[derive(Debug, Default)]
pub(super) struct TemplateTag<'t> {
    /// The number of bytes of the template before what stands in the tag.
    pub(super) start: usize,
    /// What stands in the tag.
    pub(super) inside: &'t str,
    /// String literals.
    pub(super) literals: Vec<&'t str>,
    /// Words outside string literals, each with the rest of the tag after it.
    pub(super) words: Vec<(&'t str, &'t str)>,
}

impl<'t> TemplateTag<'t> {
    /// A word by its index.
    pub(super) fn word(&self, index: usize) -> Option<&'t str> {
        self.words.get(index).map(|(word, _)| *word)
    }

    /// Whether the word before `rest` is `@site`. It declares that a component may use the site; it names no part.
    pub(super) fn is_parameter(&self, rest: &str) -> bool {
        let before = &self.inside[..self.inside.len() - rest.len()];
        before.strip_suffix("site").is_some_and(|before| before.ends_with('@'))
    }
}

/// Whether a name may hold `c`.
pub(super) const fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()
}

/// The tags of a template, without what stands between `{% raw %}` and its end. `None` when a tag does not end.
pub(super) fn parse_tags(text: &str) -> Option<Vec<TemplateTag<'_>>> {
    let mut tags = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let (opening, end) = match rest[start + 1..].chars().next() {
            Some('{') => (2, "}}"),
            Some('%') => (2, "%}"),
            Some('#') => {
                let length = rest[start..].find("#}")?;
                rest = &rest[start + length + 2..];
                continue;
            }
            _ => {
                rest = &rest[start + 1..];
                continue;
            }
        };
        let content = &rest[start + opening..];
        let (mut tag, after) = parse_tag(content, end)?;
        tag.start = text.len() - content.len();
        let is_raw = end == "%}" && tag.word(0) == Some("raw");
        tags.push(tag);
        rest = if is_raw { skip_raw(after)? } else { after };
    }
    Some(tags)
}

/// What follows raw text, from the tag that ends it.
fn skip_raw(text: &str) -> Option<&str> {
    let ends = |at: &usize| {
        let content = text[at + 2..].trim_start_matches('-').trim_start();
        content.starts_with("endraw")
    };
    let at = text.match_indices("{%").map(|(at, _)| at).find(ends)?;
    Some(&text[at..])
}

/// Parses one tag. `text` starts after the tag's opening; the returned text starts after its `end`.
fn parse_tag<'t>(text: &'t str, end: &str) -> Option<(TemplateTag<'t>, &'t str)> {
    let mut tag = TemplateTag::default();
    // The ranges of words, kept until the end of the tag is known.
    let mut words = Vec::new();
    let mut offset = 0;
    loop {
        let rest = &text[offset..];
        let c = rest.chars().next()?;
        if let Some(after) = rest.strip_prefix(end) {
            tag.inside = &text[..offset];
            tag.words = words
                .into_iter()
                .map(|(from, to): (usize, usize)| (&text[from..to], &text[to..offset]))
                .collect();
            return Some((tag, after));
        }
        if matches!(c, '"' | '\'' | '`') {
            let length = rest[1..].find(c)?;
            tag.literals.push(&rest[1..=length]);
            offset += length + 2;
        } else if is_word_char(c) {
            let length = rest.find(|c| !is_word_char(c)).unwrap_or(rest.len());
            words.push((offset, offset + length));
            offset += length;
        } else {
            offset += c.len_utf8();
        }
    }
}
