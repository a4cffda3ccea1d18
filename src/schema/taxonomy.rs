//! What posts are grouped by on pages of their own.

/// A way of grouping posts: each of its terms has a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Taxonomy {
    /// By tag.
    Tags,
    /// By village: a row of the roster of that name.
    Villages,
    /// By volunteer team: a row of the roster of that name.
    Teams,
}

impl Taxonomy {
    const ALL: [Self; 3] = [Self::Tags, Self::Villages, Self::Teams];

    /// Its name. The folder of its pages and the roster of its terms have the same name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::Villages => "villages",
            Self::Teams => "teams",
        }
    }

    /// The field of a post that names its terms.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::Villages => "village",
            Self::Teams => "team",
        }
    }

    /// The taxonomy whose terms are the rows of a roster.
    #[must_use]
    pub fn of_roster(roster: &str) -> Option<Self> {
        let is_meant = |taxonomy: &Self| *taxonomy != Self::Tags && taxonomy.name() == roster;
        Self::ALL.into_iter().find(is_meant)
    }

    /// The taxonomy whose terms a field of posts names.
    #[must_use]
    pub fn of_field(field: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|taxonomy| taxonomy.field() == field)
    }
}
