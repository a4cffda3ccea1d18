//! An index of the posts that metrics may count.

use crate::catalog::{Catalog, RecordId};
use crate::record::Record;
use crate::schema::{FieldValue, Moment, RosterRow};
use crate::yaml::Value;
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// An index into `PostIndex::posts`.
pub type PostId = u32;

/// All posts that metrics may count, oldest first.
#[derive(Debug)]
pub struct PostIndex<'a> {
    /// The posts by day and time, then by path.
    pub posts: Vec<IndexedPost<'a>>,
    /// Their order, which does not depend on their texts.
    pub order: Arc<PostOrder>,
    /// The posts sorted by path. Made at the first use, because only issued reports name posts by path.
    by_path: OnceLock<Vec<PostId>>,
}

/// The order of a catalog's posts. It is valid for every catalog that differs in texts only.
#[derive(Debug)]
pub struct PostOrder {
    posts: Vec<CachedPost>,
    /// The posts of each kind, in the same order.
    pub by_kind: BTreeMap<String, Vec<PostId>>,
}

/// The data of a post that is reused for the next catalog.
#[derive(Debug)]
struct CachedPost {
    list: CatalogList,
    /// Its index in that list.
    index: usize,
    status: PostStatus,
    moment: Option<Moment>,
}

/// A list of the catalog.
#[derive(Debug, Clone, Copy)]
enum CatalogList {
    /// Posts with pages.
    Pages,
    /// Posts without pages, from ledgers.
    Rows,
    /// Posts that this build leaves out.
    Withheld,
}

/// One post, published or not.
#[derive(Debug, Clone, Copy)]
pub struct IndexedPost<'a> {
    /// Its record.
    pub record: &'a Record,
    /// Its id in the catalog. `None` when it has no page.
    pub page: Option<RecordId>,
    /// Whether this build leaves it out. No page may name such a post.
    pub withheld: bool,
    /// Whether it may count.
    pub status: PostStatus,
    /// Its own day and time.
    pub moment: Option<Moment>,
}

/// Whether a post may count at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostStatus {
    /// It may count.
    Countable,
    /// It is a draft.
    Draft,
    /// It is dated after today.
    Future,
}

impl<'a> PostIndex<'a> {
    /// Collects the posts of `catalog`: published, withheld and without pages. Posts after `today` never count.
    #[must_use]
    pub fn new(catalog: &'a Catalog, today: Date) -> Self {
        Self::with_order(catalog, Arc::new(PostOrder::new(catalog, today)))
    }

    /// Collects the posts of `catalog` in a known order.
    #[must_use]
    pub fn with_order(catalog: &'a Catalog, order: Arc<PostOrder>) -> Self {
        let post = |entry: &CachedPost| IndexedPost {
            record: &records_in(catalog, entry.list)[entry.index],
            page: matches!(entry.list, CatalogList::Pages).then(|| RecordId::from(entry.index)),
            withheld: matches!(entry.list, CatalogList::Withheld),
            status: entry.status,
            moment: entry.moment,
        };
        Self {
            posts: order.posts.iter().map(post).collect(),
            order,
            by_path: OnceLock::new(),
        }
    }

    /// The posts of these kinds, in order.
    #[must_use]
    pub fn of_kinds(&self, kinds: &[String]) -> Vec<PostId> {
        let of_kinds = kinds.iter().filter_map(|kind| self.order.by_kind.get(kind));
        let mut items: Vec<PostId> = of_kinds.flatten().copied().collect();
        if kinds.len() > 1 {
            items.sort_unstable();
        }
        items
    }

    /// The days of all posts that may count, except posts of the kind `other`.
    #[must_use]
    pub fn days_excluding_kind(&self, other: &str) -> BTreeSet<Date> {
        let kinds = self.order.by_kind.iter().filter(|(kind, _)| *kind != other);
        kinds
            .flat_map(|(_, items)| items)
            .map(|&item| self.post(item))
            .filter(|post| post.status == PostStatus::Countable)
            .filter_map(IndexedPost::day)
            .collect()
    }

    /// The number of posts; their ids are below it.
    #[must_use]
    pub fn count(&self) -> usize {
        self.posts.len()
    }

    /// The post with this id.
    #[must_use]
    pub fn post(&self, item: PostId) -> &IndexedPost<'a> {
        &self.posts[item as usize]
    }

    /// The post whose file is `path`, with its day. `None` when there is no such post or it has no date.
    #[must_use]
    pub fn find_by_path(&self, path: &str) -> Option<(PostId, Date)> {
        let path_of = |item: &PostId| self.post(*item).record.path.as_str();
        let by_path = self.by_path.get_or_init(|| {
            let mut items: Vec<PostId> = (0..).zip(&self.posts).map(|(item, _)| item).collect();
            items.sort_by_key(path_of);
            items
        });
        let index = by_path.binary_search_by_key(&path, path_of).ok()?;
        let item = by_path[index];
        Some((item, self.post(item).day()?))
    }
}

impl PostOrder {
    fn new(catalog: &Catalog, today: Date) -> Self {
        let entries = |list: CatalogList| {
            let records = records_in(catalog, list).iter().enumerate();
            let posts = records.filter(|(_, record)| catalog.is_post(record));
            posts.map(move |(index, record)| CachedPost {
                list,
                index,
                status: post_status(record, today),
                moment: record.meta.date,
            })
        };
        let mut entries: Vec<CachedPost> = [CatalogList::Pages, CatalogList::Rows, CatalogList::Withheld]
            .into_iter()
            .flat_map(entries)
            .collect();
        let path = |entry: &CachedPost| &records_in(catalog, entry.list)[entry.index].path;
        entries.sort_by(|a, b| a.moment.cmp(&b.moment).then_with(|| path(a).cmp(path(b))));
        let mut of_kind: BTreeMap<String, Vec<PostId>> = BTreeMap::new();
        for (item, entry) in (0..).zip(&entries) {
            let kind = &records_in(catalog, entry.list)[entry.index].kind;
            if !of_kind.contains_key(kind) {
                of_kind.insert(kind.clone(), Vec::new());
            }
            if let Some(items) = of_kind.get_mut(kind) {
                items.push(item);
            }
        }
        Self {
            posts: entries,
            by_kind: of_kind,
        }
    }
}

fn records_in(catalog: &Catalog, list: CatalogList) -> &[Arc<Record>] {
    match list {
        CatalogList::Pages => &catalog.records.raw,
        CatalogList::Rows => &catalog.ledger_rows,
        CatalogList::Withheld => &catalog.withheld,
    }
}

impl IndexedPost<'_> {
    /// Whether it counts although the site does not show it: it is internal, and the site is the public one.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.withheld && self.status == PostStatus::Countable
    }

    /// Its own day.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.moment.map(|moment| moment.date)
    }
}

fn post_status(record: &Record, today: Date) -> PostStatus {
    if record.meta.draft {
        PostStatus::Draft
    } else if record.meta.date.is_some_and(|moment| moment.date > today) {
        PostStatus::Future
    } else {
        PostStatus::Countable
    }
}

/// The value of a common field or of the kind's own field. `None` when the record does not give it.
#[must_use]
pub(super) fn field_value<'r>(record: &'r Record, field: &str) -> Option<Cow<'r, FieldValue>> {
    let own = || record.meta.fields.get(field).map(Cow::Borrowed);
    common_value(record, field).map(Cow::Owned).or_else(own)
}

/// The fields that every kind has. [`common_value`] reads them.
pub(super) const COMMON_FIELDS: [&str; 13] = [
    "date", "updated", "village", "event", "source", "author", "summary", "slug", "title", "cover", "consent",
    "weight", "tags",
];

/// The value of a field that every kind has. `None` for any other field, and when the record does not give it.
pub(super) fn common_value(record: &Record, field: &str) -> Option<FieldValue> {
    let meta = &record.meta;
    let text = |text: &Option<String>| text.clone().map(FieldValue::Text);
    match field {
        "date" => meta.date.map(FieldValue::Moment),
        "updated" => meta.updated.map(FieldValue::Moment),
        "village" => meta.village.clone().map(FieldValue::Reference),
        "event" => text(&meta.event),
        "source" => text(&meta.source),
        "author" => text(&meta.author),
        "summary" => text(&meta.summary),
        "slug" => text(&meta.slug),
        "title" => Some(FieldValue::Text(meta.title.clone())),
        "cover" => meta.cover.clone().map(FieldValue::Asset),
        "consent" => meta.consent.map(FieldValue::Boolean),
        "weight" => Some(FieldValue::Integer(meta.weight)),
        "tags" => Some(FieldValue::List(
            meta.tags.iter().cloned().map(FieldValue::Text).collect(),
        )),
        _ => None,
    }
}

/// The value of a text field that every kind has, if the record gives it. `None` for any other field.
pub(super) fn common_text<'r>(record: &'r Record, field: &str) -> Option<Option<&'r str>> {
    let meta = &record.meta;
    let text = match field {
        "event" => &meta.event,
        "village" => &meta.village,
        "source" => &meta.source,
        "author" => &meta.author,
        _ => return None,
    };
    Some(text.as_deref())
}

/// The value of a roster's column as text, or as a list of texts. `None` when the row does not give it.
#[must_use]
pub(super) fn column_value(row: &RosterRow, name: &str) -> Option<FieldValue> {
    let text = |value: &Value| FieldValue::Text(crate::schema::check::scalar(value).into_owned());
    let day = |day: Option<Date>| day.map(|day| FieldValue::Text(day.to_string()));
    match row.values.get(name) {
        None if name == "since" => day(row.since),
        None if name == "until" => day(row.until),
        Some(Value::Sequence(items)) => Some(FieldValue::List(items.iter().map(text).collect())),
        _ => row.text(name).map(FieldValue::Text),
    }
}

/// The text of a value, or the texts of a list's items.
pub(super) fn value_texts(value: &FieldValue) -> Vec<String> {
    match value {
        FieldValue::List(items) => items.iter().map(FieldValue::key).collect(),
        single => vec![single.key()],
    }
}
