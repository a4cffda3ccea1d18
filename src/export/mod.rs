//! A report in the formats of an office: Word, Excel and CSV.
//!
//! Role: typed documents and tables → bytes. Beside `render`, which makes the same report as a page. Each format is a
//! pure function: no disk, no clock; equal input gives equal bytes. Does not know posts, metrics or templates: what is
//! printed, and the address behind each link, is decided by the caller.

pub mod csv;
pub mod document;
pub mod docx;
mod legal;
pub mod sheet;
pub mod xlsx;

pub use csv::csv;
pub use docx::docx;
pub use xlsx::xlsx;
