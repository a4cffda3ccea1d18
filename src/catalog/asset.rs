//! The files that are copied, with the properties of those that are pictures.

use crate::media::{ImageError, ImageInfo};
use crate::paths::SourcePath;
use crate::source::{ContentHash, SizeAndMtime, SourceFile};

/// A file to be copied to the output.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The source file.
    pub file: SourceFile,
    /// The result of reading the picture. `None` when the file's name is not a picture's, when the file could not be
    /// read, or when it was not probed.
    pub probe: Option<ImageProbe>,
}

/// A picture's file at the time it was read.
#[derive(Debug, Clone)]
pub struct ImageProbe {
    /// The hash of its content.
    pub content_hash: ContentHash,
    /// The picture's properties, or the reason why it cannot be published.
    pub info: Result<ImageInfo, ImageError>,
    /// The size and time of the file, which tell whether it has changed since.
    pub size_and_mtime: Option<SizeAndMtime>,
}

impl Asset {
    /// Its path in the site.
    #[must_use]
    pub const fn path(&self) -> &SourcePath {
        &self.file.path
    }

    /// The properties of a picture; `None` for every other file and for a picture that cannot be published.
    #[must_use]
    pub fn image(&self) -> Option<ImageInfo> {
        self.probe.as_ref()?.info.ok()
    }
}
