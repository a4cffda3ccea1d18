//! Rendering without writing, for the findings that only rendering makes.

use super::images::ImageProcessor;
use super::planned::BuildContext;
use super::request::{Outcome, Progress};
use crate::diag::Diagnostic;
use crate::plan::{FileContent, Plan, PlannedFile};
use rayon::prelude::*;

/// Renders every page and drops it, for the findings that only rendering makes.
pub(super) fn dry_run(context: &BuildContext<'_>, progress: &dyn Progress) -> Outcome {
    progress.start(context.planned.plan.files.len());
    let files = &context.planned.plan.files;
    let mut findings: Vec<Diagnostic> = files
        .par_iter()
        .flat_map_iter(|file| {
            progress.advance();
            match &file.content {
                FileContent::Page(view) => context.planned.render_page(context.site, file, view).err(),
                FileContent::Asset(_)
                | FileContent::ResizedImage(..)
                | FileContent::Static(_)
                | FileContent::Download(_)
                | FileContent::Search(_) => None,
            }
            .unwrap_or_default()
        })
        .collect();
    findings.extend(ImageProcessor::new(&context.content.catalog.assets, context.root).check_decodable(files));
    progress.finish();
    Outcome {
        findings,
        ..file_counts(&context.planned.plan)
    }
}

/// An outcome with the counts of files and pages of `plan`.
pub(super) fn file_counts(plan: &Plan) -> Outcome {
    let is_page = |file: &&PlannedFile| matches!(&file.content, FileContent::Page(view) if view.is_html());
    Outcome {
        pages: plan.files.iter().filter(is_page).count(),
        files: plan.files.len(),
        ..Outcome::default()
    }
}
