//! The template engine with the theme's templates loaded.

use super::component_cache::ComponentCache;
use super::counted_loops::{self, MAX_ROUNDS, count_loops};
use super::dependencies::{TemplateDependencies, component_names};
use super::endless_templates::EndlessTemplates;
use super::engine_reports::{ReportedFault, reported_faults};
use super::limited_page::{LimitedPage, MAX_PAGE_BYTES};
use super::minify;
use super::unclosed_tags::find_unpaired_tag;
use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::fingerprint::SharedValues;
use crate::messages::group_thousands;
use crate::site::{Locale, Site};
use crate::theme::{Template, Theme};
use jiff::civil::Date;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};
use tera::{Context, ErrorKind, Kwargs, State, Tera, TeraResult, Value};

/// The folder of the components that posts may call.
const SHORTCODES: &str = "shortcodes/";

/// Why a component has no output.
#[derive(Debug)]
pub(crate) enum ComponentError {
    /// The engine's message.
    Failed(String),
    /// The finding about its template, which does not end.
    Endless(Box<Diagnostic>),
}

/// Templates with their functions, filters and global values.
pub(crate) struct Engine {
    tera: Arc<Tera>,
    /// The same templates as written, loaded when rendering fails: a place in a minified template does not help its
    /// author.
    unminified: OnceLock<Tera>,
    globals: Context,
    sources: BTreeMap<String, Template>,
    /// The texts that the engine received: minified, with static components inlined.
    prepared_texts: BTreeMap<String, String>,
    /// Computed when first asked for, because every text is scanned.
    dependencies: OnceLock<TemplateDependencies>,
    /// The outputs of components that many pages show. `None` in a preview, which renders few pages.
    component_cache: Option<Arc<ComponentCache>>,
    /// What was given up. `None` in a preview, where the next page may be of other content.
    endless: Option<EndlessTemplates>,
    shortcodes: BTreeSet<String>,
    /// The shortcodes that show what stands between their two calls.
    framing_shortcodes: BTreeSet<String>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("shortcodes", &self.shortcodes)
            .field("has_component_cache", &self.component_cache.is_some())
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Parses the theme's templates for `site`. A template that does not parse is a finding, and the engine can then
    /// render nothing.
    #[must_use]
    pub(crate) fn new(theme: &Theme, site: &Site<'_>) -> Checked<Self> {
        let mut globals = Context::new();
        globals.insert_value("site", site.template_value());
        globals.insert_value("t", Value::from(theme.words.clone()));
        let mut engine = Self {
            tera: Arc::new(new_tera(site, &globals)),
            unminified: OnceLock::new(),
            globals,
            shortcodes: shortcodes(theme, |_| true),
            framing_shortcodes: shortcodes(theme, shows_body),
            sources: theme.templates.clone(),
            prepared_texts: BTreeMap::new(),
            dependencies: OnceLock::new(),
            component_cache: None,
            endless: None,
        };
        let texts = engine.template_texts(site.settings.minify);
        let added = Arc::make_mut(&mut engine.tera).add_raw_templates(with_counted_loops(&texts));
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

    /// From now on, renders components that many pages show once for each of the `shared` values, and gives up a
    /// template without end once. For an engine that renders all pages of one site.
    pub(crate) fn prepare_for_all_pages(&mut self, shared: &Arc<SharedValues>) {
        self.endless = Some(EndlessTemplates::default());
        let shared = Arc::clone(shared);
        let dependencies = self
            .dependencies
            .get_or_init(|| TemplateDependencies::new(&self.prepared_texts));
        self.component_cache = ComponentCache::new(
            &mut self.tera,
            &self.prepared_texts,
            dependencies,
            &self.globals,
            shared,
        );
    }

    /// Replaces calls of static components by their output. A static component is the same on every page (the foot, the
    /// reading modes): it takes only `@site` and `@t`.
    fn prerender_static_components(&mut self, texts: Vec<(String, String)>) {
        let names: Vec<String> = self.tera.get_component_names().map(str::to_owned).collect();
        let constants: Vec<(String, String)> = names
            .into_iter()
            .filter_map(|name| Some((format!("<{name} />"), self.static_component_html(&name)?)))
            .collect();
        let inlined: Vec<(String, String)> = texts
            .into_iter()
            .filter(|(_, text)| !text.contains("raw %}"))
            .filter_map(|(name, text)| {
                let inlined = inline_static_components(&text, &constants);
                (inlined != text).then_some((name, inlined))
            })
            .collect();
        let added = Arc::make_mut(&mut self.tera).add_raw_templates(with_counted_loops(&inlined));
        // If a text does not parse with the output in it, all texts keep their calls: slower, but correct.
        if added.is_ok() {
            self.prepared_texts.extend(inlined);
        }
    }

    /// The output of a component that depends on the site alone. `None` for any other component.
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

    /// The texts of the templates by name, minified or as written.
    fn template_texts(&self, minify: bool) -> Vec<(String, String)> {
        let text = |name: &str, template: &Template| {
            if minify && name.ends_with(".html") {
                minify::minify_template(&template.text)
            } else {
                template.text.clone()
            }
        };
        self.sources
            .par_iter()
            .map(|(name, template)| (name.clone(), text(name, template)))
            .collect()
    }

    /// The syntax errors of the templates, with places in the text as written.
    fn syntax_findings(&self) -> Vec<Diagnostic> {
        let Some(error) = Tera::clone(&self.tera)
            .add_raw_templates(self.template_texts(false))
            .err()
        else {
            return Vec::new();
        };
        let text = match error.kind() {
            ErrorKind::Msg(text) => text.as_str(),
            _ => "",
        };
        let reported = reported_faults(text).into_iter();
        let mut findings: Vec<Diagnostic> = reported.filter_map(|fault| self.reported_finding(&fault)).collect();
        if findings.is_empty() {
            findings.push(self.with_unpaired_tag(self.diagnostic(&error)));
        }
        findings
            .into_iter()
            .map(|finding| finding.with("syntax", "true"))
            .collect()
    }

    /// The finding about one of several faults that the engine reports at once.
    fn reported_finding(&self, fault: &ReportedFault<'_>) -> Option<Diagnostic> {
        let template = self.sources.get(fault.template)?;
        let place = Place::in_text(&template.origin, &template.text, fault.range(&template.text));
        let finding = Diagnostic::new(Code::BadTemplate).at(place);
        Some(finding.with("template", &template.origin).with("reason", fault.message))
    }

    /// Moves a syntax error to the tag without an end that causes it, if there is one.
    fn with_unpaired_tag(&self, finding: Diagnostic) -> Diagnostic {
        let file = finding.place.as_ref().map(|place| place.file.as_str());
        let template = self
            .sources
            .values()
            .find(|template| Some(template.origin.as_str()) == file);
        let unpaired = template.and_then(|template| Some((template, find_unpaired_tag(&template.text)?)));
        let Some((template, tag)) = unpaired else {
            return finding;
        };
        let place = Place::in_text(&template.origin, &template.text, tag.range.clone());
        let name = if tag.end.is_some() { "unclosed" } else { "stray" };
        let finding = finding.at(place).with(name, &template.text[tag.range]);
        finding.with_some("end", tag.end)
    }

    /// Renders a template.
    ///
    /// # Errors
    /// A finding with its place in the template as written.
    pub(crate) fn render(&self, template: &str, context: &Context) -> Result<Vec<u8>, Box<Diagnostic>> {
        if let Some(finding) = self.endless.as_ref().and_then(|endless| endless.get(template)) {
            return Err(Box::new(finding));
        }
        let mut page = LimitedPage::new();
        counted_loops::start_page();
        let finding = match self.tera.render_to(template, context, &mut page) {
            Ok(()) => return Ok(page.bytes),
            Err(_) if page.is_full => self.endless_page(template),
            Err(_) if counted_loops::was_endless() => self.endless_loop(template, context),
            Err(error) => return Err(Box::new(self.locate_in_source(template, context, error))),
        };
        Err(Box::new(self.give_up(template, finding)))
    }

    /// Remembers the finding about a template or a component that does not end, where that is asked for.
    fn give_up(&self, name: &str, finding: Diagnostic) -> Diagnostic {
        if let Some(endless) = &self.endless {
            endless.insert(name, &finding);
        }
        finding
    }

    /// The finding about a template whose page became too large, as loops in loops make it.
    fn endless_page(&self, template: &str) -> Diagnostic {
        let limit = format!("{} MB", MAX_PAGE_BYTES >> 20);
        self.whole_template_finding(template).with("limit", limit)
    }

    /// The finding about a template whose loops have too many rounds, at an unknown place.
    fn too_many_rounds(&self, template: &str) -> Diagnostic {
        let limit = group_thousands(&MAX_ROUNDS.to_string());
        self.whole_template_finding(template).with("rounds", limit)
    }

    fn whole_template_finding(&self, template: &str) -> Diagnostic {
        let origin = self.sources.get(template).map_or(template, |source| &source.origin);
        Diagnostic::new(Code::BadTemplate)
            .at(Place::whole_file(origin))
            .with("template", origin)
    }

    /// The finding about loops in loops that write too little to make the page too large. Renders the page again from
    /// the texts as written, until it has come as far.
    fn endless_loop(&self, template: &str, context: &Context) -> Diagnostic {
        let mut tera = Tera::clone(&self.tera);
        let _ = tera.add_raw_templates(with_counted_loops(&self.template_texts(false)));
        counted_loops::start_page();
        let failed = tera.render_to(template, context, std::io::sink()).err();
        let report = failed.as_ref().and_then(|error| match error.kind() {
            ErrorKind::RenderingError(report) => Some(report),
            _ => None,
        });
        let source = report.and_then(|report| self.sources.get(report.filename()));
        let Some((report, source)) = report.zip(source) else {
            return self.too_many_rounds(template);
        };
        let finding = self.too_many_rounds(report.filename());
        match counted_loops::loop_before(&source.text, report.span().range.end) {
            Some(range) => finding.at(Place::in_text(&source.origin, &source.text, range)),
            None => finding,
        }
    }

    /// Turns a failure into a finding with its place in the template as written. Renders the page again from that text.
    fn locate_in_source(&self, template: &str, context: &Context, error: tera::Error) -> Diagnostic {
        let written = self.unminified.get_or_init(|| {
            let mut tera = Tera::clone(&self.tera);
            // The minified form of these templates has parsed, so they parse too.
            let _ = tera.add_raw_templates(self.template_texts(false));
            tera
        });
        if !self.sources.contains_key(template) {
            return self.missing_template(template);
        }
        let mut page = LimitedPage::new();
        match written.render_to(template, context, &mut page) {
            // A component that is kept for many pages reports its own length.
            Err(_) if page.is_full => self.endless_page(template),
            Err(error) => self.diagnostic(&error),
            Ok(()) => self.diagnostic(&error),
        }
    }

    /// The finding about a template that a kind or a folder names and the theme lacks.
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

    /// The dependencies of each template.
    #[must_use]
    pub(crate) fn dependencies(&self) -> &TemplateDependencies {
        self.dependencies
            .get_or_init(|| TemplateDependencies::new(&self.prepared_texts))
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

    /// Whether the component `name` shows what stands between its two calls, and needs it.
    #[must_use]
    pub(crate) fn takes_body(&self, name: &str) -> bool {
        self.framing_shortcodes.contains(name)
    }

    /// The parameters of a component. `None` when the theme does not define it.
    #[must_use]
    pub(crate) fn component_info(&self, name: &str) -> Option<tera::ComponentInfo> {
        self.tera.get_component_definition(name)
    }

    /// The output of a component.
    ///
    /// # Errors
    /// The engine's message, whose caller knows the place of the call; or the finding about a component without end.
    pub(crate) fn component_html(
        &self,
        name: &str,
        args: &Context,
        body: Option<&str>,
    ) -> Result<String, ComponentError> {
        if let Some(finding) = self.endless.as_ref().and_then(|endless| endless.get(name)) {
            return Err(ComponentError::Endless(Box::new(finding)));
        }
        let mut html = LimitedPage::new();
        counted_loops::start_page();
        let rendered = self
            .tera
            .render_component_with_implicits_to(name, args, &self.globals, body, true, &mut html);
        let give_up_at: fn(&Self, &str) -> Diagnostic = match rendered {
            Ok(()) => {
                return String::from_utf8(html.bytes).map_err(|error| ComponentError::Failed(error.to_string()));
            }
            Err(_) if html.is_full => Self::endless_page,
            Err(_) if counted_loops::was_endless() => Self::too_many_rounds,
            Err(error) => return Err(ComponentError::Failed(reason(&error))),
        };
        let template = self.dependencies().template_of_component(name).unwrap_or(name);
        let finding = self.give_up(name, give_up_at(self, template));
        Err(ComponentError::Endless(Box::new(finding)))
    }

    /// Turns an engine's error into a finding, with the place in the theme's file when the engine gives one.
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

/// The message of an error and of its causes, without the engine's own excerpt of the template.
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

/// Replaces calls of static components (`{{ <site_foot /> }}`) in a template by their output.
fn inline_static_components(text: &str, constants: &[(String, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(end) = rest[start..].find("}}").map(|length| start + length + 2) else {
            break;
        };
        let inside = rest[start + 2..end - 2].trim();
        out.push_str(&rest[..start]);
        match constants.iter().find(|(call, _)| call == inside) {
            Some((_, html)) => out.push_str(html),
            None => out.push_str(&rest[start..end]),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// The components defined in those files of the theme's `shortcodes/` folder that `is_meant` accepts, by name.
fn shortcodes(theme: &Theme, is_meant: fn(&str) -> bool) -> BTreeSet<String> {
    let files = theme.templates.iter().filter(|(name, _)| name.starts_with(SHORTCODES));
    files
        .filter(|(_, template)| is_meant(&template.text))
        .flat_map(|(_, template)| component_names(&template.text))
        .collect()
}

/// Whether a template shows `body` in any case.
fn shows_body(text: &str) -> bool {
    (text.contains("{{ body") || text.contains("{{body")) && !text.contains("if body")
}

/// The texts with loops that are counted.
fn with_counted_loops(texts: &[(String, String)]) -> Vec<(&str, String)> {
    texts
        .iter()
        .map(|(name, text)| (name.as_str(), count_loops(text)))
        .collect()
}

/// Creates an engine with functions, filters and global values, without templates.
fn new_tera(site: &Site<'_>, globals: &Context) -> Tera {
    let mut tera = Tera::new();
    register_functions(&mut tera, site);
    counted_loops::register(&mut tera);
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

/// `word(key="minutes", n=3)`: returns the theme's word with its placeholders filled in.
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

/// `post.date | date(format="%Y")`: formats a day in the site's own form, or in that of `strftime`.
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
