//! Explains in one sentence how a metric is counted, so that a reader can check the figure.
//!
//! Depends on the metric's definition alone, not on the posts that were counted.

use super::format::{format_amount, format_number};
use super::labels::{field_label, roster_label, value_label};
use super::reports::Reports;
use crate::messages::{Lang, raw_report_text, report_text};
use crate::metrics::{Aggregate, CapSpan, Condition, Dedup, Measure, Metric, MetricResults, Points, Source, Test};
use crate::schema::FieldValue;
use rust_decimal::Decimal;

/// Explains how `metric` is counted: `计“媒体报道”稿件的篇数，要求“媒体级别”为国家级；转载只算一篇，归在最高的级别；以“日期”归期。`
#[must_use]
pub(crate) fn shown_method_text(reports: &Reports<'_>, metric: &Metric) -> String {
    match reports.hides_method(metric) {
        true => report_text(reports.lang, "evidence-hidden", &[]),
        false => method_text(metric, &reports.counts, reports.lang),
    }
}

/// Explains how `metric` is counted, whether or not the site shows it.
#[must_use]
pub(crate) fn method_text(metric: &Metric, counts: &MetricResults<'_>, lang: Lang) -> String {
    let method = MethodText { metric, counts, lang };
    if let Some(operands) = counts.operands(metric) {
        return method.quotient(operands) + method.word("stop");
    }
    let parts = [
        Some(method.opening()),
        method.dedup(),
        Some(method.period_rule()),
        method.as_of(),
        method.state_over(),
        method.cap(),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(method.word("method-separator")) + method.word("stop")
}

struct MethodText<'t, 'a> {
    metric: &'t Metric,
    counts: &'t MetricResults<'a>,
    lang: Lang,
}

impl MethodText<'_, '_> {
    fn word(&self, key: &'static str) -> &'static str {
        raw_report_text(self.lang, key)
    }

    fn say(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        report_text(self.lang, key, values)
    }

    /// Which figures are divided. Each of them explains itself.
    fn quotient(&self, operands: [&Metric; 2]) -> String {
        let [dividend, divisor] = operands.map(|operand| operand.label.get(self.lang.tag()));
        let factor = self.metric.quotient_factor();
        let key = if factor == Decimal::ONE {
            "method-quotient"
        } else {
            "method-quotient-times"
        };
        let values = [
            ("dividend", dividend),
            ("divisor", divisor),
            ("factor", &factor.to_string()),
        ];
        self.say(key, &values)
    }

    /// What is counted or aggregated, and the conditions.
    fn opening(&self) -> String {
        let (key, value) = match &self.metric.aggregate {
            Aggregate::Count if self.metric.is_stock() => ("method-count-rows", String::new()),
            Aggregate::Count => ("method-count", String::new()),
            Aggregate::Sum(measure) => ("method-sum", self.measure(measure)),
            Aggregate::Distinct(field) => ("method-distinct", self.label(field)),
            Aggregate::Average(measure) => ("method-average", self.measure(measure)),
            Aggregate::Max(measure) => ("method-max", self.measure(measure)),
            Aggregate::Latest(measure) => ("method-latest", self.measure(measure)),
            Aggregate::Score(points) => ("method-score", self.points(points)),
            Aggregate::Quotient => return String::new(),
        };
        let opening = self.say(key, &[("subject", &self.subject()), ("value", &value)]);
        let conditions = self.metric.conditions.iter();
        let conditions: Vec<String> = conditions.map(|condition| self.condition(condition)).collect();
        if conditions.is_empty() {
            return opening;
        }
        let conditions = conditions.join(self.word("method-and"));
        self.say("method-where", &[("opening", &opening), ("conditions", &conditions)])
    }

    fn subject(&self) -> String {
        match &self.metric.source {
            Source::Kinds(kinds) => {
                let label = |kind: &String| {
                    self.counts
                        .catalog
                        .kinds
                        .label(kind, self.lang.tag())
                        .unwrap_or(kind)
                        .to_owned()
                };
                let labels: Vec<String> = kinds.iter().map(label).collect();
                self.say("method-posts", &[("kind", &labels.join(self.word("method-kinds-and")))])
            }
            Source::Roster(roster) => self.say("method-rows", &[("roster", &roster_label(roster, self.lang))]),
            Source::Metrics(_) => String::new(),
        }
    }

    fn measure(&self, measure: &Measure) -> String {
        match measure {
            Measure::Field(field) => self.label(field),
            Measure::Days(from, to) => self.say("method-days", &[("from", &self.label(from)), ("to", &self.label(to))]),
            Measure::Workdays(from, to) => self.say(
                "method-workdays",
                &[("from", &self.label(from)), ("to", &self.label(to))],
            ),
        }
    }

    /// The name of a field or of a roster's column, in quotes.
    fn label(&self, field: &str) -> String {
        format!("“{}”", field_label(self.counts, self.metric, field, self.lang))
    }

    fn condition(&self, condition: &Condition) -> String {
        let field = self.label(&condition.field);
        let presence = |present: bool| {
            let key = if present { "method-given" } else { "method-not-given" };
            self.say(key, &[("field", &field)])
        };
        match &condition.test {
            Test::Present => presence(!condition.negated),
            Test::OneOf(wanted) if wanted.is_empty() => presence(condition.negated),
            Test::OneOf(wanted) => {
                let wanted = wanted.iter().map(|value| self.value(&condition.field, value));
                let wanted = wanted.collect::<Vec<_>>().join(self.word("method-or"));
                let key = if condition.negated {
                    "method-is-not"
                } else {
                    "method-is"
                };
                self.say(key, &[("field", &field), ("values", &wanted)])
            }
            Test::Between(from, to) => {
                let range = self.range(&condition.field, from.as_ref(), to.as_ref());
                let key = if condition.negated {
                    "method-not-within"
                } else {
                    "method-within"
                };
                self.say(key, &[("field", &field), ("range", &range)])
            }
        }
    }

    fn range(&self, field: &str, from: Option<&FieldValue>, to: Option<&FieldValue>) -> String {
        let key = match (from, to) {
            (Some(_), Some(_)) => "method-range",
            (Some(_), None) => "method-range-from",
            (None, Some(_)) => "method-range-to",
            (None, None) => "method-range-any",
        };
        let word = |value: Option<&FieldValue>| value.map_or_else(String::new, |value| self.value(field, value));
        self.say(key, &[("from", &word(from)), ("to", &word(to))])
    }

    /// A value in words: an enum's label, a roster row's name.
    fn value(&self, field: &str, value: &FieldValue) -> String {
        value_label(self.counts, self.metric, field, &value.key(), self.lang)
    }

    fn dedup(&self) -> Option<String> {
        Some(match &self.metric.dedup {
            Dedup::None => return None,
            Dedup::ByPiece => self.say("method-piece", &[]),
            Dedup::ByPieceAndLevel => self.say("method-piece-level", &[]),
            Dedup::ByFields(fields) => {
                let labels: Vec<String> = fields.iter().map(|field| self.label(field)).collect();
                let labels = labels.join(self.word("method-fields-and"));
                self.say("method-same", &[("fields", &labels)])
            }
        })
    }

    fn period_rule(&self) -> String {
        match &self.metric.source {
            Source::Roster(_) => self.say("method-in-force", &[]),
            Source::Kinds(_) | Source::Metrics(_) => {
                let fields: Vec<String> = self.metric.date_fields.iter().map(|field| self.label(field)).collect();
                if let Some(state) = &self.metric.state {
                    let from = fields.join(self.word("method-or"));
                    let until = self.label(&state.until);
                    return self.say("method-state", &[("from", &from), ("until", &until)]);
                }
                match &fields[..] {
                    [] => self.say("method-dated", &[("field", &self.label("date"))]),
                    [field] => self.say("method-dated", &[("field", field)]),
                    [first, rest @ ..] => {
                        let rest = rest.join(self.word("method-or"));
                        self.say("method-dated-else", &[("field", first), ("else", &rest)])
                    }
                }
            }
        }
    }

    /// The points of each value: `“媒体级别”国家级20、省级10`.
    fn points(&self, points: &Points) -> String {
        let of_field = |(field, values): &(String, Vec<(String, Decimal)>)| {
            let values = values.iter().map(|(value, points)| {
                let label = value_label(self.counts, self.metric, field, value, self.lang);
                self.say(
                    "method-points-value",
                    &[("value", &label), ("points", &format_number(*points))],
                )
            });
            let values = values.collect::<Vec<_>>().join(self.lang.list_separator());
            self.say("method-points", &[("field", &self.label(field)), ("values", &values)])
        };
        let fields: Vec<String> = points.by_field.iter().map(of_field).collect();
        fields.join(self.word("method-and"))
    }

    fn cap(&self) -> Option<String> {
        let Aggregate::Score(points) = &self.metric.aggregate else {
            return None;
        };
        let cap = points.cap.as_ref()?;
        let each = self.word(match cap.each {
            None => "cap-period",
            Some(CapSpan::Year) => "cap-year",
            Some(CapSpan::Half) => "cap-half",
            Some(CapSpan::Quarter) => "cap-quarter",
            Some(CapSpan::Month) => "cap-month",
        });
        let max = format_amount(cap.max, self.metric, self.lang);
        Some(match &cap.per {
            Some(field) => {
                let per = self.label(field);
                self.say("method-cap-per", &[("per", &per), ("each", each), ("max", &max)])
            }
            None => self.say("method-cap", &[("each", each), ("max", &max)]),
        })
    }

    fn state_over(&self) -> Option<String> {
        self.metric.state.as_ref()?.over?;
        Some(self.say("method-state-over", &[("age", &state_age(self.metric, self.lang))]))
    }

    fn as_of(&self) -> Option<String> {
        let field = self.label(self.metric.as_of.as_deref()?);
        Some(self.say("method-as-of", &[("field", &field)]))
    }
}

/// How long a post may be in the state that a metric counts: `5个工作日`. Empty for a state of any age.
#[must_use]
pub(super) fn state_age(metric: &Metric, lang: Lang) -> String {
    let Some(age) = metric.state.as_ref().and_then(|state| state.over) else {
        return String::new();
    };
    let key = if age.of_work { "age-workdays" } else { "age-days" };
    report_text(lang, key, &[("n", &age.days.to_string())])
}
