//! Suggests what a name that does not exist was most likely meant to be.
//!
//! Role: below all modules, for every “did you mean”. [`nearest`] is for a short list of known words. [`NameIndex`] is
//! for the files and addresses of a site, which may be as many as the wrong names. Knows words only, not what they
//! name. `name` decides how near two names are.

mod chinese;
mod distance;
mod name;
#[cfg(test)]
mod tests;

use distance::{Distance, max_distance};
use name::Name;
use std::collections::{BTreeMap, HashMap};

/// The candidate nearest to `word` that a person is likely to have meant. `None` when none is near enough, or when
/// several contain the same part of the word.
///
/// Case, width and white space are ignored. Names with different numbers, directions or levels of government are never
/// near: 镇级 is not 区级. The rest decides [`Name::distance`].
#[must_use]
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = Name::new(word);
    let is_capital = |text: &str| text.trim_start().starts_with(char::is_uppercase);
    let mut near: Vec<(Distance, bool, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let other_case = is_capital(candidate) != is_capital(word);
            Some((wanted.distance(candidate)?, other_case, candidate))
        })
        .collect();
    near.sort_unstable();
    let &(best, _, found) = near.first()?;
    let is_other = |text: &str| Name::new(text) != Name::new(found);
    let is_ambiguous = near[1..]
        .iter()
        .any(|&(distance, _, other)| best.is_ambiguous_beside(distance) && is_other(other));
    (!is_ambiguous).then_some(found)
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

    /// Returns what [`nearest`] finds among the names of similar length, or `None` when `budget` does not suffice to
    /// compare them. Repeating a word that was searched costs nothing.
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
