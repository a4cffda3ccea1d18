//! Tells what separates the fields of a CSV text.

use std::collections::BTreeMap;

/// What Excel, WPS, Numbers and people write between fields. Of two that fit equally, the first one is taken.
const CANDIDATES: [char; 6] = [',', '\t', ';', '|', '，', '；'];

/// The number of lines that are looked at.
const SAMPLE_LINES: usize = 50;

/// How a CSV text is divided.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) delimiter: char,
    /// The number of fields of most rows.
    pub(super) width: usize,
    /// Where the rows begin: behind a line such as `sep=;`.
    pub(super) start: usize,
}

/// The layout of `text`. The delimiter is the one in the line `sep=`, which only Excel reads; else the one of which the
/// most lines contain the same number outside quotation marks.
pub(super) fn find_layout(text: &str) -> Layout {
    let first = text.split(['\n', '\r']).next().unwrap_or_default();
    let stated = first.trim().trim_matches('"').to_lowercase();
    // A tab was trimmed.
    let stated = stated
        .strip_prefix("sep=")
        .map(|rest| rest.chars().next().unwrap_or('\t'));
    let start = match stated {
        Some(_) => text.len() - text[first.len()..].trim_start_matches(['\r', '\n']).len(),
        None => 0,
    };
    let counts = |candidate| most_frequent(line_counts(&text[start..], candidate));
    if let Some(delimiter) = stated {
        let (_, count) = counts(delimiter);
        return Layout {
            delimiter,
            width: count + 1,
            start,
        };
    }
    // `max_by_key` returns the last of equal candidates.
    let best = CANDIDATES
        .into_iter()
        .rev()
        .map(|candidate| (counts(candidate), candidate))
        .max_by_key(|(count, _)| *count);
    let ((_, count), delimiter) = best.unwrap_or(((0, 0), ','));
    Layout {
        delimiter,
        width: count + 1,
        start,
    }
}

/// The number of lines that agree, and the number on which they agree. Lines without a delimiter do not count.
fn most_frequent(counts: impl Iterator<Item = usize>) -> (usize, usize) {
    let mut lines: BTreeMap<usize, usize> = BTreeMap::new();
    for count in counts.filter(|count| *count > 0) {
        *lines.entry(count).or_default() += 1;
    }
    lines
        .into_iter()
        .map(|(count, lines)| (lines, count))
        .max()
        .unwrap_or_default()
}

/// The number of `wanted` outside quotation marks in each of the first lines. A line end in a quoted field ends no line,
/// unless the mark has no pair in the sample.
fn line_counts(text: &str, wanted: char) -> impl Iterator<Item = usize> {
    let sample: Vec<&str> = text.split_inclusive(['\n', '\r']).take(2 * SAMPLE_LINES).collect();
    let mut counts = Vec::new();
    let mut index = 0;
    while index < sample.len() && counts.len() < SAMPLE_LINES {
        let (count, is_open) = count_in(sample[index], wanted, false);
        let closes = |line: &&&str| !count_in(line, wanted, true).1;
        let end = sample[index + 1..].iter().take(SAMPLE_LINES).find(closes);
        match end {
            Some(_) if is_open => {
                let mut total = count;
                loop {
                    index += 1;
                    let (more, still_open) = count_in(sample[index], wanted, true);
                    total += more;
                    if !still_open {
                        break;
                    }
                }
                counts.push(total);
            }
            _ => counts.push(count),
        }
        index += 1;
    }
    counts.into_iter()
}

/// The number of `wanted` outside quotation marks in a line, and whether its last quotation mark is open. `is_open`
/// tells whether the line starts inside a quoted field.
fn count_in(line: &str, wanted: char, mut is_open: bool) -> (usize, bool) {
    let (mut count, mut at_start) = (0, true);
    for c in line.chars() {
        match c {
            '"' if is_open => is_open = false,
            // Two marks in a row close and open the field again.
            '"' if at_start => is_open = true,
            _ if !is_open && c == wanted => count += 1,
            _ => {}
        }
        at_start = c == '"' || CANDIDATES.contains(&c) || (at_start && c == ' ');
    }
    (count, is_open)
}
