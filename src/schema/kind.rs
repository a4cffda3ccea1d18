//! A kind of post: its folder, labels and fields.

use crate::diag::Place;

/// A name in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    /// Chinese, e.g. 志愿服务.
    pub zh: String,
    /// English, e.g. Volunteering.
    pub en: String,
}

impl Labels {
    /// Returns labels with one text for both languages.
    #[must_use]
    pub fn both(text: &str) -> Self {
        Self {
            zh: text.to_owned(),
            en: text.to_owned(),
        }
    }

    /// The name in `language`: Chinese for `zh…`, otherwise English. Falls back to the other one when that is empty.
    #[must_use]
    pub fn get(&self, language: &str) -> &str {
        let (first, second) = if language.starts_with("zh") {
            (&self.zh, &self.en)
        } else {
            (&self.en, &self.zh)
        };
        if first.is_empty() { second } else { first }
    }
}

/// A kind of post.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// `volunteer`.
    pub id: String,
    /// Its folder below `content/`, e.g. `volunteer`. Empty for `page`, whose files may be anywhere.
    pub folder: String,
    /// The kind's name.
    pub labels: Labels,
    /// Its own fields, in the order in which a form or a page shows them.
    pub fields: Vec<Field>,
    /// The template of its posts, e.g. `article.html`.
    pub template: String,
    /// Whether it has a feed of its own.
    pub feed: bool,
    /// Whether its posts need a date, are listed, and enter the feeds: true for every kind except `page`.
    pub dated: bool,
    /// Ledgers whose rows are records of this kind.
    pub ledger_sources: Vec<LedgerSource>,
    /// Whether such a row gets a page. A row without a page is only counted.
    pub rows_have_pages: bool,
    /// Whether only the office's full site shows it.
    pub internal: bool,
}

/// A ledger, or one sheet of it, whose rows are records of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerSource {
    /// The path below `content/_data/`, e.g. `activities.xlsx`.
    pub file: String,
    /// The sheet. `None` means every sheet that has heads of the kind.
    pub sheet: Option<String>,
    /// What heads mean in this ledger.
    pub(crate) heads: Vec<SourceHead>,
    /// The place in the kind's definition.
    pub place: Place,
}

/// What a head means in one ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceHead {
    /// The head.
    pub(crate) head: String,
    /// The field of its column, by key or by name; `None` for a column that is not read.
    pub(crate) field: Option<String>,
    /// The place of the head in the kind's definition.
    pub(crate) place: Place,
}

/// Keys of front matter whose values are maps; they are no fields of a kind.
pub(crate) const MAP_KEYS: &[&str] = &["review", "ai"];

/// One field of a kind or a roster.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its key in front matter.
    pub name: String,
    /// Its name on pages.
    pub labels: Labels,
    /// The type of its value.
    pub ty: FieldType,
    /// Whether it is an error when a post lacks it.
    pub required: bool,
    /// Smallest and largest number allowed, both inclusive.
    pub range: (Option<f64>, Option<f64>),
    /// The unit shown after a number: 人次, 小时.
    pub unit: String,
    /// One sentence that explains to the editor what to write.
    pub help: Labels,
    /// Whether only the office's full site shows it.
    pub internal: bool,
    /// Whether the site's own definition of the kind has it.
    pub is_own: bool,
}

/// A value of a kind's field that the site calls by another label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Relabelling {
    /// The kind's id.
    pub(crate) kind: String,
    /// The field's name.
    pub(crate) field: String,
    /// The value's id.
    pub(crate) id: String,
    /// The built-in label.
    pub(crate) former: Labels,
    /// The site's label.
    pub(crate) now: Labels,
}

/// The type of a field's value.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldType {
    /// One line of text.
    String,
    /// Several lines of text.
    Text,
    /// A day.
    Date,
    /// A day, with or without a time of day.
    DateTime,
    /// A whole number.
    Integer,
    /// A number with decimals.
    Decimal,
    /// Minutes and seconds, `mm:ss` or `h:mm:ss`.
    Duration,
    /// Yes or no.
    Boolean,
    /// One of these values: id and name.
    Enum(Vec<(String, Labels)>),
    /// A person who wrote something, who may have a share of it.
    Author,
    /// Several values of one type.
    List(Box<FieldType>),
    /// A row of the roster with this name.
    Roster(String),
    /// A complete web address.
    Url,
    /// A file next to the post or in the site, or a complete web address.
    Asset,
}

impl FieldType {
    /// The type's name in the definition of a kind. It is also the id of its words in messages.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Text => "text",
            Self::Date => "date",
            Self::DateTime => "date-time",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Duration => "duration",
            Self::Boolean => "boolean",
            Self::Enum(_) => "enum",
            Self::Author => "author",
            Self::List(_) => "list",
            Self::Roster(_) => "roster",
            Self::Url => "url",
            Self::Asset => "asset",
        }
    }

    /// Whether posts can be grouped by a field of this type: its values are few and distinguished by name. A list is
    /// grouped by its items, so the type of the items decides.
    #[must_use]
    pub const fn is_categorical(&self) -> bool {
        matches!(
            self,
            Self::Enum(_) | Self::Roster(_) | Self::String | Self::Author | Self::Boolean
        )
    }

    /// The name of a value that an enum allows, in a language (see `Labels::get`).
    #[must_use]
    pub fn value_label(&self, id: &str, language: &str) -> Option<&str> {
        let Self::Enum(values) = self else { return None };
        let (_, labels) = values.iter().find(|(known, _)| known == id)?;
        Some(labels.get(language))
    }
}
