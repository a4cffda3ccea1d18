//! From a planned site to a published one: makes the stale files, and reuses the rest of the previous tree.
//!
//! The new tree is complete before it replaces the old one, and equal to the tree of a full rebuild, whatever was made
//! or reused.

use super::dry_run::{dry_run, file_counts};
use super::fingerprints::Fingerprints;
use super::images::ImageProcessor;
use super::planned::BuildContext;
use super::request::{NoProgress, Outcome, OutputChange, Progress, Request};
use super::tasks::{MAX_FILES_AT_ONCE, Task, TaskRunner, run_tasks, to_diagnostics};
use crate::catalog::{Asset, AssetId};
use crate::diag::{Code, Diagnostic, Place};
use crate::ids::TiVec;
use crate::output::{
    BuildOptions, BuildRecord, BuiltFile, FullRebuildReason, KnownFiles, Manifest, OutputError, OutputLock,
    PreviousBuild, PreviousTree, Snapshot, Stage, StaleReason, TreeChanges,
};
use crate::paths::OutputPath;
use crate::plan::PlannedFile;
use crate::source::{self, Input, InputFiles, Listing};
use rayon::prelude::*;
use std::path::PathBuf;

/// The previous build, as far as this request can use it.
fn previous_build(request: &Request) -> PreviousBuild {
    if request.force {
        return PreviousBuild::unusable(FullRebuildReason::Forced);
    }
    PreviousBuild::read(&request.site, &output_folder(request), &build_options(request))
}

/// What is known when something changed, so that a build is needed.
pub(super) struct BeforeBuild {
    pub(super) previous: PreviousBuild,
    /// The files of `content/`, if where links may lead makes no difference.
    pub(super) listing: Option<Listing>,
}

/// The outcome of the previous build, when the site's files, the request and the output tree are all unchanged since
/// then.
///
/// # Errors
/// What is known, when something changed.
pub(super) fn outcome_if_unchanged(request: &Request) -> Result<Outcome, Box<BeforeBuild>> {
    let look_back = || {
        let past = previous_build(request);
        let is_whole = past.is_whole();
        (past, is_whole)
    };
    let ((past, is_whole), files) = rayon::join(look_back, || source::list_inputs(&request.site));
    let same = |manifest: &Manifest| {
        let snapshot = &manifest.snapshot;
        let files = files.as_ref()?;
        let is_same = snapshot.options == build_options(request) && source::are_unchanged(files, &snapshot.inputs);
        is_same.then_some(Outcome {
            findings: snapshot.findings()?,
            pages: snapshot.pages,
            files: snapshot.files(),
            published: true,
            changes: Vec::new(),
            kept: snapshot.files(),
        })
    };
    let same = past.manifest.as_ref().ok().filter(|_| is_whole).and_then(same);
    same.ok_or_else(|| {
        Box::new(BeforeBuild {
            previous: past,
            listing: files.and_then(InputFiles::into_listing),
        })
    })
}

/// A built site that no build replaces while this is held.
#[derive(Debug)]
pub(crate) struct HeldBuild {
    _lock: OutputLock,
    /// The output folder.
    pub folder: PathBuf,
    /// The paths of the site's files in it, with `/`.
    pub files: Vec<String>,
}

/// Locks the output folder of `request`, in which the `kept` files stay, after its build.
///
/// # Errors
/// A finding when the folder does not hold the build of this request: another build replaced it, perhaps one with
/// drafts.
pub(crate) fn hold_build(request: &Request, kept: &[String]) -> Result<HeldBuild, Box<Diagnostic>> {
    let folder = output_folder(request);
    let lock = OutputLock::acquire_keeping(&request.site, &folder, kept);
    let lock = lock.map_err(|error| Box::new(error.to_diagnostic()))?;
    match lock.verified_files(&build_options(request)) {
        Some(files) => Ok(HeldBuild {
            _lock: lock,
            folder,
            files,
        }),
        None => {
            let path = folder.display().to_string();
            Err(Box::new(Diagnostic::new(Code::SiteRebuilt).with("path", path)))
        }
    }
}

fn output_folder(request: &Request) -> PathBuf {
    request.out.clone().unwrap_or_else(|| request.site.join("public"))
}

fn build_options(request: &Request) -> BuildOptions {
    BuildOptions {
        program: request.program.clone(),
        base_url: request.base_url.clone(),
        drafts: request.drafts,
        future: request.future,
        internal: request.internal,
        today: request.today.to_string(),
    }
}

/// Makes the files that changed, and swaps the new tree in. After an error, only does a dry run.
pub(super) fn publish(
    request: &Request,
    context: &BuildContext<'_>,
    past: &PreviousBuild,
    progress: &dyn Progress,
) -> Outcome {
    if context.failed {
        return dry_run(context, &NoProgress);
    }
    let outcome = file_counts(&context.planned.plan);
    match replace_tree(request, context, past, progress, outcome.pages) {
        Ok(published) => Outcome {
            findings: published.findings,
            published: true,
            kept: outcome.files - published.changes.iter().filter(|change| change.is_made()).count(),
            changes: published.changes,
            ..outcome
        },
        Err(findings) => Outcome { findings, ..outcome },
    }
}

/// The result of replacing the tree.
struct Published {
    findings: Vec<Diagnostic>,
    changes: Vec<OutputChange>,
}

/// All tasks, and the files of the old tree that are no longer planned.
struct BuildPlan<'f> {
    tasks: Vec<Task<'f>>,
    removed: Vec<OutputChange>,
    /// `None` in a full rebuild.
    previous: Option<PreviousTree<'f>>,
}

/// Replaces the old tree with the new one, unless they are equal.
///
/// # Errors
/// What went wrong; the old tree is then unchanged.
fn replace_tree(
    request: &Request,
    context: &BuildContext<'_>,
    past: &PreviousBuild,
    progress: &dyn Progress,
    pages: usize,
) -> Result<Published, Vec<Diagnostic>> {
    let assets = hash_assets(context)?;
    let inputs = with_assets(context.inputs, &assets);
    let fingerprints = Fingerprints::new(context, &inputs, &assets);
    let digests = fingerprints.digests();
    let keep = &context.content.settings.output.keep;
    let keep: Vec<String> = keep.iter().map(|name| name.text.clone()).collect();
    let lock = OutputLock::acquire_keeping(context.root, &output_folder(request), &keep)
        .map_err(|error| findings_of(context, &error))?;
    let build_plan = plan_build(context, &fingerprints, &inputs, past, &lock);
    let build_record = |files: Vec<(String, BuiltFile)>| BuildRecord {
        options: build_options(request),
        inputs,
        findings: context.findings.to_vec(),
        pages,
        digests,
        files,
    };
    if let Some(files) = build_plan.up_to_date() {
        lock.save_record(build_record(files));
        return Ok(Published {
            findings: Vec::new(),
            changes: Vec::new(),
        });
    }
    let known = KnownFiles {
        manifest: past.manifest.as_ref().ok(),
        planned: context
            .planned
            .plan
            .files
            .iter()
            .map(|file| file.output.as_str())
            .collect(),
    };
    // While no folder changed, no file was added. Before the old tree is replaced, its files are examined again anyway.
    let has_same_folders = build_plan.has_same_folders();
    if !has_same_folders {
        lock.check_no_foreign_files(&known)
            .map_err(|error| findings_of(context, &error))?;
    }
    let old = known.manifest.filter(|_| build_plan.previous.is_some());
    let old_snapshot = old.map(|manifest| &manifest.snapshot);
    let stage = Stage::over(lock, old_snapshot, has_same_folders).map_err(to_diagnostics)?;
    let gone = build_plan.removed.iter().map(|change| change.output.as_str());
    stage.remove_gone(gone).map_err(to_diagnostics)?;
    let image_processor = ImageProcessor::new(&context.content.catalog.assets, context.root);
    let runner = TaskRunner {
        context,
        fingerprints: &fingerprints,
        stage: &stage,
        image_processor: &image_processor,
    };
    let (files, mut changes) = run_tasks(&runner, build_plan.tasks, progress)?;
    changes.extend(build_plan.removed);
    changes.sort_by(|a, b| a.output.cmp(&b.output));
    let committed = stage.commit_over(&known);
    let committed = committed.map_err(|error| findings_of(context, &error))?;
    let keep_old = has_same_folders && changes.len() <= files.len() / 2;
    let tree_changes = tree_changes(&changes, old_snapshot.filter(|_| keep_old));
    let failure = committed.remove_old_and_record(build_record(files), tree_changes);
    image_processor.prune_cache(&context.planned.plan.files);
    Ok(Published {
        findings: failure.into_iter().collect(),
        changes,
    })
}

/// The paths of the files that were made, and of those that were removed from the `old` tree.
fn tree_changes<'c>(changes: &'c [OutputChange], old: Option<&'c Snapshot>) -> TreeChanges<'c> {
    let paths = |is_made: bool| {
        let changes = changes.iter().filter(move |change| change.is_made() == is_made);
        changes.map(|change| change.output.as_str()).collect()
    };
    TreeChanges {
        made: paths(true),
        removed: paths(false),
        old,
    }
}

/// The finding about an error of the output folder. Where the settings would be changed, it has that place.
fn findings_of(context: &BuildContext<'_>, error: &OutputError) -> Vec<Diagnostic> {
    let finding = error.to_diagnostic();
    if finding.code != Code::ForeignFiles {
        return vec![finding];
    }
    let place = context.content.settings.output.place.clone();
    vec![finding.at(place.unwrap_or_else(|| Place::whole_file("content/site.yaml")))]
}

/// The assets, with the hashes that they have before they are copied. A picture has the hash of its probe.
fn hash_assets(context: &BuildContext<'_>) -> Result<TiVec<AssetId, Input>, Vec<Diagnostic>> {
    let input = |asset: &Asset| {
        let content_hash = match &asset.probe {
            Some(probe) => probe.content_hash,
            None => source::hash_file(&asset.file)?,
        };
        Ok(Input {
            path: asset.path().clone(),
            content_hash,
        })
    };
    let assets = &context.content.catalog.assets.raw;
    let hashed: Result<Vec<Input>, Box<Diagnostic>> = assets.par_iter().map(input).collect();
    hashed.map(TiVec::from).map_err(|finding| vec![*finding])
}

/// All files that were read or are copied, sorted by path.
fn with_assets(read: &[Input], assets: &TiVec<AssetId, Input>) -> Vec<Input> {
    let mut inputs = [read, assets.raw.as_slice()].concat();
    inputs.sort();
    inputs
}

/// Compares the plan with the old tree. A full rebuild when the old tree cannot be used.
fn plan_build<'f>(
    context: &'f BuildContext<'_>,
    fingerprints: &Fingerprints<'_, '_>,
    inputs: &[Input],
    past: &'f PreviousBuild,
    lock: &OutputLock,
) -> BuildPlan<'f> {
    let old = match &past.manifest {
        Err(why) => Err(*why),
        Ok(manifest) => {
            let state = lock.tree_state(past);
            let tree = state.and_then(|state| PreviousTree::new(manifest, state));
            tree.map(|tree| (manifest, tree)).ok_or(FullRebuildReason::Damaged)
        }
    };
    let files = &context.planned.plan.files;
    match old {
        Err(why) => BuildPlan::full_rebuild(files, why),
        Ok((manifest, old)) => {
            let index_of = |file: &PlannedFile| old.index_of(&file.output);
            let former = |file: &PlannedFile| index_of(file).map(|index| old.fingerprint(index));
            let read = |output: &OutputPath| {
                let index = old.index_of(output).filter(|index| old.is_unchanged(*index));
                index.and_then(|_| lock.read_output(output))
            };
            let reuse = fingerprints.reuse(&manifest.snapshot, inputs, &former, &read);
            let task = |file: &'f PlannedFile| {
                let index = index_of(file);
                let former = index.map(|index| old.fingerprint(index));
                let fingerprint = fingerprints.fingerprint(file, former, &reuse);
                let task = Task {
                    file,
                    reason: old.stale_reason(index, &fingerprint),
                    built: index.map(|index| old.stat(index)),
                    fingerprint: Some(fingerprint),
                };
                (task, index)
            };
            let tasks = files.par_iter().with_max_len(MAX_FILES_AT_ONCE).map(task);
            let (tasks, indices): (Vec<Task<'_>>, Vec<Option<usize>>) = tasks.unzip();
            let gone = old.paths_except(indices.into_iter().flatten()).into_iter();
            let gone = gone.map(|path| OutputChange {
                output: path.to_owned(),
                reason: StaleReason::Gone,
            });
            BuildPlan {
                tasks,
                removed: gone.collect(),
                previous: Some(old),
            }
        }
    }
}

impl<'f> BuildPlan<'f> {
    fn full_rebuild(files: &'f [PlannedFile], why: FullRebuildReason) -> Self {
        let tasks = files.iter().map(|file| Task {
            file,
            fingerprint: None,
            reason: Some(StaleReason::FullRebuild(why)),
            built: None,
        });
        Self {
            tasks: tasks.collect(),
            removed: Vec::new(),
            previous: None,
        }
    }

    /// Whether the folders of the old tree are as they were built.
    fn has_same_folders(&self) -> bool {
        self.previous.as_ref().is_some_and(PreviousTree::has_same_folders)
    }

    /// The files of the old tree, when it already equals the new one and no file was added to it.
    fn up_to_date(&self) -> Option<Vec<(String, BuiltFile)>> {
        let old = self.previous.as_ref()?;
        let is_same =
            old.has_same_folders() && self.removed.is_empty() && self.tasks.iter().all(|task| task.reason.is_none());
        is_same.then(|| {
            let built = old.built_files();
            built.map(|(path, built)| (path.to_owned(), built)).collect()
        })
    }
}
