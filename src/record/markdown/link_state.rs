//! The open link and the open picture.

use super::media_links::MediaKind;
use std::ops::Range;

/// A picture whose description is being read.
pub(super) struct PendingImage {
    /// The offset in the HTML at which its tag will start.
    pub(super) start: usize,
    /// The plain text of its description so far.
    pub(super) alt: String,
    /// Its title; empty when it has none.
    pub(super) title: String,
    /// Its address.
    pub(super) address: LinkAddress,
    /// The kind of the file.
    pub(super) kind: MediaKind,
    /// Its range in the file.
    pub(super) place: Range<usize>,
    /// The number of pictures nested in its description.
    nested_images: usize,
}

impl PendingImage {
    /// Creates a picture whose description is still empty.
    pub(super) const fn new(
        start: usize,
        title: String,
        address: LinkAddress,
        kind: MediaKind,
        place: Range<usize>,
    ) -> Self {
        Self {
            start,
            alt: String::new(),
            title,
            address,
            kind,
            place,
            nested_images: 0,
        }
    }
}

/// A picture with a title that was just written.
pub(super) struct PendingFigure {
    /// The offset of its tag in the HTML.
    pub(super) start: usize,
    /// The offset of the end of its tag.
    pub(super) end: usize,
    /// The picture.
    pub(super) image: PendingImage,
}

/// The value of `href` or `src`.
pub(super) enum LinkAddress {
    /// A link of the body.
    Link(usize),
    /// An external address, escaped.
    External(String),
    /// No value: the target would run a script.
    Unsafe,
}

/// The open links and pictures.
#[derive(Default)]
pub(super) struct LinkState {
    /// The number of open links. Bare addresses inside them do not become links.
    open_links: usize,
    image: Option<PendingImage>,
    figure: Option<PendingFigure>,
}

impl LinkState {
    /// Starts a link.
    pub(super) fn open_link(&mut self) {
        self.open_links += 1;
    }

    /// Ends a link.
    pub(super) fn close_link(&mut self) {
        self.open_links = self.open_links.saturating_sub(1);
    }

    /// Whether the writer is inside a link.
    pub(super) fn is_in_link(&self) -> bool {
        self.open_links > 0
    }

    /// Whether the writer is inside a picture's description.
    pub(super) fn is_in_image(&self) -> bool {
        self.image.is_some()
    }

    /// Adds `text` to the description of the open picture. Returns false when none is open.
    pub(super) fn push_description(&mut self, text: &str) -> bool {
        let image = self.image.as_mut();
        image.map(|image| image.alt.push_str(text)).is_some()
    }

    /// Counts a picture inside the description of the open one. Returns false when none is open.
    pub(super) fn nest_image(&mut self) -> bool {
        let image = self.image.as_mut();
        image.map(|image| image.nested_images += 1).is_some()
    }

    /// Starts a picture.
    pub(super) fn start_image(&mut self, image: PendingImage) {
        self.image = Some(image);
    }

    /// Ends a picture. Returns `None` when it is inside the description of another one.
    pub(super) fn end_image(&mut self) -> Option<PendingImage> {
        match &mut self.image {
            Some(image) if image.nested_images > 0 => {
                image.nested_images -= 1;
                None
            }
            _ => self.image.take(),
        }
    }

    /// Stores a picture that may become a figure.
    pub(super) fn keep_figure(&mut self, figure: PendingFigure) {
        self.figure = Some(figure);
    }

    /// Takes the picture that may become a figure.
    pub(super) fn take_figure(&mut self) -> Option<PendingFigure> {
        self.figure.take()
    }
}
