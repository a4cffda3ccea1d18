//! Places that are reached over the network: buckets, WebDAV, SFTP. Only with the feature `remote`.
//!
//! Role: opens a [`Storage`] for a destination. What travels, in which order, and what is a foreign file is decided above,
//! for all sorts of destinations alike. `opendal` speaks the protocols of buckets and WebDAV; SFTP goes through the
//! system's `ssh`, which has the user's keys, known hosts and settings, on Windows too. Both are asynchronous: a small
//! runtime runs them, and the threads of the publication wait for it.

mod credentials;
mod failure;
mod object_storage;
mod sftp;

use super::destination::RemoteSettings;
use super::error::PublishError;
use super::storage::Storage;
use failure::Failure;
use object_storage::ObjectStorage;
use sftp::SftpStorage;
use std::path::Path;
use tokio::runtime::Runtime;

/// The number of threads that wait for the network.
const THREADS: usize = 2;

/// Opens the place that `settings` describe. A relative path of a key counts from the folder `site`.
///
/// # Errors
/// When the settings are of no use, when there are no credentials, and when the server cannot be reached.
pub(super) fn open_remote(site: &Path, settings: &RemoteSettings) -> Result<Box<dyn Storage>, PublishError> {
    let runtime = start_runtime().map_err(|error| {
        let failure = Failure {
            action: "act-connect",
            path: settings.display(),
            credentials: None,
        };
        failure.of("why-service", &error.to_string())
    })?;
    Ok(match settings.service {
        "sftp" => Box::new(SftpStorage::open(runtime, site, settings)?),
        _ => Box::new(ObjectStorage::open(runtime, settings)?),
    })
}

fn start_runtime() -> std::io::Result<Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(THREADS).enable_all().build()
}
