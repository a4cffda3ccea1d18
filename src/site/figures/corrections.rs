//! The corrections of an issued report in words, for its page, its Word file and the pages of evidence.

use super::figures::Figures;
use crate::messages::{raw_report_text, report_text};
use crate::metrics::Metric;
use crate::report::{CorrectedFigure, Correction, IssuedFigure, IssuedReport, format_number};

impl Figures<'_> {
    /// Each correction, the newest first: what was corrected, when and why, then each figure that differs.
    pub(crate) fn correction_texts(&self, issued: &IssuedReport) -> Vec<(String, Vec<String>)> {
        let corrections = issued.corrections().into_iter();
        corrections
            .map(|correction| {
                let figures = correction.figures.iter().map(|figure| self.corrected_text(figure));
                let mut figures: Vec<String> = figures.collect();
                if figures.is_empty() {
                    figures.push(raw_report_text(self.reports.lang, "correction-none").to_owned());
                }
                (self.correction_head(&correction), figures)
            })
            .collect()
    }

    /// The corrections of one metric's figure.
    pub(crate) fn correction_texts_of(&self, issued: &IssuedReport, metric: &Metric) -> Vec<(String, Vec<String>)> {
        let corrections = issued.corrections().into_iter();
        let of_metric = corrections.filter_map(|correction| {
            let figure = correction.figures.iter().find(|figure| figure.id == metric.id)?;
            Some((self.correction_head(&correction), vec![self.corrected_text(figure)]))
        });
        of_metric.collect()
    }

    fn correction_head(&self, correction: &Correction<'_>) -> String {
        let (day, former) = (
            self.locale.date(correction.issued_on),
            self.locale.date(correction.former_day),
        );
        let values = [("day", &*day), ("former", &former), ("reason", correction.reason)];
        report_text(self.reports.lang, "correction", &values)
    }

    fn corrected_text(&self, figure: &CorrectedFigure<'_>) -> String {
        let lang = self.reports.lang;
        let label = |issued: &IssuedFigure| {
            let name = if issued.label.is_empty() {
                figure.id
            } else {
                &issued.label
            };
            name.to_owned()
        };
        let amount = |issued: &IssuedFigure| match &issued.metric {
            Some(metric) => crate::report::format_amount(issued.value, metric, lang),
            None => format_number(issued.value),
        };
        match (figure.former, figure.corrected) {
            (Some(former), Some(corrected)) if former.value == corrected.value => {
                let parts = figure.numbers.iter();
                let parts = parts.filter_map(|part| Some(self.number_change_text(corrected.metric.as_ref()?, part)));
                let parts: Vec<String> = parts.collect();
                let parts = parts.join(raw_report_text(lang, "since-separator"));
                let values = [("label", &*label(corrected)), ("parts", &parts)];
                report_text(lang, "correction-parts", &values)
            }
            (Some(former), Some(corrected)) => {
                let (old, new) = (amount(former), amount(corrected));
                let values = [("label", &*label(corrected)), ("old", &old), ("new", &new)];
                report_text(lang, "correction-figure", &values)
            }
            (None, Some(corrected)) => {
                let values = [("label", &*label(corrected)), ("new", &amount(corrected))];
                report_text(lang, "correction-added", &values)
            }
            (Some(former), None) => {
                let values = [("label", &*label(former)), ("old", &amount(former))];
                report_text(lang, "correction-removed", &values)
            }
            (None, None) => String::new(),
        }
    }
}
