//! What is wrong with a published copy, gathered from many threads, and the findings about it.

use super::content_type::ending;
use crate::diag::{Code, Diagnostic};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// The most names in one finding.
const MAX_NAMES: usize = 20;

/// A fault of a file, in the order in which findings are listed. Faults of many files make one finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// The file is answered with this status instead of 200.
    Missing { status: u16 },
    /// A page is answered with the front page.
    FrontPage,
    /// A file is offered for download instead of being shown.
    Download,
    /// The type is wrong.
    WrongType { found: String, wanted: String },
    /// The bytes are not those of the built file.
    Differs,
    /// A link of a page that differs leads nowhere.
    DeadLink,
    /// The copy has a page that the site does not have.
    LeftOver,
    /// A page that does not exist is answered with this status instead of 404.
    NoNotFound { status: u16 },
    /// A page that does not exist is not answered with the site's own page.
    OtherNotFound,
    /// A folder without its slash does not lead to its page.
    Folder { status: u16, target: String },
    /// Browsers keep a page for so many seconds without asking again.
    Cached { seconds: u64 },
}

/// The faults of a copy, each with the names of the files that have it.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<BTreeMap<Fault, BTreeSet<String>>>);

impl Faults {
    /// Adds a fault of the file `name`.
    pub(super) fn add(&self, fault: Fault, name: &str) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.entry(fault).or_default().insert(name.to_owned());
    }

    /// One finding for each fault. `url` is the address of the copy.
    pub(super) fn into_findings(self, url: &str) -> Vec<Diagnostic> {
        let faults = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        faults
            .into_iter()
            .map(|(fault, names)| fault.to_diagnostic(&names).with("url", url))
            .collect()
    }
}

impl Fault {
    fn to_diagnostic(&self, names: &BTreeSet<String>) -> Diagnostic {
        let finding = |code| with_names(Diagnostic::new(code), names);
        match self {
            Self::Missing { status } => finding(Code::LiveMissing)
                .with("status", status.to_string())
                .with_some("endings", endings_of_no_pages(names)),
            Self::FrontPage => finding(Code::LiveFrontPage),
            Self::Download => finding(Code::LiveDownload),
            Self::WrongType { found, wanted } => finding(Code::LiveWrongType)
                .with("wanted", &**wanted)
                .with_some("found", Some(found).filter(|found| !found.is_empty())),
            Self::Differs => finding(Code::LiveDiffers),
            Self::DeadLink => finding(Code::LiveDeadLink),
            Self::LeftOver => finding(Code::LiveLeftOver),
            Self::NoNotFound { status } => finding(Code::LiveNoNotFound).with("status", status.to_string()),
            Self::OtherNotFound => finding(Code::LiveOtherNotFound),
            Self::Folder { status, target } => finding(Code::LiveFolder)
                .with("status", status.to_string())
                .with_some("target", Some(target).filter(|target| !target.is_empty())),
            Self::Cached { seconds } => finding(Code::LiveCached).with("hours", (seconds / 3600).to_string()),
        }
    }
}

/// Adds the first names, those of pages before all others, and the number of the rest.
fn with_names(finding: Diagnostic, names: &BTreeSet<String>) -> Diagnostic {
    let (pages, others): (Vec<&str>, Vec<&str>) = names.iter().map(String::as_str).partition(|name| is_page(name));
    let shown: Vec<&str> = pages.into_iter().chain(others).take(MAX_NAMES).collect();
    let more = names.len() - shown.len();
    finding
        .with("names", shown.join(", "))
        .with_some("more", (more > 0).then(|| more.to_string()))
}

fn is_page(name: &str) -> bool {
    name.ends_with(".html")
}

/// The endings of files, when no page is among them: a server that refuses a type refuses all files of it.
fn endings_of_no_pages(names: &BTreeSet<String>) -> Option<String> {
    if names.iter().any(|name| is_page(name)) {
        return None;
    }
    let endings = names.iter().filter_map(|name| ending(name));
    let dotted: BTreeSet<String> = endings.map(|ending| format!(".{ending}")).collect();
    Some(dotted.into_iter().collect::<Vec<_>>().join(", ")).filter(|endings| !endings.is_empty())
}
