//! HTML from plans: texts with their holes filled, templates with their views.
//!
//! Role: `PlannedPage → RenderedPage`. Knows templates and components, and nothing of the disk or of why a page
//! exists. A page is bytes that depend on its view, the theme and the site's settings alone.

mod engine;
mod minify;
mod text;

pub use engine::Engine;
pub use text::{check_record, check_shortcodes};

use crate::diag::Diagnostic;
use crate::plan::{Plan, PlannedFile, Site, View, context, relative_links};
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
    let mut findings = texts.into_findings();
    match engine.render(&template, &context) {
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
