//! The posts that metrics may count, with what they say.

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

/// Every post that metrics look at, oldest first.
#[derive(Debug)]
pub struct PostIndex<'a> {
    /// By day and time, then in the order of the catalog.
    pub posts: Vec<IndexedPost<'a>>,
    /// What does not depend on the words of the posts.
    pub order: Arc<PostOrder>,
    /// By path; made when it is first asked for, because only issued reports name posts by path.
    by_path: OnceLock<Vec<PostId>>,
}

/// In which order the posts of a catalog come. It holds for every catalog that differs in words only.
#[derive(Debug)]
pub struct PostOrder {
    posts: Vec<CachedPost>,
    /// The posts of each kind, in the same order.
    pub by_kind: BTreeMap<String, Vec<PostId>>,
}

/// What is kept of a post for the next catalog.
#[derive(Debug)]
struct CachedPost {
    list: CatalogList,
    /// Its place in that list.
    index: usize,
    status: PostStatus,
    moment: Option<Moment>,
    index_in_kind: u32,
}

/// A list of the catalog.
#[derive(Debug, Clone, Copy)]
enum CatalogList {
    /// Posts with pages.
    Pages,
    /// Posts without, from ledgers.
    Rows,
    /// Posts that this build leaves out.
    Withheld,
}

/// One post, published or not.
#[derive(Debug, Clone, Copy)]
pub struct IndexedPost<'a> {
    /// What it says.
    pub record: &'a Record,
    /// Its place in the catalog, when it has a page.
    pub page: Option<RecordId>,
    /// Whether this build leaves it out: then no page may name it.
    pub withheld: bool,
    /// Whether it may count.
    pub status: PostStatus,
    /// Its own day and time.
    pub moment: Option<Moment>,
    /// Its place among the posts of its kind.
    pub index_in_kind: u32,
}

/// Whether a post may count at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostStatus {
    /// It may.
    Countable,
    /// It is a draft.
    Draft,
    /// It is dated after today.
    Future,
}

impl<'a> PostIndex<'a> {
    /// Gathers the posts of `catalog`, published, withheld and without pages; posts after `today` never count.
    #[must_use]
    pub fn new(catalog: &'a Catalog, today: Date) -> Self {
        Self::with_order(catalog, Arc::new(PostOrder::new(catalog, today)))
    }

    /// The posts of `catalog`, whose order is known.
    #[must_use]
    pub fn with_order(catalog: &'a Catalog, order: Arc<PostOrder>) -> Self {
        let post = |entry: &CachedPost| IndexedPost {
            record: &records_in(catalog, entry.list)[entry.index],
            page: matches!(entry.list, CatalogList::Pages).then(|| RecordId::from(entry.index)),
            withheld: matches!(entry.list, CatalogList::Withheld),
            status: entry.status,
            moment: entry.moment,
            index_in_kind: entry.index_in_kind,
        };
        Self {
            posts: order.posts.iter().map(post).collect(),
            order,
            by_path: OnceLock::new(),
        }
    }

    /// The days of the posts that count, but of a kind `other`.
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

    /// The post of an item.
    #[must_use]
    pub fn post(&self, item: PostId) -> &IndexedPost<'a> {
        &self.posts[item as usize]
    }

    /// The post whose file is `path`, with its day.
    #[must_use]
    pub fn find_by_path(&self, path: &str) -> Option<(PostId, Date)> {
        let path_of = |item: &PostId| self.post(*item).record.path.as_str();
        let by_path = self.by_path.get_or_init(|| {
            let mut items: Vec<PostId> = (0..).zip(&self.posts).map(|(item, _)| item).collect();
            items.sort_by_key(path_of);
            items
        });
        let at = by_path.binary_search_by_key(&path, path_of).ok()?;
        let item = by_path[at];
        Some((item, self.post(item).day()?))
    }
}

impl PostOrder {
    fn new(catalog: &Catalog, today: Date) -> Self {
        let entries = |of: CatalogList| {
            let records = records_in(catalog, of).iter().enumerate();
            let posts = records.filter(|(_, record)| catalog.is_post(record));
            posts.map(move |(at, record)| CachedPost {
                list: of,
                index: at,
                status: post_status(record, today),
                moment: record.meta.date,
                index_in_kind: 0,
            })
        };
        let mut entries: Vec<CachedPost> = [CatalogList::Pages, CatalogList::Rows, CatalogList::Withheld]
            .into_iter()
            .flat_map(entries)
            .collect();
        // A stable sort: the catalog has posts of one moment in the order of their paths already.
        entries.sort_by_key(|entry| entry.moment);
        let mut of_kind: BTreeMap<String, Vec<PostId>> = BTreeMap::new();
        for (item, entry) in (0..).zip(&mut entries) {
            let kind = &records_in(catalog, entry.list)[entry.index].kind;
            if !of_kind.contains_key(kind) {
                of_kind.insert(kind.clone(), Vec::new());
            }
            if let Some(items) = of_kind.get_mut(kind) {
                entry.index_in_kind = u32::try_from(items.len()).unwrap_or(PostId::MAX);
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

/// A field's value, common or the kind's own; none when it is not given.
#[must_use]
pub(super) fn field_value<'r>(record: &'r Record, field: &str) -> Option<Cow<'r, FieldValue>> {
    let own = || record.meta.fields.get(field).map(Cow::Borrowed);
    common_value(record, field).map(Cow::Owned).or_else(own)
}

/// The fields that every kind has and that `common` knows.
pub(super) const COMMON_FIELDS: [&str; 13] = [
    "date", "updated", "village", "event", "source", "author", "summary", "slug", "title", "cover", "consent",
    "weight", "tags",
];

/// The value of a field that every kind has.
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

/// A text that every kind may have: none when the field is no such text, else whether it is given.
pub(super) fn common_text<'r>(record: &'r Record, field: &str) -> Option<Option<&'r str>> {
    let meta = &record.meta;
    let held = match field {
        "event" => &meta.event,
        "village" => &meta.village,
        "source" => &meta.source,
        "author" => &meta.author,
        _ => return None,
    };
    Some(held.as_deref())
}

/// A roster column's value as text, or as a list of texts.
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
