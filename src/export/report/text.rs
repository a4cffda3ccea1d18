//! A report's text as a printed document: the same words as its page, with its figures, charts and tables.

use super::fields::ReadAsset;
use crate::catalog::{RecordId, ResolvedTarget};
use crate::chart::{emf, qr_emf};
use crate::export::document::{DocumentBlock, DocumentImage, DocumentTable, Span};
use crate::media::{self, Encoding};
use crate::messages::{raw_report_text, report_text};
use crate::metrics::Period;
use crate::record::{self, Argument, Inline, LinkTarget, Shortcode, markdown};
use crate::report::{
    CallKind, DisplayedFigure, EvidenceItem, FigureCall, IssuedReport, Report, ReportText, format_amount,
    format_changes_as, format_number, format_percent,
};
use crate::site::{ChartData, FigureTable, FigureTableRow, Site};

/// The resolution at which a photograph is printed, in dots per inch.
const PRINT_DPI: f64 = 150.0;
/// Millimetres per inch.
const MM_PER_INCH: f64 = 25.4;

/// The blocks of a report's document, and those of its numbered tables, which follow the signature on a page of their own
/// (GB/T 9704-2012, 7.3.7).
pub(super) fn blocks<'m>(
    site: &'m Site<'_>,
    report: &'m Report<'m>,
    pictures: ReadAsset<'m>,
) -> (Vec<DocumentBlock>, Vec<DocumentBlock>) {
    let (blocks, targets): (&[record::Block], &[ResolvedTarget]) = match &report.text {
        ReportText::Written(id) => (&site.record(*id).blocks, &site.catalog.record_links[*id].links),
        ReportText::Generated(text) => (&text.blocks, &[]),
    };
    let mut out = Vec::new();
    out.extend(unfinished_note(site, report.period));
    let (text, tables) = blocks.split_at(appendix_start(site, blocks));
    add_blocks(site, Some(report.period), (text, targets), pictures, &mut out);
    let mut appendix = Vec::new();
    if !tables.is_empty() {
        appendix.push(DocumentBlock::PageBreak);
        add_blocks(site, Some(report.period), (tables, targets), pictures, &mut appendix);
    }
    if let ReportText::Written(id) = &report.text {
        let ai = site.locale.ai_statement(&site.record(*id).meta.ai);
        if !ai.is_empty() {
            let note = site.locale.fill("ai_note", &[("statement", &ai)]);
            out.push(DocumentBlock::Paragraph(vec![Span::plain(note)]));
        }
    }
    if let Some(issued) = report.issued {
        add_corrections(site, issued, &mut out);
    }
    (out, appendix)
}

/// Where the section of the numbered tables begins: at its heading, when nothing but tables follows. Where an editor wrote
/// on after them, the section is no appendix.
fn appendix_start(site: &Site<'_>, blocks: &[record::Block]) -> usize {
    let title = raw_report_text(site.figures.reports.lang, "section-tables");
    let is_head = |block: &record::Block| match block {
        record::Block::Heading { text, .. } => matches!(&text[..], [Inline::Text(text)] if text.trim() == title),
        _ => false,
    };
    let is_table = |block: &record::Block| matches!(block, record::Block::Shortcode(_) | record::Block::Table { .. });
    match blocks.iter().rposition(is_head) {
        Some(at) if at > 0 && blocks[at + 1..].iter().all(is_table) => at,
        _ => blocks.len(),
    }
}

/// What stands behind a report's date: the digest of its figures, and a code that leads to the page that has the same.
/// Empty when the site does not have the page, or no address.
pub(super) fn closing(site: &Site<'_>, report: &Report<'_>) -> Vec<DocumentBlock> {
    let (Some(address), Some(digest)) = (site.report_address(report.key()), site.figures.digest(report.key())) else {
        return Vec::new();
    };
    let line = site.locale.fill("digest_line", &[("digest", &digest)]);
    let code = qr_emf(&address).map(|code| DocumentImage {
        bytes: code.bytes,
        format: "emf",
        width_mm: code.width_mm,
        height_mm: code.height_mm,
        caption: Some(line.clone()),
        alt: address,
        address: None,
    });
    vec![code.map_or_else(
        || DocumentBlock::Paragraph(vec![Span::plain(line)]),
        DocumentBlock::Image,
    )]
}

/// The blocks of a post's document.
pub(in crate::export) fn post_blocks<'m>(
    site: &'m Site<'_>,
    id: RecordId,
    pictures: ReadAsset<'m>,
) -> Vec<DocumentBlock> {
    let body = &site.record(id).body;
    let blocks = markdown::html_to_blocks(&body.html, &body.holes);
    let targets = &site.catalog.record_links[id].links;
    let mut out = Vec::new();
    add_blocks(site, None, (&blocks, targets), pictures, &mut out);
    out
}

/// Adds the blocks of a text whose links lead to `targets`. Calls for figures that name no period are about `period`.
fn add_blocks<'m>(
    site: &'m Site<'_>,
    period: Option<Period>,
    (blocks, targets): (&[record::Block], &'m [ResolvedTarget]),
    read_asset: ReadAsset<'m>,
    out: &mut Vec<DocumentBlock>,
) {
    let levels = blocks.iter().filter_map(|block| match block {
        record::Block::Heading { level, .. } => Some(*level),
        _ => None,
    });
    let builder = DocumentBuilder {
        site,
        period,
        targets,
        read_asset,
        top_level: levels.min().unwrap_or(2),
    };
    builder.blocks(blocks, 0, out);
}

/// The sentence that says up to which day a report on a period that is not over is counted.
fn unfinished_note(site: &Site<'_>, period: Period) -> Option<DocumentBlock> {
    let until = site.locale.date(site.today);
    let note = || site.locale.fill("unfinished_note", &[("date", &until)]);
    (period.last() >= site.today).then(|| DocumentBlock::Paragraph(vec![Span::plain(note())]))
}

/// Adds the corrections of an issued report: what was corrected when and why, and each figure that differs.
fn add_corrections(site: &Site<'_>, issued: &IssuedReport, out: &mut Vec<DocumentBlock>) {
    let corrections = site.figures.correction_texts(issued);
    if corrections.is_empty() {
        return;
    }
    let heading = raw_report_text(site.figures.reports.lang, "corrections");
    out.push(DocumentBlock::Heading {
        level: 1,
        spans: vec![Span::plain(heading)],
    });
    for (text, figures) in corrections {
        out.push(DocumentBlock::Paragraph(vec![Span::plain(text)]));
        out.extend(figures.into_iter().map(|figure| DocumentBlock::ListItem {
            depth: 0,
            marker: "•".to_owned(),
            spans: vec![Span::plain(figure)],
        }));
    }
}

struct DocumentBuilder<'m, 'a> {
    site: &'m Site<'a>,
    /// What calls for figures are about that name no period.
    period: Option<Period>,
    targets: &'m [ResolvedTarget],
    read_asset: ReadAsset<'m>,
    /// The highest level of a heading in the text; it becomes level 1.
    top_level: u8,
}

/// The style of a span: bold, emphasis, link.
#[derive(Debug, Clone, Default)]
struct TextStyle {
    strong: bool,
    emphasis: bool,
    link: Option<String>,
}

impl TextStyle {
    fn span(&self, text: &str) -> Span {
        Span {
            text: text.to_owned(),
            strong: self.strong,
            emphasis: self.emphasis,
            link: self.link.clone(),
        }
    }
}

impl<'a> DocumentBuilder<'_, 'a> {
    fn blocks(&self, blocks: &[record::Block], depth: u8, out: &mut Vec<DocumentBlock>) {
        for block in blocks {
            self.block(block, depth, out);
        }
    }

    fn block(&self, block: &record::Block, depth: u8, out: &mut Vec<DocumentBlock>) {
        match block {
            record::Block::Heading { level, text } => out.push(DocumentBlock::Heading {
                level: level.saturating_sub(self.top_level) + 1,
                spans: self.spans(text),
            }),
            record::Block::Paragraph(text) => self.paragraph(text, DocumentBlock::Paragraph, out),
            record::Block::List { start, items } => self.list(*start, items, depth, out),
            record::Block::Quote(inner) => self.quote(inner, out),
            record::Block::Code(code) => out.extend(
                code.lines()
                    .map(|line| DocumentBlock::Paragraph(vec![Span::plain(line)])),
            ),
            record::Block::Table {
                head,
                rows,
                align_right,
            } => out.push(DocumentBlock::Table(DocumentTable {
                caption: None,
                head: self.cells(head),
                rows: rows.iter().map(|row| self.cells(row)).collect(),
                numeric: align_right.clone(),
            })),
            record::Block::Shortcode(shortcode) => self.call_block(shortcode, depth, out),
            record::Block::Rule => {}
            record::Block::Footnotes(notes) => {
                for (at, note) in notes.iter().enumerate() {
                    self.list_item(format!("〔{}〕", at + 1), note, depth, out);
                }
            }
        }
    }

    /// Adds a paragraph and, below it, the pictures in it.
    fn paragraph(&self, text: &[Inline], make: fn(Vec<Span>) -> DocumentBlock, out: &mut Vec<DocumentBlock>) {
        let spans = self.spans(text);
        if spans.iter().any(|span| !span.text.trim().is_empty()) {
            out.push(make(spans));
        }
        for inline in text {
            if let Inline::Image { target, alt } = inline {
                out.extend(self.image(target, alt));
            }
        }
    }

    fn quote(&self, inner: &[record::Block], out: &mut Vec<DocumentBlock>) {
        for block in inner {
            match block {
                record::Block::Paragraph(text) => self.paragraph(text, DocumentBlock::Quote, out),
                other => self.block(other, 0, out),
            }
        }
    }

    fn list(&self, start: Option<u64>, items: &[Vec<record::Block>], depth: u8, out: &mut Vec<DocumentBlock>) {
        for (at, item) in (0..).zip(items) {
            let marker = start.map_or_else(|| "•".to_owned(), |first| format!("{}.", first.saturating_add(at)));
            self.list_item(marker, item, depth, out);
        }
    }

    /// Adds an entry of a list: its first paragraph after the marker, the rest below.
    fn list_item(&self, marker: String, item: &[record::Block], depth: u8, out: &mut Vec<DocumentBlock>) {
        let (spans, rest) = match item.split_first() {
            Some((record::Block::Paragraph(text), rest)) => (self.spans(text), rest),
            Some((record::Block::Shortcode(shortcode), rest)) if is_inline(shortcode) => {
                (self.call_spans(shortcode, &TextStyle::default()), rest)
            }
            _ => (Vec::new(), item),
        };
        out.push(DocumentBlock::ListItem { depth, marker, spans });
        self.blocks(rest, depth.saturating_add(1), out);
    }

    fn cells(&self, row: &[Vec<Inline>]) -> Vec<Vec<Span>> {
        row.iter().map(|cell| self.spans(cell)).collect()
    }

    fn spans(&self, text: &[Inline]) -> Vec<Span> {
        let mut spans = Vec::new();
        self.push_spans(text, &TextStyle::default(), &mut spans);
        merge_spans(spans)
    }

    fn push_spans(&self, text: &[Inline], style: &TextStyle, out: &mut Vec<Span>) {
        for inline in text {
            match inline {
                Inline::Text(text) | Inline::Code(text) => out.push(style.span(text)),
                Inline::Strong(inner) => self.push_spans(
                    inner,
                    &TextStyle {
                        strong: true,
                        ..style.clone()
                    },
                    out,
                ),
                Inline::Emphasis(inner) => self.push_spans(
                    inner,
                    &TextStyle {
                        emphasis: true,
                        ..style.clone()
                    },
                    out,
                ),
                Inline::Strikethrough(inner) => self.push_spans(inner, style, out),
                Inline::Link { target, text } => {
                    let link = self.link_url(target);
                    self.push_spans(text, &TextStyle { link, ..style.clone() }, out);
                }
                Inline::Image { .. } => {}
                Inline::Break => out.push(style.span("\n")),
                Inline::FootnoteRef(number) => out.push(style.span(&format!("〔{number}〕"))),
                Inline::Shortcode(shortcode) => out.extend(self.call_spans(shortcode, style)),
            }
        }
    }

    /// The absolute address of a link; `None` when its target has no page or file, or when the site has no address.
    fn link_url(&self, target: &LinkTarget) -> Option<String> {
        match target {
            LinkTarget::Address(address) => Some(address.clone()),
            LinkTarget::Site(index) => self.site.links.to_target_absolute(self.targets.get(*index)?),
        }
    }

    /// The spans of a call inside a line. Charts and tables do not fit into a line and are left out. So are the theme's
    /// own components, which exist on pages only.
    fn call_spans(&self, shortcode: &Shortcode, style: &TextStyle) -> Vec<Span> {
        let Some((call, figure)) = self.resolve_call(shortcode) else {
            return Vec::new();
        };
        let lang = self.site.figures.reports.lang;
        match call.kind {
            CallKind::Metric { ref part } => {
                let link = self.evidence_url(&call).or_else(|| style.link.clone());
                let value = self.site.figures.reports.called_value(&figure, part.as_ref());
                vec![TextStyle { link, ..style.clone() }.span(&format_amount(value, figure.metric, lang))]
            }
            CallKind::Change(change) => vec![style.span(&format_changes_as(&figure, change, lang))],
            CallKind::Target { ref part } => {
                let text = self.site.figures.reports.target_text(&figure, part.as_deref());
                text.iter().map(|text| style.span(text)).collect()
            }
            CallKind::Names { .. } => {
                let names = self.site.figures.names(&call);
                names.map_or_else(Vec::new, |names| vec![style.span(&names.text())])
            }
            _ => Vec::new(),
        }
    }

    fn resolve_call(&self, shortcode: &Shortcode) -> Option<(FigureCall<'a>, DisplayedFigure<'a>)> {
        let call = self.site.figures.reports.call_anywhere(shortcode, self.period)?;
        let figure = self.site.figures.reports.figure_of_call(&call);
        Some((call, figure))
    }

    fn evidence_url(&self, call: &FigureCall<'a>) -> Option<String> {
        let filter = call.narrowed_to();
        let url = self.site.figures.part_address(call.period, call.metric, &filter)?;
        Some(self.site.links.absolute(&url))
    }

    /// Adds the blocks of a call that stands by itself.
    fn call_block(&self, shortcode: &Shortcode, depth: u8, out: &mut Vec<DocumentBlock>) {
        let Some((call, figure)) = self.resolve_call(shortcode) else {
            self.component(shortcode, depth, out);
            return;
        };
        match &call.kind {
            CallKind::Metric { .. } | CallKind::Change(_) | CallKind::Target { .. } | CallKind::Names { .. } => out
                .push(DocumentBlock::Paragraph(
                    self.call_spans(shortcode, &TextStyle::default()),
                )),
            CallKind::Table { by: Some(_), .. } | CallKind::Ranking { .. }
                if let Some(table) = self.site.figures.figure_table(&call) =>
            {
                out.push(self.figure_table(&table));
                let notes = table.notes.iter();
                out.extend(notes.map(|note| DocumentBlock::Paragraph(vec![Span::plain(note)])));
            }
            CallKind::Chart { .. } | CallKind::Table { by: Some(_), .. } | CallKind::Ranking { .. } => {
                if let Some(data) = self.site.figures.call_chart(&call) {
                    let is_chart = matches!(call.kind, CallKind::Chart { .. });
                    out.push(if is_chart { self.chart(&data) } else { self.table(&data) });
                    out.extend(data.note.map(|note| DocumentBlock::Paragraph(vec![Span::plain(note)])));
                }
            }
            CallKind::Table { by: None, group, .. } => out.push(self.metrics_table(group, &call)),
            CallKind::Posts(arrangement) => {
                let items = self
                    .site
                    .figures
                    .listed_items(&figure, arrangement)
                    .into_iter()
                    .zip(1..);
                out.extend(items.map(|(item, number)| self.post_item(&figure, (item, number))));
            }
        }
    }

    /// Adds a theme's component: its pictures, and its inner text.
    fn component(&self, shortcode: &Shortcode, depth: u8, out: &mut Vec<DocumentBlock>) {
        let text_of = |wanted: &str| {
            shortcode.args.iter().find_map(|(name, argument)| match argument {
                Argument::Text { text, .. } if name == wanted && !text.trim().is_empty() => Some(text.as_str()),
                _ => None,
            })
        };
        // A caption may name the photographer.
        let alt = text_of("caption").or_else(|| text_of("alt"));
        let of_pictures = |name: &str| matches!(name, "src" | "images");
        for (_, argument) in shortcode.args.iter().filter(|(name, _)| of_pictures(name)) {
            let single = std::slice::from_ref(argument);
            let items = if let Argument::List(items) = argument {
                items
            } else {
                single
            };
            for item in items {
                if let Argument::Text { link: Some(link), .. } = item {
                    out.extend(self.image(&LinkTarget::Site(*link), alt.unwrap_or_default()));
                }
            }
        }
        if let Some(inner) = &shortcode.inner {
            self.blocks(&markdown::html_to_blocks(&inner.html, &inner.holes), depth, out);
        }
    }

    fn chart(&self, data: &ChartData) -> DocumentBlock {
        let chart = data.chart(self.site.figures.reports.lang, &|url| self.site.links.absolute(url));
        let drawn = emf(&chart);
        DocumentBlock::Image(DocumentImage {
            bytes: drawn.bytes,
            format: "emf",
            width_mm: drawn.width_mm,
            height_mm: drawn.height_mm,
            caption: Some(chart.title.clone()),
            alt: format!("{} {}", chart.title, chart.desc),
            address: None,
        })
    }

    fn table(&self, data: &ChartData) -> DocumentBlock {
        let cell = |text: String| vec![Span::plain(text)];
        let rows = data.rows.iter().map(|row| {
            let link = row.url.as_ref().map(|url| self.site.links.absolute(url) + &row.anchor);
            let label = TextStyle {
                link,
                ..TextStyle::default()
            }
            .span(&row.label);
            let numbers = data
                .row_numbers(row)
                .into_iter()
                .map(|value| cell(format_number(value)));
            std::iter::once(vec![label]).chain(numbers).collect()
        });
        let head = data.table_head(&self.site.locale);
        DocumentBlock::Table(DocumentTable {
            caption: Some(data.title.clone()),
            numeric: (0..head.len()).map(|at| at > 0).collect(),
            head: head.into_iter().map(cell).collect(),
            rows: rows.collect(),
        })
    }

    /// A table of several measures, or of two dimensions.
    fn figure_table(&self, table: &FigureTable) -> DocumentBlock {
        let cell = |text: String| vec![Span::plain(text)];
        let row = |row: &FigureTableRow| {
            let link = row.url.as_ref().map(|url| self.site.links.absolute(url) + &row.anchor);
            let label = TextStyle {
                link,
                strong: row.is_total,
                ..TextStyle::default()
            };
            let numbers = row.values.iter().map(|value| cell(format_number(*value)));
            std::iter::once(vec![label.span(&row.label)]).chain(numbers).collect()
        };
        DocumentBlock::Table(DocumentTable {
            caption: Some(table.caption.clone()),
            numeric: (0..table.head.len()).map(|at| at > 0).collect(),
            head: table.head.iter().cloned().map(cell).collect(),
            rows: table.rows.iter().map(row).collect(),
        })
    }

    /// The table of a group's metrics with their figures and changes.
    fn metrics_table(&self, group: &[&crate::metrics::Metric], call: &FigureCall<'_>) -> DocumentBlock {
        let site = self.site;
        let cell = |text: &str| vec![Span::plain(text)];
        let rows = group
            .iter()
            .filter_map(|metric| site.figures.reports.counts.metrics.get(&metric.id))
            .map(|metric| {
                let figure = site.figures.reports.called_figure(call, metric);
                let link = site
                    .figures
                    .part_address(call.period, metric, figure.filter())
                    .map(|url| site.links.absolute(&url));
                let amount = TextStyle {
                    link,
                    ..TextStyle::default()
                }
                .span(&format_amount(figure.value, figure.metric, site.figures.reports.lang));
                let (before, year) = (format_percent(&figure.previous), format_percent(&figure.year_earlier));
                vec![
                    cell(figure.metric.label.get(site.settings.language.as_str())),
                    vec![amount],
                    cell(&before),
                    cell(&year),
                ]
            });
        DocumentBlock::Table(DocumentTable {
            caption: Some(site.figures.metrics_table_caption(call)),
            head: ["indicator", "value", "period_before", "year_earlier"]
                .map(|key| cell(site.locale.get(key)))
                .to_vec(),
            rows: rows.collect(),
            numeric: vec![false, true, true, true],
        })
    }

    /// The list entry of a post: its title, linked to its page, and its day.
    fn post_item(&self, figure: &DisplayedFigure<'a>, (item, number): (&EvidenceItem<'a>, usize)) -> DocumentBlock {
        let entry = self.site.figures.evidence_entry(figure, item, number);
        let link = entry
            .page
            .map(|id| self.site.links.absolute(self.site.links.record(id)));
        let title = TextStyle {
            link,
            ..TextStyle::default()
        }
        .span(&entry.title);
        let lang = self.site.figures.reports.lang;
        let date = entry.day.map(|moment| self.site.locale.date(moment.date));
        let date = date.map(|date| Span::plain(report_text(lang, "title-date", &[("date", &date)])));
        DocumentBlock::ListItem {
            depth: 0,
            marker: "•".to_owned(),
            spans: std::iter::once(title).chain(date).collect(),
        }
    }

    /// A picture of the site; `None` when it cannot be read or printed.
    fn image(&self, target: &LinkTarget, alt: &str) -> Option<DocumentBlock> {
        let LinkTarget::Site(index) = target else { return None };
        let ResolvedTarget::Asset(asset) = self.targets.get(*index)? else {
            return None;
        };
        let extension = self.site.catalog.assets[*asset].path().extension();
        let format = match extension.as_str() {
            "png" => "png",
            "jpg" | "jpeg" | "webp" => "jpeg",
            "gif" => "gif",
            _ => return None,
        };
        let mut bytes = (self.read_asset)(*asset)?;
        let mut address = self.site.links.to_target_absolute(&self.targets[*index]);
        if extension == "webp" {
            // Neither Word nor a WeChat account takes WebP.
            bytes = media::encode(&media::decode(&bytes).ok()?, Encoding::Jpeg).ok()?;
            address = None;
        }
        let size = imagesize::blob_size(&bytes).ok()?;
        let millimetres = |pixels: usize| pixels as f64 / PRINT_DPI * MM_PER_INCH;
        Some(DocumentBlock::Image(DocumentImage {
            bytes,
            format,
            width_mm: millimetres(size.width),
            height_mm: millimetres(size.height),
            caption: Some(alt.to_owned()).filter(|alt| !alt.is_empty()),
            alt: alt.to_owned(),
            address,
        }))
    }
}

/// Joins neighbouring spans of one style: a word processor breaks lines better within a run than between two.
fn merge_spans(spans: Vec<Span>) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for span in spans {
        match out.last_mut() {
            Some(last) if (last.strong, last.emphasis, &last.link) == (span.strong, span.emphasis, &span.link) => {
                last.text.push_str(&span.text);
            }
            _ => out.push(span),
        }
    }
    out
}

/// Whether a call gives text, not a table or chart.
fn is_inline(shortcode: &Shortcode) -> bool {
    matches!(shortcode.name.as_str(), "metric" | "change" | "target" | "names")
}
