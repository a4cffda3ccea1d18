//! How a metric is counted, in one sentence, so that a reader can count again.
//!
//! Made from the metric's definition alone; what was counted stands beside it.

use crate::messages::{Lang, cli_text};
use crate::metrics::{Aggregate, Condition, Dedup, Measure, Metric, MetricResults, Source, Test};
use crate::schema::{FieldType, FieldValue, Labels};

/// How `metric` is counted: `计“媒体报道”稿件的篇数，要求“媒体级别”为国家级；转载只算一篇，归在最高的级别；以“日期”归期。`
#[must_use]
pub fn method_text(metric: &Metric, counts: &MetricResults<'_>, lang: Lang) -> String {
    let teller = MethodText { metric, counts, lang };
    let parts = [
        Some(teller.opening()),
        teller.dedup(),
        Some(teller.period_rule()),
        teller.as_of(),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    match lang {
        Lang::Zh => parts.join("；") + "。",
        Lang::En => parts.join("; ") + ".",
    }
}

struct MethodText<'t, 'a> {
    metric: &'t Metric,
    counts: &'t MetricResults<'a>,
    lang: Lang,
}

impl MethodText<'_, '_> {
    /// What is counted or added up, and what it must fulfil.
    fn opening(&self) -> String {
        let subject = self.subject();
        let opening = match (&self.metric.aggregate, self.lang) {
            (Aggregate::Count, Lang::Zh) if self.metric.is_stock() => format!("数{subject}"),
            (Aggregate::Count, Lang::Zh) => format!("数{subject}的篇数"),
            (Aggregate::Count, Lang::En) => format!("{subject} are counted"),
            (Aggregate::Sum(measure), Lang::Zh) => format!("把{subject}的{}加起来", self.measure(measure)),
            (Aggregate::Sum(measure), Lang::En) => format!("{} of {subject} is added up", self.measure(measure)),
            (Aggregate::Distinct(field), Lang::Zh) => format!("数{subject}里有几个不同的{}", self.label(field)),
            (Aggregate::Distinct(field), Lang::En) => format!(
                "the different values of {} among {subject} are counted",
                self.label(field)
            ),
            (Aggregate::Average(measure), Lang::Zh) => {
                format!("取{subject}的{}的平均数，保留一位小数", self.measure(measure))
            }
            (Aggregate::Average(measure), Lang::En) => {
                format!("the mean of {} of {subject}, to one decimal", self.measure(measure))
            }
            (Aggregate::Max(measure), Lang::Zh) => format!("取{subject}的{}中最大的", self.measure(measure)),
            (Aggregate::Max(measure), Lang::En) => format!("the largest {} of {subject}", self.measure(measure)),
            (Aggregate::Latest(measure), Lang::Zh) => format!("取期末以前最后一篇{subject}的{}", self.measure(measure)),
            (Aggregate::Latest(measure), Lang::En) => format!(
                "{} of the last of {subject} up to the period's end",
                self.measure(measure)
            ),
        };
        let conditions: Vec<String> = self
            .metric
            .conditions
            .iter()
            .map(|condition| self.condition(condition))
            .collect();
        match (conditions.is_empty(), self.lang) {
            (true, _) => opening,
            (false, Lang::Zh) => format!("{opening}，要求{}", conditions.join("，")),
            (false, Lang::En) => format!("{opening}, where {}", conditions.join(" and ")),
        }
    }

    fn subject(&self) -> String {
        match (&self.metric.source, self.lang) {
            (Source::Kind(kind), lang) => {
                let label = self
                    .counts
                    .catalog
                    .kinds
                    .get(kind)
                    .map_or(kind.as_str(), |kind| kind.labels.get(lang.tag()));
                match lang {
                    Lang::Zh => format!("“{label}”稿件"),
                    Lang::En => format!("the posts of “{label}”"),
                }
            }
            (Source::Roster(roster), Lang::Zh) => format!("{}名册的行", self.roster_name(roster)),
            (Source::Roster(roster), Lang::En) => format!("the rows of the roster of {}", self.roster_name(roster)),
        }
    }

    /// What a roster is called; its own name where that is the town's.
    fn roster_name(&self, name: &str) -> String {
        let key = format!("roster-{name}");
        let words = cli_text(self.lang, &key, &[]);
        if words == key { format!("“{name}”") } else { words }
    }

    fn measure(&self, measure: &Measure) -> String {
        match (measure, self.lang) {
            (Measure::Field(field), _) => self.label(field),
            (Measure::Days(from, to), Lang::Zh) => format!("从{}到{}的天数", self.label(from), self.label(to)),
            (Measure::Days(from, to), Lang::En) => format!("the days from {} to {}", self.label(from), self.label(to)),
        }
    }

    /// A field's name in quotes; a roster's column as it is.
    fn label(&self, field: &str) -> String {
        let label = self
            .counts
            .field_of(self.metric, field)
            .map_or(field, |field| field.labels.get(self.lang.tag()));
        format!("“{label}”")
    }

    fn condition(&self, condition: &Condition) -> String {
        let field = self.label(&condition.field);
        let absent = matches!(&condition.test, Test::OneOf(wanted) if wanted.is_empty());
        match (&condition.test, self.lang) {
            (Test::Present, Lang::Zh) if !condition.negated => format!("填了{field}"),
            (Test::Present, Lang::En) if !condition.negated => format!("{field} is given"),
            (_, Lang::Zh) if absent && condition.negated => format!("填了{field}"),
            (_, Lang::En) if absent && condition.negated => format!("{field} is given"),
            (Test::Present, Lang::Zh) => format!("没有填{field}"),
            (Test::Present, Lang::En) => format!("{field} is not given"),
            (_, Lang::Zh) if absent => format!("没有填{field}"),
            (_, Lang::En) if absent => format!("{field} is not given"),
            (Test::OneOf(wanted), lang) => {
                let wanted: Vec<String> = wanted.iter().map(|value| self.value(&condition.field, value)).collect();
                match (lang, condition.negated) {
                    (Lang::Zh, false) => format!("{field}为{}", wanted.join("或")),
                    (Lang::Zh, true) => format!("{field}不是{}", wanted.join("或")),
                    (Lang::En, false) => format!("{field} is {}", wanted.join(" or ")),
                    (Lang::En, true) => format!("{field} is not {}", wanted.join(" or ")),
                }
            }
            (Test::Between(from, to), lang) => {
                let range = self.range(&condition.field, from.as_ref(), to.as_ref());
                match (lang, condition.negated) {
                    (Lang::Zh, false) => format!("{field}{range}"),
                    (Lang::Zh, true) => format!("{field}并非{range}"),
                    (Lang::En, false) => format!("{field} is {range}"),
                    (Lang::En, true) => format!("{field} is not {range}"),
                }
            }
        }
    }

    fn range(&self, field: &str, from: Option<&FieldValue>, to: Option<&FieldValue>) -> String {
        let word = |value: &FieldValue| self.value(field, value);
        match (from, to, self.lang) {
            (Some(from), Some(to), Lang::Zh) => format!("在{}到{}之间（含）", word(from), word(to)),
            (Some(from), Some(to), Lang::En) => format!("from {} to {}", word(from), word(to)),
            (Some(from), None, Lang::Zh) => format!("不小于{}", word(from)),
            (Some(from), None, Lang::En) => format!("at least {}", word(from)),
            (None, Some(to), Lang::Zh) => format!("不大于{}", word(to)),
            (None, Some(to), Lang::En) => format!("at most {}", word(to)),
            (None, None, Lang::Zh) => "有值".to_owned(),
            (None, None, Lang::En) => "given".to_owned(),
        }
    }

    /// A value in words: an enum's label, a roster row's name.
    fn value(&self, field: &str, value: &FieldValue) -> String {
        let ty = self.counts.field_of(self.metric, field).map(|field| &field.ty);
        let label = match (value, ty) {
            (FieldValue::Enum(id), Some(FieldType::Enum(values))) => enum_label(values, id, self.lang),
            (FieldValue::Reference(id), _) => {
                let roster = match ty {
                    Some(FieldType::Roster(roster)) => roster.as_str(),
                    _ => "villages",
                };
                let row = self
                    .counts
                    .catalog
                    .rosters
                    .get(roster)
                    .and_then(|roster| roster.by_id(id));
                row.map(|row| row.name.clone())
            }
            _ => None,
        };
        label.unwrap_or_else(|| value.key())
    }

    fn dedup(&self) -> Option<String> {
        let zh = self.lang == Lang::Zh;
        Some(match &self.metric.dedup {
            Dedup::None => return None,
            Dedup::ByPiece if zh => "转载只算一篇，归在最高的级别".to_owned(),
            Dedup::ByPiece => "reprints of one piece count once, at the highest level that it reached".to_owned(),
            Dedup::ByPieceAndLevel if zh => "转载在每个级别各算一篇".to_owned(),
            Dedup::ByPieceAndLevel => "reprints of one piece count once at every level".to_owned(),
            Dedup::ByFields(fields) => {
                let labels: Vec<String> = fields.iter().map(|field| self.label(field)).collect();
                match zh {
                    true => format!("{}相同的只算一次", labels.join("和")),
                    false => format!("posts that agree in {} count once", labels.join(" and ")),
                }
            }
        })
    }

    fn period_rule(&self) -> String {
        match (&self.metric.source, self.lang) {
            (Source::Roster(_), Lang::Zh) => "以统计期最后一天在册的为准".to_owned(),
            (Source::Roster(_), Lang::En) => "those in force on the period's last day".to_owned(),
            (Source::Kind(_), lang) => {
                let field = self.label(self.metric.date_field.as_deref().unwrap_or("date"));
                match lang {
                    Lang::Zh => format!("以{field}归期"),
                    Lang::En => format!("{field} decides the period"),
                }
            }
        }
    }

    fn as_of(&self) -> Option<String> {
        let field = self.label(self.metric.as_of.as_deref()?);
        Some(match self.lang {
            Lang::Zh => format!("{field}晚于期末的不算"),
            Lang::En => format!("posts whose {field} is after the period's end are left out"),
        })
    }
}

fn enum_label(values: &[(String, Labels)], id: &str, lang: Lang) -> Option<String> {
    let found = values.iter().find(|(known, _)| known == id)?;
    Some(found.1.get(lang.tag()).to_owned())
}
