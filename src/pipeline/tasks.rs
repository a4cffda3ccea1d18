//! Makes each file of a new tree, or reuses it from the old one.
//!
//! Role: does what `publish` has decided. All files made from one picture are made together, so that it is decoded
//! once.

use super::fingerprints::{Fingerprints, Precomputed};
use super::images::{ImageJob, ImageProcessor};
use super::planned::{BuildContext, PlannedSite};
use super::request::{OutputChange, Progress};
use crate::diag::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::ids::AssetId;
use crate::media;
use crate::output::{BuiltFile, EntryStat, OutputError, Stage, StaleReason};
use crate::plan::{FileContent, PlannedFile, View};
use crate::render;
use crate::search::SearchFile;
use rayon::prelude::*;

/// The most files that a thread takes at once. Those that take the longest lie together in the plan, and one thread would
/// be left with them.
pub(super) const MAX_FILES_AT_ONCE: usize = 16;

/// One planned file, and why it must be made.
pub(super) struct Task<'f> {
    pub(super) file: &'f PlannedFile,
    /// Its fingerprint. `None` in a full rebuild, which computes it when the file is made.
    pub(super) fingerprint: Option<Fingerprint>,
    /// Why the file must be made. `None` when the old tree's file can be reused.
    pub(super) reason: Option<StaleReason>,
    /// The stat of the old tree's file. `None` when there is none, and in a full rebuild.
    pub(super) built: Option<EntryStat>,
}

pub(super) fn to_diagnostics(error: OutputError) -> Vec<Diagnostic> {
    vec![error.to_diagnostic()]
}

/// All files of the new tree, sorted by path, and the changes: the files that were made.
pub(super) type StagedFiles = (Vec<(String, BuiltFile)>, Vec<OutputChange>);

/// A staged file, and the change. `None` when the file was reused.
type StagedFile = ((String, BuiltFile), Option<OutputChange>);

/// Runs tasks. Holds what every task needs.
#[derive(Clone, Copy)]
pub(super) struct TaskRunner<'m, 'a> {
    pub(super) context: &'m BuildContext<'a>,
    pub(super) fingerprints: &'m Fingerprints<'m, 'a>,
    pub(super) stage: &'m Stage,
    pub(super) image_processor: &'m ImageProcessor<'m>,
}

/// Makes or reuses every file of the new tree, on all threads.
///
/// # Errors
/// The findings of every task that failed.
pub(super) fn run_tasks(
    runner: &TaskRunner<'_, '_>,
    tasks: Vec<Task<'_>>,
    progress: &dyn Progress,
) -> Result<StagedFiles, Vec<Diagnostic>> {
    let outputs = tasks
        .iter()
        .filter(|task| task.reason.is_some() || !runner.stage.is_copy())
        .map(|task| &task.file.output);
    runner.stage.make_folders(outputs).map_err(to_diagnostics)?;
    let index = &runner.context.search_index;
    let needs_index = |task: &Task<'_>| match task.file.content {
        FileContent::Search(SearchFile::Shard(shard)) => !index.has_shard(shard),
        _ => false,
    };
    if tasks.iter().any(|task| task.reason.is_some() && needs_index(task)) {
        index.prepare(runner.context.site);
    }
    progress.start(tasks.iter().filter(|task| task.reason.is_some()).count());
    let staged: Vec<Result<StagedFile, Vec<Diagnostic>>> = group_by_asset(tasks)
        .into_par_iter()
        .with_max_len(MAX_FILES_AT_ONCE)
        .flat_map_iter(|tasks| runner.run_group(tasks, progress))
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
        files.par_sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok((files, changes))
    } else {
        Err(findings)
    }
}

/// Groups the tasks: those that follow each other and use one asset are together, so that a picture is decoded once.
fn group_by_asset(tasks: Vec<Task<'_>>) -> Vec<Vec<Task<'_>>> {
    let mut groups: Vec<Vec<Task<'_>>> = Vec::with_capacity(tasks.len());
    for task in tasks {
        let id = asset_index(task.file);
        let last = groups.last_mut();
        match last.filter(|group| id.is_some() && group.last().and_then(|task| asset_index(task.file)) == id) {
            Some(group) => group.push(task),
            None => groups.push(vec![task]),
        }
    }
    groups
}

fn asset_index(file: &PlannedFile) -> Option<AssetId> {
    match &file.content {
        FileContent::Asset(id) | FileContent::ResizedImage(id, _) => Some(*id),
        FileContent::Page(_) | FileContent::Static(_) | FileContent::Download(_) | FileContent::Search(_) => None,
    }
}

impl TaskRunner<'_, '_> {
    /// Runs the tasks of one group.
    fn run_group(&self, tasks: Vec<Task<'_>>, progress: &dyn Progress) -> Vec<Result<StagedFile, Vec<Diagnostic>>> {
        let id = tasks.first().and_then(|task| asset_index(task.file));
        let mut job = id.map(|id| self.image_processor.job(id));
        let mut done = Vec::with_capacity(tasks.len());
        for task in tasks {
            let is_made = task.reason.is_some();
            done.push(self.run(task, job.as_mut()));
            if is_made {
                progress.advance();
            }
        }
        done
    }

    /// Runs one task. A file that cannot be reused, because it vanished since it was checked, is made.
    fn run(&self, task: Task<'_>, job: Option<&mut ImageJob<'_>>) -> Result<StagedFile, Vec<Diagnostic>> {
        let file = task.file;
        let output = file.output.as_str().to_owned();
        let mut reason = task.reason;
        if let (None, Some(fingerprint), Some(built)) = (&reason, &task.fingerprint, task.built) {
            if let Ok(stat) = self.stage.reuse(&file.output, built) {
                let fingerprint = fingerprint.clone();
                return Ok(((output, BuiltFile { fingerprint, stat }), None));
            }
            reason = Some(StaleReason::Missing);
        }
        if task.built.is_some() {
            self.stage.make_room(&file.output).map_err(to_diagnostics)?;
        }
        let (fingerprint, precomputed) = match task.fingerprint {
            Some(fingerprint) => (fingerprint, Precomputed::Nothing),
            None => self.fingerprints.compute(file),
        };
        let stat = self.make_file(file, precomputed, job)?;
        let change = reason.map(|reason| OutputChange {
            output: output.clone(),
            reason,
        });
        Ok(((output, BuiltFile { fingerprint, stat }), change))
    }

    /// Makes one file of the new tree.
    fn make_file(
        &self,
        file: &PlannedFile,
        precomputed: Precomputed<'_>,
        job: Option<&mut ImageJob<'_>>,
    ) -> Result<EntryStat, Vec<Diagnostic>> {
        let failed = |finding: Box<Diagnostic>| vec![*finding];
        let (context, stage, output) = (self.context, self.stage, &file.output);
        if let Precomputed::Bytes(bytes) = precomputed {
            return stage.write(output, &bytes).map_err(to_diagnostics);
        }
        let written = match (&file.content, job) {
            (FileContent::Page(view), _) => stage.write(output, &render_page(context, file, view, precomputed)?),
            (FileContent::Asset(id), job) => {
                let sanitized = job.map_or(Ok(None), ImageJob::sanitized).map_err(failed)?;
                match sanitized {
                    Some(bytes) => stage.write(output, &bytes),
                    None => {
                        let asset = &context.content.catalog.assets[*id];
                        let disk = &asset.file.disk_path;
                        if asset.is_film() {
                            stage.copy_edited(output, disk, media::clean_film)
                        } else {
                            stage.copy(output, disk)
                        }
                    }
                }
            }
            (FileContent::ResizedImage(_, variant), Some(job)) => {
                stage.write(output, &job.variant(variant).map_err(failed)?)
            }
            (FileContent::ResizedImage(id, variant), None) => {
                let bytes = self.image_processor.job(*id).variant(variant).map_err(failed)?;
                stage.write(output, &bytes)
            }
            (FileContent::Download(download), _) => {
                let bytes = context.content.download_bytes(context.site, file, download);
                stage.write(output, &bytes.map_err(failed)?)
            }
            (FileContent::Search(part), _) => stage.write(output, &context.search_index.file(context.site, *part)),
            (FileContent::Static(path), _) => stage.write(output, context.content.static_file(path)),
        };
        written.map_err(to_diagnostics)
    }
}

fn render_page(
    context: &BuildContext<'_>,
    file: &PlannedFile,
    view: &View,
    precomputed: Precomputed<'_>,
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let Precomputed::Page(inputs) = precomputed else {
        return context.planned.render_page(context.site, file, view);
    };
    let PlannedSite { plan, engine } = context.planned;
    render::render_from_inputs(&engine.value, context.site, plan, file, view, inputs)
}
