//! Typed values of fields.

use jiff::civil::{Date, Time};
use rust_decimal::Decimal;

/// A day, with a time of day where the editor gave one. Orders by day, then by time (none counts as midnight, first).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// The day.
    pub date: Date,
    /// The time of day, if given.
    pub time: Option<Time>,
}

/// A value that was checked against its field's type.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldValue {
    /// `string`, `text`, `url`: the text as it is.
    Text(String),
    /// `date`, `date-time`.
    Moment(Moment),
    /// `integer`.
    Integer(i64),
    /// `decimal`, exact as written.
    Decimal(Decimal),
    /// `duration`, in seconds.
    Duration(u32),
    /// `boolean`.
    Boolean(bool),
    /// `enum`: the id of the value.
    Enum(String),
    /// `list`.
    List(Vec<FieldValue>),
    /// `roster`: the id of the row.
    Reference(String),
    /// `asset`: the path or address as the editor wrote it.
    Asset(String),
}
