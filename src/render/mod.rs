//! HTML from plans: texts with their holes filled, templates with their views.
//!
//! Role: `PlannedPage → RenderedPage`. Knows templates and components, and nothing of the disk or of why a page
//! exists. A page is bytes that depend on its view, the theme and the site's settings alone.

mod closure;
mod engine;
mod minify;
mod picture;
mod text;

pub use closure::{Closures, SiteKeys};
pub use engine::Engine;
pub use text::{check_record, check_shortcodes};

use crate::diag::Diagnostic;
use crate::plan::{Plan, PlannedFile, Site, View, context, relative_links, view};
use std::collections::BTreeSet;
use tera::{Context, Value};
use text::SiteTexts;

/// Makes one page.
///
/// # Errors
/// What went wrong in templates and components, each with its place in the theme or in the post.
pub fn render(
    engine: &Engine,
    site: &Site<'_>,
    plan: &Plan,
    file: &PlannedFile,
    view: &View,
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let texts = SiteTexts::new(engine, site);
    let (template, context) = context(site, plan, &file.url, view, &texts);
    fill(engine, site, file, &template, &context, texts.into_findings())
}

/// A page's view in which the components that its texts call stand as digests: everything that the page can show,
/// with no template run.
#[derive(Debug)]
pub struct Sketch {
    /// The template that would be filled.
    pub template: String,
    /// The view: its values by name.
    pub values: Vec<(&'static str, Value)>,
    /// The components that the page's texts call. Their looks are not in the view; what they are called with is.
    pub components: BTreeSet<String>,
}

/// Makes the view of one page, and no page.
#[must_use]
pub fn sketch(engine: &Engine, site: &Site<'_>, plan: &Plan, file: &PlannedFile, shown: &View) -> Sketch {
    let texts = SiteTexts::digests(engine, site);
    let (template, values) = view(site, plan, &file.url, shown, &texts);
    Sketch {
        template,
        values,
        components: texts.into_called(),
    }
}

/// Makes the page of a sketch.
///
/// # Errors
/// As [`render`].
pub fn render_sketch(
    engine: &Engine,
    site: &Site<'_>,
    plan: &Plan,
    file: &PlannedFile,
    view: &View,
    sketch: Sketch,
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    if !sketch.components.is_empty() {
        return render(engine, site, plan, file, view);
    }
    let mut context = Context::new();
    for (key, value) in sketch.values {
        context.insert_value(key, value);
    }
    fill(engine, site, file, &sketch.template, &context, Vec::new())
}

/// Fills a page's template, unless `findings` say that its texts could not be made.
fn fill(
    engine: &Engine,
    site: &Site<'_>,
    file: &PlannedFile,
    template: &str,
    context: &Context,
    mut findings: Vec<Diagnostic>,
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    match engine.render(template, context) {
        Ok(html) if findings.is_empty() => Ok(finish(site, file, html)),
        Ok(_) => Err(findings),
        Err(finding) => {
            findings.push(*finding);
            Err(findings)
        }
    }
}

fn finish(site: &Site<'_>, file: &PlannedFile, html: Vec<u8>) -> Vec<u8> {
    if !site.base.is_relative() {
        return html;
    }
    match String::from_utf8(html) {
        Ok(html) => relative_links(&file.output, &html).into_bytes(),
        Err(error) => error.into_bytes(),
    }
}
