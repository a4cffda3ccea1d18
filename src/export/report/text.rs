//! A report's text as a printed document: the same words as its page, with its figures, charts and tables.

use super::Pictures;
use crate::catalog::Target;
use crate::chart::emf;
use crate::export::document::{Block, Picture, Span, Table};
use crate::plan::{ChartData, Site};
use crate::record::{self, Argument, Inline, LinkTarget, Shortcode, markdown};
use crate::report::{
    Behind, Call, CallKind, NAMES, Report, Shown, Text, amount, call, change_words, number, percent_words,
};

/// Dots per inch of a photograph that fills the text's width in good print.
const PRINT_DPI: f64 = 150.0;
/// Millimetres of an inch.
const INCH: f64 = 25.4;

/// The blocks of a report's document.
pub(super) fn blocks<'m>(site: &'m Site<'_>, report: &'m Report<'m>, pictures: Pictures<'m>) -> Vec<Block> {
    let (blocks, targets): (&[record::Block], &[Target]) = match &report.text {
        Text::Written(at) => (&site.record(*at).blocks, &site.catalog.resolved[*at].links),
        Text::Generated(text) => (&text.blocks, &[]),
    };
    let highest = blocks.iter().filter_map(|block| match block {
        record::Block::Heading { level, .. } => Some(*level),
        _ => None,
    });
    let maker = Maker {
        site,
        report,
        targets,
        pictures,
        highest: highest.min().unwrap_or(2),
    };
    let mut out = Vec::new();
    maker.blocks(blocks, 0, &mut out);
    out
}

struct Maker<'m, 'a> {
    site: &'m Site<'a>,
    report: &'m Report<'m>,
    targets: &'m [Target],
    pictures: Pictures<'m>,
    /// The highest level of a heading in the text, which becomes the first.
    highest: u8,
}

/// How spans look: bold, stressed, leading somewhere.
#[derive(Debug, Clone, Default)]
struct Look {
    strong: bool,
    emphasis: bool,
    link: Option<String>,
}

impl Look {
    fn span(&self, text: &str) -> Span {
        Span {
            text: text.to_owned(),
            strong: self.strong,
            emphasis: self.emphasis,
            link: self.link.clone(),
        }
    }
}

impl<'a> Maker<'_, 'a> {
    fn blocks(&self, blocks: &[record::Block], depth: u8, out: &mut Vec<Block>) {
        for block in blocks {
            self.block(block, depth, out);
        }
    }

    fn block(&self, block: &record::Block, depth: u8, out: &mut Vec<Block>) {
        match block {
            record::Block::Heading { level, text } => out.push(Block::Heading {
                level: level.saturating_sub(self.highest) + 1,
                spans: self.spans(text),
            }),
            record::Block::Paragraph(text) => self.paragraph(text, Block::Paragraph, out),
            record::Block::List { start, items } => self.list(*start, items, depth, out),
            record::Block::Quote(inner) => self.quote(inner, out),
            record::Block::Code(code) => out.extend(code.lines().map(|line| Block::Paragraph(vec![Span::plain(line)]))),
            record::Block::Table {
                head,
                rows,
                align_right,
            } => out.push(Block::Table(Table {
                caption: None,
                head: self.cells(head),
                rows: rows.iter().map(|row| self.cells(row)).collect(),
                numeric: align_right.clone(),
            })),
            record::Block::Call(made) => self.call_block(made, depth, out),
            record::Block::Rule => {}
            record::Block::Notes(notes) => {
                for (at, note) in notes.iter().enumerate() {
                    self.entry(format!("〔{}〕", at + 1), note, depth, out);
                }
            }
        }
    }

    /// A paragraph; the pictures in it stand below it.
    fn paragraph(&self, text: &[Inline], make: fn(Vec<Span>) -> Block, out: &mut Vec<Block>) {
        let spans = self.spans(text);
        if spans.iter().any(|span| !span.text.trim().is_empty()) {
            out.push(make(spans));
        }
        for inline in text {
            if let Inline::Picture { target, alt } = inline {
                out.extend(self.picture(target, alt));
            }
        }
    }

    fn quote(&self, inner: &[record::Block], out: &mut Vec<Block>) {
        for block in inner {
            match block {
                record::Block::Paragraph(text) => self.paragraph(text, Block::Quote, out),
                other => self.block(other, 0, out),
            }
        }
    }

    fn list(&self, start: Option<u64>, items: &[Vec<record::Block>], depth: u8, out: &mut Vec<Block>) {
        for (at, item) in (0..).zip(items) {
            let marker = start.map_or_else(|| "•".to_owned(), |first| format!("{}.", first.saturating_add(at)));
            self.entry(marker, item, depth, out);
        }
    }

    /// An entry of a list: its first paragraph behind the marker, the rest below.
    fn entry(&self, marker: String, item: &[record::Block], depth: u8, out: &mut Vec<Block>) {
        let (spans, rest) = match item.split_first() {
            Some((record::Block::Paragraph(text), rest)) => (self.spans(text), rest),
            Some((record::Block::Call(made), rest)) if is_inline(made) => {
                (self.call_spans(made, &Look::default()), rest)
            }
            _ => (Vec::new(), item),
        };
        out.push(Block::Item { depth, marker, spans });
        self.blocks(rest, depth.saturating_add(1), out);
    }

    fn cells(&self, row: &[Vec<Inline>]) -> Vec<Vec<Span>> {
        row.iter().map(|cell| self.spans(cell)).collect()
    }

    fn spans(&self, text: &[Inline]) -> Vec<Span> {
        let mut spans = Vec::new();
        self.push_spans(text, &Look::default(), &mut spans);
        joined(spans)
    }

    fn push_spans(&self, text: &[Inline], look: &Look, out: &mut Vec<Span>) {
        for inline in text {
            match inline {
                Inline::Text(text) | Inline::Code(text) => out.push(look.span(text)),
                Inline::Strong(inner) => self.push_spans(
                    inner,
                    &Look {
                        strong: true,
                        ..look.clone()
                    },
                    out,
                ),
                Inline::Emphasis(inner) => self.push_spans(
                    inner,
                    &Look {
                        emphasis: true,
                        ..look.clone()
                    },
                    out,
                ),
                Inline::Strike(inner) => self.push_spans(inner, look, out),
                Inline::Link { target, text } => {
                    let link = self.address(target);
                    self.push_spans(text, &Look { link, ..look.clone() }, out);
                }
                Inline::Picture { .. } => {}
                Inline::Break => out.push(look.span("\n")),
                Inline::Note(at) => out.push(look.span(&format!("〔{at}〕"))),
                Inline::Call(made) => out.extend(self.call_spans(made, look)),
            }
        }
    }

    /// The full address of a link; none when it leads nowhere or the site has no address.
    fn address(&self, target: &LinkTarget) -> Option<String> {
        match target {
            LinkTarget::Address(address) => Some(address.clone()),
            LinkTarget::Site(at) => self.site.absolute_of(self.targets.get(*at)?),
        }
    }

    /// A call inside a line. Charts and tables do not fit into one and are passed over, as are the theme's own
    /// components, which know pages only.
    fn call_spans(&self, made: &Shortcode, look: &Look) -> Vec<Span> {
        let Some((call, shown)) = self.read(made) else {
            return Vec::new();
        };
        let lang = self.site.reports().lang;
        match call.kind {
            CallKind::Metric => {
                let link = self.evidence(&call).or_else(|| look.link.clone());
                vec![Look { link, ..look.clone() }.span(&amount(shown.value, call.metric, lang))]
            }
            CallKind::Change => vec![look.span(&change_words(&shown, lang))],
            _ => Vec::new(),
        }
    }

    fn read(&self, made: &Shortcode) -> Option<(Call<'a>, Shown<'a>)> {
        if !NAMES.contains(&made.name.as_str()) {
            return None;
        }
        let call = call(made, &self.site.reports().counts, Some(self.report.period)).ok()?;
        let shown = self.site.reports().shown(call.metric, call.period);
        Some((call, shown))
    }

    fn evidence(&self, call: &Call<'_>) -> Option<String> {
        let url = self.site.evidence_address(call.period, call.metric)?;
        Some(self.site.base.absolute(&url))
    }

    /// A call that stands by itself.
    fn call_block(&self, made: &Shortcode, depth: u8, out: &mut Vec<Block>) {
        let Some((call, shown)) = self.read(made) else {
            self.component(made, depth, out);
            return;
        };
        match &call.kind {
            CallKind::Metric | CallKind::Change => out.push(Block::Paragraph(self.call_spans(made, &Look::default()))),
            CallKind::Chart { .. } => out.extend(self.site.chart_of(&call).map(|data| self.chart(&data))),
            CallKind::Table { by: Some(_), .. } => out.extend(self.site.chart_of(&call).map(|data| self.table(&data))),
            CallKind::Table { by: None, group } => out.push(self.metrics(group, &call)),
            CallKind::Posts { limit } => {
                let newest = shown.behind.iter().rev().take(*limit);
                out.extend(newest.filter_map(|behind| self.post(behind)));
            }
        }
    }

    /// A theme's component: its picture, if it is one, and its inner text.
    fn component(&self, made: &Shortcode, depth: u8, out: &mut Vec<Block>) {
        let picture = made.args.iter().find_map(|(name, argument)| match argument {
            Argument::Text { link: Some(at), .. } if name == "src" => Some(*at),
            _ => None,
        });
        let alt = made.args.iter().find_map(|(name, argument)| match argument {
            Argument::Text { text, .. } if name == "caption" || name == "alt" => Some(text.as_str()),
            _ => None,
        });
        if let Some(at) = picture {
            out.extend(self.picture(&LinkTarget::Site(at), alt.unwrap_or_default()));
        }
        if let Some(inner) = &made.inner {
            self.blocks(&markdown::blocks(&inner.html, &inner.holes), depth, out);
        }
    }

    fn chart(&self, data: &ChartData) -> Block {
        let chart = data.chart(self.site.reports().lang, &|url| self.site.base.absolute(url));
        let drawn = emf(&chart);
        Block::Picture(Picture {
            bytes: drawn.bytes,
            format: "emf",
            width_mm: drawn.width_mm,
            height_mm: drawn.height_mm,
            caption: Some(chart.title.clone()),
            alt: format!("{} {}", chart.title, chart.desc),
        })
    }

    fn table(&self, data: &ChartData) -> Block {
        let cell = |text: String| vec![Span::plain(text)];
        let rows = data.rows.iter().map(|row| {
            let link = row.url.as_ref().map(|url| self.site.base.absolute(url) + &row.anchor);
            let label = Look {
                link,
                ..Look::default()
            }
            .span(&row.label);
            let numbers = data.numbers(row).into_iter().map(|value| cell(number(value)));
            std::iter::once(vec![label]).chain(numbers).collect()
        });
        let head = data.head(self.site);
        Block::Table(Table {
            caption: Some(data.title.clone()),
            numeric: (0..head.len()).map(|at| at > 0).collect(),
            head: head.into_iter().map(cell).collect(),
            rows: rows.collect(),
        })
    }

    /// The metrics of a group with their figures and changes.
    fn metrics(&self, group: &[&crate::metrics::Metric], call: &Call<'_>) -> Block {
        let site = self.site;
        let cell = |text: &str| vec![Span::plain(text)];
        let rows = group
            .iter()
            .filter_map(|metric| site.reports().counts.metrics.get(&metric.id))
            .map(|metric| {
                let shown = site.reports().shown(metric, call.period);
                let link = site
                    .evidence_address(call.period, metric)
                    .map(|url| site.base.absolute(&url));
                let figure = Look {
                    link,
                    ..Look::default()
                }
                .span(&amount(shown.value, metric, site.reports().lang));
                let (before, year) = (percent_words(&shown.before), percent_words(&shown.year_earlier));
                vec![
                    cell(metric.label.get(site.settings.language.as_str())),
                    vec![figure],
                    cell(&before),
                    cell(&year),
                ]
            });
        Block::Table(Table {
            caption: Some(call.period.label(site.reports().lang)),
            head: ["indicator", "value", "period_before", "year_earlier"]
                .map(|key| cell(site.words.get(key)))
                .to_vec(),
            rows: rows.collect(),
            numeric: vec![false, true, true, true],
        })
    }

    /// A post of a list: its title, leading to its page, and its day.
    fn post(&self, behind: &Behind<'_>) -> Option<Block> {
        let Behind::Post { item, day, .. } = behind else {
            return None;
        };
        let post = self.site.reports().counts.pool.post(*item);
        let link = post.page.map(|at| self.site.base.absolute(&self.site.addresses[at]));
        let title = Look {
            link,
            ..Look::default()
        }
        .span(&post.record.meta.title);
        let date = match self.site.reports().lang {
            crate::messages::Lang::Zh => format!("（{}）", self.site.words.date(*day)),
            crate::messages::Lang::En => format!(" ({})", self.site.words.date(*day)),
        };
        Some(Block::Item {
            depth: 0,
            marker: "•".to_owned(),
            spans: vec![title, Span::plain(date)],
        })
    }

    /// A picture of the site, where it can be read and printed.
    fn picture(&self, target: &LinkTarget, alt: &str) -> Option<Block> {
        let LinkTarget::Site(at) = target else { return None };
        let Target::Asset(asset) = self.targets.get(*at)? else {
            return None;
        };
        let format = match self.site.catalog.assets[*asset].extension().as_str() {
            "png" => "png",
            "jpg" | "jpeg" => "jpeg",
            "gif" => "gif",
            _ => return None,
        };
        let bytes = (self.pictures)(*asset)?;
        let size = imagesize::blob_size(&bytes).ok()?;
        let millimetres = |pixels: usize| pixels as f64 / PRINT_DPI * INCH;
        Some(Block::Picture(Picture {
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
fn joined(spans: Vec<Span>) -> Vec<Span> {
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
