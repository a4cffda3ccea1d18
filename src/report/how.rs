//! How a figure was counted, in one sentence, and why a post was not.

use super::{LeftOut, Reports};
use crate::messages::Lang;
use crate::metrics::{Aggregate, Condition, Item, Measure, Metric, Once, Period, Reason, Source, Test};
use crate::schema::{Field, FieldType, FieldValue};
use jiff::civil::Date;

/// How the figure of a metric in a period is counted, in one sentence.
#[must_use]
pub fn how(reports: &Reports<'_>, metric: &Metric, period: Period) -> String {
    let teller = Teller { reports, metric };
    let conditions: String = metric.conditions.iter().map(|condition| teller.condition(condition)).collect();
    let source = teller.source();
    let (first, last) = (day(period.first(), reports.lang), day(period.last(), reports.lang));
    let (aggregate, once) = (teller.aggregate(), teller.once());
    let by = teller.dated();
    match (reports.lang, metric.is_stock()) {
        (Lang::Zh, true) => format!("数的是{last}在册的“{source}”名册各行{conditions}{aggregate}。"),
        (Lang::Zh, false) => format!("数的是{by}在{first}至{last}（含首尾两日）的“{source}”稿件{conditions}{aggregate}{once}；草稿不计。"),
        (Lang::En, true) => format!("Counted: the rows of the roster “{source}” in force on {last}{conditions}{aggregate}."),
        (Lang::En, false) => format!(
            "Counted: posts of the kind “{source}” with {by} from {first} to {last}, both included{conditions}{aggregate}{once}; drafts are left out."
        ),
    }
}

/// Why a post is not in a figure; `title` gives a post's name.
#[must_use]
pub fn why(left: &LeftOut, lang: Lang, title: &dyn Fn(Item) -> String) -> String {
    let Some(reason) = left.reason() else {
        return pick(lang, "报告印发之后才有", "came after the report was issued").to_owned();
    };
    match (reason, lang) {
        (Reason::Draft, _) => pick(lang, "草稿", "a draft").to_owned(),
        (Reason::Future, _) => pick(lang, "日期晚于今天", "dated after today").to_owned(),
        (Reason::Same(item), Lang::Zh) => format!("与《{}》是同一活动，只计一次", title(item)),
        (Reason::Same(item), Lang::En) => format!("the same event as “{}”, which counts once", title(item)),
        (Reason::SamePiece(item), Lang::Zh) => format!("与《{}》是同一稿件，只计一次", title(item)),
        (Reason::SamePiece(item), Lang::En) => format!("the same piece as “{}”, which counts once", title(item)),
        (Reason::Outside(date), Lang::Zh) => format!("日期为{}，不在统计期内", day(date, lang)),
        (Reason::Outside(date), Lang::En) => format!("dated {}, outside the period", day(date, lang)),
        (Reason::NoValue, _) => pick(lang, "没有填写这项数字", "does not give the number").to_owned(),
        (Reason::NoDate, _) => pick(lang, "没有填写决定统计期的日期", "does not give the date that decides").to_owned(),
        (Reason::CountedLater(date), Lang::Zh) => format!("数字统计于{}，在统计期之后", day(date, lang)),
        (Reason::CountedLater(date), Lang::En) => format!("its numbers were taken on {}, after the period", day(date, lang)),
    }
}

const fn pick<'t>(lang: Lang, zh: &'t str, en: &'t str) -> &'t str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// A day in words.
#[must_use]
pub fn day(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Lang::En => date.strftime("%-d %B %Y").to_string(),
    }
}

struct Teller<'t, 'a> {
    reports: &'t Reports<'a>,
    metric: &'t Metric,
}

impl<'a> Teller<'_, 'a> {
    fn source(&self) -> String {
        let (tag, catalog) = (self.reports.lang.tag(), self.reports.counts.catalog);
        match &self.metric.of {
            Source::Kind(id) => catalog.kinds.get(id).map_or_else(|| id.clone(), |kind| kind.labels.get(tag).to_owned()),
            Source::Roster(name) => name.clone(),
        }
    }

    fn field(&self, name: &str) -> Option<&'a Field> {
        self.reports.counts.field_of(self.metric, name)
    }

    fn label(&self, name: &str) -> String {
        let tag = self.reports.lang.tag();
        self.field(name).map_or_else(|| name.to_owned(), |field| field.labels.get(tag).to_owned())
    }

    fn dated(&self) -> String {
        match &self.metric.dated {
            Some(field) => self.label(field),
            None => pick(self.reports.lang, "日期", "a date").to_owned(),
        }
    }

    fn condition(&self, condition: &Condition) -> String {
        let lang = self.reports.lang;
        let label = self.label(&condition.field);
        let value = |value: &FieldValue| self.value(&condition.field, value);
        let list = |values: &[FieldValue]| values.iter().map(value).collect::<Vec<_>>().join(pick(lang, "或", " or "));
        let none = matches!(&condition.test, Test::OneOf(values) if values.is_empty());
        let test = match &condition.test {
            Test::Given => pick(lang, "已填写", "is given").to_owned(),
            Test::OneOf(_) if none => pick(lang, "未填写", "is not given").to_owned(),
            Test::OneOf(values) => format!("{}{}", pick(lang, "为", "is "), list(values)),
            Test::Between(from, to) => {
                let end = |end: &Option<FieldValue>| end.as_ref().map_or_else(String::new, value);
                format!("{}{}–{}", pick(lang, "在", "lies in "), end(from), end(to))
            }
        };
        match (lang, condition.negated) {
            (Lang::Zh, false) => format!("，{label}{test}"),
            (Lang::Zh, true) => format!("，{label}不是“{test}”"),
            (Lang::En, false) => format!(", whose {label} {test}"),
            (Lang::En, true) => format!(", whose {label} is not such that it {test}"),
        }
    }

    /// A value as pages show it.
    fn value(&self, field: &str, value: &FieldValue) -> String {
        let tag = self.reports.lang.tag();
        let rosters = &self.reports.counts.catalog.rosters;
        match (self.field(field).map(|field| &field.ty), value) {
            (Some(FieldType::Enum(values)), FieldValue::Enum(id)) => values
                .iter()
                .find(|(known, _)| known == id)
                .map_or_else(|| id.clone(), |(_, labels)| labels.get(tag).to_owned()),
            (Some(FieldType::Roster(roster)), FieldValue::Reference(id)) => rosters
                .get(roster)
                .and_then(|roster| roster.by_id(id))
                .map_or_else(|| id.clone(), |row| row.name.clone()),
            (_, FieldValue::Moment(moment)) => day(moment.date, self.reports.lang),
            (_, FieldValue::Text(text) | FieldValue::Enum(text) | FieldValue::Reference(text) | FieldValue::Asset(text)) => text.clone(),
            (_, FieldValue::Integer(number)) => number.to_string(),
            (_, FieldValue::Decimal(number)) => super::number(*number),
            (_, FieldValue::Duration(seconds)) => seconds.to_string(),
            (_, FieldValue::Boolean(yes)) => yes.to_string(),
            (_, FieldValue::List(items)) => items.iter().map(|item| self.value(field, item)).collect::<Vec<_>>().join("、"),
        }
    }

    fn aggregate(&self) -> String {
        let lang = self.reports.lang;
        let measure = |measure: &Measure| match (measure, lang) {
            (Measure::Field(field), Lang::Zh) => format!("“{}”", self.label(field)),
            (Measure::Field(field), Lang::En) => format!("“{}”", self.label(field)),
            (Measure::Days(from, to), Lang::Zh) => format!("从“{}”到“{}”的天数", self.label(from), self.label(to)),
            (Measure::Days(from, to), Lang::En) => format!("days from “{}” to “{}”", self.label(from), self.label(to)),
        };
        match (&self.metric.aggregate, lang) {
            (Aggregate::Count, _) => String::new(),
            (Aggregate::Sum(of), Lang::Zh) => format!("，{}相加", measure(of)),
            (Aggregate::Sum(of), Lang::En) => format!(", the sum of their {}", measure(of)),
            (Aggregate::Distinct(field), Lang::Zh) => format!("，不同的“{}”各计一个", self.label(field)),
            (Aggregate::Distinct(field), Lang::En) => format!(", how many different “{}” they name", self.label(field)),
            (Aggregate::Average(of), Lang::Zh) => format!("，{}取平均", measure(of)),
            (Aggregate::Average(of), Lang::En) => format!(", the mean of their {}", measure(of)),
            (Aggregate::Max(of), Lang::Zh) => format!("，{}取最大", measure(of)),
            (Aggregate::Max(of), Lang::En) => format!(", the largest of their {}", measure(of)),
            (Aggregate::Latest(of), Lang::Zh) => format!("，取最近一次的{}", measure(of)),
            (Aggregate::Latest(of), Lang::En) => format!(", the latest of their {}", measure(of)),
        }
    }

    fn once(&self) -> String {
        let lang = self.reports.lang;
        let as_of = self.metric.as_of.as_ref().map(|field| match lang {
            Lang::Zh => format!("，“{}”晚于期末的不计", self.label(field)),
            Lang::En => format!(", but not those whose “{}” is later than the period", self.label(field)),
        });
        let once = match (&self.metric.once, lang) {
            (Once::Post, _) => String::new(),
            (Once::Piece, Lang::Zh) => "，同一稿件被多家转载只计一次，按最高级别计".to_owned(),
            (Once::Piece, Lang::En) => ", reprints of one piece once, at its highest level".to_owned(),
            (Once::PieceAndLevel, Lang::Zh) => "，同一稿件在每个级别只计一次".to_owned(),
            (Once::PieceAndLevel, Lang::En) => ", reprints of one piece once at each level".to_owned(),
            (Once::Same(fields), Lang::Zh) => {
                let labels: Vec<String> = fields.iter().map(|field| self.label(field)).collect();
                format!("，{}相同的只计一次", labels.join("和"))
            }
            (Once::Same(fields), Lang::En) => {
                let labels: Vec<String> = fields.iter().map(|field| self.label(field)).collect();
                format!(", those of the same {} once", labels.join(" and "))
            }
        };
        once + &as_of.unwrap_or_default()
    }
}
