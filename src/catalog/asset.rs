//! The files that are copied, with what is known of those that are pictures.

use crate::media::{ImageError, ImageInfo};
use crate::paths::SourcePath;
use crate::source::{ContentHash, SizeAndMtime, SourceFile};

/// A file to be copied to the output.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Where it is.
    pub file: SourceFile,
    /// What was found in it; none for what has no picture's name, could not be read, or was not looked at.
    pub probe: Option<ImageProbe>,
}

/// A picture's file as it was looked at.
#[derive(Debug, Clone)]
pub struct ImageProbe {
    /// What was in it.
    pub content_hash: ContentHash,
    /// What it is; why it cannot be published otherwise.
    pub info: Result<ImageInfo, ImageError>,
    /// Tells whether the file is another one by now.
    pub size_and_mtime: Option<SizeAndMtime>,
}

impl Asset {
    /// Its path in the site.
    #[must_use]
    pub const fn path(&self) -> &SourcePath {
        &self.file.path
    }

    /// What it is as a picture; none for everything else.
    #[must_use]
    pub fn image(&self) -> Option<ImageInfo> {
        self.probe.as_ref()?.info.ok()
    }
}
