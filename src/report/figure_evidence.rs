//! Finds the evidence of displayed figures: as issued when the figure was issued, else as counted now.

use super::displayed::DisplayedFigure;
use super::evidence::{EvidenceGroup, EvidenceItem, Exclusion, IssuedEvidence};
use super::format::format_number;
use super::issued::{IssuedFigure, IssuedReport, IssuedRow};
use super::labels::value_label;
use super::reports::Reports;
use crate::messages::report_text;
use crate::metrics::{Aggregate, PostId, Source, row_texts};
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

impl<'a> Reports<'a> {
    /// The published post of today that an issued report names by `path`.
    pub(crate) fn published_post(&self, report: &IssuedReport, path: &str) -> Option<PostId> {
        let id = self.known_post(report.period, path)?;
        (!self.counts.posts.post(id).withheld).then_some(id)
    }

    /// The evidence of an issued figure.
    pub(super) fn issued_evidence(
        &self,
        live: &DisplayedFigure<'a>,
        report: &'a IssuedReport,
        figure: &'a IssuedFigure,
    ) -> Vec<EvidenceItem<'a>> {
        if report.is_former_format {
            return self.former_evidence(live, report, figure);
        }
        let item = |item: &'a super::issued::IssuedItem| {
            let post = report.posts.get(&item.key);
            EvidenceItem::Issued(IssuedEvidence {
                key: &item.key,
                post,
                row: item.row.as_ref().map(Cow::Borrowed),
                day: item.day.or(post.and_then(|post| post.date)),
                amount: item.amount,
                now: self.published_post(report, &item.key),
            })
        };
        figure.items.iter().map(item).collect()
    }

    /// The evidence of a figure in the former format, which names posts by path only: posts and rows that still exist, in
    /// order of day, then those that do not.
    fn former_evidence(
        &self,
        live: &DisplayedFigure<'a>,
        report: &'a IssuedReport,
        figure: &'a IssuedFigure,
    ) -> Vec<EvidenceItem<'a>> {
        let mut found: Vec<EvidenceItem<'a>> = Vec::new();
        let mut gone: Vec<EvidenceItem<'a>> = Vec::new();
        for item in &figure.items {
            let row = match &live.metric.source {
                Source::Roster(roster) => self.counts.catalog.rosters.get(roster),
                Source::Kinds(_) | Source::Metrics(_) => None,
            };
            let row = row.and_then(|roster| roster.by_id(&item.key));
            let amount = item.amount;
            // A post that became a draft again counts as removed: no page names a draft.
            match (row, self.published_post(report, &item.key)) {
                (Some(row), _) => found.push(EvidenceItem::Row(row)),
                (None, Some(post)) => {
                    let counted = live.current.evidence.posts().iter().find(|entry| entry.post == post);
                    let day = counted.map(|entry| entry.day);
                    let day = day.or_else(|| self.counts.deciding_day(live.metric, post));
                    found.push(EvidenceItem::Post {
                        post,
                        day: day.unwrap_or(live.period.last()),
                        amount,
                    });
                }
                (None, None) => gone.push(EvidenceItem::Issued(IssuedEvidence {
                    key: &item.key,
                    post: None,
                    row: live.metric.is_stock().then(|| {
                        Cow::Owned(IssuedRow {
                            name: item.key.clone(),
                            village: String::new(),
                            note: String::new(),
                        })
                    }),
                    day: None,
                    amount,
                    now: None,
                })),
            }
        }
        found.sort_by_key(|item| (item.day(), item.post()));
        found.append(&mut gone);
        found
    }

    /// The evidence of a count of different values by value, so that there are as many groups as the figure says. `None`
    /// for other figures, and for those that were issued without their values.
    #[must_use]
    pub fn evidence_groups(&self, figure: &DisplayedFigure<'a>) -> Option<Vec<EvidenceGroup<'a>>> {
        let Aggregate::Distinct(field) = &figure.metric.aggregate else {
            return None;
        };
        if let Some((_, issued)) = figure.issued {
            return (!issued.groups.is_empty()).then(|| issued_groups(figure, issued));
        }
        let mut groups: Vec<EvidenceGroup<'a>> = Vec::new();
        let mut index_of: BTreeMap<String, usize> = BTreeMap::new();
        for item in &figure.evidence {
            let values = match item {
                EvidenceItem::Post { post, .. } => self.counts.texts_of(*post, field),
                EvidenceItem::Row(row) => row_texts(row, field),
                EvidenceItem::Issued(_) => Vec::new(),
            };
            for key in values {
                let index = *index_of.entry(key.clone()).or_insert(groups.len());
                if index == groups.len() {
                    let label = value_label(&self.counts, figure.metric, field, &key, self.lang);
                    let items = Vec::new();
                    groups.push(EvidenceGroup { key, label, items });
                }
                groups[index].items.push(item.clone());
            }
        }
        Some(groups)
    }

    /// The points of a post and what the cap took of them, in words: `15（得20，封顶减5）`. `None` when it took nothing, and
    /// for a figure as issued, which keeps what counted.
    #[must_use]
    pub fn capped_text(&self, figure: &DisplayedFigure<'a>, item: &EvidenceItem<'a>) -> Option<String> {
        let full = self.uncapped_amount(figure, item)?;
        let [amount, full, taken] = [item.amount(), full, full - item.amount()].map(format_number);
        let values = [("amount", &*amount), ("full", &*full), ("taken", &*taken)];
        Some(report_text(self.lang, "capped", &values))
    }

    /// The points of a post before the cap took some of them. `None` when it took none.
    #[must_use]
    pub fn uncapped_amount(&self, figure: &DisplayedFigure<'a>, item: &EvidenceItem<'a>) -> Option<Decimal> {
        if !matches!(figure.metric.aggregate, Aggregate::Score(_)) {
            return None;
        }
        let EvidenceItem::Post { post, day, amount } = item else {
            return None;
        };
        let full = self.counts.uncapped_amount(figure.metric, *post, *day)?;
        (full != *amount).then_some(full)
    }

    /// The posts that a figure did not count, with reasons, in order of day.
    #[must_use]
    pub fn exclusions(&self, figure: &DisplayedFigure<'a>) -> Vec<Exclusion<'a>> {
        if let Some((report, issued)) = figure.issued.filter(|(report, _)| !report.is_former_format) {
            let left_out = issued.left_out.iter();
            let left_out = left_out.filter_map(|(path, reason)| {
                Some(Exclusion::Issued {
                    report,
                    path,
                    post: report.posts.get(path)?,
                    reason,
                    now: self.published_post(report, path),
                })
            });
            return left_out.collect();
        }
        let counted: BTreeSet<PostId> = match figure.issued {
            Some(_) => figure.evidence.iter().filter_map(EvidenceItem::post).collect(),
            None => BTreeSet::new(),
        };
        let left_out = self.counts.excluded_posts(&figure.current).into_iter();
        let left_out = left_out.filter(|excluded| !counted.contains(&excluded.post));
        // Nothing is said of posts that the site does not show.
        let left_out = left_out.filter(|excluded| !self.counts.posts.post(excluded.post).is_hidden());
        left_out.map(Exclusion::ByRule).collect()
    }
}

/// The groups of an issued figure, with its evidence.
fn issued_groups<'a>(figure: &DisplayedFigure<'a>, issued: &IssuedFigure) -> Vec<EvidenceGroup<'a>> {
    let item = |key: &String| figure.evidence.iter().find(|item| item.issued_key() == Some(key));
    let group = |group: &super::issued::IssuedGroup| EvidenceGroup {
        key: group.key.clone(),
        label: group.label.clone(),
        items: group.items.iter().filter_map(item).cloned().collect(),
    };
    issued.groups.iter().map(group).collect()
}
