//! The Markdown of generated reports: calls for figures, numbers of headings, and texts in which nothing has a meaning.

use crate::messages::Lang;
use crate::metrics::{Metric, Period};

/// The first letter as a capital, where the script has capitals.
pub(super) fn capitalized(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// The call for the figure of a metric.
pub(super) fn metric_call(metric: &Metric) -> String {
    format!("{{{{ metric(\"{}\") }}}}", metric.id)
}

/// The call for the target of a metric, of the report's own period unless another is given.
pub(super) fn target_call(metric: &Metric, period: Option<Period>) -> String {
    let period = period.map_or(String::new(), |period| format!(", period=\"{period}\""));
    format!("{{{{ target(\"{}\"{period}) }}}}", metric.id)
}

/// 一, 二 … in Chinese, 1, 2 … in English.
pub(super) fn ordinal(number: usize, lang: Lang) -> String {
    let words = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    match (lang, words.get(number - 1)) {
        (Lang::Zh, Some(word)) => (*word).to_owned(),
        _ => number.to_string(),
    }
}

/// A text as an argument of a call.
pub(super) fn quoted_argument(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Escapes everything that has a meaning in Markdown.
pub(super) fn escape_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_for_markdown() {
        assert_eq!(escape_markdown("{{ a }} *b* [c](d)"), r"\{\{ a \}\} \*b\* \[c\]\(d\)");
    }
}
