//! Kinds, tags, villages and teams: their names and their template values.

use super::links::Links;
use super::locale::Locale;
use super::value::map;
use crate::catalog::Catalog;
use crate::paths::UrlPath;
use crate::schema::{Field, FieldValue, Kind, Taxonomy};
use std::collections::BTreeMap;
use std::sync::Arc;
use tera::Value;

/// The names and links of everything that posts are grouped by.
#[derive(Debug)]
pub struct Terms<'a> {
    catalog: &'a Catalog,
    links: Arc<Links<'a>>,
    locale: Arc<Locale>,
    kinds: BTreeMap<String, Value>,
    tags: BTreeMap<String, Value>,
}

impl<'a> Terms<'a> {
    /// The terms of a catalog. Values of kinds and tags are computed once, because many cards share them.
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

    /// A kind for templates: `{id, label, url}`; `none` when unknown.
    pub(crate) fn kind(&self, kind: &str) -> Value {
        self.kinds.get(kind).cloned().unwrap_or_else(Value::none)
    }

    /// The label of a kind of post; its id when the kind is unknown.
    pub(crate) fn kind_label<'s>(&'s self, kind: &'s str) -> &'s str {
        self.catalog.kinds.label(kind, &self.locale.language).unwrap_or(kind)
    }

    /// A tag for templates: `{label, url}`; `none` when unknown.
    pub(crate) fn tag(&self, tag: &str) -> Value {
        self.tags.get(tag).cloned().unwrap_or_else(Value::none)
    }

    /// The name of a roster's row; `None` when the roster or the row does not exist.
    pub(crate) fn roster_name(&self, roster: &str, id: &str) -> Option<&str> {
        self.catalog.rosters.get(roster)?.by_id(id).map(|row| row.name.as_str())
    }

    /// The name of a village; `None` when its id is unknown.
    #[must_use]
    pub fn village_name(&self, id: &str) -> Option<&str> {
        self.roster_name(Taxonomy::Villages.name(), id)
    }

    /// The name and link of a village or team; `None` when its id is unknown.
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

    /// The link to the index of a roster's pages; `None` when the site does not have that roster.
    pub(super) fn index_link(&self, taxonomy: Taxonomy) -> Option<String> {
        self.catalog
            .rosters
            .get(taxonomy.name())
            .map(|_| self.links.link(&UrlPath::folder(taxonomy.name())))
    }
}
