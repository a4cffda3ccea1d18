//! Finds dead links and missing files. Dead links are counted against a public body's site.

use super::plausibility::place_in;
use crate::catalog::{Catalog, RecordId, ResolvedTarget, local_file_name};
use crate::config::WEB_SCHEMES;
use crate::diag::{Code, Diagnostic, Severity, nearest};
use crate::paths::SourcePath;
use crate::record::markdown::{TargetKind, classify_target};
use crate::record::{Link, Record, Section};
use crate::schema::check::narrow_address;

/// The most headings of a text that are compared with a missing one.
const MAX_COMPARED_ANCHORS: usize = 500;

/// Reports dead links and headings in folders' own pages.
pub(super) fn check_sections(catalog: &Catalog, severity: Severity) -> Vec<Diagnostic> {
    let of_section = |section: &Section| {
        let targets = catalog.section_links.get(&section.folder).into_iter().flatten();
        let links = section.body.links.iter().zip(targets);
        links
            .filter_map(|(link, target)| {
                let texts = (&section.path, &section.body.anchors[..]);
                let finding = check_link(catalog, texts, &link.target, target)?;
                Some(with_policy(finding.at(link.place.clone()), severity))
            })
            .collect::<Vec<_>>()
    };
    catalog.sections.values().flat_map(of_section).collect()
}

/// Reports dead links, headings and files of a record.
pub(super) fn check_record(catalog: &Catalog, id: RecordId, severity: Severity) -> Vec<Diagnostic> {
    let (record, resolved) = (&catalog.records[id], &catalog.record_links[id]);
    let text = (&record.path, &record.body.anchors[..]);
    let mut findings = Vec::new();
    for (
        Link {
            target: written, place, ..
        },
        target,
    ) in record.body.links.iter().zip(&resolved.links)
    {
        let finding = check_link(catalog, text, written, target);
        findings.extend(finding.map(|finding| with_policy(finding.at(place.clone()), severity)));
    }
    let cover = resolved.cover.iter().map(|target| ("cover", target));
    let files = resolved.files.iter().map(|(name, target)| (name.as_str(), target));
    for (name, target) in cover.chain(files) {
        let written = file_field_as_written(record, name);
        let finding = check_link(catalog, text, &written, target);
        findings.extend(finding.map(|finding| with_policy(finding.at(place_in(record, name)), severity)));
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

/// The finding at the severity of the site's policy for dead links. What the policy does not mean keeps its own.
fn with_policy(finding: Diagnostic, severity: Severity) -> Diagnostic {
    match finding.code {
        Code::LocalPath | Code::ForbiddenScheme => finding,
        _ => finding.with_severity(severity),
    }
}

/// The finding for one link; `None` when its target exists. The link is in the text of the file `from`, which has these
/// `anchors`.
fn check_link(
    catalog: &Catalog,
    (from, anchors): (&SourcePath, &[String]),
    written: &str,
    target: &ResolvedTarget,
) -> Option<Diagnostic> {
    match target {
        ResolvedTarget::Missing(near) => Some(missing_target(catalog, from, written, near.as_deref())),
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

/// The finding about a target that does not exist, or that no reader can open.
fn missing_target(catalog: &Catalog, from: &SourcePath, written: &str, near: Option<&str>) -> Diagnostic {
    match classify_target(written, true) {
        TargetKind::Local => Diagnostic::new(Code::LocalPath)
            .with("target", written)
            .with("folder", from.folder())
            .with_some("nearest", near)
            .with_some("name", local_file_name(written).filter(|name| name.contains('.'))),
        kind @ (TargetKind::Scheme(_) | TargetKind::Dangerous) => {
            let (scheme, rest) = written.split_once(':').unwrap_or_default();
            let schemes = WEB_SCHEMES
                .into_iter()
                .chain(catalog.link_rules.schemes.iter().map(String::as_str));
            // `localhost:8080` is a host with a port.
            let is_port = rest.starts_with(|c: char| c.is_ascii_digit());
            let meant = match nearest(&scheme.to_ascii_lowercase(), schemes) {
                _ if kind == TargetKind::Dangerous => None,
                _ if is_port => Some(format!("http://{written}")),
                Some(near) => Some(format!("{near}:{rest}")),
                None => None,
            };
            let finding = Diagnostic::new(Code::ForbiddenScheme).with("target", written);
            let script = (kind == TargetKind::Dangerous).then_some(scheme);
            let finding = finding.with("scheme", scheme).with_some("nearest", meant);
            finding.with_some("script", script)
        }
        _ => {
            let finding = Diagnostic::new(Code::DeadLink).with("target", written);
            match catalog.find_leftover(from, written) {
                Some(path) => finding.with("leftover", path.file_name()),
                None => finding.with_some("nearest", full_width_address(written).as_deref().or(near)),
            }
        }
    }
}

/// The web address that was written with the punctuation of a Chinese input method: `https：／／x.example`.
fn full_width_address(written: &str) -> Option<String> {
    let narrow = narrow_address(written);
    let is_address =
        narrow != written && narrow.contains("://") && classify_target(&narrow, false) == TargetKind::External;
    is_address.then_some(narrow)
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
