//! The files that a site may publish, with the properties of those that are pictures, films or documents.

use crate::attachment::DocumentDetail;
use crate::media::{FilmInfo, ImageError, ImageInfo};
use crate::paths::SourcePath;
use crate::source::{ContentHash, ROOT_FOLDER, SizeAndMtime, SourceFile};

/// A file that is published when something published refers to it.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The source file.
    pub file: SourceFile,
    /// The result of reading the picture. `None` when the file is no picture by its name and by its bytes, when it could
    /// not be read, or when it was not probed.
    pub probe: Option<ImageProbe>,
    /// The result of reading a file that is no picture. `None` when it could not be read or was not probed.
    pub attachment: Option<AttachmentProbe>,
}

/// A film, a document or another file at the time it was read.
#[derive(Debug, Clone)]
pub struct AttachmentProbe {
    /// What it is, by its bytes.
    pub attachment: Attachment,
    /// The size and time of the file, which tell whether it has changed since.
    pub size_and_mtime: Option<SizeAndMtime>,
}

/// What a file that is no picture is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attachment {
    /// A film or a recording.
    Film(FilmInfo),
    /// A document, and what it tells about its authors.
    Document(Vec<DocumentDetail>),
    /// A text that starts like a post, with front matter.
    TextOfPost,
    /// Another file.
    Other,
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

    /// Whether it is a film or a recording that is cleaned when it is copied.
    #[must_use]
    pub fn is_film(&self) -> bool {
        let probe = self.attachment.as_ref();
        probe.is_some_and(|probe| matches!(probe.attachment, Attachment::Film(_)))
    }

    /// Whether it is a picture or a film whose metadata say that a program generated or changed it.
    #[must_use]
    pub(crate) fn is_generated(&self) -> bool {
        let film = self.attachment.as_ref().map(|probe| &probe.attachment);
        matches!(film, Some(Attachment::Film(info)) if info.is_generated)
            || self.image().is_some_and(|image| image.is_generated)
    }

    /// Whether it is a text that starts like a post, with front matter. False when it was not probed.
    #[must_use]
    pub(crate) fn is_text_of_post(&self) -> bool {
        let probe = self.attachment.as_ref();
        probe.is_some_and(|probe| probe.attachment == Attachment::TextOfPost)
    }

    /// Whether it goes to the root of the output as it is.
    #[must_use]
    pub(crate) fn is_root_file(&self) -> bool {
        self.path_at_root().is_some()
    }

    /// Its path below `content/_root/`; `None` for all other files.
    #[must_use]
    pub(crate) fn path_at_root(&self) -> Option<&str> {
        let path = self.path().in_content()?.strip_prefix(ROOT_FOLDER)?;
        path.strip_prefix('/')
    }

    /// The properties of a picture; `None` for every other file and for a picture that cannot be published.
    #[must_use]
    pub fn image(&self) -> Option<ImageInfo> {
        self.probe.as_ref()?.info.ok()
    }
}
