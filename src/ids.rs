//! Index types, so that the compiler rejects the index of an asset where that of a record is expected.
//!
//! A list with a typed index is a [`TiVec`], which otherwise behaves like a `Vec`.

pub(crate) use typed_index_collections::{TiSlice, TiVec};

macro_rules! index_type {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl From<usize> for $name {
            fn from(index: usize) -> Self {
                Self(u32::try_from(index).expect("a site has fewer than four billion files and records"))
            }
        }

        impl From<$name> for usize {
            fn from(id: $name) -> Self {
                id.0 as Self
            }
        }
    )*};
}

index_type! {
    /// The index of a record in `Catalog::records`.
    RecordId
    /// The index of an asset in `Catalog::assets`.
    AssetId
    /// The index of a report in `Reports::all`.
    ReportId
}
