//! The labels that a site gives to values of the built-in kinds: `labels: {district: 县级}` in its settings.

use super::super::kind::{FieldType, Labels, Relabelling};
use super::Kinds;
use crate::config::ValueLabel;
use crate::diag::{Checked, Code, Diagnostic, nearest};
use std::collections::BTreeMap;

impl Kinds {
    /// The values that the site calls by another label.
    #[must_use]
    pub(crate) fn relabelled(&self) -> &[Relabelling] {
        &self.relabelled
    }

    /// The kinds with the labels that the site's settings give to values. Reports ids that are not values of the
    /// built-in kinds, and ids that mean different things in different fields.
    ///
    /// A label changes wherever the value has its built-in label, so also in a field of the site's own that uses it. A
    /// label that a file in `content/_kinds/` gives stays.
    #[must_use]
    pub(crate) fn with_labels(mut self, labels: &[ValueLabel]) -> Checked<Self> {
        if labels.is_empty() {
            return Checked {
                value: self,
                findings: Vec::new(),
            };
        }
        let built_in = BuiltInValues::new();
        let mut findings = Vec::new();
        for label in labels {
            match built_in.find(label) {
                Ok(former) => self.relabel(label, &former),
                Err(finding) => findings.push(*finding),
            }
        }
        Checked { value: self, findings }
    }

    fn relabel(&mut self, label: &ValueLabel, former: &Labels) {
        let (field_name, id) = split_id(&label.id);
        let now = Labels {
            zh: label.zh.clone().unwrap_or_else(|| former.zh.clone()),
            en: label.en.clone().unwrap_or_else(|| former.en.clone()),
        };
        for kind in &mut self.kinds {
            for field in &mut kind.fields {
                let is_meant = field_name.is_none_or(|name| name == field.name);
                let values = enum_values_mut(&mut field.ty).filter(|_| is_meant);
                let Some((_, current)) = values
                    .into_iter()
                    .flatten()
                    .find(|(known, current)| known == id && current == former)
                else {
                    continue;
                };
                *current = now.clone();
                self.relabelled.push(Relabelling {
                    kind: kind.id.clone(),
                    field: field.name.clone(),
                    id: id.to_owned(),
                    former: former.clone(),
                    now: now.clone(),
                });
            }
        }
    }
}

/// The values of the built-in kinds' fields.
struct BuiltInValues {
    /// The fields that have a value of an id, each with the value's label.
    by_id: BTreeMap<String, Vec<(String, Labels)>>,
}

impl BuiltInValues {
    fn new() -> Self {
        let mut by_id: BTreeMap<String, Vec<(String, Labels)>> = BTreeMap::new();
        for field in Kinds::built_in().iter().flat_map(|kind| &kind.fields) {
            let FieldType::Enum(values) = &field.ty else { continue };
            for (id, labels) in values {
                let fields = by_id.entry(id.clone()).or_default();
                fields.push((field.name.clone(), labels.clone()));
            }
        }
        Self { by_id }
    }

    /// The built-in label of the value that `label` names.
    ///
    /// # Errors
    /// A finding when there is no such value, or when several values have this id and different labels.
    fn find(&self, label: &ValueLabel) -> Result<Labels, Box<Diagnostic>> {
        let (field, id) = split_id(&label.id);
        let is_meant = |(name, _): &&(String, Labels)| field.is_none_or(|field| field == name);
        let mut found = self.by_id.get(id).into_iter().flatten().filter(is_meant);
        let Some((_, first)) = found.next() else {
            return Err(Box::new(self.unknown_finding(label)));
        };
        if found.all(|(_, labels)| labels == first) {
            return Ok(first.clone());
        }
        let names = self.by_id[id].iter().map(|(field, _)| format!("{field}.{id}"));
        let known = names.collect::<Vec<_>>().join(", ");
        Err(Box::new(unknown_id(label).with("known", known)))
    }

    fn unknown_finding(&self, label: &ValueLabel) -> Diagnostic {
        let ids = || self.by_id.keys().map(String::as_str);
        let has_label = |labels: &Labels| labels.zh == label.id || labels.en.eq_ignore_ascii_case(&label.id);
        let by_label = self
            .by_id
            .iter()
            .find(|(_, fields)| fields.iter().any(|(_, labels)| has_label(labels)));
        let near = by_label
            .map(|(id, _)| id.as_str())
            .or_else(|| nearest(&label.id, ids()));
        unknown_id(label)
            .with_some("nearest", near)
            .with("known", ids().collect::<Vec<_>>().join(", "))
    }
}

fn unknown_id(label: &ValueLabel) -> Diagnostic {
    Diagnostic::new(Code::UnknownKey)
        .at(label.place.clone())
        .with("key", &label.id)
}

/// The field's name, if there is one, and the value's id: `form.festival` or `district`.
fn split_id(written: &str) -> (Option<&str>, &str) {
    match written.split_once('.') {
        Some((field, id)) => (Some(field), id),
        None => (None, written),
    }
}

/// The values of an enum, or of a list of them.
fn enum_values_mut(ty: &mut FieldType) -> Option<&mut Vec<(String, Labels)>> {
    match ty {
        FieldType::Enum(values) => Some(values),
        FieldType::List(inner) => enum_values_mut(inner),
        _ => None,
    }
}
