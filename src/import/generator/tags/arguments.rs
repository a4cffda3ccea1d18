//! The arguments of a tag: words, texts in quotes, and pairs.

/// The arguments of a tag.
#[derive(Default)]
pub(super) struct Arguments {
    pub(super) positional: Vec<String>,
    named: Vec<(String, String)>,
}

impl Arguments {
    /// Reads words, texts in quotes, and pairs with `=` or, as Hexo writes them, `:`.
    pub(super) fn read(text: &str) -> Self {
        let mut arguments = Self::default();
        let mut rest = text.trim_start_matches([',', ' ', '\n', '\t', '\r']);
        while !rest.is_empty() {
            let (word, after) = read_word(rest);
            let after_equals = after.trim_start().strip_prefix('=').filter(|_| !word.is_empty());
            rest = match after_equals {
                Some(value) => {
                    let (value, after) = read_word(value.trim_start());
                    arguments.named.push((word, value));
                    after
                }
                None => {
                    arguments.positional.push(word);
                    after
                }
            };
            rest = rest.trim_start_matches([',', ' ', '\n', '\t', '\r']);
        }
        arguments
    }

    /// The first word; empty when there is none.
    pub(super) fn first(&self) -> &str {
        self.positional.first().map_or("", String::as_str)
    }

    /// The value of the first of these names that has one.
    pub(super) fn named(&self, names: &[&str]) -> Option<String> {
        let found = names
            .iter()
            .find_map(|name| self.named.iter().find(|(known, _)| known == name));
        found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
    }

    /// The value of one of these names, or else the first word.
    pub(super) fn value(&self, names: &[&str]) -> Option<String> {
        self.named(names).or_else(|| self.positional.first().cloned())
    }

    /// The language of code: the first word, or `lang:go`.
    pub(super) fn language(&self) -> String {
        let is_name = |word: &&String| word.chars().all(|c| c.is_ascii_alphanumeric() || "+#-".contains(c));
        let first = self.positional.first().filter(is_name).cloned();
        Some(self.marked_language())
            .filter(|language| !language.is_empty())
            .or(first)
            .unwrap_or_default()
    }

    /// The language of code where it is marked: `lang:go`.
    pub(super) fn marked_language(&self) -> String {
        let marked = self.positional.iter().find_map(|word| word.strip_prefix("lang:"));
        marked.unwrap_or_default().to_owned()
    }
}

/// A word or a text in quotes at the start of a text that is not empty, and the rest, which is shorter.
fn read_word(text: &str) -> (String, &str) {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
    if let Some(quote) = quote
        && let Some(length) = quoted_len(&text[1..], quote)
    {
        let word = text[1..=length].replace(&format!("\\{quote}"), &quote.to_string());
        return (word, &text[length + 2..]);
    }
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, ',' | '='))
        .unwrap_or(text.len());
    // A sign on its own is a word, or reading would not go on.
    let end = if end == 0 {
        text.chars().next().map_or(0, char::len_utf8)
    } else {
        end
    };
    (text[..end].to_owned(), &text[end..])
}

/// The length of a text up to its closing quote, which is not behind a backslash.
fn quoted_len(text: &str, quote: char) -> Option<usize> {
    let mut ends = text.match_indices(quote).map(|(at, _)| at);
    ends.find(|at| !text[..*at].ends_with('\\'))
}
