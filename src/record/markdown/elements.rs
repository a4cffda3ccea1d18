//! The open HTML elements.

/// The tags of deeper containers are omitted: no editor nests so deep, and browsers flatten such elements too.
const MAX_DEPTH: usize = 100;

/// An open element.
pub(super) struct OpenElement {
    /// Identifies the element.
    pub(super) serial: u32,
    /// The offset of its tag in the HTML.
    pub(super) start: usize,
    /// Whether it is a paragraph.
    pub(super) is_paragraph: bool,
    /// Whether its tags are omitted.
    pub(super) omits_tags: bool,
}

/// Open elements, outermost first.
#[derive(Default)]
pub(super) struct OpenElements {
    stack: Vec<OpenElement>,
    serial: u32,
}

impl OpenElements {
    /// Opens an element whose tag starts at `start`. Returns whether its tags are written. They are omitted if
    /// `omits_tags` is set or elements nest too deep.
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

    /// The serial number of the innermost element; 0 when no element is open.
    pub(super) fn container(&self) -> u32 {
        self.stack.last().map_or(0, |open| open.serial)
    }

    /// Whether the innermost element is a paragraph.
    pub(super) fn is_in_paragraph(&self) -> bool {
        self.stack.last().is_some_and(|open| open.is_paragraph)
    }

    /// Whether no element is open.
    pub(super) fn is_empty(&self) -> bool {
        self.stack.is_empty()
    }
}
