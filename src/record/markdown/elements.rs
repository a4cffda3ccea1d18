//! The elements that are open.

/// Containers deeper than this leave no trace in the HTML: no editor writes them, and browsers flatten them too.
const MAX_DEPTH: usize = 100;

/// An open element.
pub(super) struct OpenElement {
    /// Tells it from all others.
    pub(super) serial: u32,
    /// Where its tag starts in the HTML.
    pub(super) start: usize,
    /// Whether it is a paragraph.
    pub(super) is_paragraph: bool,
    /// Whether its tags are left out.
    pub(super) omits_tags: bool,
}

/// Open elements, outermost first.
#[derive(Default)]
pub(super) struct OpenElements {
    stack: Vec<OpenElement>,
    serial: u32,
}

impl OpenElements {
    /// Opens an element whose tag starts at `start`; whether its tags are written, which they are not where
    /// `omits_tags` says so or elements nest too deep.
    pub(super) fn open(&mut self, start: usize, is_paragraph: bool, omits_tags: bool) -> bool {
        self.serial = self.serial.wrapping_add(1);
        let omits_tags = omits_tags || self.stack.len() >= MAX_DEPTH;
        self.stack.push(OpenElement {
            serial: self.serial,
            start,
            is_paragraph,
            omits_tags,
        });
        !omits_tags
    }

    /// Closes the innermost element.
    pub(super) fn close(&mut self) -> Option<OpenElement> {
        self.stack.pop()
    }

    /// The serial number of the innermost element; 0 outside all.
    pub(super) fn container(&self) -> u32 {
        self.stack.last().map_or(0, |open| open.serial)
    }

    /// Whether the innermost element is a paragraph.
    pub(super) fn is_in_paragraph(&self) -> bool {
        self.stack.last().is_some_and(|open| open.is_paragraph)
    }

    /// Whether none is open.
    pub(super) fn is_empty(&self) -> bool {
        self.stack.is_empty()
    }
}
