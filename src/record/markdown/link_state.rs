//! The link and the picture that are being written.

/// A picture whose description is being read.
pub(super) struct PendingImage {
    /// Where its tag will start in the HTML.
    pub(super) start: usize,
    /// The plain text of its description so far.
    pub(super) alt: String,
    /// Its title; empty for none.
    pub(super) title: String,
    /// Where it lies.
    pub(super) address: LinkAddress,
    /// Pictures inside its description.
    nested_images: usize,
}

impl PendingImage {
    /// A picture without a description yet.
    pub(super) const fn new(start: usize, title: String, address: LinkAddress) -> Self {
        Self {
            start,
            alt: String::new(),
            title,
            address,
            nested_images: 0,
        }
    }
}

/// A picture with a title that was just written.
pub(super) struct PendingFigure {
    /// Where its tag starts in the HTML.
    pub(super) start: usize,
    /// Where its tag ends.
    pub(super) end: usize,
    /// The picture.
    pub(super) image: PendingImage,
}

/// What goes into `href` or `src`.
pub(super) enum LinkAddress {
    /// A link of the body.
    Link(usize),
    /// An address of its own, escaped.
    External(String),
    /// Nothing: it would run a script.
    Unsafe,
}

/// Open links and pictures.
#[derive(Default)]
pub(super) struct LinkState {
    /// Open links, in which no bare address becomes a link.
    open_links: usize,
    image: Option<PendingImage>,
    figure: Option<PendingFigure>,
}

impl LinkState {
    /// A link starts.
    pub(super) fn open_link(&mut self) {
        self.open_links += 1;
    }

    /// A link ends.
    pub(super) fn close_link(&mut self) {
        self.open_links = self.open_links.saturating_sub(1);
    }

    /// Whether what is written stands in a link.
    pub(super) fn is_in_link(&self) -> bool {
        self.open_links > 0
    }

    /// Whether what is read is a picture's description.
    pub(super) fn is_in_image(&self) -> bool {
        self.image.is_some()
    }

    /// Adds `text` to the description of the open picture; false when none is open.
    pub(super) fn push_description(&mut self, text: &str) -> bool {
        let image = self.image.as_mut();
        image.map(|image| image.alt.push_str(text)).is_some()
    }

    /// Counts a picture inside the description of the open one; false when none is open.
    pub(super) fn nest_image(&mut self) -> bool {
        let image = self.image.as_mut();
        image.map(|image| image.nested_images += 1).is_some()
    }

    /// A picture starts.
    pub(super) fn start_image(&mut self, image: PendingImage) {
        self.image = Some(image);
    }

    /// A picture ends; none when it stands in the description of another.
    pub(super) fn end_image(&mut self) -> Option<PendingImage> {
        match &mut self.image {
            Some(image) if image.nested_images > 0 => {
                image.nested_images -= 1;
                None
            }
            _ => self.image.take(),
        }
    }

    /// Keeps a picture that may become a figure.
    pub(super) fn keep_figure(&mut self, figure: PendingFigure) {
        self.figure = Some(figure);
    }

    /// The picture that may become a figure.
    pub(super) fn take_figure(&mut self) -> Option<PendingFigure> {
        self.figure.take()
    }
}
