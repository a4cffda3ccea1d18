use super::super::front::split;
use super::super::layout::OldPost;
use super::super::options::Generator;
use super::super::settings::OldSettings;
use super::*;
use std::collections::BTreeMap;

/// What a body becomes, and the names of the tags that are reported.
fn replaced(generator: Generator, body: &str) -> (String, Vec<String>) {
    let settings = BTreeMap::from([(
        "_config.yml".to_owned(),
        "img_url: https://cdn.example/\nurl: https://x.example\n".to_owned(),
    )]);
    let post = OldPost {
        path: "source/_posts/a.md".to_owned(),
        place: "posts/a.md".to_owned(),
        old_place: "posts/a.md".to_owned(),
        date: None,
        kind: None,
        is_section: false,
        old_address: None,
        unknown_form: None,
        new_address: "/posts/a/".to_owned(),
        front: split("---\ntitle: 河道\n---\n").0,
        body: body.to_owned(),
    };
    let scope = TagScope {
        generator,
        settings: &OldSettings::new(generator, &settings),
        post: &post,
        titles: &BTreeMap::from([("night".to_owned(), "夜读".to_owned())]),
    };
    let mut losses = Losses::default();
    let text = replace(&scope, body, &mut losses);
    let names = losses.iter().flat_map(|(_, _, names)| names.to_vec()).collect();
    (text, names)
}

fn assert_replaced(generator: Generator, cases: &[(&str, &str)]) {
    for (body, expected) in cases {
        assert_eq!(replaced(generator, body).0, *expected, "{body}");
    }
}

#[test]
fn elements_of_code_end_where_they_end() {
    assert_replaced(
        Generator::Hugo,
        &[
            (
                "{{< code lang=\"toml\" >}}\na = 1\n{{< /code >}}\n\n后文",
                "```toml\na = 1\n```\n\n后文",
            ),
            (
                "{{< highlight go >}}\n\n  x := `a`\n\n{{< /highlight >}}",
                "```go\n  x := `a`\n```",
            ),
            // Nothing in the code closes its fence.
            ("{{< code >}}\n```\nx\n```\n{{< /code >}}", "````\n```\nx\n```\n````"),
            ("写 {{< code >}}a{{< /code >}} 吧", "写 `a` 吧"),
            ("写 {{< code >}}a{{< / code >}} 吧", "写 `a` 吧"),
            ("写 {{% code %}}a{{%/ code %}} 吧", "写 `a` 吧"),
            (
                "- 项\n  {{< code >}}\n  a\n    b\n  {{< /code >}}\n- 二",
                "- 项\n  ```\n  a\n    b\n  ```\n- 二",
            ),
            // An element without an end takes nothing with it.
            (
                "甲\n\n{{< code file=\"a.go\" >}}\n\n乙 **丙**",
                "甲\n\n<!-- { {< code file=\"a.go\" %3E}} -->\n\n乙 **丙**",
            ),
        ],
    );
    assert_replaced(
        Generator::Hexo,
        &[
            (
                "{% codeblock 配置 lang:yaml https://y.example %}\na: {{ b }}\n{% endcodeblock %}",
                "[配置](https://y.example)\n\n```yaml\na: {{ b }}\n```",
            ),
            ("{% codeblock js %}\nx\n{% endcodeblock %}", "```js\nx\n```"),
        ],
    );
}

#[test]
fn code_stays_as_it_is() {
    assert_replaced(
        Generator::Hugo,
        &[
            (
                "{{< highlight go >}}\n{{ .Title }}\n{{< /highlight >}}",
                "```go\n{{ .Title }}\n```",
            ),
            (
                "`{{ x() }}` 和 {{ .Title }} 和 {{ x() }}",
                "`{{ x() }}` 和 {{ .Title }} 和 {\\{ x() }}",
            ),
            ("文\n\n    {{ x() }}\n\n文", "文\n\n    {{ x() }}\n\n文"),
            (
                "````\n```\n{{ x() }}\n````\n{{ x() }}",
                "````\n```\n{{ x() }}\n````\n{\\{ x() }}",
            ),
            (
                "```\n{{</* ref \"a\" */>}}\n<!--more-->\n```",
                "```\n{{< ref \"a\" >}}\n<!--more-->\n```",
            ),
            ("<pre>\n{{ x() }}\n</pre>", "<pre>\n&#123;{ x() }}\n</pre>"),
            ("甲\n<!--more-->\n乙", "甲\n<!-- more -->\n乙"),
        ],
    );
}

#[test]
fn raw_text_is_not_filled() {
    assert_replaced(
        Generator::Jekyll,
        &[
            (
                "{% raw %}{{ page.title }}{% endraw %}和{{ page.title }}",
                "{{ page.title }}和河道",
            ),
            (
                "{% highlight html %}{% raw %}\n{{ page.title }}\n{% endraw %}{% endhighlight %}",
                "```html\n{{ page.title }}\n```",
            ),
            (
                "```\n{% raw %}\n{{ page.title }}\n{% endraw %}\n```\n",
                "```\n{{ page.title }}\n```\n",
            ),
            (
                "{% raw %}\n```\n{% include a %}\n```\n{% endraw %}\n完",
                "```\n{% include a %}\n```\n完",
            ),
        ],
    );
    let (_, lost) = replaced(Generator::Jekyll, "{% raw %}{% include a %}{% endraw %}");
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn hidden_text_stays_hidden() {
    assert_replaced(
        Generator::Jekyll,
        &[
            (
                "甲\n\n{% comment %}作者的注--{% endcomment %}\n\n乙",
                "甲\n\n<!-- 作者的注-%2D -->\n\n乙",
            ),
            ("甲{% comment %}注{% endcomment %}乙", "甲<!-- 注 -->乙"),
            // It may not make its line HTML.
            ("{% comment %}注{% endcomment %}**乙**", "**乙**"),
        ],
    );
    let (text, lost) = replaced(Generator::Hugo, "<!-- {{< gallery \"a\" >}} -->\n\n后");
    assert_eq!(text, "<!-- { {< gallery \"a\" >}} -->\n\n后");
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn unknown_tags_change_nothing_around_them() {
    let cases = [
        ("{{< color red >}}**加粗** 和 [链接](/a/)", "**加粗** 和 [链接](/a/)"),
        ("**甲** {{< x >}} 乙", "**甲** <!-- { {< x %3E}} --> 乙"),
        ("甲\n{{< x >}}\n乙", "甲\n乙"),
        ("甲\n\n{{< x >}}\n\n乙", "甲\n\n<!-- { {< x %3E}} -->\n\n乙"),
        ("- {{< x >}} 项", "- 项"),
        ("| 甲 | {{< x \"a|b\" >}} |", "| 甲 | <!-- { {< x \"a%7Cb\" %3E}} --> |"),
        // An element with an end is a block.
        (
            "甲\n{{< note >}}\n乙\n{{< /note >}}",
            "甲\n<!-- { {< note %3E}} -->\n乙\n",
        ),
    ];
    assert_replaced(Generator::Hugo, &cases);
    for (body, _) in cases {
        assert_eq!(replaced(Generator::Hugo, body).1.len(), 1, "{body}");
    }
}

#[test]
fn a_tag_whose_name_begins_like_an_end_is_named() {
    for (generator, body, named) in [
        (Generator::Hugo, "甲 {{< endpoint >}} {{< /note >}}", &["endpoint"][..]),
        (Generator::Zola, "甲 {{ endnote() }} {% end %}", &["endnote"]),
        (
            Generator::Hexo,
            "甲 {% endpoint %} {% note %}乙{% endnote %}",
            &["endpoint", "note"],
        ),
        // It ends nothing that begins after it.
        (
            Generator::Jekyll,
            "甲 {% endnote %} {% note %} {% endraw %}",
            &["endnote", "note"],
        ),
    ] {
        assert_eq!(replaced(generator, body).1, named, "{body}");
    }
}

#[test]
fn tags_in_addresses_are_filled_or_mark_the_link() {
    assert_replaced(
        Generator::Jekyll,
        &[
            ("![图]({{ site.img_url }}a.png)", "![图](https://cdn.example/a.png)"),
            (
                "[x]: {{ site.img_url | append: \"b\" }}/c",
                "[x]: https://cdn.example/b/c",
            ),
            ("[{{ page.title }}]({{ site.baseurl }}/a)", "[河道](/a)"),
            ("<{{ site.url }}/a>", "<https://x.example/a>"),
            ("<img src=\"{{ '/a.png' | relative_url }}\">", "<img src=\"/a.png\">"),
        ],
    );
    for body in [
        "![图]({{ site.none }}a.png)",
        "[图](<{% x %}>)",
        "[x]: {{ site.none }}/a",
        "<a href=\"{{ x | y }}\">甲</a>",
    ] {
        let (text, lost) = replaced(Generator::Jekyll, body);
        assert!(is_unknown_address(&text), "{text}");
        assert!(!text.contains("<!--") && lost.len() == 1, "{text} {lost:?}");
    }
}

#[test]
fn pictures_and_links_in_html_are_html() {
    assert_replaced(
        Generator::Hexo,
        &[
            (
                "<div>{% asset_img a.png 河 %}</div>",
                "<div><figure><img src=\"a.png\" alt=\"\"><figcaption>河</figcaption></figure></div>",
            ),
            (
                "<div>\n{% post_link night %}\n</div>",
                "<div>\n<a href=\"night.md\">夜读</a>\n</div>",
            ),
            ("{% post_link night %}", "[夜读](night.md)"),
            ("{% img left /a.png 400 '\"题\" \"替代\"' %}", "![替代](/a.png \"题\")"),
        ],
    );
    assert_replaced(
        Generator::Hugo,
        &[(
            "{{< figure src=\"a.png\" link=\"/b/\" alt=\"图\" >}}",
            "[![图](a.png)](/b/)",
        )],
    );
}

#[test]
fn ids_of_headings_stay() {
    assert_replaced(
        Generator::Jekyll,
        &[
            ("## 甲\n{: #one .big}\n\n文", "## 甲 {#one}\n\n文"),
            ("## 甲 {:#one}\n文", "## 甲 {#one}\n文"),
            ("文\n{: #one}\n", "文\n<!-- {: #one} -->\n"),
        ],
    );
}
