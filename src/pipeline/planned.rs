//! A planned site, ready to be rendered, and the findings about it.

use super::content::SiteContent;
use super::privacy;
use super::search::LazySearchIndex;
use crate::catalog::RecordId;
use crate::check;
use crate::diag::{Checked, Diagnostic, Severity};
use crate::paths::SourcePath;
use crate::plan::{Plan, PlannedFile, View, plan};
use crate::render::{self, Engine, check_record, check_shortcodes, check_wechat};
use crate::schema::Kinds;
use crate::site::Site;
use crate::source::Input;
use rayon::prelude::*;
use std::path::Path;

/// A planned site, ready to be rendered.
pub(super) struct BuildContext<'a> {
    pub(super) root: &'a Path,
    pub(super) content: &'a SiteContent,
    pub(super) site: &'a Site<'a>,
    pub(super) planned: &'a PlannedSite,
    pub(super) search_index: LazySearchIndex,
    /// Every file that was read, without the files to be copied.
    pub(super) inputs: &'a [Input],
    /// The findings so far.
    pub(super) findings: &'a [Diagnostic],
    /// Whether there is an error so far: then nothing is published, and rendering only looks for more findings.
    pub(super) failed: bool,
}

/// What rendering needs in addition to the site.
#[derive(Debug)]
pub(super) struct PlannedSite {
    pub(super) plan: Plan,
    pub(super) engine: Checked<Engine>,
}

impl PlannedSite {
    pub(super) fn new(content: &SiteContent, site: &Site<'_>) -> Self {
        let (plan, engine) = rayon::join(|| plan(site), || Engine::new(&content.theme, site));
        Self { plan, engine }
    }

    /// The findings about the site as a whole, in no particular order.
    pub(super) fn findings(&self, site: &Site<'_>) -> Vec<Diagnostic> {
        let checks: [&(dyn Fn() -> Vec<Diagnostic> + Sync); 5] = [
            &|| check::check(site.catalog, site.settings, site.today),
            &|| privacy::check_names(site),
            &|| self.plan.findings(site),
            &|| check_shortcodes(&self.engine.value, site),
            &|| check_wechat(&self.engine),
        ];
        let mut findings: Vec<Diagnostic> = checks.par_iter().flat_map_iter(|check| check()).collect();
        findings.extend_from_slice(&site.figures.findings);
        findings.extend_from_slice(&self.engine.findings);
        site.settings.judge(findings)
    }

    /// The part of [`Self::findings`] that is about the words of one record.
    pub(super) fn findings_in(&self, site: &Site<'_>, id: RecordId) -> Vec<Diagnostic> {
        let mut findings = check::check_record(site.catalog, site.settings, id);
        findings.extend(self.plan.findings_in(site, id));
        findings.extend(check_record(&self.engine.value, site.record(id)));
        site.settings.judge(findings)
    }

    pub(super) fn render_page(
        &self,
        site: &Site<'_>,
        file: &PlannedFile,
        view: &View,
    ) -> Result<Vec<u8>, Vec<Diagnostic>> {
        render::render(&self.engine.value, site, &self.plan, file, view)
    }
}

/// The findings of reading the content, without those about files that stay at home.
pub(super) fn findings_of_reading(content: &SiteContent, site: &Site<'_>) -> Vec<Diagnostic> {
    let stays = |finding: &&Diagnostic| {
        let file = finding.place.as_ref().map(|place| SourcePath::new(&place.file));
        let asset = file.and_then(|file| site.catalog.find_asset(&file));
        asset.is_some_and(|id| !site.publication.is_published(id))
    };
    content
        .findings
        .iter()
        .filter(|finding| !stays(finding))
        .cloned()
        .collect()
}

/// Sorts findings by file, line and column, and leaves out duplicates and what follows from other findings. Those about one
/// wrong word are joined.
pub(super) fn sorted(mut findings: Vec<Diagnostic>, kinds: &Kinds) -> Vec<Diagnostic> {
    findings.sort();
    findings.dedup();
    check::join_wrong_words(check::fold_consequences(findings, kinds))
}

/// Whether any finding is an error.
pub(super) fn has_errors(findings: &[Diagnostic]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}
