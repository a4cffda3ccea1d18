//! Indices as types, so that the index of an asset is never taken for that of a record.
//!
//! A list whose index has a type is a [`TiVec`]; all else about it is a `Vec`.

pub use typed_index_collections::{TiSlice, TiVec};

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
    /// A record, by its place in `Catalog::records`.
    RecordId
    /// A file to be copied, by its place in `Catalog::assets`.
    AssetId
    /// A report, by its place in `Reports::all`.
    ReportId
}
