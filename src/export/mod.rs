//! A report in office formats: Word, Excel, CSV and JSON; a post as other outlets take it.
//!
//! Role: typed documents and tables → bytes; `render` makes the same report as a page. Each format is a pure function:
//! no disk, no clock; equal input gives equal bytes. The formats do not know posts, metrics or templates; `report`
//! turns a site's reports into their documents and tables.

mod authors;
pub mod csv;
pub mod document;
pub mod docx;
mod report;
mod sanitize;
mod share;
pub mod sheet;
pub mod xlsx;

pub(crate) use self::authors::{author_json, author_workbook};
pub(crate) use self::report::{Download, export_download, word_report};
pub(crate) use self::share::{Outlet, SharedPost, Sharing, WeChatParts, share_posts};
pub use csv::csv;
pub use docx::docx;
pub use xlsx::xlsx;
