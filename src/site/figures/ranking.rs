//! The table of a bulletin: points, ranks, targets and what is missing.

use super::arrange::arrange;
use super::figures::Figures;
use super::table::{ColumnRule, FigureTable, FigureTableRow, MetricColumns};
use crate::messages::{raw_report_text, report_text};
use crate::metrics::{Aggregate, Dimension, Metric, Points, Target, ranks};
use crate::report::{CallKind, FigureCall, format_amount};
use rust_decimal::Decimal;

/// The targets of the parts.
struct PartTargets<'a> {
    /// The targets by the keys of the parts.
    targets: Vec<(String, Decimal)>,
    /// The metric that has them.
    metric: &'a Metric,
    /// The column of its numbers.
    column: usize,
}

impl<'a> Figures<'a> {
    /// The ranking that a call asks for. `None` for other calls.
    ///
    /// Its columns are the numbers of the metric `count` by `split`, the ranked numbers, the ranks, and, when there are
    /// targets for the parts, the targets and what is missing. What does not give the field has no rank and no row.
    pub(super) fn ranking(&self, call: &FigureCall<'a>) -> Option<FigureTable> {
        let CallKind::Ranking {
            by,
            count,
            split,
            arrangement,
        } = &call.kind
        else {
            return None;
        };
        let lang = self.reports.lang;
        let counted: Option<MetricColumns<'a>> = match (count, split) {
            (Some(count), _) => Some(self.metric_columns(call, count, by, split.as_ref(), false)),
            (None, _) => None,
        };
        let own_split = split.as_ref().filter(|_| count.is_none());
        let ranked = self.metric_columns(call, call.metric, by, own_split, false);
        let mut columns: Vec<MetricColumns<'a>> = counted.into_iter().chain([ranked]).collect();
        let mut rows = self.joined_rows(by, &columns);
        let ranked = columns.pop()?;
        let counted = columns.pop();
        let mut notes = Vec::new();
        notes.extend(self.unranked_note(by, &ranked));
        rows.retain(|row| !row.key.is_empty());

        let mut rules = self.number_rules(counted.as_ref(), &ranked, split.as_ref());
        let value_column = rules.len() - 1;
        let mut heads: Vec<String> = counted
            .iter()
            .chain([&ranked])
            .flat_map(|columns| columns.heads.clone())
            .collect();
        let mut totals: Vec<Option<Decimal>> = counted
            .iter()
            .chain([&ranked])
            .flat_map(|columns| columns.totals.clone())
            .collect();

        let values: Vec<Option<Decimal>> = rows.iter().map(|row| row.values[value_column]).collect();
        let ranked_values: Vec<Decimal> = values.iter().flatten().copied().collect();
        let mut places = ranks(&ranked_values).into_iter();
        for (row, value) in rows.iter_mut().zip(&values) {
            row.values.push(value.and_then(|_| places.next()).map(Decimal::from));
        }
        heads.push(raw_report_text(lang, "ranking-rank").to_owned());
        totals.push(None);
        rules.push(ColumnRule::Rank(value_column));

        let count_column = counted.as_ref().map(|counted| counted.heads.len() - 1);
        let part_targets = self.targets_of_parts(by, counted.as_ref(), &ranked, (count_column, value_column));
        if let Some(PartTargets {
            targets,
            metric,
            column: value,
        }) = part_targets
        {
            let target_column = rules.len();
            for row in &mut rows {
                let target = targets
                    .iter()
                    .find(|(key, _)| *key == row.key)
                    .map(|(_, target)| *target);
                let missing = target.map(|target| {
                    let reached = row.values[value].unwrap_or_default();
                    target.saturating_sub(reached).max(Decimal::ZERO)
                });
                row.values.extend([target, missing]);
            }
            let with_unit = |key: &str| {
                let name = raw_report_text(lang, key);
                let unit = metric.unit.get(&self.locale.language);
                report_text(lang, "name-with-unit", &[("name", name), ("unit", unit)])
            };
            heads.extend([with_unit("ranking-target"), with_unit("ranking-missing")]);
            let sum = |column: usize| {
                rows.iter()
                    .filter_map(|row| row.values[column])
                    .fold(Decimal::ZERO, Decimal::saturating_add)
            };
            totals.extend([Some(sum(target_column)), Some(sum(target_column + 1))]);
            rules.push(ColumnRule::Counted);
            rules.push(ColumnRule::Missing {
                target: target_column,
                value,
            });
        }

        let rest = arrange(&mut rows, arrangement, |row| (row.values[value_column], false));
        notes.extend(self.rest_note(rows.len(), rest));
        if ranked.figure.is_missing_breakdown(by, None) {
            notes.push(report_text(lang, "counted-today", &[]));
        }
        let row_head = self.dimension_label(ranked.figure.metric, by);
        let label = ranked.figure.metric.label.get(&self.locale.language);
        let caption = || report_text(lang, "ranking-of", &[("label", label), ("by", &row_head)]);
        let caption = call.title.clone().unwrap_or_else(caption);
        rows.push(FigureTableRow {
            key: String::new(),
            label: self.locale.get("sum").to_owned(),
            url: None,
            anchor: String::new(),
            values: totals,
            is_total: true,
        });
        Some(FigureTable {
            caption,
            head: std::iter::once(row_head).chain(heads).collect(),
            columns: rules,
            rows,
            notes,
        })
    }

    /// How the numbers before the rank follow from each other.
    fn number_rules(
        &self,
        counted: Option<&MetricColumns<'a>>,
        ranked: &MetricColumns<'a>,
        split: Option<&Dimension>,
    ) -> Vec<ColumnRule> {
        let mut rules = Vec::new();
        for columns in counted.into_iter().chain([ranked]) {
            let (first, parts) = (rules.len(), columns.parts.len());
            rules.extend(std::iter::repeat_n(ColumnRule::Counted, parts));
            rules.push(match parts {
                0 => ColumnRule::Counted,
                parts => ColumnRule::Sum(first..first + parts),
            });
        }
        let points = counted.and_then(|counted| points_of_parts(ranked.figure.metric, counted, split?));
        if let (Some(points), Some(last)) = (points, rules.last_mut()) {
            *last = ColumnRule::Points(points);
        }
        rules
    }

    /// The targets of the parts: those of what is counted, else those of what is ranked, with the metric and its column.
    fn targets_of_parts(
        &self,
        by: &Dimension,
        counted: Option<&MetricColumns<'a>>,
        ranked: &MetricColumns<'a>,
        (count_column, value_column): (Option<usize>, usize),
    ) -> Option<PartTargets<'a>> {
        let of = |columns: &MetricColumns<'a>, column: usize| match self.reports.target(&columns.figure)? {
            Target::Parts { by: field, values } if field == by.name() => Some(PartTargets {
                targets: values.clone(),
                metric: columns.figure.metric,
                column,
            }),
            _ => None,
        };
        let of_counted = counted
            .zip(count_column)
            .and_then(|(counted, column)| of(counted, column));
        of_counted.or_else(|| of(ranked, value_column))
    }

    /// Says what is not ranked, because it does not give the field. `None` when all does.
    fn unranked_note(&self, by: &Dimension, ranked: &MetricColumns<'a>) -> Option<String> {
        let (part, _) = ranked.rows.iter().find(|(part, _)| part.key.is_empty())?;
        let value = part.value.filter(|value| !value.is_zero())?;
        let label = self.reports.part_label(ranked.figure.metric, by, part);
        let amount = format_amount(value, ranked.figure.metric, self.reports.lang);
        Some(report_text(
            self.reports.lang,
            "ranking-rest",
            &[("label", &label), ("amount", &amount)],
        ))
    }
}

/// The points of each of the columns of `counted`. `None` when the score follows from more than these.
fn points_of_parts(metric: &Metric, counted: &MetricColumns<'_>, split: &Dimension) -> Option<Vec<(usize, Decimal)>> {
    let Aggregate::Score(Points { by_field, cap: None }) = &metric.aggregate else {
        return None;
    };
    let [(field, points)] = by_field.as_slice() else {
        return None;
    };
    if field != split.name() {
        return None;
    }
    let of_part = |(column, key): (usize, &String)| {
        let found = points.iter().find(|(known, _)| known == key);
        found.map(|(_, points)| (column, *points))
    };
    Some(counted.parts.iter().enumerate().filter_map(of_part).collect())
}
