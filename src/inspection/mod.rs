//! What an inspection of government sites (政府网站检查) looks at beyond single posts: fresh columns, honest dates,
//! concerns that wait for an answer.
//!
//! Role: `Site + first commits → findings`, for `check --gov`; the desk shows the columns. Does not know the clock or
//! version control: the caller passes both.

mod columns;
mod concerns;
mod dates;

pub use columns::{Freshness, UpdateRule};
pub(crate) use columns::{SiteColumn, SiteColumns, site_columns};

use crate::check::place_in;
use crate::diag::{Code, Diagnostic, Place};
use crate::site::Site;
use crate::source::FirstCommits;

/// The findings of an inspection.
#[must_use]
pub(crate) fn inspect(site: &Site<'_>, first_commits: &FirstCommits) -> Vec<Diagnostic> {
    let columns = site_columns(site);
    let columns = columns.all().filter_map(|column| column_finding(site, column));
    columns
        .chain(dates::undated_items(site))
        .chain(dates::far_from_first_commit(site, first_commits))
        .chain(concerns::open_concerns(site))
        .collect()
}

/// The finding about a column that does not satisfy its rule.
fn column_finding(site: &Site<'_>, column: &SiteColumn) -> Option<Diagnostic> {
    let label = column.label.as_ref().map(|label| label.get(&site.settings.language));
    match column.freshness {
        Freshness::Fresh => None,
        Freshness::Empty => {
            let finding = Diagnostic::new(Code::EmptyColumn).at(column_place(site, column));
            Some(finding.with_some("label", label))
        }
        Freshness::Stale => {
            let post = column.newest_post.map(|post| place_in(site.record(post), "date"));
            let rule = match column.rule {
                UpdateRule::TwoWeeks => "two-weeks",
                UpdateRule::HalfYear => "half-year",
            };
            let finding = Diagnostic::new(Code::StaleColumn)
                .at(post.unwrap_or_else(|| column_place(site, column)))
                .with("date", column.newest?.to_string())
                .with("days", column.days?.to_string())
                .with("rule", rule);
            Some(finding.with_some("label", label))
        }
    }
}

/// Where a site has a column: in the menu, otherwise the page of its folder, otherwise the settings.
fn column_place(site: &Site<'_>, column: &SiteColumn) -> Place {
    let entries = site.settings.nav_entries().into_iter();
    let is_column = |path: String| path.trim_matches('/') == column.folder;
    let mut in_menu = entries.filter(|entry| site.settings.nav_path(entry).is_some_and(is_column));
    let in_menu = in_menu.find_map(|entry| entry.place.clone());
    let section = || site.catalog.sections.get(&column.folder);
    in_menu.unwrap_or_else(|| {
        let page = section().map(|section| section.path.as_str());
        Place::whole_file(page.unwrap_or("content/site.yaml"))
    })
}
