//! What is judged by its bytes and not by its name: photographs under odd names and in texts, films, documents.

use crate::common::photograph::{SECRET, photograph};
use crate::common::{FileTree, read_tree, write_file};
use data_encoding::BASE64;
use std::path::Path;
use xiangyin::testing::diag::{Code, Diagnostic};
use xiangyin::testing::pipeline::{NoProgress, Request, build, check};

const SETTINGS: &str = "title: 乡音\nbase_url: https://qihe.example/\npolicy: {review: off, reports: written}\nowner: {name: 栖禾镇人民政府}\n";

fn site(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    site_with_settings(SETTINGS, files)
}

/// A site that publishes all its files, whether or not a text refers to them.
fn site_of_files(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    site_with_settings(&format!("{SETTINGS}assets: {{publish: [\"**\"]}}\n"), files)
}

fn site_with_settings(settings: &str, files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_file(&folder.path().join("content/site.yaml"), settings.as_bytes());
    for (path, bytes) in files {
        write_file(&folder.path().join("content").join(path), bytes);
    }
    folder
}

fn request(folder: &tempfile::TempDir) -> Request {
    Request::new(folder.path(), "2022-07-01".parse().unwrap())
}

fn built(folder: &tempfile::TempDir) -> FileTree {
    let outcome = build(&request(folder), &NoProgress);
    assert!(outcome.published, "{:?}", outcome.findings);
    read_tree(&folder.path().join("public"))
}

/// The codes of the findings about files, and the files.
fn found(folder: &tempfile::TempDir) -> Vec<(Code, String)> {
    let about_file = |finding: Diagnostic| Some((finding.code, finding.place?.file));
    check(&request(folder), &NoProgress)
        .findings
        .into_iter()
        .filter_map(about_file)
        .collect()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn post(text: &str) -> Vec<u8> {
    format!("---\ntitle: 清河行动\ndate: 2022-06-01\n---\n志愿者清理了河道。\n\n{text}\n").into_bytes()
}

fn film_box(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes(), kind.as_slice(), content].concat()
}

/// A film with a place in its user data; `format` is that of its only track.
fn film(format: &[u8; 4]) -> Vec<u8> {
    let description = [[0, 0, 0, 0, 0, 0, 0, 1].as_slice(), &film_box(format, b"")].concat();
    let samples = film_box(b"minf", &film_box(b"stbl", &film_box(b"stsd", &description)));
    let movie = [
        film_box(b"trak", &film_box(b"mdia", &samples)),
        film_box(b"udta", &film_box(b"\xA9xyz", SECRET)),
    ];
    [
        film_box(b"ftyp", b"isom\0\0\0\0"),
        film_box(b"mdat", b"PICTURES"),
        film_box(b"moov", &movie.concat()),
    ]
    .concat()
}

#[test]
fn photographs_are_cleaned_whatever_their_names() {
    let picture = photograph(600, 400, 1, 0);
    let turned = photograph(600, 400, 6, 0);
    let names = [
        "photo",
        "photo.mpo",
        "photo.jpg_large",
        "photo.pjpeg",
        "照片.tmp1",
        "a.b.1",
    ];
    let mut files: Vec<(String, &[u8])> = vec![("volunteer/photo.jpg.txt".to_owned(), &picture)];
    for name in names {
        files.push((format!("volunteer/img/{name}"), &picture));
        files.push((format!("volunteer/turned/{name}"), &turned));
    }
    let shown = names.map(|name| format!("![现场](<img/{name}>)\n\n[原图](<turned/{name}>)"));
    let text = post(&format!("{}\n\n[照片](photo.jpg.txt)", shown.join("\n\n")));
    files.push(("volunteer/a.md".to_owned(), &text));
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, bytes)| (path.as_str(), *bytes)).collect();
    let folder = site(&files);
    let tree = built(&folder);
    for (path, bytes) in &tree {
        assert!(!holds(bytes, SECRET) && !holds(bytes, b"Exif\0"), "{}", path.display());
    }
    let pictures = tree
        .values()
        .filter(|bytes| bytes.starts_with(&[0xFF, 0xD8, 0xFF]))
        .count();
    assert!(pictures > 2 * names.len(), "{pictures}");
}

#[test]
fn pictures_that_cannot_be_cleaned_are_errors_whatever_their_names() {
    for (name, bytes) in [
        ("IMG_1.dng", b"II*\0\x08\0\0\0 and the rest".as_slice()),
        ("IMG_2", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        ("IMG_3.bin", b"\x89PNG\r\n\x1A\n\0\0"),
        ("IMG_4.dat", b"\0\0\0\x0CJXL \r\n\x87\n and more"),
    ] {
        let folder = site_of_files(&[(name, bytes)]);
        assert_eq!(
            found(&folder),
            [(Code::BadPicture, format!("content/{name}"))],
            "{name}"
        );
    }
    let folder = site_of_files(&[("a.jpg", b"just a text")]);
    assert_eq!(found(&folder), [(Code::NotAPicture, "content/a.jpg".to_owned())]);
    assert!(!build(&request(&folder), &NoProgress).published);
}

#[test]
fn pictures_in_texts_are_cleaned_on_pages_and_in_feeds() {
    let data = |picture: &[u8]| format!("data:image/jpeg;base64,{}", BASE64.encode(picture));
    let (upright, turned) = (data(&photograph(40, 30, 1, 0)), data(&photograph(40, 30, 6, 1)));
    let cover = format!("---\ntitle: 封面\ndate: 2022-06-02\ncover: {upright}\n---\n志愿者又来了一次。\n");
    let folder = site(&[
        (
            "volunteer/a.md",
            &post(&format!(
                "![现场]({upright})\n\n<p><img src=\"{turned}\" alt=\"河\"></p>"
            )),
        ),
        ("volunteer/b.md", &post(&format!("<img alt='x' src='{upright}'>"))),
        ("volunteer/c.md", cover.as_bytes()),
    ]);
    let tree = built(&folder);
    let mut pictures = 0;
    for (path, bytes) in &tree {
        let text = String::from_utf8_lossy(bytes);
        for encoded in text.split("data:image/jpeg;base64,").skip(1) {
            let end = encoded.find(|c: char| !c.is_ascii_alphanumeric() && !"+/=".contains(c));
            let picture = BASE64
                .decode(&encoded.as_bytes()[..end.unwrap_or(encoded.len())])
                .unwrap();
            assert!(!holds(&picture, SECRET), "{}", path.display());
            assert!(image::load_from_memory(&picture).is_ok());
            pictures += 1;
        }
    }
    assert!(pictures >= 3, "{pictures}");
    let folder = site(&[("volunteer/a.md", &post("![现场](data:image/jpeg;base64,AAAA)"))]);
    assert_eq!(
        found(&folder),
        [(Code::BadPicture, "content/volunteer/a.md".to_owned())]
    );
}

#[test]
fn films_lose_their_place_in_the_copy() {
    let film = film(b"avc1");
    let folder = site_of_files(&[("videos/a.mp4", &film), ("videos/b.bin", &film)]);
    let tree = built(&folder);
    for name in ["videos/a.mp4", "videos/b.bin"] {
        let copy = &tree[Path::new(name)];
        assert_eq!(copy.len(), film.len());
        assert!(holds(copy, b"PICTURES") && !holds(copy, SECRET), "{name}");
    }
    let original = std::fs::read(folder.path().join("content/videos/a.mp4")).unwrap();
    assert_eq!(original, film, "the editor's file stays");
}

#[test]
fn films_with_a_track_of_places_are_errors() {
    let folder = site_of_files(&[("videos/a.mp4", &film(b"gpmd"))]);
    assert_eq!(found(&folder), [(Code::FilmPlace, "content/videos/a.mp4".to_owned())]);
}

#[test]
fn documents_with_names_are_one_warning_each_and_the_owner_is_no_secret() {
    let pdf = "%PDF-1.4 /Author (许知远) /Company (打印店)".as_bytes();
    let own = "%PDF-1.4 /Author (栖禾镇人民政府)".as_bytes();
    let folder = site_of_files(&[("files/a.pdf", pdf), ("files/b.pdf", own)]);
    assert_eq!(
        found(&folder),
        [(Code::DocumentDetails, "content/files/a.pdf".to_owned())]
    );
    built(&folder);
}

/// A photograph whose XMP has the label of generated content.
fn generated_picture() -> Vec<u8> {
    let xmp = "http://ns.adobe.com/xap/1.0/\0<rdf:Description TC260:AIGC=\"{&quot;Label&quot;:&quot;1&quot;,&quot;ProduceID&quot;:&quot;A-1&quot;}\"/>";
    let plain = photograph(1200, 800, 1, 0);
    let length = (xmp.len() as u16 + 2).to_be_bytes();
    [&plain[..2], &[0xFF, 0xE1], &length, xmp.as_bytes(), &plain[2..]].concat()
}

#[test]
fn labels_of_generated_pictures_stay_and_posts_must_say_so() {
    let picture = generated_picture();
    let with = |ai: &str| {
        let front =
            format!("---\ntitle: 清河行动\ndate: 2022-06-01\n{ai}---\n志愿者清理了河道。\n\n![效果图](river.jpg)\n");
        site(&[("volunteer/a.md", front.as_bytes()), ("volunteer/river.jpg", &picture)])
    };
    let silent = with("");
    assert_eq!(
        found(&silent),
        [(Code::GeneratedPicture, "content/volunteer/a.md".to_owned())]
    );
    let said = with("ai: {picture: generated, text: 改动}\n");
    assert_eq!(found(&said), []);
    let tree = built(&said);
    let is_picture = |path: &Path| {
        path.extension()
            .is_some_and(|ending| ending == "jpg" || ending == "webp")
    };
    let pictures: Vec<_> = tree.iter().filter(|(path, _)| is_picture(path)).collect();
    assert!(pictures.len() > 2, "{}", pictures.len());
    for (path, bytes) in pictures {
        assert!(
            holds(bytes, b"tc260.org.cn/ns/AIGC/1.0/") && holds(bytes, b"A-1"),
            "{}",
            path.display()
        );
        assert!(!holds(bytes, SECRET), "{}", path.display());
    }
    let statement = "文字经人工智能改动，图片由人工智能生成";
    for name in ["volunteer/a/index.html", "feed.xml"] {
        let text = String::from_utf8_lossy(&tree[Path::new(name)]);
        assert!(text.contains(statement), "{name}: {text}");
    }
    let page = String::from_utf8_lossy(&tree[Path::new("volunteer/a/index.html")]);
    assert!(
        page.contains("CompositeWithTrainedAlgorithmicMediaDigitalSource"),
        "{page}"
    );
}

#[test]
fn posts_with_generated_films_must_say_so() {
    let label = b"<rdf:Description TC260:AIGC=\"{&quot;Label&quot;:&quot;1&quot;}\"/>".as_slice();
    let packet = [label, &[b' '; 1000]].concat();
    let film = [
        film_box(b"ftyp", b"isom"),
        film_box(b"moov", &film_box(b"udta", &film_box(b"XMP_", &packet))),
    ]
    .concat();
    let with = |ai: &str| {
        let front = format!("---\ntitle: 清河行动\ndate: 2022-06-01\nvideo: a.mp4\n{ai}---\n河道变清了。\n");
        site(&[("videos/a.md", front.as_bytes()), ("videos/a.mp4", &film)])
    };
    let codes = |folder: &tempfile::TempDir| -> Vec<Code> { found(folder).into_iter().map(|(code, _)| code).collect() };
    assert!(codes(&with("")).contains(&Code::GeneratedPicture));
    assert!(
        codes(&with("ai: {picture: generated}\n")).contains(&Code::GeneratedPicture),
        "another part"
    );
    assert!(!codes(&with("ai: {video: edited}\n")).contains(&Code::GeneratedPicture));
}

#[test]
fn trusted_frames_and_objects_refer_to_files() {
    let settings = format!("{SETTINGS}markdown: {{html: trust}}\n");
    let text = post(
        "<iframe src=\"map.pdf\" title=\"地图\"></iframe>\n\n<object data=\"form.pdf\"></object>\n\n<embed src=\"plan.pdf\">",
    );
    let files: [(&str, &[u8]); 5] = [
        ("volunteer/a.md", &text),
        ("volunteer/map.pdf", b"%PDF-1.4 map"),
        ("volunteer/form.pdf", b"%PDF-1.4 form"),
        ("volunteer/plan.pdf", b"%PDF-1.4 plan"),
        ("volunteer/other.pdf", b"%PDF-1.4 other"),
    ];
    let tree = built(&site_with_settings(&settings, &files));
    let has = |name: &str| tree.contains_key(Path::new(&format!("volunteer/{name}")));
    assert!(has("map.pdf") && has("form.pdf") && has("plan.pdf") && !has("other.pdf"));
}
