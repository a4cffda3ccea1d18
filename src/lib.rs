//! Xiangyin (乡音): a static-site generator for a Chinese town's publicity portal.

pub mod config;
pub mod diag;
pub mod messages;
pub mod paths;
pub mod pipeline;
pub mod record;
pub mod schema;
pub mod source;
pub mod yaml;
