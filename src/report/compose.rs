//! Generates the report of a period for which no editor wrote one: Markdown from the figures.

use super::displayed::{DisplayedFigure, FigurePart};
use super::form::ReportKey;
use super::parse_call::MAX_MONTHS;
use super::reports::{GeneratedText, Reports};
use crate::config::Settings;
use crate::messages::{Lang, raw_report_text, report_text};
use crate::metrics::{Dimension, Metric, Period, Test};
use crate::record::markdown;
use crate::yaml::from_embedded;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::cmp::Ordering;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// The contents of a generated report. Titles and sentences are keys of `locales/report.yml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outline {
    sections: Vec<OutlineSection>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutlineSection {
    title: String,
    paragraphs: Vec<Paragraph>,
    #[serde(default)]
    show: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paragraph {
    main: String,
    sentence: String,
    #[serde(default)]
    parts: Vec<String>,
    #[serde(default)]
    by: String,
    #[serde(default)]
    rest: String,
    #[serde(default)]
    beside: Vec<String>,
    /// Whether it is left out when its main metric counts nothing.
    #[serde(default)]
    optional: bool,
}

static OUTLINE: LazyLock<Outline> =
    LazyLock::new(|| from_embedded("report/sections.yaml", include_str!("sections.yaml")));

/// Generates the report on `period`.
pub(super) fn compose(reports: &Reports<'_>, period: Period, settings: &Settings) -> GeneratedText {
    let (title, text) = draft(reports, period, settings, false);
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
/// The figures are those of today if `is_correction`, else those that pages show.
pub(super) fn draft(
    reports: &Reports<'_>,
    period: Period,
    settings: &Settings,
    is_correction: bool,
) -> (String, String) {
    let composer = Composer {
        reports,
        period,
        is_correction,
    };
    (composer.title(settings), composer.text(settings))
}

impl<'a> Reports<'a> {
    /// All metrics by the titles of the report's sections. A metric is in the first section that names it, else in the
    /// first that names its group, else in a last section for further metrics.
    #[must_use]
    pub fn sections(&self) -> Vec<(&'static str, Vec<&'a Metric>)> {
        let mut sections: Vec<(&str, Vec<&Metric>)> = OUTLINE
            .sections
            .iter()
            .map(|section| (raw_report_text(self.lang, &section.title), Vec::new()))
            .collect();
        sections.push((raw_report_text(self.lang, "section-further"), Vec::new()));
        let group = |id: &str| id.split('.').next().unwrap_or_default().to_owned();
        for metric in self.counts.metrics.iter() {
            let names = |section: &OutlineSection| section.metric_ids().any(|id| id == metric.id);
            let names_group = |section: &OutlineSection| section.metric_ids().any(|id| group(id) == metric.group());
            let index = OUTLINE
                .sections
                .iter()
                .position(names)
                .or_else(|| OUTLINE.sections.iter().position(names_group));
            sections[index.unwrap_or(OUTLINE.sections.len())].1.push(metric);
        }
        sections.retain(|(_, metrics)| !metrics.is_empty());
        sections
    }
}

impl OutlineSection {
    /// The ids of all metrics that the section names.
    fn metric_ids(&self) -> impl Iterator<Item = &str> {
        self.paragraphs.iter().flat_map(|paragraph| {
            [&paragraph.main]
                .into_iter()
                .chain(&paragraph.parts)
                .chain(&paragraph.beside)
                .map(String::as_str)
        })
    }
}

struct Composer<'r, 'a> {
    reports: &'r Reports<'a>,
    period: Period,
    /// Whether an issued report is composed anew, from the figures of today.
    is_correction: bool,
}

impl<'a> Composer<'_, 'a> {
    fn word<'k>(&self, key: &'k str) -> &'k str {
        raw_report_text(self.reports.lang, key)
    }

    fn say(&self, key: &str, values: &[(&'static str, &str)]) -> String {
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
        let lang = self.reports.lang;
        let (first, last) = (
            lang.format_date(self.period.first()),
            lang.format_date(self.period.last().min(self.reports.today)),
        );
        let site = escape_markdown(&settings.title);
        let mut text = self.say("draft-opening", &[("site", &site), ("first", &first), ("last", &last)]);
        text.push_str("\n\n");
        let mut number = 0;
        for section in &OUTLINE.sections {
            let paragraphs: Vec<String> = section
                .paragraphs
                .iter()
                .filter_map(|paragraph| self.paragraph(paragraph))
                .collect();
            if paragraphs.is_empty() {
                continue;
            }
            number += 1;
            let number = self.say("draft-number", &[("n", &ordinal(number, lang))]);
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                "## {number}{}\n\n{}\n\n",
                raw_report_text(lang, &section.title),
                paragraphs.join("\n\n")
            );
            for call in section.show.iter().filter(|call| self.has_evidence(call)) {
                let _ = write!(text, "{{{{ {call} }}}}\n\n");
            }
        }
        text
    }

    fn metric(&self, id: &str) -> Option<&'a Metric> {
        self.reports.counts.metrics.iter().find(|metric| metric.id == id)
    }

    fn figure(&self, metric: &'a Metric) -> DisplayedFigure<'a> {
        if self.is_correction {
            self.reports.current_figure(metric, self.period)
        } else {
            self.reports.displayed_figure(metric, self.period)
        }
    }

    /// Whether a metric's figure has evidence.
    fn is_counted(&self, metric: &'a Metric) -> bool {
        !self.figure(metric).is_of_nothing()
    }

    /// One paragraph. `None` when the site does not have its main metric, or when it is optional and says nothing.
    fn paragraph(&self, paragraph: &Paragraph) -> Option<String> {
        let main = self.metric(&paragraph.main)?;
        if !self.is_counted(main) {
            if paragraph.optional {
                return None;
            }
            let key = if main.is_stock() {
                "draft-none-roster"
            } else {
                "draft-none-only"
            };
            return Some(self.sentence(key, main));
        }
        let mut text = self.sentence(&paragraph.sentence, main);
        text.push_str(self.word("stop"));
        let (parts, none) = self.partition_counted(&paragraph.parts);
        self.push_parts(&mut text, paragraph, main, &parts);
        let (beside, more_none) = self.partition_counted(&paragraph.beside);
        if !beside.is_empty() {
            self.push_list(&mut text, "draft-beside", &self.sentences("draft-part", &beside));
        }
        let none: Vec<&Metric> = none.into_iter().chain(more_none).collect();
        if !none.is_empty() {
            let labels = self
                .sentences("draft-none-part", &none)
                .join(self.word("draft-separator"));
            text.push_str(&self.say("draft-none", &[("labels", &labels)]));
        }
        Some(text)
    }

    /// Adds what the main figure is made up of: the figures of `parts`, the other values of the paragraph's field, and
    /// what does not give the field. Only numbers that add up are introduced as parts of the figure.
    fn push_parts(&self, text: &mut String, paragraph: &Paragraph, main: &'a Metric, parts: &[&'a Metric]) {
        let by = Dimension::Field(paragraph.by.clone());
        let figure = self.reports.displayed_figure(main, self.period);
        let mut others = self.reports.parts(&figure, &by);
        others.retain(|part| !part.value.unwrap_or_default().is_zero() && !self.has_own_metric(paragraph, &part.key));
        others.sort_by_key(|part| part.key.is_empty());
        if parts.is_empty() && others.iter().all(|part| part.key.is_empty()) {
            return;
        }
        let value = |metric: &&'a Metric| self.reports.displayed_figure(metric, self.period).value;
        let values = parts.iter().map(value).chain(others.iter().map(|part| part.value));
        let sum = values.flatten().fold(Decimal::ZERO, Decimal::saturating_add);
        let opening = match sum.cmp(&figure.value.unwrap_or_default()) {
            Ordering::Equal => "draft-of-these",
            Ordering::Greater => "draft-parts-more",
            Ordering::Less => "draft-parts-fewer",
        };
        let mut items = self.sentences("draft-part", parts);
        items.extend(others.iter().map(|part| self.part_sentence(paragraph, main, &by, part)));
        self.push_list(text, opening, &items);
    }

    /// Whether one of the paragraph's metrics counts the part of the main figure with this key.
    fn has_own_metric(&self, paragraph: &Paragraph, key: &str) -> bool {
        let names_key = |test: &Test| match test {
            Test::OneOf(values) => values.iter().any(|value| value.key() == key),
            Test::Between(..) | Test::Present => false,
        };
        let counts_part = |metric: &Metric| {
            let mut conditions = metric.conditions.iter();
            conditions
                .any(|condition| condition.field == paragraph.by && !condition.negated && names_key(&condition.test))
        };
        paragraph.parts.iter().filter_map(|id| self.metric(id)).any(counts_part)
    }

    /// The words and the call for a part of the main figure that has no metric of its own.
    fn part_sentence(&self, paragraph: &Paragraph, main: &Metric, by: &Dimension, part: &FigurePart) -> String {
        let label = if part.key.is_empty() {
            self.word(&paragraph.rest).to_owned()
        } else {
            escape_markdown(&self.reports.part_label(main, by, part))
        };
        let key = quoted_argument(&part.key);
        let figure = format!("{{{{ metric(\"{}\", by=\"{}\", part={key}) }}}}", main.id, paragraph.by);
        self.say("draft-part", &[("label", &label), ("figure", &figure)])
    }

    /// The metrics of `ids` with evidence, and those without.
    fn partition_counted(&self, ids: &[String]) -> (Vec<&'a Metric>, Vec<&'a Metric>) {
        let metrics = ids.iter().filter_map(|id| self.metric(id));
        metrics.partition(|metric| self.is_counted(metric))
    }

    fn push_list(&self, text: &mut String, opening: &str, items: &[String]) {
        text.push_str(self.word(opening));
        text.push_str(&items.join(self.word("draft-separator")));
        text.push_str(self.word("stop"));
    }

    fn sentences(&self, key: &str, metrics: &[&Metric]) -> Vec<String> {
        metrics.iter().map(|metric| self.sentence(key, metric)).collect()
    }

    /// The sentence of `key` about a metric, with calls for its figure and its change.
    fn sentence(&self, key: &str, metric: &Metric) -> String {
        let label = escape_markdown(metric.label.get(self.reports.lang.tag()));
        let last = self
            .reports
            .lang
            .format_date(self.period.last().min(self.reports.today));
        let figure = format!("{{{{ metric(\"{}\") }}}}", metric.id);
        let change = format!("{{{{ change(\"{}\") }}}}", metric.id);
        self.say(
            key,
            &[
                ("label", &label),
                ("last", &last),
                ("figure", &figure),
                ("change", &change),
            ],
        )
    }

    /// Whether the metric of an outline's call has evidence and, when the call has a dimension, a part that is not 0
    /// and has a key.
    fn has_evidence(&self, call: &str) -> bool {
        let mut quoted = call.split('"').skip(1).step_by(2);
        let Some(metric) = quoted.next().and_then(|id| self.metric(id)) else {
            return false;
        };
        let figure = self.figure(metric);
        let Some(by) = quoted.next() else {
            return !figure.is_of_nothing();
        };
        let Ok(by) = Dimension::parse(by, metric, &self.reports.counts) else {
            return false;
        };
        if by == Dimension::Month && self.period.months().len() > MAX_MONTHS {
            return false;
        }
        let parts = self.reports.parts(&figure, &by);
        parts
            .iter()
            .any(|part| !part.key.is_empty() && !part.value.unwrap_or_default().is_zero())
    }
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
fn escape_markdown(text: &str) -> String {
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
    fn outline_names_existing_sentences() {
        for section in &OUTLINE.sections {
            let sentences = section.paragraphs.iter().map(|paragraph| &paragraph.sentence);
            let rests = section.paragraphs.iter().map(|paragraph| &paragraph.rest);
            let rests = rests.filter(|rest| !rest.is_empty());
            for key in sentences.chain(rests).chain([&section.title]) {
                assert_ne!(raw_report_text(Lang::Zh, key), key);
            }
        }
    }

    #[test]
    fn outline_names_existing_metrics() {
        let metrics = crate::metrics::parse_metrics(
            None,
            &crate::schema::Kinds::built_in(),
            &crate::schema::Rosters::default(),
            crate::config::ReprintPolicy::default(),
        )
        .value;
        let known = |id: &str| metrics.iter().any(|metric| metric.id == id);
        for section in &OUTLINE.sections {
            for paragraph in &section.paragraphs {
                let ids = [&paragraph.main]
                    .into_iter()
                    .chain(&paragraph.parts)
                    .chain(&paragraph.beside);
                ids.for_each(|id| assert!(known(id), "{id}"));
            }
            for call in &section.show {
                assert!(known(call.split('"').nth(1).unwrap_or_default()), "{call}");
            }
        }
    }

    #[test]
    fn names_are_escaped_for_markdown() {
        assert_eq!(escape_markdown("{{ a }} *b* [c](d)"), r"\{\{ a \}\} \*b\* \[c\]\(d\)");
    }
}
