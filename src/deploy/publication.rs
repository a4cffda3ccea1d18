//! One publication, from the lock to the inventory.

use super::branch::{check_remote, publish_to_branch};
use super::compressed::add_compressed;
#[cfg(not(feature = "remote"))]
use super::destination::RemoteSettings;
use super::destination::{Destination, DestinationKind};
use super::difference::{DestinationState, Difference, Upload, is_internal, is_temporary};
use super::error::PublishError;
use super::folder::FolderStorage;
use super::inventory::{Inventory, PUBLISHED, PUBLISHING};
use super::local::{LocalFile, read_files};
use super::lock::{DestinationLock, LockTiming};
use super::order::Phase;
use super::outcome::{Publication, PublishRequest, TransferProgress};
use super::parallel::in_parallel;
#[cfg(feature = "remote")]
use super::remote::open_remote;
use super::storage::Storage;
use crate::diag::Diagnostic;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::mpsc;

/// Publishes a built site to `destination`.
///
/// # Errors
/// A finding. What was published before is complete and usable, and the next publication continues this one.
pub(crate) fn publish(
    destination: &Destination,
    request: PublishRequest<'_>,
    progress: &dyn TransferProgress,
) -> Result<Publication, Box<Diagnostic>> {
    let published = match &destination.kind {
        DestinationKind::Folder { root } => FolderStorage::open(request.site, root, !request.is_dry_run)
            .and_then(|storage| publish_to(&storage, destination, request, progress)),
        DestinationKind::GitBranch { remote, branch } => {
            publish_to_branch(destination, (remote, branch), request, progress)
        }
        DestinationKind::Remote(settings) => open_remote(request.site, settings)
            .and_then(|storage| publish_to(&*storage, destination, request, progress)),
    };
    published.map_err(|error| Box::new(error.to_diagnostic(&destination.name, &destination.place)))
}

/// Looks whether `destination` can be reached, and changes nothing.
///
/// # Errors
/// A finding that says why it cannot be reached.
pub(crate) fn check_reachable(site: &Path, destination: &Destination) -> Result<(), Box<Diagnostic>> {
    let reached = match &destination.kind {
        DestinationKind::Folder { root } => FolderStorage::open(site, root, false).map(|_| ()),
        DestinationKind::GitBranch { remote, .. } => check_remote(site, remote),
        DestinationKind::Remote(settings) => {
            open_remote(site, settings).and_then(|storage| storage.read(PUBLISHED).map(|_| ()))
        }
    };
    reached.map_err(|error| Box::new(error.to_diagnostic(&destination.name, &destination.place)))
}

/// Says that this program is built without the protocols of the network.
#[cfg(not(feature = "remote"))]
fn open_remote(_site: &Path, settings: &RemoteSettings) -> Result<Box<dyn Storage>, PublishError> {
    Err(PublishError::Unavailable {
        service: settings.service,
        place: settings.display(),
    })
}

fn publish_to(
    storage: &dyn Storage,
    destination: &Destination,
    request: PublishRequest<'_>,
    progress: &dyn TransferProgress,
) -> Result<Publication, PublishError> {
    let mut local = read_files(request.folder, request.paths)?;
    add_compressed(&mut local, &destination.compress, request.site)?;
    if request.is_dry_run {
        let publisher = Publisher {
            storage,
            destination,
            request,
            local: &local,
            lock: None,
        };
        return publisher.compare(|difference, found| Ok(found.into_publication(difference)));
    }
    let timing = LockTiming::DEFAULT;
    let lock = DestinationLock::acquire(storage, (request.site, &destination.name), timing)?;
    let publisher = Publisher {
        storage,
        destination,
        request,
        local: &local,
        lock: Some(&lock),
    };
    let (end, receiver) = mpsc::channel::<()>();
    let published = std::thread::scope(|scope| {
        let renewed = &lock;
        scope.spawn(move || renewed.renew_until(&receiver, timing));
        let published = publisher.compare(|difference, found| publisher.bring_over(difference, found, progress));
        drop(end);
        published
    });
    progress.finish();
    lock.release();
    published
}

/// A publication that runs.
struct Publisher<'p> {
    storage: &'p dyn Storage,
    destination: &'p Destination,
    request: PublishRequest<'p>,
    local: &'p [LocalFile],
    /// `None` when nothing is written.
    lock: Option<&'p DestinationLock<'p>>,
}

/// What a publication found at its destination.
struct Found {
    inventory: Inventory,
    /// What killed publications were about to write.
    publishing: BTreeSet<String>,
    /// The temporary files of killed publications.
    temporary: Vec<String>,
    /// Whether nothing lies there.
    is_empty: bool,
    findings: Vec<Diagnostic>,
}

impl Found {
    /// The outcome of a publication of `difference`.
    fn into_publication(self, difference: &Difference<'_>) -> Publication {
        Publication::new(difference, !self.publishing.is_empty(), self.findings)
    }
}

impl Publisher<'_> {
    /// Compares the site with the destination, and passes the difference on.
    fn compare(
        &self,
        then: impl FnOnce(&Difference<'_>, Found) -> Result<Publication, PublishError>,
    ) -> Result<Publication, PublishError> {
        let listing = in_parallel(|| self.storage.list())?;
        let temporary = listing.keys().filter(|path| is_temporary(path)).cloned().collect();
        let mut findings = Vec::new();
        let inventory = self.read_inventory(PUBLISHED, &mut findings)?;
        let publishing = self.read_inventory(PUBLISHING, &mut findings)?.paths();
        let state = DestinationState {
            listing: &listing,
            inventory: &inventory,
            publishing: &publishing,
            keep: self.request.keep,
            is_taken_over: self.request.is_taken_over,
        };
        let has_same_bytes = |file: &LocalFile| self.storage.has_bytes_of(&file.path, file);
        let difference = in_parallel(|| Difference::new(self.local, &state, has_same_bytes))?.without_conflicts()?;
        then(
            &difference,
            Found {
                inventory,
                publishing,
                temporary,
                is_empty: listing.keys().all(|path| is_internal(path)) && !listing.contains_key(PUBLISHED),
                findings,
            },
        )
    }

    /// Reads a list. A damaged one counts as empty, and is reported.
    fn read_inventory(&self, name: &str, findings: &mut Vec<Diagnostic>) -> Result<Inventory, PublishError> {
        let bytes = self.storage.read(name)?;
        let shown = self.storage.display(name);
        Ok(Inventory::read(
            self.request.address,
            bytes.as_deref(),
            self.destination,
            &shown,
            findings,
        ))
    }

    /// Brings the difference over, and writes the inventory when all of it has arrived.
    fn bring_over(
        &self,
        difference: &Difference<'_>,
        found: Found,
        progress: &dyn TransferProgress,
    ) -> Result<Publication, PublishError> {
        let wanted = Inventory::of(self.request.address, self.local);
        let is_missed = found.is_empty && self.lock.is_some_and(|lock| lock.was_published);
        if is_missed && !self.request.is_taken_over {
            let path = self.storage.display("");
            return Err(PublishError::Emptied { path });
        }
        for path in &found.temporary {
            self.storage.delete(path)?;
        }
        let is_recorded = found.inventory == wanted && found.publishing.is_empty();
        if difference.is_empty() && is_recorded {
            return Ok(found.into_publication(difference));
        }
        self.announce(&wanted, &found)?;
        for path in &difference.blockers {
            self.storage.delete(path)?;
        }
        self.upload(&difference.uploads, difference.bytes(), progress)?;
        self.verify(&difference.uploads)?;
        self.check_lock()?;
        in_parallel(|| {
            let deletions = difference.deletions.par_iter();
            deletions.try_for_each(|path| self.storage.delete(path))
        })?;
        self.storage.write(PUBLISHED, wanted.to_text().as_bytes())?;
        self.storage.delete(PUBLISHING)?;
        if let Some(lock) = self.lock {
            lock.remember_publication();
        }
        Ok(found.into_publication(difference))
    }

    /// Writes down what is about to be written, so that the next publication knows these files when this one is killed.
    fn announce(&self, wanted: &Inventory, found: &Found) -> Result<(), PublishError> {
        let mut publishing = wanted.clone();
        for path in &found.publishing {
            let published = super::inventory::Published { size: 0, hash: 0 };
            publishing.files.entry(path.clone()).or_insert(published);
        }
        // With what was published and is unchanged, the list would say nothing new.
        publishing.files.retain(|path, published| {
            found.inventory.files.get(path) != Some(published) || found.publishing.contains(path)
        });
        self.storage.write(PUBLISHING, publishing.to_text().as_bytes())
    }

    /// Brings the files over, phase by phase.
    fn upload(&self, uploads: &[Upload<'_>], bytes: u64, progress: &dyn TransferProgress) -> Result<(), PublishError> {
        progress.start(uploads.len(), bytes);
        for phase in Phase::ALL {
            let of_phase: Vec<&Upload<'_>> = uploads.iter().filter(|upload| upload.phase == phase).collect();
            in_parallel(|| {
                of_phase.par_iter().try_for_each(|upload| {
                    if self.lock.is_some_and(DestinationLock::is_lost) {
                        return self.check_lock();
                    }
                    if !self.storage.upload(upload.file)? {
                        let path = upload.file.path.clone();
                        return Err(PublishError::SourceChanged { path });
                    }
                    progress.advance(upload.file.size);
                    Ok(())
                })
            })?;
        }
        Ok(())
    }

    /// Looks again at the destination: every file is there with its size, and those that travelled have their bytes.
    fn verify(&self, uploads: &[Upload<'_>]) -> Result<(), PublishError> {
        let listing = in_parallel(|| self.storage.list())?;
        let has_size = |file: &&LocalFile| listing.get(&file.path).is_some_and(|entry| entry.size == file.size);
        let mut wrong: BTreeSet<String> = self
            .local
            .iter()
            .filter(|file| !has_size(file))
            .map(|file| file.path.clone())
            .collect();
        let read_back = || {
            let uploads = uploads.par_iter().filter(|upload| !wrong.contains(&upload.file.path));
            uploads
                .map(|upload| {
                    let is_same = self.storage.has_bytes_of(&upload.file.path, upload.file)?;
                    Ok((!is_same).then(|| upload.file.path.clone()))
                })
                .collect::<Result<Vec<Option<String>>, PublishError>>()
        };
        let other_bytes = in_parallel(read_back)?;
        wrong.extend(other_bytes.into_iter().flatten());
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(PublishError::NotAsWritten {
                names: wrong.into_iter().collect(),
            }),
        }
    }

    fn check_lock(&self) -> Result<(), PublishError> {
        self.lock.map_or(Ok(()), DestinationLock::check)
    }
}
