//! What figures are broken down by, and narrowed to.

/// The name of the dimension of months.
pub(super) const MONTH: &str = "month";
/// The name of the dimension of kinds.
pub(super) const KIND: &str = "kind";

/// The key of the part that has what the site does not show. No value of a field can be this.
pub(crate) const HIDDEN_KEY: &str = "\u{1}";

/// What a figure is broken down by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dimension {
    /// The calendar months of the period.
    Month,
    /// The kinds of post, for a metric of several kinds.
    Kind,
    /// A field of the posts, or a column of the roster.
    Field(String),
}

impl Dimension {
    /// Its name in calls: `month`, or the field's.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Month => MONTH,
            Self::Kind => KIND,
            Self::Field(name) => name,
        }
    }
}

/// The values of a field, one of which what counts must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureFilter {
    /// The field, the roster's column, or the kind.
    pub by: Dimension,
    /// The keys of the values. An empty one means that the field is not given.
    pub keys: Vec<String>,
}

impl FigureFilter {
    /// Whether one of a post's or row's values is one of these.
    pub(super) fn accepts(&self, texts: &[String]) -> bool {
        match texts {
            [] => self.keys.iter().any(String::is_empty),
            texts => texts.iter().any(|text| self.keys.contains(text)),
        }
    }
}
