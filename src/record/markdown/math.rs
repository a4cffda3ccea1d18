//! Mathematics: converts LaTeX to MathML.

use crate::html::{self, HtmlTag, HtmlToken};
use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Event, Parser, ParserError, Storage, push_mathml};

/// Longer formulas are rejected: the LaTeX parser is not made for hostile input.
const MAX_FORMULA_BYTES: usize = 8000;

/// The maximum nesting of braces and environments.
const MAX_DEPTH: usize = 40;

/// Commands that define others. They are rejected because a definition may call itself for ever.
const DEFINING_COMMANDS: [&str; 9] = [
    "\\def",
    "\\gdef",
    "\\edef",
    "\\xdef",
    "\\let",
    "\\futurelet",
    "\\newcommand",
    "\\renewcommand",
    "\\providecommand",
];

/// Returns the MathML of a formula, or the parser's error message (in English).
pub(super) fn render_formula(formula: &str, display: bool) -> Result<String, String> {
    if formula.len() > MAX_FORMULA_BYTES || nesting_depth(formula) > MAX_DEPTH {
        return Err("formula too long or too deep".to_owned());
    }
    if let Some(command) = DEFINING_COMMANDS.iter().find(|command| formula.contains(**command)) {
        return Err(format!("{command} is not supported"));
    }
    // The library is young and has not been fuzzed. A panic in it becomes a finding about one formula instead of the
    // end of the build.
    std::panic::catch_unwind(|| latex_to_mathml(formula, display))
        .unwrap_or_else(|_| Err("formula cannot be read".to_owned()))
}

fn latex_to_mathml(formula: &str, display: bool) -> Result<String, String> {
    let storage = Storage::new();
    let events: Result<Vec<Event<'_>>, ParserError> = Parser::new(formula, &storage).collect();
    let events = events.map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())?;
    // The annotation is for readers who copy the formula, and for documents, which show the source. The library writes
    // it unescaped, so it is escaped here.
    let mut annotation = String::new();
    html::escape(&mut annotation, formula);
    let config = RenderConfig {
        annotation: Some(&annotation),
        display_mode: if display {
            DisplayMode::Block
        } else {
            DisplayMode::Inline
        },
        ..RenderConfig::default()
    };
    let mut html = String::new();
    push_mathml(&mut html, events.into_iter().map(Ok::<_, ParserError>), config).map_err(|error| error.to_string())?;
    Ok(without_styles(&html))
}

/// Returns the formula with its colours as MathML attributes and without other styles: a page's Content Security Policy
/// blocks `style` attributes. Frames (`\fcolorbox`) and line heights are lost.
fn without_styles(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut at = 0;
    while let Some((token, len)) = html::next_token(&html[at..]) {
        match token {
            HtmlToken::Tag(tag) => push_without_style(&mut out, &tag),
            _ => out.push_str(&html[at..at + len]),
        }
        at += len;
    }
    out
}

fn push_without_style(out: &mut String, tag: &HtmlTag<'_>) {
    let Some(style) = tag.attribute("style") else {
        return out.push_str(tag.text);
    };
    out.push_str(tag.text[..style.whole.start].trim_end());
    let declarations = tag.value("style").unwrap_or_default().split("; ");
    for (property, value) in declarations.filter_map(|one| one.split_once(": ")) {
        match property {
            "color" => push_attribute(out, "mathcolor", value),
            "background-color" => push_attribute(out, "mathbackground", value),
            _ => {}
        }
    }
    out.push_str(&tag.text[style.whole.end..]);
}

fn push_attribute(out: &mut String, name: &str, value: &str) {
    for part in [" ", name, "=\"", value, "\""] {
        out.push_str(part);
    }
}

/// The maximum nesting of braces and environments in a formula.
fn nesting_depth(formula: &str) -> usize {
    let opens = formula.matches(['{', '[', '(']).count();
    let commands = formula.matches("\\left").count() + formula.matches("\\begin").count();
    let scripts = formula.matches(['^', '_']).count();
    if opens + commands + scripts <= MAX_DEPTH {
        return 0;
    }
    let mut depth = 0_usize;
    let mut deepest = 0;
    for c in formula.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest + commands
}
