//! The settings about files that nothing refers to. What the patterns cover is found when the site is planned.

use super::SettingsReader;
use crate::config::{PlacedText, Settings};
use crate::schema::check::{is_empty, untagged};
use crate::yaml::Mapping;

impl SettingsReader<'_, '_> {
    /// Reads `assets: {publish: [files/**], keep: [drafts/**]}`.
    pub(super) fn read_assets(&mut self, map: &Mapping, into: &mut Settings) {
        if !map.contains_key("assets") {
            return;
        }
        into.assets.place = Some(self.checker.document.key_place(&["assets"]));
        let value = map.get("assets").map(untagged);
        if let Some(value) = value.filter(|value| !value.is_null() && !value.is_mapping()) {
            let _: Option<()> = self.checker.report_wrong_type(&["assets"], value, "assets");
            return;
        }
        let Some(assets) = self.read_map(map, &["assets"], &["publish", "keep"]) else {
            return;
        };
        into.assets.publish = self.read_globs(assets, "publish");
        into.assets.keep = self.read_globs(assets, "keep");
    }

    fn read_globs(&mut self, assets: &Mapping, key: &str) -> Vec<PlacedText> {
        match assets.get(key).filter(|value| !is_empty(value)) {
            Some(value) => self.read_names(&["assets", key], untagged(value), "globs"),
            None => Vec::new(),
        }
    }
}
