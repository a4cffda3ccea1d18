//! A folder of a server, over SFTP.
//!
//! The system's `ssh` makes the connection, so keys, agents, known hosts, jump hosts and `~/.ssh/config` are what the user
//! has set up, and Windows has the same program. It asks for nothing (`BatchMode`): who needs a password makes a key.
//! Files are written aside and renamed, which OpenSSH's server does in one step.

use super::credentials;
use super::failure::Failure;
use crate::deploy::destination::RemoteSettings;
use crate::deploy::error::PublishError;
use crate::deploy::local::LocalFile;
use crate::deploy::storage::{Entry, Listing, Storage};
use crate::output::{Action, OutputError};
use crate::source::{self, TEMPORARY_PREFIX};
use futures_util::StreamExt as _;
use openssh_sftp_client::error::SftpErrorKind;
use openssh_sftp_client::{Error, Sftp, SftpOptions};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::future::Future;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{ErrorKind, Read as _};
use std::path::Path;
use std::pin::pin;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use tokio::runtime::Runtime;
use unicode_normalization::UnicodeNormalization as _;
use xxhash_rust::xxh3::Xxh3;

/// How long is waited before a lost connection is made again.
const RETRIES: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
];

/// How long the greeting of the server may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// How long `ssh` may take to say why it ended.
const LAST_WORDS_TIMEOUT: Duration = Duration::from_secs(5);

/// The number of bytes that are read from a file here at a time.
const CHUNK_SIZE: usize = 1 << 17;
/// The most bytes that are asked of the server at a time. Every server sends so many (draft-ietf-secsh-filexfer-02, 3).
const READ_SIZE: u32 = 1 << 15;

/// A folder of a server.
pub(super) struct SftpStorage {
    runtime: Runtime,
    /// The arguments for `ssh`.
    arguments: Vec<String>,
    /// The folder on the server, without a slash at its end. A relative one counts from the folder of the login.
    root: String,
    /// The address of the folder as an editor knows it.
    shown: String,
    /// `None` when the connection was lost.
    session: Mutex<Option<Arc<Session>>>,
    /// The folders that are there for certain.
    folders: Mutex<BTreeSet<String>>,
}

/// A connection. It ends when it is dropped.
struct Session {
    sftp: Sftp,
    _ssh: Child,
}

impl SftpStorage {
    /// Connects to the server.
    ///
    /// # Errors
    /// When there is no `ssh`, and when the server refuses.
    pub(super) fn open(runtime: Runtime, site: &Path, settings: &RemoteSettings) -> Result<Self, PublishError> {
        let root = settings.option("root").trim_end_matches('/');
        let root = match (root, settings.option("root").is_empty()) {
            ("", true) => ".",
            (root, _) => root,
        };
        let storage = Self {
            runtime,
            arguments: ssh_arguments(site, settings),
            root: root.to_owned(),
            shown: settings.display(),
            session: Mutex::new(None),
            folders: Mutex::default(),
        };
        storage.connected()?;
        Ok(storage)
    }

    fn failure(&self, action: &'static str, path: &str) -> Failure {
        Failure {
            action,
            path: self.display(path),
            credentials: Some(credentials::sources("sftp")),
        }
    }

    /// The path on the server.
    fn path(&self, path: &str) -> String {
        match (path, self.root.as_str()) {
            ("", "") => "/".to_owned(),
            ("", root) => root.to_owned(),
            (path, root) => format!("{root}/{path}"),
        }
    }

    /// The connection, which is made when there is none.
    fn connected(&self) -> Result<Arc<Session>, PublishError> {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = &*session {
            return Ok(Arc::clone(session));
        }
        let made = Arc::new(self.runtime.block_on(self.connect())?);
        *session = Some(Arc::clone(&made));
        Ok(made)
    }

    async fn connect(&self) -> Result<Session, PublishError> {
        let failure = self.failure("act-connect", "");
        let mut command = Command::new("ssh");
        let command = command.args(&self.arguments).kill_on_drop(true);
        let spawned = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut ssh = spawned.map_err(|error| match error.kind() {
            ErrorKind::NotFound => failure.clone().of("why-ssh-missing", ""),
            _ => failure.clone().said(&error.to_string()),
        })?;
        let (Some(input), Some(output), Some(mut errors)) = (ssh.stdin.take(), ssh.stdout.take(), ssh.stderr.take())
        else {
            return Err(failure.said(""));
        };
        let said = tokio::spawn(async move {
            let mut said = Vec::new();
            // What was read before an error is all that there is to say.
            let _ = errors.read_to_end(&mut said).await;
            String::from_utf8_lossy(&said).into_owned()
        });
        let greeting = tokio::time::timeout(CONNECT_TIMEOUT, Sftp::new(input, output, SftpOptions::new()));
        match greeting.await {
            Ok(Ok(sftp)) => Ok(Session { sftp, _ssh: ssh }),
            // `ssh` ends by itself when the server refuses.
            Ok(Err(error)) => {
                // A connection that other programs share may keep its errors open.
                let said = tokio::time::timeout(LAST_WORDS_TIMEOUT, said).await;
                let said = said.ok().and_then(Result::ok).unwrap_or_default();
                Err(match said.trim().is_empty() {
                    true => failure.said(&error.to_string()),
                    false => failure.said(&said),
                })
            }
            Err(_) => Err(failure.of("live-timeout", "")),
        }
    }

    /// Runs an operation, again when the connection was lost. `None` when there is no such file.
    fn run<T, F: Future<Output = Result<T, Error>>>(
        &self,
        (action, path): (&'static str, &str),
        operation: impl Fn(Arc<Session>) -> F,
    ) -> Result<Option<T>, PublishError> {
        let mut pauses = RETRIES.iter();
        loop {
            let tried = self.connected().map(|session| {
                let result = self.runtime.block_on(operation(Arc::clone(&session)));
                (session, result)
            });
            let error = match tried {
                Ok((_, Ok(value))) => return Ok(Some(value)),
                Ok((_, Err(Error::SftpError(SftpErrorKind::NoSuchFile, _)))) => return Ok(None),
                Ok((session, Err(Error::SftpError(kind, message)))) => {
                    return Err(self.refused(&session, (action, path), &format!("{kind:?}: {message}")));
                }
                Ok((session, Err(error))) => {
                    self.forget(&session);
                    self.failure(action, path).of("live-cut-off", &error.to_string())
                }
                Err(error) => error,
            };
            match pauses.next() {
                Some(pause) => std::thread::sleep(*pause),
                None => return Err(error),
            }
        }
    }

    /// The outcome of writing a file. When there is no such file, a folder above it is missing.
    fn found<T>(&self, path: &str, written: Option<T>) -> Result<T, PublishError> {
        written.ok_or_else(|| self.failure("act-write", path).of("why-not-found", ""))
    }

    /// The error when the server refused an operation. It gives no reason when its disk is full.
    fn refused(&self, session: &Session, (action, path): (&'static str, &str), said: &str) -> PublishError {
        let failure = self.failure(action, path);
        let space = self.runtime.block_on(session.sftp.fs().statvfs(&self.root));
        match space {
            Ok(space) if space.bavail == 0 && action == "act-write" => failure.of("why-disk-full", ""),
            _ if said.contains("PermDenied") => failure.of("why-permission", said),
            _ => failure.said(said),
        }
    }

    fn forget(&self, lost: &Arc<Session>) {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        if session.as_ref().is_some_and(|session| Arc::ptr_eq(session, lost)) {
            *session = None;
        }
    }

    /// Makes the folders above `path`, and the last part of the root.
    async fn make_folders(&self, session: &Session, path: &str) -> Result<(), Error> {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        for folder in std::iter::once("").chain(folders) {
            let is_known = |folders: &Mutex<BTreeSet<String>>| {
                folders.lock().unwrap_or_else(PoisonError::into_inner).contains(folder)
            };
            if is_known(&self.folders) {
                continue;
            }
            let (mut fs, at) = (session.sftp.fs(), self.path(folder));
            if let Err(error) = fs.create_dir(&at).await {
                // It is there already, or another thread makes it now.
                let found = fs.metadata(&at).await.ok().and_then(|found| found.file_type());
                if !found.is_some_and(|found| found.is_dir()) {
                    return Err(error);
                }
            }
            let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
            folders.insert(folder.to_owned());
        }
        Ok(())
    }

    /// Writes the chunks that `next` gives to a file aside, and gives it its name when `is_right` says so at the end.
    async fn write_aside(
        &self,
        session: &Session,
        path: &str,
        mut next: impl FnMut() -> Vec<u8>,
        is_right: impl FnOnce() -> bool,
    ) -> Result<bool, Error> {
        self.make_folders(session, path).await?;
        let folder = path
            .rsplit_once('/')
            .map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let random = RandomState::new().hash_one(path);
        let temporary = self.path(&format!("{folder}{TEMPORARY_PREFIX}{random:016x}"));
        let mut options = session.sftp.options();
        let mut file = options.write(true).create(true).truncate(true).open(&temporary).await?;
        loop {
            let chunk = next();
            if chunk.is_empty() {
                break;
            }
            file.write_all(&chunk).await?;
        }
        file.close().await?;
        let mut fs = session.sftp.fs();
        if !is_right() {
            fs.remove_file(&temporary).await?;
            return Ok(false);
        }
        let target = self.path(path);
        if !session.sftp.support_posix_rename() {
            // The protocol's own renaming replaces nothing. There may be nothing to remove.
            let _ = fs.remove_file(&target).await;
        }
        fs.rename(&temporary, &target).await.map(|()| true)
    }

    /// The files and folders in a folder.
    async fn list_folder(&self, session: &Session, folder: &str) -> Result<Vec<(String, bool, Entry)>, Error> {
        let dir = session
            .sftp
            .fs()
            .open_dir(self.path(folder.trim_end_matches('/')))
            .await?;
        let mut entries = pin!(dir.read_dir());
        let mut found = Vec::new();
        while let Some(entry) = entries.next().await {
            let entry = entry?;
            let name: String = entry.filename().to_string_lossy().nfc().collect();
            if matches!(name.as_str(), "." | "..") {
                continue;
            }
            let kind = entry.file_type();
            let listed = Entry {
                size: entry.metadata().len().unwrap_or_default(),
                is_file: kind.is_some_and(|kind| kind.is_file()),
            };
            let is_folder = kind.is_some_and(|kind| kind.is_dir());
            found.push((format!("{folder}{name}"), is_folder, listed));
        }
        Ok(found)
    }

    async fn hash(&self, session: &Session, path: &str) -> Result<(u64, u128), Error> {
        let mut file = session.sftp.open(self.path(path)).await?;
        let (mut hash, mut size) = (Xxh3::new(), 0);
        while let Some(chunk) = file.read(READ_SIZE, Default::default()).await? {
            hash.update(&chunk);
            size += chunk.len() as u64;
        }
        file.close().await?;
        Ok((size, hash.digest128()))
    }
}

impl Storage for SftpStorage {
    fn list(&self) -> Result<Listing, PublishError> {
        let mut listing = Listing::new();
        let mut folders = vec![String::new()];
        while !folders.is_empty() {
            let list = |folder: &String| {
                let list = |session: Arc<Session>| async move { self.list_folder(&session, folder).await };
                self.run(("act-look", folder), list)
            };
            let found = folders.par_iter().map(list).collect::<Result<Vec<_>, _>>()?;
            folders.clear();
            for (path, is_folder, entry) in found.into_iter().flatten().flatten() {
                match is_folder {
                    true => folders.push(format!("{path}/")),
                    false => {
                        listing.insert(path, entry);
                    }
                }
            }
        }
        Ok(listing)
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, PublishError> {
        let at = &self.path(path);
        let read = |session: Arc<Session>| async move { session.sftp.fs().read(at).await };
        Ok(self.run(("act-look", path), read)?.map(|bytes| bytes.to_vec()))
    }

    fn has_bytes_of(&self, path: &str, file: &LocalFile) -> Result<bool, PublishError> {
        let hash = |session: Arc<Session>| async move { self.hash(&session, path).await };
        let found = self.run(("act-look", path), hash)?;
        Ok(found == Some((file.size, file.hash)))
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), PublishError> {
        let write = |session: Arc<Session>| async move {
            let mut chunks = std::iter::once(bytes.to_vec());
            self.write_aside(&session, path, || chunks.next().unwrap_or_default(), || true)
                .await
        };
        let written = self.run(("act-write", path), write)?;
        self.found(path, written).map(|_| ())
    }

    fn create(&self, path: &str, bytes: &[u8]) -> Result<bool, PublishError> {
        let at = &self.path(path);
        let create = |session: Arc<Session>| async move {
            self.make_folders(&session, path).await?;
            let mut options = session.sftp.options();
            let opened = options.write(true).create_new(true).open(at).await;
            match opened {
                Ok(mut file) => {
                    file.write_all(bytes).await?;
                    file.close().await.map(|()| true)
                }
                // The protocol has no error for a file that is there.
                Err(error) => match session.sftp.fs().metadata(at).await {
                    Ok(_) => Ok(false),
                    Err(_) => Err(error),
                },
            }
        };
        let created = self.run(("act-write", path), create)?;
        self.found(path, created)
    }

    fn upload(&self, file: &LocalFile) -> Result<bool, PublishError> {
        let unreadable = |error| PublishError::from(OutputError::while_trying(Action::Inspect, &file.disk_path)(error));
        source::open_file(&file.disk_path).map_err(unreadable)?;
        let upload = |session: Arc<Session>| async move {
            let mut from = source::open_file(&file.disk_path)?;
            let (mut hash, mut size) = (Xxh3::new(), 0);
            let sent = Mutex::new((0, 0));
            let next = || {
                let mut chunk = Vec::new();
                // A file that cannot be read any more is not what it was.
                let _ = (&mut from).take(CHUNK_SIZE as u64).read_to_end(&mut chunk);
                hash.update(&chunk);
                size += chunk.len() as u64;
                *sent.lock().unwrap_or_else(PoisonError::into_inner) = (size, hash.digest128());
                chunk
            };
            let is_right = || *sent.lock().unwrap_or_else(PoisonError::into_inner) == (file.size, file.hash);
            self.write_aside(&session, &file.path, next, is_right).await
        };
        let uploaded = self.run(("act-write", &file.path), upload)?;
        self.found(&file.path, uploaded)
    }

    fn delete(&self, path: &str) -> Result<(), PublishError> {
        let at = &self.path(path);
        let delete = |session: Arc<Session>| async move { session.sftp.fs().remove_file(at).await };
        self.run(("act-remove", path), delete)?;
        let folders = |session: Arc<Session>| async move {
            let mut rest = path;
            while let Some((folder, _)) = rest.rsplit_once('/') {
                // A folder that is not empty cannot be removed, and stays.
                if session.sftp.fs().remove_dir(self.path(folder)).await.is_err() {
                    break;
                }
                self.folders
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .remove(folder);
                rest = folder;
            }
            Ok(())
        };
        self.run(("act-remove", path), folders).map(|_| ())
    }

    fn display(&self, path: &str) -> String {
        format!("{}/{path}", self.shown)
    }
}

/// The arguments for `ssh`. A relative path of the key counts from the folder `site`.
fn ssh_arguments(site: &Path, settings: &RemoteSettings) -> Vec<String> {
    let endpoint = settings.option("endpoint");
    let address = endpoint.split_once("://").map_or(endpoint, |(_, address)| address);
    let address = address.split('/').next().unwrap_or_default();
    let (user, address) = match address.rsplit_once('@') {
        Some((user, address)) => (user, address),
        None => (settings.option("user"), address),
    };
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let (host, port) = match address.rsplit_once(':') {
        // An address of version 6 has colons of its own, and brackets when a port follows.
        Some((host, port)) if is_port(port) && (!host.contains(':') || host.ends_with(']')) => (host, port),
        _ => (address, ""),
    };
    let unknown_hosts = match settings.option("known_hosts_strategy").to_lowercase().as_str() {
        "accept" => "no",
        "add" => "accept-new",
        _ => "yes",
    };
    let key = settings.option("key");
    let key = match key.is_empty() || key.starts_with('~') {
        true => key.to_owned(),
        false => site.join(key).display().to_string(),
    };
    let mut arguments: Vec<String> = Vec::new();
    for option in [
        "BatchMode=yes",
        "ConnectTimeout=10",
        "ServerAliveInterval=15",
        &format!("StrictHostKeyChecking={unknown_hosts}"),
    ] {
        arguments.extend(["-o".to_owned(), option.to_owned()]);
    }
    for (flag, value) in [("-p", port), ("-l", user), ("-i", key.as_str())] {
        if !value.is_empty() {
            arguments.extend([flag.to_owned(), value.to_owned()]);
        }
    }
    let host = host.trim_start_matches('[').trim_end_matches(']');
    arguments.extend(["-s", "--", host, "sftp"].map(str::to_owned));
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn address_becomes_arguments() {
        let words = |endpoint: &str| {
            let options = BTreeMap::from([("endpoint", endpoint.to_owned()), ("user", "web".to_owned())]);
            let settings = RemoteSettings {
                service: "sftp",
                options,
            };
            let arguments = ssh_arguments(Path::new("/site"), &settings).join(" ");
            let known = arguments.split_once("StrictHostKeyChecking=yes ");
            known.map_or(String::new(), |(_, rest)| rest.to_owned())
        };
        assert_eq!(words("server.example"), "-l web -s -- server.example sftp");
        assert_eq!(
            words("sftp://ann@server.example:2222/"),
            "-p 2222 -l ann -s -- server.example sftp"
        );
        assert_eq!(words("[::1]:22"), "-p 22 -l web -s -- ::1 sftp");
        assert_eq!(words("-oProxyCommand=x"), "-l web -s -- -oProxyCommand=x sftp");
    }
}
