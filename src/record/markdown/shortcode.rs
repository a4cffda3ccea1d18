//! Calls of theme components in a text: `{{ name(key="value") }}` and `{{ /name }}`.
//!
//! Role: finds and parses calls in the source before Markdown is parsed, so that Markdown does not interpret quotes,
//! stars and line breaks inside a call. Only the parser knows whether a call is inside code and therefore not a call.
//! So an error found here is reported only if the call turns out to be in the text.

use super::chars::{is_private_use, is_wide};
use std::ops::Range;

/// A call, or text that resembles one.
pub(super) struct ShortcodeCall {
    /// Its range in the file.
    pub(super) range: Range<usize>,
    /// Whether nothing else is on its lines.
    pub(super) is_alone: bool,
    /// Its parsed content.
    pub(super) form: ShortcodeForm,
}

impl ShortcodeCall {
    /// The component's name.
    pub(super) fn name(&self) -> &str {
        match &self.form {
            ShortcodeForm::Open { name, .. } | ShortcodeForm::Close(name) | ShortcodeForm::Invalid { name, .. } => name,
        }
    }
}

/// The content of a call.
pub(super) enum ShortcodeForm {
    /// `{{ name(…) }}`.
    Open {
        /// The component's name.
        name: String,
        /// Its arguments.
        args: Vec<(String, ShortcodeValue)>,
    },
    /// `{{ /name }}`.
    Close(String),
    /// A call that cannot be parsed.
    Invalid {
        /// The component's name.
        name: String,
        /// The error.
        fault: ShortcodeError,
        /// The place of the error, in bytes of the file.
        at: Range<usize>,
    },
}

/// A value as written, with its range in the file.
pub(super) enum ShortcodeValue {
    /// In quotes.
    Text(String, Range<usize>),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Number(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// `[…]`.
    List(Vec<ShortcodeValue>),
    /// `{key: …}`.
    Map(Vec<(String, ShortcodeValue)>),
}

/// The errors in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShortcodeError {
    /// Curly quotes around a value.
    Quotes,
    /// Full-width punctuation.
    FullWidth,
    /// `) }}` is missing.
    Unclosed,
    /// An argument that cannot be parsed.
    Argument,
    /// `{{ /name }}` without an opening call.
    NotOpen,
    /// The opening and the closing call are in different blocks.
    Crossed,
    /// Too many nested blocks.
    TooDeep,
}

impl ShortcodeError {
    /// The id of its message in `locales/words.yml`.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Quotes => "shortcode-quotes",
            Self::FullWidth => "shortcode-full-width",
            Self::Unclosed => "shortcode-unclosed",
            Self::Argument => "shortcode-argument",
            Self::NotOpen => "shortcode-not-open",
            Self::Crossed => "shortcode-crossed",
            Self::TooDeep => "shortcode-too-deep",
        }
    }
}

/// The maximum nesting of lists.
const MAX_LIST_DEPTH: usize = 4;

/// All calls of `text[body]`, in order.
pub(super) fn find_calls(text: &str, body: Range<usize>) -> Vec<ShortcodeCall> {
    let mut calls = Vec::new();
    let mut at = body.start;
    while let Some(found) = text[at..body.end].find("{{") {
        let start = at + found;
        at = start + 2;
        let mut reader = ShortcodeReader {
            text: &text[..body.end],
            at,
        };
        let Some(form) = reader.read_call(start) else { continue };
        let end = match &form {
            ShortcodeForm::Invalid { .. } => invalid_call_end(&text[..body.end], at),
            _ => reader.at,
        };
        calls.push(ShortcodeCall {
            is_alone: is_alone(text, body.clone(), start..end),
            range: start..end,
            form,
        });
        at = end;
        if calls.len() == super::chars::MAX_PLACEHOLDERS {
            break;
        }
    }
    calls
}

/// The end of a call that cannot be parsed: after `}}` on its line, otherwise after `{{`. A call never extends over
/// another call or over the end of code.
fn invalid_call_end(text: &str, at: usize) -> usize {
    const LONGEST: usize = 2000;
    let limit = super::chars::floor_boundary(text, at + LONGEST);
    let line = &text[at..limit];
    let end = line.find(['\n', '`']).unwrap_or(line.len());
    let end = line[..end].find("{{").unwrap_or(end);
    line[..end].find("}}").map_or(at, |end| at + end + 2)
}

/// Whether nothing else is on the lines of `range`, which may be indented by at most three spaces.
fn is_alone(text: &str, body: Range<usize>, range: Range<usize>) -> bool {
    let before = &text.as_bytes()[body.start..range.start];
    let indent = before.iter().rev().take(4).take_while(|&&b| b == b' ').count();
    let starts = indent < 4
        && matches!(
            before.len().checked_sub(indent + 1).map(|i| before[i]),
            None | Some(b'\n')
        );
    let after = &text.as_bytes()[range.end..body.end];
    let rest = after.iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r'));
    starts && matches!(rest, None | Some(b'\n'))
}

/// Parses one call.
struct ShortcodeReader<'a> {
    text: &'a str,
    at: usize,
}

/// The error comes with its range in the file.
type ShortcodeResult<T> = Result<T, (ShortcodeError, Range<usize>)>;

impl<'a> ShortcodeReader<'a> {
    /// Parses the call whose `{{` has been read. Returns `None` when it is other text in braces.
    fn read_call(&mut self, start: usize) -> Option<ShortcodeForm> {
        self.skip_blanks();
        if self.eat('/') {
            self.skip_blanks();
            let name = self.read_name()?;
            self.skip_blanks();
            return self.eat_closing_braces().then_some(ShortcodeForm::Close(name));
        }
        let name = self.read_name()?;
        self.skip_blanks();
        let open = self.at;
        if self.eat('（') {
            return Some(ShortcodeForm::Invalid {
                name,
                fault: ShortcodeError::FullWidth,
                at: open..self.at,
            });
        }
        if !self.eat('(') {
            return None;
        }
        Some(match self.read_arguments(start) {
            Ok(args) => ShortcodeForm::Open { name, args },
            Err((fault, at)) => ShortcodeForm::Invalid { name, fault, at },
        })
    }

    fn read_arguments(&mut self, start: usize) -> ShortcodeResult<Vec<(String, ShortcodeValue)>> {
        let mut args = Vec::new();
        loop {
            self.skip_space(start)?;
            if self.eat(')') {
                break;
            }
            let from = self.at;
            let key = self.read_key();
            self.skip_space(start)?;
            let key = match key {
                Some(key) if self.eat('=') => {
                    self.skip_space(start)?;
                    key
                }
                _ => {
                    self.at = from;
                    String::new()
                }
            };
            args.push((key, self.read_value(start, 0)?));
            self.skip_space(start)?;
            self.eat(',');
        }
        self.skip_space(start)?;
        if self.eat_closing_braces() {
            Ok(args)
        } else {
            Err(self.unclosed_error(start))
        }
    }

    fn read_value(&mut self, start: usize, depth: usize) -> ShortcodeResult<ShortcodeValue> {
        match self.peek() {
            Some(quote @ ('"' | '\'')) => self.read_quoted(start, quote),
            Some('[') if depth < MAX_LIST_DEPTH => self.read_list(start, depth),
            Some('{') if depth < MAX_LIST_DEPTH => self.read_map(start, depth),
            Some(c) if c == '-' || c.is_ascii_digit() => self.read_number(),
            Some('t' | 'f') if self.eat_word("true") => Ok(ShortcodeValue::Boolean(true)),
            Some('t' | 'f') if self.eat_word("false") => Ok(ShortcodeValue::Boolean(false)),
            Some(c) if is_curly_quote(c) => Err(self.error_here(ShortcodeError::Quotes)),
            Some(c) if c.is_ascii() => Err(self.error_here(ShortcodeError::Argument)),
            Some(c) if is_full_width(c) => Err(self.error_here(ShortcodeError::FullWidth)),
            Some(_) => Err(self.error_here(ShortcodeError::Argument)),
            None => Err(self.unclosed_error(start)),
        }
    }

    fn read_quoted(&mut self, start: usize, quote: char) -> ShortcodeResult<ShortcodeValue> {
        let from = self.at + 1;
        let mut text = String::new();
        let mut chars = self.text[from..].char_indices();
        while let Some((offset, c)) = chars.next() {
            match c {
                '\n' => break,
                '\\' => match chars.next() {
                    Some((_, next)) if next == quote || next == '\\' => text.push(next),
                    Some((_, '\n')) | None => break,
                    Some((_, next)) => text.extend([c, next].into_iter().filter(|&c| !is_private_use(c))),
                },
                _ if c == quote => {
                    self.at = from + offset + 1;
                    return Ok(ShortcodeValue::Text(text, from..from + offset));
                }
                // Reported as a separate finding and dropped, as in other text.
                _ if is_private_use(c) => {}
                _ => text.push(c),
            }
        }
        Err((ShortcodeError::Unclosed, start..from))
    }

    fn read_list(&mut self, start: usize, depth: usize) -> ShortcodeResult<ShortcodeValue> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space(start)?;
            if self.eat(']') {
                return Ok(ShortcodeValue::List(items));
            }
            items.push(self.read_value(start, depth + 1)?);
            self.skip_space(start)?;
            if !self.eat(',') && self.peek() != Some(']') {
                return Err(self.error_here(ShortcodeError::Argument));
            }
        }
    }

    /// Parses `{village: "石桥村", level: ["national", "provincial"]}`. Keys may be Chinese words.
    fn read_map(&mut self, start: usize, depth: usize) -> ShortcodeResult<ShortcodeValue> {
        self.at += 1;
        let mut entries = Vec::new();
        loop {
            self.skip_space(start)?;
            if self.eat('}') {
                return Ok(ShortcodeValue::Map(entries));
            }
            let key = match self.peek() {
                Some(quote @ ('"' | '\'')) => match self.read_quoted(start, quote)? {
                    ShortcodeValue::Text(text, _) => text,
                    _ => String::new(),
                },
                _ => self.read_word(),
            };
            self.skip_space(start)?;
            if key.is_empty() || !(self.eat(':') || self.eat('=')) {
                return Err(self.error_here(ShortcodeError::Argument));
            }
            self.skip_space(start)?;
            entries.push((key, self.read_value(start, depth + 1)?));
            self.skip_space(start)?;
            if !self.eat(',') && self.peek() != Some('}') {
                return Err(self.error_here(ShortcodeError::Argument));
            }
        }
    }

    /// Parses a word of any script, with digits, `_` and `-`. Empty when there is none.
    fn read_word(&mut self) -> String {
        let rest = &self.text[self.at..];
        let is_part = |c: char| (c.is_alphanumeric() || matches!(c, '_' | '-')) && !is_private_use(c);
        let len = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        self.at += len;
        rest[..len].to_owned()
    }

    fn read_number(&mut self) -> ShortcodeResult<ShortcodeValue> {
        let rest = &self.text[self.at..];
        let len = rest
            .bytes()
            .enumerate()
            .take_while(|&(i, b)| b.is_ascii_digit() || b == b'.' || (i == 0 && b == b'-'))
            .count();
        let word = &rest[..len];
        let value = word
            .parse()
            .map(ShortcodeValue::Integer)
            .ok()
            .or_else(|| word.parse().map(ShortcodeValue::Number).ok());
        let value = value.ok_or_else(|| (ShortcodeError::Argument, self.at..self.at + len))?;
        self.at += len;
        Ok(value)
    }

    /// Skips white space and single line breaks. A blank line ends the paragraph and therefore the call.
    fn skip_space(&mut self, start: usize) -> ShortcodeResult<()> {
        let rest = &self.text[self.at..];
        let len = rest
            .find(|c: char| !matches!(c, ' ' | '\t' | '\n' | '\r'))
            .unwrap_or(rest.len());
        if rest[..len].bytes().filter(|&b| b == b'\n').count() > 1 {
            return Err(self.unclosed_error(start));
        }
        self.at += len;
        match self.peek() {
            None => Err(self.unclosed_error(start)),
            Some(c) if is_curly_quote(c) => Err(self.error_here(ShortcodeError::Quotes)),
            Some(c) if is_full_width(c) => Err(self.error_here(ShortcodeError::FullWidth)),
            Some(_) => Ok(()),
        }
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t')) {
            self.at += 1;
        }
    }

    /// Parses a component's name: a lower-case letter, then lower-case letters, digits, `_`, `-`.
    fn read_name(&mut self) -> Option<String> {
        let rest = &self.text[self.at..];
        let len = rest
            .bytes()
            .take_while(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
            .count();
        if !rest.starts_with(|c: char| c.is_ascii_lowercase()) {
            return None;
        }
        self.at += len;
        Some(rest[..len].to_owned())
    }

    fn read_key(&mut self) -> Option<String> {
        let rest = &self.text[self.at..];
        let len = rest
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
            .count();
        self.at += len;
        Some(rest[..len].to_owned()).filter(|key| !key.is_empty())
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.at += if found { c.len_utf8() } else { 0 };
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let rest = &self.text[self.at..];
        let found = rest.starts_with(word) && !rest[word.len()..].starts_with(|c: char| c.is_alphanumeric());
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn eat_closing_braces(&mut self) -> bool {
        let found = self.text[self.at..].starts_with("}}");
        self.at += if found { 2 } else { 0 };
        found
    }

    /// The error `fault` at the next character.
    fn error_here(&self, fault: ShortcodeError) -> (ShortcodeError, Range<usize>) {
        (fault, self.at..self.at + self.peek().map_or(0, char::len_utf8))
    }

    fn unclosed_error(&self, start: usize) -> (ShortcodeError, Range<usize>) {
        (ShortcodeError::Unclosed, start..self.at)
    }
}

fn is_curly_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '＂' | '＇')
}

/// Full-width punctuation and the ideographic space. No other wide character can be meant as punctuation.
fn is_full_width(c: char) -> bool {
    is_wide(c) && !c.is_alphanumeric()
}
