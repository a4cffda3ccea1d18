//! The outlet of a post, by the name that the roster of outlets gives it, and its level.

use super::MetaBuilder;
use crate::diag::{Code, Diagnostic, nearest};
use crate::schema::{FieldType, FieldValue, LEVEL, OUTLET_FIELD, OUTLETS};

impl MetaBuilder<'_, '_> {
    /// Gives a post the name and the level of its outlet. Nothing happens without a roster of outlets.
    ///
    /// A level that the post gives itself stays. When it contradicts the roster, that is a finding.
    pub(in crate::record) fn resolve_outlet(&mut self) {
        let Some(roster) = self.checker.rosters.get(OUTLETS) else {
            return;
        };
        let Some(FieldValue::Text(written)) = self.meta.fields.get(OUTLET_FIELD) else {
            return;
        };
        let written = written.trim().to_owned();
        let own = match self.meta.fields.get(LEVEL) {
            Some(FieldValue::Enum(level)) => Some(level.clone()),
            _ => None,
        };
        let Some(row) = self.checker.rosters.outlet(&written) else {
            let names = roster
                .rows()
                .iter()
                .flat_map(|row| row.aliases().chain([row.name.as_str()]));
            let near = nearest(&written, names);
            // An outlet of a known level counts without the roster.
            if near.is_some() || own.is_none() {
                let finding = Diagnostic::new(Code::UnknownOutlet)
                    .at(self.written_place(OUTLET_FIELD))
                    .with("value", &written)
                    .with_some("nearest", near);
                self.checker.findings.push(finding);
            }
            return;
        };
        let name = FieldValue::Text(row.name.clone());
        let level = row.text(LEVEL);
        self.meta.fields.insert(OUTLET_FIELD.to_owned(), name);
        let Some(FieldType::Enum(levels)) = self.schema.kinds.field(self.kind, LEVEL).map(|field| &field.ty) else {
            return;
        };
        let Some((level, labels)) = level.and_then(|level| levels.iter().find(|(known, _)| *known == level)) else {
            return;
        };
        match own {
            None => {
                let level = FieldValue::Enum(level.clone());
                self.meta.fields.insert(LEVEL.to_owned(), level);
            }
            Some(own) if own != *level => {
                let of_post = levels.iter().find(|(known, _)| *known == own);
                let of_post = of_post.map_or(own.as_str(), |(_, labels)| labels.zh.as_str());
                let finding = Diagnostic::new(Code::OutletLevel)
                    .at(self.written_place(LEVEL))
                    .with("outlet", &row.name)
                    .with("value", of_post)
                    .with("level", &labels.zh);
                self.checker.findings.push(finding);
            }
            Some(_) => {}
        }
    }
}
