//! Personal numbers in every place that is published, in every spelling: each is found, and no output shows one.

mod places;

use crate::common::{read_tree, run_on, write_file};
use jiff::civil::{Date, date};
use places::{PLACES, Place, write_site};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;
use xiangyin::testing::desk::{Desk, DeskLinks, render_desk};
use xiangyin::testing::diag::{Code, Diagnostic, Severity};
use xiangyin::testing::messages::{Lang, help};
use xiangyin::testing::pipeline::{NoProgress, Request, Session, check};
use xiangyin::testing::source::Changes;

const TODAY: Date = date(2026, 3, 5);

/// A way to write a number.
struct Spelling {
    text: &'static str,
    digits: &'static str,
    /// Whether it may stand in the name of a file.
    fits_name: bool,
    /// Whether it is written with marks or elements, which only Markdown and HTML read.
    is_markup: bool,
}

const MOBILE: &str = "13800138000";
const ID: &str = "11010519491231002X";
const CARD: &str = "6222021380013800136";

const fn plain(text: &'static str, digits: &'static str) -> Spelling {
    Spelling {
        text,
        digits,
        fits_name: true,
        is_markup: false,
    }
}

const fn not_in_names(text: &'static str, digits: &'static str) -> Spelling {
    Spelling {
        fits_name: false,
        ..plain(text, digits)
    }
}

const fn markup(text: &'static str, digits: &'static str) -> Spelling {
    Spelling {
        is_markup: true,
        ..not_in_names(text, digits)
    }
}

const SPELLINGS: [Spelling; 27] = [
    plain("13800138000", MOBILE),
    plain("138-0013-8000", MOBILE),
    plain("138 0013 8000", MOBILE),
    plain("138.0013.8000", MOBILE),
    plain("+8613800138000", MOBILE),
    plain("+86 138-0013-8000", MOBILE),
    plain("8613800138000", MOBILE),
    plain("１３８００１３８０００", MOBILE),
    plain("138\u{200B}0013\u{200B}8000", MOBILE),
    plain("手机13800138000", MOBILE),
    plain("手机-13800138000", MOBILE),
    plain("Tel13800138000", MOBILE),
    not_in_names("Tel:13800138000", MOBILE),
    plain("号=13800138000", MOBILE),
    plain("号#13800138000", MOBILE),
    not_in_names("call 13800138000.", MOBILE),
    not_in_names("号/13800138000/", MOBILE),
    markup("138**0013**8000", MOBILE),
    markup("138<b>0013</b>8000", MOBILE),
    markup("138&nbsp;0013&nbsp;8000", MOBILE),
    plain("11010519491231002X", ID),
    plain("11010519491231002x", ID),
    plain("110105 19491231 002X", ID),
    plain("１１０１０５１９４９１２３１００２Ｘ", ID),
    plain("卡号6222021380013800136", CARD),
    plain("6222 0213 8001 3800 136", CARD),
    plain("6222-0213-8001-3800-136", CARD),
];

/// The places in which a spelling may stand.
fn places_for(spelling: &Spelling) -> impl Iterator<Item = &'static Place> {
    let fits = |place: &&Place| (spelling.fits_name || !place.is_name) && (!spelling.is_markup || place.reads_markup);
    PLACES.iter().filter(fits)
}

fn request(site: &Path) -> Request {
    Request::new(site, TODAY)
}

/// The digits and the letter X of a text, without what may stand between the digits of one number.
fn squeezed(text: &str) -> String {
    let half_width = |c: char| match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        'Ｘ' | 'x' => 'X',
        c => c,
    };
    let is_between = |c: &char| " -.\u{200B}\u{A0}".contains(*c);
    let text = text
        .replace("<b>", "")
        .replace("</b>", "")
        .replace("&nbsp;", " ")
        .replace("138**0013**8000", MOBILE);
    text.chars().map(half_width).filter(|c| !is_between(c)).collect()
}

fn assert_hides(text: &str, digits: &str, output: &str) {
    assert!(!squeezed(text).contains(digits), "{output} shows {digits}:\n{text}");
}

/// The files with findings about numbers.
fn files_with_numbers(findings: &[Diagnostic]) -> BTreeSet<String> {
    let found = findings.iter().filter(|finding| finding.code == Code::Privacy);
    found
        .inspect(|finding| assert_eq!(finding.severity, Severity::Error))
        .filter_map(|finding| finding.place.as_ref())
        .map(|place| place.shown_file().into_owned())
        .collect()
}

#[test]
fn each_number_is_found_in_each_place() {
    for spelling in &SPELLINGS {
        let folder = tempfile::tempdir().unwrap();
        let places: Vec<&Place> = places_for(spelling).collect();
        let files = write_site(folder.path(), &places, spelling.text);
        let found = files_with_numbers(&check(&request(folder.path()), &NoProgress).findings);
        for (place, file) in places.iter().zip(&files) {
            // The name of a file with a number is masked, so it is compared by its end.
            let end = file.rsplit('/').next().unwrap_or(file);
            let is_found = if place.is_name {
                found.iter().any(|found| found.contains('*') || found.contains('＊'))
            } else {
                found.iter().any(|found| found.ends_with(end))
            };
            assert!(is_found, "{:?} in {}: {found:?}", spelling.text, place.name);
        }
    }
}

#[test]
fn a_file_name_with_a_number_is_one_finding_by_itself() {
    for place in PLACES.iter().filter(|place| place.is_name) {
        let folder = tempfile::tempdir().unwrap();
        write_site(folder.path(), &[place], "张13800138000");
        let outcome = check(&request(folder.path()), &NoProgress);
        let mut files = files_with_numbers(&outcome.findings);
        files.remove("content/site.yaml");
        assert_eq!(files.len(), 1, "{}: {files:?}", place.name);
    }
}

#[test]
fn no_message_shows_a_number_and_nothing_is_published() {
    for spelling in [
        &SPELLINGS[0],
        &SPELLINGS[1],
        &SPELLINGS[7],
        &SPELLINGS[18],
        &SPELLINGS[22],
        &SPELLINGS[25],
    ] {
        let folder = tempfile::tempdir().unwrap();
        let places: Vec<&Place> = places_for(spelling).collect();
        write_site(folder.path(), &places, spelling.text);
        for format in ["human", "json", "github", "gitlab", "sarif"] {
            for lang in ["zh-CN", "en"] {
                let output = run_on(folder.path(), &["check", "--message-format", format, "--lang", lang]);
                assert_eq!(output.status.code(), Some(1));
                for text in [&output.stdout, &output.stderr] {
                    assert_hides(&String::from_utf8_lossy(text), spelling.digits, format);
                }
            }
        }
        assert_eq!(run_on(folder.path(), &["build"]).status.code(), Some(1));
        assert!(!folder.path().join("public").exists(), "nothing is published");
        let fix = run_on(folder.path(), &["fix", "--dry-run", "--text"]);
        assert_hides(&String::from_utf8_lossy(&fix.stdout), spelling.digits, "fix");
        let latest = Session::open(request(folder.path())).latest();
        let links = DeskLinks {
            prefix: "",
            is_live: true,
        };
        let desk = latest.with_site(|site| Desk::new(site, latest.findings()));
        let page = render_desk(&desk.expect("the site can be read"), Lang::Zh, links);
        // Addresses of pages are part of the site, not of a message.
        let texts: String = page
            .split('<')
            .filter_map(|part| part.split_once('>'))
            .map(|(_, text)| text)
            .collect();
        assert_hides(&texts, spelling.digits, "the desk");
    }
}

#[test]
fn the_manifest_of_a_site_that_only_warns_holds_no_number() {
    let folder = tempfile::tempdir().unwrap();
    // Tags and names of files are part of the addresses that the site warns about and publishes.
    let is_address = |place: &&Place| place.is_name || place.name == "tag";
    let places: Vec<&Place> = PLACES.iter().filter(|place| !is_address(place)).collect();
    write_site(folder.path(), &places, MOBILE);
    let settings = "policy: {privacy: warn, reports: written}\nseverity: {unknown-key: warning}\n";
    let path = folder.path().join("content/site.yaml");
    let text = std::fs::read_to_string(&path)
        .unwrap()
        .replace("policy: {reports: written}\n", settings);
    write_file(&path, text);
    std::fs::remove_file(folder.path().join("content/volunteer/colon.md")).unwrap();
    let first = run_on(folder.path(), &["build"]);
    assert_eq!(
        first.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    let remembered = read_tree(&folder.path().join(".xiangyin-cache/outputs"));
    let manifest = remembered.values().next().unwrap();
    assert_hides(&String::from_utf8_lossy(manifest), MOBILE, "the manifest");
    // The second build reports the stored findings.
    let second = run_on(folder.path(), &["build"]);
    assert!(String::from_utf8_lossy(&second.stderr).contains("138****8000"));
    assert_hides(&String::from_utf8_lossy(&second.stderr), MOBILE, "the second build");
}

#[test]
fn the_advice_of_a_finding_works_when_followed() {
    let folder = tempfile::tempdir().unwrap();
    let settings = "title: 乡音\nbase_url: https://x.example/\npolicy: {reports: written}\n";
    let path = folder.path().join("content/site.yaml");
    write_file(&path, settings);
    let text = "---\ntitle: 报名\ndate: 2022-05-12\n---\n请拨 138-0013-8000，身份证 11010519491231002x\n";
    write_file(&folder.path().join("content/volunteer/a.md"), text);
    let advice = |findings: &[Diagnostic]| -> Vec<String> {
        let of_privacy = findings.iter().filter(|finding| finding.code == Code::Privacy);
        let helps = of_privacy.filter_map(|finding| help(finding, Lang::Zh));
        helps
            .map(|help| help.rsplit('`').nth(1).expect("a line to write").to_owned())
            .collect()
    };
    let first = advice(&check(&request(folder.path()), &NoProgress).findings);
    assert_eq!(first.len(), 2);
    write_file(&path, format!("{settings}{}\n", first[0]));
    let second = advice(&check(&request(folder.path()), &NoProgress).findings);
    assert_eq!(second.len(), 1, "one number is allowed");
    let with_item = first[0].replace("}]", &format!("}}, {}]", second[0]));
    write_file(&path, format!("{settings}{with_item}\n"));
    let findings = check(&request(folder.path()), &NoProgress).findings;
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn a_preview_reads_an_attachment_again_when_it_or_the_settings_change() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    let settings = "title: 乡音\nbase_url: https://x.example/\nassets: {publish: [files]}\n";
    write_file(&content.join("site.yaml"), settings);
    write_file(&content.join("files/a.txt"), MOBILE);
    let mut session = Session::open(request(folder.path()));
    let count = |session: &Session| files_with_numbers(session.latest().findings()).len();
    assert_eq!(count(&session), 1);
    let allow = "privacy_allow: [{text: 13800138000, reason: 值班电话}]\n";
    write_file(&content.join("site.yaml"), format!("{settings}{allow}"));
    session.update(&Changes::Paths([content.join("site.yaml")].into()));
    assert_eq!(count(&session), 0);
    write_file(&content.join("files/a.txt"), "139 0013 9000");
    session.update(&Changes::Paths([content.join("files/a.txt")].into()));
    assert_eq!(count(&session), 1);
}

#[test]
fn long_texts_take_time_in_proportion_to_their_length() {
    for part in [
        "1<b>",
        "1<",
        "<!--1",
        "1 1-1.",
        "&#",
        "&#1",
        "1\u{200B}",
        "13800138000 ",
        "1<b a=1>",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let content = folder.path().join("content");
        write_file(
            &content.join("site.yaml"),
            "title: 乡音\nbase_url: https://x.example/\n",
        );
        write_file(&content.join("files/a.txt"), part.repeat(200_000 / part.len()));
        let started = Instant::now();
        let _ = check(&request(folder.path()), &NoProgress);
        // Without a limit on what stands between digits, this takes minutes.
        assert!(started.elapsed().as_secs() < 60, "{part}");
    }
}
