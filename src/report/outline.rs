//! The contents of a generated report (`report/sections.yaml`). Titles and sentences are keys of `locales/report.yml`.

use super::reports::Reports;
use crate::messages::raw_report_text;
use crate::metrics::Metric;
use crate::yaml::from_embedded;
use serde::Deserialize;
use std::sync::LazyLock;

/// A whole report: its sections, and the tables behind them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outline {
    pub(super) sections: Vec<OutlineSection>,
    pub(super) tables: Vec<OutlineTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutlineSection {
    pub(super) title: String,
    /// What the section is about, in the words of the opening.
    pub(super) topic: String,
    pub(super) paragraphs: Vec<Paragraph>,
}

/// One paragraph: a sentence with a clause for each metric, what the first metric is made up of, and cases.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Paragraph {
    /// The metrics of the sentence. The first is the main one.
    pub(super) clauses: Vec<String>,
    /// The metrics that the main one is made up of.
    #[serde(default)]
    pub(super) parts: Vec<String>,
    /// The field by which they differ.
    #[serde(default)]
    pub(super) by: String,
    /// What does not give the field.
    #[serde(default)]
    pub(super) rest: String,
    /// Posts that an editor's draft names: those of the first entry of which a counted post gives the last field.
    #[serde(default)]
    pub(super) cases: Vec<Cases>,
    /// Whether it is no problem when the main figure falls.
    #[serde(default)]
    pub(super) fewer_is_fine: bool,
    /// Whether a report is complete without it, so that nobody need be told that it counts nothing.
    #[serde(default)]
    pub(super) optional: bool,
}

/// Posts that are named in a sentence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cases {
    pub(super) metric: String,
    /// What is told of each, as in a call of `names`. The last field must be given.
    pub(super) show: String,
    /// Whether those with the largest numbers are named, instead of the oldest.
    #[serde(default)]
    pub(super) largest: bool,
    pub(super) limit: usize,
}

/// A table of several metrics.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutlineTable {
    pub(super) title: String,
    pub(super) by: String,
    pub(super) metrics: Vec<String>,
}

pub(super) static OUTLINE: LazyLock<Outline> =
    LazyLock::new(|| from_embedded("report/sections.yaml", include_str!("sections.yaml")));

impl OutlineSection {
    /// The ids of all metrics that the section names.
    fn metric_ids(&self) -> impl Iterator<Item = &str> {
        let paragraphs = self.paragraphs.iter();
        let ids = paragraphs.flat_map(|paragraph| paragraph.clauses.iter().chain(&paragraph.parts));
        ids.map(String::as_str)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Lang;

    #[test]
    fn outline_names_existing_sentences() {
        let mut keys: Vec<String> = Vec::new();
        for section in &OUTLINE.sections {
            keys.extend([section.title.clone(), section.topic.clone()]);
            for paragraph in &section.paragraphs {
                keys.extend(paragraph.clauses.iter().map(|id| format!("tell-{id}")));
                keys.extend(paragraph.cases.iter().map(|cases| format!("cases-{}", cases.metric)));
                keys.extend(Some(paragraph.rest.clone()).filter(|rest| !rest.is_empty()));
            }
        }
        keys.extend(OUTLINE.tables.iter().map(|table| table.title.clone()));
        for key in keys {
            assert_ne!(raw_report_text(Lang::Zh, &key), key);
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
            section.metric_ids().for_each(|id| assert!(known(id), "{id}"));
            let cases = section.paragraphs.iter().flat_map(|paragraph| &paragraph.cases);
            cases.for_each(|cases| assert!(known(&cases.metric), "{}", cases.metric));
        }
        for id in OUTLINE.tables.iter().flat_map(|table| &table.metrics) {
            assert!(known(id), "{id}");
        }
    }
}
