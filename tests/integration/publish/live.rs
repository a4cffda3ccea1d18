//! `xiangyin publish --check`: what is said of a copy that a server of the test hands out, whole, stale, and with the
//! traps of hosts.

use super::{Site, said};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A status, the lines of headers, and the content.
type Reply = (u16, String, Vec<u8>);

/// What the server answers for a path below its root, when that is not the file there.
type Trap = Arc<dyn Fn(&str) -> Option<Reply> + Send + Sync>;

const TYPES: [(&str, &str); 11] = [
    ("html", "text/html"),
    ("css", "text/css"),
    ("js", "text/javascript"),
    ("xml", "text/xml"),
    ("csv", "text/csv; charset=utf-8"),
    ("json", "application/json"),
    ("txt", "text/plain; charset=utf-8"),
    ("webp", "image/webp"),
    ("svg", "image/svg+xml"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
];

/// Serves `root` until the test's process ends, and returns its address. `trap` answers first.
fn serve(root: PathBuf, trap: Trap) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (root, trap) = (root.clone(), Arc::clone(&trap));
            std::thread::spawn(move || answer_all(&stream.unwrap(), &root, &trap));
        }
    });
    url
}

/// Answers the requests of one connection.
fn answer_all(mut stream: &TcpStream, root: &Path, trap: &Trap) {
    let mut lines = BufReader::new(stream).lines();
    while let Some(Ok(request)) = lines.next() {
        // The headers of the request end with an empty line.
        while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
        let mut words = request.split(' ');
        let is_head = words.next() == Some("HEAD");
        let path = words.next().unwrap_or_default().trim_start_matches('/');
        let (status, headers, body) = trap(path).unwrap_or_else(|| file_reply(root, path));
        let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
        let body = if is_head { &[][..] } else { &body };
        if stream.write_all(&[head.as_bytes(), body].concat()).is_err() {
            return;
        }
    }
}

fn file_reply(root: &Path, path: &str) -> Reply {
    let file = root.join(path);
    if file.is_dir() && !(path.is_empty() || path.ends_with('/')) {
        return (301, format!("Location: /{path}/\r\n"), Vec::new());
    }
    let page = if file.is_dir() { file.join("index.html") } else { file };
    let ending = page.extension().unwrap_or_default();
    let mime = TYPES.iter().find(|(known, _)| ending == *known);
    let mime = mime.map_or("application/octet-stream", |(_, mime)| mime);
    match fs::read(&page) {
        Ok(bytes) => (200, format!("Content-Type: {mime}\r\n"), bytes),
        Err(_) => {
            let bytes = fs::read(root.join("404.html")).unwrap_or_default();
            (404, "Content-Type: text/html\r\n".to_owned(), bytes)
        }
    }
}

/// Checks the copy behind `trap`. Returns the exit status and what is said.
fn check(site: &Site, trap: impl Fn(&str) -> Option<Reply> + Send + Sync + 'static) -> (Option<i32>, String) {
    let url = serve(site.www(), Arc::new(trap));
    let output = site.run(&["publish", "--check", &url]);
    (output.status.code(), said(&output))
}

#[test]
fn published_copy_that_is_the_built_site_is_right() {
    let site = Site::new(3);
    site.publish();
    let (status, words) = check(&site, |_| None);
    assert_eq!(status, Some(0), "{words}");
    assert!(words.contains("is the one that is built now"), "{words}");
    for arguments in [
        &["publish", "disk", "--check", "http://x.example/"][..],
        &["publish", "--check", "x.example"],
        &["publish"],
    ] {
        assert_eq!(site.run(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn compressed_copies_are_no_pages_that_were_left_over() {
    let site = Site::new(3);
    site.write(
        "content/_publish.yaml",
        "disk: {to: fs, root: ../www, compress: [gz, br]}\n",
    );
    site.publish();
    assert!(site.www().join("index.html.br").is_file());
    let (status, words) = check(&site, |_| None);
    assert_eq!(status, Some(0), "{words}");
    // A text that is gone is, and so is its copy.
    site.remove_post("p1");
    let (_, words) = check(&site, |_| None);
    for name in ["study/2022/p1/", "study/2022/p1/index.html.gz"] {
        assert!(
            words.contains("[live-left-over]") && words.contains(name),
            "{name}: {words}"
        );
    }
    assert!(!words.contains("p0/index.html.gz"), "{words}");
}

#[test]
fn stale_missing_and_withdrawn_pages_of_a_copy_are_named() {
    let site = Site::new(3);
    site.publish();
    site.write_post("p0", "别的正文。");
    site.remove_post("p1");
    fs::remove_file(site.www().join("study/2022/p2/index.html")).unwrap();
    let page = site.www().join("study/2022/p0/index.html");
    let text = fs::read_to_string(&page).unwrap();
    fs::write(&page, format!("{text}<a href=/gone.pdf>x</a>")).unwrap();
    let (status, words) = check(&site, |_| None);
    assert_eq!(status, Some(1), "{words}");
    for (code, name) in [
        ("live-differs", "study/2022/p0/index.html"),
        ("live-left-over", "study/2022/p1/"),
        ("live-missing", "study/2022/p2/index.html"),
        ("live-dead-link", "gone.pdf"),
    ] {
        let finding = words
            .split("\n\n")
            .find(|finding| finding.contains(&format!("[{code}]")));
        assert!(finding.is_some_and(|finding| finding.contains(name)), "{code}: {words}");
    }
}

#[test]
fn traps_of_hosts_are_named() {
    let site = Site::new(2);
    site.publish();
    let front = fs::read(site.www().join("index.html")).unwrap();
    let reply = |status: u16, headers: &str, body: &str| Some((status, headers.to_owned(), body.as_bytes().to_vec()));
    let html = "Content-Type: text/html\r\n";
    let is_page = |path: &str| path.ends_with('/');
    let cases: [(&str, i32, Trap); 9] = [
        (
            "live-front-page",
            1,
            Arc::new(move |path| is_page(path).then(|| (200, html.to_owned(), front.clone()))),
        ),
        (
            "live-moved",
            1,
            Arc::new(move |path| {
                path.is_empty()
                    .then(|| reply(302, "Location: https://x.example/\r\n", ""))?
            }),
        ),
        (
            "live-wrong-type",
            1,
            Arc::new(move |path| {
                path.ends_with(".xml")
                    .then(|| reply(200, "Content-Type: text/html\r\n", ""))?
            }),
        ),
        (
            "live-download",
            1,
            Arc::new(move |path| {
                is_page(path).then(|| {
                    reply(
                        200,
                        "Content-Type: text/html\r\nContent-Disposition: attachment\r\n",
                        "",
                    )
                })?
            }),
        ),
        (
            "live-no-not-found",
            1,
            Arc::new(move |path| path.contains("no-such").then(|| reply(200, html, ""))?),
        ),
        (
            "live-other-not-found",
            0,
            Arc::new(move |path| path.contains("no-such").then(|| reply(404, html, "none"))?),
        ),
        (
            "live-missing",
            1,
            Arc::new(move |path| path.ends_with(".css").then(|| reply(403, "", ""))?),
        ),
        (
            "live-folder",
            0,
            Arc::new(move |path| {
                let is_folder = !path.is_empty() && !path.contains('.') && !is_page(path);
                is_folder.then(|| reply(301, "Location: http://x.example:8080/\r\n", ""))?
            }),
        ),
        (
            "live-cached",
            1,
            Arc::new(move |path| {
                let headers = "Content-Type: text/html\r\nCache-Control: max-age=604800\r\n";
                path.ends_with("p0/").then(|| reply(200, headers, ""))?
            }),
        ),
    ];
    for (code, status, trap) in cases {
        let (exit, words) = check(&site, move |path| trap(path));
        assert!(words.contains(&format!("[{code}]")), "{code}: {words}");
        assert_eq!(exit, Some(status), "{code}: {words}");
    }
    let (_, words) = check(&site, |path| {
        (path == "study/").then(|| (503, String::new(), Vec::new()))
    });
    assert!(words.contains("status 503"), "{words}");
}

#[test]
fn server_that_does_not_answer_and_another_path_are_named() {
    let site = Site::new(1);
    site.publish();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = site.run(&["publish", "--check", &format!("http://{closed}/")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("no server is listening there"),
        "{}",
        said(&output)
    );

    let url = serve(site.dir.path().to_owned(), Arc::new(|_| None));
    let output = site.run(&["publish", "--check", &format!("{url}www")]);
    assert!(said(&output).contains("error[live-other-path]"), "{}", said(&output));
}
