//! The program and its library through their public interface, one module per subject, in one binary.
//!
//! `cargo test --test integration MODULE` runs the tests of one module. Tests run in one process and at the same time:
//! each makes its own folders and servers, and none changes the environment or the current folder of the process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

mod assets;
mod attachments;
mod authors;
mod blocks;
mod bounds;
mod builds;
mod cache;
mod chart_words;
mod charts;
mod cli;
mod desk;
mod downloads;
mod files;
mod generated;
mod handbook;
mod import;
mod incremental;
mod inspection;
mod internal;
mod issued;
mod kill;
mod layers;
mod ledgers;
mod office;
mod output;
mod parsers;
mod part_evidence;
mod people;
mod pictures;
mod privacy;
mod publish;
mod recount;
mod reports;
mod reviews;
mod serve;
mod session;
mod share;
mod starter;
mod terminal;
mod themes;
mod zeros;
