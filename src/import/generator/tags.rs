//! Tags of generators in texts: `{{< figure … >}}` of Hugo, `{{ youtube(…) }}` of Zola, `{% asset_img … %}` of Hexo,
//! `{{ site.baseurl }}` of Jekyll.
//!
//! Those for pictures, links and code become Markdown. Any other tag becomes a comment, which is not published, and is
//! reported; the text that it encloses stays.

use super::layout::OldPost;
use super::options::Generator;
use crate::import::manuscript::{Loss, Losses};

/// The longest tag, in bytes. Braces without their pair are text.
const MAX_TAG: usize = 4000;

/// A tag of a generator.
struct GeneratorTag<'t> {
    /// As written, with its braces.
    whole: &'t str,
    /// What is between the braces.
    inside: &'t str,
}

/// What a tag becomes.
enum Replacement {
    /// This text.
    Text(String),
    /// The start of a block of code.
    Code(String),
    /// The end of one.
    CodeEnd,
    /// Nothing: the end of an element whose start was reported.
    Nothing,
    /// It is not known.
    Unknown,
}

/// The body with all tags replaced. Code stays as it is.
pub(super) fn replace(generator: Generator, body: &str, post: &OldPost, losses: &mut Losses) -> String {
    let mut out = String::with_capacity(body.len());
    let mut fence: Option<&str> = None;
    let mut rest = body;
    while !rest.is_empty() {
        let is_line_start = out.is_empty() || out.ends_with('\n');
        let line_end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        if is_line_start && let Some(mark) = fence_mark(rest, fence) {
            fence = if fence.is_some() { None } else { Some(mark) };
            out.push_str(&rest[..line_end]);
            rest = &rest[line_end..];
            continue;
        }
        if fence.is_some() {
            out.push_str(&rest[..line_end]);
            rest = &rest[line_end..];
            continue;
        }
        let stop = rest[..line_end].find(['{', '`']).unwrap_or(line_end);
        if stop > 0 {
            out.push_str(&rest[..stop]);
            rest = &rest[stop..];
        } else if rest.starts_with('`') {
            let length = inline_code_len(rest);
            out.push_str(&rest[..length]);
            rest = &rest[length..];
        } else if let Some(tag) = read_tag(generator, rest) {
            push_replacement(generator, &tag, post, losses, &mut out);
            rest = &rest[tag.whole.len()..];
        } else {
            // Two braces would begin a call of a component.
            out.push_str(if rest.starts_with("{{") { "{\\" } else { "{" });
            rest = &rest[1..];
        }
    }
    out.replace("<!--more-->", "<!-- more -->")
}

/// The mark of a fence at the start of a line: one that opens code, or closes that of `open`.
fn fence_mark<'t>(line: &'t str, open: Option<&str>) -> Option<&'t str> {
    let text = line.trim_start_matches(' ');
    let marks = ["```", "~~~"];
    let mark = marks
        .into_iter()
        .find(|mark| text.starts_with(mark) && open.is_none_or(|open| open == *mark))?;
    text.get(..mark.len())
}

/// The length of code between backticks, or of the backticks alone where no others close them.
fn inline_code_len(text: &str) -> usize {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let paragraph_end = text.find("\n\n").unwrap_or(text.len());
    let mut at = ticks;
    while let Some(found) = text.get(at..paragraph_end).and_then(|rest| rest.find('`')) {
        at += found;
        let run = text[at..].len() - text[at..].trim_start_matches('`').len();
        at += run;
        if run == ticks {
            return at;
        }
    }
    ticks
}

/// The tag at the start of a text that begins with a brace.
fn read_tag(generator: Generator, text: &str) -> Option<GeneratorTag<'_>> {
    let forms: &[(&str, &str)] = match generator {
        Generator::Hugo => &[("{{<", ">}}"), ("{{%", "%}}")],
        Generator::Zola => &[("{{", "}}"), ("{%", "%}")],
        Generator::Hexo => &[("{%", "%}"), ("{{", "}}")],
        Generator::Jekyll => &[("{%", "%}"), ("{{", "}}"), ("{:", "}")],
    };
    let (open, close) = forms.iter().find(|(open, _)| text.starts_with(open))?;
    let rest = &text[open.len()..];
    let end = rest.find(close).filter(|end| *end <= MAX_TAG)?;
    let inside = rest[..end].trim().trim_start_matches('-').trim_end_matches('-').trim();
    let length = open.len() + end + close.len();
    // Zola's are calls; other braces are text.
    let is_call = generator != Generator::Zola || inside.contains('(') || inside.starts_with("end") || *open == "{%";
    is_call.then_some(GeneratorTag {
        whole: &text[..length],
        inside,
    })
}

fn push_replacement(
    generator: Generator,
    tag: &GeneratorTag<'_>,
    post: &OldPost,
    losses: &mut Losses,
    out: &mut String,
) {
    // The way of Hugo and Zola to show a tag: `{{</* x */>}}`.
    if let Some(shown) = tag
        .inside
        .strip_prefix("/*")
        .and_then(|inside| inside.strip_suffix("*/"))
    {
        let (open, close) = match tag.whole {
            whole if whole.starts_with("{{<") => ("{\\{&lt;", "&gt;}}"),
            whole if whole.starts_with("{{%") => ("{\\{%", "%}}"),
            whole if whole.starts_with("{{") => ("{\\{", "}}"),
            _ => ("{%", "%}"),
        };
        return out.push_str(&format!("{open} {} {close}", shown.trim()));
    }
    let (name, arguments) = split_name(tag.inside);
    match replacement(generator, name, &Arguments::read(arguments), post) {
        Replacement::Text(text) => out.push_str(&text),
        Replacement::Code(language) => out.push_str(&format!("\n```{language}\n")),
        Replacement::CodeEnd => out.push_str("\n```\n"),
        Replacement::Nothing => {}
        Replacement::Unknown => {
            losses.add_named(Loss::Tag, name);
            let shown = tag
                .whole
                .replace("{{", "{ {")
                .replace("--", "-%2D")
                .replace('>', "%3E")
                .replace('\n', " ");
            out.push_str(&format!("<!-- {shown} -->"));
        }
    }
}

/// The name of a tag, and what follows: `figure src="a.jpg"`, `youtube(id="x")`.
fn split_name(inside: &str) -> (&str, &str) {
    let end = inside
        .find(|c: char| c.is_whitespace() || matches!(c, '(' | '|'))
        .unwrap_or(inside.len());
    let (name, rest) = inside.split_at(end);
    let rest = rest
        .trim()
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .unwrap_or(rest);
    (name, rest.trim().trim_end_matches('/').trim())
}

fn replacement(generator: Generator, name: &str, arguments: &Arguments, post: &OldPost) -> Replacement {
    let text = |text: String| Replacement::Text(text);
    let lower = name.to_ascii_lowercase();
    match (generator, lower.as_str()) {
        (Generator::Jekyll, _) if name.starts_with(['"', '\'']) => text(name.trim_matches(['"', '\'']).to_owned()),
        (Generator::Jekyll, "site.baseurl" | "site.url") => text(String::new()),
        (Generator::Jekyll | Generator::Hexo, "page.title") => text(post.front.text(&["title"]).unwrap_or_default()),
        (Generator::Jekyll, "post_url") => text(format!("/_posts/{}", arguments.first())),
        (Generator::Jekyll, "link") => text(format!("/{}", arguments.first().trim_start_matches('/'))),
        (Generator::Hexo, "post_path") => text(format!("{}.md", arguments.first())),
        (Generator::Hexo, "post_link") => {
            let title = arguments.positional.get(1).map_or(arguments.first(), String::as_str);
            text(format!("[{title}]({}.md)", arguments.first()))
        }
        (Generator::Hexo, "link") => {
            let is_address = |word: &&String| word.contains("://") || word.starts_with('/');
            match arguments.positional.iter().find(is_address) {
                Some(address) => text(format!("[{}]({address})", arguments.first())),
                None => Replacement::Unknown,
            }
        }
        (Generator::Hexo, "asset_path") => text(arguments.first().to_owned()),
        (Generator::Hugo, "ref" | "relref") => text(arguments.first().to_owned()),
        (_, "figure" | "img" | "image" | "asset_img") => {
            picture(arguments).map_or(Replacement::Unknown, Replacement::Text)
        }
        (_, "highlight" | "codeblock" | "code") => Replacement::Code(arguments.language()),
        (_, "/highlight" | "endhighlight" | "endcodeblock" | "endcode") => Replacement::CodeEnd,
        (_, "raw" | "endraw") => Replacement::Nothing,
        (_, "youtube" | "bilibili") => match arguments.value(&["id", "bvid"]) {
            Some(id) if lower == "youtube" => text(format!("<https://www.youtube.com/watch?v={id}>")),
            Some(id) => text(format!("<https://www.bilibili.com/video/{id}>")),
            None => Replacement::Unknown,
        },
        (_, end) if end.starts_with('/') || end.starts_with("end") => Replacement::Nothing,
        _ => Replacement::Unknown,
    }
}

/// A picture as Markdown.
fn picture(arguments: &Arguments) -> Option<String> {
    let is_file = |word: &&String| word.contains('.') || word.contains('/');
    let source = arguments
        .named(&["src", "path", "url", "link"])
        .or_else(|| arguments.positional.iter().find(is_file).cloned())?;
    let alt = arguments.named(&["alt"]).unwrap_or_default();
    let after_source = arguments.positional.iter().skip_while(|word| **word != source).skip(1);
    let is_text = |word: &&String| !word.bytes().all(|byte| byte.is_ascii_digit() || b"%px".contains(&byte));
    let caption = arguments
        .named(&["caption", "title"])
        .or_else(|| after_source.into_iter().find(is_text).cloned());
    let title = caption
        .map(|caption| format!(" \"{}\"", caption.replace('\\', "\\\\").replace('"', "\\\"")))
        .unwrap_or_default();
    let source = if source.contains([' ', '(', ')']) {
        format!("<{source}>")
    } else {
        source
    };
    Some(format!("![{}]({source}{title})", alt.replace(['[', ']'], "")))
}

/// The arguments of a tag.
#[derive(Default)]
struct Arguments {
    positional: Vec<String>,
    named: Vec<(String, String)>,
}

impl Arguments {
    /// Reads words, texts in quotes, and pairs with `=` or, as Hexo writes them, `:`.
    fn read(text: &str) -> Self {
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

    fn first(&self) -> &str {
        self.positional.first().map_or("", String::as_str)
    }

    fn named(&self, names: &[&str]) -> Option<String> {
        let found = names
            .iter()
            .find_map(|name| self.named.iter().find(|(known, _)| known == name));
        found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
    }

    fn value(&self, names: &[&str]) -> Option<String> {
        self.named(names).or_else(|| self.positional.first().cloned())
    }

    /// The language of code: the first word, or `lang:go`.
    fn language(&self) -> String {
        let mut words = self.positional.iter();
        let marked = self.positional.iter().find_map(|word| word.strip_prefix("lang:"));
        let is_name = |word: &&String| word.chars().all(|c| c.is_ascii_alphanumeric() || "+#-".contains(c));
        marked.map_or_else(
            || words.next().filter(is_name).cloned().unwrap_or_default(),
            str::to_owned,
        )
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
