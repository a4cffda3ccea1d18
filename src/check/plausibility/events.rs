//! Events whose posts are years apart: an id that was used again.

use super::dates::days_between;
use super::places::{place_in, source_name};
use crate::diag::{Code, Diagnostic};
use crate::record::Record;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The most days between posts about one event.
const MOST_DAYS: i64 = 366;

/// Reports each event with a post that is more than a year after the one before it. `posts` are in the order of their
/// days.
pub(super) fn check(posts: &[&Record]) -> Vec<Diagnostic> {
    let mut last: BTreeMap<&str, Option<(&Record, Date)>> = BTreeMap::new();
    let mut findings = Vec::new();
    for post in posts {
        let (Some(event), Some(moment)) = (post.meta.event.as_deref(), post.meta.date) else {
            continue;
        };
        match last.get(event) {
            // An event is reported once.
            Some(None) => {}
            Some(&Some((earlier, day))) if days_between(day, moment.date) > MOST_DAYS => {
                let finding = Diagnostic::new(Code::EventYearsApart)
                    .at(place_in(post, "event"))
                    .with("value", event)
                    .with("date", moment.date.to_string())
                    .with("path", source_name(earlier))
                    .with("other_date", day.to_string());
                findings.push(finding);
                last.insert(event, None);
            }
            _ => {
                last.insert(event, Some((post, moment.date)));
            }
        }
    }
    findings
}
