//! A built page as tests ask about it: links, places, charts, the number of posts that evidence lists.

use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use std::collections::BTreeSet;

/// A link of a page.
pub(crate) struct PageLink {
    pub(crate) address: String,
    classes: String,
}

impl PageLink {
    /// Whether the link has the class.
    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.classes.split_ascii_whitespace().any(|one| one == class)
    }
}

/// A chart: what it says, where its bars lead, its numbers as a table, the address of the file with them.
#[derive(Default)]
pub(crate) struct PageChart {
    pub(crate) id: String,
    pub(crate) caption: String,
    /// The drawing's name and its description, for those who cannot see it.
    pub(crate) title: String,
    pub(crate) desc: String,
    /// What is written below it.
    pub(crate) note: Option<String>,
    /// The names of its marks: `5月：4场次`.
    pub(crate) marks: Vec<String>,
    pub(crate) links: Vec<String>,
    pub(crate) table: Vec<Vec<String>>,
    pub(crate) file: Option<String>,
}

/// What tests ask of a page.
#[derive(Default)]
pub(crate) struct ParsedPage {
    pub(crate) ids: BTreeSet<String>,
    pub(crate) links: Vec<PageLink>,
    /// The text of `<main>`, without styles and scripts.
    pub(crate) main: String,
    pub(crate) charts: Vec<PageChart>,
    /// Entries under “counted” of a page of evidence.
    pub(crate) evidence_count: usize,
}

impl ParsedPage {
    pub(crate) fn parse(html: &[u8]) -> ParsedPage {
        let dom = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default())
            .from_utf8()
            .one(html);
        let mut page = ParsedPage::default();
        for node in descendants(&dom.document) {
            page.ids.extend(attribute(&node, "id"));
            match (
                element_name(&node).as_str(),
                attribute(&node, "class").unwrap_or_default(),
            ) {
                ("a", classes) => {
                    let address = attribute(&node, "href");
                    page.links.extend(address.map(|address| PageLink { address, classes }));
                }
                ("main", _) => page.main = text_content(&node),
                ("figure", classes) if classes.contains("figure-chart") => page.charts.push(chart(&node)),
                ("section", _) if attribute(&node, "aria-labelledby").as_deref() == Some("counted") => {
                    page.evidence_count = descendants(&node)
                        .filter(|node| element_name(node) == "li" && has_title(node))
                        .count();
                }
                _ => {}
            }
        }
        page
    }
}

/// The node and all below it, in the order of the page.
pub(crate) fn descendants(node: &Handle) -> impl Iterator<Item = Handle> + use<> {
    let mut open = vec![node.clone()];
    std::iter::from_fn(move || {
        let next = open.pop()?;
        open.extend(next.children.borrow().iter().rev().cloned());
        Some(next)
    })
}

pub(crate) fn element_name(node: &Handle) -> String {
    match &node.data {
        NodeData::Element { name, .. } => name.local.to_string(),
        _ => String::new(),
    }
}

pub(crate) fn attribute(node: &Handle, wanted: &str) -> Option<String> {
    let NodeData::Element { attrs, .. } = &node.data else {
        return None;
    };
    let attrs = attrs.borrow();
    attrs
        .iter()
        .find(|attribute| &*attribute.name.local == wanted)
        .map(|attribute| attribute.value.to_string())
}

fn has_title(entry: &Handle) -> bool {
    entry
        .children
        .borrow()
        .iter()
        .any(|node| attribute(node, "class").as_deref() == Some("evidence-title"))
}

pub(crate) fn text_content(node: &Handle) -> String {
    let mut words = String::new();
    let mut open = vec![node.clone()];
    while let Some(next) = open.pop() {
        match &next.data {
            NodeData::Text { contents } => words.push_str(&contents.borrow()),
            NodeData::Element { name, .. } if matches!(&*name.local, "script" | "style") => {}
            _ => open.extend(next.children.borrow().iter().rev().cloned()),
        }
    }
    words
}

fn chart(figure: &Handle) -> PageChart {
    let mut chart = PageChart {
        id: attribute(figure, "id").unwrap_or_default(),
        ..PageChart::default()
    };
    for node in descendants(figure) {
        let id = attribute(&node, "id").unwrap_or_default();
        match element_name(&node).as_str() {
            "figcaption" => chart.caption = text_content(&node),
            "title" if id == format!("{}-t", chart.id) => chart.title = text_content(&node),
            "title" => chart.marks.push(text_content(&node)),
            "desc" => chart.desc = text_content(&node),
            "p" if attribute(&node, "class").as_deref() == Some("note-line") => chart.note = Some(text_content(&node)),
            "a" if attribute(&node, "download").is_some() => chart.file = attribute(&node, "href"),
            "a" => chart.links.extend(attribute(&node, "href")),
            "tr" => {
                let cells = descendants(&node).filter(|node| matches!(element_name(node).as_str(), "th" | "td"));
                // Thousands are parted on pages only.
                chart.table.push(
                    cells
                        .map(|cell| without_thousands_separators(text_content(&cell).trim()))
                        .collect(),
                );
            }
            _ => {}
        }
    }
    chart
}

fn without_thousands_separators(cell: &str) -> String {
    let number = cell.replace(',', "");
    if number.parse::<f64>().is_ok() {
        number
    } else {
        cell.to_owned()
    }
}
