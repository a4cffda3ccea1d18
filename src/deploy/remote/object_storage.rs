//! Buckets and WebDAV folders, through `opendal`.
//!
//! A bucket replaces an object as a whole. So do the usual WebDAV servers when they are given a file (Apache and nginx
//! write it aside), but not when a file is moved over another one, which deletes the old one first. So files are written
//! at their places here.

use super::credentials;
use super::failure::Failure;
use crate::deploy::content_type::{cache_control, content_type};
use crate::deploy::destination::RemoteSettings;
use crate::deploy::error::PublishError;
use crate::deploy::local::LocalFile;
use crate::deploy::storage::{Entry, Listing, Storage};
use crate::output::{Action, OutputError};
use crate::source;
use md5::{Digest as _, Md5};
use opendal::layers::{HttpClientLayer, RetryLayer, TimeoutLayer};
use opendal::options::{ListOptions, WriteOptions};
use opendal::raw::HttpClient;
use opendal::services::{Cos, Obs, Oss, S3, Webdav};
use opendal::{Builder, EntryMode, ErrorKind, Operator};
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, Read};
use std::time::Duration;
use tokio::runtime::Runtime;
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// The size of the pieces in which larger files travel. Buckets take no smaller ones than 5 MiB.
const CHUNK_SIZE: usize = 8 << 20;
/// How long a request without a file may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a piece of a file may take, on a slow line, too.
const PIECE_TIMEOUT: Duration = Duration::from_secs(180);
/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often a request that failed for the moment is repeated. With the pauses, that takes some 5 seconds.
const RETRIES: usize = 3;
/// Where a file can be created twice at the same time, how long the later writer has to show up.
const CREATION_PAUSE: Duration = Duration::from_millis(1500);

/// A bucket, a folder in it, or a folder of a WebDAV server.
pub(super) struct ObjectStorage {
    operator: Operator,
    runtime: Runtime,
    /// The address of the folder as an editor knows it, with a slash at its end.
    shown: String,
    credentials: &'static str,
}

impl ObjectStorage {
    /// Opens the place that `settings` describe. Asks it for nothing.
    ///
    /// # Errors
    /// When the settings are of no use or there are no credentials.
    pub(super) fn open(runtime: Runtime, settings: &RemoteSettings) -> Result<Self, PublishError> {
        let credentials = credentials::sources(settings.service);
        let failure = Failure {
            action: "act-connect",
            path: settings.display(),
            credentials: Some(credentials),
        };
        let options = complete_options(settings).ok_or_else(|| failure.clone().of("why-no-credentials", ""))?;
        let client = http_client().map_err(|error| failure.clone().said(&error.to_string()))?;
        let operator = {
            let _guard = runtime.enter();
            build_operator(settings.service, options).map_err(|error| failure.operator(&error))?
        };
        let retries = RetryLayer::new()
            .with_max_times(RETRIES)
            .with_min_delay(Duration::from_millis(500))
            .with_jitter();
        let operator = operator
            .layer(HttpClientLayer::new(HttpClient::with(client)))
            .layer(
                TimeoutLayer::new()
                    .with_timeout(REQUEST_TIMEOUT)
                    .with_io_timeout(PIECE_TIMEOUT),
            )
            .layer(retries);
        Ok(Self {
            operator,
            runtime,
            shown: format!("{}/", settings.display().trim_end_matches('/')),
            credentials,
        })
    }

    fn failed(&self, action: &'static str, path: &str) -> impl Fn(opendal::Error) -> PublishError {
        let failure = Failure {
            action,
            path: self.display(path),
            credentials: Some(self.credentials),
        };
        move |error| failure.clone().operator(&error)
    }

    /// The headers with which a file is stored, where the service stores headers.
    fn headers(&self, path: &str) -> WriteOptions {
        let can = self.operator.info().full_capability();
        WriteOptions {
            content_type: can.write_with_content_type.then(|| content_type(path)),
            cache_control: can.write_with_cache_control.then(|| cache_control(path).to_owned()),
            ..WriteOptions::default()
        }
    }

    fn put(&self, path: &str, bytes: Vec<u8>, options: WriteOptions) -> Result<(), opendal::Error> {
        let written = self.operator.write_options(path, bytes, options);
        self.runtime.block_on(written).map(|_| ())
    }

    /// The hash of a file there of `size` bytes.
    fn hash_at(&self, path: &str, size: u64) -> Result<u128, opendal::Error> {
        let mut hash = Xxh3::new();
        let mut start = 0;
        while start < size {
            let end = size.min(start + CHUNK_SIZE as u64);
            let chunk = self.operator.read_with(path).range(start..end);
            hash.update(&self.runtime.block_on(chunk.into_future())?.to_vec());
            start = end;
        }
        Ok(hash.digest128())
    }

    /// Sends a file piece by piece. Returns false when it is not what it was.
    fn upload_large(&self, file: &LocalFile, mut from: File) -> Result<bool, PublishError> {
        let failed = self.failed("act-write", &file.path);
        let mut options = self.headers(&file.path);
        options.chunk = Some(CHUNK_SIZE);
        let mut writer = self
            .runtime
            .block_on(self.operator.writer_options(&file.path, options))
            .map_err(&failed)?;
        let mut send = || {
            let mut hash = Xxh3::new();
            let mut size = 0;
            loop {
                let chunk = read_chunk(&mut from).map_err(unreadable(file))?;
                if chunk.is_empty() {
                    return Ok((size, hash.digest128()) == (file.size, file.hash));
                }
                hash.update(&chunk);
                size += chunk.len() as u64;
                self.runtime.block_on(writer.write(chunk)).map_err(&failed)?;
            }
        };
        let sent = send();
        if let Ok(true) = sent {
            return self.runtime.block_on(writer.close()).map(|_| true).map_err(failed);
        }
        // Else the pieces would stay in the bucket, unseen. What went wrong before is what is said.
        let aborted = self.runtime.block_on(writer.abort()).map_err(failed);
        sent.and_then(|_| aborted.map(|()| false))
    }

    /// Deletes the folders above `path` that are empty, where folders are more than names.
    fn delete_empty_folders(&self, path: &str) -> Result<(), opendal::Error> {
        if self.operator.info().full_capability().list_with_recursive {
            return Ok(());
        }
        let mut rest = path;
        while let Some((folder, _)) = rest.rsplit_once('/') {
            let folder_path = format!("{folder}/");
            let entries = self.runtime.block_on(self.operator.list(&folder_path))?;
            if entries.iter().any(|entry| entry.path() != folder_path) {
                break;
            }
            self.runtime.block_on(self.operator.delete(&folder_path))?;
            rest = folder;
        }
        Ok(())
    }
}

impl Storage for ObjectStorage {
    fn list(&self) -> Result<Listing, PublishError> {
        let is_recursive = self.operator.info().full_capability().list_with_recursive;
        let mut listing = Listing::new();
        let mut folders = vec![String::new()];
        while !folders.is_empty() {
            let list = |folder: &String| {
                let options = ListOptions {
                    recursive: is_recursive,
                    ..ListOptions::default()
                };
                match self.runtime.block_on(self.operator.list_options(folder, options)) {
                    Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
                    Err(error) => Err(self.failed("act-look", folder)(error)),
                    Ok(entries) => Ok(entries),
                }
            };
            let found = folders.par_iter().map(list).collect::<Result<Vec<_>, _>>()?;
            let asked: Vec<String> = std::mem::take(&mut folders);
            let entries = asked.iter().zip(found).flat_map(|(folder, entries)| {
                let entries = entries.into_iter();
                entries.map(move |entry| (folder, entry.into_parts()))
            });
            for (folder, (path, metadata)) in entries {
                match metadata.mode() {
                    // A folder is among its own entries.
                    EntryMode::DIR if is_recursive || path == *folder || path == "/" => {}
                    EntryMode::DIR => folders.push(path),
                    _ => {
                        let size = metadata.content_length();
                        listing.insert(path, Entry { size, is_file: true });
                    }
                }
            }
        }
        Ok(listing)
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PublishError> {
        match self.runtime.block_on(self.operator.read(path)) {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("act-look", path)(error)),
        }
    }

    fn has_bytes_of(&self, path: &str, file: &LocalFile) -> Result<bool, PublishError> {
        let failed = self.failed("act-look", path);
        let metadata = match self.runtime.block_on(self.operator.stat(path)) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(failed(error)),
        };
        if metadata.content_length() != file.size {
            return Ok(false);
        }
        // The tag of an object that was sent in one piece is the MD5 of its bytes, unless the bucket encrypts it. When it
        // is not, the bytes decide.
        let tag = metadata.etag().unwrap_or_default().trim_matches('"').to_lowercase();
        if tag.len() == 32 && tag == md5_of(file).map_err(unreadable(file))? {
            return Ok(true);
        }
        Ok(self.hash_at(path, file.size).map_err(failed)? == file.hash)
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), PublishError> {
        let put = self.put(path, bytes.to_vec(), self.headers(path));
        put.map_err(self.failed("act-write", path))
    }

    fn create(&self, path: &str, bytes: &[u8]) -> Result<bool, PublishError> {
        let failed = self.failed("act-write", path);
        if self.operator.info().full_capability().write_with_if_not_exists {
            let options = WriteOptions {
                if_not_exists: true,
                ..self.headers(path)
            };
            match self.put(path, bytes.to_vec(), options) {
                Ok(()) => return Ok(true),
                Err(error) if error.kind() == ErrorKind::ConditionNotMatch => return Ok(false),
                // Services that look like S3 need not know the condition.
                Err(error) if is_unknown_condition(&error) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        if self.read(path)?.is_some() {
            return Ok(false);
        }
        self.write(path, bytes)?;
        // Of two writers at the same time, the later one has it.
        std::thread::sleep(CREATION_PAUSE);
        Ok(self.read(path)?.as_deref() == Some(bytes))
    }

    fn upload(&self, file: &LocalFile) -> Result<bool, PublishError> {
        let mut from = source::open_file(&file.disk_path).map_err(unreadable(file))?;
        // WebDAV takes a file in one piece only.
        let takes_pieces = self.operator.info().full_capability().write_can_multi;
        if takes_pieces && file.size > 2 * CHUNK_SIZE as u64 {
            return self.upload_large(file, from);
        }
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).map_err(unreadable(file))?;
        if (bytes.len() as u64, xxh3_128(&bytes)) != (file.size, file.hash) {
            return Ok(false);
        }
        let put = self.put(&file.path, bytes, self.headers(&file.path));
        put.map_err(self.failed("act-write", &file.path)).map(|()| true)
    }

    fn delete(&self, path: &str) -> Result<(), PublishError> {
        let deleted = self.runtime.block_on(self.operator.delete(path));
        deleted.map_err(self.failed("act-remove", path))?;
        self.delete_empty_folders(path).map_err(self.failed("act-remove", path))
    }

    fn display(&self, path: &str) -> String {
        format!("{}{path}", self.shown)
    }
}

/// The options for `opendal`: those of the settings, those that all sites want, and the credentials of a service that
/// does not look for them itself. `None` when there are no credentials.
fn complete_options(settings: &RemoteSettings) -> Option<Vec<(String, String)>> {
    let mut options: Vec<(String, String)> = settings
        .options
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.clone()))
        .collect();
    let mut add = |key: &str, value: &str| options.push((key.to_owned(), value.to_owned()));
    match settings.service {
        "s3" => {
            // Outside of Amazon's computers, asking for their credentials takes long and finds none.
            add("disable_ec2_metadata", "true");
            let is_known = ["AWS_REGION", "AWS_DEFAULT_REGION"]
                .iter()
                .any(|name| std::env::var_os(name).is_some());
            if !settings.options.contains_key("region") && !is_known {
                add("region", "us-east-1");
            }
        }
        "webdav" => {
            // A folder on the server may be open to all.
            let endpoint = settings.options.get("endpoint").map_or("", String::as_str);
            if let Some((user, password)) = credentials::for_webdav(endpoint) {
                add("username", &user);
                add("password", &password);
            }
        }
        service => {
            credentials::from_environment(service)?;
        }
    }
    Some(options)
}

fn build_operator(service: &str, options: Vec<(String, String)>) -> Result<Operator, opendal::Error> {
    fn build<B: Builder>(options: Vec<(String, String)>) -> Result<Operator, opendal::Error> {
        Ok(Operator::from_iter::<B>(options)?.finish())
    }
    match service {
        "s3" => build::<S3>(options),
        "oss" => build::<Oss>(options),
        "cos" => build::<Cos>(options),
        "obs" => build::<Obs>(options),
        _ => build::<Webdav>(options),
    }
}

/// A client that trusts the certificates that this computer trusts.
fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    // Another part of the program may have chosen the same cryptography before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).build()
}

/// Whether a service says that it does not know the condition of a request.
fn is_unknown_condition(error: &opendal::Error) -> bool {
    let text = error.to_string();
    error.kind() == ErrorKind::Unsupported || text.contains("NotImplemented") || text.contains("status: 501")
}

/// The next piece of a file; empty at its end.
fn read_chunk(from: &mut File) -> io::Result<Vec<u8>> {
    let mut chunk = Vec::new();
    from.take(CHUNK_SIZE as u64).read_to_end(&mut chunk)?;
    Ok(chunk)
}

/// The MD5 of a file in hexadecimal digits, as buckets tag objects.
fn md5_of(file: &LocalFile) -> io::Result<String> {
    let mut from = source::open_file(&file.disk_path)?;
    let mut hash = Md5::new();
    loop {
        let chunk = read_chunk(&mut from)?;
        if chunk.is_empty() {
            return Ok(data_encoding::HEXLOWER.encode(&hash.finalize()));
        }
        hash.update(&chunk);
    }
}

fn unreadable(file: &LocalFile) -> impl Fn(io::Error) -> PublishError {
    let path = file.disk_path.clone();
    move |error| OutputError::while_trying(Action::Inspect, &path)(error).into()
}
