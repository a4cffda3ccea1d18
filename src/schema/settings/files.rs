//! The settings about files out of the site: those that stay in the output folder, and folders to which links lead.

use super::SettingsReader;
use crate::config::{PlacedText, Settings};
use crate::schema::check::{is_empty, untagged};
use crate::yaml::{Mapping, Value};

impl SettingsReader<'_, '_> {
    /// Reads `output: {keep: [.git, uploads]}`.
    pub(super) fn read_output(&mut self, map: &Mapping, into: &mut Settings) {
        let Some(value) = map.get("output").filter(|value| !is_empty(value)) else {
            return;
        };
        into.output.place = Some(self.checker.document.key_place(&["output"]));
        if !untagged(value).is_mapping() {
            let _: Option<()> = self.checker.report_wrong_type(&["output"], untagged(value), "output");
            return;
        }
        let Some(output) = self.read_map(map, &["output"], &["keep"]) else {
            return;
        };
        if let Some(value) = output.get("keep").filter(|value| !is_empty(value)) {
            for name in self.read_names(&["output", "keep"], untagged(value), "kept") {
                match normalized(&name.text) {
                    Some(text) => into.output.keep.push(PlacedText { text, ..name }),
                    None => self.report_kept(&name),
                }
            }
        }
    }

    /// Reads `links_out: [../photos]`.
    pub(super) fn read_links_out(&mut self, map: &Mapping, into: &mut Settings) {
        if let Some(value) = map.get("links_out").filter(|value| !is_empty(value)) {
            into.links_out = self.read_names(&["links_out"], untagged(value), "links-out");
        }
    }

    fn report_kept(&mut self, name: &PlacedText) {
        let path = ["output", "keep"];
        let before = self.checker.findings.len();
        let _: Option<()> = self
            .checker
            .report_wrong_type(&path, &Value::from(name.text.as_str()), "kept");
        for finding in &mut self.checker.findings[before..] {
            finding.place = Some(name.place.clone());
        }
    }
}

/// A path in the output folder, with `/` between its parts. `None` when it is none, or that of the marker.
fn normalized(text: &str) -> Option<String> {
    let text = text.replace('\\', "/");
    let is_absolute = text.starts_with('/') || text.contains(':');
    let parts: Vec<&str> = text.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let is_inside = !is_absolute && !parts.is_empty() && !parts.contains(&"..") && parts != [".xiangyin"];
    is_inside.then(|| parts.join("/"))
}
