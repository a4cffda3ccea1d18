//! A small site that is edited at random and built again after each edit.

mod edits;
mod sources;

use super::read_tree;
pub(crate) use edits::EDIT_KINDS;
use jiff::civil::{Date, date};
use sources::write_site;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use xiangyin::testing::output::OutputLock;
use xiangyin::testing::pipeline::{NoProgress, Outcome, Request, build};

/// A sequence of numbers that is the same wherever it runs (xorshift64*, Vigna 2016).
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % bound
    }

    pub(crate) fn choose<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }
}

const FOLDERS: [&str; 5] = ["volunteer", "coverage", "study", "culture", "civility"];
const TODAY: Date = date(2023, 1, 31);

/// A site with its output folder and one for comparison.
pub(crate) struct EditedSite {
    dir: tempfile::TempDir,
    pub(crate) request: Request,
    /// The sorts of edits that were made.
    pub(crate) tried_edits: Vec<&'static str>,
    /// How many builds were published.
    pub(crate) published: usize,
    count: usize,
    /// A file that was broken, with its text as it was.
    broken_file: Option<(PathBuf, Vec<u8>)>,
}

/// A file or folder of the output, in its order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OutputEntry {
    pub(crate) name: String,
    pub(crate) is_file: bool,
}

/// What tells whether a file was touched: its number on the disk (where the system has one) and its time.
pub(crate) type InodeAndTime = (u64, std::time::SystemTime);

impl EditedSite {
    pub(crate) fn new(policy: &str) -> Self {
        // In memory where that can be had: hundreds of builds write some hundred files each.
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        let dir = dir.unwrap();
        write_site(dir.path(), policy);
        let request = Request {
            out: Some(dir.path().join("www/public")),
            program: "test".to_owned(),
            ..Request::new(dir.path().join("site"), TODAY)
        };
        fs::create_dir(dir.path().join("www")).unwrap();
        Self {
            dir,
            request,
            tried_edits: Vec::new(),
            published: 0,
            count: 0,
            broken_file: None,
        }
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.dir().join("www/public")
    }

    pub(crate) fn manifest(&self) -> PathBuf {
        let lock = OutputLock::acquire(&self.request.site, &self.out()).unwrap();
        lock.cache_folder().join("manifest")
    }

    pub(crate) fn build(&self) -> Outcome {
        build(&self.request, &NoProgress)
    }

    /// Builds again, and compares the tree with one made from nothing. A broken site must leave the tree alone.
    pub(crate) fn compare_with_clean_build(&mut self, what: &str) {
        let is_published = self.is_published_like_clean_build(what);
        self.published += usize::from(is_published);
    }

    fn is_published_like_clean_build(&self, what: &str) -> bool {
        let before = if self.out().is_dir() {
            read_tree(&self.out())
        } else {
            BTreeMap::new()
        };
        let outcome = self.build();
        let clean = self.dir().join("clean");
        let request = Request {
            out: Some(clean.clone()),
            force: true,
            ..self.request.clone()
        };
        let from_nothing = build(&request, &NoProgress);
        assert_eq!(
            outcome.published, from_nothing.published,
            "{what}: {:?}",
            outcome.findings
        );
        assert_eq!(outcome.findings, from_nothing.findings, "{what}");
        let found = read_tree(&self.out());
        if !outcome.published {
            assert!(found == before, "{what}: a broken site changed the tree");
            return false;
        }
        assert_eq!(
            (outcome.pages, outcome.files),
            (from_nothing.pages, from_nothing.files),
            "{what}"
        );
        let made = outcome.changes.iter().filter(|change| change.is_made()).count();
        assert_eq!(made + outcome.kept, outcome.files, "{what}");
        let expected = read_tree(&clean);
        if found != expected {
            let names: std::collections::BTreeSet<_> = found.keys().chain(expected.keys()).collect();
            let differ: Vec<_> = names
                .into_iter()
                .filter(|name| found.get(*name) != expected.get(*name))
                .collect();
            panic!("{what}: these differ from a build from nothing: {differ:?}");
        }
        true
    }

    /// All posts, in order of path.
    pub(crate) fn posts(&self) -> Vec<PathBuf> {
        let mut posts: Vec<PathBuf> = FOLDERS
            .iter()
            .flat_map(|folder| fs::read_dir(self.request.site.join("content").join(folder)).unwrap())
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "md") && !path.ends_with("_index.md"))
            .collect();
        posts.sort();
        posts
    }

    /// How every file and folder of the output looks.
    pub(crate) fn inodes_and_times(&self) -> BTreeMap<OutputEntry, InodeAndTime> {
        let mut looks = BTreeMap::new();
        let mut open = vec![self.out()];
        while let Some(next) = open.pop() {
            let is_file = next.is_file();
            let name = next.strip_prefix(self.out()).unwrap().to_string_lossy().into_owned();
            let metadata = fs::metadata(&next).unwrap();
            looks.insert(
                OutputEntry { name, is_file },
                (inode(&metadata), metadata.modified().unwrap()),
            );
            if !is_file {
                open.extend(fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()));
            }
        }
        looks
    }
}

#[cfg(unix)]
fn inode(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_metadata: &fs::Metadata) -> u64 {
    0
}

/// Adds text to the end of a file.
pub(crate) fn append(path: &Path, text: &str) {
    let mut bytes = fs::read(path).unwrap();
    bytes.extend(text.as_bytes());
    fs::write(path, bytes).unwrap();
}

/// Copies a tree with the times of its files and folders.
pub(crate) fn copy_with_times(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (old, new) = (
            entry.as_ref().unwrap().path(),
            to.join(entry.as_ref().unwrap().file_name()),
        );
        if old.is_dir() {
            copy_with_times(&old, &new);
        } else {
            fs::copy(&old, &new).unwrap();
            let time = fs::metadata(&old).unwrap().modified().unwrap();
            fs::File::options()
                .write(true)
                .open(&new)
                .unwrap()
                .set_modified(time)
                .unwrap();
        }
    }
    let time = fs::metadata(from).unwrap().modified().unwrap();
    fs::File::open(to).unwrap().set_modified(time).unwrap();
}
