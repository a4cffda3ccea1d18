//! From a planned site to a published one: what must be made is made, the rest is taken over from the tree before.
//!
//! Whatever is made or kept, the new tree is whole before it takes the place of the old one, and equal to one that was
//! made from nothing.

use super::fingerprints::Prints;
use super::make::{Make, Task, fill, told};
use super::pictures::Workshop;
use super::{Outcome, Progress, Ready, Request, counted, rehearse};
use crate::diag::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::output::{Account, Asked, Built, Claim, Clean, Disk, Manifest, Past, Reason, stale};
use crate::paths::OutputPath;
use crate::plan::{Content, PlannedFile};
use crate::source::{self, Input};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// A file of the output that was made or removed, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its path in the output folder.
    pub output: String,
    /// Why.
    pub reason: Reason,
}

impl Change {
    /// Whether the file was made, and not removed.
    #[must_use]
    pub fn is_made(&self) -> bool {
        self.reason != Reason::Gone
    }
}

/// What an earlier build of the same request left.
fn past(request: &Request) -> Past {
    if request.force {
        return Past::forgotten(Clean::Forced);
    }
    Past::read(&request.site, &out_of(request), &asked(request))
}

/// The outcome of the build before, where neither the site's files nor the request nor the tree is another than then.
///
/// # Errors
/// What that build left, when there is something to do.
pub(super) fn nothing_to_do(request: &Request) -> Result<Outcome, Box<Past>> {
    let look_back = || {
        let past = past(request);
        let is_whole = past.is_whole();
        (past, is_whole)
    };
    let ((past, is_whole), files) = rayon::join(look_back, || source::everything(&request.site));
    let same = |manifest: &Manifest| {
        let snapshot = &manifest.snapshot;
        let is_same = snapshot.asked == asked(request) && source::unchanged(&files?, &snapshot.inputs);
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

fn out_of(request: &Request) -> PathBuf {
    request.out.clone().unwrap_or_else(|| request.site.join("public"))
}

fn asked(request: &Request) -> Asked {
    Asked {
        program: request.program.clone(),
        base_url: request.base_url.clone(),
        drafts: request.drafts,
        future: request.future,
        today: request.today.to_string(),
    }
}

/// Makes what changed, and swaps the new tree in.
pub(super) fn publish(request: &Request, ready: &Ready<'_>, past: &Past, progress: &dyn Progress) -> Outcome {
    if ready.failed {
        return rehearse(ready, &super::Silent);
    }
    let counted = counted(&ready.planned.plan);
    match replace(request, ready, past, progress, counted.pages) {
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
struct Done {
    findings: Vec<Diagnostic>,
    changes: Vec<Change>,
}

/// All tasks, and the files of the old tree that no task is about.
struct Work<'f> {
    tasks: Vec<Task<'f>>,
    gone: Vec<Change>,
    /// The old tree as it was built and as it stands; none when nothing of it is used.
    old: Option<Old<'f>>,
}

/// The old tree.
struct Old<'m> {
    built: BTreeMap<&'m str, Built>,
    disk: Disk<'m>,
}

/// Puts the new tree in the place of the old one, unless they are the same.
///
/// # Errors
/// What went wrong; the old tree is then as it was.
fn replace(
    request: &Request,
    ready: &Ready<'_>,
    past: &Past,
    progress: &dyn Progress,
    pages: usize,
) -> Result<Done, Vec<Diagnostic>> {
    let assets = assets(ready)?;
    let inputs = with_assets(ready.inputs, &assets);
    let prints = Prints::new(ready, &inputs, &assets);
    let claim = Claim::take(ready.root, &out_of(request)).map_err(told)?;
    let work = work(ready, &prints, past, &claim);
    let account = |files: Vec<(String, Built)>| Account {
        asked: asked(request),
        inputs,
        findings: ready.findings.to_vec(),
        pages,
        figures: prints.figures(),
        files,
    };
    if let Some(files) = work.nothing() {
        claim.note(account(files));
        return Ok(Done {
            findings: Vec::new(),
            changes: Vec::new(),
        });
    }
    let stage = claim.stage().map_err(told)?;
    let workshop = Workshop::new(ready.content, ready.root);
    let make = Make {
        ready,
        prints: &prints,
        stage: &stage,
        workshop: &workshop,
    };
    let (files, mut changes) = fill(&make, work.tasks, progress)?;
    changes.extend(work.gone);
    changes.sort_by(|a, b| a.output.cmp(&b.output));
    let (claim, failure) = stage.commit().map_err(told)?.settle();
    claim.note(account(files));
    workshop.tidy(&ready.planned.plan.files);
    Ok(Done {
        findings: failure.into_iter().collect(),
        changes,
    })
}

/// The files that are copied, with their hashes as they are before they are copied; of pictures, as they were when they
/// were looked at.
fn assets(ready: &Ready<'_>) -> Result<Vec<Input>, Vec<Diagnostic>> {
    let (files, sight) = (&ready.content.assets, &ready.content.sight);
    let printed = |(at, file): (usize, &source::SourceFile)| {
        let seen = sight.get(at).and_then(Option::as_ref);
        let print = seen.map_or_else(|| source::print(file), |seen| Ok(seen.print))?;
        let path = file.path.clone();
        Ok(Input { path, print })
    };
    let hashed: Result<_, Box<Diagnostic>> = files.par_iter().enumerate().map(printed).collect();
    hashed.map_err(|finding| vec![*finding])
}

/// All files that were read or are copied, in order of path.
fn with_assets(read: &[Input], assets: &[Input]) -> Vec<Input> {
    let mut inputs = [read, assets].concat();
    inputs.sort();
    inputs
}

/// Compares the plan with the old tree, as far as that may be used.
fn work<'f>(ready: &'f Ready<'_>, prints: &Prints<'_, '_>, past: &'f Past, claim: &Claim) -> Work<'f> {
    let old = match &past.manifest {
        Err(why) => Err(*why),
        Ok(manifest) => manifest.built().ok_or(Clean::Damaged).map(|built| Old {
            built,
            disk: claim.look(manifest),
        }),
    };
    let files = &ready.planned.plan.files;
    match old {
        Err(why) => Work::from_nothing(files, why),
        Ok(old) => {
            let same_figures = past_figures(past) == Some(prints.figures());
            let print = |file: &PlannedFile| old.built.get(file.output.as_str()).map(|built| &built.print);
            let same_texts = prints.has_same_texts(print);
            let known = files.par_iter().map(|file| {
                let known = match (&file.content, print(file)) {
                    (Content::Search(_), Some(print)) if same_texts => Some(print.clone()),
                    (Content::Page(_), Some(print)) if same_figures => prints.of_figures_alone(file, print),
                    _ => None,
                };
                known.unwrap_or_else(|| prints.of(file).0)
            });
            let known: Vec<Fingerprint> = known.collect();
            Work::from_old(files, known, old)
        }
    }
}

/// What the figures of the old tree were made from.
fn past_figures(past: &Past) -> Option<u64> {
    past.manifest.as_ref().ok().map(|manifest| manifest.snapshot.figures)
}

impl<'f> Work<'f> {
    fn from_nothing(files: &'f [PlannedFile], why: Clean) -> Self {
        let tasks = files.iter().map(|file| Task {
            file,
            print: None,
            reason: Some(Reason::Clean(why)),
        });
        Self {
            tasks: tasks.collect(),
            gone: Vec::new(),
            old: None,
        }
    }

    fn from_old(files: &'f [PlannedFile], known: Vec<Fingerprint>, old: Old<'f>) -> Self {
        let outputs = || files.iter().map(|file| &file.output);
        let planned: Vec<(&OutputPath, &Fingerprint)> = outputs().zip(&known).collect();
        let reasons = stale(&planned, &old.built, &old.disk);
        let names: BTreeSet<&str> = outputs().map(OutputPath::as_str).collect();
        let gone = old.built.keys().filter(|path| !names.contains(**path));
        let gone = gone.map(|path| Change {
            output: (*path).to_owned(),
            reason: Reason::Gone,
        });
        let tasks = files.iter().zip(known).zip(reasons);
        let tasks = tasks.map(|((file, print), reason)| Task {
            file,
            print: Some(print),
            reason,
        });
        Self {
            gone: gone.collect(),
            tasks: tasks.collect(),
            old: Some(old),
        }
    }

    /// The files of the old tree, when that is the new one already, with nothing strange in it.
    fn nothing(&self) -> Option<Vec<(String, Built)>> {
        let old = self.old.as_ref()?;
        let is_same = old.disk.is_tidy && self.gone.is_empty() && self.tasks.iter().all(|task| task.reason.is_none());
        is_same.then(|| {
            let built = old.built.iter();
            built.map(|(path, built)| ((*path).to_owned(), built.clone())).collect()
        })
    }
}
