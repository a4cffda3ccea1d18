//! Figures on pages: the periods with pages, the addresses of evidence, and the template values of figures.
//!
//! Role: a stage of its own, before any page is made. It counts the posts, resolves the calls for figures in all texts
//! and makes the reports. Later stages only read it, from any thread.

mod arrange;
mod breakdown;
mod calls;
mod chart_data;
mod corrections;
mod digest;
mod evidence;
#[expect(clippy::module_inception, reason = "the module is named after its one value")]
mod figures;
mod issue;
mod names;
mod pages;
mod people;
mod post_texts;
mod ranking;
mod stats;
mod table;
mod unnamed;
mod values;
mod words;

pub(crate) use chart_data::{ChartData, ChartRow};
pub(crate) use evidence::EvidenceEntry;
pub(in crate::site) use figures::FigureInputs;
pub(crate) use figures::{LazyFigures, MetricInputs};
pub(crate) use table::{ColumnRule, FigureTable, FigureTableRow};
