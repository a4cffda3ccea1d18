//! The theme's layout of a WeChat article.

use super::{POST, error_text, site};
use crate::common::{run_on, write_file};
use std::path::Path;
use std::process::Output;

/// Shares the post in a theme with this layout.
fn shared_in(site: &Path, layout: &str) -> Output {
    write_file(
        &site.join("content/site.yaml"),
        "title: 乡音\ntheme: ours\nbase_url: https://qihe.example/\n",
    );
    write_file(&site.join("themes/ours/theme.yaml"), "extends: default\n");
    write_file(&site.join("themes/ours/templates/share/wechat.html"), layout);
    run_on(site, &["share", "volunteer/a.md", "--for", "wechat"])
}

#[test]
fn a_theme_arranges_the_article() {
    let site = site();
    let layout = "<section><p style=\"color:red\">{{ site.title }}：{{ title }}（{{ summary }}）{{ facts | length }}</p>\n\
                  {{ body | safe }}{% for note in notes %}<p>{{ note }}</p>{% endfor %}<p>完</p></section>\n";
    let done = shared_in(site.path(), layout);
    let html = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{}", error_text(&done));
    let start = "<section><p style=\"color:red\">乡音：清洁河道（志愿者清理了两公里河道。）2</p>";
    assert!(html.starts_with(start), "{html}");
    assert!(html.contains("<strong>362人次</strong>"), "{html}");
    assert!(
        html.ends_with("<p>https://x.example/notice</p><p>完</p></section>\n"),
        "{html}"
    );
    let checked = run_on(site.path(), &["check"]);
    assert!(
        !error_text(&checked).contains("themes/ours"),
        "{}",
        error_text(&checked)
    );
}

#[test]
fn whatever_the_layout_brings_the_editor_gets_what_it_keeps() {
    let site = site();
    write_file(
        &site.path().join("content/volunteer/a.md"),
        POST.replace("author:", "ai: {text: generated}\nauthor:"),
    );
    let layout = "<link rel=stylesheet href=a.css><style>p { color: red }</style><script>alert(1)</script>\n\
                  <p class=lead id=top style=\"background:url(a.png)\" onclick=x>甲</p><img src=\"/logo.webp\">\n\
                  <a href=\"https://x.example/\">别处</a>{{ body | safe }}";
    let done = shared_in(site.path(), layout);
    let html = String::from_utf8_lossy(&done.stdout).into_owned();
    for absent in [
        "class=", "<script", "alert", "<style", "<link", "webp", "href", "url(", "onclick", "id=",
    ] {
        assert!(!html.contains(absent), "{absent}: {html}");
    }
    assert!(html.contains("<p>甲</p>") && html.contains("别处"), "{html}");
    // What a program generated is said all the same.
    let end = html.trim_end().rsplit("<p").next().unwrap_or_default();
    assert!(end.contains("人工智能") && end.ends_with("</p>"), "{html}");
    let said = error_text(&done);
    for removed in [
        "<script>",
        "<style>",
        "<link>",
        "class",
        "url()",
        "WebP",
        "<a href>",
        "lacks the note",
    ] {
        assert!(said.contains(removed), "{removed}: {said}");
    }
}

#[test]
fn a_broken_layout_is_a_finding_with_its_place() {
    let site = site();
    for (layout, place) in [
        ("<p>\n  {{ titel }}</p>", "themes/ours/templates/share/wechat.html:2:6"),
        (
            "<p>\n{{ title | nothing }}</p>",
            "themes/ours/templates/share/wechat.html:2:12",
        ),
        ("<p>{% if title %}</p>", "themes/ours/templates/share/wechat.html:1:4"),
    ] {
        let done = shared_in(site.path(), layout);
        assert_eq!(done.status.code(), Some(1), "{layout}");
        assert!(error_text(&done).contains(place), "{layout}: {}", error_text(&done));
        assert!(done.stdout.is_empty(), "{layout}");
        // No page shows the layout, and a check finds the fault all the same.
        let checked = run_on(site.path(), &["check"]);
        assert!(
            error_text(&checked).contains(place),
            "{layout}: {}",
            error_text(&checked)
        );
    }
}
