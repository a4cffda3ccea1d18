//! The theme's templates, ready to run.

use super::dependencies::{TemplateDependencies, component_names};
use super::minify;
use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::messages::group_thousands;
use crate::site::{Locale, Site};
use crate::theme::{Template, Theme};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use tera::{Context, ErrorKind, Kwargs, State, Tera, TeraResult, Value};

/// The folder of the components that posts may call.
const SHORTCODES: &str = "shortcodes/";

/// Templates with their functions, filters and global values.
pub(crate) struct Engine {
    tera: Tera,
    /// The same templates as written, made when something fails: places in a minified one mean nothing to its author.
    unminified: OnceLock<Tera>,
    globals: Context,
    sources: BTreeMap<String, Template>,
    /// The templates as the engine has them: smaller, with constant components in place.
    prepared_texts: BTreeMap<String, String>,
    shortcodes: BTreeSet<String>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("shortcodes", &self.shortcodes)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Parses the theme's templates for `site`. A template that does not parse is a finding; with one, nothing can be
    /// rendered.
    #[must_use]
    pub(crate) fn new(theme: &Theme, site: &Site<'_>) -> Checked<Self> {
        let mut globals = Context::new();
        globals.insert_value("site", site.template_value());
        globals.insert_value("t", Value::from(theme.words.clone()));
        let mut tera = new_tera(site, &globals);
        let sources = theme.templates.clone();
        let mut engine = Self {
            tera: tera.clone(),
            unminified: OnceLock::new(),
            globals,
            shortcodes: shortcodes(theme),
            sources,
            prepared_texts: BTreeMap::new(),
        };
        let texts = engine.template_texts(site.settings.minify);
        let added = tera.add_raw_templates(texts.clone());
        engine.tera = tera;
        let findings = if added.is_ok() {
            engine.prepared_texts = texts.iter().cloned().collect();
            engine.prerender_static_components(texts);
            Vec::new()
        } else {
            engine.syntax_findings()
        };
        Checked {
            value: engine,
            findings,
        }
    }

    /// Puts the output of components that are the same on every page (the foot, the reading modes) in the place of
    /// their calls. Such a component takes nothing but `@site` and `@t`.
    fn prerender_static_components(&mut self, texts: Vec<(String, String)>) {
        let names: Vec<String> = self.tera.get_component_names().map(str::to_owned).collect();
        let constants: Vec<(String, String)> = names
            .into_iter()
            .filter_map(|name| Some((format!("<{name} />"), self.static_component_html(&name)?)))
            .collect();
        let settled: Vec<(String, String)> = texts
            .into_iter()
            .filter(|(_, text)| !text.contains("raw %}"))
            .filter_map(|(name, text)| {
                let settled = inline_static_components(&text, &constants);
                (settled != text).then_some((name, settled))
            })
            .collect();
        let mut tera = self.tera.clone();
        // A text that no longer parses with the output in it is left as it was: slower, not wrong.
        if tera.add_raw_templates(settled.clone()).is_ok() {
            self.tera = tera;
            self.prepared_texts.extend(settled);
        }
    }

    /// The output of a component that depends on the site alone.
    fn static_component_html(&self, name: &str) -> Option<String> {
        let component = self.tera.get_component_definition(name)?;
        let depends_on_site = |arg: &tera::ComponentArg| arg.is_implicit() && matches!(arg.name(), "site" | "t");
        if component.rest_param().is_some() || !component.args().iter().all(depends_on_site) {
            return None;
        }
        let html = self.component_html(name, &Context::new(), None).ok()?;
        let is_plain = !["{{", "{%", "{#", "#}"].iter().any(|sign| html.contains(sign));
        is_plain.then_some(html)
    }

    /// The templates by name, smaller or as written.
    fn template_texts(&self, minify: bool) -> Vec<(String, String)> {
        let text = |name: &str, template: &Template| {
            if minify && name.ends_with(".html") {
                minify::minify_template(&template.text)
            } else {
                template.text.clone()
            }
        };
        self.sources
            .iter()
            .map(|(name, template)| (name.clone(), text(name, template)))
            .collect()
    }

    /// What is wrong with the templates, with places in the text as written.
    fn syntax_findings(&self) -> Vec<Diagnostic> {
        let error = self.tera.clone().add_raw_templates(self.template_texts(false)).err();
        error.iter().map(|error| self.diagnostic(error)).collect()
    }

    /// Fills a template.
    ///
    /// # Errors
    /// A finding at the place in the template.
    pub(crate) fn render(&self, template: &str, context: &Context) -> Result<Vec<u8>, Box<Diagnostic>> {
        let mut html = Vec::with_capacity(16 * 1024);
        match self.tera.render_to(template, context, &mut html) {
            Ok(()) => Ok(html),
            Err(error) => Err(Box::new(self.locate_in_source(template, context, error))),
        }
    }

    /// A failure with its place in the template as written: the page is made once more from that.
    fn locate_in_source(&self, template: &str, context: &Context, error: tera::Error) -> Diagnostic {
        let written = self.unminified.get_or_init(|| {
            let mut tera = self.tera.clone();
            // These templates were added in their smaller form before; that they parse is known.
            let _ = tera.add_raw_templates(self.template_texts(false));
            tera
        });
        if !self.sources.contains_key(template) {
            return self.missing_template(template);
        }
        self.diagnostic(&written.render(template, context).err().unwrap_or(error))
    }

    /// The finding about a template that the theme does not have: a kind or a folder names it.
    fn missing_template(&self, template: &str) -> Diagnostic {
        let mut names: Vec<&str> = self.sources.keys().map(String::as_str).collect();
        names.retain(|name| name.ends_with(".html") && !name.contains('/'));
        names.sort_unstable();
        Diagnostic::new(Code::BadTemplate)
            .with("template", template)
            .with("absent", template)
            .with_some("nearest", crate::diag::nearest(template, names.iter().copied()))
            .with("known", names.join(", "))
    }

    /// What each template uses.
    #[must_use]
    pub(crate) fn dependencies(&self) -> TemplateDependencies {
        TemplateDependencies::new(&self.prepared_texts)
    }

    /// `site` as templates see it: its values by name.
    pub(crate) fn site_values(&self) -> impl Iterator<Item = (&str, &Value)> {
        let site = self.globals.get("site").and_then(Value::as_map);
        site.into_iter()
            .flatten()
            .filter_map(|(key, value)| Some((key.as_str()?, value)))
    }

    /// The names of the components that posts may call.
    pub(crate) fn shortcodes(&self) -> impl Iterator<Item = &str> {
        self.shortcodes.iter().map(String::as_str)
    }

    /// Whether posts may call the component `name`.
    #[must_use]
    pub(crate) fn is_shortcode(&self, name: &str) -> bool {
        self.shortcodes.contains(name)
    }

    /// What a component takes.
    #[must_use]
    pub(crate) fn component_info(&self, name: &str) -> Option<tera::ComponentInfo> {
        self.tera.get_component_definition(name)
    }

    /// The output of a component.
    ///
    /// # Errors
    /// The engine's own words; the caller knows the place of the call.
    pub(crate) fn component_html(&self, name: &str, args: &Context, body: Option<&str>) -> Result<String, String> {
        self.tera
            .render_component_with_implicits(name, args, &self.globals, body, true)
            .map_err(|error| reason(&error))
    }

    /// A template engine's error as a finding, with the place in the theme's file where the engine knows one.
    fn diagnostic(&self, error: &tera::Error) -> Diagnostic {
        let finding = |template: &str| {
            Diagnostic::new(Code::BadTemplate)
                .with("template", template)
                .with("reason", reason(error))
        };
        let (ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report)) = error.kind() else {
            return finding("");
        };
        let Some(template) = self.sources.get(report.filename()) else {
            return finding(report.filename());
        };
        finding(&template.origin).at(Place::in_text(
            &template.origin,
            &template.text,
            report.span().range.clone(),
        ))
    }
}

/// The shortest true account of what went wrong.
fn reason(error: &tera::Error) -> String {
    let mut text = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => report.message().to_owned(),
        other => other.to_string(),
    };
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// A template with calls of constant components (`{{ <site_foot /> }}`) replaced by their output.
fn inline_static_components(text: &str, constants: &[(String, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let Some(end) = rest[at..].find("}}").map(|length| at + length + 2) else {
            break;
        };
        let inside = rest[at + 2..end - 2].trim();
        out.push_str(&rest[..at]);
        match constants.iter().find(|(call, _)| call == inside) {
            Some((_, html)) => out.push_str(html),
            None => out.push_str(&rest[at..end]),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// The components defined in the theme's `shortcodes/` folder, by name.
fn shortcodes(theme: &Theme) -> BTreeSet<String> {
    let files = theme.templates.iter().filter(|(name, _)| name.starts_with(SHORTCODES));
    files
        .flat_map(|(_, template)| component_names(&template.text))
        .collect()
}

/// An engine with functions, filters and global values, without templates.
fn new_tera(site: &Site<'_>, globals: &Context) -> Tera {
    let mut tera = Tera::new();
    register_functions(&mut tera, site);
    for key in ["site", "t"] {
        if let Some(value) = globals.get(key) {
            tera.global_context().insert_value(key, value.clone());
        }
    }
    tera
}

fn register_functions(tera: &mut Tera, site: &Site<'_>) {
    let statics: BTreeMap<String, String> = site
        .links
        .statics
        .iter()
        .map(|(path, url)| (path.clone(), site.links.link(url)))
        .collect();
    tera.register_function("asset", move |args: Kwargs, _: &State<'_>| -> TeraResult<String> {
        let path = args.must_get::<&str>("path")?;
        statics
            .get(path)
            .cloned()
            .ok_or_else(|| tera::Error::message(format!("the theme has no static file `{path}`")))
    });
    let words = site.locale.clone();
    tera.register_function("word", move |args: Kwargs, _: &State<'_>| -> TeraResult<String> {
        word(&words, &args)
    });
    let words = site.locale.clone();
    tera.register_filter(
        "date",
        move |value: &str, args: Kwargs, _: &State<'_>| -> TeraResult<String> {
            date(&words, value, args.get::<&str>("format")?)
        },
    );
    tera.register_filter("number", |value: Value, _: Kwargs, _: &State<'_>| {
        group_thousands(&value.to_string())
    });
}

/// `word(key="minutes", n=3)`: the theme's word with its placeholders filled in.
fn word(words: &Locale, args: &Kwargs) -> TeraResult<String> {
    let key = args.must_get::<&str>("key")?;
    let values: Vec<(String, String)> = args
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    let borrowed: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    Ok(words.fill(key, &borrowed))
}

/// `post.date | date(format="%Y")`: a day in the site's own form, or in that of `strftime`.
fn date(words: &Locale, value: &str, format: Option<&str>) -> TeraResult<String> {
    let day = value.get(..10).unwrap_or(value);
    let date: Date = day
        .parse()
        .map_err(|_| tera::Error::message(format!("`{value}` is no date")))?;
    match format {
        None => Ok(words.date(date)),
        Some(format) => jiff::fmt::strtime::format(format, date)
            .map_err(|error| tera::Error::message(format!("`{format}` is no date format: {error}"))),
    }
}
