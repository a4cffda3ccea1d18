//! Suggests what a name that does not exist was most likely meant to be.
//!
//! Role: below all modules, for every “did you mean”. [`nearest`] is for a short list of known words. [`NameIndex`] is
//! for the files and addresses of a site, which may be as many as the wrong names. Knows words only, not what they
//! name.

use std::collections::{BTreeMap, HashMap};

/// The candidate nearest to `word` that a person is likely to have meant; `None` when none is near enough.
///
/// Case is ignored; up to a third of the characters may differ (at least one, transpositions count once).
#[must_use]
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.trim().to_lowercase();
    let length = wanted.chars().count();
    let limit = max_distance(length);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            // Each missing or extra character is a difference, so most candidates need no comparison.
            (lower.chars().count().abs_diff(length) <= limit).then_some((lower, candidate))
        })
        .map(|(lower, candidate)| (strsim::damerau_levenshtein(&wanted, &lower), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.chars().count())
        .min_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(b.1)))
        .map(|(_, candidate)| candidate)
}

/// The most characters that may differ in a word of `length` characters.
const fn max_distance(length: usize) -> usize {
    if length < 6 { 1 } else { length / 3 }
}

/// The number of comparisons that a search over many words may still make. The default is about a second's work, and
/// enough for any site except one whose folders were moved without its links.
#[derive(Debug)]
pub(crate) struct SearchBudget(usize);

impl Default for SearchBudget {
    fn default() -> Self {
        Self(500_000)
    }
}

/// Many names, for repeated searches of the nearest.
#[derive(Debug, Default)]
pub(crate) struct NameIndex<'a> {
    /// By their number of characters in lower case.
    by_length: BTreeMap<usize, Vec<&'a str>>,
    cache: HashMap<String, Option<&'a str>>,
}

impl<'a> NameIndex<'a> {
    /// Adds a name.
    pub(crate) fn add(&mut self, name: &'a str) {
        let length = name.to_lowercase().chars().count();
        self.by_length.entry(length).or_default().push(name);
    }

    /// Returns what [`nearest`] finds among all names, or `None` when `budget` does not suffice to compare those of
    /// similar length. Repeating a word that was searched costs nothing.
    pub(crate) fn nearest(&mut self, word: &str, budget: &mut SearchBudget) -> Option<&'a str> {
        if let Some(found) = self.cache.get(word) {
            return *found;
        }
        let length = word.trim().to_lowercase().chars().count();
        let limit = max_distance(length);
        let candidates = || self.by_length.range(length.saturating_sub(limit)..=length + limit);
        budget.0 = budget.0.checked_sub(candidates().map(|(_, names)| names.len()).sum())?;
        let found = nearest(word, candidates().flat_map(|(_, names)| names.iter().copied()));
        self.cache.insert(word.to_owned(), found);
        found
    }
}

impl<'a> FromIterator<&'a str> for NameIndex<'a> {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let mut all = Self::default();
        names.into_iter().for_each(|name| all.add(name));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_index_agrees_with_linear_search() {
        let words = [
            "volunteer",
            "videos",
            "a",
            "ab",
            "B.md",
            "b.md",
            "图片.jpg",
            "图片.jpeg",
            "coverage",
            "İ.md",
        ];
        let mut names: NameIndex<'_> = words.into_iter().collect();
        let mut budget = SearchBudget::default();
        for word in [
            "volunter",
            "VIDEO",
            "b",
            "",
            "  a ",
            "B.MD",
            "图片.JPG",
            "nothing",
            "covreage",
            "i̇.md",
            "volunteers",
        ] {
            assert_eq!(names.nearest(word, &mut budget), nearest(word, words), "{word}");
        }
        assert_eq!(nearest("volunter", words), Some("volunteer"));
    }

    #[test]
    fn search_stops_when_budget_is_spent() {
        let texts: Vec<String> = (0..1000).map(|n| format!("note-{n:03}.md")).collect();
        let mut names: NameIndex<'_> = texts.iter().map(String::as_str).collect();
        let mut budget = SearchBudget(2500);
        let mut near = |word: &str| names.nearest(word, &mut budget).is_some();
        assert!(near("note-00x.md") && near("note-01x.md"));
        assert!(!near("note-02x.md"), "the third search exceeds the budget");
        assert!(near("note-00x.md"), "a repeated word costs nothing");
        assert!(!near("x"), "no name is as short, so no comparison is needed");
    }
}
