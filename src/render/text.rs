//! Fills the holes of a text's HTML with addresses of links and output of components, and makes its images responsive.

use super::Engine;
use super::engine::ComponentError;
use super::responsive_images::make_responsive;
use crate::catalog::{RecordId, ResolvedTarget};
use crate::diag::{Code, Diagnostic, nearest};
use crate::fingerprint::FingerprintHasher;
use crate::html::{HtmlToken, decode_references, escape, next_token};
use crate::ids::ReportId;
use crate::metrics::Period;
use crate::plan::RenderedBodies;
use crate::record::markdown::{TargetKind, classify_target, trim_target};
use crate::record::{Argument, Body, Fill, Hole, Record, Shortcode, body::fill_holes};
use crate::report::{CALL_NAMES, ReportText, Reports};
use crate::site::{Site, detect_platform};
use rayon::prelude::*;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;
use std::sync::Arc;
use tera::value::Key;
use tera::{Context, Value};

/// The theme's variable with the width of its texts.
const TEXT_SIZES: &str = "text_sizes";

/// What replaces a component's call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ComponentMode {
    Output,
    Digest,
}

/// Renders the texts of a site and collects the findings.
pub(super) struct TextRenderer<'t, 'a> {
    engine: &'t Engine,
    site: &'t Site<'a>,
    /// Whether a call is replaced by the component's output or by a digest of its arguments.
    mode: ComponentMode,
    /// The components that were called.
    called_components: RefCell<BTreeSet<String>>,
    findings: RefCell<Vec<Diagnostic>>,
}

impl<'t, 'a> TextRenderer<'t, 'a> {
    pub(super) const fn new(engine: &'t Engine, site: &'t Site<'a>) -> Self {
        Self {
            engine,
            site,
            mode: ComponentMode::Output,
            called_components: RefCell::new(BTreeSet::new()),
            findings: RefCell::new(Vec::new()),
        }
    }

    /// Renders texts with digests instead of components' output. While the components' templates stay the same, two
    /// results are equal whenever the texts are.
    pub(super) fn with_digests(engine: &'t Engine, site: &'t Site<'a>) -> Self {
        Self {
            mode: ComponentMode::Digest,
            ..Self::new(engine, site)
        }
    }

    pub(super) fn into_called_components(self) -> BTreeSet<String> {
        self.called_components.into_inner()
    }

    pub(super) fn into_findings(self) -> Vec<Diagnostic> {
        self.findings.into_inner()
    }

    fn render_body(&self, body: &Body, targets: &[ResolvedTarget], absolute: bool, period: Option<Period>) -> String {
        let filler = HoleFiller {
            texts: self,
            targets,
            absolute,
            period,
        };
        let html = filler.fill_holes(&body.html, &body.holes);
        // Feed readers expect one plain picture.
        if absolute {
            return html;
        }
        let pictures = self.site.images.in_text(body, targets);
        if pictures.is_empty() {
            return html;
        }
        let mut html = make_responsive(&html, &pictures, text_sizes(self.site));
        if !self.called_components.borrow().is_empty() {
            // A digest does not cover the pictures in the output that it replaces. This text is never published: a page
            // that calls components is rendered again.
            html.push_str(&format!("{pictures:?}"));
        }
        html
    }
}

/// The displayed width of a text's pictures, in the syntax of `sizes` (HTML, 4.8.2.4).
fn text_sizes<'s>(site: &'s Site<'_>) -> &'s str {
    let variables = site.variables.as_map();
    let own = variables.and_then(|variables| variables.get(&Key::Str(TEXT_SIZES)));
    let own = own
        .and_then(Value::as_str)
        .filter(|sizes| !sizes.contains(['"', '<', '>', '&']));
    own.unwrap_or("100vw")
}

impl RenderedBodies for TextRenderer<'_, '_> {
    fn record(&self, id: RecordId, absolute: bool) -> String {
        let catalog = self.site.catalog;
        let record = &catalog.records[id];
        let period = Reports::period_of(record);
        self.render_body(&record.body, &catalog.record_links[id].links, absolute, period)
    }

    fn report(&self, id: ReportId) -> String {
        let report = &self.site.figures.reports.all[id];
        match &report.text {
            ReportText::Written(record) => self.record(*record, false),
            ReportText::Generated(text) => self.render_body(&text.body, &[], false, Some(report.period)),
        }
    }

    fn section(&self, folder: &str) -> String {
        let catalog = self.site.catalog;
        match (catalog.sections.get(folder), catalog.section_links.get(folder)) {
            (Some(section), Some(targets)) => self.render_body(&section.body, targets, false, None),
            _ => String::new(),
        }
    }
}

/// Fills the holes of one text.
struct HoleFiller<'f, 't, 'a> {
    texts: &'f TextRenderer<'t, 'a>,
    targets: &'f [ResolvedTarget],
    absolute: bool,
    /// The period of a report's text.
    period: Option<Period>,
}

impl HoleFiller<'_, '_, '_> {
    fn fill_holes(&self, html: &str, holes: &[Hole]) -> String {
        let mut out = String::with_capacity(html.len() + holes.len() * 64);
        fill_holes(html, holes, &mut out, &mut |hole, out| match hole {
            Fill::Address(index) => escape(out, &self.address(*index)),
            Fill::Shortcode(call) => out.push_str(&self.render_component(call)),
        });
        out
    }

    /// The address of a link. A broken link was reported before; it becomes `#` so that the page stays valid.
    fn address(&self, index: usize) -> String {
        let site = self.texts.site;
        let target = &self.targets[index];
        let address = if self.absolute {
            site.links.to_target_absolute(target)
        } else {
            site.links.to_target(target)
        };
        address.unwrap_or_else(|| "#".to_owned())
    }

    fn render_component(&self, call: &Shortcode) -> String {
        let values = self.component_args(call);
        let inner = call
            .inner
            .as_ref()
            .map(|inner| self.fill_holes(&inner.html, &inner.holes));
        if self.texts.mode == ComponentMode::Digest {
            self.texts.called_components.borrow_mut().insert(call.name.clone());
            return call_digest(call, &values, inner.as_deref());
        }
        let mut args = Context::new();
        for (name, value) in values {
            args.insert_value(name, value);
        }
        match self.texts.engine.component_html(&call.name, &args, inner.as_deref()) {
            Ok(html) => match script_address(call, &html) {
                None => html,
                Some(address) => {
                    let finding = script_finding(call, &address);
                    self.texts.findings.borrow_mut().push(finding);
                    String::new()
                }
            },
            Err(ComponentError::Endless(finding)) => {
                self.texts.findings.borrow_mut().push(*finding);
                String::new()
            }
            Err(ComponentError::Failed(reason)) => {
                let mut known = Vec::new();
                check_call(self.texts.engine, call, &mut known);
                // `check_shortcodes` reports the errors of the call itself.
                if known.is_empty() {
                    self.texts
                        .findings
                        .borrow_mut()
                        .push(bad_call(call).with("reason", reason));
                }
                String::new()
            }
        }
    }

    /// The arguments of a component: for a call for figures the site's values, else what the editor wrote.
    fn component_args(&self, call: &Shortcode) -> Vec<(Cow<'static, str>, Value)> {
        if CALL_NAMES.contains(&call.name.as_str()) {
            let values = self.texts.site.figures.call_args(call, self.period, self.absolute);
            let values = values.into_iter().flatten();
            return values.map(|(name, value)| (Cow::Borrowed(name), value)).collect();
        }
        let written = call.args.iter();
        let mut values: Vec<_> = written
            .map(|(name, argument)| (Cow::Owned(name.clone()), self.argument_value(argument)))
            .collect();
        if let Some(player) = self.player_address(call) {
            values.push((Cow::Borrowed("embed"), Value::from(player)));
        }
        values
    }

    /// The address of the player for a call of `video` with a platform's page, if the theme's component takes it.
    fn player_address(&self, call: &Shortcode) -> Option<String> {
        if call.name != "video" || call.args.iter().any(|(name, _)| name == "embed") {
            return None;
        }
        let component = self.texts.engine.component_info(&call.name)?;
        let takes_player = component.args().iter().any(|arg| arg.name() == "embed");
        let page = call.args.iter().find_map(|(name, argument)| match argument {
            Argument::Text { text, link: None } if name == "src" => Some(text),
            _ => None,
        })?;
        let player = detect_platform(page).embed_url;
        (takes_player && !player.is_empty()).then_some(player)
    }

    fn argument_value(&self, argument: &Argument) -> Value {
        match argument {
            Argument::Text { link: Some(index), .. } => Value::from(self.address(*index)),
            Argument::Text { text, link: None } => Value::from(text.as_str()),
            Argument::Integer(number) => Value::from(*number),
            Argument::Number(number) => Value::from(*number),
            Argument::Boolean(yes) => Value::from(*yes),
            Argument::List(items) => {
                Value::from(items.iter().map(|item| self.argument_value(item)).collect::<Vec<_>>())
            }
            Argument::Map(entries) => {
                let entries = entries.iter();
                let values = entries.map(|(name, value)| (name.clone(), self.argument_value(value)));
                Value::from(values.collect::<BTreeMap<_, _>>())
            }
        }
    }
}

/// Attributes that take an address (HTML standard, "Attributes", the rows with a URL; SVG 2, 16.1.3).
const ADDRESS_ATTRIBUTES: [&str; 9] = [
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "data",
    "cite",
    "manifest",
    "xlink:href",
];

/// An address in a component's output that runs a script, which only an argument with a colon or a reference can give.
/// The theme decides which arguments become addresses, so its output is judged.
fn script_address(call: &Shortcode, html: &str) -> Option<String> {
    if !call.args.iter().any(|(_, argument)| may_hold_scheme(argument)) {
        return None;
    }
    let mut rest = html;
    while let Some((token, len)) = next_token(rest) {
        rest = &rest[len..];
        let HtmlToken::Tag(tag) = token else { continue };
        for name in ADDRESS_ATTRIBUTES {
            let value = decode_references(tag.value(name).unwrap_or_default());
            let address = trim_target(&value);
            if classify_target(&address, tag.name == "img") == TargetKind::Dangerous {
                return Some(address.into_owned());
            }
        }
    }
    None
}

fn may_hold_scheme(argument: &Argument) -> bool {
    match argument {
        Argument::Text { text, link } => link.is_none() && text.contains([':', '&']),
        Argument::List(items) => items.iter().any(may_hold_scheme),
        Argument::Map(entries) => entries.iter().any(|(_, value)| may_hold_scheme(value)),
        Argument::Integer(_) | Argument::Number(_) | Argument::Boolean(_) => false,
    }
}

fn script_finding(call: &Shortcode, address: &str) -> Diagnostic {
    let scheme = address.split(':').next().unwrap_or_default();
    Diagnostic::new(Code::ForbiddenScheme)
        .at(call.place.clone())
        .with("target", address)
        .with("scheme", scheme)
        .with("script", scheme)
}

/// The digest of a component's arguments, which replaces its output.
fn call_digest(call: &Shortcode, values: &[(Cow<'static, str>, Value)], inner: Option<&str>) -> String {
    let mut hasher = FingerprintHasher::default();
    for (name, value) in values {
        hasher.text(name);
        hasher.value(value);
    }
    hasher.number(u64::from(inner.is_some()));
    hasher.text(inner.unwrap_or_default());
    format!("{{{{{}:{:016x}}}}}", call.name, hasher.finish())
}

fn bad_call(call: &Shortcode) -> Diagnostic {
    Diagnostic::new(Code::BadShortcode)
        .at(call.place.clone())
        .with("name", call.name.as_str())
}

/// Reports calls of components that the theme lacks, arguments that they do not take, and required arguments that are
/// missing.
#[must_use]
pub(crate) fn check_shortcodes(engine: &Engine, site: &Site<'_>) -> Vec<Diagnostic> {
    let of_record = |record: &Arc<Record>| check_record(engine, record);
    let mut findings: Vec<Diagnostic> = site.catalog.records.raw.par_iter().flat_map_iter(of_record).collect();
    findings.extend(
        site.catalog
            .sections
            .values()
            .flat_map(|section| check_body(engine, &section.body)),
    );
    findings
}

/// Does the same for one record.
#[must_use]
pub(crate) fn check_record(engine: &Engine, record: &Record) -> Vec<Diagnostic> {
    check_body(engine, &record.body)
}

fn check_body(engine: &Engine, body: &Body) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    check_holes(engine, &body.holes, &mut findings);
    findings
}

fn check_holes(engine: &Engine, holes: &[Hole], findings: &mut Vec<Diagnostic>) {
    for hole in holes {
        if let Fill::Shortcode(call) = &hole.fill {
            // `report` checks calls for figures.
            if !CALL_NAMES.contains(&call.name.as_str()) {
                check_call(engine, call, findings);
            }
            if let Some(inner) = &call.inner {
                check_holes(engine, &inner.holes, findings);
            }
        }
    }
}

fn check_call(engine: &Engine, call: &Shortcode, findings: &mut Vec<Diagnostic>) {
    let component = engine
        .component_info(&call.name)
        .filter(|_| engine.is_shortcode(&call.name));
    let Some(component) = component else {
        let known: Vec<&str> = engine.shortcodes().collect();
        findings.push(
            Diagnostic::new(Code::UnknownShortcode)
                .at(call.place.clone())
                .with("name", call.name.as_str())
                .with_some("nearest", nearest(&call.name, known.iter().copied()))
                .with("known", known.join(", ")),
        );
        return;
    };
    let taken: Vec<&str> = component
        .args()
        .iter()
        .filter(|arg| !arg.is_implicit())
        .map(|arg| arg.name())
        .collect();
    for (name, _) in &call.args {
        if !taken.contains(&name.as_str()) {
            findings.push(
                bad_call(call)
                    .with("arg", name.as_str())
                    .with_some("nearest", nearest(name, taken.iter().copied()))
                    .with("known", taken.join(", ")),
            );
        }
    }
    // A component that shows `body` frames what stands between its two calls.
    if call.inner.is_none() && engine.takes_body(&call.name) {
        findings.push(
            bad_call(call)
                .with("reason", "shortcode-no-end")
                .with("end", call.name.as_str()),
        );
    }
    for arg in component.args() {
        if arg.is_required() && !call.args.iter().any(|(name, _)| name == arg.name()) {
            findings.push(
                bad_call(call)
                    .with("missing", arg.name())
                    .with("known", taken.join(", ")),
            );
        }
    }
}
