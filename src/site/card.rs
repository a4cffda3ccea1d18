//! The card of a post, which lists show, and the values that the post's own page adds to it.

use super::locale::{datetime, is_fact};
use super::related;
use super::site::Site;
use super::value::{map, safe, with_pairs};
use crate::catalog::RecordId;
use crate::record::{Body, Record};
use crate::schema::{Field, FieldType, FieldValue, Taxonomy};
use tera::value::Key;
use tera::{Map, Value};

/// Reading speed in characters a minute (the usual convention for Chinese text).
const CHARACTERS_PER_MINUTE: usize = 400;

impl Site<'_> {
    /// The card of a record: what lists show of it.
    pub(crate) fn card(&self, at: RecordId) -> &Value {
        self.cards[at].get_or_init(|| self.shared.share(card(self, at)))
    }

    /// The posts most similar to a record.
    pub(super) fn related(&self, at: RecordId) -> &[RecordId] {
        self.related[at].get_or_init(|| related::related_posts(self.catalog, at).into())
    }
}

/// The card of one record.
fn card(site: &Site<'_>, at: RecordId) -> Value {
    let record = &site.catalog.records[at];
    let meta = &record.meta;
    let date = meta.date.map(|moment| moment.date);
    map! {
        "title": meta.title.as_str(),
        "url": site.links.to_record(at),
        "kind": site.terms.kind(&record.kind),
        "date": date.map(|date| date.to_string()).unwrap_or_default(),
        "time": meta.date.and_then(|moment| moment.time).map(|time| format!("{:02}:{:02}", time.hour(), time.minute())).unwrap_or_default(),
        "datetime": meta.date.map(datetime).unwrap_or_default(),
        "date_text": date.map(|date| site.locale.date(date)).unwrap_or_default(),
        "year": date.map_or(0, |date| i64::from(date.year())),
        "month": date.map_or(0, |date| i64::from(date.month())),
        "day": date.map_or(0, |date| i64::from(date.day())),
        "summary": record.summary(),
        "tags": meta.tags.iter().map(|tag| site.terms.tag(tag)).collect::<Vec<_>>(),
        "village": meta.village.as_deref().and_then(|id| site.terms.roster_row(Taxonomy::Villages, id)),
        "team": record.team().and_then(|id| site.terms.roster_row(Taxonomy::Teams, id)),
        "cover": site.images.cover(at),
        "draft": meta.draft,
        "future": date.is_some_and(|date| date > site.today),
        "fields": field_values(site, record),
    }
}

/// The fields of the record's kind that have a value, by name.
fn field_values(site: &Site<'_>, record: &Record) -> Value {
    let Some(kind) = site.catalog.kinds.get(&record.kind) else {
        return Value::from(Map::new());
    };
    let mut values = Map::with_capacity(record.meta.fields.len());
    for field in &kind.fields {
        if let Some(value) = record.meta.fields.get(&field.name) {
            let entry = map! {
                "label": field.labels.get(site.language()),
                "value": raw_value(value),
                "text": site.terms.field_text(field, value),
                "unit": field.unit.as_str(),
            };
            values.insert(Key::from(field.name.clone()), entry);
        }
    }
    Value::from(values)
}

/// A field's value as templates compare it: numbers and booleans as such, everything else as text.
fn raw_value(value: &FieldValue) -> Value {
    match value {
        FieldValue::Text(text)
        | FieldValue::Enum(text)
        | FieldValue::Reference(text)
        | FieldValue::Asset(text)
        | FieldValue::Share(text, _) => Value::from(text.as_str()),
        FieldValue::Moment(moment) => Value::from(datetime(*moment)),
        FieldValue::Integer(number) => Value::from(*number),
        FieldValue::Decimal(number) => Value::from(number.normalize().to_string()),
        FieldValue::Duration(seconds) => Value::from(*seconds),
        FieldValue::Boolean(yes) => Value::from(*yes),
        FieldValue::List(items) => Value::from(items.iter().map(raw_value).collect::<Vec<_>>()),
    }
}

/// The variable `post` of an article's template: the card and everything that only the post's own page shows.
pub(crate) fn post_value(site: &Site<'_>, at: RecordId, body: &str) -> Value {
    let record = &site.catalog.records[at];
    let meta = &record.meta;
    let characters = record.body.character_count;
    let neighbours = related::neighbours(site.catalog, at);
    let card_of = |id: Option<RecordId>| id.map(|id| site.card(id).clone());
    with_pairs(
        site.card(at),
        [
            ("body", safe(body)),
            ("outline", outline(&record.body)),
            // Not in the card: an edit to a text would change every list that shows the card.
            ("characters", Value::from(characters)),
            (
                "minutes",
                Value::from(characters.div_ceil(CHARACTERS_PER_MINUTE).max(1)),
            ),
            ("facts", Value::from(facts(site, record))),
            ("source", Value::from(meta.source.as_deref().unwrap_or_default())),
            ("author", Value::from(meta.author.as_deref().unwrap_or_default())),
            ("updated", Value::from(meta.updated.map(datetime).unwrap_or_default())),
            (
                "updated_text",
                Value::from(
                    meta.updated
                        .map(|moment| site.locale.date(moment.date))
                        .unwrap_or_default(),
                ),
            ),
            ("ai", Value::from(site.locale.ai_statement(&meta.ai))),
            ("reviews", Value::from(reviews(site, record))),
            ("previous", Value::from(card_of(neighbours.0))),
            ("next", Value::from(card_of(neighbours.1))),
            (
                "related",
                Value::from(
                    site.related(at)
                        .iter()
                        .map(|&id| site.card(id).clone())
                        .collect::<Vec<_>>(),
                ),
            ),
            ("video", Value::from(super::video::video_value(site, at))),
            (
                "extra",
                Value::try_from_serializable(&meta.extra).unwrap_or_else(|_| Value::from(Map::new())),
            ),
        ],
    )
}

/// The headings as a tree: each heading contains those of lower levels that follow it.
pub(crate) fn outline(body: &Body) -> Value {
    let headings = &body.outline;
    let mut index = 0;
    let mut top = Vec::new();
    while index < headings.len() {
        top.push(heading(headings, &mut index));
    }
    Value::from(top)
}

fn heading(headings: &[crate::record::Heading], index: &mut usize) -> Value {
    let own = &headings[*index];
    *index += 1;
    let mut children = Vec::new();
    while *index < headings.len() && headings[*index].level > own.level {
        children.push(heading(headings, index));
    }
    map! {
        "level": u64::from(own.level),
        "id": own.id.as_str(),
        "text": own.text.as_str(),
        "children": children,
    }
}

/// The facts of a post: its short fields and its village.
fn facts(site: &Site<'_>, record: &Record) -> Vec<Value> {
    let mut facts = Vec::new();
    if let Some(kind) = site.catalog.kinds.get(&record.kind) {
        for field in kind.fields.iter().filter(|field| is_fact(field)) {
            if let Some(value) = record.meta.fields.get(&field.name) {
                facts.push(map! {
                    "name": field.name.as_str(),
                    "label": field.labels.get(site.language()),
                    "text": fact_text(site, field, value),
                    "url": fact_link(site, &field.ty, value),
                    "unit": field.unit.as_str(),
                });
            }
        }
    }
    if let Some(id) = &record.meta.village
        && let Some(name) = site.terms.village_name(id)
    {
        facts.push(map! {
            "name": "village",
            "label": site.locale.get("village"),
            "text": name,
            "url": Some(site.links.link(&site.links.term(Taxonomy::Villages, id))),
            "unit": "",
        });
    }
    facts
}

/// A value as text. Of a URL only the host, because the link itself has the full address.
fn fact_text(site: &Site<'_>, field: &Field, value: &FieldValue) -> String {
    match (&field.ty, value) {
        (FieldType::Url, FieldValue::Text(url)) => {
            let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
            rest.split('/').next().unwrap_or(rest).to_owned()
        }
        _ => site.terms.field_text(field, value),
    }
}

fn fact_link(site: &Site<'_>, ty: &FieldType, value: &FieldValue) -> Option<String> {
    match (ty, value) {
        (FieldType::Url, FieldValue::Text(url)) => Some(url.clone()),
        (FieldType::Roster(roster), FieldValue::Reference(id)) => {
            let taxonomy = Taxonomy::of_roster(roster)?;
            Some(site.links.link(&site.links.term(taxonomy, id)))
        }
        _ => None,
    }
}

/// The reviews with their reviewers, unless the site does not name them.
fn reviews(site: &Site<'_>, record: &Record) -> Vec<Value> {
    if !site.settings.people.reviewers {
        return Vec::new();
    }
    let roles = ["first", "second", "third"];
    let given = roles
        .iter()
        .zip(&record.meta.review)
        .filter_map(|(role, review)| Some((role, review.as_ref()?)));
    given
        .map(|(role, review)| {
            map! {
                "role": *role,
                "by": review.by.as_str(),
                "date": review.date.map(|date| date.to_string()).unwrap_or_default(),
            }
        })
        .collect()
}
