//! Kinds, tags, villages and teams: their names, and what templates see of them.

use super::value::map;
use super::{Links, Locale};
use crate::catalog::Catalog;
use crate::paths::UrlPath;
use crate::schema::{Field, FieldValue, Kind, Taxonomy};
use std::collections::BTreeMap;
use std::sync::Arc;
use tera::Value;

/// What posts are grouped by, by name.
#[derive(Debug)]
pub struct Terms<'a> {
    catalog: &'a Catalog,
    links: Arc<Links<'a>>,
    locale: Arc<Locale>,
    kinds: BTreeMap<String, Value>,
    tags: BTreeMap<String, Value>,
}

impl<'a> Terms<'a> {
    /// The terms of a catalog, with the values that many cards share.
    pub(super) fn new(catalog: &'a Catalog, links: Arc<Links<'a>>, locale: Arc<Locale>) -> Self {
        let kind = |kind: &Kind| {
            let label = kind.labels.get(&locale.language);
            map! { "id": kind.id.as_str(), "label": label, "url": links.link(&links.kind(&kind.id)) }
        };
        let tag = |tag: &str| map! { "label": tag, "url": links.link(&links.term(Taxonomy::Tags, tag)) };
        Self {
            kinds: catalog.kinds.iter().map(|own| (own.id.clone(), kind(own))).collect(),
            tags: catalog.tags.keys().map(|own| (own.clone(), tag(own))).collect(),
            catalog,
            links,
            locale,
        }
    }

    /// A kind for templates: `{id, label, url}`.
    pub(crate) fn kind(&self, kind: &str) -> Value {
        self.kinds.get(kind).cloned().unwrap_or_else(Value::none)
    }

    /// What a kind of post is called; its id where nobody knows.
    pub(crate) fn kind_label<'s>(&'s self, kind: &'s str) -> &'s str {
        self.catalog.kinds.label(kind, &self.locale.language).unwrap_or(kind)
    }

    /// A tag for templates: `{label, url}`.
    pub(crate) fn tag(&self, tag: &str) -> Value {
        self.tags.get(tag).cloned().unwrap_or_else(Value::none)
    }

    /// The name of a roster's row.
    pub(crate) fn roster_name(&self, roster: &str, id: &str) -> Option<&str> {
        self.catalog.rosters.get(roster)?.by_id(id).map(|row| row.name.as_str())
    }

    /// The name of a village.
    #[must_use]
    pub fn village_name(&self, id: &str) -> Option<&str> {
        self.roster_name(Taxonomy::Villages.name(), id)
    }

    /// Name and link of a village or team.
    pub(crate) fn roster_row(&self, taxonomy: Taxonomy, id: &str) -> Option<Value> {
        let name = self.roster_name(taxonomy.name(), id)?;
        Some(map! { "name": name, "url": self.links.link(&self.links.term(taxonomy, id)) })
    }

    /// A field's value as pages show it.
    pub(crate) fn field_text(&self, field: &Field, value: &FieldValue) -> String {
        self.locale.field_value(&field.ty, value, &|roster, id| {
            self.roster_name(roster, id).map(str::to_owned)
        })
    }

    /// The rows of a roster with their links and numbers of posts, in the roster's order.
    pub(crate) fn roster_rows(&self, taxonomy: Taxonomy) -> Vec<Value> {
        let posts = self.catalog.posts_by_term(taxonomy);
        let rows = self
            .catalog
            .rosters
            .get(taxonomy.name())
            .into_iter()
            .flat_map(|roster| roster.rows().iter());
        rows.map(|row| {
            map! {
                "name": row.name.as_str(),
                "label": row.name.as_str(),
                "url": self.links.link(&self.links.term(taxonomy, &row.id)),
                "count": posts.get(&row.id).map_or(0, Vec::len),
            }
        })
        .collect()
    }

    /// The link to the index of a roster's pages, where the site has that roster.
    pub(super) fn index_link(&self, taxonomy: Taxonomy) -> Option<String> {
        self.catalog
            .rosters
            .get(taxonomy.name())
            .map(|_| self.links.link(&UrlPath::folder(taxonomy.name())))
    }
}
