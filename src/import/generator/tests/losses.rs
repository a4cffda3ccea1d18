//! What cannot be carried over has a name, and hides nothing else.

use super::*;

#[test]
fn unreadable_front_matter_hides_what_it_can() {
    let site = converted(
        Generator::Jekyll,
        &[
            ("_config.yml", ""),
            (
                "a.md",
                "---\ntitle: 甲\ntitle: 乙\ntags: [河]\npublished: false\n---\n文\n",
            ),
            ("b.md", "---\ntitle: 丙: 丁\n---\n文\n"),
        ],
        &[],
        None,
    );
    assert_eq!(
        site.texts["a.md"],
        "---\ntitle: 乙\nkind: page\ntags: [河]\ndraft: true\naliases: [/a.html]\n---\n\n文\n"
    );
    assert!(
        site.texts["b.md"].starts_with("---\ntitle: \"丙: 丁\"\nkind: page\ndraft: true\n"),
        "{}",
        site.texts["b.md"]
    );
    // Ruby takes the last value of a key, so nothing is lost.
    assert_eq!(lost(&site, "a.md"), []);
    assert_eq!(lost(&site, "b.md"), [(Loss::FrontMatter, vec![])]);
    let zola = converted(
        Generator::Zola,
        &[
            (
                "content/a.md",
                "+++\ntitle = \"甲\"\ndate = 2024-02-30\n[extra]\nx = 1\n+++\n文\n",
            ),
            ("zola.toml", ""),
        ],
        &[],
        None,
    );
    assert!(
        zola.texts["a.md"].starts_with("---\ntitle: 甲\nkind: page\ndraft: true\n"),
        "{}",
        zola.texts["a.md"]
    );
}

#[test]
fn front_matter_may_follow_blank_lines_and_its_values_are_read_or_named() {
    let front = "\n\n---\ntitle: a\ndate: May 12, 2024\nlastmod: gestern\nweight: 1.5\ncover: false\n\
                 author: {name: 石雨桐, link: 'https://x.example'}\ntags: 护河 清洁\n---\n文\n";
    let site = converted(Generator::Jekyll, &[("_config.yml", ""), ("a.md", front)], &[], None);
    assert_eq!(
        site.texts["a.md"],
        "---\ntitle: a\ndate: 2024-05-12\nkind: page\ntags: [护河, 清洁]\nauthor: 石雨桐\naliases: [/a.html]\n---\n\n文\n"
    );
    assert_eq!(
        lost(&site, "a.md"),
        [(
            Loss::Value,
            vec!["updated: gestern".to_owned(), "weight: 1.5".to_owned()]
        )]
    );
}

#[test]
fn authors_that_are_a_taxonomy_are_no_tags() {
    let text = "+++\ntitle = \"a\"\n[taxonomies]\ntags = [\"河\"]\nauthors = [\"石雨桐\"]\n+++\n文\n";
    let site = converted(Generator::Zola, &[("zola.toml", ""), ("content/a.md", text)], &[], None);
    assert!(
        site.texts["a.md"].contains("tags: [河]\nauthor: 石雨桐\n"),
        "{}",
        site.texts["a.md"]
    );
}

#[test]
fn texts_in_other_formats_are_named() {
    let site = converted(
        Generator::Hugo,
        &[
            ("hugo.toml", ""),
            ("content/a.md", "---\ntitle: a\n---\n[b](b.org)\n"),
            ("content/c.mkd", "---\ntitle: c\n---\n文\n"),
        ],
        &["content/b.org", "content/d.html", "layouts/e.html", "static/f.textile"],
        None,
    );
    assert_eq!(site.texts.keys().collect::<Vec<_>>(), ["a.md", "c.md"]);
    let named: Vec<&str> = site
        .losses
        .iter()
        .filter(|(_, losses)| losses.iter().any(|(loss, ..)| loss == Loss::Format))
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(named, ["content/b.org", "content/d.html", "static/f.textile"]);
    assert!(site.assets.is_empty(), "{:?}", site.assets);
}

#[test]
fn an_address_whose_form_is_not_known_is_named() {
    let site = converted(
        Generator::Hexo,
        &[
            ("_config.yml", "permalink: /:foo/:title/\n"),
            ("source/_posts/a.md", "---\ntitle: a\ndate: 2022-05-12\n---\n文\n"),
            ("source/_drafts/b.md", "---\ntitle: b\n---\n文\n"),
        ],
        &[],
        None,
    );
    assert_eq!(
        lost(&site, "source/_posts/a.md"),
        [(Loss::Address, vec!["/:foo/:title/".to_owned()])]
    );
    assert_eq!(lost(&site, "source/_drafts/b.md"), []);
}

#[test]
fn only_files_at_the_root_that_have_their_names_describe_the_project() {
    let text = "---\ntitle: a\n---\n文\n";
    let paths = [
        "README.md",
        "readme.zh-CN.md",
        "README_EN.md",
        "LICENSE-MIT.md",
        "LICENSE-APACHE-2.0.md",
        "security-tips.md",
        "securityguard.md",
        "pages/security.md",
    ];
    let texts: Vec<(&str, &str)> = paths.iter().map(|path| (*path, text)).collect();
    let site = converted(Generator::Jekyll, &texts, &[], None);
    let kept: Vec<&str> = site.texts.keys().map(String::as_str).collect();
    assert_eq!(kept, ["pages/security.md", "security-tips.md", "securityguard.md"]);
}

#[test]
fn no_two_pages_have_one_address() {
    let site = converted(
        Generator::Jekyll,
        &[
            ("_config.yml", ""),
            ("a.md", "---\ntitle: 甲\naliases: [/old/, /b/]\n---\n文\n"),
            ("a/index.md", "---\ntitle: 乙\n---\n文\n"),
            ("b.md", "---\ntitle: 丙\nredirect_from: /old/\n---\n文\n"),
            // The new site has this page, and makes these.
            ("start/index.md", "---\ntitle: 丁\n---\n文\n"),
            ("tags.md", "---\ntitle: 标签\nlayout: tags\n---\n"),
            ("archive.md", "---\ntitle: 归档\n---\n旧稿\n"),
        ],
        &[],
        None,
    );
    let places: Vec<&str> = site.texts.keys().map(String::as_str).collect();
    assert_eq!(
        places,
        ["a-2/index.md", "a.md", "archive-2.md", "b.md", "start-2/index.md"]
    );
    assert!(
        site.texts["a.md"].contains("aliases: [/a.html, /old/]\n"),
        "{}",
        site.texts["a.md"]
    );
    assert!(
        site.texts["b.md"].contains("aliases: [/b.html]\n"),
        "{}",
        site.texts["b.md"]
    );
    assert_eq!(lost(&site, "a.md"), [(Loss::Alias, vec!["/b/".to_owned()])]);
    assert_eq!(lost(&site, "b.md"), [(Loss::Alias, vec!["/old/".to_owned()])]);
    assert_eq!(lost(&site, "tags.md"), [(Loss::GeneratedPage, vec![])]);
}

#[test]
fn links_to_headings_lead_to_their_new_ids_or_are_named() {
    let site = converted(
        Generator::Hugo,
        &[
            ("hugo.toml", ""),
            (
                "content/a.md",
                "---\ntitle: a\n---\n[一](#Hello-World-你好) [二](b.md#qing-jie) [三](#none) [四](b.md#none) [五](#own) <a href=\"#none\">六</a>\n\n\
                 ## Hello, World! 你好\n\n## 别 {#own}\n",
            ),
            ("content/b.md", "---\ntitle: b\n---\n## 清洁\n"),
        ],
        &[],
        None,
    );
    let text = &site.texts["a.md"];
    assert!(
        text.contains("[一](#hello-world-你好) [二](/b.md#清洁) 三 [四](/b.md) [五](#own) <a >六</a>"),
        "{text}"
    );
    assert_eq!(
        lost(&site, "content/a.md"),
        [(Loss::Anchor, vec!["#none".to_owned(), "b.md#none".to_owned()])]
    );
}

#[test]
fn links_to_drafts_become_text_except_in_drafts() {
    let site = converted(
        Generator::Hugo,
        &[
            ("hugo.toml", ""),
            ("content/a.md", "---\ntitle: a\n---\n[草稿](c.md)\n"),
            ("content/b.md", "---\ntitle: b\ndraft: true\n---\n[草稿](c.md)\n"),
            ("content/c.md", "---\ntitle: c\ndraft: true\n---\n文\n"),
        ],
        &[],
        None,
    );
    assert!(site.texts["a.md"].ends_with("\n草稿\n") && site.texts["b.md"].ends_with("[草稿](/c.md)\n"));
    assert_eq!(lost(&site, "content/a.md"), [(Loss::Link, vec!["c.md".to_owned()])]);
}

#[test]
fn links_with_unknown_tags_become_text() {
    let site = converted(
        Generator::Jekyll,
        &[
            ("_config.yml", ""),
            (
                "a.md",
                "---\ntitle: a\n---\n![图]({{ site.none }}a.png) [二]({{ site.none }}/b) [三]\n\n[三]: {{ site.none }}/c\n",
            ),
        ],
        &[],
        None,
    );
    let text = &site.texts["a.md"];
    assert!(!text.contains("](") && text.contains(" 二 三"), "{text}");
    let sorts: Vec<Loss> = lost(&site, "a.md").into_iter().map(|(loss, _)| loss).collect();
    assert_eq!(sorts, [Loss::MissingPicture, Loss::Tag, Loss::Link]);
}

#[test]
fn dated_pages_beside_the_posts_stay_pages() {
    let site = converted(
        Generator::Hexo,
        &[
            ("_config.yml", ""),
            ("source/_posts/a.md", "---\ntitle: a\ndate: 2022-05-12\n---\n文\n"),
            ("source/links/index.md", "---\ntitle: b\ndate: 2022-05-12\n---\n文\n"),
        ],
        &[],
        Some(("volunteer", "volunteer")),
    );
    assert!(site.texts["volunteer/a.md"].contains("kind: volunteer\n"));
    assert!(site.texts["links/index.md"].contains("kind: page\n"));
}

#[test]
fn a_site_of_another_generator_is_told() {
    let hugo: [(&str, &str); 2] = [
        ("hugo.toml", "baseURL = 'https://x.example'\n"),
        ("content/a.md", "---\ntitle: a\n---\n文\n"),
    ];
    let site = converted(Generator::Zola, &hugo, &[], None);
    assert_eq!(site.other_generator, Some(Generator::Hugo));
    assert!(site.texts.is_empty());
    assert_eq!(converted(Generator::Hugo, &hugo, &[], None).other_generator, None);
    let hexo = [
        ("_config.yml", "url: https://x.example\n"),
        ("source/_posts/a.md", "---\ntitle: a\n---\n文\n"),
    ];
    assert_eq!(
        converted(Generator::Jekyll, &hexo, &[], None).other_generator,
        Some(Generator::Hexo)
    );
    // A folder of this name does not make it one of Hexo.
    let post = "---\ntitle: a\n---\n文\n";
    for (settings, path) in [
        ("title: a\n", "_posts/2022-05-12-a.md"),
        ("source: source\n", "source/_posts/2022-05-12-a.md"),
    ] {
        let jekyll = [("_config.yml", settings), (path, post)];
        let site = converted(Generator::Jekyll, &jekyll, &["source/a.psd"], None);
        assert_eq!(site.other_generator, None, "{path}");
    }
    let zola = [
        ("config.toml", "base_url = 'https://x.example'\n"),
        ("content/a.md", "---\ntitle: a\n---\n文\n"),
    ];
    assert_eq!(
        converted(Generator::Hugo, &zola, &[], None).other_generator,
        Some(Generator::Zola)
    );
    assert_eq!(converted(Generator::Zola, &zola, &[], None).other_generator, None);
}
