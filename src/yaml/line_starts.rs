//! Line starts of a YAML text.

/// The offsets at which lines start. As in YAML, a line ends with LF, CRLF or a lone CR.
pub(super) struct LineStarts(Vec<usize>);

impl LineStarts {
    /// Finds the line starts of `text`.
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
                starts.push(at + 1);
            }
        }
        Self(starts)
    }

    /// The byte offset in `text` of a line (from 1) and a column (from 0, in characters); the line's end when the line
    /// is shorter.
    pub(super) fn offset(&self, text: &str, line: usize, column: usize) -> usize {
        let Some(&start) = line.checked_sub(1).and_then(|index| self.0.get(index)) else {
            return text.len();
        };
        let end = self.0.get(line).copied().unwrap_or(text.len());
        text[start..end]
            .char_indices()
            .nth(column)
            .map_or(end, |(within, _)| start + within)
    }
}
