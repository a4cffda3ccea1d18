//! Pictures that carry the label of generated content, in posts that do not say so.

use super::plausibility::place_in;
use crate::catalog::{Catalog, RecordId, ResolvedTarget};
use crate::diag::{Code, Diagnostic};
use crate::record::LinkRole;

/// Reports the first picture of a record that a program generated or changed, unless the record's `ai` says so. Readers
/// must be told beside the picture, whatever its file says (《人工智能生成合成内容标识办法》, article 4).
pub(super) fn check_record(catalog: &Catalog, id: RecordId) -> Option<Diagnostic> {
    let (record, resolved) = (&catalog.records[id], &catalog.record_links[id]);
    if record.meta.ai.picture.is_some() {
        return None;
    }
    let is_generated = |target: &ResolvedTarget| match target {
        ResolvedTarget::Asset(asset) => catalog.assets[*asset].image().is_some_and(|image| image.is_generated),
        _ => false,
    };
    let links = record.body.links.iter().zip(&resolved.links);
    let in_text = links
        .filter(|(link, target)| link.role == LinkRole::Image && is_generated(target))
        .map(|(link, _)| (link.target.clone(), link.place.clone()));
    let cover = resolved.cover.iter().filter(|target| is_generated(target));
    let cover = cover.map(|_| (record.meta.cover.clone().unwrap_or_default(), place_in(record, "cover")));
    let fields = resolved.files.iter().filter(|(_, target)| is_generated(target));
    let fields = fields.map(|(name, _)| (name.clone(), place_in(record, name)));
    let (picture, place) = cover.chain(fields).chain(in_text).next()?;
    Some(
        Diagnostic::new(Code::GeneratedPicture)
            .at(place)
            .with("target", picture),
    )
}
