//! Removes comments and superfluous white space from CSS, and replaces URLs.
//!
//! `cssparser` reads the structure of the CSS Syntax Module Level 3: rules, declarations, component values. Values keep
//! their spelling, so what is newer than this program stays as it is.

use cssparser::{
    AtRuleParser, BasicParseErrorKind, CowRcStr, DeclarationParser, ParseError, ParseErrorKind, Parser, ParserState,
    QualifiedRuleParser, RuleBodyItemParser, RuleBodyParser, SourcePosition, StyleSheetParser, Token, serialize_string,
};
use std::ops::Range;

/// The maximum depth of blocks and brackets in one another.
const MAX_DEPTH: u8 = 64;

/// The reason that a bracket is not closed.
const UNCLOSED: &str = "css-unclosed";
/// What the brackets of an attribute selector are called where a function's name is expected.
const ATTRIBUTE: &str = "[";

/// A place that is not CSS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CssError {
    /// The bytes of the text.
    pub place: Range<usize>,
    /// The key of the reason's text.
    pub reason: &'static str,
}

/// Minifies a style sheet. `replace_url` returns what to write for a URL, which stands at these bytes of the text.
///
/// # Errors
/// All places that are not CSS, in order.
pub(super) fn minify_css(
    text: &str,
    replace_url: &mut dyn FnMut(&str, Range<usize>) -> String,
) -> Result<String, Vec<CssError>> {
    let mut input = Parser::new(text);
    input.set_nested_block_limit(MAX_DEPTH + 1);
    let mut minifier = Minifier {
        text,
        start: input.position(),
        replace_url,
        errors: Vec::new(),
        depth: 0,
    };
    let mut rules = Vec::new();
    // A loop, because the errors go to the value that the iterator borrows.
    loop {
        let rule = StyleSheetParser::new(&mut input, &mut minifier).next();
        match rule {
            None => break,
            Some(Ok(rule)) => rules.push(rule),
            Some(Err((error, source, _))) => minifier.add_error(error, source),
        }
    }
    if minifier.errors.is_empty() {
        Ok(join(&rules))
    } else {
        minifier.errors.sort_by_key(|error| error.place.start);
        // What is around an unclosed bracket is unclosed too. The innermost is the cause.
        let last = minifier.errors.iter().rposition(|error| error.reason == UNCLOSED);
        let cause = last.map(|index| minifier.errors[index].clone());
        minifier
            .errors
            .retain(|error| error.reason != UNCLOSED || Some(error) == cause.as_ref());
        Err(minifier.errors)
    }
}

/// One item of a block.
enum Item {
    Declaration(String),
    Rule(String),
}

fn join(items: &[Item]) -> String {
    let mut out = String::new();
    let mut after_declaration = false;
    for item in items {
        if after_declaration {
            out.push(';');
        }
        after_declaration = matches!(item, Item::Declaration(_));
        let (Item::Declaration(text) | Item::Rule(text)) = item;
        out.push_str(text);
    }
    out
}

/// Where values stand, which decides which white space has a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    /// In the value of a property.
    Value,
    /// In the value of a custom property, which may hold blocks.
    CustomValue,
    /// Between a rule's `@name` and its block.
    AtRule,
    /// In the address of `@import`.
    Import,
    /// In a selector.
    Selector,
}

impl Context {
    /// Whether white space beside `token` has no meaning.
    fn is_tight(self, token: &Token<'_>, is_before: bool) -> bool {
        match (self, token) {
            (_, Token::Comma) | (Self::Value, Token::Delim('!' | '/')) => true,
            (Self::AtRule | Self::Import, Token::Colon) => !is_before,
            (Self::AtRule, Token::Delim('<' | '>' | '=')) => true,
            (Self::Selector, Token::Delim('>' | '~' | '+')) => true,
            _ => false,
        }
    }
}

struct Minifier<'i, 'r> {
    text: &'i str,
    start: SourcePosition,
    replace_url: &'r mut dyn FnMut(&str, Range<usize>) -> String,
    errors: Vec<CssError>,
    /// The number of blocks around the current place.
    depth: u8,
}

type Minified<T> = Result<T, ParseError<CssError>>;

impl<'i> Minifier<'i, '_> {
    /// Adds the error of a rule or declaration. `source` is its text.
    fn add_error(&mut self, error: ParseError<CssError>, source: &str) {
        let start = source.as_ptr().addr() - self.text.as_ptr().addr();
        let first_line = source.lines().next().unwrap_or_default().trim_end();
        self.errors.push(match error.kind {
            ParseErrorKind::Custom(error) => error,
            ParseErrorKind::Basic(kind) => CssError {
                place: start..start + first_line.len(),
                reason: match kind {
                    BasicParseErrorKind::TooManyNestedBlocks => "css-depth",
                    _ => "css-rule",
                },
            },
        });
    }

    /// The number of bytes before `position`.
    fn offset(&self, input: &Parser<'i>, position: SourcePosition) -> usize {
        input.slice(self.start..position).len()
    }

    fn error<T>(&self, input: &Parser<'i>, from: SourcePosition, reason: &'static str) -> Minified<T> {
        let place = self.offset(input, from)..self.offset(input, input.position());
        Err(ParseError::custom(CssError { place, reason }))
    }

    /// Reports a block or bracket that ends with the text, not with its own closing character.
    fn check_closed(&self, input: &Parser<'i>, opened: SourcePosition) -> Minified<()> {
        if self.offset(input, input.position()) < self.text.len() {
            return Ok(());
        }
        let start = self.offset(input, opened);
        let place = start..start + self.text[start..].lines().next().unwrap_or_default().len();
        Err(ParseError::custom(CssError {
            place,
            reason: UNCLOSED,
        }))
    }

    /// The content of a block.
    fn block(&mut self, input: &mut Parser<'i>, opened: SourcePosition) -> Minified<String> {
        // The parser's own limit would be reported as a faulty declaration, which a rule is read as first.
        if self.depth == MAX_DEPTH {
            let place = self.offset(input, opened)..self.offset(input, input.position());
            self.errors.push(CssError {
                place,
                reason: "css-depth",
            });
            return Ok(String::new());
        }
        self.depth += 1;
        let mut items = Vec::new();
        loop {
            let item = RuleBodyParser::new(input, self).next();
            match item {
                None => break,
                Some(Ok(item)) => items.push(item),
                Some(Err((error, source, _))) => self.add_error(error, source),
            }
        }
        self.depth -= 1;
        self.check_closed(input, opened)?;
        Ok(join(&items))
    }

    /// Component values up to the end of `input`. `function` is the function that they are arguments of.
    fn values(&mut self, input: &mut Parser<'i>, context: Context, function: &str) -> Minified<String> {
        let mut out = String::new();
        let mut last: Option<Token<'i>> = None;
        let mut has_space = false;
        loop {
            let start = input.position();
            let Ok(token) = input.next_including_whitespace_and_comments() else {
                return Ok(out);
            };
            let token = token.clone();
            match &token {
                Token::WhiteSpace(_) => {
                    has_space = true;
                    continue;
                }
                Token::Comment(_) => continue,
                Token::BadString(_) | Token::BadUrl(_) => return self.error(input, start, "css-string"),
                Token::CloseParenthesis | Token::CloseSquareBracket | Token::CloseCurlyBracket => {
                    return self.error(input, start, "css-bracket");
                }
                // A declaration without a semicolon before a rule, or a rule that looks like a declaration.
                Token::CurlyBracketBlock if context != Context::CustomValue => {
                    return Err(ParseError::unexpected_token());
                }
                _ => {}
            }
            if let Some(last) = &last {
                let joins = last
                    .serialization_type()
                    .needs_separator_when_before(token.serialization_type());
                let is_tight = context.is_tight(last, false) || context.is_tight(&token, true);
                match (has_space && (joins || !is_tight), joins) {
                    (true, _) => out.push(' '),
                    (false, true) => out.push_str("/**/"),
                    (false, false) => {}
                }
            }
            has_space = false;
            let source = input.slice_from(start);
            match &token {
                Token::Function(_) | Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock => {
                    let name = match &token {
                        Token::Function(name) => name.to_ascii_lowercase(),
                        Token::SquareBracketBlock if context == Context::Selector => ATTRIBUTE.to_owned(),
                        _ => String::new(),
                    };
                    out.push_str(source);
                    let inner = input.parse_nested_block(|inner| {
                        let values = self.values(inner, context, &name)?;
                        self.check_closed(inner, start)?;
                        Ok(values)
                    })?;
                    out.push_str(&inner);
                    out.push(match token {
                        Token::SquareBracketBlock => ']',
                        Token::CurlyBracketBlock => '}',
                        _ => ')',
                    });
                }
                Token::UnquotedUrl(url) => {
                    out.push_str("url(");
                    self.push_url(&mut out, input, start, url);
                    out.push(')');
                }
                Token::QuotedString(url) if is_url(context, function) => self.push_url(&mut out, input, start, url),
                // The value of an attribute: `[data-theme="dark"]`.
                Token::QuotedString(word) if function == ATTRIBUTE && is_identifier(word) => out.push_str(word),
                Token::Number { .. } | Token::Percentage { .. } | Token::Dimension { .. } => {
                    let (sign, digits) = source.split_at(source.len() - source.trim_start_matches(['+', '-']).len());
                    let has_zero = digits.starts_with("0.") && digits.as_bytes().get(2).is_some_and(u8::is_ascii_digit);
                    out.push_str(sign);
                    out.push_str(if has_zero { &digits[1..] } else { digits });
                }
                _ => out.push_str(source),
            }
            // A block ends with a bracket, to which everything may be joined.
            last = Some(match token {
                Token::Function(_) | Token::UnquotedUrl(_) => Token::CloseParenthesis,
                token => token,
            });
        }
    }

    fn push_url(&mut self, out: &mut String, input: &Parser<'i>, start: SourcePosition, url: &str) {
        let place = self.offset(input, start)..self.offset(input, input.position());
        // Writing to a string cannot fail.
        let _ = serialize_string(&(self.replace_url)(url, place), out);
    }

    fn rule(head: &str, block: &str) -> Item {
        Item::Rule(format!("{head}{{{block}}}"))
    }
}

/// Whether a string is a URL: the argument of these functions, or what `@import` imports.
fn is_url(context: Context, function: &str) -> bool {
    match function {
        "" => context == Context::Import,
        name => ["url", "src", "image-set", "-webkit-image-set"].contains(&name),
    }
}

/// Whether `word` is an identifier in CSS too when it stands without quotation marks.
fn is_identifier(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

impl<'i> DeclarationParser<'i> for Minifier<'i, '_> {
    type Declaration = Item;
    type Error = CssError;

    fn parse_value(&mut self, name: CowRcStr<'i>, input: &mut Parser<'i>, _: &ParserState) -> Minified<Item> {
        let context = if name.starts_with("--") {
            Context::CustomValue
        } else {
            Context::Value
        };
        let value = self.values(input, context, "")?;
        Ok(Item::Declaration(format!("{name}:{value}")))
    }
}

impl<'i> AtRuleParser<'i> for Minifier<'i, '_> {
    type Prelude = String;
    type AtRule = Item;
    type Error = CssError;

    fn parse_prelude(&mut self, name: CowRcStr<'i>, input: &mut Parser<'i>) -> Minified<String> {
        let context = if name.eq_ignore_ascii_case("import") {
            Context::Import
        } else {
            Context::AtRule
        };
        let prelude = self.values(input, context, "")?;
        let space = if prelude.is_empty() || prelude.starts_with('(') {
            ""
        } else {
            " "
        };
        Ok(format!("@{name}{space}{prelude}"))
    }

    fn rule_without_block(&mut self, prelude: String, _: &ParserState) -> Result<Item, ()> {
        Ok(Item::Rule(prelude + ";"))
    }

    fn parse_block(&mut self, prelude: String, start: &ParserState, input: &mut Parser<'i>) -> Minified<Item> {
        let block = self.block(input, start.position())?;
        Ok(Self::rule(&prelude, &block))
    }
}

impl<'i> QualifiedRuleParser<'i> for Minifier<'i, '_> {
    type Prelude = String;
    type QualifiedRule = Item;
    type Error = CssError;

    fn parse_prelude(&mut self, input: &mut Parser<'i>) -> Minified<String> {
        self.values(input, Context::Selector, "")
    }

    fn parse_block(&mut self, prelude: String, start: &ParserState, input: &mut Parser<'i>) -> Minified<Item> {
        let block = self.block(input, start.position())?;
        Ok(Self::rule(&prelude, &block))
    }
}

impl<'i> RuleBodyItemParser<'i, Item, CssError> for Minifier<'i, '_> {
    fn parse_declarations(&self) -> bool {
        true
    }

    fn parse_qualified(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests;
