//! Reads texts that were written elsewhere: Word manuscripts, saved web pages, e-mails, plain texts; and whole sites of
//! other generators (`generator`).
//!
//! Role: the bytes of a file → a [`Manuscript`]: facts that were guessed, the text as the blocks of a record, its pictures,
//! and what could not be carried over. [`write_markdown`] writes the blocks as the body of a post. The bytes decide on the
//! format, because people rename files. Sizes are limited as those of attachments are. Does not know kinds of post, the
//! folders of a site, or the disk.

mod docx;
mod error;
mod facts;
mod format;
mod generator;
mod mail;
mod manuscript;
mod markdown;
mod page;
mod pictures;
mod plain;
mod scripts;
mod structure;
mod xml;

pub(crate) use format::read_manuscript;
pub(crate) use generator::{Generator, SiteOptions, convert, is_settings_file, is_text_file, new_address};
pub(crate) use manuscript::{ImportedFile, Loss, Losses, Manuscript};
pub(crate) use markdown::{FileNames, write_markdown};
pub(crate) use pictures::picture_extension;
