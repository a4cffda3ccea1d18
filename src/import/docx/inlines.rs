//! Reads the text of a paragraph: runs, links, pictures, references to notes.

use super::package::{Package, Target};
use super::styles::{Styles, is_on};
use crate::import::manuscript::{ImportedFile, Loss, Losses};
use crate::import::pictures::picture_extension;
use crate::import::scripts::{Script, scripted};
use crate::import::xml::XmlElement;
use crate::paths::url_scheme;
use crate::record::{Inline, LinkTarget};
use std::collections::BTreeMap;

/// What reading a text collects, for the whole file.
#[derive(Default)]
pub(super) struct Collected<'x> {
    pub(super) files: Vec<ImportedFile>,
    /// The index in `files` of each part; `None` for a picture that no site publishes.
    file_of_part: BTreeMap<String, Option<usize>>,
    /// The captions of pictures, by their index in `files`.
    pub(super) captions: BTreeMap<usize, String>,
    pub(super) losses: Losses,
    /// The notes in the order in which the text refers to them.
    pub(super) notes: Vec<Note>,
    /// The text boxes of the current paragraph.
    pub(super) boxes: Vec<&'x XmlElement>,
}

/// A footnote or an endnote, by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) is_endnote: bool,
    pub(super) id: String,
}

/// The part that a text is in, with what it refers to.
pub(super) struct PartContext<'p> {
    pub(super) package: &'p Package,
    pub(super) styles: &'p Styles,
    pub(super) relationships: &'p BTreeMap<String, Target>,
}

/// How a piece of text looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct TextStyle {
    link: Option<String>,
    strong: bool,
    emphasis: bool,
    strike: bool,
    script: Option<Script>,
}

/// A piece of a paragraph: text, a break, a picture or a reference.
struct Run {
    style: TextStyle,
    inline: Inline,
}

/// A field (ECMA-376 part 1, 17.16): an instruction to Word, and the text that came out of it.
#[derive(Default)]
struct Field {
    instruction: String,
    is_result: bool,
}

/// The text of a paragraph.
pub(super) fn read_inlines<'x>(
    paragraph: &'x XmlElement,
    context: &PartContext<'_>,
    collected: &mut Collected<'x>,
) -> Vec<Inline> {
    let mut reader = InlineReader {
        context,
        collected,
        runs: Vec::new(),
        fields: Vec::new(),
    };
    reader.read(paragraph, &TextStyle::default());
    nest(trim(reader.runs), 0)
}

struct InlineReader<'c, 'p, 'x> {
    context: &'c PartContext<'p>,
    collected: &'c mut Collected<'x>,
    runs: Vec<Run>,
    /// Open fields, outermost first.
    fields: Vec<Field>,
}

impl<'x> InlineReader<'_, '_, 'x> {
    /// Reads what is in a paragraph, a link or a tracked change.
    fn read(&mut self, element: &'x XmlElement, style: &TextStyle) {
        for child in element.children() {
            match child.name.as_str() {
                "r" => self.read_run(child, style),
                "hyperlink" => {
                    let link = child.attribute("id").and_then(|id| self.external_target(id));
                    let link = link.or_else(|| style.link.clone());
                    self.read(child, &TextStyle { link, ..style.clone() });
                }
                "ins" | "moveTo" | "smartTag" | "fldSimple" | "customXml" | "sdtContent" | "dir" | "bdo" => {
                    self.read(child, style);
                }
                "sdt" => self.read(child, style),
                "del" | "moveFrom" => self.collected.losses.add(Loss::DeletedText),
                "oMath" => self.read_formula(child, style),
                "oMathPara" => child.children().for_each(|formula| self.read_formula(formula, style)),
                _ => {}
            }
        }
    }

    fn read_run(&mut self, run: &'x XmlElement, style: &TextStyle) {
        let properties = run.child("rPr");
        let is = |name: &str| properties.and_then(|properties| is_on(properties, name));
        if is("vanish") == Some(true) {
            return;
        }
        let named = properties.and_then(|properties| properties.child_value("rStyle"));
        let style = TextStyle {
            link: style.link.clone(),
            strong: is("b").unwrap_or_else(|| named.is_some_and(|id| self.context.styles.is_bold(id))),
            emphasis: is("i").unwrap_or_default(),
            strike: is("strike").or_else(|| is("dstrike")).unwrap_or_default(),
            script: match properties.and_then(|properties| properties.child_value("vertAlign")) {
                Some("superscript") => Some(Script::Superscript),
                Some("subscript") => Some(Script::Subscript),
                _ => None,
            },
        };
        self.read_run_content(run, &style);
    }

    fn read_run_content(&mut self, run: &'x XmlElement, style: &TextStyle) {
        for child in run.children() {
            match child.name.as_str() {
                "t" => self.push_text(&child.text(), style),
                "tab" | "ptab" => self.push_text(" ", style),
                "noBreakHyphen" => self.push_text("-", style),
                "cr" => self.push(Inline::Break, style),
                "br" if !matches!(child.attribute("type"), Some("page" | "column")) => self.push(Inline::Break, style),
                "sym" => self.read_symbol(child, style),
                "ruby" => self.read_ruby(child, style),
                "fldChar" => self.read_field_mark(child.attribute("fldCharType").unwrap_or_default()),
                "instrText" => {
                    if let Some(field) = self.fields.last_mut() {
                        field.instruction.push_str(&child.text());
                    }
                }
                "footnoteReference" | "endnoteReference" => self.read_note_reference(child, style),
                "commentReference" => self.collected.losses.add(Loss::Comment),
                "drawing" | "pict" => self.read_drawing(child, style),
                "object" => self.read_object(child, style),
                // Word writes a drawing twice, for new and for old programs.
                "AlternateContent" => {
                    if let Some(chosen) = child.child("Choice").or_else(|| child.child("Fallback")) {
                        self.read_run_content(chosen, style);
                    }
                }
                _ => {}
            }
        }
    }

    fn push(&mut self, inline: Inline, style: &TextStyle) {
        if self.fields.iter().any(|field| !field.is_result) {
            return;
        }
        let mut style = style.clone();
        let links = self
            .fields
            .iter()
            .rev()
            .filter_map(|field| link_of_instruction(&field.instruction));
        style.link = style.link.or_else(|| links.into_iter().next());
        self.runs.push(Run { style, inline });
    }

    fn push_text(&mut self, text: &str, style: &TextStyle) {
        let is_lost = |c: char| is_private_use(c) || (c.is_control() && !c.is_whitespace());
        let visible: String = text.chars().filter(|c| !is_lost(*c)).collect();
        for _ in text.chars().filter(|c| is_private_use(*c)) {
            self.collected.losses.add(Loss::Symbol);
        }
        let Some(script) = style.script.filter(|_| !visible.trim().is_empty()) else {
            if !visible.is_empty() {
                self.push(Inline::Text(visible.replace(['\n', '\r', '\t'], " ")), style);
            }
            return;
        };
        let written = scripted(&visible, script).unwrap_or_else(|| {
            self.collected.losses.add_named(Loss::Script, visible.trim());
            visible
        });
        self.push(Inline::Text(written), style);
    }

    /// A character of a symbol font. Those for boxes to tick are known; no page has the font of the others.
    fn read_symbol(&mut self, symbol: &XmlElement, style: &TextStyle) {
        let font = symbol.attribute("font").unwrap_or_default();
        let code = symbol.attribute("char").unwrap_or_default().to_uppercase();
        let text = match (font, code.as_str()) {
            ("Wingdings", "F0FE") | ("Wingdings 2", "F052" | "0052") => "☑",
            ("Wingdings", "F0A8" | "F06F") | ("Wingdings 2", "F0A3" | "00A3") => "□",
            ("Wingdings", "F0FC") | ("Wingdings 2", "F050" | "0050") => "✓",
            ("Wingdings", "F06C") => "●",
            _ => return self.collected.losses.add(Loss::Symbol),
        };
        self.push_text(text, style);
    }

    /// Letters with their pronunciation: it follows in brackets.
    fn read_ruby(&mut self, ruby: &'x XmlElement, style: &TextStyle) {
        if let Some(base) = ruby.child("rubyBase") {
            self.read(base, style);
        }
        if let Some(reading) = ruby
            .child("rt")
            .map(XmlElement::text)
            .filter(|reading| !reading.trim().is_empty())
        {
            self.push_text(&format!("（{}）", reading.trim()), style);
        }
    }

    fn read_field_mark(&mut self, kind: &str) {
        match kind {
            "begin" => self.fields.push(Field::default()),
            "separate" => {
                if let Some(field) = self.fields.last_mut() {
                    field.is_result = true;
                }
            }
            _ => drop(self.fields.pop()),
        }
    }

    fn read_note_reference(&mut self, reference: &XmlElement, style: &TextStyle) {
        let note = Note {
            is_endnote: reference.name == "endnoteReference",
            id: reference.attribute("id").unwrap_or_default().to_owned(),
        };
        let notes = &mut self.collected.notes;
        let known = notes.iter().position(|known| *known == note);
        let index = known.unwrap_or_else(|| {
            notes.push(note);
            notes.len() - 1
        });
        self.push(
            Inline::FootnoteRef(index + 1),
            &TextStyle {
                link: None,
                ..style.clone()
            },
        );
    }

    /// A formula. Its letters stay, in one line.
    fn read_formula(&mut self, formula: &XmlElement, style: &TextStyle) {
        self.collected.losses.add(Loss::Formula);
        let text = formula.text();
        if !text.trim().is_empty() {
            self.push_text(text.trim(), style);
        }
    }

    /// Pictures and text boxes, both in DrawingML and in the older VML.
    fn read_drawing(&mut self, drawing: &'x XmlElement, style: &TextStyle) {
        let boxes = self.collected.boxes.len();
        collect_boxes(drawing, &mut self.collected.boxes);
        for _ in boxes..self.collected.boxes.len() {
            self.collected.losses.add(Loss::TextBox);
        }
        let alt = drawing
            .descendant("docPr")
            .and_then(|properties| properties.attribute("descr"));
        let alt = alt.map(described).unwrap_or_default();
        let mut ids = Vec::new();
        collect_pictures(drawing, &mut ids);
        if ids.is_empty() && self.collected.boxes.len() == boxes && drawing.descendant("graphicData").is_some() {
            self.collected.losses.add(Loss::Drawing);
        }
        for id in ids {
            self.push_picture(id, &alt, style);
        }
    }

    /// An embedded file: the picture that stands for it, if a site can show it.
    fn read_object(&mut self, object: &'x XmlElement, style: &TextStyle) {
        let mut ids = Vec::new();
        collect_pictures(object, &mut ids);
        let before = self.runs.len();
        let losses = self.collected.losses.clone();
        ids.into_iter().for_each(|id| self.push_picture(id, "", style));
        if self.runs.len() == before {
            // One loss, not one of the file and one of its picture.
            self.collected.losses = losses;
        }
        self.collected.losses.add(Loss::EmbeddedFile);
    }

    fn push_picture(&mut self, id: &str, alt: &str, style: &TextStyle) {
        let part = match self.context.relationships.get(id) {
            Some(Target::Part(part)) => part,
            Some(Target::External(address)) => {
                let loss = if is_linkable(address) {
                    Loss::RemotePicture
                } else {
                    Loss::MissingPicture
                };
                return self.collected.losses.add_named(loss, address);
            }
            None => return self.collected.losses.add(Loss::MissingPicture),
        };
        if let Some(index) = self.collected.file(self.context.package, part) {
            let target = LinkTarget::Site(index);
            let alt = alt.to_owned();
            self.push(
                Inline::Image { target, alt },
                &TextStyle {
                    link: None,
                    ..style.clone()
                },
            );
        }
    }

    /// The address that a relationship names, if a site may link to it.
    fn external_target(&self, id: &str) -> Option<String> {
        match self.context.relationships.get(id)? {
            Target::External(address) => is_linkable(address).then(|| address.clone()),
            Target::Part(_) => None,
        }
    }
}

impl Collected<'_> {
    /// The index of a picture's part among the files; `None` when no site publishes it.
    fn file(&mut self, package: &Package, part: &str) -> Option<usize> {
        if let Some(known) = self.file_of_part.get(part) {
            return *known;
        }
        let name = part.rsplit('/').next().unwrap_or(part).to_owned();
        let index = match package.part(part) {
            None => {
                self.losses.add_named(Loss::MissingPicture, &name);
                None
            }
            Some(bytes) if picture_extension(bytes).is_none() => {
                self.losses.add_named(Loss::Picture, &name);
                None
            }
            Some(bytes) => {
                let bytes = bytes.to_vec();
                self.files.push(ImportedFile::Inside { name, bytes });
                Some(self.files.len() - 1)
            }
        };
        self.file_of_part.insert(part.to_owned(), index);
        index
    }
}

/// Whether a character belongs to a font alone.
fn is_private_use(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

/// Whether an address is one that sites may link to without settings.
fn is_linkable(address: &str) -> bool {
    let scheme = url_scheme(address).map(str::to_ascii_lowercase);
    scheme.is_some_and(|scheme| ["http", "https", "mailto", "tel"].contains(&&*scheme))
        && !address.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>'))
}

/// The address in the instruction of a link: `HYPERLINK "https://x.example/" \h`.
fn link_of_instruction(instruction: &str) -> Option<String> {
    let rest = instruction.trim().strip_prefix("HYPERLINK")?;
    let address = rest.trim().trim_start_matches('"').split(['"', ' ']).next()?;
    is_linkable(address).then(|| address.to_owned())
}

/// A description of a picture. Word fills in file names, and sentences of its own.
fn described(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    let lower = line.to_lowercase();
    let is_name = [".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp"]
        .iter()
        .any(|ending| lower.ends_with(ending));
    let is_made = lower.contains("ai 生成") || lower.contains("已生成") || lower.contains("generated");
    if is_name || is_made || line.chars().any(is_private_use) {
        String::new()
    } else {
        line.to_owned()
    }
}

/// The text boxes in a drawing, outermost only.
fn collect_boxes<'x>(element: &'x XmlElement, boxes: &mut Vec<&'x XmlElement>) {
    for child in element.children() {
        match child.name.as_str() {
            "txbxContent" => boxes.push(child),
            "Fallback" => {}
            _ => collect_boxes(child, boxes),
        }
    }
}

/// The ids of the pictures in a drawing, except those in text boxes.
fn collect_pictures<'x>(element: &'x XmlElement, ids: &mut Vec<&'x str>) {
    for child in element.children() {
        match child.name.as_str() {
            "txbxContent" | "Fallback" => {}
            "blip" => ids.extend(child.attribute("embed").or_else(|| child.attribute("link"))),
            "imagedata" => ids.extend(child.attribute("id")),
            _ => collect_pictures(child, ids),
        }
    }
}

/// The runs without white space and breaks at the ends.
fn trim(mut runs: Vec<Run>) -> Vec<Run> {
    let is_blank = |run: &Run| match &run.inline {
        Inline::Text(text) => text.trim().is_empty(),
        inline => matches!(inline, Inline::Break),
    };
    let start = runs.iter().position(|run| !is_blank(run)).unwrap_or(runs.len());
    runs.drain(..start);
    let end = runs.iter().rposition(|run| !is_blank(run)).map_or(0, |at| at + 1);
    runs.truncate(end);
    if let Some(Inline::Text(text)) = runs.first_mut().map(|run| &mut run.inline) {
        *text = text.trim_start().to_owned();
    }
    if let Some(Inline::Text(text)) = runs.last_mut().map(|run| &mut run.inline) {
        *text = text.trim_end().to_owned();
    }
    runs
}

/// Puts runs of one style into one element, the outermost being the link.
fn nest(runs: Vec<Run>, layer: u8) -> Vec<Inline> {
    if layer > 3 {
        return join_texts(runs);
    }
    let same = |a: &TextStyle, b: &TextStyle| match layer {
        0 => a.link == b.link,
        1 => a.strong == b.strong,
        2 => a.emphasis == b.emphasis,
        _ => a.strike == b.strike,
    };
    let mut groups: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|first| same(&first.style, &run.style)) => group.push(run),
            _ => groups.push(vec![run]),
        }
    }
    let mut inlines = Vec::new();
    for group in groups {
        let style = group.first().map(|run| run.style.clone()).unwrap_or_default();
        let inner = nest(group, layer + 1);
        match layer {
            0 if style.link.is_some() => inlines.push(Inline::Link {
                target: LinkTarget::Address(style.link.unwrap_or_default()),
                text: inner,
            }),
            1 if style.strong => inlines.push(Inline::Strong(inner)),
            2 if style.emphasis => inlines.push(Inline::Emphasis(inner)),
            3 if style.strike => inlines.push(Inline::Strikethrough(inner)),
            _ => inlines.extend(inner),
        }
    }
    inlines
}

fn join_texts(runs: Vec<Run>) -> Vec<Inline> {
    let mut inlines: Vec<Inline> = Vec::new();
    for run in runs {
        match (inlines.last_mut(), run.inline) {
            (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
            (_, inline) => inlines.push(inline),
        }
    }
    inlines
}
