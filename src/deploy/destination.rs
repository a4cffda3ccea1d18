//! The places to which a site is published.

use super::compressed::Encoding;
use crate::diag::{Place, nearest};
use std::collections::{BTreeMap, BTreeSet};

/// The destinations of `content/_publish.yaml`, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Destinations(pub(super) Vec<Destination>);

/// A place to which a site is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Destination {
    /// The name by which the command asks for it.
    pub(crate) name: String,
    /// Where it is defined.
    pub(crate) place: Place,
    /// How it is reached.
    pub(crate) kind: DestinationKind,
    /// The encodings of the compressed copies that lie there beside the texts.
    pub(crate) compress: BTreeSet<Encoding>,
}

/// How a destination is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DestinationKind {
    /// A folder of this computer, of a mounted drive, or of a network share.
    Folder {
        /// The folder as written. A relative path counts from the site's folder.
        root: String,
    },
    /// A branch of a Git repository.
    GitBranch {
        /// An address, the name of a remote of the site's own repository, or a path that counts from the site's folder.
        remote: String,
        /// The branch.
        branch: String,
    },
    /// A place that is reached over the network.
    Remote(RemoteSettings),
}

/// A place that is reached over the network, as `_publish.yaml` describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RemoteSettings {
    /// The name of the protocol: `s3`.
    pub(super) service: &'static str,
    /// The values of the keys that were given. The keys are those of opendal's configuration.
    pub(super) options: BTreeMap<&'static str, String>,
}

impl RemoteSettings {
    /// The value of a key; empty when it was not given.
    pub(super) fn option(&self, key: &str) -> &str {
        self.options.get(key).map_or("", String::as_str)
    }

    /// The address of the place as an editor knows it.
    pub(super) fn display(&self) -> String {
        let root = self.option("root").trim_matches('/');
        let place = match self.service {
            "webdav" => self.option("endpoint").trim_end_matches('/').to_owned(),
            "sftp" => format!(
                "sftp://{}",
                self.option("endpoint")
                    .trim_start_matches("sftp://")
                    .trim_end_matches('/')
            ),
            service => format!("{service}://{}", self.option("bucket")),
        };
        match root.is_empty() {
            true => place,
            false => format!("{place}/{root}"),
        }
    }
}

impl Destinations {
    /// The destination called `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&Destination> {
        self.0.iter().find(|destination| destination.name == name)
    }

    /// All destinations, in the order of the file.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Destination> {
        self.0.iter()
    }

    /// The names of all destinations.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|destination| destination.name.as_str())
    }

    /// The name that is most similar to `name`.
    pub(crate) fn suggest(&self, name: &str) -> Option<&str> {
        nearest(name, self.names())
    }
}
