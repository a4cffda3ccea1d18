//! A page as a document: what a parser sees of it, so that two ways to write it can be compared; its rooted links.

use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// Elements between which white space is not shown (HTML, 15.3), and those that show nothing.
const BLOCK_ELEMENTS: &[&str] = &[
    "html",
    "head",
    "body",
    "meta",
    "link",
    "title",
    "script",
    "style",
    "article",
    "aside",
    "blockquote",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "ul",
    "source",
    "track",
    "br",
];

/// A page as browsers read it without scripts, or what stands in `<noscript>` would be a text.
fn parse_without_scripts(html: &[u8]) -> RcDom {
    let options = html5ever::ParseOpts {
        tree_builder: html5ever::tree_builder::TreeBuilderOpts {
            scripting_enabled: false,
            ..Default::default()
        },
        ..Default::default()
    };
    let parser = html5ever::parse_document(RcDom::default(), options);
    parser.from_utf8().one(html)
}

/// What a page says to a parser, piece by piece: tags with their attributes in order of name, and texts in which a
/// run of white space counts as one space, and as none beside a block. A space after a comma in an attribute is not
/// told apart: minify-html drops it from `<meta name="viewport">`, where it means nothing.
pub(crate) fn normalized_document(html: &[u8]) -> Vec<String> {
    let dom = parse_without_scripts(html);
    let mut pieces = vec![format!("quirks {:?}", dom.quirks_mode.get())];
    let mut space = false;
    walk(&dom.document, false, &mut space, &mut pieces);
    pieces
}

fn walk(node: &Handle, verbatim: bool, space: &mut bool, pieces: &mut Vec<String>) {
    match &node.data {
        NodeData::Text { contents } if verbatim => pieces.push(format!("verbatim {}", contents.borrow())),
        NodeData::Text { contents } => {
            for word in contents.borrow().split_inclusive(|c: char| c.is_ascii_whitespace()) {
                push_word(word, space, pieces);
            }
        }
        NodeData::Element { name, attrs, .. } => {
            let name = &*name.local;
            let mut attributes: Vec<String> = attrs
                .borrow()
                .iter()
                .map(|attribute| format!("{}={}", attribute.name.local, attribute.value.replace(", ", ",")))
                .collect();
            attributes.sort();
            push_tag(format!("<{name} {}>", attributes.join(" ")), name, space, pieces);
            let verbatim = verbatim || ["pre", "script", "style", "textarea"].contains(&name);
            for child in node.children.borrow().iter() {
                walk(child, verbatim, space, pieces);
            }
            push_tag(format!("</{name}>"), name, space, pieces);
        }
        NodeData::Document => {
            for child in node.children.borrow().iter() {
                walk(child, verbatim, space, pieces);
            }
        }
        _ => {}
    }
}

/// Adds a word and the white space at its end, if it has any.
fn push_word(word: &str, space: &mut bool, pieces: &mut Vec<String>) {
    let shown = word.trim_end_matches(|c: char| c.is_ascii_whitespace());
    if !shown.is_empty() {
        if std::mem::take(space) {
            pieces.push(" ".to_owned());
        }
        pieces.push(shown.to_owned());
    }
    let after_block = pieces.last().is_some_and(|piece| is_block(piece));
    *space |= shown.len() < word.len() && !after_block;
}

fn push_tag(tag: String, name: &str, space: &mut bool, pieces: &mut Vec<String>) {
    if std::mem::take(space) && !BLOCK_ELEMENTS.contains(&name) {
        pieces.push(" ".to_owned());
    }
    pieces.push(tag);
}

/// Whether a piece is a block's tag.
fn is_block(piece: &str) -> bool {
    let name = piece.strip_prefix('<').map(|tag| tag.trim_start_matches('/'));
    name.and_then(|name| name.split([' ', '>']).next())
        .is_some_and(|name| BLOCK_ELEMENTS.contains(&name))
}

/// The values of attributes that hold an address, where it starts with `/`.
pub(crate) fn rooted_links(html: &[u8]) -> Vec<String> {
    if !may_have_rooted_values(html) {
        return Vec::new();
    }
    let dom = parse_without_scripts(html);
    let mut links = Vec::new();
    let mut open = vec![dom.document.clone()];
    while let Some(node) = open.pop() {
        if let NodeData::Element { attrs, .. } = &node.data {
            let addresses = attrs
                .borrow()
                .iter()
                .filter(|attribute| ["href", "src", "poster", "srcset"].contains(&&*attribute.name.local))
                .map(|attribute| attribute.value.to_string())
                .filter(|value| value.starts_with('/'))
                .collect::<Vec<_>>();
            links.extend(addresses);
        }
        open.extend(node.children.borrow().iter().cloned());
    }
    links
}

/// Whether a `/` follows any `=`, apart from white space and quotes: parsing takes a hundred times longer than this.
fn may_have_rooted_values(html: &[u8]) -> bool {
    let is_between = |byte: &&u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'');
    html.split(|byte| *byte == b'=')
        .skip(1)
        .any(|value| value.iter().find(|byte| !is_between(byte)) == Some(&b'/'))
}

#[test]
fn rooted_links_are_found_in_any_notation() {
    for html in [
        "<a href=/x>",
        "<a href=\"/x\">",
        "<a href = '/x'>",
        "<img src=a srcset=\"/x\">",
    ] {
        assert_eq!(rooted_links(html.as_bytes()), ["/x"], "{html}");
    }
    assert!(rooted_links(b"<a href=x/y title=\"/x\">/z</a>").is_empty());
}

#[test]
fn normalized_documents_keep_visible_white_space() {
    let alike = [
        ("<p>a</p>\n <p>b</p>", "<p>a</p><p>b</p>"),
        ("<p>a\n b</p>", "<p> a b </p>"),
        (
            "<ul class=x id=y><li>a</ul>",
            "<ul id=\"y\" class=\"x\">\n<li>a</li>\n</ul>",
        ),
    ];
    for (one, other) in alike {
        assert_eq!(
            normalized_document(one.as_bytes()),
            normalized_document(other.as_bytes()),
            "{one}"
        );
    }
    let unlike = [
        ("<p><b>a</b> <b>b</b>", "<p><b>a</b><b>b</b>"),
        ("<p>a <b>b</b>", "<p>a<b>b</b>"),
        ("<p><b>a</b> b", "<p><b>a</b>b"),
        ("<p>a b", "<p>ab"),
        ("<pre>a  b</pre>", "<pre>a b</pre>"),
        ("<p class=a>x", "<p>x"),
    ];
    for (one, other) in unlike {
        assert_ne!(
            normalized_document(one.as_bytes()),
            normalized_document(other.as_bytes()),
            "{one}"
        );
    }
}
