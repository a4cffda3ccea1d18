//! Keys that the kind of a post does not know.

use super::super::names::{COUNTS, MAP_KEYS, field_by_key, fields_of, key_for_word};
use super::MetaBuilder;
use crate::diag::{Code, Diagnostic, Severity, nearest};
use crate::schema::check::{is_empty, scalar, unknown_key_finding, untagged};
use crate::schema::{FieldType, Kind, Schema};
use crate::yaml::Value;
use std::borrow::Cow;

impl<'c> MetaBuilder<'c, '_> {
    /// Reports the keys that the kind does not know. A page with the fields of a kind was meant to be of that kind: one
    /// finding says so.
    pub(super) fn report_unknown_keys(&mut self, unknown: Vec<(Cow<'_, str>, &Value)>) {
        if !self.is_kind_known || unknown.is_empty() {
            return;
        }
        let meant = self.kind_with_fields(&unknown);
        let mut of_kind = Vec::new();
        for (name, value) in &unknown {
            match meant.filter(|kind| has_field(self.schema, kind, name)) {
                Some(_) => of_kind.push(name.as_ref()),
                None => self.report_unknown_key(name, value),
            }
        }
        // The folder's finding names the cause.
        if let Some(kind) = meant
            && !self.is_folder_near_kind
        {
            let place = self
                .checker
                .document
                .key_place(&[of_kind.first().copied().unwrap_or_default()]);
            let finding = Diagnostic::new(Code::PageWithFields)
                .at(place)
                .with("keys", of_kind.join(", "))
                .with("kind", kind.id.as_str())
                .with("folder", kind.folder.as_str());
            self.checker.findings.push(finding);
        }
    }

    /// The kind whose fields a page has, although nothing says that it is of that kind: a field that only this kind
    /// counts or refers with, or two fields.
    fn kind_with_fields(&self, unknown: &[(Cow<'_, str>, &Value)]) -> Option<&'c Kind> {
        if !self.meta.is_page_by_default {
            return None;
        }
        let weight = |kind: &Kind| -> usize {
            let own = unknown.iter().filter_map(|(name, value)| {
                let field = field_by_key(self.schema.kinds, kind, name)?;
                let is_own = kind.fields.iter().any(|own| own.name == field.name);
                is_own.then(|| if is_decisive(&field.ty, value) { 2 } else { 1 })
            });
            own.sum()
        };
        let kinds = self.schema.kinds;
        let best = kinds
            .iter()
            .filter(|kind| kind.dated)
            .max_by_key(|kind| (weight(kind), std::cmp::Reverse(&kind.id)))?;
        (weight(best) >= 2).then_some(best)
    }

    /// Reports a key that the kind does not know: an error, for pages and lenient sites a warning. A key that means a
    /// draft is always an error, so that the draft is not published.
    fn report_unknown_key(&mut self, name: &str, value: &Value) {
        let fields = || fields_of(self.schema.kinds, self.kind);
        let known: Vec<&str> = self
            .schema
            .kinds
            .common()
            .iter()
            .chain(&self.kind.fields)
            .map(|field| field.name.as_str())
            .chain(MAP_KEYS.iter().copied())
            .chain(self.has_counts().then_some(COUNTS))
            .collect();
        let near = key_for_word(name)
            .filter(|near| fields().any(|field| field.name == *near))
            .or_else(|| nearest(name, known.iter().copied()));
        let is_draft = near == Some("draft") || means_draft(name, value);
        let severity = match self.kind.id.as_str() {
            _ if is_draft => Severity::Error,
            "page" => Severity::Warning,
            _ => self.schema.policy.unknown_keys,
        };
        let near = if is_draft { Some("draft") } else { near };
        let finding = unknown_key_finding(self.checker.document, &[name], near, &known);
        self.checker.findings.push(finding.with_severity(severity));
    }
}

/// Whether a field alone shows what a page is about: a reference to a roster, or a number.
fn is_decisive(ty: &FieldType, value: &Value) -> bool {
    match ty {
        FieldType::Roster(_) => !is_empty(value),
        FieldType::Integer | FieldType::Decimal => value.is_number(),
        _ => false,
    }
}

fn has_field(schema: &Schema<'_>, kind: &Kind, name: &str) -> bool {
    field_by_key(schema.kinds, kind, name).is_some()
}

/// Whether a key of other programs says that a text is not published: `published: false`, `状态: 草稿`.
fn means_draft(name: &str, value: &Value) -> bool {
    let name = name.trim().to_lowercase();
    let value = scalar(untagged(value)).trim().to_lowercase();
    match name.as_str() {
        "published" | "publish" | "发布" | "公开" => matches!(value.as_str(), "false" | "no" | "off" | "否" | "不"),
        "status" | "state" | "状态" => matches!(value.as_str(), "draft" | "private" | "草稿" | "未发布" | "待审"),
        _ => false,
    }
}
