//! Links by address (`/volunteer/`) to no planned file, in the menu and in texts.

use super::file::{FileContent, Plan, View};
use super::listing::ABSENT_REPORT;
use crate::catalog::ResolvedTarget;
use crate::diag::{Code, Diagnostic, NameIndex, Place, SearchBudget, Severity};
use crate::metrics::Period;
use crate::record::Link;
use crate::site::Site;

/// Checks addresses against the planned files, and suggests similar ones for those that do not exist.
struct LinkChecker<'p, 's> {
    plan: &'p Plan,
    site: &'p Site<'s>,
    /// Built at the first dead link, because most sites have none.
    name_index: Option<NameIndex<'p>>,
    search_budget: SearchBudget,
}

impl<'p, 's> LinkChecker<'p, 's> {
    fn new(site: &'p Site<'s>, plan: &'p Plan) -> Self {
        Self {
            plan,
            site,
            name_index: None,
            search_budget: SearchBudget::default(),
        }
    }

    /// The finding about a link to `path`, written as `target`, if it does not lead there. `near` is the nearest file. A
    /// link that a redirect leads to the statistics in place of a report is a warning.
    fn check(
        &mut self,
        path: &str,
        target: &str,
        near: Option<&str>,
        place: impl FnOnce() -> Place,
    ) -> Option<Diagnostic> {
        let folder = match path.strip_suffix("index.html") {
            Some(folder) if folder.ends_with('/') => folder,
            _ => path,
        };
        let planned = self.plan.file_at(folder);
        let planned = planned.or_else(|| self.plan.file_at(&format!("{folder}/")));
        let is_redirected = planned.is_some_and(|file| {
            file.source == ABSENT_REPORT && matches!(file.content, FileContent::Page(View::Redirect(_)))
        });
        if planned.is_some() && !is_redirected {
            return None;
        }
        let finding = Diagnostic::new(Code::DeadLink).at(place()).with("target", target);
        let links = self.site.settings.policy.links;
        let finding = finding.with_severity(if is_redirected { Severity::Warning } else { links });
        Some(match is_redirected || self.is_below_absent_report(path) {
            true => finding.with("write", "reports: generate"),
            false => finding.with_some("nearest", near.or_else(|| self.nearest(path))),
        })
    }

    /// Whether the address is one of a report that the policy does not ask for: a download, or the evidence of a figure.
    fn is_below_absent_report(&self, path: &str) -> bool {
        let slug = path.strip_prefix("/reports/").and_then(|rest| rest.split('/').next());
        let period = slug.and_then(Period::parse);
        period.is_some_and(|period| self.site.figures.pages.absent_reports.contains(&period))
    }

    fn nearest(&mut self, path: &str) -> Option<&'p str> {
        let urls = || self.plan.files.iter().map(|file| file.url.as_str()).collect();
        let names = self.name_index.get_or_insert_with(urls);
        let nearest = names.nearest(path, &mut self.search_budget);
        // A page is not what was meant by the name of a file.
        let is_alike = |address: &&str| file_extension(path).is_none_or(|ending| address.ends_with(ending));
        nearest.filter(is_alike)
    }
}

/// The extension of the file that a path names, with its dot; `None` for a page.
fn file_extension(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    name.rfind('.').map(|dot| &name[dot..])
}

/// Findings about all links by address.
pub(super) fn find_dead_links(site: &Site<'_>, plan: &Plan) -> Vec<Diagnostic> {
    let mut findings = dead_menu_links(site, &mut LinkChecker::new(site, plan));
    findings.extend(dead_links_among(site, plan, site.catalog.all_links()));
    findings
}

/// Findings about those of `links` whose address does not exist.
pub(super) fn dead_links_among<'l>(
    site: &Site<'_>,
    plan: &Plan,
    links: impl Iterator<Item = (&'l Link, &'l ResolvedTarget)>,
) -> Vec<Diagnostic> {
    let mut checker = LinkChecker::new(site, plan);
    let mut check = |(link, target): (&Link, &ResolvedTarget)| match target {
        ResolvedTarget::Address { path, nearest, .. } => {
            checker.check(path, &link.target, nearest.as_deref(), || link.place.clone())
        }
        _ => None,
    };
    links.filter_map(&mut check).collect()
}

/// Findings about entries of the menu, at any depth, that lead to no planned file.
fn dead_menu_links(site: &Site<'_>, checker: &mut LinkChecker<'_, '_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for entry in site.settings.nav_entries() {
        let place = || {
            let place = entry.place.clone();
            place.unwrap_or_else(|| Place::whole_file("content/site.yaml"))
        };
        if let Some(path) = site.settings.nav_path(entry) {
            findings.extend(checker.check(&path, &entry.url, None, place));
        }
    }
    findings
}
