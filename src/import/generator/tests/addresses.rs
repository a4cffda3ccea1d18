//! Former addresses, by the rules of each generator.

use super::*;

/// The aliases of the only text that is not a settings file, in a site with these settings.
fn alias_of(generator: Generator, settings: (&str, &str), path: &str, front: &str) -> String {
    let text = format!("---\n{front}\n---\n文\n");
    let site = converted(generator, &[settings, (path, &text)], &[], None);
    let text = site.texts.values().next().cloned().unwrap_or_default();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("aliases: "))
        .unwrap_or_default();
    line.to_owned()
}

#[test]
fn addresses_of_jekyll() {
    let river = "_posts/2022-05-12-river.md";
    for (settings, path, front, expected) in [
        ("", "about.md", "title: a", "[/about.html]"),
        ("permalink: pretty", "about.md", "title: a", ""),
        ("", "docs/index.md", "title: a", ""),
        (
            "collections: {posts: {permalink: '/news/:year/:title/'}}",
            river,
            "title: a",
            "[/news/2022/river/]",
        ),
        (
            "",
            river,
            "title: a\ncategories: News Town",
            "[/news/town/2022/05/12/river.html]",
        ),
        (
            "",
            "town/_posts/2022-05-12-river.md",
            "title: a\ncategory: News",
            "[/town/news/2022/05/12/river.html]",
        ),
        // A setting may name the folder of the site's sources.
        (
            "source: ./src/",
            "src/town/_posts/2022-05-12-river.md",
            "title: a",
            "[/town/2022/05/12/river.html]",
        ),
        ("source: src", "src/in/a.md", "title: a", "[/in/a.html]"),
        ("source: src", "other/a.md", "title: a", ""),
        // The day is the one that is written, or the one in the old site's zone.
        (
            "",
            river,
            "title: a\ndate: 2022-05-12 23:00:00 -0700",
            "[/2022/05/12/river.html]",
        ),
        (
            "timezone: Asia/Shanghai",
            river,
            "title: a\ndate: 2022-05-12 23:00:00 -0700",
            "[/2022/05/13/river.html]",
        ),
        (
            "",
            "a.md",
            "title: a\ndate: 2022-05-12\npermalink: /x/:year/:title/",
            "[/x/2022/a/]",
        ),
        (
            "collections: {docs: {output: true}}",
            "_docs/in/a.md",
            "title: a",
            "[/docs/in/a.html]",
        ),
        ("collections: [docs]\npermalink: pretty", "_docs/a.md", "title: a", ""),
        (
            "collections_dir: doc\ncollections: [x]",
            "doc/_x/a.md",
            "title: a",
            "[/x/a.html]",
        ),
        (
            "defaults: [{scope: {path: _posts, type: posts}, values: {permalink: '/p/:title'}}]",
            river,
            "title: a",
            "[/p/river]",
        ),
    ] {
        let found = alias_of(Generator::Jekyll, ("_config.yml", settings), path, front);
        assert_eq!(found, expected, "{settings} {path} {front}");
    }
}

#[test]
fn a_folder_that_begins_like_that_of_collections_keeps_its_name() {
    let text = "---\ntitle: a\n---\n文\n";
    let texts = [
        ("_config.yml", "collections_dir: doc\n"),
        ("doc/_posts/2022-05-12-a.md", text),
        ("docs/_posts/2022-05-12-b.md", text),
    ];
    let site = converted(Generator::Jekyll, &texts, &[], None);
    let places: Vec<&str> = site.texts.keys().map(String::as_str).collect();
    assert_eq!(places, ["docs/2022-05-12-b.md", "posts/2022-05-12-a.md"]);
}

#[test]
fn addresses_of_hexo() {
    let dated = "title: a\ndate: 2022-05-12";
    for (settings, path, front, expected) in [
        (
            "permalink: posts/:abbrlink.html",
            "source/_posts/a.md",
            "title: a\nabbrlink: 9f",
            "[/posts/9f.html]",
        ),
        (
            "permalink: ':category/:title/'",
            "source/_posts/a.md",
            dated,
            "[/uncategorized/a/]",
        ),
        (
            "permalink: ':category/:title/'",
            "source/_posts/a.md",
            "title: a\ncategories: [志愿, 河道]",
            "[/志愿/河道/a/]",
        ),
        (
            "permalink: ':category/:title/'",
            "source/_posts/a.md",
            "title: a\ncategories: [[甲, 乙], [丙]]",
            "[/丙/a/]",
        ),
        (
            "permalink: ':title/'",
            "source/_posts/2022-05-12-b.md",
            dated,
            "[/2022-05-12-b/]",
        ),
        (
            "permalink: ':title/'\nnew_post_name: ':year-:month-:day-:title.md'",
            "source/_posts/2022-05-12-b.md",
            dated,
            "[/b/]",
        ),
        ("permalink: ':name/'", "source/_posts/in/c.md", dated, "[/c/]"),
        ("", "source/links.md", dated, "[/links.html]"),
        ("", "source/about/index.md", dated, ""),
    ] {
        let found = alias_of(Generator::Hexo, ("_config.yml", settings), path, front);
        assert_eq!(found, expected, "{settings} {path} {front}");
    }
}

#[test]
fn addresses_of_hugo() {
    let dated = "title: 'River Day!'\ndate: 2022-05-12";
    for (settings, path, front, expected) in [
        (
            "permalinks: {blog: '/:year/:slug/'}",
            "content/blog/a.md",
            dated,
            "[/2022/river-day/]",
        ),
        ("permalinks: {blog: '/:year/:title/'}", "content/posts/a.md", dated, ""),
        (
            "permalinks: {page: {blog: '/:filename/'}}",
            "content/blog/A B.md",
            dated,
            "[/a-b/]",
        ),
        ("uglyURLs: true", "content/posts/a.md", dated, "[/posts/a.html]"),
        ("", "content/posts/2022-05-12-a.md", dated, ""),
        (
            "contentDir: texts",
            "texts/posts/a.md",
            "title: a\nslug: b",
            "[/posts/b/]",
        ),
    ] {
        let found = alias_of(Generator::Hugo, ("hugo.yaml", settings), path, front);
        assert_eq!(found, expected, "{settings} {path} {front}");
    }
}

#[test]
fn languages_have_folders_of_their_own() {
    let site = converted(
        Generator::Zola,
        &[
            ("config.toml", "default_language = \"zh\"\n[languages.en]\n"),
            ("content/blog/_index.md", "---\ntitle: 博客\n---\n"),
            ("content/blog/_index.en.md", "---\ntitle: Blog\n---\n"),
            (
                "content/blog/a/index.en.md",
                "---\ntitle: A\n---\n![](x.png) [b](@/blog/b.md)\n",
            ),
            ("content/blog/b.zh.md", "---\ntitle: 乙\n---\n文\n"),
        ],
        &["content/blog/a/x.png"],
        None,
    );
    let places: Vec<&str> = site.texts.keys().map(String::as_str).collect();
    assert_eq!(
        places,
        ["blog/_index.md", "blog/b.md", "en/blog/_index.md", "en/blog/a/index.md"]
    );
    assert_eq!(
        site.texts["en/blog/a/index.md"],
        "---\ntitle: A\nkind: page\n---\n\n![](/blog/a/x.png) [b](/blog/b.md)\n"
    );
    let hugo = converted(
        Generator::Hugo,
        &[
            (
                "config/_default/languages.toml",
                "[en]\ncontentDir = \"content/en\"\n[fr]\ncontentDir = \"content/fr\"\n",
            ),
            ("content/en/a.md", "---\ntitle: A\n---\n[b](/b/) [c](/fr/c/)\n"),
            ("content/en/b.md", "---\ntitle: B\n---\nx\n"),
            ("content/fr/c.md", "---\ntitle: C\n---\nx\n"),
        ],
        &[],
        None,
    );
    assert!(
        hugo.texts["a.md"].contains("[b](/b.md) [c](/fr/c.md)"),
        "{}",
        hugo.texts["a.md"]
    );
}

#[test]
fn links_with_the_address_of_the_site_are_its_own() {
    let site = converted(
        Generator::Jekyll,
        &[
            ("_config.yml", "url: https://x.example\nbaseurl: /town\n"),
            (
                "a.md",
                "---\ntitle: A\n---\n[b](https://x.example/town/b.html) [c](/town/b.html#甲-乙) [d](https://x.example/other/)\n",
            ),
            ("b.md", "---\ntitle: B\n---\n## 甲！乙\n"),
        ],
        &[],
        None,
    );
    assert!(
        site.texts["a.md"].contains("[b](/b.md) [c](/b.md#甲乙) [d](https://x.example/other/)"),
        "{}",
        site.texts["a.md"]
    );
}
