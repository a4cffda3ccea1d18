//! The places of the keys and values of a YAML text.
//!
//! Used only for texts with something to report: parsing with `saphyr-parser`, event by event, costs twice as much as
//! reading the values. A text that is broken half-way has places up to the error.

use super::depth::find_too_deep;
use super::line_starts::LineStarts;
use saphyr_parser::{Event, Parser, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The places of one text's keys and values, in bytes.
#[derive(Debug, Clone, Default)]
pub(crate) struct YamlSpans {
    /// All nodes. The first one is the document's root.
    nodes: Vec<Node>,
}

#[derive(Debug, Clone)]
struct Node {
    range: Range<usize>,
    content: NodeContent,
    /// The number of values that it stands for once aliases are expanded.
    size: usize,
}

#[derive(Debug, Clone)]
enum NodeContent {
    Scalar(String),
    /// Indices of the items.
    List(Vec<usize>),
    /// Indices of keys and values, alternating.
    Map(Vec<usize>),
}

impl YamlSpans {
    /// Finds the places in `text`. Never fails: what cannot be parsed has no places.
    #[must_use]
    pub(crate) fn of(text: &str) -> Self {
        let mut builder = SpanBuilder::default();
        if find_too_deep(text).is_some() {
            return Self::default();
        }
        let lines = LineStarts::of(text);
        let mut parser = Parser::new_from_str(text);
        while let Some(Ok((event, span))) = parser.next_event() {
            if matches!(event, Event::DocumentEnd | Event::StreamEnd) {
                break;
            }
            builder.push_event(event, byte_range(text, &lines, span));
        }
        Self { nodes: builder.nodes }
    }

    /// The place of the key that `path` ends with, e.g. `["owner", "icp"]`. List items are given by index: `["nav",
    /// "0"]`.
    #[must_use]
    pub(crate) fn key_range(&self, path: &[&str]) -> Option<Range<usize>> {
        self.find(path).map(|(key, _)| self.nodes[key].range.clone())
    }

    /// The place of the value at `path`; that of the whole document for an empty path.
    #[must_use]
    pub(crate) fn value_range(&self, path: &[&str]) -> Option<Range<usize>> {
        self.find(path).map(|(_, value)| self.nodes[value].range.clone())
    }

    /// The text of the scalar at `path`, as written but without quotes: `1.10`, not `1.1`.
    #[must_use]
    pub(crate) fn scalar(&self, path: &[&str]) -> Option<&str> {
        let (_, value) = self.find(path)?;
        match &self.nodes[value].content {
            NodeContent::Scalar(text) => Some(text),
            NodeContent::List(_) | NodeContent::Map(_) => None,
        }
    }

    /// Keys that repeat an earlier key of their map, with their places.
    pub(super) fn duplicates(&self) -> Vec<(String, Range<usize>)> {
        let mut found = Vec::new();
        for node in &self.nodes {
            let NodeContent::Map(pairs) = &node.content else {
                continue;
            };
            let mut seen = BTreeSet::new();
            for pair in pairs.chunks(2) {
                if let NodeContent::Scalar(key) = &self.nodes[pair[0]].content
                    && !seen.insert(key)
                {
                    found.push((key.clone(), self.nodes[pair[0]].range.clone()));
                }
            }
        }
        found.sort_by_key(|(_, range)| range.start);
        found
    }

    /// The pair that starts at `at`, from the key to the end of its value.
    pub(super) fn pair_at(&self, at: usize) -> Option<Range<usize>> {
        self.nodes.iter().find_map(|node| {
            let NodeContent::Map(pairs) = &node.content else {
                return None;
            };
            pairs
                .chunks(2)
                .find(|pair| self.nodes[pair[0]].range.start == at)
                .map(|pair| {
                    let end = pair.get(1).map_or(0, |&value| self.nodes[value].range.end);
                    at..end.max(self.nodes[pair[0]].range.end)
                })
        })
    }

    /// The number of values that the text stands for once aliases are expanded.
    pub(super) fn expanded_size(&self) -> usize {
        self.nodes.first().map_or(0, |root| root.size)
    }

    /// The node indices of the key and the value at `path`.
    fn find(&self, path: &[&str]) -> Option<(usize, usize)> {
        let mut at = (0, 0);
        self.nodes.first()?;
        for step in path {
            at = match &self.nodes[at.1].content {
                NodeContent::Scalar(_) => None,
                NodeContent::List(items) => items.get(step.parse::<usize>().ok()?).map(|&item| (item, item)),
                NodeContent::Map(pairs) => pairs
                    .chunks_exact(2)
                    .find_map(|pair| match &self.nodes[pair[0]].content {
                        NodeContent::Scalar(key) if key == step => Some((pair[0], pair[1])),
                        _ => None,
                    }),
            }?;
        }
        Some(at)
    }
}

/// The span in bytes, without trailing white space.
fn byte_range(text: &str, lines: &LineStarts, span: Span) -> Range<usize> {
    let start = lines.offset(text, span.start.line(), span.start.col());
    let end = lines.offset(text, span.end.line(), span.end.col()).max(start);
    start..start + text[start..end].trim_end().len()
}

#[derive(Default)]
struct SpanBuilder {
    nodes: Vec<Node>,
    /// Lists and maps that are not closed yet, each with its anchor (0 for none).
    open: Vec<(usize, usize)>,
    /// Sizes of closed nodes by anchor.
    sizes: BTreeMap<usize, usize>,
}

impl SpanBuilder {
    fn push_event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Scalar(text, _, anchor, _) => {
                self.push_node(range, NodeContent::Scalar(text.into_owned()), 1);
                self.sizes.insert(anchor, 1);
            }
            Event::Alias(anchor) => {
                let size = self.sizes.get(&anchor).copied().unwrap_or(1);
                self.push_node(range, NodeContent::Scalar(String::new()), size);
            }
            Event::SequenceStart(anchor, _) => self.begin(range, NodeContent::List(Vec::new()), anchor),
            Event::MappingStart(anchor, _) => self.begin(range, NodeContent::Map(Vec::new()), anchor),
            Event::SequenceEnd | Event::MappingEnd => self.end(range.end),
            _ => {}
        }
    }

    fn push_node(&mut self, range: Range<usize>, content: NodeContent, size: usize) -> usize {
        let index = self.nodes.len();
        self.nodes.push(Node { range, content, size });
        if let Some(&(parent, _)) = self.open.last() {
            let parent = &mut self.nodes[parent];
            parent.size = parent.size.saturating_add(size);
            if let NodeContent::List(items) | NodeContent::Map(items) = &mut parent.content {
                items.push(index);
            }
        }
        index
    }

    fn begin(&mut self, range: Range<usize>, content: NodeContent, anchor: usize) {
        // Its own size of 1 is added to the parent here; the size of its members is added when it ends.
        let index = self.push_node(range, content, 1);
        self.open.push((index, anchor));
    }

    fn end(&mut self, at: usize) {
        let Some((index, anchor)) = self.open.pop() else { return };
        let node = &mut self.nodes[index];
        node.range.end = node.range.end.max(at);
        let size = node.size;
        self.sizes.insert(anchor, size);
        if let Some(&(parent, _)) = self.open.last() {
            let parent = &mut self.nodes[parent];
            parent.size = parent.size.saturating_add(size - 1);
        }
    }
}
