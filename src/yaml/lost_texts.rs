//! Text that YAML takes for a comment and its writer did not: `title: 稻香 #乡村振兴`.
//!
//! A hash sign after a space starts a comment. People write a space after it; a topic such as `#乡村振兴` has none. Works
//! on lines, so that it also finds what is lost in a text that does not parse.

use crate::diag::{Code, Diagnostic, Place};
use std::ops::Range;

/// Text after a value that is lost.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LostText {
    /// The bytes from the hash sign to the end of the line.
    range: Range<usize>,
    /// The line as it was probably meant.
    meant: String,
}

impl LostText {
    /// The finding. The YAML starts at `start` of `text`, the text of `file`.
    pub(super) fn finding(self, file: &str, text: &str, start: usize) -> Diagnostic {
        let range = start + self.range.start..start + self.range.end;
        let lost = text[range.clone()].to_owned();
        Diagnostic::new(Code::HashComment)
            .at(Place::in_text(file, text, range))
            .with("value", lost)
            .with("write", self.meant.trim())
            .with_fix(self.meant)
    }
}

/// The lost texts of `yaml`, in order.
pub(super) fn find_lost_texts(yaml: &str) -> Vec<LostText> {
    if memchr::memmem::find(yaml.as_bytes(), b" #").is_none() && memchr::memmem::find(yaml.as_bytes(), b"\t#").is_none()
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut state = LineState::default();
    let mut at = 0;
    for whole in yaml.split_inclusive('\n') {
        let line = whole.trim_end();
        if let Some(hash) = state.scan_line(line) {
            found.push(LostText {
                range: at + hash..at + line.len(),
                meant: meant_line(line, hash, state.is_in_tags),
            });
        }
        at += whole.len();
    }
    found
}

/// What the lines before a line decide.
#[derive(Default)]
struct LineState {
    /// The indentation of the key whose block of text (`|`, `>`) is being skipped.
    block_indent: Option<usize>,
    /// The quote that is open at the end of the line.
    quote: Option<char>,
    /// Whether the last key at the first column is that of tags.
    is_in_tags: bool,
}

impl LineState {
    /// Returns the offset of the hash sign before lost text.
    fn scan_line(&mut self, line: &str) -> Option<usize> {
        let indent = line.len() - line.trim_start().len();
        if line.trim().is_empty() || self.block_indent.is_some_and(|block| indent > block) {
            return None;
        }
        self.block_indent = None;
        if self.quote.is_none() {
            if indent == 0 && !line.starts_with(['-', '#']) {
                self.is_in_tags = ["tags", "标签", "keywords", "关键词"]
                    .iter()
                    .any(|key| line.starts_with(key));
            }
            if line.ends_with(['|', '>']) || line.ends_with("|-") || line.ends_with(">-") {
                self.block_indent = Some(indent);
            }
        }
        self.find_hash(line, indent)
    }

    /// The first hash sign outside quotes that starts a comment after a value, if text follows it directly. Keeps the
    /// quote that is open at the end of the line.
    fn find_hash(&mut self, line: &str, indent: usize) -> Option<usize> {
        let mut before = ' ';
        let mut brackets = 0_usize;
        let mut is_value_start = true;
        for (at, c) in line.char_indices() {
            match self.quote {
                Some('"') if c == '"' && before != '\\' => self.quote = None,
                Some('\'') if c == '\'' => self.quote = None,
                Some(_) => {}
                None if c == '#' && before.is_whitespace() => {
                    let next = line[at + 1..].chars().next();
                    let is_text =
                        next.is_some_and(|next| !next.is_whitespace() && !matches!(next, '#' | '!' | '-' | '='));
                    // Inside a list the rest of the line is lost too, and the text is no YAML: another finding says so.
                    return (at > indent && is_text && brackets == 0).then_some(at);
                }
                None if matches!(c, '"' | '\'') && is_value_start => self.quote = Some(c),
                None if matches!(c, '[' | '{') && is_value_start => brackets += 1,
                None if matches!(c, ']' | '}') => brackets = brackets.saturating_sub(1),
                None => {}
            }
            is_value_start = c.is_whitespace() || matches!(c, '[' | '{' | ',' | ':');
            before = c;
        }
        None
    }
}

/// The line as it was probably meant: tags as a list, any other value in quotes. A number keeps its comment.
fn meant_line(line: &str, hash: usize, is_in_tags: bool) -> String {
    let item = line.len() - line.trim_start().trim_start_matches("- ").len();
    let head_end = match line.find(": ") {
        Some(colon) if colon < hash && !line[item..].starts_with(['{', '[', '"']) => colon + 2,
        _ => item,
    };
    let (head, value) = line.split_at(head_end);
    let before = value[..hash - head_end].trim();
    let lost = &line[hash..];
    if is_in_tags && head.contains(':') {
        let before = before.trim_matches(['[', ']']);
        let tags = before.split(',').chain(lost.split('#'));
        let tags: Vec<&str> = tags.map(str::trim).filter(|tag| !tag.is_empty()).collect();
        return format!("{head}[{}]", tags.join(", "));
    }
    if is_in_tags && before.is_empty() {
        return format!("{head}{}", lost.trim_matches('#'));
    }
    let is_typed = before.starts_with(|c: char| c.is_ascii_digit()) || matches!(before, "true" | "false" | "是" | "否");
    if is_typed || before.starts_with(['[', '{']) {
        return format!("{}# {}", &line[..hash], &lost[1..]);
    }
    let inner = before.trim_matches(['"', '\'']);
    let joined = if inner.is_empty() {
        lost.to_owned()
    } else {
        format!("{inner} {lost}")
    };
    let quote = if joined.contains('"') { '\'' } else { '"' };
    format!(
        "{head}{quote}{}{quote}",
        joined.replace('\'', if quote == '\'' { "''" } else { "'" })
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(yaml: &str) -> Vec<String> {
        find_lost_texts(yaml).into_iter().map(|lost| lost.meant).collect()
    }

    #[test]
    fn topics_are_lost_and_comments_are_not() {
        for (yaml, expected) in [
            ("title: 稻香 #乡村振兴 #青芦镇\n", "title: \"稻香 #乡村振兴 #青芦镇\""),
            ("title: \"稻香\" #乡村振兴\n", "title: \"稻香 #乡村振兴\""),
            ("tags: #护河 #清洁家园\n", "tags: [护河, 清洁家园]"),
            ("tags: [护河] #清洁\n", "tags: [护河, 清洁]"),
            ("tags:\n  - #护河\n", "  - 护河"),
            ("participants: 26 #含机关干部\n", "participants: 26 # 含机关干部"),
            ("color: #c33\n", "color: \"#c33\""),
            ("- {id: a} #甲\n", "- {id: a} # 甲"),
        ] {
            assert_eq!(meant(yaml), [expected], "{yaml}");
        }
        for yaml in [
            "title: 稻香 # 乡村振兴\n",
            "#title: 甲\n",
            "  #title: 甲\n",
            "title: 稻香#乡村振兴\n",
            "tags: [#护河, #清洁]\n",
            "title: \"稻香 #乡村振兴\"\n",
            "title: '稻香 #乡村振兴'\n",
            "summary: |\n  稻香 #乡村振兴\n",
            "a: b ##\n",
            "a: \"多行\n  稻香 #乡村\"\n",
        ] {
            assert!(meant(yaml).is_empty(), "{yaml}");
        }
    }
}
