//! Loops in templates that end: each loop says how long it is before it begins, and a page has so many rounds to spend.
//!
//! A loop in a loop in a loop may go on for years without writing a byte, and nothing can stop the engine meanwhile. So
//! what a loop walks through is passed through a filter, which counts: `{% for a in b %}` becomes
//! `{% for a in (b) | counted %}`.

use super::template_tags::{TemplateTag, parse_tags};
use std::cell::Cell;
use std::ops::Range;
use tera::{Kwargs, State, Tera, TeraResult, Value};

/// The most rounds of all loops of a page together. They take seconds at most; the largest page of a site of 50,000 posts
/// has some hundred thousand.
pub(super) const MAX_ROUNDS: usize = 10_000_000;

/// What is written around the value that a loop walks through.
const AROUND: (&str, &str) = ("(", ") | counted");

thread_local! {
    /// How many rounds the page that this thread renders may still have.
    static REMAINING: Cell<usize> = const { Cell::new(MAX_ROUNDS) };
    /// Whether the page had more.
    static IS_ENDLESS: Cell<bool> = const { Cell::new(false) };
}

/// Begins a page: it may have [`MAX_ROUNDS`].
pub(super) fn start_page() {
    REMAINING.set(MAX_ROUNDS);
    IS_ENDLESS.set(false);
}

/// Whether the page that began last on this thread had too many rounds, which ended its rendering.
pub(super) fn was_endless() -> bool {
    IS_ENDLESS.get()
}

/// Registers the filter.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter(
        "counted",
        |value: Value, _: Kwargs, _: &State<'_>| -> TeraResult<Value> {
            // A value that is no list ends the loop by itself.
            let rounds = value.len().unwrap_or(0);
            let Some(remaining) = REMAINING.get().checked_sub(rounds) else {
                IS_ENDLESS.set(true);
                return Err(tera::Error::message(format!(
                    "loops have more than {MAX_ROUNDS} rounds"
                )));
            };
            REMAINING.set(remaining);
            Ok(value)
        },
    );
}

/// The template `text` with counted loops.
pub(super) fn count_loops(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut copied = 0;
    for range in walked_values(text) {
        out.push_str(&text[copied..range.start]);
        out.push_str(AROUND.0);
        out.push_str(&text[range.clone()]);
        out.push_str(AROUND.1);
        copied = range.end;
    }
    out.push_str(&text[copied..]);
    out
}

/// What the loop of `text` walks through that ends, with what is written around it, before or at the byte `end` of
/// `count_loops(text)`. `None` before the first loop.
pub(super) fn loop_before(text: &str, end: usize) -> Option<Range<usize>> {
    let around = AROUND.0.len() + AROUND.1.len();
    let values = walked_values(text).into_iter().enumerate();
    let ended = values.take_while(|(before, value)| value.end + (before + 1) * around <= end);
    ended.last().map(|(_, value)| value)
}

/// What the loops of a template walk through: the bytes of each expression. Nothing when a tag does not end, which the
/// engine refuses.
fn walked_values(text: &str) -> Vec<Range<usize>> {
    let tags = parse_tags(text).unwrap_or_default();
    let loops = tags.iter().filter(|tag| tag.word(0) == Some("for"));
    let value = |tag: &TemplateTag<'_>| {
        let (_, rest) = tag.words.iter().find(|(word, _)| *word == "in")?;
        let end = tag.start + tag.inside.len();
        let start = end - rest.trim_start().len();
        // `-%}` removes the white space behind the tag.
        let value = rest
            .trim_start()
            .strip_suffix('-')
            .unwrap_or(rest.trim_start())
            .trim_end();
        (!value.is_empty()).then(|| start..start + value.len())
    };
    loops.filter_map(value).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use tera::Context;

    const WRITTEN: &str = "{# {% for a in b %} #}{% raw %}{% for a in b %}{% endraw %}{{ \"{% for a in b %}\" }}{%- for a in b -%}{% for k, v \
                           in c | default(value=\"%}\") %}{{ k }}{% endfor %}{% endfor %}";

    #[test]
    fn only_loops_are_changed() {
        assert_eq!(
            count_loops(WRITTEN),
            "{# {% for a in b %} #}{% raw %}{% for a in b %}{% endraw %}{{ \"{% for a in b %}\" }}{%- for a in (b) | counted-%}{% for k, v \
             in (c | default(value=\"%}\")) | counted %}{{ k }}{% endfor %}{% endfor %}"
                .replace("counted-", "counted -")
        );
        assert_eq!(count_loops("{% for a in"), "{% for a in");
    }

    #[test]
    fn loop_is_found_again_in_the_written_text() {
        let counted = count_loops(WRITTEN);
        let found = |end: usize| loop_before(WRITTEN, end).map(|range| &WRITTEN[range]);
        assert_eq!(found(counted.find("(b)").unwrap()), None);
        let end = counted.find("(b) | counted").unwrap() + 13;
        assert_eq!(found(end), Some("b"));
        assert_eq!(found(counted.find("{{ k").unwrap()), Some("c | default(value=\"%}\")"));
    }

    #[test]
    fn loops_that_write_nothing_end() {
        let mut tera = Tera::new();
        register(&mut tera);
        let nested = "{% for a in range(end=90000) %}{% for b in range(end=90000) %}{% endfor %}{% endfor %}";
        tera.add_raw_template("a", &count_loops(nested)).unwrap();
        start_page();
        assert!(tera.render("a", &Context::new()).is_err());
        assert!(was_endless());
        let short =
            "{% for a in [1, 2] %}{% for k, v in {\"x\": a} %}{{ k }}{{ v }}{% endfor %}{% else %}none{% endfor %}";
        tera.add_raw_template("a", &count_loops(short)).unwrap();
        start_page();
        assert_eq!(tera.render("a", &Context::new()).unwrap(), "x1x2");
        assert!(!was_endless());
    }
}
