//! Reading and writing HTML: the crate's one tokenizer, one decoder of character references, one escaper.
//!
//! Role: text in, tokens or text out, for every module above. It reads tags, comments and text as the tokenizer of the
//! HTML standard does, and does not know elements: callers decide which content is dropped, and what a line or a link
//! is.
//!
//! The tokenizer is our own. The crate html5gum (0.9) finds the same tags at the same places on the pages of a site,
//! yet takes more than three times as long, gives no span of a whole attribute, and drops a tag that does not end,
//! which the Markdown reader shows as text.

mod escape;
mod references;
mod tag;
#[cfg(test)]
mod tests;
mod tokens;

pub(crate) use escape::{ESCAPES, escape, escape_address};
pub(crate) use references::{Names, decode_references, read_numeric_reference, read_reference};
pub(crate) use tag::{HtmlTag, VOID_ELEMENTS, read_tag};
pub(crate) use tokens::{HtmlToken, content_len, end_of_element, next_token, tags};
