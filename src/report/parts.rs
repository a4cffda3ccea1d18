//! One part of a figure: its name in words and its number.

use super::displayed::{DisplayedFigure, FigurePart};
use super::labels::part_label;
use super::reports::Reports;
use crate::metrics::{Dimension, Metric};
use rust_decimal::Decimal;

impl<'a> Reports<'a> {
    /// The name of a part of a figure in words.
    #[must_use]
    pub(crate) fn part_label(&self, metric: &Metric, by: &Dimension, part: &FigurePart) -> String {
        part_label(&self.counts, metric, by, &part.key, &part.label, self.lang)
    }

    /// The value of one part of a figure. A part that does not exist has counted nothing.
    #[must_use]
    pub(crate) fn part_value(&self, figure: &DisplayedFigure<'a>, by: &Dimension, key: &str) -> Option<Decimal> {
        let parts = self.parts(figure, by);
        let part = parts.into_iter().find(|part| part.key == key);
        part.map_or_else(|| figure.metric.value_of_nothing(), |part| part.value)
    }

    /// The number that `metric(…)` gives: the figure, or one part of it.
    #[must_use]
    pub(crate) fn called_value(
        &self,
        figure: &DisplayedFigure<'a>,
        part: Option<&(Dimension, String)>,
    ) -> Option<Decimal> {
        part.map_or(figure.value, |(by, key)| self.part_value(figure, by, key))
    }
}
