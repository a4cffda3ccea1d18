//! Mathematics: LaTeX to MathML.

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Event, Parser, ParserError, Storage, push_mathml};

/// Formulas longer than this are not read: the reader is not made for hostile input.
const MAX_FORMULA_BYTES: usize = 8000;

/// Braces and environments are read to this depth.
const MAX_DEPTH: usize = 40;

/// Commands that define others: a definition may call itself for ever.
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

/// The MathML of a formula, or why there is none, in the reader's own (English) words.
pub(super) fn render_formula(formula: &str, display: bool) -> Result<String, String> {
    if formula.len() > MAX_FORMULA_BYTES || nesting_depth(formula) > MAX_DEPTH {
        return Err("formula too long or too deep".to_owned());
    }
    if let Some(command) = DEFINING_COMMANDS.iter().find(|command| formula.contains(**command)) {
        return Err(format!("{command} is not supported"));
    }
    // The reader is young and nobody has fuzzed it: a fault of its own is one formula's finding, not the end of a build.
    std::panic::catch_unwind(|| latex_to_mathml(formula, display))
        .unwrap_or_else(|_| Err("formula cannot be read".to_owned()))
}

fn latex_to_mathml(formula: &str, display: bool) -> Result<String, String> {
    let storage = Storage::new();
    let events: Result<Vec<Event<'_>>, ParserError> = Parser::new(formula, &storage).collect();
    let events = events.map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())?;
    // Goes with the formula for those who copy it, and for documents, which show the source. Written as it is by the
    // library, so it is escaped here.
    let mut annotation = String::new();
    super::escape::escape(&mut annotation, formula);
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

/// The formula with its colours as attributes of MathML and with no other style: a page's Content Security Policy lets no
/// `style` attribute work. Frames (`\fcolorbox`) and heights of lines are lost.
fn without_styles(html: &str) -> String {
    const STYLE: &str = " style=\"";
    let mut out = String::with_capacity(html.len());
    for piece in html.split_inclusive('>') {
        // What stands before the tag is text, which may say `style` too.
        let (text, tag) = piece.split_at(piece.rfind('<').unwrap_or(piece.len()));
        out.push_str(text);
        let found = tag.split_once(STYLE);
        let Some((before, (style, after))) = found.and_then(|(before, rest)| Some((before, rest.split_once('"')?)))
        else {
            out.push_str(tag);
            continue;
        };
        out.push_str(before);
        for (property, value) in style.split("; ").filter_map(|one| one.split_once(": ")) {
            match property {
                "color" => push_attribute(&mut out, "mathcolor", value),
                "background-color" => push_attribute(&mut out, "mathbackground", value),
                _ => {}
            }
        }
        out.push_str(after);
    }
    out
}

fn push_attribute(out: &mut String, name: &str, value: &str) {
    for part in [" ", name, "=\"", value, "\""] {
        out.push_str(part);
    }
}

/// How deep the braces and environments of a formula nest, at most.
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
