//! Pictures through whole builds: what is published of them, what pages show, what is kept for the next time.

use crate::common::photograph::{self, SECRET};
use crate::common::{FileTree, read_tree, write_file};
use image::RgbImage;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use xiangyin::testing::diag::Code;
use xiangyin::testing::pipeline::{Answer, NoProgress, Outcome, Request, Session, build, check};

fn photograph(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    photograph::photograph(width, height, orientation, 0)
}

/// A site in a folder of its own.
struct PictureSite(tempfile::TempDir);

impl PictureSite {
    fn new(files: &[(&str, &str)]) -> Self {
        let site = Self(tempfile::tempdir().unwrap());
        site.write(
            "site.yaml",
            "title: 乡音\nbase_url: https://qihe.example/town/\npolicy: {review: off}\n".as_bytes(),
        );
        files.iter().for_each(|(path, text)| site.write(path, text.as_bytes()));
        site
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        write_file(&self.0.path().join("content").join(path), bytes);
    }

    fn request(&self) -> Request {
        Request::new(self.0.path(), "2022-07-01".parse().unwrap())
    }

    fn build(&self) -> (Outcome, FileTree) {
        self.build_request(&self.request())
    }

    fn build_request(&self, request: &Request) -> (Outcome, FileTree) {
        let outcome = build(request, &NoProgress);
        assert!(outcome.published, "{:?}", outcome.findings);
        (outcome, read_tree(&self.0.path().join("public")))
    }

    /// What is kept of pictures: names and times.
    fn cached_files(&self) -> BTreeSet<(PathBuf, SystemTime)> {
        let Ok(entries) = fs::read_dir(self.0.path().join(".xiangyin-cache/pictures")) else {
            return BTreeSet::new();
        };
        let look = |entry: fs::DirEntry| (entry.path(), entry.metadata().unwrap().modified().unwrap());
        entries.flatten().map(look).collect()
    }
}

fn post(cover: &str, text: &str) -> String {
    format!("---\ntitle: 清河行动\ndate: 2022-06-01\ncover: {cover}\n---\n正文。\n\n{text}\n")
}

fn page(tree: &FileTree, path: &str) -> String {
    String::from_utf8(tree[Path::new(path)].clone()).unwrap()
}

/// The addresses in all `srcset` attributes of a page.
fn srcset_addresses(html: &str) -> BTreeSet<String> {
    let sets = html
        .split("srcset=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let address = |entry: &str| entry.split_whitespace().next().map(str::to_owned);
    sets.flat_map(|set| set.split(", ").filter_map(address)).collect()
}

fn contains_bytes(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|part| part == what)
}

#[test]
fn video_poster_is_no_larger_than_displayed() {
    let front = |poster: &str| {
        format!("---\ntitle: 一曲\ndate: 2022-06-01\nvideo: https://v.example/1\nposter: {poster}\n---\n正文。\n")
    };
    let site = PictureSite::new(&[
        ("videos/large.md", &front("img/large.jpg")),
        ("videos/small.md", &front("img/small.jpg")),
    ]);
    site.write("videos/img/large.jpg", &photograph(1400, 800, 1));
    site.write("videos/img/small.jpg", &photograph(900, 600, 1));
    let (_, tree) = site.build();
    for (path, poster, width) in [("large", "large.poster-1280.jpg", 1280), ("small", "small.jpg", 900)] {
        assert!(page(&tree, &format!("videos/{path}/index.html")).contains(&format!("/town/videos/img/{poster}\"")));
        let picture = image::load_from_memory(&tree[&Path::new("videos/img").join(poster)]).unwrap();
        assert_eq!(picture.width(), width);
    }
}

#[test]
fn pages_offer_several_image_sizes_that_all_exist() {
    let text = "![岸边](img/harvest.jpg)\n\n![小](img/small.jpg)\n\n{{ gallery(images=[\"img/lying.jpg\"], caption=\"图集\") }}";
    let site = PictureSite::new(&[
        ("volunteer/a.md", &post("img/harvest.jpg", text)),
        ("role-models/b.md", &post("/volunteer/img/lying.jpg", "正文。")),
    ]);
    site.write("volunteer/img/harvest.jpg", &photograph(1400, 900, 1));
    site.write("volunteer/img/lying.jpg", &photograph(1000, 700, 6));
    site.write("volunteer/img/small.jpg", &photograph(300, 200, 1));
    site.write("volunteer/img/unused.jpg", &photograph(900, 600, 1));
    let (_, tree) = site.build();
    let mut named = BTreeSet::new();
    for (path, bytes) in &tree {
        assert!(
            !contains_bytes(bytes, SECRET) && !contains_bytes(bytes, b"Exif\0"),
            "{} holds a place",
            path.display()
        );
        if path.extension().is_some_and(|ending| ending == "html") {
            named.extend(srcset_addresses(&String::from_utf8_lossy(bytes)));
        }
    }
    let made = tree.keys().filter_map(|path| path.to_str());
    let made: BTreeSet<String> = made
        .filter(|path| path.contains("/img/") && path.matches('.').count() > 1)
        .map(|path| format!("/town/{path}"))
        .collect();
    assert!(
        named.is_subset(&made),
        "{:?} are named and not made",
        named.difference(&made)
    );
    // Whether a list shows covers is for the theme to say.
    let is_cover = |name: &&String| name.contains(".cover-") || name.contains(".portrait-");
    let idle: Vec<&String> = made.difference(&named).filter(|name| !is_cover(name)).collect();
    assert!(idle.is_empty(), "{idle:?} are made for no page");
    for name in [
        "harvest.640.webp",
        "harvest.640.jpg",
        "harvest.cover-640.webp",
        "lying.700.webp",
        "lying.portrait-480.webp",
    ] {
        assert!(
            made.contains(&format!("/town/volunteer/img/{name}")),
            "{name} in {made:?}"
        );
    }
    assert!(
        !made
            .iter()
            .any(|name| name.contains("small") || name.contains("unused"))
    );
    let article = page(&tree, "volunteer/a/index.html");
    for part in [
        "<picture><source type=\"image/webp\" srcset=\"/town/volunteer/img/harvest.320.webp 320w, ",
        "<img src=\"/town/volunteer/img/harvest.jpg\" alt=\"岸边\" loading=\"lazy\"",
        "width=\"1400\" height=\"900\"",
        "width=\"300\" height=\"200\"",
        "width=\"700\" height=\"1000\"",
        "sizes=\"(min-width: 30rem) 20rem, 100vw\"",
    ] {
        assert!(article.contains(part), "{part} in {article}");
    }
    assert!(!article.contains("data-sizes"));
    let home = page(&tree, "index.html");
    assert!(
        home.contains("fetchpriority=\"high\"") && home.contains("lying.cover-700.webp"),
        "{home}"
    );
    let feed = page(&tree, "feed.xml");
    assert!(feed.contains("https://qihe.example/town/volunteer/img/harvest.jpg") && !feed.contains("srcset"));
    assert!(article.contains("property=\"og:image\" content=\"https://qihe.example/town/volunteer/img/harvest.jpg\""));
}

#[test]
fn relative_links_reach_resized_images() {
    let site = PictureSite::new(&[("volunteer/a.md", &post("b.jpg", "![图](b.jpg)"))]);
    site.write("volunteer/b.jpg", &photograph(700, 500, 1));
    let request = Request {
        base_url: Some(String::new()),
        ..site.request()
    };
    let (_, tree) = site.build_request(&request);
    let found = srcset_addresses(&page(&tree, "volunteer/a/index.html"));
    assert!(!found.is_empty());
    for address in found {
        let path = address.strip_prefix("../../").unwrap();
        assert!(tree.contains_key(Path::new(path)), "{address}");
    }
}

#[test]
fn cache_keeps_variants_until_they_are_unused() {
    let site = PictureSite::new(&[("volunteer/a.md", &post("b.jpg", "![图](b.jpg)"))]);
    site.write("volunteer/b.jpg", &photograph(700, 500, 6));
    let (_, first) = site.build();
    let kept = site.cached_files();
    assert!(kept.len() > 4, "{kept:?}");
    let forced = Request {
        force: true,
        ..site.request()
    };
    assert_eq!(site.build_request(&forced).1, first);
    assert_eq!(site.cached_files(), kept, "nothing was made again");
    fs::remove_dir_all(site.0.path().join("public")).unwrap();
    assert_eq!(site.build().1, first);
    assert_eq!(site.cached_files(), kept);
    // Damaged, or gone: made again, and the same.
    for (path, _) in &kept {
        fs::write(path, "damaged").unwrap();
    }
    assert_eq!(site.build_request(&forced).1, first);
    fs::remove_dir_all(site.0.path().join(".xiangyin-cache")).unwrap();
    assert_eq!(site.build_request(&forced).1, first);
    let names = |site: &PictureSite| {
        site.cached_files()
            .into_iter()
            .map(|(path, _)| path)
            .collect::<BTreeSet<_>>()
    };
    let before = names(&site);
    site.write("volunteer/b.jpg", &photograph(720, 500, 1));
    site.build();
    assert!(names(&site).is_disjoint(&before), "what nothing uses is gone");
}

#[test]
fn incremental_build_equals_clean_build() {
    let site = PictureSite::new(&[
        ("volunteer/a.md", &post("b.jpg", "正文。")),
        ("about.md", "---\ntitle: 关于\n---\n好。\n"),
    ]);
    site.write("volunteer/b.jpg", &photograph(700, 500, 1));
    site.write("volunteer/c.jpg", &photograph(500, 700, 8));
    site.build();
    let changes: [(&str, Vec<u8>); 5] = [
        ("volunteer/b.jpg", photograph(900, 500, 1)),
        ("about.md", "---\ntitle: 关于\n---\n![图](volunteer/c.jpg)\n".into()),
        ("volunteer/a.md", post("c.jpg", "![图](b.jpg)").into()),
        ("volunteer/c.jpg", photograph(330, 500, 1)),
        (
            "about.md",
            "---\ntitle: 关于\n---\n{{ figure(src=\"/volunteer/c.jpg\", caption=\"图\") }}\n".into(),
        ),
    ];
    for (path, bytes) in changes {
        site.write(path, &bytes);
        let (_, after) = site.build();
        let forced = Request {
            force: true,
            ..site.request()
        };
        assert_eq!(site.build_request(&forced).1, after, "{path}");
    }
}

#[test]
fn preview_serves_the_bytes_that_a_build_writes() {
    let site = PictureSite::new(&[
        ("volunteer/a.md", &post("b.jpg", "正文。")),
        ("about.md", "---\ntitle: 关于\n---\n好。\n"),
    ]);
    site.write("volunteer/b.jpg", &photograph(700, 500, 6));
    site.write(
        "volunteer/c.svg",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"3\"><script/></svg>",
    );
    let mut session = Session::open(site.request());
    for text in ["好。", "![图](volunteer/b.jpg)", "![图](volunteer/c.svg)"] {
        site.write("about.md", format!("---\ntitle: 关于\n---\n{text}\n").as_bytes());
        let path = site.0.path().join("content/about.md");
        session.update(&xiangyin::testing::source::Changes::Paths(BTreeSet::from([path])));
        let (_, tree) = site.build();
        for (path, bytes) in tree.iter().filter(|(path, _)| !path.ends_with(".xiangyin")) {
            let found = match session.last_good().answer(&format!("/{}", path.to_str().unwrap())) {
                Answer::Page(found) | Answer::Bytes(found) | Answer::Generated(_, found) => found,
                Answer::File(disk) => fs::read(disk).unwrap(),
                other => panic!("{}: {other:?}", path.display()),
            };
            assert_eq!(found, *bytes, "{}", path.display());
        }
    }
}

#[test]
fn unpublishable_images_are_reported() {
    let site = PictureSite::new(&[("volunteer/a.md", &post("b.jpg", "正文。"))]);
    site.write("volunteer/b.jpg", &photograph(700, 500, 1));
    let found = |name: &str, bytes: &[u8]| {
        site.write(name, bytes);
        site.write("volunteer/c.md", post(&format!("/{name}"), "正文。").as_bytes());
        let outcome = build(&site.request(), &NoProgress);
        assert_eq!(check(&site.request(), &NoProgress).findings, outcome.findings, "{name}");
        fs::remove_file(site.0.path().join("content").join(name)).unwrap();
        fs::remove_file(site.0.path().join("content/volunteer/c.md")).unwrap();
        let about = |finding: &&xiangyin::testing::diag::Diagnostic| {
            finding.place.as_ref().is_some_and(|place| place.file.ends_with(name))
        };
        let codes: Vec<Code> = outcome
            .findings
            .iter()
            .filter(about)
            .map(|finding| finding.code)
            .collect();
        (codes, outcome.published)
    };
    assert_eq!(
        found("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1"),
        (vec![Code::BadPicture], false)
    );
    assert_eq!(
        found("photo.jpg", b"\0\0\0\x18ftypheic\0\0\0\0mif1"),
        (vec![Code::BadPicture], false)
    );
    assert_eq!(
        found("half.png", b"\x89PNG\r\n\x1A\n\0\0"),
        (vec![Code::BadPicture], false)
    );
    assert_eq!(found("plan.svg", b"<svg><g></svg>"), (vec![Code::BadPicture], false));
    assert_eq!(found("text.png", b"no picture"), (vec![Code::NotAPicture], false));
    let whole = photograph(400, 300, 1);
    assert_eq!(
        found("half.jpg", &whole[..whole.len() / 2]),
        (vec![Code::BadPicture], false)
    );
    // A head that is whole, and nothing behind it.
    let mut cut = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut cut);
    RgbImage::from_fn(700, 500, |x, y| image::Rgb([x as u8, y as u8, 7]))
        .write_with_encoder(encoder)
        .unwrap();
    site.write("volunteer/b.jpg", &cut[..cut.len() / 2]);
    let outcome = build(&site.request(), &NoProgress);
    assert!(!outcome.published && outcome.findings.iter().any(|finding| finding.code == Code::BadPicture));
    assert_eq!(check(&site.request(), &NoProgress).findings, outcome.findings);
}

#[test]
fn svgs_are_published_without_scripts() {
    let site = PictureSite::new(&[("about.md", "---\ntitle: 关于\n---\n![图](map.svg)\n![图](clean.svg)\n")]);
    let clean = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"30\"><path d=\"M0 0\" /></svg>\n";
    site.write("clean.svg", clean.as_bytes());
    site.write(
        "map.svg",
        clean
            .replace("<path", "<script>alert(1)</script><path onclick=\"x()\"")
            .as_bytes(),
    );
    let (_, tree) = site.build();
    assert_eq!(page(&tree, "clean.svg"), clean);
    let map = page(&tree, "map.svg");
    assert!(
        !map.contains("script") && !map.contains("onclick") && map.contains("<path d=\"M0 0\"/>"),
        "{map}"
    );
    assert!(page(&tree, "about/index.html").contains("width=\"40\" height=\"30\""));
}
