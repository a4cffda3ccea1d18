//! Finds dead links and missing files. Dead links are counted against a public body's site.

use crate::catalog::{Catalog, RecordId, ResolvedTarget};
use crate::diag::{Code, Diagnostic, Place, Severity, nearest};
use crate::record::{Link, Record, Section};

/// The most headings of a text that are compared with a missing one.
const MAX_COMPARED_ANCHORS: usize = 500;

/// Reports dead links and headings in folders' own pages.
pub(super) fn check_sections(catalog: &Catalog, severity: Severity) -> Vec<Diagnostic> {
    let of_section = |section: &Section| {
        let targets = catalog.section_links.get(&section.folder).into_iter().flatten();
        let links = section.body.links.iter().zip(targets);
        links
            .filter_map(|(link, target)| {
                check_link(catalog, &link.target, target, &section.body.anchors)
                    .map(|finding| finding.at(link.place.clone()).with_severity(severity))
            })
            .collect::<Vec<_>>()
    };
    catalog.sections.values().flat_map(of_section).collect()
}

/// Reports dead links, headings and files of a record.
pub(super) fn check_record(catalog: &Catalog, id: RecordId, severity: Severity) -> Vec<Diagnostic> {
    let (record, resolved) = (&catalog.records[id], &catalog.record_links[id]);
    let mut findings = Vec::new();
    for (
        Link {
            target: written, place, ..
        },
        target,
    ) in record.body.links.iter().zip(&resolved.links)
    {
        let finding = check_link(catalog, written, target, &record.body.anchors);
        findings.extend(finding.map(|finding| finding.at(place.clone()).with_severity(severity)));
    }
    let cover = resolved.cover.iter().map(|target| ("cover", target));
    let files = resolved.files.iter().map(|(name, target)| (name.as_str(), target));
    for (name, target) in cover.chain(files) {
        let written = file_field_as_written(record, name);
        let finding = check_link(catalog, &written, target, &record.body.anchors);
        findings.extend(finding.map(|finding| finding.at(field_place(record, name)).with_severity(severity)));
    }
    findings
}

/// The value of a file field as the editor wrote it.
fn file_field_as_written(record: &Record, name: &str) -> String {
    use crate::schema::FieldValue;
    match record.meta.fields.get(name) {
        Some(FieldValue::Asset(path)) => path.clone(),
        _ => record.meta.cover.clone().unwrap_or_default(),
    }
}

fn field_place(record: &Record, field: &str) -> Place {
    record
        .meta
        .places
        .get(field)
        .cloned()
        .unwrap_or_else(|| Place::whole_file(record.path.as_str()))
}

/// The finding for one link; `None` when its target exists. `anchors` are those of the text that holds the link.
fn check_link(catalog: &Catalog, written: &str, target: &ResolvedTarget, anchors: &[String]) -> Option<Diagnostic> {
    match target {
        ResolvedTarget::Missing(near) => Some(
            Diagnostic::new(Code::DeadLink)
                .with("target", written)
                .with_some("nearest", near.as_deref()),
        ),
        ResolvedTarget::Withheld => Some(Diagnostic::new(Code::WithheldLink).with("target", written)),
        ResolvedTarget::Record(id, anchor) if !anchor.is_empty() => {
            let known = if written.starts_with('#') {
                anchors
            } else {
                &catalog.records[*id].body.anchors
            };
            check_anchor(written, anchor, known)
        }
        ResolvedTarget::Section(folder, anchor) if !anchor.is_empty() => {
            let known = catalog
                .sections
                .get(folder)
                .map_or(&[][..], |section| &section.body.anchors);
            check_anchor(written, anchor, known)
        }
        _ => None,
    }
}

fn check_anchor(written: &str, anchor: &str, known: &[String]) -> Option<Diagnostic> {
    if known.iter().any(|id| id == anchor) {
        return None;
    }
    let target = written.split('#').next().unwrap_or_default();
    Some(
        Diagnostic::new(Code::DeadAnchor)
            .with("target", if target.is_empty() { "#" } else { target })
            .with("anchor", anchor)
            .with_some(
                "nearest",
                nearest(anchor, known.iter().take(MAX_COMPARED_ANCHORS).map(String::as_str)),
            ),
    )
}
