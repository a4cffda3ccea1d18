//! A built page as tests ask about it: links, places, charts, the number of posts that evidence lists.

use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use std::collections::BTreeSet;

/// A link of a page.
pub(crate) struct Link {
    pub(crate) address: String,
    classes: String,
}

impl Link {
    /// Whether the link has the class.
    pub(crate) fn has(&self, class: &str) -> bool {
        self.classes.split_ascii_whitespace().any(|one| one == class)
    }
}

/// A chart: where its bars lead, its numbers as a table, the address of the file with them.
#[derive(Default)]
pub(crate) struct Chart {
    pub(crate) id: String,
    pub(crate) links: Vec<String>,
    pub(crate) table: Vec<Vec<String>>,
    pub(crate) file: Option<String>,
}

/// What tests ask of a page.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) ids: BTreeSet<String>,
    pub(crate) links: Vec<Link>,
    /// The text of `<main>`, without styles and scripts.
    pub(crate) main: String,
    pub(crate) charts: Vec<Chart>,
    /// Entries under “counted” of a page of evidence.
    pub(crate) counted: usize,
}

impl Page {
    pub(crate) fn read(html: &[u8]) -> Page {
        let dom = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default())
            .from_utf8()
            .one(html);
        let mut page = Page::default();
        for node in all(&dom.document) {
            page.ids.extend(attribute(&node, "id"));
            match (name(&node).as_str(), attribute(&node, "class").unwrap_or_default()) {
                ("a", classes) => {
                    let address = attribute(&node, "href");
                    page.links.extend(address.map(|address| Link { address, classes }));
                }
                ("main", _) => page.main = text(&node),
                ("figure", classes) if classes.contains("figure-chart") => page.charts.push(chart(&node)),
                ("section", _) if attribute(&node, "aria-labelledby").as_deref() == Some("counted") => {
                    page.counted = all(&node)
                        .filter(|node| name(node) == "li" && holds_title(node))
                        .count();
                }
                _ => {}
            }
        }
        page
    }
}

/// The node and all below it, in the order of the page.
fn all(node: &Handle) -> impl Iterator<Item = Handle> + use<> {
    let mut open = vec![node.clone()];
    std::iter::from_fn(move || {
        let next = open.pop()?;
        open.extend(next.children.borrow().iter().rev().cloned());
        Some(next)
    })
}

fn name(node: &Handle) -> String {
    match &node.data {
        NodeData::Element { name, .. } => name.local.to_string(),
        _ => String::new(),
    }
}

fn attribute(node: &Handle, wanted: &str) -> Option<String> {
    let NodeData::Element { attrs, .. } = &node.data else {
        return None;
    };
    let attrs = attrs.borrow();
    attrs
        .iter()
        .find(|attribute| &*attribute.name.local == wanted)
        .map(|attribute| attribute.value.to_string())
}

fn holds_title(entry: &Handle) -> bool {
    entry
        .children
        .borrow()
        .iter()
        .any(|node| attribute(node, "class").as_deref() == Some("evidence-title"))
}

fn text(node: &Handle) -> String {
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

fn chart(figure: &Handle) -> Chart {
    let mut chart = Chart {
        id: attribute(figure, "id").unwrap_or_default(),
        ..Chart::default()
    };
    for node in all(figure) {
        match name(&node).as_str() {
            "a" if attribute(&node, "download").is_some() => chart.file = attribute(&node, "href"),
            "a" => chart.links.extend(attribute(&node, "href")),
            "tr" => {
                let cells = all(&node).filter(|node| matches!(name(node).as_str(), "th" | "td"));
                // Thousands are parted on pages only.
                chart.table.push(cells.map(|cell| plain(text(&cell).trim())).collect());
            }
            _ => {}
        }
    }
    chart
}

fn plain(cell: &str) -> String {
    let number = cell.replace(',', "");
    if number.parse::<f64>().is_ok() {
        number
    } else {
        cell.to_owned()
    }
}
