//! How a quotient was computed: the two figures that it divides, and the rule in numbers.

use super::displayed::DisplayedFigure;
use super::format::{format_amount, json_number};
use super::reports::Reports;
use crate::messages::report_text;
use crate::metrics::Period;
use rust_decimal::Decimal;

impl<'a> Reports<'a> {
    /// The figures that a quotient divides, as the report on `own` shows them: the dividend and the divisor. `None` for any
    /// other figure.
    #[must_use]
    pub fn operands(&self, own: Option<Period>, figure: &DisplayedFigure<'a>) -> Option<[DisplayedFigure<'a>; 2]> {
        let operands = self.counts.operands(figure.metric)?;
        if operands.iter().any(|operand| self.counts.metrics.hides(operand)) {
            return None;
        }
        Some(operands.map(|operand| self.displayed_figure_in(own, operand, figure.period)))
    }

    /// How a quotient was computed, in numbers: `2篇 ÷ 5篇 × 100 = 40%`.
    #[must_use]
    pub fn quotient_formula(&self, figure: &DisplayedFigure<'a>, operands: &[DisplayedFigure<'a>; 2]) -> String {
        let amount = |figure: &DisplayedFigure<'a>| format_amount(figure.value, figure.metric, self.lang);
        let factor = figure.metric.quotient_factor();
        let key = if factor == Decimal::ONE {
            "quotient-formula"
        } else {
            "quotient-formula-times"
        };
        let values = [
            ("dividend", amount(&operands[0])),
            ("divisor", amount(&operands[1])),
            ("factor", factor.to_string()),
            ("value", amount(figure)),
        ];
        let values = values.each_ref().map(|(name, text)| (*name, text.as_str()));
        report_text(self.lang, key, &values)
    }
}

/// The figures that a quotient divides, for programs: `[{"metric": "response.answered", "value": 2}, …]`.
#[must_use]
pub(crate) fn operands_json(operands: &[DisplayedFigure<'_>]) -> serde_json::Value {
    let operand = |figure: &DisplayedFigure<'_>| serde_json::json!({"metric": figure.metric.id, "value": json_number(figure.value)});
    operands.iter().map(operand).collect()
}
