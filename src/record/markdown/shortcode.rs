//! Calls of theme components in a text: `{{ name(key="value") }}` and `{{ /name }}`.
//!
//! Role: finds and reads calls in the source, before Markdown is parsed, so that quotes, stars and line breaks inside a
//! call mean nothing to Markdown. Whether a call stands in code, and is therefore no call, only the parser knows: a
//! fault found here is told only when the call turns out to be in the text.

use super::chars::{is_private, is_wide};
use std::ops::Range;

/// A call, or what looks like one.
pub(super) struct Call {
    /// Its bytes in the file.
    pub(super) range: Range<usize>,
    /// Whether it has its line, or its lines, to itself.
    pub(super) alone: bool,
    /// What it says.
    pub(super) form: Form,
}

impl Call {
    /// The component's name.
    pub(super) fn name(&self) -> &str {
        match &self.form {
            Form::Open { name, .. } | Form::Close(name) | Form::Bad { name, .. } => name,
        }
    }
}

/// What a call says.
pub(super) enum Form {
    /// `{{ name(…) }}`.
    Open {
        /// The component.
        name: String,
        /// Its arguments.
        args: Vec<(String, Value)>,
    },
    /// `{{ /name }}`.
    Close(String),
    /// A call that cannot be read.
    Bad {
        /// The component.
        name: String,
        /// What is wrong.
        fault: Fault,
        /// Where, in bytes of the file.
        at: Range<usize>,
    },
}

/// A value as written, with its bytes in the file.
pub(super) enum Value {
    /// In quotes.
    Text(String, Range<usize>),
    /// A whole number.
    Integer(i64),
    /// Another number.
    Number(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// `[…]`.
    List(Vec<Value>),
}

/// What can be wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Curly quotes around a value.
    Quotes,
    /// Full-width punctuation.
    FullWidth,
    /// `) }}` is missing.
    Unclosed,
    /// An argument that cannot be read.
    Argument,
    /// `{{ /name }}` without an opening call.
    NotOpen,
    /// The opening and the closing call stand in different blocks.
    Crossed,
    /// Blocks inside blocks beyond any use.
    TooDeep,
}

impl Fault {
    /// The id of the words for it, as in `findings.yml`.
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

/// Lists inside lists are read to this depth.
const LIST_DEPTH: usize = 4;

/// All calls of `text[body]`, in order.
pub(super) fn find(text: &str, body: Range<usize>) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut at = body.start;
    while let Some(found) = text[at..body.end].find("{{") {
        let start = at + found;
        at = start + 2;
        let mut reader = Reader {
            text: &text[..body.end],
            at,
        };
        let Some(form) = reader.call(start) else { continue };
        let end = match &form {
            Form::Bad { .. } => end_of_line_call(&text[..body.end], at),
            _ => reader.at,
        };
        calls.push(Call {
            alone: is_alone(text, body.clone(), start..end),
            range: start..end,
            form,
        });
        at = end;
        if calls.len() == super::chars::STAND_INS {
            break;
        }
    }
    calls
}

/// Where a call that cannot be read ends: after `}}` on its line, or after `{{`. A call does not reach over another one
/// or over the end of code.
fn end_of_line_call(text: &str, at: usize) -> usize {
    const LONGEST: usize = 2000;
    let limit = super::chars::floor_boundary(text, at + LONGEST);
    let line = &text[at..limit];
    let end = line.find(['\n', '`']).unwrap_or(line.len());
    let end = line[..end].find("{{").unwrap_or(end);
    line[..end].find("}}").map_or(at, |end| at + end + 2)
}

/// Whether nothing else stands on the lines of `range`, which is indented by at most three spaces.
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

/// Reads one call.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

/// A fault and its bytes.
type Read<T> = Result<T, (Fault, Range<usize>)>;

impl<'a> Reader<'a> {
    /// The call whose `{{` has been read; none when it is other text in braces.
    fn call(&mut self, start: usize) -> Option<Form> {
        self.blanks();
        if self.eat('/') {
            self.blanks();
            let name = self.name()?;
            self.blanks();
            return self.closing_braces().then_some(Form::Close(name));
        }
        let name = self.name()?;
        self.blanks();
        let open = self.at;
        if self.eat('（') {
            return Some(Form::Bad {
                name,
                fault: Fault::FullWidth,
                at: open..self.at,
            });
        }
        if !self.eat('(') {
            return None;
        }
        Some(match self.arguments(start) {
            Ok(args) => Form::Open { name, args },
            Err((fault, at)) => Form::Bad { name, fault, at },
        })
    }

    fn arguments(&mut self, start: usize) -> Read<Vec<(String, Value)>> {
        let mut args = Vec::new();
        loop {
            self.space(start)?;
            if self.eat(')') {
                break;
            }
            let from = self.at;
            let key = self.key();
            self.space(start)?;
            let key = match key {
                Some(key) if self.eat('=') => {
                    self.space(start)?;
                    key
                }
                _ => {
                    self.at = from;
                    String::new()
                }
            };
            args.push((key, self.value(start, 0)?));
            self.space(start)?;
            self.eat(',');
        }
        self.space(start)?;
        if self.closing_braces() {
            Ok(args)
        } else {
            Err(self.unclosed(start))
        }
    }

    fn value(&mut self, start: usize, depth: usize) -> Read<Value> {
        match self.peek() {
            Some(quote @ ('"' | '\'')) => self.quoted(start, quote),
            Some('[') if depth < LIST_DEPTH => self.list(start, depth),
            Some(c) if c == '-' || c.is_ascii_digit() => self.number(),
            Some('t' | 'f') if self.eat_word("true") => Ok(Value::Boolean(true)),
            Some('t' | 'f') if self.eat_word("false") => Ok(Value::Boolean(false)),
            Some(c) if is_curly(c) => Err(self.fault(Fault::Quotes)),
            Some(c) if c.is_ascii() => Err(self.fault(Fault::Argument)),
            Some(c) if is_full_width(c) => Err(self.fault(Fault::FullWidth)),
            Some(_) => Err(self.fault(Fault::Argument)),
            None => Err(self.unclosed(start)),
        }
    }

    fn quoted(&mut self, start: usize, quote: char) -> Read<Value> {
        let from = self.at + 1;
        let mut text = String::new();
        let mut chars = self.text[from..].char_indices();
        while let Some((offset, c)) = chars.next() {
            match c {
                '\n' => break,
                '\\' => match chars.next() {
                    Some((_, next)) if next == quote || next == '\\' => text.push(next),
                    Some((_, '\n')) | None => break,
                    Some((_, next)) => text.extend([c, next].into_iter().filter(|&c| !is_private(c))),
                },
                _ if c == quote => {
                    self.at = from + offset + 1;
                    return Ok(Value::Text(text, from..from + offset));
                }
                // Told as a finding of their own, and dropped, like everywhere.
                _ if is_private(c) => {}
                _ => text.push(c),
            }
        }
        Err((Fault::Unclosed, start..from))
    }

    fn list(&mut self, start: usize, depth: usize) -> Read<Value> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.space(start)?;
            if self.eat(']') {
                return Ok(Value::List(items));
            }
            items.push(self.value(start, depth + 1)?);
            self.space(start)?;
            if !self.eat(',') && self.peek() != Some(']') {
                return Err(self.fault(Fault::Argument));
            }
        }
    }

    fn number(&mut self) -> Read<Value> {
        let rest = &self.text[self.at..];
        let len = rest
            .bytes()
            .enumerate()
            .take_while(|&(i, b)| b.is_ascii_digit() || b == b'.' || (i == 0 && b == b'-'))
            .count();
        let word = &rest[..len];
        let value = word
            .parse()
            .map(Value::Integer)
            .ok()
            .or_else(|| word.parse().map(Value::Number).ok());
        let value = value.ok_or_else(|| (Fault::Argument, self.at..self.at + len))?;
        self.at += len;
        Ok(value)
    }

    /// Skips white space and single line breaks; a blank line ends the paragraph and with it the call.
    fn space(&mut self, start: usize) -> Read<()> {
        let rest = &self.text[self.at..];
        let len = rest
            .find(|c: char| !matches!(c, ' ' | '\t' | '\n' | '\r'))
            .unwrap_or(rest.len());
        if rest[..len].bytes().filter(|&b| b == b'\n').count() > 1 {
            return Err(self.unclosed(start));
        }
        self.at += len;
        match self.peek() {
            None => Err(self.unclosed(start)),
            Some(c) if is_curly(c) => Err(self.fault(Fault::Quotes)),
            Some(c) if is_full_width(c) => Err(self.fault(Fault::FullWidth)),
            Some(_) => Ok(()),
        }
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t')) {
            self.at += 1;
        }
    }

    /// A component's name: a small letter, then small letters, digits, `_`, `-`.
    fn name(&mut self) -> Option<String> {
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

    fn key(&mut self) -> Option<String> {
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

    fn closing_braces(&mut self) -> bool {
        let found = self.text[self.at..].starts_with("}}");
        self.at += if found { 2 } else { 0 };
        found
    }

    /// The fault at the next character.
    fn fault(&self, fault: Fault) -> (Fault, Range<usize>) {
        (fault, self.at..self.at + self.peek().map_or(0, char::len_utf8))
    }

    fn unclosed(&self, start: usize) -> (Fault, Range<usize>) {
        (Fault::Unclosed, start..self.at)
    }
}

fn is_curly(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '＂' | '＇')
}

/// Full-width punctuation and the ideographic space: nothing else that is wide may be meant as punctuation.
fn is_full_width(c: char) -> bool {
    is_wide(c) && !c.is_alphanumeric()
}
