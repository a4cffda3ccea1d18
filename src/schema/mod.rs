//! Kinds of post, rosters and settings: what a value may be, and the check that it is.
//!
//! Role: turns YAML text into typed values and findings. Everything here looks at one value against one rule;
//! nothing here knows a second file, apart from the roster rows that a reference must name.

pub mod kind;
pub mod value;

pub use kind::{Field, FieldType, Kind, Labels};
pub use value::{FieldValue, Moment};
