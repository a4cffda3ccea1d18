//! `ai: {text, picture, video}`: what a program generated or changed of a post.

use super::MetaBuilder;
use crate::record::meta::AiDegree;
use crate::schema::Labels;
use crate::schema::check::{is_empty, untagged};
use crate::yaml::Value;

impl MetaBuilder<'_, '_> {
    /// Reads `ai`. Each value is `generated` or `edited`.
    pub(super) fn read_ai(&mut self, written: &str, value: &Value) {
        const PARTS: [&str; 3] = ["text", "picture", "video"];
        let map = match untagged(value) {
            Value::Null => return,
            Value::Mapping(map) => map,
            other => {
                let _: Option<()> = self.checker.report_wrong_type(&[written], other, "ai");
                return;
            }
        };
        self.checker.check_known_keys(&[written], map, &PARTS);
        let label = |id: &str, zh: &str| {
            let labels = Labels {
                zh: zh.to_owned(),
                en: id.to_owned(),
            };
            (id.to_owned(), labels)
        };
        let degrees = [label("generated", "生成"), label("edited", "改动")];
        for part in PARTS {
            let Some(value) = map.get(part).filter(|value| !is_empty(value)) else {
                continue;
            };
            let id = self.checker.enum_id(&[written, part], value, &degrees);
            let degree = id.map(|id| match id.as_str() {
                "generated" => AiDegree::Generated,
                _ => AiDegree::Edited,
            });
            let ai = &mut self.meta.ai;
            match part {
                "text" => ai.text = degree,
                "picture" => ai.picture = degree,
                _ => ai.video = degree,
            }
        }
    }
}
