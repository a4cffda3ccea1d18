//! Generates the report of a period for which no editor wrote one: Markdown from the figures.
//!
//! The contents are in `outline`. A text for an editor also has sections that `proposals` drafts and that nobody may
//! publish before an editor has confirmed them.

use super::displayed::DisplayedFigure;
use super::draft_markdown::{capitalized, escape_markdown, metric_call, ordinal, quoted_argument, target_call};
use super::form::ReportKey;
use super::outline::{Cases, OUTLINE, OutlineSection, OutlineTable, Paragraph};
use super::parse_call::MAX_MONTHS;
use super::reports::{GeneratedText, Reports};
use crate::config::Settings;
use crate::messages::{Lang, raw_report_text, report_text};
use crate::metrics::{Change, Dimension, Metric, Period, Target};
use crate::record::markdown;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// Changes between figures below this are told as differences, others in per cent.
const SMALL_FIGURE: Decimal = Decimal::ONE_HUNDRED;

/// What a text is generated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A page, which shows figures as issued.
    Publication,
    /// The issue of the report, from the figures of today.
    Issue,
    /// An editor, who continues it. It has sections that must be confirmed.
    Editing,
}

/// Generates the report on `period`.
pub(super) fn compose(reports: &Reports<'_>, period: Period, settings: &Settings) -> GeneratedText {
    let (title, text) = draft(reports, period, settings, Purpose::Publication);
    read_text(ReportKey::work(period), title, &text, settings)
}

/// Reads a generated text: one of today, or the one of an issued report.
pub(super) fn read_text(key: ReportKey, title: String, text: &str, settings: &Settings) -> GeneratedText {
    // Findings about this text cannot arise, so the file of their places does not matter.
    let file = format!("content/reports/{}.md", key.slug());
    let body = markdown::read(&file, text, 0..text.len(), settings.markdown, &settings.links.site).value;
    GeneratedText {
        title,
        blocks: markdown::html_to_blocks(&body.html, &body.holes),
        body,
    }
}

/// Generates title and Markdown of the report on `period`.
pub(super) fn draft(reports: &Reports<'_>, period: Period, settings: &Settings, purpose: Purpose) -> (String, String) {
    let composer = Composer {
        reports,
        period,
        purpose,
    };
    (composer.title(settings), composer.text(settings))
}

impl<'a> Reports<'a> {
    /// The metrics that the generated report on `period` leaves out because nothing was counted for them.
    pub(super) fn uncounted_metrics(&self, period: Period) -> Vec<&'a Metric> {
        let composer = Composer {
            reports: self,
            period,
            purpose: Purpose::Publication,
        };
        let paragraphs = OUTLINE.sections.iter().flat_map(|section| &section.paragraphs);
        paragraphs.flat_map(|paragraph| composer.uncounted(paragraph)).collect()
    }
}

pub(super) struct Composer<'r, 'a> {
    pub(super) reports: &'r Reports<'a>,
    pub(super) period: Period,
    pub(super) purpose: Purpose,
}

impl<'a> Composer<'_, 'a> {
    pub(super) fn word<'k>(&self, key: &'k str) -> &'k str {
        raw_report_text(self.reports.lang, key)
    }

    pub(super) fn say(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        report_text(self.reports.lang, key, values)
    }

    fn title(&self, settings: &Settings) -> String {
        let owner = if settings.owner.name.is_empty() {
            &settings.title
        } else {
            &settings.owner.name
        };
        self.say(
            "draft-title",
            &[("owner", owner), ("period", &self.period.label(self.reports.lang))],
        )
    }

    fn text(&self, settings: &Settings) -> String {
        let sections = OUTLINE
            .sections
            .iter()
            .map(|section| (section, self.paragraphs(section)));
        let sections: Vec<(&OutlineSection, Vec<String>)> =
            sections.filter(|(_, paragraphs)| !paragraphs.is_empty()).collect();
        let tables = self.tables();
        let mut text = vec![self.opening(&sections, !tables.is_empty())];
        let mut number = 0;
        if !sections.is_empty() {
            let title = self.say("section-done", &[("period", &self.period_within_year(self.period))]);
            text.push(self.heading(&mut number, &title));
        }
        for ((section, paragraphs), number) in sections.iter().zip(1..) {
            let number = self.say("draft-subnumber", &[("n", &ordinal(number, self.reports.lang))]);
            text.push(format!("### {number}{}", self.word(&section.title)));
            text.extend(paragraphs.iter().cloned());
        }
        match self.purpose {
            Purpose::Editing => text.extend(self.unconfirmed_sections(&mut number)),
            Purpose::Publication | Purpose::Issue => {
                text.push(self.heading(&mut number, self.word("section-notes")));
                text.push(self.notes(settings));
            }
        }
        if !tables.is_empty() {
            text.push(format!("## {}", self.word("section-tables")));
            text.extend(tables);
        }
        text.join("\n\n") + "\n"
    }

    /// A numbered heading of the first level.
    pub(super) fn heading(&self, number: &mut usize, title: &str) -> String {
        *number += 1;
        let number = self.say("draft-number", &[("n", &ordinal(*number, self.reports.lang))]);
        format!("## {number}{title}")
    }

    /// The opening paragraph: what the report is about.
    fn opening(&self, sections: &[(&OutlineSection, Vec<String>)], has_tables: bool) -> String {
        let period = self.period.label(self.reports.lang);
        let topics: Vec<&str> = sections.iter().map(|(section, _)| self.word(&section.topic)).collect();
        let topics = match topics.split_last() {
            None => return self.say("draft-opening-nothing", &[("period", &period)]),
            Some((last, [])) => (*last).to_owned(),
            Some((last, others)) => others.join(self.word("topics-separator")) + self.word("topics-and") + *last,
        };
        let tables = if has_tables { self.word("draft-tables") } else { "" };
        let values = [("period", period.as_str()), ("topics", &topics), ("tables", tables)];
        capitalized(&self.say("draft-opening", &values))
    }

    /// Says what the figures were counted from.
    fn notes(&self, settings: &Settings) -> String {
        let site = escape_markdown(&settings.title);
        let range = self.range(self.period.first(), self.last_day());
        self.say("draft-notes", &[("site", &site), ("range", &range)])
    }

    /// A range of days. The year is written once.
    fn range(&self, first: Date, last: Date) -> String {
        let lang = self.reports.lang;
        let (first_day, mut last_day) = (lang.format_date(first), lang.format_date(last));
        if lang == Lang::Zh && first.year() == last.year() {
            last_day = format!("{}月{}日", last.month(), last.day());
        }
        self.say("day-range", &[("first", &first_day), ("last", &last_day)])
    }

    /// The last day that is counted.
    pub(super) fn last_day(&self) -> Date {
        self.period.last().min(self.reports.today)
    }

    /// The name of a period in a text on a period of the same year: 上半年, 6月.
    pub(super) fn period_within_year(&self, period: Period) -> String {
        let label = period.label(self.reports.lang);
        let year = format!("{}年", self.period.first().year());
        match (period, label.strip_prefix(&year)) {
            (Period::Year(_), Some("")) => self.word("whole-year").to_owned(),
            (Period::Range(..), _) => self.word("this-period").to_owned(),
            (_, Some(rest)) => rest.to_owned(),
            (_, None) => label.clone(),
        }
    }

    pub(super) fn metric(&self, id: &str) -> Option<&'a Metric> {
        self.reports.counts.metrics.iter().find(|metric| metric.id == id)
    }

    pub(super) fn figure(&self, metric: &'a Metric) -> DisplayedFigure<'a> {
        match self.purpose {
            Purpose::Issue => self.reports.current_figure(metric, self.period),
            Purpose::Publication | Purpose::Editing => self.reports.displayed_figure(metric, self.period),
        }
    }

    /// The metrics of `ids` that the site has.
    pub(super) fn metrics(&self, ids: &[String]) -> impl Iterator<Item = &'a Metric> {
        ids.iter().filter_map(|id| self.metric(id))
    }

    /// The metrics of a paragraph for which nothing was counted: the main one, or others beside a main one.
    fn uncounted(&self, paragraph: &Paragraph) -> Vec<&'a Metric> {
        let is_uncounted = |metric: &&'a Metric| self.figure(metric).is_of_nothing();
        let mut clauses = self.metrics(&paragraph.clauses);
        match clauses.next() {
            Some(main) if is_uncounted(&main) => Some(main).filter(|_| !paragraph.optional).into_iter().collect(),
            Some(_) => {
                let others = self.metrics(&paragraph.parts).chain(clauses);
                others.filter(is_uncounted).collect()
            }
            None => Vec::new(),
        }
    }

    /// The paragraphs of a section that say something.
    fn paragraphs(&self, section: &OutlineSection) -> Vec<String> {
        let paragraphs = section.paragraphs.iter();
        paragraphs.filter_map(|paragraph| self.paragraph(paragraph)).collect()
    }

    /// One paragraph. `None` when the site does not have its metrics, or nothing was counted for them.
    fn paragraph(&self, paragraph: &Paragraph) -> Option<String> {
        let main = self.metric(paragraph.clauses.first()?);
        let figures = self.metrics(&paragraph.clauses).map(|metric| self.figure(metric));
        let figures: Vec<DisplayedFigure<'a>> = figures.filter(is_told).collect();
        let of_main = figures
            .iter()
            .find(|figure| main.is_some_and(|main| figure.metric.id == main.id));
        let parts = of_main.map(|figure| self.parts_of(paragraph, figure));
        let clauses: Vec<String> = figures
            .iter()
            .map(|figure| match (of_main, &parts) {
                (Some(main), Some(parts)) if main.metric.id == figure.metric.id => self.main_clause(figure, parts),
                _ => self.clause(figure),
            })
            .collect();
        if clauses.is_empty() {
            return None;
        }
        let sentence = clauses.join(self.word("clause-separator")) + self.word("stop");
        let mut text = capitalized(&sentence);
        text.extend(parts.and_then(|parts| self.list_of_parts(&parts)));
        text.extend(self.cases(&paragraph.cases));
        let with_targets = self.metrics(&paragraph.clauses).chain(self.metrics(&paragraph.parts));
        text.extend(with_targets.filter_map(|metric| self.target_sentence(metric)));
        Some(text)
    }

    /// The words about a figure that is not the main one of its paragraph.
    pub(super) fn clause(&self, figure: &DisplayedFigure<'a>) -> String {
        let last = self.reports.lang.format_date(self.last_day());
        let call = metric_call(figure.metric);
        self.say(
            &format!("tell-{}", figure.metric.id),
            &[("last", &last), ("figure", &call)],
        )
    }

    /// How a figure changed against the period that tells most: the call, and the change. A half-year and a year are
    /// compared with the year before, shorter periods with the period before. `None` for what is there at a period's end,
    /// and when there was nothing to compare with.
    pub(super) fn change_of(&self, figure: &DisplayedFigure<'a>) -> Option<(String, Change)> {
        if figure.metric.is_stock() {
            return None;
        }
        let year = ("year", figure.year_earlier);
        let previous = ("previous", figure.previous);
        let order = match self.period {
            Period::Year(_) | Period::Half(..) => [year, previous],
            Period::Quarter(..) | Period::Month(..) | Period::Range(..) => [previous, year],
        };
        let (against, change) = order
            .into_iter()
            .find(|(_, change)| change.base.is_some_and(|base| base > Decimal::ZERO) && change.difference.is_some())?;
        let largest = change.base.max(figure.value).unwrap_or_default();
        let is_rate = figure.metric.unit.zh.starts_with(['%', '％', '‰']);
        let style = if largest < SMALL_FIGURE || is_rate {
            ", as=\"difference\""
        } else {
            ""
        };
        let id = &figure.metric.id;
        Some((
            format!("{{{{ change(\"{id}\"{style}, against=\"{against}\") }}}}"),
            change,
        ))
    }

    /// The sentence that names posts. An issued report keeps what it told of them.
    fn cases(&self, all: &[Cases]) -> Option<String> {
        let (cases, metric) = all.iter().find_map(|cases| {
            let metric = self.metric(&cases.metric)?;
            self.names_something(cases, &self.figure(metric))
                .then_some((cases, metric))
        })?;
        let sort = if cases.largest { ", sort=\"largest\"" } else { "" };
        let (id, show, limit) = (&metric.id, &cases.show, cases.limit);
        let call = format!("{{{{ names(\"{id}\", show=\"{show}\"{sort}, limit={limit}) }}}}");
        Some(self.say(&format!("cases-{id}"), &[("names", &call)]))
    }

    /// Whether a post that a figure counted gives the last field that is told.
    fn names_something(&self, cases: &Cases, figure: &DisplayedFigure<'a>) -> bool {
        let counts = &self.reports.counts;
        let field = cases.show.rsplit('+').next().unwrap_or_default();
        let mut posts = figure.evidence.iter().filter_map(|item| item.post());
        let is_known = field == "title" || counts.shown_fields(figure.metric).contains(&field);
        is_known && posts.any(|post| field == "title" || !counts.texts_of(post, field).is_empty())
    }

    /// The sentence about the target of a figure. `None` when it has none as a whole.
    fn target_sentence(&self, metric: &'a Metric) -> Option<String> {
        let figure = self.figure(metric);
        match self.reports.target(&figure)? {
            Target::Whole(target) if !target.is_zero() => {
                let call = target_call(metric, None);
                Some(self.say("tell-target", &[("label", &self.label(metric)), ("target", &call)]))
            }
            Target::Whole(_) | Target::Parts { .. } => None,
        }
    }

    /// The calls for the tables behind the text, which are numbered.
    fn tables(&self) -> Vec<String> {
        let mut calls: Vec<String> = Vec::new();
        for table in &OUTLINE.tables {
            let metrics = self.table_metrics(table);
            if metrics.is_empty() {
                continue;
            }
            let number = (calls.len() + 1).to_string();
            let title = self.say("table-title", &[("n", &number), ("title", self.word(&table.title))]);
            let ids: Vec<String> = metrics.iter().map(|metric| quoted_argument(&metric.id)).collect();
            let (ids, by, title) = (ids.join(", "), &table.by, quoted_argument(&title));
            calls.push(format!(
                "{{{{ table([{ids}], by=\"{by}\", total=true, title={title}) }}}}"
            ));
        }
        calls
    }

    /// The metrics of a table that have at least one part with a name and a number.
    fn table_metrics(&self, table: &OutlineTable) -> Vec<&'a Metric> {
        let mut metrics: Vec<&'a Metric> = self.metrics(&table.metrics).collect();
        metrics.retain(
            |metric| match Dimension::parse(&table.by, metric, &self.reports.counts) {
                Ok(Dimension::Month) if !(2..=MAX_MONTHS).contains(&self.period.months().len()) => false,
                Ok(by) => {
                    let parts = self.reports.parts(&self.figure(metric), &by);
                    parts
                        .iter()
                        .any(|part| !part.key.is_empty() && !part.value.unwrap_or_default().is_zero())
                }
                Err(_) => false,
            },
        );
        metrics
    }

    /// The name of a metric, for Markdown.
    pub(super) fn label(&self, metric: &Metric) -> String {
        escape_markdown(metric.label.get(self.reports.lang.tag()))
    }
}

/// Whether a report tells of a figure: something was counted, and it is not 0.
fn is_told(figure: &DisplayedFigure<'_>) -> bool {
    !figure.is_of_nothing() && figure.value.is_some_and(|value| !value.is_zero())
}
