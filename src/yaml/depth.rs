//! The limit on nesting.

/// The maximum nesting of `[` and `{`, of `- - -` on one line, or of indented lines. Deeper text is rejected because both
/// libraries take quadratic time.
const MAX_DEPTH: usize = 64;

/// Returns the offset at which the nesting exceeds the limit. Brackets in quotes count too: nobody writes so many.
pub(super) fn find_too_deep(text: &str) -> Option<usize> {
    find_deep_line(text).or_else(|| find_deep_brackets(text))
}

/// The offset of the first line that is indented below more than [`MAX_DEPTH`] others, each further than the one before.
fn find_deep_line(text: &str) -> Option<usize> {
    let mut indents: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if !line.trim().is_empty() {
            while indents.last().is_some_and(|last| *last >= indent) {
                indents.pop();
            }
            indents.push(indent);
        }
        if indents.len() > MAX_DEPTH {
            return Some(at + indent);
        }
        at += line.len();
    }
    None
}

fn find_deep_brackets(text: &str) -> Option<usize> {
    let (mut depth, mut markers, mut at_start) = (0_usize, 0_usize, true);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'\n' | b'\r' => (markers, at_start) = (0, true),
            b'-' | b'?' | b':' if at_start => markers += 1,
            b' ' | b'\t' => {}
            _ => at_start = false,
        }
        // A line of hyphens in a block of text does not nest.
        if depth > MAX_DEPTH || (markers > MAX_DEPTH && at_start && matches!(byte, b' ' | b'\t')) {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_of_nesting_has_the_same_limit() {
        let lines = |depth: usize| {
            (0..depth)
                .map(|level| format!("{}k:\n", " ".repeat(level)))
                .collect::<String>()
        };
        let brackets = |depth: usize| format!("k: {}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(find_too_deep(&lines(MAX_DEPTH)), None);
        assert_eq!(find_too_deep(&brackets(MAX_DEPTH)), None);
        assert!(find_too_deep(&lines(MAX_DEPTH + 1)).is_some_and(|at| lines(MAX_DEPTH + 1)[at..] == *"k:\n"));
        assert!(find_too_deep(&brackets(MAX_DEPTH + 1)).is_some());
        let flat = "a:\n  b: 1\n  c: 2\n\n".repeat(1000);
        assert_eq!(find_too_deep(&flat), None);
    }
}
