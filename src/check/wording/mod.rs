//! Words that are wrong in any text: slips of the input method, words written wrongly, names that are outdated.
//!
//! Role: `text → Findings`, and the same text with the right words. The words are data: `words.yaml` is part of the
//! program, and a town adds its own in `content/_data/wording.yaml`. All words are looked for in one pass over a text.
//! What an editor quotes, code, addresses and names of files are left alone (`untouched`), and so are the names in
//! rosters.

mod rules;
#[cfg(test)]
mod tests;
mod untouched;

pub(crate) use rules::{WordRule, read_rules};

use crate::diag::{Code, Diagnostic, Place};
use crate::record::front_matter::split_front_matter;
use aho_corasick::{AhoCorasick, MatchKind};
use jiff::civil::Date;
use rules::shipped_rules;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use untouched::Untouched;

/// The most places that a finding lists besides its own.
const MAX_OTHER_PLACES: usize = 4;

/// The wrong words of a site, ready to be looked for.
#[derive(Debug, Default)]
pub(crate) struct Wording {
    /// The words, without those that the site takes out.
    rules: Vec<WordRule>,
    /// Phrases that contain a wrong word and are right.
    right_phrases: BTreeSet<String>,
    /// Finds phrases and words; `None` when there are no words.
    matcher: Option<AhoCorasick>,
}

impl PartialEq for Wording {
    fn eq(&self, other: &Self) -> bool {
        // The matcher is made from these.
        self.rules == other.rules && self.right_phrases == other.right_phrases
    }
}

/// A wrong word in a text.
struct WrongWord<'w> {
    rule: &'w WordRule,
    range: Range<usize>,
}

/// The parts of a file in which words are looked for.
struct TextParts<'t> {
    text: &'t str,
    /// Front matter, or all of a file with settings.
    yaml: Range<usize>,
    body: Range<usize>,
}

impl<'t> TextParts<'t> {
    fn of_file(file: &str, text: &'t str) -> Self {
        if file.ends_with(".yaml") || file.ends_with(".yml") {
            let end = text.len();
            let (yaml, body) = (0..end, end..end);
            return Self { text, yaml, body };
        }
        let split = split_front_matter(file, text).value;
        let yaml = split.yaml.unwrap_or(0..0);
        let body = split.body;
        Self { text, yaml, body }
    }
}

impl Wording {
    /// The words that come with the program and the site's `own`, which win. A wrong word that is part of one of `names`
    /// is right there.
    #[must_use]
    pub(crate) fn new<'n>(own: &[WordRule], names: impl Iterator<Item = &'n str>) -> Self {
        let mut by_word: BTreeMap<&str, &WordRule> = BTreeMap::new();
        by_word.extend(shipped_rules().iter().chain(own).map(|rule| (&*rule.wrong, rule)));
        by_word.retain(|_, rule| !rule.is_taken_out());
        let rules: Vec<WordRule> = by_word.into_values().cloned().collect();
        let phrases = rules.iter().flat_map(WordRule::right_phrases);
        let right_phrases = phrases.map(str::to_owned).collect();
        let without_names = Self::with_matcher(rules, right_phrases);
        let has_wrong_word = |name: &&str| without_names.matches(name).next().is_some();
        let names: Vec<String> = names.filter(has_wrong_word).map(str::to_owned).collect();
        if names.is_empty() {
            return without_names;
        }
        let mut right_phrases = without_names.right_phrases;
        right_phrases.extend(names);
        Self::with_matcher(without_names.rules, right_phrases)
    }

    fn with_matcher(rules: Vec<WordRule>, right_phrases: BTreeSet<String>) -> Self {
        // Of two equal patterns the first is found, so a name that equals a wrong word is right.
        let patterns = right_phrases.iter().map(String::as_str);
        let patterns = patterns.chain(rules.iter().map(|rule| &*rule.wrong));
        // Building fails only beyond thousands of millions of states.
        let matcher = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns)
            .ok();
        Self {
            matcher: matcher.filter(|_| !rules.is_empty()),
            rules,
            right_phrases,
        }
    }

    /// All wrong words in `text`, wherever they stand.
    fn matches<'w>(&'w self, text: &'w str) -> impl Iterator<Item = WrongWord<'w>> {
        let found = self.matcher.iter().flat_map(move |matcher| matcher.find_iter(text));
        found.filter_map(|found| {
            let rule = found.pattern().as_usize().checked_sub(self.right_phrases.len())?;
            let rule = self.rules.get(rule)?;
            Some(WrongWord {
                rule,
                range: found.range(),
            })
        })
    }

    /// The wrong words in a text of `day` that its editor wrote. A text without a day is of today.
    fn find<'w>(&'w self, parts: &TextParts<'w>, day: Option<Date>) -> Vec<WrongWord<'w>> {
        let is_of_day = |word: &WrongWord<'_>| match (word.rule.since, day) {
            (Some(since), Some(day)) => day >= since,
            _ => true,
        };
        let mut found: Vec<WrongWord<'w>> = self.matches(parts.text).filter(is_of_day).collect();
        if !found.is_empty() {
            // Most texts have no wrong word, so what is untouched is looked for only now.
            let untouched = Untouched::in_text(parts.text, parts.yaml.clone(), parts.body.clone());
            found.retain(|word| {
                let is_former = word.rule.since.is_some() && untouched::is_former_name(parts.text, word.range.start);
                !is_former && !untouched.covers(&word.range)
            });
        }
        found
    }

    /// Reports each wrong word of a file once, at its first place. `day` is the day of the text.
    #[must_use]
    pub(crate) fn check(&self, file: &str, text: &str, day: Option<Date>) -> Vec<Diagnostic> {
        if self.matches(text).next().is_none() {
            return Vec::new();
        }
        let mut by_word: BTreeMap<&str, Vec<WrongWord<'_>>> = BTreeMap::new();
        for word in self.find(&TextParts::of_file(file, text), day) {
            by_word.entry(&word.rule.wrong).or_default().push(word);
        }
        let words = by_word.into_values();
        words.filter_map(|words| finding(file, text, &words)).collect()
    }

    /// Reports the wrong words in a cell of a ledger at `place`. `day` is the day of its row.
    #[must_use]
    pub(crate) fn check_cell(&self, text: &str, place: &dyn Fn() -> Place, day: Option<Date>) -> Vec<Diagnostic> {
        if self.matches(text).next().is_none() {
            return Vec::new();
        }
        let (yaml, body) = (0..0, 0..text.len());
        let words = self.find(&TextParts { text, yaml, body }, day);
        let in_cell = |rule: &WordRule| match &*rule.right {
            [right] => Some(right.clone()),
            _ => None,
        };
        let finding = |word: &WrongWord<'_>| finding_at(place(), word.rule, 1).with_some("cell", in_cell(word.rule));
        words.iter().map(finding).collect()
    }

    /// The text of a file with the right words; `None` when there is nothing to correct. A word with several right ones
    /// stays.
    #[must_use]
    pub(crate) fn fix(&self, file: &str, text: &str, day: Option<Date>) -> Option<String> {
        let mut fixed = text.to_owned();
        for word in self.find(&TextParts::of_file(file, text), day).into_iter().rev() {
            if let [right] = &*word.rule.right {
                fixed.replace_range(word.range, right);
            }
        }
        (fixed != text).then_some(fixed)
    }

    /// Reports the site's `own` words whose right word contains a wrong one: nobody could end that warning.
    #[must_use]
    pub(crate) fn check_rules(&self, own: &[WordRule]) -> Vec<Diagnostic> {
        let is_wrong = |right: &&String| self.matches(right).next().is_some();
        let rules = own.iter().filter(|rule| !rule.is_taken_out());
        let faults = rules.filter_map(|rule| Some((rule, rule.right.iter().find(is_wrong)?)));
        faults
            .map(|(rule, right)| rules::fault(rule.place.clone(), "wording-right-is-wrong", right))
            .collect()
    }
}

/// The finding about one wrong word of a file, which stands at each of `words`.
fn finding(file: &str, text: &str, words: &[WrongWord<'_>]) -> Option<Diagnostic> {
    let (first, others) = words.split_first()?;
    let place = |word: &WrongWord<'_>| Place::in_text(file, text, word.range.clone());
    let others: Vec<String> = others
        .iter()
        .take(MAX_OTHER_PLACES)
        .map(|word| source_line(&place(word)))
        .collect();
    let place = place(first);
    let fix = match &*first.rule.right {
        [right] => {
            let (from, to) = place.marked_span;
            let written = place.written_excerpt();
            Some([&written[..from], right, &written[to..]].concat())
        }
        _ => None,
    };
    let finding =
        finding_at(place, first.rule, words.len()).with_some("others", (!others.is_empty()).then(|| others.join(", ")));
    Some(match fix {
        Some(line) => finding.with_fix(line),
        None => finding,
    })
}

/// The finding about a wrong word that stands at `count` places, of which `place` is the first.
fn finding_at(place: Place, rule: &WordRule, count: usize) -> Diagnostic {
    Diagnostic::new(Code::WrongWord)
        .at(place)
        .with("word", &*rule.wrong)
        .with("right", rule.right.join(", "))
        .with("count", count.to_string())
        .with("source", &*rule.source)
        .with_some("choices", (rule.right.len() > 1).then(|| rule.right.join(", ")))
        .with_some("since", rule.since.map(|since| since.to_string()))
}

/// How a finding names another place: `content/volunteer/a.md:12`.
fn source_line(place: &Place) -> String {
    format!("{}:{}", place.shown_file(), place.line)
}

/// Joins the findings about one wrong word in several files: the first one of them counts all places and lists some. A
/// slip that stands in a hundred posts is one matter for an editor. `findings` are in the order of files.
#[must_use]
pub(crate) fn join_wrong_words(findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut joined: Vec<Diagnostic> = Vec::with_capacity(findings.len());
    let mut first_by_word: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let word = finding.value("word").filter(|_| finding.code == Code::WrongWord);
        match word.and_then(|word| first_by_word.get(word)) {
            Some(&first) => add_places(&mut joined[first], &finding),
            None => {
                first_by_word.extend(word.map(|word| (word.to_owned(), joined.len())));
                joined.push(finding);
            }
        }
    }
    joined
}

/// Adds the places of `other`, which is about the same word, to `first`.
fn add_places(first: &mut Diagnostic, other: &Diagnostic) {
    let number = |finding: &Diagnostic| finding.value("count").and_then(|count| count.parse::<usize>().ok());
    let count = number(first).unwrap_or(1) + number(other).unwrap_or(1);
    let listed = |finding: &Diagnostic| finding.value("others").map(str::to_owned);
    let own = other.place.as_ref().map(source_line);
    let lists = [listed(first), own, listed(other)];
    let places = lists.iter().flatten().flat_map(|list| list.split(", "));
    let places: Vec<&str> = places.take(MAX_OTHER_PLACES).collect();
    let places = places.join(", ");
    first.values.retain(|(name, _)| !matches!(*name, "count" | "others"));
    first.values.extend([("count", count.to_string()), ("others", places)]);
}
