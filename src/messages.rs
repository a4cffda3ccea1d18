//! The program's texts for people, in Chinese and English.
//!
//! Role: all texts of the program itself. The files in `locales/` hold both languages side by side and are part of the
//! binary: `findings.yml` (what is wrong in a site), `words.yml` and `value_examples.yml` (what the sentences of findings
//! name), `examples.yml` (a wrong and a right example for each finding), `cli.yml` (the command line and the preview),
//! `desk.yml` (the editors' desk), `report.yml` (figures and reports, in every output) and `markdown.yml` (what the Markdown
//! parser adds to a text). The words of pages belong to the theme (`themes/*/i18n/`), which a site may replace.
//!
//! Does not know terminals, colours or places: the caller shows the source line, this module gives the message. It also
//! formats dates, numbers and lists, which read the same in every output.

use crate::diag::{Code, Diagnostic};
use crate::yaml::EmbeddedMap;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// `zh-CN`.
    #[default]
    Zh,
    /// `en`.
    En,
}

impl Lang {
    /// The language that a tag such as `zh-CN`, `zh_CN.UTF-8` or `en` asks for: Chinese for `zh…`, else English.
    #[must_use]
    pub fn from_tag(tag: &str) -> Self {
        if tag.to_ascii_lowercase().starts_with("zh") {
            Self::Zh
        } else {
            Self::En
        }
    }

    /// A date as text: `2022年5月12日`, `12 May 2022`.
    #[must_use]
    pub fn format_date(self, day: jiff::civil::Date) -> String {
        match self {
            Self::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
            Self::En => day.strftime("%-d %B %Y").to_string(),
        }
    }

    /// The separator of list items: `、` or `, `.
    #[must_use]
    pub const fn list_separator(self) -> &'static str {
        match self {
            Self::Zh => "、",
            Self::En => ", ",
        }
    }

    /// The tag, `zh-CN` or `en`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }
}

/// A number with thousands separators: `12345.6` → `12,345.6`.
#[must_use]
pub(crate) fn group_thousands(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, fraction) = digits.find('.').map_or((digits, ""), |dot| digits.split_at(dot));
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(fraction);
    out
}

/// The message of a finding: one sentence that quotes the editor's value.
#[must_use]
pub fn message(finding: &Diagnostic, lang: Lang) -> String {
    let sentences = finding_sentences(finding.code);
    let text = first_complete(sentences.message.get(lang), &finding.values, lang)
        .unwrap_or_else(|| sentences.about.get(lang).clone());
    let more = MORE.iter().filter_map(|key| WORDS.get(key));
    let more = more.filter_map(|sentence| fill_placeholders(sentence.get(lang), &finding.values, lang));
    let text: String = std::iter::once(text).chain(more).collect();
    escape_control_characters(&text).into_owned()
}

/// The help of a finding: what to write instead. `None` when the code has no help, or a value for it is missing.
#[must_use]
pub fn help(finding: &Diagnostic, lang: Lang) -> Option<String> {
    let sentences = finding_sentences(finding.code).help.as_ref()?;
    let text = first_complete(sentences.get(lang), &finding.values, lang)?;
    Some(escape_control_characters(&text).into_owned())
}

/// Whether a character commands a terminal or turns the direction of text: the controls C0 and C1 except tabs and line
/// ends, the marks of direction (Unicode Standard Annex 9), and the separators that some terminals take for line ends.
#[must_use]
pub(crate) fn is_terminal_command(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text without characters that command a terminal: each is written as in Rust, `\u{1b}`. Line ends stay.
#[must_use]
pub(crate) fn escape_control_characters(text: &str) -> Cow<'_, str> {
    escape_commands(text, |c, out| out.extend(c.escape_unicode()))
}

/// JSON without characters that command a terminal: each is written as JSON writes it, `\u001b`, so a program reads the
/// same value. Outside of texts, JSON has none of them but line ends.
#[must_use]
pub(crate) fn escape_json(json: &str) -> Cow<'_, str> {
    escape_commands(json, |c, out| out.push_str(&format!("\\u{:04x}", u32::from(c))))
}

fn escape_commands(text: &str, write: impl Fn(char, &mut String)) -> Cow<'_, str> {
    if !text.contains(is_terminal_command) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_terminal_command(c) {
            write(c, &mut out);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The meaning of a code: one sentence for the handbook's table.
#[must_use]
pub fn code_description(code: Code, lang: Lang) -> &'static str {
    finding_sentences(code).about.get(lang)
}

/// A wrong and a right example for a code. `None` when the code has none.
#[must_use]
pub fn code_example(code: Code, lang: Lang) -> Option<(&'static str, &'static str)> {
    let example = EXAMPLES.get(code.as_str())?;
    Some((example.wrong.get(lang), example.right.get(lang)))
}

/// A sentence of the command line by its key in `locales/cli.yml`; the key itself when there is none.
#[must_use]
pub(crate) fn cli_text(lang: Lang, key: &str, values: &[(&'static str, &str)]) -> String {
    escape_control_characters(&fill_by_key(&CLI, lang, key, values)).into_owned()
}

/// A sentence of the editors' desk by its key in `locales/desk.yml`; the key itself when there is none.
#[must_use]
pub(crate) fn desk_text(lang: Lang, key: &str, values: &[(&'static str, &str)]) -> String {
    fill_by_key(&DESK, lang, key, values)
}

/// A sentence of the editors' desk with its placeholders unfilled; the key itself when there is none.
#[must_use]
pub(crate) fn raw_desk_text(lang: Lang, key: &str) -> &str {
    raw_text(&DESK, lang, key)
}

/// A sentence about figures or of a report by its key in `locales/report.yml`; the key itself when there is none.
#[must_use]
pub(crate) fn report_text(lang: Lang, key: &str, values: &[(&'static str, &str)]) -> String {
    fill_by_key(&REPORT, lang, key, values)
}

/// A sentence about figures or of a report with its placeholders unfilled; the key itself when there is none.
#[must_use]
pub(crate) fn raw_report_text(lang: Lang, key: &str) -> &str {
    raw_text(&REPORT, lang, key)
}

/// A word that the Markdown parser adds, by its key in `locales/markdown.yml`; the key itself when there is none.
#[must_use]
pub(crate) fn markdown_text(lang: Lang, key: &str) -> &str {
    raw_text(&MARKDOWN, lang, key)
}

/// All sentences of the editors' desk by key, with their placeholders unfilled.
#[must_use]
pub(crate) fn raw_desk_texts(lang: Lang) -> BTreeMap<&'static str, &'static str> {
    DESK.iter()
        .map(|(key, sentence)| (key, sentence.get(lang).as_str()))
        .collect()
}

fn raw_text<'k>(sentences: &'static Sentences, lang: Lang, key: &'k str) -> &'k str {
    sentences.get(key).map_or(key, |sentence| sentence.get(lang))
}

fn fill_by_key(sentences: &Sentences, lang: Lang, key: &str, values: &[(&'static str, &str)]) -> String {
    let Some(sentence) = sentences.get(key) else {
        return key.to_owned();
    };
    let values: Vec<_> = values.iter().map(|&(name, value)| (name, value.to_owned())).collect();
    fill_placeholders(sentence.get(lang), &values, lang).unwrap_or_else(|| sentence.get(lang).clone())
}

/// The first sentence whose placeholders all have a value, filled in; `None` when there is none.
fn first_complete(sentences: &OneOrMore, values: &[(&'static str, String)], lang: Lang) -> Option<String> {
    sentences
        .as_slice()
        .iter()
        .find_map(|sentence| fill_placeholders(sentence, values, lang))
}

/// Replaces the placeholders `{name}` and `{name:form}`, with the forms of [`format_value`]. `{{` and `}}` become
/// braces. Returns `None` when a value is missing.
fn fill_placeholders(sentence: &str, values: &[(&'static str, String)], lang: Lang) -> Option<String> {
    let mut out = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence;
    while let Some(offset) = rest.find(['{', '}']) {
        out.push_str(&rest[..offset]);
        let brace = &rest[offset..=offset];
        rest = &rest[offset + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            out.push_str(brace);
            rest = after;
            continue;
        }
        let end = rest.find('}')?;
        let (name, form) = rest[..end].split_once(':').unwrap_or((&rest[..end], ""));
        let value = &values.iter().find(|(known, _)| *known == name)?.1;
        out.push_str(&format_value(value, form, lang));
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    Some(out)
}

/// Formats a value for a sentence: unchanged, as the word or the example with this id, or as a list of values or words.
fn format_value<'a>(value: &'a str, form: &str, lang: Lang) -> Cow<'a, str> {
    let word = |id: &'a str| WORDS.get(id).map_or(id, |word| word.get(lang));
    let comma = lang.list_separator();
    match form {
        "word" => Cow::Borrowed(word(value)),
        "words" => Cow::Owned(value.split(", ").map(word).collect::<Vec<_>>().join(comma)),
        "list" if lang == Lang::Zh => Cow::Owned(value.replace(", ", comma)),
        "example" => VALUE_EXAMPLES.get(value).map_or(value, String::as_str).into(),
        _ => Cow::Borrowed(value),
    }
}

/// The keys in `locales/words.yml` of what follows the message of a finding that has their values.
const MORE: [&str; 2] = ["more-places", "more-folded"];

fn finding_sentences(code: Code) -> &'static FindingSentences {
    let sentences = FINDINGS.get(code.as_str());
    sentences.unwrap_or_else(|| panic!("locales/findings.yml lacks {}", code.as_str()))
}

static FINDINGS: LazyLock<EmbeddedMap<FindingSentences>> =
    LazyLock::new(|| EmbeddedMap::new("locales/findings.yml", include_str!("locales/findings.yml")));

static WORDS: LazyLock<Sentences> =
    LazyLock::new(|| EmbeddedMap::new("locales/words.yml", include_str!("locales/words.yml")));

static VALUE_EXAMPLES: LazyLock<EmbeddedMap<String>> =
    LazyLock::new(|| EmbeddedMap::new("locales/value_examples.yml", include_str!("locales/value_examples.yml")));

static EXAMPLES: LazyLock<EmbeddedMap<CodeExample>> =
    LazyLock::new(|| EmbeddedMap::new("locales/examples.yml", include_str!("locales/examples.yml")));

static CLI: LazyLock<Sentences> =
    LazyLock::new(|| EmbeddedMap::new("locales/cli.yml", include_str!("locales/cli.yml")));

static DESK: LazyLock<Sentences> =
    LazyLock::new(|| EmbeddedMap::new("locales/desk.yml", include_str!("locales/desk.yml")));

static REPORT: LazyLock<Sentences> =
    LazyLock::new(|| EmbeddedMap::new("locales/report.yml", include_str!("locales/report.yml")));

static MARKDOWN: LazyLock<Sentences> =
    LazyLock::new(|| EmbeddedMap::new("locales/markdown.yml", include_str!("locales/markdown.yml")));

/// Sentences by key.
type Sentences = EmbeddedMap<Bilingual<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FindingSentences {
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the list is for readers of the file and held to it by a test")
    )]
    values: String,
    about: Bilingual<String>,
    message: Bilingual<OneOrMore>,
    help: Option<Bilingual<OneOrMore>>,
}

/// A wrong and a right example for a code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeExample {
    wrong: ExampleText,
    right: ExampleText,
}

/// A text for both languages, or one for each.
#[derive(Deserialize)]
#[serde(untagged)]
enum ExampleText {
    Same(String),
    Bilingual(Bilingual<String>),
}

impl ExampleText {
    fn get(&self, lang: Lang) -> &str {
        match self {
            Self::Same(text) => text,
            Self::Bilingual(texts) => texts.get(lang),
        }
    }
}

/// A value in both languages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bilingual<T> {
    #[serde(rename = "zh-CN")]
    zh: T,
    en: T,
}

impl<T> Bilingual<T> {
    const fn get(&self, lang: Lang) -> &T {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn as_slice(&self) -> &[String] {
        match self {
            Self::One(sentence) => std::slice::from_ref(sentence),
            Self::More(sentences) => sentences,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn placeholders(sentence: &str) -> BTreeSet<String> {
        let plain = sentence.replace("{{", "").replace("}}", "");
        plain
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(inside, _)| inside.split(':').next().unwrap_or(inside).to_owned())
            .collect()
    }

    fn value_names(values: &str) -> BTreeSet<String> {
        values
            .split_whitespace()
            .filter(|word| *word != "?")
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn codes_and_sentences_match() {
        let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        let written: BTreeSet<&str> = FINDINGS.iter().map(|(code, _)| code).collect();
        assert_eq!(codes, written);
        for code in Code::ALL {
            assert!(
                !code_description(*code, Lang::Zh).is_empty() && !code_description(*code, Lang::En).is_empty(),
                "{code:?}"
            );
        }
    }

    #[test]
    fn both_languages_show_the_same_values_and_only_documented_ones() {
        for (code, sentences) in FINDINGS.iter() {
            let known = value_names(&sentences.values);
            for text in [Some(&sentences.message), sentences.help.as_ref()]
                .into_iter()
                .flatten()
            {
                let (zh, en) = (text.zh.as_slice(), text.en.as_slice());
                assert_eq!(zh.len(), en.len(), "{code}");
                for (zh, en) in zh.iter().zip(en) {
                    assert_eq!(placeholders(zh), placeholders(en), "{code}");
                    assert!(placeholders(zh).is_subset(&known), "{code}: {zh}");
                }
            }
        }
    }

    #[test]
    fn last_message_needs_only_required_values() {
        for (code, sentences) in FINDINGS.iter() {
            let certain = value_names(sentences.values.split('?').next().unwrap_or(""));
            let last = sentences.message.zh.as_slice().last().expect("a message");
            assert!(placeholders(last).is_subset(&certain), "{code}: {last}");
        }
    }

    #[test]
    fn fill_unescapes_braces_and_translates_words() {
        let values = [("expected", "integer".to_owned())];
        let filled = fill_placeholders("{{a}} {expected:word} {expected:example} {expected}", &values, Lang::En);
        assert_eq!(filled.as_deref(), Some("{a} a whole number 12 integer"));
        assert_eq!(fill_placeholders("{missing}", &values, Lang::En), None);
        let values = [("a", "{b}".to_owned()), ("b", "x".to_owned())];
        let filled = fill_placeholders("{a}-{b}", &values, Lang::En);
        assert_eq!(
            filled.as_deref(),
            Some("{b}-x"),
            "placeholders in a value are not filled"
        );
        let values = [("parts", "first, third".to_owned())];
        let filled = |lang| fill_placeholders("{parts:list}; {parts:words}", &values, lang);
        assert_eq!(filled(Lang::En).as_deref(), Some("first, third; first, third"));
        assert_eq!(
            filled(Lang::Zh).as_deref(),
            Some("first、third; 一审（first）、三审（third）")
        );
    }

    #[test]
    fn texts_have_the_same_placeholders_in_both_languages() {
        let files = [&WORDS, &CLI, &DESK, &REPORT, &MARKDOWN];
        for (key, both) in files.into_iter().flat_map(|file| file.iter()) {
            assert_eq!(placeholders(&both.zh), placeholders(&both.en), "{key}");
        }
    }

    #[test]
    fn every_value_has_an_example() {
        assert!(VALUE_EXAMPLES.iter().all(|(_, example)| !example.is_empty()));
    }
}
