//! What lists show of a post or roster row that a figure counted or left out: as issued, else as it is today.

use super::figures::Figures;
use super::post_texts::PostTexts;
use super::unnamed::NOTE_SEPARATOR;
use super::values::LinkFn;
use crate::catalog::RecordId;
use crate::messages::{Lang, report_text};
use crate::metrics::{Aggregate, Dimension, Metric, PostId, Source};
use crate::record::Record;
use crate::report::{
    DisplayedFigure, EvidenceItem, Exclusion, IssuedPost, IssuedRow, NamedPost, NumberChange, PostChange,
    exclusion_text, format_amount, format_number, roster_label, value_label,
};
use crate::schema::{FieldType, Moment, RosterRow, Taxonomy};
use crate::site::locale::datetime;
use crate::site::value::{map, with_pairs};
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::borrow::Cow;
use std::collections::BTreeSet;
use tera::Value;

/// What lists show of a post or row.
#[derive(Debug, Clone)]
pub(crate) struct EvidenceEntry<'e> {
    /// Its title. A post that was deleted or taken back since the issue has the word for that.
    pub title: Cow<'e, str>,
    /// The day that decided its period, else its own; `None` for a row.
    pub day: Option<Moment>,
    /// The label of its kind.
    pub kind: Cow<'e, str>,
    /// The name of its village.
    pub village: Cow<'e, str>,
    /// What is shown beside its title.
    pub note: Cow<'e, str>,
    /// What it added; empty where each post counts as one.
    pub amount: String,
    /// Its page today.
    pub page: Option<RecordId>,
    /// Whether a number stands for its name, because it is a person.
    pub is_unnamed: bool,
    /// Its order among those of the same day, and what tells it from others.
    pub order: (usize, Cow<'e, str>),
    /// What all lists show of a post, as long as it is shown as it is today.
    texts: Option<&'e PostTexts>,
}

impl<'a> Figures<'a> {
    /// One item of a figure's evidence, which is the `number`th of its list.
    pub(crate) fn evidence_entry(
        &self,
        figure: &DisplayedFigure<'a>,
        item: &EvidenceItem<'a>,
        number: usize,
    ) -> EvidenceEntry<'_> {
        let amount = self.reports.capped_text(figure, item);
        let amount = amount.unwrap_or_else(|| self.amount_text(figure.metric, item.amount()));
        match item {
            EvidenceItem::Post { post, day, .. } => self.post_entry(*post, Some(*day), amount),
            EvidenceItem::Row(row) => {
                let row_as_issued = self.row_as_issued(figure.metric, row);
                self.row_entry(figure.metric, (&row.id, number), row_as_issued)
            }
            EvidenceItem::Issued(issued) => match (&issued.row, issued.post) {
                (Some(row), _) => self.row_entry(figure.metric, (issued.key, number), row.clone().into_owned()),
                (None, post) => self.issued_entry(issued.key, post, issued.now, issued.day, amount),
            },
        }
    }

    /// A post that a figure left out, and the reason.
    pub(crate) fn exclusion_entry(&self, metric: &Metric, exclusion: &Exclusion<'a>) -> (EvidenceEntry<'_>, String) {
        let quoted = |title: &str| self.locale.fill("quoted", &[("text", title)]);
        let name = |post: NamedPost<'_>| match post {
            NamedPost::Today(id) => quoted(&self.reports.counts.posts.post(id).record.meta.title),
            NamedPost::Issued { title, .. } => title.map_or_else(|| self.withdrawn(), quoted),
        };
        let reason = exclusion_text(&self.reports, metric, exclusion, self.reports.lang, &name);
        let entry = match exclusion {
            Exclusion::ByRule(excluded) => self.post_entry(excluded.post, None, String::new()),
            Exclusion::Issued { path, post, now, .. } => {
                self.issued_entry(path, Some(*post), *now, post.date, String::new())
            }
        };
        (entry, reason)
    }

    /// The word for a post that was deleted or taken back.
    pub(super) fn withdrawn(&self) -> String {
        report_text(self.reports.lang, "withdrawn", &[])
    }

    fn post_entry(&self, id: PostId, day: Option<Date>, amount: String) -> EvidenceEntry<'_> {
        let post = self.reports.counts.posts.post(id);
        let record = post.record;
        let texts = self.post_texts(id);
        EvidenceEntry {
            title: Cow::Borrowed(&record.meta.title),
            day: day.map_or(record.meta.date, |date| Some(Moment { date, time: None })),
            kind: Cow::Borrowed(self.kind_label(&record.kind)),
            village: Cow::Borrowed(self.village_name(record)),
            note: Cow::Borrowed(&texts.note),
            amount,
            is_unnamed: false,
            page: post.page,
            order: (id as usize, Cow::Borrowed(record.path.as_str())),
            texts: Some(texts),
        }
    }

    fn post_texts(&self, id: PostId) -> &PostTexts {
        self.post_texts[id as usize].get_or_init(|| {
            let record = self.reports.counts.posts.post(id).record;
            let note = self.post_note(id);
            let note = self.note_without_people(&record.kind, &note).into_owned();
            PostTexts::new(&record.meta.title, self.kind_label(&record.kind), note)
        })
    }

    fn village_name(&self, record: &Record) -> &str {
        let village = record.meta.village.as_deref();
        village.and_then(|id| self.terms.village_name(id)).unwrap_or_default()
    }

    fn issued_entry(
        &self,
        path: &'a str,
        post: Option<&'a IssuedPost>,
        now: Option<PostId>,
        day: Option<Date>,
        amount: String,
    ) -> EvidenceEntry<'_> {
        let title = now.and(post).map(|post| Cow::Borrowed(post.title.as_str()));
        EvidenceEntry {
            title: title.unwrap_or_else(|| Cow::Owned(self.withdrawn())),
            day: day.map(|date| Moment { date, time: None }),
            kind: Cow::Borrowed(post.map(|post| self.kind_label(&post.kind)).unwrap_or_default()),
            village: Cow::Borrowed(post.map(|post| post.village.as_str()).unwrap_or_default()),
            note: match post {
                Some(post) => self.note_without_people(&post.kind, &post.note),
                None => Cow::Borrowed(self.locale.get("gone")),
            },
            amount,
            is_unnamed: false,
            page: now.and_then(|now| self.reports.counts.posts.post(now).page),
            order: (post.map_or(usize::MAX, |post| post.position), Cow::Borrowed(path)),
            texts: None,
        }
    }

    fn kind_label(&self, kind: &str) -> &str {
        let label = self.catalog.kinds.label(kind, &self.locale.language);
        label.unwrap_or_default()
    }

    /// The amount that a post contributed; empty where each post counts as one.
    fn amount_text(&self, metric: &Metric, amount: Decimal) -> String {
        match metric.aggregate {
            Aggregate::Count | Aggregate::Distinct(_) | Aggregate::Quotient => String::new(),
            _ => format_number(amount),
        }
    }

    /// The village, team, level, theme … of a post, which show a reader to which part of a figure it belongs.
    pub(super) fn post_note(&self, id: PostId) -> String {
        let record = self.reports.counts.posts.post(id).record;
        let own = self.catalog.kinds.get(&record.kind);
        let own = own.map_or(&[][..], |kind| &kind.fields);
        let sorted = own
            .iter()
            .filter(|field| matches!(field.ty, FieldType::Enum(_) | FieldType::Roster(_)));
        let texts = sorted.filter_map(|field| Some(self.terms.field_text(field, record.meta.fields.get(&field.name)?)));
        let village = Some(self.village_name(record)).filter(|name| !name.is_empty());
        let words: Vec<String> = village.map(str::to_owned).into_iter().chain(texts).collect();
        words.join(NOTE_SEPARATOR)
    }

    /// What lists show of a roster's row: its village, the columns that the metric's conditions use, and since when it is
    /// in force.
    pub(super) fn row_as_issued(&self, metric: &Metric, row: &RosterRow) -> IssuedRow {
        let counts = &self.reports.counts;
        let day = |key: &str, date: Option<Date>| {
            date.map(|date| self.locale.fill(key, &[("date", &self.locale.date(date))]))
        };
        let village = row.text("village");
        let village = village.and_then(|id| self.terms.village_name(&id).map(str::to_owned));
        let asked = metric.conditions.iter().map(|condition| condition.field.as_str());
        let is_hidden = |column: &str| match &metric.source {
            Source::Roster(roster) => self.catalog.rosters.hides_column(roster, column),
            Source::Kinds(_) | Source::Metrics(_) => false,
        };
        let asked = asked.filter(|column| *column != "village" && !is_hidden(column));
        let asked: BTreeSet<&str> = asked.collect();
        let asked = asked.into_iter().filter_map(|column| {
            let value = row.text(column)?;
            Some(value_label(counts, metric, column, &value, self.reports.lang))
        });
        let notes = village
            .clone()
            .into_iter()
            .chain(asked)
            .chain(day("since", row.since))
            .chain(day("until", row.until));
        IssuedRow {
            name: row.name.clone(),
            note: notes.collect::<Vec<_>>().join(NOTE_SEPARATOR),
            village: village.unwrap_or_default(),
        }
    }

    /// The `number`th row of a list.
    fn row_entry(&self, metric: &Metric, (id, number): (&'a str, usize), row: IssuedRow) -> EvidenceEntry<'_> {
        let is_unnamed = self.has_unnamed_rows(metric);
        let title = if is_unnamed { self.unnamed(number) } else { row.name };
        let kind = roster_of(metric).map_or_else(String::new, |roster| roster_label(roster, self.reports.lang));
        EvidenceEntry {
            title: Cow::Owned(title),
            day: None,
            kind: Cow::Owned(kind),
            village: Cow::Owned(row.village),
            note: Cow::Owned(row.note),
            amount: String::new(),
            is_unnamed,
            page: None,
            order: (usize::MAX, Cow::Borrowed(id)),
            texts: None,
        }
    }

    /// An entry for the pages of evidence. Lists that show the same of a post share one value.
    pub(crate) fn shared_entry_value(&self, entry: &EvidenceEntry<'_>) -> Value {
        let make = || self.entry_value(entry, &|url| self.links.link(url));
        match entry.texts {
            Some(texts) => texts.entry(entry.day, &entry.amount, || self.shared.share(make())),
            None => make(),
        }
    }

    /// An entry for templates.
    pub(crate) fn entry_value(&self, entry: &EvidenceEntry<'_>, link: LinkFn<'_>) -> Value {
        let own = [
            ("url", entry.page.map(|page| link(self.links.record(page))).into()),
            (
                "date",
                entry
                    .day
                    .map(|moment| self.locale.date(moment.date))
                    .unwrap_or_default()
                    .into(),
            ),
            ("datetime", entry.day.map(datetime).unwrap_or_default().into()),
            ("amount", entry.amount.as_str().into()),
        ];
        match entry.texts {
            Some(texts) => with_pairs(&texts.value, own),
            None => {
                let texts = map! {
                    "title": &*entry.title,
                    "kind": &*entry.kind,
                    "note": &*entry.note,
                };
                with_pairs(&texts, own)
            }
        }
    }

    /// A roster's row for templates: its name, its page, and what is shown beside it.
    pub(crate) fn row_value(&self, metric: &Metric, entry: &EvidenceEntry<'_>, link: LinkFn<'_>) -> Value {
        let roster = roster_of(metric).unwrap_or_default();
        let id = &entry.order.1;
        let exists = self
            .catalog
            .rosters
            .get(roster)
            .and_then(|roster| roster.by_id(id))
            .is_some();
        let taxonomy = Taxonomy::of_roster(roster).filter(|_| exists);
        map! {
            "name": &*entry.title,
            "url": taxonomy.map(|taxonomy| link(&self.links.term(taxonomy, id))),
            "note": &*entry.note,
        }
    }

    /// What changed since a figure was issued, for templates; `None` when nothing did.
    pub(crate) fn since_issue_value(&self, figure: &DisplayedFigure<'a>, link: LinkFn<'_>) -> Option<Value> {
        let changes = self.reports.changes_since_issue(figure)?;
        if changes.is_empty() {
            return None;
        }
        let amount = |value: Option<Decimal>| format_amount(value, figure.metric, self.reports.lang);
        let items = changes
            .posts
            .iter()
            .zip(1..)
            .map(|(change, number)| self.post_change_value(figure.metric, (change, number), link));
        let parts = changes
            .numbers
            .iter()
            .map(|number| self.number_change_text(figure.metric, number));
        Some(map! {
            "same": changes.former == changes.now,
            "former": amount(changes.former),
            "now": amount(changes.now),
            "items": items.collect::<Vec<_>>(),
            "parts": parts.collect::<Vec<_>>(),
            "reason": changes.accepted.map(|accepted| accepted.reason.as_str()),
        })
    }

    fn post_change_value(
        &self,
        metric: &Metric,
        (change, number): (&PostChange<'a>, usize),
        link: LinkFn<'_>,
    ) -> Value {
        let lang = self.reports.lang;
        let say = |key: &str, values: &[(&'static str, &str)]| report_text(lang, key, values);
        let amount = |value: Decimal| format_amount(value, metric, lang);
        let public = |id: &PostId| !self.reports.counts.posts.post(*id).withheld;
        let (entry, text) = match change {
            PostChange::Added {
                post,
                day,
                amount: added,
            } => (
                self.post_entry(*post, Some(*day), String::new()),
                say("since-added", &[("amount", &amount(*added))]),
            ),
            PostChange::Removed { item, post, now, .. } => {
                let now = now.filter(public);
                let day = item.day.or(post.and_then(|post| post.date));
                let mut texts = vec![say("since-removed", &[("amount", &amount(item.amount))])];
                let today = now.and_then(|now| self.reports.counts.posts.post(now).day());
                if let Some((former, today)) = day.zip(today).filter(|(former, today)| former != today) {
                    let (old, new) = (self.locale.date(former), self.locale.date(today));
                    texts.push(say("since-day", &[("old", &old), ("new", &new)]));
                }
                (
                    self.issued_entry(&item.key, *post, now, day, String::new()),
                    texts.join(&say("since-separator", &[])),
                )
            }
            PostChange::Changed {
                item,
                post,
                now,
                amount: changed,
                former_day,
                day,
            } => {
                let mut texts = Vec::new();
                if *changed != item.amount {
                    let (old, new) = (amount(item.amount), amount(*changed));
                    texts.push(say("since-amount", &[("old", &old), ("new", &new)]));
                }
                if let Some(former) = former_day.filter(|former| former != day) {
                    let (old, new) = (self.locale.date(former), self.locale.date(*day));
                    texts.push(say("since-day", &[("old", &old), ("new", &new)]));
                }
                let now = Some(*now).filter(public);
                (
                    self.issued_entry(&item.key, *post, now, *former_day, String::new()),
                    texts.join(&say("since-separator", &[])),
                )
            }
            PostChange::Edited { item, post, now } => {
                let today = self.post_note(*now);
                let [old, new] = [&post.note, &today].map(|note| self.note_without_people(&post.kind, note));
                let text = match old != new && public(now) {
                    true => say("since-amount", &[("old", &old), ("new", &new)]),
                    false => say("since-edited", &[]),
                };
                let day = item.day.or(post.date);
                let now = Some(*now).filter(public);
                let entry = self.issued_entry(&item.key, Some(*post), now, day, String::new());
                (entry, text)
            }
            PostChange::AddedRow(row) => (
                self.row_entry(metric, (&row.id, number), self.row_as_issued(metric, row)),
                say("since-added", &[("amount", &amount(Decimal::ONE))]),
            ),
            PostChange::RemovedRow(item) => {
                let row = item.row.clone().unwrap_or_else(|| IssuedRow {
                    name: item.key.clone(),
                    village: String::new(),
                    note: String::new(),
                });
                (
                    self.row_entry(metric, (&item.key, number), row),
                    say("since-removed", &[("amount", &amount(item.amount))]),
                )
            }
        };
        with_pairs(&self.entry_value(&entry, link), [("reason", text.into())])
    }

    /// A changed base or part in words: `普法：3 改为 2`.
    pub(crate) fn number_change_text(&self, metric: &Metric, change: &NumberChange) -> String {
        let (old, new) = (format_number(change.former), format_number(change.now));
        let values = [
            ("label", &*self.number_label(metric, change)),
            ("old", &old),
            ("new", &new),
        ];
        report_text(self.reports.lang, "since-part", &values)
    }

    /// The name of a base or part: 环比's base, or dimension and part.
    fn number_label(&self, metric: &Metric, change: &NumberChange) -> String {
        match change.dimension.as_str() {
            "before" => return self.locale.get("last_period").to_owned(),
            "year_earlier" => return self.locale.get("last_year").to_owned(),
            _ => {}
        }
        let names = change.dimension.split(" / ").map(|name| {
            let parsed = Dimension::parse(name, metric, &self.reports.counts);
            let by = parsed.unwrap_or_else(|_| Dimension::Field(name.to_owned()));
            (self.dimension_label(metric, &by), name)
        });
        let keys = change.key.split(" / ");
        let pairs = names.zip(keys).map(|((dimension, name), key)| {
            let given = change.label.clone().filter(|_| !change.dimension.contains(" / "));
            let label =
                given.unwrap_or_else(|| value_label(&self.reports.counts, metric, name, key, self.reports.lang));
            if label.is_empty() {
                let values = [("field", dimension.as_str())];
                return report_text(self.reports.lang, "not-stated", &values);
            }
            match self.reports.lang {
                Lang::Zh => format!("{dimension}“{label}”"),
                Lang::En => format!("{dimension} “{label}”"),
            }
        });
        pairs.collect::<Vec<_>>().join(" ")
    }
}

/// The roster that a metric counts.
fn roster_of(metric: &Metric) -> Option<&str> {
    match &metric.source {
        Source::Roster(name) => Some(name),
        Source::Kinds(_) | Source::Metrics(_) => None,
    }
}
