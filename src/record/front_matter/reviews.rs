//! The three reviews (三审三校) of a post: reads them, and checks who made them and when.
//!
//! The checks are made where the site's policy asks for reviews, at the policy's severity. Drafts are excluded, because
//! their reviews are still to come.

use super::super::meta::Review;
use super::super::people::person_names;
use super::MetaBuilder;
use crate::diag::{Code, Diagnostic, Place};
use crate::schema::check::{is_empty, missing_field_finding, untagged};
use crate::schema::{FieldType, FieldValue};
use crate::yaml::Value;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// The roles of the three reviews, in order.
const STEPS: [&str; 3] = ["first", "second", "third"];
/// The kinds whose `date` is the day on which the site published them. The `date` of others may be the day of an event
/// or of another publication.
const DATED_BY_PUBLICATION: [&str; 3] = ["role-model", "video", "report"];
/// Days after an event within which it is written up, reviewed and published.
const DAYS_TO_WRITE_UP: i64 = 7;

impl MetaBuilder<'_, '_> {
    /// Reads `review: {first, second, third}`. Each value is a name or `{by, date}`.
    pub(super) fn read_reviews(&mut self, written: &str, value: &Value) {
        let map = match untagged(value) {
            Value::Null => return,
            Value::Mapping(map) => map,
            other => {
                let _: Option<()> = self.checker.report_wrong_type(&[written], other, "reviews");
                return;
            }
        };
        self.review_key = Some(written.to_owned());
        self.checker.check_known_keys(&[written], map, &STEPS);
        for (index, step) in STEPS.into_iter().enumerate() {
            if let Some(value) = map.get(step).filter(|value| !is_empty(value)) {
                self.meta.review[index] = self.read_review(written, step, value);
            }
        }
    }

    fn read_review(&mut self, written: &str, step: &'static str, value: &Value) -> Option<Review> {
        let map = match untagged(value) {
            Value::Mapping(map) => map,
            Value::Sequence(_) => return self.checker.report_wrong_type(&[written, step], value, "review"),
            _ => match self.checker.value(&[written, step], value, &FieldType::String)? {
                FieldValue::Text(by) => return Some(Review { by, date: None }),
                _ => return None,
            },
        };
        self.checker.check_known_keys(&[written, step], map, &["by", "date"]);
        let by = map.get("by").filter(|by| !is_empty(by));
        let Some(by) = by else {
            let place = self.checker.document.value_place(&[written, step]);
            self.checker
                .findings
                .push(missing_field_finding(self.checker.document, &[written, step, "by"]).at(place));
            return None;
        };
        let date = match map.get("date").filter(|date| !is_empty(date)) {
            None => None,
            Some(date) => match self.checker.value(&[written, step, "date"], date, &FieldType::Date) {
                Some(FieldValue::Moment(moment)) => Some(moment.date),
                _ => None,
            },
        };
        match self.checker.value(&[written, step, "by"], by, &FieldType::String)? {
            FieldValue::Text(by) => Some(Review { by, date }),
            _ => None,
        }
    }

    /// Reports reviews in the wrong order, by the author, and by one person twice.
    pub(super) fn report_reviews(&mut self) {
        let Some(severity) = self.schema.policy.review else {
            return;
        };
        if self.meta.draft || !self.kind.dated {
            return;
        }
        let Some(key) = self.review_key.clone() else {
            return;
        };
        let found = self.order_finding(&key).into_iter().chain(self.people_findings(&key));
        let found: Vec<Diagnostic> = found.map(|finding| finding.with_severity(severity)).collect();
        self.checker.findings.extend(found);
    }

    /// The first review that is dated before an earlier one, or else the last one if it is after the publication.
    fn order_finding(&self, key: &str) -> Option<Diagnostic> {
        let dated: Vec<(&str, Date)> = STEPS
            .into_iter()
            .zip(&self.meta.review)
            .filter_map(|(step, review)| Some((step, review.as_ref()?.date?)))
            .collect();
        let finding = |step: &'static str, date: Date| {
            Diagnostic::new(Code::ReviewOrder)
                .at(self.checker.document.value_place(&[key, step, "date"]))
                .with("key", step)
                .with("date", date.to_string())
        };
        let step_of = |name: &str| STEPS.into_iter().find(|step| *step == name).unwrap_or(STEPS[0]);
        if let Some(pair) = dated.windows(2).find(|pair| pair[1].1 < pair[0].1) {
            let found = finding(step_of(pair[1].0), pair[1].1);
            return Some(
                found
                    .with("first_key", pair[0].0)
                    .with("other_date", pair[0].1.to_string()),
            );
        }
        let (step, day) = *dated.last()?;
        let published = self.latest_publication()?;
        let is_late = day > published.0;
        is_late.then(|| finding(step_of(step), day).with("other_date", published.1.to_string()))
    }

    /// The last day on which the post may have been published in its present form, and the day that it gives.
    fn latest_publication(&self) -> Option<(Date, Date)> {
        let given = self.meta.date?.date;
        let updated = self.meta.updated.map(|moment| moment.date).filter(|day| *day > given);
        if let Some(updated) = updated {
            return Some((updated, updated));
        }
        let is_exact = DATED_BY_PUBLICATION.contains(&self.kind.id.as_str());
        let days = if is_exact { 0 } else { DAYS_TO_WRITE_UP };
        Some((given.saturating_add(days.days()), given))
    }

    /// The reviews that the author made, and those that one person made twice.
    fn people_findings(&self, key: &str) -> Vec<Diagnostic> {
        let authors = self.authors();
        let reviewers: Vec<(&'static str, Vec<String>)> = STEPS
            .into_iter()
            .zip(&self.meta.review)
            .filter_map(|(step, review)| Some((step, person_names(&review.as_ref()?.by))))
            .collect();
        let mut people: Vec<&String> = reviewers.iter().flat_map(|(_, names)| names).collect();
        people.sort_unstable();
        people.dedup();
        let of_person = |person: &&String| {
            let steps: Vec<&'static str> = reviewers
                .iter()
                .filter(|(_, names)| names.contains(person))
                .map(|(step, _)| *step)
                .collect();
            let code = match (authors.contains(person), steps.len()) {
                (true, _) => Code::ReviewerIsAuthor,
                (false, 2..) => Code::SameReviewer,
                (false, _) => return None,
            };
            let place = self.reviewer_place(key, steps.last()?);
            let finding = Diagnostic::new(code).at(place).with("by", person.as_str());
            Some(finding.with("reviews", steps.join(", ")))
        };
        people.iter().filter_map(of_person).collect()
    }

    fn reviewer_place(&self, key: &str, step: &str) -> Place {
        let document = self.checker.document;
        let path = [key, step, "by"];
        let has_by = document.value_range(&path).is_some();
        document.value_place(if has_by { &path } else { &path[..2] })
    }

    /// The people who wrote the post: `author`, and the kind's own field `authors`.
    fn authors(&self) -> Vec<String> {
        let rosters = self.schema.rosters;
        let name = |value: &FieldValue| match value {
            FieldValue::Text(text) | FieldValue::Share(text, _) => Some(text.clone()),
            FieldValue::Reference(id) => rosters
                .iter()
                .find_map(|(_, roster)| Some(roster.by_id(id)?.name.clone())),
            _ => None,
        };
        let own = match self.meta.fields.get("authors") {
            Some(FieldValue::List(items)) => items.iter().filter_map(name).collect(),
            Some(value) => name(value).into_iter().collect(),
            None => Vec::new(),
        };
        let written = self.meta.author.iter().chain(&own);
        written.flat_map(|text| person_names(text)).collect()
    }
}
