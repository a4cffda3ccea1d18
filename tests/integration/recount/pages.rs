//! What the built pages and files say, as plain data.

use crate::common::FileTree;
use crate::common::page::{attribute, descendants, element_name, text_content};
use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, RcDom};
use std::cmp::Ordering;
use std::io::{Cursor, Read as _};
use std::path::Path;
use std::rc::{Rc, Weak};

/// A block of a report, on its page or in its Word file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    Text(String),
    Chart(Chart),
    Table(Table),
    /// The titles of posts.
    Posts(Vec<String>),
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Chart {
    pub(super) title: String,
    /// What is read aloud.
    pub(super) description: String,
    /// The numbers, head first.
    pub(super) rows: Vec<Vec<String>>,
    /// Where the numbers do not add up.
    pub(super) note: String,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) caption: String,
    /// The head first.
    pub(super) rows: Vec<Vec<String>>,
    pub(super) note: String,
}

/// A link that shows a figure: the address of its evidence, and its text.
#[derive(Debug)]
pub(super) struct FigureLink {
    pub(super) address: String,
    pub(super) text: String,
    /// The text before it.
    pub(super) before: String,
}

/// An entry of a page of evidence.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) title: String,
    /// What it added, or why it was left out.
    pub(super) note: String,
    pub(super) date: String,
    /// Of a value: the titles of the posts or rows that have it.
    pub(super) holders: Vec<String>,
}

/// A page of evidence.
#[derive(Debug)]
pub(super) struct Evidence {
    pub(super) number: String,
    pub(super) counted: Vec<Entry>,
    pub(super) left_out: Vec<Entry>,
    /// The number in the heading of what counted, as in “3 篇”.
    pub(super) heading: String,
}

pub(super) fn file<'a>(tree: &'a FileTree, path: &str) -> &'a [u8] {
    tree.get(Path::new(path))
        .unwrap_or_else(|| panic!("{path} is in the tree"))
}

/// The main part of a page: parsing all of it would take most of the test's time.
pub(super) fn parse(html: &[u8]) -> RcDom {
    let position = |text: &[u8]| html.windows(text.len()).position(|window| window == text);
    let html = match (position(b"<main"), position(b"</main>")) {
        (Some(from), Some(to)) => &html[from..to],
        _ => html,
    };
    html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default())
        .from_utf8()
        .one(html)
}

pub(super) fn has_class(node: &Handle, class: &str) -> bool {
    attribute(node, "class").is_some_and(|classes| classes.split_ascii_whitespace().any(|one| one == class))
}

fn find(node: &Handle, wanted: impl Fn(&Handle) -> bool) -> Option<Handle> {
    descendants(node).find(wanted)
}

/// Text with its white space as browsers show it.
pub(super) fn shown_text(node: &Handle) -> String {
    text_content(node)
        .split_ascii_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// A number without what parts its thousands.
pub(super) fn plain_number(text: &str) -> String {
    text.replace(',', "")
}

fn table_rows(node: &Handle) -> Vec<Vec<String>> {
    let cells = |row: &Handle| {
        descendants(row)
            .filter(|node| matches!(element_name(node).as_str(), "th" | "td"))
            .map(|cell| plain_number(&shown_text(&cell)))
            .collect()
    };
    descendants(node)
        .filter(|node| element_name(node) == "tr")
        .map(|row| cells(&row))
        .collect()
}

/// The blocks of a report's text.
pub(super) fn report_blocks(document: &RcDom) -> Vec<Block> {
    let prose = find(&document.document, |node| has_class(node, "prose")).expect("a report has a text");
    let children: Vec<Handle> = prose.children.borrow().iter().cloned().collect();
    let mut blocks = Vec::new();
    for child in &children {
        match blocks.last_mut() {
            Some(Block::Table(table)) if has_class(child, "figure-note") => table.note = shown_text(child),
            _ => blocks.extend(report_block(child)),
        }
    }
    blocks
}

fn report_block(node: &Handle) -> Option<Block> {
    let text = |wanted: &dyn Fn(&Handle) -> bool| find(node, wanted).map(|node| shown_text(&node)).unwrap_or_default();
    match element_name(node).as_str() {
        "p" => Some(Block::Text(shown_text(node))),
        "figure" => Some(Block::Chart(Chart {
            title: text(&|node| element_name(node) == "figcaption"),
            description: text(&|node| element_name(node) == "desc"),
            rows: table_rows(node),
            note: text(&|node| has_class(node, "note-line")),
        })),
        "div" if has_class(node, "figure-table") => Some(Block::Table(Table {
            caption: text(&|node| element_name(node) == "caption"),
            rows: table_rows(node),
            note: text(&|node| has_class(node, "note-line")),
        })),
        "div" if has_class(node, "figure-posts") => {
            let entries = descendants(node).filter(|node| element_name(node) == "li");
            Some(Block::Posts(entries.map(|entry| first_words(&entry)).collect()))
        }
        _ => None,
    }
}

/// The title of an entry of a list: its text up to the first space.
fn first_words(entry: &Handle) -> String {
    shown_text(entry).split(' ').next().unwrap_or_default().to_owned()
}

/// The links of a page that show figures.
pub(super) fn figure_links(document: &RcDom) -> Vec<FigureLink> {
    descendants(&document.document)
        .filter(|node| element_name(node) == "a" && has_class(node, "figure"))
        .filter_map(|node| {
            Some(FigureLink {
                before: previous_text(&node),
                address: attribute(&node, "href")?,
                text: plain_number(&shown_text(&node)),
            })
        })
        .collect()
}

/// The text of the node before this one, where that is a text.
fn previous_text(node: &Handle) -> String {
    let parent = node.parent.take();
    let above = parent.as_ref().and_then(Weak::upgrade);
    node.parent.set(parent);
    let Some(above) = above else { return String::new() };
    let children = above.children.borrow();
    let at = children.iter().position(|child| Rc::ptr_eq(child, node)).unwrap_or(0);
    at.checked_sub(1)
        .map(|at| shown_text(&children[at]))
        .unwrap_or_default()
}

/// The sentences that say of what a figure is made up: its value, whether its parts are said to add up to it, to more or
/// to less, and the values of the parts.
pub(super) fn part_sentences(document: &RcDom) -> Vec<(i64, Ordering, i64)> {
    let paragraphs = descendants(&document.document).filter(|node| element_name(node) == "p");
    paragraphs.filter_map(|paragraph| part_sentence(&paragraph)).collect()
}

fn part_sentence(paragraph: &Handle) -> Option<(i64, Ordering, i64)> {
    let (mut text, mut total, mut parts) = (String::new(), None, None::<(Ordering, i64)>);
    for child in paragraph.children.borrow().iter() {
        let words = plain_number(&shown_text(child));
        if has_class(child, "figure") {
            let value = leading_number(&words)?;
            if total.is_none() {
                total = Some(value);
            } else if let Some((_, sum)) = &mut parts {
                *sum += value;
            }
            continue;
        }
        text.push_str(&words);
        if parts.is_some() && words.contains('。') {
            break;
        }
        let starts = [
            ("其中，", Ordering::Equal),
            ("相加多于合计），", Ordering::Greater),
            ("相加少于合计），", Ordering::Less),
        ];
        for (start, relation) in starts {
            if parts.is_none() && words.contains(start) {
                parts = Some((relation, 0));
            }
        }
    }
    let (relation, sum) = parts?;
    Some((total?, relation, sum))
}

/// The number at the start of a text, in hundredths.
fn leading_number(text: &str) -> Option<i64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (whole, rest) = text[..end].split_once('.').unwrap_or((&text[..end], ""));
    Some(whole.parse::<i64>().ok()? * 100 + format!("{rest:0<2}").parse::<i64>().ok()?)
}

/// A page of evidence.
pub(super) fn evidence(html: &[u8]) -> Evidence {
    let document = parse(html).document;
    let text_of = |class: &str| find(&document, |node| has_class(node, class)).map(|node| shown_text(&node));
    let section = |id: &str| {
        find(&document, |node| {
            attribute(node, "aria-labelledby").as_deref() == Some(id)
        })
    };
    let counted = section("counted");
    let count = counted
        .as_ref()
        .and_then(|section| find(section, |node| has_class(node, "count")));
    Evidence {
        number: plain_number(&text_of("evidence-number").expect("evidence has a number")),
        counted: counted
            .map(|section| entries(&section, "evidence-amount"))
            .unwrap_or_default(),
        left_out: section("left-out")
            .map(|section| entries(&section, "meta"))
            .unwrap_or_default(),
        heading: count.map(|node| shown_text(&node)).unwrap_or_default(),
    }
}

fn entries(section: &Handle, note_class: &str) -> Vec<Entry> {
    let title = |entry: &Handle| find(entry, |node| has_class(node, "evidence-title"));
    descendants(section)
        .filter(|node| element_name(node) == "li")
        .filter_map(|entry| {
            let note = find(&entry, |node| has_class(node, note_class));
            let day = find(&entry, |node| element_name(node) == "time");
            let meta = find(&entry, |node| has_class(node, "meta"));
            let items = meta
                .iter()
                .flat_map(descendants)
                .filter(|node| element_name(node) == "li");
            Some(Entry {
                holders: items.map(|item| shown_text(&item)).collect(),
                date: day.and_then(|node| attribute(&node, "datetime")).unwrap_or_default(),
                title: shown_text(&title(&entry)?),
                note: plain_number(&note.map(|node| shown_text(&node)).unwrap_or_default()),
            })
        })
        .collect()
}

/// The blocks of a Word file: texts of paragraphs, descriptions of charts, and tables.
pub(super) fn word_blocks(docx: &[u8]) -> Vec<Block> {
    use quick_xml::events::Event;
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).expect("a Word file is a zip");
    let mut xml = String::new();
    archive
        .by_name("word/document.xml")
        .expect("the text of a Word file")
        .read_to_string(&mut xml)
        .expect("XML");
    let mut reader = quick_xml::Reader::from_str(&xml);
    let (mut blocks, mut table, mut paragraph) = (Vec::new(), None::<Vec<Vec<String>>>, String::new());
    loop {
        match reader.read_event().expect("XML") {
            Event::Start(tag) if tag.name().as_ref() == "w:tbl" => table = Some(Vec::new()),
            Event::End(tag) if tag.name().as_ref() == "w:tbl" => {
                blocks.extend(table.take().map(|rows| {
                    Block::Table(Table {
                        rows,
                        ..Table::default()
                    })
                }));
            }
            Event::Start(tag) if tag.name().as_ref() == "w:tr" => {
                table.iter_mut().for_each(|rows| rows.push(Vec::new()))
            }
            Event::End(tag) if tag.name().as_ref() == "w:p" => match table.as_mut().and_then(|rows| rows.last_mut()) {
                Some(row) => row.push(plain_number(&std::mem::take(&mut paragraph))),
                None => blocks.push(Block::Text(std::mem::take(&mut paragraph))),
            },
            Event::Text(text) => paragraph.push_str(&quick_xml::escape::unescape(&text).expect("XML")),
            Event::GeneralRef(name) => paragraph.push_str(&character(&name)),
            Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == "wp:docPr" => {
                let description = tag.try_get_attribute("descr").expect("XML");
                let description = description
                    .map(|value| quick_xml::escape::unescape(&value.value).expect("XML").into_owned())
                    .unwrap_or_default();
                blocks.push(Block::Chart(Chart {
                    description,
                    ..Chart::default()
                }));
            }
            Event::Eof => return blocks,
            _ => {}
        }
    }
}

/// What `&name;` stands for.
fn character(name: &str) -> String {
    quick_xml::escape::unescape(&format!("&{name};"))
        .expect("XML")
        .into_owned()
}

/// The rows of a CSV file, without its mark of UTF-8.
pub(super) fn csv_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let text = text.strip_prefix('\u{feff}').expect("Excel knows UTF-8 by its mark");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    reader
        .records()
        .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
        .collect()
}
