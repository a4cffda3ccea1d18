//! Kinds of post, rosters and settings: what a value may be, and the check that it is.
//!
//! Role: turns YAML text into typed values and findings. Everything here looks at one value against one rule;
//! nothing here knows a second file, apart from the roster rows that a reference must name.

pub(crate) mod check;
pub(crate) mod kind;
mod kinds;
pub(crate) mod ledger_findings;
mod locator;
pub(crate) mod roster;
pub(crate) mod scalar;
mod settings;
mod taxonomy;
pub(crate) mod value;
mod yaml_value;

pub use kind::{Field, FieldType, Kind};
pub(crate) use kind::{Labels, LedgerSource};
pub use kinds::Kinds;
pub(crate) use kinds::read_kinds;
pub(crate) use roster::{Roster, RosterRow, read_rosters_and_ledgers};
pub use roster::{Rosters, read_rosters};
pub(crate) use settings::read_settings;
pub(crate) use taxonomy::Taxonomy;
pub use value::{FieldValue, Moment};

/// What front matter is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Schema<'a> {
    /// The kinds of post.
    pub kinds: &'a Kinds,
    /// The rosters that references name.
    pub rosters: &'a Rosters,
    /// How loudly unknown keys are reported.
    pub policy: &'a crate::config::Policy,
    /// The zone to which times with an offset are brought.
    pub zone: &'a jiff::tz::TimeZone,
}

#[cfg(test)]
mod tests;
