mod addresses;
mod losses;

use super::*;
use crate::config::{Settings, SlugStyle};
use jiff::tz::TimeZone;

fn converted(
    generator: Generator,
    texts: &[(&str, &str)],
    others: &[&str],
    kind: Option<(&str, &str)>,
) -> ImportedSite {
    let texts = texts
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let others = others.iter().map(|path| (*path).to_owned()).collect();
    let zone = TimeZone::UTC;
    let taken = BTreeMap::from([("/start/".to_owned(), "start.md".to_owned())]);
    let options = SiteOptions {
        kind,
        markdown: Settings::default().markdown,
        taken: &taken,
        slug: SlugStyle::Pinyin,
        zone: &zone,
    };
    convert(generator, &texts, &others, &options)
}

fn lost(site: &ImportedSite, path: &str) -> Vec<(Loss, Vec<String>)> {
    let losses = site.losses.get(path).into_iter().flat_map(Losses::iter);
    losses.map(|(loss, _, names)| (loss, names.to_vec())).collect()
}

#[test]
fn a_hexo_site_keeps_addresses_pictures_and_links() {
    let post = "---\ntitle: 清洁河道\ndate: 2022-05-12 09:30:00\ntags: [护河, 清洁]\ncategories:\n  - [志愿, 河道]\ntop: 1\n---\n\
                见{% post_link 夜读 莲湖夜读 %}和[关于](/about/)。\n\n{% asset_img 河.jpg 队员在河边 %}\n\n![远](/images/far.png)\n\n\
                <!--more-->\n\n{% note info %}\n带手套\n{% endnote %}\n\n```\n{% raw %}{{ x() }}\n```\n\n[没有了](/gone/) {{ y }}\n";
    let site = converted(
        Generator::Hexo,
        &[
            (
                "_config.yml",
                "url: https://x.example/blog\nroot: /blog/\npermalink: :year/:month/:title/\n",
            ),
            ("source/_posts/river.md", post),
            (
                "source/_posts/夜读.md",
                "---\ntitle: 夜读\ndate: 2022-07-08\n---\n书。\n",
            ),
            ("source/_drafts/later.md", "---\ntitle: 以后\n---\n"),
            (
                "source/about/index.md",
                "---\ntitle: 关于\n---\n[回去](/blog/2022/05/river/)\n",
            ),
            ("themes/x/README.md", "# x\n"),
        ],
        &[
            "source/_posts/river/河.jpg",
            "source/images/far.png",
            "source/images/unused.png",
            "source/css/a.css",
        ],
        Some(("volunteer", "volunteer")),
    );
    let river = &site.texts["volunteer/river.md"];
    assert_eq!(
        *river,
        "---\ntitle: 清洁河道\ndate: 2022-05-12 09:30\nkind: volunteer\ntags: [护河, 清洁, 志愿, 河道]\naliases: [/2022/05/river/]\n---\n\n\
         见[莲湖夜读](/volunteer/夜读.md)和[关于](/about/index.md)。\n\n![](/posts/river/河.jpg \"队员在河边\")\n\n![远](/images/far.png)\n\n\
         <!-- more -->\n\n<!-- {% note info %} -->\n带手套\n\n\n```\n{% raw %}{{ x() }}\n```\n\n没有了 <!-- { { y }} -->\n"
    );
    assert_eq!(
        lost(&site, "source/_posts/river.md"),
        [
            (Loss::Tag, vec!["note".to_owned(), "y".to_owned()]),
            (Loss::Link, vec!["/gone/".to_owned()]),
            (Loss::Key, vec!["top".to_owned()]),
        ]
    );
    assert_eq!(
        site.texts["posts/later.md"],
        "---\ntitle: 以后\nkind: page\ndraft: true\n---\n\n\n"
    );
    assert_eq!(
        site.texts["about/index.md"],
        "---\ntitle: 关于\nkind: page\n---\n\n[回去](/volunteer/river.md)\n"
    );
    let assets: Vec<&str> = site.assets.keys().map(String::as_str).collect();
    assert_eq!(assets, ["images/far.png", "posts/river/河.jpg"]);
}

#[test]
fn a_hugo_site_in_toml_is_read() {
    let post = "+++\ntitle = \"River: day\"\ndate = 2022-05-12T09:30:00Z\nlastmod = 2022-05-13\ndraft = true\ntags = [\"a\"]\n\
                aliases = [\"/old/\"]\n[cover]\nimage = \"x\"\n+++\n{{< figure src=\"far.png\" caption=\"A \\\"river\\\"\" >}}\n\n\
                See [it]({{< ref \"night.md#top\" >}}), {{< tweet id=\"1\" >}} and {{</* x */>}}.\n";
    let site = converted(
        Generator::Hugo,
        &[
            ("hugo.toml", "baseURL = \"https://x.example/\"\n"),
            ("content/posts/river/index.md", post),
            (
                "content/posts/night.md",
                "---\ntitle: Night\n---\n![](/img/a%20b.png)\n",
            ),
            ("content/posts/_index.md", "---\ntitle: Posts\ndescription: All\n---\n"),
        ],
        &[
            "content/posts/river/far.png",
            "static/img/a b.png",
            "static/favicon.ico",
        ],
        None,
    );
    let river = &site.texts["posts/river/index.md"];
    for part in [
        "title: \"River: day\"\ndate: 2022-05-12 09:30\nupdated: 2022-05-13\nkind: page\ntags: [a]\ndraft: true\naliases: [/old/]\n",
        "![](/posts/river/far.png \"A ",
        "See [it](/posts/night.md), <!-- { {< tweet id=\"1\" %3E}} --> and {\\{&lt; x &gt;}}.",
    ] {
        assert!(river.contains(part), "{part}: {river}");
    }
    assert!(
        site.texts["posts/night.md"].contains("![](</img/a b.png>)"),
        "{}",
        site.texts["posts/night.md"]
    );
    assert_eq!(
        site.texts["posts/_index.md"],
        "---\ntitle: Posts\ndescription: All\n---\n\n\n"
    );
}

#[test]
fn a_zola_site_is_read() {
    let post = "+++\ntitle = \"River\"\n[taxonomies]\ntags = [\"护河\"]\n+++\n[night](@/blog/night.md) {{ map(id=1) }} and {{ braces }}\n\
                {% quote(by=\"x\") %}\nText\n{% end %}\n";
    let site = converted(
        Generator::Zola,
        &[
            ("config.toml", "base_url = \"https://x.example\"\n"),
            ("content/blog/2022-05-12-river.md", post),
            (
                "content/blog/night.md",
                "+++\ntitle = \"Night\"\ndate = 2022-01-02\n+++\nx\n",
            ),
        ],
        &[],
        None,
    );
    assert_eq!(
        site.texts["blog/2022-05-12-river.md"],
        "---\ntitle: River\ndate: 2022-05-12\nkind: page\ntags: [护河]\naliases: [/blog/river/]\n---\n\n\
         [night](/blog/night.md) <!-- { { map(id=1) }} --> and {{ braces }}\n<!-- {% quote(by=\"x\") %} -->\nText\n"
    );
}

#[test]
fn a_jekyll_site_is_read() {
    let post = "---\nlayout: post\ntitle: River\ncategories: news\n---\n[n]({% post_url 2022-01-02-night %}) ![]({{ site.baseurl }}/assets/a.png)\n\
                [x]({{ \"/about/\" | relative_url }})\n{: .note}\n\n{% highlight go %}\nx\n{% endhighlight %}\n";
    let site = converted(
        Generator::Jekyll,
        &[
            ("_config.yml", "baseurl: /town\n"),
            ("_posts/2022-05-12-river.md", post),
            ("_posts/2022-01-02-night.markdown", "---\ntitle: Night\n---\nx\n"),
            ("about.md", "---\ntitle: About\npermalink: /about/\n---\nx\n"),
            ("README.md", "# x\n"),
        ],
        &["assets/a.png", "_sass/a.png"],
        None,
    );
    let names: Vec<&str> = site.texts.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["about.md", "posts/2022-01-02-night.md", "posts/2022-05-12-river.md"]
    );
    let river = &site.texts["posts/2022-05-12-river.md"];
    for part in [
        "date: 2022-05-12\nkind: page\ntags: [news]\naliases: [/news/2022/05/12/river.html]\n",
        "[n](/posts/2022-01-02-night.md) ![](/assets/a.png)\n[x](/about.md)\n",
        "```go\nx\n```",
    ] {
        assert!(river.contains(part), "{part}: {river}");
    }
}

#[test]
fn damaged_texts_do_no_harm() {
    let seeds = [
        "---\ntitle: [\n---\n{% x %}{{ y }}`{% z %}`\n```\n{{",
        "+++\na = 1\n+++\n{{< figure src=\"a\" = >}}![x](y \"z\")<img src=a href='b'>[c]( <d> )\n",
        "{\"title\": 1}\n{: .x}\n[a](b)\n![[x](y)](z)\n",
    ];
    for generator in Generator::ALL {
        for seed in seeds {
            for (end, _) in seed.char_indices() {
                for text in [&seed[..end], &seed[end..]] {
                    let paths = ["source/_posts/a.md", "content/a.md", "_posts/a.md"];
                    let texts: Vec<(&str, &str)> = paths.into_iter().map(|path| (path, text)).collect();
                    converted(generator, &texts, &["source/b", "static/y", "z"], None);
                }
            }
        }
    }
}

#[test]
fn posts_of_one_place_are_kept_apart() {
    let site = converted(
        Generator::Jekyll,
        &[
            ("_posts/2022-05-12-river.md", "---\ntitle: 清洁河道\n---\n甲\n"),
            ("_drafts/river.md", "---\ntitle: 草稿\n---\n乙\n"),
            ("a.md", "---\ntitle: 丙页\n---\n[首页](/)\n"),
            ("a.markdown", "---\ntitle: 丁页\n---\n丁\n"),
        ],
        &[],
        None,
    );
    let all = site.texts.values().cloned().collect::<String>();
    for title in ["清洁河道", "草稿", "丙页", "丁页"] {
        assert!(all.contains(title), "{title}: {:?}", site.texts.keys());
    }
    // A link to the front page leads to none of the pages beside it.
    assert!(!all.contains("](a.md)") && !all.contains("](a-2.md)"), "{all}");
}

#[test]
fn titles_of_pictures_and_links_stay_and_missing_pictures_are_named() {
    let post = "---\ntitle: a\n---\n![河](<河 边.jpg> '队员\"在\"河边') [书](b.md (好书))\n\n![甲][one] ![乙][two]\n\n\
                [one]: far.png \"远处\"\n[two]: gone.png \"没有\"\n";
    let site = converted(
        Generator::Zola,
        &[
            ("content/a.md", post),
            ("content/b.md", "---\ntitle: b\n---\n书\n"),
            ("zola.toml", ""),
        ],
        &["content/河 边.jpg", "content/far.png"],
        None,
    );
    let text = &site.texts["a.md"];
    for part in [
        r#"![河](</河 边.jpg> "队员\"在\"河边")"#,
        r#"[书](/b.md "好书")"#,
        "![甲][one] <!-- gone.png -->",
        r#"[one]: /far.png "远处""#,
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(
        lost(&site, "content/a.md"),
        [(Loss::MissingPicture, vec!["gone.png".to_owned()])]
    );
}

#[test]
fn of_two_files_with_one_place_the_second_is_named() {
    let post = "---\ntitle: a\n---\n![](/x.png) ![](/y.png)\n";
    let site = converted(
        Generator::Hugo,
        &[("content/a.md", post), ("hugo.toml", "")],
        &[
            "content/x.png",
            "static/x.png",
            "static/y.png",
            "content/unused.png",
            "static/unused.png",
        ],
        None,
    );
    assert_eq!(site.assets["x.png"], "content/x.png");
    assert_eq!(
        lost(&site, "static/x.png"),
        [(Loss::SamePlace, vec!["content/x.png".to_owned()])]
    );
    assert_eq!(site.losses.len(), 1);
}
