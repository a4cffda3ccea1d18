//! Files that were made to be endless: each ends soon, in a page or in a finding that names the file.
//!
//! The sizes are such that a quadratic step takes minutes and a linear one well below a second.

use crate::common::{program, write_file};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// No input here may take so long, even on a busy machine without optimisation.
const PATIENCE: Duration = Duration::from_secs(300);

const SETTINGS: &str = "title: 镇\nbase_url: https://x.example/\npolicy: {review: \"off\"}\n";
const POST: &str = "---\ntitle: 题\ndate: 2022-05-02\n---\n";

type Files = Vec<(String, Vec<u8>)>;

fn text(path: &str, text: impl Into<String>) -> (String, Vec<u8>) {
    (path.to_owned(), text.into().into_bytes())
}

/// A post with this body.
fn body(markdown: String) -> Files {
    vec![text("content/volunteer/b.md", format!("{POST}{markdown}\n"))]
}

/// A theme of a town with one file.
fn theme(path: &str, content: &str) -> Files {
    let settings = format!("{SETTINGS}theme: town\n");
    vec![
        text("content/site.yaml", settings),
        text("themes/town/theme.yaml", "extends: default\n"),
        text(path, content),
    ]
}

fn article(content: &str) -> Files {
    theme("themes/town/templates/article.html", content)
}

/// The files with 400 posts of this body.
fn on_many_posts(mut files: Files, markdown: &str) -> Files {
    let posts = (0..400).map(|index| {
        let path = format!("content/volunteer/many-{index}.md");
        text(&path, format!("{POST}{markdown}\n"))
    });
    files.extend(posts);
    files
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], content: &[u8]) {
    out.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
    let start = out.len();
    out.extend(kind.iter().chain(content));
    let mut crc = flate2::Crc::new();
    crc.update(&out[start..]);
    out.extend(crc.sum().to_be_bytes());
}

/// Zeros, packed.
fn packed_zeros(bytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let part = vec![0; 1 << 20];
    (0..bytes >> 20).for_each(|_| encoder.write_all(&part).unwrap());
    encoder.finish().unwrap()
}

/// A PNG that says to have this size, with a colour profile that unpacks to `profile` bytes.
fn png(side: u32, profile: usize) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let size = [side.to_be_bytes(), side.to_be_bytes()].concat();
    chunk(&mut out, b"IHDR", &[size.as_slice(), &[8, 2, 0, 0, 0]].concat());
    if profile > 0 {
        chunk(
            &mut out,
            b"iCCP",
            &[b"x\0\0".as_slice(), &packed_zeros(profile)].concat(),
        );
    }
    chunk(&mut out, b"IDAT", b"\x78\x9c\x63\x60\x60\x60\x00\x00\x00\x04\x00\x01");
    chunk(&mut out, b"IEND", b"");
    out
}

fn picture(bytes: Vec<u8>) -> Files {
    let mut files = body("![河](i.png)".to_owned());
    files.push(("content/volunteer/i.png".to_owned(), bytes));
    files
}

/// A zip file in which each part is so many zeros.
fn zip_of_zeros(names: &[&str], bytes: usize) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let part = vec![0; 1 << 20];
    for name in names {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        (0..bytes >> 20).for_each(|_| zip.write_all(&part).unwrap());
    }
    zip.finish().unwrap().into_inner()
}

fn repeated(count: usize, mut line: impl FnMut(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut all, index| {
        let _ = write!(all, "{}", line(index));
        all
    })
}

/// Files that break a limit, and the code of the finding that says so.
fn beyond_limits() -> Vec<(&'static str, Files, &'static str)> {
    let laughs = repeated(11, |level| {
        let item = if level == 0 {
            "x".to_owned()
        } else {
            format!("*a{}", level - 1)
        };
        format!("a{level}: &a{level} [{}]\n", [item.as_str(); 9].join(", "))
    });
    let wide = format!("名称,村{}\n队,{}\n", ",列".repeat(20_000), ",x".repeat(20_000));
    vec![
        (
            "nested rules",
            theme(
                "themes/town/static/town.css",
                &("a{".repeat(200_000) + &"}".repeat(200_000)),
            ),
            "bad-sheet",
        ),
        (
            "nested menus",
            vec![text("content/site.yaml", {
                let (start, end) = ("{label: a, children: [", "]}");
                format!(
                    "{SETTINGS}nav: [{}{{label: b, url: /}}{}]\n",
                    start.repeat(20),
                    end.repeat(20)
                )
            })],
            "wrong-type",
        ),
        (
            "nested brackets",
            vec![text("content/_data/teams.yaml", "[".repeat(200_000))],
            "yaml-syntax",
        ),
        (
            "nested lines",
            vec![text(
                "content/_data/teams.yaml",
                repeated(3_000, |level| format!("{}k:\n", " ".repeat(level))),
            )],
            "yaml-syntax",
        ),
        ("aliases", vec![text("content/_metrics.yaml", laughs)], "yaml-syntax"),
        ("a wide row", vec![text("content/_data/teams.csv", wide)], "bad-ledger"),
        (
            "a packed workbook",
            vec![(
                "content/_data/teams.xlsx".to_owned(),
                zip_of_zeros(&["xl/workbook.xml"], 600 << 20),
            )],
            "bad-ledger",
        ),
        ("a picture of any size", picture(png(60_000, 0)), "bad-picture"),
        ("a large colour profile", picture(png(1, 128 << 20)), "bad-picture"),
        (
            "loops in loops",
            article("{% for a in range(end=90000) %}{% for b in range(end=90000) %}{{ a }}{% endfor %}{% endfor %}"),
            "bad-template",
        ),
        (
            "loops that write nothing",
            article("{% for a in range(end=90000) %}{% for b in range(end=90000) %}{% endfor %}{% endfor %}"),
            "bad-template",
        ),
        (
            "a template without end, of many pages",
            on_many_posts(
                article("{% for a in range(end=90000) %}{% for b in range(end=90000) %}{% endfor %}{% endfor %}"),
                "",
            ),
            "bad-template",
        ),
        (
            "a shortcode without end, in many posts",
            on_many_posts(
                theme(
                    "themes/town/templates/shortcodes/long.html",
                    &format!(
                        "{{% component long() %}}{{% for a in range(end=90000) %}}{{% for b in range(end=90) %}}{}{{% \
                         endfor %}}{{% endfor %}}{{% endcomponent long %}}",
                        "字".repeat(1_000)
                    ),
                ),
                "{{ long() }}",
            ),
            "bad-template",
        ),
        (
            "a component with loops in a loop",
            article(
                "{% component once(a) %}{% for b in range(end=90000) %}{% endfor %}{% endcomponent once %}{% for a in \
                 range(end=90000) %}{{ <once a={a} /> }}{% endfor %}",
            ),
            "bad-template",
        ),
        (
            "a long range",
            article("{% for a in range(end=900000000) %}{{ a }}{% endfor %}"),
            "bad-template",
        ),
        (
            "a template that includes itself",
            article("{% include \"article.html\" %}"),
            "bad-template",
        ),
        (
            "a component that calls itself",
            article("{% component again() %}{{ <again /> }}{% endcomponent again %}{{ <again /> }}"),
            "bad-template",
        ),
    ]
}

/// Files that are odd but break no limit, or whose limit is not worth a finding.
fn within_limits() -> Vec<(&'static str, Files)> {
    let links = repeated(5_000, |index| format!("[a](b{index}.md) "));
    let own_metrics = repeated(400, |index| {
        format!("own.m{index}: {{label: 数{index}, unit: 件, of: volunteer, aggregate: count}}\n")
    });
    vec![
        (
            "equal rules",
            theme("themes/town/static/town.css", &".a{color:red}\n".repeat(20_000)),
        ),
        ("nested quotes", body(">".repeat(20_000) + "x")),
        (
            "nested lists",
            body(repeated(1_000, |level| format!("{}- x\n", "  ".repeat(level)))),
        ),
        ("marks of emphasis", body("*a_".repeat(50_000))),
        ("brackets", body("[".repeat(50_000) + &"]".repeat(50_000))),
        ("nested elements", body("<div>".repeat(20_000))),
        ("open calls", body("{{ notice(title=\"x\") }}\n".repeat(5_000))),
        ("dead links", body(links)),
        ("own metrics", vec![text("content/_metrics.yaml", own_metrics)]),
        ("a packed attachment", {
            let mut files = body("[附件](a.docx)".to_owned());
            files.push((
                "content/volunteer/a.docx".to_owned(),
                zip_of_zeros(&["word/document.xml"], 300 << 20),
            ));
            files
        }),
    ]
}

/// Builds a site with `files`. Returns the exit status, and what was printed.
fn build(name: &str, files: &Files) -> (Option<i32>, String) {
    let dir = tempfile::tempdir().unwrap();
    write_file(&dir.path().join("content/site.yaml"), SETTINGS);
    write_file(&dir.path().join("content/volunteer/a.md"), format!("{POST}文\n"));
    for (path, bytes) in files {
        write_file(&dir.path().join(path), bytes);
    }
    let mut command = program();
    command
        .args(["build", "--message-format", "json", "--site"])
        .arg(dir.path());
    let printed = dir.path().join("printed");
    let file = std::fs::File::create(&printed).unwrap();
    let mut child = command.stdout(Stdio::from(file)).stderr(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{name}: no end after {PATIENCE:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    (status, std::fs::read_to_string(printed).unwrap())
}

#[test]
fn crafted_inputs_end_soon_with_a_finding() {
    for (name, files, code) in beyond_limits() {
        let (status, printed) = build(name, &files);
        assert!(matches!(status, Some(0 | 1)), "{name}: {status:?}");
        assert!(
            printed.contains(&format!("\"code\":\"{code}\"")),
            "{name}: {}",
            printed.chars().take(2_000).collect::<String>()
        );
    }
}

#[test]
fn odd_inputs_end_soon() {
    for (name, files) in within_limits() {
        let (status, _) = build(name, &files);
        assert!(matches!(status, Some(0 | 1)), "{name}: {status:?}");
    }
}
