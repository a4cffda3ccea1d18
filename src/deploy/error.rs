//! What goes wrong while a site is published, and the findings about it.

use crate::diag::{Code, Diagnostic, Place};
use crate::output::OutputError;

/// The most names in one finding.
const MAX_NAMES: usize = 20;

/// Why a publication ended before it was complete. What was published before is usable, and the next publication
/// continues it.
#[derive(Debug)]
pub(super) enum PublishError {
    /// The root of a folder is one that must not be published to.
    BadRoot {
        /// The key of the reason in the locales.
        reason: &'static str,
    },
    /// This program is built without the protocols of the network.
    #[cfg(not(feature = "remote"))]
    Unavailable {
        /// The name of the protocol.
        service: &'static str,
        /// The address of the place.
        place: String,
    },
    /// Files that are not the site's are in the place of its files. Nothing was written.
    Foreign {
        /// Their paths, in order.
        names: Vec<String>,
    },
    /// Another publication is running.
    Busy {
        /// The key of the reason in the locales.
        reason: &'static str,
        /// The file whose deletion ends the wait.
        lock: Option<String>,
    },
    /// A file of the built site is not what it was when the publication began.
    SourceChanged {
        /// Its path in the output folder.
        path: String,
    },
    /// Files at the destination are not what was written.
    NotAsWritten {
        /// Their paths, in order.
        names: Vec<String>,
    },
    /// The site was published there before, and nothing lies there now.
    Emptied {
        /// The folder.
        path: String,
    },
    /// `git` or a service of the network failed.
    Service {
        /// The key of what was tried.
        action: &'static str,
        /// The remote as the editor wrote it, or the file at the service.
        path: String,
        /// The key of the reason.
        reason: &'static str,
        /// What `git` or the service said, without secrets.
        detail: String,
        /// From where the service takes the user and the password, when these may be the cause.
        credentials: Option<&'static str>,
    },
    /// An operation at the destination failed.
    Storage(OutputError),
}

impl From<OutputError> for PublishError {
    fn from(error: OutputError) -> Self {
        Self::Storage(error)
    }
}

impl PublishError {
    /// The finding about a publication to the destination `name`, which is defined at `place`.
    pub(super) fn to_diagnostic(&self, name: &str, place: &Place) -> Diagnostic {
        let finding = |code| Diagnostic::new(code).with("name", name).at(place.clone());
        match self {
            Self::BadRoot { reason } => finding(Code::BadDestination).with("reason", *reason),
            #[cfg(not(feature = "remote"))]
            Self::Unavailable { service, place } => finding(Code::UnavailableService)
                .with("service", *service)
                .with("place", place.clone()),
            Self::Foreign { names } => with_names(finding(Code::ForeignAtDestination), names),
            Self::Busy { reason, lock } => finding(Code::DestinationBusy)
                .with("reason", *reason)
                .with_some("lock", lock.clone()),
            Self::SourceChanged { path } => finding(Code::SiteRebuilt).with("path", path.clone()),
            Self::NotAsWritten { names } => with_names(finding(Code::NotAsWritten), names),
            Self::Emptied { path } => finding(Code::DestinationFailed)
                .with("action", "act-look")
                .with("path", path.clone())
                .with("reason", "why-emptied"),
            Self::Service {
                action,
                path,
                reason,
                detail,
                credentials,
            } => finding(Code::DestinationFailed)
                .with("action", *action)
                .with("path", path.clone())
                .with("reason", *reason)
                .with_some("url", Some(path.clone()).filter(|path| path.contains("://")))
                .with_some("credentials", *credentials)
                .with_some("detail", Some(detail.clone()).filter(|detail| !detail.is_empty())),
            Self::Storage(error) => storage_finding(finding(Code::DestinationFailed), error),
        }
    }
}

/// Adds the first names, and the number of the others.
fn with_names(finding: Diagnostic, names: &[String]) -> Diagnostic {
    let shown = &names[..names.len().min(MAX_NAMES)];
    let more = names.len() - shown.len();
    finding
        .with("names", shown.join(", "))
        .with_some("more", (more > 0).then(|| more.to_string()))
}

fn storage_finding(finding: Diagnostic, error: &OutputError) -> Diagnostic {
    let finding = finding.with("reason", format!("why-{}", error.reason()));
    let OutputError::Io {
        action,
        path,
        error: io,
    } = error
    else {
        return finding.with("action", "act-write").with("path", error.to_string());
    };
    let finding = finding
        .with("action", format!("act-{}", action.as_str()))
        .with("path", path.display().to_string());
    match error.reason() {
        "other" => finding.with("detail", io.to_string()),
        _ => finding,
    }
}
