//! The built tree on the disk: staged beside the old one, then swapped with it in one step.
//!
//! Role: the last stage. [`Stage`] takes finished files from many threads and writes them to a folder beside the
//! output folder; [`Stage::commit`] exchanges the two. Whatever happens before, during or after (a mistake in the
//! content, a full disk, a killed process), the output folder is the whole old site or the whole new one.
//! Does not know pages, posts or what the bytes mean, and refuses to replace a folder that it did not make.
//!
//! These files and folders lie beside an output folder `public` only during a build or after a killed one:
//!
//! - `.public.xiangyin-lock`, held while a build runs, so that two builds do not work on one folder;
//! - `.public.xiangyin-new-…`, the staging folder; after the exchange it holds the old tree while that is removed;
//! - `.public.xiangyin-old-…`, the old tree, only when the file system cannot exchange two folders;
//! - `.public.xiangyin-kept-…`, files that the site keeps in its output folder (`kept`), while the trees are exchanged.
//!
//! What the program remembers lies in the site's folder, in `.xiangyin-cache` (`cache`): what each tree was built from,
//! so that the next build makes only the files that changed (`manifest`), a copy of the tree in hard links (`spare`), and
//! files made from pictures (`image_cache`).
//!
//! The next build removes the leftovers of a killed one. Files are not flushed to the disk one by one before the
//! exchange: for tens of thousands of files that takes longer than the build. So a power cut within seconds of a build
//! is not covered; building again repairs the tree.

mod cache;
mod error;
mod file_lock;
mod foreign;
mod image_cache;
mod kept;
mod known_names;
mod leftovers;
mod manifest;
mod marker;
mod output_lock;
mod record_cache;
mod spare;
mod staging;
mod stale;
mod stat;
mod swap;
mod target;

pub(crate) use cache::{CacheFolder, NAME as CACHE_NAME};
pub(crate) use error::Action;
pub use error::{OutputError, RefusalReason};
pub(crate) use image_cache::ImageCache;
pub use manifest::FullRebuildReason;
pub(crate) use manifest::{BuildOptions, BuiltFile, Manifest, SiteDigests, Snapshot};
pub use output_lock::OutputLock;
pub(crate) use output_lock::{BuildRecord, KnownFiles, PreviousBuild};
pub(crate) use record_cache::RecordCache;
pub(crate) use spare::{FOLDER as SPARE_FOLDER, TreeChanges};
pub use staging::Stage;
pub(crate) use stale::PreviousTree;
pub use stale::StaleReason;
pub(crate) use stat::EntryStat;
