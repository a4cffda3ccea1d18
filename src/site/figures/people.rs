//! What lists show in place of people whose names are not published: their numbers in the list, so that there are as
//! many entries as the figure says.

use super::figures::Figures;
use super::unnamed::{NOTE_SEPARATOR, refers_to};
use crate::messages::report_text;
use crate::metrics::{Aggregate, Metric, Source};
use crate::report::EvidenceGroup;
use crate::schema::FieldType;
use std::borrow::Cow;

impl Figures<'_> {
    /// Whether the rows that a metric counts are people who are not named.
    pub(super) fn has_unnamed_rows(&self, metric: &Metric) -> bool {
        matches!(&metric.source, Source::Roster(roster) if self.unnamed_rosters.contains(roster))
    }

    /// What stands for the name of the row that is the `number`th of its list.
    pub(crate) fn unnamed(&self, number: usize) -> String {
        report_text(self.reports.lang, "unnamed-row", &[("n", &number.to_string())])
    }

    /// The value of the `number`th group of a count of different values in words, unless it names a person.
    pub(crate) fn group_label<'g>(&self, metric: &Metric, group: &'g EvidenceGroup<'_>, number: usize) -> Cow<'g, str> {
        if self.is_of_unnamed(metric) {
            Cow::Owned(self.unnamed(number))
        } else {
            Cow::Borrowed(&group.label)
        }
    }

    /// The value of the `number`th group as programs read it, unless it identifies a person.
    pub(crate) fn group_key<'g>(&self, metric: &Metric, group: &'g EvidenceGroup<'_>, number: usize) -> Cow<'g, str> {
        if self.is_of_unnamed(metric) {
            Cow::Owned(number.to_string())
        } else {
            Cow::Borrowed(&group.key)
        }
    }

    /// Whether the different values that a metric counts are people who are not named.
    fn is_of_unnamed(&self, metric: &Metric) -> bool {
        let Aggregate::Distinct(field) = &metric.aggregate else {
            return false;
        };
        match &metric.source {
            Source::Roster(_) => self.has_unnamed_rows(metric) && matches!(field.as_str(), "id" | "name"),
            Source::Kinds(_) | Source::Metrics(_) => {
                let field = self.reports.counts.field_of(metric, field);
                field.is_some_and(|field| self.refers_to_unnamed(&field.ty))
            }
        }
    }

    fn refers_to_unnamed(&self, ty: &FieldType) -> bool {
        refers_to(ty, &self.unnamed_rosters)
    }

    /// The note of a post of a kind, without the names of people who are not named.
    pub(super) fn note_without_people<'n>(&self, kind: &str, note: &'n str) -> Cow<'n, str> {
        let fields = self.catalog.kinds.get(kind).map_or(&[][..], |kind| &kind.fields);
        if !fields.iter().any(|field| self.refers_to_unnamed(&field.ty)) {
            return Cow::Borrowed(note);
        }
        let rosters = self.unnamed_rosters.iter();
        let rows = rosters.filter_map(|roster| Some(self.catalog.rosters.get(roster)?.rows()));
        let names: Vec<&str> = rows.flatten().map(|row| row.name.as_str()).collect();
        let is_public = |part: &&str| !names.iter().any(|name| part.contains(name));
        let parts: Vec<&str> = note.split(NOTE_SEPARATOR).filter(is_public).collect();
        Cow::Owned(parts.join(NOTE_SEPARATOR))
    }
}
