//! A session that follows a site's files: after every edit it shows what a build from nothing would write.
//!
//! Edits are random, with fixed seeds. A site that an edit has broken must go on being shown as it last was without
//! errors, and the errors must be those of a build.

use crate::common::edited_site::{EditedSite, Rng};
use crate::common::{FileTree, read_tree, repetitions};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use xiangyin::testing::pipeline::{Answer, NoProgress, Request, Session, SiteState, build};
use xiangyin::testing::source::Changes;

/// A site with a session that follows it.
struct FollowedSite {
    site: EditedSite,
    session: Session,
    files: FileTree,
    /// The last tree that a build could publish.
    last_published_tree: FileTree,
    /// How often a session saw an edit without errors.
    published: usize,
}

impl FollowedSite {
    fn new(policy: &str) -> Self {
        let site = EditedSite::new(policy);
        assert!(site.build().published);
        let mut followed = Self {
            session: Session::open(site.request.clone()),
            files: read_tree(&site.request.site),
            site,
            last_published_tree: FileTree::new(),
            published: 0,
        };
        followed.compare_with_clean_build("at first");
        followed
    }

    /// Lets the session see what changed on the disk since the last time: file by file, or that anything may have.
    fn update_session(&mut self, file_by_file: bool) {
        let now = read_tree(&self.site.request.site);
        let before = std::mem::replace(&mut self.files, now);
        let names: BTreeSet<&PathBuf> = before.keys().chain(self.files.keys()).collect();
        let changed = names
            .into_iter()
            .filter(|name| before.get(*name) != self.files.get(*name));
        let paths = changed.map(|name| self.site.request.site.join(name)).collect();
        let changes = if file_by_file {
            Changes::Paths(paths)
        } else {
            Changes::Anything
        };
        self.session.update(&changes);
    }

    /// Compares what is shown with what a build from nothing makes.
    fn compare_with_clean_build(&mut self, what: &str) {
        let clean = self.site.dir().join("clean");
        let request = Request {
            out: Some(clean.clone()),
            force: true,
            ..self.site.request.clone()
        };
        let built = build(&request, &NoProgress);
        let newest = self.session.latest();
        assert_eq!(newest.findings(), built.findings, "{what}");
        assert_eq!(newest.errors().next().is_none(), built.published, "{what}");
        if built.published {
            self.last_published_tree = read_tree(&clean);
            self.published += 1;
        }
        let shown = self.session.last_good();
        let differ: Vec<&PathBuf> = self
            .last_published_tree
            .iter()
            .filter(|(path, bytes)| !path.ends_with(".xiangyin") && shown_bytes(&shown, path) != **bytes)
            .map(|(path, _)| path)
            .collect();
        assert!(differ.is_empty(), "{what}: these differ from a build: {differ:?}");
    }
}

/// What is shown at the address of a file of a built tree.
fn shown_bytes(shown: &SiteState, path: &Path) -> Vec<u8> {
    match shown.answer(&format!("/{}", path.to_str().unwrap())) {
        Answer::Page(bytes) | Answer::Bytes(bytes) | Answer::Generated(_, bytes) => bytes,
        Answer::File(disk) => fs::read(disk).unwrap(),
        other => format!("{other:?}").into_bytes(),
    }
}

/// The sorts of edits that change the site and not what a build has made of it.
fn site_edits() -> impl Iterator<Item = usize> {
    (0..29).chain([37, 38])
}

fn run_random_edits(seed: u64, policy: &str, edits: usize) {
    let edits = repetitions(edits);
    let mut followed = FollowedSite::new(policy);
    let mut random = Rng::new(seed);
    let sorts: Vec<usize> = site_edits().collect();
    for step in 0..edits {
        let what = match followed.site.fix_broken_file(&mut random) {
            Some(what) => what,
            // Half of all edits are of what editors edit all day: texts, titles, summaries.
            None if random.below(2) == 0 => followed.site.edit_in_way([0, 1, 8, 10][random.below(4)], &mut random),
            None => followed.site.edit_in_way(sorts[random.below(sorts.len())], &mut random),
        };
        followed.update_session(random.below(5) > 0);
        followed.compare_with_clean_build(&format!("seed {seed}, step {step}: {what}"));
    }
    assert!(
        followed.published > edits / 2,
        "most edits leave a good site: {} of {edits}",
        followed.published
    );
}

#[test]
fn random_edits_to_a_site_with_written_reports() {
    run_random_edits(11, "written", 70);
}

#[test]
fn random_edits_to_a_site_with_generated_reports() {
    run_random_edits(12, "generate", 30);
}

#[test]
fn every_kind_of_edit_is_followed() {
    let mut followed = FollowedSite::new("generate");
    let mut random = Rng::new(13);
    for sort in site_edits() {
        let what = followed.site.edit_in_way(sort, &mut random);
        followed.update_session(true);
        followed.compare_with_clean_build(&format!("{sort}: {what}"));
    }
}

/// A site that is moved away and comes back is no site in between, and the pages stay.
#[test]
fn removed_site_comes_back() {
    let mut followed = FollowedSite::new("written");
    let (content, aside) = (
        followed.site.request.site.join("content"),
        followed.site.dir().join("aside"),
    );
    fs::rename(&content, &aside).unwrap();
    followed.session.update(&Changes::Anything);
    assert_eq!(followed.session.latest().errors().count(), 1);
    assert!(matches!(
        followed.session.last_good().answer("/volunteer/p0/"),
        Answer::Page(_)
    ));
    fs::rename(&aside, &content).unwrap();
    followed.session.update(&Changes::Anything);
    followed.compare_with_clean_build("after it came back");
}

#[test]
fn irrelevant_files_change_nothing() {
    let mut followed = FollowedSite::new("written");
    let site = followed.site.request.site.clone();
    let newest = followed.session.latest();
    for name in [
        "content/.a.md.swp",
        "content/study/~$a.md",
        "content/study/4913",
        "content/study/a.md~",
    ] {
        let path = site.join(name);
        let changes = Changes::Paths([path].into());
        assert!(!followed.session.update(&changes), "{name}");
    }
    // Saved as it was.
    let post = followed.site.posts()[0].clone();
    assert!(!followed.session.update(&Changes::Paths([post].into())));
    assert!(std::sync::Arc::ptr_eq(&newest, &followed.session.latest()));
}
