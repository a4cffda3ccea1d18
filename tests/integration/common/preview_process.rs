//! A running preview, and the least of a browser: requests, and the events of an open page.

use super::{program, write_file};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How long something may take that takes milliseconds on an idle machine.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(20);

/// Waits until `is_so`.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + TIMEOUT;
    while !is_so() {
        assert!(Instant::now() < end, "still not so: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A preview of a site of its own.
pub(crate) struct PreviewProcess {
    child: Child,
    dir: tempfile::TempDir,
    /// What was written to standard output and standard error, line by line.
    pub(crate) lines: Arc<Mutex<Vec<String>>>,
    pub(crate) port: u16,
}

impl PreviewProcess {
    /// Writes `files`, starts a preview of them with further `arguments`, and waits for its address.
    pub(crate) fn start(files: &[(&str, &str)], arguments: &[&str]) -> Self {
        Self::start_in("zh-CN", files, arguments)
    }

    /// As [`PreviewProcess::start`], with messages in a language.
    pub(crate) fn start_in(lang: &str, files: &[(&str, &str)], arguments: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            write_file(&dir.path().join(path), text);
        }
        let mut command = program();
        command
            .args(["serve", "--lang", lang, "--port", "0", "--site"])
            .arg(dir.path())
            .args(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = Arc::default();
        collect_lines(child.stdout.take().unwrap(), &lines);
        collect_lines(child.stderr.take().unwrap(), &lines);
        let mut preview = Self {
            child,
            dir,
            lines,
            port: 0,
        };
        wait_until("the preview says where it is", || {
            preview.port = preview.announced_port().unwrap_or(0);
            preview.port != 0
        });
        preview
    }

    fn announced_port(&self) -> Option<u16> {
        let lines = self.lines.lock().unwrap();
        let (_, rest) = lines.iter().find_map(|line| line.split_once("http://127.0.0.1:"))?;
        rest.split('/').next()?.parse().ok()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        write_file(&self.path(path), text);
    }

    /// Whether a line of the terminal contains `words`.
    pub(crate) fn has_printed(&self, words: &str) -> bool {
        self.lines.lock().unwrap().iter().any(|line| line.contains(words))
    }

    /// Sends a request with `head` lines after the first.
    pub(crate) fn send_request(&self, first: &str, head: &str) -> HttpResponse {
        let mut stream = self.connect();
        write!(stream, "{first} HTTP/1.1\r\n{head}Connection: close\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        HttpResponse::parse(&bytes)
    }

    /// Sends a first line that may make no sense, and goes away when something was answered.
    pub(crate) fn gets_response(&self, first: &str) -> bool {
        let mut stream = self.connect();
        write!(
            stream,
            "{first} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut some = [0; 64];
        stream.read(&mut some).is_ok_and(|length| length > 0)
    }

    pub(crate) fn get(&self, path: &str) -> HttpResponse {
        self.send_request(&format!("GET {path}"), "Host: localhost\r\n")
    }

    /// Waits until the page at `path` contains `words`.
    #[track_caller]
    pub(crate) fn wait_for_text(&self, path: &str, words: &str) {
        wait_until(&format!("{path} contains {words}"), || {
            self.get(path).body.contains(words)
        });
    }

    /// Opens the page at `path` and listens to what becomes of it.
    pub(crate) fn open(&self, path: &str) -> Tab {
        let html = self.get(path).body;
        let value = |name: &str| {
            let from = html.find(name).unwrap_or_else(|| panic!("no {name} in {html}")) + name.len() + 2;
            html[from..].split('"').next().unwrap().to_owned()
        };
        let query = format!(
            "page={path}&version={}&style={}",
            value("data-version"),
            value("data-style")
        );
        let mut stream = self.connect();
        write!(
            stream,
            "GET /_xiangyin/events?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        .unwrap();
        Tab::from_stream(stream)
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(TIMEOUT * 2)).unwrap();
        stream
    }

    /// Presses Ctrl-C and waits for the end.
    #[cfg(unix)]
    pub(crate) fn interrupt(&mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        let mut status = None;
        wait_until("the preview has ended", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap()
    }
}

impl Drop for PreviewProcess {
    fn drop(&mut self) {
        // Has ended already where a test ended it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect_lines(stream: impl std::io::Read + Send + 'static, lines: &Arc<Mutex<Vec<String>>>) {
    let lines = Arc::clone(lines);
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            lines.lock().unwrap().push(line);
        }
    });
}

/// An answer to a request.
#[derive(Debug)]
pub(crate) struct HttpResponse {
    pub(crate) status: u16,
    headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl HttpResponse {
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer: {text}"));
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let pair = |line: &str| {
            line.split_once(": ")
                .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        };
        Self {
            status,
            headers: lines.filter_map(pair).collect(),
            body: body.to_owned(),
        }
    }

    /// A header; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// An open page's events.
pub(crate) struct Tab {
    events: Receiver<(String, String)>,
}

impl Tab {
    fn from_stream(stream: TcpStream) -> Self {
        let (sender, events) = channel();
        thread::spawn(move || {
            let mut name = String::new();
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                if let Some(event) = line.strip_prefix("event: ") {
                    event.clone_into(&mut name);
                } else if let Some(data) = line.strip_prefix("data: ")
                    && sender.send((name.clone(), data.to_owned())).is_err()
                {
                    return;
                }
            }
        });
        let tab = Self { events };
        assert!(
            tab.next_event("errors").contains("\"items\""),
            "each connection starts with the errors"
        );
        tab
    }

    /// The data of the next event, which must be `name`.
    #[track_caller]
    pub(crate) fn next_event(&self, name: &str) -> String {
        let (event, data) = self
            .events
            .recv_timeout(TIMEOUT)
            .unwrap_or_else(|_| panic!("no event {name}"));
        assert_eq!(event, name, "{data}");
        data
    }

    /// Whether nothing was told so far.
    pub(crate) fn is_quiet(&self) -> bool {
        self.events.try_recv().is_err()
    }
}
