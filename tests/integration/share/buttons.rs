//! The buttons of the preview that share a post, over plain HTTP.

use crate::common::preview_process::{HttpResponse, PreviewProcess, wait_until};
use percent_encoding::percent_decode_str;

const SETTINGS: &str = "title: 溪口镇\nbase_url: https://x.example\npolicy: {review: off}\n";
const RIVER: &str = "---\ntitle: 清洁河道：三天/两夜\ndate: 2026-01-05\n---\n甲**乙**丙。362人次。\n";
const SITE: &[(&str, &str)] = &[
    ("content/site.yaml", SETTINGS),
    ("content/volunteer/river.md", RIVER),
    ("content/about.md", "---\ntitle: 关于\n---\n本站内容均为虚构。\n"),
];

fn copy(preview: &PreviewProcess, outlet: &str) -> HttpResponse {
    preview.get(&format!("/_xiangyin/share/{outlet}/volunteer/river/"))
}

fn remarks(response: &HttpResponse) -> String {
    let encoded = response.header("xiangyin-remarks");
    percent_decode_str(encoded).decode_utf8().unwrap().into_owned()
}

#[test]
fn the_page_of_a_post_offers_its_outlets() {
    let preview = PreviewProcess::start(SITE, &[]);
    let page = preview.get("/volunteer/river/").body;
    let button = "<script src=\"/_xiangyin/share.js\" data-page=\"/volunteer/river/\" data-label=\"分发\" data-busy=\"正在准备……\" data-failed=\"没有成功。预览还开着吗？\"></script>";
    assert!(page.contains(button), "{page}");
    for other in ["/", "/volunteer/", "/_xiangyin/", "/nothing/"] {
        assert!(!preview.get(other).body.contains("share.js"), "{other}");
    }
    for (name, kind) in [("share.js", "text/javascript"), ("share.css", "text/css")] {
        let file = preview.get(&format!("/_xiangyin/{name}"));
        assert!(
            file.status == 200 && file.header("content-type").starts_with(kind),
            "{name}"
        );
    }
    let offer: serde_json::Value = serde_json::from_str(&copy(&preview, "offer").body).unwrap();
    let outlets = offer["outlets"].as_array().unwrap();
    let names: Vec<&str> = outlets.iter().map(|outlet| outlet["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["wechat", "word", "plain", "broadcast", "brief", "circular", "approval"]
    );
    assert_eq!(outlets[0]["label"], "复制到公众号");
    for outlet in outlets {
        assert!(outlet["refused"].is_null(), "{outlet}");
        let made = preview.get(outlet["url"].as_str().unwrap());
        assert_eq!(made.status, 200, "{outlet}");
    }
    let english = PreviewProcess::start_in("en", SITE, &[]);
    let offer: serde_json::Value = serde_json::from_str(&copy(&english, "offer").body).unwrap();
    assert_eq!(offer["outlets"][0]["label"], "Copy for WeChat");
}

#[test]
fn copies_are_those_of_the_command_with_names_and_remarks() {
    let preview = PreviewProcess::start(SITE, &[]);
    let html = copy(&preview, "wechat");
    assert_eq!(html.header("content-type"), "text/html; charset=utf-8");
    assert!(html.body.contains("甲<strong>乙</strong>丙。"), "{}", html.body);
    assert!(remarks(&html).contains("没有写摘要"), "{}", remarks(&html));
    let text = copy(&preview, "broadcast");
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    assert!(text.body.contains("三百六十二人次"), "{}", text.body);
    for (outlet, name) in [
        ("word", "投稿"),
        ("brief", "简报"),
        ("circular", "通报"),
        ("approval", "审签单"),
    ] {
        let file = copy(&preview, outlet);
        assert!(
            file.header("content-type").ends_with("wordprocessingml.document"),
            "{outlet}"
        );
        let disposition = file.header("content-disposition");
        let (ascii, encoded) = disposition.split_once("; filename*=UTF-8''").unwrap();
        assert_eq!(ascii, format!("attachment; filename=\"{outlet}.docx\""));
        let decoded = percent_decode_str(encoded).decode_utf8().unwrap();
        assert_eq!(decoded, format!("清洁河道：三天-两夜-{name}.docx"));
    }
    // What was saved since is in the copy, and what is broken is said.
    preview.write("content/volunteer/river.md", &RIVER.replace("甲", "庚"));
    assert!(copy(&preview, "plain").body.contains("庚乙丙"));
    preview.write("content/volunteer/river.md", &RIVER.replace("title:", "title："));
    let broken = copy(&preview, "plain");
    assert_eq!(broken.status, 409);
    assert!(
        broken.body.contains("content/volunteer/river.md:2:6"),
        "{}",
        broken.body
    );
}

#[test]
fn pictures_come_along_though_the_site_has_an_address() {
    let preview = PreviewProcess::start(SITE, &[]);
    let mut picture = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new(&mut picture);
    image::RgbImage::new(40, 30).write_with_encoder(encoder).unwrap();
    std::fs::write(preview.path("content/volunteer/river.jpg"), picture).unwrap();
    let post = RIVER.replace("date:", "cover: river.jpg\ndate:") + "\n![河边](river.jpg)\n";
    preview.write("content/volunteer/river.md", &post);
    let html = copy(&preview, "wechat");
    assert!(
        html.body.contains("<img src=\"data:image/jpeg;base64,"),
        "{}",
        html.body
    );
    assert!(!html.body.contains("https://x.example"), "{}", html.body);
    let said = remarks(&html);
    assert!(
        said.contains("有 1 张图片随文字一起复制") && said.contains("封面 river.jpg"),
        "{said}"
    );
}

#[test]
fn what_the_public_site_does_not_show_is_not_shared() {
    let files = [
        ("content/site.yaml", SETTINGS),
        (
            "content/_kinds/volunteer.yaml",
            "id: volunteer\nfields:\n  - {name: cost, type: integer, internal: true, labels: {zh-CN: 花费, en: Cost}}\n",
        ),
        (
            "content/volunteer/draft.md",
            "---\ntitle: 草稿\ndate: 2026-01-05\ndraft: true\n---\n未审的话。\n",
        ),
        (
            "content/volunteer/later.md",
            "---\ntitle: 以后\ndate: 2026-12-05\n---\n以后的话。\n",
        ),
        (
            "content/volunteer/office.md",
            "---\ntitle: 内部\ndate: 2026-01-05\ninternal: true\n---\n内部的话。\n",
        ),
        (
            "content/volunteer/cost.md",
            "---\ntitle: 花了\ndate: 2026-01-05\ncost: 7531\n---\n公开的话。\n",
        ),
    ];
    let preview = PreviewProcess::start(&files, &["--drafts"]);
    let get = |outlet: &str, post: &str| preview.get(&format!("/_xiangyin/share/{outlet}/volunteer/{post}/"));
    for (post, reason) in [
        ("draft", "只能做审签单"),
        ("later", "只能做审签单"),
        ("office", "不公开的稿件不分发"),
    ] {
        let offer: serde_json::Value = serde_json::from_str(&get("offer", post).body).unwrap();
        let refused = offer["outlets"][0]["refused"].as_str().unwrap();
        assert!(refused.contains(reason), "{post}: {refused}");
        let refusal = get("wechat", post);
        assert_eq!(refusal.status, 403, "{post}");
        assert!(
            refusal.body.contains(reason) && !refusal.body.contains("的话"),
            "{}",
            refusal.body
        );
        assert_eq!(
            get("approval", post).status,
            if post == "office" { 403 } else { 200 },
            "{post}"
        );
    }
    assert!(get("plain", "cost").body.contains("公开的话"));
    // Without --drafts nobody gets a draft, not even its sheet.
    let public = PreviewProcess::start(&files, &[]);
    wait_until("the preview is there", || public.get("/volunteer/cost/").status == 200);
    assert_eq!(public.get("/_xiangyin/share/approval/volunteer/draft/").status, 404);
}

#[test]
fn buttons_answer_their_own_pages_only() {
    let preview = PreviewProcess::start(SITE, &[]);
    let address = "/_xiangyin/share/plain/volunteer/river/";
    for (first, head, status) in [
        (format!("GET {address}"), "Host: localhost\r\n", 200),
        (format!("GET {address}"), "Host: evil.example\r\n", 403),
        (
            format!("GET {address}"),
            "Host: localhost\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n",
            403,
        ),
        (
            format!("GET {address}"),
            "Host: localhost\r\nOrigin: https://evil.example\r\n",
            403,
        ),
        (
            format!("POST {address}"),
            "Host: localhost\r\nContent-Length: 0\r\n",
            405,
        ),
    ] {
        let response = preview.send_request(&first, head);
        assert_eq!(response.status, status, "{first} {head}");
        assert_eq!(response.body.contains("362人次"), status == 200, "{first} {head}");
    }
    for nothing in [
        "fax/volunteer/river/",
        "ledger/volunteer/river/",
        "plain/nothing/",
        "plain/",
        "plain/volunteer/",
    ] {
        assert_eq!(
            preview.get(&format!("/_xiangyin/share/{nothing}")).status,
            404,
            "{nothing}"
        );
    }
    // Below a path, and by the page's full name.
    let settings = SETTINGS.replace("x.example", "x.example/town");
    let files = [("content/site.yaml", settings.as_str()), SITE[1]];
    let below = PreviewProcess::start(&files, &[]);
    let page = below.get("/town/volunteer/river/").body;
    assert!(
        page.contains("src=\"/town/_xiangyin/share.js\" data-page=\"/volunteer/river/\""),
        "{page}"
    );
    assert_eq!(
        below
            .get("/town/_xiangyin/share/plain/volunteer/river/index.html")
            .status,
        200
    );
}
