//! Xiangyin (乡音): a static-site generator for a Chinese town's publicity portal.

pub mod catalog;
pub mod chart;
pub mod check;
pub mod cli;
pub mod config;
pub mod desk;
pub mod diag;
pub mod export;
pub mod fingerprint;
pub mod ledger;
pub mod messages;
pub mod metrics;
pub mod output;
pub mod paths;
pub mod pipeline;
pub mod plan;
pub mod preview;
pub mod record;
pub mod render;
pub mod report;
pub mod schema;
pub mod search;
pub mod slug;
pub mod source;
pub mod theme;
pub mod yaml;
