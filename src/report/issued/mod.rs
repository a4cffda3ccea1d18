//! An issued report: everything that its pages and files show, as it was on the day of its issue.
//!
//! Role: the answers to all questions that a report is made from, read from `content/_frozen/PERIOD.yaml` and written
//! there. Numbers are stored, not the posts' fields: a rule of a later program must not change an issued number. Does
//! not know today's posts.

mod figure_reader;
mod issued_report;
mod reader;
mod writer;

pub(crate) use issued_report::{
    AcceptedChange, IssuedCells, IssuedFigure, IssuedGroup, IssuedItem, IssuedNames, IssuedPart, IssuedPost,
    IssuedReport, IssuedRow, IssuedTable, IssuedText,
};
pub(in crate::report) use reader::accepted_finding;
pub(crate) use reader::parse_issued;
pub(crate) use writer::{correction_yaml, issued_yaml};
