//! The preview through the real program, over plain HTTP.

use crate::common::preview_process::{PreviewProcess, wait_until};
use crate::common::program;
use std::fs;
use std::time::Duration;

const SETTINGS: &str = "title: 溪口镇\nbase_url: https://x.example\npolicy: {review: off}\n";
const RIVER: &str = "---\ntitle: 清洁河道\ndate: 2026-01-05\n---\n甲乙丙。\n";
const WELL: &str = "---\ntitle: 淘井\ndate: 2026-01-06\n---\n丁戊己。\n";
const SITE: &[(&str, &str)] = &[
    ("content/site.yaml", SETTINGS),
    ("content/volunteer/river.md", RIVER),
    ("content/about.md", "---\ntitle: 关于\n---\n本站内容均为虚构。\n"),
];

#[test]
fn changed_file_reloads_only_its_page() {
    let preview = PreviewProcess::start(SITE, &[]);
    let (river, about) = (preview.open("/volunteer/river/"), preview.open("/about/"));
    preview.write("content/volunteer/river.md", &RIVER.replace("甲乙丙", "庚辛壬"));
    preview.wait_for_text("/volunteer/river/", "庚辛壬");
    river.next_event("reload");
    wait_until("told on the terminal", || {
        preview.has_printed("content/volunteer/river.md：已更新")
    });
    assert!(about.is_quiet());

    // Broken: the old page stays, and every browser is told what is wrong.
    preview.write("content/volunteer/river.md", &RIVER.replace("title:", "title："));
    let told = river.next_event("errors");
    assert!(
        told.contains("1 处错误") && told.contains("content/volunteer/river.md:2:6"),
        "{told}"
    );
    about.next_event("errors");
    assert!(preview.get("/volunteer/river/").body.contains("庚辛壬"));
    wait_until("told on the terminal", || preview.has_printed("错误[full-width-colon]"));
    preview.write("content/volunteer/river.md", RIVER);
    wait_until("mended", || preview.has_printed("错误都已改正"));
    river.next_event("reload");
    assert!(about.next_event("errors").contains("\"items\":[]"));
    assert!(about.is_quiet());
}

#[test]
fn added_moved_and_deleted_files_are_followed() {
    let preview = PreviewProcess::start(SITE, &[]);
    preview.write("content/volunteer/2026/winter/well.md", WELL);
    preview.wait_for_text("/volunteer/2026/winter/well/", "丁戊己");
    let tab = preview.open("/volunteer/2026/winter/well/");
    fs::rename(
        preview.path("content/volunteer/2026"),
        preview.path("content/volunteer/2025"),
    )
    .unwrap();
    preview.wait_for_text("/volunteer/2025/winter/well/", "丁戊己");
    tab.next_event("reload");
    let missing = preview.get("/volunteer/2026/winter/well/");
    assert_eq!(missing.status, 404);
    let tab = preview.open("/volunteer/2026/winter/well/");
    preview.write("content/volunteer/2026/winter/well.md", WELL);
    tab.next_event("reload");
    fs::remove_dir_all(preview.path("content/volunteer/2026")).unwrap();
    wait_until("deleted", || preview.get("/volunteer/2026/winter/well/").status == 404);

    for round in ["第一次", "第二次"] {
        for number in 0..300 {
            let path = format!("content/volunteer/bulk/{number}.md");
            preview.write(&path, &WELL.replace("丁戊己", &format!("{round}{number}号")));
        }
        preview.wait_for_text("/volunteer/bulk/0/", &format!("{round}0号"));
        preview.wait_for_text("/volunteer/bulk/299/", &format!("{round}299号"));
    }
    fs::remove_dir_all(preview.path("content")).unwrap();
    for (path, text) in SITE {
        preview.write(path, &text.replace("甲乙丙", "重新来过"));
    }
    preview.wait_for_text("/volunteer/river/", "重新来过");
    assert_eq!(preview.get("/volunteer/bulk/0/").status, 404);
}

#[test]
fn responses_are_typed_uncached_and_inside_the_site() {
    let preview = PreviewProcess::start(SITE, &[]);
    let page = preview.get("/volunteer/river/");
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert!(page.body.contains("<script src=\"/_xiangyin/live.js\" data-version="));
    let head = preview.send_request("HEAD /volunteer/river/", "Host: localhost\r\n");
    assert_eq!(head.header("content-length"), page.body.len().to_string());
    assert_eq!(head.body, "");
    for (path, sort) in [
        ("/feed.xml", "text/xml; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/_xiangyin/live.js", "text/javascript; charset=utf-8"),
        ("/_xiangyin/live.css", "text/css; charset=utf-8"),
        ("/_xiangyin/", "text/html; charset=utf-8"),
    ] {
        let answer = preview.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, sort), "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    let folder = preview.get("/volunteer?x=1");
    assert_eq!((folder.status, folder.header("location")), (308, "/volunteer/?x=1"));
    for path in [
        "/nothing/",
        "/../../etc/passwd",
        "/%2e%2e%2f%2e%2e%2fetc/passwd",
        "/..%5c..%5cwindows",
        "/volunteer/../content/site.yaml",
        "/content/site.yaml",
        "//etc/passwd",
        "/%ff%fe",
        "/a%00b",
        "/_xiangyin/../x",
        "/_xiangyin/nothing",
    ] {
        let answer = preview.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("/_xiangyin/live.js"), "{path}: {}", answer.body);
        assert!(!answer.body.contains("root:"), "{path}");
    }
    let post = preview.send_request("POST /", "Host: localhost\r\nContent-Length: 0\r\n");
    assert_eq!((post.status, post.header("allow")), (405, "GET, HEAD"));
}

#[test]
fn requests_for_other_hosts_are_rejected() {
    let preview = PreviewProcess::start(SITE, &[]);
    for (first, head, status) in [
        ("GET /", "Host: 127.0.0.1:4000\r\n".to_owned(), 200),
        ("GET /", format!("Host: [::1]:{}\r\n", preview.port), 200),
        ("GET /", "Host: evil.example\r\n".to_owned(), 403),
        ("GET /_xiangyin/events", "Host: evil.example:4000\r\n".to_owned(), 403),
        ("GET /", String::new(), 403),
        ("GET http://evil.example/", "Host: localhost\r\n".to_owned(), 403),
    ] {
        let answer = preview.send_request(first, &head);
        assert_eq!(answer.status, status, "{first} {head}");
        assert!(status == 200 || answer.body.contains("只回答"), "{}", answer.body);
    }
    for garbage in [
        "\u{0}\u{1}\u{2}",
        "GET",
        "GET  /",
        "OPTIONS *",
        "CONNECT x:1",
        "GET /%",
        "GET /_xiangyin/events?page=%ff&&=&version",
    ] {
        assert!(preview.gets_response(garbage), "{garbage}");
    }
    assert_eq!(preview.get("/").status, 200, "still there");
}

#[test]
fn pages_of_other_sites_get_nothing_but_a_link_may_lead_here() {
    let preview = PreviewProcess::start(SITE, &["--host", "0.0.0.0"]);
    let local = format!("Host: localhost:{}\r\n", preview.port);
    for (head, status) in [
        ("", 200),
        ("Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n", 200),
        (
            "Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
            200,
        ),
        (
            "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
            200,
        ),
        (
            "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n",
            403,
        ),
        (
            "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n",
            403,
        ),
        (
            "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n",
            403,
        ),
        ("Origin: https://evil.example\r\n", 403),
        ("Origin: null\r\n", 403),
    ] {
        for path in ["/", "/_xiangyin/", "/_xiangyin/live.js", "/search/", "/nothing/"] {
            let answer = preview.send_request(&format!("GET {path}"), &format!("{local}{head}"));
            let expected = if path == "/nothing/" && status == 200 {
                404
            } else {
                status
            };
            assert_eq!(answer.status, expected, "{path} {head}");
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
            assert_eq!(
                answer.header("content-security-policy"),
                "frame-ancestors 'self'",
                "{path}"
            );
            assert!(
                status == 200 || answer.body.contains("只回答自己的网页"),
                "{}",
                answer.body
            );
        }
    }
}

#[test]
fn an_open_preview_says_who_can_read_it() {
    for (lang, sentence) in [
        ("zh-CN", "这个网络里的任何人都能"),
        ("en", "Anyone in this network can"),
    ] {
        let open = PreviewProcess::start_in(lang, SITE, &["--host", "0.0.0.0"]);
        wait_until("the sentence is printed", || open.has_printed(sentence));
        let closed = PreviewProcess::start_in(lang, SITE, &[]);
        wait_until("all is printed", || closed.has_printed("Ctrl-C"));
        assert!(!closed.has_printed(sentence));
    }
}

#[test]
fn half_sent_request_loses_its_connection() {
    use std::io::{Read as _, Write as _};
    let preview = PreviewProcess::start(SITE, &[]);
    let mut slow = std::net::TcpStream::connect(("127.0.0.1", preview.port)).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        .unwrap();
    let start = std::time::Instant::now();
    let mut rest = Vec::new();
    // The server closes the connection: the read ends, with or without an answer, before the client gives up.
    let ended = slow.read_to_end(&mut rest);
    assert!(start.elapsed() < Duration::from_secs(50), "{ended:?}");
    let mut huge = std::net::TcpStream::connect(("127.0.0.1", preview.port)).unwrap();
    huge.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let _ = huge.write_all(format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}", "x".repeat(1 << 20)).as_bytes());
    let mut answer = [0; 64];
    let refused = huge.read(&mut answer).map_or(0, |length| length);
    assert!(
        refused == 0 || answer.starts_with(b"HTTP/1.1 4"),
        "{}",
        answer.escape_ascii()
    );
    assert_eq!(preview.get("/").status, 200);
}

#[test]
fn video_is_served_in_ranges_and_reloads_when_replaced() {
    let post = "---\ntitle: 枫岭\ndate: 2026-01-05\nvideo: v.mp4\nduration: 00:10\n---\n看视频。\n";
    let files = [
        SITE,
        &[("content/videos/a.md", post), ("content/videos/v.mp4", "0123456789")],
    ]
    .concat();
    let preview = PreviewProcess::start(&files, &[]);
    let part = preview.send_request("GET /videos/v.mp4", "Host: localhost\r\nRange: bytes=2-4\r\n");
    assert_eq!((part.status, part.body.as_str()), (206, "234"));
    assert_eq!(part.header("content-range"), "bytes 2-4/10");
    assert_eq!(part.header("content-type"), "video/mp4");
    assert_eq!(part.header("cache-control"), "no-store");
    let beyond = preview.send_request("GET /videos/v.mp4", "Host: localhost\r\nRange: bytes=20-\r\n");
    assert_eq!((beyond.status, beyond.header("content-range")), (416, "bytes */10"));
    for (range, status, body) in [
        ("bytes=-3", 206, "789"),
        ("bytes=-30", 206, "0123456789"),
        ("bytes=7-99", 206, "789"),
        ("bytes=-0", 416, ""),
        ("lines=2-4", 200, "0123456789"),
        ("bytes=4-2", 200, "0123456789"),
        ("bytes=x", 200, "0123456789"),
        ("bytes=0-1,4-5", 200, "0123456789"),
        ("bytes=2-4\r\nIf-Range: \"any\"", 200, "0123456789"),
    ] {
        let part = preview.send_request("GET /videos/v.mp4", &format!("Host: localhost\r\nRange: {range}\r\n"));
        assert_eq!((part.status, part.body.as_str()), (status, body), "{range}");
    }
    let head = preview.send_request("HEAD /videos/v.mp4", "Host: localhost\r\nRange: bytes=2-4\r\n");
    assert_eq!((head.status, head.header("content-length")), (200, "10"));
    let whole = preview.get("/videos/v.mp4");
    assert_eq!((whole.status, whole.body.as_str()), (200, "0123456789"));
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let (video, about) = (preview.open("/videos/a/"), preview.open("/about/"));
    preview.write("content/videos/v.mp4", "abc");
    video.next_event("reload");
    assert!(about.is_quiet());
    assert_eq!(preview.get("/videos/v.mp4").body, "abc");
}

#[test]
fn site_is_served_below_its_base_path() {
    let settings = SETTINGS.replace("x.example", "x.example/town/");
    let files = [SITE, &[("content/site.yaml", settings.as_str())]].concat();
    let preview = PreviewProcess::start(&files, &[]);
    assert!(preview.has_printed(&format!("http://127.0.0.1:{}/town/", preview.port)));
    let start = preview.get("/");
    assert_eq!((start.status, start.header("location")), (307, "/town/"));
    let page = preview.get("/town/volunteer/river/");
    assert!(page.body.contains("甲乙丙") && page.body.contains("src=\"/town/_xiangyin/live.js\""));
    assert_eq!(preview.get("/volunteer/river/").status, 404);
    assert_eq!(preview.get("/_xiangyin/").status, 200);
    assert_eq!(preview.get("/town/_xiangyin/live.js").status, 200);
    let tab = preview.open("/town/volunteer/river/");
    preview.write("content/volunteer/river.md", WELL);
    tab.next_event("reload");
}

#[test]
fn changed_stylesheet_is_swapped_without_reload() {
    let files = [
        SITE,
        &[
            (
                "content/site.yaml",
                "title: 溪口镇\nbase_url: https://x.example\ntheme: own\n",
            ),
            ("themes/own/theme.yaml", ""),
            ("themes/own/static/style.css", "p { color: red }"),
        ],
    ]
    .concat();
    let preview = PreviewProcess::start(&files, &[]);
    let tab = preview.open("/about/");
    preview.write("themes/own/static/style.css", "p { color: blue }");
    let sheets = tab.next_event("style");
    let sheets: Vec<String> = serde_json::from_str(&sheets).unwrap();
    let style = sheets.iter().find(|url| url.starts_with("/static/style.")).unwrap();
    assert_eq!(preview.get(style).body, "p{color:blue}");
    assert!(tab.is_quiet());
    fs::remove_dir_all(preview.path("themes")).unwrap();
    tab.next_event("errors");
    preview.write("themes/own/static/style.css", "p { color: green }");
    tab.next_event("style");
}

#[test]
fn page_that_no_longer_renders_stays_below_the_error_overlay() {
    let template = "{% extends \"base.html\" %}{% block main %}<p>{{ post.title }}</p>{% endblock main %}";
    let files = [
        SITE,
        &[
            (
                "content/site.yaml",
                "title: 溪口镇\nbase_url: https://x.example\ntheme: own\n",
            ),
            ("themes/own/theme.yaml", ""),
            ("themes/own/templates/page.html", template),
        ],
    ]
    .concat();
    let preview = PreviewProcess::start(&files, &[]);
    let tab = preview.open("/about/");
    preview.write(
        "themes/own/templates/page.html",
        &template.replace("post.title", "post.title / 2"),
    );
    let told = tab.next_event("errors");
    assert!(told.contains("themes/own/templates/page.html"), "{told}");
    let page = preview.get("/about/");
    assert!(page.status == 500 || page.body.contains("<p>关于"), "{page:?}");
    assert!(page.body.contains("/_xiangyin/live.js"));
    preview.write("themes/own/templates/page.html", template);
    assert!(tab.next_event("errors").contains("\"items\":[]"));
    preview.wait_for_text("/about/", "<p>关于");
    assert!(tab.is_quiet());
}

#[test]
fn site_with_errors_at_start_is_partly_served() {
    let broken = SETTINGS.replace("title:", "title：");
    let files = [SITE, &[("content/site.yaml", broken.as_str())]].concat();
    let preview = PreviewProcess::start(&files, &["--message-format", "json"]);
    wait_until("told to programs", || {
        preview.has_printed("\"code\":\"full-width-colon\"")
    });
    let page = preview.get("/");
    assert!(page.status == 503 || page.status == 200, "{page:?}");
    let tab = preview.open("/");
    preview.write("content/site.yaml", SETTINGS);
    preview.wait_for_text("/", "溪口镇");
    wait_until("the browser follows", || !tab.is_quiet());
}

#[test]
fn drafts_and_future_posts_are_marked() {
    let draft = RIVER.replace("date:", "draft: true\ndate:");
    let future = WELL.replace("2026-01-06", "2026-12-06");
    let more = [
        ("content/volunteer/river.md", draft.as_str()),
        ("content/volunteer/well.md", future.as_str()),
    ];
    let files = [SITE, &more].concat();
    let preview = PreviewProcess::start(&files, &["--drafts"]);
    let list = preview.get("/volunteer/").body;
    for (path, mark) in [("/volunteer/river/", "草稿"), ("/volunteer/well/", "未到发布日期")] {
        let marked = format!("class=mark>{mark}");
        assert!(preview.get(path).body.contains(&marked), "{path}");
        assert!(list.contains(&marked), "{mark} in the list");
    }
    let without = PreviewProcess::start(&files, &[]);
    assert_eq!(without.get("/volunteer/river/").status, 404);
    assert_eq!(without.get("/volunteer/well/").status, 404);
}

#[test]
fn warnings_are_printed_when_they_are_new() {
    let loose = RIVER.replace("2026-01-05", "2026年1月5日");
    let files = [SITE, &[("content/volunteer/river.md", loose.as_str())]].concat();
    let preview = PreviewProcess::start(&files, &[]);
    let line = |path: &str| format!("--> content/volunteer/{path}:3:");
    wait_until("the warning at the start", || preview.has_printed(&line("river.md")));
    assert!(!preview.has_printed(&line("well.md")));
    preview.write("content/volunteer/well.md", &WELL.replace("2026-01-06", "2026/1/6"));
    wait_until("the new warning", || preview.has_printed(&line("well.md")));
}

#[test]
fn polling_detects_changes() {
    let preview = PreviewProcess::start(SITE, &["--poll"]);
    wait_until("said", || preview.has_printed("每隔不到一秒"));
    preview.write("content/volunteer/river.md", &RIVER.replace("甲乙丙", "庚辛壬"));
    preview.wait_for_text("/volunteer/river/", "庚辛壬");
}

#[test]
fn taken_port_is_replaced_and_invalid_options_are_refused() {
    let first = PreviewProcess::start(SITE, &[]);
    let port = first.port.to_string();
    // The later `--port` would be a mistake; so the first preview's own port is asked for by a third one.
    let mut second = program()
        .args(["serve", "--lang", "zh-CN", "--port", &port, "--site"])
        .arg(first.path(""))
        .stderr(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(second.stderr.take().unwrap()), &mut line).unwrap();
    second.kill().unwrap();
    second.wait().unwrap();
    assert!(line.starts_with(&format!("端口 {port} 已被占用，改用 ")), "{line}");

    let site = first.path("");
    for (arguments, status, said) in [
        (["--port", "65536"], 2, "端口是 0 到 65535 的数"),
        (["--host", "203.0.113.1"], 2, "不能在 203.0.113.1"),
        (["--site", "/nonexistent"], 1, "错误[not-a-site]"),
    ] {
        let mut command = program();
        command.args(["serve", "--lang", "zh-CN"]);
        if arguments[0] != "--site" {
            command.arg("--site").arg(&site);
        }
        let output = command.args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains(said), "{arguments:?}: {told}");
    }
}

#[test]
#[cfg(unix)]
fn ctrl_c_stops_the_preview_with_browsers_connected() {
    let mut preview = PreviewProcess::start(SITE, &["--host", "0.0.0.0"]);
    let _tab = preview.open("/about/");
    let start = std::time::Instant::now();
    assert_eq!(preview.interrupt().code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(2));
}
