//! Finds the tags of a text, in one pass.
//!
//! Templates are filled before Markdown is read, so tags are found without regard to Markdown; only Hexo puts fenced code
//! aside first. What a tag encloses belongs to it where it is code or hidden. The time is linear: an end that a text does
//! not have is searched once.

use super::super::options::Generator;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The longest tag, in bytes. Braces without their pair are text.
const MAX_TAG: usize = 4000;

/// The sign for the end of a summary, which a post writes with spaces.
const MORE: &str = "<!--more-->";

/// A place of a text at which a generator does something.
#[derive(Debug)]
pub(super) struct Token<'t> {
    pub(super) range: Range<usize>,
    pub(super) kind: TokenKind<'t>,
}

/// What a generator does there.
#[derive(Debug)]
pub(super) enum TokenKind<'t> {
    /// It calls something: `{% note info %}`.
    Tag { name: &'t str, arguments: &'t str },
    /// It prints a value: `{{ site.title }}`.
    Output(&'t str),
    /// It shows a tag: `{{</* x */>}}`.
    Shown {
        open: &'t str,
        inside: &'t str,
        close: &'t str,
    },
    /// Nothing: the tag says that braces between it and the next one are text.
    Mark,
    /// It shows `content` as code.
    Code {
        name: &'t str,
        arguments: &'t str,
        content: Range<usize>,
    },
    /// It leaves `content` out.
    Hidden(Range<usize>),
    /// Nothing: here these braces would begin a call.
    Braces,
    /// It ends the summary.
    More,
}

/// All tokens of a text, in order. They do not overlap.
pub(super) fn tokens(generator: Generator, body: &str) -> Vec<Token<'_>> {
    let mut scanner = Scanner {
        generator,
        body,
        at: 0,
        is_raw: false,
        missing_ends: BTreeSet::new(),
        closes: Closes::default(),
        tokens: Vec::new(),
    };
    let mut fences = match generator {
        Generator::Hexo => fenced_code(body),
        _ => Vec::new(),
    }
    .into_iter()
    .peekable();
    while let Some(found) = memchr::memchr2(b'{', b'<', &body.as_bytes()[scanner.at..]) {
        scanner.at += found;
        while fences.next_if(|fence| fence.end <= scanner.at).is_some() {}
        match fences.peek().filter(|fence| fence.start <= scanner.at) {
            Some(fence) => scanner.at = fence.end,
            None => scanner.step(),
        }
    }
    scanner.tokens
}

/// The blocks of code between fences.
fn fenced_code(body: &str) -> Vec<Range<usize>> {
    let events = Parser::new_ext(body, Options::empty()).into_offset_iter();
    let fences = events.filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_)))));
    fences.map(|(_, range)| range).collect()
}

struct Scanner<'t> {
    generator: Generator,
    body: &'t str,
    at: usize,
    /// Whether tags are text here.
    is_raw: bool,
    /// The names of end tags of which the rest of the text has none.
    missing_ends: BTreeSet<String>,
    closes: Closes,
    tokens: Vec<Token<'t>>,
}

impl<'t> Scanner<'t> {
    /// Reads what begins with the sign at the current place.
    fn step(&mut self) {
        let rest = &self.body[self.at..];
        if rest.starts_with(MORE) {
            return self.push(MORE.len(), TokenKind::More);
        }
        match read_tag(self.generator, self.body, self.at, &mut self.closes) {
            Some(tag) if self.is_raw => match tag.name {
                "endraw" => {
                    self.is_raw = false;
                    self.push(tag.whole.len(), TokenKind::Mark);
                }
                _ => self.braces(),
            },
            Some(tag) => self.tag(&tag),
            None => self.braces(),
        }
    }

    fn push(&mut self, length: usize, kind: TokenKind<'t>) {
        let range = self.at..self.at + length;
        self.at = range.end;
        self.tokens.push(Token { range, kind });
    }

    fn braces(&mut self) {
        if begins_call(&self.body[self.at..]) {
            self.push(2, TokenKind::Braces);
        } else {
            self.at += 1;
        }
    }

    fn tag(&mut self, tag: &FoundTag<'t>) {
        let is_liquid = matches!(self.generator, Generator::Jekyll | Generator::Hexo);
        let length = tag.whole.len();
        if let Some(inside) = shown(tag.inside) {
            let (open, close) = (tag.open, tag.close);
            return self.push(length, TokenKind::Shown { open, inside, close });
        }
        if tag.open == "{#" {
            let content = self.at + 2..self.at + length - 2;
            return self.push(length, TokenKind::Hidden(content));
        }
        match tag.name {
            "raw" if is_liquid && self.has_end(tag, "endraw") => {
                self.is_raw = true;
                return self.push(length, TokenKind::Mark);
            }
            "raw" | "endraw" if is_liquid => return self.push(length, TokenKind::Mark),
            "comment" if is_liquid => {
                if let Some(end) = self.find_end(self.at + length, tag.name, "endcomment") {
                    return self.element(length, &end, TokenKind::Hidden);
                }
            }
            "highlight" | "code" | "codeblock" if tag.open != "{{" && !tag.inside.ends_with('/') => {
                let end_name = match self.generator {
                    Generator::Hugo => format!("/{}", tag.name),
                    Generator::Zola => "end".to_owned(),
                    _ => format!("end{}", tag.name),
                };
                if let Some(end) = self.find_end(self.at + length, tag.name, &end_name) {
                    let (name, arguments) = (tag.name, tag.arguments);
                    return self.element(length, &end, |content| TokenKind::Code {
                        name,
                        arguments,
                        content,
                    });
                }
            }
            _ => {}
        }
        let kind = match tag.open {
            "{{" if is_liquid => TokenKind::Output(tag.inside),
            _ => TokenKind::Tag {
                name: tag.name,
                arguments: tag.arguments,
            },
        };
        self.push(length, kind);
    }

    /// An element from the current place to its end tag.
    fn element(&mut self, length: usize, end: &Range<usize>, kind: impl FnOnce(Range<usize>) -> TokenKind<'t>) {
        let content = self.at + length..end.start;
        self.push(end.end - self.at, kind(content));
    }

    fn has_end(&mut self, tag: &FoundTag<'_>, end_name: &str) -> bool {
        self.find_end(self.at + tag.whole.len(), tag.name, end_name).is_some()
    }

    /// The range of the next end tag of this name; `None` when there is none, or when another element begins before it.
    fn find_end(&mut self, from: usize, name: &str, end_name: &str) -> Option<Range<usize>> {
        if self.missing_ends.contains(end_name) {
            return None;
        }
        let mut at = from;
        while let Some(found) = memchr::memchr(b'{', &self.body.as_bytes()[at..]) {
            at += found;
            match read_tag(self.generator, self.body, at, &mut self.closes) {
                Some(tag) if is_name(tag.name, end_name) => return Some(at..at + tag.whole.len()),
                // One that has no end stands before one that has.
                Some(tag) if tag.name == name && name == "code" => return None,
                Some(tag) => at += tag.whole.len(),
                None => at += 1,
            }
        }
        self.missing_ends.insert(end_name.to_owned());
        None
    }
}

/// A tag as written.
struct FoundTag<'t> {
    whole: &'t str,
    open: &'t str,
    close: &'t str,
    /// What is between its braces.
    inside: &'t str,
    name: &'t str,
    arguments: &'t str,
}

/// Where the closing braces of each form are next, so that none are searched again for each opening ones.
#[derive(Default)]
struct Closes {
    /// The braces, the offset from which they were searched, and that at which they are; none is the end of the text.
    known: BTreeMap<&'static str, (usize, usize)>,
}

impl Closes {
    /// The offset of the next `close` from `at` on, or the end of the text.
    fn next(&mut self, body: &str, close: &'static str, at: usize) -> usize {
        if let Some(&(from, found)) = self.known.get(close)
            && (from..=found).contains(&at)
        {
            return found;
        }
        let found = memchr::memmem::find(&body.as_bytes()[at..], close.as_bytes());
        let found = found.map_or(body.len(), |found| at + found);
        self.known.insert(close, (at, found));
        found
    }
}

/// The tag that begins at an offset of a text.
fn read_tag<'t>(generator: Generator, body: &'t str, at: usize, closes: &mut Closes) -> Option<FoundTag<'t>> {
    let text = &body[at..];
    let forms: &[(&'static str, &'static str)] = match generator {
        Generator::Hugo => &[("{{<", ">}}"), ("{{%", "%}}")],
        Generator::Zola => &[("{{", "}}"), ("{%", "%}")],
        Generator::Hexo => &[("{%", "%}"), ("{{", "}}"), ("{#", "#}")],
        Generator::Jekyll => &[("{%", "%}"), ("{{", "}}"), ("{:", "}")],
    };
    let (open, close) = forms.iter().find(|(open, _)| text.starts_with(open))?;
    let end = closes.next(body, close, at + open.len()) - at;
    if end > MAX_TAG || at + end == body.len() {
        return None;
    }
    let inside = text[open.len()..end].trim();
    let inside = match generator {
        // A dash takes away the white space beside the tag.
        Generator::Jekyll | Generator::Hexo => inside.trim_start_matches('-').trim_end_matches('-').trim(),
        _ => inside,
    };
    let is_tag = match generator {
        // Zola's are calls; other braces are text.
        Generator::Zola => inside.contains('(') || *open == "{%",
        // An attribute list of Kramdown is on one line.
        Generator::Jekyll => *open != "{:" || !inside.contains('\n'),
        _ => true,
    };
    let (name, arguments) = split_name(inside);
    is_tag.then_some(FoundTag {
        whole: &text[..end + close.len()],
        open: &text[..open.len()],
        close,
        inside,
        name,
        arguments,
    })
}

/// Whether a tag has this name. An end tag may have a space after its `/`.
fn is_name(written: &str, name: &str) -> bool {
    match (written.strip_prefix('/'), name.strip_prefix('/')) {
        (Some(written), Some(name)) => written.trim_start() == name,
        _ => written == name,
    }
}

/// What a tag shows that is written to be shown.
fn shown(inside: &str) -> Option<&str> {
    inside.strip_prefix("/*")?.strip_suffix("*/")
}

/// The name of a tag, and what follows: `figure src="a.jpg"`, `youtube(id="x")`. The name of an end tag has its `/`.
fn split_name(inside: &str) -> (&str, &str) {
    // An end tag may have a space before its name.
    let start = inside
        .strip_prefix('/')
        .map_or(0, |name| inside.len() - name.trim_start().len());
    let end = inside[start..]
        .find(|c: char| c.is_whitespace() || matches!(c, '(' | '|'))
        .map_or(inside.len(), |length| start + length);
    let (name, rest) = inside.split_at(end);
    let rest = rest
        .trim()
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .unwrap_or(rest);
    (name, rest.trim().trim_end_matches('/').trim())
}

/// Whether a text begins with what is a call of a component in a post: `{{ name(` or `{{ /name }}`.
fn begins_call(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("{{") else {
        return false;
    };
    let rest = rest.trim_start();
    let (is_end, rest) = rest
        .strip_prefix('/')
        .map_or((false, rest), |rest| (true, rest.trim_start()));
    let name = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'))
        .unwrap_or(rest.len());
    let after = rest[name..].trim_start();
    name > 0
        && (if is_end {
            after.starts_with("}}")
        } else {
            after.starts_with(['(', '（'])
        })
}
