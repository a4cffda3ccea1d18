//! From a planned site to a published one: what must be made is made, the rest is taken over from the tree before.
//!
//! Whatever is made or kept, the new tree is whole before it takes the place of the old one, and equal to one that was
//! made from nothing.

use super::dry_run::{dry_run, file_counts};
use super::fingerprints::Fingerprints;
use super::images::ImageProcessor;
use super::planned::BuildContext;
use super::request::{NoProgress, Outcome, OutputChange, Progress, Request};
use super::tasks::{Task, TaskRunner, run_tasks, to_diagnostics};
use crate::catalog::{Asset, AssetId};
use crate::diag::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::ids::TiVec;
use crate::output::{
    BuildOptions, BuildRecord, BuiltFile, FullRebuildReason, Manifest, OutputLock, PreviousBuild, Stage, StaleReason,
    TreeState, stale_reasons,
};
use crate::paths::OutputPath;
use crate::plan::{FileContent, PlannedFile};
use crate::source::{self, Input};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What an earlier build of the same request left.
fn previous_build(request: &Request) -> PreviousBuild {
    if request.force {
        return PreviousBuild::unusable(FullRebuildReason::Forced);
    }
    PreviousBuild::read(&request.site, &output_folder(request), &build_options(request))
}

/// The outcome of the build before, where neither the site's files nor the request nor the tree is another than then.
///
/// # Errors
/// What that build left, when there is something to do.
pub(super) fn outcome_if_unchanged(request: &Request) -> Result<Outcome, Box<PreviousBuild>> {
    let look_back = || {
        let past = previous_build(request);
        let is_whole = past.is_whole();
        (past, is_whole)
    };
    let ((past, is_whole), files) = rayon::join(look_back, || source::list_inputs(&request.site));
    let same = |manifest: &Manifest| {
        let snapshot = &manifest.snapshot;
        let is_same = snapshot.options == build_options(request) && source::are_unchanged(&files?, &snapshot.inputs);
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
    same.ok_or_else(|| Box::new(past))
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
        today: request.today.to_string(),
    }
}

/// Makes what changed, and swaps the new tree in.
pub(super) fn publish(
    request: &Request,
    ready: &BuildContext<'_>,
    past: &PreviousBuild,
    progress: &dyn Progress,
) -> Outcome {
    if ready.failed {
        return dry_run(ready, &NoProgress);
    }
    let counted = file_counts(&ready.planned.plan);
    match replace_tree(request, ready, past, progress, counted.pages) {
        Ok(done) => Outcome {
            findings: done.findings,
            published: true,
            kept: counted.files - done.changes.iter().filter(|change| change.is_made()).count(),
            changes: done.changes,
            ..counted
        },
        Err(findings) => Outcome { findings, ..counted },
    }
}

/// What came of putting a new tree in place.
struct Published {
    findings: Vec<Diagnostic>,
    changes: Vec<OutputChange>,
}

/// All tasks, and the files of the old tree that no task is about.
struct BuildPlan<'f> {
    tasks: Vec<Task<'f>>,
    removed: Vec<OutputChange>,
    /// The old tree as it was built and as it stands; none when nothing of it is used.
    previous: Option<PreviousTree<'f>>,
}

/// The old tree.
struct PreviousTree<'m> {
    files: BTreeMap<&'m str, BuiltFile>,
    state: TreeState<'m>,
}

/// Puts the new tree in the place of the old one, unless they are the same.
///
/// # Errors
/// What went wrong; the old tree is then as it was.
fn replace_tree(
    request: &Request,
    ready: &BuildContext<'_>,
    past: &PreviousBuild,
    progress: &dyn Progress,
    pages: usize,
) -> Result<Published, Vec<Diagnostic>> {
    let assets = hash_assets(ready)?;
    let inputs = with_assets(ready.inputs, &assets);
    let prints = Fingerprints::new(ready, &inputs, &assets);
    let claim = OutputLock::acquire(ready.root, &output_folder(request)).map_err(to_diagnostics)?;
    let work = plan_build(ready, &prints, past, &claim);
    let account = |files: Vec<(String, BuiltFile)>| BuildRecord {
        options: build_options(request),
        inputs,
        findings: ready.findings.to_vec(),
        pages,
        figures_hash: prints.figures_hash(),
        files,
    };
    if let Some(files) = work.up_to_date() {
        claim.save_record(account(files));
        return Ok(Published {
            findings: Vec::new(),
            changes: Vec::new(),
        });
    }
    let stage = Stage::with_lock(claim).map_err(to_diagnostics)?;
    let workshop = ImageProcessor::new(&ready.content.catalog.assets, ready.root);
    let make = TaskRunner {
        context: ready,
        fingerprints: &prints,
        stage: &stage,
        image_processor: &workshop,
    };
    let (files, mut changes) = run_tasks(&make, work.tasks, progress)?;
    changes.extend(work.removed);
    changes.sort_by(|a, b| a.output.cmp(&b.output));
    let (claim, failure) = stage.commit().map_err(to_diagnostics)?.remove_old_keeping_lock();
    claim.save_record(account(files));
    workshop.prune_cache(&ready.planned.plan.files);
    Ok(Published {
        findings: failure.into_iter().collect(),
        changes,
    })
}

/// The files that are copied, with their hashes as they are before they are copied; of pictures, as they were when they
/// were looked at.
fn hash_assets(ready: &BuildContext<'_>) -> Result<TiVec<AssetId, Input>, Vec<Diagnostic>> {
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
    let assets = &ready.content.catalog.assets.raw;
    let hashed: Result<Vec<Input>, Box<Diagnostic>> = assets.par_iter().map(input).collect();
    hashed.map(TiVec::from).map_err(|finding| vec![*finding])
}

/// All files that were read or are copied, in order of path.
fn with_assets(read: &[Input], assets: &TiVec<AssetId, Input>) -> Vec<Input> {
    let mut inputs = [read, assets.raw.as_slice()].concat();
    inputs.sort();
    inputs
}

/// Compares the plan with the old tree, as far as that may be used.
fn plan_build<'f>(
    ready: &'f BuildContext<'_>,
    prints: &Fingerprints<'_, '_>,
    past: &'f PreviousBuild,
    claim: &OutputLock,
) -> BuildPlan<'f> {
    let old = match &past.manifest {
        Err(why) => Err(*why),
        Ok(manifest) => manifest
            .built_files()
            .ok_or(FullRebuildReason::Damaged)
            .map(|built| PreviousTree {
                files: built,
                state: claim.tree_state(manifest),
            }),
    };
    let files = &ready.planned.plan.files;
    match old {
        Err(why) => BuildPlan::full_rebuild(files, why),
        Ok(old) => {
            let same_figures = previous_figures_hash(past) == Some(prints.figures_hash());
            let print = |file: &PlannedFile| old.files.get(file.output.as_str()).map(|built| &built.fingerprint);
            let same_texts = prints.is_search_unchanged(print);
            let known = files.par_iter().map(|file| {
                let known = match (&file.content, print(file)) {
                    (FileContent::Search(_), Some(print)) if same_texts => Some(print.clone()),
                    (FileContent::Page(_), Some(print)) if same_figures => prints.figures_page_fingerprint(file, print),
                    _ => None,
                };
                known.unwrap_or_else(|| prints.compute(file).0)
            });
            let known: Vec<Fingerprint> = known.collect();
            BuildPlan::incremental(files, known, old)
        }
    }
}

/// What the figures of the old tree were made from.
fn previous_figures_hash(past: &PreviousBuild) -> Option<u64> {
    past.manifest
        .as_ref()
        .ok()
        .map(|manifest| manifest.snapshot.figures_hash)
}

impl<'f> BuildPlan<'f> {
    fn full_rebuild(files: &'f [PlannedFile], why: FullRebuildReason) -> Self {
        let tasks = files.iter().map(|file| Task {
            file,
            fingerprint: None,
            reason: Some(StaleReason::FullRebuild(why)),
        });
        Self {
            tasks: tasks.collect(),
            removed: Vec::new(),
            previous: None,
        }
    }

    fn incremental(files: &'f [PlannedFile], known: Vec<Fingerprint>, old: PreviousTree<'f>) -> Self {
        let outputs = || files.iter().map(|file| &file.output);
        let planned: Vec<(&OutputPath, &Fingerprint)> = outputs().zip(&known).collect();
        let reasons = stale_reasons(&planned, &old.files, &old.state);
        let names: BTreeSet<&str> = outputs().map(OutputPath::as_str).collect();
        let gone = old.files.keys().filter(|path| !names.contains(**path));
        let gone = gone.map(|path| OutputChange {
            output: (*path).to_owned(),
            reason: StaleReason::Gone,
        });
        let tasks = files.iter().zip(known).zip(reasons);
        let tasks = tasks.map(|((file, print), reason)| Task {
            file,
            fingerprint: Some(print),
            reason,
        });
        Self {
            removed: gone.collect(),
            tasks: tasks.collect(),
            previous: Some(old),
        }
    }

    /// The files of the old tree, when that is the new one already, with nothing strange in it.
    fn up_to_date(&self) -> Option<Vec<(String, BuiltFile)>> {
        let old = self.previous.as_ref()?;
        let is_same = old.state.has_same_folders
            && self.removed.is_empty()
            && self.tasks.iter().all(|task| task.reason.is_none());
        is_same.then(|| {
            let built = old.files.iter();
            built.map(|(path, built)| ((*path).to_owned(), built.clone())).collect()
        })
    }
}
