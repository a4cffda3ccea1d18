//! Output of components that many pages show, rendered once a build.
//!
//! A list of twenty cards, a post's related posts and the list of a tag show the same cards. So in templates, the call
//! of a component with a parameter for such a value is replaced by a call of a function, which looks for the output of
//! the component with the same arguments. Its output depends on them alone, on `site` and on the theme's texts; a
//! component that may read anything else is not among these.
//!
//! Arguments are compared by their digests. Those of cards are known (`SharedValues`).

use super::counted_loops;
use super::dependencies::TemplateDependencies;
use super::limited_page::LimitedPage;
use crate::fingerprint::{FingerprintHasher, SharedValues};
use rustc_hash::FxHashMap;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use tera::{Context, Kwargs, State, Tera, TeraResult, Value};

/// Parameters of components that take a value which many pages show.
const SHARED_PARAMETERS: [&str; 2] = ["card", "entry"];
/// The function that replaces calls, and its argument with the component's name.
const FUNCTION: &str = "component_output";
const NAME_ARGUMENT: &str = "component";
/// The engine allows as many components within each other.
const MAX_DEPTH: usize = 20;
/// Parts of the cache that can be locked by themselves; a power of two.
const PARTS: usize = 64;

thread_local! {
    /// How many components are being rendered within each other. The engine counts only those that it calls itself.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// The outputs of components, by the digest of the component's name and arguments.
pub(super) struct ComponentCache {
    shared: Arc<SharedValues>,
    /// What components may use besides their arguments.
    globals: Context,
    /// The engine that renders components. The function in it refers to this cache, so it is set afterwards.
    tera: OnceLock<Arc<Tera>>,
    outputs: [Mutex<FxHashMap<u64, Value>>; PARTS],
}

impl ComponentCache {
    /// Makes a cache for the templates `texts` of `tera`, which uses it from now on. `None` when the engine does not
    /// parse the changed templates; then it keeps those that it has.
    pub(super) fn new(
        tera: &mut Arc<Tera>,
        texts: &BTreeMap<String, String>,
        dependencies: &TemplateDependencies,
        globals: &Context,
        shared: Arc<SharedValues>,
    ) -> Option<Arc<Self>> {
        let components = cacheable_components(tera, dependencies);
        let cache = Arc::new(Self {
            shared,
            globals: globals.clone(),
            tera: OnceLock::new(),
            outputs: [const { Mutex::new(FxHashMap::with_hasher(rustc_hash::FxBuildHasher)) }; PARTS],
        });
        let weak = Arc::downgrade(&cache);
        let engine = Arc::make_mut(tera);
        engine.register_function(FUNCTION, move |args: Kwargs, _: &State<'_>| output(&weak, &args));
        let changed = texts
            .iter()
            .filter(|(name, text)| name.ends_with(".html") && !text.contains("raw %}"));
        let changed = changed.filter_map(|(name, text)| {
            let replaced = replace_calls(text, &components);
            (replaced != *text).then(|| (name, counted_loops::count_loops(&replaced)))
        });
        engine.add_raw_templates(changed).ok()?;
        let _ = cache.tera.set(Arc::clone(tera));
        Some(cache)
    }

    fn output(&self, args: &Kwargs) -> TeraResult<Value> {
        let name = args.must_get::<&str>(NAME_ARGUMENT)?;
        let mut hasher = FingerprintHasher::default();
        for (key, value) in args.iter() {
            hasher.text(key.as_str().unwrap_or_default());
            self.shared.hash_into(value, &mut hasher);
        }
        let digest = hasher.finish();
        let part = &self.outputs[digest as usize % PARTS];
        let known = part
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&digest)
            .cloned();
        if let Some(output) = known {
            return Ok(output);
        }
        let output = Value::safe_string(&self.render(name, args)?);
        part.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(digest, output.clone());
        Ok(output)
    }

    fn render(&self, name: &str, args: &Kwargs) -> TeraResult<String> {
        let Some(tera) = self.tera.get() else {
            return Err(tera::Error::message("the templates are still being loaded"));
        };
        let mut context = Context::new();
        for (key, value) in args.iter() {
            if let Some(key) = key.as_str().filter(|key| *key != NAME_ARGUMENT) {
                context.insert_value(key.to_owned(), value.clone());
            }
        }
        let depth = DEPTH.get();
        if depth >= MAX_DEPTH {
            return Err(tera::Error::message("components call each other without end"));
        }
        DEPTH.set(depth + 1);
        let mut html = LimitedPage::new();
        let rendered = tera.render_component_with_implicits_to(name, &context, &self.globals, None, true, &mut html);
        DEPTH.set(depth);
        rendered?;
        String::from_utf8(html.bytes).map_err(|error| tera::Error::message(error.to_string()))
    }
}

fn output(cache: &Weak<ComponentCache>, args: &Kwargs) -> TeraResult<Value> {
    match cache.upgrade() {
        Some(cache) => cache.output(args),
        None => Err(tera::Error::message("the templates are no longer loaded")),
    }
}

/// The components that take a value which many pages show, and read nothing of the page that calls them.
fn cacheable_components(tera: &Tera, dependencies: &TemplateDependencies) -> BTreeSet<String> {
    let takes_shared_value = |name: &str| {
        let component = tera.get_component_definition(name);
        component.is_some_and(|component| {
            let mut names = component.args().iter().map(|arg| arg.name());
            component.rest_param().is_none()
                && names.clone().all(|name| name != NAME_ARGUMENT)
                && names.any(|name| SHARED_PARAMETERS.contains(&name))
        })
    };
    let is_independent = |name: &str| {
        let component = tera.get_component_definition(name);
        component.is_some_and(|component| {
            let mut implicit = component.args().iter().filter(|arg| arg.is_implicit());
            implicit.all(|arg| matches!(arg.name(), "site" | "t"))
        })
    };
    let names = tera.get_component_names().filter(|name| takes_shared_value(name));
    let names = names.filter(|name| {
        let used = dependencies.components_used_by(name);
        used.is_some_and(|used| used.into_iter().all(is_independent))
    });
    names.map(str::to_owned).collect()
}

/// Replaces calls of `components` (`{{ <card card={card} level={3} /> }}`) by calls of the function.
fn replace_calls(text: &str, components: &BTreeSet<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(end) = rest[start..].find("}}").map(|length| start + length + 2) else {
            break;
        };
        let call = parse_call(rest[start + 2..end - 2].trim()).filter(|call| components.contains(call.name));
        out.push_str(&rest[..start]);
        match call {
            Some(call) => call.write(&mut out),
            None => out.push_str(&rest[start..end]),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// A component's call without a body.
struct Call<'t> {
    name: &'t str,
    /// The names of its arguments and the expressions for their values.
    args: Vec<(&'t str, &'t str)>,
}

impl Call<'_> {
    fn write(&self, out: &mut String) {
        out.push_str(&format!("{{{{ {FUNCTION}({NAME_ARGUMENT}=\"{}\"", self.name));
        for (name, expression) in &self.args {
            out.push_str(&format!(", {name}={expression}"));
        }
        out.push_str(") }}");
    }
}

/// Parses `<card card={card} level={3} />`. `None` for anything else, and for expressions with braces or texts in them.
fn parse_call(inside: &str) -> Option<Call<'_>> {
    let mut rest = inside.strip_prefix('<')?.strip_suffix("/>")?.trim_end();
    let name = take_word(&mut rest)?;
    let mut args = Vec::new();
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let arg = take_word(&mut rest)?;
        rest = rest.strip_prefix("={")?;
        let (expression, after) = rest.split_once('}')?;
        if expression.contains(['{', '"', '\'', '`']) {
            return None;
        }
        args.push((arg, expression.trim()));
        rest = after;
    }
    Some(Call { name, args })
}

/// Takes a name from the start of `rest`. `None` when there is none.
fn take_word<'t>(rest: &mut &'t str) -> Option<&'t str> {
    let length = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    let (word, after) = rest.split_at(length);
    *rest = after;
    (!word.is_empty()).then_some(word)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// An engine with the templates, and one with a cache.
    fn engines(texts: &[(&str, &str)]) -> (Tera, Arc<Tera>, Arc<ComponentCache>) {
        let mut tera = Tera::new();
        counted_loops::register(&mut tera);
        let mut globals = Context::new();
        globals.insert("t", &BTreeMap::from([("draft", "草稿")]));
        tera.global_context().extend(globals.clone());
        tera.add_raw_templates(texts.to_vec()).unwrap();
        let texts: BTreeMap<String, String> = texts
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        let dependencies = TemplateDependencies::new(&texts);
        let shared = Arc::new(SharedValues::default());
        let mut cached = Arc::new(tera.clone());
        let cache = ComponentCache::new(&mut cached, &texts, &dependencies, &globals, shared).unwrap();
        (tera, cached, cache)
    }

    fn outputs(cache: &ComponentCache) -> usize {
        cache.outputs.iter().map(|part| part.lock().unwrap().len()).sum()
    }

    const LIST: &str = "{% for card in cards %}{{ <card card={card} level={3} /> }}{% endfor %}";

    #[test]
    fn each_card_is_rendered_once_and_pages_stay_the_same() {
        let card = "{% component card(card, level=2, @t) %}<h{{ level }}>{{ card.title }}{{ <mark card={card} /> }}</h{{ level \
                    }}>{% endcomponent card %}{% component mark(card, @t) %}{% if card.draft %}{{ t.draft }}{% endif %}{% \
                    endcomponent mark %}";
        let (plain, cached, cache) = engines(&[("card.html", card), ("list.html", LIST)]);
        let mut context = Context::new();
        let [first, second] = [("甲<", "1"), ("乙", "")].map(|(title, draft)| [("title", title), ("draft", draft)]);
        context.insert("cards", &[first, second, first].map(BTreeMap::from));
        let expected = "<h3>甲&lt;草稿</h3><h3>乙</h3><h3>甲&lt;草稿</h3>";
        for _ in 0..2 {
            assert_eq!(plain.render("list.html", &context).unwrap(), expected);
            assert_eq!(cached.render("list.html", &context).unwrap(), expected);
            assert_eq!(outputs(&cache), 4, "two cards, two marks");
        }
    }

    #[test]
    fn a_component_that_reads_the_page_is_rendered_each_time() {
        let card = "{% component card(card, level=2) %}{{ <link card={card} /> }}{% endcomponent card %}{% component \
                    link(card, @page) %}{{ page }}{{ card }}{% endcomponent link %}";
        let (_, cached, cache) = engines(&[("card.html", card), ("list.html", LIST)]);
        for page in ["1", "2"] {
            let mut context = Context::new();
            context.insert("cards", &["甲"]);
            context.insert("page", page);
            assert_eq!(cached.render("list.html", &context).unwrap(), format!("{page}甲"));
        }
        assert_eq!(outputs(&cache), 0);
    }

    #[test]
    fn components_that_call_themselves_without_end_are_an_error() {
        let card = "{% component card(card, level=2) %}{{ <card card={card} level={level} /> }}{% endcomponent card %}";
        let (_, cached, _) = engines(&[("card.html", card), ("list.html", LIST)]);
        let mut context = Context::new();
        context.insert("cards", &["甲"]);
        assert!(cached.render("list.html", &context).is_err());
    }

    #[test]
    fn a_component_without_end_is_an_error() {
        let card = "{% component card(card, level=2) %}{% for a in range(end=9999) %}{% for b in range(end=9999) %}{{ card \
                    }}{% endfor %}{% endfor %}{% endcomponent card %}";
        let (_, cached, cache) = engines(&[("card.html", card), ("list.html", LIST)]);
        let mut context = Context::new();
        context.insert("cards", &["甲".repeat(9999)]);
        assert!(cached.render("list.html", &context).is_err());
        assert_eq!(outputs(&cache), 0);
    }

    #[test]
    fn only_plain_calls_are_replaced() {
        let components = BTreeSet::from(["card".to_owned()]);
        let replaced = |text: &str| replace_calls(text, &components);
        assert_eq!(
            replaced("a {{ <card card={x.y} level={3}/> }}{{ b }}"),
            "a {{ component_output(component=\"card\", card=x.y, level=3) }}{{ b }}"
        );
        for kept in [
            "{{ <cards card={x} /> }}",
            "{{ <card card={x}> }}a{{ </card> }}",
            "{{ <card card={ {\"a\": 1} } /> }}",
            "{{ <card card={x | default(value=\"}}\")} /> }}",
            "{{- <card card={x} /> }}",
            "{{ <card card={x}",
        ] {
            assert_eq!(replaced(kept), kept);
        }
    }
}
