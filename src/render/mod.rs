//! HTML from plans: texts with their holes filled, templates with their views.
//!
//! Role: `PlannedPage → RenderedPage`. Knows templates and components, and nothing of the disk or of why a page
//! exists. A page is bytes that depend on its view, the theme and the site's settings alone.

mod dependencies;
mod engine;
mod minify;
mod responsive_images;
mod text;

pub(crate) use dependencies::{SiteKeys, TemplateDependencies};
pub(crate) use engine::Engine;
pub(crate) use text::{check_record, check_shortcodes};

use crate::diag::Diagnostic;
use crate::plan::{Plan, PlannedFile, View, page_context, view_values};
use crate::site::{Site, make_links_relative};
use std::collections::BTreeSet;
use tera::{Context, Value};
use text::TextRenderer;

/// Makes one page.
///
/// # Errors
/// What went wrong in templates and components, each with its place in the theme or in the post.
pub(crate) fn render(
    engine: &Engine,
    site: &Site<'_>,
    plan: &Plan,
    file: &PlannedFile,
    view: &View,
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let texts = TextRenderer::new(engine, site);
    let (template, context) = page_context(site, plan, &file.url, view, &texts);
    fill_template(engine, site, file, &template, &context, texts.into_findings())
}

/// A page's view in which the components that its texts call stand as digests: everything that the page can show,
/// with no template run.
#[derive(Debug)]
pub(crate) struct PageInputs {
    /// The template that would be filled.
    pub template: String,
    /// The view: its values by name.
    pub values: Vec<(&'static str, Value)>,
    /// The components that the page's texts call. Their looks are not in the view; what they are called with is.
    pub components: BTreeSet<String>,
}

/// Makes the view of one page, and no page.
#[must_use]
pub(crate) fn page_inputs(
    engine: &Engine,
    site: &Site<'_>,
    plan: &Plan,
    file: &PlannedFile,
    shown: &View,
) -> PageInputs {
    let texts = TextRenderer::with_digests(engine, site);
    let (template, values) = view_values(site, plan, &file.url, shown, &texts);
    PageInputs {
        template,
        values,
        components: texts.into_called_components(),
    }
}

/// Makes the page of a sketch.
///
/// # Errors
/// As [`render`].
pub(crate) fn render_from_inputs(
    engine: &Engine,
    site: &Site<'_>,
    plan: &Plan,
    file: &PlannedFile,
    view: &View,
    sketch: PageInputs,
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    if !sketch.components.is_empty() {
        return render(engine, site, plan, file, view);
    }
    let mut context = Context::new();
    for (key, value) in sketch.values {
        context.insert_value(key, value);
    }
    fill_template(engine, site, file, &sketch.template, &context, Vec::new())
}

/// Fills a page's template, unless `findings` say that its texts could not be made.
fn fill_template(
    engine: &Engine,
    site: &Site<'_>,
    file: &PlannedFile,
    template: &str,
    context: &Context,
    mut findings: Vec<Diagnostic>,
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    match engine.render(template, context) {
        Ok(html) if findings.is_empty() => Ok(relative_if_asked(site, file, html)),
        Ok(_) => Err(findings),
        Err(finding) => {
            findings.push(*finding);
            Err(findings)
        }
    }
}

fn relative_if_asked(site: &Site<'_>, file: &PlannedFile, html: Vec<u8>) -> Vec<u8> {
    if !site.links.base.is_relative() {
        return html;
    }
    match String::from_utf8(html) {
        Ok(html) => make_links_relative(&file.output, &html).into_bytes(),
        Err(error) => error.into_bytes(),
    }
}
