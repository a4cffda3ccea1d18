//! Xiangyin (乡音): a static-site generator for a Chinese town's publicity portal.
//!
//! The program is a row of stages, and values flow through it in one direction. [`cli`] turns a command line into a
//! request. `source` lists and reads the site's files and decodes their text; `schema` gives settings, kinds of post and
//! rosters, all of them checked; `record` reads each Markdown file, and `ledger` each workbook, into records that know
//! nothing of one another. `catalog` puts the records in order, groups them and resolves their links; `check` holds them
//! to the site's policy. `metrics` counts, with the posts behind every figure, and `report` makes reports of the counts.
//! `site` adds addresses, links, names and images: what the site is; `inspection` checks it as inspectors of government
//! sites do. `plan` says which files it consists of and what each
//! page shows; `render` makes HTML from it with the `theme`,
//! `search` the search index, `export` Word, Excel and CSV files. `output` stages the files and swaps the whole tree in.
//! `pipeline` calls these stages in this order, for a build as for the server of `preview`.
//!
//! `src/README.md` is the map: what each module takes and gives, and what must stay true. Whoever embeds the program
//! needs [`cli::main`] alone; [`testing`] is for the tests of this repository.

mod attachment;
mod catalog;
mod chart;
mod check;
pub mod cli;
mod config;
mod deploy;
mod desk;
mod diag;
mod export;
mod fingerprint;
mod html;
mod ids;
mod import;
mod inspection;
mod ledger;
mod media;
mod messages;
mod metrics;
mod output;
mod paths;
mod pipeline;
mod plan;
mod preview;
mod privacy;
mod record;
mod render;
mod report;
mod schema;
mod search;
mod site;
mod slug;
mod source;
pub mod testing;
mod theme;
mod yaml;
