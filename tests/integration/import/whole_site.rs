//! Sites of other generators.

use super::*;

/// A small Hexo site.
fn old_site(folder: &Path) {
    write_file(
        &folder.join("_config.yml"),
        "url: https://x.example\npermalink: :year/:title/\n",
    );
    let post = "---\ntitle: 清洁河道\ndate: 2022-05-12\ntags: 护河\nlayout: post\n---\n见[夜读](/2022/night/)，![](/img/a.jpg)\n\n{% note %}x{% endnote %} {{ y(1) }}\n";
    write_file(&folder.join("source/_posts/river.md"), post);
    write_file(
        &folder.join("source/_posts/night.md"),
        "---\ntitle: 夜读\ndate: 2022-07-08\n---\n书。\n",
    );
    write_file(&folder.join("source/img/a.jpg"), picture());
    write_file(&folder.join("source/img/unused.jpg"), picture());
    write_file(&folder.join("node_modules/x/README.md"), "# x\n");
}

#[test]
fn a_hexo_site_is_built_with_its_addresses() {
    let site = site();
    let old = tempfile::tempdir().unwrap();
    old_site(old.path());
    let words = ["import", "hexo", old.path().to_str().unwrap(), "--kind", "volunteer"];
    let done = run_on(site.path(), &words);
    assert!(done.status.success(), "{}", error_text(&done));
    assert!(
        output_text(&done).contains("2 texts and 1 other files"),
        "{}",
        output_text(&done)
    );
    for part in ["tags of the other program", "note", "posts do not have", "layout"] {
        assert!(error_text(&done).contains(part), "{part}: {}", error_text(&done));
    }
    assert_eq!(check_errors(site.path()), [""; 0]);
    let built = run_on(site.path(), &["build"]);
    assert!(built.status.success(), "{}", error_text(&built));
    let page = fs::read_to_string(site.path().join("public/volunteer/river/index.html")).unwrap();
    assert!(
        page.contains("../../volunteer/night/") || page.contains("../night/"),
        "{page}"
    );
    assert!(!page.contains("y(1)") || page.contains("<!--"), "{page}");
    assert!(site.path().join("public/2022/river/index.html").exists());
    // Repeated, it leaves everything as it is and says so.
    let before = read_tree(&site.path().join("content"));
    let again = run_on(site.path(), &words);
    assert!(again.status.success(), "{}", error_text(&again));
    assert!(
        error_text(&again).contains("was left as it is"),
        "{}",
        error_text(&again)
    );
    assert!(before == read_tree(&site.path().join("content")));
}

#[test]
fn a_folder_without_posts_is_an_error() {
    let site = site();
    let done = run_on(site.path(), &["import", "zola", site.path().to_str().unwrap()]);
    // Its `content` has a file of settings only.
    assert_eq!(done.status.code(), Some(1));
    assert!(
        error_text(&done).contains("has no posts of this generator"),
        "{}",
        error_text(&done)
    );
}

#[test]
fn tags_that_do_not_end_take_little_time() {
    let old = tempfile::tempdir().unwrap();
    write_file(&old.path().join("hugo.toml"), "baseURL = 'https://x.example'\n");
    let texts = [
        "{{< a ".repeat(60_000),
        "` ".repeat(100_000),
        "{{< code >}}".repeat(30_000),
        "{{".repeat(100_000),
        "<!-- ".repeat(60_000),
        (1..600).map(|length| "`".repeat(length) + " ").collect(),
    ];
    for (number, text) in texts.iter().enumerate() {
        write_file(&old.path().join(format!("content/{number}.md")), text);
    }
    let site = site();
    let start = std::time::Instant::now();
    let done = run_on(site.path(), &["import", "hugo", old.path().to_str().unwrap()]);
    assert!(done.status.success(), "{}", error_text(&done));
    assert!(output_text(&done).contains("6 texts"), "{}", output_text(&done));
    // A time that grows with the square of the length would be some minutes.
    let taken = start.elapsed();
    assert!(taken.as_secs() < 60, "{taken:?}");
}

#[test]
fn a_site_of_another_generator_is_an_error_that_names_it() {
    let site = site();
    let old = tempfile::tempdir().unwrap();
    old_site(old.path());
    let done = run_on(site.path(), &["import", "jekyll", old.path().to_str().unwrap()]);
    assert_eq!(done.status.code(), Some(1));
    for part in ["it is a site of Hexo", "the folder of the jekyll site"] {
        assert!(error_text(&done).contains(part), "{part}: {}", error_text(&done));
    }
    assert!(!site.path().join("content/posts").exists());
}

#[test]
fn pages_and_addresses_of_the_new_site_are_left_to_it() {
    let site = site();
    write_file(
        &site.path().join("content/about.md"),
        "---\ntitle: 关于\nkind: page\n---\n镇里的。\n",
    );
    let old = tempfile::tempdir().unwrap();
    old_site(old.path());
    write_file(
        &old.path().join("source/about/index.md"),
        "---\ntitle: 关于旧站\n---\n[标题](#小-标题) [没有](#none)\n\n## 小 标题！\n",
    );
    let words = ["import", "hexo", old.path().to_str().unwrap()];
    let done = run_on(site.path(), &words);
    for part in ["former addresses", "(/about/)", "#none"] {
        assert!(error_text(&done).contains(part), "{part}: {}", error_text(&done));
    }
    let text = fs::read_to_string(site.path().join("content/about-2/index.md")).unwrap();
    assert!(text.contains("[标题](#小-标题) 没有"), "{text}");
    let built = run_on(site.path(), &["build"]);
    assert!(built.status.success(), "{}", error_text(&built));
    // Repeated, it finds the place that it gave.
    let before = read_tree(&site.path().join("content"));
    run_on(site.path(), &words);
    assert!(before == read_tree(&site.path().join("content")));
}

#[test]
fn a_folder_of_posts_keeps_its_place() {
    let site = site();
    let old = tempfile::tempdir().unwrap();
    write_file(&old.path().join("hugo.toml"), "baseURL = 'https://x.example'\n");
    write_file(
        &old.path().join("content/post/_index.md"),
        "---\ntitle: 文章\n---\n都在这里。\n",
    );
    let done = run_on(site.path(), &["import", "hugo", old.path().to_str().unwrap()]);
    assert!(done.status.success(), "{}", error_text(&done));
    assert!(
        site.path().join("content/post/_index.md").exists(),
        "{}",
        error_text(&done)
    );
}
