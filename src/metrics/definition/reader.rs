//! The reader of a definition: looks up fields and reports findings at keys.

use crate::config::ReprintPolicy;
use crate::diag::{Code, Diagnostic, nearest};
use crate::metrics::metric::Source;
use crate::schema::check::{Checker, scalar};
use crate::schema::{Field, FieldType, Kinds, Rosters};

/// The kinds, rosters and policy against which definitions are checked.
#[derive(Debug, Clone, Copy)]
pub(super) struct DefinitionContext<'a> {
    pub(super) kinds: &'a Kinds,
    pub(super) rosters: &'a Rosters,
    pub(super) pieces: ReprintPolicy,
}

/// Reads one definition.
pub(super) struct DefinitionReader<'r, 'c, 'd> {
    pub(super) context: DefinitionContext<'r>,
    pub(super) checker: &'r mut Checker<'c, 'd>,
    pub(super) id: String,
}

impl<'r, 'c, 'd> DefinitionReader<'r, 'c, 'd> {
    pub(super) const fn new(context: DefinitionContext<'r>, checker: &'r mut Checker<'c, 'd>, id: String) -> Self {
        Self { context, checker, id }
    }

    /// The name of a field of the kind's posts or of the roster's rows. `None`, with a finding, when it is unknown.
    pub(super) fn field(&mut self, of: &Source, key: &'static str, name: &str) -> Option<String> {
        let known = self.fields_of(of);
        if name.is_empty() {
            self.add_finding(key, "metric-no-field", "");
            return None;
        }
        // A roster without rows has no known columns yet, so any name is accepted.
        let open = matches!(of, Source::Roster(_)) && known.len() <= ROW_FIELDS.len();
        if open || known.iter().any(|known| known == name) {
            return Some(name.to_owned());
        }
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        self.add_unknown_finding(key, "metric-unknown-field", name, &known)
    }

    fn fields_of(&self, of: &Source) -> Vec<String> {
        match of {
            Source::Kinds(kinds) => {
                let kinds = kinds.iter().filter_map(|kind| self.context.kinds.get(kind));
                kinds
                    .flat_map(|kind| &kind.fields)
                    .chain(self.context.kinds.common())
                    .map(|field| field.name.clone())
                    .collect()
            }
            Source::Roster(name) => {
                let mut columns: Vec<String> = ROW_FIELDS.iter().map(|&name| name.to_owned()).collect();
                let rows = self
                    .context
                    .rosters
                    .get(name)
                    .map_or(&[][..], crate::schema::Roster::rows);
                for key in rows.iter().flat_map(|row| row.values.keys()).map(scalar) {
                    if columns.iter().all(|known| *known != key) {
                        columns.push(key.into_owned());
                    }
                }
                columns
            }
        }
    }

    /// The definition of a kind's field. `None` for a roster's column, whose values are text.
    pub(super) fn field_def(&self, of: &Source, name: &str) -> Option<&'r Field> {
        match of {
            Source::Kinds(kinds) => {
                let mut kinds = kinds.iter().filter_map(|kind| self.context.kinds.get(kind));
                kinds.find_map(|kind| self.context.kinds.field(kind, name))
            }
            Source::Roster(_) => None,
        }
    }

    pub(super) fn type_of(&self, of: &Source, name: &str) -> Option<&'r FieldType> {
        self.field_def(of, name).map(|field| &field.ty)
    }

    pub(super) fn add_finding(&mut self, key: &'static str, reason: &'static str, value: &str) {
        let finding = self.finding(key, reason, value);
        self.checker.findings.push(finding);
    }

    pub(super) fn add_unknown_finding<T>(
        &mut self,
        key: &'static str,
        reason: &'static str,
        value: &str,
        known: &[&str],
    ) -> Option<T> {
        let finding = self
            .finding(key, reason, value)
            .with_some("nearest", nearest(value, known.iter().copied()))
            .with("known", known.join(", "));
        self.checker.findings.push(finding);
        None
    }

    fn finding(&self, key: &'static str, reason: &'static str, value: &str) -> Diagnostic {
        let place = if key == "id" {
            self.checker.document.key_place(&[&self.id])
        } else {
            self.checker.document.value_place(&[&self.id, key])
        };
        Diagnostic::new(Code::BadMetric)
            .at(place)
            .with("metric", &self.id)
            .with("reason", reason)
            .with("key", key)
            .with("value", value)
    }
}

/// Columns that every roster has.
const ROW_FIELDS: [&str; 4] = ["id", "name", "since", "until"];
