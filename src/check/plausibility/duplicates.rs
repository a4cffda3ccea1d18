//! Posts, and rows of ledgers, that are probably about the same thing but count as two.

use super::places::{place_in, source_name};
use crate::diag::{Code, Diagnostic};
use crate::record::Record;
use crate::schema::FieldValue;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds whose posts are about a person, a film, an answer or a piece. Several such posts of one day and one village are
/// nothing unusual.
const COUNTED_ONE_BY_ONE: [&str; 5] = ["role-model", "video", "response", "coverage", "submission"];

/// What posts about the same thing have in common.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SharedFact<'r> {
    Title(&'r str),
    Team(&'r str),
    /// The village of a post without a team.
    Village(&'r str),
}

/// Reports groups of posts of one kind and one day with the same title, or with the same team and village, unless their
/// events or pieces tell that they are one or that they are several. There is one finding for a group, at its second
/// post. `posts` are in the order of their days.
pub(super) fn check(posts: &[&Record]) -> Vec<Diagnostic> {
    let mut groups: BTreeMap<(Date, &str, SharedFact<'_>), Vec<&Record>> = BTreeMap::new();
    for post in posts {
        let Some(moment) = post.meta.date else { continue };
        for fact in shared_facts(post) {
            groups.entry((moment.date, &post.kind, fact)).or_default().push(post);
        }
    }
    // Posts may have both the title and the team in common.
    let mut reported: BTreeSet<&str> = BTreeSet::new();
    let mut findings = Vec::new();
    for group in groups.values().filter(|group| group.len() > 1) {
        let pair = group.iter().enumerate().find_map(|(index, post)| {
            let earlier = group[..index].iter().find(|earlier| may_be_same(earlier, post))?;
            Some((*earlier, *post))
        });
        let Some((earlier, later)) = pair.filter(|(_, later)| reported.insert(later.path.as_str())) else {
            continue;
        };
        let others = group.iter().filter(|post| may_be_same(earlier, post)).count();
        let more = others.checked_sub(1).filter(|more| *more > 0);
        let finding = Diagnostic::new(Code::LikelyDuplicate)
            .at(place_in(later, "title"))
            .with("path", source_name(earlier))
            .with_some("more", more.map(|more| more.to_string()));
        findings.push(finding);
    }
    findings
}

fn shared_facts(post: &Record) -> impl Iterator<Item = SharedFact<'_>> {
    let is_event = !COUNTED_ONE_BY_ONE.contains(&post.kind.as_str());
    let team = post.team().map(SharedFact::Team);
    let place = team.or_else(|| post.meta.village.as_deref().map(SharedFact::Village));
    let title = SharedFact::Title(post.meta.title.trim());
    std::iter::once(title).chain(place.filter(|_| is_event))
}

/// Whether nothing tells two posts of one day apart, and nothing says that they are one. A row of a ledger often lacks
/// the village or the time, so what is missing tells nothing.
fn may_be_same(a: &Record, b: &Record) -> bool {
    let time = |record: &Record| record.meta.date.and_then(|moment| moment.time);
    let village = |record: &Record| record.meta.village.clone();
    !std::ptr::eq(a, b)
        && !differ(time(a), time(b))
        && !differ(village(a), village(b))
        && !differ(a.team(), b.team())
        && !are_both_numbered(a, b)
}

/// Whether both values are given and differ.
fn differ<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
    a.zip(b).is_some_and(|(a, b)| a != b)
}

/// Whether both posts name their event, or both their piece. Then it is settled whether they are one.
pub(super) fn are_both_numbered(a: &Record, b: &Record) -> bool {
    let has_event = |record: &Record| record.meta.event.is_some();
    let has_piece = |record: &Record| matches!(record.meta.fields.get("piece"), Some(FieldValue::Text(_)));
    (has_event(a) && has_event(b)) || (has_piece(a) && has_piece(b))
}
