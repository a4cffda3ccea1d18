//! The files of a new tree: each made, or taken over from the old one.
//!
//! Role: does what `publish` has decided. What is made of one picture is made together, so that it is decoded once.

use super::fingerprints::{Fingerprints, Precomputed};
use super::images::{ImageJob, ImageProcessor};
use super::planned::{BuildContext, PlannedSite};
use super::request::{OutputChange, Progress};
use crate::diag::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::ids::AssetId;
use crate::output::{BuiltFile, EntryStat, OutputError, Stage, StaleReason};
use crate::plan::{FileContent, PlannedFile, View};
use crate::render;
use crate::search::SearchFile;
use rayon::prelude::*;

/// What is to be done about one planned file.
pub(super) struct Task<'f> {
    pub(super) file: &'f PlannedFile,
    /// Its fingerprint, where that had to be known beforehand.
    pub(super) fingerprint: Option<Fingerprint>,
    /// Why it must be made; none when the old tree's can stay.
    pub(super) reason: Option<StaleReason>,
}

pub(super) fn to_diagnostics(fault: OutputError) -> Vec<Diagnostic> {
    vec![fault.to_diagnostic()]
}

/// All files of the new tree, and what was made.
pub(super) type StagedFiles = (Vec<(String, BuiltFile)>, Vec<OutputChange>);

/// A staged file, and why it was made if it was.
type StagedFile = ((String, BuiltFile), Option<OutputChange>);

/// What files are made with.
#[derive(Clone, Copy)]
pub(super) struct TaskRunner<'m, 'a> {
    pub(super) context: &'m BuildContext<'a>,
    pub(super) fingerprints: &'m Fingerprints<'m, 'a>,
    pub(super) stage: &'m Stage,
    pub(super) image_processor: &'m ImageProcessor<'m>,
}

/// Makes or takes over every file of the new tree, on all threads.
///
/// # Errors
/// Everything that went wrong.
pub(super) fn run_tasks(
    make: &TaskRunner<'_, '_>,
    tasks: Vec<Task<'_>>,
    progress: &dyn Progress,
) -> Result<StagedFiles, Vec<Diagnostic>> {
    let outputs = tasks.iter().map(|task| &task.file.output);
    make.stage.make_folders(outputs).map_err(to_diagnostics)?;
    let is_shard = |task: &Task<'_>| matches!(task.file.content, FileContent::Search(SearchFile::Shard(_)));
    if tasks.iter().any(|task| task.reason.is_some() && is_shard(task)) {
        make.context.search_index.prepare(make.context.site);
    }
    progress.start(tasks.iter().filter(|task| task.reason.is_some()).count());
    let staged: Vec<Result<StagedFile, Vec<Diagnostic>>> = group_by_asset(tasks)
        .into_par_iter()
        .flat_map_iter(|tasks| make.run_group(tasks, progress))
        .collect();
    progress.finish();
    let (mut files, mut changes, mut findings) = (Vec::new(), Vec::new(), Vec::new());
    for staged in staged {
        match staged {
            Ok((file, change)) => {
                files.push(file);
                changes.extend(change);
            }
            Err(more) => findings.extend(more),
        }
    }
    if findings.is_empty() {
        Ok((files, changes))
    } else {
        Err(findings)
    }
}

/// The tasks, those together that are about one picture: it is then decoded once.
fn group_by_asset(tasks: Vec<Task<'_>>) -> Vec<Vec<Task<'_>>> {
    let mut groups: Vec<Vec<Task<'_>>> = Vec::with_capacity(tasks.len());
    for task in tasks {
        let of = asset_index(task.file);
        let last = groups.last_mut();
        match last.filter(|group| of.is_some() && group.last().and_then(|task| asset_index(task.file)) == of) {
            Some(group) => group.push(task),
            None => groups.push(vec![task]),
        }
    }
    groups
}

fn asset_index(file: &PlannedFile) -> Option<AssetId> {
    match &file.content {
        FileContent::Asset(at) | FileContent::ResizedImage(at, _) => Some(*at),
        FileContent::Page(_) | FileContent::Static(_) | FileContent::Download(_) | FileContent::Search(_) => None,
    }
}

impl TaskRunner<'_, '_> {
    /// Does the tasks about one file of the site.
    fn run_group(&self, tasks: Vec<Task<'_>>, progress: &dyn Progress) -> Vec<Result<StagedFile, Vec<Diagnostic>>> {
        let at = tasks.first().and_then(|task| asset_index(task.file));
        let mut bench = at.map(|at| self.image_processor.job(at));
        let mut done = Vec::with_capacity(tasks.len());
        for task in tasks {
            let is_made = task.reason.is_some();
            done.push(self.run(task, bench.as_mut()));
            if is_made {
                progress.advance();
            }
        }
        done
    }

    /// Does one task. A file that cannot be taken over, because it vanished since it was looked at, is made.
    fn run(&self, task: Task<'_>, bench: Option<&mut ImageJob<'_>>) -> Result<StagedFile, Vec<Diagnostic>> {
        let file = task.file;
        let output = file.output.as_str().to_owned();
        let mut reason = task.reason;
        if let (None, Some(print)) = (&reason, &task.fingerprint) {
            if let Ok(stamp) = self.stage.reuse(&file.output) {
                let print = print.clone();
                return Ok((
                    (
                        output,
                        BuiltFile {
                            fingerprint: print,
                            stat: stamp,
                        },
                    ),
                    None,
                ));
            }
            reason = Some(StaleReason::Missing);
        }
        let (print, begun) = match task.fingerprint {
            Some(print) => (print, Precomputed::Nothing),
            None => self.fingerprints.compute(file),
        };
        let stamp = self.make_file(file, begun, bench)?;
        let change = reason.map(|reason| OutputChange {
            output: output.clone(),
            reason,
        });
        Ok((
            (
                output,
                BuiltFile {
                    fingerprint: print,
                    stat: stamp,
                },
            ),
            change,
        ))
    }

    /// Makes one file of the new tree.
    fn make_file(
        &self,
        file: &PlannedFile,
        begun: Precomputed<'_>,
        bench: Option<&mut ImageJob<'_>>,
    ) -> Result<EntryStat, Vec<Diagnostic>> {
        let failed = |finding: Box<Diagnostic>| vec![*finding];
        let (ready, stage, output) = (self.context, self.stage, &file.output);
        if let Precomputed::Bytes(bytes) = begun {
            return stage.write(output, &bytes).map_err(to_diagnostics);
        }
        let written = match (&file.content, bench) {
            (FileContent::Page(view), _) => stage.write(output, &render_page(ready, file, view, begun)?),
            (FileContent::Asset(at), bench) => {
                let cleaned = bench.map_or(Ok(None), ImageJob::sanitized).map_err(failed)?;
                match cleaned {
                    Some(bytes) => stage.write(output, &bytes),
                    None => stage.copy(output, &ready.content.catalog.assets[*at].file.disk_path),
                }
            }
            (FileContent::ResizedImage(_, recipe), Some(bench)) => {
                stage.write(output, &bench.variant(recipe).map_err(failed)?)
            }
            (FileContent::ResizedImage(at, recipe), None) => {
                let made = self.image_processor.job(*at).variant(recipe).map_err(failed)?;
                stage.write(output, &made)
            }
            (FileContent::Download(download), _) => {
                let bytes = ready.content.download_bytes(ready.site, file, download);
                stage.write(output, &bytes.map_err(failed)?)
            }
            (FileContent::Search(part), _) => stage.write(output, &ready.search_index.file(ready.site, *part)),
            (FileContent::Static(path), _) => stage.write(output, ready.content.static_file(path)),
        };
        written.map_err(to_diagnostics)
    }
}

fn render_page(
    ready: &BuildContext<'_>,
    file: &PlannedFile,
    view: &View,
    begun: Precomputed<'_>,
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let Precomputed::Page(sketch) = begun else {
        return ready.planned.render_page(ready.site, file, view);
    };
    let PlannedSite { plan, engine } = ready.planned;
    render::render_from_inputs(&engine.value, ready.site, plan, file, view, sketch)
}
