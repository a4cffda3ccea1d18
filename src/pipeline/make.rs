//! The files of a new tree: each made, or taken over from the old one.
//!
//! Role: does what `publish` has decided. What is made of one picture is made together, so that it is decoded once.

use super::fingerprints::{Begun, Prints};
use super::pictures::{Bench, Workshop};
use super::publish::Change;
use super::{Planned, Progress, Ready};
use crate::diag::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::output::{Built, Fault, Reason, Stage, Stamp};
use crate::plan::{Content, PlannedFile, SearchFile, View};
use crate::render;
use rayon::prelude::*;

/// What is to be done about one planned file.
pub(super) struct Task<'f> {
    pub(super) file: &'f PlannedFile,
    /// Its fingerprint, where that had to be known beforehand.
    pub(super) print: Option<Fingerprint>,
    /// Why it must be made; none when the old tree's can stay.
    pub(super) reason: Option<Reason>,
}

pub(super) fn told(fault: Fault) -> Vec<Diagnostic> {
    vec![fault.diagnostic()]
}

/// All files of the new tree, and what was made.
pub(super) type Filled = (Vec<(String, Built)>, Vec<Change>);

/// A staged file, and why it was made if it was.
type Staged = ((String, Built), Option<Change>);

/// What files are made with.
#[derive(Clone, Copy)]
pub(super) struct Make<'m, 'a> {
    pub(super) ready: &'m Ready<'a>,
    pub(super) prints: &'m Prints<'m, 'a>,
    pub(super) stage: &'m Stage,
    pub(super) workshop: &'m Workshop<'m>,
}

/// Makes or takes over every file of the new tree, on all threads.
///
/// # Errors
/// Everything that went wrong.
pub(super) fn fill(
    make: &Make<'_, '_>,
    tasks: Vec<Task<'_>>,
    progress: &dyn Progress,
) -> Result<Filled, Vec<Diagnostic>> {
    let outputs = tasks.iter().map(|task| &task.file.output);
    make.stage.make_folders(outputs).map_err(told)?;
    let is_shard = |task: &Task<'_>| matches!(task.file.content, Content::Search(SearchFile::Shard(_)));
    if tasks.iter().any(|task| task.reason.is_some() && is_shard(task)) {
        make.ready.searching.prepare(make.ready.site);
    }
    progress.start(tasks.iter().filter(|task| task.reason.is_some()).count());
    let staged: Vec<Result<Staged, Vec<Diagnostic>>> = together(tasks)
        .into_par_iter()
        .flat_map_iter(|tasks| make.all(tasks, progress))
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
fn together(tasks: Vec<Task<'_>>) -> Vec<Vec<Task<'_>>> {
    let mut groups: Vec<Vec<Task<'_>>> = Vec::with_capacity(tasks.len());
    for task in tasks {
        let of = asset_of(task.file);
        let last = groups.last_mut();
        match last.filter(|group| of.is_some() && group.last().and_then(|task| asset_of(task.file)) == of) {
            Some(group) => group.push(task),
            None => groups.push(vec![task]),
        }
    }
    groups
}

fn asset_of(file: &PlannedFile) -> Option<usize> {
    match &file.content {
        Content::Asset(at) | Content::Picture(at, _) => Some(*at),
        Content::Page(_) | Content::Static(_) | Content::Download(_) | Content::Search(_) => None,
    }
}

impl Make<'_, '_> {
    /// Does the tasks about one file of the site.
    fn all(&self, tasks: Vec<Task<'_>>, progress: &dyn Progress) -> Vec<Result<Staged, Vec<Diagnostic>>> {
        let at = tasks.first().and_then(|task| asset_of(task.file));
        let mut bench = at.map(|at| self.workshop.bench(at));
        let mut done = Vec::with_capacity(tasks.len());
        for task in tasks {
            let is_made = task.reason.is_some();
            done.push(self.perform(task, bench.as_mut()));
            if is_made {
                progress.advance();
            }
        }
        done
    }

    /// Does one task. A file that cannot be taken over, because it vanished since it was looked at, is made.
    fn perform(&self, task: Task<'_>, bench: Option<&mut Bench<'_>>) -> Result<Staged, Vec<Diagnostic>> {
        let file = task.file;
        let output = file.output.as_str().to_owned();
        let mut reason = task.reason;
        if let (None, Some(print)) = (&reason, &task.print) {
            if let Ok(stamp) = self.stage.keep(&file.output) {
                let print = print.clone();
                return Ok(((output, Built { print, stamp }), None));
            }
            reason = Some(Reason::Missing);
        }
        let (print, begun) = match task.print {
            Some(print) => (print, Begun::Nothing),
            None => self.prints.of(file),
        };
        let stamp = self.file(file, begun, bench)?;
        let change = reason.map(|reason| Change {
            output: output.clone(),
            reason,
        });
        Ok(((output, Built { print, stamp }), change))
    }

    /// Makes one file of the new tree.
    fn file(
        &self,
        file: &PlannedFile,
        begun: Begun<'_>,
        bench: Option<&mut Bench<'_>>,
    ) -> Result<Stamp, Vec<Diagnostic>> {
        let failed = |finding: Box<Diagnostic>| vec![*finding];
        let (ready, stage, output) = (self.ready, self.stage, &file.output);
        if let Begun::Whole(bytes) = begun {
            return stage.write(output, &bytes).map_err(told);
        }
        let written = match (&file.content, bench) {
            (Content::Page(view), _) => stage.write(output, &page(ready, file, view, begun)?),
            (Content::Asset(at), bench) => {
                let cleaned = bench.map_or(Ok(None), Bench::cleaned).map_err(failed)?;
                match cleaned {
                    Some(bytes) => stage.write(output, &bytes),
                    None => stage.copy(output, &ready.content.assets[*at].disk),
                }
            }
            (Content::Picture(_, recipe), Some(bench)) => stage.write(output, &bench.made(recipe).map_err(failed)?),
            (Content::Picture(at, recipe), None) => {
                let made = self.workshop.bench(*at).made(recipe).map_err(failed)?;
                stage.write(output, &made)
            }
            (Content::Download(download), _) => {
                let bytes = ready.content.download(ready.site, file, download);
                stage.write(output, &bytes.map_err(failed)?)
            }
            (Content::Search(part), _) => stage.write(output, &ready.searching.file(ready.site, *part)),
            (Content::Static(path), _) => stage.write(output, ready.content.static_file(path)),
        };
        written.map_err(told)
    }
}

fn page(ready: &Ready<'_>, file: &PlannedFile, view: &View, begun: Begun<'_>) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let Begun::Page(sketch) = begun else {
        return ready.planned.page(ready.site, file, view);
    };
    let Planned { plan, engine } = ready.planned;
    render::render_sketch(&engine.value, ready.site, plan, file, view, sketch)
}
