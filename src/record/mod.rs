//! One file by itself, with its front matter checked and its Markdown parsed; or one row of a ledger.
//!
//! Role: `SourceFile → Record`. A record depends only on its own bytes, its folder's defaults and the reading options,
//! so it and its findings can be cached by hash between builds. It does not know other records: links are kept as the
//! editor wrote them, with their places, for the catalog to resolve.

mod aliases;
pub(crate) mod blocks;
pub(crate) mod body;
pub(crate) mod fix;
pub(crate) mod front_matter;
pub(crate) mod markdown;
mod meta;
mod names;
mod people;
mod placed_keys;
mod rows;
pub(crate) mod section;
mod sketch;
mod stored;
mod stored_values;
mod unconfirmed;

use crate::config::{IndentedText, MarkdownSettings};
use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::fingerprint::hash_bytes;
use crate::paths::SourcePath;
use crate::schema::Schema;
use crate::yaml::Mapping;
pub(crate) use aliases::Alias;
pub(crate) use blocks::{Block, Inline, LinkTarget};
pub(crate) use body::{Argument, Heading, Link, LinkRole, Shortcode};
pub use body::{Body, Fill, Hole};
pub(crate) use fix::{fix_front_matter, fix_text};
pub(crate) use front_matter::find_key_place;
use jiff::civil::Date;
pub use meta::Meta;
pub(crate) use meta::{AiDegree, AiUse, Review};
pub(crate) use names::kind_near_folder;
pub(crate) use placed_keys::KeyPlaces;
pub(crate) use rows::{check_source_heads, headless_sheet_finding, match_columns, read_row, value_place};
pub(crate) use section::{FolderDefaults, SectionMeta, read_defaults};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
pub(crate) use stored::{decode_record, encode_record};

/// The kind of posts that are also exported as documents.
pub(crate) const REPORT_KIND: &str = "report";

/// The kind of pages, which may be anywhere.
const PAGE_KIND: &str = "page";

/// One Markdown file, or one row of a ledger.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// The path of its file. A row has a path of its own in its kind's folder, where no file exists.
    pub path: SourcePath,
    /// The id of its kind.
    pub kind: String,
    /// Its typed front matter.
    pub meta: Meta,
    /// Its text; empty for a row. All rows share one.
    pub body: Arc<Body>,
    /// The same text as blocks, with the link indices of `body`. Only for records of `REPORT_KIND`.
    #[serde(with = "stored_values::only_empty")]
    pub blocks: Vec<Block>,
    /// The digest of its title and its text as written. Only for records of `REPORT_KIND`; otherwise empty.
    pub digest: String,
    /// What it was read from.
    pub origin: Origin,
    /// Whether it gets a page. A record without a page is only counted.
    pub has_page: bool,
}

impl Record {
    /// The editor's summary, otherwise the summary of the text.
    #[must_use]
    pub fn summary(&self) -> &str {
        self.meta.summary.as_deref().unwrap_or(&self.body.summary)
    }

    /// Whether a build without options publishes it on `today`.
    #[must_use]
    pub fn is_published_on(&self, today: Date) -> bool {
        !self.meta.draft && self.meta.date.is_none_or(|moment| moment.date <= today)
    }

    /// Where an editor finds it: its file, or its row in a ledger, such as `content/_data/activities.xlsx 2022年!7`.
    #[must_use]
    pub fn source_location(&self) -> String {
        match &self.origin {
            Origin::File => self.path.as_str().to_owned(),
            Origin::Row { file, sheet, row } if sheet.is_empty() => format!("{file} {row}"),
            Origin::Row { file, sheet, row } => format!("{file} {sheet}!{row}"),
        }
    }
}

/// What a record was read from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Origin {
    /// The Markdown file at the record's path.
    File,
    /// One row of a ledger.
    Row {
        /// The ledger, e.g. `content/_data/activities.xlsx`.
        file: SourcePath,
        /// The sheet; empty for a CSV file.
        sheet: String,
        /// The row's number as in Excel, from 1.
        row: usize,
    },
}

/// What a record is read with, besides its own bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadOptions<'a> {
    /// The kinds and rosters that values are checked against.
    pub schema: Schema<'a>,
    /// Default front matter by folder.
    pub defaults: &'a FolderDefaults,
    /// The settings for Markdown.
    pub markdown: MarkdownSettings,
}

/// Reads one Markdown file.
#[must_use]
pub(crate) fn read(path: &SourcePath, text: &str, options: &ReadOptions<'_>) -> Checked<Record> {
    let split = front_matter::split_front_matter(path.as_str(), text);
    let defaults = options.defaults.for_folder(folder_of(path));
    let mut front = front_matter::read(path, text, split.value.yaml, &options.schema, &defaults);
    let markdown = MarkdownSettings {
        // Pages may be documents about programs, which indent code.
        indented: match front.value.0.as_str() {
            PAGE_KIND => IndentedText::Code,
            _ => IndentedText::Paragraphs,
        },
        ..options.markdown
    };
    let range = split.value.body.clone();
    let mut body = markdown::read(path.as_str(), text, range, markdown, options.schema.site);
    let mut findings = split.findings;
    findings.append(&mut front.findings);
    findings.append(&mut body.findings);
    let (kind, mut meta) = front.value;
    meta.title = take_title(meta.title, &mut body.value, path.stem());
    let mut body = body.value;
    body.sketch = sketch::sketch(&body);
    if has_second_title(&body) {
        add_second_title(path.as_str(), text, split.value.body.start, &body, &mut findings);
    }
    // A draft is not published.
    if kind == REPORT_KIND && !meta.draft {
        findings.extend(unconfirmed::check(path.as_str(), text, &split.value.body));
    }
    let (blocks, digest) = match kind.as_str() {
        REPORT_KIND => (
            markdown::html_to_blocks(&body.html, &body.holes),
            written_digest(&meta.title, &text[split.value.body]),
        ),
        _ => (Vec::new(), String::new()),
    };
    Checked {
        value: Record {
            path: path.clone(),
            kind,
            meta,
            body: Arc::new(body),
            blocks,
            digest,
            origin: Origin::File,
            has_page: true,
        },
        findings,
    }
}

/// The digest of a report's title and Markdown. Line ends and spaces before them do not change what is published.
fn written_digest(title: &str, markdown: &str) -> String {
    let lines = markdown.trim().lines().map(str::trim_end);
    let text: Vec<&str> = std::iter::once(title).chain(lines).collect();
    format!("{:016x}", hash_bytes(text.join("\n").as_bytes()))
}

/// Reads the page of a folder, and the default front matter that it gives to the folder's posts.
#[must_use]
pub(crate) fn read_section(
    path: &SourcePath,
    text: &str,
    schema: &Schema<'_>,
    markdown: MarkdownSettings,
) -> Checked<(Section, Mapping)> {
    let split = front_matter::split_front_matter(path.as_str(), text);
    let body_start = split.value.body.start;
    let mut body = markdown::read(path.as_str(), text, split.value.body, markdown, schema.site);
    let mut front = section::read_section(path, text, split.value.yaml, schema);
    let mut findings = split.findings;
    findings.append(&mut front.findings);
    findings.append(&mut body.findings);
    let SectionMeta {
        title,
        description,
        cascade,
        template,
        cover,
        aliases,
    } = front.value;
    let folder = folder_of(path).to_owned();
    let title = take_title(title, &mut body.value, "");
    if has_second_title(&body.value) {
        add_second_title(path.as_str(), text, body_start, &body.value, &mut findings);
    }
    // The cover is one more link of the text, so that it is resolved and checked like the others.
    let cover = cover.map(|(target, place)| {
        body.value.links.push(Link {
            target,
            role: LinkRole::Image,
            place,
        });
        body.value.links.len() - 1
    });
    let section = Section {
        path: path.clone(),
        folder,
        title,
        description,
        template,
        cover,
        aliases,
        body: body.value,
    };
    Checked {
        value: (section, cascade),
        findings,
    }
}

/// The folder of a file below `content/`, without slashes at either end.
fn folder_of(path: &SourcePath) -> &str {
    path.folder()
        .strip_prefix("content")
        .unwrap_or_default()
        .trim_start_matches('/')
}

/// Returns the given title, otherwise the text's first heading, otherwise `fallback`. Removes a heading that equals the
/// title from the text, because the page shows the title already.
fn take_title(given: String, body: &mut Body, fallback: &str) -> String {
    let title = match &body.first_heading {
        Some(heading) if given.is_empty() => heading.clone(),
        _ if given.is_empty() => fallback.to_owned(),
        _ => given,
    };
    if body.first_heading.as_ref() == Some(&title) {
        body.drop_first_heading();
    }
    title
}

/// Whether a text begins with a first-level heading that is not the title, which the page shows above it.
fn has_second_title(body: &Body) -> bool {
    let first = body.outline.first();
    first.is_some_and(|heading| heading.level == 1 && body.first_heading.as_ref() == Some(&heading.text))
}

/// Reports the first-level heading at the start of a text. If other headings are wrong, too, it is one finding.
fn add_second_title(file: &str, text: &str, start: usize, body: &Body, findings: &mut Vec<Diagnostic>) {
    let line_start = text.len() - text[start..].trim_start().len();
    let line_end = text[line_start..].find('\n').map_or(text.len(), |end| line_start + end);
    let heading = body.first_heading.as_deref().unwrap_or_default();
    let others = findings.iter().position(|finding| finding.code == Code::HeadingOrder);
    let others = others.map(|at| findings.remove(at));
    let others = others.and_then(|finding| finding.value("count")?.parse::<usize>().ok());
    findings.push(
        Diagnostic::new(Code::HeadingOrder)
            .at(Place::in_text(file, text, line_start..line_end))
            .with("reason", "heading-second-title")
            .with("count", (others.unwrap_or(0) + 1).to_string())
            .with("write", format!("## {heading}")),
    );
}

/// The page of a folder: `_index.md`.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// The path of the file.
    pub path: SourcePath,
    /// The folder below `content/`, without slashes at either end; empty for the top folder.
    pub folder: String,
    /// The page's title, otherwise its text's first heading. May be empty.
    pub title: String,
    /// One sentence about the folder.
    pub description: String,
    /// The template, instead of `section.html`.
    pub template: Option<String>,
    /// The index of its cover among the links of its text.
    pub cover: Option<usize>,
    /// Former addresses.
    pub aliases: Vec<Alias>,
    /// Its text.
    pub body: Body,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::schema::{Kinds, Rosters};

    pub(super) fn read_at(path: &str, text: &str) -> Record {
        let (kinds, rosters, settings) = (Kinds::built_in(), Rosters::default(), Settings::default());
        let options = ReadOptions {
            schema: Schema {
                kinds: &kinds,
                rosters: &rosters,
                policy: &settings.policy,
                zone: &settings.timezone,
                site: &settings.links.site,
            },
            defaults: &FolderDefaults::default(),
            markdown: settings.markdown,
        };
        read(&SourcePath::new(path), text, &options).value
    }

    #[test]
    fn only_reports_are_read_into_blocks() {
        let text = "---\ntitle: 总结\ndate: 2022-07-05\nperiod: 2022-H1\n---\n# 总结\n\n见[甲](a.md)。\n";
        let report = read_at("content/reports/a.md", text);
        assert_eq!(report.kind, REPORT_KIND);
        let link = Inline::Link {
            target: LinkTarget::Site(0),
            text: vec![Inline::Text("甲".to_owned())],
        };
        let sentence = vec![Inline::Text("见".to_owned()), link, Inline::Text("。".to_owned())];
        // The heading that equals the title is removed from the blocks, as it is from the page.
        assert_eq!(report.blocks, [Block::Paragraph(sentence)]);
        assert_eq!(report.body.links[0].target, "a.md");
        assert!(read_at("content/stories/a.md", text).blocks.is_empty());
    }
}
