//! Code blocks, highlighted at build time.
//!
//! Only these classes occur, so that a theme can style them all: `hl-comment`, `hl-string`, `hl-number`, `hl-constant`,
//! `hl-keyword`, `hl-operator`, `hl-type`, `hl-function`, `hl-variable`, `hl-tag`, `hl-attribute`, `hl-inserted`,
//! `hl-deleted`, `hl-heading`, `hl-error`. Pages contain no colours.

use crate::html::escape;
use std::sync::LazyLock;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

/// Longer blocks are not highlighted: highlighting takes milliseconds per kilobyte.
const MAX_BLOCK_BYTES: usize = 200_000;

/// A block with a longer line is not highlighted: the time grows with the square of a line's length.
const MAX_LINE_BYTES: usize = 2000;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// A code block while it is read.
pub(super) struct CodeText {
    /// The text after the fence: the language, and what else the editor wrote there.
    pub(super) info: String,
    /// Its text so far.
    pub(super) text: String,
}

/// Scope prefixes and their classes. The first match of the innermost scope wins.
const CLASSES: [(&str, &str); 27] = [
    ("comment", "hl-comment"),
    ("punctuation.definition.comment", "hl-comment"),
    ("punctuation.definition.string", "hl-string"),
    ("string", "hl-string"),
    ("constant.numeric", "hl-number"),
    ("constant.character.escape", "hl-constant"),
    ("constant", "hl-constant"),
    ("keyword.operator", "hl-operator"),
    ("keyword", "hl-keyword"),
    ("storage.type.function", "hl-keyword"),
    ("storage", "hl-keyword"),
    ("entity.name.function", "hl-function"),
    ("support.function", "hl-function"),
    ("variable.function", "hl-function"),
    ("entity.name.tag", "hl-tag"),
    ("entity.other.attribute-name", "hl-attribute"),
    ("entity.name.section", "hl-heading"),
    ("markup.heading", "hl-heading"),
    ("entity.name", "hl-type"),
    ("entity.other.inherited-class", "hl-type"),
    ("support.type", "hl-type"),
    ("support.class", "hl-type"),
    ("variable.parameter", "hl-variable"),
    ("variable", "hl-variable"),
    ("markup.inserted", "hl-inserted"),
    ("markup.deleted", "hl-deleted"),
    ("invalid", "hl-error"),
];

static SCOPES: LazyLock<Vec<(Scope, &str)>> = LazyLock::new(|| {
    CLASSES
        .iter()
        .filter_map(|&(name, class)| Some((Scope::new(name).ok()?, class)))
        .collect()
});

/// Writes a code block. `info` is the text after the fence.
pub(super) fn write_code_block(out: &mut String, info: &str, text: &str, highlight: bool) {
    let language = info.split([' ', '\t', ',', '{']).next().unwrap_or_default();
    // Wide code scrolls, so it must be reachable by keyboard (WCAG 2.1.1).
    out.push_str("<pre class=\"code\" tabindex=\"0\"><code");
    if !language.is_empty() {
        out.push_str(" class=\"language-");
        escape(out, language);
        out.push('"');
    }
    out.push('>');
    match find_syntax(language, text).filter(|_| highlight) {
        Some(syntax) => write_highlighted(out, text, syntax),
        None => escape(out, text),
    }
    out.push_str("</code></pre>\n");
}

/// The syntax for a language's name or file extension. `None` when it is unknown or the text is too long to highlight.
fn find_syntax(language: &str, text: &str) -> Option<&'static SyntaxReference> {
    let plain = language.is_empty() || ["text", "txt", "plain", "plaintext"].contains(&language);
    if plain || text.len() > MAX_BLOCK_BYTES || text.lines().any(|line| line.len() > MAX_LINE_BYTES) {
        return None;
    }
    SYNTAXES
        .find_syntax_by_token(language)
        .or_else(|| SYNTAXES.find_syntax_by_token(language_alias(language)?))
}

/// Maps language names that documents use and the syntax set lacks to the nearest one that it has.
fn language_alias(language: &str) -> Option<&'static str> {
    Some(match language.to_ascii_lowercase().as_str() {
        "shell" | "console" | "shell-session" | "powershell" | "ps1" => "bash",
        "jsonc" | "json5" => "json",
        "ts" | "typescript" | "jsx" | "tsx" | "mjs" | "cjs" => "js",
        "golang" => "go",
        "c++" => "cpp",
        "nginx" | "conf" | "ini" | "toml" => "properties",
        "vue" | "svelte" => "html",
        _ => return None,
    })
}

/// Highlights line by line. From a line that cannot be parsed on, the text stays plain.
fn write_highlighted(out: &mut String, text: &str, syntax: &SyntaxReference) {
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut spans = HighlightWriter { out, open: None };
    let mut done = 0;
    for line in text.split_inclusive('\n') {
        let Ok(operations) = state.parse_line(line, &SYNTAXES) else {
            break;
        };
        let mut at = 0;
        for (to, operation) in operations {
            spans.push(&line[at..to.clamp(at, line.len())], &stack);
            at = to.clamp(at, line.len());
            if stack.apply(&operation).is_err() {
                stack = ScopeStack::new();
            }
        }
        spans.push(&line[at..], &stack);
        done += line.len();
    }
    spans.close();
    escape(out, &text[done..]);
}

/// Writes pieces of code. Adjacent pieces of one class share an element.
struct HighlightWriter<'a> {
    out: &'a mut String,
    open: Option<&'static str>,
}

impl HighlightWriter<'_> {
    fn push(&mut self, text: &str, stack: &ScopeStack) {
        if text.is_empty() {
            return;
        }
        let class = scope_class(stack);
        // White space has no colour, so it joins the open element.
        if class != self.open && !text.trim().is_empty() {
            self.close();
            if let Some(class) = class {
                self.out.push_str("<span class=\"");
                self.out.push_str(class);
                self.out.push_str("\">");
            }
            self.open = class;
        }
        escape(self.out, text);
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.out.push_str("</span>");
        }
    }
}

fn scope_class(stack: &ScopeStack) -> Option<&'static str> {
    let of_scope = |scope: &Scope| {
        SCOPES
            .iter()
            .find(|(prefix, _)| prefix.is_prefix_of(*scope))
            .map(|&(_, class)| class)
    };
    stack.as_slice().iter().rev().find_map(of_scope)
}
