//! Brings a built tree to the places from which visitors read it.
//!
//! Role: the stage after `output`. [`definition`] reads `content/_publish.yaml`, which names the destinations.
//! [`publish`] compares the built tree with what lies at a destination and brings the difference over. It knows paths,
//! sizes and hashes of files; it does not know pages, posts or who asks for it.
//!
//! A visitor never meets a page without its assets, and no link of a page is dead at any moment: assets travel first,
//! then pages that are new, then pages that changed, then feeds, the site map and the search, and what is gone is
//! deleted last. These files lie at a destination:
//!
//! - `.xiangyin-published`, the [`inventory`]: what was published, by path, size and hash. It is written last.
//! - `.xiangyin-publishing`, the paths that a publication is about to write. It is there while a publication runs and
//!   after a killed one, so that the next one knows these files for its own.
//! - `.xiangyin-lock`, while a publication runs ([`lock`]).
//!
//! Where a destination asks for them, texts have compressed copies beside them ([`compressed`]).
//!
//! All places are a [`storage`]: a [`folder`], or with the feature `remote` a bucket, a WebDAV folder or a server with
//! SFTP. A branch of a Git repository ([`branch`]) has the inventory alone, because a push brings everything over at once.
//!
//! [`live`] judges a published copy by asking for it as visitors do.
//!
//! A file that is in neither list is foreign: it is never replaced or deleted unless the editor says so.

mod branch;
mod cache;
mod compressed;
mod content_type;
mod definition;
mod destination;
mod difference;
mod error;
mod folder;
mod git;
mod inventory;
mod live;
mod local;
mod lock;
mod order;
mod outcome;
mod parallel;
mod publication;
#[cfg(feature = "remote")]
mod remote;
mod storage;

pub(crate) use content_type::content_type;
pub(crate) use definition::read_destinations;
pub(crate) use destination::{Destination, Destinations};
pub(crate) use live::{LiveAddress, LiveRequest, check_live};
pub(crate) use outcome::{Publication, PublishRequest, TransferProgress};
pub(crate) use publication::{check_reachable, publish};
