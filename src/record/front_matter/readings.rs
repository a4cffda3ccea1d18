//! `counts: [{on: 2022-06-30, views: 8000, likes: 310}, …]`: several counts of a film's numbers.
//!
//! The numbers that stand in the front matter itself, with `counted_on`, are one more count. The latest becomes the
//! post's own numbers, which pages show; the others are its readings.

use super::MetaBuilder;
use crate::diag::{Code, Diagnostic};
use crate::record::meta::{Fields, Reading};
use crate::record::names::COUNTED_ON;
use crate::schema::check::{is_empty, missing_field_finding, scalar, untagged};
use crate::schema::{Field, FieldType, FieldValue};
use crate::yaml::{Mapping, Value};
use jiff::civil::Date;

/// The key of the day in one count.
const ON: &str = "on";

impl MetaBuilder<'_, '_> {
    /// Whether posts of the kind may have several counts of their numbers.
    pub(super) fn has_counts(&self) -> bool {
        self.kind.fields.iter().any(|field| field.name == COUNTED_ON)
    }

    /// The fields whose numbers a count may give.
    fn counted_fields(&self) -> Vec<&Field> {
        let is_number = |field: &&Field| matches!(field.ty, FieldType::Integer | FieldType::Decimal);
        self.kind.fields.iter().filter(is_number).collect()
    }

    /// Reads `counts`.
    pub(super) fn read_counts(&mut self, written: &str, value: &Value) {
        let items = match untagged(value) {
            Value::Sequence(items) => items,
            other => {
                let _: Option<()> = self.checker.report_wrong_type(&[written], other, "list");
                return;
            }
        };
        for (index, item) in items.iter().enumerate() {
            let index = index.to_string();
            match untagged(item) {
                Value::Mapping(map) => self.read_count([written, &index], map),
                other => {
                    let _: Option<()> = self.checker.report_wrong_type(&[written, &index], other, "map");
                }
            }
        }
    }

    fn read_count(&mut self, path: [&str; 2], map: &Mapping) {
        let fields: Vec<Field> = self.counted_fields().into_iter().cloned().collect();
        let known: Vec<&str> = std::iter::once(ON)
            .chain(fields.iter().map(|field| field.name.as_str()))
            .collect();
        self.checker.check_known_keys(&path, map, &known);
        let Some(on) = map.get(ON).filter(|on| !is_empty(on)) else {
            let place = self.checker.document.value_place(&path);
            let finding = missing_field_finding(self.checker.document, &[path[0], path[1], ON]);
            self.checker.findings.push(finding.at(place));
            return;
        };
        let on_path = [path[0], path[1], ON];
        let Some(FieldValue::Moment(moment)) = self.checker.value(&on_path, on, &FieldType::Date) else {
            return;
        };
        if self.meta.readings.iter().any(|reading| reading.on == Some(moment.date)) {
            let place = self.checker.document.value_place(&on_path);
            let finding = Diagnostic::new(Code::DuplicateKey).at(place).with("key", scalar(on));
            self.checker.findings.push(finding);
            return;
        }
        let mut numbers = Fields::new();
        for field in &fields {
            let Some(value) = map.get(&field.name).filter(|value| !is_empty(value)) else {
                continue;
            };
            if let Some(number) = self.checker.field(&[path[0], path[1], &field.name], value, field) {
                numbers.insert(field.name.clone(), number);
            }
        }
        self.meta.readings.push(Reading {
            on: Some(moment.date),
            numbers,
        });
    }

    /// Makes the latest count the post's own numbers, and puts the others in order.
    pub(super) fn sort_readings(&mut self) {
        if self.meta.readings.is_empty() {
            return;
        }
        let names: Vec<String> = self.counted_fields().iter().map(|field| field.name.clone()).collect();
        let fields = &mut self.meta.fields;
        let own: Fields = names
            .into_iter()
            .filter_map(|name| fields.remove(&name).map(|number| (name, number)))
            .collect();
        let on: Option<Date> = match fields.remove(COUNTED_ON) {
            Some(FieldValue::Moment(moment)) => Some(moment.date),
            _ => None,
        };
        let readings = &mut self.meta.readings;
        match readings.iter_mut().find(|reading| on.is_some() && reading.on == on) {
            // Two counts of one day complete each other.
            Some(same) => same.numbers.extend(own),
            None if !own.is_empty() => readings.push(Reading { on, numbers: own }),
            None => {}
        }
        readings.sort_by_key(|reading| reading.on);
        let Some(latest) = readings.pop() else { return };
        fields.extend(latest.numbers);
        if let Some(date) = latest.on {
            let moment = crate::schema::Moment { date, time: None };
            fields.insert(COUNTED_ON.to_owned(), FieldValue::Moment(moment));
        }
    }
}
