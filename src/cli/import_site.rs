//! `xiangyin import hexo|hugo|zola|jekyll DIR`: brings a whole site of another generator into `content/`.
//!
//! Each file is written whole, and none that exists is replaced, so an import that was cut short can be repeated.

use super::command::{CommandError, ExitStatus};
use super::console::{Console, display_path};
use super::import_losses::{loss_findings, source_file};
use super::site_content;
use super::write_aside::{rename_to_new, write_aside};
use crate::diag::{Code, Diagnostic};
use crate::import::{Generator, Loss, Losses, SiteOptions, convert, is_settings_file, is_text_file, new_address};
use crate::output::{Action, OutputError};
use crate::pipeline::{self, SiteDefinitions};
use crate::schema::Kind;
use crate::source::{self, decode::decode};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Folders that are not even listed: they hold other people's files, thousands of them.
const UNLISTED: [&str; 2] = ["node_modules", "vendor"];

/// The files of an old site.
struct OldSite {
    texts: BTreeMap<String, String>,
    others: BTreeSet<String>,
    findings: Vec<Diagnostic>,
}

/// Imports the site in the first of `folders` into the site in the second one. All dated posts become posts of `kind`.
pub(super) fn import(
    console: &Console,
    inputs: &SiteDefinitions,
    generator: Generator,
    (folder, site): (&Path, &Path),
    kind: Option<&Kind>,
) -> Result<ExitStatus, CommandError> {
    let old = read_site(folder);
    let content = site.join("content");
    let taken = taken_addresses(inputs, &content);
    let options = SiteOptions {
        markdown: inputs.settings.markdown,
        taken: &taken,
        kind: kind.map(|kind| (kind.id.as_str(), kind.folder.as_str())),
        slug: inputs.settings.slug,
        zone: &inputs.settings.timezone,
    };
    let new = convert(generator, &old.texts, &old.others, &options);
    let mut findings = old.findings;
    let reason = match new.other_generator {
        Some(other) => Some(format!("import-is-{}", other.as_str())),
        None => (new.texts.is_empty() && findings.is_empty()).then(|| "import-no-site".to_owned()),
    };
    if let Some(reason) = reason {
        let finding = Diagnostic::new(Code::NotImported).with("path", folder.display().to_string());
        findings.push(finding.with("reason", reason).with("site", generator.as_str()));
        console.print_findings(&findings)?;
        return Ok(ExitStatus::Findings);
    }
    let mut writer = SiteWriter {
        inputs,
        site,
        findings: Vec::new(),
    };
    let texts = new
        .texts
        .iter()
        .filter(|(place, text)| writer.write(&content.join(place), text.as_bytes()))
        .count();
    let mut files = 0;
    for (place, path) in &new.assets {
        match source::read(&source_file(&folder.join(path))) {
            Ok(bytes) => files += usize::from(writer.write(&content.join(place), &bytes)),
            Err(finding) => writer.findings.push(*finding),
        }
    }
    findings.append(&mut writer.findings);
    let has_errors = site_content::has_errors(&findings);
    findings.extend(site_losses(folder, &new.losses));
    let counts = [
        ("texts", texts.to_string()),
        ("files", files.to_string()),
        ("path", display_path(&content)),
    ];
    let counts = counts.each_ref().map(|(name, value)| (*name, value.as_str()));
    console.print_status(&console.text("imported-site", &counts))?;
    console.print_findings(&findings)?;
    Ok(if has_errors {
        ExitStatus::Findings
    } else {
        ExitStatus::Done
    })
}

/// The addresses that the new site has already: those of its texts, and of the lists of its kinds.
fn taken_addresses(inputs: &SiteDefinitions, content: &Path) -> BTreeMap<String, String> {
    let style = inputs.settings.slug;
    // A kind without a folder has no list of its own.
    let kinds = inputs.kinds.iter().filter(|kind| !kind.folder.is_empty());
    let lists = kinds.map(|kind| format!("{}/_index.md", kind.folder));
    let files = WalkDir::new(content)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok);
    let texts = files.filter_map(|entry| {
        let inside = entry
            .path()
            .strip_prefix(content)
            .ok()?
            .to_string_lossy()
            .replace('\\', "/");
        (entry.file_type().is_file() && inside.ends_with(".md")).then_some(inside)
    });
    let mut taken = BTreeMap::new();
    for place in lists.chain(texts) {
        taken.entry(new_address(&place, style)).or_insert(place);
    }
    taken
}

/// Lists a site's files, and reads its texts. Links are not followed.
fn read_site(folder: &Path) -> OldSite {
    let mut site = OldSite {
        texts: BTreeMap::new(),
        others: BTreeSet::new(),
        findings: Vec::new(),
    };
    let walk = WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0 || !(name.starts_with('.') || (entry.file_type().is_dir() && UNLISTED.contains(&&*name)))
        });
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(folder).display().to_string();
                site.findings.push(
                    Diagnostic::new(Code::Unreadable)
                        .with("path", path)
                        .with("reason", error.to_string()),
                );
                continue;
            }
        };
        let Ok(inside) = entry.path().strip_prefix(folder) else {
            continue;
        };
        if entry.file_type().is_file() {
            site.add(entry.path(), inside.to_string_lossy().replace('\\', "/"));
        }
    }
    site
}

impl OldSite {
    fn add(&mut self, disk: &Path, path: String) {
        let is_text = is_text_file(&path) || is_settings_file(&path);
        if !is_text {
            self.others.insert(path);
            return;
        }
        match source::read(&source_file(disk)) {
            Ok(bytes) => {
                let text = decode(&disk.display().to_string(), bytes);
                // Other encodings are those of the old site: here, the text becomes one in UTF-8.
                let unknown = text
                    .findings
                    .into_iter()
                    .find(|finding| finding.code == Code::EncodingUnknown);
                match unknown {
                    Some(finding) => self.findings.push(finding),
                    None => drop(self.texts.insert(path, text.value)),
                }
            }
            Err(finding) => self.findings.push(*finding),
        }
    }
}

/// Writes the files of the new site.
struct SiteWriter<'s> {
    inputs: &'s SiteDefinitions,
    site: &'s Path,
    findings: Vec<Diagnostic>,
}

impl SiteWriter<'_> {
    /// Writes a file unless there is one. Returns whether it did.
    fn write(&mut self, path: &Path, bytes: &[u8]) -> bool {
        match self.try_write(path, bytes) {
            Ok(true) => true,
            Ok(false) => {
                let shown = display_path(path);
                let finding = Diagnostic::new(Code::LeftAlone)
                    .with("path", shown.clone())
                    .with("reason", "why-exists");
                self.findings.push(finding.with("target", shown));
                false
            }
            Err(finding) => {
                self.findings.push(*finding);
                false
            }
        }
    }

    fn try_write(&self, path: &Path, bytes: &[u8]) -> Result<bool, Box<Diagnostic>> {
        if source::exists(path) {
            return Ok(false);
        }
        pipeline::link_targets(self.site, &self.inputs.settings).check_writable(self.site, path)?;
        let place =
            |temporary: &Path| rename_to_new(temporary, path).map_err(OutputError::while_trying(Action::Write, path));
        write_aside(path, path, bytes, place).map_err(|fault| Box::new(fault.to_diagnostic()))
    }
}

/// What was not carried over: file by file, and once what is the same in all: keys of front matter, forms of addresses.
fn site_losses(folder: &Path, losses: &BTreeMap<String, Losses>) -> Vec<Diagnostic> {
    let mut of_all = Losses::default();
    let mut findings = Vec::new();
    for (path, losses) in losses {
        let mut own = Losses::default();
        for (loss, count, names) in losses.iter() {
            let is_of_all = matches!(loss, Loss::Key | Loss::Address);
            let target = if is_of_all { &mut of_all } else { &mut own };
            target.add_all(loss, count, names);
        }
        let path: PathBuf = path.split('/').collect();
        findings.append(&mut loss_findings(&folder.join(path), &own));
    }
    findings.append(&mut loss_findings(folder, &of_all));
    findings
}
