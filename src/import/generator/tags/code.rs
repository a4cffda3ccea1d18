//! Tags in code, and tags whose content is code.

use super::arguments::Arguments;
use super::context::{is_alone, is_line_start};
use super::known::{TagScope, value_of};
use super::scan::{Token, TokenKind, tokens};
use crate::import::generator::markdown::without_blank_ends;
use crate::import::generator::options::Generator;
use crate::import::manuscript::{Loss, Losses};
use crate::import::markdown::longest_backticks;

/// Whether a generator fills templates also in code.
fn fills_code(generator: Generator) -> bool {
    generator != Generator::Hexo
}

/// Writes what a token in code becomes. Returns the offset up to which it took the text.
pub(super) fn write_in_code(
    scope: &TagScope<'_>,
    body: &str,
    token: &Token<'_>,
    losses: &mut Losses,
    out: &mut String,
) -> usize {
    let written = &body[token.range.clone()];
    match &token.kind {
        TokenKind::Mark => return skip_mark(body, token, out),
        TokenKind::Shown { open, inside, close } => out.push_str(&format!("{open}{inside}{close}")),
        TokenKind::Hidden(_) if scope.generator == Generator::Jekyll => return skip_mark(body, token, out),
        TokenKind::Output(expression) if fills_code(scope.generator) => match value_of(scope, expression) {
            Some(value) => out.push_str(&value),
            None => {
                losses.add_named(Loss::Tag, expression);
                out.push_str(written);
            }
        },
        TokenKind::Tag { name, .. } => {
            if fills_code(scope.generator) && !written.starts_with("{:") {
                losses.add_named(Loss::Tag, name);
            }
            out.push_str(written);
        }
        _ => out.push_str(written),
    }
    token.range.end
}

/// Leaves out a token that shows nothing, with its line if it has one of its own. Returns the offset after it.
pub(super) fn skip_mark(body: &str, token: &Token<'_>, out: &mut String) -> usize {
    let end = token.range.end;
    if !is_alone(body, &token.range) {
        return end;
    }
    let line = out.rfind('\n').map_or(0, |at| at + 1);
    out.truncate(line);
    body[end..].find('\n').map_or(body.len(), |at| end + at + 1)
}

/// The content of an element as it shows it.
pub(super) fn content(scope: &TagScope<'_>, text: &str, losses: &mut Losses) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for token in tokens(scope.generator, text) {
        out.push_str(&text[done..token.range.start]);
        done = write_in_code(scope, text, &token, losses, &mut out);
    }
    out.push_str(&text[done..]);
    out
}

/// Writes code between fences that nothing in it closes, in the list or the quotation in which it stands; in the middle of
/// a line, between backticks. `after` follows the element.
pub(super) fn push_block(out: &mut String, text: &str, name: &str, arguments: &Arguments, after: &str) {
    let line = out.rsplit('\n').next().unwrap_or_default();
    let is_start = is_line_start(line);
    let rest = after.split('\n').next().unwrap_or_default();
    let is_in_line = !is_start || (!rest.trim().is_empty() && name == "code");
    if is_in_line && !text.trim().contains('\n') && !text.trim().is_empty() {
        return push_inline(out, text.trim());
    }
    let prefix: String = match is_start {
        true => line
            .chars()
            .map(|c| if matches!(c, '>' | '\t') { c } else { ' ' })
            .collect(),
        false => String::new(),
    };
    if !is_start {
        out.push_str("\n\n");
    }
    if let Some(title) = title(name, arguments) {
        out.push_str(&format!("{title}\n{}\n{prefix}", prefix.trim_end()));
    }
    let fence = "`".repeat(longest_backticks(text).max(2) + 1);
    let language = language(name, arguments);
    out.push_str(&format!("{fence}{language}\n"));
    for line in without_blank_ends(text).lines() {
        let line = without_prefix(line, &prefix);
        out.push_str(&if line.is_empty() {
            prefix.trim_end().to_owned()
        } else {
            format!("{prefix}{line}")
        });
        out.push('\n');
    }
    out.push_str(&format!("{prefix}{fence}"));
    if !rest.trim().is_empty() {
        out.push_str(&format!("\n{prefix}"));
    }
}

fn push_inline(out: &mut String, text: &str) {
    let ticks = "`".repeat(longest_backticks(text) + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    out.push_str(&format!("{ticks}{blank}{text}{blank}{ticks}"));
}

/// A line without the prefix of its list, or what it has of it.
fn without_prefix<'l>(line: &'l str, prefix: &str) -> &'l str {
    let mut rest = line.trim_end();
    for sign in prefix.chars() {
        match rest.strip_prefix(sign) {
            Some(shorter) => rest = shorter,
            None => break,
        }
    }
    rest
}

/// The language of code: `lang:go`, `lang="go"`, or the first word where it is one.
fn language(name: &str, arguments: &Arguments) -> String {
    let is_title = name == "codeblock" && words(arguments).len() > 1;
    let named = arguments.named(&["lang", "language"]);
    named.unwrap_or_else(|| {
        if is_title {
            arguments.marked_language()
        } else {
            arguments.language()
        }
    })
}

/// The words of a tag of Hexo that are no settings such as `first_line:5`.
fn words(arguments: &Arguments) -> Vec<&str> {
    let is_word = |word: &&String| {
        let key = word.split_once(':').map_or("", |(key, _)| key);
        let is_setting = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        !is_setting || word.contains("://")
    };
    arguments
        .positional
        .iter()
        .filter(is_word)
        .map(String::as_str)
        .collect()
}

/// The title of a block of code, with a link to its source.
fn title(name: &str, arguments: &Arguments) -> Option<String> {
    let named = arguments.named(&["title", "filename", "file"]);
    let own = || {
        let (links, words): (Vec<&str>, Vec<&str>) =
            words(arguments).into_iter().partition(|word| word.contains("://"));
        let text = words.join(" ");
        match links.first() {
            Some(link) if text.is_empty() => Some(format!("<{link}>")),
            Some(link) => Some(format!("[{text}]({link})")),
            // One word may be the language.
            None => (text != arguments.language()).then_some(text),
        }
    };
    let text = named.or_else(|| own().filter(|_| name == "codeblock"))?;
    (!text.is_empty()).then_some(text)
}
