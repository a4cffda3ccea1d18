//! The reader of a definition: looks up fields and reports findings at keys.

use crate::config::ReprintPolicy;
use crate::diag::{Code, Diagnostic, nearest};
use crate::ledger::{LedgerWords, ledger_words};
use crate::metrics::metric::Source;
use crate::schema::check::{Checker, scalar};
use crate::schema::number_text::meant_number;
use crate::schema::{Field, FieldType, Kinds, Roster, Rosters};
use crate::yaml::{Mapping, Value};
use jiff::civil::Date;
use rust_decimal::Decimal;

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
    /// The keys that the site's own file gives. The others are those of the built-in metric of this id.
    own_keys: Vec<String>,
    /// What the site's own file says that is counted, as written.
    of: Option<String>,
}

/// A value of a roster's column that cannot be compared or added.
pub(super) struct BadColumnValue {
    text: String,
    row: String,
    /// The number that was probably meant.
    pub(super) nearest: Option<String>,
}

impl BadColumnValue {
    /// The value with the name of its row.
    pub(super) fn shown(&self) -> String {
        format!("{}（{}）", self.text, self.row)
    }
}

impl<'r, 'c, 'd> DefinitionReader<'r, 'c, 'd> {
    pub(super) const fn new(context: DefinitionContext<'r>, checker: &'r mut Checker<'c, 'd>, id: String) -> Self {
        Self {
            context,
            checker,
            id,
            own_keys: Vec::new(),
            of: None,
        }
    }

    /// The same reader for a definition of the site's own, which gives `keys`.
    pub(super) fn with_own_keys(self, keys: &Mapping) -> Self {
        let own_keys = keys.keys().map(|key| scalar(key).into_owned()).collect();
        let of = keys.get("of").map(|of| scalar(of).into_owned());
        Self { own_keys, of, ..self }
    }

    /// Whether the site's own file gives `key`.
    pub(super) fn is_own(&self, key: &str) -> bool {
        self.own_keys.iter().any(|own| own == key)
    }

    /// The name of a field of the kind's posts or of the roster's rows. `None`, with a finding, when it is unknown or
    /// cannot be counted.
    pub(super) fn field(&mut self, of: &Source, key: &'static str, name: &str) -> Option<String> {
        if name.is_empty() {
            self.add_finding(key, "metric-no-field", "");
            return None;
        }
        match of {
            Source::Kinds(_) => self.kind_field(of, key, name),
            Source::Roster(roster) => self.column(of, roster, key, name),
            Source::Metrics(_) => None,
        }
    }

    fn kind_field(&mut self, of: &Source, key: &'static str, name: &str) -> Option<String> {
        if UNCOUNTABLE_FIELDS.contains(&name) {
            self.add_finding(key, "metric-uncountable", name);
            return None;
        }
        let known = self.fields_of(of);
        if known.iter().any(|known| known == name) {
            return Some(name.to_owned());
        }
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let labelled = known.iter().find(|known| {
            let field = self.field_def(of, known);
            field.is_some_and(|field| field.labels.zh == name || field.labels.en.eq_ignore_ascii_case(name))
        });
        let word = LedgerWords::find_key(&ledger_words().record, name).map(|(key, _)| key);
        let worded = word.filter(|word| known.contains(word));
        match labelled.copied().or(worded) {
            Some(meant) => self.add_meant_finding(key, "metric-unknown-field", name, meant),
            None => self.add_unknown_finding(key, "metric-unknown-field", name, &known),
        }
    }

    /// A roster's column. A column that ledgers know is accepted although no row has it, with a warning unless the
    /// metric is built in. A roster without rows has no columns yet, so any name is accepted.
    fn column(&mut self, of: &Source, roster: &str, key: &'static str, name: &str) -> Option<String> {
        let columns = self.fields_of(of);
        let is_filled = columns.iter().any(|column| column == name);
        let is_open = columns.len() <= ROW_FIELDS.len();
        if is_filled || is_open || !self.is_own(key) {
            return Some(name.to_owned());
        }
        match LedgerWords::find_key(&ledger_words().roster, name) {
            Some((known, _)) if known == name => {
                let finding = Diagnostic::new(Code::MetricWithoutRows)
                    .at(self.checker.document.value_place(&[&self.id, key]))
                    .with("metric", &self.id)
                    .with("roster", roster)
                    .with("key", name);
                self.checker.findings.push(finding);
                Some(name.to_owned())
            }
            Some((meant, _)) => self.add_meant_finding(key, "metric-unknown-field", name, meant),
            None => {
                let known: Vec<&str> = columns.iter().map(String::as_str).collect();
                self.add_unknown_finding(key, "metric-unknown-field", name, &known)
            }
        }
    }

    /// The values of a roster's column, each once, in the order of the rows.
    pub(super) fn column_values(&self, roster: &str, column: &str) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        for (_, value) in self.cells(roster, column) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    }

    /// The first value of a roster's column that is no number, or no day. `None` for columns of text.
    pub(super) fn first_value_unlike(&self, roster: &str, column: &str, ty: &FieldType) -> Option<BadColumnValue> {
        let is_alike = |text: &str| match ty {
            FieldType::Decimal => text.trim().parse::<Decimal>().is_ok(),
            FieldType::Date => text.trim().parse::<Date>().is_ok(),
            _ => true,
        };
        let (row, text) = self.cells(roster, column).find(|(_, text)| !is_alike(text))?;
        let nearest = meant_number(&text, "").filter(|_| *ty == FieldType::Decimal);
        let nearest = nearest.map(|meant| meant.digits);
        Some(BadColumnValue { text, row, nearest })
    }

    /// The name of each row with its value in a column. A list gives each of its items.
    fn cells(&self, roster: &str, column: &str) -> impl Iterator<Item = (String, String)> {
        let rows = self.context.rosters.get(roster).map_or(&[][..], Roster::rows);
        rows.iter().flat_map(move |row| {
            let texts: Vec<String> = match row.values.get(column) {
                Some(Value::Sequence(items)) => items.iter().map(|item| scalar(item).into_owned()).collect(),
                _ => row.text(column).into_iter().collect(),
            };
            texts.into_iter().map(|text| (row.name.clone(), text))
        })
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
            Source::Roster(name) => self.columns(name),
            Source::Metrics(_) => Vec::new(),
        }
    }

    /// The columns of a roster.
    pub(super) fn columns(&self, roster: &str) -> Vec<String> {
        let mut columns: Vec<String> = ROW_FIELDS.iter().map(|&name| name.to_owned()).collect();
        let rows = self.context.rosters.get(roster).map_or(&[][..], Roster::rows);
        for key in rows.iter().flat_map(|row| row.values.keys()).map(scalar) {
            if columns.iter().all(|known| *known != key) {
                columns.push(key.into_owned());
            }
        }
        columns
    }

    /// The definition of a kind's field. `None` for a roster's column, whose values are text.
    pub(super) fn field_def(&self, of: &Source, name: &str) -> Option<&'r Field> {
        match of {
            Source::Kinds(kinds) => {
                let mut kinds = kinds.iter().filter_map(|kind| self.context.kinds.get(kind));
                kinds.find_map(|kind| self.context.kinds.field(kind, name))
            }
            Source::Roster(_) | Source::Metrics(_) => None,
        }
    }

    /// The types that a field has in the kinds, each once. Several lists of values are one list.
    pub(super) fn types_of(&self, of: &Source, name: &str) -> Vec<FieldType> {
        let Source::Kinds(kinds) = of else { return Vec::new() };
        let kinds = kinds.iter().filter_map(|kind| self.context.kinds.get(kind));
        let mut types: Vec<FieldType> = Vec::new();
        for field in kinds.filter_map(|kind| self.context.kinds.field(kind, name)) {
            let lists = types.iter_mut().find(|ty| matches!(ty, FieldType::Enum(_)));
            match (&field.ty, lists) {
                (FieldType::Enum(more), Some(FieldType::Enum(values))) => {
                    let new = more
                        .iter()
                        .filter(|(id, _)| values.iter().all(|(known, _)| known != id));
                    let new: Vec<_> = new.cloned().collect();
                    values.extend(new);
                }
                (ty, _) => types.push(ty.clone()),
            }
        }
        types.dedup();
        types
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

    /// Reports a wrong value, and what its writer probably meant.
    pub(super) fn add_meant_finding<T>(
        &mut self,
        key: &'static str,
        reason: &'static str,
        value: &str,
        meant: &str,
    ) -> Option<T> {
        let finding = self.finding(key, reason, value).with("nearest", meant);
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
            .with_some("of", self.of.as_deref())
    }
}

/// Fields by which nothing can be counted: no draft counts, a post's kind is given by `of`, and addresses are not
/// content.
const UNCOUNTABLE_FIELDS: [&str; 5] = ["draft", "kind", "aliases", "review", "ai"];
/// Columns that every roster has.
pub(super) const ROW_FIELDS: [&str; 4] = ["id", "name", "since", "until"];
