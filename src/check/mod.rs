//! What `check` and every build have to say of the whole site.
//!
//! Role: `Catalog → Findings`. Rules only: each looks at the catalog (or at one text) and says what is wrong by the
//! site's policy. Mends nothing, decides no address, counts nothing.

mod links;
mod people;
mod privacy;

pub use privacy::scan as privacy;

use crate::catalog::Catalog;
use crate::config::Settings;
use crate::diag::Diagnostic;

/// Everything that the rules find in the catalog.
#[must_use]
pub fn check(catalog: &Catalog, settings: &Settings) -> Vec<Diagnostic> {
    let mut findings = links::check(catalog, settings.policy.links);
    findings.extend(people::check(catalog, settings));
    findings
}
