//! The files that stay at home: what an editor should know about them, and the line that ends the warning.
//!
//! One finding names all files that nothing refers to, one all files that are never published. A file that was meant to
//! be a post has a finding of its own. Files to which only drafts and posts of the future refer are named nowhere: they
//! leave with their posts.

use crate::catalog::{Asset, AssetId};
use crate::config::PlacedText;
use crate::diag::{Code, Diagnostic, Place};
use crate::paths::{FileGlob, SourcePath};
use crate::site::{Fate, Site, globs};
use crate::source::{leftover_pattern, meant_post};
use crate::yaml::write_flow_item;
use std::collections::{BTreeMap, BTreeSet};

/// The most names in one finding.
const MAX_NAMES: usize = 20;

/// The most files that the line to write names one by one. More are named by their folders.
const MAX_PATTERNS: usize = 6;

/// Findings about files that are not published.
pub(super) fn find_unpublished(site: &Site<'_>) -> Vec<Diagnostic> {
    let finder = Finder {
        site,
        keep: globs(&site.settings.assets.keep),
    };
    let (near, leftovers): (Vec<&SourcePath>, Vec<&SourcePath>) =
        finder.leftovers().partition(|path| finder.meant(path).is_some());
    let mut findings: Vec<Diagnostic> = near.iter().map(|path| finder.near_post(path)).collect();
    let mut rest = Vec::new();
    let mut manuscripts: BTreeMap<&str, Vec<&SourcePath>> = BTreeMap::new();
    for asset in finder.unreferenced() {
        if asset.is_text_of_post() || finder.meant(asset.path()).is_some() {
            findings.push(finder.near_post(asset.path()));
        } else if finder.is_manuscript(asset.path()) {
            manuscripts.entry(asset.path().folder()).or_default().push(asset.path());
        } else {
            rest.push(asset.path());
        }
    }
    findings.extend(finder.web_pages());
    findings.extend(manuscripts.values().map(|paths| finder.manuscripts(paths)));
    findings.extend(finder.site_finding(Code::UnpublishedFiles, &rest));
    findings.extend(finder.site_finding(Code::NeverPublished, &leftovers));
    findings.extend(finder.unused_globs());
    findings
}

struct Finder<'f, 's> {
    site: &'f Site<'s>,
    keep: Vec<FileGlob>,
}

impl<'s> Finder<'_, 's> {
    fn is_kept(&self, path: &SourcePath) -> bool {
        let path = path.in_content().unwrap_or_default();
        self.keep.iter().any(|glob| glob.matches(path))
    }

    /// The files that nothing refers to and that the settings do not mention.
    fn unreferenced(&self) -> impl Iterator<Item = &'s Asset> {
        let is_rest = |id: &AssetId| self.site.publication.fate(*id) == Fate::Unreferenced;
        let catalog = self.site.catalog;
        let assets = catalog.assets.keys().filter(is_rest).map(|id| &catalog.assets[id]);
        assets.filter(|asset| !self.is_kept(asset.path()))
    }

    /// The web pages that something published refers to, and that the settings do not let out.
    fn web_pages(&self) -> impl Iterator<Item = Diagnostic> {
        let is_web_page = |id: &AssetId| self.site.publication.fate(*id) == Fate::WebPage;
        let assets = self.site.catalog.assets.keys().filter(is_web_page);
        assets.map(|id| {
            let path = self.site.catalog.assets[id].path();
            Diagnostic::new(Code::WebPageFile)
                .at(Place::whole_file(path.as_str()))
                .with("path", path.as_str())
                .with("publish", self.line("publish", &[path]))
        })
    }

    /// The files that are never published and that the settings do not mention.
    fn leftovers(&self) -> impl Iterator<Item = &'s SourcePath> {
        let is_kept = |path: &SourcePath| self.keep.iter().any(|glob| covers_leftover(glob, path));
        self.site.catalog.leftovers.iter().filter(move |path| !is_kept(path))
    }

    /// The name of the post that a file was meant to be. `None` when there is such a post: then it is a copy of it.
    fn meant(&self, path: &SourcePath) -> Option<String> {
        let name = meant_post(path)?;
        let post = SourcePath::new(&format!("{}/{name}", path.folder()));
        (!self.site.catalog.has_post(&post)).then_some(name)
    }

    fn near_post(&self, path: &SourcePath) -> Diagnostic {
        let meant = meant_post(path).unwrap_or_else(|| format!("{}.md", path.stem()));
        let keep = self.line("keep", &[path]);
        let finding = Diagnostic::new(Code::NearPost).at(Place::whole_file(path.as_str()));
        let finding = finding.with("path", path.as_str()).with("keep", keep);
        let post = SourcePath::new(&format!("{}/{meant}", path.folder()));
        match self.site.catalog.has_post(&post) {
            true => finding.with("taken", meant),
            false => finding.with("meant", meant),
        }
    }

    /// Whether a file is a Word file that looks like a manuscript: it lies where posts lie, is no copy of one of them,
    /// and is not called like an attachment.
    fn is_manuscript(&self, path: &SourcePath) -> bool {
        let catalog = self.site.catalog;
        if !["doc", "docx", "wps"].contains(&&*path.extension()) {
            return false;
        }
        let stem = path.stem();
        let is_attachment = ATTACHMENT_WORDS.iter().any(|word| stem.contains(word)) || stem.ends_with('表');
        let folder = path
            .in_content()
            .and_then(|path| path.split_once('/'))
            .map_or("", |(top, _)| top);
        let is_of_kind = catalog.kinds.of_folder(folder).is_some_and(|kind| kind.dated);
        let post = SourcePath::new(&format!("{}/{stem}.md", path.folder()));
        is_of_kind && !is_attachment && !catalog.has_post(&post)
    }

    /// The finding about the manuscripts of one folder.
    fn manuscripts(&self, paths: &[&SourcePath]) -> Diagnostic {
        let names: Vec<&str> = paths.iter().map(|path| path.file_name()).collect();
        let first = paths.first().map_or("", |path| path.as_str());
        let finding = Diagnostic::new(Code::NearPost).at(Place::whole_file(first));
        let finding = finding.with("path", first).with("keep", self.line("keep", paths));
        with_names(finding.with("word", "Word"), &names)
    }

    /// The finding about files that the site does not publish. `None` when there are none.
    fn site_finding(&self, code: Code, paths: &[&SourcePath]) -> Option<Diagnostic> {
        if paths.is_empty() {
            return None;
        }
        let place = self.site.settings.assets.place.clone();
        let place = place.unwrap_or_else(|| Place::whole_file("content/site.yaml"));
        let names: Vec<&str> = paths.iter().filter_map(|path| path.in_content()).collect();
        let finding = with_names(Diagnostic::new(code).at(place), &names);
        Some(match code {
            Code::NeverPublished => finding.with("keep", self.line_with("keep", &leftover_patterns(paths))),
            _ => {
                let finding = finding.with("keep", self.line("keep", paths));
                finding.with("publish", self.line("publish", paths))
            }
        })
    }

    /// The setting with `paths` added to the list `key`, as a line of `site.yaml`.
    fn line(&self, key: &str, paths: &[&SourcePath]) -> String {
        self.line_with(key, &patterns(paths))
    }

    /// The setting with `added` added to the list `key`, as a line of `site.yaml`.
    fn line_with(&self, key: &str, added: &[String]) -> String {
        let assets = &self.site.settings.assets;
        let list = |name: &str, written: &[PlacedText]| {
            let written = written.iter().map(|glob| glob.text.clone());
            let added = added.iter().filter(|_| name == key).cloned();
            let items: Vec<String> = written.chain(added).map(|text| write_flow_item(&text)).collect();
            (!items.is_empty()).then(|| format!("{name}: [{}]", items.join(", ")))
        };
        let lists = [list("publish", &assets.publish), list("keep", &assets.keep)];
        let lists: Vec<String> = lists.into_iter().flatten().collect();
        format!("assets: {{{}}}", lists.join(", "))
    }

    /// Findings about patterns of the settings that do nothing.
    fn unused_globs(&self) -> Vec<Diagnostic> {
        let catalog = self.site.catalog;
        let paths = |ids: &mut dyn Iterator<Item = AssetId>| -> Vec<&str> {
            ids.filter_map(|id| catalog.assets[id].path().in_content()).collect()
        };
        let all = paths(&mut catalog.assets.keys());
        let staying = paths(
            &mut catalog
                .assets
                .keys()
                .filter(|id| !self.site.publication.is_published(*id)),
        );
        let covers = |glob: &FileGlob, paths: &[&str]| paths.iter().any(|path| glob.matches(path));
        let covers_leftover = |glob: &FileGlob| catalog.leftovers.iter().any(|path| covers_leftover(glob, path));
        let assets = &self.site.settings.assets;
        let of_publish = assets.publish.iter().filter_map(|written| {
            let glob = FileGlob::new(&written.text);
            let reason = match () {
                () if covers(&glob, &all) => return None,
                () if covers_leftover(&glob) => "glob-never",
                () => "glob-nothing",
            };
            Some(unused_glob("publish", written, reason))
        });
        let of_keep = assets.keep.iter().filter_map(|written| {
            let glob = FileGlob::new(&written.text);
            let reason = match () {
                () if covers(&glob, &staying) || covers_leftover(&glob) => return None,
                () if covers(&glob, &all) => "glob-published",
                () => "glob-nothing",
            };
            Some(unused_glob("keep", written, reason))
        });
        of_publish.chain(of_keep).collect()
    }
}

/// Whether a pattern covers a file or folder that is never published, or what lies in such a folder.
fn covers_leftover(glob: &FileGlob, path: &SourcePath) -> bool {
    let path = path.in_content().unwrap_or_default();
    glob.matches(path) || glob.matches(&format!("{path}/-"))
}

fn unused_glob(key: &str, written: &PlacedText, reason: &str) -> Diagnostic {
    Diagnostic::new(Code::UnusedGlob)
        .at(written.place.clone())
        .with("key", key)
        .with("glob", written.text.as_str())
        .with("reason", reason)
}

/// Words in the names of attachments and forms.
const ATTACHMENT_WORDS: [&str; 22] = [
    "附件",
    "附表",
    "名单",
    "名册",
    "花名",
    "通讯录",
    "台账",
    "登记",
    "报名",
    "签到",
    "汇总",
    "清单",
    "模板",
    "模版",
    "样表",
    "申请",
    "通知",
    "方案",
    "合同",
    "协议",
    "制度",
    "预算",
];

/// Adds the first names, and how many there are.
fn with_names(finding: Diagnostic, names: &[&str]) -> Diagnostic {
    let shown = &names[..names.len().min(MAX_NAMES)];
    let finding = finding
        .with("count", names.len().to_string())
        .with("names", shown.join(", "));
    let more = names.len() - shown.len();
    finding.with_some("more", (more > 0).then(|| more.to_string()))
}

/// Patterns that cover `paths`: the paths themselves, or where there are many, their folders and extensions, or where
/// these are many, too, their topmost folders.
fn patterns(paths: &[&SourcePath]) -> Vec<String> {
    let exact = |path: &SourcePath| path.in_content().unwrap_or_default().to_owned();
    let of_extension = |path: &SourcePath| match path.extension().is_empty() {
        true => exact(path),
        false => {
            let (stem, whole) = (path.stem(), exact(path));
            let folder = &whole[..whole.len() - path.file_name().len()];
            format!("{folder}*{}", &path.file_name()[stem.len()..])
        }
    };
    let topmost = |path: &SourcePath| match exact(path).split_once('/') {
        Some((top, _)) => format!("{top}/**"),
        None => of_extension(path),
    };
    let distinct = |pattern: &dyn Fn(&SourcePath) -> String| -> BTreeSet<String> {
        paths.iter().map(|path| pattern(path)).collect()
    };
    let short = [distinct(&exact), distinct(&of_extension)].into_iter();
    let patterns = short.into_iter().find(|patterns| patterns.len() <= MAX_PATTERNS);
    patterns.unwrap_or_else(|| distinct(&topmost)).into_iter().collect()
}

/// Patterns that cover files that are never published, wherever they are, and as little else as possible.
fn leftover_patterns(paths: &[&SourcePath]) -> Vec<String> {
    if paths.len() <= MAX_PATTERNS {
        return patterns(paths);
    }
    let distinct: BTreeSet<String> = paths.iter().map(|path| leftover_pattern(path.file_name())).collect();
    distinct.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(paths: &[&str], patterns: fn(&[&SourcePath]) -> Vec<String>) -> Vec<String> {
        let paths: Vec<SourcePath> = paths.iter().map(|path| SourcePath::new(path)).collect();
        patterns(&paths.iter().collect::<Vec<_>>())
    }

    #[test]
    fn many_files_are_named_by_their_folders() {
        let few = ["content/a b.pdf", "content/x/名单.xlsx"];
        assert_eq!(on(&few, patterns), ["a b.pdf", "x/名单.xlsx"]);
        let many: Vec<String> = (0..9).map(|at| format!("content/x/{at}.pdf")).collect();
        let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
        many.extend(["content/a.pdf", "content/b.pdf", "content/LICENSE"]);
        assert_eq!(on(&many, patterns), ["*.pdf", "LICENSE", "x/*.pdf"]);
        many.extend([
            "content/x/1/a.pdf",
            "content/x/2/a.pdf",
            "content/x/3/a.pdf",
            "content/x/4/a.pdf",
        ]);
        assert_eq!(on(&many, patterns), ["*.pdf", "LICENSE", "x/**"]);
    }

    #[test]
    fn files_that_are_never_published_are_named_by_what_they_are() {
        let many = [
            "content/a/.DS_Store",
            "content/b/.DS_Store",
            "content/a/~$名单.docx",
            "content/a.md.bak",
            "content/b/x.bak",
            "content/id_rsa",
            "content/b/Thumbs.db",
        ];
        let expected = ["**/*.bak", "**/.DS_Store", "**/Thumbs.db", "**/id_rsa", "**/~$*"];
        assert_eq!(on(&many, leftover_patterns), expected);
    }
}
