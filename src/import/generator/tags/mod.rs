//! Tags of generators in texts: `{{< figure … >}}` of Hugo, `{{ youtube(…) }}` of Zola, `{% asset_img … %}` of Hexo,
//! `{{ site.baseurl }}` of Jekyll.
//!
//! Those for pictures, links, values and code become what a post has for them (`known`), in the form of the place where
//! they stand (`context`). Any other tag is reported; the text that it encloses stays, and a comment, which is not
//! published, takes its place where one changes nothing about the text around it.

mod arguments;
mod code;
mod context;
mod known;
mod scan;
#[cfg(test)]
mod tests;

use super::markdown::in_brackets;
use super::options::Generator;
use crate::html::escape;
use crate::import::manuscript::{Loss, Losses};
use crate::import::markdown::{comment, quoted_title};
use crate::paths::percent_encode;
use arguments::Arguments;
use context::Context;
pub(super) use known::TagScope;
use known::{Picture, Replacement, replacement, value_of};
use scan::{Token, TokenKind};
use std::collections::{BTreeMap, BTreeSet};

/// The body with all tags replaced.
pub(super) fn replace(scope: &TagScope<'_>, body: &str, losses: &mut Losses) -> String {
    let tokens = scan::tokens(scope.generator, body);
    let contexts = context::contexts(body, &tokens);
    let mut writer = TagWriter {
        scope,
        body,
        elements: Elements::new(scope.generator, &tokens),
        losses,
        out: String::with_capacity(body.len()),
    };
    let mut done = 0;
    for (token, context) in tokens.iter().zip(contexts) {
        if token.range.start < done {
            continue;
        }
        writer.out.push_str(&body[done..token.range.start]);
        done = writer.write(token, context);
    }
    writer.out.push_str(&body[done..]);
    writer.out
}

/// Whether an address has a tag whose value is not known.
pub(super) fn is_unknown_address(address: &str) -> bool {
    address.contains("%7B%7B") || address.contains("%7B%25")
}

/// Tags whose content is code or hidden. Their ends are known also where their starts are not found.
const ELEMENTS: [&str; 5] = ["raw", "comment", "highlight", "code", "codeblock"];

/// The elements of a text: the names of tags that have an end, with the offsets of the first tag and the last end of each.
struct Elements<'t> {
    generator: Generator,
    starts: BTreeMap<&'t str, usize>,
    closed: BTreeSet<&'t str>,
}

impl<'t> Elements<'t> {
    fn new(generator: Generator, tokens: &[Token<'t>]) -> Self {
        let mut elements = Self {
            generator,
            starts: BTreeMap::new(),
            closed: BTreeSet::new(),
        };
        for token in tokens {
            if let TokenKind::Tag { name, .. } | TokenKind::Code { name, .. } = token.kind {
                elements.starts.entry(name).or_insert(token.range.start);
                elements.closed.extend(elements.ended(name));
            }
        }
        elements
    }

    /// The name of the element that a tag of this name would end: `note` for `endnote`. Zola's ends have no name.
    fn ended<'n>(&self, name: &'n str) -> Option<&'n str> {
        match self.generator {
            Generator::Hugo => name.strip_prefix('/').map(str::trim_start),
            Generator::Zola => (name == "end").then_some(""),
            Generator::Hexo | Generator::Jekyll => name.strip_prefix("end"),
        }
    }

    /// Whether a tag at this offset ends an element. Where names of ends only begin like one, such as `endpoint`, the
    /// element must be there.
    fn is_end(&self, name: &str, at: usize) -> bool {
        let Some(ended) = self.ended(name) else {
            return false;
        };
        let is_begun = || self.starts.get(ended).is_some_and(|start| *start < at);
        matches!(self.generator, Generator::Hugo | Generator::Zola) || ELEMENTS.contains(&ended) || is_begun()
    }

    /// Whether a tag has an end.
    fn has_end(&self, name: &str, written: &str) -> bool {
        let is_zola_block = self.generator == Generator::Zola && written.starts_with("{%");
        self.closed.contains(if is_zola_block { "" } else { name })
    }
}

struct TagWriter<'s, 'l> {
    scope: &'s TagScope<'s>,
    body: &'s str,
    elements: Elements<'s>,
    losses: &'l mut Losses,
    out: String,
}

impl TagWriter<'_, '_> {
    /// Writes what a token becomes. Returns the offset in the body up to which it took the text.
    fn write(&mut self, token: &Token<'_>, context: Context) -> usize {
        let written = &self.body[token.range.clone()];
        let end = token.range.end;
        match (&token.kind, context) {
            (TokenKind::More, Context::Code) => self.out.push_str(written),
            (TokenKind::More, _) => self.out.push_str("<!-- more -->"),
            (_, Context::Code) => return code::write_in_code(self.scope, self.body, token, self.losses, &mut self.out),
            (TokenKind::Mark, _) => return code::skip_mark(self.body, token, &mut self.out),
            // The author hid it.
            (_, Context::Comment) => self.out.push_str(&written.replace("{{", "{ {").replace("--", "- -")),
            (TokenKind::Hidden(content), _) => return self.hide(&self.body[content.clone()], end),
            (TokenKind::Braces, Context::Text) => self.out.push_str("{\\{"),
            (TokenKind::Braces, _) => self.out.push_str("&#123;{"),
            (TokenKind::Shown { open, inside, close }, _) => self.show(&format!("{open}{inside}{close}"), context),
            (
                TokenKind::Code {
                    name,
                    arguments,
                    content,
                },
                _,
            ) => {
                return self.code(name, &Arguments::read(arguments), content.clone(), (end, context));
            }
            // Between angle brackets, an address begins with a scheme.
            (TokenKind::Output("site.url"), _) if self.out.ends_with('<') => {
                let address = self.scope.settings.text("url").unwrap_or_default();
                self.out.push_str(address.trim_end_matches('/'));
            }
            (TokenKind::Output(expression), _) => match value_of(self.scope, expression) {
                Some(value) => self.out.push_str(&value),
                None => return self.unknown(written, expression, end, context),
            },
            (TokenKind::Tag { name, arguments }, _) => {
                if let Some(end) = self.heading_id(written, token) {
                    return end;
                }
                // The end of an element whose start was reported.
                if self.elements.is_end(name, token.range.start) {
                    return end;
                }
                return match replacement(self.scope, name, &Arguments::read(arguments)) {
                    Replacement::Unknown => self.unknown(written, name, end, context),
                    known => {
                        self.push_known(known, context);
                        end
                    }
                };
            }
        }
        end
    }

    /// Writes the id that Kramdown gives the heading before it: `{: #id}`, on its line or below. Returns the offset up to
    /// which it took the text; `None` for any other tag.
    fn heading_id(&mut self, written: &str, token: &Token<'_>) -> Option<usize> {
        let attributes = written.strip_prefix("{:")?.strip_suffix('}')?;
        let id = attributes.split_whitespace().find_map(|word| word.strip_prefix('#'))?;
        let is_below = context::is_alone(self.body, &token.range);
        let heading = if is_below {
            self.out.trim_end_matches([' ', '\t']).strip_suffix('\n')?
        } else {
            &self.out
        };
        let is_heading = heading.rsplit('\n').next()?.starts_with('#');
        if !is_heading {
            return None;
        }
        let length = heading.trim_end().len();
        self.out.truncate(length);
        self.out.push_str(&format!(" {{#{id}}}"));
        Some(token.range.end)
    }

    fn push_known(&mut self, known: Replacement, context: Context) {
        let out = &mut self.out;
        match (known, context) {
            (Replacement::Text(text), _) => out.push_str(&text),
            (Replacement::Link { address, .. }, Context::Address) => out.push_str(&address),
            (Replacement::Picture(picture), Context::Address) => out.push_str(&picture.source),
            (Replacement::Link { text, address }, Context::Html) => {
                out.push_str("<a href=\"");
                escape(out, &address);
                out.push_str("\">");
                escape(out, &text);
                out.push_str("</a>");
            }
            (Replacement::Link { text, address }, _) if text == address => out.push_str(&format!("<{address}>")),
            (Replacement::Link { text, address }, _) => {
                let text = text.replace('[', "\\[").replace(']', "\\]");
                out.push_str(&format!("[{text}]({})", in_brackets(&address)));
            }
            (Replacement::Picture(picture), Context::Html) => push_html_picture(&picture, out),
            (Replacement::Picture(picture), _) => push_picture(&picture, out),
            (Replacement::Unknown, _) => {}
        }
    }

    /// A text that shows a tag.
    fn show(&mut self, text: &str, context: Context) {
        if context == Context::Text {
            let text = text.replace('<', "&lt;").replace('>', "&gt;");
            self.out.push_str(&text.replace("{{", "{\\{"));
        } else {
            let mut escaped = String::new();
            escape(&mut escaped, text);
            self.out.push_str(&escaped.replace("{{", "&#123;{"));
        }
    }

    /// A text that the old site did not show: a comment.
    fn hide(&mut self, text: &str, end: usize) -> usize {
        self.comment(text.trim(), end, true)
    }

    /// A tag that a post has no form for.
    fn unknown(&mut self, written: &str, name: &str, end: usize, context: Context) -> usize {
        self.losses.add_named(Loss::Tag, name);
        match context {
            Context::Address => self.out.push_str(&encoded(written)),
            Context::Html => self.out.push_str(&comment(written)),
            _ => {
                let has_end = self.elements.has_end(name, written);
                return self.comment(written, end, has_end);
            }
        }
        end
    }

    /// A comment, unless it would change what the text around it means. At the start of a line, it would make the line
    /// HTML; between two lines of a paragraph, it would split it.
    fn comment(&mut self, text: &str, end: usize, is_block: bool) -> usize {
        let (above, line) = self.out.rsplit_once('\n').unwrap_or(("", &self.out));
        let is_start = context::is_line_start(line);
        let (rest, next) = self.body[end..].split_once('\n').unwrap_or((&self.body[end..], ""));
        if !is_start {
            self.out.push_str(&comment(text));
            return end;
        }
        if !rest.trim().is_empty() {
            return end + (rest.len() - rest.trim_start_matches([' ', '\t']).len());
        }
        let is_end =
            |line: &str| line.trim().is_empty() || (line.trim().starts_with("<!--") && line.trim().ends_with("-->"));
        let is_apart = is_end(above.rsplit('\n').next().unwrap_or_default())
            || is_end(next.split('\n').next().unwrap_or_default());
        if is_block || is_apart {
            self.out.push_str(&comment(text));
            return end;
        }
        // Nothing is left of the line.
        self.out.truncate(self.out.len() - line.len());
        (end + rest.len() + 1).min(self.body.len())
    }

    /// An element that shows its content as code.
    fn code(
        &mut self,
        name: &str,
        arguments: &Arguments,
        content: std::ops::Range<usize>,
        (end, context): (usize, Context),
    ) -> usize {
        let text = code::content(self.scope, &self.body[content], self.losses);
        match context {
            Context::Text => code::push_block(&mut self.out, &text, name, arguments, &self.body[end..]),
            _ => {
                self.out.push_str("<pre><code>");
                escape(&mut self.out, text.trim_matches('\n'));
                self.out.push_str("</code></pre>");
            }
        }
        end
    }
}

/// A tag as a part of an address.
fn encoded(tag: &str) -> String {
    percent_encode(&tag.replace(char::is_whitespace, " ")).replace('/', "%2F")
}

fn push_picture(picture: &Picture, out: &mut String) {
    let alt = picture.alt.replace(['[', ']'], "");
    let title = quoted_title(picture.caption.as_deref().unwrap_or_default());
    let shown = format!("![{alt}]({}{title})", in_brackets(&picture.source));
    match &picture.link {
        Some(link) => out.push_str(&format!("[{shown}]({})", in_brackets(link))),
        None => out.push_str(&shown),
    }
}

fn push_html_picture(picture: &Picture, out: &mut String) {
    let attribute = |out: &mut String, before: &str, value: &str| {
        out.push_str(before);
        escape(out, value);
        out.push('"');
    };
    let caption = picture.caption.as_deref();
    if caption.is_some() {
        out.push_str("<figure>");
    }
    if let Some(link) = &picture.link {
        attribute(out, "<a href=\"", link);
        out.push('>');
    }
    attribute(out, "<img src=\"", &picture.source);
    attribute(out, " alt=\"", &picture.alt);
    out.push('>');
    if picture.link.is_some() {
        out.push_str("</a>");
    }
    if let Some(caption) = caption {
        out.push_str("<figcaption>");
        escape(out, caption);
        out.push_str("</figcaption></figure>");
    }
}
