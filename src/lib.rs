//! Xiangyin (乡音): a static-site generator for a Chinese town's publicity portal.

pub mod cli;
pub mod config;
pub mod diag;
pub mod messages;
pub mod output;
pub mod paths;
pub mod pipeline;
pub mod record;
pub mod schema;
pub mod slug;
pub mod source;
pub mod yaml;
