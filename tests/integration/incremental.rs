//! Builds that make only what changed: after every edit the tree equals one made from nothing.
//!
//! Sites are edited at random, with fixed seeds, in every way that editors, theme makers and accidents have; some edits
//! break the site. In-process, because hundreds of builds are made.

use crate::common::edited_site::{EDIT_KINDS, EditedSite, Rng, append, copy_with_times};
use crate::common::{read_tree, repetitions};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Edits one site `edits` times at random, and compares after each.
fn run_random_edits(seed: u64, policy: &str, edits: usize) {
    let edits = repetitions(edits);
    let mut site = EditedSite::new(policy);
    let mut random = Rng::new(seed);
    site.compare_with_clean_build("the first build");
    for step in 0..edits {
        let what = site.edit(&mut random);
        site.compare_with_clean_build(&format!("seed {seed}, step {step}: {what}"));
    }
    let tried: BTreeSet<&str> = site.tried_edits.iter().copied().collect();
    assert!(tried.len() > edits / 4, "many sorts of edits were tried: {tried:?}");
    assert!(
        site.published > edits * 2 / 3,
        "most edits leave a good site: {} of {edits}",
        site.published
    );
}

#[test]
fn random_edits_to_a_site_with_written_reports() {
    run_random_edits(1, "written", 70);
}

#[test]
fn random_edits_to_a_site_with_generated_reports() {
    run_random_edits(2, "generate", 50);
}

#[test]
fn random_edits_with_another_seed() {
    run_random_edits(3, "written", 50);
}

/// Every sort of edit once, one after the other, so that none depends on chance.
#[test]
fn every_kind_of_edit_equals_a_clean_build() {
    let mut site = EditedSite::new("generate");
    let mut random = Rng::new(4);
    site.compare_with_clean_build("the first build");
    for sort in 0..EDIT_KINDS {
        let what = site.edit_in_way(sort, &mut random);
        site.compare_with_clean_build(&format!("{sort}: {what}"));
    }
    assert!(
        site.published > EDIT_KINDS * 2 / 3,
        "{} of {}",
        site.published,
        EDIT_KINDS
    );
}

#[test]
fn unchanged_site_touches_no_file() {
    let site = EditedSite::new("generate");
    let first = site.build();
    assert!(first.published && first.kept == 0 && first.changes.len() == first.files);
    let before = site.inodes_and_times();
    let again = site.build();
    assert_eq!((again.kept, again.changes.len()), (first.files, 0));
    assert_eq!((again.pages, again.files), (first.pages, first.files));
    assert_eq!(again.findings, first.findings);
    assert_eq!(site.inodes_and_times(), before, "no file and no folder was touched");
    // A file that is saved as it was is no change.
    let post = site.posts()[0].clone();
    let text = fs::read(&post).unwrap();
    fs::remove_file(&post).unwrap();
    fs::write(&post, text).unwrap();
    assert_eq!(site.build().kept, first.files);
    assert_eq!(site.inodes_and_times(), before);
}

#[test]
fn changed_body_leaves_other_pages_untouched() {
    let mut site = EditedSite::new("written");
    let _ = site.build();
    let before = site.inodes_and_times();
    // Below the part that makes the summary: the page shows it, and the feed that has the whole text of this post.
    let old = site
        .posts()
        .into_iter()
        .find(|post| post.ends_with("volunteer/p0.md"))
        .unwrap();
    append(&old, "\n\n末尾补了一段。\n");
    let outcome = site.build();
    let made: Vec<&str> = outcome.changes.iter().map(|change| change.output.as_str()).collect();
    // And what the text is looked up in: here that is a good part of a small index.
    let (search, pages): (Vec<&str>, Vec<&str>) = made.iter().partition(|output| output.starts_with("search/"));
    assert_eq!(pages, ["volunteer/feed.xml", "volunteer/p0/index.html"]);
    assert_eq!(
        search
            .iter()
            .filter(|output| output.starts_with("search/texts/"))
            .count(),
        1
    );
    assert!(search.contains(&"search/overview.js") && !search.contains(&"search/index.html"));
    let reason = |output| {
        outcome
            .changes
            .iter()
            .find(|change| change.output == output)
            .map(|change| change.reason.parts().to_vec())
    };
    assert_eq!(reason("volunteer/feed.xml").unwrap(), ["feed"]);
    assert_eq!(reason("volunteer/p0/index.html").unwrap(), ["post"]);
    assert_eq!(reason("search/overview.js").unwrap(), ["search"]);
    assert_eq!(outcome.kept, outcome.files - made.len());
    let after = site.inodes_and_times();
    for (path, look) in &before {
        if path.is_file && !made.contains(&path.name.as_str()) {
            assert_eq!(after.get(path), Some(look), "{}", path.name);
        }
    }
    site.compare_with_clean_build("a body");
}

/// After an edit, the cache holds the tree once more, in links. Whatever happens to that copy, the next tree is right.
#[test]
fn copy_of_the_tree_may_be_lost_or_changed() {
    let mut site = EditedSite::new("written");
    let _ = site.build();
    let cache = site.manifest().parent().unwrap().to_owned();
    let (copy, record) = (cache.join("spare"), cache.join("spare-record"));
    assert!(!copy.exists(), "nothing is kept of a full rebuild");
    let post = site.posts()[0].clone();
    let edit = |what: &str| append(&post, &format!("\n\n又补了一段：{what}。\n"));
    edit("以后有副本");
    let _ = site.build();
    assert!(read_tree(&copy) == read_tree(&site.out()));
    // A withdrawn post is not in the copy either.
    let withdrawn = site.posts()[1].clone();
    let page = |tree: &Path| {
        let name = withdrawn.file_stem().unwrap().to_str().unwrap().to_owned();
        let folder = withdrawn.parent().unwrap().file_name().unwrap();
        tree.join(folder).join(name).exists()
    };
    assert!(page(&copy) && page(&site.out()));
    fs::remove_file(&withdrawn).unwrap();
    site.compare_with_clean_build("a withdrawn post");
    assert!(copy.is_dir() && !page(&copy) && !page(&site.out()));
    let accidents: [(&str, &dyn Fn()); 8] = [
        ("a file is gone", &|| fs::remove_file(copy.join("index.html")).unwrap()),
        ("a page is gone", &|| {
            fs::remove_dir_all(copy.join("volunteer")).unwrap();
        }),
        ("a file is new", &|| {
            fs::write(copy.join("volunteer/foreign.html"), "x").unwrap()
        }),
        ("a folder is new", &|| fs::create_dir(copy.join("foreign")).unwrap()),
        ("a file is changed", &|| append(&copy.join("index.html"), "x")),
        ("a file is another", &|| {
            let path = copy.join("index.html");
            fs::remove_file(&path).unwrap();
            fs::write(path, "x").unwrap();
        }),
        ("the record is gone", &|| fs::remove_file(&record).unwrap()),
        ("the record is damaged", &|| {
            let mut bytes = fs::read(&record).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(&record, bytes).unwrap();
        }),
    ];
    for (what, accident) in accidents {
        accident();
        edit(what);
        site.compare_with_clean_build(what);
        edit("再来一次");
        site.compare_with_clean_build(what);
        assert!(read_tree(&copy) == read_tree(&site.out()), "{what}");
    }
    // The record of one tree with the copy of another, as after a killed build.
    let (old_copy, old_record) = (cache.join("old"), fs::read(&record).unwrap());
    copy_with_times(&copy, &old_copy);
    site.edit_in_way(0, &mut Rng::new(5));
    fs::write(
        site.request.site.join("content/study/new.md"),
        "---\ntitle: 新的\ndate: 2022-05-12\n---\n\n文。\n",
    )
    .unwrap();
    site.compare_with_clean_build("a new post");
    fs::remove_dir_all(&copy).unwrap();
    fs::rename(&old_copy, &copy).unwrap();
    fs::write(&record, old_record).unwrap();
    edit("最后");
    site.compare_with_clean_build("an old copy");
}

/// Has the next build make the tree from nothing.
type BuildAnewFn = fn(&mut EditedSite);

/// A copy stays in the cache while the tree is made from nothing. It is then of another tree, with files of the same names.
#[test]
fn copy_of_an_older_tree_is_not_used() {
    let anew: [(&str, BuildAnewFn); 4] = [
        ("the tree is gone", |site| fs::remove_dir_all(site.out()).unwrap()),
        ("forced", |site| site.request.force = true),
        ("another address", |site| {
            site.request.base_url = Some("https://new.example/".to_owned());
        }),
        ("another program", |site| site.request.program = "other".to_owned()),
    ];
    for (what, make_anew) in anew {
        let mut site = EditedSite::new("written");
        let _ = site.build();
        let (first, second) = (site.posts()[0].clone(), site.posts()[1].clone());
        append(&first, "\n\n旧的一段。\n");
        let _ = site.build();
        let copy = site.manifest().parent().unwrap().join("spare");
        assert!(copy.is_dir(), "{what}");
        let text = fs::read_to_string(&first).unwrap().replace("旧的一段", "新的一段");
        fs::write(&first, text).unwrap();
        make_anew(&mut site);
        let _ = site.build();
        site.request.force = false;
        append(&second, "\n\n补一段。\n");
        site.compare_with_clean_build(what);
        let again = site.build();
        assert_eq!(again.kept, again.files, "{what}: the record is that of the tree");
    }
}

/// A tree that the manifest does not describe, because a build was killed after the exchange, or because another computer
/// built it: what it has and the new one has not stays away for good.
#[test]
fn copy_of_an_unknown_tree_brings_nothing_back() {
    let mut site = EditedSite::new("written");
    let _ = site.build();
    let post = site.posts()[0].clone();
    append(&post, "\n\n补一段。\n");
    let _ = site.build();
    let manifest = fs::read(site.manifest()).unwrap();
    site.add_post("civility/withdrawn.md", "2022-03-09");
    let _ = site.build();
    assert!(site.out().join("civility/withdrawn").is_dir());
    fs::write(site.manifest(), manifest).unwrap();
    fs::remove_file(site.request.site.join("content/civility/withdrawn.md")).unwrap();
    for round in 0..4 {
        site.compare_with_clean_build(&format!("{round}: the post was taken back"));
        assert!(!site.out().join("civility/withdrawn").exists(), "{round}");
        append(&post, &format!("\n\n再补一段，第{round}次。\n"));
    }
}

/// A number that only the office sees may ask for a summary, and a public quotient may divide it.
#[test]
fn summary_that_a_hidden_metric_counts_changes_figures() {
    let mut site = EditedSite::new("generate");
    let metrics = "coverage.told: {label: 有摘要的, unit: 篇, of: coverage, where: {summary: {given: true}}, internal: true}\n\
                   coverage.share: {label: 有摘要的占比, unit: '%', ratio: [coverage.told, coverage.all]}\n";
    fs::write(site.request.site.join("content/_metrics.yaml"), metrics).unwrap();
    site.compare_with_clean_build("the metrics");
    assert_eq!(site.published, 1);
    let coverage = site
        .posts()
        .into_iter()
        .filter(|post| post.to_string_lossy().contains("/coverage/"));
    for post in coverage.take(3) {
        let text = fs::read_to_string(&post).unwrap();
        assert!(!text.contains("summary:"));
        fs::write(&post, text.replacen("---\n", "---\nsummary: 一句话。\n", 1)).unwrap();
        site.compare_with_clean_build("a summary");
    }
}

#[test]
fn broken_site_keeps_tree_and_manifest() {
    let site = EditedSite::new("written");
    let _ = site.build();
    let (before, manifest) = (site.inodes_and_times(), fs::read(site.manifest()).unwrap());
    let post = site.posts()[0].clone();
    let text = fs::read_to_string(&post).unwrap();
    fs::write(&post, text.replace("date: ", "date：")).unwrap();
    let outcome = site.build();
    assert!(!outcome.published && outcome.changes.is_empty());
    assert_eq!(site.inodes_and_times(), before);
    assert_eq!(fs::read(site.manifest()).unwrap(), manifest);
    fs::write(&post, text).unwrap();
    let mended = site.build();
    assert!(mended.published && mended.changes.is_empty());
    assert_eq!(site.inodes_and_times(), before);
}

/// What is shown of a post, and by whom, decides what is made anew.
#[test]
fn only_affected_files_are_rebuilt() {
    let mut site = EditedSite::new("written");
    let _ = site.build();
    let made = |site: &EditedSite| -> Vec<String> {
        let changes = site.build().changes;
        changes.into_iter().map(|change| change.output).collect()
    };
    // A template: the pages that are made with it, and no others.
    site.change_template("templates/kind.html");
    let kinds = made(&site);
    let is_list = |path: &String| path.split('/').count() == 2 || path.contains("/page/");
    assert!(!kinds.is_empty() && kinds.iter().all(is_list), "{kinds:?}");
    assert!(kinds.contains(&"study/index.html".to_owned()) && !kinds.contains(&"tags/index.html".to_owned()));
    // A component that only a text calls: that text's page.
    site.add_notice("study/p1.md");
    let _ = site.build();
    site.change_template("templates/shortcodes/notice.html");
    let noticed = made(&site);
    assert!(noticed.contains(&"study/p1/index.html".to_owned()), "{noticed:?}");
    assert!(!noticed.contains(&"study/p2/index.html".to_owned()), "{noticed:?}");
    // A picture: its copy, and the Word file that has it; pages only name it.
    site.change_picture("images/a.jpg");
    assert_eq!(
        made(&site),
        [
            "images/a.330.jpg",
            "images/a.330.webp",
            "images/a.jpg",
            "reports/2022-h1/report.docx"
        ]
    );
    // A new post: its page, its neighbour's, and what lists it.
    site.add_post("civility/new.md", "2022-03-09");
    let listed = made(&site);
    for output in [
        "civility/new/index.html",
        "civility/index.html",
        "civility/feed.xml",
        "archive/2022/index.html",
        "index.html",
        "sitemap.xml",
    ] {
        assert!(listed.contains(&output.to_owned()), "{output}: {listed:?}");
    }
    for output in ["study/p2/index.html", "robots.txt", "villages/shiqiao/index.html"] {
        assert!(!listed.contains(&output.to_owned()), "{output}: {listed:?}");
    }
    site.compare_with_clean_build("after all that");
}

/// A title is shown in many files and counted in none: those with figures are made again only where they name the post.
#[test]
fn new_title_makes_only_the_files_that_differ() {
    let mut site = EditedSite::new("generate");
    let mut random = Rng::new(6);
    let _ = site.build();
    for round in 0..6 {
        let before = read_tree(&site.out());
        let what = site.edit_in_way(1, &mut random);
        let outcome = site.build();
        let after = read_tree(&site.out());
        let has_figures = |output: &&str| output.starts_with("stats/") || output.starts_with("reports/");
        let made: Vec<&str> = outcome.changes.iter().map(|change| change.output.as_str()).collect();
        let figures: Vec<&str> = made.iter().copied().filter(has_figures).collect();
        let same = |output: &&&str| before.get(Path::new(**output)) == after.get(Path::new(**output));
        let needless: Vec<&&str> = figures.iter().filter(same).collect();
        assert_eq!(needless, Vec::<&&str>::new(), "{round}: {what}");
        assert!(
            figures.iter().any(|output| output.ends_with(".json")),
            "{what}: {made:?}"
        );
        site.compare_with_clean_build(&what);
    }
}

/// The lists of a kind's years show their own posts only, and come and go with them.
#[test]
fn post_leaves_lists_of_other_years_untouched() {
    let mut site = EditedSite::new("written");
    site.add_post("volunteer/old.md", "2021-03-09");
    site.compare_with_clean_build("a second year");
    let has_years = |site: &EditedSite| site.out().join("volunteer/years").is_dir();
    assert!(has_years(&site) && site.out().join("volunteer/years/2022/page/2").is_dir());
    let post = site.posts().into_iter().find(|post| post.ends_with("old.md")).unwrap();
    let replace = |old: &str, new: &str| {
        let text = fs::read_to_string(&post).unwrap();
        assert!(text.contains(old));
        fs::write(&post, text.replace(old, new)).unwrap();
    };
    replace("title: 第99次活动", "title: 第一次活动");
    let changes = site.build().changes;
    let made: Vec<&str> = changes.iter().map(|change| change.output.as_str()).collect();
    let lists: Vec<&&str> = made.iter().filter(|output| output.contains("/years/")).collect();
    assert_eq!(lists, [&"volunteer/years/2021/index.html"]);
    assert!(made.contains(&"volunteer/page/2/index.html"), "{made:?}");
    assert!(!made.contains(&"volunteer/index.html"), "{made:?}");
    replace("date: 2021-03-09", "date: 2022-03-09");
    site.compare_with_clean_build("one year again");
    assert!(!has_years(&site));
}

#[test]
fn mismatched_manifest_and_tree_are_rebuilt_correctly() {
    let mut site = EditedSite::new("written");
    let _ = site.build();
    let (old_tree, old_manifest) = (site.dir().join("old-tree"), fs::read(site.manifest()).unwrap());
    copy_with_times(&site.out(), &old_tree);
    let post = site.posts()[0].clone();
    append(&post, "\n\n又一段。\n");
    let _ = site.build();
    let new_manifest = fs::read(site.manifest()).unwrap();
    // The new tree, as a build leaves it that is killed before it writes the manifest.
    fs::write(site.manifest(), &old_manifest).unwrap();
    site.compare_with_clean_build("an old manifest with a new tree");
    // The old tree, as it comes back from a backup.
    fs::write(site.manifest(), &new_manifest).unwrap();
    fs::remove_dir_all(site.out()).unwrap();
    fs::rename(&old_tree, site.out()).unwrap();
    site.compare_with_clean_build("a new manifest with an old tree");
    assert_eq!(site.build().changes.len(), 0);
}

#[test]
fn damaged_manifest_causes_a_full_rebuild_without_findings() {
    use xiangyin::testing::pipeline::{FullRebuildReason, StaleReason};
    let mut site = EditedSite::new("written");
    let first = site.build();
    let whole = fs::read(site.manifest()).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 4;
    let mut other_format = whole.clone();
    other_format[7] += 1;
    for (bytes, why) in [
        (None, FullRebuildReason::NoManifest),
        (Some(&whole[..whole.len() / 2]), FullRebuildReason::Damaged),
        (Some(&[][..]), FullRebuildReason::Damaged),
        (Some(&flipped[..]), FullRebuildReason::Damaged),
        (Some(&other_format[..]), FullRebuildReason::Damaged),
        (Some("乡音".repeat(100).as_bytes()), FullRebuildReason::Damaged),
    ] {
        match bytes {
            Some(bytes) => fs::write(site.manifest(), bytes).unwrap(),
            None => fs::remove_file(site.manifest()).unwrap(),
        }
        let outcome = site.build();
        assert_eq!(outcome.changes[0].reason, StaleReason::FullRebuild(why));
        assert_eq!((outcome.changes.len(), outcome.kept), (outcome.files, 0));
        assert_eq!(outcome.findings, first.findings);
        assert_eq!(site.build().changes.len(), 0, "the manifest is good again");
    }
    site.request.program = "another".to_owned();
    assert_eq!(
        site.build().changes[0].reason,
        StaleReason::FullRebuild(FullRebuildReason::OtherProgram)
    );
    site.request.drafts = true;
    assert_eq!(
        site.build().changes[0].reason,
        StaleReason::FullRebuild(FullRebuildReason::OtherRequest)
    );
    site.request.force = true;
    assert_eq!(
        site.build().changes[0].reason,
        StaleReason::FullRebuild(FullRebuildReason::Forced)
    );
    site.compare_with_clean_build("after all that");
    assert!(
        !read_tree(&site.out())
            .keys()
            .any(|path| path.to_string_lossy().contains("manifest"))
    );
}

#[test]
fn unwritable_manifest_does_not_fail_the_build() {
    let mut site = EditedSite::new("written");
    fs::create_dir_all(site.manifest().join("mine")).unwrap();
    let first = site.build();
    assert!(first.published);
    let again = site.build();
    assert!(again.published && again.kept == 0);
    assert_eq!(again.findings, first.findings);
    site.compare_with_clean_build("a folder in the manifest's place");
}
