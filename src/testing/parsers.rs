//! The parsers of texts and bytes that come from outside, each as a function of bytes. The fuzz targets and the test of
//! the seeds call them with anything.
//!
//! A function here returns nothing. It panics when the parser does, or when what the parser promises does not hold.

use crate::attachment;
use crate::config::{HtmlPolicy, MarkdownSettings, ReprintPolicy, Settings};
use crate::diag::{Diagnostic, Place, Severity};
use crate::import::{FileNames, read_manuscript, write_markdown};
use crate::ledger;
use crate::media::{self, Cleaned};
use crate::messages::{Lang, help, message};
use crate::metrics::{Metrics, Period, parse_metrics};
use crate::paths::{self, OutputPath, SiteAddress, SourcePath, UrlPath};
use crate::record::front_matter::{read as read_front_matter, split_front_matter};
use crate::record::markdown::{html_to_blocks, read as read_markdown};
use crate::record::{Fill, Hole};
use crate::render::TemplateDependencies;
use crate::report::parse_issued;
use crate::schema::{Kinds, Rosters, Schema, read_kinds, read_rosters, read_rosters_and_ledgers, read_settings};
use crate::source::decode::decode;
use crate::theme::{ThemeFile, ThemeLayer, assemble};
use crate::yaml::Mapping;
use jiff::civil::Date;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::LazyLock;

/// A parser of outside bytes: it must neither panic nor run without end.
pub type Parser = fn(&[u8]);

/// Every parser by name. A fuzz target and a folder of seeds have the same names.
pub const ALL: [(&str, Parser); 15] = [
    ("attachment", attachment),
    ("film", film),
    ("front_matter", front_matter),
    ("issued", issued),
    ("kinds", kinds),
    ("ledger", ledger),
    ("link", link),
    ("manuscript", manuscript),
    ("markdown", markdown),
    ("metrics", metrics),
    ("period", period),
    ("picture", picture),
    ("settings", settings),
    ("stylesheet", stylesheet),
    ("template", template),
];

static KINDS: LazyLock<Kinds> = LazyLock::new(Kinds::built_in);
static SETTINGS: LazyLock<Settings> = LazyLock::new(Settings::default);
static ROSTERS: LazyLock<Rosters> = LazyLock::new(|| {
    let villages = "- {id: heyuan, name: 禾源村}\n- {id: liutang, name: 柳塘村}\n";
    read_rosters(&[("content/_data/villages.yaml", villages)]).value
});
static METRICS: LazyLock<Metrics> =
    LazyLock::new(|| parse_metrics(None, &KINDS, &ROSTERS, ReprintPolicy::Highest).value);

/// Each finding can be said in both languages, and marks whole characters.
fn assert_findings<'f>(findings: impl IntoIterator<Item = &'f Diagnostic>) {
    for finding in findings {
        for language in [Lang::Zh, Lang::En] {
            let _said = (message(finding, language), help(finding, language));
        }
        if let Some(Place {
            excerpt,
            marked_span: (from, to),
            ..
        }) = &finding.place
        {
            assert!(excerpt.get(*from..*to).is_some(), "{finding:?}");
        }
    }
}

fn decoded(file: &str, data: &[u8]) -> String {
    let text = decode(file, data.to_vec());
    assert_findings(&text.findings);
    text.value
}

/// An attachment of any format; the bytes decide on the format, the first byte on the name.
pub fn attachment(data: &[u8]) {
    const NAMES: [&str; 6] = ["a.docx", "a.pdf", "a.csv", "a.svg", "a.html", "a.doc"];
    let Some((&choice, rest)) = data.split_first() else {
        return;
    };
    let _texts = attachment::read(NAMES[usize::from(choice) % NAMES.len()], rest.to_vec());
    let _details = attachment::probe_document(&mut Cursor::new(rest));
}

/// A film: what is cleaned once needs no cleaning, and keeps its length.
pub fn film(data: &[u8]) {
    let _is_film = media::has_film_signature(data);
    let mut file = Cursor::new(data.to_vec());
    let Ok(film) = media::probe_film(&mut file) else { return };
    if film.problem.is_some() {
        return;
    }
    if media::clean_film(&mut file).is_ok() {
        let once = file.into_inner();
        assert_eq!(once.len(), data.len());
        let mut again = Cursor::new(once.clone());
        if media::clean_film(&mut again).is_ok() {
            assert!(again.into_inner() == once, "a cleaned film is changed again");
        }
    }
}

/// A post with its front matter.
pub fn front_matter(data: &[u8]) {
    let file = "content/volunteer/a.md";
    let schema = Schema {
        kinds: &KINDS,
        rosters: &ROSTERS,
        policy: &SETTINGS.policy,
        zone: &SETTINGS.timezone,
        site: &SETTINGS.links.site,
    };
    let text = decoded(file, data);
    let parts = split_front_matter(file, &text);
    let yaml = parts.value.yaml.clone();
    let meta = read_front_matter(&SourcePath::new(file), &text, yaml, &schema, &Mapping::new());
    assert_findings(parts.findings.iter().chain(&meta.findings));
}

/// The figures of an issued report.
pub fn issued(data: &[u8]) {
    let file = "content/_frozen/2022-h1.yaml";
    assert_findings(&parse_issued(file, &decoded(file, data), &METRICS, Lang::Zh).findings);
}

/// A file of kinds of post.
pub fn kinds(data: &[u8]) {
    let file = "content/_kinds/a.yaml";
    let text = decoded(file, data);
    assert_findings(&read_kinds(&[(file, &text)]).findings);
}

/// A workbook or CSV file as a roster. The first byte chooses the name.
pub fn ledger(data: &[u8]) {
    const NAMES: [&str; 3] = [
        "content/_data/teams.csv",
        "content/_data/teams.tsv",
        "content/_data/teams.xlsx",
    ];
    let Some((&choice, rest)) = data.split_first() else {
        return;
    };
    let read = ledger::read(NAMES[usize::from(choice) % NAMES.len()], rest.to_vec());
    let rosters = read_rosters_and_ledgers(&[], std::slice::from_ref(&read.value), &Kinds::built_in());
    assert_findings(read.findings.iter().chain(&rosters.findings));
}

/// The address of a link: what is a path in the site stays inside it.
pub fn link(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let address = SiteAddress::new("https://x.example/town/");
    let _scheme = paths::url_scheme(&text);
    let of_this_site = address.path_in_site(&text).and_then(|rest| {
        let path = rest.split(['?', '#']).next()?;
        paths::join("", path)
    });
    for path in [of_this_site, paths::join("volunteer/2022", &text)]
        .into_iter()
        .flatten()
    {
        let output = OutputPath::from_url(&UrlPath::file(&path));
        assert!(!output.as_str().split('/').any(|part| part == ".."), "{output:?}");
    }
    let encoded = paths::percent_encode(&text);
    assert!(encoded.is_ascii());
    // What has a character that the program keeps for itself is not decoded.
    if !text.contains(|c| matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)) {
        assert_eq!(paths::percent_decode(&encoded), text);
    }
}

/// A file to be imported: its text is written as a body that has no errors. The first byte chooses the name.
pub fn manuscript(data: &[u8]) {
    const NAMES: [&str; 5] = ["a.docx", "a.html", "a.eml", "a.txt", "a.mhtml"];
    let Some((&choice, rest)) = data.split_first() else {
        return;
    };
    let Ok(manuscript) = read_manuscript(NAMES[usize::from(choice) % NAMES.len()], rest.to_vec()) else {
        return;
    };
    let names: Vec<Option<String>> = manuscript.files.iter().map(|_| Some("1.jpg".to_owned())).collect();
    let files = FileNames {
        paths: &names,
        captions: &manuscript.captions,
    };
    let body = write_markdown(&manuscript.blocks, &files, SETTINGS.markdown);
    let read = read_markdown(
        "content/a.md",
        &body,
        0..body.len(),
        SETTINGS.markdown,
        &SiteAddress::default(),
    );
    let errors = read
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    assert_eq!(errors.count(), 0, "{body}");
}

/// A text in Markdown with calls: holes are in order and on character boundaries, none of the reader's own characters is in
/// the HTML, and no script unless raw HTML is trusted. The first byte chooses the settings.
pub fn markdown(data: &[u8]) {
    let Some((&choice, rest)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    let html = [HtmlPolicy::Sanitise, HtmlPolicy::Escape, HtmlPolicy::Trust][usize::from(choice % 3)];
    let settings = MarkdownSettings {
        html,
        math: choice & 16 != 0,
        highlight: choice & 32 != 0,
        ..SETTINGS.markdown
    };
    let address = SiteAddress::default();
    let body = read_markdown("content/a.md", &text, 0..text.len(), settings, &address);
    assert_findings(&body.findings);
    assert_holes(&body.value.html, &body.value.holes);
    let _blocks = html_to_blocks(&body.value.html, &body.value.holes);
    if html != HtmlPolicy::Trust {
        assert!(!body.value.html.to_ascii_lowercase().contains("<script"));
    }
}

fn assert_holes(html: &str, holes: &[Hole]) {
    assert!(!html.contains(|c| matches!(c, '\u{E000}'..='\u{F8FF}')));
    assert!(holes.is_sorted_by_key(|hole| hole.at));
    for hole in holes {
        assert!(html.is_char_boundary(hole.at));
        match &hole.fill {
            Fill::Address(_) => assert!(html[..hole.at].ends_with("=\"") && html[hole.at..].starts_with('"')),
            Fill::Shortcode(call) => {
                if let Some(inner) = &call.inner {
                    assert_holes(&inner.html, &inner.holes);
                }
            }
        }
    }
}

/// A file of metrics.
pub fn metrics(data: &[u8]) {
    let file = "content/_metrics.yaml";
    let text = decoded(file, data);
    let read = parse_metrics(Some((file, &text)), &KINDS, &ROSTERS, ReprintPolicy::Highest);
    assert_findings(&read.findings);
}

/// A period: it reads again as it is written, and its months are inside it.
pub fn period(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Some(period) = Period::parse(&text) else { return };
    assert_eq!(Period::parse(&period.to_string()), Some(period));
    assert!(period.first() <= period.last());
    let _others = (period.previous(), period.year_earlier(), period.comparisons(Date::MAX));
    let _names = (period.label(Lang::Zh), period.label(Lang::En), period.slug());
    for month in period.months() {
        assert!(month.first() <= period.last() && period.first() <= month.last());
    }
}

/// A picture of any format: what was cleaned is a picture, and cleaning it again changes nothing.
pub fn picture(data: &[u8]) {
    let _address = media::clean_data_url(&String::from_utf8_lossy(data));
    let Ok(before) = media::probe(data) else { return };
    let Ok(Cleaned::Stripped(cleaned)) = media::clean(data) else {
        return;
    };
    let after = media::probe(&cleaned);
    assert_eq!(
        after.map(|info| (info.format, info.width, info.height)),
        Ok((before.format, before.width, before.height))
    );
    assert_eq!(media::clean(&cleaned), Ok(Cleaned::Unchanged));
}

/// The site's settings.
pub fn settings(data: &[u8]) {
    let file = "content/site.yaml";
    assert_findings(&read_settings(file, &decoded(file, data)).findings);
}

/// A style sheet of a town's theme.
pub fn stylesheet(data: &[u8]) {
    assert_theme("static/town.css", data);
}

/// A template of a town's theme: its own scanners, not the template engine.
pub fn template(data: &[u8]) {
    assert_theme("templates/page.html", data);
    let text = String::from_utf8_lossy(data).into_owned();
    let dependencies = TemplateDependencies::new(&BTreeMap::from([("page.html".to_owned(), text)]));
    let _fingerprint = dependencies.fingerprint_and_site_keys("page.html", &BTreeSet::new());
}

fn assert_theme(path: &str, data: &[u8]) {
    let file = ThemeFile {
        origin: format!("themes/town/{path}"),
        bytes: Cow::Owned(data.to_vec()),
    };
    let folders = BTreeMap::from([("town".to_owned(), ThemeLayer::from([(path.to_owned(), file)]))]);
    let place = Place::whole_file("content/site.yaml");
    assert_findings(&assemble("town", place, "zh-CN", &folders, &BTreeSet::new()).findings);
}
