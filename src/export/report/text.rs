//! A report's text as a printed document: the same words as its page, with its figures, charts and tables.

use super::fields::ReadAsset;
use crate::catalog::ResolvedTarget;
use crate::chart::emf;
use crate::export::document::{DocumentBlock, DocumentImage, DocumentTable, Span};
use crate::messages::report_text;
use crate::record::{self, Argument, Inline, LinkTarget, Shortcode, markdown};
use crate::report::{
    CallKind, DisplayedFigure, EvidenceItem, FigureCall, Report, ReportText, format_amount, format_changes,
    format_number, format_percent,
};
use crate::site::{ChartData, Site};

/// Dots per inch of a photograph that fills the text's width in good print.
const PRINT_DPI: f64 = 150.0;
/// Millimetres of an inch.
const MM_PER_INCH: f64 = 25.4;

/// The blocks of a report's document.
pub(super) fn blocks<'m>(site: &'m Site<'_>, report: &'m Report<'m>, pictures: ReadAsset<'m>) -> Vec<DocumentBlock> {
    let (blocks, targets): (&[record::Block], &[ResolvedTarget]) = match &report.text {
        ReportText::Written(at) => (&site.record(*at).blocks, &site.catalog.record_links[*at].links),
        ReportText::Generated(text) => (&text.blocks, &[]),
    };
    let highest = blocks.iter().filter_map(|block| match block {
        record::Block::Heading { level, .. } => Some(*level),
        _ => None,
    });
    let maker = DocumentBuilder {
        site,
        report,
        targets,
        read_asset: pictures,
        top_level: highest.min().unwrap_or(2),
    };
    let mut out = Vec::new();
    maker.blocks(blocks, 0, &mut out);
    out
}

struct DocumentBuilder<'m, 'a> {
    site: &'m Site<'a>,
    report: &'m Report<'m>,
    targets: &'m [ResolvedTarget],
    read_asset: ReadAsset<'m>,
    /// The highest level of a heading in the text, which becomes the first.
    top_level: u8,
}

/// How spans look: bold, stressed, leading somewhere.
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
            record::Block::Shortcode(made) => self.call_block(made, depth, out),
            record::Block::Rule => {}
            record::Block::Footnotes(notes) => {
                for (at, note) in notes.iter().enumerate() {
                    self.list_item(format!("〔{}〕", at + 1), note, depth, out);
                }
            }
        }
    }

    /// A paragraph; the pictures in it stand below it.
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

    /// An entry of a list: its first paragraph behind the marker, the rest below.
    fn list_item(&self, marker: String, item: &[record::Block], depth: u8, out: &mut Vec<DocumentBlock>) {
        let (spans, rest) = match item.split_first() {
            Some((record::Block::Paragraph(text), rest)) => (self.spans(text), rest),
            Some((record::Block::Shortcode(made), rest)) if is_inline(made) => {
                (self.call_spans(made, &TextStyle::default()), rest)
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

    fn push_spans(&self, text: &[Inline], look: &TextStyle, out: &mut Vec<Span>) {
        for inline in text {
            match inline {
                Inline::Text(text) | Inline::Code(text) => out.push(look.span(text)),
                Inline::Strong(inner) => self.push_spans(
                    inner,
                    &TextStyle {
                        strong: true,
                        ..look.clone()
                    },
                    out,
                ),
                Inline::Emphasis(inner) => self.push_spans(
                    inner,
                    &TextStyle {
                        emphasis: true,
                        ..look.clone()
                    },
                    out,
                ),
                Inline::Strikethrough(inner) => self.push_spans(inner, look, out),
                Inline::Link { target, text } => {
                    let link = self.link_url(target);
                    self.push_spans(text, &TextStyle { link, ..look.clone() }, out);
                }
                Inline::Image { .. } => {}
                Inline::Break => out.push(look.span("\n")),
                Inline::FootnoteRef(at) => out.push(look.span(&format!("〔{at}〕"))),
                Inline::Shortcode(made) => out.extend(self.call_spans(made, look)),
            }
        }
    }

    /// The full address of a link; none when it leads nowhere or the site has no address.
    fn link_url(&self, target: &LinkTarget) -> Option<String> {
        match target {
            LinkTarget::Address(address) => Some(address.clone()),
            LinkTarget::Site(at) => self.site.links.to_target_absolute(self.targets.get(*at)?),
        }
    }

    /// A call inside a line. Charts and tables do not fit into one and are passed over, as are the theme's own
    /// components, which know pages only.
    fn call_spans(&self, made: &Shortcode, look: &TextStyle) -> Vec<Span> {
        let Some((call, shown)) = self.resolve_call(made) else {
            return Vec::new();
        };
        let lang = self.site.figures.reports.lang;
        match call.kind {
            CallKind::Metric => {
                let link = self.evidence_url(&call).or_else(|| look.link.clone());
                vec![TextStyle { link, ..look.clone() }.span(&format_amount(shown.value, call.metric, lang))]
            }
            CallKind::Change => vec![look.span(&format_changes(&shown, lang))],
            _ => Vec::new(),
        }
    }

    fn resolve_call(&self, made: &Shortcode) -> Option<(FigureCall<'a>, DisplayedFigure<'a>)> {
        let call = self.site.figures.reports.call(made, Some(self.report.period))?.clone();
        let shown = self.site.figures.reports.displayed_figure(call.metric, call.period);
        Some((call, shown))
    }

    fn evidence_url(&self, call: &FigureCall<'_>) -> Option<String> {
        let url = self.site.figures.evidence_address(call.period, call.metric)?;
        Some(self.site.links.absolute(&url))
    }

    /// A call that stands by itself.
    fn call_block(&self, made: &Shortcode, depth: u8, out: &mut Vec<DocumentBlock>) {
        let Some((call, shown)) = self.resolve_call(made) else {
            self.component(made, depth, out);
            return;
        };
        match &call.kind {
            CallKind::Metric | CallKind::Change => {
                out.push(DocumentBlock::Paragraph(self.call_spans(made, &TextStyle::default())))
            }
            CallKind::Chart { .. } => out.extend(self.site.figures.call_chart(&call).map(|data| self.chart(&data))),
            CallKind::Table { by: Some(_), .. } => {
                out.extend(self.site.figures.call_chart(&call).map(|data| self.table(&data)))
            }
            CallKind::Table { by: None, group } => out.push(self.metrics_table(group, &call)),
            CallKind::Posts { limit } => {
                let newest = shown.evidence.iter().rev().take(*limit);
                out.extend(newest.filter_map(|behind| self.post_item(behind)));
            }
        }
    }

    /// A theme's component: its picture, if it is one, and its inner text.
    fn component(&self, made: &Shortcode, depth: u8, out: &mut Vec<DocumentBlock>) {
        let picture = made.args.iter().find_map(|(name, argument)| match argument {
            Argument::Text { link: Some(at), .. } if name == "src" => Some(*at),
            _ => None,
        });
        let alt = made.args.iter().find_map(|(name, argument)| match argument {
            Argument::Text { text, .. } if name == "caption" || name == "alt" => Some(text.as_str()),
            _ => None,
        });
        if let Some(at) = picture {
            out.extend(self.image(&LinkTarget::Site(at), alt.unwrap_or_default()));
        }
        if let Some(inner) = &made.inner {
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
        let head = data.table_head(&self.site.figures);
        DocumentBlock::Table(DocumentTable {
            caption: Some(data.title.clone()),
            numeric: (0..head.len()).map(|at| at > 0).collect(),
            head: head.into_iter().map(cell).collect(),
            rows: rows.collect(),
        })
    }

    /// The metrics of a group with their figures and changes.
    fn metrics_table(&self, group: &[&crate::metrics::Metric], call: &FigureCall<'_>) -> DocumentBlock {
        let site = self.site;
        let cell = |text: &str| vec![Span::plain(text)];
        let rows = group
            .iter()
            .filter_map(|metric| site.figures.reports.counts.metrics.get(&metric.id))
            .map(|metric| {
                let shown = site.figures.reports.displayed_figure(metric, call.period);
                let link = site
                    .figures
                    .evidence_address(call.period, metric)
                    .map(|url| site.links.absolute(&url));
                let figure = TextStyle {
                    link,
                    ..TextStyle::default()
                }
                .span(&format_amount(shown.value, metric, site.figures.reports.lang));
                let (before, year) = (format_percent(&shown.previous), format_percent(&shown.year_earlier));
                vec![
                    cell(metric.label.get(site.settings.language.as_str())),
                    vec![figure],
                    cell(&before),
                    cell(&year),
                ]
            });
        DocumentBlock::Table(DocumentTable {
            caption: Some(call.period.label(site.figures.reports.lang)),
            head: ["indicator", "value", "period_before", "year_earlier"]
                .map(|key| cell(site.locale.get(key)))
                .to_vec(),
            rows: rows.collect(),
            numeric: vec![false, true, true, true],
        })
    }

    /// A post of a list: its title, leading to its page, and its day.
    fn post_item(&self, behind: &EvidenceItem<'_>) -> Option<DocumentBlock> {
        let EvidenceItem::Post { post: item, day, .. } = behind else {
            return None;
        };
        let post = self.site.figures.reports.counts.posts.post(*item);
        let link = post.page.map(|at| self.site.links.absolute(self.site.links.record(at)));
        let title = TextStyle {
            link,
            ..TextStyle::default()
        }
        .span(&post.record.meta.title);
        let lang = self.site.figures.reports.lang;
        let date = report_text(lang, "title-date", &[("date", &self.site.locale.date(*day))]);
        Some(DocumentBlock::ListItem {
            depth: 0,
            marker: "•".to_owned(),
            spans: vec![title, Span::plain(date)],
        })
    }

    /// A picture of the site, where it can be read and printed.
    fn image(&self, target: &LinkTarget, alt: &str) -> Option<DocumentBlock> {
        let LinkTarget::Site(at) = target else { return None };
        let ResolvedTarget::Asset(asset) = self.targets.get(*at)? else {
            return None;
        };
        let format = match self.site.catalog.assets[*asset].path().extension().as_str() {
            "png" => "png",
            "jpg" | "jpeg" => "jpeg",
            "gif" => "gif",
            _ => return None,
        };
        let bytes = (self.read_asset)(*asset)?;
        let size = imagesize::blob_size(&bytes).ok()?;
        let millimetres = |pixels: usize| pixels as f64 / PRINT_DPI * MM_PER_INCH;
        Some(DocumentBlock::Image(DocumentImage {
            bytes,
            format,
            width_mm: millimetres(size.width),
            height_mm: millimetres(size.height),
            caption: Some(alt.to_owned()).filter(|alt| !alt.is_empty()),
            alt: alt.to_owned(),
        }))
    }
}

/// Neighbours of one look as one span: a text processor breaks lines better within a run than between two.
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

/// Whether a call makes words and no table or chart.
fn is_inline(made: &Shortcode) -> bool {
    matches!(made.name.as_str(), "metric" | "change")
}
