//! From a planned site to a published one: what must be made is made, the rest is taken over from the tree before.
//!
//! Whatever is made or kept, the new tree is whole before it takes the place of the old one, and equal to one that was
//! made from nothing.

use super::fingerprints::Prints;
use super::{Outcome, Planned, Progress, Ready, Request, counted, rehearse};
use crate::diag::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::output::{Account, Asked, Built, Claim, Clean, Disk, Fault, Manifest, Past, Reason, Stage, Stamp, stale};
use crate::paths::OutputPath;
use crate::plan::{Content, PlannedFile, SearchFile, View};
use crate::render::{self, Sketch};
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

/// What is to be done about one planned file.
struct Task<'f> {
    file: &'f PlannedFile,
    /// Its fingerprint, where that had to be known beforehand.
    print: Option<Fingerprint>,
    /// Why it must be made; none when the old tree's can stay.
    reason: Option<Reason>,
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

fn told(fault: Fault) -> Vec<Diagnostic> {
    vec![fault.diagnostic()]
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
    let (files, mut changes) = fill(ready, &prints, &stage, work.tasks, progress)?;
    changes.extend(work.gone);
    changes.sort_by(|a, b| a.output.cmp(&b.output));
    let (claim, failure) = stage.commit().map_err(told)?.settle();
    claim.note(account(files));
    Ok(Done {
        findings: failure.into_iter().collect(),
        changes,
    })
}

/// The files that are copied, with their hashes as they are before they are copied.
fn assets(ready: &Ready<'_>) -> Result<Vec<Input>, Vec<Diagnostic>> {
    let hashed = |file: &source::SourceFile| {
        let print = source::print(file)?;
        let path = file.path.clone();
        Ok(Input { path, print })
    };
    let hashed: Result<_, Box<Diagnostic>> = ready.content.assets.par_iter().map(hashed).collect();
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

/// All files of the new tree, and what was made.
type Filled = (Vec<(String, Built)>, Vec<Change>);

/// A staged file, and why it was made if it was.
type Staged = ((String, Built), Option<Change>);

/// Makes or takes over every file of the new tree, on all threads.
fn fill(
    ready: &Ready<'_>,
    prints: &Prints<'_, '_>,
    stage: &Stage,
    tasks: Vec<Task<'_>>,
    progress: &dyn Progress,
) -> Result<Filled, Vec<Diagnostic>> {
    stage
        .make_folders(tasks.iter().map(|task| &task.file.output))
        .map_err(told)?;
    let is_shard = |task: &Task<'_>| matches!(task.file.content, Content::Search(SearchFile::Shard(_)));
    if tasks.iter().any(|task| task.reason.is_some() && is_shard(task)) {
        ready.searching.prepare(ready.site);
    }
    progress.start(tasks.iter().filter(|task| task.reason.is_some()).count());
    let staged: Vec<Result<Staged, Vec<Diagnostic>>> = tasks
        .into_par_iter()
        .map(|task| {
            let is_made = task.reason.is_some();
            let staged = perform(ready, prints, stage, task);
            if is_made {
                progress.advance();
            }
            staged
        })
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

/// Does one task. A file that cannot be taken over, because it vanished since it was looked at, is made.
fn perform(
    ready: &Ready<'_>,
    prints: &Prints<'_, '_>,
    stage: &Stage,
    task: Task<'_>,
) -> Result<Staged, Vec<Diagnostic>> {
    let file = task.file;
    let output = file.output.as_str().to_owned();
    let mut reason = task.reason;
    if let (None, Some(print)) = (&reason, &task.print) {
        if let Ok(stamp) = stage.keep(&file.output) {
            let print = print.clone();
            return Ok(((output, Built { print, stamp }), None));
        }
        reason = Some(Reason::Missing);
    }
    let (print, sketch) = match task.print {
        Some(print) => (print, None),
        None => prints.of(file),
    };
    let stamp = make(ready, stage, file, sketch)?;
    let change = reason.map(|reason| Change {
        output: output.clone(),
        reason,
    });
    Ok(((output, Built { print, stamp }), change))
}

/// Makes one file of the new tree.
fn make(
    ready: &Ready<'_>,
    stage: &Stage,
    file: &PlannedFile,
    sketch: Option<Sketch>,
) -> Result<Stamp, Vec<Diagnostic>> {
    let written = match &file.content {
        Content::Page(view) => stage.write(&file.output, &page(ready, file, view, sketch)?),
        Content::Asset(at) => stage.copy(&file.output, &ready.content.assets[*at].disk),
        Content::Download(download) => {
            let bytes = ready.content.download(ready.site, file, download);
            stage.write(&file.output, &bytes.map_err(|finding| vec![*finding])?)
        }
        Content::Search(part) => stage.write(&file.output, &ready.searching.file(ready.site, *part)),
        Content::Static(path) => stage.write(&file.output, ready.content.static_file(path)),
    };
    written.map_err(told)
}

fn page(
    ready: &Ready<'_>,
    file: &PlannedFile,
    view: &View,
    sketch: Option<Sketch>,
) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let Some(sketch) = sketch else {
        return ready.planned.page(ready.site, file, view);
    };
    let Planned { plan, engine } = ready.planned;
    render::render_sketch(&engine.value, ready.site, plan, file, view, sketch)
}
