//! Generates the report of a period for which no editor wrote one: Markdown from the figures.
//!
//! The contents are in `outline`. A text for an editor also has sections that `proposals` drafts and that nobody may
//! publish before an editor has confirmed them.

use super::displayed::{DisplayedFigure, FigurePart};
use super::form::ReportKey;
use super::outline::{Cases, OUTLINE, OutlineSection, OutlineTable, Paragraph};
use super::parse_call::MAX_MONTHS;
use super::reports::{GeneratedText, Reports};
use crate::config::Settings;
use crate::messages::{Lang, raw_report_text, report_text};
use crate::metrics::{Change, Dimension, Metric, Period, Target, Test};
use crate::record::markdown;
use jiff::civil::Date;
use rust_decimal::Decimal;
use std::cmp::Ordering;

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

/// The first letter as a capital, where the script has capitals.
fn capitalized(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
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
    fn metrics(&self, ids: &[String]) -> impl Iterator<Item = &'a Metric> {
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
    fn clause(&self, figure: &DisplayedFigure<'a>) -> String {
        let last = self.reports.lang.format_date(self.last_day());
        let call = metric_call(figure.metric);
        self.say(
            &format!("tell-{}", figure.metric.id),
            &[("last", &last), ("figure", &call)],
        )
    }

    /// The words about the main figure, with what all of it is and how it changed.
    fn main_clause(&self, figure: &DisplayedFigure<'a>, parts: &PartsOfFigure) -> String {
        let change = self.change_of(figure).map(|(call, _)| call);
        let notes: Vec<String> = parts.common.iter().cloned().chain(change).collect();
        match notes.is_empty() {
            true => self.clause(figure),
            false => {
                let notes = notes.join(self.word("clause-separator"));
                self.say("with-note", &[("text", &self.clause(figure)), ("note", &notes)])
            }
        }
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

    /// What a figure is made up of: the figures of the paragraph's parts, the other values of its field, and what does not
    /// give the field.
    fn parts_of(&self, paragraph: &Paragraph, figure: &DisplayedFigure<'a>) -> PartsOfFigure {
        let mut found = PartsOfFigure::default();
        if paragraph.by.is_empty() {
            return found;
        }
        let by = Dimension::Field(paragraph.by.clone());
        let mut values = self.reports.parts(figure, &by);
        // What does not give the field comes last.
        values.sort_by_key(|part| part.key.is_empty());
        let own: Vec<&'a Metric> = self.metrics(&paragraph.parts).collect();
        let own_metric = |part: &FigurePart| own.iter().find(|metric| counts_part(metric, paragraph, &part.key));
        let mut items: Vec<(String, String, Decimal)> = Vec::new();
        for metric in &own {
            let part = values.iter().find(|part| counts_part(metric, paragraph, &part.key));
            let label = match part {
                Some(part) => self.reports.part_label(figure.metric, &by, part),
                None => metric.label.get(self.reports.lang.tag()).to_owned(),
            };
            let value = self.figure(metric).value.unwrap_or_default();
            items.push((escape_markdown(&label), metric_call(metric), value));
        }
        for part in values.iter().filter(|part| own_metric(part).is_none()) {
            let label = match part.key.is_empty() {
                true => self.word(&paragraph.rest).to_owned(),
                false => escape_markdown(&self.reports.part_label(figure.metric, &by, part)),
            };
            let (id, by, key) = (&figure.metric.id, &paragraph.by, quoted_argument(&part.key));
            let call = format!("{{{{ metric(\"{id}\", by=\"{by}\", part={key}) }}}}");
            items.push((label, call, part.value.unwrap_or_default()));
        }
        items.retain(|(.., value)| !value.is_zero());
        let names_value = values
            .iter()
            .any(|part| !part.key.is_empty() && part.value != Some(Decimal::ZERO));
        let sum = items
            .iter()
            .map(|(.., value)| *value)
            .fold(Decimal::ZERO, Decimal::saturating_add);
        let whole = figure.value.unwrap_or_default();
        found.relation = Some(sum.cmp(&whole)).filter(|_| names_value && !items.is_empty());
        if let ([(label, ..)], Some(Ordering::Equal)) = (items.as_slice(), found.relation) {
            let key = if whole == Decimal::ONE {
                "all-of-one"
            } else {
                "all-of-these"
            };
            found.common = Some(self.say(key, &[("label", label)]));
            found.relation = None;
        }
        let item = |(label, call, _): &(String, String, Decimal)| {
            self.say("draft-part", &[("label", label), ("figure", call)])
        };
        found.items = items.iter().map(item).collect();
        found
    }

    /// The sentence that lists the parts. Only numbers that add up are introduced as parts of the figure.
    fn list_of_parts(&self, parts: &PartsOfFigure) -> Option<String> {
        let opening = match parts.relation? {
            Ordering::Equal => "draft-of-these",
            Ordering::Greater => "draft-parts-more",
            Ordering::Less => "draft-parts-fewer",
        };
        let items = parts.items.join(self.word("draft-separator"));
        Some(self.word(opening).to_owned() + &items + self.word("stop"))
    }

    /// The sentence that names posts, for an editor. A generated page has none: its text is what is issued, and an issue
    /// stores numbers and titles, not what a sentence tells of posts, which an edit would change.
    fn cases(&self, all: &[Cases]) -> Option<String> {
        if self.purpose != Purpose::Editing {
            return None;
        }
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

/// What a figure is made up of, in words.
#[derive(Debug, Default)]
struct PartsOfFigure {
    /// The parts with their figures.
    items: Vec<String>,
    /// How the sum of the parts compares with the figure. `None` when they are not listed.
    relation: Option<Ordering>,
    /// What the figure is as a whole, when it has one part only.
    common: Option<String>,
}

/// Whether a report tells of a figure: something was counted, and it is not 0.
fn is_told(figure: &DisplayedFigure<'_>) -> bool {
    !figure.is_of_nothing() && figure.value.is_some_and(|value| !value.is_zero())
}

/// Whether a metric counts the part of the main figure with this key.
fn counts_part(metric: &Metric, paragraph: &Paragraph, key: &str) -> bool {
    let names_key = |test: &Test| match test {
        Test::OneOf(values) => values.iter().any(|value| value.key() == key),
        Test::Between(..) | Test::Present => false,
    };
    let mut conditions = metric.conditions.iter();
    conditions.any(|condition| condition.field == paragraph.by && !condition.negated && names_key(&condition.test))
}

/// The call for the figure of a metric.
pub(super) fn metric_call(metric: &Metric) -> String {
    format!("{{{{ metric(\"{}\") }}}}", metric.id)
}

/// The call for the target of a metric, of the report's own period unless another is given.
pub(super) fn target_call(metric: &Metric, period: Option<Period>) -> String {
    let period = period.map_or(String::new(), |period| format!(", period=\"{period}\""));
    format!("{{{{ target(\"{}\"{period}) }}}}", metric.id)
}

/// 一, 二 … in Chinese, 1, 2 … in English.
pub(super) fn ordinal(number: usize, lang: Lang) -> String {
    let words = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    match (lang, words.get(number - 1)) {
        (Lang::Zh, Some(word)) => (*word).to_owned(),
        _ => number.to_string(),
    }
}

/// A text as an argument of a call.
fn quoted_argument(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Escapes everything that has a meaning in Markdown.
pub(super) fn escape_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_for_markdown() {
        assert_eq!(escape_markdown("{{ a }} *b* [c](d)"), r"\{\{ a \}\} \*b\* \[c\]\(d\)");
    }
}
