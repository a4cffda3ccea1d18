//! Renders planned pages to HTML: fills the holes of texts, and templates with their views.
//!
//! Role: `PlannedFile → bytes`. It knows templates and components. It does not know the disk, nor why a page exists.
//! The bytes of a page depend on its view, the theme and the site's settings alone.

mod component_cache;
mod counted_loops;
mod dependencies;
mod endless_templates;
mod engine;
mod engine_reports;
mod limited_page;
mod minify;
mod responsive_images;
mod template_tags;
mod text;
mod unclosed_tags;

pub(crate) use dependencies::{SiteKeys, TemplateDependencies};
pub(crate) use engine::Engine;
pub(crate) use text::{check_record, check_shortcodes};

use crate::diag::{Checked, Diagnostic};
use crate::export::WeChatParts;
use crate::plan::{Plan, PlannedFile, View, page_context, view_values};
use crate::site::{Site, make_links_relative};
use std::collections::BTreeSet;
use tera::{Context, Value};
use text::TextRenderer;

/// Renders one page.
///
/// # Errors
/// The findings of templates and components, each with its place in the theme or in the post.
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

/// A page's view, with digests in place of the output of the components that its texts call. It holds everything that
/// the page can show, and no template was run for it.
#[derive(Debug)]
pub(crate) struct PageInputs {
    /// The template of the page.
    pub template: String,
    /// The view: its values by name.
    pub values: Vec<(&'static str, Value)>,
    /// The components that the page's texts call. The view holds their arguments, not their output.
    pub components: BTreeSet<String>,
}

/// Makes the view of one page without rendering it.
#[must_use]
pub(crate) fn page_inputs(
    engine: &Engine,
    site: &Site<'_>,
    plan: &Plan,
    file: &PlannedFile,
    view: &View,
) -> PageInputs {
    let texts = TextRenderer::with_digests(engine, site);
    let (template, values) = view_values(site, plan, &file.url, view, &texts);
    PageInputs {
        template,
        values,
        components: texts.into_called_components(),
    }
}

/// Renders a page from its inputs, or from its view when its texts call components.
///
/// # Errors
/// As [`render`].
pub(crate) fn render_from_inputs(
    engine: &Engine,
    site: &Site<'_>,
    plan: &Plan,
    file: &PlannedFile,
    view: &View,
    inputs: PageInputs,
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    if !inputs.components.is_empty() {
        return render(engine, site, plan, file, view);
    }
    let mut context = Context::new();
    for (key, value) in inputs.values {
        context.insert_value(key, value);
    }
    fill_template(engine, site, file, &inputs.template, &context, Vec::new())
}

/// Renders a page's template. `findings` are those of its texts; the page fails when there are any.
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

/// The template of a post for a WeChat account.
const WECHAT_TEMPLATE: &str = "share/wechat.html";

/// Renders the theme's layout of a post for a WeChat account.
///
/// # Errors
/// The findings about the theme's templates.
pub(crate) fn render_wechat(engine: &Checked<Engine>, parts: &WeChatParts) -> Result<String, Vec<Diagnostic>> {
    if !engine.findings.is_empty() {
        return Err(engine.findings.clone());
    }
    let mut context = Context::new();
    context.insert("title", &parts.title);
    context.insert("facts", &parts.facts);
    context.insert("summary", &parts.summary);
    context.insert("body", &parts.body);
    context.insert("ai_note", &parts.ai_note);
    context.insert("notes", &parts.notes);
    let html = engine.value.render(WECHAT_TEMPLATE, &context);
    let html = html.map_err(|finding| vec![*finding])?;
    Ok(String::from_utf8_lossy(&html).into_owned())
}

/// The findings about the layout of a post for a WeChat account, which no page shows: it is rendered for an example.
pub(crate) fn check_wechat(engine: &Checked<Engine>) -> Vec<Diagnostic> {
    if !engine.findings.is_empty() {
        return Vec::new();
    }
    let example = WeChatParts {
        title: "标题".to_owned(),
        facts: vec!["2022年5月12日".to_owned()],
        summary: "摘要".to_owned(),
        body: "<p>正文</p>".to_owned(),
        ai_note: "说明".to_owned(),
        notes: vec!["https://example.org/".to_owned()],
    };
    render_wechat(engine, &example).err().unwrap_or_default()
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
