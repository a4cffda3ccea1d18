//! Writes the file that keeps an issued report, so that people can read it too.

use super::issued_report::{
    FORMAT, IssuedCells, IssuedFigure, IssuedItem, IssuedNames, IssuedPart, IssuedPost, IssuedReport, IssuedTable,
    NOTE, NOTHING, ValueLists, expand,
};
use crate::messages::{Lang, raw_report_text};
use crate::metrics::Target;
use crate::yaml::{self, Mapping, Value, write_map};
use rust_decimal::Decimal;

/// The text of the file of a report that is issued for the first time.
#[must_use]
pub(crate) fn issued_yaml(report: &IssuedReport, lang: Lang) -> String {
    file_text(&report_map(report), lang)
}

/// The text of the file of a corrected report. `former` is the file's text before. It is kept whole below `former`, the
/// newest issue first, with the changes that were accepted: their numbers are part of the new issue. `None` when that
/// text is no map.
#[must_use]
pub(crate) fn correction_yaml(report: &IssuedReport, former: &str, lang: Lang) -> Option<String> {
    let Ok(Value::Mapping(mut former)) = yaml::read(former) else {
        return None;
    };
    let earlier = match former.shift_remove("former") {
        Some(Value::Sequence(earlier)) => earlier,
        _ => Vec::new(),
    };
    let mut map = report_map(report);
    let all = std::iter::once(Value::Mapping(former)).chain(earlier);
    map.insert("former".into(), Value::Sequence(all.collect()));
    Some(file_text(&map, lang))
}

fn file_text(map: &Mapping, lang: Lang) -> String {
    format!("# {}\n{}", raw_report_text(lang, NOTE), write_map(map))
}

fn report_map(report: &IssuedReport) -> Mapping {
    let mut map = Mapping::new();
    let mut put = |key: &str, value: Value| map.insert(key.into(), value);
    put("period", report.period.to_string().into());
    put("issued", report.issued_on.to_string().into());
    if let Some(reason) = &report.reason {
        put("reason", reason.as_str().into());
    }
    put("format", FORMAT.into());
    if let Some(text) = &report.text {
        put("title", text.title.as_str().into());
        put("text", text.markdown.as_str().into());
    }
    if let Some(digest) = &report.written {
        put("written", digest.as_str().into());
    }
    let (values, names) = value_lists(report);
    let mut figures: Vec<_> = report.figures.iter().collect();
    figures.sort_by_key(|(_, figure)| figure.position);
    let figures = figures.into_iter();
    let figures = figures.map(|(id, figure)| (id.as_str().into(), figure_value(figure, &values)));
    put("figures", Value::Mapping(figures.collect()));
    put_unless_empty(&mut map, "elsewhere", elsewhere(report, &values));
    put_unless_empty(&mut map, "posts", posts(report));
    put_unless_empty(&mut map, "values", lists_value(&values));
    put_unless_empty(&mut map, "names", lists_value(&names));
    let headline: Vec<Value> = report.headline.iter().map(|id| id.as_str().into()).collect();
    if !headline.is_empty() {
        map.insert("headline".into(), Value::Sequence(headline));
    }
    let narrowed = report.narrowed.iter();
    let narrowed = narrowed.map(|(key, figure)| (key.as_str().into(), figure_value(figure, &values)));
    put_unless_empty(&mut map, "narrowed", narrowed.collect());
    put_unless_empty(&mut map, "told", report.told.iter().map(told_entry).collect());
    put_unless_empty(
        &mut map,
        "published",
        report.published.iter().map(table_entry).collect(),
    );
    map
}

fn put_unless_empty(map: &mut Mapping, key: &str, value: Mapping) {
    if !value.is_empty() {
        map.insert(key.into(), Value::Mapping(value));
    }
}

fn posts(report: &IssuedReport) -> Mapping {
    let mut posts: Vec<_> = report.posts.iter().collect();
    posts.sort_by_key(|(_, post)| post.position);
    let post_value = |post: &IssuedPost| {
        let date = post.date.map(|date| date.to_string()).unwrap_or_default();
        let pairs = [
            ("title", &post.title),
            ("date", &date),
            ("kind", &post.kind),
            ("village", &post.village),
            ("note", &post.note),
            ("digest", &post.digest),
            ("fields", &post.fields),
        ];
        let given = pairs.into_iter().filter(|(_, text)| !text.is_empty());
        Value::Mapping(given.map(|(key, text)| (key.into(), text.as_str().into())).collect())
    };
    let entries = posts.into_iter();
    entries
        .map(|(path, post)| (path.as_str().into(), post_value(post)))
        .collect()
}

fn figure_value(figure: &IssuedFigure, values: &ValueLists) -> Value {
    let mut map = Mapping::new();
    let mut put = |key: &str, value: Value| map.insert(key.into(), value);
    put("label", figure.label.as_str().into());
    put("of", figure.source.as_str().into());
    put("how", figure.method.as_str().into());
    put("value", number(figure.value));
    put("unit", figure.unit.as_str().into());
    if !figure.singular_unit.is_empty() {
        put("unit_one", figure.singular_unit.as_str().into());
    }
    put("before", number(figure.previous));
    put("year_earlier", number(figure.year_earlier));
    let (rows, posts): (Vec<&IssuedItem>, Vec<&IssuedItem>) = figure.items.iter().partition(|item| item.row.is_some());
    if !rows.is_empty() {
        put("rows", Value::Mapping(rows.into_iter().map(row_entry).collect()));
    }
    put("posts", Value::Mapping(posts.into_iter().map(item_entry).collect()));
    let groups = figure.groups.iter().map(|group| {
        let items = group.items.iter().map(|key| key.as_str().into()).collect();
        let value = [
            ("label", group.label.as_str().into()),
            ("posts", Value::Sequence(items)),
        ];
        let value = value.map(|(key, value)| (Value::from(key), value));
        (group.key.as_str().into(), Value::Mapping(value.into_iter().collect()))
    });
    put_unless_empty(&mut map, "groups", groups.collect());
    let left_out = figure.left_out.iter();
    let left_out = left_out.map(|(path, reason)| (path.as_str().into(), reason.as_str().into()));
    put_unless_empty(&mut map, "left_out", left_out.collect());
    if figure.drafts > 0 {
        map.insert("drafts".into(), number(Some(figure.drafts.into())));
    }
    let by = figure.breakdowns.iter();
    let by = by.map(|(dimension, parts)| {
        let whole = is_whole(figure, dimension, parts, values);
        let written = written_parts(parts, whole);
        let written = written.into_iter().map(|(key, value)| (key.into(), number(value)));
        (dimension.as_str().into(), Value::Mapping(written.collect()))
    });
    map.insert("by".into(), Value::Mapping(by.collect()));
    let whole = figure.breakdowns.iter();
    let whole = whole.filter(|(dimension, parts)| is_whole(figure, dimension, parts, values));
    let whole: Vec<Value> = whole.map(|(dimension, _)| dimension.as_str().into()).collect();
    if !whole.is_empty() {
        map.insert("whole".into(), Value::Sequence(whole));
    }
    if let Some(days) = &figure.days {
        let days = days
            .iter()
            .map(|(day, amount)| (day.to_string().into(), number(*amount)));
        map.insert("days".into(), Value::Mapping(days.collect()));
    }
    let cells = figure.cells.iter();
    let cells = cells.map(|((by, split), cells)| (format!("{by} / {split}").into(), cells_value(cells)));
    put_unless_empty(&mut map, "cells", cells.collect());
    if let Some(target) = &figure.target {
        let target = match target {
            Target::Whole(target) => number(Some(*target)),
            Target::Parts { by, values } => {
                let values = values
                    .iter()
                    .map(|(key, target)| (key.as_str().into(), number(Some(*target))));
                Value::Mapping(Mapping::from_iter([
                    ("by".into(), by.as_str().into()),
                    ("parts".into(), Value::Mapping(values.collect())),
                ]))
            }
        };
        map.insert("target".into(), target);
    }
    if !figure.trend.is_empty() {
        let value =
            |value: &Option<Decimal>| value.map_or_else(|| NOTHING.to_owned(), |value| value.normalize().to_string());
        let trend: Vec<String> = figure.trend.iter().map(value).collect();
        map.insert("trend".into(), trend.join(" ").into());
    }
    Value::Mapping(map)
}

fn row_entry(item: &IssuedItem) -> (Value, Value) {
    let texts = item
        .row
        .as_ref()
        .map(|row| [("name", &row.name), ("village", &row.village), ("note", &row.note)]);
    let given = texts.into_iter().flatten().filter(|(_, text)| !text.is_empty());
    let row = given.map(|(key, text)| (key.into(), text.as_str().into())).collect();
    (item.key.as_str().into(), Value::Mapping(row))
}

fn item_entry(item: &IssuedItem) -> (Value, Value) {
    let amount = number(Some(item.amount));
    let value = match item.day {
        None => amount,
        Some(day) => Value::Mapping(Mapping::from_iter([
            ("amount".into(), amount),
            ("day".into(), day.to_string().into()),
        ])),
    };
    (item.key.as_str().into(), value)
}

fn cells_value(cells: &IssuedCells) -> Value {
    let rows = cells.iter().map(|(row, values)| {
        let values = values
            .iter()
            .map(|(column, value)| (column.as_str().into(), number(*value)));
        (row.as_str().into(), Value::Mapping(values.collect()))
    });
    Value::Mapping(rows.collect())
}

fn elsewhere(report: &IssuedReport, values: &ValueLists) -> Mapping {
    let mut periods = Mapping::new();
    for ((period, id), figure) in &report.elsewhere {
        let entry = periods.entry(period.to_string().into());
        let figures = entry.or_insert_with(|| Value::Mapping(Mapping::new()));
        if let Value::Mapping(figures) = figures {
            figures.insert(id.as_str().into(), figure_value(figure, values));
        }
    }
    periods
}

fn told_entry((key, names): (&String, &IssuedNames)) -> (Value, Value) {
    let list = |of: fn(&(String, String)) -> &String| {
        let texts = names.items.iter().map(|item| of(item).as_str().into());
        Value::Sequence(texts.collect())
    };
    let mut map = Mapping::from_iter([
        ("texts".into(), list(|(text, _)| text)),
        ("posts".into(), list(|(_, path)| path)),
    ]);
    if !names.rest.is_empty() {
        map.insert("rest".into(), names.rest.as_str().into());
    }
    (key.as_str().into(), Value::Mapping(map))
}

fn table_entry(table: &IssuedTable) -> (Value, Value) {
    let series = table.series.iter().map(|name| name.as_str().into());
    let row = |(key, label, values): &(String, String, Vec<Decimal>)| {
        let cells = std::iter::once(label.as_str().into()).chain(values.iter().map(|value| number(Some(*value))));
        (key.as_str().into(), Value::Sequence(cells.collect()))
    };
    let map = Mapping::from_iter([
        ("total".into(), number(Some(table.total))),
        ("series".into(), Value::Sequence(series.collect())),
        ("rows".into(), Value::Mapping(table.rows.iter().map(row).collect())),
    ]);
    (table.name.as_str().into(), Value::Mapping(map))
}

/// The values that every figure of a dimension shows, even with 0, and the names of further values. So the file has each
/// name once.
fn value_lists(report: &IssuedReport) -> (ValueLists, ValueLists) {
    let figures = || report.figures.values().chain(report.elsewhere.values());
    let breakdowns = || figures().flat_map(|figure| figure.breakdowns.iter().map(move |by| (figure, by)));
    let mut values = ValueLists::new();
    for (figure, (dimension, parts)) in breakdowns() {
        let list: Vec<(String, String)> = parts.iter().map(labelled).collect();
        let shortest = values
            .entry(list_name(figure, dimension))
            .or_insert_with(|| list.clone());
        if list.len() < shortest.len() {
            *shortest = list;
        }
    }
    values.retain(|_, list| !list.is_empty());
    let mut names = ValueLists::new();
    let narrowed = report.narrowed.values();
    let narrowed = narrowed.flat_map(|figure| figure.breakdowns.iter().map(move |by| (figure, by)));
    for (figure, (dimension, parts)) in breakdowns().chain(narrowed) {
        let name = list_name(figure, dimension);
        for (key, label) in parts.iter().map(labelled).filter(|(key, label)| key != label) {
            let is_known = |list: &Vec<(String, String)>| list.iter().any(|(known, _)| *known == key);
            let further = names.entry(name.clone()).or_default();
            if !values.get(&name).is_some_and(is_known) && !is_known(further) {
                further.push((key, label));
            }
        }
    }
    names.retain(|_, list| !list.is_empty());
    (values, names)
}

fn labelled(part: &IssuedPart) -> (String, String) {
    let label = part.label.clone().unwrap_or_else(|| part.key.clone());
    (part.key.clone(), label)
}

fn list_name(figure: &IssuedFigure, dimension: &str) -> String {
    format!("{}.{dimension}", figure.source)
}

fn lists_value(lists: &ValueLists) -> Mapping {
    let entries = lists.iter().map(|(name, list)| {
        let list = list
            .iter()
            .map(|(key, label)| (key.as_str().into(), label.as_str().into()));
        (name.as_str().into(), Value::Mapping(list.collect()))
    });
    entries.collect()
}

/// Whether the parts must be written with those of 0: they do not follow from the list of values.
fn is_whole(figure: &IssuedFigure, dimension: &str, parts: &[IssuedPart], values: &ValueLists) -> bool {
    let none = Vec::new();
    let list = values.get(&list_name(figure, dimension)).unwrap_or(&none);
    let written: Vec<(String, Option<Decimal>)> = written_parts(parts, false)
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    let expected = parts.iter().map(|part| (part.key.as_str(), part.value));
    !expand(&written, list).into_iter().eq(expected)
}

fn written_parts(parts: &[IssuedPart], whole: bool) -> Vec<(&str, Option<Decimal>)> {
    let shown = parts.iter().filter(|part| whole || part.value != Some(Decimal::ZERO));
    shown.map(|part| (part.key.as_str(), part.value)).collect()
}

/// A whole number as an integer, any other number as text that keeps every digit, the mean of nothing as `null`.
fn number(value: Option<Decimal>) -> Value {
    let Some(value) = value else { return Value::Null };
    let text = value.normalize().to_string();
    text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from)
}
