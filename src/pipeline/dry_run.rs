//! Rendering without writing: what only rendering can find.

use super::images::ImageProcessor;
use super::planned::BuildContext;
use super::request::{Outcome, Progress};
use crate::diag::Diagnostic;
use crate::plan::{FileContent, Plan, PlannedFile};
use rayon::prelude::*;

/// Renders every page and throws it away: what only rendering can find.
pub(super) fn dry_run(ready: &BuildContext<'_>, progress: &dyn Progress) -> Outcome {
    progress.start(ready.planned.plan.files.len());
    let files = &ready.planned.plan.files;
    let mut findings: Vec<Diagnostic> = files
        .par_iter()
        .flat_map_iter(|file| {
            progress.advance();
            match &file.content {
                FileContent::Page(view) => ready.planned.render_page(ready.site, file, view).err(),
                FileContent::Asset(_)
                | FileContent::ResizedImage(..)
                | FileContent::Static(_)
                | FileContent::Download(_)
                | FileContent::Search(_) => None,
            }
            .unwrap_or_default()
        })
        .collect();
    findings.extend(ImageProcessor::new(&ready.content.catalog.assets, ready.root).check_decodable(files));
    progress.finish();
    Outcome {
        findings,
        ..file_counts(&ready.planned.plan)
    }
}

/// An outcome with the numbers of files and pages of `plan`.
pub(super) fn file_counts(plan: &Plan) -> Outcome {
    let is_page = |file: &&PlannedFile| matches!(&file.content, FileContent::Page(view) if view.is_html());
    Outcome {
        pages: plan.files.iter().filter(is_page).count(),
        files: plan.files.len(),
        ..Outcome::default()
    }
}
