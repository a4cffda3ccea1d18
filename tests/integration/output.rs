//! The output folder through the stage: what is replaced, what is refused, and how a failure is told.

#[cfg(unix)]
mod unix;

use std::fs;
use std::path::{Path, PathBuf};
use xiangyin::testing::output::{OutputError, OutputLock, RefusalReason, Stage};
use xiangyin::testing::paths::{OutputPath, UrlPath};

/// A site's folder and an output folder's name beside its content.
struct SiteWithOutput {
    dir: tempfile::TempDir,
}

impl SiteWithOutput {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("site/content")).unwrap();
        fs::write(dir.path().join("site/content/site.yaml"), "title: 测试\n").unwrap();
        Self { dir }
    }

    fn site(&self) -> PathBuf {
        self.dir.path().join("site")
    }

    fn out(&self) -> PathBuf {
        self.site().join("public")
    }

    fn open_stage(&self) -> Result<Stage, OutputError> {
        open_stage(&self.site(), &self.out())
    }

    /// Publishes a tree of one page that says `text`.
    fn publish(&self, text: &str) {
        let stage = self.open_stage().unwrap();
        stage.write(&output_path("/"), text.as_bytes()).unwrap();
        assert!(stage.commit().unwrap().remove_old().is_none());
    }

    fn home_page(&self) -> String {
        fs::read_to_string(self.out().join("index.html")).unwrap()
    }

    /// Names in the site's folder, in order.
    fn folder_entries(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.site())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// Claims `out`, the output folder of the site in `site`, and opens a staging folder beside it.
fn open_stage(site: &Path, out: &Path) -> Result<Stage, OutputError> {
    Stage::with_lock(OutputLock::acquire(site, out)?)
}

fn output_path(url: &str) -> OutputPath {
    OutputPath::from_url(&UrlPath::file(url))
}

fn refusal_reason(fault: Result<Stage, OutputError>) -> RefusalReason {
    match fault {
        Err(OutputError::NotOurs { why, .. }) => why,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

#[test]
fn second_build_replaces_the_whole_tree() {
    let place = SiteWithOutput::new();
    let stage = place.open_stage().unwrap();
    stage.write(&output_path("/"), b"one").unwrap();
    stage.write(&output_path("/gone/"), b"gone").unwrap();
    let _ = stage.commit().unwrap().remove_old();
    place.publish("two");
    assert_eq!(place.home_page(), "two");
    assert!(!place.out().join("gone").exists());
    assert_eq!(place.folder_entries(), ["content", "public"]);
}

#[test]
fn empty_folder_and_missing_parent_are_accepted() {
    let place = SiteWithOutput::new();
    fs::create_dir(place.out()).unwrap();
    place.publish("one");
    assert_eq!(place.home_page(), "one");
    let deep = place.dir.path().join("a/b/c");
    let stage = open_stage(&place.site(), &deep).unwrap();
    let _ = stage.commit().unwrap().remove_old();
    assert!(deep.join(".xiangyin").exists());
}

#[test]
fn foreign_folder_is_refused_and_untouched() {
    let place = SiteWithOutput::new();
    fs::create_dir(place.out()).unwrap();
    fs::write(place.out().join("thesis.docx"), "mine").unwrap();
    assert_eq!(refusal_reason(place.open_stage()), RefusalReason::NotEmpty);
    assert_eq!(fs::read_to_string(place.out().join("thesis.docx")).unwrap(), "mine");
    assert_eq!(place.folder_entries(), ["content", "public"]);
}

#[test]
fn files_and_folders_around_the_site_are_refused() {
    let place = SiteWithOutput::new();
    let site = place.site();
    fs::write(place.out(), "a file").unwrap();
    assert_eq!(refusal_reason(place.open_stage()), RefusalReason::IsFile);
    let cases = [
        (site.clone(), RefusalReason::HoldsSite),
        (place.dir.path().to_owned(), RefusalReason::HoldsSite),
        (PathBuf::from("/"), RefusalReason::HoldsSite),
        (site.join("content/out"), RefusalReason::InSources),
        (site.join("themes/mine/out"), RefusalReason::InSources),
    ];
    for (out, why) in cases {
        assert_eq!(refusal_reason(open_stage(&site, &out)), why, "{}", out.display());
    }
    assert!(!site.join("themes").exists(), "a refusal makes no folders");
}

#[test]
fn folder_of_another_site_is_refused_despite_its_marker() {
    let (place, other) = (SiteWithOutput::new(), SiteWithOutput::new());
    fs::write(
        other.site().join(".xiangyin"),
        "This folder is made by xiangyin; it is replaced as a whole at every build.\n",
    )
    .unwrap();
    assert_eq!(
        refusal_reason(open_stage(&place.site(), &other.site())),
        RefusalReason::HoldsSite
    );
}

#[test]
fn foreign_file_that_appears_during_a_build_is_kept() {
    let place = SiteWithOutput::new();
    let stage = place.open_stage().unwrap();
    fs::create_dir(place.out()).unwrap();
    fs::write(place.out().join("mine"), "mine").unwrap();
    assert!(matches!(stage.commit(), Err(OutputError::NotOurs { .. })));
    assert_eq!(place.folder_entries(), ["content", "public"]);
    assert!(place.out().join("mine").exists());
}

#[test]
fn aborted_build_leaves_only_the_old_site() {
    let place = SiteWithOutput::new();
    place.publish("one");
    let stage = place.open_stage().unwrap();
    stage.write(&output_path("/a/b/c/"), b"two").unwrap();
    drop(stage);
    assert_eq!(place.home_page(), "one");
    assert_eq!(place.folder_entries(), ["content", "public"]);
}

#[test]
fn two_builds_to_one_folder_do_not_mix() {
    let place = SiteWithOutput::new();
    let first = place.open_stage().unwrap();
    assert!(matches!(place.open_stage(), Err(OutputError::Busy { .. })));
    first.write(&output_path("/"), b"first").unwrap();
    let committed = first.commit().unwrap();
    assert!(
        matches!(place.open_stage(), Err(OutputError::Busy { .. })),
        "until the old tree is gone"
    );
    let _ = committed.remove_old();
    assert_eq!(place.home_page(), "first");
    place.publish("second");
}

#[test]
fn only_temporary_folders_of_killed_builds_are_removed() {
    let place = SiteWithOutput::new();
    place.publish("one");
    let left = place.site().join(".public.xiangyin-new-0123456789abcdef");
    fs::create_dir(&left).unwrap();
    fs::copy(place.out().join(".xiangyin"), left.join(".xiangyin")).unwrap();
    fs::write(left.join("half.html"), "<p>").unwrap();
    let alike = place.site().join(".public.xiangyin-notes");
    fs::create_dir(&alike).unwrap();
    fs::write(alike.join("a.txt"), "mine").unwrap();
    place.publish("two");
    assert_eq!(place.folder_entries(), [".public.xiangyin-notes", "content", "public"]);
}

#[test]
fn old_site_that_was_moved_aside_is_restored() {
    let place = SiteWithOutput::new();
    place.publish("one");
    fs::rename(place.out(), place.site().join(".public.xiangyin-old-0123456789abcdef")).unwrap();
    drop(place.open_stage().unwrap());
    assert_eq!(place.home_page(), "one");
}

#[test]
fn output_paths_cannot_escape_or_collide() {
    let place = SiteWithOutput::new();
    let stage = place.open_stage().unwrap();
    for escape in ["/../x", "/a/../../x", "//x", "/a/./b", "/a//b"] {
        let output = OutputPath::from_url(&UrlPath::folder(escape));
        let harmless =
            !output.as_str().contains("..") && !output.as_str().contains("//") && !output.as_str().contains("/./");
        assert_eq!(stage.write(&output, b"x").is_ok(), harmless, "{escape}");
    }
    stage.write(&output_path("/twice.txt"), b"1").unwrap();
    let fault = stage.write(&output_path("/twice.txt"), b"2").unwrap_err();
    assert_eq!(fault.reason(), "exists");
    assert!(stage.write(&output_path("/.xiangyin"), b"x").is_err());
}

#[test]
fn copies_share_nothing_with_their_source() {
    let place = SiteWithOutput::new();
    let source = place.site().join("content/a.jpg");
    fs::write(&source, "picture").unwrap();
    let stage = place.open_stage().unwrap();
    stage.make_folders(&[output_path("/x/y/a.jpg")]).unwrap();
    stage.copy(&output_path("/x/y/a.jpg"), &source).unwrap();
    let _ = stage.commit().unwrap().remove_old();
    fs::write(&source, "changed").unwrap();
    assert_eq!(fs::read_to_string(place.out().join("x/y/a.jpg")).unwrap(), "picture");
}

#[test]
fn too_long_name_is_reported_with_its_final_path() {
    let place = SiteWithOutput::new();
    let stage = place.open_stage().unwrap();
    let fault = stage
        .write(&output_path(&format!("/{}.html", "a".repeat(300))), b"x")
        .unwrap_err();
    assert_eq!(fault.reason(), "name-too-long");
    let OutputError::Io { path, .. } = &fault else { panic!() };
    assert!(path.starts_with(fs::canonicalize(place.site()).unwrap().join("public")));
}
