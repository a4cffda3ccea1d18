//! Splits a file into front matter and text.
//!
//! Editors write the lines around front matter in many ways, and text that was not understood as front matter would be
//! published, with a draft in it. So whatever plainly is front matter is read, and a finding shows it as it should be
//! written.

use super::super::names::MAP_KEYS;
use super::fences::{
    Fence, common_indent, is_blank, is_blank_in_line, is_front_matter_line, is_known_key, is_telling_key, key_of,
};
use crate::diag::{Checked, Code, Diagnostic, Place, Severity};
use crate::yaml::{apply_edits, certain_typos};
use std::ops::Range;

/// The maximum length of front matter, in bytes.
const MAX_BYTES: usize = 64 * 1024;

/// How many lines from the top are searched for front matter that has text above it.
const SEARCHED_LINES: usize = 30;

/// The byte ranges of front matter and text in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrontMatterSplit {
    /// The YAML between the `---` lines; `None` when the file has no front matter.
    pub yaml: Option<Range<usize>>,
    /// The text after it.
    pub body: Range<usize>,
}

/// Front matter that was found, and how it differs from the standard form.
struct Found {
    yaml: Range<usize>,
    /// Where the text starts.
    body: usize,
    /// The id of the difference's words in `locales/words.yml`; `None` for the standard form.
    typo: Option<&'static str>,
    /// Whether the end was guessed, or the text above is in the way: an editor must look at it.
    is_unsure: bool,
}

/// Finds front matter: an opening `---` on the first line, a closing `---` or `...`.
///
/// Other forms are found too, and reported with the corrected lines: blank lines or invisible characters before it,
/// other dashes, `+++`, a missing line. A line of dashes above plain text is not front matter.
#[must_use]
pub fn split_front_matter(file: &str, text: &str) -> Checked<FrontMatterSplit> {
    let first = line_at(text, 0);
    let found = match Fence::of(first) {
        Some(Fence::Exact) => after_exact_fence(text, first.len()),
        _ => find_block(text, 0).or_else(|| find_below_text(text)),
    };
    match found {
        Some(found) => report(file, text, found),
        None => {
            // A rule above plain text is not front matter.
            let next = line_at(text, first_filled_line(text, first.len()));
            let code = if Fence::of(first) == Some(Fence::Exact) && is_front_matter_line(next) {
                Code::FrontMatterUnclosed
            } else {
                Code::FrontMatterMissing
            };
            let marked = if code == Code::FrontMatterUnclosed { 0..3 } else { 0..0 };
            let start = if code == Code::FrontMatterUnclosed {
                first.len()
            } else {
                0
            };
            Checked {
                value: FrontMatterSplit {
                    yaml: None,
                    body: start..text.len(),
                },
                findings: vec![Diagnostic::new(code).at(Place::in_text(file, text, marked))],
            }
        }
    }
}

/// Returns `text` with its front matter in the standard form; `None` when it is in that form, or when an editor must
/// decide.
#[must_use]
pub(in crate::record) fn with_standard_fences(text: &str) -> Option<String> {
    let found = match Fence::of(line_at(text, 0)) {
        Some(Fence::Exact) => after_exact_fence(text, line_at(text, 0).len()),
        _ => find_block(text, 0),
    }?;
    let is_fixable = found.typo.is_some() && !found.is_unsure;
    is_fixable.then(|| standard_form(text, &found) + &text[found.body..])
}

/// The front matter after an exact opening line that ends at `start`.
fn after_exact_fence(text: &str, start: usize) -> Option<Found> {
    let found = close(text, start, false)?;
    // A second block, or keys between the end and another fence, was meant to be part of the first.
    let goes_on = found.typo.is_none() && is_followed_by_keys(text, found.body);
    Some(if goes_on {
        Found {
            typo: Some("fence-twice"),
            is_unsure: true,
            ..found
        }
    } else {
        found
    })
}

/// Whether the text at `at` starts with more front matter.
fn is_followed_by_keys(text: &str, at: usize) -> bool {
    let start = first_filled_line(text, at);
    let opener = line_at(text, start);
    let keys_start = Fence::of(opener).map_or(start, |_| start + opener.len());
    let keys = known_keys(text, keys_start);
    keys.iter().any(|(key, sign)| key.is_ascii() && *sign != '：')
        && close(text, keys_start, true).is_some_and(|more| !more.is_unsure)
}

/// The front matter whose first line is the first line with content at or after `at`.
fn find_block(text: &str, at: usize) -> Option<Found> {
    let start = first_filled_line(text, at);
    let line = line_at(text, start);
    let Some(fence) = Fence::of(line) else {
        return find_json(text, start).or_else(|| find_without_opener(text, start));
    };
    let yaml = start + line.len();
    let is_told_by = |fence: Fence, keys: &[(&str, char)]| match fence {
        // An ornament above a head such as `时间：5月` is not front matter.
        Fence::LongRule => keys.iter().filter(|(_, sign)| *sign == ':').count() >= 2,
        _ => !keys.is_empty(),
    };
    if !is_told_by(fence, &known_keys(text, yaml)) {
        return None;
    }
    let typo = match fence {
        Fence::Exact | Fence::Indented => "fence-before",
        Fence::Dashes | Fence::LongRule => "fence-dashes",
        Fence::Plus => "fence-plus",
    };
    let found = close(text, yaml, false)?;
    Some(Found {
        typo: found.typo.filter(|_| found.is_unsure).or(Some(typo)),
        ..found
    })
}

/// Front matter in JSON, as another program writes it: an object with a title. YAML reads it.
fn find_json(text: &str, start: usize) -> Option<Found> {
    if !text[start..].starts_with('{') || text[start..].starts_with("{{") {
        return None;
    }
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        at += line.len();
        let is_end = line.trim_end() == "}" || (at == start + line.len() && line.trim_end().ends_with('}'));
        if is_end {
            let has_title = ["\"title\"", "\"标题\"", "\"draft\""]
                .iter()
                .any(|key| text[start..at].contains(key));
            return has_title.then_some(Found {
                yaml: start..at,
                body: at,
                typo: Some("fence-json"),
                is_unsure: false,
            });
        }
    }
    None
}

/// Front matter at `start` whose opening line is missing.
fn find_without_opener(text: &str, start: usize) -> Option<Found> {
    let (key, _) = key_of(line_at(text, start)).filter(|(key, _)| is_known_key(key))?;
    let keys = known_keys(text, start);
    let has_plain_key = keys.iter().any(|(key, sign)| key.is_ascii() && *sign != '：');
    let found = close(text, start, true)?;
    let is_told = if found.is_unsure {
        // Without a closing line too, only lines that no text starts with are sure.
        has_plain_key && keys.len() >= 2 && keys.iter().any(|(key, _)| is_telling_key(key))
    } else {
        has_plain_key || is_telling_key(key)
    };
    is_told.then_some(Found {
        typo: Some(if found.is_unsure {
            "fence-none"
        } else {
            "fence-no-start"
        }),
        ..found
    })
}

/// Front matter with text above it.
fn find_below_text(text: &str) -> Option<Found> {
    let mut at = 0;
    let mut in_code = false;
    for line in text.split_inclusive('\n').take(SEARCHED_LINES) {
        let is_code_fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        in_code ^= is_code_fence;
        let is_fence = matches!(Fence::of(line), Some(Fence::Exact | Fence::Indented | Fence::Dashes));
        if is_fence && !in_code {
            let found = find_block(text, at)?;
            let keys = known_keys(text, found.yaml.start);
            let is_sure = !found.is_unsure && keys.iter().any(|(key, sign)| is_telling_key(key) && *sign == ':');
            return is_sure.then_some(Found {
                typo: Some("fence-text-above"),
                is_unsure: true,
                ..found
            });
        }
        at += line.len();
    }
    None
}

/// The known keys at the start of the lines from `start` on, until a line that cannot be in front matter.
fn known_keys(text: &str, start: usize) -> Vec<(&str, char)> {
    let lines = text[start..].split_inclusive('\n');
    let inside = lines.take_while(|line| is_front_matter_line(line) && Fence::of(line).is_none());
    let keys = inside.filter_map(key_of);
    keys.filter(|(key, _)| is_known_key(key)).collect()
}

/// Finds the end of front matter that starts at `start`. Without a closing line, it ends where its lines end; `None`
/// when it has no lines. With `only_keys`, the closing line must follow lines that can be front matter.
fn close(text: &str, start: usize, only_keys: bool) -> Option<Found> {
    let mut at = start;
    let mut loose: Option<Found> = None;
    let opener = text[..start].trim_end_matches(['\n', '\r']).rsplit('\n').next();
    let is_indented = opener.is_some_and(|line| line.starts_with([' ', '\t']));
    for line in text[start..].split_inclusive('\n') {
        let is_exact = matches!(line.trim_end(), "---" | "...");
        if is_exact || Fence::of(line).is_some() {
            let found = Found {
                yaml: start..at,
                body: at + line.len(),
                typo: (!is_exact).then_some("fence-end"),
                is_unsure: false,
            };
            // An indented line of hyphens may be part of a value, unless the opening line is indented too.
            if is_exact || is_indented || !line.starts_with([' ', '\t']) {
                return Some(found);
            }
            loose.get_or_insert(found);
        } else if (loose.is_some() || only_keys) && !is_front_matter_line(line) {
            return loose.or_else(|| without_end(text, start));
        }
        at += line.len();
    }
    loose.or_else(|| without_end(text, start))
}

/// Front matter without a closing line: the lines up to the first one that is blank or cannot be front matter.
fn without_end(text: &str, start: usize) -> Option<Found> {
    let lines = text[start..].split_inclusive('\n');
    let inside = lines.take_while(|line| is_front_matter_line(line) && !line.trim().is_empty());
    let end = start + inside.map(str::len).sum::<usize>();
    let has_key = !known_keys(text, start).is_empty();
    (has_key && end > start).then_some(Found {
        yaml: start..end,
        body: end,
        typo: Some("fence-no-end"),
        is_unsure: true,
    })
}

/// The split, with a finding about its form. Front matter that is too long is left out, with a finding.
fn report(file: &str, text: &str, found: Found) -> Checked<FrontMatterSplit> {
    let body = found.body..text.len();
    if found.yaml.len() > MAX_BYTES {
        let finding = Diagnostic::new(Code::FrontMatterTooLong)
            .at(Place::in_text(file, text, 0..3))
            .with("limit", "64 KB");
        return Checked {
            value: FrontMatterSplit { yaml: None, body },
            findings: vec![finding],
        };
    }
    let findings = found.typo.map(|typo| typo_finding(file, text, &found, typo));
    Checked {
        value: FrontMatterSplit {
            yaml: Some(found.yaml),
            body,
        },
        findings: findings.into_iter().collect(),
    }
}

fn typo_finding(file: &str, text: &str, found: &Found, typo: &'static str) -> Diagnostic {
    let at = match typo {
        "fence-end" => found.yaml.end..found.body,
        "fence-twice" => {
            let next = first_filled_line(text, found.body);
            next..next + line_at(text, next).trim_end().len()
        }
        _ => {
            // The line before the keys, or the first of them.
            let opener = text[..found.yaml.start]
                .trim_end_matches('\n')
                .rfind('\n')
                .map_or(0, |end| end + 1);
            let opener = if matches!(typo, "fence-no-start" | "fence-none" | "fence-json") {
                found.yaml.start
            } else {
                opener
            };
            opener..opener + line_at(text, opener).trim_end().len()
        }
    };
    if typo == "fence-no-end" && text.starts_with("---") {
        return Diagnostic::new(Code::FrontMatterUnclosed)
            .at(Place::in_text(file, text, 0..3))
            .with_fix(corrected_form(text, found));
    }
    let finding = Diagnostic::new(Code::LooseFrontMatter)
        .at(Place::in_text(file, text, at))
        .with("reason", typo);
    let finding = match typo {
        "fence-twice" => finding,
        _ => finding.with_fix(corrected_form(text, found)),
    };
    if found.is_unsure {
        finding.with_severity(Severity::Error)
    } else {
        finding.with("fix", "xiangyin fix")
    }
}

/// The front matter as it should be written, for a finding: with its typos fixed, too.
fn corrected_form(text: &str, found: &Found) -> String {
    let form = standard_form(text, found);
    let yaml = "---\n".len()..form.trim_end().len() - "---".len();
    let typos = certain_typos(form.get(yaml.clone()).unwrap_or_default(), MAP_KEYS);
    let fixed = match form.get(yaml.clone()) {
        Some(lines) => [&form[..yaml.start], &apply_edits(lines, &typos), &form[yaml.end..]].concat(),
        None => form,
    };
    fixed.trim_end().to_owned()
}

/// The front matter with `---` above and below, and without common indentation.
fn standard_form(text: &str, found: &Found) -> String {
    let yaml = &text[found.yaml.clone()];
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let indent = common_indent(yaml);
    let mut out = format!("---{line_end}");
    for line in yaml.split_inclusive('\n') {
        out.push_str(
            line.strip_prefix(indent)
                .unwrap_or_else(|| line.trim_start_matches(is_blank_in_line)),
        );
    }
    if !out.ends_with('\n') {
        out.push_str(line_end);
    }
    out + "---" + line_end
}

/// The line that starts at `at`, with its line end.
fn line_at(text: &str, at: usize) -> &str {
    text[at..].split_inclusive('\n').next().unwrap_or_default()
}

/// The start of the first line at or after the line start `at` that has visible characters; the end of the text when
/// there is none.
fn first_filled_line(text: &str, at: usize) -> usize {
    let mut at = at;
    for line in text[at..].split_inclusive('\n') {
        if !line.chars().all(is_blank) {
            break;
        }
        at += line.len();
    }
    at
}
