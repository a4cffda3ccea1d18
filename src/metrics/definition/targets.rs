//! Reads `content/_targets.yaml`.

use crate::diag::{Checked, Code, Diagnostic, nearest};
use crate::metrics::metric::{Metric, Metrics, Source};
use crate::metrics::period::Period;
use crate::metrics::targets::{Target, Targets};
use crate::schema::check::{Checker, is_empty, scalar, untagged};
use crate::schema::{FieldType, FieldValue, Kinds, Rosters};
use crate::yaml::{Mapping, Value, YamlDocument};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

/// The key that names the field by which targets differ.
const BY: &str = "by";

/// Reads the targets of `metrics`. Wrong ones are reported and left out.
#[must_use]
pub(crate) fn parse_targets(
    file: &str,
    text: &str,
    metrics: &Metrics,
    (kinds, rosters): (&Kinds, &Rosters),
) -> Checked<Targets> {
    let (parsed, map) = YamlDocument::parse(file, text, &[]).into_map();
    // Targets are numbers, so no zone matters.
    let zone = TimeZone::UTC;
    let mut reader = TargetReader {
        checker: Checker::new(&parsed.document, rosters, &zone),
        metrics,
        kinds,
        targets: Targets::default(),
    };
    for (id, value) in &map {
        reader.read_metric(&scalar(id), value);
    }
    let mut findings = parsed.findings;
    findings.append(&mut reader.checker.findings);
    Checked {
        value: reader.targets,
        findings,
    }
}

struct TargetReader<'r, 'c, 'd> {
    checker: Checker<'c, 'd>,
    metrics: &'r Metrics,
    kinds: &'r Kinds,
    targets: Targets,
}

impl TargetReader<'_, '_, '_> {
    fn read_metric(&mut self, id: &str, value: &Value) {
        let Some(metric) = self.metrics.get(id) else {
            let finding = Diagnostic::new(Code::UnknownMetric)
                .at(self.checker.document.key_place(&[id]))
                .with("metric", id)
                .with_some("nearest", self.metrics.suggest(id));
            self.checker.findings.push(finding);
            return;
        };
        let Value::Mapping(periods) = untagged(value) else {
            self.checker.report_wrong_type::<()>(&[id], value, "map");
            return;
        };
        let by = match periods.get(BY).filter(|by| !is_empty(by)) {
            None => None,
            Some(by) => match self.field(metric, id, scalar(by).trim()) {
                Some(field) => Some(field),
                None => return,
            },
        };
        for (name, value) in periods.iter().filter(|(name, _)| scalar(name) != BY) {
            let name = scalar(name);
            let Some(period) = Period::parse(&name) else {
                let finding = Diagnostic::new(Code::BadPeriod)
                    .at(self.checker.document.key_place(&[id, &name]))
                    .with("value", &*name);
                self.checker.findings.push(finding);
                continue;
            };
            let target = match (&by, untagged(value)) {
                (Some((field, ty)), Value::Mapping(parts)) => self.parts([id, &name], field, ty, parts),
                (Some(_), _) => self.reject([id, &name], "target-no-parts", &scalar(value)),
                (None, Value::Mapping(_)) => self.reject([id, &name], "target-no-by", ""),
                (None, value) => self.number(&[id, &name], value).map(Target::Whole),
            };
            if let Some(target) = target {
                self.targets.insert(metric.id.clone(), period, target);
            }
        }
    }

    /// The field by which targets differ, and the type of its values. Columns of rosters hold text.
    fn field(&mut self, metric: &Metric, id: &str, name: &str) -> Option<(String, FieldType)> {
        let subject = self.metrics.subject(metric);
        let kinds = subject.kinds().iter().filter_map(|kind| self.kinds.get(kind));
        // The common fields by which figures are broken down.
        let common = self.kinds.common().iter();
        let common = common.filter(|field| ["village", "source", "author"].contains(&field.name.as_str()));
        let fields: Vec<_> = kinds.flat_map(|kind| &kind.fields).chain(common).collect();
        let found = fields
            .iter()
            .find(|field| field.name == name && field.ty.is_categorical());
        if let Source::Roster(_) = subject.source {
            return Some((name.to_owned(), FieldType::String));
        }
        if let Some(field) = found {
            return Some((name.to_owned(), field.ty.clone()));
        }
        let known: Vec<&str> = fields
            .iter()
            .filter(|field| field.ty.is_categorical())
            .map(|field| field.name.as_str())
            .collect();
        let finding = self
            .finding([id, BY], "target-unknown-field", name)
            .with_some("nearest", nearest(name, known.iter().copied()))
            .with("known", known.join(", "));
        self.checker.findings.push(finding);
        None
    }

    fn parts(&mut self, path: [&str; 2], field: &str, ty: &FieldType, parts: &Mapping) -> Option<Target> {
        let mut values = Vec::new();
        for (name, value) in parts {
            let name = scalar(name).into_owned();
            let path = [path[0], path[1], &name];
            let before = self.checker.findings.len();
            let key = self.checker.value(&path, &Value::from(name.as_str()), ty);
            // The value stands as a key.
            for finding in self.checker.findings.split_off(before) {
                let place = self.checker.document.key_place(&path);
                self.checker.findings.push(finding.at(place));
            }
            if let Some((key, number)) = key.zip(self.number(&path, value)) {
                values.push((key.key(), number));
            }
        }
        (!values.is_empty()).then(|| Target::Parts {
            by: field.to_owned(),
            values,
        })
    }

    fn number(&mut self, path: &[&str], value: &Value) -> Option<Decimal> {
        match self.checker.value(path, value, &FieldType::Decimal) {
            Some(FieldValue::Decimal(number)) => Some(number),
            _ => None,
        }
    }

    fn reject(&mut self, path: [&str; 2], reason: &'static str, value: &str) -> Option<Target> {
        let finding = self.finding(path, reason, value);
        self.checker.findings.push(finding);
        None
    }

    fn finding(&self, path: [&str; 2], reason: &'static str, value: &str) -> Diagnostic {
        let finding = Diagnostic::new(Code::BadTarget)
            .at(self.checker.document.value_place(&path))
            .with("metric", path[0])
            .with("reason", reason);
        if value.is_empty() {
            finding
        } else {
            finding.with("value", value)
        }
    }
}
