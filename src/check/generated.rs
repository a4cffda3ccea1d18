//! Pictures and films that carry the label of generated content, in posts that do not say so.

use super::plausibility::place_in;
use crate::catalog::{Catalog, RecordId, ResolvedTarget};
use crate::diag::{Code, Diagnostic};
use crate::record::LinkRole;

/// Reports the first picture and the first film of a record that a program generated or changed, unless the record's
/// `ai` says so. Readers must be told beside the picture, whatever its file says (《人工智能生成合成内容标识办法》,
/// article 4).
pub(super) fn check_record(catalog: &Catalog, id: RecordId) -> Vec<Diagnostic> {
    let (record, resolved) = (&catalog.records[id], &catalog.record_links[id]);
    // The key of `ai` that must tell of a file.
    let key_of = |target: &ResolvedTarget| match target {
        ResolvedTarget::Asset(asset) if catalog.assets[*asset].is_generated() => {
            Some(if catalog.assets[*asset].is_film() {
                "video"
            } else {
                "picture"
            })
        }
        _ => None,
    };
    let links = record.body.links.iter().zip(&resolved.links);
    let in_text = links
        .filter(|(link, _)| link.role == LinkRole::Image)
        .filter_map(|(link, target)| Some((key_of(target)?, link.target.clone(), link.place.clone())));
    let cover = resolved.cover.iter().filter_map(key_of);
    let cover = cover.map(|key| {
        (
            key,
            record.meta.cover.clone().unwrap_or_default(),
            place_in(record, "cover"),
        )
    });
    let fields = resolved
        .files
        .iter()
        .filter_map(|(name, target)| Some((key_of(target)?, name.clone(), place_in(record, name))));
    let mut files: Vec<_> = cover.chain(fields).chain(in_text).collect();
    let ai = &record.meta.ai;
    files.retain(|(key, ..)| {
        if *key == "video" {
            ai.video.is_none()
        } else {
            ai.picture.is_none()
        }
    });
    let first = ["picture", "video"].map(|key| files.iter().position(|file| file.0 == key));
    let finding = |index: usize| {
        let (key, target, place) = files[index].clone();
        Diagnostic::new(Code::GeneratedPicture)
            .at(place)
            .with("target", target)
            .with("key", key)
    };
    first.into_iter().flatten().map(finding).collect()
}
