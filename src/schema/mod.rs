//! Kinds of post, rosters and settings: which values are allowed, and the checks.
//!
//! Role: turns YAML text into typed values and findings. Everything here checks one value against one rule. Nothing
//! here knows a second file, except the roster rows that references name.

pub(crate) mod authors;
pub(crate) mod check;
pub(crate) mod kind;
mod kinds;
pub(crate) mod ledger_findings;
mod locator;
pub(crate) mod number_text;
pub(crate) mod roster;
pub(crate) mod scalar;
mod settings;
mod taxonomy;
pub(crate) mod value;
mod workdays;
mod yaml_value;

pub use kind::{Field, FieldType, Kind};
pub(crate) use kind::{Labels, LedgerSource, MAP_KEYS, Relabelling, SourceHead};
pub use kinds::Kinds;
pub(crate) use kinds::read_kinds;
pub(crate) use roster::{
    LEVEL, OUTLET_FIELD, OUTLETS, Roster, RosterRow, is_holidays_file, is_wording_file, read_rosters_and_ledgers,
    roster_value,
};
pub use roster::{Rosters, read_rosters};
pub(crate) use scalar::squeeze;
pub(crate) use settings::read_settings;
pub(crate) use taxonomy::Taxonomy;
pub use value::{FieldValue, Moment};
pub(crate) use workdays::WorkCalendar;
pub(crate) use workdays::read_calendar;

/// The rules that front matter is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Schema<'a> {
    /// The kinds of post.
    pub kinds: &'a Kinds,
    /// The rosters that references name.
    pub rosters: &'a Rosters,
    /// How severely unknown keys are reported.
    pub policy: &'a crate::config::Policy,
    /// The time zone to which times with an offset are converted.
    pub zone: &'a jiff::tz::TimeZone,
    /// The site's address, by which its own addresses are recognised.
    pub site: &'a crate::paths::SiteAddress,
}

#[cfg(test)]
mod tests;
